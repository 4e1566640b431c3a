//! Sitting over questions in the lesson's pane: the quiz of the open lesson, or what is due of the whole course.

mod live;
mod rows;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::field::Field;
use super::{App, Effect, Focus, Panes, tree};
use crate::keymap::{Command, Key};
use crate::progress::{Change, Reply};
use crate::quiz::{Item, Kind, Outcome, Quiz, Run};
use crate::say;
use crate::text::{Role, Row};

use live::Live;

pub use rows::{Line, Target, left};

/// What one sits over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The quiz of a lesson, by its node.
    Lesson(usize),
    /// What is due of the whole course.
    Recall,
}

/// The quizzes that are known, and the one that is open.
#[derive(Debug, Default)]
pub struct Quizzes {
    /// The open one.
    pub sitting: Option<Sitting>,
    /// Those that were read, by their node.
    known: BTreeMap<usize, Arc<Quiz>>,
    /// Runs that were left before their end.
    kept: BTreeMap<usize, Run>,
    /// What is to be opened as soon as it has been read.
    wanted: Option<Of>,
}

/// A run on the screen.
#[derive(Debug)]
pub struct Sitting {
    /// Over what.
    pub of: Of,
    /// The run.
    pub run: Run,
    /// The choice under the cursor, by its place on the screen.
    pub cursor: usize,
    /// What is typed so far.
    pub field: Field,
    /// First row on screen.
    pub top: usize,
    /// The lab that answers predictions, where the lesson has none.
    live: Option<Live>,
}

impl Sitting {
    /// The question waits for an answer that is typed.
    pub fn is_typed(&self) -> bool {
        self.run.item().is_some_and(|item| item.question.kind == Kind::Typed && item.outcome.is_none())
    }

    /// The question waits for choices.
    pub fn is_chosen(&self) -> bool {
        self.run.item().is_some_and(|item| item.question.kind != Kind::Typed && item.outcome.is_none())
    }

    /// What Enter does, in a word.
    pub fn word(&self) -> &'static str {
        match self.run.item() {
            None => "학습으로",
            Some(item) if item.outcome.is_none() => "답하기",
            Some(_) => "다음",
        }
    }
}

impl App {
    /// The open quiz, unless another pane has the keys.
    pub(super) fn quizzed(&self) -> Option<&Sitting> {
        self.quizzes.sitting.as_ref().filter(|_| self.focus == Focus::Reader)
    }

    /// The lesson on screen has a quiz with questions.
    pub(super) fn has_quiz(&self) -> bool {
        let quiz = self.reader.node.and_then(|node| self.quizzes.known.get(&node));
        quiz.is_some_and(|quiz| !quiz.questions.is_empty())
    }

    /// Reads the quiz of a newly opened lesson, and says at its end that it is there.
    pub(super) fn look_for_quiz(&mut self) {
        let Some(node) = self.reader.node else { return };
        let known = self.quizzes.known.contains_key(&node);
        if !known && self.curriculum.nodes.get(node).is_some_and(|node| node.quiz.is_some()) {
            self.effects.push(Effect::Quizzes(vec![node]));
        }
        self.end_with_quiz();
    }

    pub(super) fn quizzes_loaded(&mut self, found: Vec<(usize, Arc<Quiz>)>) {
        self.quizzes.known.extend(found);
        self.end_with_quiz();
        if let Some(of) = self.quizzes.wanted.take() {
            self.sit_down(of);
        }
    }

    /// The course was read again: its questions may be others.
    pub(super) fn forget_quizzes(&mut self) {
        self.quizzes = Quizzes::default();
    }

    /// The line at the end of a lesson that leads to its quiz.
    fn end_with_quiz(&mut self) {
        let line = self.reader.node.filter(|_| self.has_quiz()).and_then(|node| self.quiz_line(node));
        self.reader.end_with(line);
    }

    fn quiz_line(&self, index: usize) -> Option<Row> {
        let count = self.quizzes.known.get(&index)?.questions.len();
        let tries = self.progress.first_tries(self.curriculum.nodes.get(index)?);
        let dot = if self.look.ascii { " - " } else { " · " };
        let mut row = vec![(Role::Strong, format!("퀴즈 {count}문항")), (Role::Dim, dot.into())];
        if tries.total > 0 {
            row.push((Role::Dim, format!("{}개 답함, {}개 처음에 맞음{dot}", tries.total, tries.done)));
        }
        row.push((Role::Key, "e".into()));
        Some(row)
    }

