//! What the footer says: keys that work right now, a line to the learner, the clock.

use super::App;
use super::popup::Kind;
use super::quiz::Sitting;
use crate::keymap::{self, Command};
use crate::lab::{Millis, Phase, Source, Timed, Verdict};
use crate::text::{Role, Row, truncate, width};

/// The most keys shown.
const MOST: usize = 8;

impl App {
    /// A command would do something now; asked for what the footer shows.
    pub fn can(&self, command: Command) -> bool {
        let lab = self.checks.lab.is_some();
        let running = self.checks.running();
        let open_check = |wanted: fn(&Source) -> bool| {
            running && self.checks.subject_of(self.level, wanted).is_some_and(|i| !self.checks.blocked(i))
        };
        match command {
            Command::Start => lab && !running && !self.checks.working() && !self.shell.playing() && !self.offers_play(),
            Command::Play => self.offers_play(),
            Command::Hint => match &self.popup {
                Some(popup) => popup.aside(),
                None => {
                    running
                        && self
                            .checks
                            .subject(self.level)
                            .and_then(|i| self.checks.check(i))
                            .is_some_and(|c| !c.hints.is_empty() || self.pays())
                }
            },
            Command::Solution => running && self.checks.lab.as_ref().is_some_and(|lab| !lab.solution.is_empty()),
            Command::Undo => running,
            Command::Trigger => open_check(|s| matches!(s, Source::Trigger(_))),
            Command::Review => lab,
            Command::Time => {
                let asked = self.popup.as_ref().map(|popup| &popup.kind);
                matches!(asked, Some(Kind::Confirm(asked)) if self.may_time(*asked))
            }
            // Always obeyed; shown while there is something to wait for.
            Command::Stop => self.checks.working(),
            Command::Mark => open_check(|s| matches!(s, Source::Manual)),
            Command::Answer => open_check(|s| matches!(s, Source::Answer(_))),
            Command::Quiz => self.has_quiz() && self.quizzes.sitting.is_none(),
            Command::Recall => {
                self.quizzes.sitting.is_none() && !self.progress.due(&self.curriculum, self.now).is_empty()
            }
            Command::Choose(_) | Command::Pick => self.quizzed().is_some_and(Sitting::is_chosen),
            Command::Copy | Command::Next if self.quizzed().is_some() => false,
            Command::Down | Command::Up if self.popup.is_none() => self.can_move_in_quiz(command == Command::Down),
            Command::Copy if self.popup.is_some() => {
                self.popup.as_ref().is_some_and(|popup| super::popup::command_of(self, popup).is_some())
            }
            Command::Copy if self.focus == super::Focus::Checks => {
                self.checks.subject(self.level).is_some_and(|i| self.next_command(i).is_some())
            }
            Command::Copy => self.reader.next_code().is_some(),
            Command::PageUp if self.in_shell() => self.shell.runs() && !self.shell.view.modes.alternate,
            // While something is marked, the key has another meaning.
            Command::Next => self.found.is_none(),
            Command::Scope => self.picking().is_some_and(|picker| picker.has_scopes()),
            Command::Why => lab && (running || self.checks.selected.is_some()),
            Command::PageDown => !self.reader.at_end(),
            Command::Act => self.act_word().is_some(),
            Command::NextOfThings => self.reader.thing.is_none() && self.reader.has_things_below(),
            Command::PanRight | Command::PanLeft => self.reader.can_push(),
            Command::Back => self.can_go_back(),
            Command::Forward => self.can_go_forward(),
            Command::Fold => self
                .curriculum
                .nodes
                .get(self.tree.selected)
                .is_some_and(|n| n.parent.is_some() || !n.children.is_empty()),
            _ => true,
        }
    }

    /// The footer's left side: a line to the learner if there is one, then keys as room allows.
    pub fn footer(&self, cells: usize) -> Row {
        let mut row = Row::new();
        let contexts = self.contexts();
        if let Some(status) = &self.status {
            row.push((status.role, truncate(&status.text, cells)));
            return row;
        }
        if let Some(findings) = self.findings(cells) {
            return findings;
        }
        let mut cells = cells;
        if self.saving.failed.is_some() {
            // Said in full when it happened; this stays until it has come right.
            let mark = "저장 안 됨   ";
            cells = cells.saturating_sub(width(mark));
            row.push((Role::Bad, mark.into()));
        }
        if let Some(found) = self.found.as_ref().filter(|_| self.popup.is_none()) {
            let count = found.count();
            cells = cells.saturating_sub(width(&count));
            row.push((Role::Accent, count));
        }
        let always = |c: Command| matches!(c, Command::Help);
        let mut bindings: Vec<_> = keymap::footer(&contexts).filter(|b| self.can(b.command)).collect();
        // The way to all the others is the last to go.
        while bindings.len() > 1
            && (bindings.len() > MOST || bindings.iter().map(|b| entry(b, self.look.ascii)).sum::<usize>() > cells)
        {
            let drop = bindings.iter().rposition(|b| !always(b.command)).unwrap_or(0);
            bindings.remove(drop);
        }
        for binding in bindings {
            let key = binding.keys.first().map(|k| k.label(self.look.ascii)).unwrap_or_default();
            row.push((Role::Key, key));
            row.push((Role::Dim, format!(" {}  ", self.word(binding))));
        }
        row
    }

