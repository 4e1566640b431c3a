//! The hints of a check as rows: those taken, and what the next one costs.

use super::keys;
use crate::app::App;
use crate::app::checklist;
use crate::lab::Verdict;
use crate::text::{Role, Row, wrap};

/// The hints of a check up to a level.
pub fn rows(app: &App, index: usize, level: u32, cells: usize) -> Vec<Row> {
    let (Some(check), Some(ladder)) = (app.checks.check(index), app.checks.ladder(index)) else { return Vec::new() };
    let mut rows = wrap(&[(Role::Strong, check.title.clone())], cells);
    let last = ladder.last().unwrap_or(1);
    for hint in ladder.up_to(level) {
        rows.push(Vec::new());
        rows.push(vec![(Role::Dim, format!("{}/{last}", hint.level))]);
        for line in hint.text.lines() {
            rows.extend(wrap(&checklist::spans(line, Role::Text), cells));
        }
    }
    let (verdict, _) = app.checks.shown(index);
    if app.pays() && level > 0 && verdict.finding().is_some() {
        // With the first hint of a check the rest of its story is paid for.
        if let Some(said) = app.checks.said(check, &verdict) {
            rows.push(Vec::new());
            rows.extend(checklist::finding(&said, cells));
        }
    }
    rows.push(Vec::new());
    let next = app.next_hint(index, level);
    if next.is_some() && app.pays() && verdict != Verdict::Passed {
        let sentence = match level {
            0 => "힌트 하나에 이 확인 점수의 10%가 줄어요. 첫 힌트와 함께 까닭과 볼 명령도 보여요.",
            _ => "하나 더 보면 이 확인 점수의 10%가 더 줄어요.",
        };
        rows.extend(wrap(&[(Role::Wait, sentence.into())], cells));
        rows.push(Vec::new());
    }
    let more = if level == 0 { "힌트 보기" } else { "한 단계 더" };
    match next {
        Some(_) => rows.extend(keys(app, &[("h", more), ("Esc", "닫기")])),
        None => rows.extend(keys(app, &[("Esc", "닫기")])),
    }
    rows
}
