//! The measures as a picture: a bar each, with a mark where it should come to. SVG, for pages that a browser shows.

use super::{MEASURES, Scope};

/// What a page calls the picture.
pub const PLOT: &str = "measures.svg";

/// Pixels: the picture, a row of it, where bars begin, and how long a whole one is.
const WIDTH: u64 = 640;
const ROW: u64 = 44;
const LEFT: u64 = 150;
const WHOLE: u64 = 400;

/// Colors of a light and a dark page: text, what is dim, the empty bar, the bar, a bar that is where it should be.
const STYLE: &str = "text{font:14px system-ui,'Noto Sans KR',sans-serif;fill:#24292f}.d{fill:#656d76}.e{fill:#d0d7de}\
.b{fill:#0958be}.g{fill:#1a7f37}.m{stroke:#24292f;stroke-width:2}@media (prefers-color-scheme:dark){text{fill:#d5d8da}\
.d{fill:#9aa1a9}.e{fill:#4a5057}.b{fill:#6fb0ff}.g{fill:#7fbf8f}.m{stroke:#d5d8da}}";

/// The picture of one part of the course.
pub fn plot(scope: &Scope) -> String {
    let height = ROW * MEASURES.len() as u64;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\"><style>{STYLE}</style>"
    );
    for ((row, (name, target)), share) in (0..).zip(MEASURES).zip(scope.shares) {
        let (top, middle) = (row * ROW + 12, row * ROW + 27);
        let percent = share.percent();
        let long = WHOLE * percent.unwrap_or(0).min(100) / 100;
        let class = if percent >= Some(target) { "g" } else { "b" };
        let (mark, end) = (LEFT + WHOLE * target / 100, LEFT + WHOLE + 12);
        let said = percent.map_or_else(|| "–".to_owned(), |percent| format!("{percent}%"));
        out += &format!(
            "<text x=\"0\" y=\"{middle}\">{name}</text>\
             <rect class=\"e\" x=\"{LEFT}\" y=\"{top}\" width=\"{WHOLE}\" height=\"20\" rx=\"3\"/>\
             <rect class=\"{class}\" x=\"{LEFT}\" y=\"{top}\" width=\"{long}\" height=\"20\" rx=\"3\"/>\
             <line class=\"m\" x1=\"{mark}\" x2=\"{mark}\" y1=\"{}\" y2=\"{}\"/>\
             <text x=\"{end}\" y=\"{middle}\">{said}<tspan class=\"d\" dx=\"6\">/ {target}%</tspan></text>",
            top - 4,
            top + 24
        );
    }
    out + "</svg>"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::say::measures::Share;

    #[test]
    fn a_bar_is_as_long_as_its_share_and_green_where_it_is_enough() {
        let shares = [(17, 20), (1, 4), (0, 0), (0, 3)].map(|(done, total)| Share { done, total });
        let scope = Scope { shares, ..Scope::default() };
        let svg = plot(&scope);
        let document = roxmltree::Document::parse(&svg).unwrap();
        let rects: Vec<_> = document
            .descendants()
            .filter(|node| node.has_tag_name("rect") && node.attribute("class") != Some("e"))
            .map(|node| (node.attribute("class").unwrap(), node.attribute("width").unwrap()))
            .collect();
        assert_eq!(rects, [("g", "340"), ("b", "100"), ("b", "0"), ("b", "0")]);
        for text in ["85%", "25%", "–", "0%"] {
            assert!(svg.contains(&format!(">{text}<tspan")), "{svg}");
        }
    }
}
