//! Rows in one piece of memory: a long page has hundreds of thousands of them.

use super::role::{Role, Row};

/// Rows of cells, one below the other. Neighbors of one role are one piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The text of all rows, one behind the other.
    text: String,
    /// The role of each piece, and where it ends in the text.
    pieces: Vec<(Role, u32)>,
    /// Where each row ends in the text and in the pieces.
    ends: Vec<(u32, u32)>,
}

/// The pieces of a row.
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    text: &'a str,
    start: usize,
    pieces: std::slice::Iter<'a, (Role, u32)>,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = (Role, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let (role, end) = *self.pieces.next()?;
        let end = end as usize;
        let text = self.text.get(self.start..end).unwrap_or_default();
        self.start = end;
        Some((role, text))
    }
}

impl Rows {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Adds a piece to the row that is being written.
    pub fn write(&mut self, role: Role, text: &str) {
        if text.is_empty() {
            return;
        }
        self.text.push_str(text);
        let end = small(self.text.len());
        let first = self.ends.last().map_or(0, |(_, pieces)| *pieces as usize);
        let open = self.pieces.len() > first;
        match self.pieces.last_mut().filter(|_| open) {
            Some((last, at)) if *last == role => *at = end,
            _ => self.pieces.push((role, end)),
        }
    }

    /// Takes back a space that the row being written ends in; whether there was one.
    pub fn unwrite_space(&mut self) -> bool {
        let (begin, first) = self.begin();
        let start = self.pieces.len().checked_sub(2).filter(|at| *at >= first).and_then(|at| self.pieces.get(at));
        let start = start.map_or(begin, |(_, end)| *end as usize);
        let spaced = self.pieces.len() > first && self.text.ends_with(' ');
        if spaced {
            self.text.pop();
            match self.pieces.last_mut() {
                Some((_, end)) if self.text.len() > start => *end = small(self.text.len()),
                _ => drop(self.pieces.pop()),
            }
        }
        spaced
    }

    /// Ends the row that is being written.
    pub fn end(&mut self) {
        self.ends.push((small(self.text.len()), small(self.pieces.len())));
    }

    /// Adds a whole row.
    pub fn push(&mut self, row: &Row) {
        row.iter().for_each(|(role, text)| self.write(*role, text));
        self.end();
    }

    /// Adds rows below.
    pub fn append(&mut self, below: &Self) {
        let (text, pieces) = (small(self.text.len()), small(self.pieces.len()));
        self.text.push_str(&below.text);
        self.pieces.extend(below.pieces.iter().map(|(role, end)| (*role, end.saturating_add(text))));
        self.ends.extend(below.ends.iter().map(|(t, p)| (t.saturating_add(text), p.saturating_add(pieces))));
    }

    /// Puts rows before the one of that number, or at the end.
    pub fn insert(&mut self, at: usize, rows: &[Row]) {
        let mut all = self.part(0..at);
        rows.iter().for_each(|row| all.push(row));
        all.append(&self.part(at..self.len()));
        *self = all;
    }

    fn part(&self, rows: std::ops::Range<usize>) -> Self {
        let mut part = Self::default();
        for pieces in self.iter().take(rows.end).skip(rows.start) {
            pieces.for_each(|(role, text)| part.write(role, text));
            part.end();
        }
        part
    }

    /// Gives back what memory is left over.
    pub fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.pieces.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// Where the row that is being written begins, in the text and in the pieces.
    fn begin(&self) -> (usize, usize) {
        self.start(self.len())
    }

    fn start(&self, row: usize) -> (usize, usize) {
        let above = row.checked_sub(1).and_then(|above| self.ends.get(above));
        above.map_or((0, 0), |(text, pieces)| (*text as usize, *pieces as usize))
    }

    /// The pieces of a row.
    pub fn get(&self, row: usize) -> Option<Pieces<'_>> {
        let end = self.ends.get(row)?.1 as usize;
        let (start, first) = self.start(row);
        Some(Pieces { text: &self.text, start, pieces: self.pieces.get(first..end)?.iter() })
    }

    /// The text of a row; none where there is no such row.
    pub fn text(&self, row: usize) -> &str {
        let end = self.ends.get(row).map_or(0, |(text, _)| *text as usize);
        self.text.get(self.start(row).0..end).unwrap_or_default()
    }

    /// A row by itself; an empty one where there is no such row.
    pub fn row(&self, row: usize) -> Row {
        self.get(row).into_iter().flatten().map(|(role, text)| (role, text.to_owned())).collect()
    }

    /// The pieces of every row.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Pieces<'_>> {
        let mut start = 0;
        let mut first = 0;
        self.ends.iter().map(move |(text, pieces)| {
            let (from, to) = (first, *pieces as usize);
            let at = std::mem::replace(&mut start, *text as usize);
            first = to;
            Pieces { text: &self.text, start: at, pieces: self.pieces.get(from..to).unwrap_or_default().iter() }
        })
    }

    /// The text of every row.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |(end, _)| {
            let from = std::mem::replace(&mut start, *end as usize);
            self.text.get(from..start).unwrap_or_default()
        })
    }
}

impl FromIterator<Row> for Rows {
    fn from_iter<T: IntoIterator<Item = Row>>(rows: T) -> Self {
        let mut all = Self::default();
        rows.into_iter().for_each(|row| all.push(&row));
        all
    }
}

/// No page is longer than that: files are capped far below.
fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[(Role, &str)]]) -> Rows {
        rows.iter().map(|row| row.iter().map(|(role, text)| (*role, (*text).to_owned())).collect::<Row>()).collect()
    }

    #[test]
    fn rows_are_given_back_as_they_were_written() {
        let all = rows(&[&[(Role::Text, "가"), (Role::Text, "나"), (Role::Code, "b")], &[], &[(Role::Code, "c")]]);
        assert_eq!(all.len(), 3);
        assert_eq!(all.row(0), [(Role::Text, "가나".to_owned()), (Role::Code, "b".to_owned())]);
        assert_eq!((all.text(0), all.text(1), all.text(2), all.text(3)), ("가나b", "", "c", ""));
        assert_eq!(all.texts().collect::<Vec<_>>(), ["가나b", "", "c"]);
        assert_eq!(all.iter().map(Iterator::count).collect::<Vec<_>>(), [2, 0, 1]);
        assert!(all.get(3).is_none() && all.row(3).is_empty());
    }

    #[test]
    fn rows_can_be_put_between_and_below() {
        let mut all = rows(&[&[(Role::Text, "a")], &[(Role::Text, "b")]]);
        all.append(&rows(&[&[(Role::Text, "c")]]));
        all.insert(1, &[vec![(Role::Dim, "x".to_owned())], Row::new()]);
        assert_eq!(
            all,
            rows(&[&[(Role::Text, "a")], &[(Role::Dim, "x")], &[], &[(Role::Text, "b")], &[(Role::Text, "c")]])
        );
        all.insert(99, &[vec![(Role::Dim, "z".to_owned())]]);
        assert_eq!(all.text(5), "z");
    }

    #[test]
    fn a_space_at_the_end_of_the_row_being_written_can_be_taken_back() {
        let mut all = rows(&[&[(Role::Text, "a ")]]);
        assert!(!all.unwrite_space(), "that row has ended");
        all.write(Role::Text, "b ");
        all.write(Role::Code, " ");
        assert!(all.unwrite_space() && all.unwrite_space() && !all.unwrite_space());
        all.write(Role::Code, "c");
        all.end();
        assert_eq!(all, rows(&[&[(Role::Text, "a ")], &[(Role::Text, "b"), (Role::Code, "c")]]));
    }
}
