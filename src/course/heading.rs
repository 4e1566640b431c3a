//! A heading's text: its title, its minutes, its link.

use pulldown_cmark::{Event, Parser, Tag};
use unicode_normalization::UnicodeNormalization as _;

use crate::lesson::{is_pictogram, timed};

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
    let (rest, minutes) = match timed(&plain) {
        Some(timed) => (format!("{}{}", timed.before, timed.after), Some(timed.minutes)),
        None => (plain.clone(), None),
    };
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
