//! CEL behind our own type: compiled once with caps, evaluated on a worker thread, explained part by part. The `cel`
//! crate is named below this module only, and nothing here knows checks or clusters.
//!
//! An evaluation may take 50 ms of processor time, and over all objects of a selection a second. The worker measures
//! its own time, so that a machine which is busy elsewhere costs no expression its verdict; what takes longer is
//! disabled at once.
//!
//! What expressions see, as a [`Scope`]:
//! - `object`, `objects`, `related.ALIAS` (lists), `params`, and `now` (seconds since the Unix epoch).
//! - Integers of JSON are Int, so `object.spec.replicas + 1 == 4` is what it looks like. `managedFields` are left out.
//! - `quantity(x)` gives a Double: `quantity('500m') == quantity('0.5')`, `quantity(a) < quantity(b)`.
//! - The functions of CEL's standard library and its strings extension. There is no `timestamp` and no `duration`.
//!
//! A member or element that is not there makes the whole expression false, and [`Expr::explain`] names it; it is never
//! an error, because it is the ordinary state of an object that is not finished yet. Ask `has()` before negating.

mod caps;
mod convert;
mod explain;
mod memo;
mod reads;
mod worker;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cel::IdedExpr;
use serde_json::Value;

pub use caps::ExprError;
pub use reads::{Read, Root, Step};

/// The processor time that one evaluation may take.
const LIMIT: Duration = Duration::from_millis(50);

/// The processor time that evaluations over many objects may take together.
const WHOLE: Duration = Duration::from_secs(1);

/// How long the worker is waited for: it may have to wait for a processor.
const PATIENCE: Duration = Duration::from_secs(2);

/// In so many evaluations in a row the worker may not come back: that may be the machine's doing, and is tried again when
/// it is next decided; what it said before is kept.
const STRIKES: u32 = 3;

/// A compiled CEL expression. Clones share the compiled form, and the fate of one that took too long.
#[derive(Clone)]
pub struct Expr(Arc<Compiled>);

struct Compiled {
    source: String,
    tree: IdedExpr,
    uses: caps::Uses,
    /// How often in a row it has taken too long; from [`STRIKES`] on it is not tried any more.
    strikes: AtomicU32,
    memo: Mutex<memo::Memo>,
}

/// What an expression sees. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The object in question.
    pub object: Option<Arc<Value>>,
    /// All objects of the selection.
    pub objects: Arc<Vec<Arc<Value>>>,
    /// Other objects by alias.
    pub related: Arc<BTreeMap<String, Vec<Arc<Value>>>>,
    /// The lab's parameters, a map.
    pub params: Arc<Value>,
    /// Milliseconds since the Unix epoch; expressions see seconds.
    pub now: i64,
}

impl Scope {
    /// Only `object`.
    pub fn of(object: Arc<Value>) -> Self {
        Self { objects: Arc::new(vec![object.clone()]), object: Some(object), ..Self::default() }
    }
}

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvalError {
    /// It took too long.
    #[error("took too long")]
    Overrun,
    /// It cannot be evaluated over these values.
    #[error("{0}")]
    Failed(String),
}

/// What is told of an evaluation that took its thread along.
const GAVE_UP: &str = "the evaluator gave up";

/// Why not all scopes were gone through.
enum Broken {
    /// The processor time that there is was spent.
    Spent,
    /// The worker did not answer, and was left behind.
    Silent,
}

impl Expr {
    /// Compiles, within caps on length, size, depth and nesting; unknown variables and functions are errors.
    pub fn compile(source: &str) -> Result<Self, ExprError> {
        let (tree, uses) = caps::compile(source)?;
        Ok(Self(Arc::new(Compiled {
            source: source.to_owned(),
            tree,
            uses,
            strikes: AtomicU32::new(0),
            memo: Mutex::default(),
        })))
    }

    /// As the author wrote it.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// Whether its value depends on the time.
    pub fn uses_now(&self) -> bool {
        self.0.uses.now
    }

    /// What it reads of its scope.
    pub fn reads(&self) -> BTreeSet<Read> {
        reads::reads(&self.0.tree)
    }

    /// Whether it holds.
    pub fn eval(&self, scope: &Scope) -> Result<bool, EvalError> {
        self.eval_each(std::slice::from_ref(scope)).pop().unwrap_or(Err(EvalError::Overrun))
    }