    /// What a key does now, in a word.
    fn word(&self, binding: &keymap::Binding) -> &'static str {
        match binding.command {
            Command::Act => self.act_word().unwrap_or(binding.word),
            Command::Confirm if self.popup.is_none() => self.quizzed().map_or(binding.word, Sitting::word),
            _ => binding.word,
        }
    }

    /// The footer's right side: the step and the time while a lab runs, else nothing.
    pub fn clock(&self) -> String {
        let Phase::Running(_) = self.checks.phase else { return self.understood() };
        if self.checks.lab.is_none() {
            return String::new();
        }
        let step = match self.checks.current_step(self.level) {
            Some(step) if step > 0 => format!("{step}단계  "),
            _ => String::new(),
        };
        let time = jiff::Timestamp::from_millisecond(self.now).map(|t| t.to_zoned(self.zone.clone()));
        time.map(|t| format!("{step}{:02}:{:02}", t.hour(), t.minute())).unwrap_or_default()
    }

    /// 기술 이해도, once a question of a core quiz was answered, where there is room.
    fn understood(&self) -> String {
        let first = self.progress.understanding(&self.curriculum);
        if first.total == 0 || self.size.0 < super::panes::WIDE {
            return String::new();
        }
        format!("기술 이해도 {:>3}%", first.percent())
    }

    /// Minutes of the open lesson: spent and planned while its lab runs, else planned.
    pub fn minutes(&self) -> String {
        let node = self.reader.node.and_then(|i| self.curriculum.nodes.get(i));
        let lab = self.checks.lab.as_ref().map(|l| l.minutes).filter(|m| *m > 0);
        let planned = lab.or(node.and_then(|n| n.minutes));
        match (&self.checks.phase, planned) {
            (Phase::Running(_), _) if self.checks.timed.is_some() => {
                self.checks.timed.as_ref().map(|timed| self.countdown(timed)).unwrap_or_default()
            }
            (Phase::Running(since), Some(planned)) if lab.is_some() => {
                format!("{}분 / {planned}분", minutes_since(*since, self.now))
            }
            (_, Some(planned)) => format!("{planned}분"),
            (_, None) => String::new(),
        }
    }

    /// What is left of a timed run, a minute that has begun counted whole; or when it was done.
    fn countdown(&self, timed: &Timed) -> String {
        let left = timed.limit() - timed.spent;
        match self.checks.current(self.level) {
            None => {
                let last = timed.passed.values().copied().max().unwrap_or(timed.spent);
                format!("{}분에 마침", last / 60_000)
            }
            Some(_) if left <= 0 => "시간 끝".into(),
            Some(_) => format!("남은 {}분 / {}분", (left + 59_999) / 60_000, timed.minutes),
        }
    }

    /// How the checks stand, for the strip of narrow screens.
    pub fn tally(&self) -> Row {
        let counts = self.checks.counts(self.level);
        let none = crate::lab::Reason::Connecting;
        let marks = [
            (Verdict::Passed, counts.passed),
            (Verdict::Failed(Box::new(empty_finding())), counts.failed),
            (Verdict::Progressing(None), counts.progressing),
            (Verdict::Waiting, counts.waiting),
            (Verdict::Unknown(none), counts.unknown),
        ];
        let mut row = Row::new();
        for (verdict, count) in marks {
            if count > 0 {
                let symbol = crate::say::symbol(&verdict, self.look.ascii);
                row.push((crate::say::role(&verdict), format!("{symbol} {count}")));
                row.push((Role::Text, "  ".into()));
            }
        }
        row.pop();
        row
    }
}

fn empty_finding() -> crate::lab::Finding {
    crate::lab::Finding {
        subject: Default::default(),
        path: None,
        expected: crate::lab::Expected::Not,
        actual: crate::lab::Actual::Missing,
        cause: None,
        message: None,
        change: None,
        near: None,
    }
}

fn entry(binding: &keymap::Binding, ascii: bool) -> usize {
    let key = binding.keys.first().map(|k| k.label(ascii)).unwrap_or_default();
    width(&key) + width(binding.word) + 3
}

fn minutes_since(since: Millis, now: Millis) -> Millis {
    ((now - since) / 60_000).max(0)
}
