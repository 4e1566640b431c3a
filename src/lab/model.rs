//! A lab as its author wrote it, checked and resolved. Nothing here changes while a lab runs.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::expr::Expr;
use super::verdict::ObjectRef;

mod fault;
mod query;
mod seeded;
mod solution;
mod terms;
mod work;

pub use fault::{CniDamage, Fault, FaultKind, NodeRef, NodeRole, NodeWork};
pub use query::{
    AccessReview, Client, Logs, NodeQuestion, NodeRead, Promql, Query, Release, Request, Run, Tool, Unit, Way, Who,
};
pub use seeded::{Choice, Seeded, SeededFault, Sown};
pub use solution::SolutionStep;
pub use terms::{ADDONS, ClusterSpec, OwnedObject, Owns, Requires, SHARED_CLUSTER, is_our_cluster};
pub use work::{Action, CORDONED, HelmCall, NODE_NAME, NodeChange, PatchKind, Until, Variant, VariantKind};

/// How much a lab explains: a challenge names the symptom only, an exam nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Explain {
    /// Everything.
    #[default]
    Full,
    /// Why and next cost a hint.
    Symptom,
    /// Verdicts alone.
    None,
}

impl Explain {
    /// How much is explained of a check for which so many hints were taken: a challenge's symptom becomes everything
    /// with the first.
    pub fn after(self, hints: usize) -> Self {
        match self {
            Self::Symptom if hints > 0 => Self::Full,
            other => other,
        }
    }
}

/// A learner's level; levels are cumulative (고급 ⊇ 중급 ⊇ 초급).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Level {
    /// 초급.
    #[default]
    #[serde(rename = "초급")]
    Beginner,
    /// 중급.
    #[serde(rename = "중급")]
    Intermediate,
    /// 고급.
    #[serde(rename = "고급")]
    Advanced,
}

impl Level {
    /// The name learners read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Beginner => "초급",
            Self::Intermediate => "중급",
            Self::Advanced => "고급",
        }
    }
}

/// A lab, ready to be run.
#[derive(Clone, Debug)]
pub struct Lab {
    /// `metadata.name`, which is its folder's name too.
    pub id: String,
    /// Title in Korean.
    pub title: String,
    /// Planned minutes.
    pub minutes: u32,
    /// How much is explained.
    pub explain: Explain,
    /// What the machine and the cluster must have.
    pub requires: Requires,
    /// Which cluster it runs on.
    pub cluster: ClusterSpec,
    /// Read in CEL as `params.NAME`.
    pub params: BTreeMap<String, Value>,
    /// All that the lab's work may create or change.
    pub owns: Owns,
    /// Done at start, in order.
    pub setup: Vec<Action>,
    /// Faults of which a seed chooses some.
    pub seeded: Option<Seeded>,
    /// What a seed has chosen of them, for the lab that is done.
    pub sown: Option<Sown>,
    /// What must be seen after setup (challenges).
    pub symptom: Option<Expectation>,
    /// The checklist, in the author's order.
    pub checks: Vec<Check>,
    /// What must hold from start to end.
    pub invariants: Vec<Check>,
    /// `solution/NN-name.yaml`, in order.
    pub solution: Vec<SolutionStep>,
    /// `wrong/NAME.yaml` and `right/NAME.yaml`.
    pub variants: Vec<Variant>,
    /// Mutants that may survive; see [`crate::lab::mutations`].
    pub mutations: Vec<Exception>,
    /// `images.txt`, without comments.
    pub images: Vec<String>,
    /// SHA-256 over every file of the lab, hexadecimal: trust and the cache of proofs are keyed by it.
    pub hash: String,
}

/// A mutant that a check may let pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The check or invariant.
    pub check: String,
    /// What is violated, as the author test names it.
    pub path: String,
    /// Why that is right.
    pub because: String,
}

/// Whether a pass is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The verdict follows the cluster.
    #[default]
    Live,
    /// Once passed, passed for this run.
    Latch,
}

/// One line of the checklist.
#[derive(Clone, Debug)]
pub struct Check {
    /// Stable id within the lab.
    pub name: String,
    /// What the learner reads.
    pub title: String,
    /// Step of the lab, from 1; 0 for none.
    pub step: u32,
    /// The level it belongs to; `None` is everyone's.
    pub level: Option<Level>,
    /// Weight in scores.
    pub weight: u32,
    /// Checks that must have passed once in this run.
    pub needs: Vec<String>,
    /// Live or latch.
    pub mode: Mode,
    /// How long a false state after a change counts as progressing.
    pub within: Duration,
    /// How long it must be true before it passes.
    pub hold_for: Duration,
    /// How often a query is asked, or an expression that reads `now`.
    pub every: Option<Duration>,
    /// End `within` early when a Pod's status says it will not come right by itself.
    pub fail_fast: bool,
    /// True when it holds before the learner has done anything (`initially: passed`).
    pub initially_passed: bool,
    /// What is observed and expected.
    pub source: Source,
    /// Hints, level 1 first.
    pub hints: Vec<Hint>,
    /// The next command to look at.
    pub next: Option<String>,
    /// What to take along once it has passed.
    pub debrief: Option<String>,
    /// Line in `lab.yaml`.
    pub line: usize,
}

