//! Authored YAML as a tree that knows its lines: one parse within a budget, then item by item, so that a file's
//! mistakes come all at once. It never reads files and never resolves anything outside the text.

mod build;
mod decode;
mod message;
mod near;
mod node;
mod scalar;

use crate::problem::Problem;

pub use near::{edits, nearest};
pub use node::{Key, Node, Value};

/// The documents of a text. An empty text has none. All the problems of the text come at once, with `file` as given.
///
/// # Errors
/// What is not YAML 1.2, duplicate keys, tags, merge keys, and texts over the budget of nodes, depth or aliases.
pub fn parse(file: &str, text: &str) -> Result<Vec<Node>, Vec<Problem>> {
    let (documents, problems) = build::documents(file, text);
    if problems.is_empty() { Ok(documents) } else { Err(problems) }
}

/// The documents of a text as far as they can be read, beside its problems: of two equal keys the first counts, and a
/// document that is no YAML at all is left out.
pub fn readable(file: &str, text: &str) -> (Vec<Node>, Vec<Problem>) {
    build::documents(file, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn json(text: &str, expected: &str) {
        let documents = parse("a.yaml", text).unwrap();
        let shown: Vec<String> = documents.iter().map(|node| node.json().to_string()).collect();
        assert_eq!(shown.join(" "), expected, "{text}");
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        let problems = parse("a", text).expect_err(text);
        let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(shown.join("\n"), expected, "{text}");
    }

    #[test]
    fn scalars_follow_the_core_schema_of_yaml_1_2() {
        json("[yes, no, on, y]", r#"["yes","no","on","y"]"#);
        json("[true, False, TRUE]", "[true,false,true]");
        json("[null, ~, Null, '']", r#"[null,null,null,""]"#);
        json("[1, -2, +3, 0x1F, 0o17, 08, 007]", "[1,-2,3,31,15,8,7]");
        json("[0.5, 1e3, .5, -2.0]", "[0.5,1000.0,0.5,-2.0]");
        json("['1', \"true\", 1.2.3, 1_000, 12:30]", r#"["1","true","1.2.3","1_000","12:30"]"#);
        json("[500m, 2026-11-21, 0x, 0o8, ., -a]", r#"["500m","2026-11-21","0x","0o8",".","-a"]"#);
        json("a: 99999999999999999999", r#"{"a":1e+20}"#);
        json("[!!str 1, !!int '2']", r#"["1",2]"#);
    }

    #[test]
    fn structure_is_kept_in_order() {
        json("", "");
        json("# only a comment\n", "");
        json("b: 1\na: {c: [x, y]}\n", r#"{"b":1,"a":{"c":["x","y"]}}"#);
        json("a: 1\n---\nb: 2\n---\n", r#"{"a":1} {"b":2} null"#);
        json("a: |\n  x\n  y\nb: >-\n  x\n  y\n", r#"{"a":"x\ny\n","b":"x y"}"#);
        json("1: x\ntrue: y\n", r#"{"1":"x","true":"y"}"#);
        json("a: &x [1]\nb: *x\n", r#"{"a":[1],"b":[1]}"#);
        json("a:\r\n  b: 1\r\n", r#"{"a":{"b":1}}"#);
        json("\u{feff}a: 1\n", r#"{"a":1}"#);
    }

    #[test]
    fn mistakes_are_told_with_line_and_column_in_characters() {
        refused("a: 1\na: 2\n", "a:2:1: 같은 키가 또 있어요: a");
        refused("가: {나: 1, 나: 2}\n", "a:1:11: 같은 키가 또 있어요: 나");
        refused("a: 1\na: 2\nb: 1\nb: 1", "a:2:1: 같은 키가 또 있어요: a\na:4:1: 같은 키가 또 있어요: b");
        refused("a:\n\tb: 1\n", "a:2:2: 들여쓰기에는 탭을 쓸 수 없어요.");
        refused("가나: [1, 2\n", "a:1:5: 여는 괄호 [의 짝이 없어요.");
        refused("a: *x\n", "a:1:4: 앞에 없는 별칭이에요: *x");
        refused("a: &x [*x]\n", "a:1:8: 별칭이 자기 자신을 담아요.");
        refused("a: !foo 1\n", "a:1:4: 태그는 쓸 수 없어요: !foo");
        refused("[a]: 1\n", "a:1:1: 키는 글이어야 해요.");
        refused("a: &x {b: 1}\nc:\n  <<: *x\n", "a:3:3: 병합 키(<<)는 쓸 수 없어요.");
        refused("mode: 0644\n", "a:1:7: 도구마다 다르게 읽히는 수예요: 0644");
        refused("a: 'x\n", "a:2:1: 따옴표가 닫히지 않았거나 이어지는 줄의 들여쓰기가 맞지 않아요.");
        refused("a: b: c\n", "a:1:5: 이 자리에는 콜론(:)을 쓸 수 없어요.");
    }

    #[test]
    fn a_broken_document_does_not_hide_the_next() {
        refused("a: [1\n---\nb: 1\nb: 2\n", "a:1:4: 여는 괄호 [의 짝이 없어요.\na:4:1: 같은 키가 또 있어요: b");
    }

    #[test]
    fn a_billion_laughs_and_bottomless_depth_are_refused() {
        let mut laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for pair in ["ab", "bc", "cd", "de", "ef", "fg", "gh", "hi", "ij"] {
            let (from, to) = pair.split_at(1);
            let list = vec![format!("*{from}"); 10].join(", ");
            laughs.push_str(&format!("{to}: &{to} [{list}]\n"));
        }
        let problems = parse("a", &laughs).unwrap_err();
        assert_eq!(problems[0].message, "별칭이 너무 크게 불어나요.");
        let deep = "[".repeat(10_000);
        assert_eq!(parse("a", &deep).unwrap_err()[0].message, "너무 깊어요 (64단계까지).");
        let wide = "- 1\n".repeat(200_000);
        assert_eq!(parse("a", &wide).unwrap_err()[0].message, "너무 커요 (값 100000개까지).");
    }

    #[track_caller]
    fn at(text: &str, offset: usize, expected: (usize, usize)) {
        let documents = parse("a", text).unwrap();
        assert_eq!(documents[0].get("e").unwrap().at(offset), expected, "{text}");
    }

    #[test]
    fn a_place_inside_a_text_is_found_in_the_file() {
        at("e: abcdef\n", 3, (1, 7));
        at("e: 'abcdef'\n", 3, (1, 8));
        at("e: |\n  abc\n  def\n", 5, (3, 4));
        at("e: >-\n    abc\n    def\n", 4, (3, 5));
        at("e: >-\n    abc\n\n    def\n", 4, (4, 5));
        at("e: |\n\n  abc\n  def\n", 6, (4, 4));
        at("e: |\n  abc\n    def\n", 6, (3, 5));
        at("가: 1\ne:\n  abc\n  def\n", 5, (4, 4));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_parsed_or_refused_without_a_panic(text in "\\PC{0,200}") {
            bounded(&text);
        }

        #[test]
        fn any_text_of_yaml_signs_is_parsed_or_refused_without_a_panic(text in "[-:?,\\[\\]{}#&*!|>'\"%@ \t\r\n가a0.~<_=+]{0,120}") {
            bounded(&text);
        }
    }

    fn bounded(text: &str) {
        fn nodes(node: &Node) -> usize {
            1 + match &node.value {
                Value::List(items) => items.iter().map(nodes).sum(),
                Value::Map(entries) => entries.iter().map(|(_, node)| nodes(node)).sum(),
                _ => 0,
            }
        }
        match parse("a", text) {
            Ok(documents) => {
                assert!(documents.iter().map(nodes).sum::<usize>() <= 2 * build::MAX_NODES);
                let _ = documents.iter().map(Node::json).count();
            }
            Err(problems) => assert!(!problems.is_empty()),
        }
    }
}
