//! How far a learner is, by the four measures of the course: for the whole of it, its weeks and its days.

mod csv;
mod markdown;
mod plot;

use crate::course::{Curriculum, Kind, Node};
use crate::lab::{Lab, Level};
use crate::progress::{Completion, Progress};

use super::review::review;

pub use csv::csv;
pub use markdown::{Page, markdown};
pub use plot::{PLOT, plot};

/// The measures, in the order in which they are shown: name, and what is aimed at in percent.
pub const MEASURES: [(&str, u64); 4] =
    [("기술 이해도", 85), ("실습 완성률", 90), ("프로젝트 완성도", 85), ("문제 해결 능력", 80)];

/// So much of so much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Reached.
    pub done: u64,
    /// There is.
    pub total: u64,
}

impl Share {
    /// Whole percent, rounded down; `None` of nothing.
    pub fn percent(self) -> Option<u64> {
        (self.done * 100).checked_div(self.total)
    }

    fn add(&mut self, done: u64, total: u64) {
        self.done += done;
        self.total += total;
    }
}

/// A part of the course, measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope {
    /// How deep it lies; 0 is the whole course.
    pub depth: usize,
    /// The node's id; empty for the whole course.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Pages read and labs done.
    pub read: Completion,
    /// One share a measure of [`MEASURES`].
    pub shares: [Share; 4],
    /// Answers in labs, counted apart.
    pub answers: Share,
}

/// The whole course, then its weeks and days that hold anything, in their order. `lab` gives a lab by its id.
///
/// 기술 이해도 counts the questions of core quizzes that were right at the first try, of those answered; 실습 완성률 the
/// checks of core labs up to the level; 프로젝트 완성도 those of projects; 문제 해결 능력 the points of challenges, those
/// of electives only once begun.
pub fn measures<'l>(
    curriculum: &Curriculum,
    progress: &Progress,
    level: Level,
    lab: impl Fn(&str) -> Option<&'l Lab>,
) -> Vec<Scope> {
    let mut whole = Scope { title: curriculum.title.clone(), read: progress.overall(curriculum), ..Scope::default() };
    let mut scopes: Vec<(usize, Scope)> = Vec::new();
    for (depth, index) in curriculum.walk() {
        let Some(node) = curriculum.nodes.get(index) else { continue };
        if node.kind.is_frame() {
            let read = progress.completion(curriculum, index);
            let (id, title) = (node.id.clone(), node.title.clone());
            scopes.push((index, Scope { depth: depth + 1, id, title, read, ..Scope::default() }));
        }
        let lab = node.lab.as_deref().and_then(&lab);
        let (shares, answers) = of_node(node, curriculum.is_core(index), progress, level, lab);
        let above: Vec<usize> = std::iter::once(index).chain(curriculum.above(index)).collect();
        let around = scopes.iter_mut().filter(|(frame, _)| above.contains(frame)).map(|(_, scope)| scope);
        for scope in around.chain([&mut whole]) {
            scope.shares.iter_mut().zip(shares).for_each(|(sum, part)| sum.add(part.done, part.total));
            scope.answers.add(answers.done, answers.total);
        }
    }
    std::iter::once(whole).chain(scopes.into_iter().map(|(_, scope)| scope)).collect()
}

