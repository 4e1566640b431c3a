//! Quizzes: each beside its page, with checks that exist, and of a length that fits a session.

use std::collections::BTreeSet;

use super::super::model::{Curriculum, Kind, Node};
use super::labs::Known;
use crate::files::Tree;
use crate::problem::Problem;
use crate::quiz::{self, Named, Quiz};
use crate::yaml::nearest;

/// Questions after a session.
const FITTING: std::ops::RangeInclusive<usize> = 6..=8;

pub(super) fn lint(course: &Curriculum, content: &Tree, files: &[String], known: &Known, problems: &mut Vec<Problem>) {
    for (index, node) in course.nodes.iter().enumerate() {
        let (Some(path), Some((quiz, found))) = (&node.quiz, course.quiz(content, index)) else { continue };
        let broken = !found.is_empty();
        problems.extend(found);
        for (named, lab) in quiz.questions.iter().filter_map(|q| q.check.as_ref()).map(|named| (named, of(node, named)))
        {
            problems.extend(unknown(path, named, lab, known));
        }
        problems.extend((!broken).then(|| length(path, node, &quiz)).flatten());
    }
    let owned: BTreeSet<&str> = course.nodes.iter().filter_map(|node| node.quiz.as_deref()).collect();
    let stray = files.iter().filter(|file| !owned.contains(file.as_str()));
    problems.extend(stray.filter_map(|file| alone(file, course)));
}

/// The lab of a check: as said, else that of the page.
fn of<'a>(node: &'a Node, named: &'a Named) -> Option<&'a str> {
    if named.lab.is_empty() { node.lab.as_deref() } else { Some(&named.lab) }
}

fn unknown(path: &str, named: &Named, lab: Option<&str>, known: &Known) -> Option<Problem> {
    let error = |message: String| Problem::error(path, named.line, named.column, message);
    let meant = |problem: Problem, near: Option<&str>| match near {
        Some(near) => problem.with_help(format!("혹시 `{near}`인가요?")),
        None => problem,
    };
    let Some(lab) = lab else {
        let message = format!("어느 실습의 확인인지 알 수 없어요: {}", named.check);
        return Some(error(message).with_help("`실습/확인`으로 쓰세요."));
    };
    match known.get(lab) {
        None => Some(meant(error(format!("없는 실습이에요: {lab}")), nearest(lab, known.keys().map(String::as_str)))),
        Some(Some(checks)) if !checks.contains(&named.check) => {
            let near = nearest(&named.check, checks.iter().map(String::as_str));
            Some(meant(error(format!("{lab} 실습에 없는 확인이에요: {}", named.check)), near))
        }
        Some(_) => None,
    }
}

/// An advice for sessions whose author gives ids; what comes from elsewhere may be as long as it likes.
fn length(path: &str, node: &Node, quiz: &Quiz) -> Option<Problem> {
    let count = quiz.questions.len();
    let ours = node.kind == Kind::Session && !node.derived;
    (ours && !FITTING.contains(&count)).then(|| {
        let help = format!("세션 하나에는 {}–{}문항이 알맞아요.", FITTING.start(), FITTING.end());
        Problem::warning(path, 0, 0, format!("문항이 {count}개예요.")).with_help(help)
    })
}

/// A quiz without its page, or a file that was meant to be a quiz.
fn alone(file: &str, course: &Curriculum) -> Option<Problem> {
    if let Some(page) = quiz::page(file) {
        let pages = course.nodes.iter().filter_map(|node| node.path.as_deref());
        let problem = Problem::error(file, 0, 0, format!("퀴즈의 글이 없어요: {page}"));
        return Some(match nearest(&page, pages) {
            Some(near) => problem.with_help(format!("혹시 `{near}`의 퀴즈인가요?")),
            None => problem.with_help("글과 같은 이름으로, 글 옆에 두세요."),
        });
    }
    let name = file.to_lowercase();
    let meant = [".quiz.yml", ".quiz.yaml", ".quiz.json"].iter().find_map(|end| name.strip_suffix(end))?;
    let stem = file.get(..meant.len()).unwrap_or(file);
    let help = format!("이름을 바꾸세요: {stem}{}", quiz::ENDING);
    Some(Problem::warning(file, 0, 0, "퀴즈로 읽지 않는 이름이에요.").with_help(help))
}
