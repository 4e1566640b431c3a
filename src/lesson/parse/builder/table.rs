//! Tables on their way into a page, from Markdown and from HTML.

use super::super::super::model::Kind;
use super::super::table::Draft;
use super::Builder;

impl Builder<'_> {
    pub fn open_table(&mut self, align: Vec<Option<i8>>, html: bool) {
        if html && self.table.is_some() {
            return self.break_block();
        }
        self.close_html_table();
        self.flush();
        self.table = Some(Draft::new(self.line(), align, html));
    }

    pub fn open_row(&mut self, head: bool) {
        self.close_cell_if_any();
        let line = self.line();
        if let Some(table) = &mut self.table {
            table.row(line, head);
        }
    }

    pub fn open_cell(&mut self) {
        self.close_cell_if_any();
    }

    pub fn open_head_cell(&mut self) {
        self.close_cell_if_any();
        if let Some(table) = &mut self.table {
            table.head_cell();
        }
    }

    fn close_cell_if_any(&mut self) {
        if self.table.is_some() && !self.inline.is_blank() {
            self.close_cell();
        }
    }

    pub fn close_cell(&mut self) {
        let line = self.line();
        if let Some(table) = &mut self.table {
            table.cell(self.inline.take(), line);
        }
    }

    pub fn close_table(&mut self) {
        let Some(draft) = self.table.take() else { return };
        let line = draft.line;
        if let Some(table) = draft.finish() {
            self.push_block(line, Kind::Table(table));
        }
    }

    pub fn close_html_table(&mut self) {
        if self.table.as_ref().is_some_and(|table| table.html) {
            self.close_cell_if_any();
            self.close_table();
        }
    }
}
