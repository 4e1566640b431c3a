//! A run over questions: what is chosen or typed, what it comes to, what is next. It keeps nothing beyond itself.

use super::mix;
use super::model::{Choice, Kind, Question};
use crate::lab;

/// What an answer came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Right.
    Right,
    /// Wrong.
    Wrong,
    /// A prediction that no cluster could answer: it does not count.
    Unscored,
}

/// Why an answer cannot be taken yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nothing is chosen or typed.
    Answer,
    /// So many choices have no place yet.
    Places(usize),
}

/// A question as it stands in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The id of the lesson it belongs to.
    pub lesson: String,
    /// The lesson's title.
    pub title: String,
    /// The question.
    pub question: Question,
    /// What is typed so far.
    pub typed: String,
    /// What the answer came to, once it is given.
    pub outcome: Option<Outcome>,
    /// The choices in the order of the screen, by their places in the question.
    shown: Vec<usize>,
    /// Chosen, in that order, by their places in the question.
    chosen: Vec<usize>,
    /// Whether the check of a prediction has passed.
    live: Option<bool>,
}

impl Item {
    /// A question that is asked for the first time (`round` 0) or again; each round has its own order of choices.
    pub fn new(lesson: &str, title: &str, question: &Question, round: usize) -> Self {
        let count = question.choices.len();
        let seed = format!("{lesson}/{}/{round}", question.id);
        let shown = match question.kind {
            Kind::Predict => (0..count).collect(),
            // What is to be ordered must not stand in its order already.
            Kind::Order => unordered(mix::order(count, &seed)),
            _ => mix::order(count, &seed),
        };
        Self {
            lesson: lesson.to_owned(),
            title: title.to_owned(),
            question: question.clone(),
            typed: String::new(),
            outcome: None,
            shown,
            chosen: Vec::new(),
            live: None,
        }
    }

    /// The choices in the order of the screen.
    pub fn choices(&self) -> impl Iterator<Item = &Choice> {
        self.shown.iter().filter_map(|index| self.question.choices.get(*index))
    }

    /// How many choices there are.
    pub fn count(&self) -> usize {
        self.shown.len()
    }

    /// Which place (from 0) a choice of the screen has among the chosen, if it is chosen.
    pub fn place(&self, shown: usize) -> Option<usize> {
        let index = self.shown.get(shown)?;
        self.chosen.iter().position(|chosen| chosen == index)
    }

    /// The place (from 0) that a choice of the screen has in the right order.
    pub fn right_place(&self, shown: usize) -> usize {
        self.shown.get(shown).copied().unwrap_or(0)
    }

    /// Whether a choice of the screen is right, as far as that is known.
    pub fn is_right(&self, shown: usize) -> bool {
        self.shown.get(shown).is_some_and(|index| self.counts(*index))
    }

    /// The right answers are known: always but for predictions that nothing has answered.
    pub fn is_known(&self) -> bool {
        self.question.kind != Kind::Predict || matches!(self.outcome, Some(Outcome::Right | Outcome::Wrong))
    }

    fn counts(&self, index: usize) -> bool {
        let correct = self.question.choices.get(index).is_some_and(|choice| choice.correct);
        match (self.question.kind, self.live) {
            (Kind::Predict, Some(passed)) => correct == passed,
            _ => correct,
        }
    }

    /// Chooses a choice of the screen, or takes it back: one alone, several, or one after the other into their order.
    pub fn choose(&mut self, shown: usize) {
        let Some(index) = self.shown.get(shown).copied().filter(|_| self.outcome.is_none()) else { return };
        let chosen = self.chosen.iter().position(|chosen| *chosen == index);
        match (self.question.kind, chosen) {
            (Kind::Single | Kind::Predict, _) => self.chosen = vec![index],
            (_, Some(at)) => drop(self.chosen.remove(at)),
            (_, None) => self.chosen.push(index),
        }
    }

    /// Takes back what was chosen or typed.
    pub fn clear(&mut self) {
        if self.outcome.is_none() {
            self.chosen.clear();
            self.typed.clear();
        }
    }

