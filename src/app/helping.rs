//! What a learner asks for when stuck: hints, one by one; the reference solution, step by step; undoing; looking back.

use super::popup::{Asked, Kind, Popup, Stage};
use super::{App, Effect};
use crate::course;
use crate::lab::{Explain, Order, Phase, Plan, Source, Timed};
use crate::progress::{Change, Trial};
use crate::text::Role;

impl App {
    /// A hint costs something here: what is not explained, and what is timed.
    pub fn pays(&self) -> bool {
        self.checks.timed.is_some() || self.checks.lab.as_ref().is_some_and(|lab| lab.explain != Explain::Full)
    }

    /// The level that comes after those reached. Where hints are paid for, the first one is there even without an
    /// author's words: it tells why.
    pub fn next_hint(&self, index: usize, reached: u32) -> Option<u32> {
        let next = self.checks.ladder(index)?.after(reached);
        next.or((reached == 0 && self.pays()).then_some(1))
    }

    /// Shows the hints reached so far and one level more.
    pub(super) fn hint(&mut self) {
        let Some(lab) = self.checks.lab.clone() else {
            return self.say(Role::Dim, "이 학습에는 실습이 없어요");
        };
        if lab.explain == Explain::None {
            return self.say(Role::Dim, "시험에는 힌트가 없어요");
        }
        let shown = match &self.popup {
            Some(Popup { kind: Kind::Hint { check, .. } | Kind::Why { check }, .. }) => Some(*check),
            _ => None,
        };
        let subject = shown.or_else(|| self.checks.subject(self.level));
        let Some((index, check)) = subject.and_then(|i| Some((i, lab.checks.get(i)?))) else {
            return self.say(Role::Dim, "지금 힌트를 볼 확인이 없어요");
        };
        // A popup that is open goes one further; otherwise the first press shows what was reached before, and where a
        // hint costs something it says so before it is shown.
        let reached = self.progress.hint(&lab.id, &check.name);
        let open = matches!(&self.popup, Some(Popup { kind: Kind::Hint { .. }, .. }));
        let next = self.next_hint(index, reached);
        if next.is_none() && reached == 0 {
            return self.say(Role::Dim, format!("{} — 힌트가 없어요", check.title));
        }
        let more = open || (reached == 0 && !self.pays());
        let level = next.filter(|_| more).unwrap_or(reached);
        if level > reached {
            self.record(Change::Hinted { lab: lab.id.clone(), check: check.name.clone(), level, at: self.now });
            self.checks.taken = self.progress.hints(&lab.id);
        }
        self.popup = Some(Popup::new(Kind::Hint { check: index, level }));
    }

    /// The start of this lab may be timed: it is a challenge.
    pub fn may_time(&self, asked: Asked) -> bool {
        let node = self.reader.node.and_then(|node| self.curriculum.nodes.get(node));
        let challenge = node.is_some_and(|node| node.kind == course::Kind::Challenge);
        matches!(asked, Asked::Start | Asked::Play)
            && (challenge || self.checks.lab.as_ref().is_some_and(|lab| lab.explain != Explain::Full))
    }

    /// Offers the first step of the reference solution whose checks have not passed in this run.
    pub(super) fn solution(&mut self) {
        let Some(lab) = self.checks.lab.clone() else {
            return self.say(Role::Dim, "이 학습에는 실습이 없어요");
        };
        match self.open_step(None) {
            _ if lab.explain == Explain::None => self.say(Role::Dim, "시험에는 참고 풀이가 없어요"),
            _ if lab.solution.is_empty() => self.say(Role::Dim, "이 실습에는 참고 풀이가 없어요"),
            _ if !self.checks.running() => self.say(Role::Dim, "실습을 시작한 뒤에 볼 수 있어요"),
            _ if self.untrusted(Asked::Solution) => self.ask(Asked::Solution),
            None => self.say(Role::Dim, "풀이의 모든 단계를 통과했어요. 망가졌다면 u로 되돌려요"),
            Some(step) => self.popup = Some(Popup::new(Kind::Solution { step, stage: Stage::Asked })),
        }
    }

    /// The first step that is still to be done; after one that was done, from that on.
    fn open_step(&self, done: Option<usize>) -> Option<usize> {
        let lab = self.checks.lab.as_ref()?;
        let mut now = lab.passing(&self.checks.verdicts);
        // Whether the last verdicts saw it or not.
        let broken = done.and_then(|done| lab.solution.get(done)).map_or(&[][..], |step| &step.breaks);
        now.retain(|check| !broken.contains(check));
        lab.open_steps(&self.checks.in_run, &now).into_iter().find(|step| Some(*step) >= done)
    }

