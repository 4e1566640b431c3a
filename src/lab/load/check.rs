//! One line of the checklist. It knows nothing of the other checks.

use std::time::Duration;

use crate::lab::model::{Answer, Check, Expectation, Hint, Level, Mode, Source, Trigger};
use crate::yaml::{Node, Value, nearest};

use super::action;
use super::cel;
use super::context::Context;
use super::expect;
use super::report::{Fields, Report, text};

const DEFAULT_HOLD: Duration = Duration::from_secs(3);

/// A check or an invariant.
pub(super) fn check(node: &Node, report: &Report, cx: &Context) -> Option<Check> {
    let mut fields = Fields::open(node, report)?;
    let name = fields.need("name").and_then(|node| name(node, report));
    let title = fields.need_text("title");
    let step = fields.number("step").unwrap_or(0);
    let level = fields.choice(
        "level",
        &[
            (Level::Beginner.name(), Level::Beginner),
            (Level::Intermediate.name(), Level::Intermediate),
            (Level::Advanced.name(), Level::Advanced),
        ],
    );
    let weight = fields.number("weight").unwrap_or(1);
    let needs = fields.texts("needs");
    let mode = fields.choice("mode", &[("live", Mode::Live), ("latch", Mode::Latch)]).unwrap_or_default();
    let within = fields.duration("within").unwrap_or(Duration::ZERO);
    let hold_for = fields.duration("holdFor").unwrap_or(DEFAULT_HOLD);
    let every = fields.duration("every");
    let fail_fast = fields.flag("failFast");
    let initially_passed = fields.choice("initially", &[("passed", true)]).unwrap_or(false);
    let related = node.get("related").and_then(Node::map).unwrap_or_default();
    let aliases: Vec<&str> = related.iter().map(|(key, _)| key.name.as_str()).collect();
    let hints: Vec<Hint> = fields.list("hints").iter().filter_map(|node| hint(node, report, cx, &aliases)).collect();
    let next = fields.text("next");
    let debrief = fields.text("debrief");
    let source = source(&mut fields, cx);
    let elsewhere = [expect::SOURCES, &expect::beside()].concat();
    fields.close_but(&elsewhere, expect::beside_which);
    if hints.windows(2).any(|pair| matches!(pair, [a, b] if a.level > b.level)) {
        report.warn_help(node, "힌트의 level이 차례대로가 아니에요.", "level 1부터 적으세요.");
    }
    let source = source?;
    let expectation = match &source {
        Source::Observed(expectation) => Some(expectation),
        Source::Trigger(trigger) => Some(&trigger.then),
        Source::Answer(_) | Source::Manual => None,
    };
    let asked = expectation.is_some_and(|expectation| !expectation.asked().is_empty());
    match (every, expectation.is_some_and(reads_now)) {
        (Some(every), _) if asked && every < Duration::from_secs(3) => {
            report.error_help(node, "every가 너무 짧아요.", "묻는 확인은 3s 이상으로 적으세요.");
        }
        (Some(_), false) if asked => {}
        (None, true) => report.error_help(node, "now를 쓰는 식은 언제 다시 물을지 적어야 해요.", "every: 5s"),
        (Some(_), false) => {
            report.warn_help(node, "묻는 것도, now를 쓰는 식도 없어서 every가 할 일이 없어요.", "every를 지우세요.")
        }
        (Some(every), true) if every < Duration::from_secs(1) => {
            report.error_help(node, "every가 너무 짧아요.", "1s 이상으로 적으세요.");
        }
        _ => {}
    }
    let pods = expectation.is_some_and(expect::has_pods);
    Some(Check {
        name: name?,
        title: title?,
        step,
        level,
        weight,
        needs,
        mode,
        within,
        hold_for,
        every,
        fail_fast: fail_fast.unwrap_or(pods),
        initially_passed,
        source,
        hints,
        next,
        debrief,
        line: node.line,
    })
}

/// True when what is expected depends on the time.
fn reads_now(expectation: &Expectation) -> bool {
    let leaves = expectation.leaves().into_iter().flat_map(|leaf| &leaf.cel);
    leaves.chain(expectation.asked().into_iter().flat_map(|asked| &asked.cel)).any(|rule| rule.expr.uses_now())
}

