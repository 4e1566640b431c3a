//! Images drawn over the cells, by kitty's graphics protocol. A frame says what is other than in the frame before; each
//! image is sent once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::app::images::{File, Place};

/// How everything begins that is said of images.
pub const START: &str = "\x1b_G";
/// Takes all images off the screen.
pub const CLEAR: &str = "\x1b_Ga=d,d=A,q=2\x1b\\";
/// Bytes of base64 in one sequence.
const CHUNK: usize = 4096;
/// Where our names begin, so that images of other programs in the same terminal keep theirs.
const NAMES: u32 = 0x4a54_0000;

/// What the terminal has.
#[derive(Debug, Default)]
pub struct Kitty {
    sent: BTreeSet<u32>,
    placed: BTreeMap<(u32, u32), Place>,
    forgotten: bool,
}

impl Kitty {
    /// The screen has been erased: what the terminal still has is not known.
    pub fn forget(&mut self) {
        self.forgotten |= !self.sent.is_empty();
        self.sent.clear();
        self.placed.clear();
    }

    /// What to write after a frame; mostly nothing.
    pub fn write(&mut self, files: &BTreeMap<u32, &File>, places: &[Place]) -> String {
        let mut out = String::new();
        if std::mem::take(&mut self.forgotten) {
            out.push_str(CLEAR);
        }
        let wanted: BTreeMap<(u32, u32), Place> =
            places.iter().map(|place| ((place.image, place.number), *place)).collect();
        // Nobody reads this: a string takes whatever is written.
        for (key, _) in self.placed.iter().filter(|(key, place)| wanted.get(*key) != Some(*place)) {
            let _ = write!(out, "\x1b_Ga=d,d=i,i={},p={},q=2\x1b\\", NAMES + key.0, key.1);
        }
        // Those of another lesson are not kept.
        self.sent.retain(|name| {
            let kept = files.contains_key(name);
            if !kept {
                let _ = write!(out, "\x1b_Ga=d,d=I,i={},q=2\x1b\\", NAMES + name);
            }
            kept
        });
        for (key, place) in wanted.iter().filter(|(key, place)| self.placed.get(*key) != Some(*place)) {
            if let Some(file) = files.get(&key.0)
                && self.sent.insert(key.0)
            {
                send(&mut out, NAMES + key.0, &file.bytes);
            }
            put(&mut out, place);
        }
        self.placed = wanted;
        out
    }
}

fn send(out: &mut String, name: u32, bytes: &[u8]) {
    // Three bytes are four of base64.
    let mut chunks = bytes.chunks(CHUNK / 4 * 3).peekable();
    let mut control = format!("a=t,f=100,i={name},");
    while let Some(chunk) = chunks.next() {
        let more = u8::from(chunks.peek().is_some());
        let _ = write!(out, "\x1b_G{control}q=2,m={more};");
        STANDARD.encode_string(chunk, out);
        out.push_str("\x1b\\");
        control.clear();
    }
}

fn put(out: &mut String, place: &Place) {
    let Place { image, number, at: (column, row), cells: (columns, rows), pixels: (first, count), width, .. } = place;
    let name = NAMES + image;
    let _ = write!(out, "\x1b[{};{}H", row + 1, column + 1);
    let _ = write!(
        out,
        "\x1b_Ga=p,i={name},p={number},c={columns},r={rows},x=0,y={first},w={width},h={count},C=1,q=2\x1b\\"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: usize) -> File {
        File { path: "a.png".into(), bytes: vec![7; bytes].into(), size: (320, 160) }
    }

    fn place(image: u32, row: u16) -> Place {
        Place { image, number: 1, at: (30, row), cells: (40, 10), pixels: (0, 160), width: 320, rows: 10, first: 0 }
    }

    #[test]
    fn an_image_is_sent_once_and_moved_by_its_placement() {
        let file = file(3);
        let files = BTreeMap::from([(1, &file)]);
        let mut graphics = Kitty::default();
        let name = NAMES + 1;
        let put =
            |row: u16| format!("\x1b[{row};31H\x1b_Ga=p,i={name},p=1,c=40,r=10,x=0,y=0,w=320,h=160,C=1,q=2\x1b\\");
        let sent = format!("\x1b_Ga=t,f=100,i={name},q=2,m=0;BwcH\x1b\\");
        let gone = format!("\x1b_Ga=d,d=i,i={name},p=1,q=2\x1b\\");
        assert_eq!(graphics.write(&files, &[]), "");
        assert_eq!(graphics.write(&files, &[place(1, 4)]), format!("{sent}{}", put(5)));
        assert_eq!(graphics.write(&files, &[place(1, 4)]), "", "nothing has changed");
        assert_eq!(graphics.write(&files, &[place(1, 2)]), format!("{gone}{}", put(3)));
        assert_eq!(graphics.write(&files, &[]), gone);
        assert_eq!(graphics.write(&files, &[place(1, 4)]), put(5), "the terminal has it");
        graphics.forget();
        assert_eq!(graphics.write(&files, &[place(1, 4)]), format!("{CLEAR}{sent}{}", put(5)));
        let freed = format!("\x1b_Ga=d,d=I,i={name},q=2\x1b\\");
        assert_eq!(graphics.write(&BTreeMap::new(), &[]), format!("{gone}{freed}"));
        graphics.forget();
        assert_eq!(graphics.write(&BTreeMap::new(), &[]), "", "the terminal has nothing of ours");
    }

    #[test]
    fn long_files_go_in_chunks_that_join_to_the_file() {
        #[track_caller]
        fn check(bytes: usize, chunks: usize) {
            let file: Vec<u8> = (0..bytes).map(|i| (i % 251) as u8).collect();
            let mut out = String::new();
            send(&mut out, 9, &file);
            let mut data = String::new();
            let pieces: Vec<&str> = out.split_terminator("\x1b\\").collect();
            for (index, piece) in pieces.iter().enumerate() {
                let (control, chunk) = piece.strip_prefix("\x1b_G").unwrap().split_once(';').unwrap();
                let more = u8::from(index + 1 < pieces.len());
                let first = if index == 0 { "a=t,f=100,i=9," } else { "" };
                assert_eq!(control, format!("{first}q=2,m={more}"));
                assert!(chunk.len() <= CHUNK && chunk.len() % 4 == 0);
                data.push_str(chunk);
            }
            assert_eq!((STANDARD.decode(data).unwrap(), pieces.len()), (file, chunks));
        }
        check(1, 1);
        check(3072, 1);
        check(3073, 2);
        check(10_000, 4);
    }
}
