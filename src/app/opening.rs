//! Opening lessons: where one was, what comes next, and what follows when a lesson has been read from the course.

use std::sync::Arc;

use super::history::Aim;
use super::reader::Long;
use super::{App, Effect, Focus, Opened, checks::Checks, record};
use crate::course::Curriculum;
use crate::lab::{Connection, Lab};
use crate::lesson;
use crate::problem::{Problem, Severity};
use crate::progress::Change;
use crate::text::Role;

impl App {
    /// What to do first: opens the course where the learner left it, or at its first lesson.
    pub fn start(&mut self) -> Vec<Effect> {
        let last = self.start_preview().or_else(|| self.progress.last(&self.curriculum));
        let Some(node) = last.or_else(|| lessons(&self.curriculum).into_iter().next()) else {
            self.say(Role::Wait, "이 과정에는 학습이 없어요");
            return std::mem::take(&mut self.effects);
        };
        self.tree.reveal(&self.curriculum, node);
        self.remember_left(node);
        self.focus = Focus::Reader;
        if last.is_none() {
            if self.size.0 < super::panes::WIDE {
                // The tree would hide the lesson.
                self.say(Role::Dim, "Space로 읽고 Tab으로 과정 고르기");
            } else {
                self.focus = Focus::Tree;
                self.say(Role::Dim, "화살표로 고르고 Enter로 열어 읽기");
            }
        }
        self.open(node);
        std::mem::take(&mut self.effects)
    }

    /// Asks for a lesson; a folder without a page only unfolds.
    pub(super) fn open(&mut self, node: usize) {
        let Some(entry) = self.curriculum.nodes.get(node) else { return };
        if entry.path.is_none() {
            self.tree.unfolded.insert(node);
            return;
        }
        if self.reader.node == Some(node) {
            return;
        }
        self.leave();
        self.leave_quiz();
        self.start_wanted = false;
        self.aim = None;
        self.opening = Some(node);
        self.effects.push(Effect::Open(node));
    }

    /// Notes the place in the lesson that is being left.
    fn leave(&mut self) {
        if let Some(node) = self.reader.node {
            self.folds.insert(node, self.reader.view.folding.clone());
        }
        self.note_read();
        self.record_place();
    }

    /// Notes that the open lesson has been read, when its end is on screen.
    pub(super) fn note_read(&mut self) {
        let Some(node) = self.reader.node.and_then(|i| self.curriculum.nodes.get(i)) else { return };
        if self.reader.at_end() && !self.reader.broken() && !self.progress.is_read(node) {
            self.record(Change::Read { lesson: node.id.clone(), at: self.now });
        }
    }

    pub(super) fn opened(&mut self, opened: Opened) {
        if self.opening.take() != Some(opened.node) {
            return; // Another lesson was asked for since.
        }
        let Some(node) = self.curriculum.nodes.get(opened.node) else { return };
        let mut problems: Vec<Problem> =
            node.problems.iter().filter(|p| p.severity == Severity::Error).cloned().collect();
        let mut document = lesson::parse("");
        let mut long = None;
        match &opened.text {
            Ok(text) => match Long::of(text, node.section.as_ref()).filter(|_| problems.is_empty()) {
                None => document = lesson::parse(text),
                found => long = found,
            },
            // What the course found when it was loaded is not said twice.
            Err(problem) if problems.iter().any(|p| (&p.message, p.line) == (&problem.message, problem.line)) => {}
            Err(problem) => problems.push(problem.clone()),
        }
        if let Some(section) = &node.section {
            document = lesson::section(&document, section.first_line, section.last_line);
        }
        let (id, (line, within)) = (node.id.clone(), self.progress.place_within(node).unwrap_or((1, 0)));
        let preview = self.place_in(opened.node, opened.text.as_ref().ok().map(String::as_str));
        let (line, within) = preview.map_or((line, within), |line| (line, 0));
        let source = match &long {
            Some(long) => long.text(),
            None => opened.text.as_deref().unwrap_or_default().into(),
        };
        match long {
            Some(long) => self.reader.open_long(opened.node, long, line),
            None => self.reader.open(opened.node, document, problems, line),
        }
        self.images.clear();
        self.reader.put(line, within);
        self.reader.view.folding = self.folds.get(&opened.node).cloned().unwrap_or_default();
        self.reader.source = source;
        self.place_notes();
        self.look_for_quiz();
        self.take_aim();
        self.record(Change::Opened { lesson: id, at: self.now });
        let lab = self.curriculum.nodes.get(opened.node).and_then(|node| node.lab.clone());
        match lab {
            Some(lab) if self.checks.lab.as_ref().is_some_and(|open| open.id == lab) => {}
            Some(lab) => {
                self.checks = Checks { loading: true, ..self.checks.anew() };
                self.effects.push(Effect::LoadLab(opened.node, lab));
            }
            None => {
                self.checks = self.checks.anew();
                if self.focus == Focus::Checks {
                    self.focus = Focus::Reader;
                }
            }
        }
    }

