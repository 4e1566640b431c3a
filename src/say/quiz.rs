//! A question of a quiz as rows: before it is answered, and after, with why each choice is right or wrong; how a run
//! went; and what was missed as Markdown.

use super::spans;
use crate::quiz::{Item, Kind, Missing, Outcome, Question, Run};
use crate::text::{Role, Row, truncate, width, wrap};

/// What a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// A choice, by its place on the screen.
    Choice(usize),
    /// Where the answer is typed.
    Field,
}

/// A row of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it shows.
    pub row: Row,
    /// What it stands for.
    pub hit: Option<Hit>,
}

/// How rows are made.
#[derive(Clone, Copy, Debug)]
pub struct How {
    /// Cells of a row.
    pub cells: usize,
    /// Marks in ASCII.
    pub ascii: bool,
}

struct List {
    how: How,
    lines: Vec<Line>,
}

impl List {
    fn push(&mut self, row: Row, hit: Option<Hit>) {
        self.lines.push(Line { row, hit });
    }

    fn blank(&mut self) {
        self.push(Row::new(), None);
    }

    /// A text of one or more lines, the first row of which begins with `lead`, the others below it.
    fn text(&mut self, lead: Row, text: &str, role: Role, hit: Option<Hit>) {
        let indent = crate::text::row_width(&lead);
        let mut lead = Some(lead);
        for line in text.lines() {
            for row in wrap(&spans(line, role), self.how.cells.saturating_sub(indent).max(8)) {
                let mut whole = lead.take().unwrap_or_else(|| vec![(Role::Text, " ".repeat(indent))]);
                whole.extend(row);
                self.push(whole, hit);
            }
        }
    }
}

/// A question: to be answered, or answered.
pub fn question(item: &Item, how: How) -> Vec<Line> {
    let mut list = List { how, lines: Vec::new() };
    list.text(Row::new(), &item.question.ask, Role::Head, None);
    list.blank();
    match item.outcome {
        None => open(&mut list, item),
        Some(outcome) => answered(&mut list, item, outcome),
    }
    list.lines
}

/// What an answer came to, and why; none before it.
pub fn answer(item: &Item, how: How) -> Vec<Line> {
    let mut list = List { how, lines: Vec::new() };
    if let Some(outcome) = item.outcome {
        answered(&mut list, item, outcome);
    }
    list.lines
}

fn open(list: &mut List, item: &Item) {
    list.text(Row::new(), item.question.kind.asks(), Role::Dim, None);
    list.blank();
    if item.question.kind == Kind::Typed {
        return list.push(Row::new(), Some(Hit::Field));
    }
    for (at, choice) in item.choices().enumerate() {
        let mut lead = number(at);
        lead.push(chosen(item, at, list.how.ascii));
        lead.push((Role::Text, "  ".into()));
        let role = if item.place(at).is_some() { Role::Strong } else { Role::Text };
        list.text(lead, &choice.text, role, Some(Hit::Choice(at)));
    }
}

/// The cursor's cells and the key of a choice.
fn number(at: usize) -> Row {
    let key = if at < 9 { format!("{}  ", at + 1) } else { "   ".to_owned() };
    vec![(Role::Text, "  ".into()), (Role::Key, key)]
}

/// The mark of a choice before the answer: a button, a box, or its place in the order.
fn chosen(item: &Item, at: usize, ascii: bool) -> (Role, String) {
    let place = item.place(at);
    let mark = match (item.question.kind, place, ascii) {
        (Kind::Order, Some(place), _) => format!("{:<2}", place + 1),
        (Kind::Order, None, _) => "· ".to_owned(),
        (Kind::Multiple, Some(_), false) => "☑".into(),
        (Kind::Multiple, None, false) => "☐".into(),
        (Kind::Multiple, Some(_), true) => "[x]".into(),
        (Kind::Multiple, None, true) => "[ ]".into(),
        (_, Some(_), false) => "●".into(),
        (_, None, false) => "○".into(),
        (_, Some(_), true) => "(*)".into(),
        (_, None, true) => "( )".into(),
    };
    (if place.is_some() { Role::Accent } else { Role::Dim }, mark)
}

