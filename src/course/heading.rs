//! A heading's text: its title, its minutes, its link.

use pulldown_cmark::{Event, Parser, Tag};
use unicode_normalization::UnicodeNormalization as _;

/// What a heading says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The text without markup.
    pub plain: String,
    /// Without minutes and leading pictograms.
    pub title: String,
    /// Planned minutes.
    pub minutes: Option<u32>,
    /// Where it leads, when a link is in it.
    pub link: Option<String>,
}

/// Reads the source of a heading.
pub fn read(source: &str) -> Said {
    let (plain, link) = plain(source);
    let (rest, minutes) = without_minutes(&plain);
    let title = without_pictograms(&rest);
    let title = if title.is_empty() { plain.trim().to_owned() } else { title };
    Said { plain, title, minutes, link }
}

/// Text and link. Markup is parsed only where there is any: most headings have none.
fn plain(source: &str) -> (String, Option<String>) {
    if !source.contains(['[', '*', '`', '_', '<', '&', '\\', '~']) {
        return (source.trim().nfc().collect(), None);
    }
    let (mut text, mut link) = (String::new(), None);
    // As a heading, so that a text such as `1. …` is not taken for a list.
    for event in Parser::new(&format!("# {source}")) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::Start(Tag::Link { dest_url, .. }) if link.is_none() => link = Some(dest_url.into_string()),
            _ => {}
        }
    }
    // CommonMark leaves bold before a Korean particle as asterisks.
    (text.replace("**", "").trim().nfc().collect(), link)
}

fn is_pictogram(c: char) -> bool {
    let code = u32::from(c);
    matches!(code, 0x200D | 0x20E3 | 0x2190..=0x2BFF | 0xFE00..=0xFE0F | 0x1F000..=0x1FAFF)
}

fn without_pictograms(text: &str) -> String {
    let mut rest = text.trim_start();
    loop {
        let mut chars = rest.chars();
        match chars.next() {
            Some(c) if is_pictogram(c) => rest = chars.as_str().trim_start(),
            // A keycap is a digit with marks behind it.
            Some(c) if c.is_ascii_digit() && chars.as_str().starts_with(['\u{fe0f}', '\u{20e3}']) => {
                rest = chars.as_str();
            }
            _ => return rest.trim_end().to_owned(),
        }
    }
}

const CLOCKS: &[char] =
    &['⏰', '⏱', '⏲', '⌚', '⌛', '⏳', '🕐', '🕑', '🕒', '🕓', '🕔', '🕕', '🕖', '🕗', '🕘', '🕙', '🕚', '🕛'];

/// Takes `(50분)` or `⏰ 90분` out of a heading.
fn without_minutes(text: &str) -> (String, Option<u32>) {
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
                    let after = text.get(close..).unwrap_or_default().trim_start_matches([')', '）']);
                    return (format!("{before}{after}"), Some(minutes));
                }
            }
            _ => {}
        }
    }
    if let Some(at) = text.find(CLOCKS) {
        let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
        if let Some((minutes, rest)) = leading_duration(after.trim_start_matches(is_pictogram)) {
            let before = before.trim_end().trim_end_matches(['|', '·', ',', '–', '—', '-']).trim_end();
            let rest = rest.trim_start();
            let space = if before.is_empty() || rest.is_empty() { "" } else { " " };
            return (format!("{before}{space}{rest}"), Some(minutes));
        }
    }
    (text.to_owned(), None)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, title: &str, minutes: u32) {
        let said = read(source);
        assert_eq!((said.title.as_str(), said.minutes.unwrap_or(0)), (title, minutes), "{source}");
    }

    #[test]
    fn titles_lose_their_minutes_and_pictograms() {
        check("Session 1: 구조 (50분)", "Session 1: 구조", 50);
        check("🛠️ Lab 1: 구축 & 탐험 (90분)", "Lab 1: 구축 & 탐험", 90);
        check("🚀 Lab 1: 구축 ⏰ 90분", "Lab 1: 구축", 90);
        check("⏰ 90분 Lab 1", "Lab 1", 90);
        check("Lab 1 ⏰90분 💻 팀", "Lab 1 💻 팀", 90);
        check("⏱️ 1시간 30분 — Lab", "— Lab", 90);
        check("Lab 1 | ⏰ 90분 | 팀", "Lab 1 | 팀", 90);
        check("이론 (2.5시간)", "이론", 150);
        check("종합 (1시간 30분)", "종합", 90);
        check("종합 (약 60~90분)", "종합", 90);
        check("종합（50분）", "종합", 50);
        check("Intro (50 min)", "Intro", 50);
        check("실습 (90분) 개요", "실습 개요", 90);
        check("실습 (⏰ 90분)", "실습", 90);
        check("실습 (110분) (선택)", "실습 (선택)", 110);
        check("1️⃣ 첫째", "첫째", 0);
        check("👩‍💻 개발", "개발", 0);
        check("🎯", "🎯", 0);
        check("", "", 0);
    }

    #[test]
    fn what_is_not_a_duration_stays() {
        check("세션 (50분×3세션)", "세션 (50분×3세션)", 0);
        check("Pod (core)", "Pod (core)", 0);
        check("비율 (3)", "비율 (3)", 0);
        check("괄호 (안 (90분)", "괄호 (안", 90);
        check("끝 (0분)", "끝 (0분)", 0);
        check("끝 (99999999999999분)", "끝 (99999999999999분)", 0);
        check(")(", ")(", 0);
    }

    #[test]
    fn markup_is_removed_and_links_are_kept() {
        check("[Session 1: **GitOps**와 `argocd`](./session_01.md)", "Session 1: GitOps와 argocd", 0);
        check("**관측성(Observability)**은", "관측성(Observability)은", 0);
        check("`a_b` <!-- node: x --> c", "a_b  c", 0);
        check("1. [a](b) *c*", "1. a c", 0);
        assert_eq!(read("[Session 1](./session_01.md)").link.as_deref(), Some("./session_01.md"));
    }
}
