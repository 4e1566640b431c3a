//! The one optional popup: what it asks or shows, as rows.

mod confirm;
mod hint;
mod solution;
mod undo;
mod why;

use super::App;
use super::checklist;
use super::field::Field;
use super::notes::{self, Placed};
use super::picker::Picker;
use crate::keymap::{Context, KEYS};
use crate::lab::{Plan, Source};
use crate::say;
use crate::text::{Role, Row, pad, truncate, wrap};

/// What is asked before something is made or removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Start the lab.
    Start,
    /// Start it, and make its cluster first where there is none.
    Play,
    /// Reset the lab.
    Reset,
    /// Stop the lab.
    Stop,
    /// Show the reference solution.
    Solution,
}

/// How far a step of the solution is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Asked whether to see it.
    Asked,
    /// Shown.
    Shown,
    /// Being performed.
    Doing,
}

/// What the popup shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// All keys.
    Help,
    /// Yes or no.
    Confirm(Asked),
    /// Yes to a lab that is not part of the program, by a word of its own.
    Trust {
        /// What is asked.
        asked: Asked,
        /// What is typed so far.
        field: Field,
    },
    /// Yes or no to commands of a course that is not part of the program.
    Commands {
        /// The hash of its files.
        hash: String,
        /// The block that is to be typed in.
        text: String,
    },
    /// Hints of a check up to a level.
    Hint {
        /// The check, by its place.
        check: usize,
        /// Levels shown.
        level: u32,
    },
    /// A step of the reference solution.
    Solution {
        /// By its place.
        step: usize,
        /// How far it is.
        stage: Stage,
    },
    /// Something destructive, and how it is undone.
    Trigger {
        /// The check, by its place.
        check: usize,
    },
    /// What undoing would do, once that is known.
    Undo(Option<Box<Result<Plan, String>>>),
    /// The score, and how it came about.
    Review,
    /// Why a check stands as it does.
    Why {
        /// The check, by its place.
        check: usize,
    },
    /// A note being written.
    Note {
        /// Its line and what it says on disk.
        placed: Box<Placed>,
        /// What is typed so far.
        field: Field,
    },
    /// All notes and bookmarks.
    Notes {
        /// The entry under the cursor.
        selected: usize,
    },
    /// A question to be answered.
    Answer {
        /// The check, by its place.
        check: usize,
        /// What is typed so far.
        field: Field,
    },
    /// A list that is typed into.
    Picker(Box<Picker>),
}

/// The open popup.
#[derive(Clone, Debug, PartialEq)]
pub struct Popup {
    /// What it shows.
    pub kind: Kind,
    /// First visible row; drawing stops at the last page.
    pub top: usize,
}

impl Popup {
    /// A popup at its first row.
    pub fn new(kind: Kind) -> Self {
        Self { kind, top: 0 }
    }

    /// Where its keys are found.
    pub fn context(&self) -> Context {
        match self.kind {
            Kind::Confirm(_) | Kind::Commands { .. } | Kind::Solution { .. } | Kind::Undo(_) | Kind::Trigger { .. } => {
                Context::Confirm
            }
            Kind::Notes { .. } => Context::Notes,
            Kind::Picker(_) => Context::Picker,
            _ => Context::Popup,
        }
    }

    /// It is about the course, whatever the cluster says.
    pub fn is_of_course(&self) -> bool {
        matches!(self.kind, Kind::Commands { .. })
    }

    /// It belongs over the checks, not over the lesson.
    pub fn aside(&self) -> bool {
        matches!(self.kind, Kind::Hint { .. } | Kind::Why { .. })
    }

    /// What its frame says.
    pub fn title(&self) -> &'static str {
        match &self.kind {
            Kind::Picker(picker) => picker.purpose.title(),
            Kind::Help => "도움말",
            Kind::Confirm(Asked::Start | Asked::Play) => "실습 시작",
            Kind::Confirm(Asked::Reset) => "처음 상태로",
            Kind::Trust { .. } => "믿을 수 있는 실습인가요?",
            Kind::Commands { .. } => "믿을 수 있는 과정인가요?",
            Kind::Confirm(Asked::Stop) => "실습 끝내기",
            Kind::Confirm(Asked::Solution) | Kind::Solution { .. } => "참고 풀이",
            Kind::Trigger { .. } => "일부러 망가뜨리기",
            Kind::Undo(_) => "통과했던 때로",
            Kind::Review => "돌아보기",
            Kind::Hint { .. } => "힌트",
            Kind::Why { .. } => "왜?",
            Kind::Answer { .. } => "답하기",
            Kind::Note { .. } => "메모",
            Kind::Notes { .. } => "메모와 책갈피",
        }
    }
}

