//! How much of a course is read.

/// Bytes of the largest file that is read: a page of 10 MB opens, in UTF-8 at least, with room to grow.
pub const MAX_FILE: u64 = 16 << 20;
/// Folders within folders that are entered.
pub const MAX_DEPTH: usize = 16;
/// Files that are listed.
pub const MAX_FILES: usize = 100_000;
