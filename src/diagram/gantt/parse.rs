//! Lines → [`Gantt`].

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use super::super::rows::{after_keyword, label, readable, refuse};
use super::super::{Line, Refusal};
use super::dates::{self, Excluded};
use super::{Gantt, Tags, Task};

/// More than this is no picture for a person.
const TASKS: usize = 1_000;
/// Days looked at for being free.
const DAYS: usize = 50_000;

/// A task before its dates are known.
struct Draft<'a> {
    line: Line<'a>,
    name: String,
    section: Option<usize>,
    tags: Tags,
    id: Option<&'a str>,
    start: Option<&'a str>,
    end: Option<&'a str>,
}

/// Reads the lines, the header first.
pub fn parse(lines: &[Line<'_>]) -> Result<Gantt, Refusal> {
    readable(lines)?;
    let mut found = Gantt::default();
    let mut pattern = dates::pattern("YYYY-MM-DD");
    let mut excluded = Excluded::default();
    let mut inclusive = false;
    let mut drafts = Vec::new();
    for line in lines.iter().skip(1) {
        let text = line.text.trim().trim_end_matches(';');
        let word = |keyword: &str| after_keyword(text, keyword);
        if let Some(rest) = word("title") {
            found.title = Some(label(rest));
        } else if let Some(rest) = word("section") {
            found.sections.push(label(rest.trim_end_matches(':')));
        } else if let Some(rest) = word("dateFormat") {
            pattern = dates::pattern(rest);
        } else if let Some(rest) = word("axisFormat") {
            found.axis = Some(rest.to_owned());
        } else if let Some(rest) = word("excludes") {
            excluded.add(rest, &pattern);
        } else if word("inclusiveEndDates").is_some() {
            inclusive = true;
        } else if !IGNORED.iter().any(|ignored| word(ignored).is_some()) {
            if drafts.len() >= TASKS {
                return refuse(line, format!("작업이 {TASKS}개보다 많아요"));
            }
            drafts.push(draft(*line, text, found.sections.len().checked_sub(1))?);
        }
    }
    if drafts.is_empty() {
        let line = lines.first().map_or(1, |line| line.number);
        return Err(Refusal { line, reason: "일정표에 작업이 없어요".into() });
    }
    let places = Resolver { pattern: &pattern, excluded: &excluded, inclusive, budget: DAYS }.all(&drafts)?;
    let tasks = drafts.into_iter().zip(places);
    found.tasks = tasks
        .map(|(draft, (from, to))| Task { name: draft.name, section: draft.section, tags: draft.tags, from, to })
        .collect();
    Ok(found)
}

const IGNORED: [&str; 9] =
    ["tickInterval", "todayMarker", "topAxis", "weekday", "weekend", "includes", "click", "accTitle", "accDescr"];

/// `이름 :tags, id, start, end`
fn draft<'a>(line: Line<'a>, text: &'a str, section: Option<usize>) -> Result<Draft<'a>, Refusal> {
    let Some((name, data)) = text.split_once(':') else {
        return refuse(&line, "작업의 이름 뒤에 쌍점(:)이 없어요");
    };
    let mut tags = Tags::default();
    let mut items = data.split(',').map(str::trim).peekable();
    while let Some(tag) = items.peek() {
        match *tag {
            "done" => tags.done = true,
            "active" => tags.active = true,
            "crit" => tags.critical = true,
            "milestone" | "vert" => tags.milestone = true,
            _ => break,
        }
        items.next();
    }
    let items: Vec<&str> = items.filter(|item| !item.is_empty()).take(4).collect();
    let (id, start, end) = match *items.as_slice() {
        [] => (None, None, None),
        [end] => (None, None, Some(end)),
        [start, end] => (None, Some(start), Some(end)),
        [id, start, end] => (Some(id), Some(start), Some(end)),
        _ => return refuse(&line, "작업의 쌍점(:) 뒤에 쉼표가 너무 많아요"),
    };
    Ok(Draft { line, name: label(name), section, tags, id, start, end })
}

struct Resolver<'a> {
    pattern: &'a str,
    excluded: &'a Excluded,
    inclusive: bool,
    budget: usize,
}

type Place = (DateTime, DateTime);

