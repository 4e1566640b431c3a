//! Code blocks on their way into a page.

use std::sync::OnceLock;

use super::super::super::drawing::Drawing;
use super::super::super::model::{Code, Kind};
use super::super::fence;
use super::Builder;
use crate::text::{Role, clean};

/// A code block being read.
pub struct CodeDraft {
    first_line: usize,
    line: usize,
    info: String,
    /// From `<pre>`.
    html: bool,
    pub text: String,
}

impl Builder<'_> {
    pub fn in_code(&self) -> bool {
        self.code.is_some()
    }

    pub fn open_code(&mut self, info: &str, fenced: bool, html: bool) {
        self.flush();
        let line = self.line();
        let first_line = line + usize::from(fenced);
        self.code = Some(CodeDraft { first_line, line, info: info.to_owned(), html, text: String::new() });
    }

    pub fn close_code(&mut self) {
        let Some(draft) = self.code.take() else { return };
        let text = draft.text.replace("\r\n", "\n");
        // A browser shows no empty line at the top of `<pre>` either.
        let (text, first_line) = match text.strip_prefix('\n').filter(|_| draft.html) {
            Some(text) => (text, draft.first_line + 1),
            None => (text.as_str(), draft.first_line),
        };
        let text = text.strip_suffix('\n').unwrap_or(text).to_owned();
        if self.table.is_some() {
            for (index, line) in text.lines().enumerate() {
                if index > 0 || !self.inline.is_blank() {
                    self.hard_break();
                }
                self.inline.text_as(Role::Code, line, first_line + index);
            }
            return;
        }
        let (language, attributes) = fence::parse(&draft.info);
        let language = clean(&language).into_owned();
        let attributes = attributes
            .into_iter()
            .map(|(name, value)| (clean(&name).into_owned(), clean(&value).into_owned()))
            .collect();
        let drawing = language.eq_ignore_ascii_case("mermaid").then(Drawing::default);
        let code = Code { first_line, language, attributes, text, colored: OnceLock::new(), drawing };
        self.push_block(draft.line, Kind::Code(code));
    }
}
