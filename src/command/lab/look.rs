//! Looking at a running lab: once, or as it changes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::command::cli::{Output, Results};
use crate::command::junit::{self, Case, End, Suite};
use crate::command::outcome::{CannotAsk, Outcome};
use crate::command::print::{self, Json};
use crate::command::world::World;
use crate::lab::{self, Check, Connection, Event, Explain, Lab, Level, Millis, Phase, Reason, Source, Timed, Verdict};
use crate::progress::Change;
use crate::say;
use crate::text::{Role, Row, pad};

use super::attach::decided;
use super::session::{Heard, Session, now};
use super::{explain, trial};

/// How long the first answers of all watches may take, beyond what is waited for.
const FIRST: Duration = Duration::from_secs(10);

/// Prints the whole vector once, when it has settled or `wait` seconds are up.
pub fn check(world: &World, lab: &Arc<Lab>, output: Results, wait: usize) -> anyhow::Result<Outcome> {
    let (state, timed) = state(world, lab, &mut decided(world, lab)?, wait)?;
    let mut fresh = BTreeSet::new();
    keep(world, lab, &state, &mut fresh);
    match output {
        Results::Json => {
            let explain = |check: &Check| explain(world, lab, check);
            print::json(&say::report(lab, &state.verdicts, &state.invariants, &state.since, explain), Json::Pretty)?;
        }
        Results::Junit => print::raw(&junit::xml(&[suite(world, lab, &state)]))?,
        Results::Text => {
            let mut rows = checklist(world, lab, &state, &fresh);
            rows.push(vec![(Role::Dim, tally(lab, &state.verdicts, world.level()))]);
            rows.extend(timed.map(|timed| vec![(Role::Dim, left(&timed))]));
            print::rows(&rows, world.look())?;
        }
    }
    Ok(outcome(lab, &state, world.level()))
}

/// The vector when it has settled, or as it is when `wait` seconds are up.
pub(super) fn state(
    world: &World,
    lab: &Lab,
    session: &mut Session,
    wait: usize,
) -> anyhow::Result<(State, Option<Timed>)> {
    let (mut last, mut timed): (Option<State>, Option<Timed>) = (None, None);
    settle(session, Duration::from_secs(wait as u64), (&mut last, &mut timed), |v| !unsettled(v))?;
    if !last.as_ref().is_some_and(|state| state.all(known)) {
        settle(session, FIRST, (&mut last, &mut timed), known)?;
    }
    world.keep(&timed.iter().map(|timed| trial(lab, timed)).collect::<Vec<_>>());
    let state = last.ok_or_else(|| CannotAsk("클러스터가 제때 답하지 않아요.".into()))?;
    Ok((state, timed))
}

/// Takes vectors until one in which every verdict is good `enough`, or the time is up.
fn settle(
    session: &mut Session,
    limit: Duration,
    (last, time): (&mut Option<State>, &mut Option<Timed>),
    enough: fn(&Verdict) -> bool,
) -> anyhow::Result<()> {
    session.until(Some(limit), |event| {
        let (verdicts, invariants, since) = match event {
            Event::Verdicts { verdicts, invariants, since, .. } => (verdicts, invariants, since),
            Event::Timed { timed, .. } => {
                *time = Some(timed);
                return Ok(None);
            }
            _ => return Ok(None),
        };
        let state = last.insert(State { verdicts, invariants, since });
        Ok(state.all(enough).then_some(()))
    })?;
    Ok(())
}

