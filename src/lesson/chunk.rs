//! A long page, chunk by chunk: each is read without the others, and together they are the page read as a whole.

use super::model::Document;
use super::parse::{Known, Slugs, body, piece};

/// Bytes of a chunk: as many as fit a processor's cache with all that is made of them.
const CHUNK: usize = 32 * 1024;

/// The chunks of a page, in order.
pub struct Chunks<'a> {
    rest: &'a str,
    /// Bytes of a chunk, as long as its blocks allow.
    size: usize,
    /// Lines above what is left.
    lines: usize,
    known: Known,
    slugs: Slugs,
}

/// Reads a page chunk by chunk. Lines are counted from the top of the file, headings have the names they have in the whole.
pub fn chunks(markdown: &str) -> Chunks<'_> {
    of(markdown, CHUNK)
}

fn of(markdown: &str, size: usize) -> Chunks<'_> {
    let (rest, lines) = body(markdown);
    let known = if rest.len() > size { Known::of(rest) } else { Known::default() };
    Chunks { rest, size, lines, known, slugs: Slugs::default() }
}

impl Iterator for Chunks<'_> {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        if self.rest.is_empty() {
            return None;
        }
        let mut size = self.size;
        let (mut document, bytes) = loop {
            let window = lines(self.rest, size);
            let (document, bytes) = piece(window, self.lines, self.size * 7 / 8, &self.known);
            if bytes < window.len() || window.len() == self.rest.len() {
                break (document, bytes);
            }
            // A block longer than that.
            size *= 4;
        };
        self.slugs.number(&mut document);
        let (chunk, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.lines += chunk.matches('\n').count();
        self.rest = rest;
        Some(document)
    }
}

/// The first lines of a text, at least that many bytes of them.
fn lines(text: &str, bytes: usize) -> &str {
    let end = text.as_bytes().get(bytes..).and_then(|rest| rest.iter().position(|byte| *byte == b'\n'));
    end.and_then(|end| text.get(..bytes + end + 1)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lesson::{Layout, Options, Page, layout, parse, plain};

    /// Read in chunks, a page is the page; as blocks, as rows and as plain text.
    #[track_caller]
    fn check(markdown: &str, size: usize) -> usize {
        let whole = parse(markdown);
        let chunks: Vec<Document> = of(markdown, size).collect();
        let blocks: Vec<_> = chunks.iter().flat_map(|chunk| &chunk.blocks).collect();
        let marks: Vec<_> = chunks.iter().flat_map(|chunk| &chunk.marks).collect();
        assert_eq!(format!("{blocks:#?}"), format!("{:#?}", whole.blocks.iter().collect::<Vec<_>>()), "{markdown}");
        assert_eq!(marks, whole.marks.iter().collect::<Vec<_>>(), "{markdown}");
        let options = Options::new(60);
        let mut pieces = Layout::new(&options);
        let mut page = Page::default();
        chunks.iter().for_each(|chunk| page.append(pieces.add(chunk)));
        assert_eq!(page.rows, layout(&whole, &options).rows, "{markdown}");
        let said: Vec<_> = chunks.iter().map(|chunk| plain(chunk, 60)).filter(|text| !text.is_empty()).collect();
        assert_eq!(said.join("\n"), plain(&whole, 60), "{markdown}");
        chunks.len()
    }

    /// All Markdown files below a folder.
    fn files(folder: &std::path::Path, out: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                files(&path, out);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                out.extend(std::fs::read_to_string(&path));
            }
        }
    }

    #[test]
    fn every_page_is_the_same_in_chunks() {
        // Highlighting must not become available between two layouts: other tests call for it.
        crate::lesson::warm();
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let (mut ours, mut seeds) = (Vec::new(), Vec::new());
        for folder in ["content", "src/lesson/testdata", "tests/fixtures"] {
            files(&root.join(folder), &mut ours);
        }
        crate::files::seeds().iter().for_each(|folder| files(folder, &mut seeds));
        assert!(!ours.is_empty());
        let mut cuts = 0;
        for page in ours.iter().chain(&seeds) {
            for size in [64, 700] {
                cuts += check(page, size).saturating_sub(1);
            }
        }
        assert!(cuts > ours.len(), "nothing was cut");
        check(&ours.join("\n\n"), 2000);
    }

    #[test]
    fn commonmarks_examples_are_the_same_in_chunks() {
        let examples = include_str!("testdata/commonmark-0.31.2.json");
        let examples: Vec<serde_json::Value> = serde_json::from_str(examples).unwrap();
        assert!(examples.len() > 600);
        let texts: Vec<&str> = examples.iter().filter_map(|example| example["markdown"].as_str()).collect();
        texts.iter().for_each(|text| {
            check(text, 8);
        });
        check(&texts.join("\n\n"), 200);
    }

    #[test]
    fn a_cut_never_falls_into_something() {
        for text in [
            "<details>\n<summary>가</summary>\n\n글\n\n글\n\n</details>\n\n끝\n",
            "```\n가\n\n나\n\n다\n```\n\n끝\n",
            "- 가\n\n  나\n\n  다\n\n- 라\n\n끝\n",
            "<!-- 가\n\n나\n\n다 -->\n\n끝\n",
            "> 가\n\n> 나\n\n끝\n",
            "[^1]: 가\n\n    나\n\n    다\n\n끝 [^1]\n",
            "<b>\n\n굵게 [나](/x)\n\n끝\n",
            "<table>\n<tr><td>\n\n가\n\n나\n\n</td></tr>\n</table>\n\n끝\n",
        ] {
            check(text, 4);
        }
    }

    #[test]
    fn what_is_defined_anywhere_is_known_everywhere() {
        assert!(check("[문서]와 [둘째][문서]\n\n글\n\n글\n\n[문서]: /docs\n", 4) > 1);
        assert!(check("[문서]: /first\n\n[문서] 글\n\n글 [문서]\n\n[문서]: /second\n\n[문서]\n", 4) > 1);
        assert!(check("글[^1]과 [^없음]\n\n글\n\n    들여 쓴 글[^1]\n\n글[^1]\n\n[^1]: 각주\n", 4) > 1);
        assert!(check("글[^1]\n\n글\n\n글[^1]\n\n[^1]: 각주\n\n```\n안 닫힌 [^1]\n", 4) > 1);
        assert!(check("## 같은 제목\n\n글\n\n## 같은 제목\n\n글\n\n> ## 같은 제목\n", 4) > 1);
    }

    proptest! {
        #[test]
        fn any_page_is_the_same_in_chunks(
            text in "(\n\n|\n\n|\n|# |- |  - |    |1\\. |> |\\[a\\]|\\[a\\]: /b\n|\\[\\^a\\]|\\[\\^a\\]: |\\*\\*|`|```\n|~~~\n|---\n|\\| a \\| b \\|\n\\|-\\|-\\|\n|<details>|</details>|<summary>|<b>|</b>|<!--|-->|<pre>|</pre>|<li>|<ul>|<td>|<table>|</table>|\t|가|나다 |a |\r\n|- \\[ \\] ){0,60}",
            size in 1usize..60,
        ) {
            check(&text, size);
        }
    }
}
