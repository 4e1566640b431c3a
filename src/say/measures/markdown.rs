//! The report as Markdown: the measures, every lab that was begun, notes and bookmarks. Pages of it are made from it.

use std::fmt::Write as _;

use super::{MEASURES, PLOT, Scope, Share};
use crate::course::{Curriculum, Node};
use crate::lab::{Lab, Level, Millis};
use crate::progress::{Completion, Progress};
use crate::say::review::review;

/// What a report is made of.
pub struct Page<'p> {
    /// The course.
    pub curriculum: &'p Curriculum,
    /// The learner's progress.
    pub progress: &'p Progress,
    /// Up to which level checks count.
    pub level: Level,
    /// A time as a date.
    pub date: &'p dyn Fn(Millis) -> String,
    /// Now.
    pub now: Millis,
    /// With the picture, where something shows it.
    pub plot: bool,
}

/// The report. `lab` gives a lab by its id.
pub fn markdown<'l>(page: &Page<'_>, scopes: &[Scope], lab: impl Fn(&str) -> Option<&'l Lab>) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "# 진도 보고서\n\n{} · {}까지\n", (page.date)(page.now), page.level.name());
    if let Some(whole) = scopes.first() {
        measured(&mut out, whole, page.plot);
    }
    out += "\n## 주와 날마다\n\n| 어디 | 학습 |";
    MEASURES.iter().for_each(|(name, _)| {
        let _ = write!(out, " {name} |");
    });
    out += "\n| --- | ---: |";
    out += &" ---: |".repeat(MEASURES.len());
    out.push('\n');
    for scope in scopes.iter().skip(1) {
        let indent = "— ".repeat(scope.depth.saturating_sub(1));
        let _ = write!(out, "| {indent}{} | {} |", cell(&scope.title), of(scope.read));
        shares(scope).iter().for_each(|share| {
            let _ = write!(out, " {share} |");
        });
        out.push('\n');
    }
    labs(&mut out, page, lab);
    notes(&mut out, page);
    out += "\n## 어떻게 세나요\n\n";
    out += COUNTED;
    out
}

const COUNTED: &str = "- **기술 이해도**: 핵심 학습의 퀴즈에서 답한 문항 가운데 처음에 맞힌 것\n\
- **실습 완성률**: 핵심 실습에서 내 수준까지의 확인 가운데 통과한 것 (답과 스스로 확인한 것은 따로)\n\
- **프로젝트 완성도**: 프로젝트의 요구 사항 가운데 통과한 것\n\
- **문제 해결 능력**: 챌린지의 점수. 힌트 하나에 그 확인의 10%가 줄고, 풀이를 본 확인은 세지 않음\n";

fn measured(out: &mut String, whole: &Scope, plot: bool) {
    if plot {
        let _ = writeln!(out, "![네 가지 지표와 목표]({PLOT})\n");
    }
    out.push_str("| 지표 | 지금 | 목표 |\n| --- | ---: | ---: |\n");
    for ((name, target), share) in MEASURES.iter().zip(shares(whole)) {
        let _ = writeln!(out, "| {name} | {share} | {target}% |");
    }
    let Completion { done, total } = whole.read;
    let _ = writeln!(out, "\n학습 {total}개 가운데 {done}개를 마쳤어요.");
    if whole.answers.total > 0 {
        let Share { done, total } = whole.answers;
        let _ = writeln!(out, "실습 안의 물음에는 {total}개 가운데 {done}개를 맞게 답했어요.");
    }
}

/// Every lab that was begun.
fn labs<'l>(out: &mut String, page: &Page<'_>, lab: impl Fn(&str) -> Option<&'l Lab>) {
    let labs = page.curriculum.walk().filter_map(|(_, at)| page.curriculum.nodes.get(at));
    let begun = |node: &Node| {
        let lab = node.lab.as_deref().and_then(&lab)?;
        Some((node.title.clone(), lab, page.progress.labs.get(&lab.id)?))
    };
    let begun: Vec<_> = labs.filter_map(begun).collect();
    if begun.is_empty() {
        return;
    }
    out.push_str("\n## 실습과 챌린지\n\n| 실습 | 확인 | 답 | 힌트 | 본 풀이 | 마친 날 |\n");
    out.push_str("| --- | ---: | ---: | ---: | ---: | --- |\n");
    for (title, lab, record) in begun {
        let score = review(lab, page.level, page.progress).score();
        let hints: usize = record.hints.values().map(|levels| levels.len()).sum();
        let done = record.done.map_or_else(|| "아직".to_owned(), page.date);
        let (checks, answers) = (score.checks, score.answers);
        let _ = writeln!(
            out,
            "| {} | {}/{} | {}/{} | {hints} | {} | {done} |",
            cell(&title),
            checks.passed,
            checks.count,
            answers.passed,
            answers.count,
            record.shown.len()
        );
    }
}

