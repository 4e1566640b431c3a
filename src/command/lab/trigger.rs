//! `jotasu lab trigger`: something destructive, shown with its undoing before it is done.

use std::sync::Arc;
use std::time::Duration;

use crate::command::cli::Consent;
use crate::command::outcome::{CannotAsk, Outcome};
use crate::command::print;
use crate::command::world::{World, missing};
use crate::lab::{Event, Lab, Order, Source, Verdict};
use crate::progress::Change;
use crate::say;

use super::act::admitted;
use super::attach::running;
use super::session::now;
use super::work::{Talk, Work, work};
use crate::command::consent::agreed;

/// Shows, asks, does, waits, undoes; says whether what must happen then did.
pub fn run(world: &World, lab: &Arc<Lab>, name: &str, consent: Consent) -> anyhow::Result<Outcome> {
    let found = lab.checks.iter().enumerate().find_map(|(index, check)| match &check.source {
        Source::Trigger(trigger) if check.name == name => Some((index, check, trigger)),
        _ => None,
    });
    let Some((index, check, trigger)) = found else {
        let triggers = lab.checks.iter().filter(|check| matches!(check.source, Source::Trigger(_)));
        let names: Vec<String> = triggers.map(|check| check.name.clone()).collect();
        return Err(missing(&format!("장애를 내는 확인 {name}"), name, &names));
    };
    world.trust(lab)?;
    let mut session = running(world, lab)?;
    let verdict = session.until(Some(Duration::from_secs(15)), |event| match event {
        Event::Verdicts { verdicts, .. } => {
            Ok(verdicts.get(index).filter(|v| !matches!(v, Verdict::Unknown(_))).cloned())
        }
        _ => Ok(None),
    })?;
    match verdict {
        None => return Err(CannotAsk("클러스터가 제때 답하지 않아요.".into()).into()),
        Some(Verdict::Blocked(need)) => {
            let title = lab.checks.iter().find(|check| check.name == need).map_or(need.as_str(), |check| &check.title);
            print::line(&format!("먼저 통과할 확인이 있어요: {title} ({need})"))?;
            return Ok(Outcome::NotYet);
        }
        Some(_) => {}
    }
    print::line(&format!("{} · {}에서 일부러 망가뜨려요.", check.title, admitted(world, lab)?))?;
    for (what, actions) in [("하는 일", &trigger.actions), ("되돌리는 일", &trigger.undo)] {
        print::line(what)?;
        for line in actions.iter().flat_map(|action| say::script(action, &lab.id)) {
            print::line(&format!("  {line}"))?;
        }
    }
    if !agreed(consent, "장애를 일으킬까요?")? {
        return Ok(Outcome::NotYet);
    }
    session.order(Order::Trigger(name.to_owned()));
    work(&mut session, Work::Change, Talk::Output)?;
    // Everything is said again after the work.
    let verdict = session.until(Some(Duration::from_secs(15)), |event| match event {
        Event::Verdicts { verdicts, .. } => Ok(verdicts.get(index).cloned()),
        _ => Ok(None),
    })?;
    if verdict != Some(Verdict::Passed) {
        print::line("기대한 대로 되지 않았어요. 원래대로 되돌렸어요.")?;
        return Ok(Outcome::NotYet);
    }
    world.keep(&[Change::Passed { lab: lab.id.clone(), check: name.into(), at: now() }]);
    print::line("기대한 대로 됐어요. 원래대로 되돌렸어요.")?;
    Ok(Outcome::Done)
}
