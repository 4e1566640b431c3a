//! Which verdicts a lab must show before and after a step. Pure.

use std::fmt;

use crate::cluster::wait::brief;
use crate::lab::{Check, Lab, Mutations, SolutionStep, Source, Survivor, Verdict};
use crate::text::josa;

/// What had to be of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Passed.
    Passed,
    /// Anything but passed.
    NotPassed,
    /// As before the step: passed.
    StillPassed,
    /// As before the step: not passed.
    StillNotPassed,
    /// An invariant that must hold.
    Unbroken,
    /// An invariant that a wrong way must break.
    Broken,
}

/// One thing that is not as it must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// A check shows another verdict.
    Check {
        /// The check.
        check: String,
        /// What had to be.
        wanted: Wanted,
        /// What is.
        verdict: Box<Verdict>,
    },
    /// An action or the setup failed; its sentence.
    Work(String),
    /// Things are left in the cluster.
    Left(Vec<String>),
    /// The symptom is not seen after setup.
    NoSymptom,
    /// No step of the solution turns this check.
    NeverTurned(String),
    /// A check lets a mutant pass.
    Survived(Survivor),
    /// A check was passed at no moment of rest, so nothing of it could be violated.
    Unseen(String),
    /// An exception from the mutation test that nothing needs.
    IdleException(String),
}

impl fmt::Display for Failure {
    /// One line, in Korean.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Check { check, wanted, verdict } => {
                let wanted = match wanted {
                    Wanted::Passed => "통과해야 하는데",
                    Wanted::NotPassed => "통과하면 안 되는데",
                    Wanted::StillPassed => "그대로 통과여야 하는데",
                    Wanted::StillNotPassed => "이 단계에 적혀 있지 않아 그대로여야 하는데",
                    Wanted::Unbroken => "지켜져야 하는데",
                    Wanted::Broken => "깨져야 하는데",
                };
                let now = match &**verdict {
                    Verdict::Passed => "통과했어요".to_owned(),
                    other => format!("{}: {}", other.name(), brief(other)),
                };
                write!(f, "{check}: {wanted} {now}")
            }
            Self::Work(text) => f.write_str(text),
            Self::Left(things) => write!(f, "남은 것: {}", things.join(", ")),
            Self::NoSymptom => f.write_str("준비한 뒤에 symptom이 보이지 않아요."),
            Self::NeverTurned(check) => write!(f, "{check}: 풀이의 어느 단계도 통과시키지 않아요."),
            Self::Survived(Survivor { check, path, operator }) => {
                let path = if path.is_empty() { "객체" } else { path };
                write!(f, "{check}: {} 망가뜨려도({}) 통과해요.", josa(path, "을/를"), operator.name())
            }
            Self::Unseen(check) => write!(f, "{check}: 가만히 있을 때 통과한 적이 없어 변이를 만들지 못했어요."),
            Self::IdleException(exception) => write!(f, "mutations.except가 할 일이 없어요: {exception}"),
        }
    }
}

fn is(verdict: &Verdict) -> bool {
    *verdict == Verdict::Passed
}

fn failure(check: &Check, wanted: Wanted, verdict: &Verdict) -> Failure {
    Failure::Check { check: check.name.clone(), wanted, verdict: Box::new(verdict.clone()) }
}

/// A check no machine decides.
fn manual(check: &Check) -> bool {
    matches!(check.source, Source::Manual)
}

/// Before anything is done: only what says so is passed, and everything can be asked; but for a server that the lab's own
/// faults have silenced.
pub fn start(lab: &Lab, verdicts: &[Verdict]) -> Vec<Failure> {
    let pairs = lab.checks.iter().zip(verdicts);
    pairs
        .filter_map(|(check, verdict)| match (check.initially_passed, verdict) {
            (true, Verdict::Passed) => None,
            (true, other) => Some(failure(check, Wanted::Passed, other)),
            (false, Verdict::Passed) => Some(failure(check, Wanted::NotPassed, verdict)),
            (false, Verdict::Unknown(reason)) if !(lab.breaks_nodes() && reason.is_silence()) => {
                Some(failure(check, Wanted::NotPassed, verdict))
            }
            (false, _) => None,
        })
        .collect()
}