/// What one page adds to each measure, and its answers.
fn of_node(node: &Node, core: bool, progress: &Progress, level: Level, lab: Option<&Lab>) -> ([Share; 4], Share) {
    let (mut shares, mut answers) = ([Share::default(); 4], Share::default());
    let [understanding, practice, project, solving] = &mut shares;
    if node.quiz.is_some() && core {
        let first = progress.first_tries(node);
        understanding.add(first.done as u64, first.total as u64);
    }
    if let Some(lab) = lab {
        let score = review(lab, level, progress).score();
        let (passed, count) = (score.checks.passed as u64, score.checks.count as u64);
        let begun = progress.labs.contains_key(&lab.id);
        match node.kind {
            Kind::Challenge if core || begun => solving.add(score.checks.earned, score.checks.total),
            Kind::Challenge => {}
            Kind::Project => project.add(passed, count),
            _ if core => practice.add(passed, count),
            _ => {}
        }
        answers.add(score.answers.passed as u64, score.answers.count as u64);
    }
    (shares, answers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::Track;
    use crate::lab::Source;
    use crate::progress::{Change, Reply};

    fn node(kind: Kind, id: &str, parent: Option<usize>, children: &[usize]) -> Node {
        Node {
            id: id.into(),
            path: Some(format!("{id}.md")),
            parent,
            children: children.to_vec(),
            ..Node::new(kind, id.to_uppercase())
        }
    }

    /// A lab of two observed checks, `a` and `b`.
    pub(super) fn lab(id: &str) -> Lab {
        let (lab, problems) = crate::lab::load(&crate::files::labs(), "w3-d2-lab1");
        let mut lab = lab.unwrap_or_else(|| panic!("{problems:?}"));
        lab.checks.retain(|check| matches!(check.source, Source::Observed(_)));
        lab.checks.truncate(2);
        for (check, name) in lab.checks.iter_mut().zip(["a", "b"]) {
            (check.name, check.weight, check.level) = (name.into(), 1, None);
        }
        Lab { id: id.into(), solution: Vec::new(), ..lab }
    }

    /// A week of two days: a session with a quiz and a lab; an elective challenge.
    pub(super) fn course() -> Curriculum {
        let mut nodes = vec![
            node(Kind::Week, "w", None, &[1, 4]),
            node(Kind::Day, "d1", Some(0), &[2, 3]),
            node(Kind::Session, "s", Some(1), &[]),
            node(Kind::Lab, "l", Some(1), &[]),
            node(Kind::Day, "d2", Some(0), &[5]),
            node(Kind::Challenge, "c", Some(4), &[]),
        ];
        nodes[2].quiz = Some("s.quiz.yaml".into());
        (nodes[3].lab, nodes[5].lab) = (Some("lab".into()), Some("cha".into()));
        nodes[5].track = Some(Track::Elective);
        Curriculum { title: "과정".into(), nodes, roots: vec![0] }
    }

    #[track_caller]
    fn check(changes: &[Change], expected: &str) {
        let mut progress = Progress::default();
        changes.iter().for_each(|change| progress.apply(change));
        let labs = [lab("lab"), lab("cha")];
        let scopes = measures(&course(), &progress, Level::Beginner, |id| labs.iter().find(|lab| lab.id == id));
        let one = |scope: &Scope| {
            let shares: Vec<String> = scope.shares.iter().map(|s| format!("{}/{}", s.done, s.total)).collect();
            format!("{}{} {}", " ".repeat(scope.depth), scope.title, shares.join(" "))
        };
        assert_eq!(scopes.iter().map(one).collect::<Vec<_>>().join("\n"), expected);
    }

    #[test]
    fn every_measure_is_counted_where_it_belongs_and_in_all_that_is_around() {
        check(&[], "과정 0/0 0/2 0/0 0/0\n W 0/0 0/2 0/0 0/0\n  D1 0/0 0/2 0/0 0/0\n  D2 0/0 0/0 0/0 0/0");
        let passed = |lab: &str, check: &str| Change::Passed { lab: lab.into(), check: check.into(), at: 1 };
        let answered = |question: &str, at, right| Change::Answered {
            lesson: "s".into(),
            question: question.into(),
            at,
            reply: Reply::new(right, Vec::new()),
        };
        let changes = [
            passed("lab", "a"),
            passed("cha", "b"),
            Change::Hinted { lab: "cha".into(), check: "b".into(), level: 1, at: 1 },
            answered("p", 1, true),
            answered("q", 2, false),
            answered("q", 3, true),
        ];
        check(&changes, "과정 1/2 1/2 0/0 9/20\n W 1/2 1/2 0/0 9/20\n  D1 1/2 1/2 0/0 0/0\n  D2 0/0 0/0 0/0 9/20");
    }
}
