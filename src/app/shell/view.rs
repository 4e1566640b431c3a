//! The shell's screen as it was last said: runs of glyphs of one look, the cursor, and what its program has asked of the
//! terminal.

/// A color as a program asks for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// The terminal's own.
    #[default]
    Default,
    /// One of 256.
    Indexed(u8),
    /// Red, green and blue.
    Rgb(u8, u8, u8),
}

/// How glyphs look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ink {
    /// Of the glyph.
    pub fore: Color,
    /// Behind it.
    pub back: Color,
    /// Bold.
    pub bold: bool,
    /// Faint.
    pub dim: bool,
    /// Slanted.
    pub italic: bool,
    /// Underlined.
    pub underline: bool,
    /// The colors change places.
    pub inverse: bool,
}

/// Glyphs of one look, side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The first cell's column.
    pub column: u16,
    /// The cells they take, as the program believes.
    pub cells: u16,
    /// The glyphs.
    pub text: String,
    /// How they look.
    pub ink: Ink,
}

/// What a program wants to hear of the mouse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Nothing.
    #[default]
    Nothing,
    /// Buttons that go down.
    Presses,
    /// And that go up.
    Releases,
    /// And the way between.
    Drags,
}

/// What the program in the shell has asked of the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modes {
    /// Arrows come in their other form (DECCKM).
    pub application_cursor: bool,
    /// What is pasted is bracketed (DECSET 2004).
    pub bracketed_paste: bool,
    /// It draws on the other screen: an editor, a pager.
    pub alternate: bool,
    /// What it wants to hear of the mouse.
    pub mouse: Wanted,
    /// The mouse is told in decimal (DECSET 1006).
    pub decimal_mouse: bool,
}

/// The screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Its rows from the top; blanks without a background are left out.
    pub lines: Vec<Vec<Run>>,
    /// Column and row of the cursor, where it shows.
    pub cursor: Option<(u16, u16)>,
    /// Rows that are looked back.
    pub back: usize,
    /// What its program has asked for.
    pub modes: Modes,
}
