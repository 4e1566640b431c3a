//! A table while it is read, from Markdown or HTML.

use pulldown_cmark::Alignment;

use super::super::model::{Span, Table, TableRow};

/// More columns than this are one line of text.
const COLUMNS: usize = 64;

/// A table being read.
#[derive(Default)]
pub struct Draft {
    pub line: usize,
    pub html: bool,
    align: Vec<Option<i8>>,
    head: Vec<Vec<Span>>,
    rows: Vec<TableRow>,
    in_head: bool,
}

/// What the author said of each column.
pub fn alignment(align: &[Alignment]) -> Vec<Option<i8>> {
    let side = |align: &Alignment| match align {
        Alignment::None => None,
        Alignment::Left => Some(-1),
        Alignment::Center => Some(0),
        Alignment::Right => Some(1),
    };
    align.iter().map(side).collect()
}

impl Draft {
    /// An empty table.
    pub fn new(line: usize, align: Vec<Option<i8>>, html: bool) -> Self {
        Self { line, html, align, ..Self::default() }
    }

    /// Begins a row.
    pub fn row(&mut self, line: usize, head: bool) {
        self.in_head = head;
        if !head {
            self.rows.push(TableRow { line, cells: Vec::new() });
        }
    }

    /// Ends a cell.
    pub fn cell(&mut self, spans: Vec<Span>, line: usize) {
        if self.rows.is_empty() && !self.in_head {
            self.row(line, false);
        }
        let cells = match self.rows.last_mut() {
            Some(row) if !self.in_head => &mut row.cells,
            _ => &mut self.head,
        };
        let full = cells.len() >= COLUMNS;
        match cells.last_mut() {
            Some(last) if full => last.extend(spans),
            _ => cells.push(spans),
        }
    }

    /// The row turned out to be the header: all its cells are.
    pub fn head_cell(&mut self) {
        if self.head.is_empty() && self.rows.len() == 1 && self.rows.iter().all(|row| row.cells.is_empty()) {
            self.rows.clear();
            self.in_head = true;
        }
    }

    /// The table, unless it is empty.
    pub fn finish(mut self) -> Option<Table> {
        self.rows.retain(|row| !row.cells.is_empty());
        let columns = self.rows.iter().map(|row| row.cells.len()).chain([self.head.len()]).max().unwrap_or(0);
        if columns == 0 {
            return None;
        }
        self.align.resize(columns, None);
        if !self.head.is_empty() {
            self.head.resize(columns, Vec::new());
        }
        for row in &mut self.rows {
            row.cells.resize(columns, Vec::new());
        }
        Some(Table { align: self.align, head: self.head, rows: self.rows })
    }
}
