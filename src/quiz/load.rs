//! From the YAML of a quiz to its questions, item by item: a mistake costs its question and hides no other.

use super::model::{Choice, Kind, Named, Question, Quiz};
use crate::problem::Problem;
use crate::text::clean;
use crate::yaml::{self, Node, Value, nearest};

/// What the file of a quiz ends in, behind the name of its page.
pub const ENDING: &str = ".quiz.yaml";
/// Choices of a question: what can be read on one screen.
const CHOICES: usize = 20;
/// Questions of a quiz.
const QUESTIONS: usize = 200;
/// Characters of one text.
const LONGEST: usize = 4_000;

const QUIZ_KEYS: [&str; 1] = ["questions"];
const KEYS: [&str; 7] = ["id", "type", "ask", "choices", "accept", "check", "why"];
const CHOICE_KEYS: [&str; 3] = ["text", "correct", "why"];

/// The page that a file is the quiz of, by its path; `None` for other files.
pub fn page(path: &str) -> Option<String> {
    path.strip_suffix(ENDING).map(|stem| format!("{stem}.md"))
}

/// Reads a quiz: the questions that can be asked, and everything that is wrong with it.
pub fn load(file: &str, text: &str) -> (Quiz, Vec<Problem>) {
    let (documents, problems) = yaml::readable(file, text);
    let mut reading = Reading { file, problems };
    let mut quiz = Quiz::default();
    match documents.as_slice() {
        [] if reading.problems.is_empty() => {
            reading.error((1, 1), "빈 퀴즈예요.", Some("`questions:`에 문항을 쓰세요."))
        }
        [] => {}
        [document] => quiz.questions = reading.quiz(document),
        [_, second, ..] => reading.error(place(second), "퀴즈는 문서 하나로 써요.", Some("`---`를 지우세요.")),
    }
    reading.problems.sort();
    (quiz, reading.problems)
}

type At = (usize, usize);

fn place(node: &Node) -> At {
    (node.line, node.column)
}

