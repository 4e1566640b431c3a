//! What undoing would do, as rows.

use super::{keys, verbs};
use crate::app::App;
use crate::lab::Plan;
use crate::say;
use crate::text::{Role, Row, wrap};

/// A plan, or that it is not known yet, or why there is none.
pub fn rows(app: &App, plan: Option<&Result<Plan, String>>, cells: usize) -> Vec<Row> {
    let Some(lab) = app.checks.lab.as_deref() else { return Vec::new() };
    let mut rows = Vec::new();
    let text = |rows: &mut Vec<Row>, role: Role, text: &str| {
        rows.extend(wrap(&[(role, text.to_owned())], cells));
        rows.push(Row::new());
    };
    let plan = match plan {
        None => {
            text(&mut rows, Role::Wait, "무엇이 달라졌는지 보는 중…");
            rows.extend(keys(app, &[("Esc", "닫기")]));
            return rows;
        }
        Some(Err(why)) => {
            text(&mut rows, Role::Text, why);
            rows.extend(keys(app, &[("Esc", "닫기")]));
            return rows;
        }
        Some(Ok(plan)) => plan,
    };
    text(&mut rows, Role::Text, &say::moment(lab, plan));
    if plan.is_empty() {
        text(&mut rows, Role::Dim, "실습이 가진 것은 그때와 같아요. 되돌릴 것이 없어요.");
        rows.extend(keys(app, &[("Esc", "닫기")]));
        return rows;
    }
    verbs(&mut rows, &plan.lines(), cells);
    rows.push(Row::new());
    for loss in plan.losses() {
        rows.extend(wrap(&[(Role::Wait, say::loss(loss).to_owned())], cells));
    }
    text(&mut rows, Role::Dim, "이 밖의 것은 그대로 두어요. 한 번 통과한 기록은 남아요.");
    rows.extend(keys(app, &[("⏎", "되돌리기"), ("Esc", "그만두기")]));
    rows
}