fn answered(list: &mut List, item: &Item, outcome: Outcome) {
    let (role, sign, word) = verdict(outcome, list.how.ascii);
    list.push(vec![(role, format!("{sign} {word}"))], None);
    if outcome == Outcome::Unscored {
        let sentence = unscored(&item.question);
        list.text(Row::new(), &sentence, Role::Dim, None);
    }
    if item.question.kind == Kind::Typed {
        if outcome == Outcome::Wrong {
            list.text(vec![(Role::Dim, "내 답    ".into())], &item.given().join(" "), Role::Text, None);
        }
        let right = item.question.accept.first().cloned().unwrap_or_default();
        list.text(vec![(Role::Dim, "맞는 답  ".into())], &right, Role::Strong, None);
    }
    if !item.question.why.is_empty() {
        list.text(Row::new(), &item.question.why, Role::Text, None);
    }
    let mut places: Vec<usize> = (0..item.count()).collect();
    if item.question.kind == Kind::Order {
        places.sort_by_key(|at| item.right_place(*at));
    }
    for at in places {
        list.blank();
        explained(list, item, at);
    }
}

/// A choice after the answer: whether it is right, whether it was chosen, and why.
fn explained(list: &mut List, item: &Item, at: usize) {
    let Some(choice) = item.choices().nth(at) else { return };
    let ascii = list.how.ascii;
    let sign = |sign: &'static str, plain: &'static str| if ascii { plain } else { sign };
    let place = item.place(at);
    let order = item.question.kind == Kind::Order;
    let right = if order { place == Some(item.right_place(at)) } else { item.is_right(at) };
    let (role, mark) = match (right, place.is_some()) {
        _ if !item.is_known() => (Role::Dim, if place.is_some() { sign("●", "(*)") } else { sign("○", "( )") }),
        (true, _) => (Role::Good, sign("✓", "[x]")),
        (false, true) => (Role::Bad, sign("✗", "[!]")),
        (false, false) => (Role::Dim, sign("○", "[ ]")),
    };
    let tag = match (place, order) {
        (Some(place), true) if !right => Some((Role::Bad, format!("내 답 {}번째", place + 1))),
        (Some(_), false) => Some((Role::Accent, "내 답".to_owned())),
        (None, false) if right && item.is_known() && item.question.kind == Kind::Multiple => {
            Some((Role::Wait, "고르지 않았어요".to_owned()))
        }
        _ => None,
    };
    let key = if order { format!("{}  ", item.right_place(at) + 1) } else { String::new() };
    let lead = vec![(Role::Text, "  ".into()), (Role::Dim, key), (role, mark.to_owned()), (Role::Text, "  ".into())];
    let indent = crate::text::row_width(&lead);
    let text_role = if right || place.is_some() { Role::Strong } else { Role::Text };
    let first = list.lines.len();
    list.text(lead, &choice.text, text_role, None);
    if let Some((role, tag)) = tag {
        let last = list.lines.len() - 1;
        let room = list.how.cells;
        match list.lines.get_mut(last).filter(|line| crate::text::row_width(&line.row) + width(&tag) + 2 <= room) {
            Some(line) if last >= first => line.row.extend([(Role::Text, "  ".into()), (role, tag)]),
            _ => list.text(vec![(Role::Text, " ".repeat(indent))], &tag, role, None),
        }
    }
    // What was right or chosen is what one reads first.
    let why = if text_role == Role::Strong { Role::Text } else { Role::Dim };
    list.text(vec![(Role::Text, " ".repeat(indent))], &choice.why, why, None);
}

