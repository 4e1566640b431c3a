//! `jotasu quiz`: the questions of a lesson on standard output, the answers line by line from standard input.

use std::io::{self, IsTerminal as _, Write as _};

use anyhow::anyhow;
use serde_json::{Value, json};

use crate::course::{Curriculum, Node};
use crate::lab::Verdict;
use crate::problem::Severity;
use crate::progress::{Change, Reply};
use crate::quiz::{Item, Kind, Named, Outcome as Came, Question, Quiz, Run};
use crate::say::quiz::{self, Hit, How, Line};
use crate::text::{Role, Row};

use super::cli::Output;
use super::lab;
use super::lab::now;
use super::outcome::Outcome;
use super::print::{self, Json};
use super::world::{World, missing};

/// The widest a question is.
const MEASURE: usize = 84;

/// Asks the questions of a lesson, or lists them.
pub fn run(world: &World, name: &str, answers: bool, output: Output) -> anyhow::Result<Outcome> {
    let curriculum = world.curriculum();
    let index = find(&curriculum, name)?;
    let (node, (quiz, problems)) = curriculum
        .nodes
        .get(index)
        .zip(curriculum.quiz(&world.content, index))
        .ok_or_else(|| anyhow!("{name}: 퀴즈가 없어요."))?;
    let errors: Vec<_> = problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect();
    world.show(&errors, &world.content);
    let outcome = match output {
        Output::Json => {
            print::json(&json_of(world, node, &quiz, answers), Json::Pretty)?;
            Outcome::Done
        }
        Output::Text if answers => {
            print::line(&format!("# {}: 퀴즈\n", node.title))?;
            for question in &quiz.questions {
                print::line(quiz::markdown(question, &[]).trim_end_matches('\n'))?;
                print::line("")?;
            }
            Outcome::Done
        }
        Output::Text if quiz.questions.is_empty() => Outcome::Wrong,
        Output::Text => play(world, &mut world.progress().run(node, &quiz), node.lab.as_deref())?,
    };
    Ok(if errors.is_empty() { outcome } else { Outcome::Wrong })
}

/// The node whose quiz is meant: by a lesson's id or path, of a part the page it is in.
fn find(curriculum: &Curriculum, name: &str) -> anyhow::Result<usize> {
    let has_quiz = |node: &Node| node.quiz.is_some();
    let with: Vec<String> = curriculum.nodes.iter().filter(|node| has_quiz(node)).map(|n| n.id.clone()).collect();
    let found = curriculum.find(name).and_then(|index| Some((index, curriculum.nodes.get(index)?)));
    let Some((index, node)) = found else {
        let all: Vec<String> = curriculum.nodes.iter().map(|node| node.id.clone()).collect();
        return Err(missing(&format!("학습 {name}"), name, &all));
    };
    let around = std::iter::once(index).chain(curriculum.above(index));
    let mut around = around.filter_map(|index| Some((index, curriculum.nodes.get(index)?)));
    let page = around.find(|(_, other)| other.path == node.path && has_quiz(other));
    page.map(|(index, _)| index).ok_or_else(|| match with.is_empty() {
        true => anyhow!("이 과정에는 퀴즈가 없어요."),
        false => anyhow!("{}: 퀴즈가 없어요. 퀴즈가 있는 것: {}", node.id, with.join(", ")),
    })
}

/// How one asks: what it is wide, and whether somebody is there.
struct Asking<'w> {
    world: &'w World,
    how: How,
    /// The lab of the page, for checks that name none.
    lab: Option<&'w str>,
}

