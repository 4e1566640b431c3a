//! What a learner asks for beyond moving about: a lab started, reset, stopped, a hint, a mark, a copy.

use super::popup::{Asked, Kind, Popup};
use super::{App, Effect, Focus};
use crate::lab::{self, Connection, Explain, Level, Order, Phase, Source, Verdict};
use crate::progress::Change;
use crate::text::{self, Role};

impl App {
    /// Opens the question before something is made or removed, if it can be done now.
    pub(super) fn ask(&mut self, asked: Asked) {
        let can = match asked {
            _ if self.checks.loading => Err("실습을 읽는 중이에요"),
            _ if self.checks.lab.is_none() => Err("이 학습에는 실습이 없어요"),
            Asked::Start | Asked::Play if self.shell.playing() => Err("실습을 준비하는 중이에요. 셸 칸을 보세요"),
            Asked::Start | Asked::Play | Asked::Reset if self.checks.working() => {
                Err("지금 하는 일이 끝난 뒤에 할 수 있어요")
            }
            Asked::Solution if !self.checks.running() => Err("실습을 시작한 뒤에 볼 수 있어요"),
            Asked::Start | Asked::Play if self.checks.running() => Err("실습이 이미 돌고 있어요"),

            Asked::Reset | Asked::Stop if matches!(self.checks.phase, Phase::Off | Phase::Stopped) => {
                Err("아직 시작하지 않은 실습이에요")
            }
            _ => Ok(()),
        };
        self.start_wanted = asked == Asked::Start && self.checks.loading;
        match can {
            Ok(()) if self.untrusted(asked) => {
                self.popup = Some(Popup::new(Kind::Trust { asked, field: Default::default() }));
            }
            Ok(()) => self.popup = Some(Popup::new(Kind::Confirm(asked))),
            Err(why) => self.say(Role::Dim, why),
        }
    }

    /// What is asked for runs what the lab's files say, and they are neither part of the program nor trusted.
    pub(super) fn untrusted(&self, asked: Asked) -> bool {
        let known = |lab: &lab::Lab| self.trusted.as_ref().is_none_or(|trusted| trusted.contains(&lab.hash));
        asked != Asked::Stop
            && !matches!(self.checks.connection, Connection::Refused(_))
            && self.checks.lab.as_deref().is_some_and(|lab| !known(lab))
    }

    /// The word has been typed: the lab's files are trusted as they are now.
    pub(super) fn trust(&mut self) {
        let Some(lab) = self.checks.lab.clone() else { return };
        if let Some(trusted) = &mut self.trusted {
            trusted.add(&lab.hash);
        }
        self.effects.push(Effect::Trust(lab.hash.clone()));
    }

    pub(super) fn confirmed(&mut self) {
        match self.popup.as_ref().map(|popup| &popup.kind) {
            Some(Kind::Solution { .. }) => return self.step_on(),
            Some(Kind::Undo(_)) => return self.undo_on(),
            Some(Kind::Trigger { check }) => return self.trigger_on(*check),
            Some(Kind::Commands { .. }) => return self.trust_course(),
            _ => {}
        }
        // The question may have been asked of a cluster that was refused then, and is not now.
        if let Some(Popup { kind: Kind::Confirm(asked), .. }) = self.popup
            && self.untrusted(asked)
        {
            return self.ask(asked);
        }
        let Some(Popup { kind: Kind::Confirm(asked) | Kind::Trust { asked, .. }, .. }) = self.popup.take() else {
            return;
        };
        let Some(lab) = self.checks.lab.clone() else { return };
        if matches!(self.checks.connection, Connection::Refused(_)) {
            return;
        }
        let timed = self.may_time(asked) && std::mem::take(&mut self.timing);
        let orders = match asked {
            Asked::Start if timed => vec![Order::Start(lab), Order::Time],
            Asked::Start => vec![Order::Start(lab)],
            Asked::Play => return self.play(&lab, timed),
            Asked::Reset => vec![Order::Reset],
            Asked::Stop => vec![Order::Stop],
            Asked::Solution => return self.solution(),
        };
        self.effects.extend(orders.into_iter().map(Effect::Order));
    }

    pub(super) fn next_level(&mut self) {
        self.level = match self.level {
            Level::Beginner => Level::Intermediate,
            Level::Intermediate => Level::Advanced,
            Level::Advanced => Level::Beginner,
        };
        self.checks.selected = None;
        self.record(Change::Level(self.level));
        self.say(Role::Dim, format!("수준: {}", self.level.name()));
    }

    pub(super) fn mark(&mut self) {
        let Some(index) =
            self.checks.subject_of(self.level, |s| matches!(s, Source::Manual)).filter(|_| self.checks.running())
        else {
            return self.say(Role::Dim, "지금 직접 표시할 확인이 없어요");
        };
        let done = self.checks.shown(index).0 != Verdict::Passed;
        if let Some(check) = self.checks.check(index).map(|c| c.name.clone()) {
            self.effects.push(Effect::Order(Order::Mark { check, done }));
        }
    }

    pub(super) fn answer(&mut self) {
        let answer = self.checks.subject_of(self.level, |s| matches!(s, Source::Answer(_)));
        let Some(check) = answer.filter(|_| self.checks.running()) else {
            return self.say(Role::Dim, "지금 답할 물음이 없어요");
        };
        if let Verdict::Blocked(by) = self.checks.shown(check).0 {
            let lab = self.checks.lab.clone();
            let first =
                lab.as_ref().and_then(|l| l.checks.iter().find(|c| c.name == by)).map_or(by.as_str(), |c| &c.title);
            return self.say(Role::Dim, format!("먼저 할 일이 있어요: {first}"));
        }
        self.popup = Some(Popup::new(Kind::Answer { check, field: Default::default() }));
    }

    /// The next command to look at for a check.
    pub fn next_command(&self, index: usize) -> Option<String> {
        let lab = self.checks.lab.as_deref()?;
        let check = lab.checks.get(index)?;
        let said = self.checks.said(check, &self.checks.shown(index).0);
        let written = || check.next.clone().filter(|_| self.checks.explain(check) == Explain::Full);
        said.and_then(|said| said.next).or_else(written)
    }

    pub(super) fn copy_next(&mut self) {
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

    pub(super) fn copy(&mut self, text: String) {
        let lines = text.lines().count();
        let first = text.lines().next().unwrap_or_default();
        let more = if lines > 1 { format!(" 외 {}줄", lines - 1) } else { String::new() };
        self.say(Role::Dim, format!("복사했어요: {}{more}", text::truncate(first, 60)));
        self.effects.push(Effect::Copy(text));
    }
}
