//! CommonMark's own examples: whatever their HTML says is on the screen, in order.

use super::html_text::text;
use super::{Folding, Options, layout, parse};
use crate::text::clean;

const EXAMPLES: &str = include_str!("testdata/commonmark-0.31.2.json");

/// Examples whose HTML says more than a page shows, and why.
const HIDDEN: &[(u64, &str)] = &[
    (96, "lines between --- at the top are front matter here"),
    (170, "no browser shows scripts"),
    (172, "no browser shows styles"),
    (173, "no browser shows styles"),
    (176, "no browser shows styles"),
    (178, "no browser shows scripts"),
];

#[test]
fn the_text_of_every_example_is_on_the_screen_in_order() {
    let examples: Vec<serde_json::Value> = serde_json::from_str(EXAMPLES).unwrap();
    assert_eq!(examples.len(), 652);
    let mut wrong = Vec::new();
    for example in &examples {
        let number = example["example"].as_u64().unwrap();
        let field = |name: &str| example[name].as_str().unwrap();
        let page = layout(&parse(field("markdown")), &Options { folding: Folding::open(), ..Options::new(200) });
        let screen = page.rows.texts().collect::<Vec<_>>().join("\n");
        let mut rest = screen.as_str();
        let lost =
            clean(&text(field("html")).replace(['\n', '\t'], " ")).split_whitespace().find_map(|word| {
                match rest.split_once(word) {
                    Some((_, after)) => {
                        rest = after;
                        None
                    }
                    None => Some(word.to_owned()),
                }
            });
        let excused = HIDDEN.iter().any(|(known, _)| *known == number);
        if lost.is_some() != excused {
            wrong.push(format!("{number} {:?}\n  {:?}\n  {:?}\n  {screen:?}", lost, field("markdown"), field("html")));
        }
    }
    assert!(wrong.is_empty(), "{} examples\n{}", wrong.len(), wrong.join("\n"));
}
