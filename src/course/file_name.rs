//! What file names, folder names and headings say about a node: `week_03`, `day1`, `hands_on_2`, `Session 1: …`,
//! `실습 2. …`. What fits nothing says nothing.

use unicode_normalization::UnicodeNormalization as _;

use super::model::Kind;

/// The words for a kind. Longer ones stand before the words they begin with.
const WORDS: &[(&str, Kind)] = &[
    ("week", Kind::Week),
    ("day", Kind::Day),
    ("session", Kind::Session),
    ("세션", Kind::Session),
    ("lab", Kind::Lab),
    ("실습", Kind::Lab),
    ("hands-on", Kind::HandsOn),
    ("hands_on", Kind::HandsOn),
    ("hands on", Kind::HandsOn),
    ("handson", Kind::HandsOn),
    ("핸즈온", Kind::HandsOn),
    ("심화 실습", Kind::HandsOn),
    ("심화_실습", Kind::HandsOn),
    ("심화실습", Kind::HandsOn),
    ("challenge", Kind::Challenge),
    ("챌린지", Kind::Challenge),
    ("project", Kind::Project),
    ("프로젝트", Kind::Project),
];

/// Words that say a kind when a file has no other name.
const WHOLE: &[(&str, Kind)] = &[
    ("overview", Kind::Overview),
    ("개요", Kind::Overview),
    ("wrap-up", Kind::WrapUp),
    ("wrap_up", Kind::WrapUp),
    ("wrapup", Kind::WrapUp),
    ("마무리", Kind::WrapUp),
];

/// Counters that follow their number.
const COUNTERS: &[(&str, Kind)] = &[("주차", Kind::Week), ("일차", Kind::Day)];

/// A kind and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// What it is.
    pub kind: Kind,
    /// Which one, where it is said.
    pub number: Option<u32>,
    /// Whether it stands alone or before a colon: `Week 4 준비` is about week 4, it is not week 4.
    pub alone: bool,
}

/// What the name of a file (without its ending) or folder says.
pub fn of_file(stem: &str) -> Option<Place> {
    // macOS gives names with their letters apart.
    let name = stem.nfc().collect::<String>().to_lowercase();
    let whole =
        |(word, kind): &(&str, Kind)| (name == *word).then_some(Place { kind: *kind, number: None, alone: true });
    if let Some(place) = WHOLE.iter().chain(WORDS).find_map(whole) {
        return Some(place);
    }
    chain(&name, &['_', '-', ' ', '.'], &['_', '-', ' ', '.'])
}

/// What a heading says, pictograms already removed: a number is needed, or a colon after the word.
pub fn of_heading(text: &str) -> Option<Place> {
    let text = text.to_lowercase();
    let colon = |(word, kind): &(&str, Kind)| {
        let rest = text.strip_prefix(word)?.trim_start();
        let named = rest.starts_with([':', '：']) || (rest.is_empty() && *kind == Kind::Challenge);
        (named && !kind.is_frame()).then_some(Place { kind: *kind, number: None, alone: true })
    };
    chain(
        &text,
        &[' ', '_', '-', '.', '#'],
        &[' ', ':', '：', '.', '-', '–', '—', '(', '（', '[', '>', ',', '/', '·', '|'],
    )
    .or_else(|| WORDS.iter().find_map(colon))
}

/// `Week 3 Day 5: …` is about day 5: the last of several places counts, unless it is a smaller frame's.
fn chain(text: &str, inner: &[char], after: &[char]) -> Option<Place> {
    let (mut place, mut rest) = one(text, inner, after)?;
    while place.kind.is_frame() {
        let Some((next, further)) = one(rest.trim_start_matches(after), inner, after) else { break };
        if next.kind <= place.kind {
            break;
        }
        (place, rest) = (next, further);
    }
    Some(place)
}

