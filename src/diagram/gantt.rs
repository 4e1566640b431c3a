//! Gantt charts: bars on an axis of time, with their dates.

mod axis;
mod dates;
mod parse;

use jiff::civil::DateTime;

use super::rows::{blank, flat, hang, lines, picture, title, widest};
use super::{Line, Options, Picture, Refusal};
use crate::text::{Role, Row, width};
use axis::Axis;

/// As parsed.
#[derive(Clone, Debug, Default)]
pub struct Gantt {
    title: Option<String>,
    sections: Vec<String>,
    tasks: Vec<Task>,
    /// How the axis shows its dates, as `strftime` spells it.
    axis: Option<String>,
}

#[derive(Clone, Debug)]
struct Task {
    name: String,
    section: Option<usize>,
    tags: Tags,
    from: DateTime,
    to: DateTime,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tags {
    done: bool,
    active: bool,
    critical: bool,
    milestone: bool,
}

impl Tags {
    /// The cells of a bar: they differ in shape, not in color alone.
    fn bar(self, ascii: bool) -> (Role, &'static str) {
        match (self.done, self.active, ascii) {
            (true, _, false) => (Role::Dim, "░"),
            (true, _, true) => (Role::Dim, "-"),
            (_, true, false) => (Role::Text, "█"),
            (_, true, true) => (Role::Text, "#"),
            (_, _, false) => (Role::Dim, "▓"),
            (_, _, true) => (Role::Dim, "="),
        }
    }

    fn said(self) -> &'static str {
        match (self.done, self.active) {
            (true, _) => "끝남",
            (_, true) => "하는 중",
            _ => "할 일",
        }
    }
}

impl Gantt {
    /// Reads the lines, the header first.
    pub fn parse(lines: &[Line<'_>]) -> Result<Self, Refusal> {
        parse::parse(lines)
    }

    /// Its picture.
    pub fn draw(&self, options: &Options) -> Result<Picture, Refusal> {
        let mut rows = Vec::new();
        title(&mut rows, self.title.as_deref(), options.width);
        let dates: Vec<String> = self.tasks.iter().map(|task| self.dates(task)).collect();
        let date = dates.iter().map(|date| width(date)).max().unwrap_or(0);
        let named =
            self.tasks.iter().map(|task| widest(&task.name) + usize::from(task.tags.critical) * 2).max().unwrap_or(0);
        let lead = named.min((options.width / 3).max(12));
        let bars = options.width.saturating_sub(lead + 2 + date + 2);
        let axis = (bars >= 12).then(|| Axis::new(self, bars)).flatten();
        if let Some(axis) = &axis {
            axis.head(&mut rows, lead + 2 + date + 2, options.ascii);
        }
        let mut section = None;
        for (task, dates) in self.tasks.iter().zip(&dates) {
            if task.section != section {
                section = task.section;
                let name = section.and_then(|index| self.sections.get(index)).map_or("", String::as_str);
                hang(&mut rows, &Row::new(), &Row::new(), &[(Role::DimStrong, name.to_owned())], options.width);
            }
            let mark = if task.tags.critical { "! " } else { "" };
            let room = lead.saturating_sub(width(mark)).max(8);
            if axis.is_none() && room < widest(&task.name) {
                // Narrow: the dates stand under the name.
                let first = vec![(Role::Strong, mark.to_owned())];
                hang(&mut rows, &first, &vec![blank(width(mark))], &[(Role::Text, task.name.clone())], options.width);
                hang(&mut rows, &vec![blank(2)], &vec![blank(2)], &[(Role::Dim, dates.clone())], options.width);
                continue;
            }
            for (index, part) in lines(&task.name, room).into_iter().enumerate() {
                let cells = width(mark) + width(&part);
                let mut row = if index == 0 { vec![(Role::Strong, mark.to_owned())] } else { vec![blank(width(mark))] };
                row.push((Role::Text, part));
                if index == 0 {
                    row.push(blank(lead.saturating_sub(cells) + 2));
                    row.push((Role::Dim, dates.clone()));
                    row.push(blank(date - width(dates) + 2));
                    if let Some(axis) = &axis {
                        row.extend(axis.bar(task, options.ascii));
                    }
                }
                row.retain(|(_, text)| !text.is_empty());
                rows.push(row);
            }
        }
        self.key(&mut rows, axis.is_some(), options);
        Ok(picture(rows))
    }

    /// What the bars mean, when there are several kinds.
    fn key(&self, rows: &mut Vec<Row>, bars: bool, options: &Options) {
        let mut said: Vec<String> = Vec::new();
        let any = |kind: &dyn Fn(&Tags) -> bool| self.tasks.iter().any(|task| kind(&task.tags));
        if bars && any(&|tags| tags.done || tags.active) {
            for tags in
                [Tags { done: true, ..Tags::default() }, Tags { active: true, ..Tags::default() }, Tags::default()]
            {
                if any(&|other| other.said() == tags.said() && !other.milestone) {
                    said.push(format!("{} {}", tags.bar(options.ascii).1.repeat(2), tags.said()));
                }
            }
        }
        if any(&|tags| tags.critical) {
            said.push("! 중요".to_owned());
        }
        if !said.is_empty() {
            rows.push(Row::new());
            hang(rows, &Row::new(), &Row::new(), &[(Role::Dim, said.join("   "))], options.width);
        }
    }

    /// A task's days, its times when there are any; the end is the last one in it.
    fn dates(&self, task: &Task) -> String {
        let clock = self.tasks.iter().any(|task| dates::clock(task.from) || dates::clock(task.to));
        let years =
            self.tasks.iter().any(|other| other.from.year() != task.from.year() || other.to.year() != task.from.year());
        let show = |at: DateTime| dates::show(at, years, clock);
        let last = if clock { task.to } else { dates::day_before(task.to).max(task.from) };
        if task.tags.milestone || last == task.from {
            show(task.from)
        } else {
            format!("{} ~ {}", show(task.from), show(last))
        }
    }

    /// Its sentences.
    pub fn spoken(&self) -> Vec<String> {
        let mut out: Vec<String> = self.title.iter().map(|title| format!("일정표: {}", flat(title))).collect();
        let mut section = None;
        for task in &self.tasks {
            if task.section != section {
                section = task.section;
                out.extend(section.and_then(|index| self.sections.get(index)).map(|name| format!("{}:", flat(name))));
            }
            let mut said = vec![self.dates(task)];
            if task.tags.done || task.tags.active {
                said.push(task.tags.said().to_owned());
            }
            if task.tags.critical {
                said.push("중요".to_owned());
            }
            if task.tags.milestone {
                said.push("이정표".to_owned());
            }
            out.push(format!("{}: {}.", flat(&task.name), said.join(", ")));
        }
        out
    }
}