    /// Opens the quiz of the lesson on screen.
    pub(super) fn open_quiz(&mut self) {
        let node = self.reader.node.filter(|node| self.curriculum.nodes.get(*node).is_some_and(|n| n.quiz.is_some()));
        match node {
            Some(node) => self.sit_down(Of::Lesson(node)),
            None => self.say(Role::Dim, "이 학습에는 퀴즈가 없어요"),
        }
    }

    /// Opens what is due of the whole course.
    pub(super) fn open_recall(&mut self) {
        self.sit_down(Of::Recall);
    }

    fn sit_down(&mut self, of: Of) {
        let nodes: Vec<usize> = match of {
            Of::Lesson(node) => vec![node],
            Of::Recall => self.progress.due(&self.curriculum, self.now).iter().map(|(node, ..)| *node).collect(),
        };
        let unread: Vec<usize> = nodes.into_iter().filter(|node| !self.quizzes.known.contains_key(node)).collect();
        if !unread.is_empty() {
            self.quizzes.wanted = Some(of);
            return self.effects.push(Effect::Quizzes(unread));
        }
        self.leave_quiz();
        let run = match of {
            Of::Lesson(node) => self.quizzes.kept.remove(&node).or_else(|| {
                let (quiz, node) = (self.quizzes.known.get(&node)?, self.curriculum.nodes.get(node)?);
                Some(self.progress.run(node, quiz))
            }),
            Of::Recall => {
                let known = |node| self.quizzes.known.get(&node).map(Arc::as_ref);
                Some(self.progress.due_run(&self.curriculum, self.now, known))
            }
        };
        let Some(mut run) = run.filter(|run| !run.items.is_empty()) else {
            return self.say(
                Role::Dim,
                match of {
                    Of::Lesson(_) => "이 학습의 퀴즈에는 물을 수 있는 문항이 없어요",
                    Of::Recall => "지금 다시 볼 문항이 없어요",
                },
            );
        };
        run.to_first_open();
        self.focus = Focus::Reader;
        self.quizzes.sitting = Some(Sitting { of, run, cursor: 0, field: Field::default(), top: 0, live: None });
        self.come_up();
    }

    /// Leaves the quiz; what is answered is kept, and a run is gone on with later.
    pub(super) fn leave_quiz(&mut self) {
        self.quizzes.wanted = None;
        let Some(sitting) = self.quizzes.sitting.take() else { return };
        if let Of::Lesson(node) = sitting.of
            && !sitting.run.is_over()
        {
            self.quizzes.kept.insert(node, sitting.run);
        }
        self.end_with_quiz();
    }

    /// A question comes up: what was typed and scrolled was for another. The lab of a prediction is looked at.
    fn come_up(&mut self) {
        let Some(sitting) = &mut self.quizzes.sitting else { return };
        (sitting.cursor, sitting.top, sitting.field) = (0, 0, Field::default());
        let named = sitting.run.item().and_then(|item| item.question.check.as_ref());
        let Some(lab) = named.map(|named| named.lab.clone()).filter(|lab| !lab.is_empty()) else { return };
        let watched = sitting.live.as_ref().is_some_and(|live| live.lab.id == lab);
        if let Some(node) = self.reader.node.filter(|_| !watched && !self.has_lab()) {
            self.effects.push(Effect::LoadLab(node, lab));
        }
    }

    /// Enter: takes the answer, else goes on, else leaves.
    pub(super) fn go_on_quiz(&mut self) {
        let Some(sitting) = &mut self.quizzes.sitting else { return };
        let typed = sitting.field.text.clone();
        let Some(item) = sitting.run.item_mut() else { return self.leave_quiz() };
        if item.outcome.is_some() {
            sitting.run.go_on();
            return self.come_up();
        }
        item.typed = typed;
        let live = self.quizzes.sitting.as_ref().and_then(|sitting| self.live(sitting.run.item()?));
        let Some(sitting) = &mut self.quizzes.sitting else { return };
        let Some(item) = sitting.run.item_mut() else { return };
        match item.submit(live) {
            Err(missing) => {
                let text = say::quiz::missing(missing, item.question.kind);
                self.say(Role::Dim, text);
            }
            Ok(outcome) => {
                let reply = Reply::new(outcome == Outcome::Right, item.given());
                let (lesson, question) = (item.lesson.clone(), item.question.id.clone());
                sitting.top = 0;
                if outcome != Outcome::Unscored {
                    self.record(Change::Answered { lesson, question, at: self.now, reply });
                }
            }
        }
    }