/// Prints the vector whenever it changes, until it is interrupted or the reader goes away.
pub fn watch(world: &World, lab: &Arc<Lab>, output: Output) -> anyhow::Result<Outcome> {
    let mut session = decided(world, lab)?;
    session.catch()?;
    let mut before: Option<State> = None;
    let mut kept = BTreeSet::new();
    session.hear(None, |heard, _| {
        let (state, turned) = match heard {
            Heard::Interrupted | Heard::Unread => return Ok(Some(())),
            Heard::Event(Event::Verdicts { verdicts, invariants, turned, since, .. }) => {
                (State { verdicts, invariants, since }, turned)
            }
            Heard::Event(Event::Timed { timed, .. }) => {
                world.keep(&[trial(lab, &timed)]);
                return Ok(None);
            }
            Heard::Event(Event::Connection(Connection::Lost(name, reason))) => {
                print::error(&format!("{name}: {}", say::reason(&reason).0));
                return Ok(None);
            }
            Heard::Event(Event::Phase { phase: Phase::Failed(why), .. }) => return Err(CannotAsk(why).into()),
            Heard::Event(_) => return Ok(None),
        };
        // Until every watch has answered once there is nothing to say.
        let early = before.is_none() && !state.all(known);
        if early || before.as_ref() == Some(&state) {
            return Ok(None);
        }
        keep(world, lab, &state, &mut kept);
        match (output, &before) {
            (Output::Json, _) => {
                let explain = |check: &Check| explain(world, lab, check);
                print::json(&say::report(lab, &state.verdicts, &state.invariants, &state.since, explain), Json::Line)?;
            }
            (Output::Text, old) => print::rows(&changes(world, lab, old.as_ref(), &state, &turned), world.look())?,
        }
        before = Some(state);
        Ok(None)
    })?;
    let state = before.ok_or_else(|| CannotAsk("클러스터가 답하기 전에 끝났어요.".into()))?;
    Ok(outcome(lab, &state, world.level()))
}

/// One whole vector.
#[derive(PartialEq)]
pub(super) struct State {
    pub(super) verdicts: Vec<Verdict>,
    pub(super) invariants: Vec<Verdict>,
    /// By check, since when it stands so.
    pub(super) since: Vec<Option<Millis>>,
}

impl State {
    /// Whether every check and invariant is.
    fn all(&self, is: fn(&Verdict) -> bool) -> bool {
        self.verdicts.iter().chain(&self.invariants).all(is)
    }
}

/// Its watches have answered.
fn known(verdict: &Verdict) -> bool {
    *verdict != Verdict::Unknown(Reason::Connecting)
}

/// Still on its way to an answer.
fn unsettled(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Progressing(_)) || !known(verdict)
}

/// Keeps what has passed for the first time, and that the lab is done; `kept` is what this call has kept already.
fn keep(world: &World, lab: &Lab, state: &State, kept: &mut BTreeSet<String>) {
    let progress = world.progress();
    let mut changes = Vec::new();
    for (check, verdict) in lab.checks.iter().zip(&state.verdicts) {
        let known = progress.has_passed(&lab.id, &check.name);
        if *verdict == Verdict::Passed && !known && kept.insert(check.name.clone()) {
            changes.push(Change::Passed { lab: lab.id.clone(), check: check.name.clone(), at: now() });
        }
    }
    let done = lab::done(lab, world.level(), &state.verdicts, &state.invariants);
    // No check has an empty name.
    if done && !progress.is_done(&lab.id) && kept.insert(String::new()) {
        changes.push(Change::LabDone { lab: lab.id.clone(), at: now() });
    }
    world.keep(&changes);
}

fn checklist(world: &World, lab: &Lab, state: &State, fresh: &BTreeSet<String>) -> Vec<Row> {
    let mut rows: Vec<Row> = vec![vec![(Role::Head, lab.title.clone())]];
    let mut step = None;
    for (check, verdict) in lab.checks.iter().zip(&state.verdicts) {
        if step != Some(check.step) {
            step = Some(check.step);
            rows.push(vec![(
                Role::Dim,
                if check.step == 0 { "심화".to_owned() } else { format!("{}단계", check.step) },
            )]);
        }
        rows.extend(lines(world, lab, check, verdict));
        if fresh.contains(&check.name) && lab.explain != Explain::None {
            let debrief = check.debrief.as_deref().unwrap_or_default();
            rows.extend(debrief.lines().map(|line| vec![(Role::Text, format!("      {line}"))]));
        }
    }
    let broken = lab.invariants.iter().zip(&state.invariants);
    let broken = broken.filter(|(_, verdict)| is_broken(verdict) || matches!(verdict, Verdict::Unknown(_)));
    let broken: Vec<Row> = broken.flat_map(|(check, verdict)| lines(world, lab, check, verdict)).collect();
    if !broken.is_empty() {
        rows.push(vec![(Role::Dim, "내내 지킬 것".to_owned())]);
        rows.extend(broken);
    }
    rows
}