/// The names of checks are ids for good: small letters, digits and hyphens.
fn name(node: &Node, report: &Report) -> Option<String> {
    let name = text(node, report)?;
    let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !name.chars().all(small) || name.starts_with('-') || name.ends_with('-') {
        report.error_help(node, format!("이름으로 쓸 수 없어요: {name}"), "영어 소문자, 숫자, -만 쓰세요.");
        return None;
    }
    Some(name)
}

fn source(fields: &mut Fields, cx: &Context) -> Option<Source> {
    let report = fields.report;
    let observed = expect::SOURCES.iter().find(|name| fields.key(name).is_some()).copied();
    let others = ["answer", "manual", "trigger"].into_iter();
    let given: Vec<&str> = observed.into_iter().chain(others.filter(|name| fields.key(name).is_some())).collect();
    let answer = fields.get("answer");
    let manual = fields.get("manual");
    let trigger = fields.get("trigger");
    match given.as_slice() {
        [] => {
            let help = format!("하나를 쓰세요: {}, answer, manual, trigger", expect::SOURCES.join(", "));
            report.error_help(&*fields, "무엇을 볼지(source)가 없어요.", help);
            None
        }
        [_, second, ..] => {
            if let Some(key) = fields.key(second) {
                report.error(key, format!("source는 하나만 쓸 수 있어요: {}", given.join(", ")));
            }
            // Read all the same: what is wrong within them is told now, not after this is mended.
            if observed.is_some() {
                expect::read(fields, true, cx);
            }
            None
        }
        ["answer"] => answer.and_then(|node| read_answer(node, report)).map(Source::Answer),
        ["manual"] => {
            let node = manual?;
            let plain = matches!(&node.value, Value::Bool(true)) || node.map().is_some_and(<[_]>::is_empty);
            if !plain {
                report.error(node, "manual에는 true나 {}만 쓸 수 있어요.");
            }
            Some(Source::Manual)
        }
        ["trigger"] => trigger.and_then(|node| read_trigger(node, report, cx)).map(Box::new).map(Source::Trigger),
        _ => expect::read(fields, true, cx).map(Source::Observed),
    }
}

fn read_trigger(node: &Node, report: &Report, cx: &Context) -> Option<Trigger> {
    let mut fields = Fields::open(node, report)?;
    let actions = fields.need("do").map(|node| super::report::list(node, report)).unwrap_or_default();
    let actions = action::actions(actions, report, cx);
    let then = fields.need("then").and_then(|node| expect::element(node, true, report, cx));
    let undo = action::actions(fields.list("undo"), report, cx);
    fields.close();
    Some(Trigger { actions, then: then?, undo })
}

fn read_answer(node: &Node, report: &Report) -> Option<Answer> {
    let mut fields = Fields::open(node, report)?;
    let ask = fields.need_text("ask");
    let choices = fields.texts("choices");
    let accept_node = fields.need("accept");
    let accept = accept_node.map(|node| super::report::texts(node, report)).unwrap_or_default();
    fields.close();
    let accept_node = accept_node?;
    if accept_node.list().is_some_and(<[_]>::is_empty) {
        report.error(accept_node, "받아들일 답이 하나는 있어야 해요.");
    }
    if !choices.is_empty() {
        for item in accept_node.list().unwrap_or_default() {
            if let Some(answer) = item.text().filter(|answer| !choices.iter().any(|choice| choice == answer)) {
                let message = format!("choices에 없는 답이에요: {answer}");
                match nearest(answer, choices.iter().map(String::as_str)) {
                    Some(near) => report.error_help(item, message, format!("혹시 {near}?")),
                    None => report.error(item, message),
                }
            }
        }
    }
    Some(Answer { ask: ask?, choices, accept })
}

fn hint(node: &Node, report: &Report, cx: &Context, related: &[&str]) -> Option<Hint> {
    let mut fields = Fields::open(node, report)?;
    let level_node = fields.need("level");
    let level: Option<u32> = level_node.and_then(|node| super::report::number(node, report));
    if let (Some(level), Some(node)) = (level, level_node)
        && !(1..=3).contains(&level)
    {
        report.error(node, "힌트의 level은 1부터 3까지예요.");
    }
    let when = fields.get("when").and_then(|node| {
        let mut fields = Fields::open(node, report)?;
        let expr = fields.need("cel").and_then(|node| cel::expr(node, report, cx, related));
        fields.close();
        expr
    });
    let text = fields.need_text("text");
    fields.close();
    Some(Hint { level: level?, when, text: text? })
}
