//! What the engine says, taken into the state: connection, phase, verdicts; and what of it is learning.

use super::popup::{Asked, Kind, Popup};
use super::{App, Effect};
use crate::lab::{self, Actual, Connection, Event, Explain, Lab, Order, Phase, Verdict, Why};
use crate::progress::Change;
use crate::say;
use crate::text::Role;

impl App {
    pub(super) fn engine(&mut self, event: Event) {
        self.quiz_hears(&event);
        match event {
            Event::Connection(connection) => {
                let answered = matches!(connection, Connection::Refused(_) | Connection::Lost(..));
                self.checks.connection = connection;
                if answered {
                    self.ask_as_wanted();
                }
            }
            Event::Phase { lab, phase } => self.phase(&lab, phase),
            Event::Faults { lab, open } => {
                if self.checks.lab.as_ref().is_some_and(|of| of.id == lab) {
                    self.checks.faults = open;
                }
            }
            Event::Why { lab, why } => self.looked(&lab, *why),
            Event::Verdicts { lab, verdicts, invariants, hints, passed_once, turned, .. } => {
                self.pass(&lab, &passed_once);
                let Some(open) = self.checks.lab.clone().filter(|open| open.id == lab) else { return };
                self.checks.hints = hints;
                self.checks.in_run = passed_once.into_iter().collect();
                let before = self.checks.verdicts.clone();
                self.verdicts(&open, verdicts, invariants);
                self.look_again(&before);
                self.say_left();
                for (check, change) in turned {
                    self.turned(&open, check, change);
                }
            }
            Event::Timed { lab, timed } => self.timed(&lab, timed),
            Event::Undo { plan, .. } => self.planned(plan),
            Event::Undone { failed, .. } => self.undone(&failed),
        }
    }

    fn phase(&mut self, lab: &str, phase: Phase) {
        let open = self.checks.lab.as_ref().is_some_and(|open| open.id == lab);
        let running = matches!(phase, Phase::Running(_));
        let at = self.now;
        if running && !self.progress.is_started(lab) {
            self.record(Change::LabStarted { lab: lab.into(), at });
        }
        if phase == Phase::Stopped && self.progress.is_started(lab) {
            self.record(Change::LabStopped { lab: lab.into(), at });
        }
        if !open {
            return;
        }
        // What failed before this session is told beside the checks; only news needs the status line.
        if let (Phase::Failed(cause), true) = (&phase, self.checks.working()) {
            self.say(Role::Bad, cause.lines().next().unwrap_or_default().to_owned());
        }
        if !running || !self.checks.running() {
            self.checks.verdicts.clear();
            self.checks.hints.clear();
            self.checks.known.clear();
            self.checks.invariants.clear();
            self.checks.turned.clear();
            self.checks.fresh.clear();
        }
        self.step_over(&phase);
        if matches!(phase, Phase::Off | Phase::Stopped) {
            self.checks.timed = None;
        }
        self.checks.phase = phase;
        let asked = matches!(&self.popup, Some(Popup { kind: Kind::Confirm(Asked::Start | Asked::Play), .. }));
        if running && asked {
            self.popup = None;
            self.say(Role::Dim, "실습이 이미 돌고 있어요");
        }
        if running {
            self.start_wanted = false;
        }
        self.play_on();
        self.ask_as_wanted();
    }

    /// A start that was asked for before it was known how the lab stands.
    fn ask_as_wanted(&mut self) {
        if std::mem::take(&mut self.start_wanted) {
            self.status = None;
            self.ask(Asked::Start);
        }
    }

    /// Records first passes, whichever lesson is open.
    fn pass(&mut self, lab: &str, passed: &[String]) {
        for check in passed {
            if !self.progress.has_passed(lab, check) {
                self.record(Change::Passed { lab: lab.into(), check: check.clone(), at: self.now });
            }
            if self.checks.lab.as_ref().is_some_and(|open| open.id == lab) {
                self.checks.passed.insert(check.clone());
            }
        }
    }