/// Asks what has no answer yet, until all is answered or nothing more comes.
///
/// # Errors
/// When standard input or output fails.
pub fn play(world: &World, run: &mut Run, lab: Option<&str>) -> anyhow::Result<Outcome> {
    let terminal = io::stdout().is_terminal().then(crossterm::terminal::size).and_then(Result::ok);
    let cells = terminal.map_or(MEASURE, |(columns, _)| usize::from(columns)).clamp(20, MEASURE);
    let asking = Asking { world, how: How { cells, ascii: world.ascii() }, lab };
    let count = run.items.len();
    while let Some(number) = run.item().map(|_| run.at + 1) {
        let Some(item) = run.item_mut() else { break };
        print::rows(&[vec![(Role::Dim, format!("{number}/{count}  {}", item.title))], Row::new()], world.look())?;
        asking.rows(quiz::question(item, asking.how))?;
        let Some(came) = asking.answer(item)? else { break };
        if came != Came::Unscored {
            let (lesson, question) = (item.lesson.clone(), item.question.id.clone());
            let reply = Reply::new(came == Came::Right, item.given());
            world.keep(&[Change::Answered { lesson, question, at: now(), reply }]);
        }
        print::line("")?;
        asking.rows(quiz::answer(item, asking.how))?;
        print::line("")?;
        run.go_on();
    }
    let tally = run.tally();
    if tally.left > 0 {
        print::error(&format!("jotasu: {}문항이 남았어요. 답한 것은 적어 두었고, 다음에 이어서 물어요.", tally.left));
        return Ok(Outcome::NotYet);
    }
    asking.rows(quiz::summary(run, asking.how))?;
    Ok(match (tally.wrong, tally.unscored) {
        (0, 0) => Outcome::Done,
        (0, _) => Outcome::CannotAsk,
        _ => Outcome::NotYet,
    })
}

impl Asking<'_> {
    fn rows(&self, lines: Vec<Line>) -> anyhow::Result<()> {
        let rows: Vec<Row> =
            lines.into_iter().filter(|line| line.hit != Some(Hit::Field)).map(|line| line.row).collect();
        Ok(print::rows(&rows, self.world.look())?)
    }

    /// Reads lines until one is an answer; `None` when no more come.
    fn answer(&self, item: &mut Item) -> anyhow::Result<Option<Came>> {
        loop {
            let Some(line) = ask(item.question.kind)? else { return Ok(None) };
            item.clear();
            if let Err(why) = take(item, line.trim()) {
                print::error(&why);
                continue;
            }
            let live = item.question.check.clone().and_then(|named| self.live(&named));
            match item.submit(live) {
                Ok(came) => return Ok(Some(came)),
                Err(missing) => print::error(&quiz::missing(missing, item.question.kind)),
            }
        }
    }

    /// Whether the check of a prediction has passed, as far as the cluster tells; why it does not is said.
    fn live(&self, named: &Named) -> Option<bool> {
        let id = if named.lab.is_empty() { self.lab? } else { &named.lab };
        let verdict = self.world.lab(id).and_then(|lab| lab::verdict(self.world, &lab, &named.check));
        match verdict {
            Ok(Some(Verdict::Passed)) => Some(true),
            Ok(Some(Verdict::Failed(_))) => Some(false),
            Ok(_) => None,
            Err(error) => {
                print::error(&format!("jotasu: {error:#}"));
                None
            }
        }
    }
}

/// A line of standard input, asked for when somebody is there.
fn ask(kind: Kind) -> io::Result<Option<String>> {
    if print::interactive() {
        let what = match kind {
            Kind::Typed => "답",
            Kind::Multiple => "번호들 (예: 1 3)",
            Kind::Order => "번호를 차례대로 (예: 2 1 3)",
            Kind::Single | Kind::Predict => "번호",
        };
        let mut err = io::stderr().lock();
        write!(err, "\n{what}: ")?;
        err.flush()?;
    }
    let mut line = String::new();
    Ok((io::stdin().read_line(&mut line)? > 0).then_some(line))
}

