//! `jotasu lab review` and `jotasu lab debrief`: looking back, without a cluster.

use anyhow::bail;

use crate::command::cli::Output;
use crate::command::outcome::Outcome;
use crate::command::print::{self, Json};
use crate::command::world::{World, missing};
use crate::lab::{Check, Explain, Lab};
use crate::say;
use crate::text::{Role, Row};

/// The score and how it came about.
pub fn run(world: &World, lab: &Lab, output: Output) -> anyhow::Result<Outcome> {
    let review = say::review(lab, world.level(), world.progress());
    match output {
        Output::Json => print::json(&review.json(), Json::Pretty)?,
        Output::Text => print::rows(&review.rows(world.ascii()), world.look())?,
    }
    Ok(Outcome::Done)
}

/// What to take along from a check that has passed, or from all of them; the commands once more at the end.
pub fn debrief(world: &World, lab: &Lab, name: Option<&str>) -> anyhow::Result<Outcome> {
    if lab.explain == Explain::None {
        bail!("시험에는 남길 것이 적혀 있지 않아요.");
    }
    let passed = |check: &&Check| world.progress().has_passed(&lab.id, &check.name);
    let checks: Vec<&Check> = match name {
        Some(name) => {
            let Some(check) = lab.checks.iter().find(|check| check.name == name) else {
                let names: Vec<String> = lab.checks.iter().map(|check| check.name.clone()).collect();
                return Err(missing(&format!("확인 {name}"), name, &names));
            };
            if !passed(&check) {
                print::line("아직 통과하지 않은 확인이에요. 통과하면 볼 수 있어요.")?;
                return Ok(Outcome::NotYet);
            }
            vec![check]
        }
        None => lab.checks.iter().filter(passed).collect(),
    };
    let mut rows: Vec<Row> = Vec::new();
    for check in checks.iter().filter(|check| check.debrief.is_some()) {
        rows.push(vec![(Role::Head, check.title.clone())]);
        rows.extend(say::debrief(check));
        rows.push(Row::new());
    }
    let commands: Vec<String> = checks.iter().flat_map(|check| say::commands(check)).collect();
    if name.is_none() && !commands.is_empty() {
        rows.push(vec![(Role::Head, "남길 명령".into())]);
        rows.extend(commands.into_iter().map(|command| vec![(Role::Code, format!("  {command}"))]));
    }
    if rows.is_empty() {
        print::line("아직 남길 것이 없어요. 확인이 통과하면 여기에 모여요.")?;
        return Ok(Outcome::NotYet);
    }
    print::rows(&rows, world.look())?;
    Ok(Outcome::Done)
}
