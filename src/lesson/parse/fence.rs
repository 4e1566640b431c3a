//! The info string of a fence: a language, then attributes such as `wrong="…"`, `on=pod:web`, `run=no:"…"`.

/// The language and its attributes.
pub fn parse(info: &str) -> (String, Vec<(String, String)>) {
    let mut words = words(info).into_iter().peekable();
    let language = match words.peek() {
        Some((name, None)) => name.trim_matches(|c| matches!(c, '{' | '}' | '.')).to_owned(),
        _ => String::new(),
    };
    if !language.is_empty() {
        words.next();
    }
    (language, words.map(|(name, value)| (name, value.unwrap_or_default())).collect())
}

/// Words parted by spaces or commas outside quotes, each with what follows its `=`.
fn words(info: &str) -> Vec<(String, Option<String>)> {
    let mut out = Vec::new();
    let (mut name, mut value, mut quoted) = (String::new(), None::<String>, false);
    for c in info.chars().chain([' ']) {
        match c {
            '"' if value.is_some() => quoted = !quoted,
            ' ' | '\t' | ',' if !quoted => {
                if !name.is_empty() {
                    out.push((std::mem::take(&mut name), value.take()));
                }
                value = None;
            }
            '=' if value.is_none() => value = Some(String::new()),
            _ => value.as_mut().unwrap_or(&mut name).push(c),
        }
    }
    if !name.is_empty() {
        out.push((name, value));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_names_its_language_and_attributes() {
        #[track_caller]
        fn check(info: &str, language: &str, attributes: &[(&str, &str)]) {
            let (found, list) = parse(info);
            let list: Vec<_> = list.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!((found.as_str(), list.as_slice()), (language, attributes));
        }
        check("", "", &[]);
        check("yaml", "yaml", &[]);
        check("yaml wrong=\"selector와 라벨이 달라요\"", "yaml", &[("wrong", "selector와 라벨이 달라요")]);
        check(
            "bash on=node:control-plane run=no:\"오래 걸려요\"",
            "bash",
            &[("on", "node:control-plane"), ("run", "no:오래 걸려요")],
        );
        check("bash output", "bash", &[("output", "")]);
        check("on=host", "", &[("on", "host")]);
        check("rust,ignore", "rust", &[("ignore", "")]);
        check("yaml wrong=\"안 닫힌", "yaml", &[("wrong", "안 닫힌 ")]);
    }
}