    /// Whether it holds in each scope, in one go on the worker.
    pub fn eval_each(&self, scopes: &[Scope]) -> Vec<Result<bool, EvalError>> {
        let mut results: Vec<Option<Result<bool, EvalError>>> = match self.0.memo.lock() {
            Ok(memo) => scopes.iter().map(|scope| memo.get(&self.0.uses, scope)).collect(),
            Err(_) => vec![None; scopes.len()],
        };
        let open: Vec<usize> = (0..scopes.len()).filter(|&i| results.get(i).is_some_and(Option::is_none)).collect();
        if !open.is_empty() && !self.disabled() {
            let strikes = match self.round(scopes, &open, &mut results) {
                Ok(()) => 0,
                Err(Broken::Spent) => STRIKES,
                Err(Broken::Silent) => self.0.strikes.load(Ordering::Relaxed) + 1,
            };
            self.0.strikes.store(strikes, Ordering::Relaxed);
        }
        results.into_iter().map(|result| result.unwrap_or(Err(EvalError::Overrun))).collect()
    }

    fn disabled(&self) -> bool {
        self.0.strikes.load(Ordering::Relaxed) >= STRIKES
    }

    /// One go over the open scopes, as far as it comes.
    fn round(
        &self,
        scopes: &[Scope],
        open: &[usize],
        results: &mut [Option<Result<bool, EvalError>>],
    ) -> Result<(), Broken> {
        let jobs: Vec<Scope> = open.iter().filter_map(|&i| scopes.get(i).cloned()).collect();
        let compiled = self.0.clone();
        let stop = convert::Stop::default();
        let stopped = stop.clone();
        let answers = worker::run(move |answer| {
            let whole = convert::processor_time() + WHOLE;
            for scope in &jobs {
                stopped.at(whole.min(convert::processor_time() + LIMIT));
                let truth = convert::truth(&compiled.tree, &compiled.uses, scope, &stopped);
                let spent = stopped.is_due();
                if answer.send(if spent { Err(EvalError::Overrun) } else { truth }).is_err() || spent {
                    return;
                }
            }
        });
        let until = Instant::now() + PATIENCE;
        for &index in open {
            let result = match answers.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Err(EvalError::Overrun)) => return Err(Broken::Spent),
                Ok(result) => result,
                Err(RecvTimeoutError::Timeout) => {
                    stop.now();
                    worker::abandon();
                    return Err(Broken::Silent);
                }
                Err(RecvTimeoutError::Disconnected) => {
                    worker::abandon();
                    Err(EvalError::Failed(GAVE_UP.into()))
                }
            };
            if let (Ok(mut memo), Some(scope)) = (self.0.memo.lock(), scopes.get(index)) {
                memo.put(&self.0.uses, scope, &result);
            }
            if let Some(slot) = results.get_mut(index) {
                *slot = Some(result);
            }
        }
        Ok(())
    }

    /// The parts of it that do not hold: paths with the values observed there (`null` when absent).
    pub fn explain(&self, scope: &Scope) -> Vec<(String, Value)> {
        if self.disabled() {
            return Vec::new();
        }
        let (compiled, scope) = (self.0.clone(), scope.clone());
        let stop = convert::Stop::default();
        let stopped = stop.clone();
        let answer = worker::run(move |answer| {
            stopped.at(convert::processor_time() + LIMIT);
            let parts = explain::explain(&compiled.tree, &compiled.uses, &scope, &stopped);
            // A closed channel means nobody waits any more.
            let _ = answer.send(if stopped.is_due() { Vec::new() } else { parts });
        });
        answer.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            stop.now();
            worker::abandon();
            Vec::new()
        })
    }
}

