//! The text of a page: where its body begins after front matter, and which line a byte is on.

/// A page's text.
pub struct Source<'a> {
    body: &'a str,
    /// Lines before the body.
    skipped: usize,
    /// Byte offset in the body of each of its lines.
    starts: Vec<usize>,
}

impl<'a> Source<'a> {
    /// Skips a byte order mark and front matter between `---` lines.
    pub fn new(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (body, skipped) = front_matter(text).unwrap_or((text, 0));
        let starts = std::iter::once(0).chain(body.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { body, skipped, starts }
    }

    /// What is Markdown.
    pub fn body(&self) -> &'a str {
        self.body
    }

    /// The line of a byte of the body, from 1 at the top of the file.
    pub fn line(&self, offset: usize) -> usize {
        self.skipped + self.starts.partition_point(|start| *start <= offset).max(1)
    }

    /// The character that ends right before a byte of the body.
    pub fn before(&self, offset: usize) -> Option<char> {
        self.body.get(..offset)?.chars().next_back()
    }
}

fn front_matter(text: &str) -> Option<(&str, usize)> {
    let mut offset = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        offset += line.len();
        match (index, line.trim_end()) {
            (0, "---") => {}
            (0, _) => return None,
            (_, "---" | "...") => return Some((text.get(offset..)?, index + 1)),
            _ => {}
        }
    }
    None
}
