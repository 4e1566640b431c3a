//! Why a file of a course cannot be read, in words a learner can act on.

use std::io;

use super::caps::MAX_FILE;
use super::encoding::Encoding;
use crate::problem::Problem;

/// Why a file of a course cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {}", self.path(), self.reason())]
pub enum ReadError {
    /// There is no such file.
    Missing {
        /// As asked for.
        path: String,
    },
    /// The path is absolute, has `..` or hidden parts, or leads out of the folder by a link.
    Outside {
        /// As asked for.
        path: String,
    },
    /// It is a folder, a pipe or a device.
    NotAFile {
        /// As asked for.
        path: String,
    },
    /// The bytes are not UTF-8.
    NotText {
        /// As asked for.
        path: String,
        /// The first line with such bytes, from 1.
        line: usize,
        /// The first character that is none, from 1.
        column: usize,
        /// What they look like.
        encoding: Encoding,
    },
    /// Larger than [`MAX_FILE`].
    TooLarge {
        /// As asked for.
        path: String,
    },
    /// The system refuses.
    Io {
        /// As asked for.
        path: String,
        /// The system's word.
        source: io::Error,
    },
}

impl ReadError {
    /// The path as it was asked for.
    pub fn path(&self) -> &str {
        match self {
            Self::Missing { path }
            | Self::Outside { path }
            | Self::NotAFile { path }
            | Self::NotText { path, .. }
            | Self::TooLarge { path }
            | Self::Io { path, .. } => path,
        }
    }

    /// Why, without the path.
    pub fn reason(&self) -> String {
        match self {
            Self::Missing { .. } => "파일이 없어요.".to_owned(),
            Self::Outside { .. } => "과정 폴더 밖이거나 숨은 파일이라 열지 않아요.".to_owned(),
            Self::NotAFile { .. } => "보통 파일이 아니에요.".to_owned(),
            Self::NotText { line, encoding, .. } => match encoding {
                Encoding::Cp949 => format!("{line}번째 줄이 UTF-8이 아니에요. CP949(EUC-KR)로 보여요."),
                Encoding::Utf16 => "UTF-8이 아니에요. 표시(BOM)가 없는 UTF-16으로 보여요.".to_owned(),
                Encoding::BrokenUtf16 => format!("UTF-16 파일의 {line}번째 줄이 깨졌어요."),
                Encoding::Binary => "글이 아니라 이진 파일이에요.".to_owned(),
                Encoding::Unknown => format!("{line}번째 줄이 UTF-8이 아니에요."),
            },
            Self::TooLarge { .. } => format!("파일이 너무 커요(최대 {} MiB).", MAX_FILE >> 20),
            Self::Io { source, .. } => format!("파일을 읽을 수 없어요. {}", super::write::cause(source)),
        }
    }

    /// What its author can do.
    pub fn help(&self) -> Option<String> {
        let iconv = |from: &str| {
            let name = quoted(self.path());
            let new = quoted(&format!("{}.utf8", self.path()));
            format!("UTF-8로 바꾸세요: iconv -f {from} -t UTF-8 {name} > {new} && mv {new} {name}")
        };
        match self {
            Self::NotText { encoding: Encoding::Cp949, .. } => Some(iconv("CP949")),
            Self::NotText { encoding: Encoding::Utf16, .. } => Some(iconv("UTF-16LE")),
            Self::NotText { encoding: Encoding::Binary, .. } => {
                Some("글이 아니면 이름의 끝을 .md로 하지 마세요.".to_owned())
            }
            Self::NotText { .. } => Some("편집기에서 UTF-8로 다시 저장하세요.".to_owned()),
            Self::TooLarge { .. } => Some("여러 페이지로 나누세요.".to_owned()),
            Self::Io { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                Some(format!("읽을 수 있게 하세요: chmod u+r {}", quoted(self.path())))
            }
            _ => None,
        }
    }

    /// Line and column it is about, from 1; 0 for the whole file.
    pub fn place(&self) -> (usize, usize) {
        match self {
            Self::NotText { line, column, .. } => (*line, *column),
            _ => (0, 0),
        }
    }

    /// The same as what is wrong with the content.
    pub fn problem(&self) -> Problem {
        let (line, column) = self.place();
        let problem = Problem::error(self.path(), line, column, self.reason());
        match self.help() {
            Some(help) => problem.with_help(help),
            None => problem,
        }
    }

    pub(super) fn from_io(path: &str, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing { path },
            _ => Self::Io { path, source },
        }
    }
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+');
    if path.chars().all(plain) && !path.starts_with('-') {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(error: &ReadError, expected: &str, help: &str) {
        assert_eq!((error.to_string().as_str(), error.help().unwrap_or_default().as_str()), (expected, help));
    }

    #[test]
    fn a_mistake_says_what_to_do() {
        let not_text = |path: &str, encoding| ReadError::NotText { path: path.into(), line: 3, column: 1, encoding };
        check(
            &not_text("w/가.md", Encoding::Cp949),
            "w/가.md: 3번째 줄이 UTF-8이 아니에요. CP949(EUC-KR)로 보여요.",
            "UTF-8로 바꾸세요: iconv -f CP949 -t UTF-8 w/가.md > w/가.md.utf8 && mv w/가.md.utf8 w/가.md",
        );
        check(
            &not_text("it's.md", Encoding::Utf16),
            "it's.md: UTF-8이 아니에요. 표시(BOM)가 없는 UTF-16으로 보여요.",
            r"UTF-8로 바꾸세요: iconv -f UTF-16LE -t UTF-8 'it'\''s.md' > 'it'\''s.md.utf8' && mv 'it'\''s.md.utf8' 'it'\''s.md'",
        );
        let io = ReadError::from_io("a b.md", io::ErrorKind::PermissionDenied.into());
        assert_eq!(io.help().as_deref(), Some("읽을 수 있게 하세요: chmod u+r 'a b.md'"));
        assert_eq!(io.problem().line, 0);
        assert!(ReadError::from_io("a.md", io::ErrorKind::NotFound.into()).help().is_none());
    }
}
