//! Running text, links, images and raw HTML on their way into a page.

use super::super::inline::Style;
use super::Builder;
use crate::text::{Role, clean};

impl Builder<'_> {
    pub fn text(&mut self, text: &str, escaped: bool) {
        if self.hidden.is_some() {
            return;
        }
        let line = self.line();
        if let Some(code) = &mut self.code {
            code.text.push_str(text);
        } else if let Some((_, alt)) = &mut self.image {
            alt.push_str(text);
        } else {
            // Without the height of the letters 2 to the 10th would read 210.
            let exponent =
                std::mem::take(&mut self.raised) && text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
            if exponent {
                self.inline.text("^", line, true);
            }
            self.inline.text(text, line, escaped);
        }
    }

    pub fn code_text(&mut self, text: &str) {
        let line = self.line();
        match &mut self.image {
            Some((_, alt)) => alt.push_str(text),
            None => self.inline.text_as(Role::Code, text, line),
        }
    }

    pub fn soft_break(&mut self) {
        match &mut self.image {
            Some((_, alt)) => alt.push(' '),
            None => self.inline.soft_break(self.line()),
        }
    }

    pub fn hard_break(&mut self) {
        self.inline.hard_break(self.line());
    }

    pub fn style(&mut self, style: Style, on: bool) {
        self.inline.style(style, on, false);
    }

    pub fn html_style(&mut self, style: Style, on: bool) {
        self.inline.style(style, on, true);
    }

    pub fn open_link(&mut self, target: &str) {
        self.inline.open_link(&clean(target), false);
    }

    pub fn close_link(&mut self) {
        self.inline.close_link(false);
    }

    pub fn open_html_link(&mut self, target: &str) {
        self.inline.open_link(&clean(target), true);
    }

    pub fn close_html_link(&mut self) {
        self.inline.close_link(true);
    }

    pub fn footnote_reference(&mut self, label: &str) {
        let line = self.line();
        let label = clean(label);
        self.note(&label);
        self.inline.linked(&format!("[{label}]"), &format!("#fn-{label}"), line);
    }

    /// A footnote is named.
    pub fn note(&mut self, label: &str) {
        if !self.notes.iter().any(|known| known == label) {
            self.notes.push(label.to_owned());
        }
    }

    pub fn open_image(&mut self, path: &str) {
        self.image.get_or_insert_with(|| (path.to_owned(), String::new()));
    }

    /// An image is its alt text, and its path when that is in the course.
    pub fn close_image(&mut self) {
        let Some((path, alt)) = self.image.take() else { return };
        let line = self.line();
        let near = !path.contains("://") && !path.starts_with("data:");
        let cut = |text: &str| text.chars().take(400).collect::<String>();
        let (shown, aside) = match (alt.trim(), near) {
            ("", _) => (format!("그림: {}", cut(&path)), None),
            (alt, true) => (format!("그림: {}", cut(alt)), Some(format!(" ({})", cut(&path)))),
            (alt, false) => (format!("그림: {}", cut(alt)), None),
        };
        self.inline.open_link(&clean(&path), true);
        self.inline.text_as(Role::Link, &shown, line);
        if let Some(aside) = aside {
            self.inline.text_as(Role::Dim, &aside, line);
        }
        self.inline.close_link(true);
    }

    pub fn html_text(&mut self, text: &str) {
        let offset = self.offset;
        self.html.get_or_insert_with(|| (offset, String::new())).1.push_str(text);
    }

    pub fn take_html(&mut self) -> (usize, String) {
        self.html.take().unwrap_or_default()
    }

    pub fn in_hidden(&self) -> bool {
        self.hidden.is_some()
    }

    /// What a browser would not show either.
    pub fn hide(&mut self, name: &str) {
        self.hidden = Some(name.to_owned());
    }

    pub fn unhide(&mut self, name: &str) {
        if self.hidden.as_deref() == Some(name) {
            self.hidden = None;
        }
    }
}
