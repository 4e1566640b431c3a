//! Links that a terminal opens by itself (OSC 8). A frame of cells is written first, which takes the link of every cell
//! that it writes; then the cells of links that are new, or look other than before, are written once more as links, and
//! those that are no link any more as what they are.

use ratatui::buffer::{Buffer, Cell};

use super::backend::ink;
use crate::app::App;
use crate::app::link::LinkPlace;

/// Longer addresses are no use to anybody; terminals drop them.
const LONGEST: usize = 2_000;

/// The links that the terminal knows.
#[derive(Debug, Default)]
pub struct Hyperlinks {
    known: Vec<Known>,
    /// The size of the screen; another one has been erased.
    size: (u16, u16),
    /// The terminal would show what it does not obey.
    off: bool,
}

/// A link on the screen, with its cells as they were written; the second half of what is wide is none.
#[derive(Debug, PartialEq)]
struct Known {
    place: LinkPlace,
    cells: Vec<(u16, Cell)>,
}

impl Hyperlinks {
    /// Those of a terminal by its name (`TERM`): a console without a screen of its own takes none.
    pub fn of(terminal: Option<&str>) -> Self {
        Self { off: matches!(terminal, Some("linux" | "dumb")), ..Self::default() }
    }

    /// The screen has been erased.
    pub fn forget(&mut self) {
        self.known.clear();
    }

    /// What to write after a frame; mostly nothing.
    pub fn after(&mut self, app: &App, buffer: &Buffer) -> String {
        if self.size != app.size {
            self.forget();
            self.size = app.size;
        }
        if self.off { String::new() } else { self.follow(app.link_places(), buffer) }
    }

    fn follow(&mut self, places: Vec<LinkPlace>, buffer: &Buffer) -> String {
        let known = |place: LinkPlace| {
            let address = address(&place.address)?;
            let cells = cells(&place, buffer);
            Some(Known { place: LinkPlace { address, ..place }, cells })
        };
        let now: Vec<Known> = places.into_iter().filter_map(known).collect();
        if now == self.known {
            return String::new();
        }
        let before = std::mem::replace(&mut self.known, now);
        let mut out = String::new();
        for old in before.iter().filter(|old| !self.known.contains(old)) {
            // A cell that looks as before was not written by the frame, and is a link still; what is one is written below.
            let row = old.place.at.1;
            let linked =
                |x: u16| self.known.iter().any(|new| new.place.at.1 == row && new.place.columns().contains(&x));
            let stale = |(x, cell): &&(u16, Cell)| buffer.cell((*x, row)) == Some(cell) && !linked(*x);
            let stale: Vec<&(u16, Cell)> = old.cells.iter().filter(stale).collect();
            for run in stale.chunk_by(|one, next| one.0 + cells_of(&one.1) == next.0) {
                put(&mut out, row, run, None);
            }
        }
        for new in self.known.iter().filter(|new| !before.contains(new)) {
            let cells: Vec<&(u16, Cell)> = new.cells.iter().collect();
            put(&mut out, new.place.at.1, &cells, Some(&new.place.address));
        }
        // The cursor and what it draws with are given back as they were.
        if out.is_empty() { out } else { format!("\x1b7{out}\x1b8") }
    }
}

/// Writes cells that lie side by side, as a link or as none.
fn put(out: &mut String, row: u16, cells: &[&(u16, Cell)], address: Option<&str>) {
    let Some((column, _)) = cells.first() else { return };
    out.push_str(&format!("\x1b[{};{}H", row + 1, column + 1));
    if let Some(address) = address {
        out.push_str(&format!("\x1b]8;;{address}\x1b\\"));
    }
    let mut before = String::new();
    for (_, cell) in cells {
        let ink = ink(cell);
        if ink != before {
            out.push_str("\x1b[m");
            out.push_str(&ink);
            before = ink;
        }
        out.push_str(cell.symbol());
    }
    out.push_str("\x1b[m");
    if address.is_some() {
        out.push_str("\x1b]8;;\x1b\\");
    }
}

