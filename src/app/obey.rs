//! Keys, mouse and paste: to the popup if one is open, else by the table to the pane with the focus.

use super::popup::{self, Asked, Kind, Popup};
use super::{App, Effect, Focus, Mouse, Panes, checks::Item};
use crate::keymap::{self, Command, Context, Key};
use crate::lab::{Connection, Level, Phase, Source, Verdict};
use crate::progress::Change;
use crate::say;
use crate::text::{self, Role};

impl App {
    /// The contexts whose keys hold now, the nearest first.
    pub fn contexts(&self) -> Vec<Context> {
        match &self.popup {
            Some(popup) => vec![popup.context()],
            None => vec![
                match self.focus {
                    Focus::Tree => Context::Tree,
                    Focus::Reader => Context::Reader,
                    Focus::Checks => Context::Checks,
                },
                Context::Anywhere,
            ],
        }
    }

    fn typing(&self) -> bool {
        matches!(&self.popup, Some(Popup { kind: Kind::Answer { .. }, .. }))
    }

    pub(super) fn key(&mut self, key: Key) {
        self.checks.fresh.clear();
        if self.typing() {
            return self.type_key(key);
        }
        let keys = match key {
            Key::Char(c) => text::hangul::keys(c),
            _ => None,
        };
        let Some(keys) = keys else { return self.press(key) };
        self.status = None;
        for key in keys {
            self.press(Key::Char(key));
            if self.typing() {
                break; // The rest of the syllable was not meant for the field.
            }
        }
        if !self.hangul_told && self.status.is_none() {
            self.hangul_told = true;
            self.say(Role::Dim, "한글 입력 중에는 한 박자 늦어요 (한/영)");
        }
    }

    fn press(&mut self, key: Key) {
        self.status = None;
        if let Some(command) = keymap::command(&self.contexts(), key) {
            self.obey(command);
        }
    }

    fn obey(&mut self, command: Command) {
        if let Some(popup) = &mut self.popup {
            match command {
                Command::Down => popup.top += 1,
                Command::Up => popup.top = popup.top.saturating_sub(1),
                Command::PageDown => popup.top += 10,
                Command::PageUp => popup.top = popup.top.saturating_sub(10),
                Command::Close => self.popup = None,
                Command::Quit => self.quit(),
                Command::Confirm => self.confirmed(),
                Command::Hint if popup.aside() => self.hint(),
                Command::Copy => {
                    if let Some(text) = self.popup.as_ref().and_then(|p| popup::command_of(self, p)) {
                        self.copy(text);
                    }
                }
                _ => {}
            }
            self.clamp_popup();
            return;
        }
        if self.pane(command) {
            return;
        }
        match command {
            Command::Quit => self.quit(),
            Command::Redraw => self.effects.push(Effect::Redraw),
            Command::Suspend => self.effects.push(Effect::Suspend),
            Command::FocusNext => self.turn(1),
            Command::FocusPrevious => self.turn(2),
            Command::Open => {
                let node = self.tree.selected;
                let branch = self.curriculum.nodes.get(node).is_some_and(|n| !n.children.is_empty());
                if branch
                    && (self.reader.node == Some(node)
                        || self.curriculum.nodes.get(node).is_some_and(|n| n.path.is_none()))
                {
                    self.tree.obey(&self.curriculum, Command::ToggleFold, self.tree_height());
                    return;
                }
                self.open(node);
                self.tree.unfolded.insert(node);
                self.focus = Focus::Reader;
            }
            Command::Why => match self.checks.selected {
                Some(Item::Step(_)) => {
                    self.checks.obey(self.level, Command::ToggleFold);
                }
                _ => {
                    if let Some(check) = self.checks.subject(self.level) {
                        self.popup = Some(Popup::new(Kind::Why { check }));
                    }
                }
            },
            Command::HideTree => {
                self.tree.hidden = !self.tree.hidden;
                if self.tree.hidden && self.focus == Focus::Tree {
                    self.focus = Focus::Reader;
                }
            }
            Command::Next => self.next_thing(),
            Command::Hint => self.hint(),
            Command::Start => self.ask(Asked::Start),
            Command::Reset => self.ask(Asked::Reset),
            Command::Stop => self.ask(Asked::Stop),
            Command::Level => self.next_level(),
            Command::Mark => self.mark(),
            Command::Answer => {
                let answer = self.checks.subject_of(self.level, |s| matches!(s, Source::Answer(_)));
                match answer.filter(|_| self.checks.running()) {
                    Some(check) => self.popup = Some(Popup::new(Kind::Answer { check, field: Default::default() })),
                    None => self.say(Role::Dim, "지금 답할 물음이 없어요"),
                }
            }
            Command::Copy => self.copy_next(),
            Command::Help => self.popup = Some(Popup::new(Kind::Help)),
            _ => {}
        }
    }