/// Notes and bookmarks, lesson by lesson, with the line they are on.
fn notes(out: &mut String, page: &Page<'_>) {
    let mut head = "\n## 메모와 책갈피\n";
    for node in page.curriculum.walk().filter_map(|(_, at)| page.curriculum.nodes.get(at)) {
        let mut notes: Vec<_> = page.progress.notes(node).map(|(.., note)| note).collect();
        notes.sort_by_key(|note| note.line);
        if notes.is_empty() {
            continue;
        }
        let _ = write!(out, "{}\n### {}\n\n", std::mem::take(&mut head), line(&node.title));
        for note in notes {
            let mark = if note.marked { "🔖 " } else { "" };
            let text = line(&note.text);
            let quote = Some(line(&note.quote)).filter(|quote| !quote.is_empty());
            let quote = quote.map(|quote| format!("`{}`", quote.replace('`', "'"))).unwrap_or_default();
            let words: Vec<&str> =
                [text.as_str(), quote.as_str()].into_iter().filter(|word| !word.is_empty()).collect();
            let _ = writeln!(out, "- {mark}{}", words.join(" — "));
        }
    }
}

/// Each share as it is read: counts and percent, of points the percent alone.
fn shares(scope: &Scope) -> [String; 4] {
    let [understanding, practice, project, points] = scope.shares;
    let counted = |share: Share| said(share, |percent| format!("{}/{} ({percent}%)", share.done, share.total));
    [counted(understanding), counted(practice), counted(project), said(points, |percent| format!("{percent}%"))]
}

fn said(share: Share, percent: impl Fn(u64) -> String) -> String {
    share.percent().map_or_else(|| "–".to_owned(), percent)
}

fn of(read: Completion) -> String {
    format!("{}/{}", read.done, read.total)
}

/// One line of somebody's text.
fn line(text: &str) -> String {
    crate::text::clean(text).replace('\n', " ")
}

/// As [`line`], in a table.
fn cell(text: &str) -> String {
    line(text).replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::{Change, Note};
    use crate::say::measures::measures;
    use crate::say::measures::tests::{course, lab};

    #[test]
    fn a_report_holds_the_measures_the_labs_and_the_notes() {
        let (curriculum, mut progress) = (course(), Progress::default());
        let mut note = Note::written("a|b");
        (note.at, note.line, note.quote) = (3, 2, "- `kubectl` 한 줄".into());
        for change in [
            Change::Read { lesson: "s".into(), at: 1 },
            Change::LabStarted { lab: "lab".into(), at: 1 },
            Change::Noted { lesson: "s".into(), made: 1, note },
        ] {
            progress.apply(&change);
        }
        let lab = lab("lab");
        let find = |id: &str| (id == "lab").then_some(&lab);
        let scopes = measures(&curriculum, &progress, Level::Beginner, find);
        let date = |at: Millis| format!("day {at}");
        let page = Page {
            curriculum: &curriculum,
            progress: &progress,
            level: Level::Beginner,
            date: &date,
            now: 9,
            plot: true,
        };
        let text = markdown(&page, &scopes, find);
        for words in [
            "# 진도 보고서\n\nday 9 · 초급까지\n",
            "![네 가지 지표와 목표](measures.svg)",
            "| 기술 이해도 | – | 85% |",
            "학습 3개 가운데 1개를 마쳤어요.",
            "| — D1 | 1/2 | – | 0/2 (0%) | – | – |",
            "| L | 0/2 | 0/0 | 0 | 0 | 아직 |",
            "### S\n\n- a|b — `- 'kubectl' 한 줄`\n",
        ] {
            assert!(text.contains(words), "{words}\n---\n{text}");
        }
        let plain = markdown(&Page { plot: false, ..page }, &scopes, find);
        assert!(!plain.contains(PLOT));
    }
}
