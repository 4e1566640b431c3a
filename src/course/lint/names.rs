//! Names of files and folders that do not survive a copy to another system.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use super::super::shelf::parent;
use crate::problem::Problem;
use crate::text::josa;

pub(super) fn lint(files: &[String], problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for path in files {
        let mut at = path.as_str();
        // The folders of a path too; those seen before have been told of.
        while !at.is_empty() {
            let folded = at.nfc().collect::<String>().to_lowercase();
            match seen.get(folded.as_str()) {
                Some(other) if *other != at && parent(other) == parent(at) => {
                    let message =
                        format!("macOS와 Windows에서는 {} 한 파일이 되어 하나를 잃어요.", josa(other, "과/와"));
                    problems.push(Problem::warning(at, 0, 0, message).with_help("이름을 다르게 지으세요."));
                    break;
                }
                Some(_) => break,
                None => {
                    seen.insert(folded, at);
                }
            }
            at = parent(at);
        }
        if path.chars().any(char::is_control) {
            let message = "이름에 보이지 않는 글자가 있어요.";
            problems.push(Problem::warning(path, 0, 0, message).with_help("이름을 바꾸세요."));
        }
    }
}
