//! The open quiz as rows: the question or how the run went, the field, and what Enter does.

use super::{Of, Sitting};
use crate::app::popup::typed;
use crate::app::{App, Panes};
use crate::say::quiz::{self, Hit, How};
use crate::text::{Role, Row};

/// The widest a question is.
const MEASURE: usize = 84;

/// What a click on a row does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Chooses a choice of the screen.
    Choice(usize),
    /// What Enter does.
    Enter,
}

/// A row of the pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it shows, from the margin on.
    pub row: Row,
    /// What a click on it does.
    pub target: Option<Target>,
}

/// Cells left of the rows in a pane of so many.
pub fn left(cells: usize) -> usize {
    cells.saturating_sub(measure(cells)) / 2
}

fn measure(cells: usize) -> usize {
    cells.saturating_sub(4).clamp(8, MEASURE)
}

impl App {
    /// All rows of the open quiz in a pane of so many cells.
    pub fn quiz_lines(&self, cells: usize) -> Vec<Line> {
        let Some(sitting) = &self.quizzes.sitting else { return Vec::new() };
        let how = How { cells: measure(cells), ascii: self.look.ascii };
        let said = match sitting.run.item() {
            Some(item) => quiz::question(item, how),
            None => quiz::summary(&sitting.run, how),
        };
        let mut lines: Vec<Line> = Vec::new();
        for line in said {
            let row = if line.hit == Some(Hit::Field) { typed(self, &sitting.field, how.cells) } else { line.row };
            let target = line.hit.and_then(|hit| match hit {
                Hit::Choice(at) => Some(Target::Choice(at)),
                Hit::Field => None,
            });
            lines.push(Line { row, target });
        }
        lines.push(Line { row: Row::new(), target: None });
        if sitting.of == Of::Recall && sitting.run.item().is_none() {
            lines.extend(self.more_due(how.cells));
        }
        let enter = if self.look.ascii { "Enter" } else { "⏎" };
        let row = vec![(Role::Key, enter.to_owned()), (Role::Dim, format!(" {}", sitting.word()))];
        lines.push(Line { row, target: Some(Target::Enter) });
        lines
    }

    /// There is a choice to go to, or a row to scroll to; true where no quiz has the keys.
    pub(in crate::app) fn can_move_in_quiz(&self, down: bool) -> bool {
        let Some(sitting) = self.quizzed() else { return true };
        let body = self.panes().reader.map(Panes::body).unwrap_or_default();
        let rows = || self.quiz_lines(usize::from(body.width)).len();
        match down {
            _ if sitting.is_chosen() => true,
            true => sitting.top + usize::from(body.height) < rows(),
            false => sitting.top > 0,
        }
    }

    /// What is left for another day.
    fn more_due(&self, cells: usize) -> Vec<Line> {
        let left = self.progress.due(&self.curriculum, self.now).len();
        let text = match left {
            0 => "오늘 볼 것을 다 봤어요.".to_owned(),
            left => format!("{left}문항이 더 기다려요. 하루 2분이면 되니 내일 봐도 괜찮아요."),
        };
        let rows = crate::text::wrap(&[(Role::Dim, text)], cells);
        rows.into_iter().chain([Row::new()]).map(|row| Line { row, target: None }).collect()
    }

    /// Where in the run one is: `3/8`.
    pub fn quiz_place(&self) -> Option<String> {
        let Sitting { run, .. } = self.quizzes.sitting.as_ref()?;
        Some(format!("{}/{}", (run.at + 1).min(run.items.len()), run.items.len()))
    }
}
