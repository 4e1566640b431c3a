//! The open lesson: its document, its page at the pane's width, and where in it the learner is.

use crate::keymap::Command;
use crate::lesson::{self, Document, Options, Page};
use crate::problem::Problem;
use crate::text::{Role, Row, wrap};

/// State of the lesson's pane.
#[derive(Default)]
pub struct Reader {
    /// The open node of the curriculum.
    pub node: Option<usize>,
    /// The laid out page.
    pub page: Page,
    /// First row on screen.
    pub top: usize,
    /// Rows of the pane's body.
    pub height: usize,
    /// The code block copied last, by its place in the page.
    pub copied: Option<usize>,
    document: Document,
    problems: Vec<Problem>,
    /// What the page was laid out for, and whether highlighting was there.
    laid_out: Option<(Options, bool)>,
    highlighted: bool,
    /// The source line at the top, kept over a new layout.
    line: usize,
}

impl Reader {
    /// Opens a document at a source line.
    pub fn open(&mut self, node: usize, document: Document, problems: Vec<Problem>, line: usize) {
        let (height, highlighted) = (self.height, self.highlighted);
        *self = Self { node: Some(node), document, problems, line, height, highlighted, ..Self::default() };
    }

    /// Highlighting has become available: the page is laid out once more.
    pub fn highlight(&mut self) {
        self.highlighted = true;
    }

    /// The terminal's widths have changed: the next `fit` lays out anew.
    pub fn relayout(&mut self) {
        self.laid_out = None;
    }

    /// The source line at the top of the screen.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The document, as parsed.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Lays the page out again when its width or marks changed; the place stays the same source line.
    pub fn fit(&mut self, width: usize, height: usize, ascii: bool) {
        self.height = height;
        let options = Options { width, ascii };
        let wanted = Some((options, self.highlighted));
        if self.node.is_some() && self.laid_out != wanted {
            self.page = if self.problems.is_empty() {
                lesson::layout(&self.document, &options)
            } else {
                broken(&self.problems, width)
            };
            self.laid_out = wanted;
            self.copied = None;
            self.top = if self.line <= 1 { 0 } else { self.page.row_of_line(self.line) };
        }
        self.top = self.top.min(self.last_top());
    }

    /// Shows what is wrong with the lesson instead of it.
    pub fn broken(&self) -> bool {
        !self.problems.is_empty()
    }

    /// The greatest first row.
    pub fn last_top(&self) -> usize {
        self.page.rows.len().saturating_sub(self.height)
    }

    /// The end of the page is on screen; of a page that was never laid out, nothing is.
    pub fn at_end(&self) -> bool {
        self.height > 0 && !self.page.rows.is_empty() && self.top >= self.last_top()
    }

    /// Obeys a command of scrolling; false when it is not one.
    pub fn obey(&mut self, command: Command) -> bool {
        let page = self.height.saturating_sub(2).max(1);
        let to = match command {
            Command::Down => self.top + 1,
            Command::Up => self.top.saturating_sub(1),
            Command::PageDown => self.top + page,
            Command::PageUp => self.top.saturating_sub(page),
            Command::Top => 0,
            Command::Bottom => usize::MAX,
            Command::NextHeading => {
                self.page.anchors.iter().map(|a| a.row).find(|row| *row > self.top).unwrap_or(self.top)
            }
            Command::PreviousHeading => {
                self.page.anchors.iter().map(|a| a.row).rev().find(|row| *row < self.top).unwrap_or(0)
            }
            _ => return false,
        };
        self.go(to);
        true
    }

    /// Scrolls to a row, as far as the page goes.
    pub fn go(&mut self, row: usize) {
        self.top = row.min(self.last_top());
        self.line = if self.top == 0 { 1 } else { self.page.lines.get(self.top).copied().unwrap_or(1) };
    }

    /// Brings a row on screen, a little below the top, unless it is there already.
    pub fn show(&mut self, row: usize) {
        if !(self.top..self.top + self.height).contains(&row) {
            self.go(row.saturating_sub(3));
        }
    }

