//! Typed and chosen answers, compared as people mean them: composed characters, no width, no case, no spaces.

use unicode_normalization::UnicodeNormalization;

use super::truth::{No, Now, finding};
use crate::lab::model::Answer;
use crate::lab::verdict::{Actual, Expected, ObjectRef};

/// Whether the answer given is one that counts; an empty one is none.
pub(super) fn state(answer: &Answer, given: Option<&String>) -> Now {
    let Some(given) = given.filter(|given| !normal(given).is_empty()) else { return Now::Nothing };
    if accepts(&answer.accept, given) {
        return Now::True;
    }
    let finding = finding(ObjectRef::default(), Expected::Answer, Actual::Answer(Some(given.clone())));
    Now::False(Box::new(No { finding, stuck: true, empty: false }))
}

/// Whether an answer is one of those that count, compared as people mean them: composed, without width, case and spaces.
pub fn accepts(accepted: &[String], given: &str) -> bool {
    let given = normal(given);
    !given.is_empty() && accepted.iter().any(|accepted| normal(accepted) == given)
}

fn normal(text: &str) -> String {
    // Input methods give Latin letters in full width too.
    text.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &str, accepted: &str, expected: bool) {
        let answer = Answer { ask: String::new(), choices: vec![], accept: vec![accepted.into()] };
        assert_eq!(matches!(state(&answer, Some(&given.to_owned())), Now::True), expected, "{given}");
    }

    #[test]
    fn what_people_mean_is_the_same_however_they_type_it() {
        check("ＲｅｐｌｉｃａＳｅｔ", "ReplicaSet", true);
        check("replica　set", "ReplicaSet", true);
        check("３", "3", true);
        check("조정 루프", "조정루프", true);
        check("\u{1109}\u{1165}\u{11ab}언", "선언", true);
        check("ReplicaSets", "ReplicaSet", false);
    }
}