    /// The answer in words: what was typed, or the chosen choices; of a set in the author's order.
    pub fn given(&self) -> Vec<String> {
        if self.question.kind == Kind::Typed {
            return vec![self.typed.trim().to_owned()];
        }
        let mut chosen = self.chosen.clone();
        if self.question.kind != Kind::Order {
            chosen.sort_unstable();
        }
        chosen.iter().filter_map(|index| Some(self.question.choices.get(*index)?.text.clone())).collect()
    }

    /// Takes the answer; `live` tells of a prediction whether its check has passed, if that can be told.
    ///
    /// # Errors
    /// When there is no whole answer yet.
    pub fn submit(&mut self, live: Option<bool>) -> Result<Outcome, Missing> {
        if let Some(outcome) = self.outcome {
            return Ok(outcome);
        }
        let left = self.shown.len() - self.chosen.len();
        match self.question.kind {
            Kind::Typed if self.typed.trim().is_empty() => return Err(Missing::Answer),
            Kind::Typed => {}
            _ if self.chosen.is_empty() => return Err(Missing::Answer),
            Kind::Order if left > 0 => return Err(Missing::Places(left)),
            _ => {}
        }
        // Of two choices the other one is right when the check does not pass; of more, nobody knows which.
        self.live = live.filter(|passed| *passed || self.question.choices.len() == 2);
        let right = match self.question.kind {
            Kind::Typed => lab::accepts(&self.question.accept, &self.typed),
            Kind::Order => self.chosen.is_sorted(),
            _ => (0..self.question.choices.len()).all(|index| self.counts(index) == self.chosen.contains(&index)),
        };
        let outcome = match right {
            _ if self.question.kind == Kind::Predict && self.live.is_none() => Outcome::Unscored,
            true => Outcome::Right,
            false => Outcome::Wrong,
        };
        self.outcome = Some(outcome);
        Ok(outcome)
    }
}

/// The same places, not in their order when there are two or more.
fn unordered(mut places: Vec<usize>) -> Vec<usize> {
    if places.len() > 1 && places.is_sorted() {
        places.rotate_left(1);
    }
    places
}

/// How a run stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Right.
    pub right: usize,
    /// Wrong.
    pub wrong: usize,
    /// Answered, and not counted.
    pub unscored: usize,
    /// Not answered yet.
    pub left: usize,
}

/// A run over questions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The questions, in their order.
    pub items: Vec<Item>,
    /// The one that is asked; behind the last, the end.
    pub at: usize,
}

impl Run {
    /// A run that begins at its first question.
    pub fn new(items: Vec<Item>) -> Self {
        Self { items, at: 0 }
    }

    /// The question that is asked; none at the end.
    pub fn item(&self) -> Option<&Item> {
        self.items.get(self.at)
    }

    /// The same, to be answered.
    pub fn item_mut(&mut self) -> Option<&mut Item> {
        self.items.get_mut(self.at)
    }

    /// Goes on to the next question without an answer, or to the end.
    pub fn go_on(&mut self) {
        self.at += 1;
        self.to_first_open();
    }

    /// Skips what has an answer.
    pub fn to_first_open(&mut self) {
        while self.item().is_some_and(|item| item.outcome.is_some()) {
            self.at += 1;
        }
    }

    /// Everything has been answered.
    pub fn is_over(&self) -> bool {
        self.tally().left == 0
    }

    /// How it stands.
    pub fn tally(&self) -> Tally {
        self.items.iter().fold(Tally::default(), |tally, item| match item.outcome {
            Some(Outcome::Right) => Tally { right: tally.right + 1, ..tally },
            Some(Outcome::Wrong) => Tally { wrong: tally.wrong + 1, ..tally },
            Some(Outcome::Unscored) => Tally { unscored: tally.unscored + 1, ..tally },
            None => Tally { left: tally.left + 1, ..tally },
        })
    }

    /// What was missed.
    pub fn missed(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.outcome == Some(Outcome::Wrong))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quiz::load;

    fn question(kind: &str) -> Question {
        let text = format!(
            "questions:\n- id: q\n  type: {kind}\n  ask: 무엇?\n  why: 까닭\n  check: l/c\n  accept: ['여덟 개', '8']\n\
             \x20 choices:\n  - {{text: 가, correct: true, why: 왜}}\n  - {{text: 나, why: 왜}}\n  - {{text: 다, why: 왜}}\n"
        );
        load("q", &text).0.questions.remove(0)
    }

    fn item(kind: &str) -> Item {
        Item::new("w1", "세션", &question(kind), 0)
    }