/// A place at the start of a text, and what follows it.
fn one<'a>(text: &'a str, inner: &[char], after: &[char]) -> Option<(Place, &'a str)> {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(after);
    for (word, kind) in WORDS {
        if let Some((number, rest)) = text.strip_prefix(word).and_then(|rest| digits(rest.trim_start_matches(inner)))
            && ends(rest)
        {
            return Some((Place { kind: *kind, number: Some(number), alone: alone(rest) }, rest));
        }
    }
    let (number, rest) = digits(text)?;
    COUNTERS.iter().find_map(|(word, kind)| {
        let rest = rest.trim_start_matches(' ').strip_prefix(word)?;
        ends(rest).then_some((Place { kind: *kind, number: Some(number), alone: alone(rest) }, rest))
    })
}

fn alone(rest: &str) -> bool {
    rest.trim_start().chars().next().is_none_or(|c| !c.is_alphanumeric())
}

fn digits(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    Some((digits.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(place: Option<Place>) -> String {
        match place {
            None => String::new(),
            Some(Place { kind, number: None, .. }) => kind.word().into(),
            Some(Place { kind, number: Some(number), .. }) => format!("{} {number}", kind.word()),
        }
    }

    #[track_caller]
    fn file(name: &str, expected: &str) {
        assert_eq!(shown(of_file(name)), expected, "{name}");
    }

    #[track_caller]
    fn heading(text: &str, expected: &str) {
        assert_eq!(shown(of_heading(text)), expected, "{text}");
    }

    #[test]
    fn names_found_in_real_curricula_are_known() {
        file("week_03", "week 3");
        file("week3", "week 3");
        file("Week-10", "week 10");
        file("day1", "day 1");
        file("day_05", "day 5");
        file("day_01_cluster_installation", "day 1");
        file("session_1", "session 1");
        file("session_01", "session 1");
        file("session_03_scheduler", "session 3");
        file("lab_1", "lab 1");
        file("lab1", "lab 1");
        file("handson_1", "hands-on 1");
        file("hands_on_1", "hands-on 1");
        file("hands-on-2", "hands-on 2");
        file("challenge_1", "challenge 1");
        file("challenge", "challenge");
        file("wrap_up", "wrap-up");
        file("overview", "overview");
        file("3주차", "week 3");
        file("3\u{110c}\u{116e}\u{110e}\u{1161}", "week 3");
        file("2일차_워크로드", "day 2");
        file("실습_1", "lab 1");
        file("심화_실습_1", "hands-on 1");
        file("week_03_day_02", "day 2");
        file("week3_detailed_plan", "week 3");
    }

    #[test]
    fn names_that_fit_nothing_say_nothing() {
        file("labs", "");
        file("laboratory_1", "");
        file("weekend", "");
        file("day1st", "");
        file("images", "");
        file("99999999999", "");
        file("", "");
    }

    #[test]
    fn headings_are_known_by_word_and_number() {
        heading("Session 1: K8s 아키텍처", "session 1");
        heading("Lab 1 — 탐험", "lab 1");
        heading("LAB 2", "lab 2");
        heading("Hands-on 1: 고급", "hands-on 1");
        heading("Challenge 2: 재해", "challenge 2");
        heading("Challenge: 재해", "challenge");
        heading("Challenge", "challenge");
        heading("세션 3. 스케줄러", "session 3");
        heading("실습 1: 배포", "lab 1");
        heading("심화 실습 1: 배포", "hands-on 1");
        heading("챌린지 1 (90분)", "challenge 1");
        heading("Day 1: 기초", "day 1");
        heading("2일차: 워크로드", "day 2");
        heading("Week 3 Day 5: 운영", "day 5");
        heading("Week 3: 운영", "week 3");
        heading("Week 2 > Day 4 > Session 1", "session 1");
    }

    #[test]
    fn headings_about_labs_are_not_labs() {
        heading("Challenge 시나리오", "");
        heading("기본 Lab 요소", "");
        heading("실습 목표", "");
        heading("실습 세션 (3.5시간)", "");
        heading("실습", "");
        heading("Session", "");
        heading("Week 4 준비사항", "week 4");
        heading("1. 이론: 클러스터", "");
        heading("Labels", "");
        heading("Day", "");
        heading("3일", "");
    }
}
