//! The axis of time, and bars on it.

use jiff::civil::DateTime;

use super::super::rows::blank;
use super::dates::{clock, instant, later, show};
use super::{Gantt, Task};
use crate::text::{Role, Row, width};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// Distances between dates on the axis.
const STEPS: [i64; 20] = [
    60_000,
    300_000,
    900_000,
    1_800_000,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    28 * DAY,
    91 * DAY,
    182 * DAY,
    365 * DAY,
    730 * DAY,
    3_650 * DAY,
    36_500 * DAY,
];

/// So much time on so many cells.
pub struct Axis {
    from: i64,
    span: i64,
    cells: usize,
    /// Where dates stand, and what they say.
    ticks: Vec<(usize, String)>,
}

impl Axis {
    /// From the first task's start to the last one's end; nothing when there is no time between.
    pub fn new(gantt: &Gantt, cells: usize) -> Option<Self> {
        let start = gantt.tasks.iter().map(|task| task.from).min()?;
        let end = gantt.tasks.iter().map(|task| task.to).max()?;
        let (from, span) = (instant(start), instant(end) - instant(start));
        if span <= 0 {
            return None;
        }
        let mut axis = Self { from, span, cells, ticks: Vec::new() };
        let label = |at: DateTime, step: i64| {
            let own = gantt.axis.as_deref().and_then(|format| jiff::fmt::strtime::format(format, at).ok());
            own.filter(|own| !own.trim().is_empty() && width(own) <= 24).unwrap_or_else(|| {
                let years = end.year() != start.year();
                show(at, years, step < DAY || clock(start))
            })
        };
        let room = |step: &&i64| axis.at(from + **step) >= width(&label(start, **step)) + 2;
        let step = *STEPS.iter().find(room).unwrap_or(&span);
        let mut at = 0;
        while at <= span && axis.ticks.len() < cells {
            let Some(date) = later(start, at) else { break };
            let (place, text) = (axis.at(from + at), label(date, step));
            if place + width(&text) > cells {
                break;
            }
            axis.ticks.push((place, text));
            at += step;
        }
        Some(axis)
    }

    /// The cell of an instant.
    fn at(&self, instant: i64) -> usize {
        let offset = i128::from((instant - self.from).max(0));
        let cells = i128::try_from(self.cells).unwrap_or(0);
        usize::try_from(offset * cells / i128::from(self.span.max(1))).unwrap_or(self.cells).min(self.cells)
    }

    /// Dates over a rule.
    pub fn head(&self, rows: &mut Vec<Row>, indent: usize, ascii: bool) {
        let (line, tick) = if ascii { ("-", "+") } else { ("─", "┬") };
        let mut dates = vec![blank(indent)];
        let mut used = 0;
        for (place, text) in &self.ticks {
            dates.push(blank(place.saturating_sub(used)));
            dates.push((Role::Dim, text.clone()));
            used = place + width(text);
        }
        rows.push(dates);
        let rule: String = (0..self.cells)
            .map(|cell| if self.ticks.iter().any(|(place, _)| *place == cell) { tick } else { line })
            .collect();
        rows.push(vec![blank(indent), (Role::Faint, rule)]);
    }

    /// A task's bar: at least one cell.
    pub fn bar(&self, task: &Task, ascii: bool) -> Row {
        let from = self.at(instant(task.from)).min(self.cells.saturating_sub(1));
        if task.tags.milestone {
            return vec![blank(from), (Role::Text, if ascii { "*" } else { "◆" }.to_owned())];
        }
        let to = self.at(instant(task.to)).max(from + 1);
        let (role, cell) = task.tags.bar(ascii);
        vec![blank(from), (role, cell.repeat(to - from))]
    }
}
