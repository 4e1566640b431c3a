//! How tight a picture has to be, and where its lifelines stand then.

use super::super::rows::{lines, widest};
use super::columns::Columns;
use super::{Sequence, Side, Step};
use crate::text::width;

/// Where things stand, and what is written there.
pub struct Plan {
    /// Cells from the left edge to the right one.
    pub width: usize,
    /// Each participant's lifeline.
    pub lifelines: Vec<usize>,
    /// Each participant's head: its rows, and the cells of its frame.
    pub heads: Vec<(Vec<String>, usize)>,
    /// What a block's frame stands out beyond its first and last lifeline.
    pub margins: Vec<(usize, usize)>,
    /// For each step its text, and the cells its widest row may have.
    pub texts: Vec<(String, usize)>,
    /// Signs that stand for texts, and the texts.
    pub legend: Vec<(String, String)>,
}

#[derive(Clone, Copy)]
struct Tight {
    /// Blanks on either side of a message's text.
    pad: usize,
    /// Blanks between two heads.
    gap: usize,
    /// Cells after which texts are wrapped.
    cap: usize,
    /// Texts stand below, and numbers for them in the picture.
    numbered: bool,
    /// Names stand below, and short signs for them in the heads.
    signs: bool,
}

/// Texts are wrapped at this many cells also where there is room: lines grow no longer than one reads at a glance.
const WIDEST: usize = 44;
/// Wrapped to less, a number with its text below is easier to read.
const NARROWEST: usize = 10;
/// A word is not broken before it is longer.
const WORD: usize = 14;
/// More steps are not planned again and again.
const MANY: usize = 400;
/// A head's text.
const HEAD: usize = 24;

/// The plan with the most room among those that fit; when none does, the one with texts wrapped.
pub fn plan(sequence: &Sequence, cells: usize) -> Plan {
    let measures: Vec<(usize, usize)> = sequence.steps.iter().map(|step| measure(text(step).0)).collect();
    let make = |tight: Tight| {
        let kept = vec![false; measures.len()];
        let plan = Maker::make(sequence, &measures, &kept, tight);
        if tight.numbered { Maker::make(sequence, &measures, &roomy(sequence, &measures, &plan), tight) } else { plan }
    };
    let wide = Tight { pad: 2, gap: 3, cap: WIDEST, numbered: false, signs: false };
    let near = Tight { pad: 1, gap: 1, ..wide };
    let numbered = Tight { numbered: true, ..near };
    let signs = Tight { signs: true, cap: NARROWEST, ..numbered };
    let fine = sequence.steps.len() <= MANY;
    let first = [wide, near].into_iter().map(make).find(|plan| plan.width <= cells);
    let fitting = first.or_else(|| search(near, cells, fine, &make)).or_else(|| search(numbered, cells, fine, &make));
    let fitting = fitting.or_else(|| Some(make(signs)).filter(|plan| plan.width <= cells));
    fitting.unwrap_or_else(|| make(Tight { cap: NARROWEST * 2, ..near }))
}

/// The widest cap under which it fits; the narrowest that is when it must not take long.
fn search(tight: Tight, cells: usize, fine: bool, make: &dyn Fn(Tight) -> Plan) -> Option<Plan> {
    let (mut low, mut high) = (NARROWEST, WIDEST);
    let mut best = Some(make(Tight { cap: low, ..tight })).filter(|plan| plan.width <= cells)?;
    while fine && low + 1 < high {
        let cap = usize::midpoint(low, high);
        let plan = make(Tight { cap, ..tight });
        if plan.width <= cells {
            (low, best) = (cap, plan);
        } else {
            high = cap;
        }
    }
    Some(best)
}

/// Which texts have room enough where they belong, though others need numbers.
fn roomy(sequence: &Sequence, measures: &[(usize, usize)], plan: &Plan) -> Vec<bool> {
    let between = |a: usize, b: usize| {
        let at = |who: usize| plan.lifelines.get(who).copied().unwrap_or(0);
        at(a).abs_diff(at(b))
    };
    let fits = |step: &Step, (_, word): (usize, usize)| {
        let (written, room) = match step {
            Step::Message(message) if message.from != message.to && !message.creates => {
                (&message.text, between(message.from, message.to).saturating_sub(3))
            }
            Step::Note { side: Side::Over, first, last, text } if first < last => (text, between(*first, *last) + 1),
            _ => return false,
        };
        let number = text(step).1.map_or(0, |number| width(number) + 2);
        word.max(number) <= room && lines(written, room).len() <= 3
    };
    sequence.steps.iter().zip(measures).map(|(step, measured)| fits(step, *measured)).collect()
}

/// A step's own text, and its number.
fn text(step: &Step) -> (&str, Option<&str>) {
    match step {
        Step::Message(message) => (&message.text, message.number.as_deref()),
        Step::Note { text, .. } => (text, None),
        _ => ("", None),
    }
}