/// The word that trusts a lab, and what it is without Hangul.
pub const TRUST: [&str; 2] = ["믿음", "trust"];

/// The rows within a popup's frame.
pub fn rows(app: &App, popup: &Popup, cells: usize) -> Vec<Row> {
    match &popup.kind {
        Kind::Help => help(&app.contexts_below(), app.look.ascii, cells),
        Kind::Confirm(asked) => confirm::rows(app, *asked, cells),
        Kind::Trust { asked, field } => confirm::trust(app, *asked, field, cells),
        Kind::Commands { hash, text } => confirm::commands(app, hash, text, cells),
        Kind::Hint { check, level } => hint::rows(app, *check, *level, cells),
        Kind::Solution { step, stage } => solution::rows(app, *step, *stage, cells),
        Kind::Undo(plan) => undo::rows(app, plan.as_deref(), cells),
        Kind::Trigger { check } => trigger(app, *check, cells),
        Kind::Review => review(app, cells),
        Kind::Why { check } => why(app, *check, cells),
        Kind::Answer { check, field } => answer(app, *check, field, cells),
        Kind::Note { placed, field } => note(app, placed, field, cells),
        Kind::Notes { selected } => notes::list_rows(app, *selected, cells).into_iter().map(|(_, row)| row).collect(),
        // Drawn by itself: its field stays while its list scrolls.
        Kind::Picker(_) => Vec::new(),
    }
}

fn help(here: &[Context], ascii: bool, cells: usize) -> Vec<Row> {
    const LABEL: usize = 16;
    let mut rows = Vec::new();
    // What can be done where one is comes first: on a small screen the rest is pages below.
    let others = [Context::Tree, Context::Reader, Context::Found, Context::Checks, Context::Shell];
    let others = others.into_iter().filter(|context| !here.contains(context));
    for context in here.iter().copied().chain(others) {
        if !rows.is_empty() {
            rows.push(Vec::new());
        }
        rows.push(vec![(Role::Strong, context.title().to_owned())]);
        for binding in KEYS.iter().filter(|b| b.context == context && !b.sentence.is_empty()) {
            let keys: Vec<String> = binding.keys.iter().map(|k| k.label(ascii)).collect();
            let mut label = pad(&format!("  {}", keys.join(" ")), LABEL);
            for row in wrap(&[(Role::Text, binding.sentence.to_owned())], cells.saturating_sub(LABEL).max(8)) {
                let mut whole = vec![(Role::Key, std::mem::replace(&mut label, " ".repeat(LABEL)))];
                whole.extend(row);
                rows.push(whole);
            }
        }
    }
    rows.push(Vec::new());
    let sentence = "한글 입력 중에도 같은 자리의 글쇠로 움직여요. 다만 한 박자 늦어요 (한/영).";
    rows.extend(wrap(&[(Role::Dim, sentence.to_owned())], cells));
    rows
}

/// What is typed so far, with its cursor.
pub fn typed(app: &App, field: &Field, cells: usize) -> Row {
    let (shown, after) = field.window(cells.saturating_sub(3));
    let prompt = if app.look.ascii { "> " } else { "› " };
    let cursor = if app.look.ascii { "_" } else { "▏" };
    vec![(Role::Accent, prompt.into()), (Role::Head, shown), (Role::Accent, cursor.into()), (Role::Head, after)]
}

fn keys(app: &App, list: &[(&str, &str)]) -> Vec<Row> {
    let mut row = Row::new();
    for (key, word) in list {
        let key = if app.look.ascii && *key == "⏎" { "Enter" } else { key };
        row.push((Role::Key, key.to_owned()));
        row.push((Role::Dim, format!(" {word}  ")));
    }
    vec![row]
}

/// Lines that begin with what is done, that said once for all lines it is said of.
fn verbs(rows: &mut Vec<Row>, lines: &[String], cells: usize) {
    let mut last = "";
    for line in lines {
        let verbs = ["만듦", "적어 둠", "지움", "되돌림", "바꿈", "실행"];
        let (verb, what) =
            verbs.into_iter().find_map(|v| Some((v, line.strip_prefix(v)?))).unwrap_or(("", line.as_str()));
        let label = if verb == last { "" } else { verb };
        last = verb;
        pair(rows, label, (Role::Text, what.trim().to_owned()), cells);
    }
}