/// The cells of a place as a frame has them.
fn cells(place: &LinkPlace, buffer: &Buffer) -> Vec<(u16, Cell)> {
    let mut cells = Vec::new();
    let mut x = place.at.0;
    while x < place.at.0 + place.width {
        let Some(cell) = buffer.cell((x, place.at.1)) else { break };
        cells.push((x, cell.clone()));
        x += cells_of(cell);
    }
    cells
}

/// How many cells a glyph takes.
fn cells_of(cell: &Cell) -> u16 {
    u16::try_from(crate::text::width(cell.symbol())).unwrap_or(1).max(1)
}

/// An address of the web as terminals take it: printable ASCII, everything else by its bytes.
fn address(written: &str) -> Option<String> {
    let web = |scheme: &str| written.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    if !(web("https://") || web("http://")) {
        return None;
    }
    let mut address = String::with_capacity(written.len());
    for byte in written.bytes() {
        match byte.is_ascii_graphic() {
            true => address.push(char::from(byte)),
            false => address.push_str(&format!("%{byte:02X}")),
        }
    }
    (address.len() <= LONGEST).then_some(address)
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Style};

    use super::*;

    fn screen(text: &str) -> Buffer {
        let mut buffer = Buffer::empty(Rect { x: 0, y: 0, width: 20, height: 2 });
        buffer.set_string(0, 0, text, Style::new().fg(Color::Indexed(4)));
        buffer
    }

    fn place(x: u16, width: u16, address: &str) -> LinkPlace {
        LinkPlace { at: (x, 0), width, address: address.into() }
    }

    const OPEN: &str = "\x1b]8;;https://a/\x1b\\";
    const CLOSE: &str = "\x1b]8;;\x1b\\";
    const BLUE: &str = "\x1b[m\x1b[38;5;4m";

    #[test]
    fn a_link_is_written_once_and_again_when_it_looks_other_or_lies_elsewhere() {
        let mut links = Hyperlinks::default();
        let one = || vec![place(2, 4, "https://a/")];
        let written = |text: &str| format!("\x1b7\x1b[1;3H{OPEN}{BLUE}{text}\x1b[m{CLOSE}\x1b8");
        assert_eq!(links.follow(one(), &screen("  파드")), written("파드"));
        assert_eq!(links.follow(one(), &screen("  파드")), "");
        assert_eq!(links.follow(one(), &screen("  노드")), written("노드"));
        // It lies elsewhere, and the frame has written its old place.
        let elsewhere = links.follow(vec![place(0, 4, "https://a/")], &screen("노드"));
        assert_eq!(elsewhere, format!("\x1b7\x1b[1;1H{OPEN}{BLUE}노드\x1b[m{CLOSE}\x1b8"));
        links.follow(one(), &screen("  노드"));
        // It is gone, and its glyphs have stayed.
        assert_eq!(links.follow(Vec::new(), &screen("  노드")), format!("\x1b7\x1b[1;3H{BLUE}노드\x1b[m\x1b8"));
        assert_eq!(links.follow(Vec::new(), &screen("  노드")), "");
        links.follow(one(), &screen("  노드"));
        links.forget();
        assert_eq!(links.follow(one(), &screen("  노드")), written("노드"));
    }

    #[test]
    fn an_address_is_of_the_web_and_holds_nothing_that_a_terminal_obeys() {
        #[track_caller]
        fn check(written: &str, expected: Option<&str>) {
            assert_eq!(address(written).as_deref(), expected);
        }
        check("https://kubernetes.io/ko/#x", Some("https://kubernetes.io/ko/#x"));
        check("HTTP://a/파 드", Some("HTTP://a/%ED%8C%8C%20%EB%93%9C"));
        check("https://a/\x1b\\\x07\u{9c}", Some("https://a/%1B\\%07%C2%9C"));
        check("file:///etc/passwd", None);
        check("javascript:alert(1)", None);
        check(&format!("https://{}", "a".repeat(LONGEST)), None);
    }
}
