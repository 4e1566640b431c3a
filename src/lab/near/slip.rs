//! Whether one word may have been meant for another.

use crate::yaml::edits;

/// Whether two words are so near that one was meant for the other: two edits apart at most (one in short words), not
/// counting case, and not in their digits alone (`web-1` and `web-2` are two things).
pub(super) fn slip(has: &str, wanted: &str) -> bool {
    let letters = |word: &str| word.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let allowed = if has.chars().count().min(wanted.chars().count()) <= 4 { 1 } else { 2 };
    !has.is_empty() && has != wanted && letters(has) != letters(wanted) && edits(has, wanted) <= allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_one_or_two_letters_and_never_a_number() {
        #[track_caller]
        fn check(has: &str, wanted: &str, expected: bool) {
            assert_eq!(slip(has, wanted), expected, "{has} {wanted}");
        }
        check("wbe", "web", true);
        check("Web", "web", true);
        check("webb", "web", true);
        check("db", "web", false);
        check("web", "web", false);
        check("web-1", "web-2", false);
        check("web", "web2", false);
        check("frontned", "frontend", true);
        check("front-ends", "frontend", true);
        check("backend", "frontend", false);
        check("", "w", false);
    }
}