impl std::fmt::Debug for Expr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Expr({:?})", self.0.source)
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.0.source == other.0.source
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn scope() -> Scope {
        let object = json!({
            "metadata": {"name": "web", "labels": {"app.kubernetes.io/name": "web"}},
            "spec": {
                "replicas": 3,
                "ratio": 0.5,
                "template": {"spec": {"containers": [
                    {"name": "a", "resources": {"limits": {"cpu": "500m"}}},
                    {"name": "b", "resources": {}},
                    {"name": "c"}
                ]}}
            },
            "status": {"readyReplicas": 1}
        });
        let pod = Arc::new(json!({"metadata": {"name": "web-1"}, "status": {"phase": "Running"}}));
        Scope {
            related: Arc::new(BTreeMap::from([("pods".to_owned(), vec![pod])])),
            params: Arc::new(json!({"image": "nginx:1.29", "n": 3})),
            now: 5_000,
            ..Scope::of(Arc::new(object))
        }
    }

    #[track_caller]
    fn check(source: &str, expected: Result<bool, ()>) {
        let expr = Expr::compile(source).unwrap_or_else(|error| panic!("{source}: {error:?}"));
        assert_eq!(expr.eval(&scope()).map_err(|_| ()), expected, "{source}");
    }

    #[track_caller]
    fn refused(source: &str) -> ExprError {
        Expr::compile(source).expect_err(source)
    }

    #[track_caller]
    fn explained(source: &str, expected: &[(&str, Value)]) {
        let parts = Expr::compile(source).unwrap().explain(&scope());
        let expected: Vec<(String, Value)> =
            expected.iter().map(|(path, value)| ((*path).to_owned(), value.clone())).collect();
        assert_eq!(parts, expected, "{source}");
    }

    #[test]
    fn integers_of_json_are_int() {
        check("object.spec.replicas == 3", Ok(true));
        check("object.spec.replicas + 1 == 4", Ok(true));
        check("object.spec.replicas - 4 == -1", Ok(true));
        check("object.spec.replicas > object.status.readyReplicas", Ok(true));
        check("object.spec.replicas == params.n", Ok(true));
        check("object.spec.ratio < 1", Ok(true));
        check("type(object.spec.replicas) == int", Ok(true));
    }

    #[test]
    fn quantities_compare_by_value() {
        check("quantity('500m') == quantity('0.5')", Ok(true));
        check("quantity('1Gi') > quantity('1G')", Ok(true));
        check("quantity(object.spec.template.spec.containers[0].resources.limits.cpu) <= 1", Ok(true));
        check("quantity(object.spec.replicas) == quantity('3')", Ok(true));
        check("quantity('abc') == 1.0", Err(()));
    }

    #[test]
    fn what_is_not_there_is_false_and_not_an_error() {
        check("object.spec.nothing.at.all == 1", Ok(false));
        check("!object.spec.paused", Ok(false));
        check("!has(object.spec.paused)", Ok(true));
        check("object.spec.template.spec.containers[7].name == 'a'", Ok(false));
        check("object.spec.template.spec.containers.all(c, has(c.resources.limits))", Ok(false));
        check("related.pods.all(p, p.status.phase == 'Running')", Ok(true));
        check("related.nobody.size() == 0", Ok(false));
    }

    #[test]
    fn the_rest_of_the_scope_is_there() {
        check("objects.size() == 1 && objects[0].metadata.name == 'web'", Ok(true));
        check("now == 5", Ok(true));
        check("object.metadata.labels['app.kubernetes.io/name'] == 'web'", Ok(true));
        check("object.metadata.name.matches('^w.b$')", Ok(true));
        check("params.image.split(':')[1] == '1.29'", Ok(true));
        check("object.metadata.labels.exists(k, k.startsWith('app'))", Ok(true));
        check("'web' in objects.map(o, o.metadata.name)", Ok(true));
    }

    #[test]
    fn what_is_no_truth_value_has_no_verdict() {
        check("object.spec.replicas", Err(()));
        check("object.metadata.name > 3", Err(()));
    }

    #[test]
    fn caps_hold_at_load() {
        assert!(refused("object.spec.(").column > 0);
        assert_eq!(refused("a<").column, 3, "after its end");
        assert_eq!(refused("true && objekt.spec").column, 9);
        refused("");
        refused("nope(object)");
        refused(&format!("{}1 == 1", "1 + ".repeat(800)));
        refused(&format!("{}true{}", "(".repeat(200), ")".repeat(200)));
        refused(&format!("{}true", "!(".repeat(30)));
        refused("objects.all(a, objects.all(b, objects.all(c, objects.all(d, true))))");
        assert!(Expr::compile("objects.all(a, objects.all(b, objects.all(c, true)))").is_ok());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(100))]
        #[test]
        fn no_text_brings_the_loader_down(text in "[a-z(){}\\[\\]?:.&|!=<>'\"0-9 가,+-]{0,40}") {
            match Expr::compile(&text) {
                // It has a value over these, or tells why not; it neither goes on for ever nor takes the worker along.
                Ok(expr) => {
                    let said = expr.eval(&scope());
                    let lost = [EvalError::Overrun, EvalError::Failed(GAVE_UP.into())].map(Err);
                    proptest::prop_assert!(!lost.contains(&said), "{}: {:?}", text, said);
                }
                Err(error) => {
                    proptest::prop_assert!(!error.message.is_empty());
                    let within = error.column <= text.chars().count() + 1;
                    proptest::prop_assert!(within, "{} is not in {:?}", error.column, text);
                }
            }
        }
    }

    #[test]
    fn an_overrun_disables_the_expression_for_good() {
        let many: Vec<Arc<Value>> = (0..4000).map(|n| Arc::new(json!({"n": n}))).collect();
        let scope = Scope { objects: Arc::new(many), ..Scope::default() };
        let expr = Expr::compile("objects.all(a, objects.all(b, objects.all(c, a.n + b.n + c.n >= 0)))").unwrap();
        // On a busy machine the worker may be late instead of having spent its time: then it is given another chance.
        for _ in 0..STRIKES {
            assert_eq!(expr.eval(&scope), Err(EvalError::Overrun));
        }
        assert_eq!(expr.explain(&scope), []);
        assert_eq!(expr.eval(&Scope::default()), Err(EvalError::Overrun));
        assert_eq!(Expr::compile("1 == 1").unwrap().eval(&scope), Ok(true), "the worker is replaced");
    }

    #[test]
    fn all_objects_of_a_check_share_one_budget() {
        let few: Arc<Vec<Arc<Value>>> = Arc::new((0..40).map(|n| Arc::new(json!({"n": n}))).collect());
        let scope = |_| Scope { objects: few.clone(), ..Scope::default() };
        // No evaluation takes long; all of them would take many seconds.
        let scopes: Vec<Scope> = (0..40_000).map(scope).collect();
        let expr = Expr::compile("objects.all(a, objects.all(b, a.n + b.n >= 0))").unwrap();
        let results = expr.eval_each(&scopes);
        assert_eq!(results.first(), Some(&Ok(true)));
        assert_eq!(results.last(), Some(&Err(EvalError::Overrun)));
    }

    #[test]
    fn the_false_conjuncts_are_explained_with_what_was_observed() {
        explained(
            "object.spec.replicas == 3 && object.status.readyReplicas == 3",
            &[("object.status.readyReplicas", json!(1))],
        );
        explained(
            "has(object.spec.paused) && object.spec.replicas == 2",
            &[("object.spec.paused", Value::Null), ("object.spec.replicas", json!(3))],
        );
        explained(
            "object.metadata.labels['app.kubernetes.io/name'] == 'db'",
            &[("object.metadata.labels['app.kubernetes.io/name']", json!("web"))],
        );
    }

    #[test]
    fn the_failing_elements_of_all_are_named() {
        explained(
            "object.spec.template.spec.containers.all(c, has(c.resources.limits))",
            &[
                ("object.spec.template.spec.containers[1].resources.limits", Value::Null),
                ("object.spec.template.spec.containers[2].resources.limits", Value::Null),
            ],
        );
        explained(
            "object.spec.template.spec.containers.filter(c, c.name != 'b').all(c, has(c.resources))",
            &[("object.spec.template.spec.containers[2].resources", Value::Null)],
        );
        explained(
            "related.pods.all(p, p.status.phase == 'Pending')",
            &[("related.pods[0].status.phase", json!("Running"))],
        );
        explained("object.spec.nope.all(p, p == 1)", &[("object.spec.nope", Value::Null)]);
        explained(
            "objects.all(o, o.spec.template.spec.containers.all(c, c.name != 'b'))",
            &[("objects[0].spec.template.spec.containers[1].name", json!("b"))],
        );
        explained(
            "related.pods.exists(p, p.metadata.name == 'x')",
            &[("related.pods[0].metadata.name", json!("web-1"))],
        );
    }
}