    /// The heading the top of the screen belongs to, below the page's own title.
    pub fn section(&self) -> Option<&str> {
        let above = self.page.anchors.iter().rev().find(|a| a.row <= self.top + 1)?;
        (above.level > 1).then_some(above.title.as_str())
    }

    /// The next code block on screen to be copied: the first, then one further each time.
    pub fn next_code(&self) -> Option<usize> {
        let on_screen = |i: &usize| {
            self.page.code.get(*i).is_some_and(|c| c.rows.start < self.top + self.height && c.rows.end > self.top)
        };
        let visible: Vec<usize> = (0..self.page.code.len()).filter(on_screen).collect();
        let after = self.copied.and_then(|last| visible.iter().find(|i| **i > last));
        after.or(visible.first()).copied()
    }

    /// The title of a step, from the heading that names it (`Step 2: …`, `2단계 …`).
    pub fn step_title(&self, step: u32) -> Option<String> {
        self.page.anchors.iter().find_map(|anchor| named_step(&anchor.title, step))
    }
}

/// What a heading calls a step, if it names that one.
fn named_step(title: &str, step: u32) -> Option<String> {
    let words = [format!("Step {step}"), format!("{step}단계"), format!("STEP {step}")];
    let rest = words.iter().find_map(|word| {
        let (before, rest) = title.split_once(word.as_str())?;
        (before.chars().all(|c| !c.is_alphanumeric()) && !rest.starts_with(|c: char| c.is_ascii_digit()))
            .then_some(rest)
    })?;
    let rest = rest.trim_start_matches([':', '.', ' ', '-', '–', '—', '·']);
    let rest = match rest.rsplit_once('(') {
        Some((before, minutes)) if minutes.contains('분') => before,
        _ => rest,
    };
    Some(rest.trim().to_owned())
}

/// A page that says what is wrong with the lesson.
fn broken(problems: &[Problem], width: usize) -> Page {
    let mut page = Page::default();
    let cells = width.saturating_sub(6).clamp(8, 84);
    let mut put = |rows: Vec<Row>, indent: &str| {
        for mut row in rows {
            row.insert(0, (Role::Text, indent.to_owned()));
            page.rows.push(row);
            page.lines.push(1);
        }
    };
    put(vec![vec![(Role::Head, "이 학습은 아직 열 수 없어요".into())]], "  ");
    put(vec![Vec::new()], "");
    for problem in problems {
        let place = match problem.line {
            0 => problem.file.clone(),
            line => format!("{}:{line}", problem.file),
        };
        put(vec![vec![(Role::Bad, "✗ ".into()), (Role::Dim, crate::text::truncate(&place, cells))]], "  ");
        // The place is said above.
        let message = problem.message.strip_prefix(&format!("{}: ", problem.file)).unwrap_or(&problem.message);
        put(wrap(&[(Role::Text, message.to_owned())], cells), "    ");
        if let Some(help) = &problem.help {
            put(wrap(&[(Role::Dim, help.clone())], cells), "    ");
        }
        put(vec![Vec::new()], "");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(title: &str, step: u32, expected: Option<&str>) {
        assert_eq!(named_step(title, step).as_deref(), expected);
    }

    #[test]
    fn a_heading_names_its_step() {
        check("Step 2: 스케줄링 실습 (30분)", 2, Some("스케줄링 실습"));
        check("🚀 1단계 Pod에서 Deployment까지", 1, Some("Pod에서 Deployment까지"));
        check("Step 12: 길", 1, None);
        check("되돌리기 (다음 Step 2에서)", 2, None);
    }

    #[test]
    fn the_place_is_a_source_line_and_survives_a_resize() {
        let text: String =
            (0..200).map(|i| format!("문단 {i} 하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 열\n\n")).collect();
        let mut reader = Reader::default();
        reader.open(0, lesson::parse(&text), Vec::new(), 1);
        reader.fit(80, 20, false);
        reader.go(101);
        let line = reader.line();
        reader.fit(30, 20, false);
        assert_eq!(reader.page.lines.get(reader.top), Some(&line));
        reader.fit(80, 20, false);
        assert_eq!(reader.line(), line);
    }
}
