//! The checks' pane as rows: steps, marks, and the one finding that is unfolded.

mod rows;
mod state;

use super::checks::{Checks, Item};
use crate::lab::{Check, Connection, Level, Millis, Source, Verdict};
pub use crate::say::spans;
use crate::say::{self, Said};
use crate::text::{Role, Row, truncate, width, wrap};
use rows::title_rows;
pub use rows::{elapsed, finding, spread};

/// One row of the pane and the item it belongs to.
pub struct Line {
    /// The item a click on it selects.
    pub item: Option<Item>,
    /// True on the row the cursor's background covers.
    pub head: bool,
    /// The text; the first cell is the cursor's.
    pub row: Row,
}

/// What the rows depend on besides the checks.
#[derive(Clone, Copy)]
pub struct View {
    /// The learner's level.
    pub level: Level,
    /// Cells of the pane.
    pub width: usize,
    /// Rows of the pane's body.
    pub height: usize,
    /// Marks in ASCII.
    pub ascii: bool,
    /// The lab is being prepared in the shell's pane.
    pub playing: bool,
    /// The time, for work that is going on.
    pub now: Millis,
}

/// The mark of a check: its verdict, or the box of what only a person can tell.
pub fn mark(check: &Check, verdict: &Verdict, ascii: bool) -> (Role, &'static str) {
    if matches!(check.source, Source::Manual) && !matches!(verdict, Verdict::Passed | Verdict::Unknown(_)) {
        return (Role::Dim, if ascii { "[_]" } else { "☐" });
    }
    (say::role(verdict), say::symbol(verdict, ascii))
}

/// The state of the way to the cluster: a mark and a few words for the header.
pub fn connection(connection: &Connection, ascii: bool) -> (Role, String) {
    let sign = |sign: &'static str, plain: &'static str| if ascii { plain } else { sign };
    match connection {
        Connection::Off => (Role::Dim, format!("{} 연결 전", sign("○", "-"))),
        Connection::Connecting => (Role::Wait, format!("{} 연결하는 중", sign("◐", "~"))),
        Connection::Ready(name) => (Role::Good, format!("{} {name}", sign("●", "*"))),
        Connection::Lost(name, _) if name.is_empty() => (Role::Wait, "? 클러스터 없음".into()),
        Connection::Lost(name, _) => (Role::Wait, format!("? {name}")),
        Connection::Refused(_) => (Role::Wait, format!("{} 쓸 수 없는 클러스터", sign("⊘", "-"))),
    }
}

/// All rows of the pane's body.
pub fn lines(checks: &Checks, view: View) -> Vec<Line> {
    let mut list = List { lines: Vec::new(), view, roomy: roomy(checks, view) };
    if let Some(broken) = &checks.broken {
        list.text(1, &[(Role::Bad, "✗ ".into()), (Role::Text, broken.clone())]);
        return list.lines;
    }
    if checks.loading {
        list.text(1, &[(Role::Dim, "실습을 읽는 중…".into())]);
        return list.lines;
    }
    list.state(checks);
    list.faults(checks);
    list.invariants(checks);
    if !checks.working() {
        for step in checks.step_numbers(view.level) {
            list.step(checks, step);
        }
        list.beyond(checks);
    }
    while list.lines.last().is_some_and(|line| line.row.is_empty()) {
        list.lines.pop();
    }
    list.lines
}

/// Rows that an unfolded finding takes, kept free so that one that comes does not shorten the titles.
const FINDING: usize = 4;

