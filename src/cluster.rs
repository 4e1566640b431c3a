//! To be written.
pub mod control_plane;
