//! Typed and chosen answers, compared as people mean them: composed characters, no case, no spaces.

use unicode_normalization::UnicodeNormalization;

use super::truth::{No, Now, finding};
use crate::lab::model::Answer;
use crate::lab::verdict::{Actual, Expected, ObjectRef};

/// Whether the answer given is one that counts; an empty one is none.
pub(super) fn state(answer: &Answer, given: Option<&String>) -> Now {
    let Some(given) = given.filter(|given| !normal(given).is_empty()) else { return Now::Nothing };
    if answer.accept.iter().any(|accepted| normal(accepted) == normal(given)) {
        return Now::True;
    }
    let finding = finding(ObjectRef::default(), Expected::Answer, Actual::Answer(Some(given.clone())));
    Now::False(Box::new(No { finding, stuck: true, empty: false }))
}

fn normal(text: &str) -> String {
    text.nfc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect()
}