impl Resolver<'_> {
    /// Tasks may wait for later ones: again and again, as long as something new is known.
    fn all(&mut self, drafts: &[Draft<'_>]) -> Result<Vec<Place>, Refusal> {
        let ids: BTreeMap<&str, usize> =
            drafts.iter().enumerate().filter_map(|(index, draft)| Some((draft.id?, index))).collect();
        let mut places: Vec<Option<Place>> = vec![None; drafts.len()];
        for _ in 0..40 {
            let before = places.iter().flatten().count();
            for (index, draft) in drafts.iter().enumerate() {
                if places.get(index).is_some_and(Option::is_none) {
                    let place = self.place(draft, index, &ids, &places)?;
                    if let Some(slot) = places.get_mut(index) {
                        *slot = place;
                    }
                }
            }
            if places.iter().flatten().count() == before {
                break;
            }
        }
        let known = drafts.iter().zip(&places).map(|(draft, place)| match place {
            Some(place) => Ok(*place),
            None => refuse(&draft.line, "이 작업이 기다리는 작업을 찾을 수 없어요"),
        });
        known.collect()
    }

    fn place(
        &mut self,
        draft: &Draft<'_>,
        index: usize,
        ids: &BTreeMap<&str, usize>,
        places: &[Option<Place>],
    ) -> Result<Option<Place>, Refusal> {
        let of = |id: &str| ids.get(id).and_then(|index| places.get(*index).copied().flatten());
        let from = match draft.start {
            None if index == 0 => return refuse(&draft.line, "첫 작업에 시작하는 날이 없어요"),
            None => places.get(index - 1).copied().flatten().map(|(_, to)| to),
            Some(start) => match after_keyword(start, "after") {
                Some(others) => {
                    let ends: Option<Vec<DateTime>> = others.split_whitespace().map(|id| Some(of(id)?.1)).collect();
                    ends.and_then(|ends| ends.into_iter().max())
                }
                None => match dates::date(start, self.pattern) {
                    Some(date) => Some(date),
                    None => return refuse(&draft.line, "시작하는 날을 읽을 수 없어요"),
                },
            },
        };
        let Some(from) = from else { return Ok(None) };
        let to = match draft.end {
            None => dates::day_after(from),
            Some(end) => {
                if let Some(others) = after_keyword(end, "until") {
                    let starts: Option<Vec<DateTime>> = others.split_whitespace().map(|id| Some(of(id)?.0)).collect();
                    let Some(start) = starts.and_then(|starts| starts.into_iter().min()) else { return Ok(None) };
                    start
                } else if let Some(length) = dates::duration(end) {
                    let Some(to) = dates::later(from, length) else {
                        return refuse(&draft.line, "이 작업은 너무 오래 걸려요");
                    };
                    self.excluded.stretch(from, to, &mut self.budget)
                } else if let Some(date) = dates::date(end, self.pattern) {
                    if self.inclusive { dates::day_after(date) } else { date }
                } else {
                    return refuse(&draft.line, "끝나는 날이나 걸리는 시간을 읽을 수 없어요");
                }
            }
        };
        Ok(Some((from, to.max(from))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::source;

    fn read(body: &str) -> Result<Gantt, Refusal> {
        let source = format!("gantt\n{body}");
        parse(&source::read(&source).unwrap().lines)
    }

    #[test]
    fn tasks_follow_each_other() {
        #[track_caller]
        fn check(body: &str, expected: &[&str]) {
            let found = read(body).unwrap();
            let shown: Vec<String> =
                found.tasks.iter().map(|task| format!("{} {}", task.from.date(), task.to.date())).collect();
            assert_eq!(shown, expected);
        }
        check("가 :a, 2026-03-01, 3d\n나 :2d", &["2026-03-01 2026-03-04", "2026-03-04 2026-03-06"]);
        check("나 :b, after a, 1w\n가 :a, 2026-03-01, 2026-03-03", &["2026-03-03 2026-03-10", "2026-03-01 2026-03-03"]);
        check(
            "가 :done, crit, 2026-03-01, until b\n나 :b, 2026-03-05, 1d",
            &["2026-03-01 2026-03-05", "2026-03-05 2026-03-06"],
        );
        check("inclusiveEndDates\n가 :2026-03-01, 2026-03-02", &["2026-03-01 2026-03-03"]);
        check("excludes weekends\n가 :2026-02-27, 2d", &["2026-02-27 2026-03-03"]);
    }

    #[test]
    fn what_cannot_be_read_is_refused_at_its_line() {
        #[track_caller]
        fn check(body: &str, line: usize, reason: &str) {
            let refusal = read(body).unwrap_err();
            assert_eq!((refusal.line, refusal.reason.as_str()), (line, reason));
        }
        check("가 :3d", 2, "첫 작업에 시작하는 날이 없어요");
        check("가 :어제, 3d", 2, "시작하는 날을 읽을 수 없어요");
        check("가 :2026-03-01, 셋", 2, "끝나는 날이나 걸리는 시간을 읽을 수 없어요");
        check("가 :a, after b, 3d\n나 :b, after a, 3d", 2, "이 작업이 기다리는 작업을 찾을 수 없어요");
        check("그냥 글", 2, "작업의 이름 뒤에 쌍점(:)이 없어요");
        check("title 가", 1, "일정표에 작업이 없어요");
    }
}
