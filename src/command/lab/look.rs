//! Looking at a running lab: once, or as it changes.

use std::sync::Arc;
use std::time::Duration;

use crate::command::cli::Output;
use crate::command::outcome::{CannotAsk, Outcome};
use crate::command::print;
use crate::command::world::World;
use crate::lab::{self, Check, Connection, Event, Lab, Level, Reason, Source, Verdict};
use crate::progress::Change;
use crate::say;
use crate::text::{Role, Row, pad};

use super::act::attached;
use super::session::now;

/// Prints the whole vector once, when it has settled or `wait` seconds are up.
pub fn check(world: &World, lab: &Arc<Lab>, output: Output, wait: u64) -> anyhow::Result<Outcome> {
    let mut session = attached(world, lab)?;
    let mut last: Option<Vec<Verdict>> = None;
    session.until(Some(Duration::from_secs(wait)), |event| {
        let Event::Verdicts { verdicts, .. } = event else { return Ok(None) };
        let settled = !verdicts.iter().any(unsettled);
        last = Some(verdicts);
        Ok(settled.then_some(()))
    })?;
    let verdicts = last.ok_or_else(|| CannotAsk("클러스터가 제때 답하지 않아요.".into()))?;
    keep(world, lab, &verdicts)?;
    match output {
        Output::Json => print::line(&serde_json::to_string_pretty(&say::report(lab, &verdicts))?)?,
        Output::Text => {
            let mut rows = checklist(world, lab, &verdicts);
            let passed = verdicts.iter().filter(|v| **v == Verdict::Passed).count();
            rows.push(vec![(Role::Dim, format!("통과 {passed} / {}", verdicts.len()))]);
            print::rows(&rows, world.look())?;
        }
    }
    Ok(outcome(lab, &verdicts, super::level(world)?))
}

/// Prints the vector whenever it changes, until the engine ends or the reader goes away.
pub fn watch(world: &World, lab: &Arc<Lab>, output: Output) -> anyhow::Result<Outcome> {
    let mut session = attached(world, lab)?;
    let mut before: Vec<Verdict> = Vec::new();
    session.until(None, |event| {
        match event {
            Event::Verdicts { verdicts, turned, .. } if verdicts != before => {
                keep(world, lab, &verdicts)?;
                match output {
                    Output::Json => print::line(&serde_json::to_string(&say::report(lab, &verdicts))?)?,
                    Output::Text if before.is_empty() => {
                        print::rows(&checklist(world, lab, &verdicts), world.look())?;
                    }
                    Output::Text => {
                        print::rows(&changes(world, lab, &before, &verdicts, &turned), world.look())?;
                    }
                }
                before = verdicts;
            }
            Event::Connection(Connection::Lost(name, reason)) => {
                print::error(&format!("{name}: {}", say::reason(&reason).0));
            }
            _ => {}
        }
        Ok(None::<()>)
    })?;
    Ok(outcome(lab, &before, super::level(world)?))
}

/// Still on its way to an answer.
fn unsettled(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Progressing(_) | Verdict::Unknown(Reason::Connecting))
}

/// Keeps what has passed for the first time.
fn keep(world: &World, lab: &Lab, verdicts: &[Verdict]) -> anyhow::Result<()> {
    let (store, progress) = world.progress()?;
    let passed: Vec<Change> = lab
        .checks
        .iter()
        .zip(verdicts)
        .filter(|(check, verdict)| **verdict == Verdict::Passed && !progress.has_passed(&lab.id, &check.name))
        .map(|(check, _)| Change::Passed { lab: lab.id.clone(), check: check.name.clone(), at: now() })
        .collect();
    if !passed.is_empty() {
        store.save(&passed)?;
    }
    Ok(())
}

fn checklist(world: &World, lab: &Lab, verdicts: &[Verdict]) -> Vec<Row> {
    let mut rows: Vec<Row> = vec![vec![(Role::Head, lab.title.clone())]];
    let mut step = None;
    for (check, verdict) in lab.checks.iter().zip(verdicts) {
        if step != Some(check.step) {
            step = Some(check.step);
            rows.push(vec![(Role::Dim, if check.step == 0 { "심화".to_owned() } else { format!("{}단계", check.step) })]);
        }
        rows.extend(lines(world, lab, check, verdict));
    }
    rows
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
        let parts = [
            ("어디", Role::Text, said.place),
            ("있어야", Role::Text, said.expected),
            ("지금", Role::Bad, said.actual),
            ("까닭", Role::Text, said.why.unwrap_or_default()),
            ("볼 것", Role::Key, said.next.unwrap_or_default()),
        ];
        rows.extend(parts.iter().filter(|(_, _, text)| !text.is_empty()).map(|(label, role, text)| part(label, *role, text)));
    }
    rows
}

fn part(label: &str, role: Role, text: &str) -> Row {
    vec![(Role::Dim, format!("      {}", pad(label, 8))), (role, text.to_owned())]
}

/// 3 when a counted check is unknown, else 1 when one is not passed, else 0. Counted: of the learner's level, not manual.
fn outcome(lab: &Lab, verdicts: &[Verdict], level: Level) -> Outcome {
    let counted: Vec<&Verdict> = lab
        .checks
        .iter()
        .zip(verdicts)
        .filter(|(check, _)| check.level.is_none_or(|l| l <= level) && !matches!(check.source, Source::Manual))
        .map(|(_, verdict)| verdict)
        .collect();
    if counted.iter().any(|v| matches!(v, Verdict::Unknown(_))) {
        Outcome::CannotAsk
    } else if !counted.is_empty() && counted.iter().all(|v| **v == Verdict::Passed) {
        Outcome::Done
    } else {
        Outcome::NotYet
    }
}
