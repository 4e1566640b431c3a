//! The open lesson: its document, its page at the pane's width, and where in it the learner is.

mod end;
mod long;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::notes::{self, Placed};
use super::pan::View;
use super::things::Thing;
use crate::keymap::Command;
use crate::lesson::{self, Document, ImageRoom, Options, Page};
use crate::problem::Problem;
use crate::text::{Role, Row, wrap};

pub use long::{Job, Laid, Long};

/// State of the lesson's pane.
#[derive(Default)]
pub struct Reader {
    /// The open node of the curriculum.
    pub node: Option<usize>,
    /// The laid out page; of a long lesson first only what is around the place.
    pub page: Page,
    /// First row on screen.
    pub top: usize,
    /// Rows of the pane's body.
    pub height: usize,
    /// The code block copied last, by its place in the page.
    pub copied: Option<usize>,
    /// What is folded, wrapped and pushed aside.
    pub view: View,
    /// The thing that Enter acts on.
    pub thing: Option<Thing>,
    /// The lesson as it is in the file.
    pub source: Arc<str>,
    /// Own tasks that were ticked or cleared, by source line.
    pub ticked: BTreeMap<usize, bool>,
    /// The learner's notes and bookmarks, where they are now.
    pub notes: Vec<Placed>,
    /// The line behind its end.
    end: Option<Row>,
    /// The room for its images.
    pub images: Arc<[ImageRoom]>,
    document: Document,
    problems: Vec<Problem>,
    /// What the page was laid out for, and whether highlighting was there.
    laid_out: Option<(Options, bool)>,
    highlighted: bool,
    /// The source line at the top, kept over a new layout.
    line: usize,
    /// How far into the rows of that line, in millionths.
    within: u32,
    /// The lesson, when it is a long one.
    long: Option<Long>,
    /// What the page has of a long lesson.
    extent: Extent,
    /// The order for the whole of it is good as long as this is the same.
    wanted: Arc<()>,
    /// What leads out of the part that is there, and waits for the whole.
    awaited: Vec<Command>,
}

/// What the page has of the lesson.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Extent {
    /// All of it.
    #[default]
    Whole,
    /// A part, at the top of the lesson or not. The whole has not been ordered yet.
    New { top: bool },
    /// A part; the whole has been ordered.
    Part { top: bool },
}

/// The whole of a line's rows.
const WHOLE: usize = 1_000_000;

impl Reader {
    /// Opens a document at a source line.
    pub fn open(&mut self, node: usize, document: Document, problems: Vec<Problem>, line: usize) {
        let (height, highlighted, view) = (self.height, self.highlighted, View::after(&self.view));
        *self = Self { node: Some(node), document, problems, line, height, highlighted, view, ..Self::default() };
    }

    /// Puts a place at the top of the screen: a source line, and how far into its rows in millionths.
    pub fn put(&mut self, line: usize, within: u32) {
        (self.line, self.within) = (line, within);
        self.top = self.row_of_place().min(self.last_top());
    }

    /// The place at the top of the screen: its source line, and how far into its rows in millionths.
    pub fn place(&self) -> (usize, u32) {
        (self.line, self.within)
    }

    /// Notes, folds or wrapping changed: the page is laid out once more, the place stays.
    pub fn refit(&mut self) {
        if let Some((options, _)) = self.laid_out.take() {
            self.fit(options.width, self.height, options.ascii);
        }
    }

    fn row_of_place(&self) -> usize {
        if self.line <= 1 && self.within == 0 {
            return 0;
        }
        let first = self.page.row_of_line(self.line);
        let rows = self.page.lines.iter().skip(first).take_while(|line| **line == self.line).count();
        let within = usize::try_from(self.within).unwrap_or(0);
        first + ((within * rows + WHOLE / 2) / WHOLE).min(rows.saturating_sub(1))
    }

    /// Opens a long lesson at a source line.
    pub fn open_long(&mut self, node: usize, long: Long, line: usize) {
        self.open(node, Document::default(), Vec::new(), line);
        self.long = Some(long);
    }

    /// The whole of a long lesson has to be laid out: said once for each layout.
    pub fn order(&mut self) -> Option<Job> {
        let Extent::New { top } = self.extent else { return None };
        self.extent = Extent::Part { top };
        self.job()
    }

    fn job(&self) -> Option<Job> {
        let (options, _) = self.laid_out.clone()?;
        Some(Job { node: self.node?, long: self.long.clone()?, options, wanted: Arc::downgrade(&self.wanted) })
    }