/// Takes a line as the answer to a question, not yet whether it is right.
fn take(item: &mut Item, line: &str) -> Result<(), String> {
    if item.question.kind == Kind::Typed {
        line.clone_into(&mut item.typed);
        return Ok(());
    }
    let wrong = || format!("1에서 {}까지의 번호를 쓰세요.", item.count());
    let apart = |c: char| c.is_whitespace() || matches!(c, ',' | '>' | '→');
    let mut words: Vec<String> = line.split(apart).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    // Digits without anything between them are so many numbers.
    let together = matches!(item.question.kind, Kind::Multiple | Kind::Order) && item.count() < 10;
    if let ([word], true) = (words.as_slice(), together) {
        words = word.chars().map(String::from).collect();
    }
    let numbers: Vec<usize> = words.iter().map_while(|word| word.parse().ok()).collect();
    let fits = numbers.len() == words.len() && numbers.iter().all(|number| (1..=item.count()).contains(number));
    let once = (1..numbers.len()).all(|at| !numbers.iter().take(at).any(|before| numbers.get(at) == Some(before)));
    if !fits || !once {
        return Err(wrong());
    }
    if numbers.len() > 1 && matches!(item.question.kind, Kind::Single | Kind::Predict) {
        return Err("번호 하나를 쓰세요.".into());
    }
    numbers.iter().for_each(|number| item.choose(number - 1));
    Ok(())
}

fn json_of(world: &World, node: &Node, quiz: &Quiz, answers: bool) -> Value {
    let first = world.progress().first_tries(node);
    let questions = quiz.questions.iter().map(|question| question_of(world, node, question, answers));
    json!({
        "lesson": node.id,
        "title": node.title,
        "file": node.quiz,
        "answered": first.total,
        "right_first": first.done,
        "questions": questions.collect::<Vec<_>>(),
    })
}

fn question_of(world: &World, node: &Node, question: &Question, answers: bool) -> Value {
    let given = world.progress().answers(node, &question.id);
    // In the order in which they would be asked: that of the author may be the answer.
    let item = Item::new(&node.id, &node.title, question, given.len());
    let choices: Vec<Value> = match answers {
        false => item.choices().map(|choice| choice.text.clone().into()).collect(),
        true => {
            let all = question.choices.iter();
            all.map(|choice| json!({"text": choice.text, "correct": choice.correct, "why": choice.why})).collect()
        }
    };
    let replies = given.iter().map(|(at, reply)| json!({"at": at, "right": reply.right, "given": reply.given}));
    let mut value = json!({
        "id": question.id,
        "type": question.kind.word(),
        "ask": question.ask,
        "choices": choices,
        "first_right": given.values().next().map(|reply| reply.right),
        "answers": replies.collect::<Vec<_>>(),
    });
    if let (true, Some(map)) = (answers, value.as_object_mut()) {
        map.insert("accept".into(), question.accept.clone().into());
        map.insert("why".into(), question.why.clone().into());
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line chooses these texts, or is refused.
    #[track_caller]
    fn check(kind: &str, line: &str, expected: Result<&[usize], &str>) {
        let choices = "[{text: 가, correct: true, why: 왜}, {text: 나, why: 왜}, {text: 다, why: 왜}]";
        let text = format!("questions: [{{id: a, type: {kind}, ask: 몇?, why: 왜, choices: {choices}}}]");
        let (quiz, _) = crate::quiz::load("q", &text);
        let mut item = Item::new("l", "학습", &quiz.questions[0], 0);
        let taken = take(&mut item, line).map(|()| {
            let mut chosen: Vec<(usize, usize)> =
                (0..3).filter_map(|shown| Some((item.place(shown)?, shown + 1))).collect();
            chosen.sort_unstable();
            chosen.into_iter().map(|(_, number)| number).collect::<Vec<_>>()
        });
        assert_eq!(taken.as_deref().map_err(String::as_str), expected, "{kind} {line}");
    }

    #[test]
    fn a_line_is_numbers_of_choices() {
        const RANGE: Result<&[usize], &str> = Err("1에서 3까지의 번호를 쓰세요.");
        check("single", "2", Ok(&[2]));
        check("single", "1 2", Err("번호 하나를 쓰세요."));
        check("single", "12", RANGE);
        check("single", "0", RANGE);
        check("single", "가", RANGE);
        check("single", "", Ok(&[]));
        check("multiple", "1, 3", Ok(&[1, 3]));
        check("multiple", "13", Ok(&[1, 3]));
        check("multiple", "1 1", RANGE);
        check("order", "3 1 2", Ok(&[3, 1, 2]));
        check("order", "312", Ok(&[3, 1, 2]));
        check("order", "3 → 1 → 2", Ok(&[3, 1, 2]));
    }
}
