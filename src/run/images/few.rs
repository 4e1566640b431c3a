//! Few colors in the place of many: what a terminal's color registers hold. Colors are parted where they vary most, at
//! their mean, until there are as many parts as registers; each part is drawn in its mean color.

use crate::app::images::Dots;

/// Registers that are used at most: [`Dots::CLEAR`] is none of them.
pub const MOST: usize = Dots::CLEAR as usize;
/// What is less opaque than this is not drawn.
const FAINT: u32 = 16;
/// Shades of red, green and blue that a register can hold.
const SHADES: usize = 101;

/// A color, and how many pixels have it.
type Counted = ([u8; 3], u32);

/// The colors of pixels that are red, green, blue and how opaque, on a background: at most so many, and where each is.
pub fn reduce(rgba: &[u8], paper: (u8, u8, u8), most: usize) -> Dots {
    let colors: Vec<Option<[u8; 3]>> = rgba.chunks_exact(4).map(|pixel| shade(pixel, paper)).collect();
    let mut table = vec![0u32; SHADES * SHADES * SHADES];
    for color in colors.iter().flatten() {
        if let Some(count) = table.get_mut(place(*color)) {
            *count += 1;
        }
    }
    let mut counted: Vec<Counted> =
        table.iter().enumerate().filter(|(_, n)| **n > 0).map(|(at, n)| (at_place(at), *n)).collect();
    let parts = parts(&mut counted, most.clamp(2, MOST));
    // From here on the table says which part a color is in.
    let mut means = Vec::with_capacity(parts.len());
    for (number, part) in (0u32..).zip(&parts) {
        means.push(part.mean.map(|channel| (channel.round() as u8).min(100)));
        for (color, _) in counted.get(part.first..part.end).unwrap_or_default() {
            if let Some(place) = table.get_mut(place(*color)) {
                *place = number;
            }
        }
    }
    let number = |color: [u8; 3]| table.get(place(color)).and_then(|number| u8::try_from(*number).ok());
    let dots = colors.iter().map(|color| color.and_then(number).unwrap_or(Dots::CLEAR)).collect();
    Dots::Few { colors: means, dots }
}

/// The color of a pixel on a background, each channel of 0 to 100; `None` where the background shows as it is.
fn shade(pixel: &[u8], paper: (u8, u8, u8)) -> Option<[u8; 3]> {
    let [red, green, blue, opaque] = *pixel.first_chunk::<4>()?;
    let opaque = u32::from(opaque);
    let channel = |ink: u8, paper: u8| {
        let mixed = u32::from(ink) * opaque + u32::from(paper) * (255 - opaque);
        u8::try_from((mixed * 100 + 255 * 255 / 2) / (255 * 255)).unwrap_or(100)
    };
    (opaque >= FAINT).then(|| [channel(red, paper.0), channel(green, paper.1), channel(blue, paper.2)])
}

fn place([red, green, blue]: [u8; 3]) -> usize {
    (usize::from(red) * SHADES + usize::from(green)) * SHADES + usize::from(blue)
}

fn at_place(at: usize) -> [u8; 3] {
    [at / SHADES / SHADES, at / SHADES % SHADES, at % SHADES].map(|shade| u8::try_from(shade).unwrap_or(100))
}

/// Colors that lie together.
struct Part {
    first: usize,
    end: usize,
    mean: [f32; 3],
    /// How far from the mean all pixels are together, squared, by channel.
    spread: [f32; 3],
}

impl Part {
    fn of(colors: &[Counted], first: usize, end: usize) -> Self {
        let inside = colors.get(first..end).unwrap_or_default();
        let pixels = inside.iter().map(|(_, count)| f64::from(*count)).sum::<f64>().max(1.0);
        let (mut mean, mut spread) = ([0.0; 3], [0.0; 3]);
        for channel in 0..3 {
            let value = |color: &[u8; 3]| f64::from(color.get(channel).copied().unwrap_or(0));
            let sum = inside.iter().map(|(color, count)| value(color) * f64::from(*count)).sum::<f64>();
            let middle = sum / pixels;
            let far = inside.iter().map(|(color, count)| (value(color) - middle).powi(2) * f64::from(*count));
            if let (Some(mean), Some(spread)) = (mean.get_mut(channel), spread.get_mut(channel)) {
                (*mean, *spread) = (middle as f32, far.sum::<f64>() as f32);
            }
        }
        Self { first, end, mean, spread }
    }

    /// The channel that varies most, and how much.
    fn widest(&self) -> (usize, f32) {
        let channels = self.spread.iter().copied().enumerate();
        channels.max_by(|(_, a), (_, b)| a.total_cmp(b)).unwrap_or((0, 0.0))
    }
}