/// The mark and the word of an outcome.
pub fn verdict(outcome: Outcome, ascii: bool) -> (Role, &'static str, &'static str) {
    match (outcome, ascii) {
        (Outcome::Right, false) => (Role::Good, "✓", "맞았어요"),
        (Outcome::Right, true) => (Role::Good, "[x]", "맞았어요"),
        (Outcome::Wrong, false) => (Role::Bad, "✗", "아니에요"),
        (Outcome::Wrong, true) => (Role::Bad, "[!]", "아니에요"),
        (Outcome::Unscored, false) => (Role::Wait, "?", "채점하지 않았어요"),
        (Outcome::Unscored, true) => (Role::Wait, "[?]", "채점하지 않았어요"),
    }
}

/// Why a prediction does not count, and what to do about it.
fn unscored(question: &Question) -> String {
    let lab = question.check.as_ref().map(|check| check.lab.as_str()).unwrap_or_default();
    let how = if lab.is_empty() { String::new() } else { format!(" `jotasu lab start {lab}`") };
    format!("클러스터의 확인이 답하는 문항인데, 지금은 그 답을 알 수 없어요. 실습을 하면서 다시 풀어 보세요.{how}")
}

/// Why an answer cannot be taken yet.
pub fn missing(missing: Missing, kind: Kind) -> String {
    match (missing, kind) {
        (Missing::Answer, Kind::Typed) => "먼저 답을 쓰세요".into(),
        (Missing::Answer, _) => "먼저 보기를 고르세요 (번호나 Space)".into(),
        (Missing::Places(left), _) => format!("아직 차례를 정하지 않은 보기가 {left}개 있어요"),
    }
}

/// How a run went, and what was missed.
pub fn summary(run: &Run, how: How) -> Vec<Line> {
    let mut list = List { how, lines: Vec::new() };
    let tally = run.tally();
    let scored = tally.right + tally.wrong;
    let head = if tally.wrong == 0 && scored > 0 { "모두 맞혔어요" } else { "다 풀었어요" };
    list.push(vec![(Role::Head, head.into())], None);
    list.blank();
    list.text(Row::new(), &format!("{scored}문항 가운데 {}문항을 맞혔어요.", tally.right), Role::Text, None);
    if tally.unscored > 0 {
        let text = format!("클러스터가 답하지 않은 {}문항은 세지 않았어요.", tally.unscored);
        list.text(Row::new(), &text, Role::Dim, None);
    }
    let missed: Vec<&Item> = run.missed().collect();
    if !missed.is_empty() {
        list.blank();
        list.text(Row::new(), "놓친 문항은 오답노트로 다시 찾아와요.", Role::Dim, None);
    }
    for item in missed {
        list.blank();
        let (role, sign, _) = verdict(Outcome::Wrong, how.ascii);
        let lead = vec![(role, sign.to_owned()), (Role::Text, "  ".into())];
        let indent = crate::text::row_width(&lead);
        let ask = item.question.ask.lines().collect::<Vec<_>>().join(" ");
        list.text(lead, &truncate(&ask, how.cells.saturating_sub(indent) * 2), Role::Text, None);
        let mut label = if item.question.kind == Kind::Order { "" } else { "맞는 답  " }.to_owned();
        for answer in right(&item.question) {
            let lead = vec![(Role::Text, " ".repeat(indent)), (Role::Dim, label.clone())];
            list.text(lead, &answer, Role::Text, None);
            label = " ".repeat(width(&label));
        }
    }
    list.lines
}

/// The right answer in words: each right choice, those to be ordered with their number, or the first that counts.
pub fn right(question: &Question) -> Vec<String> {
    match question.kind {
        Kind::Typed => question.accept.first().cloned().into_iter().collect(),
        Kind::Order => question.choices.iter().zip(1..).map(|(choice, n)| format!("{n}. {}", choice.text)).collect(),
        Kind::Single | Kind::Multiple => {
            question.choices.iter().filter(|choice| choice.correct).map(|choice| choice.text.clone()).collect()
        }
        Kind::Predict => Vec::new(),
    }
}

