//! JSON to CEL values and evaluation itself, on the worker's thread. Strings are borrowed; integers are Int; nothing is
//! converted that the expression does not name.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use cel::common::types::{CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, CelUInt};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{Context, Env, ExecutionError, IdedExpr, Value as Cel};
use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;

use super::caps::{self, Uses};
use super::{EvalError, Scope};
use crate::lab::quantity;

thread_local! {
    // The standard library is registered once per worker: it takes longer than an evaluation.
    static ENV: Arc<Env> = Arc::new(caps::environment());
}

/// Ends an evaluation nobody waits for any more. CEL has no way to be interrupted, but every loop over something of the
/// scope looks a name up; once stopped, names are null, which is no list, and the loops fail one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Stop(Arc<Meter>);

#[derive(Debug, Default)]
struct Meter {
    stopped: AtomicBool,
    /// The evaluating thread's processor time at which it ends, in nanoseconds; 0: none.
    due: AtomicU64,
    lookups: AtomicU32,
}

impl Stop {
    pub(super) fn now(&self) {
        self.0.stopped.store(true, Ordering::Relaxed);
    }

    /// Ends what this thread evaluates once it has taken so much processor time.
    pub(super) fn at(&self, due: Duration) {
        self.0.due.store(u64::try_from(due.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Whether it is time, or was said to be.
    pub(super) fn is_due(&self) -> bool {
        let due = self.0.due.load(Ordering::Relaxed);
        if due > 0 && processor_time() > Duration::from_nanos(due) {
            self.now();
        }
        self.0.stopped.load(Ordering::Relaxed)
    }
}

impl VariableResolver for Stop {
    fn resolve<'b>(&'b self, _: &str) -> Option<CowVal<'b, 'b>> {
        // Asking for the time takes longer than most lookups.
        let ask = self.0.lookups.fetch_add(1, Ordering::Relaxed) % 64 == 63;
        let stopped = if ask { self.is_due() } else { self.0.stopped.load(Ordering::Relaxed) };
        stopped.then(|| CowVal::owned(CelNull))
    }
}

/// The processor time that this thread has taken.
pub(super) fn processor_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

/// Whether the tree holds in the scope.
pub(super) fn truth(tree: &IdedExpr, uses: &Uses, scope: &Scope, stop: &Stop) -> Result<bool, EvalError> {
    let context = context(uses, scope, stop);
    match Cel::resolve_val(tree, &context) {
        Ok(value) => match value.downcast_ref::<CelBool>() {
            Some(value) => Ok(*value.inner()),
            None => Err(EvalError::Failed(format!("{} instead of true or false", value.get_type().name()))),
        },
        Err(ExecutionError::NoSuchKey(_) | ExecutionError::IndexOutOfBounds(_)) => Ok(false),
        Err(error) => Err(EvalError::Failed(short(&error.to_string()))),
    }
}

/// The variables of a scope that are used, and `quantity`.
pub(super) fn context<'v>(uses: &Uses, scope: &'v Scope, stop: &'v Stop) -> Context<'v, 'v> {
    let mut context = Context::with_env(ENV.with(Arc::clone));
    context.set_variable_resolver(stop);
    // Fails only if the standard library gets a function of this name, which a test would show.
    let _ = context.add_function("quantity", quantity_of);
    if uses.object {
        let value: Box<dyn Val + 'v> = match &scope.object {
            Some(object) => value(object),
            None => Box::new(CelNull),
        };
        context.add_variable_as_val("object", value);
    }
    if uses.objects {
        context.add_variable_as_val("objects", Box::new(objects(&scope.objects)));
    }
    if uses.related {
        let lists: HashMap<CelMapKey<'v>, Box<dyn Val + 'v>> = scope
            .related
            .iter()
            .map(|(alias, list)| (CelMapKey::from(alias.as_str()), Box::new(objects(list)) as Box<dyn Val + 'v>))
            .collect();
        context.add_variable_as_val("related", Box::new(CelMap::from(lists)));
    }
    if uses.params {
        context.add_variable_as_val("params", value(&scope.params));
    }
    if uses.now {
        context.add_variable_as_val("now", Box::new(CelInt::from(scope.now.div_euclid(1000))));
    }
    context
}

/// A JSON value as CEL sees it.
pub(super) fn value<'v>(json: &'v Value) -> Box<dyn Val + 'v> {
    match json {
        Value::Null => Box::new(CelNull),
        Value::Bool(truth) => Box::new(CelBool::from(*truth)),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(int), _) => Box::new(CelInt::from(int)),
            (None, Some(large)) => Box::new(CelUInt::from(large)),
            (None, None) => Box::new(CelDouble::from(number.as_f64().unwrap_or(f64::NAN))),
        },
        Value::String(text) => Box::new(CelString::from(text.as_str())),
        Value::Array(items) => Box::new(CelList::from(items.iter().map(value).collect::<Vec<_>>())),
        Value::Object(members) => {
            let members: HashMap<CelMapKey<'v>, Box<dyn Val + 'v>> = members
                .iter()
                // The largest part of most objects, and nothing a check asks for.
                .filter(|(key, _)| key.as_str() != "managedFields")
                .map(|(key, member)| (CelMapKey::from(key.as_str()), value(member)))
                .collect();
            Box::new(CelMap::from(members))
        }
    }
}

fn objects(list: &[Arc<Value>]) -> CelList<'_> {
    CelList::from(list.iter().map(|object| value(object)).collect::<Vec<_>>())
}

fn quantity_of(given: Cel) -> Result<Cel, ExecutionError> {
    let nano = match &given {
        Cel::String(text) => quantity::parse(text),
        Cel::Int(whole) => i128::from(*whole).checked_mul(1_000_000_000),
        Cel::UInt(whole) => i128::from(*whole).checked_mul(1_000_000_000),
        Cel::Float(number) => quantity::parse(&number.to_string()),
        _ => None,
    };
    match nano {
        Some(nano) => Ok(Cel::Float(quantity::double(nano))),
        None => Err(ExecutionError::function_error("quantity", short(&format!("not a quantity: {given:?}")))),
    }
}

/// Values in CEL's messages can be whole objects.
fn short(message: &str) -> String {
    message.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::expr::caps;
    use serde_json::json;

    #[test]
    fn a_stopped_evaluation_ends() {
        let (tree, uses) =
            caps::compile("objects.all(a, objects.all(b, objects.all(c, a.n + b.n + c.n >= 0)))").unwrap();
        let many: Vec<Arc<Value>> = (0..2000).map(|n| Arc::new(json!({"n": n}))).collect();
        let scope = Scope { objects: Arc::new(many), ..Scope::default() };
        let stop = Stop::default();
        let stopped = stop.clone();
        let running = std::thread::spawn(move || truth(&tree, &uses, &scope, &stopped));
        stop.now();
        assert!(running.join().unwrap().is_err());
    }
}
