//! The answers to questions of quizzes: by question, and what share of them was right at once.

use std::collections::{BTreeMap, BTreeSet};

use super::completion::Completion;
use super::model::{Progress, Reply};
use crate::course::{Curriculum, Node};
use crate::lab::Millis;
use crate::quiz::{self, Item, Kind, Outcome, Question, Quiz, Recall, Run, two_minutes};

impl Progress {
    /// Every answer to a question of a lesson, the first one first.
    pub fn answers<'a>(&'a self, node: &'a Node, question: &str) -> BTreeMap<Millis, &'a Reply> {
        let of = self.records(node).filter_map(|record| record.answers.get(question));
        of.flatten().map(|(at, reply)| (*at, reply)).collect()
    }

    /// The questions of a lesson that were answered, by their ids.
    pub fn answered<'a>(&'a self, node: &'a Node) -> BTreeSet<&'a str> {
        self.records(node).flat_map(|record| record.answers.keys()).map(String::as_str).collect()
    }

    /// How a question of a lesson stands; `None` when it was never answered.
    pub fn recall(&self, node: &Node, question: &str) -> Option<Recall> {
        quiz::recall(self.answers(node, question).into_iter().map(|(at, reply)| (at, reply.right)))
    }

    /// Questions that are due at a time, what was missed first, then what has waited longest: the node's place, the
    /// question's id, and how it stands.
    pub fn due<'a>(&'a self, curriculum: &'a Curriculum, now: Millis) -> Vec<(usize, &'a str, Recall)> {
        let mut due: Vec<_> = self.recalls(curriculum).filter(|(_, _, recall)| recall.is_due(now)).collect();
        due.sort_by_key(|(index, question, recall)| (!recall.is_open(), recall.due, *index, *question));
        due
    }

    /// Every question that was answered in a lesson that has a quiz, and how it stands.
    pub fn recalls<'a>(&'a self, curriculum: &'a Curriculum) -> impl Iterator<Item = (usize, &'a str, Recall)> + 'a {
        let nodes = curriculum.nodes.iter().enumerate().filter(|(_, node)| node.quiz.is_some());
        nodes.flat_map(move |(index, node)| {
            let questions = self.answered(node).into_iter();
            questions.filter_map(move |question| Some((index, question, self.recall(node, question)?)))
        })
    }

    /// 기술 이해도: of the questions of core quizzes that were answered, those that were right the first time.
    pub fn understanding(&self, curriculum: &Curriculum) -> Completion {
        let core = curriculum.nodes.iter().enumerate();
        let core = core.filter(|(index, node)| node.quiz.is_some() && curriculum.is_core(*index));
        core.map(|(_, node)| self.first_tries(node)).fold(Completion::default(), |sum, part| Completion {
            done: sum.done + part.done,
            total: sum.total + part.total,
        })
    }

    /// A run over the quiz of a lesson: what was answered before is, unless all of it was; then all is asked anew.
    /// Predictions do not hold that up: without a cluster they are never answered.
    pub fn run(&self, node: &Node, quiz: &Quiz) -> Run {
        let mut items: Vec<Item> = quiz.questions.iter().map(|question| self.item(node, question)).collect();
        for item in &mut items {
            let last = self.answers(node, &item.question.id).into_values().next_back();
            item.outcome = last.map(|reply| if reply.right { Outcome::Right } else { Outcome::Wrong });
        }
        let answered = |item: &Item| item.outcome.is_some() || item.question.kind == Kind::Predict;
        if items.iter().all(answered) {
            items.iter_mut().for_each(|item| item.outcome = None);
        }
        let mut run = Run::new(items);
        run.to_first_open();
        run
    }

    /// A run over what is due at a time, as much of it as fits two minutes.
    pub fn due_run<'q>(&self, curriculum: &Curriculum, now: Millis, quiz: impl Fn(usize) -> Option<&'q Quiz>) -> Run {
        let mut items = Vec::new();
        for (index, id, _) in self.due(curriculum, now) {
            let question = quiz(index).and_then(|quiz| quiz.questions.iter().find(|question| question.id == id));
            if let (Some(question), Some(node)) = (question, curriculum.nodes.get(index)) {
                items.push(self.item(node, question));
            }
        }
        items.truncate(two_minutes(items.iter().map(|item| &item.question)));
        Run::new(items)
    }

    /// A question to be asked: its choices lie in another order than at the last answer.
    fn item(&self, node: &Node, question: &Question) -> Item {
        Item::new(&node.id, &node.title, question, self.answers(node, &question.id).len())
    }

    /// Of the questions of a lesson that were answered, those that were right the first time.
    pub fn first_tries(&self, node: &Node) -> Completion {
        let answered = self.answered(node);
        let right = |question: &&&str| self.answers(node, question).values().next().is_some_and(|reply| reply.right);
        Completion { done: answered.iter().filter(right).count(), total: answered.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::{self, Track};
    use crate::progress::Change;

    const DAY: Millis = 24 * 3_600_000;

    fn course() -> Curriculum {
        let node = |id: &str, parent, track| Node {
            id: id.into(),
            quiz: Some(format!("{id}.quiz.yaml")),
            aliases: vec![format!("old-{id}")],
            parent,
            track,
            ..Node::new(course::Kind::Session, id)
        };
        let nodes = vec![node("a", None, None), node("b", None, Some(Track::Elective)), node("c", Some(1), None)];
        Curriculum { nodes, roots: vec![0, 1], ..Curriculum::default() }
    }

    fn progress(answers: &[(&str, &str, Millis, bool)]) -> Progress {
        let mut progress = Progress::default();
        for (lesson, question, at, right) in answers {
            let reply = Reply { right: *right, ..Reply::default() };
            let (lesson, question) = ((*lesson).to_owned(), (*question).to_owned());
            progress.apply(&Change::Answered { lesson, question, at: *at, reply });
        }
        progress
    }

    #[test]
    fn the_first_answers_to_core_quizzes_are_what_is_understood() {
        let course = course();
        let understood = |answers: &[_]| {
            let Completion { done, total } = progress(answers).understanding(&course);
            (done, total)
        };
        assert_eq!(understood(&[]), (0, 0));
        assert_eq!(understood(&[("a", "q", 2, true), ("a", "q", 1, false), ("a", "r", 3, true)]), (1, 2));
        assert_eq!(understood(&[("old-a", "q", 0, true), ("a", "q", 1, false)]), (1, 1), "an old id counts");
        assert_eq!(understood(&[("b", "q", 0, true), ("c", "q", 0, true), ("gone", "q", 0, true)]), (0, 0));
    }

    #[test]
    fn what_was_missed_is_due_before_what_is_old() {
        let course = course();
        let answers = [("a", "old", 0, true), ("a", "missed", 8 * DAY, false), ("b", "new", 8 * DAY, true)];
        let progress = progress(&answers);
        let due = |day: Millis| -> Vec<&str> {
            progress.due(&course, day * DAY).into_iter().map(|(_, question, _)| question).collect()
        };
        assert_eq!(due(8), ["old"]);
        assert_eq!(due(9), ["missed", "old"]);
        assert_eq!(due(14), ["missed", "old", "new"]);
    }

    #[test]
    fn a_run_goes_on_where_it_was_left_and_begins_anew_when_all_is_answered() {
        let course = course();
        let typed = |id: &str| format!("- {{id: {id}, type: typed, ask: 몇?, accept: ['1'], why: 왜}}\n");
        let predict = "- {id: p, type: predict, ask: 될까요?, check: l/c, why: 왜}\n";
        let (quiz, problems) = quiz::load("q", &format!("questions:\n{}{predict}{}", typed("a"), typed("b")));
        assert_eq!(problems, []);
        let begins = |answers: &[_]| {
            let run = progress(answers).run(&course.nodes[0], &quiz);
            (run.at, run.tally().right, run.tally().left)
        };
        assert_eq!(begins(&[]), (0, 0, 3));
        assert_eq!(begins(&[("a", "a", 0, false), ("a", "a", 1, true)]), (1, 1, 2));
        assert_eq!(begins(&[("a", "a", 0, true), ("a", "b", 0, true)]), (0, 0, 3));
        assert_eq!(begins(&[("a", "a", 0, true), ("a", "p", 0, false)]), (2, 1, 1));
    }

    #[test]
    fn what_a_newer_program_wrote_beside_an_answer_is_kept() {
        let text = r#"{"schema":1,"lessons":{"a":{"answers":{"q":{"7":{"right":true,"given":["8"],"seconds":4}}}}}}"#;
        let newer: Progress = serde_json::from_str(text).unwrap();
        let mut ours = progress(&[("a", "q", 7, false), ("a", "q", 9, true)]);
        ours.merge(&newer);
        let text = serde_json::to_string(&ours).unwrap();
        assert!(text.contains(r#"{"7":{"right":true,"given":["8"],"seconds":4},"9":{"right":true}}"#), "{text}");
    }
}