/// What is left of a timed run.
fn left(timed: &Timed) -> String {
    let left = timed.limit() - timed.spent;
    match left > 0 {
        true => format!("남은 시간 {}분 / {}분", (left + 59_999) / 60_000, timed.minutes),
        false => "시간이 다 됐어요. 이제 통과하는 것은 점수에 들지 않아요.".into(),
    }
}

/// How many of those that count are passed.
fn tally(lab: &Lab, verdicts: &[Verdict], level: Level) -> String {
    let counted: Vec<&Verdict> = counted(lab, verdicts, level).collect();
    let passed = counted.iter().filter(|v| ***v == Verdict::Passed).count();
    format!("{} 수준: 통과 {passed} / {}", level.name(), counted.len())
}

/// The verdicts of the learner's level, those that only a person can tell left out.
fn counted<'a>(lab: &'a Lab, verdicts: &'a [Verdict], level: Level) -> impl Iterator<Item = &'a Verdict> {
    let counts = move |check: &Check| check.level.is_none_or(|l| l <= level) && !matches!(check.source, Source::Manual);
    lab.checks.iter().zip(verdicts).filter(move |(check, _)| counts(check)).map(|(_, verdict)| verdict)
}

/// One line for each check and invariant that stands otherwise than before; all of them at first.
fn changes(
    world: &World,
    lab: &Lab,
    before: Option<&State>,
    state: &State,
    turned: &[(String, Option<lab::Change>)],
) -> Vec<Row> {
    let mut rows = Vec::new();
    let old = |pick: fn(&State) -> &Vec<Verdict>, at: usize| before.and_then(|state| pick(state).get(at));
    let checks = lab.checks.iter().zip(&state.verdicts).enumerate();
    let checks = checks.map(|(at, (check, verdict))| (check, verdict, old(|state| &state.verdicts, at)));
    let invariants = lab.invariants.iter().zip(&state.invariants).enumerate();
    let invariants = invariants.map(|(at, (check, verdict))| (check, verdict, old(|state| &state.invariants, at)));
    let invariants = invariants
        .filter(|(_, verdict, old)| old.map_or_else(|| is_broken(verdict), |old| is_broken(old) != is_broken(verdict)));
    for (check, verdict, old) in checks.chain(invariants) {
        let reason = reason(world, lab, check, verdict, turned);
        let before = old.map(|old| (old.name(), self::reason(world, lab, check, old, &[])));
        if before.is_some_and(|(name, words)| name == verdict.name() && words == reason) {
            continue;
        }
        let mut row = head(world, check, verdict);
        row.insert(0, (Role::Dim, jiff::Zoned::now().strftime("%H:%M:%S").to_string()));
        if !reason.is_empty() {
            row.push((Role::Dim, format!("  {reason}")));
        }
        rows.push(row);
    }
    rows
}

/// Why a check stands as it does, on one line.
fn reason(
    world: &World,
    lab: &Lab,
    check: &Check,
    verdict: &Verdict,
    turned: &[(String, Option<lab::Change>)],
) -> String {
    let explain = explain(world, lab, check);
    let changed = turned.iter().find(|(name, _)| name == &check.name).and_then(|(_, change)| change.as_ref());
    let changed = changed.filter(|_| explain == Explain::Full).map(say::change);
    let Some(said) = say::verdict(lab, check, verdict, explain) else { return changed.unwrap_or_default() };
    let (label, wanted) = said.wanted();
    let wanted = if wanted.is_empty() { String::new() } else { format!("{label} {wanted}") };
    let now = if said.actual.is_empty() { String::new() } else { format!("지금 {}", said.actual) };
    let why = changed.or(said.why).unwrap_or_default();
    let parts = [wanted, now, why].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" · ").replace('\n', " ")
}

