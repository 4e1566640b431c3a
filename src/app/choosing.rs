//! Choosing a thing of a lesson and acting on it.

use super::reader::Reader;
use super::things::{Thing, What, all};
use super::{App, Effect};
use crate::keymap::Command;
use crate::lesson::Target;
use crate::text::{Role, truncate};

impl Reader {
    /// Selects the next or previous thing in sight or beyond; false when there is none.
    pub fn step_thing(&mut self, forward: bool) -> bool {
        let from = self.thing.as_ref().map(Thing::order);
        let sight = self.top..self.top + self.height;
        let found = if forward {
            all(&self.page)
                .filter(|thing| from.map_or(thing.rows.end > sight.start, |from| thing.order() > from))
                .min_by_key(Thing::order)
        } else {
            all(&self.page)
                .filter(|thing| from.map_or(thing.rows.start < sight.end, |from| thing.order() < from))
                .max_by_key(Thing::order)
        };
        let Some(mut thing) = found else {
            if self.is_whole() {
                return false;
            }
            self.complete();
            self.keep_thing();
            return self.step_thing(forward);
        };
        let alike = all(&self.page).filter(|other| other.is_like(&thing) && other.order() < thing.order());
        thing.nth = alike.count();
        // As much of it as fits comes into sight, with a little of what is above.
        if thing.rows.start < sight.start || thing.rows.start >= sight.end {
            self.go(thing.rows.start.saturating_sub(if forward { 3 } else { self.height / 3 }));
        } else if thing.rows.end > sight.end {
            self.go((thing.rows.end.saturating_sub(self.height)).min(thing.rows.start.saturating_sub(1)));
        }
        self.thing = Some(thing);
        true
    }

    /// There is something to select in sight or below; what has not been laid out yet may hold something.
    pub fn has_things_below(&self) -> bool {
        let page = &self.page;
        // Each list is in the page's order, so its last one tells.
        let last = [
            page.links.last().map(|link| link.row + 1),
            page.folds.last().map(|fold| fold.row + 1),
            page.tasks.last().map(|task| task.row + 1),
            page.code.last().map(|code| code.rows.end),
            page.wide.last().map(|wide| wide.rows.end),
        ];
        !self.is_whole() || last.into_iter().flatten().any(|end| end > self.top)
    }

    /// Selects a line that was clicked on.
    pub(super) fn select_row(&mut self, row: usize) {
        let line = self.page.lines.get(row).copied();
        self.thing = line.map(|line| Thing { rows: row..row + 1, column: None, what: What::Line, line, nth: 0 });
    }

    /// Nothing is selected any more if it was but a line.
    pub(super) fn let_line_go(&mut self) {
        self.thing = self.thing.take().filter(|thing| thing.what != What::Line);
    }

    /// Selects the thing at a cell; none there leaves nothing selected.
    pub(super) fn select_at(&mut self, row: usize, column: usize) {
        let here = |thing: &Thing| {
            thing.rows.contains(&row)
                && match thing.what {
                    What::Link(i) => (i..i + thing.rows.len())
                        .filter_map(|piece| self.page.links.get(piece))
                        .any(|piece| piece.row == row && piece.columns.contains(&column)),
                    // The box, with a cell to spare on either side.
                    What::Task(i) => self.page.tasks.get(i).is_some_and(|task| {
                        (task.column.saturating_sub(1)..task.column + task.width + 1).contains(&column)
                    }),
                    _ => true,
                }
        };
        // A link within a fold's summary is the link.
        let found = all(&self.page).filter(here).min_by_key(|thing| (thing.what, thing.rows.start));
        self.thing = found.map(|mut thing| {
            thing.nth = all(&self.page).filter(|other| other.is_like(&thing) && other.order() < thing.order()).count();
            thing
        });
    }

    /// Finds the selected thing again after a new layout; what has scrolled out of sight is let go.
    pub(super) fn keep_thing(&mut self) {
        let Some(thing) = self.thing.take() else { return };
        let stays = self.page.lines.get(thing.rows.start) == Some(&thing.line)
            && match thing.what {
                What::Link(i) => self
                    .page
                    .links
                    .get(i)
                    .is_some_and(|link| link.row == thing.rows.start && Some(link.columns.start) == thing.column),
                What::Fold(i) => self.page.folds.get(i).is_some_and(|fold| fold.row == thing.rows.start),
                What::Task(i) => self.page.tasks.get(i).is_some_and(|task| task.row == thing.rows.start),
                What::Code(i) => self.page.code.get(i).is_some_and(|code| code.rows == thing.rows),
                What::Wide(i) => self.page.wide.get(i).is_some_and(|wide| wide.rows == thing.rows),
                What::Line => true,
            };
        let found = if stays {
            Some(thing)
        } else if thing.what == What::Line {
            let row = self.page.row_of_line(thing.line);
            Some(Thing { rows: row..row + 1, ..thing })
        } else {
            let mut alike: Vec<Thing> = all(&self.page).filter(|other| other.is_like(&thing)).collect();
            alike.sort_by_key(Thing::order);
            alike.into_iter().nth(thing.nth).map(|found| Thing { nth: thing.nth, ..found })
        };
        self.thing = found.filter(|thing| thing.rows.start < self.top + self.height && thing.rows.end > self.top);
    }

    /// The source line that the learner means: the selected thing's, else the first in sight that holds anything.
    pub fn current_line(&self) -> Option<usize> {
        if let Some(thing) = &self.thing {
            return Some(thing.line);
        }
        let at = self.page.rows.texts().skip(self.top).position(|row| !row.trim().is_empty())?;
        self.page.lines.get(self.top + at).copied()
    }

