//! A person at a shell: an empty home, a PATH of their own, and the program.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a command said, and its exit code.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// Somebody with a folder of their own and no tools at all.
pub struct Person {
    folder: tempfile::TempDir,
}

impl Person {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("bin")).unwrap();
        Self { folder }
    }

    /// A path within the person's folder.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a file, and gives its folder's folder for options.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Puts a shell script on the person's PATH.
    pub fn tool(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.write(&format!("bin/{name}"), format!("#!/bin/sh\n{script}\n"));
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jotasu"));
        command.env_clear().env("PATH", self.path("bin")).env("HOME", self.path("home")).stdin(Stdio::null());
        command.current_dir(self.folder.path());
        command
    }

    #[track_caller]
    pub fn says(&self, arguments: &[&str], code: i32) -> Said {
        self.with(&[], arguments, code)
    }

    #[track_caller]
    pub fn with(&self, environment: &[(&str, &str)], arguments: &[&str], code: i32) -> Said {
        let said = said(self.command().args(arguments).envs(environment.iter().copied()));
        assert_eq!(said.code, Some(code), "{arguments:?}: {said:#?}");
        assert!(!said.err.contains("panicked"), "{said:#?}");
        said
    }

    /// What a command says whose output nobody reads.
    pub fn unread(&self, arguments: &[&str]) -> Said {
        let mut child = self.command().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        Said { code: output.status.code(), out: String::new(), err: String::from_utf8(output.stderr).unwrap() }
    }
}

/// Runs a command to its end.
pub fn said(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// A path as an argument.
pub fn argument(path: &Path) -> &str {
    path.to_str().unwrap()
}