/// After a step of the solution: exactly what it names has changed.
pub fn step(lab: &Lab, step: &SolutionStep, before: &[Verdict], after: &[Verdict]) -> Vec<Failure> {
    let named = |names: &[String], check: &Check| names.contains(&check.name);
    let mut failures = Vec::new();
    for ((check, before), after) in lab.checks.iter().zip(before).zip(after) {
        let wanted = if named(&step.turns, check) {
            if is(before) {
                failures.push(failure(check, Wanted::NotPassed, before));
            }
            Wanted::Passed
        } else if named(&step.breaks, check) {
            if !is(before) {
                failures.push(failure(check, Wanted::Passed, before));
            }
            Wanted::NotPassed
        } else if named(&step.also, check) {
            continue;
        } else if is(before) {
            Wanted::StillPassed
        } else {
            Wanted::StillNotPassed
        };
        let good = is(after) == matches!(wanted, Wanted::Passed | Wanted::StillPassed);
        if !good {
            failures.push(failure(check, wanted, after));
        }
    }
    failures
}

/// After the whole solution: every check a machine decides has passed at some step.
pub fn whole(lab: &Lab, passed_once: &[String]) -> Vec<Failure> {
    let never = |check: &&Check| !manual(check) && !passed_once.contains(&check.name);
    lab.checks.iter().filter(never).map(|check| Failure::NeverTurned(check.name.clone())).collect()
}

/// What the mutation test found, when it does not hold.
pub fn mutations(found: Mutations) -> Vec<Failure> {
    if found.hold() {
        return Vec::new();
    }
    let survived = found.survivors.into_iter().map(Failure::Survived);
    let unseen = found.unseen.into_iter().map(Failure::Unseen);
    survived.chain(unseen).chain(found.idle.into_iter().map(Failure::IdleException)).collect()
}

/// After a variant: the named checks are passed, or are not.
pub fn named(lab: &Lab, names: &[String], wanted: Wanted, verdicts: &[Verdict]) -> Vec<Failure> {
    let pairs = lab.checks.iter().zip(verdicts).filter(|(check, _)| names.contains(&check.name));
    pairs
        .filter(|(_, verdict)| is(verdict) != (wanted == Wanted::Passed))
        .map(|(check, verdict)| failure(check, wanted, verdict))
        .collect()
}

/// Named invariants that a wrong way leaves unbroken.
pub fn unbroken(lab: &Lab, names: &[String], verdicts: &[Verdict]) -> Vec<Failure> {
    let pairs = lab.invariants.iter().zip(verdicts).filter(|(check, _)| names.contains(&check.name));
    let whole = pairs.filter(|(_, verdict)| !matches!(verdict, Verdict::Failed(_)));
    whole.map(|(check, verdict)| failure(check, Wanted::Broken, verdict)).collect()
}

/// The named checks that are not passed and the named invariants that are broken, each with what it found: what caught a
/// wrong way.
pub fn caught(lab: &Lab, names: &[String], verdicts: &[Verdict], invariants: &[Verdict]) -> Vec<String> {
    let pairs = lab.checks.iter().zip(verdicts).chain(lab.invariants.iter().zip(invariants));
    pairs
        .filter(|(check, verdict)| names.contains(&check.name) && !is(verdict))
        .map(|(check, verdict)| format!("{}: {}", check.name, brief(verdict)))
        .collect()
}

/// In empty namespaces nothing passes but what is so from the start, or asks for the namespace alone.
pub fn empty(lab: &Lab, verdicts: &[Verdict]) -> Vec<Failure> {
    let of_namespace = |check: &Check| {
        let leaves = check.leaves();
        !leaves.is_empty() && leaves.iter().all(|leaf| leaf.target.kind == "Namespace")
    };
    let pairs = lab.checks.iter().zip(verdicts);
    pairs
        .filter(|(check, verdict)| is(verdict) && !check.initially_passed && !of_namespace(check))
        .map(|(check, verdict)| failure(check, Wanted::NotPassed, verdict))
        .collect()
}

