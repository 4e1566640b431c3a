//! `jotasu lab hint`: one hint further, chosen by how the lab stands; where it costs something, that is said before.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;

use crate::command::cli::Consent;
use crate::command::outcome::Outcome;
use crate::command::print;
use crate::command::world::{World, missing};
use crate::lab::{Event, Explain, Lab, Ladder, Reason, Verdict};
use crate::progress::Change;

use super::attach::{Standing, look};
use super::session::now;

/// Shows a hint of a check: the next one, or one that was taken before.
pub fn run(
    world: &World,
    lab: &Arc<Lab>,
    name: &str,
    level: Option<usize>,
    consent: Consent,
) -> anyhow::Result<Outcome> {
    let found = lab.checks.iter().position(|check| check.name == name);
    let Some((index, check)) = found.and_then(|index| Some((index, lab.checks.get(index)?))) else {
        let names: Vec<String> = lab.checks.iter().map(|c| c.name.clone()).collect();
        return Err(missing(&format!("확인 {name}"), name, &names));
    };
    if lab.explain == Explain::None {
        bail!("시험에는 힌트가 없어요.");
    }
    let pays = super::pays(world, lab);
    let applying = check.hints.iter().any(|hint| hint.when.is_some()).then(|| situation(world, lab, index)).flatten();
    let ladder = Ladder::of(check, applying.as_deref());
    let reached = world.progress().hint(&lab.id, name);
    // Where hints are paid for, the first one is there even without an author's words: it tells why.
    let next = ladder.after(reached).or((reached == 0 && pays).then_some(1));
    let level = match level.map(u32::try_from).transpose()? {
        Some(level) if level > reached && Some(level) != next => match next {
            Some(next) => bail!("힌트는 하나씩 보여요. 다음은 {next}단계예요."),
            None => bail!("{level}단계 힌트가 없어요."),
        },
        Some(level) => level,
        None => next.unwrap_or(reached),
    };
    if level == 0 {
        bail!("{}에는 힌트가 없어요.", check.title);
    }
    if pays && level > reached {
        print::line("힌트 하나에 이 확인 점수의 10%가 줄어요.")?;
        if !crate::command::consent::agreed(consent, "볼까요?")? {
            return Ok(Outcome::NotYet);
        }
    }
    print::line(&format!("{} · 힌트 {level}/{}", check.title, ladder.last().unwrap_or(level).max(level)))?;
    for hint in ladder.up_to(level).filter(|hint| hint.level == level) {
        print::line(hint.text.trim_end())?;
    }
    if level > reached {
        world.keep(&[Change::Hinted { lab: lab.id.clone(), check: name.into(), level, at: now() }]);
        if lab.explain == Explain::Symptom && reached == 0 {
            print::line(&format!("이제 이 확인의 까닭과 볼 것이 보여요: jotasu lab check {}", lab.id))?;
        }
    }
    Ok(Outcome::Done)
}

/// The hints of a check that are for how the lab stands; `None`, and said so, where that cannot be known.
fn situation(world: &World, lab: &Arc<Lab>, index: usize) -> Option<Vec<usize>> {
    let heard = || -> anyhow::Result<Option<Vec<usize>>> {
        let (mut session, standing) = look(world, lab)?;
        if standing != Standing::Runs {
            return Ok(None);
        }
        session.until(Some(Duration::from_secs(15)), |event| {
            let Event::Verdicts { verdicts, hints, .. } = event else { return Ok(None) };
            let known =
                verdicts.get(index).is_some_and(|verdict| !matches!(verdict, Verdict::Unknown(Reason::Connecting)));
            Ok(hints.get(index).filter(|_| known).cloned())
        })
    };
    let found = heard().ok().flatten();
    if found.is_none() {
        print::error("실습이 돌고 있지 않거나 클러스터에 물을 수 없어서, 지금 상태에 맞는 힌트는 고르지 못했어요.");
    }
    found
}