    /// The whole of a long lesson has been laid out: it takes the place of its part, and what is on screen stays.
    pub fn laid_out(&mut self, laid: Laid) {
        let wanted = self.extent != Extent::Whole
            && self.node == Some(laid.node)
            && self.laid_out.as_ref().is_some_and(|(options, _)| *options == laid.options);
        if !wanted {
            return;
        }
        let first = self.page.lines.first().and_then(|first| laid.page.lines.iter().position(|line| line == first));
        self.top += first.unwrap_or(0);
        self.page = laid.page;
        notes::weave(&mut self.page, &self.notes, laid.options.width, laid.options.ascii);
        self.extent = Extent::Whole;
        self.put_end();
        self.copied = None;
        for command in std::mem::take(&mut self.awaited) {
            self.obey(command);
        }
    }

    /// Lays the whole lesson out now, for what cannot wait for it.
    pub fn complete(&mut self) {
        if self.extent != Extent::Whole
            && let Some(laid) = self.job().and_then(Job::run)
        {
            self.laid_out(laid);
        }
    }

    /// Sees to it that a source line is laid out, as far as it is not folded away.
    pub fn reach(&mut self, line: usize) {
        let inside = self.page.lines.first().is_some_and(|first| *first <= line)
            && self.page.lines.last().is_some_and(|last| line <= *last);
        if !inside {
            self.complete();
        }
    }

    /// The page has all of the lesson.
    pub fn is_whole(&self) -> bool {
        self.extent == Extent::Whole
    }

    /// The headings of the whole lesson: names in links, and source lines.
    pub fn headings(&self) -> Vec<(String, usize)> {
        let named = |document: &Document| -> Vec<(String, usize)> {
            document.headings().into_iter().map(|heading| (heading.slug.clone(), heading.line)).collect()
        };
        match &self.long {
            Some(_) => lesson::chunks(&self.source).flat_map(|chunk| named(&chunk)).collect(),
            None => named(&self.document),
        }
    }

    /// Highlighting has become available: the page is laid out once more.
    pub fn highlight(&mut self) {
        self.highlighted = true;
    }

    /// The terminal's widths have changed: the next `fit` lays out anew.
    pub fn relayout(&mut self) {
        self.laid_out = None;
    }

