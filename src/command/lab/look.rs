//! Looking at a running lab: once, or as it changes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::command::cli::Output;
use crate::command::outcome::{CannotAsk, Outcome};
use crate::command::print::{self, Json};
use crate::command::world::World;
use crate::lab::{self, Check, Connection, Event, Lab, Level, Phase, Reason, Source, Verdict};
use crate::progress::Change;
use crate::say;
use crate::text::{Role, Row, pad};

use super::attach::running;
use super::session::{Heard, Session, now};

/// How long the first answers of all watches may take, beyond what is waited for.
const FIRST: Duration = Duration::from_secs(10);

/// Prints the whole vector once, when it has settled or `wait` seconds are up.
pub fn check(world: &World, lab: &Arc<Lab>, output: Output, wait: usize) -> anyhow::Result<Outcome> {
    let mut session = running(world, lab)?;
    let mut last: Option<State> = None;
    settle(&mut session, Duration::from_secs(wait as u64), &mut last, |v| !unsettled(v))?;
    if !last.as_ref().is_some_and(|state| state.verdicts.iter().all(known)) {
        settle(&mut session, FIRST, &mut last, known)?;
    }
    let state = last.ok_or_else(|| CannotAsk("클러스터가 제때 답하지 않아요.".into()))?;
    keep(world, lab, &state, &mut BTreeSet::new());
    match output {
        Output::Json => print::json(&say::report(lab, &state.verdicts), Json::Pretty)?,
        Output::Text => {
            let mut rows = checklist(world, lab, &state);
            rows.push(vec![(Role::Dim, tally(lab, &state.verdicts, super::level(world)))]);
            print::rows(&rows, world.look())?;
        }
    }
    Ok(outcome(lab, &state, super::level(world)))
}

/// Takes vectors until one in which every verdict is good `enough`, or the time is up.
fn settle(
    session: &mut Session,
    limit: Duration,
    last: &mut Option<State>,
    enough: fn(&Verdict) -> bool,
) -> anyhow::Result<()> {
    session.until(Some(limit), |event| {
        let Event::Verdicts { verdicts, invariants, .. } = event else { return Ok(None) };
        let settled = verdicts.iter().all(enough);
        *last = Some(State { verdicts, invariants });
        Ok(settled.then_some(()))
    })?;
    Ok(())
}

/// Prints the vector whenever it changes, until it is interrupted or the reader goes away.
pub fn watch(world: &World, lab: &Arc<Lab>, output: Output) -> anyhow::Result<Outcome> {
    let mut session = running(world, lab)?;
    session.catch()?;
    let mut before: Option<State> = None;
    let mut kept = BTreeSet::new();
    session.hear(None, |heard, _| {
        let (state, turned) = match heard {
            Heard::Interrupted | Heard::Unread => return Ok(Some(())),
            Heard::Event(Event::Verdicts { verdicts, invariants, turned, .. }) => {
                (State { verdicts, invariants }, turned)
            }
            Heard::Event(Event::Connection(Connection::Lost(name, reason))) => {
                print::error(&format!("{name}: {}", say::reason(&reason).0));
                return Ok(None);
            }
            Heard::Event(Event::Phase { phase: Phase::Failed(why), .. }) => return Err(CannotAsk(why).into()),
            Heard::Event(_) => return Ok(None),
        };
        // Until every watch has answered once there is nothing to say.
        let early = before.is_none() && !state.verdicts.iter().all(known);
        if early || before.as_ref() == Some(&state) {
            return Ok(None);
        }
        keep(world, lab, &state, &mut kept);
        match (output, &before) {
            (Output::Json, _) => print::json(&say::report(lab, &state.verdicts), Json::Line)?,
            (Output::Text, None) => print::rows(&checklist(world, lab, &state), world.look())?,
            (Output::Text, Some(old)) => {
                print::rows(&changes(world, lab, &old.verdicts, &state.verdicts, &turned), world.look())?;
            }
        }
        before = Some(state);
        Ok(None)
    })?;
    let state = before.ok_or_else(|| CannotAsk("클러스터가 답하기 전에 끝났어요.".into()))?;
    Ok(outcome(lab, &state, super::level(world)))
}

/// One whole vector.
#[derive(PartialEq)]
struct State {
    verdicts: Vec<Verdict>,
    invariants: Vec<Verdict>,
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
    let done = lab::done(lab, super::level(world), &state.verdicts, &state.invariants);
    // No check has an empty name.
    if done && !progress.is_done(&lab.id) && kept.insert(String::new()) {
        changes.push(Change::LabDone { lab: lab.id.clone(), at: now() });
    }
    world.keep(&changes);
}

fn checklist(world: &World, lab: &Lab, state: &State) -> Vec<Row> {
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

fn changes(
    world: &World,
    lab: &Lab,
    before: &[Verdict],
    verdicts: &[Verdict],
    turned: &[(String, Option<lab::Change>)],
) -> Vec<Row> {
    let mut rows = Vec::new();
    for ((check, verdict), old) in lab.checks.iter().zip(verdicts).zip(before) {
        if verdict.name() == old.name() {
            continue;
        }
        rows.extend(lines(world, lab, check, verdict));
        if let Some((_, Some(change))) = turned.iter().find(|(name, _)| name == &check.name) {
            rows.push(part("바뀐 것", Role::Text, &say::change(change)));
        }
    }
    rows
}

/// One check: its mark and title, and what is found where it is not passed.
fn lines(world: &World, lab: &Lab, check: &Check, verdict: &Verdict) -> Vec<Row> {
    let mark = match (&check.source, verdict) {
        (Source::Manual, Verdict::Waiting | Verdict::Failed(_)) => say::manual(world.ascii()),
        _ => say::symbol(verdict, world.ascii()),
    };
    let mut rows = vec![vec![
        (say::role(verdict), format!("  {mark} ")),
        (if *verdict == Verdict::Passed { Role::Dim } else { Role::Text }, check.title.clone()),
        (Role::Faint, format!("  {}", check.name)),
    ]];
    if let (Verdict::Failed(_) | Verdict::Unknown(_), Some(said)) = (verdict, say::verdict(lab, check, verdict)) {
        let (wanted, expected) = said.wanted();
        let parts = [
            ("어디", Role::Text, said.place.clone()),
            (wanted, Role::Text, expected.to_owned()),
            ("지금", Role::Bad, said.actual),
            ("까닭", Role::Text, said.why.unwrap_or_default()),
            ("볼 것", Role::Key, said.next.unwrap_or_default()),
        ];
        rows.extend(
            parts.iter().filter(|(_, _, text)| !text.is_empty()).map(|(label, role, text)| part(label, *role, text)),
        );
    }
    rows
}

fn part(label: &str, role: Role, text: &str) -> Row {
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
