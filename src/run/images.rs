//! Images of the open lesson on the terminal. A frame of cells is written first, then what of the images is other than
//! in the frame before. The cursor is hidden, and who draws cells moves it first, so it stays where an image leaves it.

#[cfg(feature = "images")]
mod cells;
#[cfg(feature = "images")]
mod few;
#[cfg(feature = "images")]
mod iterm;
mod kitty;
#[cfg(feature = "images")]
pub mod paint;
#[cfg(feature = "images")]
pub mod picture;
#[cfg(feature = "images")]
mod sixel;

use crate::app::App;
use crate::app::look::Protocol;

pub use kitty::{CLEAR, START};

/// The terminal shows nothing of what comes until [`SHOW`].
const HOLD: &str = "\x1b[?2026h";
/// The terminal shows what has come.
const SHOW: &str = "\x1b[?2026l";

/// What the terminal has.
#[derive(Debug, Default)]
pub struct Graphics {
    kitty: kitty::Kitty,
    #[cfg(feature = "images")]
    cells: cells::Cells,
    /// The size of the screen; another one has been erased.
    size: (u16, u16),
    /// [`HOLD`] was written.
    held: bool,
}

impl Graphics {
    /// The screen has been erased: what the terminal still has is not known.
    pub fn forget(&mut self) {
        self.kitty.forget();
        #[cfg(feature = "images")]
        self.cells.forget();
    }

    /// What to write before a frame, mostly nothing: an image that is part of the cells goes with the frame and comes
    /// after it, and who reads is not to see it gone.
    pub fn before(&mut self, app: &App) -> &'static str {
        if self.size != app.size {
            self.forget();
            self.size = app.size;
        }
        self.held = self.changes(app);
        if self.held { HOLD } else { "" }
    }

    /// What to write after a frame; mostly nothing.
    pub fn after(&mut self, app: &App) -> String {
        let mut out = match app.look.images.map(|imaging| imaging.protocol) {
            None => String::new(),
            Some(Protocol::Kitty) => self.kitty.write(&app.images.files().collect(), &app.image_places()),
            Some(protocol) => self.in_cells(app, protocol),
        };
        if std::mem::take(&mut self.held) {
            out.push_str(SHOW);
        }
        out
    }
}

#[cfg(feature = "images")]
impl Graphics {
    fn changes(&self, app: &App) -> bool {
        app.look.images.is_some_and(|imaging| imaging.protocol.in_cells())
            && self.cells.change(&app.images.paintings, &app.image_places())
    }

    fn in_cells(&mut self, app: &App, protocol: Protocol) -> String {
        self.cells.write(protocol, &app.images.paintings, &app.image_places())
    }
}

#[cfg(not(feature = "images"))]
impl Graphics {
    fn changes(&self, _: &App) -> bool {
        false
    }

    fn in_cells(&mut self, _: &App, _: Protocol) -> String {
        String::new()
    }
}

#[cfg(test)]
#[cfg(feature = "images")]
mod tests;