/// Cells of the widest line and of the longest word.
fn measure(text: &str) -> (usize, usize) {
    (widest(text), text.split_whitespace().map(width).max().unwrap_or(0))
}

/// Cells a text takes when it is wrapped at a cap.
fn fitted(text: &str, (widest, word): (usize, usize), cap: usize) -> usize {
    if widest <= cap {
        return widest;
    }
    lines(text, cap.max(word.min(WORD))).iter().map(|row| width(row)).max().unwrap_or(0)
}

/// Participants side by side in one box: which, from, to.
pub fn runs(sequence: &Sequence) -> Vec<(usize, usize, usize)> {
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    for (index, participant) in sequence.participants.iter().enumerate() {
        let Some(group) = participant.group else { continue };
        match runs.last_mut() {
            Some((known, _, last)) if *known == group && *last + 1 == index => *last = index,
            _ => runs.push((group, index, index)),
        }
    }
    runs
}

struct Maker<'a> {
    sequence: &'a Sequence,
    tight: Tight,
    columns: Columns,
    plan: Plan,
    /// Blocks that are open, and the cells their titles take so far.
    open: Vec<(usize, usize)>,
}

impl<'a> Maker<'a> {
    fn make(sequence: &'a Sequence, measures: &[(usize, usize)], kept: &[bool], tight: Tight) -> Plan {
        let plan = Plan {
            width: 0,
            lifelines: Vec::new(),
            heads: Vec::new(),
            margins: vec![(2, 2); sequence.blocks.len()],
            texts: Vec::new(),
            legend: Vec::new(),
        };
        let count = sequence.participants.len();
        let mut maker = Maker { sequence, tight, columns: Columns::new(count + 2), plan, open: Vec::new() };
        maker.heads();
        maker.groups();
        let lettered = sequence.steps.iter().any(|step| text(step).1.is_some());
        let mut counter = 0;
        for ((step, measured), kept) in sequence.steps.iter().zip(measures).zip(kept) {
            let (written, cells) = if *kept {
                let (text, number) = text(step);
                // It stands in room that others made.
                (number.map_or_else(|| text.to_owned(), |number| format!("{number}. {text}")), 1)
            } else {
                maker.written(step, *measured, lettered, &mut counter)
            };
            maker.step(step, cells);
            maker.plan.texts.push((written, cells));
        }
        let mut places = maker.columns.solve();
        maker.plan.width = places.pop().unwrap_or(0);
        places.drain(..1.min(places.len()));
        maker.plan.lifelines = places;
        maker.plan
    }

    fn heads(&mut self) {
        let alone: Vec<(usize, usize)> = runs(self.sequence)
            .into_iter()
            .filter(|(_, first, last)| first == last)
            .map(|(group, first, _)| (first, self.group_title(group)))
            .collect();
        let mut before: Option<(usize, bool, Option<usize>)> = None;
        let participants = &self.sequence.participants;
        for (index, participant) in participants.iter().enumerate() {
            let mut label = participant.label.clone();
            if self.tight.signs {
                let sign = if width(&participant.id) <= 6 { participant.id.clone() } else { format!("P{}", index + 1) };
                if sign != label {
                    self.plan.legend.push((sign.clone(), std::mem::replace(&mut label, sign)));
                }
            }
            let cells = fitted(&label, measure(&label), self.tight.cap.min(HEAD)).max(1);
            let title = alone.iter().find(|(alone, _)| *alone == index).map_or(0, |(_, title)| title + 2);
            let frame = (cells + 4).max(title);
            self.plan.heads.push((lines(&label, cells), frame));
            let (left, right) = (frame / 2, frame - 1 - frame / 2);
            let edge = usize::from(participant.group.is_some()) * 2;
            match before {
                None => self.columns.apart(0, index + 1, left + edge),
                Some((cells, boxed, group)) => {
                    let same = group == participant.group;
                    let edges = if same { 0 } else { edge + usize::from(boxed) * 2 };
                    self.columns.apart(index, index + 1, cells + left + 1 + self.tight.gap + edges);
                }
            }
            if index + 1 == participants.len() {
                self.columns.apart(index + 1, index + 2, right + edge + 1);
            }
            before = Some((right, participant.group.is_some(), participant.group));
        }
    }

    fn group_title(&self, group: usize) -> usize {
        let title = self.sequence.boxes.get(group).map_or("", |group| group.title.as_str());
        fitted(title, measure(title), self.tight.cap)
    }

    fn groups(&mut self) {
        for (group, first, last) in runs(self.sequence) {
            let half = |index: usize| self.plan.heads.get(index).map_or(0, |(_, frame)| frame / 2);
            let wanted = (self.group_title(group) + 6).saturating_sub(half(first) + half(last) + 4);
            self.columns.apart(first + 1, last + 1, wanted);
        }
    }

