//! One check from close by: what was found, what happened to its objects, what its container said last, how it turned.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::command::cli::Output;
use crate::command::outcome::{CannotAsk, Outcome};
use crate::command::print::{self, Json};
use crate::command::world::{World, missing};
use crate::lab::{Check, Event, Explain, Lab, Millis, Order, Verdict, Why};
use crate::say;
use crate::text::{Role, Row};

use super::attach::running;
use super::explain;
use super::look;
use super::session::now;

/// How long events and logs may take.
const LIMIT: Duration = Duration::from_secs(20);

/// Prints why a check stands as it does.
pub fn why(world: &World, lab: &Arc<Lab>, name: &str, output: Output, wait: usize) -> anyhow::Result<Outcome> {
    let found = lab.checks.iter().enumerate().find(|(_, check)| check.name == name);
    let Some((index, check)) = found else {
        let names: Vec<String> = lab.checks.iter().map(|c| c.name.clone()).collect();
        return Err(missing(&format!("확인 {name}"), name, &names));
    };
    let mut session = running(world, lab)?;
    let (mut state, _) = look::state(world, lab, &mut session, wait)?;
    session.order(Order::Why { check: name.into() });
    let why = session.until(Some(LIMIT), |event| match event {
        Event::Why { why, .. } if why.check == name => Ok(Some(*why)),
        Event::Verdicts { verdicts, invariants, since, .. } => {
            state = look::State { verdicts, invariants, since };
            Ok(None)
        }
        _ => Ok(None),
    })?;
    let why = why.ok_or_else(|| CannotAsk("클러스터가 제때 답하지 않아요.".into()))?;
    let verdict = state.verdicts.get(index).unwrap_or(&Verdict::Waiting);
    match output {
        Output::Json => {
            let mut report = say::report(lab, &state.verdicts, &[], &state.since, |check| explain(world, lab, check));
            let row = report["verdicts"].get_mut(index).map(Value::take).unwrap_or_default();
            let explain = explain(world, lab, check);
            print::json(&closer(lab, check, verdict, row, (&why, explain)), Json::Pretty)?;
        }
        Output::Text => print::rows(&rows(world, lab, check, verdict, &why), world.look())?,
    }
    Ok(match verdict {
        Verdict::Passed => Outcome::Done,
        Verdict::Unknown(_) => Outcome::CannotAsk,
        _ => Outcome::NotYet,
    })
}

fn rows(world: &World, lab: &Lab, check: &Check, verdict: &Verdict, why: &Why) -> Vec<Row> {
    let mut rows = look::lines(world, lab, check, verdict);
    let explain = explain(world, lab, check);
    let unsaid = verdict.finding().is_none() && *verdict != Verdict::Passed && explain == Explain::Full;
    if let (true, Some(near)) = (unsaid, &why.near) {
        rows.push(look::part("혹시", Role::Text, &say::near(near).0));
    }
    for section in say::why(why, explain, now(), clock) {
        rows.push(vec![(Role::Dim, format!("    {}", section.title))]);
        for (indent, role, line) in section.lines {
            rows.push(vec![(role, format!("      {}{line}", " ".repeat(indent)))]);
        }
    }
    let commands = say::next_commands(lab, check, verdict, explain, Some(why));
    if !commands.is_empty() {
        rows.push(vec![(Role::Dim, "    볼 것".to_owned())]);
        rows.extend(commands.into_iter().map(|command| vec![(Role::Key, format!("      {command}"))]));
    }
    rows
}

/// The report's row of a check, with what a closer look has shown.
fn closer(lab: &Lab, check: &Check, verdict: &Verdict, row: Value, (why, explain): (&Why, Explain)) -> Value {
    let full = explain == Explain::Full;
    let turns = why.turns.iter().map(|turn| {
        let change = turn.change.as_ref().filter(|_| full).map(say::change);
        json!({"at": time(turn.at), "verdict": turn.to, "change": change})
    });
    let mut object = json!({"schema": 1, "lab": lab.id, "verdict": row, "turns": turns.collect::<Vec<_>>()});
    if full {
        let place = |of: &crate::lab::ObjectRef| json!({"kind": of.kind, "namespace": of.namespace, "name": of.name});
        let events = why.events.iter().map(|event| {
            json!({"at": time(event.at), "object": place(&event.object), "reason": event.reason, "message": event.message,
                   "count": event.count, "warning": event.warning})
        });
        let log = why.log.as_ref().map(|tail| {
            json!({"namespace": tail.of.namespace, "pod": tail.of.pod, "container": tail.of.container,
                   "previous": tail.of.previous, "lines": tail.lines})
        });
        object["objects"] = why.objects.iter().map(place).collect();
        object["events"] = events.collect();
        object["log"] = log.unwrap_or_default();
        object["near"] = why.near.as_ref().map(|near| say::near(near).0).into();
        object["unasked"] = why.unasked.clone().into();
        object["commands"] = say::next_commands(lab, check, verdict, explain, Some(why)).into();
    }
    object
}

fn time(at: Millis) -> String {
    jiff::Timestamp::from_millisecond(at).unwrap_or_default().to_string()
}

fn clock(at: Millis) -> String {
    let at = jiff::Timestamp::from_millisecond(at).unwrap_or_default().to_zoned(jiff::tz::TimeZone::system());
    at.strftime("%H:%M:%S").to_string()
}
