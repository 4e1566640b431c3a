//! "왜?": one check from close by. The object and the field, what had to be beside what is, why, what happened, what its
//! container said last, how the check turned, and the commands that show more.

use crate::app::{App, checklist};
use crate::lab::{Check, Explain, Lab, Millis, Source, Verdict, Why};
use crate::say::{self, Said};
use crate::text::{Role, Row, pad, row_width, width, wrap};

/// Rows that one of two columns may take before they are put below each other.
const COLUMN: usize = 4;

/// The rows, and the keys that do something there.
pub fn rows(app: &App, index: usize, cells: usize) -> (Vec<Row>, Vec<(&'static str, &'static str)>) {
    let Some((lab, check)) = app.checks.lab.as_deref().and_then(|lab| Some((lab, lab.checks.get(index)?))) else {
        return (Vec::new(), Vec::new());
    };
    let (verdict, old) = app.checks.shown(index);
    let closer = closer(app, check);
    let mut rows = title(app, check, &verdict, cells);
    rows.push(Vec::new());
    if let Some(sentence) = standing(lab, &verdict, old) {
        rows.extend(wrap(&checklist::spans(&sentence, Role::Dim), cells));
        rows.push(Vec::new());
    }
    rows.extend(found(app, check, &verdict, closer, cells));
    if let Source::Answer(answer) = &check.source {
        rows.extend(wrap(&checklist::spans(&answer.ask, Role::Text), cells));
        rows.push(Vec::new());
    }
    if verdict == Verdict::Passed && check.debrief.is_some() && lab.explain != Explain::None {
        rows.extend(say::debrief(check).iter().flat_map(|row| wrap(row, cells)));
        rows.push(Vec::new());
    }
    if let Some(why) = closer {
        rows.extend(sections(app, check, why, cells));
    }
    let commands = say::next_commands(lab, check, &verdict, app.checks.explain(check), closer);
    if !commands.is_empty() {
        rows.push(vec![(Role::Dim, "볼 것".into())]);
        rows.extend(commands.iter().flat_map(|command| indented(0, Role::Code, command, cells)));
        rows.push(Vec::new());
    }
    let mut keys = Vec::new();
    match commands.len() {
        0 => {}
        1 => keys.push(("y", "복사")),
        _ => keys.push(("y", "차례로 복사")),
    }
    if !check.hints.is_empty() && verdict != Verdict::Passed {
        keys.push(("h", "힌트"));
    }
    keys.push(("Esc", "닫기"));
    (rows, keys)
}

/// What the engine has told of this check, if it is the one it was asked about.
fn closer<'a>(app: &'a App, check: &Check) -> Option<&'a Why> {
    app.checks.why.as_ref().filter(|why| why.check == check.name && app.checks.running())
}

fn title(app: &App, check: &Check, verdict: &Verdict, cells: usize) -> Vec<Row> {
    let (role, sign) = checklist::mark(check, verdict, app.look.ascii);
    let mut rows = wrap(&[(Role::Strong, check.title.clone())], cells.saturating_sub(width(sign) + 1).max(4));
    for (i, row) in rows.iter_mut().enumerate() {
        let lead = if i == 0 { format!("{sign} ") } else { " ".repeat(width(sign) + 1) };
        row.insert(0, (role, lead));
    }
    rows
}

/// How it stands, where the mark does not say it all.
fn standing(lab: &Lab, verdict: &Verdict, old: bool) -> Option<String> {
    Some(match verdict {
        _ if old => "지금은 클러스터에 물을 수 없어서 마지막으로 안 것을 보여요.".to_owned(),
        Verdict::Passed => "통과했어요.".into(),
        Verdict::Waiting => "아직 시작하지 않은 일이에요.".into(),
        Verdict::Progressing(_) => "지금 진행 중이에요.".into(),
        Verdict::Blocked(by) => {
            let first = lab.checks.iter().find(|c| c.name == *by).map_or(by, |c| &c.title);
            format!("먼저 할 일이 있어요: {first}")
        }
        Verdict::Unknown(reason) => say::reason(reason).0,
        Verdict::Failed(_) => return None,
    })
}