/// Parts of colors, which are put in the order of the parts.
fn parts(colors: &mut [Counted], most: usize) -> Vec<Part> {
    if colors.is_empty() {
        return Vec::new();
    }
    let mut parts = vec![Part::of(colors, 0, colors.len())];
    while parts.len() < most {
        let widest = |(_, a): &(usize, &Part), (_, b): &(usize, &Part)| a.widest().1.total_cmp(&b.widest().1);
        let Some((at, part)) = parts.iter().enumerate().max_by(widest).filter(|(_, part)| part.widest().1 > 0.0) else {
            break; // Each color has a part of its own.
        };
        let (channel, _) = part.widest();
        let (first, end, mean) = (part.first, part.end, part.mean.get(channel).copied().unwrap_or(0.0));
        let below = |color: &Counted| color.0.get(channel).is_some_and(|value| f32::from(*value) <= mean);
        let inside = colors.get_mut(first..end).unwrap_or_default();
        inside.sort_unstable_by_key(|color| !below(color));
        let middle = first + inside.partition_point(below);
        let halves = [Part::of(colors, first, middle), Part::of(colors, middle, end)];
        parts.splice(at..=at, halves);
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BLACK: (u8, u8, u8) = (0, 0, 0);

    fn few(rgba: &[u8], most: usize) -> (Vec<[u8; 3]>, Vec<u8>) {
        match reduce(rgba, BLACK, most) {
            Dots::Few { colors, dots } => (colors, dots),
            Dots::Rgba(_) => panic!("not reduced"),
        }
    }

    fn pixels(colors: &[[u8; 4]]) -> Vec<u8> {
        colors.concat()
    }

    #[test]
    fn where_there_are_registers_for_all_colors_stay_what_they_are() {
        let rgba: Vec<u8> = pixels(&[[255, 0, 0, 255], [0, 255, 0, 255], [255, 0, 0, 255], [51, 102, 255, 255]]);
        let (colors, dots) = few(&rgba, 256);
        let drawn: Vec<[u8; 3]> = dots.iter().map(|dot| colors[usize::from(*dot)]).collect();
        assert_eq!(drawn, [[100, 0, 0], [0, 100, 0], [100, 0, 0], [20, 40, 100]]);
        assert_eq!(colors.len(), 3);
    }

    #[test]
    fn what_can_be_seen_through_mixes_with_the_background_or_is_left_out() {
        let rgba = pixels(&[[255, 255, 255, 0], [200, 10, 10, 8], [255, 255, 255, 128]]);
        let (colors, dots) = few(&rgba, 256);
        assert_eq!((dots[0], dots[1], colors), (Dots::CLEAR, Dots::CLEAR, vec![[50, 50, 50]]));
        let Dots::Few { colors, .. } = reduce(&rgba, (255, 255, 255), 256) else { panic!() };
        assert_eq!(colors, [[100, 100, 100]]);
    }

    #[test]
    fn many_colors_become_few_that_are_near_them() {
        // Every shade of gray, and a little of a red that must not be lost.
        let mut rgba: Vec<u8> = (0..=255u8).flat_map(|gray| [gray, gray, gray, 255].repeat(40)).collect();
        rgba.extend([230, 20, 20, 255].repeat(200));
        for (most, error) in [(2, 64), (16, 5), (64, 2), (256, 1)] {
            let (colors, dots) = few(&rgba, most);
            assert!(colors.len() <= most.min(MOST));
            let far = rgba.chunks(4).zip(&dots).map(|(pixel, dot)| {
                let wanted = shade(pixel, BLACK).unwrap();
                let got = colors[usize::from(*dot)];
                wanted.iter().zip(got).map(|(a, b)| a.abs_diff(b)).max().unwrap()
            });
            let far = far.max().unwrap();
            assert!(far <= error, "{most} colors: {far}");
        }
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(few(&[], 256), (Vec::new(), Vec::new()));
        assert_eq!(few(&[1, 2, 3], 256), (Vec::new(), Vec::new()));
        assert_eq!(few(&[0, 0, 0, 0], 0), (Vec::new(), vec![Dots::CLEAR]));
    }

    proptest! {
        #[test]
        fn any_pixels_have_a_register_or_none(
            rgba in proptest::collection::vec(any::<u8>(), 0..2000),
            most in 0usize..400,
        ) {
            let (colors, dots) = few(&rgba, most);
            prop_assert!(colors.len() <= most.clamp(2, MOST) && dots.len() == rgba.len() / 4);
            for (pixel, dot) in rgba.chunks_exact(4).zip(&dots) {
                prop_assert_eq!(shade(pixel, BLACK).is_none(), *dot == Dots::CLEAR);
                prop_assert!(*dot == Dots::CLEAR || usize::from(*dot) < colors.len());
            }
            prop_assert!(colors.iter().flatten().all(|channel| *channel <= 100));
        }
    }
}
