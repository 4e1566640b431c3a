//! Sixels: six rows of pixels at a time, for each color the columns in which it is.

use std::fmt::Write as _;

use crate::app::images::Dots;

/// Rows of a band.
const BAND: usize = 6;
/// A count is said of runs longer than this; shorter ones take no more bytes.
const RUN: usize = 3;

/// Writes an image, at the cursor, whose pixels are places in `colors`; what has no color is left as it is.
pub fn encode(out: &mut String, colors: &[[u8; 3]], dots: &[u8], width: u32) {
    let across = usize::try_from(width).unwrap_or(0).max(1);
    let height = dots.len() / across;
    // Nobody reads this: a string takes whatever is written.
    let _ = write!(out, "\x1bP0;1;0q\"1;1;{width};{height}");
    let mut used = [false; 256];
    for dot in dots {
        if let Some(used) = used.get_mut(usize::from(*dot)) {
            *used = true;
        }
    }
    for (number, ([red, green, blue], _)) in colors.iter().zip(used).enumerate().filter(|(_, (_, used))| *used) {
        let _ = write!(out, "#{number};2;{red};{green};{blue}");
    }
    let mut bands = Bands { across, bits: vec![0; colors.len() * across], spans: vec![None; colors.len()] };
    for (index, band) in dots.chunks(across * BAND).enumerate() {
        if index > 0 {
            out.push('-');
        }
        bands.write(out, band);
    }
    out.push_str("\x1b\\");
}

/// The colors of a band.
struct Bands {
    across: usize,
    /// For each color and column, the rows it is in.
    bits: Vec<u8>,
    /// For each color the first and last column it is in.
    spans: Vec<Option<(usize, usize)>>,
}

impl Bands {
    fn write(&mut self, out: &mut String, band: &[u8]) {
        for (row, dots) in band.chunks(self.across).enumerate() {
            for (column, dot) in dots.iter().enumerate().filter(|(_, dot)| **dot != Dots::CLEAR) {
                let color = usize::from(*dot);
                if let (Some(bits), Some(span)) =
                    (self.bits.get_mut(color * self.across + column), self.spans.get_mut(color))
                {
                    *bits |= 1 << row;
                    *span = Some(span.map_or((column, column), |(first, last)| (first.min(column), last.max(column))));
                }
            }
        }
        let mut begun = false;
        for (color, span) in self.spans.iter_mut().enumerate() {
            let Some((first, last)) = span.take() else { continue };
            if std::mem::replace(&mut begun, true) {
                out.push('$');
            }
            let _ = write!(out, "#{color}");
            run(out, 0, first);
            let from = color * self.across;
            let Some(bits) = self.bits.get_mut(from + first..=from + last) else { continue };
            bits.chunk_by(|a, b| a == b).for_each(|same| run(out, same.first().copied().unwrap_or(0), same.len()));
            bits.fill(0);
        }
    }
}

/// The same six pixels so many times.
fn run(out: &mut String, bits: u8, count: usize) {
    let sign = char::from(b'?' + bits);
    if count > RUN {
        let _ = write!(out, "!{count}{sign}");
    } else {
        out.extend(std::iter::repeat_n(sign, count));
    }
}

#[cfg(test)]
pub mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Columns and rows of an image as it says them itself, and its pixels as a terminal would draw them.
    pub fn decode(text: &str) -> ((usize, usize), Vec<Option<[u8; 3]>>) {
        let body = text.strip_prefix("\x1bP0;1;0q\"").and_then(|text| text.strip_suffix("\x1b\\")).unwrap();
        let mut rest = body.bytes().peekable();
        let numbers = |rest: &mut std::iter::Peekable<std::str::Bytes<'_>>| {
            let mut numbers = vec![0usize];
            while let Some(byte) = rest.next_if(|byte| byte.is_ascii_digit() || *byte == b';') {
                match byte {
                    b';' => numbers.push(0),
                    digit => *numbers.last_mut().unwrap() = numbers.last().unwrap() * 10 + usize::from(digit - b'0'),
                }
            }
            numbers
        };
        let [1, 1, width, height] = numbers(&mut rest)[..] else { panic!("no size: {body}") };
        let mut pixels = vec![None; width * height];
        let mut registers = std::collections::BTreeMap::new();
        let (mut x, mut y, mut color) = (0, 0, 0);
        while let Some(byte) = rest.next() {
            let mut count = 1;
            let byte = match byte {
                b'!' => {
                    count = numbers(&mut rest)[0];
                    rest.next().unwrap()
                }
                byte => byte,
            };
            match byte {
                b'#' => match numbers(&mut rest)[..] {
                    [number] => color = number,
                    [number, 2, red, green, blue] => {
                        assert!(number < 256 && [red, green, blue].iter().all(|part| *part <= 100));
                        registers.insert(number, [red as u8, green as u8, blue as u8]);
                    }
                    ref other => panic!("{other:?}"),
                },
                b'$' => x = 0,
                b'-' => (x, y) = (0, y + BAND),
                b'?'..=b'~' => {
                    for _ in 0..count {
                        assert!(x < width, "beyond the last column");
                        for row in (0..BAND).filter(|row| (byte - b'?') & (1 << row) != 0) {
                            assert!(y + row < height, "beyond the last row");
                            pixels[(y + row) * width + x] = Some(registers[&color]);
                        }
                        x += 1;
                    }
                }
                other => panic!("{:?}", char::from(other)),
            }
        }
        ((width, height), pixels)
    }

    #[test]
    fn runs_are_counted_and_only_colors_that_are_there_are_named() {
        let mut out = String::new();
        encode(&mut out, &[[0, 0, 0], [9, 9, 9], [100, 50, 0]], &[2; 5 * 7], 5);
        assert_eq!(out, "\x1bP0;1;0q\"1;1;5;7#2;2;100;50;0#2!5~-#2!5@\x1b\\");
    }

    proptest! {
        #[test]
        fn a_terminal_draws_the_pixels_there_are(
            width in 1usize..40,
            dots in proptest::collection::vec(prop_oneof![0u8..5, Just(254), Just(Dots::CLEAR)], 0..600),
        ) {
            let colors: Vec<[u8; 3]> = (0..255u8).map(|i| [i % 101, i / 3, 100 - i % 101]).collect();
            let dots = &dots[..dots.len() / width * width];
            let mut out = String::new();
            encode(&mut out, &colors, dots, width as u32);
            let expected: Vec<_> = dots.iter().map(|dot| colors.get(usize::from(*dot)).copied()).collect();
            prop_assert_eq!(decode(&out), ((width, dots.len() / width), expected));
        }
    }
}