struct Reading<'a> {
    file: &'a str,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn error(&mut self, at: At, message: impl Into<String>, help: Option<&str>) {
        let problem = Problem::error(self.file, at.0, at.1, message);
        self.problems.push(match help {
            Some(help) => problem.with_help(help),
            None => problem,
        });
    }

    fn quiz(&mut self, document: &Node) -> Vec<Question> {
        let Some(entries) = document.map() else {
            self.error(place(document), "퀴즈는 `questions:`로 시작해요.", None);
            return Vec::new();
        };
        self.unknown(entries, &QUIZ_KEYS);
        let Some(node) = document.get("questions") else {
            self.error(place(document), "`questions`가 없어요.", None);
            return Vec::new();
        };
        let items = self.list(node);
        if items.is_empty() && node.list().is_some() {
            self.error(place(node), "문항이 하나도 없어요.", None);
        }
        if items.len() > QUESTIONS {
            let message = format!("문항이 너무 많아요 ({QUESTIONS}개까지).");
            self.error(items.get(QUESTIONS).map_or((1, 1), place), message, None);
        }
        let mut questions: Vec<Question> = Vec::new();
        for item in items.iter().take(QUESTIONS) {
            let Some(question) = self.question(item) else { continue };
            match questions.iter().find(|known| known.id == question.id) {
                Some(first) => {
                    let help = format!("먼저 쓴 곳: {}줄", first.line);
                    let at = item.get("id").map_or(place(item), place);
                    self.error(at, format!("같은 id가 또 있어요: {}", question.id), Some(&help));
                }
                None => questions.push(question),
            }
        }
        questions
    }

    /// A question that can be asked; what is wrong with it has been said.
    fn question(&mut self, node: &Node) -> Option<Question> {
        let before = self.errors();
        let Some(entries) = node.map() else {
            self.error(place(node), format!("문항은 `키: 값`으로 쓰는데 {}.", node.value.is_what()), None);
            return None;
        };
        self.unknown(entries, &KEYS);
        let id = self.id(node);
        let kind = self.kind(node);
        let ask = self.needed(node, "ask");
        let why = node.get("why").and_then(|why| self.text(why));
        if why.is_none() && node.get("why").is_none() {
            self.warn(place(node), "문항에 why가 없어요.", "무엇을 답해도 보이는, 배울 것 한 문장을 쓰세요.");
        }
        let choices = node.get("choices").map_or(Some(Vec::new()), |node| self.choices(node, kind));
        let accept = node.get("accept").map(|node| self.accepts(node)).unwrap_or_default();
        let check = node.get("check").and_then(|node| self.check(node));
        let mut question = Question {
            id: id?,
            kind: kind?,
            ask: ask?,
            choices: choices?,
            accept,
            check,
            why: why.unwrap_or_default(),
            line: node.line,
        };
        self.fits(node, &question);
        if question.kind == Kind::Predict && question.choices.is_empty() {
            question.choices = predicted();
        }
        (self.errors() == before).then_some(question)
    }

    fn errors(&self) -> usize {
        self.problems.iter().filter(|problem| problem.severity == crate::problem::Severity::Error).count()
    }

    /// Whether the parts of a question go together.
    fn fits(&mut self, node: &Node, question: &Question) {
        let at = |key: &str| node.get(key).map_or(place(node), place);
        let right = question.choices.iter().filter(|choice| choice.correct).count();
        let count = question.choices.len();
        match question.kind {
            Kind::Typed if question.accept.is_empty() => {
                self.error(at("accept"), "맞는 답이 없어요.", Some("`accept: [답, 다르게 쓴 답]`을 쓰세요."));
            }
            Kind::Single | Kind::Multiple | Kind::Order if node.get("choices").is_none() => {
                self.error(place(node), "보기가 없어요.", Some("`choices:`에 보기를 쓰세요."));
            }
            Kind::Single | Kind::Multiple | Kind::Order if count < 2 => {
                self.error(at("choices"), "보기가 둘은 있어야 해요.", None);
            }
            Kind::Single | Kind::Multiple if right == 0 => {
                self.error(at("choices"), "맞는 보기가 없어요.", Some("맞는 보기에 `correct: true`를 쓰세요."));
            }
            Kind::Single if right > 1 => {
                let help = "하나만 두거나 `type: multiple`로 바꾸세요.";
                self.error(at("choices"), format!("single인데 맞는 보기가 {right}개예요."), Some(help));
            }
            Kind::Predict if question.check.is_none() && node.get("check").is_none() => {
                self.error(place(node), "predict에 check가 없어요.", Some("`check: 실습/확인`을 쓰세요."));
            }
            Kind::Predict if count > 0 && right != 1 => {
                let help = "확인이 통과했을 때 맞는 보기 하나에 `correct: true`를 쓰세요.";
                self.error(at("choices"), format!("predict인데 맞는 보기가 {right}개예요."), Some(help));
            }
            _ => {}
        }
        let idle = match question.kind {
            Kind::Typed => ["choices", "check"],
            Kind::Predict => ["accept", ""],
            _ => ["accept", "check"],
        };
        for key in idle.into_iter().filter(|key| node.get(key).is_some()) {
            let message = format!("{}에는 쓰이지 않는 키예요: {key}", question.kind.word());
            self.warn(at(key), &message, "지우거나 type을 고치세요.");
        }
    }

    fn warn(&mut self, at: At, message: &str, help: &str) {
        self.problems.push(Problem::warning(self.file, at.0, at.1, message).with_help(help));
    }

    fn unknown(&mut self, entries: &[(yaml::Key, Node)], known: &[&str]) {
        for (key, value) in entries.iter().filter(|(key, _)| !known.contains(&key.name.as_str())) {
            let help = match nearest(&key.name, known.iter().copied()) {
                None if value.is_null() && key.name.contains(' ') => {
                    "글에 쉼표가 있으면 `{ }` 안에서 나뉘어요. 따옴표로 감싸세요.".to_owned()
                }
                Some(near) => format!("혹시 `{near}`인가요?"),
                None => format!("쓸 수 있는 키: {}", known.join(", ")),
            };
            self.error((key.line, key.column), format!("모르는 키예요: {}", short(&key.name)), Some(&help));
        }
    }

    fn id(&mut self, node: &Node) -> Option<String> {
        let id = self.needed(node, "id")?;
        let fits = id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) && id.chars().count() <= 100;
        if !fits {
            let help = "글자, 숫자, `-`, `_`, `.`만 써요. 예: pod-why";
            let at = node.get("id").map_or(place(node), place);
            self.error(at, format!("쓸 수 없는 id예요: {}", short(&id)), Some(help));
        }
        fits.then_some(id)
    }

    fn kind(&mut self, node: &Node) -> Option<Kind> {
        let word = self.needed(node, "type")?;
        let found = Kind::ALL.into_iter().find(|kind| kind.word() == word);
        if found.is_none() {
            let words = Kind::ALL.map(Kind::word);
            let help = match nearest(&word, words) {
                Some(near) => format!("혹시 `{near}`인가요?"),
                None => format!("쓸 수 있는 것: {}", words.join(", ")),
            };
            let at = node.get("type").map_or(place(node), place);
            self.error(at, format!("모르는 문항이에요: {}", short(&word)), Some(&help));
        }
        found
    }

    fn choices(&mut self, node: &Node, kind: Option<Kind>) -> Option<Vec<Choice>> {
        let items = self.list(node);
        if items.len() > CHOICES {
            let at = items.get(CHOICES).map_or(place(node), place);
            self.error(at, format!("보기가 너무 많아요 ({CHOICES}개까지)."), None);
            return None;
        }
        let mut choices: Vec<Choice> = Vec::new();
        for item in items {
            let Some(entries) = item.map() else {
                let help = "`- {text: …, why: …}`로 쓰세요.";
                self.error(place(item), format!("보기는 `키: 값`으로 쓰는데 {}.", item.value.is_what()), Some(help));
                continue;
            };
            self.unknown(entries, &CHOICE_KEYS);
            let text = self.needed(item, "text");
            let correct = match item.get("correct") {
                None => kind == Some(Kind::Order),
                Some(node) => self.correct(node, kind),
            };
            let why = item.get("why").and_then(|why| self.text(why));
            if item.get("why").is_none() {
                self.warn(place(item), "보기에 why가 없어요.", "왜 맞거나 틀린지 한 문장으로 쓰세요.");
            }
            let Some(text) = text else { continue };
            if choices.iter().any(|known| known.text == text) {
                self.error(place(item), format!("같은 보기가 또 있어요: {}", short(&text)), None);
            }
            choices.push(Choice { text, correct, why: why.unwrap_or_default() });
        }
        node.list().map(|_| choices)
    }

    fn correct(&mut self, node: &Node, kind: Option<Kind>) -> bool {
        if kind == Some(Kind::Order) {
            self.warn(place(node), "order의 보기에는 correct를 쓰지 않아요.", "보기를 맞는 차례로 쓰면 돼요.");
            return true;
        }
        if let Value::Bool(correct) = node.value {
            return correct;
        }
        self.error(place(node), format!("true나 false가 와야 하는데 {}.", node.value.is_what()), None);
        false
    }

    fn accepts(&mut self, node: &Node) -> Vec<String> {
        self.list(node).iter().filter_map(|item| self.text(item)).collect()
    }

    fn check(&mut self, node: &Node) -> Option<Named> {
        let text = self.text(node)?;
        let (lab, check) = text.split_once('/').unwrap_or(("", &text));
        if check.is_empty() || check.contains('/') || text.starts_with('/') {
            self.error(
                place(node),
                format!("확인의 이름이 아니에요: {}", short(&text)),
                Some("`실습/확인`으로 쓰세요."),
            );
            return None;
        }
        Some(Named { lab: lab.to_owned(), check: check.to_owned(), line: node.line, column: node.column })
    }

    fn list<'n>(&mut self, node: &'n Node) -> &'n [Node] {
        node.list().unwrap_or_else(|| {
            self.error(place(node), format!("목록이 와야 하는데 {}.", node.value.is_what()), None);
            &[]
        })
    }

    fn needed(&mut self, node: &Node, key: &str) -> Option<String> {
        match node.get(key) {
            Some(value) => self.text(value),
            None => {
                self.error(place(node), format!("{key}: 빠졌어요."), None);
                None
            }
        }
    }

    /// A text, clean; numbers and the like have to be quoted, since nobody sees what they become.
    fn text(&mut self, node: &Node) -> Option<String> {
        match node.text() {
            Some(text) if text.trim().is_empty() => self.error(place(node), "글이 비어 있어요.", None),
            Some(text) if text.chars().nth(LONGEST).is_some() => {
                self.error(place(node), format!("글이 너무 길어요 ({LONGEST}자까지)."), None);
            }
            Some(text) => {
                let lines: Vec<_> = text.trim_end().lines().map(|line| clean(line.trim_end())).collect();
                return Some(lines.join("\n"));
            }
            None => {
                let help = matches!(node.value, Value::Bool(_) | Value::Int(_) | Value::Float(_));
                let message = format!("글이 와야 하는데 {}.", node.value.is_what());
                self.error(place(node), message, help.then_some("따옴표로 감싸세요."));
            }
        }
        None
    }
}

