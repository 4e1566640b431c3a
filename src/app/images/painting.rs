//! Images made ready for terminals that know no names for them: scaled to the pixels of their cells, away from the
//! screen's thread, and kept while they are in sight.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::app::look::Imaging;

/// Paintings that are kept at most beside those in sight.
const KEPT: usize = 4;

/// An image by its name, and all the cells it takes: columns and rows.
pub type Key = (u32, (u16, u16));

/// What it takes to paint an image.
#[derive(Clone, Debug)]
pub struct Job {
    /// What is painted.
    pub key: Key,
    /// The image: a whole PNG file.
    pub bytes: Arc<[u8]>,
    /// For which terminal.
    pub imaging: Imaging,
    /// What shows through.
    pub paper: (u8, u8, u8),
    /// When it was asked for; what was asked for before a change of size is of no use.
    round: u32,
}

/// The pixels of an image, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dots {
    /// Red, green, blue and how opaque.
    Rgba(Vec<u8>),
    /// A color each, of few; [`Dots::CLEAR`] is none.
    Few {
        /// Red, green and blue, each of 0 to 100.
        colors: Vec<[u8; 3]>,
        /// Places in `colors`.
        dots: Vec<u8>,
    },
}

impl Dots {
    /// No color: what lies below shows.
    pub const CLEAR: u8 = u8::MAX;
}

/// An image in pixels of the screen.
#[derive(Clone, Debug)]
pub struct Painted {
    /// Columns of pixels.
    pub width: u32,
    /// Rows of pixels that a row of cells takes.
    pub row: u32,
    /// Its pixels.
    pub dots: Dots,
}

/// A job's end.
#[derive(Clone, Debug)]
pub struct Done {
    key: Key,
    round: u32,
    painted: Option<Painted>,
}

impl Job {
    /// What came of it; `None` when it cannot be painted.
    pub fn done(&self, painted: Option<Painted>) -> Done {
        Done { key: self.key, round: self.round, painted }
    }
}

/// What has been asked for, and what is there.
#[derive(Debug, Default)]
pub struct Paintings {
    /// By what they are: nothing while it is awaited or cannot be had, else when it came.
    known: BTreeMap<Key, Option<(u32, Painted)>>,
    round: u32,
    /// How many have come; never less than before.
    came: u32,
}

impl Paintings {
    /// Pixels are others from now on.
    pub fn outdate(&mut self) {
        self.known.clear();
        self.round = self.round.wrapping_add(1);
    }

    /// A job, if a painting that is in sight has not been asked for.
    pub fn ask(&mut self, key: Key, bytes: &Arc<[u8]>, imaging: Imaging, paper: (u8, u8, u8)) -> Option<Job> {
        if self.known.contains_key(&key) {
            return None;
        }
        self.known.insert(key, None);
        Some(Job { key, bytes: bytes.clone(), imaging, paper, round: self.round })
    }

    /// Lets go of what is not in sight, but for a few.
    pub fn keep(&mut self, sight: &BTreeSet<Key>) {
        let away = |known: &BTreeMap<Key, _>| known.keys().filter(|key| !sight.contains(key)).count();
        if away(&self.known) > KEPT {
            self.known.retain(|key, _| sight.contains(key));
        }
    }

    /// A job has ended.
    pub fn take(&mut self, done: Done) {
        if done.round != self.round {
            return;
        }
        if let (Some(place), Some(painted)) = (self.known.get_mut(&done.key), done.painted) {
            self.came = self.came.wrapping_add(1);
            *place = Some((self.came, painted));
        }
    }

    /// A painting, and a number that no other one has.
    pub fn get(&self, key: Key) -> Option<&(u32, Painted)> {
        self.known.get(&key)?.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::look::Protocol;

    const IMAGING: Imaging =
        Imaging { protocol: Protocol::Sixel, cell: Some((8, 16)), measured: None, registers: 0, paper: None };

    fn painted() -> Painted {
        Painted { width: 8, row: 16, dots: Dots::Rgba(vec![0; 8 * 16 * 4]) }
    }

    fn ask(paintings: &mut Paintings, image: u32) -> Option<Job> {
        paintings.ask((image, (1, 1)), &[].into(), IMAGING, (0, 0, 0))
    }

    #[test]
    fn a_painting_is_asked_for_once_and_anew_after_a_change_of_size() {
        let mut paintings = Paintings::default();
        let job = ask(&mut paintings, 1).unwrap();
        assert!(ask(&mut paintings, 1).is_none() && paintings.get(job.key).is_none());
        paintings.outdate();
        let again = ask(&mut paintings, 1).unwrap();
        paintings.take(job.done(Some(painted())));
        assert!(paintings.get(job.key).is_none(), "it has the wrong size");
        paintings.take(again.done(Some(painted())));
        let first = paintings.get(job.key).unwrap().0;
        paintings.outdate();
        let third = ask(&mut paintings, 1).unwrap();
        paintings.take(third.done(Some(painted())));
        assert_ne!(paintings.get(job.key).unwrap().0, first);
    }

    #[test]
    fn what_cannot_be_painted_is_not_asked_for_over_and_over() {
        let mut paintings = Paintings::default();
        let job = ask(&mut paintings, 1).unwrap();
        paintings.take(job.done(None));
        assert!(paintings.get(job.key).is_none() && ask(&mut paintings, 1).is_none());
    }

    #[test]
    fn many_paintings_out_of_sight_are_let_go() {
        let mut paintings = Paintings::default();
        let jobs: Vec<Job> = (0..6).filter_map(|image| ask(&mut paintings, image)).collect();
        jobs.iter().for_each(|job| paintings.take(job.done(Some(painted()))));
        let sight = BTreeSet::from([jobs[0].key, jobs[1].key]);
        paintings.keep(&sight);
        assert!(jobs.iter().all(|job| paintings.get(job.key).is_some()), "four are kept");
        let more = ask(&mut paintings, 9).unwrap();
        paintings.take(more.done(Some(painted())));
        paintings.keep(&sight);
        let left: Vec<u32> = jobs.iter().filter(|j| paintings.get(j.key).is_some()).map(|j| j.key.0).collect();
        assert_eq!(left, [0, 1]);
        paintings.take(more.done(Some(painted())));
        assert!(paintings.get(more.key).is_none(), "nobody waits for it");
    }
}
