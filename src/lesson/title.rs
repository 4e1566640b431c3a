//! What a heading says beside its words: planned minutes, and its name in links.

/// A heading that says how long it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timed<'a> {
    /// What stands before the minutes.
    pub before: &'a str,
    /// What stands behind them.
    pub after: &'a str,
    /// Planned minutes.
    pub minutes: u32,
}

/// A heading's text without its planned minutes, and those. Where text follows them, they stay in the title.
pub fn minutes(title: &str) -> (&str, Option<u32>) {
    let whole = title.trim();
    match timed(whole) {
        Some(Timed { before, after, minutes }) if !before.is_empty() => {
            (if after.trim().is_empty() { before } else { whole }, Some(minutes))
        }
        _ => (whole, None),
    }
}

/// Finds `(50분)`, `(1시간 30분)`, `(2.5시간)` or `⏰ 90분` in a heading.
pub fn timed(text: &str) -> Option<Timed<'_>> {
    let mut open = None;
    for (at, c) in text.char_indices().rev() {
        match c {
            ')' | '）' => open = Some(at),
            '(' | '（' => {
                let Some(close) = open.take() else { continue };
                let inside = text.get(at + c.len_utf8()..close).unwrap_or_default();
                let clock = inside.trim().trim_start_matches(is_pictogram);
                if let Some(minutes) = duration(clock) {
                    let before = text.get(..at).unwrap_or_default().trim_end();
                    let after = text.get(close..).unwrap_or_default();
                    return Some(Timed { before, after: after.strip_prefix([')', '）']).unwrap_or(after), minutes });
                }
            }
            _ => {}
        }
    }
    let (before, after) = text.split_at_checked(text.find(CLOCKS)?)?;
    let (minutes, after) = leading_duration(after.trim_start_matches(is_pictogram))?;
    let before = before.trim_end().trim_end_matches(['|', '·', ',', '–', '—', '-']).trim_end();
    Some(Timed { before, after, minutes })
}

/// Whether a character is a picture, or part of one.
pub fn is_pictogram(c: char) -> bool {
    let code = u32::from(c);
    matches!(code, 0x200D | 0x20E3 | 0x2190..=0x2BFF | 0xFE00..=0xFE0F | 0x1F000..=0x1FAFF)
}

const CLOCKS: &[char] =
    &['⏰', '⏱', '⏲', '⌚', '⌛', '⏳', '🕐', '🕑', '🕒', '🕓', '🕔', '🕕', '🕖', '🕗', '🕘', '🕙', '🕚', '🕛'];

const UNITS: &[(&str, f64)] =
    &[("분", 1.0), ("시간", 60.0), ("minutes", 1.0), ("mins", 1.0), ("min", 1.0), ("hours", 60.0), ("hour", 60.0)];

/// `50분`, `1시간 30분`, `2.5시간`, `약 60~90분` (the longer), `50 min`; nothing else may stand beside it.
fn duration(text: &str) -> Option<u32> {
    leading_duration(text).filter(|(_, rest)| rest.trim().is_empty()).map(|(minutes, _)| minutes)
}

/// A duration at the start of a text, and what follows it.
fn leading_duration(text: &str) -> Option<(u32, &str)> {
    let mut rest = text.trim_start().trim_start_matches('약').trim_start().trim_start_matches(['~', '≈']);
    if let Some((_, longer)) = rest.split_once(['~', '–', '-']).filter(|(n, _)| n.chars().all(|c| c.is_ascii_digit()))
    {
        rest = longer;
    }
    let mut sum = 0.0;
    while let Some((minutes, further)) = amount(rest.trim_start_matches([' ', '+', ','])) {
        sum += minutes;
        rest = further;
    }
    (1.0..=100_000.0).contains(&sum).then(|| (sum.round() as u32, rest))
}

/// A number and its unit, in minutes.
fn amount(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, after) = text.split_at_checked(end)?;
    let number: f64 = number.parse().ok()?;
    let after = after.trim_start();
    UNITS.iter().find_map(|(word, factor)| {
        let rest = after.strip_prefix(word)?;
        (!word.is_ascii() || !rest.starts_with(char::is_alphanumeric)).then_some((number * factor, rest))
    })
}

/// The name web pages give a heading in links: lower case, words joined by `-`, other punctuation gone.
pub fn slug(title: &str) -> String {
    let mut out = String::new();
    for c in title.trim().chars() {
        match c {
            ' ' | '-' => out.push('-'),
            c if c.is_alphanumeric() || c == '_' => out.extend(c.to_lowercase()),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_come_from_the_end_of_a_heading() {
        #[track_caller]
        fn check(input: &str, title: &str, expected: Option<u32>) {
            assert_eq!(minutes(input), (title, expected));
        }
        check("Session 1: 기본 객체 (50분)", "Session 1: 기본 객체", Some(50));
        check("실습 ⏰ 90분", "실습", Some(90));
        check("🛠️ 실습 챌린지 (3시간)", "🛠️ 실습 챌린지", Some(180));
        check("이론 (2.5시간)", "이론", Some(150));
        check("이론 (1시간 30분)", "이론", Some(90));
        check("이론 (약 20분)", "이론", Some(20));
        check("Deployment(배포)", "Deployment(배포)", None);
        check("(50분)", "(50분)", None);
        check("이론 (50분×3세션)", "이론 (50분×3세션)", None);
        check("", "", None);
    }

    #[test]
    fn slugs_are_those_of_web_pages() {
        #[track_caller]
        fn check(input: &str, expected: &str) {
            assert_eq!(slug(input), expected);
        }
        check("1. 이론: 클러스터 관리 (20분)", "1-이론-클러스터-관리-20분");
        check("🎯 Pod & Service_1", "-pod--service_1");
    }
}
