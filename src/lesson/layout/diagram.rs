//! Diagrams: the picture where one can be drawn, else the code and the reason.

use std::sync::Arc;

use super::super::console::typed;
use super::super::model::Code;
use super::super::page::{CodeSpan, WideSpan};
use super::pen::{Frag, Pen};
use crate::diagram::{Diagram, Options, Picture, Refusal};
use crate::text::{Role, wrap};

/// The picture of a block's diagram; none when it is no diagram.
pub fn picture(pen: &Pen, code: &Code) -> Option<Result<Arc<Picture>, Refusal>> {
    let options = Options { width: pen.whole(), ascii: pen.ascii };
    Some(code.drawing.as_ref()?.picture(&code.text, options))
}

/// Draws a picture: at the text's edge, further to the left when it needs the room, and beyond the pane when that is not
/// enough either.
pub fn draw(pen: &mut Pen, code: &Code, picture: &Picture) {
    let bleed = picture.width.saturating_sub(pen.wide()).min(pen.whole() - pen.wide());
    let first = pen.settle();
    let lines = code.text.split('\n').count().max(1);
    let rows = picture.rows.len().max(1);
    for (index, row) in picture.rows.iter().enumerate() {
        let frags = row.iter().map(|(role, text)| Frag::new(*role, text)).collect();
        // Rows share the source lines out evenly, so that a place survives a new layout.
        pen.row_from(code.first_line + index * lines / rows, frags, bleed);
    }
    let over = picture.width > pen.whole();
    let width = pen.column() - bleed + picture.width;
    let page = pen.page();
    let rows = first..page.rows.len();
    if over {
        page.wide.push(WideSpan { rows: rows.clone(), width });
    }
    let (language, attributes) = (code.language.clone(), code.attributes.clone());
    page.code.push(CodeSpan { rows, language, attributes, text: typed(code) });
}

/// Tells in sentences what a picture too wide for the page would show.
pub fn tell(pen: &mut Pen, code: &Code) {
    let spoken =
        code.drawing.as_ref().and_then(|drawing| drawing.parsed(&code.text).as_ref().ok()).map(Diagram::spoken);
    for sentence in spoken.unwrap_or_default() {
        for row in wrap(&[(Role::Text, sentence)], pen.width()) {
            let frags = row.into_iter().map(|(role, text)| Frag::new(role, text)).collect();
            pen.row(code.first_line, frags);
        }
    }
}

/// Why there is no picture, for a row of its own.
pub fn reason(code: &Code, refusal: &Refusal) -> Vec<(Role, String)> {
    let line = (code.first_line + refusal.line).saturating_sub(1);
    vec![(Role::Wait, "그림을 그리지 못했어요: ".to_owned()), (Role::Dim, format!("{line}째 줄: {}", refusal.reason))]
}
