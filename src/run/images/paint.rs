//! Makes images ready for terminals that take pixels: scaled to their cells, and in few colors for sixels.

use image::imageops::FilterType;

use super::{few, picture};
use crate::app::images::{Dots, Job, Painted};
use crate::app::look::Protocol;

/// Pixels of a cell where the terminal does not say: those of many terminals, twice, so that letters in an image stay
/// sharp when the terminal scales it.
const GUESS: (u16, u16) = (16, 32);

/// Paints an image, given what the system knows of a cell's pixels; `None` where it cannot be done.
pub fn paint(job: &Job, measured: Option<(u16, u16)>) -> Option<Painted> {
    let (columns, rows) = job.key.1;
    let protocol = job.imaging.protocol;
    let (across, down) = match (job.imaging.cell(measured), protocol) {
        (Some(cell), _) => cell,
        // Sixels are drawn as they are.
        (None, Protocol::Sixel) => return None,
        (None, _) => GUESS,
    };
    let (width, height) = (u32::from(columns) * u32::from(across), u32::from(rows) * u32::from(down));
    let count = u64::from(width) * u64::from(height);
    let image = Some(&job.bytes).filter(|_| (1..=picture::PIXELS).contains(&count))?;
    let image = picture::decode(image).ok()?.resize_exact(width, height, FilterType::CatmullRom).into_rgba8();
    let dots = match protocol {
        Protocol::Sixel => {
            let most = if job.imaging.registers == 0 { few::MOST } else { usize::from(job.imaging.registers) };
            few::reduce(image.as_raw(), job.paper, most)
        }
        _ => Dots::Rgba(image.into_raw()),
    };
    Some(Painted { width, row: u32::from(down), dots })
}

#[cfg(test)]
mod tests {
    use super::super::picture::tests::png;
    use super::*;
    use crate::app::images::Paintings;
    use crate::app::look::Imaging;

    fn painted(protocol: Protocol, cell: Option<(u16, u16)>, cells: (u16, u16), registers: u16) -> Option<Painted> {
        let imaging = Imaging { protocol, cell, measured: None, registers, paper: None };
        let job = Paintings::default().ask((1, cells), &png(40, 20).into(), imaging, (0, 0, 0)).unwrap();
        paint(&job, None)
    }

    #[test]
    fn an_image_has_the_pixels_of_its_cells() {
        let Some(Painted { width, row, dots: Dots::Few { colors, dots } }) =
            painted(Protocol::Sixel, Some((7, 15)), (6, 2), 0)
        else {
            panic!("not painted")
        };
        assert_eq!((width, row, dots.len()), (42, 15, 42 * 30));
        assert!(!colors.is_empty() && colors.len() <= few::MOST);
        let Some(Painted { dots: Dots::Few { colors, .. }, .. }) = painted(Protocol::Sixel, Some((7, 15)), (6, 2), 4)
        else {
            panic!("not painted")
        };
        assert!(colors.len() <= 4, "a terminal with four registers");
    }

    #[test]
    fn pixels_are_guessed_where_the_terminal_scales_and_else_nothing_is_painted() {
        let Some(Painted { width, row, dots: Dots::Rgba(rgba) }) = painted(Protocol::Iterm, None, (6, 2), 0) else {
            panic!("not painted")
        };
        assert_eq!((width, row, rgba.len()), (96, 32, 96 * 64 * 4));
        assert!(painted(Protocol::Sixel, None, (6, 2), 0).is_none());
        assert!(painted(Protocol::Sixel, Some((8, 16)), (0, 2), 0).is_none());
        assert!(painted(Protocol::Sixel, Some((255, 255)), (500, 200), 0).is_none(), "too many pixels");
    }
}