/// The steps whose titles may take two rows each: all that are unfolded if they fit the pane so, else the current one if
/// it does. It does not depend on verdicts otherwise, so that a mark that changes moves nothing.
fn roomy(checks: &Checks, view: View) -> Vec<u32> {
    let cells = title_cells(view);
    let rows = |step: u32, most: usize| {
        let titles = checks.counted(view.level).filter(|(_, c)| c.step == step);
        titles.map(|(_, c)| title_rows(&c.title, Role::Text, cells, most).len()).sum::<usize>()
    };
    let steps = checks.step_numbers(view.level);
    let unfolded: Vec<u32> = steps.iter().copied().filter(|s| checks.step_unfolded(*s, view.level)).collect();
    let current: Vec<u32> = unfolded.iter().copied().filter(|s| checks.current_step(view.level) == Some(*s)).collect();
    // A heading with a blank row each, and the levels beyond.
    let beyond = Level::Advanced as usize - view.level as usize;
    let fits = |wide: &[u32]| {
        let rows: usize = unfolded.iter().map(|s| rows(*s, if wide.contains(s) { 2 } else { 1 })).sum();
        rows + 2 * (steps.len() + beyond) + FINDING <= view.height
    };
    [unfolded.as_slice(), &current].into_iter().find(|wide| fits(wide)).unwrap_or_default().to_vec()
}

/// Cells of a check's title.
fn title_cells(view: View) -> usize {
    view.width.saturating_sub(if view.ascii { 7 } else { 5 }).max(4)
}

struct List {
    lines: Vec<Line>,
    view: View,
    roomy: Vec<u32>,
}

impl List {
    fn push(&mut self, item: Option<Item>, head: bool, row: Row) {
        self.lines.push(Line { item, head, row });
    }

    fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| !line.row.is_empty()) {
            self.push(None, false, Vec::new());
        }
    }

    /// Wrapped text at an indent.
    fn text(&mut self, indent: usize, pieces: &[(Role, String)]) {
        self.wrapped(None, indent, pieces);
    }

    fn wrapped(&mut self, item: Option<Item>, indent: usize, pieces: &[(Role, String)]) {
        let cells = self.view.width.saturating_sub(indent + 1).max(4);
        for mut row in wrap(pieces, cells) {
            row.insert(0, (Role::Text, " ".repeat(indent)));
            self.push(item, false, row);
        }
    }

    fn step(&mut self, checks: &Checks, step: u32) {
        let level = self.view.level;
        let of_step: Vec<usize> = checks.counted(level).filter(|(_, c)| c.step == step).map(|(i, _)| i).collect();
        let machine: Vec<usize> = of_step
            .iter()
            .copied()
            .filter(|i| checks.check(*i).is_some_and(|c| !matches!(c.source, Source::Manual)))
            .collect();
        let counted = if machine.is_empty() { &of_step } else { &machine };
        let passed = counted.iter().filter(|i| checks.shown(**i).0 == Verdict::Passed).count();
        let unfolded = checks.step_unfolded(step, level);
        let current = checks.current_step(level) == Some(step) && checks.current(level).is_some();
        let all = passed == counted.len();
        let name = match (step, checks.steps.get(&step)) {
            (0, _) => "그 밖".to_owned(),
            (_, Some(title)) => format!("{step}단계 {title}"),
            (_, None) if of_step.iter().all(|i| checks.check(*i).is_some_and(|c| c.level == Some(Level::Advanced))) => {
                "심화".to_owned()
            }
            (_, None) => format!("{step}단계"),
        };
        let count =
            (if all && checks.running() { Role::Good } else { Role::Dim }, format!("{passed}/{}", counted.len()));
        let role = if current { Role::Strong } else { Role::Dim };
        let room = self.view.width.saturating_sub(width(&count.1) + 3);
        let left = vec![(Role::Text, " ".into()), (role, truncate(&name, room))];
        self.blank();
        self.push(Some(Item::Step(step)), true, spread(left, count, self.view.width));
        if unfolded {
            for index in of_step {
                self.check(checks, index);
            }
            self.blank();
        }
    }

    fn check(&mut self, checks: &Checks, index: usize) {
        let Some(check) = checks.check(index) else { return };
        let (verdict, old) = checks.shown(index);
        let (mut role, sign) = mark(check, &verdict, self.view.ascii);
        let item = Some(Item::Check(index));
        let unfolded = checks.running() && checks.unfolded_check(self.view.level) == Some(index);
        let selected = checks.selected == item;
        let fresh = checks.fresh.contains(&check.name);
        // What is to be done now is read in full, and so is what the cursor is on.
        let current = checks.current(self.view.level) == Some(index);
        let title = match &verdict {
            _ if old => Role::Dim,
            _ if fresh || unfolded => Role::Strong,
            _ if current && checks.running() => Role::Text,
            Verdict::Waiting | Verdict::Blocked(_) | Verdict::Unknown(_) => Role::Dim,
            _ => Role::Text,
        };
        if old {
            role = Role::Dim;
        }
        let indent = 3 + width(sign);
        let tail = if fresh && verdict == Verdict::Passed { "통과!" } else { "" };
        let tail_cells = if tail.is_empty() { 0 } else { width(tail) + 1 };
        let room = self.view.width.saturating_sub(indent + 1);
        let most = match () {
            () if unfolded || selected || current => usize::MAX,
            () if self.roomy.contains(&check.step) => 2,
            () => 1,
        };
        let mut titles = title_rows(&check.title, title, room.saturating_sub(tail_cells).max(4), most).into_iter();
        let mut first = vec![(Role::Text, "  ".into()), (role, sign.to_owned()), (Role::Text, " ".into())];
        first.extend(titles.next().unwrap_or_default());
        self.push(item, true, spread(first, (Role::Good, tail.into()), self.view.width));
        for mut row in titles {
            row.insert(0, (Role::Text, " ".repeat(indent)));
            self.push(item, false, row);
        }
        if checks.debriefs(index) {
            let text = check.debrief.as_deref().and_then(|text| text.lines().next()).unwrap_or_default();
            let cells = self.view.width.saturating_sub(indent + 1).max(4);
            for mut row in title_rows(&text.replace('`', ""), Role::Dim, cells, 2) {
                row.insert(0, (Role::Text, " ".repeat(indent)));
                self.push(item, false, row);
            }
        }
        let mut found = match &verdict {
            Verdict::Failed(_) if unfolded && !old => checks.said(check, &verdict),
            _ => None,
        };
        if let Some(change) = checks.change(check)
            && !old
            && !matches!(verdict, Verdict::Passed)
        {
            let change = say::change(change);
            self.wrapped(item, indent, &[(Role::Wait, change.clone())]);
            // What changed stands above already.
            if let Some(said) = found.as_mut() {
                said.why.take_if(|why| *why == change);
            }
        }
        match &verdict {
            Verdict::Failed(_) => {
                if let Some(said) = found {
                    self.said(item, &said);
                }
            }
            Verdict::Progressing(Some(_)) if !old => {
                if let Some(said) = checks.said(check, &verdict) {
                    let room = self.view.width.saturating_sub(indent + 1);
                    let row = vec![(Role::Text, " ".repeat(indent)), (Role::Dim, truncate(&said.actual, room))];
                    self.push(item, false, row);
                }
            }
            Verdict::Blocked(_) if selected => {
                if let Some(said) = checks.said(check, &verdict) {
                    self.wrapped(item, indent, &[(Role::Dim, said.actual)]);
                }
            }
            _ => {}
        }
    }

    /// A finding in two aligned columns.
    fn said(&mut self, item: Option<Item>, said: &Said) {
        let indent = if self.view.ascii { 6 } else { 4 };
        for row in finding(said, self.view.width.saturating_sub(indent + 1)) {
            let mut shifted = vec![(Role::Text, " ".repeat(indent))];
            shifted.extend(row);
            self.push(item, false, shifted);
        }
    }

    /// Checks that belong to higher levels: counted, not listed.
    fn beyond(&mut self, checks: &Checks) {
        let Some(lab) = &checks.lab else { return };
        let mine = self.view.level;
        for level in [Level::Intermediate, Level::Advanced].into_iter().filter(|l| *l > mine) {
            let of_level: Vec<&Check> = lab.checks.iter().filter(|c| c.level == Some(level)).collect();
            if of_level.is_empty() {
                continue;
            }
            let passed = of_level.iter().filter(|c| checks.passed.contains(&c.name)).count();
            let left = vec![(Role::Dim, format!(" {} 확인 ", level.name())), (Role::Key, "L".into())];
            self.blank();
            self.push(None, false, spread(left, (Role::Dim, format!("{passed}/{}", of_level.len())), self.view.width));
        }
    }
}
