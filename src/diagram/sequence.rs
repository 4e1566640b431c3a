//! Sequence diagrams: who tells whom what, in order.
//!
//! ```text
//! parse     lines → Sequence                        statement: one line of it
//! plan      Sequence × how tight → columns          differences between lifelines, solved once
//! paint     Sequence × columns → rows
//! spoken    Sequence → sentences
//! ```

mod columns;
mod marks;
mod message;
mod paint;
mod parse;
mod plan;
mod spoken;
mod statement;

use super::{Line, Options, Picture, Refusal};

/// As parsed.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    title: Option<String>,
    /// From left to right.
    participants: Vec<Participant>,
    boxes: Vec<Group>,
    blocks: Vec<Block>,
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
struct Participant {
    id: String,
    label: String,
    /// Declared as `actor`, which is what Mermaid calls a person.
    actor: bool,
    /// Its head stands beside the message that makes it.
    created: bool,
    /// Which of the boxes.
    group: Option<usize>,
}

/// `box … end`
#[derive(Clone, Debug)]
struct Group {
    title: String,
}

/// `loop`, `alt`, … with all that is in it.
#[derive(Clone, Debug)]
struct Block {
    keyword: &'static str,
    title: String,
    /// The leftmost and the rightmost lifeline it concerns.
    first: usize,
    last: usize,
}

#[derive(Clone, Debug)]
enum Step {
    Message(Message),
    Note {
        side: Side,
        first: usize,
        last: usize,
        text: String,
    },
    Activate(usize),
    Deactivate(usize),
    /// The lifeline ends here.
    Destroy(usize),
    Begin(usize),
    /// The next part of a block: its keyword and title.
    Part {
        block: usize,
        keyword: &'static str,
        title: String,
    },
    End(usize),
}

#[derive(Clone, Debug)]
struct Message {
    from: usize,
    to: usize,
    dashed: bool,
    head: Head,
    /// An arrowhead at the sender's end, too.
    both: bool,
    /// The receiver is made by it.
    creates: bool,
    number: Option<String>,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Head {
    None,
    Arrow,
    Cross,
    Open,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Left,
    Right,
    Over,
}

impl Sequence {
    /// Reads the lines, the header first.
    pub fn parse(lines: &[Line<'_>]) -> Result<Self, Refusal> {
        parse::parse(lines)
    }

    /// Its picture: smaller gaps, then wrapped texts, then numbers with their texts below, and at last wider than asked.
    pub fn draw(&self, options: &Options) -> Result<Picture, Refusal> {
        paint::paint(self, &plan::plan(self, options.width), options)
    }

    /// Its sentences.
    pub fn spoken(&self) -> Vec<String> {
        spoken::spoken(self)
    }
}
