//! Why a file of a course cannot be read, in words a learner can act on.

use std::io;

/// Why a file of a course cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no such file.
    #[error("{path}: 파일이 없어요.")]
    Missing {
        /// As asked for.
        path: String,
    },
    /// The path is absolute, has `..` or hidden parts, or leads out of the folder by a link.
    #[error("{path}: 과정 폴더 밖이거나 숨은 파일이라 열지 않아요.")]
    Outside {
        /// As asked for.
        path: String,
    },
    /// It is a folder, a pipe or a device.
    #[error("{path}: 보통 파일이 아니에요.")]
    NotAFile {
        /// As asked for.
        path: String,
    },
    /// The bytes are not UTF-8.
    #[error("{path}: {line}번째 줄이 UTF-8이 아니에요. 편집기에서 UTF-8로 다시 저장하세요.")]
    NotText {
        /// As asked for.
        path: String,
        /// The first line with such bytes, from 1.
        line: usize,
    },
    /// Larger than [`super::MAX_FILE`].
    #[error("{path}: 파일이 너무 커요(최대 8 MiB).")]
    TooLarge {
        /// As asked for.
        path: String,
    },
    /// The system refuses.
    #[error("{path}: 파일을 읽을 수 없어요. {}", super::write::cause(source))]
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

    /// The line it is about, from 1; 0 for the whole file.
    pub fn line(&self) -> usize {
        match self {
            Self::NotText { line, .. } => *line,
            _ => 0,
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
