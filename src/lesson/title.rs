//! What a heading says beside its words: planned minutes, and its name in links.

/// A heading's text without its planned minutes, and those: `(50분)`, `(1시간 30분)`, `(2.5시간)`, `⏰ 90분` at its end.
pub fn minutes(title: &str) -> (&str, Option<u32>) {
    let whole = title.trim();
    let cut = if let Some(inner) = whole.strip_suffix(')') {
        inner.rsplit_once('(')
    } else {
        whole.split_once('⏰').or_else(|| whole.split_once('⏱'))
    };
    match cut.map(|(before, said)| (before.trim_end(), duration(said))) {
        Some((before, Some(minutes))) if !before.is_empty() => (before, Some(minutes)),
        _ => (whole, None),
    }
}

/// Minutes of `50분`, `약 90분`, `1시간`, `2.5시간`, `1시간 30분`.
fn duration(text: &str) -> Option<u32> {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '⏰' | '⏱' | '\u{fe0f}')).collect();
    let text = text.strip_prefix('약').unwrap_or(&text);
    let (hours, rest) = match text.split_once("시간") {
        Some((hours, rest)) => (hours.parse::<f32>().ok().filter(|hours| (0.0..1000.0).contains(hours))?, rest),
        None => (0.0, text),
    };
    let minutes = match rest {
        "" if hours > 0.0 => 0,
        _ => rest.strip_suffix('분')?.parse::<u32>().ok().filter(|minutes| *minutes < 100_000)?,
    };
    Some((hours * 60.0).round() as u32 + minutes)
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
