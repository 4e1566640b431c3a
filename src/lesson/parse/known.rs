//! What a page defines anywhere and its text may name everywhere: where reference links lead, and footnotes.

use std::collections::{BTreeSet, HashMap, HashSet};

use pulldown_cmark::{Event, Parser, Tag};
use unicase::UniCase;

use super::OPTIONS;

/// The definitions of a whole page, for a piece of it.
#[derive(Clone, Debug, Default)]
pub struct Known {
    links: HashMap<UniCase<String>, String>,
    footnotes: HashSet<UniCase<String>>,
}

impl Known {
    /// Those of a page's body. Only a page that may have some is read for them.
    pub fn of(body: &str) -> Self {
        let mut known = Self::default();
        if !body.contains("]:") {
            return known;
        }
        let mut events = Parser::new_ext(body, OPTIONS).into_offset_iter();
        if body.contains("[^") {
            for (event, _) in events.by_ref() {
                if let Event::Start(Tag::FootnoteDefinition(label)) = event {
                    known.footnotes.insert(UniCase::new(label.into_string()));
                }
            }
        }
        let links = events.reference_definitions().iter();
        known.links = links.map(|(label, link)| (UniCase::new(label.to_owned()), link.dest.to_string())).collect();
        known
    }

    /// Where a reference link leads, by its label.
    pub fn link(&self, label: &str) -> Option<&str> {
        if self.links.is_empty() || label.is_empty() {
            return None;
        }
        self.links.get(&UniCase::new(label.to_owned())).map(String::as_str)
    }

    /// Definitions of the footnotes that a text names, to be set above it: only then are its references read as such.
    pub fn above(&self, text: &str) -> String {
        if self.footnotes.is_empty() {
            return String::new();
        }
        let labels = text.split("[^").skip(1).filter_map(|rest| Some(rest.split_once(']')?.0));
        let named: BTreeSet<&str> =
            labels.filter(|label| self.footnotes.contains(&UniCase::new((*label).to_owned()))).collect();
        match named.is_empty() {
            true => String::new(),
            // The comment ends the last of them, whatever the text begins with.
            false => named.iter().map(|label| format!("[^{label}]: .\n\n")).collect::<String>() + "<!-- -->\n\n",
        }
    }
}
