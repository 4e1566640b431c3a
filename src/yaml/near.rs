//! "Did you mean": the nearest of the known words. It never guesses when nothing is near.

use unicode_normalization::UnicodeNormalization;

/// The word nearest to `given` by edits (a swap of neighbours is one; Hangul by its letters), if it is near enough to
/// have been meant.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = given.nfd().count();
    // In a short word two edits leave little of it.
    let allowed = if length <= 4 { 1 } else { (length / 3).clamp(2, 3) };
    known
        .into_iter()
        .map(|word| (edits(given, word), word))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

fn letters(word: &str) -> Vec<char> {
    word.nfd().flat_map(char::to_lowercase).take(64).collect()
}

/// How many slips of the keys two words are apart; case is none.
pub fn edits(from: &str, to: &str) -> usize {
    let from: Vec<char> = letters(from);
    let to: Vec<char> = letters(to);
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let replace = above.get(j).copied().unwrap_or(0) + usize::from(a != b);
            let remove = above.get(j + 1).copied().unwrap_or(0) + 1;
            let insert = row.get(j).copied().unwrap_or(0) + 1;
            let swapped = i > 0 && j > 0 && from.get(i - 1) == Some(b) && to.get(j - 1) == Some(a);
            let swap = before.get(j.wrapping_sub(1)).filter(|_| swapped).map_or(usize::MAX, |d| d + 1);
            row.push(replace.min(remove).min(insert).min(swap));
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &str, expected: Option<&str>) {
        let known = ["name", "namespace", "title", "holdFor", "kind", "$regex", "as", "초급", "중급"];
        assert_eq!(nearest(given, known), expected, "{given}");
    }

    #[test]
    fn a_slip_of_the_keys_is_recognised_and_anything_else_is_not_guessed() {
        check("nmae", Some("name"));
        check("Title", Some("title"));
        check("holdfor", Some("holdFor"));
        check("namspace", Some("namespace"));
        check("$regexp", Some("$regex"));
        check("replicas", None);
        check("a", Some("as"));
        check("xyz", None);
        check("kant", None);
        check("", None);
        check("증급", Some("중급"));
    }
}