    /// Cells of the pane's body, as far as the page was laid out for one.
    pub fn width(&self) -> usize {
        self.laid_out.as_ref().map_or(0, |(options, _)| options.width)
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
        let (folding, pan, images) = (self.view.folding.clone(), self.view.pan, self.images.clone());
        let options = Options { ascii, folding, pan, images, ..Options::new(width) };
        // The whole of a long lesson comes with its highlighting.
        let wanted = Some((options.clone(), self.highlighted || self.long.is_some()));
        if self.node.is_some() && self.laid_out != wanted {
            self.wanted = Arc::default();
            self.extent = Extent::Whole;
            self.page = match &self.long {
                _ if !self.problems.is_empty() => broken(&self.problems, width),
                Some(long) => {
                    let around = long.around(self.line, &options);
                    if !(around.top && around.end) {
                        self.extent = Extent::New { top: around.top };
                    }
                    around.page
                }
                None => lesson::layout(&self.document, &Options { uncolored: !self.highlighted, ..options }),
            };
            notes::weave(&mut self.page, &self.notes, width, ascii);
            self.laid_out = wanted;
            self.put_end();
            self.copied = None;
            self.top = self.row_of_place();
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
        self.extent == Extent::Whole && self.height > 0 && !self.page.rows.is_empty() && self.top >= self.last_top()
    }

    /// Obeys a command of scrolling, at once or when the whole of a long lesson is there; false when it is not one.
    pub fn obey(&mut self, command: Command) -> bool {
        let page = self.height.saturating_sub(2).max(1);
        if self.leads_out(command, page) {
            self.awaited.push(command);
            return true;
        }
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
        self.awaited.clear();
        self.go(to);
        true
    }

    /// The command leads to where a long lesson is not laid out yet.
    fn leads_out(&self, command: Command, page: usize) -> bool {
        let (Extent::New { top } | Extent::Part { top }) = self.extent else { return false };
        match command {
            Command::Down | Command::PageDown => self.top + page > self.last_top(),
            Command::Up | Command::PageUp => !top && self.top < page,
            Command::Top | Command::PreviousHeading => !top,
            Command::Bottom | Command::NextHeading => true,
            _ => false,
        }
    }

    /// Scrolls to a row, as far as the page goes.
    pub fn go(&mut self, row: usize) {
        self.top = row.min(self.last_top());
        (self.line, self.within) = if self.top == 0 { (1, 0) } else { self.place_of(self.top) };
    }

    fn place_of(&self, row: usize) -> (usize, u32) {
        let Some(line) = self.page.lines.get(row).copied() else { return (1, 0) };
        let above = self.page.lines.iter().take(row).rev().take_while(|at| **at == line).count();
        let below = self.page.lines.iter().skip(row).take_while(|at| **at == line).count();
        (line, u32::try_from(above * WHOLE / (above + below).max(1)).unwrap_or(0))
    }

    /// Brings a row on screen, a little below the top, unless it is there already.
    pub fn show(&mut self, row: usize) {
        if !(self.top..self.top + self.height).contains(&row) {
            self.go(row.saturating_sub(3));
        }
    }

    /// The heading the top of the screen belongs to, below the page's own title.
    pub fn section(&self) -> Option<&str> {
        let above = self.page.anchors.partition_point(|anchor| anchor.row <= self.top + 1).checked_sub(1)?;
        let above = self.page.anchors.get(above)?;
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
            page.rows.push(&row);
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

    fn long() -> String {
        (0..3000).map(|i| format!("## 제목 {i}\n\n문단 {i} 하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 열\n\n")).collect()
    }

    fn shown(reader: &Reader) -> Vec<Row> {
        (reader.top..reader.top + reader.height).map(|row| reader.page.rows.row(row)).collect()
    }

    #[track_caller]
    fn opened(line: usize) -> Reader {
        let mut reader = Reader::default();
        reader.open_long(0, Long::of(&long(), None).unwrap(), line);
        reader.fit(60, 20, false);
        reader
    }

    #[test]
    fn of_a_long_lesson_the_whole_takes_the_place_of_the_part_unseen() {
        for line in [1, 2, 999, 6_000, 11_999, 12_000] {
            let mut reader = opened(line);
            let job = reader.order().expect("only a part is there");
            assert!(reader.order().is_none(), "it is ordered once");
            assert!(!reader.at_end() && reader.page.rows.len() < 4000, "{line}: {}", reader.page.rows.len());
            let (part, top) = (shown(&reader), reader.top);
            reader.laid_out(job.run().unwrap());
            assert_eq!(shown(&reader), part, "{line}, top {top} to {}", reader.top);
            assert_eq!(reader.page.rows.len(), lesson::layout(&lesson::parse(&long()), &options(60)).rows.len());
        }
    }

    #[test]
    fn what_leads_out_of_the_part_waits_for_the_whole() {
        let mut reader = opened(6_000);
        let job = reader.order().unwrap();
        let before = reader.top;
        reader.obey(Command::Down);
        assert_eq!(reader.top, before + 1, "a step stays in it");
        reader.obey(Command::Bottom);
        assert_eq!(reader.top, before + 1, "nothing is held up");
        reader.laid_out(job.clone().run().unwrap());
        assert!(reader.at_end());
        let mut reader = opened(6_000);
        let before = reader.line();
        reader.obey(Command::Bottom);
        reader.obey(Command::Down);
        reader.laid_out(Job { wanted: Arc::downgrade(&reader.wanted), ..job }.run().unwrap());
        assert!(!reader.at_end() && reader.line().abs_diff(before) < 9, "who has gone on reading waits no more");
        let mut reader = opened(1);
        reader.source = long().into();
        let line = reader.line_of_heading("제목-2900").unwrap();
        reader.reach(line);
        let row = reader.page.row_of_line(line);
        reader.go(row);
        assert_eq!(reader.section(), Some("제목 2900"));
        let mut reader = opened(6_000);
        let job = reader.order().unwrap();
        for _ in 0..1000 {
            reader.obey(Command::PageUp);
        }
        assert!(reader.line() > 1);
        reader.laid_out(job.run().unwrap());
        assert_eq!((reader.top, reader.line()), (0, 1));
    }

    #[test]
    fn a_whole_for_another_width_is_not_taken() {
        let mut reader = opened(6_000);
        let late = reader.order().unwrap();
        reader.fit(80, 20, false);
        let before = shown(&reader);
        assert!(late.clone().run().is_none(), "it was given up");
        let late = Job { wanted: Arc::downgrade(&reader.wanted), ..late };
        reader.laid_out(late.run().unwrap());
        assert_eq!(shown(&reader), before);
        let job = reader.order().expect("the new width is ordered anew");
        reader.laid_out(job.run().unwrap());
        assert_eq!(shown(&reader), before);
    }

    fn options(width: usize) -> Options {
        Options::new(width)
    }
}
