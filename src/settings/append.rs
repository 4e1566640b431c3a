//! Adding an allowed cluster at the end of `config.toml`.

use std::io;

use super::allow::Allow;
use super::config::{FILE, Settings};
use super::home::Home;
use crate::files;

impl Settings {
    /// Adds an entry at the end of `config.toml`, keeping every byte of the learner's own text; nothing is done when it
    /// is there already.
    pub fn allow_append(home: &Home, allow: &Allow) -> io::Result<()> {
        files::create_dir_all(&home.config)?;
        let path = home.config.join(FILE);
        let _lock = files::lock(&home.config.join("config.lock"))?;
        let text = match files::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            other => other?,
        };
        if Self::parse(&text).0.allow.contains(allow) {
            return Ok(());
        }
        let gap = match text.as_str() {
            "" => "",
            text if text.ends_with('\n') => "\n",
            _ => "\n\n",
        };
        let added = format!("{text}{gap}{}", allow.entry());
        // A file that is broken, or lists `allow = […]`, cannot take an entry at its end.
        if added.parse::<toml::Table>().is_err() || !Self::parse(&added).0.allow.contains(allow) {
            let message = format!(
                "{}: 파일에 문제가 있어 덧붙이지 않았어요. 고친 뒤 직접 쓰세요.\n{}",
                path.display(),
                allow.entry()
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        files::write_atomic(&path, added.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn entry(uid: &str) -> Allow {
        Allow { server: "https://10.0.0.1:6443".into(), ca_sha256: "ab\"cd".into(), cluster_uid: uid.into() }
    }

    #[track_caller]
    fn check(before: Option<&str>, expected: Result<&str, ()>) {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::below(dir.path());
        let path = home.config.join(FILE);
        if let Some(before) = before {
            fs::create_dir_all(&home.config).unwrap();
            fs::write(&path, before).unwrap();
        }
        let added = Settings::allow_append(&home, &entry("u"));
        match expected {
            Ok(start) => {
                added.unwrap();
                assert_eq!(fs::read_to_string(&path).unwrap(), format!("{start}{}", entry("u").entry()));
                Settings::allow_append(&home, &entry("u")).unwrap();
                Settings::allow_append(&home, &entry("v")).unwrap();
                assert_eq!(
                    Settings::load(&home),
                    (Settings { allow: vec![entry("u"), entry("v")], ..Settings::load(&home).0 }, vec![])
                );
            }
            Err(()) => {
                let said = added.unwrap_err().to_string();
                assert!(said.contains("덧붙이지 않았어요") && said.contains("cluster-uid = \"u\""), "{said}");
                assert_eq!(Some(fs::read_to_string(&path).unwrap().as_str()), before);
            }
        }
    }

    #[test]
    fn an_entry_is_added_and_the_learners_text_is_kept() {
        check(None, Ok(""));
        check(Some(""), Ok(""));
        check(Some("# 내 메모\ntheme = \"light\"\n"), Ok("# 내 메모\ntheme = \"light\"\n\n"));
        check(Some("ascii = true"), Ok("ascii = true\n\n"));
        check(Some("ascii = \n"), Err(()));
        check(Some("allow = []\n"), Err(()));
    }
}
