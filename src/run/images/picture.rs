//! Image files of the course: read, taken apart within limits, and given on as PNG, which every terminal that shows
//! images takes. What means harm or is broken is refused in a sentence.

use std::io::Cursor;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits};

use crate::app::images::{File, Found};
use crate::course;
use crate::files::{ReadError, Tree};

/// Bytes of a file at most.
const LARGEST: usize = 8 << 20;
/// Columns and rows of pixels at most.
const LONGEST: u32 = 8192;
/// Pixels at most: a photograph has them, and they take 64 MiB.
pub const PIXELS: u64 = 16 << 20;
/// Memory that may be taken to get at the pixels.
const MEMORY: u64 = 192 << 20;
/// Scans of a JPEG file at most: each goes over all pixels, and may take few bytes.
const SCANS: usize = 64;
/// What is made a PNG file has no more columns or rows: no screen shows more.
const SHOWN: u32 = 2048;

/// Pixels of a cell where the terminal does not say.
const GUESS: (u16, u16) = (8, 16);

/// Why an image is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Too many bytes.
    #[error("그림 파일이 {} MiB보다 커서 보여 주지 않아요.", LARGEST >> 20)]
    Large,
    /// Too many pixels: columns and rows.
    #[error("그림이 {0}×{1}픽셀이라 너무 커서 보여 주지 않아요.")]
    Pixels(u32, u32),
    /// Too much work.
    #[error("그림을 푸는 데 너무 많은 힘이 들어서 보여 주지 않아요.")]
    Heavy,
    /// No image that is known here.
    #[error("PNG, JPEG, GIF, WebP 그림이 아니에요.")]
    Unknown,
    /// Its bytes are wrong.
    #[error("그림 파일이 깨져 있어서 보여 줄 수 없어요.")]
    Broken,
}

impl From<ImageError> for Refused {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(_) => Self::Heavy,
            ImageError::Unsupported(_) => Self::Unknown,
            _ => Self::Broken,
        }
    }
}

/// Reads the images that a lesson in a folder names. What is not in the course is left out: its words are there, and
/// its author has been told.
pub fn read(content: &Tree, node: usize, folder: &str, paths: Vec<String>, cell: Option<(u16, u16)>) -> Found {
    let mut found = Found { node, cell: cell.unwrap_or(GUESS), files: Vec::new(), refused: Vec::new() };
    for path in paths {
        let Some(place) = course::resolve(folder, &path) else { continue };
        let file = match content.read_bytes(&place) {
            Ok(bytes) => file(bytes),
            Err(ReadError::TooLarge { .. }) => Err(Refused::Large),
            Err(_) => continue,
        };
        match file {
            Ok((bytes, size)) => found.files.push(File { path, bytes: bytes.into(), size }),
            Err(why) => found.refused.push(format!("{path}: {why}")),
        }
    }
    found
}

/// A file as PNG, with its columns and rows: as it is if it is one, whose pixels were all read.
fn file(bytes: Vec<u8>) -> Result<(Vec<u8>, (u32, u32)), Refused> {
    let image = decode(&bytes)?;
    if image::guess_format(&bytes).is_ok_and(|format| format == ImageFormat::Png) {
        return Ok((bytes, (image.width(), image.height())));
    }
    let image = if image.width().max(image.height()) > SHOWN { image.thumbnail(SHOWN, SHOWN) } else { image };
    // What PNG does not hold, no decoder here gives but as numbers with a fraction.
    let image = if image.color().has_alpha() { image.into_rgba8().into() } else { image.into_rgb8().into() };
    let image: DynamicImage = image;
    let mut png = Vec::new();
    image.write_with_encoder(PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::Adaptive))?;
    Ok((png, (image.width(), image.height())))
}