/// The verdicts as a suite for CI.
fn suite(world: &World, lab: &Lab, state: &State) -> Suite {
    let level = world.level();
    let case = |check: &Check, verdict: &Verdict, counts: bool| {
        let words = reason(world, lab, check, verdict, &[]);
        let next = say::verdict(lab, check, verdict, explain(world, lab, check)).and_then(|said| said.next);
        let story: Vec<String> =
            std::iter::once(words.clone()).chain(next.map(|next| format!("볼 것: {next}"))).collect();
        let end = match verdict {
            Verdict::Passed => End::Passed,
            _ if matches!(check.source, Source::Manual) => End::Skipped("사람이 표시하는 확인".into()),
            _ if !counts => End::Skipped(format!("{} 수준에서는 세지 않음", level.name())),
            Verdict::Unknown(_) => End::Unknown(words),
            other => End::Failed(other.name().into(), words, story.join("\n")),
        };
        Case { name: format!("{} {}", check.name, check.title), took: None, end, said: vec![] }
    };
    let checks = lab.checks.iter().zip(&state.verdicts);
    let checks = checks.map(|(check, verdict)| case(check, verdict, check.level.is_none_or(|of| of <= level)));
    // An invariant that only waits for its object is kept.
    let invariants = lab.invariants.iter().zip(&state.invariants).map(|(check, verdict)| match verdict {
        verdict if is_broken(verdict) || matches!(verdict, Verdict::Unknown(_)) => case(check, verdict, true),
        _ => case(check, &Verdict::Passed, true),
    });
    Suite { name: lab.id.clone(), cases: checks.chain(invariants).collect() }
}

/// One check: its mark and title, and what is found where it is not passed.
pub(super) fn lines(world: &World, lab: &Lab, check: &Check, verdict: &Verdict) -> Vec<Row> {
    let mut rows = vec![head(world, check, verdict)];
    if let (Verdict::Failed(_) | Verdict::Unknown(_), Some(said)) =
        (verdict, say::verdict(lab, check, verdict, explain(world, lab, check)))
    {
        let (wanted, expected) = said.wanted();
        let parts = [
            ("어디", Role::Text, said.place.clone()),
            (wanted, Role::Text, expected.to_owned()),
            ("지금", Role::Bad, said.actual),
            ("혹시", Role::Text, said.near.unwrap_or_default()),
            ("까닭", Role::Text, said.why.unwrap_or_default()),
            ("볼 것", Role::Key, said.next.unwrap_or_default()),
        ];
        rows.extend(
            parts.iter().filter(|(_, _, text)| !text.is_empty()).map(|(label, role, text)| part(label, *role, text)),
        );
    }
    rows
}

fn head(world: &World, check: &Check, verdict: &Verdict) -> Row {
    let mark = match (&check.source, verdict) {
        (Source::Manual, Verdict::Waiting | Verdict::Failed(_)) => say::manual(world.ascii()),
        _ => say::symbol(verdict, world.ascii()),
    };
    vec![
        (say::role(verdict), format!("  {mark} ")),
        (if *verdict == Verdict::Passed { Role::Dim } else { Role::Text }, check.title.clone()),
        (Role::Faint, format!("  {}", check.name)),
    ]
}

pub(super) fn part(label: &str, role: Role, text: &str) -> Row {
    vec![(Role::Dim, format!("      {}", pad(label, 8))), (role, text.to_owned())]
}

/// 3 when a counted check or an invariant is unknown, else 1 when one is not passed, else 0.
fn outcome(lab: &Lab, state: &State, level: Level) -> Outcome {
    let counted: Vec<&Verdict> = counted(lab, &state.verdicts, level).collect();
    if counted.iter().copied().chain(&state.invariants).any(|v| matches!(v, Verdict::Unknown(_))) {
        Outcome::CannotAsk
    } else if !counted.is_empty()
        && counted.iter().all(|v| **v == Verdict::Passed)
        && !state.invariants.iter().any(is_broken)
    {
        Outcome::Done
    } else {
        Outcome::NotYet
    }
}

/// An invariant about what is not there yet, or only begins to hold, is not broken.
fn is_broken(invariant: &Verdict) -> bool {
    matches!(invariant, Verdict::Failed(_) | Verdict::Progressing(Some(_)))
}
