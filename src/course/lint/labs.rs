//! Lessons against labs, both ways: every check has its line, every line its check, every lab its page.

use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{Curriculum, Node};
use super::{Text, file, line};
use crate::files::Tree;
use crate::lab;
use crate::lesson::{CheckLine, Target};
use crate::problem::Problem;

/// The checks of a lab; none when it is too broken to tell.
pub(super) type Known = BTreeMap<String, Option<BTreeSet<String>>>;

/// Gives the labs there are, for what else names their checks.
pub(super) fn lint(course: &Curriculum, pages: &[Text], labs: &Tree, problems: &mut Vec<Problem>) -> Known {
    let known = load(labs, problems);
    let mut named = BTreeSet::new();
    for node in &course.nodes {
        let Some(lab) = &node.lab else { continue };
        named.insert(lab.as_str());
        if !known.contains_key(lab) {
            problems.push(unknown_lab(file(node), line(node), lab, &known));
        }
    }
    let mut bound = BTreeSet::new();
    for page in pages {
        for check in page.document.checks() {
            let lab = lab_at(course, page, check.line);
            problems.extend(wrong(&page.path, &check, lab, &known, &mut bound));
        }
    }
    code(course, pages, &known, &labs.list(), problems);
    for (lab, checks) in &known {
        let place = format!("{lab}/lab.yaml");
        if !named.contains(lab.as_str()) && !bound.iter().any(|(of, _)| of == lab) {
            let help = format!("그 실습의 글 머리말에 적으세요: `lab: {lab}`");
            problems.push(Problem::warning(&place, 0, 0, "이 실습을 쓰는 글이 없어요.").with_help(help));
            continue;
        }
        for check in checks.iter().flatten().filter(|check| !bound.contains(&(lab.clone(), (*check).clone()))) {
            let help = format!("글에 `- [ ] … <!-- check: {check} -->` 한 줄을 쓰세요.");
            problems.push(Problem::error(&place, 0, 0, format!("글에 없는 확인이에요: {check}")).with_help(help));
        }
    }
    known
}

/// Code blocks that say which check they are about, or which file of the lab they show.
fn code(course: &Curriculum, pages: &[Text], known: &Known, files: &[String], problems: &mut Vec<Problem>) {
    for page in pages {
        for code in page.document.code() {
            let line = code.first_line.saturating_sub(1);
            let lab = lab_at(course, page, line);
            if let Some(id) = code.attribute("check") {
                let named = CheckLine { line, text: String::new(), target: Target::Check(id.to_owned()) };
                // It is no line of a checklist.
                problems.extend(wrong(&page.path, &named, lab, known, &mut BTreeSet::new()));
            }
            let Some(path) = code.attribute("file") else { continue };
            if !lab.is_some_and(|lab| files.contains(&format!("{lab}/{path}"))) {
                let problem = Problem::warning(&page.path, line, 0, format!("실습에 없는 파일이에요: {path}"));
                problems.push(problem.with_help("file에는 이 글의 실습 폴더에 있는 파일의 경로를 쓰세요."));
            }
        }
    }
}

fn load(labs: &Tree, problems: &mut Vec<Problem>) -> Known {
    let mut known = Known::new();
    for id in lab::ids(labs) {
        let (lab, found) = lab::load(labs, &id);
        problems.extend(found);
        known.insert(id, lab.map(|lab| lab.checks.into_iter().map(|check| check.name).collect()));
    }
    known
}

fn unknown_lab(file: &str, line: usize, lab: &str, known: &Known) -> Problem {
    let problem = Problem::error(file, line, 0, format!("없는 실습이에요: {lab}"));
    match crate::yaml::nearest(lab, known.keys().map(String::as_str)) {
        Some(near) => problem.with_help(format!("혹시 `{near}`인가요?")),
        None => problem,
    }
}

/// The lab of the smallest node around a line that has one.
fn lab_at<'a>(course: &'a Curriculum, page: &Text, line: usize) -> Option<&'a str> {
    let around = |node: &&Node| {
        node.section.as_ref().is_none_or(|section| (section.first_line..=section.last_line).contains(&line))
    };
    // In the order of their lines, so that the last one around a line is the smallest.
    let nodes = page.nodes.iter().rev().filter_map(|index| course.nodes.get(*index)).filter(around);
    nodes.filter_map(|node| node.lab.as_deref()).next()
}

/// What is wrong with one line; what it is bound to is noted.
fn wrong(
    path: &str,
    check: &CheckLine,
    lab: Option<&str>,
    known: &Known,
    bound: &mut BTreeSet<(String, String)>,
) -> Option<Problem> {
    let error = |message: String| Problem::error(path, check.line, 0, message);
    let id = match &check.target {
        Target::Manual => return None,
        // Lists without a lab are for the reader alone.
        Target::Unbound => {
            let help = "`<!-- check: id -->`를 달거나, 사람만 알 수 있으면 `<!-- manual -->`을 다세요.";
            let problem = Problem::warning(path, check.line, 0, "확인에 이어지지 않은 줄이에요.").with_help(help);
            return lab.map(|_| problem);
        }
        Target::Check(id) => id,
    };
    let (lab, name) = match (id.split_once('/'), lab) {
        (Some((lab, name)), _) => (lab, name),
        (None, Some(lab)) => (lab, id.as_str()),
        (None, None) => {
            let help = "머리말에 `lab: …`을 적거나 `<!-- check: 실습/확인 -->`으로 쓰세요.";
            return Some(error(format!("어느 실습의 확인인지 알 수 없어요: {id}")).with_help(help));
        }
    };
    bound.insert((lab.to_owned(), name.to_owned()));
    match known.get(lab) {
        // The node that names the lab has its problem already.
        None => id.contains('/').then(|| unknown_lab(path, check.line, lab, known)),
        Some(Some(checks)) if !checks.contains(name) => {
            let problem = error(format!("{lab} 실습에 없는 확인이에요: {name}"));
            Some(match crate::yaml::nearest(name, checks.iter().map(String::as_str)) {
                Some(near) => problem.with_help(format!("혹시 `{near}`인가요?")),
                None => problem,
            })
        }
        Some(_) => None,
    }
}
