//! Hints by level: which of them are shown, and which level is next. Levels are taken one by one; within a level the
//! situation chooses.

use super::model::{Check, Hint};

/// The hints of a check that are for a situation.
#[derive(Clone, Debug)]
pub struct Ladder<'c> {
    hints: Vec<&'c Hint>,
}

impl<'c> Ladder<'c> {
    /// The hints at these places; where nothing is known of the situation, those that are for every one.
    pub fn of(check: &'c Check, applying: Option<&[usize]>) -> Self {
        let fits = |place: usize, hint: &Hint| match applying {
            Some(places) => places.contains(&place),
            None => hint.when.is_none(),
        };
        let fitting = check.hints.iter().enumerate().filter(|(place, hint)| fits(*place, hint));
        let mut hints: Vec<&Hint> = fitting.map(|(_, hint)| hint).collect();
        hints.sort_by_key(|hint| hint.level);
        Self { hints }
    }

    /// The highest level there is something at.
    pub fn last(&self) -> Option<u32> {
        self.hints.last().map(|hint| hint.level)
    }

    /// The next level after those reached.
    pub fn after(&self, reached: u32) -> Option<u32> {
        self.hints.iter().map(|hint| hint.level).find(|level| *level > reached)
    }

    /// What is shown at a level reached: the hints of it and of those below, in their order.
    pub fn up_to(&self, reached: u32) -> impl Iterator<Item = &'c Hint> {
        self.hints.iter().copied().filter(move |hint| hint.level <= reached)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lab::expr::Expr;
    use crate::lab::testing;

    /// Hints written as `1a`, `2b?` (a condition).
    fn check(hints: &str) -> Check {
        let hint = |word: &str| Hint {
            level: word.chars().next().and_then(|c| c.to_digit(10)).unwrap(),
            when: word.ends_with('?').then(|| Expr::compile("true").unwrap()),
            text: word.trim_end_matches('?').chars().skip(1).collect(),
        };
        let mut check = testing::check(json!({"kind": "Pod", "name": "x", "check": {"name": "x"}}));
        check.hints = hints.split_whitespace().map(hint).collect();
        check
    }

    #[track_caller]
    fn shows(hints: &str, applying: Option<&[usize]>, reached: u32, shown: &str, next: Option<u32>) {
        let check = check(hints);
        let ladder = Ladder::of(&check, applying);
        let texts: Vec<&str> = ladder.up_to(reached).map(|hint| hint.text.as_str()).collect();
        assert_eq!((texts.join(" ").as_str(), ladder.after(reached)), (shown, next));
    }

    #[test]
    fn levels_are_taken_one_by_one_and_the_situation_chooses_within_them() {
        shows("1a 2b 3c", None, 0, "", Some(1));
        shows("1a 2b 3c", None, 2, "a b", Some(3));
        shows("3c 1a", None, 1, "a", Some(3));
        shows("1a 1b? 2c", None, 1, "a", Some(2));
        shows("1a? 1b? 2c", Some(&[1, 2]), 1, "b", Some(2));
        shows("1a? 1b? 2c", Some(&[0, 2]), 1, "a", Some(2));
        shows("1a? 2c", Some(&[1]), 0, "", Some(2));
        shows("1a? 2c?", Some(&[]), 3, "", None);
        shows("", None, 0, "", None);
    }
}
