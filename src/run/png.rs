//! PNG files of the course, as far as they can be shown: nothing is decoded here.

use crate::app::images::{File, Found};
use crate::course;
use crate::files::Tree;

/// Bytes of an image at most.
const LARGEST: usize = 4 * 1024 * 1024;
/// Columns and rows of pixels at most.
const LONGEST: u32 = 4096;

/// Reads the images that a lesson in a folder names; what cannot be shown, or is not in the course, is left out.
pub fn read(content: &Tree, node: usize, folder: &str, paths: Vec<String>) -> Found {
    let file = |path: String| {
        let bytes = content.read_bytes(&course::resolve(folder, &path)?).ok()?;
        let size = size(&bytes)?;
        Some(File { path, bytes: bytes.into(), size })
    };
    Found { node, cell: cell(), files: paths.into_iter().filter_map(file).collect() }
}

/// Columns and rows of a PNG image, when it is one and within what is shown.
fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").filter(|_| bytes.len() <= LARGEST)?;
    let (width, rest) = header.split_first_chunk::<4>()?;
    let (height, rest) = rest.split_first_chunk::<4>()?;
    let [depth, color, compression, filter, interlace] = *rest.first_chunk::<5>()?;
    let depths: &[u8] = match color {
        0 => &[1, 2, 4, 8, 16],
        3 => &[1, 2, 4, 8],
        2 | 4 | 6 => &[8, 16],
        _ => return None,
    };
    let (width, height) = (u32::from_be_bytes(*width), u32::from_be_bytes(*height));
    let sound = depths.contains(&depth) && (compression, filter) == (0, 0) && interlace <= 1;
    let within = |side: u32| (1..=LONGEST).contains(&side);
    (sound && within(width) && within(height)).then_some((width, height))
}

/// Pixels of a cell, as the terminal says, or as is usual.
fn cell() -> (u16, u16) {
    let said = crossterm::terminal::window_size().ok().and_then(|size| {
        let (width, height) = (size.width.checked_div(size.columns)?, size.height.checked_div(size.rows)?);
        (width > 0 && height > 0).then_some((width, height))
    });
    said.unwrap_or((8, 16))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32, rest: [u8; 5]) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend(rest);
        bytes
    }

    const RGB: [u8; 5] = [8, 2, 0, 0, 0];

    #[test]
    fn only_sound_headers_within_the_caps_have_a_size() {
        assert_eq!(size(&png(320, 160, RGB)), Some((320, 160)));
        assert_eq!(size(&png(4096, 1, [1, 3, 0, 0, 1])), Some((4096, 1)));
        let mut whole = png(10, 10, RGB);
        whole.resize(LARGEST, 0);
        assert_eq!(size(&whole), Some((10, 10)));
        whole.push(0);
        assert_eq!(size(&whole), None, "too many bytes");
        for (width, height) in [(0, 1), (1, 0), (4097, 1), (1, 4097), (u32::MAX, u32::MAX)] {
            assert_eq!(size(&png(width, height, RGB)), None, "{width}×{height}");
        }
        for rest in
            [[3, 2, 0, 0, 0], [8, 1, 0, 0, 0], [16, 3, 0, 0, 0], [8, 2, 1, 0, 0], [8, 2, 0, 1, 0], [8, 2, 0, 0, 2]]
        {
            assert_eq!(size(&png(1, 1, rest)), None, "{rest:?}");
        }
        let sound = png(1, 1, RGB);
        for end in 0..sound.len() {
            assert_eq!(size(&sound[..end]), None, "{end} bytes");
        }
        assert_eq!(size(b"GIF89a"), None);
    }

    #[test]
    fn images_are_read_from_the_course_alone() {
        let folder = tempfile::tempdir().unwrap();
        let course = folder.path().join("course");
        std::fs::create_dir_all(course.join("week_01/img")).unwrap();
        for path in ["week_01/img/a.png", "top.png", "../out.png"] {
            std::fs::write(course.join(path), png(16, 32, RGB)).unwrap();
        }
        std::fs::write(course.join("week_01/fake.png"), "no image").unwrap();
        std::os::unix::fs::symlink(folder.path().join("out.png"), course.join("week_01/link.png")).unwrap();
        let asked = ["img/a.png", "../top.png", "../../out.png", "fake.png", "none.png", "link.png", "/etc/passwd"];
        let found = read(&Tree::Folder(course), 7, "week_01", asked.map(str::to_owned).to_vec());
        assert_eq!(found.files.iter().map(|file| &*file.path).collect::<Vec<_>>(), ["img/a.png", "../top.png"]);
        assert!(found.node == 7 && found.files.iter().all(|file| file.size == (16, 32)));
    }
}
