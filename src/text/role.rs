//! What a piece of text is for. Colors are chosen from it in `ui`, and nowhere else.

/// The purpose of a piece of text on a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Running text.
    Text,
    /// Headings and what must stand out.
    Head,
    /// Bold within running text.
    Strong,
    /// Italic within running text.
    Emphasis,
    /// Struck out.
    Strike,
    /// Labels, breadcrumbs, what is done.
    Dim,
    /// A heading of level 3: bold and dim.
    DimStrong,
    /// Rules and frames.
    Faint,
    /// Where the learner is; quote bars.
    Accent,
    /// Passed.
    Good,
    /// Failed.
    Bad,
    /// Not decided yet; warnings.
    Wait,
    /// Code, on the raised background.
    Code,
    /// Within code: keywords, mapping keys, command names.
    CodeKeyword,
    /// Within code: strings and scalars.
    CodeString,
    /// Within code: numbers, booleans, null.
    CodeNumber,
    /// Within code: comments.
    CodeComment,
    /// Within a console block: the prompt.
    CodePrompt,
    /// A key that can be pressed.
    Key,
    /// A link's text.
    Link,
}

/// One row of cells: pieces of text in order, each with its purpose.
pub type Row = Vec<(Role, String)>;