/// A question with its explanations as Markdown, below a heading of level 3; `given` is what was answered last.
pub fn markdown(question: &Question, given: &[String]) -> String {
    let mut text = format!("### {}\n\n", question.ask.replace('\n', "\n\n"));
    if !given.is_empty() {
        text.push_str(&format!("내 답: {}\n\n", given.join(" → ").replace('\n', " ")));
    }
    if question.kind == Kind::Typed {
        text.push_str(&format!("맞는 답: **{}**\n\n", right(question).join(", ")));
    }
    for (choice, number) in question.choices.iter().zip(1..) {
        let mark = match question.kind {
            Kind::Order => format!("{number}."),
            Kind::Predict => "-".to_owned(),
            _ if choice.correct => "- [x]".to_owned(),
            _ => "- [ ]".to_owned(),
        };
        let why = if choice.why.is_empty() { String::new() } else { format!(" — {}", choice.why) };
        text.push_str(&format!("{mark} {}{why}\n", choice.text).replace("\n\n", "\n"));
    }
    if !question.choices.is_empty() {
        text.push('\n');
    }
    if !question.why.is_empty() {
        text.push_str(&format!("> {}\n\n", question.why.replace('\n', "\n> ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quiz::load;

    fn items() -> Vec<Item> {
        let text = include_str!("../../content/week_03/day_02/session_01.quiz.yaml");
        load("q", text).0.questions.iter().map(|question| Item::new("w3-d2-s1", "세션 1", question, 0)).collect()
    }

    fn shown(lines: &[Line]) -> String {
        let line = |line: &Line| line.row.iter().map(|(_, text)| text.as_str()).collect::<String>();
        lines.iter().map(|l| line(l).trim_end().to_owned() + "\n").collect()
    }

    #[test]
    fn questions_fit_any_width_before_and_after_they_are_answered() {
        for cells in [20, 40, 84] {
            for ascii in [false, true] {
                for mut item in items() {
                    let how = How { cells, ascii };
                    let mut lines = question(&item, how);
                    (0..item.count()).for_each(|at| item.choose(at));
                    item.typed = "9".into();
                    item.submit(None).unwrap();
                    lines.extend(question(&item, how));
                    let wide = lines.iter().find(|line| crate::text::row_width(&line.row) > cells);
                    assert_eq!(wide, None, "{cells}");
                    if ascii {
                        assert!(!shown(&lines).contains(['✓', '✗', '○', '●', '☐']));
                    }
                }
            }
        }
    }

    #[test]
    fn every_choice_is_explained_after_an_answer() {
        let mut item = items().remove(0);
        let wrong = (0..item.count()).find(|at| !item.is_right(*at)).unwrap();
        let how = How { cells: 84, ascii: false };
        let before = shown(&question(&item, how));
        assert!(item.question.choices.iter().all(|choice| !before.contains(&choice.why)), "{before}");
        item.choose(wrong);
        item.submit(None).unwrap();
        let after = shown(&question(&item, how)).replace('\n', " ");
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let all = words(&after).join(" ");
        for choice in &item.question.choices {
            assert!(all.contains(&words(&choice.why).join(" ")), "{} {all}", choice.why);
        }
        assert!(after.contains("✗ 아니에요") && after.contains("내 답"), "{after}");
    }

    #[test]
    fn what_was_missed_is_markdown_to_keep() {
        let items = items();
        let text = markdown(&items[2].question, &["9".into()]);
        assert!(text.starts_with("### replicas가 10") && text.contains("내 답: 9\n\n맞는 답: **8**\n"), "{text}");
        let text = markdown(&items[5].question, &[]);
        assert!(text.contains("\n1. Pod에 deletionTimestamp가 적힌다 — 유예"), "{text}");
    }
}
