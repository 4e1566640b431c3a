//! When a question comes back, out of the answers that were given to it and nothing else: SM-2 (P. A. Woźniak,
//! "Optimization of learning", 1990, <https://www.supermemo.com/en/blog/application-of-a-computer-to-improve-the-results-obtained-in-working-with-the-supermemo-method>),
//! with a right answer as quality 4 and a wrong one as quality 2. Three things are ours: who is right at the very first
//! time waits for the second interval at once, a wrong answer makes the question harder (as its fifth step says, against
//! its sixth), and a right answer before its time proves nothing.

use super::model::Question;
use crate::lab::Millis;

/// The shortest time between two looks at a question that was missed.
const DAY: Millis = 24 * 60 * 60 * 1000;
/// A question is due half a day early, so that the hour at which one learns does not push it from day to day.
const EARLY: Millis = DAY / 2;
/// Easiness at first, at least, and what a wrong answer takes of it, in hundredths.
const EASE: (i64, i64, i64) = (250, 130, 32);
/// Days until a question that was answered right comes back: the first time, and the second.
const DAYS: (i64, i64) = (1, 6);
/// After so many days nothing is forgotten that a quiz would find.
const MOST: i64 = 365;
/// Seconds a day.
const BUDGET: usize = 120;

/// How a question stands with a learner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recall {
    /// When it is to be asked again.
    pub due: Millis,
    /// How often it was answered wrong.
    pub misses: usize,
    /// How often it was right, each at its time, since it was wrong last.
    pub streak: usize,
}

impl Recall {
    /// It is to be asked now.
    pub fn is_due(&self, now: Millis) -> bool {
        self.due <= now
    }

    /// It was missed, and has not been right twice since.
    pub fn is_open(&self) -> bool {
        self.misses > 0 && self.streak < 2
    }
}

/// How a question stands after these answers (when, and whether right); `None` of none. Their order does not matter.
pub fn recall(answers: impl IntoIterator<Item = (Millis, bool)>) -> Option<Recall> {
    let mut answers: Vec<_> = answers.into_iter().collect();
    answers.sort_unstable();
    let mut state: Option<(Recall, i64, i64)> = None;
    for (at, right) in answers {
        let (recall, days, ease) = state.unwrap_or((Recall { due: at, misses: 0, streak: 0 }, 0, EASE.0));
        let first = state.is_none();
        state = Some(match right {
            true if recall.due > at => (recall, days, ease),
            true => {
                let days = match recall.streak {
                    0 if !first => DAYS.0,
                    0 | 1 => DAYS.1,
                    _ => (days * ease / 100).min(MOST),
                };
                // Being right at once is as much as being right twice.
                let streak = recall.streak + if first { 2 } else { 1 };
                (Recall { due: due(at, days), streak, ..recall }, days, ease)
            }
            false => {
                let recall = Recall { due: due(at, DAYS.0), misses: recall.misses + 1, streak: 0 };
                (recall, DAYS.0, (ease - EASE.2).max(EASE.1))
            }
        });
    }
    state.map(|(recall, ..)| recall)
}

fn due(at: Millis, days: i64) -> Millis {
    at.saturating_add(days * DAY - EARLY)
}

/// How many of these questions, in their order, fit two minutes; the first one always does.
pub fn two_minutes<'q>(questions: impl IntoIterator<Item = &'q Question>) -> usize {
    let mut spent = 0;
    let fits = questions.into_iter().take_while(|question| {
        let first = spent == 0;
        spent += seconds(question);
        first || spent <= BUDGET
    });
    fits.count()
}

/// Seconds to read a question (ten characters each) and to decide.
fn seconds(question: &Question) -> usize {
    let choices = question.choices.iter().map(|choice| choice.text.chars().count());
    10 + (question.ask.chars().count() + choices.sum::<usize>()) / 10
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::quiz::load;

    /// Answers on days (`+` right, `-` wrong) come back on this day, with so many misses and right ones since.
    #[track_caller]
    fn check(answers: &[(i64, char)], expected: Option<(i64, usize, usize)>) {
        let found = recall(answers.iter().map(|(day, sign)| (day * DAY, *sign == '+')));
        let shown = found.map(|r| ((r.due + EARLY) / DAY, r.misses, r.streak));
        assert_eq!(shown, expected, "{answers:?}");
    }

    #[test]
    fn what_is_known_comes_back_later_and_later_and_what_is_missed_tomorrow() {
        check(&[], None);
        check(&[(0, '+')], Some((6, 0, 2)));
        check(&[(0, '+'), (6, '+')], Some((21, 0, 3)));
        check(&[(0, '+'), (6, '+'), (21, '+')], Some((58, 0, 4)));
        check(&[(0, '-')], Some((1, 1, 0)));
        check(&[(0, '-'), (1, '+')], Some((2, 1, 1)));
        check(&[(0, '-'), (1, '+'), (2, '+')], Some((8, 1, 2)));
        // Harder than 2.5: 6 days × 2.18.
        check(&[(0, '-'), (1, '+'), (2, '+'), (8, '+')], Some((21, 1, 3)));
        check(&[(0, '+'), (6, '-')], Some((7, 1, 0)));
        check(&[(0, '+'), (6, '+'), (9, '-'), (10, '-')], Some((11, 2, 0)));
    }

    #[test]
    fn right_before_its_time_proves_nothing() {
        check(&[(0, '+'), (1, '+'), (2, '+')], Some((6, 0, 2)));
        check(&[(0, '-'), (0, '+')], Some((1, 1, 0)));
        check(&[(0, '+'), (1, '-')], Some((2, 1, 0)));
    }

    #[test]
    fn the_hour_of_the_day_does_not_matter() {
        let evening = recall([(20 * DAY / 24, false)]).unwrap();
        assert!(!evening.is_due(23 * DAY / 24) && evening.is_due(DAY + 8 * DAY / 24));
        assert!(evening.is_open());
    }

    #[test]
    fn two_minutes_hold_some_questions_and_one_at_least() {
        let text = include_str!("../../content/week_03/day_02/session_01.quiz.yaml");
        let quiz = load("q", text).0;
        let count = two_minutes(&quiz.questions);
        assert!((3..=6).contains(&count), "{count}");
        let long = Question { ask: "가".repeat(4000), ..quiz.questions[0].clone() };
        assert_eq!(two_minutes([&long, &quiz.questions[0]]), 1);
        assert_eq!(two_minutes([]), 0);
    }

    proptest! {
        #[test]
        fn the_order_in_which_answers_arrive_does_not_matter(
            (one, other) in prop::collection::vec((-9i64..9, any::<bool>()), 0..9)
                .prop_map(|v| v.into_iter().map(|(day, right)| (day * DAY / 2, right)).collect::<Vec<_>>())
                .prop_flat_map(|v| (Just(v.clone()), Just(v).prop_shuffle())),
        ) {
            prop_assert_eq!(recall(one), recall(other));
        }
    }
}