fn pair(rows: &mut Vec<Row>, label: &str, value: (Role, String), cells: usize) {
    const LABEL: usize = 11;
    let mut label = pad(label, LABEL);
    for row in wrap(&[value], cells.saturating_sub(LABEL).max(8)) {
        let mut whole = vec![(Role::Dim, std::mem::replace(&mut label, " ".repeat(LABEL)))];
        whole.extend(row);
        rows.push(whole);
    }
}

fn why(app: &App, index: usize, cells: usize) -> Vec<Row> {
    let (mut rows, list) = why::rows(app, index, cells);
    rows.extend(keys(app, &list));
    rows
}

fn review(app: &App, cells: usize) -> Vec<Row> {
    let Some(lab) = app.checks.lab.as_deref() else { return Vec::new() };
    let rows = say::review(lab, app.level, &app.progress).rows(app.look.ascii);
    let mut rows: Vec<Row> =
        rows.iter().flat_map(|row| if row.is_empty() { vec![Row::new()] } else { wrap(row, cells) }).collect();
    rows.push(Row::new());
    rows.extend(keys(app, &[("Esc", "닫기")]));
    rows
}

fn trigger(app: &App, index: usize, cells: usize) -> Vec<Row> {
    let (Some(lab), Some(check)) = (app.checks.lab.as_deref(), app.checks.check(index)) else { return Vec::new() };
    let Source::Trigger(trigger) = &check.source else { return Vec::new() };
    let mut rows = wrap(&[(Role::Strong, check.title.clone())], cells);
    for (what, actions) in [("하는 일", &trigger.actions), ("되돌리는 일", &trigger.undo)] {
        rows.push(Row::new());
        rows.push(vec![(Role::Dim, what.to_owned())]);
        let lines = actions.iter().flat_map(|action| say::script(action, &lab.id));
        rows.extend(lines.flat_map(|line| wrap(&[(Role::Code, line)], cells)));
    }
    rows.push(Row::new());
    let sentence = "일부러 망가뜨려요. 일어나야 할 일이 일어나면, 또는 2분 안에 일어나지 않으면 되돌려요.";
    rows.extend(wrap(&[(Role::Wait, sentence.into())], cells));
    rows.push(Row::new());
    rows.extend(keys(app, &[("⏎", "일으키기"), ("Esc", "그만두기")]));
    rows
}

fn answer(app: &App, index: usize, field: &Field, cells: usize) -> Vec<Row> {
    let Some(check) = app.checks.check(index) else { return Vec::new() };
    let Source::Answer(answer) = &check.source else { return Vec::new() };
    let mut rows = wrap(&checklist::spans(&answer.ask, Role::Strong), cells);
    rows.push(Vec::new());
    for (i, choice) in answer.choices.iter().enumerate() {
        let mut lead = format!("{}  ", i + 1);
        for mut row in wrap(&[(Role::Text, choice.clone())], cells.saturating_sub(4).max(4)) {
            row.insert(0, (Role::Key, std::mem::replace(&mut lead, "   ".into())));
            rows.push(row);
        }
    }
    if !answer.choices.is_empty() {
        rows.push(Vec::new());
    }
    rows.push(typed(app, field, cells));
    rows.push(Vec::new());
    rows.extend(keys(app, &[("⏎", "보내기"), ("Esc", "그만두기")]));
    rows
}

fn note(app: &App, placed: &Placed, field: &Field, cells: usize) -> Vec<Row> {
    let bar = if app.look.ascii { "| " } else { "▎ " };
    let quote = truncate(&placed.note.quote, cells.saturating_sub(2));
    let mut rows =
        vec![vec![(Role::Faint, bar.into()), (Role::Dim, quote)], Row::new(), typed(app, field, cells), Row::new()];
    let keep = if placed.note.text.is_empty() { "적어 두기" } else { "적어 두기 (비우면 지움)" };
    rows.extend(keys(app, &[("⏎", keep), ("Esc", "그만두기")]));
    rows
}

/// What `y` copies in a popup: the next command of its check.
pub fn command_of(app: &App, popup: &Popup) -> Option<String> {
    match &popup.kind {
        Kind::Why { check } => why::command(app, *check),
        Kind::Hint { check, .. } => app.next_command(*check),
        _ => None,
    }
}