    /// The place on the screen of a choice.
    fn at(item: &Item, text: &str) -> usize {
        item.choices().position(|choice| choice.text == text).unwrap()
    }

    /// What choosing these one after the other comes to.
    #[track_caller]
    fn check(kind: &str, chosen: &str, expected: Result<Outcome, Missing>) {
        let mut item = item(kind);
        for text in chosen.chars() {
            let place = at(&item, &text.to_string());
            item.choose(place);
        }
        assert_eq!(item.submit(None), expected, "{kind} {chosen}");
    }

    #[test]
    fn answers_are_right_or_wrong_or_not_there_yet() {
        use Missing::{Answer, Places};
        use Outcome::{Right, Unscored, Wrong};
        check("single", "가", Ok(Right));
        check("single", "가나", Ok(Wrong));
        check("single", "나가", Ok(Right));
        check("single", "", Err(Answer));
        check("multiple", "가", Ok(Right));
        check("multiple", "가나", Ok(Wrong));
        check("multiple", "가나나", Ok(Right));
        check("multiple", "가가", Err(Answer));
        check("order", "가나다", Ok(Right));
        check("order", "가다나", Ok(Wrong));
        check("order", "나가나다가나다", Err(Places(2)));
        check("order", "가", Err(Places(2)));
        check("predict", "가", Ok(Unscored));
    }

    #[test]
    fn what_is_typed_counts_as_people_mean_it() {
        let typed = |text: &str| {
            let mut item = item("typed");
            item.typed = text.into();
            item.submit(None)
        };
        assert_eq!(typed(" 여덟개 "), Ok(Outcome::Right));
        assert_eq!(typed("８"), Ok(Outcome::Right));
        assert_eq!(typed("9"), Ok(Outcome::Wrong));
        assert_eq!(typed("  "), Err(Missing::Answer));
    }

    #[test]
    fn a_prediction_is_answered_by_its_check() {
        let predict = |question: &Question, chosen: &str, live| {
            let mut item = Item::new("w1", "세션", question, 0);
            item.choose(at(&item, chosen));
            (item.submit(live).unwrap(), item.is_known())
        };
        let pair = load("q", "questions: [{id: a, type: predict, ask: 될까요?, check: l/c, why: 왜}]").0;
        let pair = &pair.questions[0];
        assert_eq!(predict(pair, "그렇게 돼요", Some(true)), (Outcome::Right, true));
        assert_eq!(predict(pair, "그렇게 돼요", Some(false)), (Outcome::Wrong, true));
        assert_eq!(predict(pair, "그렇게 되지 않아요", Some(false)), (Outcome::Right, true));
        assert_eq!(predict(pair, "그렇게 되지 않아요", None), (Outcome::Unscored, false));
        let three = &question("predict");
        assert_eq!(predict(three, "나", Some(true)), (Outcome::Wrong, true));
        assert_eq!(predict(three, "나", Some(false)), (Outcome::Unscored, false));
    }

    #[test]
    fn choices_stay_where_they_are_and_move_in_another_round() {
        let texts = |round| {
            let item = Item::new("w1", "세션", &question("order"), round);
            item.choices().map(|choice| choice.text.clone()).collect::<String>()
        };
        assert_eq!(texts(3), texts(3));
        let all: std::collections::BTreeSet<String> = (0..40).map(texts).collect();
        assert!(all.len() == 5 && !all.contains("가나다"), "{all:?}");
    }

    #[test]
    fn a_run_goes_from_question_to_question_and_tells_what_was_missed() {
        let mut run = Run::new(vec![item("single"), item("typed"), item("single")]);
        let place = at(&run.items[0], "나");
        run.item_mut().unwrap().choose(place);
        run.item_mut().unwrap().submit(None).unwrap();
        run.items[1].outcome = Some(Outcome::Right);
        run.go_on();
        assert_eq!((run.at, run.is_over()), (2, false));
        run.go_on();
        assert!(run.item().is_none() && !run.is_over());
        assert_eq!(run.tally(), Tally { right: 1, wrong: 1, unscored: 0, left: 1 });
        assert_eq!(run.missed().count(), 1);
        // An answer that was given stays as it is.
        run.items[0].choose(0);
        assert_eq!(run.items[0].given(), ["나"]);
    }
}
