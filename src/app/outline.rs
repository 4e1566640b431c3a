//! The outline of the open lesson: its headings with their minutes.

use super::App;
use super::picker::{Goal, Line, Picker, Purpose};
use crate::search::{Fuzzy, Query, pick};
use crate::text::Role;

impl App {
    /// The headings that fit what is typed, in their order.
    pub(super) fn outline_lines(&self, query: &Query) -> Vec<Line> {
        let mut fuzzy = Fuzzy::new(query.text());
        let here = self.heading_here();
        let headings = self.reader.document().headings();
        let top = headings.iter().map(|heading| heading.level).min().unwrap_or(1);
        let fitting = headings.into_iter().filter_map(|heading| {
            let marks = if query.is_empty() { Vec::new() } else { pick(query, &mut fuzzy, &heading.title)?.1 };
            Some(Line {
                indent: 2 * usize::from(heading.level - top),
                role: match heading.level {
                    _ if here == Some(heading.line) => Role::Accent,
                    level if level <= 2 => Role::Strong,
                    _ => Role::Text,
                },
                marks,
                right: heading.minutes.map(|minutes| format!("{minutes}분")).unwrap_or_default(),
                ..Line::new(&heading.title, Goal::Heading(heading.line))
            })
        });
        fitting.collect()
    }

    /// The line of the list that stands for where one is.
    pub(super) fn outline_here(&self, picker: &Picker) -> Option<usize> {
        let here = self.heading_here().filter(|_| picker.purpose == Purpose::Outline)?;
        picker.lines.iter().position(|line| line.goal == Some(Goal::Heading(here)))
    }

    /// The source line of the heading that the top of the screen belongs to.
    fn heading_here(&self) -> Option<usize> {
        let anchors = &self.reader.page.anchors;
        let above = anchors.iter().rev().find(|anchor| anchor.row <= self.reader.top + 1);
        above.or(anchors.first()).map(|anchor| anchor.line)
    }
}