/// What was found: where, what had to be beside what is, and why.
fn found(app: &App, check: &Check, verdict: &Verdict, closer: Option<&Why>, cells: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut said = app.checks.said(check, verdict).filter(|_| verdict.finding().is_some());
    if let Some(change) = app.checks.change(check).filter(|_| *verdict != Verdict::Passed) {
        let change = say::change(change);
        // What changed is told once.
        if let Some(said) = said.as_mut() {
            said.why.take_if(|why| *why == change);
        }
        rows.extend(wrap(&[(Role::Wait, change)], cells));
        rows.push(Vec::new());
    }
    let near = said.as_ref().and_then(|said| said.near.clone());
    let near = near.or_else(|| {
        let near = closer?
            .near
            .as_ref()
            .filter(|_| app.checks.explain(check) == Explain::Full && *verdict != Verdict::Passed)?;
        Some(say::near(near).0)
    });
    if let Some(said) = &said {
        if !said.place.is_empty() && !said.absent {
            rows.extend(wrap(&[(Role::Dim, said.place.clone())], cells));
        }
        rows.extend(sides(said, cells));
        rows.push(Vec::new());
    }
    let why = said.and_then(|said| said.why);
    for sentence in near.into_iter().chain(why) {
        rows.extend(wrap(&checklist::spans(&sentence, Role::Text), cells));
        rows.push(Vec::new());
    }
    rows
}

/// What had to be beside what is; below each other where one is long.
fn sides(said: &Said, cells: usize) -> Vec<Row> {
    const GAP: usize = 2;
    let half = cells.saturating_sub(GAP) / 2;
    let (label, wanted) = said.wanted();
    let column = |text: &str, role: Role| wrap(&checklist::spans(text, role), half.max(4));
    // A fraction is one word here: there is little room.
    let (left, right) = (column(wanted, Role::Text), column(&said.actual.replace(" / ", "/"), Role::Bad));
    if half < 12 || left.len().max(right.len()) > COLUMN {
        let both = Said { near: None, why: None, next: None, ..said.clone() };
        return checklist::finding(&both, cells);
    }
    let mut rows = vec![vec![(Role::Dim, pad(label, half + GAP)), (Role::Dim, "지금".to_owned())]];
    for n in 0..left.len().max(right.len()) {
        let mut row = left.get(n).cloned().unwrap_or_default();
        row.push((Role::Text, " ".repeat((half + GAP).saturating_sub(row_width(&row)))));
        row.extend(right.get(n).cloned().unwrap_or_default());
        rows.push(row);
    }
    rows
}

fn sections(app: &App, check: &Check, why: &Why, cells: usize) -> Vec<Row> {
    let clock = |at: Millis| clock(app, at);
    let mut rows = Vec::new();
    for section in say::why(why, app.checks.explain(check), app.now, clock) {
        rows.push(vec![(Role::Dim, section.title)]);
        for (indent, role, line) in section.lines {
            rows.extend(indented(indent, role, &line, cells));
        }
        rows.push(Vec::new());
    }
    rows
}

fn indented(indent: usize, role: Role, line: &str, cells: usize) -> Vec<Row> {
    let mut rows = wrap(&[(role, line.to_owned())], cells.saturating_sub(indent).max(8));
    for row in rows.iter_mut().filter(|_| indent > 0) {
        row.insert(0, (Role::Text, " ".repeat(indent)));
    }
    rows
}

/// The time of day.
fn clock(app: &App, at: Millis) -> String {
    let at = jiff::Timestamp::from_millisecond(at).unwrap_or_default().to_zoned(app.zone.clone());
    at.strftime("%H:%M:%S").to_string()
}

/// The command to copy next of the check that is looked at.
pub fn command(app: &App, index: usize) -> Option<String> {
    let lab = app.checks.lab.as_deref()?;
    let check = lab.checks.get(index)?;
    let commands =
        say::next_commands(lab, check, &app.checks.shown(index).0, app.checks.explain(check), closer(app, check));
    commands.get(app.checks.copied % commands.len().max(1)).cloned()
}
