//! Timelines: what happened in each period, along a rail.

use super::rows::{after_keyword, blank, flat, hang, label, picture, readable, refuse, title, widest};
use super::{Line, Options, Picture, Refusal};
use crate::text::{Role, Row, wrap};

/// More than this is no picture for a person.
const EVENTS: usize = 2_000;

/// As parsed.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    title: Option<String>,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Section(String),
    Period(String, Vec<String>),
}

impl Timeline {
    /// Reads the lines, the header first.
    pub fn parse(lines: &[Line<'_>]) -> Result<Self, Refusal> {
        readable(lines)?;
        let mut found = Self::default();
        let mut events = 0;
        for line in lines.iter().skip(1) {
            let text = line.text.trim().trim_end_matches(';');
            if let Some(rest) = after_keyword(text, "title") {
                found.title = Some(label(rest));
            } else if let Some(rest) = after_keyword(text, "section") {
                found.parts.push(Part::Section(label(rest.trim_end_matches(':'))));
            } else if ["accTitle", "accDescr"].iter().any(|word| after_keyword(text, word).is_some()) {
                continue;
            } else {
                let mut pieces = text.split(" :").flat_map(|piece| piece.split(": ")).map(label);
                let period = pieces.next().unwrap_or_default();
                // `:event` and `: event` go on with the period before.
                let goes_on = text.starts_with(':');
                let first = period.trim_start_matches(':').trim().to_owned();
                let more = goes_on.then_some(first).into_iter().chain(pieces).filter(|event| !event.is_empty());
                let more: Vec<String> = more.collect();
                events += more.len() + 1;
                if events > EVENTS {
                    return refuse(line, format!("사건이 {EVENTS}개보다 많아요"));
                }
                match found.parts.last_mut() {
                    Some(Part::Period(_, known)) if goes_on => known.extend(more),
                    _ if goes_on => return refuse(line, "쌍점(:) 앞에 때가 없어요"),
                    _ => found.parts.push(Part::Period(period, more)),
                }
            }
        }
        match found.parts.is_empty() {
            true => Err(Refusal {
                line: lines.first().map_or(1, |line| line.number),
                reason: "연표에 때가 없어요".into(),
            }),
            false => Ok(found),
        }
    }

    /// Its picture.
    pub fn draw(&self, options: &Options) -> Result<Picture, Refusal> {
        let mut rows = Vec::new();
        title(&mut rows, self.title.as_deref(), options.width);
        let periods =
            self.parts.iter().filter_map(|part| if let Part::Period(name, _) = part { Some(name) } else { None });
        let lead = periods.map(|name| widest(name)).max().unwrap_or(0).min((options.width / 3).max(8));
        let (dot, rail) = if options.ascii { ("o", "|") } else { ("●", "│") };
        for (index, part) in self.parts.iter().enumerate() {
            let next = self.parts.get(index + 1);
            match part {
                Part::Section(name) => {
                    if rows.last().is_some_and(|row| !row.is_empty()) {
                        rows.push(Row::new());
                    }
                    rows.extend(wrap(&[(Role::DimStrong, name.clone())], options.width.max(8)));
                }
                Part::Period(name, events) => {
                    let names = wrap(&[(Role::Strong, name.clone())], lead);
                    let mut told = Vec::new();
                    for event in events {
                        hang(
                            &mut told,
                            &Row::new(),
                            &Row::new(),
                            &[(Role::Text, event.clone())],
                            options.width.saturating_sub(lead + 5),
                        );
                    }
                    let count = names.len().max(told.len());
                    for at in 0..count {
                        let name = names.get(at).cloned().unwrap_or_default();
                        let cells = crate::text::row_width(&name);
                        let mut row = vec![blank(lead - cells.min(lead))];
                        row.extend(name);
                        row.push(blank(2));
                        row.push(if at == 0 { (Role::Dim, dot.to_owned()) } else { (Role::Faint, rail.to_owned()) });
                        row.push(blank(2));
                        row.extend(told.get(at).cloned().unwrap_or_default());
                        rows.push(row);
                    }
                    if let Some(Part::Period(..)) = next {
                        rows.push(vec![blank(lead + 2), (Role::Faint, rail.to_owned())]);
                    }
                }
            }
        }
        Ok(picture(rows))
    }

    /// Its sentences.
    pub fn spoken(&self) -> Vec<String> {
        let title = self.title.iter().map(|title| format!("연표: {}", flat(title)));
        let parts = self.parts.iter().map(|part| match part {
            Part::Section(name) => format!("{}:", flat(name)),
            Part::Period(name, events) if events.is_empty() => format!("{}.", flat(name)),
            Part::Period(name, events) => {
                let events: Vec<String> = events.iter().map(|event| flat(event)).collect();
                format!("{}: {}.", flat(name), events.join(", "))
            }
        });
        title.chain(parts).collect()
    }
}
