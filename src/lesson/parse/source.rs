//! The text of a page: where its body begins after front matter, and which line a byte is on.

/// Markdown, and where it stands in its file.
pub struct Source<'a> {
    body: &'a str,
    /// Lines before the body.
    skipped: usize,
    /// Byte offset in the body of each of its lines.
    starts: Vec<usize>,
}

impl<'a> Source<'a> {
    /// Markdown that has that many lines above it in its file.
    pub fn new(body: &'a str, skipped: usize) -> Self {
        let starts = std::iter::once(0).chain(body.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { body, skipped, starts }
    }

    /// The line of a byte of the body, from 1 at the top of the file.
    pub fn line(&self, offset: usize) -> usize {
        self.skipped + self.starts.partition_point(|start| *start <= offset).max(1)
    }

    /// The character that ends right before a byte of the body.
    pub fn before(&self, offset: usize) -> Option<char> {
        self.body.get(..offset)?.chars().next_back()
    }

    /// Where the line of a byte begins, when the byte is the first on it that is not blank and the line above is blank.
    pub fn after_blank(&self, offset: usize) -> Option<usize> {
        let index = self.starts.partition_point(|start| *start <= offset).checked_sub(1)?;
        let (above, start) = (*self.starts.get(index.checked_sub(1)?)?, *self.starts.get(index)?);
        let blank = |range| self.body.get(range).is_some_and(|text: &str| text.trim().is_empty());
        (blank(above..start) && blank(start..offset)).then_some(start)
    }
}

/// What is Markdown of a page, without a byte order mark and front matter, and how many lines stand before it.
pub fn body(text: &str) -> (&str, usize) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    front_matter(text).unwrap_or((text, 0))
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
