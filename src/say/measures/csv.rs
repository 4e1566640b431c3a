//! The measures for a spreadsheet: one line a measure of a part of the course (RFC 4180).

use super::{MEASURES, Scope};

/// Header and lines, each ended by CR LF.
pub fn csv(scopes: &[Scope]) -> String {
    let mut out = String::from("id,title,measure,done,total,percent,target\r\n");
    for scope in scopes {
        for ((name, target), share) in MEASURES.iter().zip(scope.shares) {
            let percent = share.percent().map(|percent| percent.to_string()).unwrap_or_default();
            let fields = [&scope.id, &scope.title, *name].map(field);
            out += &format!("{},{},{},{percent},{target}\r\n", fields.join(","), share.done, share.total);
        }
    }
    out
}

/// A field that a reader takes as text: quoted where it must be, and never as a formula.
fn field(text: &str) -> String {
    let text = crate::text::clean(text).replace('\n', " ");
    let formula = text.starts_with(['=', '+', '-', '@']);
    let text = if formula { format!("'{text}") } else { text };
    match text.contains(['"', ',']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::say::measures::Share;

    #[test]
    fn titles_are_fields_whatever_is_in_them() {
        let mut scope = Scope { id: "w3".into(), title: "=하나, \"둘\"".into(), ..Scope::default() };
        scope.shares[1] = Share { done: 1, total: 3 };
        let lines: Vec<String> = csv(&[scope]).lines().map(str::to_owned).collect();
        assert_eq!(lines[1], "w3,\"'=하나, \"\"둘\"\"\",기술 이해도,0,0,,85");
        assert_eq!(lines[2], "w3,\"'=하나, \"\"둘\"\"\",실습 완성률,1,3,33,90");
        assert_eq!(lines.len(), 5);
    }
}