    /// Obeys a command over the open quiz; false when it means something else.
    pub(super) fn sit(&mut self, command: Command) -> bool {
        let page = self.panes().reader.map_or(10, |pane| usize::from(Panes::body(pane).height).saturating_sub(2));
        let Some(sitting) = &mut self.quizzes.sitting else { return false };
        let choosing = sitting.is_chosen();
        let last = sitting.run.item().map_or(0, |item| item.count().saturating_sub(1));
        match command {
            Command::Confirm => self.go_on_quiz(),
            Command::Close => self.leave_quiz(),
            Command::Choose(number) if choosing => self.choose_of_quiz(usize::from(number).saturating_sub(1)),
            Command::Pick if choosing => {
                let cursor = sitting.cursor;
                self.choose_of_quiz(cursor);
            }
            Command::Down if choosing => sitting.cursor = (sitting.cursor + 1).min(last),
            Command::Up if choosing => sitting.cursor = sitting.cursor.saturating_sub(1),
            Command::Down => sitting.top += 1,
            Command::Up => sitting.top = sitting.top.saturating_sub(1),
            Command::PageDown | Command::Pick => sitting.top += page,
            Command::PageUp => sitting.top = sitting.top.saturating_sub(page),
            Command::Choose(_) => {}
            _ => return false,
        }
        true
    }

    /// Scrolls by the wheel.
    pub(super) fn scroll_quiz(&mut self, by: isize) {
        if let Some(sitting) = &mut self.quizzes.sitting {
            sitting.top = sitting.top.saturating_add_signed(by);
        }
    }

    fn choose_of_quiz(&mut self, shown: usize) {
        let Some(sitting) = &mut self.quizzes.sitting else { return };
        let Some(item) = sitting.run.item_mut().filter(|item| shown < item.count()) else { return };
        item.choose(shown);
        sitting.cursor = shown;
    }

    /// A key while an answer is typed.
    pub(super) fn type_quiz(&mut self, key: Key) {
        self.status = None;
        match key {
            Key::Enter => self.go_on_quiz(),
            Key::Esc => self.leave_quiz(),
            Key::Ctrl('c') => self.quit(),
            Key::Tab => self.obey(Command::FocusNext),
            Key::BackTab => self.obey(Command::FocusPrevious),
            Key::Down | Key::Up | Key::PageDown | Key::PageUp => {
                let command = match key {
                    Key::Down => Command::Down,
                    Key::Up => Command::Up,
                    Key::PageDown => Command::PageDown,
                    _ => Command::PageUp,
                };
                self.sit(command);
            }
            key => {
                if let Some(sitting) = &mut self.quizzes.sitting {
                    sitting.field.edit(key);
                }
            }
        }
    }

    /// A click within the pane: a choice is chosen, what is chosen alone is answered by a second click.
    pub(super) fn click_quiz(&mut self, row: usize, cells: usize) {
        let Some(sitting) = &self.quizzes.sitting else { return };
        let line = self.quiz_lines(cells).into_iter().nth(sitting.top + row);
        match line.and_then(|line| line.target) {
            Some(Target::Choice(at)) => {
                let alone = |item: &Item| matches!(item.question.kind, Kind::Single | Kind::Predict);
                let again = sitting.run.item().is_some_and(|item| alone(item) && item.place(at).is_some());
                if again { self.go_on_quiz() } else { self.choose_of_quiz(at) }
            }
            Some(Target::Enter) => self.go_on_quiz(),
            None => {}
        }
    }

    /// Keeps the cursor in sight, and scrolls no further than the last row.
    pub(super) fn follow_quiz(&mut self, cells: usize, height: usize) {
        if self.quizzes.sitting.is_none() {
            return;
        }
        let lines = self.quiz_lines(cells);
        let Some(sitting) = &mut self.quizzes.sitting else { return };
        let here = |line: &Line| sitting.is_chosen() && line.target == Some(Target::Choice(sitting.cursor));
        let top = sitting.top.min(lines.len().saturating_sub(height));
        sitting.top = match (lines.iter().position(here), lines.iter().rposition(here)) {
            // The question itself is above the first choice.
            (Some(_), Some(to)) if sitting.cursor == 0 => tree::keep(0, 0, to + 1, lines.len(), height),
            (Some(from), Some(to)) => tree::keep(top, from, to + 1, lines.len(), height),
            _ => top,
        };
    }
}