    pub(super) fn lab_loaded(&mut self, node: usize, lab: Option<Arc<Lab>>, problems: &[Problem]) {
        if self.reader.node != Some(node) {
            return; // Another lesson was opened since.
        }
        if self.quiz_lab(node, lab.as_ref()) {
            return;
        }
        match lab {
            Some(lab) => self.attach(&lab),
            None => {
                self.start_wanted = false;
                let first = problems.first().map(ToString::to_string).unwrap_or_default();
                let broken = Some(format!("이 실습은 읽을 수 없어요. {first}"));
                self.checks = Checks { broken, ..self.checks.anew() };
            }
        }
    }

    /// The next thing to do: an open check of the running lab, starting the lab if its cluster can be had,
    /// or the next lesson that is not done.
    pub(super) fn next_thing(&mut self) {
        if self.checks.running()
            && let Some(current) = self.checks.current(self.level)
        {
            self.go_to_check(current);
            return;
        }
        let undone = self.checks.lab.as_ref().is_some_and(|lab| !self.progress.is_done(&lab.id));
        let within_reach = !matches!(self.checks.connection, Connection::Lost(..) | Connection::Refused(_));
        if undone && within_reach && !self.checks.running() && !self.checks.working() {
            self.ask(super::popup::Asked::Start);
            return;
        }
        let all = lessons(&self.curriculum);
        let here = self.reader.node.and_then(|node| all.iter().position(|i| *i == node));
        let start = here.map_or(0, |h| h + 1);
        self.note_read();
        let done = |i: &&usize| record::mark(&self.curriculum, &self.progress, **i) == record::Mark::Done;
        let next = all.iter().cycle().skip(start).take(all.len()).find(|i| !done(i) && Some(**i) != self.reader.node);
        match next.copied() {
            Some(node) => {
                self.travel(node, Aim::Resume);
            }
            None => self.say(Role::Good, "이 과정을 모두 마쳤어요"),
        }
    }

    /// Selects a check and shows the line of the lesson that asks for it.
    fn go_to_check(&mut self, index: usize) {
        let Some(check) = self.checks.check(index) else { return };
        let name = check.name.clone();
        let lab = self.checks.lab.as_ref().map(|l| l.id.clone()).unwrap_or_default();
        self.checks.unfolded.insert(check.step, true);
        self.checks.selected = Some(super::checks::Item::Check(index));
        self.reader.complete();
        let row = self.reader.page.tasks.iter().find(|t| names(&t.target, &lab, &name)).map(|t| t.row);
        if let Some(row) = row {
            self.reader.show(row);
            self.scrolled();
        }
    }
}

/// A task of the lesson is bound to a check of the lab.
pub fn names(target: &lesson::Target, lab: &str, check: &str) -> bool {
    match target {
        lesson::Target::Check(id) => id == check || id.split_once('/').is_some_and(|(l, c)| l == lab && c == check),
        _ => false,
    }
}

/// The leaves that can be opened, in the course's order.
fn lessons(curriculum: &Curriculum) -> Vec<usize> {
    let mut all = Vec::new();
    let mut stack: Vec<usize> = curriculum.roots.iter().rev().copied().collect();
    while let Some(index) = stack.pop() {
        let Some(node) = curriculum.nodes.get(index) else { continue };
        if node.children.is_empty() && node.path.is_some() {
            all.push(index);
        }
        stack.extend(node.children.iter().rev());
    }
    all
}
