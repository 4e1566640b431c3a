//! iTerm2's inline images: a file and the cells it is to fill.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder as _};

/// Writes an image, at the cursor, that fills so many cells.
pub fn encode(out: &mut String, rgba: &[u8], (width, height): (u32, u32), (columns, rows): (u16, u16)) {
    if rgba.is_empty() || u64::try_from(rgba.len()) != Ok(4 * u64::from(width) * u64::from(height)) {
        return; // The library panics at pixels that do not fill their rows.
    }
    let mut file = Vec::new();
    // It is sent once and thrown away: to be quick is worth more than to be small.
    let encoder = PngEncoder::new_with_quality(&mut file, CompressionType::Fast, FilterType::Up);
    if encoder.write_image(rgba, width, height, ExtendedColorType::Rgba8).is_err() {
        return; // Memory takes whatever is written.
    }
    // Nobody reads this: a string takes whatever is written.
    let _ = write!(
        out,
        "\x1b]1337;File=inline=1;size={};width={columns};height={rows};preserveAspectRatio=0;doNotMoveCursor=1:",
        file.len()
    );
    STANDARD.encode_string(&file, out);
    out.push('\x07');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_holds_the_pixels_and_says_its_length() {
        let rgba: Vec<u8> = (0..6 * 4 * 4).map(|i| i as u8).collect();
        let mut out = String::new();
        encode(&mut out, &rgba, (6, 4), (3, 2));
        let (head, data) = out.strip_suffix('\x07').unwrap().split_once(':').unwrap();
        let file = STANDARD.decode(data).unwrap();
        let size = file.len();
        assert_eq!(
            head,
            format!("\x1b]1337;File=inline=1;size={size};width=3;height=2;preserveAspectRatio=0;doNotMoveCursor=1")
        );
        let image = image::load_from_memory(&file).unwrap().into_rgba8();
        assert_eq!((image.dimensions(), image.into_raw()), ((6, 4), rgba));
    }

    #[test]
    fn pixels_that_do_not_fill_their_rows_are_not_sent() {
        let mut out = String::new();
        encode(&mut out, &[0; 6 * 4 * 3], (6, 4), (3, 2));
        encode(&mut out, &[], (6, 0), (3, 2));
        assert_eq!(out, "");
    }
}