    /// Movement within the focused pane; false when the command is not one.
    fn pane(&mut self, command: Command) -> bool {
        match self.focus {
            Focus::Tree => self.tree.obey(&self.curriculum, command, self.tree_height()),
            Focus::Reader => {
                let moved = self.reader.obey(command);
                if moved {
                    self.scrolled();
                    self.note_read();
                }
                moved
            }
            Focus::Checks => self.checks.obey(self.level, command),
        }
    }

    fn tree_height(&self) -> usize {
        self.panes().tree.map_or(0, |t| usize::from(Panes::body(t).height))
    }

    pub(super) fn follow_tree(&mut self) {
        self.tree.follow(&self.curriculum, self.tree_height());
    }

    /// The place in the lesson changed: it is saved once it has stood still for a moment.
    pub(super) fn scrolled(&mut self) {
        self.place_at = Some(self.now + 1_500);
    }

    /// Moves the focus among the panes there are.
    fn turn(&mut self, by: usize) {
        let mut ring = vec![Focus::Tree, Focus::Reader, Focus::Checks];
        ring.retain(|f| match f {
            Focus::Tree => !self.tree.hidden || self.size.0 < super::panes::WIDE,
            Focus::Reader => true,
            Focus::Checks => self.has_lab(),
        });
        let at = ring.iter().position(|f| *f == self.focus).unwrap_or(0);
        let by = if by == 1 { 1 } else { ring.len() - 1 };
        if let Some(focus) = ring.get((at + by) % ring.len()) {
            self.focus = *focus;
        }
        self.follow_tree();
    }

    /// Opens the question before something is made or removed, if it can be done now.
    pub(super) fn ask(&mut self, asked: Asked) {
        let can = match asked {
            _ if self.checks.lab.is_none() => Err("이 학습에는 실습이 없어요"),
            Asked::Start | Asked::Reset if self.checks.working() => Err("지금 하는 일이 끝난 뒤에 할 수 있어요"),
            Asked::Start if self.checks.running() => Err("실습이 이미 돌고 있어요"),
            Asked::Reset | Asked::Stop
                if !self.checks.running() && !matches!(self.checks.phase, crate::lab::Phase::Failed(_)) =>
            {
                Err("아직 시작하지 않은 실습이에요")
            }
            _ => Ok(()),
        };
        match can {
            Ok(()) => self.popup = Some(Popup::new(Kind::Confirm(asked))),
            Err(why) => self.say(Role::Dim, why),
        }
    }

    fn confirmed(&mut self) {
        let Some(Popup { kind: Kind::Confirm(asked), .. }) = self.popup.take() else { return };
        let Some(lab) = self.checks.lab.clone() else { return };
        if matches!(self.checks.connection, Connection::Refused(_)) {
            return;
        }
        self.effects.push(match asked {
            Asked::Start => Effect::Start(lab),
            Asked::Reset => Effect::Reset,
            Asked::Stop => Effect::Stop,
        });
    }

    /// Shows the hints reached so far and one level more.
    fn hint(&mut self) {
        let Some(lab) = self.checks.lab.clone() else {
            return self.say(Role::Dim, "이 학습에는 실습이 없어요");
        };
        let shown = match &self.popup {
            Some(Popup { kind: Kind::Hint { check, .. } | Kind::Why { check }, .. }) => Some(*check),
            _ => None,
        };
        let subject = shown.or_else(|| self.checks.subject(self.level));
        let Some((index, check)) = subject.and_then(|i| Some((i, lab.checks.get(i)?))) else {
            return self.say(Role::Dim, "지금 도울 확인이 없어요");
        };
        let Some(last) = check.hints.iter().map(|h| h.level).max() else {
            return self.say(Role::Dim, format!("{} — 힌트가 없어요", check.title));
        };
        // A popup that is open goes one further; otherwise the first press shows what was reached before.
        let reached = self.progress.hint(&lab.id, &check.name);
        let open = matches!(&self.popup, Some(Popup { kind: Kind::Hint { .. }, .. }));
        let level = if open { reached + 1 } else { reached.max(1) }.min(last);
        if level > reached {
            self.record(Change::Hinted { lab: lab.id.clone(), check: check.name.clone(), level, at: self.now });
        }
        self.popup = Some(Popup::new(Kind::Hint { check: index, level }));
    }

    fn next_level(&mut self) {
        self.level = match self.level {
            Level::Beginner => Level::Intermediate,
            Level::Intermediate => Level::Advanced,
            Level::Advanced => Level::Beginner,
        };
        self.checks.selected = None;
        self.record(Change::Level(self.level));
        self.say(Role::Dim, format!("수준: {}", self.level.name()));
    }

    fn mark(&mut self) {
        let Some(index) =
            self.checks.subject_of(self.level, |s| matches!(s, Source::Manual)).filter(|_| self.checks.running())
        else {
            return self.say(Role::Dim, "지금 직접 표시할 확인이 없어요");
        };
        let done = self.checks.shown(index).0 != Verdict::Passed;
        if let Some(check) = self.checks.check(index).map(|c| c.name.clone()) {
            self.effects.push(Effect::Mark { check, done });
        }
    }

