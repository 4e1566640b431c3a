//! A step of the reference solution as rows: whether to see it, what it does, how it goes.

use super::{Stage, keys};
use crate::app::App;
use crate::lab::Phase;
use crate::say;
use crate::text::{Role, Row, wrap};

/// A step at its stage.
pub fn rows(app: &App, index: usize, stage: Stage, cells: usize) -> Vec<Row> {
    let Some(lab) = app.checks.lab.as_deref() else { return Vec::new() };
    let Some(step) = lab.solution.get(index) else { return Vec::new() };
    let place = format!("{}/{}", index + 1, lab.solution.len());
    let mut rows = wrap(&[(Role::Strong, step.name.clone()), (Role::Dim, format!("  {place}"))], cells);
    rows.push(Row::new());
    let titles = lab.checks.iter().filter(|check| step.turns.contains(&check.name)).map(|check| &check.title);
    for title in titles {
        rows.extend(wrap(&[(Role::Dim, format!("통과시킴  {title}"))], cells));
    }
    rows.push(Row::new());
    match stage {
        Stage::Asked => {
            let sentence = match app.pays() {
                true => "이 단계로 통과하는 확인은 점수를 받지 못해요. 볼까요?",
                false => "이 단계가 하는 일을 볼까요? 본 것은 진도에 남아요.",
            };
            rows.extend(wrap(&[(if app.pays() { Role::Wait } else { Role::Text }, sentence.into())], cells));
            rows.push(Row::new());
            rows.extend(keys(app, &[("⏎", "보기"), ("Esc", "그만두기")]));
        }
        Stage::Shown => {
            for line in step.actions.iter().flat_map(|action| say::script(action, &lab.id)) {
                rows.extend(wrap(&[(Role::Code, line)], cells));
            }
            rows.push(Row::new());
            rows.extend(keys(app, &[("⏎", "이대로 하기"), ("Esc", "그만두기")]));
        }
        Stage::Doing => {
            let works = match &app.checks.phase {
                Phase::Working(works) => works.as_slice(),
                _ => &[],
            };
            for work in works {
                let (role, sign) = match (&work.end, app.look.ascii) {
                    (None, false) => (Role::Wait, "◐ "),
                    (None, true) => (Role::Wait, "[~] "),
                    (Some(Ok(())), false) => (Role::Good, "✓ "),
                    (Some(Ok(())), true) => (Role::Good, "[x] "),
                    (Some(Err(_)), false) => (Role::Bad, "✗ "),
                    (Some(Err(_)), true) => (Role::Bad, "[!] "),
                };
                rows.extend(wrap(&[(role, sign.into()), (Role::Text, work.what.clone())], cells));
            }
            rows.push(Row::new());
            rows.extend(keys(app, &[("Esc", "닫기 (하던 일은 이어져요)")]));
        }
    }
    rows
}
