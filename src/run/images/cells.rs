//! Images that take the place of cells: iTerm2's and sixels. What is written over one takes it away, so nothing has to
//! be said of what is gone: its cells are others in the next frame. What has moved, or has been written over, is drawn
//! anew as far as it is in sight.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{iterm, sixel};
use crate::app::images::{Dots, Painted, Paintings, Place};
use crate::app::look::Protocol;

/// What is drawn, by its name and number: where, and which painting.
type Drawn = BTreeMap<(u32, u32), (Place, u32)>;

/// What is on the screen.
#[derive(Debug, Default)]
pub struct Cells {
    drawn: Drawn,
}

impl Cells {
    /// The screen has been erased.
    pub fn forget(&mut self) {
        self.drawn.clear();
    }

    /// Whether anything is to be drawn or is gone.
    pub fn change(&self, paintings: &Paintings, places: &[Place]) -> bool {
        self.drawn != wanted(paintings, places)
    }

    /// What to write after a frame; mostly nothing.
    pub fn write(&mut self, protocol: Protocol, paintings: &Paintings, places: &[Place]) -> String {
        let wanted = wanted(paintings, places);
        let mut out = String::new();
        for (key, (place, which)) in &wanted {
            let Some((_, painted)) = paintings.get(place.key()) else { continue };
            if self.drawn.get(key) == Some(&(*place, *which)) {
                continue;
            }
            let (column, row) = place.at;
            let (first, rows) = (u32::from(place.first) * painted.row, u32::from(place.cells.1) * painted.row);
            // Nobody reads this: a string takes whatever is written.
            let _ = write!(out, "\x1b[{};{}H", row + 1, column + 1);
            match (&painted.dots, protocol) {
                (Dots::Few { colors, dots }, Protocol::Sixel) => {
                    let dots = part(dots, painted, 1, first, rows);
                    sixel::encode(&mut out, colors, dots, painted.width);
                }
                (Dots::Rgba(rgba), Protocol::Iterm) => {
                    let rgba = part(rgba, painted, 4, first, rows);
                    iterm::encode(&mut out, rgba, (painted.width, rows), place.cells);
                }
                // Painted for another terminal.
                _ => {}
            }
        }
        self.drawn = wanted;
        out
    }
}

fn wanted(paintings: &Paintings, places: &[Place]) -> Drawn {
    let one = |place: &Place| Some(((place.image, place.number), (*place, paintings.get(place.key())?.0)));
    places.iter().filter_map(one).collect()
}

/// Rows of pixels that take `bytes` each.
fn part<'a>(dots: &'a [u8], painted: &Painted, bytes: u32, first: u32, rows: u32) -> &'a [u8] {
    let at =
        |row: u32| usize::try_from(u64::from(row) * u64::from(painted.width) * u64::from(bytes)).unwrap_or(usize::MAX);
    let end = at(first.saturating_add(rows)).min(dots.len());
    dots.get(at(first).min(end)..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::sixel::tests::decode;
    use super::*;
    use crate::app::look::Imaging;

    const PALETTE: [[u8; 3]; 2] = [[100, 0, 0], [0, 0, 100]];

    fn place(row: u16, first: u16, rows: u16) -> Place {
        Place { image: 1, number: 1, at: (30, row), cells: (2, rows), pixels: (0, 160), width: 320, rows: 4, first }
    }

    /// Two columns and four rows of cells of 4 × 8 pixels; each row of cells has a color of its own.
    fn paintings() -> Paintings {
        let imaging =
            Imaging { protocol: Protocol::Sixel, cell: Some((4, 8)), measured: None, registers: 0, paper: None };
        let mut paintings = Paintings::default();
        let job = paintings.ask((1, (2, 4)), &[].into(), imaging, (0, 0, 0)).unwrap();
        let dots = (0..4 * 8 * 8).map(|at| ((at / 64) % 2) as u8).collect();
        let dots = Dots::Few { colors: PALETTE.to_vec(), dots };
        paintings.take(job.done(Some(Painted { width: 8, row: 8, dots })));
        paintings
    }

    #[test]
    fn an_image_is_drawn_when_it_comes_moves_or_was_written_over_and_else_not() {
        let paintings = paintings();
        let mut cells = Cells::default();
        let mut frame = |places: &[Place]| {
            let changes = cells.change(&paintings, places);
            let out = cells.write(Protocol::Sixel, &paintings, places);
            assert!(changes || out.is_empty());
            (changes, out)
        };
        assert_eq!(frame(&[]), (false, String::new()));
        let (_, first) = frame(&[place(4, 0, 4)]);
        assert!(first.starts_with("\x1b[5;31H\x1bP0;1;0q") && first.ends_with("\x1b\\"), "{first:?}");
        assert_eq!(frame(&[place(4, 0, 4)]), (false, String::new()), "nothing has changed");
        assert!(frame(&[place(3, 0, 4)]).1.starts_with("\x1b[4;31H"));
        assert_eq!(frame(&[]), (true, String::new()), "the frame takes it away");
        assert!(frame(&[place(3, 0, 4)]).1.starts_with("\x1b[4;31H"), "it was written over");
        cells.forget();
        assert!(cells.write(Protocol::Sixel, &paintings, &[place(3, 0, 4)]).starts_with("\x1b[4;31H"));
    }

    #[test]
    fn of_an_image_half_in_sight_those_rows_are_drawn() {
        let paintings = paintings();
        let out = Cells::default().write(Protocol::Sixel, &paintings, &[place(0, 1, 2)]);
        let (size, pixels) = decode(out.split_once('H').unwrap().1);
        assert_eq!(size, (8, 16));
        assert!(pixels[..64].iter().all(|pixel| *pixel == Some(PALETTE[1])));
        assert!(pixels[64..].iter().all(|pixel| *pixel == Some(PALETTE[0])));
    }

    #[test]
    fn what_is_not_painted_yet_is_not_drawn() {
        let mut cells = Cells::default();
        assert_eq!(cells.write(Protocol::Iterm, &Paintings::default(), &[place(0, 0, 4)]), "");
        assert!(cells.write(Protocol::Sixel, &paintings(), &[place(0, 0, 4)]).len() > 20, "then it comes");
    }
}