/// One hint.
#[derive(Clone, Debug)]
pub struct Hint {
    /// 1 to 3.
    pub level: u32,
    /// Shown only when this CEL expression holds over the observation.
    pub when: Option<Expr>,
    /// The text.
    pub text: String,
}

/// What a check observes.
#[derive(Clone, Debug)]
pub enum Source {
    /// The cluster, or what is asked of it: what must hold.
    Observed(Expectation),
    /// What must hold after something destructive was done, on the learner's explicit word.
    Trigger(Box<Trigger>),
    /// A typed or chosen answer.
    Answer(Answer),
    /// The learner's word.
    Manual,
}

/// Accepted answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The question.
    pub ask: String,
    /// Choices, when it is not typed.
    pub choices: Vec<String>,
    /// Answers that count, compared normalised (case, width, spaces, NFKC).
    pub accept: Vec<String>,
}

/// Something destructive, what must hold after it, and how it is undone.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// Done on the learner's word.
    pub actions: Vec<Action>,
    /// What must hold then.
    pub then: Expectation,
    /// Done when it holds, or when the lab is stopped.
    pub undo: Vec<Action>,
}

/// A tree of expectations in Kleene logic.
#[derive(Clone, Debug)]
pub enum Expectation {
    /// One selection and what must hold of it.
    Of(Box<ResourceExpectation>),
    /// One query and what must hold of its reply.
    Asked(Box<Asked>),
    /// All of these.
    AllOf(Vec<Expectation>),
    /// At least one of these.
    AnyOf(Vec<Expectation>),
    /// Not this (an empty selection never passes, not under `not` either).
    Not(Box<Expectation>),
}

/// One query and what must hold of its reply, which CEL sees as `object`.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What is asked.
    pub query: Query,
    /// A denied connection counts only while this other one is allowed: else nobody may be listening at all.
    pub paired: Option<Query>,
    /// A partial reply.
    pub pattern: Option<Value>,
    /// CEL expressions that must be true.
    pub cel: Vec<Rule>,
}

/// What to select.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Target {
    /// `group/version`, or `v1`.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// Namespace; `None` for cluster-scoped kinds or all namespaces.
    pub namespace: Option<String>,
    /// Exact name.
    pub name: Option<String>,
    /// Label selector.
    pub labels: LabelSelector,
    /// Field selector: JSON path such as `spec.nodeName` → value.
    pub fields: BTreeMap<String, String>,
}

/// `matchLabels` and `matchExpressions`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct LabelSelector {
    /// All of these key–value pairs.
    pub match_labels: BTreeMap<String, String>,
    /// All of these expressions.
    pub match_expressions: Vec<LabelExpression>,
}

/// One expression of a label selector.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct LabelExpression {
    /// The label key.
    pub key: String,
    /// `In`, `NotIn`, `Exists`, `DoesNotExist`.
    pub operator: String,
    /// Values for In and NotIn.
    pub values: Vec<String>,
}

/// How many objects of a selection must satisfy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Quantifier {
    /// Every one (and at least one).
    #[default]
    All,
    /// At least `count.min`.
    Any,
    /// Not one (and at least one selected).
    None,
}

/// Bounds of a number of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// At least.
    pub min: u64,
    /// At most.
    pub max: Option<u64>,
}

/// One selection and what must hold of its objects.
#[derive(Clone, Debug)]
pub struct ResourceExpectation {
    /// What to select.
    pub target: Target,
    /// All, any or none.
    pub quantifier: Quantifier,
    /// Bounds the selection, or with `any` the objects that satisfy.
    pub count: Count,
    /// Passes only when what was seen in this run is gone.
    pub absent: bool,
    /// kstatus, with the corrections of the format.
    pub ready: bool,
    /// Conditions that must be True.
    pub conditions: Vec<String>,
    /// A partial object.
    pub pattern: Option<Value>,
    /// CEL expressions that must be true.
    pub cel: Vec<Rule>,
    /// Other objects that CEL may name as `related.ALIAS`.
    pub related: BTreeMap<String, Related>,
}

/// A CEL expression and what it means to the learner.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The expression.
    pub expr: Expr,
    /// What must hold, in Korean.
    pub message: Option<String>,
}

/// How related objects belong to the object in question.
#[derive(Clone, Debug, PartialEq)]
pub struct Related {
    /// What to select.
    pub target: Target,
    /// Only those owned (ownerReferences, transitively) by `object`.
    pub owned_by_object: bool,
    /// Only those that `object.spec.selector` selects.
    pub selected_by_object: bool,
}

impl Target {
    /// It in place of an object that is not there.
    pub fn described(&self) -> ObjectRef {
        let name = self.name.clone().unwrap_or_else(|| self.labels.words());
        ObjectRef { kind: self.kind.clone(), namespace: self.namespace.clone(), name }
    }
}

impl LabelSelector {
    /// It as kubectl takes it.
    pub fn words(&self) -> String {
        let pairs = self.match_labels.iter().map(|(key, value)| format!("{key}={value}"));
        let expressions = self.match_expressions.iter().map(|expression| {
            let values = expression.values.join(",");
            match expression.operator.as_str() {
                "In" => format!("{} in ({values})", expression.key),
                "NotIn" => format!("{} notin ({values})", expression.key),
                "DoesNotExist" => format!("!{}", expression.key),
                _ => expression.key.clone(),
            }
        });
        pairs.chain(expressions).collect::<Vec<_>>().join(",")
    }
}
