//! The reference solution of a lab: its steps, and which of them are still to be done.

use std::collections::BTreeSet;

use super::{Action, Lab};
use crate::lab::verdict::Verdict;

/// One step of the reference solution.
#[derive(Clone, Debug)]
pub struct SolutionStep {
    /// File name without `.yaml`: `01-name`.
    pub name: String,
    /// Passed after and not before.
    pub turns: Vec<String>,
    /// Passed before and not after.
    pub breaks: Vec<String>,
    /// May change either way.
    pub also: Vec<String>,
    /// What is done.
    pub actions: Vec<Action>,
}

impl SolutionStep {
    /// A name a learner may give it: the whole of it, or its number with or without zeros.
    pub fn is_called(&self, name: &str) -> bool {
        let number = |text: &str| text.split('-').next().and_then(|digits| digits.parse::<u32>().ok());
        self.name == name || (name.parse::<u32>().is_ok() && number(name) == number(&self.name))
    }
}

impl Lab {
    /// The checks that pass, of one verdict a check.
    pub fn passing(&self, verdicts: &[Verdict]) -> BTreeSet<String> {
        let passing = self.checks.iter().zip(verdicts).filter(|(_, verdict)| **verdict == Verdict::Passed);
        passing.map(|(check, _)| check.name.clone()).collect()
    }

    /// The steps of the reference solution that are still to be done, by their places: those whose checks have not all
    /// passed `once` in this run, as to do a step again would undo what came after it. What a step breaks counts for
    /// those behind it only while it passes `now`.
    pub fn open_steps(&self, once: &BTreeSet<String>, now: &BTreeSet<String>) -> Vec<usize> {
        let (mut now, mut broken) = (now.clone(), BTreeSet::new());
        let mut open = Vec::new();
        for (place, step) in self.solution.iter().enumerate() {
            let passed = |check| if broken.contains(check) { now.contains(check) } else { once.contains(check) };
            if step.turns.is_empty() || !step.turns.iter().all(passed) {
                open.push(place);
                now.retain(|check| !step.breaks.contains(check));
            }
            broken.extend(&step.breaks);
        }
        open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &str, turns: &[&str], breaks: &[&str]) -> SolutionStep {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        SolutionStep {
            name: name.into(),
            turns: names(turns),
            breaks: names(breaks),
            also: Vec::new(),
            actions: Vec::new(),
        }
    }

    #[test]
    fn a_step_is_called_by_its_name_or_number() {
        let step = step("03-label", &["a"], &[]);
        for name in ["03-label", "03", "3"] {
            assert!(step.is_called(name), "{name}");
        }
        for name in ["03-", "4", "label", "", "30"] {
            assert!(!step.is_called(name), "{name}");
        }
    }

    #[test]
    fn a_step_is_open_until_its_checks_have_passed_and_what_mends_while_it_is_broken() {
        #[track_caller]
        fn check(once: &[&str], now: &[&str], expected: &[usize]) {
            let mut lab = crate::lab::testing::lab(Vec::new());
            lab.solution = vec![
                step("01-open", &["open", "b"], &[]),
                step("02-drill", &["drill"], &["open"]),
                step("03-back", &["open"], &[]),
                step("04-note", &[], &[]),
            ];
            let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(lab.open_steps(&names(once), &names(now)), expected);
        }
        check(&[], &[], &[0, 1, 2, 3]);
        check(&["open"], &["open"], &[0, 1, 2, 3]);
        // The drill is still to come, and breaks what passes now.
        check(&["open", "b"], &["open", "b"], &[1, 2, 3]);
        check(&["open", "b", "drill"], &["b", "drill"], &[2, 3]);
        check(&["open", "b", "drill"], &["open"], &[3]);
    }
}
