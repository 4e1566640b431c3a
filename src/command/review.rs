//! `jotasu review`, 오답노트: what was missed or is old comes back, two minutes a day.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::course::Curriculum;
use crate::lab::Millis;
use crate::quiz::{Question, Quiz};
use crate::say;

use super::cli::Output;
use super::lab::now;
use super::outcome::Outcome;
use super::print::{self, Json};
use super::quiz::play;
use super::world::World;

/// Milliseconds of a day.
const DAY: Millis = 24 * 60 * 60 * 1000;

/// Asks what is due, lists it, or prints what was missed.
pub fn run(world: &World, print: bool, output: Output) -> anyhow::Result<Outcome> {
    let curriculum = world.curriculum();
    let quizzes = quizzes(world, &curriculum);
    let known = |index: usize| quizzes.get(&index);
    if print {
        print::line(markdown(world, &curriculum, &quizzes).trim_end())?;
        return Ok(Outcome::Done);
    }
    let now = now();
    if output == Output::Json {
        print::json(&list(world, &curriculum, &quizzes, now), Json::Pretty)?;
        return Ok(Outcome::Done);
    }
    let mut run = world.progress().due_run(&curriculum, now, known);
    if run.items.is_empty() {
        print::line(&nothing(world, &curriculum, now))?;
        return Ok(Outcome::Done);
    }
    let left = world.progress().due(&curriculum, now).len().saturating_sub(run.items.len());
    print::line(&format!("오늘의 오답노트: {}문항, 2분이면 돼요.\n", run.items.len()))?;
    let outcome = play(world, &mut run, None)?;
    if run.is_over() && left > 0 {
        print::line(&format!("\n{left}문항이 더 기다려요. 내일 봐도 괜찮아요."))?;
    }
    Ok(outcome)
}

/// The quizzes of the lessons in which something was answered.
fn quizzes(world: &World, curriculum: &Curriculum) -> BTreeMap<usize, Quiz> {
    let nodes = curriculum.nodes.iter().enumerate();
    let answered = nodes.filter(|(_, node)| node.quiz.is_some() && !world.progress().answered(node).is_empty());
    answered.filter_map(|(index, _)| Some((index, curriculum.quiz(&world.content, index)?.0))).collect()
}

fn question<'q>(quizzes: &'q BTreeMap<usize, Quiz>, index: usize, id: &str) -> Option<&'q Question> {
    quizzes.get(&index)?.questions.iter().find(|question| question.id == id)
}

/// That nothing is due, and when something is.
fn nothing(world: &World, curriculum: &Curriculum, now: Millis) -> String {
    let next = world.progress().recalls(curriculum).map(|(_, _, recall)| recall.due).filter(|due| *due > now).min();
    match next.map(|due| (due - now + DAY - 1) / DAY) {
        None => "아직 다시 볼 문항이 없어요. 퀴즈를 풀면 놓친 문항이 여기로 와요: jotasu quiz LESSON".into(),
        Some(0 | 1) => "지금 다시 볼 문항이 없어요. 다음 문항은 하루 안에 와요.".into(),
        Some(days) => format!("지금 다시 볼 문항이 없어요. 다음 문항은 {days}일 안에 와요."),
    }
}

fn list(world: &World, curriculum: &Curriculum, quizzes: &BTreeMap<usize, Quiz>, now: Millis) -> Value {
    let progress = world.progress();
    let due = progress.due(curriculum, now).into_iter().filter_map(|(index, id, recall)| {
        let (node, question) = (curriculum.nodes.get(index)?, question(quizzes, index, id)?);
        Some(json!({
            "lesson": node.id, "title": node.title, "question": id, "ask": question.ask, "due": recall.due,
            "misses": recall.misses, "right_since": recall.streak,
        }))
    });
    let due: Vec<Value> = due.collect();
    let today = progress.due_run(curriculum, now, |index| quizzes.get(&index)).items.len();
    let next = progress.recalls(curriculum).map(|(_, _, recall)| recall.due).filter(|due| *due > now).min();
    json!({"due": due, "today": today, "next": next})
}

/// What was missed and has not come right twice since, by lesson, with the explanations.
fn markdown(world: &World, curriculum: &Curriculum, quizzes: &BTreeMap<usize, Quiz>) -> String {
    let progress = world.progress();
    let mut text = String::from("# 오답노트\n\n");
    let mut last = None;
    let order = curriculum.walk().map(|(_, index)| index);
    for (index, node) in order.filter_map(|index| Some((index, curriculum.nodes.get(index)?))) {
        for question in quizzes.get(&index).iter().flat_map(|quiz| &quiz.questions) {
            if !progress.recall(node, &question.id).is_some_and(|recall| recall.is_open()) {
                continue;
            }
            if last.replace(index) != Some(index) {
                text.push_str(&format!("## {}\n\n", node.title));
            }
            let answers = progress.answers(node, &question.id);
            let missed = answers.values().rev().find(|reply| !reply.right);
            let given = missed.map(|reply| reply.given.as_slice()).unwrap_or_default();
            text.push_str(&say::quiz::markdown(question, given));
        }
    }
    if last.is_none() {
        text.push_str("놓친 문항이 없어요.\n");
    }
    text
}
