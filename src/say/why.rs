//! A closer look at a check, in sections of lines: what happened, what was said last, how it turned, what to look at.

use crate::lab::{Change, Check, Explain, Lab, LogOf, Millis, Standing, Turn, Verdict, Why};
use crate::text::Role;

use super::verdict;

/// Turnings that are shown.
const TURNS: usize = 6;
/// Commands that are shown.
const COMMANDS: usize = 4;

/// Lines under a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Its lines; one that does not fit goes on in the next row, as far in as its first number says.
    pub lines: Vec<(usize, Role, String)>,
}

/// What a closer look has shown, as far as is explained. `clock` gives the time of day.
pub fn why(why: &Why, explain: Explain, now: Millis, clock: impl Fn(Millis) -> String) -> Vec<Section> {
    let full = explain == Explain::Full;
    let mut sections = Vec::new();
    if full {
        let mut events: Vec<(usize, Role, String)> = Vec::new();
        for event in &why.events {
            let times = if event.count > 1 { format!(" ×{}", event.count) } else { String::new() };
            let role = if event.warning { Role::Wait } else { Role::Dim };
            let head = format!(
                "{}  {}{times}  {} {}",
                age(now - event.at),
                event.reason,
                event.object.kind,
                event.object.name
            );
            events.push((0, role, head));
            events.push((2, Role::Text, event.message.clone()));
        }
        add(&mut sections, "이벤트".to_owned(), events);
        if let Some(tail) = &why.log {
            let lines = match tail.lines.is_empty() {
                true => vec![(0, Role::Dim, "아무것도 남기지 않았어요.".to_owned())],
                false => tail.lines.iter().map(|line| (0, Role::Code, line.clone())).collect(),
            };
            let run = if tail.of.previous { ", 지난 실행" } else { "" };
            add(&mut sections, format!("로그 ({}{run})", tail.of.container), lines);
        }
        if let Some(unasked) = &why.unasked {
            add(&mut sections, "읽지 못한 것".to_owned(), vec![(0, Role::Dim, unasked.clone())]);
        }
    }
    let turns = why.turns.iter().take(TURNS).map(|turn| {
        (0, Role::Text, format!("{}  {}", clock(turn.at), turned(turn, turn.change.as_ref().filter(|_| full))))
    });
    // One line says no more than the mark does.
    if why.turns.len() > 1 {
        add(&mut sections, "바뀐 때".to_owned(), turns.collect());
    }
    sections
}

fn add(sections: &mut Vec<Section>, title: String, lines: Vec<(usize, Role, String)>) {
    if !lines.is_empty() {
        sections.push(Section { title, lines });
    }
}

/// The commands that show more, the nearest first; none where the lab does not tell.
pub fn next_commands(lab: &Lab, check: &Check, shown: &Verdict, explain: Explain, why: Option<&Why>) -> Vec<String> {
    let said = verdict(lab, check, shown, explain).and_then(|said| said.next);
    if explain != Explain::Full {
        return said.into_iter().collect();
    }
    let near = why.and_then(|why| why.near.as_ref()).map(|near| super::near(near).1);
    let log = why.and_then(|why| why.log.as_ref()).map(|tail| logs(&tail.of));
    let mut commands: Vec<String> = Vec::new();
    for command in near.into_iter().chain(said).chain(log).chain(check.next.clone()) {
        if !commands.contains(&command) {
            commands.push(command);
        }
    }
    commands.truncate(COMMANDS);
    commands
}

fn logs(of: &LogOf) -> String {
    let previous = if of.previous { " --previous" } else { "" };
    format!("kubectl -n {} logs {} -c {}{previous}", of.namespace, of.pod, of.container)
}

fn turned(turn: &Turn, change: Option<&Change>) -> String {
    let to = match turn.to {
        Standing::Passed => "통과",
        Standing::Waiting => "시작 전",
        Standing::Progressing => "진행 중",
        Standing::Failed => "아직 아님",
        Standing::Blocked => "먼저 할 것이 있음",
    };
    match change {
        Some(change) => format!("{to}. {}", super::change(change)),
        None => to.to_owned(),
    }
}

/// How long ago, in one unit.
fn age(span: Millis) -> String {
    let seconds = span / 1000;
    match seconds {
        ..5 => "방금".to_owned(),
        5..60 => format!("{seconds}초 전"),
        60..3600 => format!("{}분 전", seconds / 60),
        3600..86_400 => format!("{}시간 전", seconds / 3600),
        _ => format!("{}일 전", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_one_unit() {
        #[track_caller]
        fn check(seconds: i64, expected: &str) {
            assert_eq!(age(seconds * 1000), expected);
        }
        check(-3, "방금");
        check(4, "방금");
        check(59, "59초 전");
        check(60, "1분 전");
        check(3_599, "59분 전");
        check(7_200, "2시간 전");
        check(172_800, "2일 전");
    }
}
