//! Images of the open lesson: which are asked for, the cells they get, and where they lie on the screen.

mod painting;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::look::Theme;
use super::panes::WIDE;
use super::{App, Effect, Panes};
use crate::lesson::ImageRoom;
use crate::text::Role;

pub use painting::{Done, Dots, Job, Key, Painted, Paintings};

/// Images of one lesson that are kept at most.
const MOST: usize = 32;

/// An image file of the course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path, as the lesson writes it.
    pub path: String,
    /// The whole PNG file.
    pub bytes: Arc<[u8]>,
    /// Pixels: columns and rows, neither 0.
    pub size: (u32, u32),
}

/// What was found of the images a lesson asked for.
#[derive(Clone, Debug)]
pub struct Found {
    /// The lesson.
    pub node: usize,
    /// Pixels of a cell: columns and rows, neither 0.
    pub cell: (u16, u16),
    /// Those that can be shown.
    pub files: Vec<File>,
    /// Of each that is there and cannot be shown, why.
    pub refused: Vec<String>,
}

/// The images of the open lesson.
#[derive(Debug, Default)]
pub struct Images {
    asked: BTreeSet<String>,
    found: Vec<(u32, File)>,
    /// Those made ready for a terminal that needs it.
    pub paintings: Paintings,
    cell: (u16, u16),
    /// The name of the image found last; never given twice.
    last: u32,
}

/// An image on the screen, or the part of it that is in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its name among all images.
    pub image: u32,
    /// Which of the lesson's images it is, from 1.
    pub number: u32,
    /// Its first cell on the screen: column and row, from 0.
    pub at: (u16, u16),
    /// Its cells: columns and rows.
    pub cells: (u16, u16),
    /// The first row of its pixels, and how many.
    pub pixels: (u32, u32),
    /// Columns of its pixels.
    pub width: u32,
    /// Its rows of cells, those out of sight too.
    pub rows: u16,
    /// The first of them that is in sight.
    pub first: u16,
}

impl Place {
    /// What has to be painted to show it.
    pub fn key(&self) -> Key {
        (self.image, (self.cells.0, self.rows))
    }
}

impl Images {
    /// Another lesson, or the same one anew.
    pub fn clear(&mut self) {
        self.paintings.outdate();
        *self = Self { last: self.last, paintings: std::mem::take(&mut self.paintings), ..Self::default() };
    }

    /// The images there are, by name.
    pub fn files(&self) -> impl Iterator<Item = (u32, &File)> {
        self.found.iter().map(|(name, file)| (*name, file))
    }

    fn add(&mut self, cell: (u16, u16), files: Vec<File>) {
        self.cell = cell;
        for file in files {
            if self.asked.contains(&file.path) && !self.found.iter().any(|(_, known)| known.path == file.path) {
                self.last += 1;
                self.found.push((self.last, file));
            }
        }
    }

    /// The cells that the images get in a pane.
    fn rooms(&self, width: usize, height: usize) -> Arc<[ImageRoom]> {
        let room = |file: &File| {
            let (columns, rows) = cells(file.size, self.cell, (width, height * 2 / 3));
            ImageRoom { path: file.path.clone(), columns, rows }
        };
        self.found.iter().map(|(_, file)| room(file)).collect()
    }
}

/// The cells of an image: as many as its pixels take, fewer where there is no room for them, in the same proportion.
fn cells(pixels: (u32, u32), cell: (u16, u16), most: (usize, usize)) -> (usize, usize) {
    let (width, height) = (u64::from(pixels.0.max(1)), u64::from(pixels.1.max(1)));
    let (across, down) = (u64::from(cell.0.max(1)), u64::from(cell.1.max(1)));
    let room = (most.0.max(1) as u64 * across, most.1.max(1) as u64 * down);
    // Pixels on the screen.
    let (mut x, mut y) = (width, height);
    if x > room.0 {
        (x, y) = (room.0, (height * room.0 / width).max(1));
    }
    if y > room.1 {
        (x, y) = ((width * room.1 / height).max(1), room.1);
    }
    let count = |pixels: u64, of: u64, most: usize| {
        usize::try_from((pixels + of / 2) / of).unwrap_or(most).clamp(1, most.max(1))
    };
    (count(x, across, most.0), count(y, down, most.1))
}

/// The part of an image that is in sight: its rows of cells, and its first row of pixels and how many.
fn part(rows: &Range<usize>, sight: &Range<usize>, height: u32) -> Option<(Range<usize>, (u32, u32))> {
    let seen = rows.start.max(sight.start)..rows.end.min(sight.end);
    if seen.is_empty() {
        return None;
    }
    let pixel = |row: usize| {
        let (above, all) = ((row - rows.start) as u64, rows.len() as u64);
        u32::try_from(u64::from(height) * above / all).unwrap_or(height)
    };
    let (first, end) = (pixel(seen.start), pixel(seen.end));
    (first < end).then_some((seen, (first, end - first)))
}

impl App {
    /// The open lesson's images have been read.
    pub(super) fn found_images(&mut self, found: Found) {
        if self.reader.node != Some(found.node) {
            return;
        }
        match found.refused.as_slice() {
            [] => {}
            [one] => self.say(Role::Wait, one),
            [first, more @ ..] => {
                self.say(Role::Wait, format!("{first} 볼 수 없는 그림이 {}개 더 있어요.", more.len()))
            }
        }
        self.images.add(found.cell, found.files);
    }