/// After a reset: as at the start.
pub fn again(lab: &Lab, first: &[Verdict], verdicts: &[Verdict]) -> Vec<Failure> {
    let triples = lab.checks.iter().zip(first).zip(verdicts);
    triples
        .filter(|((_, first), verdict)| is(first) != is(verdict))
        .map(|((check, first), verdict)| {
            failure(check, if is(first) { Wanted::StillPassed } else { Wanted::StillNotPassed }, verdict)
        })
        .collect()
}

/// Invariants that are broken.
pub fn invariants(lab: &Lab, verdicts: &[Verdict]) -> Vec<Failure> {
    let pairs = lab.invariants.iter().zip(verdicts);
    pairs
        .filter(|(_, verdict)| !matches!(verdict, Verdict::Passed | Verdict::Waiting))
        .map(|(check, verdict)| failure(check, Wanted::Unbroken, verdict))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::wait::alone;
    use crate::lab::Reason;

    /// A lab with checks a, b, c that no cluster is needed for.
    fn lab() -> Lab {
        let mut lab = alone(crate::lab::Expectation::AllOf(vec![]), Default::default());
        let one = lab.checks.remove(0);
        lab.checks = ["a", "b", "c"].map(|name| Check { name: name.into(), ..one.clone() }).into();
        lab
    }

    /// `P` passed, `-` waiting, `?` unknown.
    fn verdicts(text: &str) -> Vec<Verdict> {
        let verdict = |c| match c {
            'P' => Verdict::Passed,
            '?' => Verdict::Unknown(Reason::Hang),
            _ => Verdict::Waiting,
        };
        text.chars().map(verdict).collect()
    }

    fn told(failures: &[Failure]) -> String {
        let one = |failure: &Failure| match failure {
            Failure::Check { check, wanted, .. } => format!("{check} {wanted:?}"),
            other => format!("{other:?}"),
        };
        failures.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    #[track_caller]
    fn check(turns: &[&str], breaks: &[&str], also: &[&str], before: &str, after: &str, expected: &str) {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let step = SolutionStep {
            name: "01".into(),
            turns: names(turns),
            breaks: names(breaks),
            also: names(also),
            actions: vec![],
        };
        assert_eq!(told(&super::step(&lab(), &step, &verdicts(before), &verdicts(after))), expected);
    }

    #[test]
    fn a_step_turns_exactly_its_checks() {
        check(&["a"], &[], &[], "---", "P--", "");
        check(&["a"], &[], &[], "---", "---", "a Passed");
        check(&["a"], &[], &[], "P--", "P--", "a NotPassed");
        check(&["a"], &[], &[], "---", "PP-", "b StillNotPassed");
        check(&["a"], &[], &["b"], "---", "PP-", "");
        check(&["a"], &["b"], &[], "-P-", "P--", "");
        check(&["a"], &["b"], &[], "-P-", "PP-", "b NotPassed");
        check(&["a"], &[], &[], "--P", "P--", "c StillPassed");
    }

    #[test]
    fn at_the_start_only_what_says_so_is_passed() {
        let mut lab = lab();
        lab.checks[0].initially_passed = true;
        assert_eq!(told(&start(&lab, &verdicts("P--"))), "");
        assert_eq!(told(&start(&lab, &verdicts("-P?"))), "a Passed, b NotPassed, c NotPassed");
    }

    #[test]
    fn variants_and_resets_name_what_differs() {
        let names = ["a".to_owned(), "b".to_owned()];
        assert_eq!(told(&named(&lab(), &names, Wanted::NotPassed, &verdicts("-PP"))), "b NotPassed");
        assert_eq!(told(&named(&lab(), &names, Wanted::Passed, &verdicts("-PP"))), "a Passed");
        assert_eq!(told(&again(&lab(), &verdicts("P--"), &verdicts("-P-"))), "a StillPassed, b StillNotPassed");
        assert_eq!(told(&empty(&lab(), &verdicts("--P"))), "c NotPassed");
        let caught = caught(&lab(), &names, &verdicts("P--"), &[]);
        assert!(caught.len() == 1 && caught[0].starts_with("b: "), "{caught:?}");
        assert_eq!(told(&whole(&lab(), &names)), "NeverTurned(\"c\")");
    }
}
