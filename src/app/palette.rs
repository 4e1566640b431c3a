//! The palette: everything that can be done now, by its sentence; and lessons and labs by their titles.

use super::App;
use super::checks::Checks;
use super::picker::{Goal, Line};
use super::popup::Asked;
use crate::keymap::{Command, KEYS};
use crate::lab::Phase;
use crate::search::{Fuzzy, Query, pick};

/// Lessons and labs shown.
const MOST: usize = 30;

impl App {
    /// What fits what is typed, the best first; all commands while nothing is.
    pub(super) fn palette_lines(&self, query: &Query) -> Vec<Line> {
        let commands = self.commands();
        if query.is_empty() {
            return commands;
        }
        let mut fuzzy = Fuzzy::new(query.text());
        let mut all: Vec<(u32, Line)> = Vec::new();
        for line in commands.into_iter().chain(self.titles()) {
            if let Some((score, marks)) = pick(query, &mut fuzzy, &line.text) {
                all.push((score, Line { marks, ..line }));
            } else if let Some((score, _)) = pick(query, &mut fuzzy, &self.by_name(line.goal)) {
                all.push((score, line));
            }
        }
        all.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        all.into_iter().map(|(_, line)| line).take(MOST).collect()
    }

    /// The name under which somebody may know it who does not think of its sentence or title: English, or an id.
    fn by_name(&self, goal: Option<Goal>) -> String {
        match goal {
            Some(Goal::Do(command)) => format!("{command:?}"),
            Some(Goal::Lesson(node) | Goal::Lab(node)) => {
                self.curriculum.nodes.get(node).map(|node| node.id.clone()).unwrap_or_default()
            }
            _ => String::new(),
        }
    }

    /// The commands that would do something now, each once.
    fn commands(&self) -> Vec<Line> {
        let contexts = self.contexts_below();
        let mut lines: Vec<Line> = Vec::new();
        for context in contexts {
            for binding in KEYS.iter().filter(|b| b.context == context && !b.sentence.is_empty()) {
                let goal = Goal::Do(binding.command);
                let known = lines.iter().any(|line| line.goal == Some(goal));
                if known || !self.sensible(binding.command) {
                    continue;
                }
                let right = binding.keys.first().map(|key| key.label(self.look.ascii)).unwrap_or_default();
                lines.push(Line { right, ..Line::new(binding.sentence, goal) });
            }
        }
        lines
    }

    fn sensible(&self, command: Command) -> bool {
        let Checks { lab, phase, .. } = &self.checks;
        match command {
            Command::Palette | Command::Close | Command::Time => false,
            Command::Reset | Command::Stop => lab.is_some() && !matches!(phase, Phase::Off | Phase::Stopped),
            Command::Outline => self.reader.node.is_some(),
            command => self.can(command),
        }
    }

    /// The lessons, and the labs that can be started.
    fn titles(&self) -> impl Iterator<Item = Line> {
        self.curriculum.walk().flat_map(|(_, index)| {
            let node = self.curriculum.nodes.get(index);
            let line = |text: String, goal| Line { right: self.breadcrumb(index), ..Line::new(text, goal) };
            let lesson = node.filter(|node| node.path.is_some()).map(|n| line(n.title.clone(), Goal::Lesson(index)));
            let lab = node.filter(|node| node.path.is_some() && node.lab.is_some());
            let lab = lab.map(|node| line(format!("실습 시작: {}", node.title), Goal::Lab(index)));
            lesson.into_iter().chain(lab)
        })
    }

    /// Asks to start the lab of a lesson, once it has been read.
    pub(super) fn start_here(&mut self, node: usize) {
        if self.reader.node == Some(node) && !self.checks.loading {
            return self.ask(Asked::Start);
        }
        self.start_wanted = true;
    }
}