    /// The next command to look at for a check.
    pub fn next_command(&self, index: usize) -> Option<String> {
        let lab = self.checks.lab.as_deref()?;
        let check = lab.checks.get(index)?;
        say::verdict(lab, check, &self.checks.shown(index).0).and_then(|s| s.next).or_else(|| check.next.clone())
    }

    fn copy_next(&mut self) {
        if self.focus == Focus::Checks {
            let text = self.checks.subject(self.level).and_then(|i| self.next_command(i));
            return match text {
                Some(text) => self.copy(text),
                None => self.say(Role::Dim, "복사할 명령이 없어요"),
            };
        }
        match self.reader.next_code() {
            Some(index) => {
                self.reader.copied = Some(index);
                if let Some(code) = self.reader.page.code.get(index) {
                    self.copy(code.text.trim_end().to_owned());
                }
            }
            None => self.say(Role::Dim, "화면에 보이는 명령이 없어요"),
        }
    }

    fn copy(&mut self, text: String) {
        let lines = text.lines().count();
        let first = text.lines().next().unwrap_or_default();
        let more = if lines > 1 { format!(" 외 {}줄", lines - 1) } else { String::new() };
        self.say(Role::Dim, format!("복사했어요: {}{more}", text::truncate(first, 60)));
        self.effects.push(Effect::Copy(text));
    }

    fn type_key(&mut self, key: Key) {
        let Some(Popup { kind: Kind::Answer { check, field }, .. }) = &mut self.popup else { return };
        match key {
            Key::Esc => self.popup = None,
            Key::Ctrl('c') => self.quit(),
            Key::Enter => {
                let typed = field.text.trim().to_owned();
                let Some(Source::Answer(answer)) = self.checks.check(*check).map(|c| &c.source) else { return };
                // A number stands for the choice it numbers.
                let choice = typed.parse::<usize>().ok().and_then(|n| answer.choices.get(n.checked_sub(1)?));
                let value = choice.cloned().unwrap_or(typed);
                let name = self.checks.check(*check).map(|c| c.name.clone());
                if let (Some(check), false) = (name, value.is_empty()) {
                    self.effects.push(Effect::Answer { check, value });
                    self.popup = None;
                }
            }
            key => {
                field.edit(key);
            }
        }
    }

    pub(super) fn paste(&mut self, pasted: &str) {
        if let Some(Popup { kind: Kind::Answer { field, .. }, .. }) = &mut self.popup {
            field.insert(pasted);
        }
    }

    pub(super) fn mouse(&mut self, mouse: Mouse, column: u16, row: u16) {
        if let Some(popup) = &mut self.popup {
            match mouse {
                Mouse::WheelDown => popup.top += 3,
                Mouse::WheelUp => popup.top = popup.top.saturating_sub(3),
                Mouse::Press => {}
            }
            self.clamp_popup();
            return;
        }
        let Some((focus, pane)) = self.panes().hit(column, row) else { return };
        let body = Panes::body(pane);
        let height = usize::from(body.height);
        if mouse != Mouse::Press {
            let by = if mouse == Mouse::WheelDown { 3 } else { -3 };
            match focus {
                Focus::Tree => self.tree.scroll(&self.curriculum, by, height),
                Focus::Reader => {
                    self.reader.go(self.reader.top.saturating_add_signed(by));
                    self.scrolled();
                    self.note_read();
                }
                Focus::Checks => {
                    self.checks.selected = None;
                    self.checks.top = self.checks.top.saturating_add_signed(by);
                }
            }
            return;
        }
        self.focus = focus;
        let Some(below) = row.checked_sub(body.y).map(usize::from) else { return };
        match focus {
            Focus::Tree => {
                let rows = self.tree.rows(&self.curriculum);
                if let Some((_, node)) = rows.get(self.tree.top + below) {
                    self.tree.selected = *node;
                    self.obey(Command::Open);
                }
            }
            Focus::Checks => {
                let lines = super::checklist::lines(&self.checks, self.view(pane.width));
                let item = lines.get(self.checks.top + below).and_then(|l| l.item);
                if item.is_some() && item == self.checks.selected {
                    self.obey(Command::Why);
                } else if let Some(Item::Step(_)) = item {
                    self.checks.selected = item;
                    self.checks.obey(self.level, Command::ToggleFold);
                } else if item.is_some() {
                    self.checks.selected = item;
                }
            }
            Focus::Reader => {}
        }
    }

    /// A popup scrolls no further than its last page.
    fn clamp_popup(&mut self) {
        let Some(mut open) = self.popup.take() else { return };
        let area = super::panes::popup_area(self, &open);
        let rows = popup::rows(self, &open, usize::from(area.width.saturating_sub(4)));
        open.top = open.top.min(rows.len().saturating_sub(usize::from(area.height.saturating_sub(2))));
        self.popup = Some(open);
    }
}