    /// What stands in the picture for a step's text, and its cells.
    fn written(
        &mut self,
        step: &Step,
        measured: (usize, usize),
        lettered: bool,
        counter: &mut usize,
    ) -> (String, usize) {
        let (text, number) = text(step);
        // What is hardly longer than a number stays.
        if self.tight.numbered && measured.0 > 4 {
            let sign = match number {
                Some(number) => number.to_owned(),
                None => {
                    *counter += 1;
                    if lettered { letters(*counter) } else { counter.to_string() }
                }
            };
            self.plan.legend.push((sign.clone(), text.to_owned()));
            let cells = width(&sign);
            return (sign, cells);
        }
        match number {
            None => (text.to_owned(), fitted(text, measured, self.tight.cap)),
            Some(number) if text.is_empty() => (number.to_owned(), width(number)),
            Some(number) => {
                let text = format!("{number}. {text}");
                let cells = fitted(&text, measure(&text), self.tight.cap);
                (text, cells)
            }
        }
    }

    fn step(&mut self, step: &Step, cells: usize) {
        match step {
            Step::Message(message) if message.from == message.to => {
                self.extent(message.from, 0, if cells == 0 { 3 } else { 4 + cells });
            }
            Step::Message(message) => {
                let created = self.plan.heads.get(message.to).map_or(0, |(_, frame)| frame / 2);
                let more = if message.creates { created } else { 0 };
                let line = (cells + 1 + 2 * self.tight.pad).max(if message.both { 5 } else { 4 });
                self.columns.apart(message.from + 1, message.to + 1, line + more);
            }
            Step::Note { side: Side::Over, first, last, .. } if first < last => {
                self.extent(*first, 2, 0);
                self.extent(*last, 0, 2);
                self.columns.apart(first + 1, last + 1, cells.saturating_sub(1));
            }
            Step::Note { side, first, .. } => match side {
                Side::Left => self.extent(*first, cells + 5, 0),
                Side::Right => self.extent(*first, 0, cells + 5),
                Side::Over => self.extent(*first, (cells + 4) / 2, cells + 3 - (cells + 4) / 2),
            },
            Step::Begin(block) => {
                let Some(found) = self.sequence.blocks.get(*block) else { return };
                self.open.push((*block, self.titled(found.keyword, &found.title)));
            }
            Step::Part { keyword, title, .. } => {
                let cells = self.titled(keyword, title);
                if let Some((_, widest)) = self.open.last_mut() {
                    *widest = cells.max(*widest);
                }
            }
            Step::End(_) => self.close(),
            Step::Activate(_) | Step::Deactivate(_) | Step::Destroy(_) => {}
        }
    }

    fn titled(&self, keyword: &str, title: &str) -> usize {
        let whole = whole_title(keyword, title);
        fitted(&whole, measure(&whole), self.tight.cap)
    }

    fn close(&mut self) {
        let Some((block, title)) = self.open.pop() else { return };
        let Some(found) = self.sequence.blocks.get(block) else { return };
        let Some(margins) = self.plan.margins.get_mut(block) else { return };
        let wanted = (title + 5).saturating_sub(margins.0);
        if found.first == found.last {
            margins.1 = margins.1.max(wanted);
        } else {
            self.columns.apart(found.first + 1, found.last + 1, wanted.saturating_sub(margins.1));
        }
        let (left, right) = *margins;
        self.extent(found.first, left, 0);
        self.extent(found.last, 0, right);
    }

    /// Something reaches so far beyond a lifeline: its neighbors stay away, and the frame around it goes around.
    fn extent(&mut self, who: usize, left: usize, right: usize) {
        let column = who + 1;
        let last = column == self.sequence.participants.len();
        if left > 0 {
            self.columns.apart(column - 1, column, if who == 0 { left } else { left + 2 });
        }
        if right > 0 {
            self.columns.apart(column, column + 1, if last { right + 1 } else { right + 2 });
        }
        let Some((block, _)) = self.open.last() else { return };
        let (Some(found), Some(margins)) = (self.sequence.blocks.get(*block), self.plan.margins.get_mut(*block)) else {
            return;
        };
        if found.first == who && left > 0 {
            margins.0 = margins.0.max(left + 2);
        }
        if found.last == who && right > 0 {
            margins.1 = margins.1.max(right + 2);
        }
    }
}

/// A block's keyword and title; a colored area has no keyword to show.
pub fn whole_title(keyword: &str, title: &str) -> String {
    match (keyword, title.is_empty()) {
        ("rect", _) => title.to_owned(),
        (_, true) => keyword.to_owned(),
        _ => format!("{keyword} {title}"),
    }
}

/// a, b, …, z, aa, ab, …
fn letters(number: usize) -> String {
    let mut out = String::new();
    let mut left = number;
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or(0);
        out.insert(0, char::from(b'a' + digit));
        left = (left - 1) / 26;
    }
    out
}
