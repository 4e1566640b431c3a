//! Pie charts, as bars: lengths are easier to compare than angles.

use super::rows::{after_keyword, blank, flat, label, lines, picture, readable, refuse, title, widest};
use super::{Line, Options, Picture, Refusal};
use crate::text::{Role, Row, width};

/// More than this is no picture for a person.
const SLICES: usize = 200;
/// A longer bar says nothing more.
const BAR: usize = 40;

/// As parsed.
#[derive(Clone, Debug, Default)]
pub struct Pie {
    title: Option<String>,
    /// Values stand beside the percentages.
    values: bool,
    /// The largest first; equal ones as written.
    slices: Vec<Slice>,
}

#[derive(Clone, Debug)]
struct Slice {
    label: String,
    value: f64,
    /// As written.
    written: String,
}

impl Pie {
    /// Reads the lines, the header first.
    pub fn parse(lines: &[Line<'_>]) -> Result<Self, Refusal> {
        readable(lines)?;
        let mut found = Self::default();
        for (index, line) in lines.iter().enumerate() {
            let mut text = line.text.trim();
            if index == 0 {
                text = after_keyword(text, "pie").unwrap_or("");
            }
            if let Some(rest) = after_keyword(text, "showData") {
                found.values = true;
                text = rest;
            }
            if text.is_empty() {
                continue;
            }
            if let Some(rest) = after_keyword(text, "title") {
                found.title = Some(label(rest));
            } else if !["accTitle", "accDescr"].iter().any(|word| after_keyword(text, word).is_some()) {
                if found.slices.len() >= SLICES {
                    return refuse(line, format!("조각이 {SLICES}개보다 많아요"));
                }
                found.slices.push(slice(line, text)?);
            }
        }
        if found.slices.is_empty() {
            let line = lines.first().map_or(1, |line| line.number);
            return Err(Refusal { line, reason: "그림에 조각이 없어요".into() });
        }
        found.slices.sort_by(|a, b| b.value.total_cmp(&a.value));
        Ok(found)
    }

    fn percent(&self, slice: &Slice) -> f64 {
        let sum: f64 = self.slices.iter().map(|slice| slice.value).sum();
        if sum > 0.0 { slice.value / sum * 100.0 } else { 0.0 }
    }

    fn shares(&self) -> Vec<String> {
        self.slices.iter().map(|slice| format!("{:.1}%", self.percent(slice))).collect()
    }

    /// Its picture.
    pub fn draw(&self, options: &Options) -> Result<Picture, Refusal> {
        let mut rows = Vec::new();
        title(&mut rows, self.title.as_deref(), options.width);
        let shares = self.shares();
        let share = shares.iter().map(|share| width(share)).max().unwrap_or(0);
        let value = self.slices.iter().map(|slice| width(&slice.written)).max().unwrap_or(0);
        let value = if self.values { value } else { 0 };
        let numbers = share + 2 + if value > 0 { value + 2 } else { 0 };
        let longest = self.slices.iter().map(|slice| widest(&slice.label)).max().unwrap_or(0);
        let lead = longest.min(options.width.saturating_sub(numbers + 10)).max(8);
        let bar = options.width.saturating_sub(lead + 2 + numbers).min(BAR);
        // A bar too short to compare is none.
        let bar = if bar < 6 { 0 } else { bar };
        for (slice, written) in self.slices.iter().zip(&shares) {
            for (index, part) in lines(&slice.label, lead).into_iter().enumerate() {
                let mut row: Row = vec![(Role::Text, part.clone())];
                if index == 0 {
                    row.push(blank(lead - width(&part).min(lead) + 2 + share - width(written)));
                    row.push((Role::Strong, written.clone()));
                    if value > 0 {
                        row.push(blank(2 + value - width(&slice.written).min(value)));
                        row.push((Role::Dim, slice.written.clone()));
                    }
                    row.push(blank(2));
                    row.push((Role::Dim, drawn(self.percent(slice), self.largest(), bar, options.ascii)));
                }
                rows.push(row);
            }
        }
        Ok(picture(rows))
    }

    fn largest(&self) -> f64 {
        self.slices.first().map_or(0.0, |slice| self.percent(slice))
    }

    /// Its sentences.
    pub fn spoken(&self) -> Vec<String> {
        let title = self.title.iter().map(|title| format!("비율 그림: {}", flat(title)));
        let slices = self.slices.iter().zip(self.shares()).map(|(slice, share)| {
            let value = if self.values { format!(" ({})", slice.written) } else { String::new() };
            format!("{}: {share}{value}", flat(&slice.label))
        });
        title.chain(slices).collect()
    }
}

fn slice(line: &Line<'_>, text: &str) -> Result<Slice, Refusal> {
    let Some((name, value)) = text.rsplit_once(':') else {
        return refuse(line, "조각의 이름 뒤에 쌍점(:)이 없어요");
    };
    let written = value.trim();
    match written.parse::<f64>() {
        Ok(value) if value.is_finite() && (0.0..1e15).contains(&value) => {
            Ok(Slice { label: label(name.trim().trim_matches('\'')), value, written: written.to_owned() })
        }
        _ => refuse(line, "조각의 값은 0보다 큰 수여야 해요"),
    }
}

/// A bar in eighths of a cell; what is not nothing shows.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "0 to 40 cells"
)]
fn drawn(percent: f64, largest: f64, cells: usize, ascii: bool) -> String {
    if largest <= 0.0 || percent <= 0.0 || cells == 0 {
        return String::new();
    }
    let eighths = ((percent / largest * cells as f64 * 8.0).round() as usize).max(1);
    if ascii {
        return "#".repeat((eighths + 4).div_euclid(8).max(1));
    }
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"].get(eighths % 8).copied().unwrap_or("");
    "█".repeat(eighths / 8) + rest
}