/// The pixels of an image, upright; of one that moves, its first.
pub fn decode(bytes: &[u8]) -> Result<DynamicImage, Refused> {
    if bytes.len() > LARGEST {
        return Err(Refused::Large);
    }
    let format = image::guess_format(bytes).map_err(|_| Refused::Unknown)?;
    if format == ImageFormat::Jpeg && memchr::memmem::find_iter(bytes, b"\xff\xda").count() > SCANS {
        return Err(Refused::Heavy);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > LONGEST || u64::from(width) * u64::from(height) > PIXELS {
        return Err(Refused::Pixels(width, height));
    }
    if width == 0 || height == 0 {
        return Err(Refused::Broken);
    }
    // PNG is given on as it is.
    let upright = if format == ImageFormat::Png { Orientation::NoTransforms } else { decoder.orientation()? };
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(upright);
    Ok(image)
}

#[cfg(test)]
pub mod tests {
    use image::codecs::gif::GifEncoder;
    use image::{Frame, Rgba, RgbaImage};
    use proptest::prelude::*;

    use super::*;

    /// An image whose pixels all differ a little.
    fn pixels(width: u32, height: u32) -> RgbaImage {
        RgbaImage::from_fn(width, height, |x, y| Rgba([(x * 5) as u8, (y * 9) as u8, 90, 255]))
    }

    fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// A PNG file of that many pixels.
    pub fn png(width: u32, height: u32) -> Vec<u8> {
        encoded(&pixels(width, height).into(), ImageFormat::Png)
    }

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        encoded(&DynamicImage::from(pixels(width, height)).into_rgb8().into(), ImageFormat::Jpeg)
    }

    /// A film of a red and a blue picture.
    fn film() -> Vec<u8> {
        let mut bytes = Vec::new();
        let picture = |color| Frame::new(RgbaImage::from_pixel(12, 8, Rgba(color)));
        let frames = [picture([255, 0, 0, 255]), picture([0, 0, 255, 255])];
        GifEncoder::new(&mut bytes).encode_frames(frames).unwrap();
        bytes
    }

    /// A chunk of a PNG file.
    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let mut crc = flate2::Crc::new();
        crc.update(kind);
        crc.update(data);
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length, kind.as_slice(), data, &crc.sum().to_be_bytes()].concat()
    }

    /// A PNG file that says it has so many gray pixels, and whose packed bytes unpack to so many.
    fn bomb(width: u32, height: u32, bytes: usize) -> Vec<u8> {
        use std::io::Write as _;
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&vec![0; bytes]).unwrap();
        let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
        let parts = [chunk(b"IHDR", &header), chunk(b"IDAT", &packed.finish().unwrap()), chunk(b"IEND", &[])];
        [b"\x89PNG\r\n\x1a\n".as_slice(), &parts.concat()].concat()
    }

    #[track_caller]
    fn refused(bytes: &[u8], expected: Refused) {
        assert_eq!(file(bytes.to_vec()).map(|(_, size)| size), Err(expected));
    }

    #[test]
    fn every_kind_becomes_png_and_png_stays_as_it_is() {
        let original = png(40, 20);
        assert_eq!(file(original.clone()), Ok((original, (40, 20))));
        for bytes in [jpeg(40, 20), encoded(&pixels(40, 20).into(), ImageFormat::WebP)] {
            let (png, size) = file(bytes).unwrap();
            assert_eq!((size, image::guess_format(&png).unwrap()), ((40, 20), ImageFormat::Png));
            let got = image::load_from_memory(&png).unwrap().into_rgba8();
            let far = got.as_raw().iter().zip(pixels(40, 20).as_raw()).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(far.unwrap() < 40, "{far:?}");
        }
        let (png, size) = file(film()).unwrap();
        let first = image::load_from_memory(&png).unwrap().into_rgba8();
        assert_eq!(size, (12, 8));
        assert!(first.pixels().all(|pixel| pixel.0 == [255, 0, 0, 255]), "the first picture of a film");
    }

    #[test]
    fn a_photograph_is_made_smaller_and_turned_upright() {
        let (_, size) = file(jpeg(3000, 60)).unwrap();
        assert_eq!(size, (2048, 41));
        // A header that says the camera was held on its side (EXIF, orientation 6).
        let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let photograph = jpeg(40, 20);
        let turned = [&photograph[..2], &[0xff, 0xe1], &length, exif, &photograph[2..]].concat();
        assert_eq!(file(turned).unwrap().1, (20, 40));
    }

    #[test]
    fn what_is_too_large_is_refused_before_it_is_unpacked() {
        refused(&vec![0; LARGEST + 1], Refused::Large);
        refused(&bomb(60_000, 60_000, 1 << 20), Refused::Pixels(60_000, 60_000));
        refused(&bomb(8_192, 8_192, 1 << 20), Refused::Pixels(8_192, 8_192));
        refused(&bomb(8_193, 1, 1 << 20), Refused::Pixels(8_193, 1));
        // As large as it says, and a thousand times as large when it is unpacked.
        assert_eq!(file(bomb(8, 8, 256 << 20)).map(|(_, size)| size), Ok((8, 8)));
        let mut film = film();
        film[6..10].copy_from_slice(&[0xff; 4]);
        refused(&film, Refused::Pixels(65_535, 65_535));
    }

    #[test]
    fn a_file_of_many_scans_is_refused() {
        let mut photograph = jpeg(40, 20);
        let scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0];
        let end = photograph.len() - 2;
        photograph.splice(end..end, scan.repeat(SCANS));
        refused(&photograph, Refused::Heavy);
    }

    #[test]
    fn what_is_no_image_or_broken_is_refused() {
        for bytes in [&b""[..], b"GIF", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", b"BM6\0\0\0", b"\0\0\x01\0"] {
            refused(bytes, Refused::Unknown);
        }
        refused(b"GIF89a", Refused::Broken);
        refused(b"\x89PNG\r\n\x1a\n", Refused::Broken);
        let whole = png(40, 20);
        refused(&whole[..whole.len() / 2], Refused::Broken);
        let mut changed = whole;
        changed[40] ^= 0xff;
        refused(&changed, Refused::Broken);
    }

    #[test]
    fn images_are_read_from_the_course_alone_and_what_is_refused_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let course = folder.path().join("course");
        std::fs::create_dir_all(course.join("week_01/img")).unwrap();
        for path in ["week_01/img/a.png", "top.png", "../out.png"] {
            std::fs::write(course.join(path), png(16, 32)).unwrap();
        }
        std::fs::write(course.join("week_01/fake.png"), "no image").unwrap();
        std::fs::write(course.join("week_01/bomb.gif"), bomb(60_000, 60_000, 1)).unwrap();
        std::os::unix::fs::symlink(folder.path().join("out.png"), course.join("week_01/link.png")).unwrap();
        let asked = ["img/a.png", "../top.png", "../../out.png", "fake.png", "none.png", "link.png", "/etc/passwd"];
        let asked = asked.into_iter().chain(["img", "bomb.gif"]).map(str::to_owned).collect();
        let found = read(&Tree::Folder(course), 7, "week_01", asked, None);
        assert_eq!(found.files.iter().map(|file| &*file.path).collect::<Vec<_>>(), ["img/a.png", "../top.png"]);
        assert!(found.node == 7 && found.cell == (8, 16) && found.files.iter().all(|file| file.size == (16, 32)));
        let refused = [
            "fake.png: PNG, JPEG, GIF, WebP 그림이 아니에요.",
            "bomb.gif: 그림이 60000×60000픽셀이라 너무 커서 보여 주지 않아요.",
        ];
        assert_eq!(found.refused, refused);
    }

    proptest! {
        #[test]
        fn changed_bytes_are_an_image_or_refused(
            which in 0usize..4,
            changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
            end in any::<prop::sample::Index>(),
        ) {
            let whole = [png(24, 24), jpeg(24, 24), film(), encoded(&pixels(24, 24).into(), ImageFormat::WebP)];
            let mut bytes = whole[which].clone();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes.truncate(end.index(bytes.len()) + 1);
            // Whatever it is, it ends, and takes no more than the limits.
            let _ = file(bytes);
        }
    }
}
