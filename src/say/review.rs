//! A challenge looked back on: the score, which checks passed when and with how much help, what is left, what to keep.

use serde_json::{Value, json};

use super::symbol;
use crate::lab::{Check, Explain, Help, Lab, Level, Millis, Part, Score, Verdict, score, tenths};
use crate::progress::{Progress, Trial};
use crate::text::{Role, Row};

/// What marks a line of a debrief as a command worth keeping.
const KEEP: &str = "남길 명령:";

/// A challenge looked back on.
pub struct Review<'r> {
    lab: &'r Lab,
    level: Level,
    progress: &'r Progress,
    trial: Option<&'r Trial>,
}

/// Looks back on the last run of a lab, as far as the progress knows of it.
pub fn review<'r>(lab: &'r Lab, level: Level, progress: &'r Progress) -> Review<'r> {
    let trial = progress.labs.get(&lab.id).and_then(|record| record.timed.values().next_back());
    Review { lab, level, progress, trial }
}

impl Review<'_> {
    fn help(&self, check: &Check) -> Help {
        let Some(record) = self.progress.labs.get(&self.lab.id) else { return Help::default() };
        let turned = |step: &&crate::lab::SolutionStep| step.turns.contains(&check.name);
        Help {
            hints: record.hints.get(&check.name).map_or(0, |levels| levels.len()),
            shown: self.lab.solution.iter().filter(turned).any(|step| record.shown.contains_key(&step.name)),
        }
    }

    /// Milliseconds spent when a check passed, where the run is timed; the limit not counted.
    fn spent(&self, check: &Check) -> Option<Millis> {
        self.trial?.passed.get(&check.name).copied()
    }

    fn late(&self, check: &Check) -> bool {
        let limit = self.trial.map_or(Millis::MAX, |trial| Millis::from(trial.minutes) * 60_000);
        self.spent(check).is_some_and(|spent| spent > limit)
    }

    fn has_passed(&self, check: &Check) -> bool {
        match self.trial {
            Some(_) => self.spent(check).is_some(),
            None => self.progress.has_passed(&self.lab.id, &check.name),
        }
    }

    /// The score: what has passed in time counts.
    pub fn score(&self) -> Score {
        score(self.lab, self.level, |check| self.has_passed(check) && !self.late(check), |check| self.help(check))
    }

    fn counted(&self) -> impl Iterator<Item = &Check> {
        self.lab.checks.iter().filter(|check| check.level.is_none_or(|of| of <= self.level))
    }

    /// The lines of it.
    pub fn rows(&self, ascii: bool) -> Vec<Row> {
        let Score { checks, answers } = self.score();
        let mut rows: Vec<Row> = vec![vec![(Role::Strong, self.lab.title.clone())], Row::new()];
        let part = |part: Part| format!("{}/{}", part.passed, part.count);
        let mut head: Row =
            vec![(Role::Head, format!("{}%", checks.percent())), (Role::Dim, format!("   확인 {}", part(checks)))];
        if answers.count > 0 {
            head.push((Role::Dim, format!("   답 {} (점수와 별도)", part(answers))));
        }
        if let Some(trial) = self.trial {
            let last = trial.passed.values().copied().max().unwrap_or(trial.spent);
            let all = self
                .counted()
                .all(|check| self.has_passed(check) || matches!(check.source, crate::lab::Source::Manual));
            let spent = if all { last } else { trial.spent };
            head.push((Role::Dim, format!("   {} / {}분", minutes(spent), trial.minutes)));
        }
        rows.push(head);
        rows.push(Row::new());
        for check in self.counted() {
            rows.push(self.row(check, ascii));
        }
        let passed: Vec<&Check> = self.counted().filter(|check| self.has_passed(check)).collect();
        for check in passed.into_iter().filter(|check| self.lab.explain != Explain::None && check.debrief.is_some()) {
            rows.push(Row::new());
            rows.push(vec![(Role::Strong, check.title.clone())]);
            rows.extend(debrief(check));
        }
        rows
    }

    fn row(&self, check: &Check, ascii: bool) -> Row {
        let passed = self.has_passed(check);
        let (verdict, role) = if passed { (Verdict::Passed, Role::Good) } else { (Verdict::Waiting, Role::Dim) };
        let mut row: Row = vec![(role, format!("{} ", symbol(&verdict, ascii))), (Role::Text, check.title.clone())];
        let help = self.help(check);
        let words = [
            self.spent(check).map(minutes),
            self.late(check).then(|| "시간이 지난 뒤".to_owned()),
            (!passed).then(|| "남음".to_owned()),
            (help.hints > 0).then(|| format!("힌트 {}개 −{}%", help.hints, (help.hints * 10).min(100))),
            help.shown.then(|| "풀이를 봄".to_owned()),
        ];
        let words: Vec<String> = words.into_iter().flatten().collect();
        if !words.is_empty() {
            row.push((Role::Dim, format!("   {}", words.join(" · "))));
        }
        row
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        let Score { checks, answers } = self.score();
        let part = |part: Part| {
            json!({"passed": part.passed, "count": part.count, "percent": part.percent(),
                   "earned": part.earned, "total": part.total})
        };
        let rows: Vec<Value> = self
            .counted()
            .map(|check| {
                let help = self.help(check);
                json!({
                    "check": check.name,
                    "title": check.title,
                    "weight": check.weight,
                    "passed": self.has_passed(check),
                    "spent": self.spent(check).map(|spent| spent / 1000),
                    "late": self.late(check),
                    "hints": help.hints,
                    "shown": help.shown,
                    "tenths": if self.has_passed(check) && !self.late(check) { tenths(help) } else { 0 },
                })
            })
            .collect();
        let time = self.trial.map(|trial| json!({"minutes": trial.minutes, "spent": trial.spent / 1000}));
        json!({"schema": 1, "lab": self.lab.id, "time": time, "score": part(checks), "answers": part(answers), "checks": rows})
    }
}

fn minutes(spent: Millis) -> String {
    format!("{}분", spent / 60_000)
}

/// The debrief of a check as lines, its commands set apart.
pub fn debrief(check: &Check) -> Vec<Row> {
    let lines = check.debrief.as_deref().unwrap_or_default().lines();
    lines
        .map(|line| match line.trim().strip_prefix(KEEP) {
            Some(command) => vec![(Role::Dim, format!("{KEEP} ")), (Role::Code, command.trim().to_owned())],
            None => vec![(Role::Text, line.to_owned())],
        })
        .collect()
}

/// The commands of a debrief worth keeping, what they are for left out.
pub fn commands(check: &Check) -> Vec<String> {
    let lines = check.debrief.as_deref().unwrap_or_default().lines();
    let kept = lines.filter_map(|line| line.trim().strip_prefix(KEEP));
    kept.map(|command| {
        let command = command.trim();
        let cut = command.rsplit_once(" (").filter(|(_, rest)| rest.ends_with(')')).map(|(command, _)| command);
        cut.unwrap_or(command).to_owned()
    })
    .collect()
}