    /// Gives the lesson's images their room in a pane.
    pub(super) fn give_room(&mut self, width: usize, height: usize) {
        if self.look.images.is_some() {
            let rooms = self.images.rooms(width, height);
            if rooms != self.reader.images {
                self.reader.images = rooms;
            }
        }
    }

    /// Asks for the images of the page that have not been asked for.
    pub(super) fn ask_images(&mut self) {
        let Some(node) = self.reader.node.filter(|_| self.look.images.is_some()) else { return };
        let mut paths = Vec::new();
        for image in &self.reader.page.images {
            if self.images.asked.len() < MOST && self.images.asked.insert(image.path.clone()) {
                paths.push(image.path.clone());
            }
        }
        if !paths.is_empty() {
            self.effects.push(Effect::Images(node, paths));
        }
    }

    /// Asks for what is in sight and has to be painted first.
    pub(super) fn ask_paintings(&mut self) {
        let Some(imaging) = self.look.images.filter(|imaging| imaging.protocol.in_cells()) else { return };
        let paper = imaging.paper.unwrap_or(match self.look.theme {
            Theme::Dark => (0, 0, 0),
            Theme::Light => (255, 255, 255),
        });
        let places = self.image_places();
        let Images { found, paintings, .. } = &mut self.images;
        for place in &places {
            let file = found.iter().find(|(name, _)| *name == place.image).map(|(_, file)| file);
            let job = file.and_then(|file| paintings.ask(place.key(), &file.bytes, imaging, paper));
            self.effects.extend(job.map(|job| Effect::Paint(Box::new(job))));
        }
        paintings.keep(&places.iter().map(Place::key).collect());
    }

    /// Whether a popup lies over the lesson.
    pub(super) fn covered(&self) -> bool {
        let aside = self.size.0 >= WIDE && self.panes().checks.is_some();
        self.popup.as_ref().is_some_and(|popup| !(aside && popup.aside()))
    }

    /// Where images lie on the screen; none behind a popup.
    pub fn image_places(&self) -> Vec<Place> {
        let shown = self.look.images.is_some() && !self.covered();
        let Some(pane) = self.panes().reader.filter(|_| shown) else { return Vec::new() };
        let body = Panes::body(pane);
        let top = self.reader.top;
        let sight = top..top + usize::from(body.height);
        let place = |(index, image): (usize, &crate::lesson::ImageSpan)| {
            let (name, file) = self.images.files().find(|(_, file)| file.path == image.path)?;
            let (rows, pixels) = part(&image.rows, &sight, file.size.1)?;
            let cell = |count: usize| u16::try_from(count).ok();
            let (column, row) = (body.x + cell(image.column)?, body.y + cell(rows.start - top)?);
            let columns = cell(image.columns)?;
            let fits = columns > 0 && column + columns <= body.right();
            fits.then_some(Place {
                image: name,
                number: u32::try_from(index).ok()? + 1,
                at: (column, row),
                cells: (columns, cell(rows.len())?),
                pixels,
                width: file.size.0,
                rows: cell(image.rows.len())?,
                first: cell(rows.start - image.rows.start)?,
            })
        };
        self.reader.page.images.iter().enumerate().filter_map(place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_get_the_cells_of_their_pixels_or_what_there_is() {
        #[track_caller]
        fn check(pixels: (u32, u32), most: (usize, usize), expected: (usize, usize)) {
            assert_eq!(cells(pixels, (8, 16), most), expected, "{pixels:?} in {most:?}");
        }
        check((320, 160), (80, 20), (40, 10));
        check((1280, 160), (80, 20), (80, 5));
        check((320, 1600), (80, 20), (8, 20));
        check((4096, 4096), (80, 20), (40, 20));
        check((1, 1), (80, 20), (1, 1));
        check((4096, 1), (80, 20), (80, 1));
        check((320, 160), (0, 0), (1, 1));
    }

    #[test]
    fn of_an_image_half_in_sight_that_half_is_shown() {
        #[track_caller]
        fn check(rows: Range<usize>, expected: Option<(Range<usize>, (u32, u32))>) {
            assert_eq!(part(&rows, &(10..30), 100), expected, "{rows:?}");
        }
        check(10..20, Some((10..20, (0, 100))));
        check(5..15, Some((10..15, (50, 50))));
        check(25..35, Some((25..30, (0, 50))));
        check(0..40, Some((10..30, (25, 50))));
        check(0..10, None);
        check(30..40, None);
        check(15..15, None);
    }

    #[test]
    fn names_are_never_given_twice_and_what_nobody_asked_for_is_dropped() {
        let file = |path: &str| File { path: path.into(), bytes: [].into(), size: (8, 16) };
        let mut images = Images::default();
        images.asked.extend(["a.png".to_owned(), "b.png".to_owned()]);
        images.add((8, 16), vec![file("a.png"), file("c.png"), file("a.png"), file("b.png")]);
        assert_eq!(
            images.files().map(|(name, file)| (name, &*file.path)).collect::<Vec<_>>(),
            [(1, "a.png"), (2, "b.png")]
        );
        images.clear();
        images.add((8, 16), vec![file("a.png")]);
        assert_eq!(images.files().count(), 0);
        images.asked.insert("a.png".into());
        images.add((8, 16), vec![file("a.png")]);
        assert_eq!(images.files().map(|(name, _)| name).collect::<Vec<_>>(), [3]);
    }
}
