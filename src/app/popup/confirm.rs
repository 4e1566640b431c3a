//! Questions before something is made or removed: what is going to happen, and whether the lab is trusted.

use super::{Asked, TRUST, keys, pair, typed, verbs};
use crate::app::App;
use crate::app::checklist;
use crate::app::field::Field;
use crate::lab::{self, Connection};
use crate::say;
use crate::text::{Role, Row, wrap};

/// What is done first where there is no cluster.
const MAKING: &str =
    "먼저 kind 클러스터를 만들거나 켜요. 몇 분 걸려요. 셸 칸에서 진행을 보고, Ctrl-C로 그만둘 수 있어요.";

/// What is going to happen.
fn plan(app: &App, asked: Asked, cells: usize) -> Vec<Row> {
    let Some(lab) = &app.checks.lab else { return Vec::new() };
    let mut rows = wrap(&[(Role::Strong, lab.title.clone())], cells);
    rows.push(Vec::new());
    let cluster = match &app.checks.connection {
        Connection::Ready(name) => (Role::Good, name.clone()),
        Connection::Lost(name, _) => (Role::Wait, format!("{name} (지금 닿지 않음)").trim().to_owned()),
        Connection::Off | Connection::Connecting | Connection::Refused(_) => (Role::Dim, "시작할 때 확인해요".into()),
    };
    pair(&mut rows, "클러스터", cluster, cells);
    let makes = asked == Asked::Play && app.checks.makes_cluster();
    // Why none answers need not be known where one is made.
    if let (Connection::Lost(_, reason), false) = (&app.checks.connection, makes) {
        let (sentence, next) = say::reason(reason);
        rows.extend(wrap(&checklist::spans(&sentence, Role::Wait), cells));
        rows.extend(next.into_iter().flat_map(|next| wrap(&[(Role::Code, next)], cells)));
        rows.push(Vec::new());
    }
    let lines = match asked {
        Asked::Start | Asked::Play => lab::intent(lab),
        Asked::Reset | Asked::Stop => lab::removal(lab),
        Asked::Solution => Vec::new(),
    };
    verbs(&mut rows, &lines, cells);
    rows.push(Vec::new());
    if makes {
        rows.extend(wrap(&[(Role::Text, MAKING.into())], cells));
        if app.shell.runs() {
            rows.extend(wrap(&[(Role::Wait, "열려 있는 셸은 닫혀요.".into())], cells));
        }
        rows.push(Vec::new());
    }
    let sentence = match asked {
        Asked::Start | Asked::Play => "이 밖의 것은 만들지도 지우지도 않아요.",
        Asked::Reset => "지운 뒤 시작 상태를 다시 만들어요. 한 번 통과한 기록은 남아요.",
        Asked::Stop => "이 밖의 것은 그대로 두어요. 한 번 통과한 기록은 남아요.",
        Asked::Solution => "참고 풀이의 각 단계가 하는 일을 먼저 보이고, 물은 뒤에 해요.",
    };
    rows.extend(wrap(&[(Role::Dim, sentence.into())], cells));
    rows.push(Vec::new());
    rows
}

/// The question, and what a yes does.
pub fn rows(app: &App, asked: Asked, cells: usize) -> Vec<Row> {
    if let Connection::Refused(text) = &app.checks.connection {
        let mut rows: Vec<Row> =
            text.lines().flat_map(|line| wrap(&checklist::spans(line, Role::Text), cells)).collect();
        rows.push(Vec::new());
        rows.extend(keys(app, &[("Esc", "닫기")]));
        return rows;
    }
    let mut rows = plan(app, asked, cells);
    if app.may_time(asked) {
        let minutes = app.checks.lab.as_ref().map_or(0, |lab| lab.minutes);
        let sentence = match app.timing {
            true => format!("시간을 재요: {minutes}분. 힌트 하나에 그 확인 점수의 10%가 줄어요."),
            false => format!("시간을 재지 않아요. t를 누르면 {minutes}분을 재요."),
        };
        rows.extend(wrap(&[(if app.timing { Role::Wait } else { Role::Dim }, sentence)], cells));
        rows.push(Vec::new());
    }
    let yes = match asked {
        Asked::Start | Asked::Play => "시작",
        Asked::Reset => "되돌리기",
        Asked::Stop => "끝내기",
        Asked::Solution => "보기",
    };
    let mut list = vec![("⏎", yes), ("Esc", "그만두기")];
    if app.may_time(asked) {
        list.insert(1, ("t", "시간 재기"));
    }
    rows.extend(keys(app, &list));
    rows
}

/// What comes from elsewhere is said before anything else.
fn warning(app: &App, text: &str, cells: usize) -> Vec<Row> {
    let mut rows = wrap(&[(Role::Text, text.into())], cells.saturating_sub(2));
    for row in &mut rows {
        row.insert(0, (Role::Wait, if app.look.ascii { "| " } else { "▎ " }.into()));
    }
    rows.push(Vec::new());
    rows
}

/// The content's hash, as far as one compares it with the eyes.
fn content(rows: &mut Vec<Row>, hash: &str, cells: usize) {
    let hash: String = hash.chars().take(12).collect();
    pair(rows, "내용", (Role::Text, format!("{hash}  파일이 바뀌면 다시 물어요")), cells);
}

/// The question whether a lab is trusted.
pub fn trust(app: &App, asked: Asked, field: &Field, cells: usize) -> Vec<Row> {
    let Some(lab) = &app.checks.lab else { return Vec::new() };
    let mut rows = warning(
        app,
        "프로그램에 든 실습이 아니에요. 아래 일을 여러분의 클러스터에 해요. 누가 만들었는지 아는 것만 시작하세요.",
        cells,
    );
    rows.extend(plan(app, asked, cells));
    content(&mut rows, &lab.hash, cells);
    rows.push(Vec::new());
    let [word, plain] = TRUST;
    let how = format!("믿으면 {word} 쓰고 Enter ({plain}도 돼요)", word = crate::text::josa(word, "을/를"));
    rows.extend(wrap(&[(Role::Text, how)], cells));
    rows.push(typed(app, field, cells));
    rows.push(Vec::new());
    rows.extend(keys(app, &[("⏎", "믿고 시작"), ("Esc", "그만두기")]));
    rows
}

/// The question whether the commands of a course are trusted.
pub fn commands(app: &App, hash: &str, text: &str, cells: usize) -> Vec<Row> {
    let mut rows = warning(
        app,
        "프로그램에 든 과정이 아니에요. 이 과정의 명령을 셸에 써 넣을까요? 누가 만들었는지 아는 것만 믿으세요.",
        cells,
    );
    for line in text.lines() {
        rows.extend(wrap(&[(Role::Code, line.to_owned())], cells));
    }
    rows.push(Vec::new());
    content(&mut rows, hash, cells);
    rows.push(Vec::new());
    rows.extend(keys(app, &[("⏎", "믿어요"), ("Esc", "그만두기")]));
    rows
}