    fn verdicts(&mut self, lab: &Lab, verdicts: Vec<Verdict>, invariants: Vec<Verdict>) {
        if verdicts.len() != lab.checks.len() {
            return; // Not of this lab's version; the next whole vector will be.
        }
        let first = self.checks.verdicts.is_empty();
        self.checks.known.resize(verdicts.len(), None);
        for (i, (check, verdict)) in lab.checks.iter().zip(&verdicts).enumerate() {
            let before = self.checks.known.get(i).cloned().flatten();
            let before_answer = before.as_ref().and_then(wrong_answer).map(str::to_owned);
            if *verdict == Verdict::Passed {
                if !first && before.is_some_and(|b| b != Verdict::Passed) {
                    self.checks.fresh.insert(check.name.clone());
                }
                self.checks.turned.remove(&check.name);
            } else if !matches!(verdict, Verdict::Unknown(_)) {
                self.checks.fresh.remove(&check.name);
            }
            if let (false, Some(given)) = (first, wrong_answer(verdict))
                && before_answer.as_deref() != Some(given)
            {
                self.say(Role::Wait, format!("아직 맞는 답이 아니에요: {given}"));
            }
            if let (false, Some(known)) = (matches!(verdict, Verdict::Unknown(_)), self.checks.known.get_mut(i)) {
                *known = Some(verdict.clone());
            }
        }
        let was_done = lab::done(lab, self.level, &self.checks.verdicts, &self.checks.invariants);
        let done = lab::done(lab, self.level, &verdicts, &invariants);
        self.checks.verdicts = verdicts;
        self.checks.invariants = invariants;
        if done && !self.progress.is_done(&lab.id) {
            self.record(Change::LabDone { lab: lab.id.clone(), at: self.now });
        }
        if done && !was_done && !first {
            let said = match self.pays() {
                true => "모두 통과했어요. 수고했어요! R로 점수를 보고 돌아봐요",
                false => "실습을 모두 마쳤어요. 수고했어요!",
            };
            self.say(Role::Good, said);
        }
    }

    /// A check that was green is not: says what changed, once, and keeps it beside the check.
    fn turned(&mut self, lab: &Lab, name: String, change: Option<lab::Change>) {
        let check = lab.checks.iter().chain(&lab.invariants).find(|c| c.name == name);
        let title = check.map_or(name.as_str(), |check| &check.title);
        let full = check.is_some_and(|check| self.checks.explain(check) == Explain::Full);
        let text = match &change {
            Some(change) if full => format!("{title}: {}", say::change(change)),
            _ => format!("{title}: 다시 안 맞아요"),
        };
        self.say(Role::Wait, text);
        self.checks.turned.insert(name, change);
    }

    /// Opens the closer look at a check.
    pub(super) fn open_why(&mut self, check: usize) {
        self.checks.copied = 0;
        self.popup = Some(Popup::new(Kind::Why { check }));
        self.ask_why(check);
    }

    fn ask_why(&mut self, index: usize) {
        let name = self.checks.check(index).map(|check| check.name.clone());
        if let Some(check) = name.filter(|_| self.checks.running()) {
            self.effects.push(Effect::Order(Order::Why { check }));
        }
    }

    /// The engine has looked.
    pub(super) fn looked(&mut self, lab: &str, why: Why) {
        if self.checks.lab.as_ref().is_some_and(|open| open.id == lab) {
            self.checks.why = Some(why);
        }
    }

    /// Looks again at the check that is looked at, where its verdict has become another one.
    pub(super) fn look_again(&mut self, before: &[Verdict]) {
        let Some(Popup { kind: Kind::Why { check }, .. }) = self.popup else { return };
        if before.get(check) != self.checks.verdicts.get(check) {
            self.ask_why(check);
        }
    }

    /// Takes the lab of a newly opened lesson into the pane.
    pub(super) fn attach(&mut self, lab: &std::sync::Arc<Lab>) {
        if self.checks.lab.as_ref().is_some_and(|open| open.id == lab.id) {
            return;
        }
        self.checks = super::checks::Checks {
            lab: Some(lab.clone()),
            passed: lab
                .checks
                .iter()
                .map(|c| &c.name)
                .filter(|c| self.progress.has_passed(&lab.id, c))
                .cloned()
                .collect(),
            taken: self.progress.hints(&lab.id),
            ..self.checks.anew()
        };
        self.effects.push(Effect::Order(Order::Attach(lab.clone())));
    }
}

/// The answer that was given, where it is not the right one.
fn wrong_answer(verdict: &Verdict) -> Option<&str> {
    match &verdict.finding()?.actual {
        Actual::Answer(Some(given)) => Some(given),
        _ => None,
    }
}
