//! What bytes that are no UTF-8 look like: said to their author, never used to read them.

/// What bytes that are no UTF-8 look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Korean Windows, of which EUC-KR is a part.
    Cp949,
    /// UTF-16 without its byte order mark.
    Utf16,
    /// UTF-16 by its byte order mark, and broken.
    BrokenUtf16,
    /// No text at all.
    Binary,
    /// Anything else.
    Unknown,
}

/// Bytes that are looked at to name an encoding.
const SAMPLE: usize = 64 * 1024;

/// Names the encoding of bytes that are no UTF-8.
pub(super) fn encoding(bytes: &[u8]) -> Encoding {
    let bytes = bytes.get(..SAMPLE).unwrap_or(bytes);
    let zeros = bytes.iter().filter(|byte| **byte == 0).count();
    let odd = bytes.iter().skip(1).step_by(2).filter(|byte| **byte == 0).count();
    if zeros * 4 > bytes.len() && odd * 10 >= zeros * 9 {
        return Encoding::Utf16;
    }
    if zeros > 0 {
        return Encoding::Binary;
    }
    if is_cp949(bytes) { Encoding::Cp949 } else { Encoding::Unknown }
}

/// Every byte beyond ASCII is half of a pair of CP949, and most pairs are Hangul syllables.
fn is_cp949(bytes: &[u8]) -> bool {
    let (mut hangul, mut others) = (0_usize, 0_usize);
    let mut rest = bytes.iter();
    while let Some(lead) = rest.next() {
        match (*lead, rest.as_slice().first()) {
            (..=0x7f, _) => continue,
            (0xb0..=0xc8, Some(0xa1..=0xfe)) => hangul += 1,
            (0x81..=0xfd, Some(0x41..=0x5a | 0x61..=0x7a | 0x81..=0xfe)) => others += 1,
            // The sample may end within a pair.
            (_, None) if bytes.len() == SAMPLE => {}
            _ => return false,
        }
        rest.next();
    }
    hangul > others
}
