//! The score of a challenge: the weight of what has passed, a tenth less for each hint of a check, nothing where the
//! reference solution was shown. Answers are counted apart; a person's word is not counted at all.

use super::model::{Check, Lab, Level, Source};

/// Help that was taken for a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Help {
    /// So many hints.
    pub hints: usize,
    /// The solution of it was shown.
    pub shown: bool,
}

/// Points of some checks, in tenths of a weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Checks that have passed.
    pub passed: usize,
    /// Checks there are.
    pub count: usize,
    /// Points there were.
    pub earned: u64,
    /// Points there are.
    pub total: u64,
}

impl Part {
    /// Whole percent, rounded down; 0 of nothing.
    pub fn percent(self) -> u64 {
        (self.earned * 100).checked_div(self.total).unwrap_or(0)
    }

    fn add(&mut self, check: &Check, passed: bool, help: Help) {
        let weight = u64::from(check.weight);
        self.count += 1;
        self.total += weight * 10;
        if passed {
            self.passed += 1;
            self.earned += weight * tenths(help);
        }
    }
}

/// What is left of a check's ten tenths.
pub fn tenths(help: Help) -> u64 {
    if help.shown { 0 } else { 10_u64.saturating_sub(u64::try_from(help.hints).unwrap_or(10)) }
}

/// A score: what a machine verified, and what was answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// What was observed.
    pub checks: Part,
    /// What was answered.
    pub answers: Part,
}

/// The score at a level.
pub fn score(lab: &Lab, level: Level, passed: impl Fn(&Check) -> bool, help: impl Fn(&Check) -> Help) -> Score {
    let mut score = Score::default();
    for check in lab.checks.iter().filter(|check| check.level.is_none_or(|of| of <= level)) {
        let part = match check.source {
            Source::Manual => continue,
            Source::Answer(_) => &mut score.answers,
            _ => &mut score.checks,
        };
        part.add(check, passed(check), help(check));
    }
    score
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lab::testing;

    /// Checks `name:weight`, those passed in capitals, hints by `-`, the solution shown by `*`.
    #[track_caller]
    fn check(text: &str, earned: u64, total: u64, percent: u64) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let one = |word: &&str| {
            let (name, weight) = word.trim_end_matches(['-', '*']).split_once(':').unwrap();
            let mut check = testing::check(json!({"kind": "Pod", "name": "x", "check": {"name": name}}));
            check.weight = weight.parse().unwrap();
            check
        };
        let lab = testing::lab(words.iter().map(one).collect());
        let word = |check: &Check| *words.iter().find(|word| word.starts_with(&format!("{}:", check.name))).unwrap();
        let score = score(
            &lab,
            Level::Beginner,
            |check| word(check).starts_with(char::is_uppercase),
            |check| Help { hints: word(check).matches('-').count(), shown: word(check).contains('*') },
        );
        assert_eq!((score.checks.earned, score.checks.total, score.checks.percent()), (earned, total, percent));
    }

    #[test]
    fn each_hint_takes_a_tenth_of_its_check() {
        check("A:1 B:1", 20, 20, 100);
        check("A:1- B:1", 19, 20, 95);
        check("A:3-- b:1", 24, 40, 60);
        check("A:1------------ B:1", 10, 20, 50);
        check("A:1* B:1", 10, 20, 50);
        check("a:1--- B:2", 20, 30, 66);
        check("", 0, 0, 0);
    }

    #[test]
    fn answers_are_counted_apart_and_a_persons_word_is_not() {
        let of = |name: &str, source: Source| Check {
            source,
            ..testing::check(json!({"kind": "Pod", "name": "x", "check": {"name": name}}))
        };
        let answer = crate::lab::Answer { ask: String::new(), choices: vec![], accept: vec![] };
        let lab = testing::lab(vec![of("a", Source::Answer(answer)), of("m", Source::Manual)]);
        let score = score(&lab, Level::Beginner, |_| true, |_| Help::default());
        assert_eq!((score.checks, score.answers.earned, score.answers.count), (Part::default(), 10, 1));
    }
}
