//! Links of the open lesson: into the course, with a way back; to a heading; else the address is copied.

use super::{App, Focus};
use crate::text::Role;

/// Lessons kept to go back to.
const BACK: usize = 50;

impl App {
    /// Follows the link at a cell of the page, if there is one.
    pub(super) fn click_link(&mut self, row: usize, column: usize) {
        let links = &self.reader.page.links;
        let Some(link) = links.iter().find(|l| l.row == row && l.columns.contains(&column)) else { return };
        let target = link.target.clone();
        self.follow_link(&target);
    }

    fn follow_link(&mut self, target: &str) {
        let (path, slug) = target.split_once('#').unwrap_or((target, ""));
        let here = self.reader.node;
        if path.is_empty() {
            return match self.reader.row_of_heading(slug) {
                Some(row) => {
                    self.reader.go(row);
                    self.scrolled();
                }
                None => self.say(Role::Dim, format!("이 학습에는 그런 제목이 없어요: {slug}")),
            };
        }
        let from = here.and_then(|i| self.curriculum.nodes.get(i)?.path.clone()).unwrap_or_default();
        let place = if path.contains(':') { None } else { beside(&from, path) };
        match place.and_then(|place| self.curriculum.find(&place)) {
            Some(node) if Some(node) == here => {}
            Some(node) => {
                self.back.extend(here);
                let more = self.back.len().saturating_sub(BACK);
                self.back.drain(..more);
                self.go_to_lesson(node);
                self.say(Role::Dim, "Backspace로 돌아가요");
            }
            None => self.copy(target.to_owned()),
        }
    }

    /// Back to the lesson that a link led away from.
    pub(super) fn go_back(&mut self) {
        match self.back.pop() {
            Some(node) => self.go_to_lesson(node),
            None => self.say(Role::Dim, "돌아갈 학습이 없어요"),
        }
    }

    fn go_to_lesson(&mut self, node: usize) {
        self.tree.reveal(&self.curriculum, node);
        self.follow_tree();
        self.open(node);
        self.focus = Focus::Reader;
    }
}

/// A relative path as seen from a page; `None` where it leads out of the course.
fn beside(page: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &str, path: &str, expected: Option<&str>) {
        assert_eq!(beside(page, path).as_deref(), expected);
    }

    #[test]
    fn a_link_is_read_from_beside_its_page() {
        check("week_03/day_02/lab_1.md", "session_01.md", Some("week_03/day_02/session_01.md"));
        check("week_03/day_02/lab_1.md", "./../day_01/README.md", Some("week_03/day_01/README.md"));
        check("README.md", "week_03/README.md", Some("week_03/README.md"));
        check("README.md", "../x.md", None);
    }
}