    /// The source line of a heading, by its name in links, also of one in a closed fold.
    pub fn line_of_heading(&self, slug: &str) -> Option<usize> {
        let shown = self.page.anchors.iter().find(|anchor| anchor.slug == slug).map(|anchor| anchor.line);
        shown.or_else(|| self.headings().into_iter().find(|(name, _)| name == slug).map(|(_, line)| line))
    }
}

impl App {
    pub(super) fn next_of_things(&mut self, forward: bool) {
        if !self.reader.step_thing(forward) {
            return self.say(Role::Dim, if forward { "이 아래에는 더 없어요" } else { "이 위에는 더 없어요" });
        }
        self.scrolled();
        self.note_read();
        // Where a link leads is said before it is followed.
        if let Some(Thing { what: What::Link(i), .. }) = self.reader.thing
            && let Some(link) = self.reader.page.links.get(i)
        {
            let to = format!("{} {}", if self.look.ascii { "->" } else { "→" }, truncate(&link.target, 200));
            self.say(Role::Dim, to);
        }
    }

    /// What Enter does with the selected thing, for the footer.
    pub fn act_word(&self) -> Option<&'static str> {
        Some(match self.reader.thing.as_ref()?.what {
            What::Link(_) => "열기",
            What::Fold(i) if self.reader.page.folds.get(i)?.open => "접기",
            What::Fold(_) => "펴기",
            What::Task(i) => match self.reader.page.tasks.get(i)?.target {
                Target::Check(_) => return None,
                Target::Manual | Target::Unbound => "표시",
            },
            What::Code(i) if self.goes_to_shell(i) => "셸로",
            What::Code(_) => "복사",
            What::Wide(_) | What::Line => return None,
        })
    }

    /// Acts on the selected thing.
    pub(super) fn act(&mut self) {
        let Some(thing) = self.reader.thing.clone().filter(|thing| thing.what != What::Line) else {
            return self.say(Role::Dim, "f로 고른 뒤 Enter를 눌러요");
        };
        match thing.what {
            What::Link(i) => {
                let target = self.reader.page.links.get(i).map(|link| link.target.clone());
                self.follow_link(&target.unwrap_or_default());
            }
            What::Fold(i) => {
                if let Some(line) = self.reader.page.folds.get(i).map(|fold| fold.line) {
                    self.reader.turn_fold(line);
                }
            }
            What::Task(i) => self.tick(i),
            What::Code(i) => {
                if let Some(text) = self.reader.page.code.get(i).map(|code| code.text.trim_end().to_owned()) {
                    self.reader.copied = Some(i);
                    if self.goes_to_shell(i) { self.hand(text) } else { self.copy(text) }
                }
            }
            What::Wide(_) => {
                let keys = if self.look.ascii { "Left Right로" } else { "← →로" };
                self.say(Role::Dim, format!("{keys} 옆을 봐요"));
            }
            What::Line => {}
        }
    }

    fn tick(&mut self, index: usize) {
        let Some(task) = self.reader.page.tasks.get(index) else { return };
        let Some(line) = self.reader.page.lines.get(task.row).copied() else { return };
        match &task.target {
            Target::Check(id) => {
                let name = id.rsplit('/').next().unwrap_or(id);
                let lab = self.checks.lab.as_ref();
                let title = lab.and_then(|lab| lab.checks.iter().find(|c| c.name == name)).map(|c| c.title.clone());
                let title = title.unwrap_or_else(|| name.to_owned());
                self.say(Role::Dim, format!("실습이 확인해서 표시하는 줄이에요: {title}"));
            }
            Target::Manual | Target::Unbound => self.tick_own(line),
        }
    }

    /// Obeys what is done with the lesson beyond scrolling; false when it is something else.
    pub(super) fn lesson_command(&mut self, command: Command) -> bool {
        match command {
            Command::NextOfThings => self.next_of_things(true),
            Command::PreviousOfThings => self.next_of_things(false),
            Command::Act => self.act(),
            Command::Folds => match self.reader.turn_folds() {
                None => self.say(Role::Dim, "이 학습에는 접힌 곳이 없어요"),
                Some(open) => self.say(Role::Dim, if open { "모두 폈어요" } else { "모두 접었어요" }),
            },
            Command::Wrap => {
                let arrows = if self.look.ascii { "Left Right" } else { "← →" };
                let said = if self.reader.turn_wrapping() {
                    format!("긴 줄을 한 줄로 두어요. {arrows}로 옆을 봐요")
                } else {
                    "긴 줄을 접어서 보여요".to_owned()
                };
                self.say(Role::Dim, said);
            }
            Command::PanRight | Command::PanLeft => {
                let cells = self.panes().reader.map_or(0, |pane| usize::from(pane.width));
                self.reader.push(command == Command::PanRight, cells);
            }
            Command::Back => self.go_back(),
            Command::Forward => self.go_forward(),
            Command::Note => self.note(),
            Command::Bookmark => self.bookmark(),
            _ => return false,
        }
        true
    }

    /// Turns the mouse off, for copying with the terminal, or on again.
    pub(super) fn turn_mouse(&mut self) {
        self.mouse_off = !self.mouse_off;
        self.effects.push(Effect::Mouse(!self.mouse_off));
        self.say(
            Role::Dim,
            if self.mouse_off {
                "마우스를 껐어요. 이제 터미널로 글을 골라 복사할 수 있어요 (F2로 다시 켜요)"
            } else {
                "마우스를 켰어요"
            },
        );
    }
}
