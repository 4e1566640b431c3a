//! What a quiz is made of. It knows neither files nor answers given.

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One choice.
    Single,
    /// Every choice that is right, and no other.
    Multiple,
    /// All choices, in their order.
    Order,
    /// A typed answer.
    Typed,
    /// What a live check will say.
    Predict,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Single, Self::Multiple, Self::Order, Self::Typed, Self::Predict];

    /// The word authors write in `type:`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Multiple => "multiple",
            Self::Order => "order",
            Self::Typed => "typed",
            Self::Predict => "predict",
        }
    }

    /// What is asked of the learner, as a sentence.
    pub fn asks(self) -> &'static str {
        match self {
            Self::Single => "하나를 고르세요",
            Self::Multiple => "맞는 것을 모두 고르세요",
            Self::Order => "일어나는 차례대로 고르세요",
            Self::Typed => "답을 쓰세요",
            Self::Predict => "어떻게 될지 고르세요. 클러스터가 답해요",
        }
    }
}

/// One choice of a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What it says.
    pub text: String,
    /// It is right. In what is to be ordered, every one is.
    pub correct: bool,
    /// Why it is right or wrong; empty when its author does not say.
    pub why: String,
}

/// A check by its lab and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// The lab's id; empty for the lab of the page.
    pub lab: String,
    /// The check's name.
    pub check: String,
    /// Its line in the quiz, from 1.
    pub line: usize,
    /// Its column, from 1.
    pub column: usize,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Unique within its quiz; progress is keyed by it.
    pub id: String,
    /// How it is answered.
    pub kind: Kind,
    /// What is asked.
    pub ask: String,
    /// The choices as written; those to be ordered in the right order.
    pub choices: Vec<Choice>,
    /// Typed answers that count.
    pub accept: Vec<String>,
    /// The check that answers a prediction.
    pub check: Option<Named>,
    /// What is to be learned from it, shown after any answer.
    pub why: String,
    /// Its line, from 1.
    pub line: usize,
}

/// The questions of one page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quiz {
    /// Those that can be asked, in the author's order.
    pub questions: Vec<Question>,
}