/// What can be said of a check whose author gives no choices.
fn predicted() -> Vec<Choice> {
    let choice = |text: &str, correct| Choice { text: text.to_owned(), correct, why: String::new() };
    vec![choice("그렇게 돼요", true), choice("그렇게 되지 않아요", false)]
}

fn short(text: &str) -> String {
    crate::text::truncate(&clean(text), 40)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let (_, problems) = load("q", text);
        let shown: Vec<_> =
            problems.iter().map(|p| p.help.as_ref().map_or(p.to_string(), |help| format!("{p} | {help}"))).collect();
        assert_eq!(shown.join("\n"), expected, "{text}");
    }

    /// A question of these lines, right but for them.
    #[track_caller]
    fn question(lines: &str, expected: &str) {
        check(&format!("questions:\n- id: a\n  ask: 무엇?\n  why: 까닭\n{lines}"), expected);
    }

    const GOOD: &str = "  type: single\n  choices: [{text: 가, correct: true, why: 왜}, {text: 나, why: 왜}]\n";

    #[test]
    fn every_type_is_read() {
        let text = include_str!("../../content/week_03/day_02/session_01.quiz.yaml");
        let (quiz, problems) = load("q", text);
        assert_eq!((quiz.questions.len(), problems), (8, vec![]));
        let order = quiz.questions.iter().find(|q| q.kind == Kind::Order).unwrap();
        assert!(order.choices.len() == 5 && order.choices.iter().all(|choice| choice.correct));
        question("  type: predict\n  check: l1/web\n", "");
        question("  type: typed\n  accept: ['8']\n", "");
        question(GOOD, "");
    }

    #[test]
    fn one_mistake_hides_no_other() {
        check(
            "questions:\n- id: a\n  typ: single\n  ask: 무엇?\n- id: b\n  type: singel\n  ask: 3\n  why: 왜\n- 글\n",
            "q:2:3: type: 빠졌어요.\nq:2:3: 문항에 why가 없어요. | 무엇을 답해도 보이는, 배울 것 한 문장을 쓰세요.\n\
             q:3:3: 모르는 키예요: typ | 혹시 `type`인가요?\nq:6:9: 모르는 문항이에요: singel | 혹시 `single`인가요?\n\
             q:7:8: 글이 와야 하는데 정수예요. | 따옴표로 감싸세요.\nq:9:3: 문항은 `키: 값`으로 쓰는데 글이에요.",
        );
        check("", "q:1:1: 빈 퀴즈예요. | `questions:`에 문항을 쓰세요.");
        check("questions: []\n", "q:1:12: 문항이 하나도 없어요.");
        check(
            "question: []\n",
            "q:1:1: `questions`가 없어요.\nq:1:1: 모르는 키예요: question | 혹시 `questions`인가요?",
        );
        check("- a\n", "q:1:1: 퀴즈는 `questions:`로 시작해요.");
        check("questions: [\n", "q:1:12: 여는 괄호 [의 짝이 없어요.");
    }

    #[test]
    fn what_does_not_go_together_is_said() {
        let choices = |text: &str| format!("  type: single\n  choices: {text}\n");
        question(
            &choices("[{text: 가, why: 왜}, {text: 나, why: 왜}]"),
            "q:6:12: 맞는 보기가 없어요. | 맞는 보기에 `correct: true`를 쓰세요.",
        );
        question(
            &choices("[{text: 가, correct: true, why: 왜}, {text: 나, correct: true, why: 왜}]"),
            "q:6:12: single인데 맞는 보기가 2개예요. | 하나만 두거나 `type: multiple`로 바꾸세요.",
        );
        question(
            &choices("[{text: 가, correct: true}, {text: 나, why: 왜}]"),
            "q:6:13: 보기에 why가 없어요. | 왜 맞거나 틀린지 한 문장으로 쓰세요.",
        );
        question(
            &choices("[{text: 가, correct: true, why: 그래서, 그런 것}, {text: 나, why: 왜}]"),
            "q:6:48: 모르는 키예요: 그런 것 | 글에 쉼표가 있으면 `{ }` 안에서 나뉘어요. 따옴표로 감싸세요.",
        );
        question(&choices("[{text: 가, correct: true, why: 왜}]"), "q:6:12: 보기가 둘은 있어야 해요.");
        question(
            &choices("[{text: 가, corect: true, why: 왜}, {text: 가, correct: 네, why: 왜}]"),
            "q:6:12: 맞는 보기가 없어요. | 맞는 보기에 `correct: true`를 쓰세요.\n\
             q:6:23: 모르는 키예요: corect | 혹시 `correct`인가요?\nq:6:46: 같은 보기가 또 있어요: 가\n\
             q:6:65: true나 false가 와야 하는데 글이에요.",
        );
        question("  type: single\n", "q:2:3: 보기가 없어요. | `choices:`에 보기를 쓰세요.");
        question("  type: typed\n  accept: []\n", "q:6:11: 맞는 답이 없어요. | `accept: [답, 다르게 쓴 답]`을 쓰세요.");
        question("  type: predict\n", "q:2:3: predict에 check가 없어요. | `check: 실습/확인`을 쓰세요.");
        question(
            "  type: predict\n  check: a/b/c\n",
            "q:6:10: 확인의 이름이 아니에요: a/b/c | `실습/확인`으로 쓰세요.",
        );
        question(
            &format!("{GOOD}  accept: [가]\n"),
            "q:7:11: single에는 쓰이지 않는 키예요: accept | 지우거나 type을 고치세요.",
        );
        question(
            &format!("{GOOD}- id: a\n  ask: 또?\n  why: 까닭\n{GOOD}"),
            "q:7:7: 같은 id가 또 있어요: a | 먼저 쓴 곳: 2줄",
        );
    }

    #[test]
    fn what_means_harm_costs_its_question() {
        let many: String = (0..10_000).map(|n| format!("  - {{text: 보기 {n}, why: 왜}}\n")).collect();
        question(&format!("  type: multiple\n  choices:\n{many}"), "q:27:5: 보기가 너무 많아요 (20개까지).");
        let long = "가".repeat(100_000);
        question(
            &format!("{GOOD}- {{id: b, type: typed, ask: {long}, accept: [가], why: 왜}}\n"),
            "q:7:29: 글이 너무 길어요 (4000자까지).",
        );
        let (quiz, problems) =
            load("q", &format!("questions:\n- id: a\n  ask: \"빨강 \\e[31m\\u202e\"\n  why: 까닭\n{GOOD}"));
        assert_eq!(problems, []);
        assert!(!quiz.questions[0].ask.chars().any(|c| c.is_control() || c == '\u{202e}'), "{quiz:?}");
        let wide = format!("questions:\n{}", format!("- id: a\n  ask: 무엇?\n  why: 까닭\n{GOOD}").repeat(300));
        assert!(load("q", &wide).1.iter().any(|p| p.message == "문항이 너무 많아요 (200개까지)."));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_quiz_or_problems(text in "(questions:\n)?[-:?,\\[\\]{}#&*!|>'\"%@ \n가a0iduqestonhcw.~]{0,160}") {
            load("q", &text);
        }
    }
}