    /// A yes to what a step asks: it is shown, or done.
    pub(super) fn step_on(&mut self) {
        let Some(Popup { kind: Kind::Solution { step, stage }, top }) = &mut self.popup else { return };
        let index = *step;
        match stage {
            Stage::Asked => {
                (*stage, *top) = (Stage::Shown, 0);
                let Some(lab) = self.checks.lab.clone() else { return };
                if let Some(step) = lab.solution.get(index).map(|step| step.name.clone()) {
                    self.record(Change::Shown { lab: lab.id.clone(), step, at: self.now });
                }
            }
            Stage::Shown => {
                (*stage, *top) = (Stage::Doing, 0);
                self.effects.push(Effect::Order(Order::Solve { steps: index + 1 }));
            }
            Stage::Doing => {}
        }
    }

    /// A step that was done is over: the next is offered, or the same again where it failed.
    pub(super) fn step_over(&mut self, phase: &Phase) {
        let Some(Popup { kind: Kind::Solution { step, stage: Stage::Doing }, .. }) = self.popup else { return };
        if !matches!(phase, Phase::Running(_)) {
            return;
        }
        match self.open_step(Some(step)) {
            Some(step) => self.popup = Some(Popup::new(Kind::Solution { step, stage: Stage::Asked })),
            None => {
                self.popup = None;
                self.say(Role::Good, "참고 풀이를 끝까지 했어요");
            }
        }
    }

    /// Says what the trigger of a check does and how that is undone, and asks.
    pub(super) fn trigger(&mut self) {
        let check = self.checks.subject_of(self.level, |source| matches!(source, Source::Trigger(_)));
        match check.filter(|_| self.checks.running()) {
            Some(check) if self.checks.blocked(check) => self.say(Role::Dim, "먼저 할 일이 있어요"),
            Some(_) if self.untrusted(Asked::Solution) => self.say(Role::Dim, "실습을 믿은 뒤에 할 수 있어요 (S)"),
            Some(check) => self.popup = Some(Popup::new(Kind::Trigger { check })),
            None => self.say(Role::Dim, "지금 일으킬 장애가 없어요"),
        }
    }

    /// A yes to that.
    pub(super) fn trigger_on(&mut self, check: usize) {
        self.popup = None;
        if let Some(check) = self.checks.check(check).map(|check| check.name.clone()) {
            self.effects.push(Effect::Order(Order::Trigger(check)));
        }
    }

    /// Asks what undoing to the last green moment would do.
    pub(super) fn undo(&mut self) {
        if !self.checks.running() {
            return self.say(Role::Dim, "돌고 있는 실습에서 쓸 수 있어요");
        }
        self.popup = Some(Popup::new(Kind::Undo(None)));
        self.effects.push(Effect::Order(Order::PlanUndo));
    }

    /// The answer to that.
    pub(super) fn planned(&mut self, plan: Result<Plan, String>) {
        if let Some(Popup { kind: Kind::Undo(slot), .. }) = &mut self.popup {
            *slot = Some(Box::new(plan));
        }
    }

    /// A yes to what undoing would do.
    pub(super) fn undo_on(&mut self) {
        let Some(Popup { kind: Kind::Undo(Some(plan)), .. }) = &self.popup else { return };
        let order = plan.as_ref().as_ref().ok().filter(|plan| !plan.is_empty()).cloned().map(Order::Undo);
        self.popup = None;
        self.effects.extend(order.map(Effect::Order));
    }

    /// It is done, as far as it could be.
    pub(super) fn undone(&mut self, failed: &[String]) {
        match failed {
            [] => self.say(Role::Good, "통과했던 때로 되돌렸어요"),
            [first, rest @ ..] => {
                let more = if rest.is_empty() { String::new() } else { format!(" 외 {}개", rest.len()) };
                self.say(Role::Bad, format!("되돌리지 못한 것: {first}{more}"));
            }
        }
    }

    /// How a timed run stands: kept, shown in the header, and its end said once.
    pub(super) fn timed(&mut self, lab: &str, timed: Timed) {
        let trial = Trial { minutes: timed.minutes, spent: timed.spent, passed: timed.passed.clone() };
        self.record(Change::Timed { lab: lab.into(), start: timed.start, trial });
        if self.checks.lab.as_ref().is_none_or(|open| open.id != lab) {
            return;
        }
        let ends = timed.is_over() && self.checks.timed.as_ref().is_some_and(|before| !before.is_over());
        self.checks.timed = Some(timed);
        if ends && self.checks.current(self.level).is_some() {
            self.say(Role::Wait, "시간이 다 됐어요. R로 돌아보고, 원하면 계속해요");
        }
    }

    /// Shows the score and how it came about.
    pub(super) fn review(&mut self) {
        match &self.checks.lab {
            Some(_) => self.popup = Some(Popup::new(Kind::Review)),
            None => self.say(Role::Dim, "이 학습에는 실습이 없어요"),
        }
    }
}
