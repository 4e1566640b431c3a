//! What every part of a lab's loading looks up: its folder, what it owns, its answers. Nothing is decoded here.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use crate::files::Tree;
use crate::lab::model::{Answer, Owns, Target};
use crate::problem::Problem;
use crate::yaml::{self, Node};

use super::kinds::{self, Scope};
use super::report::Report;

/// A lab while it is loaded.
pub(super) struct Context<'a> {
    pub(super) folder: &'a Tree,
    pub(super) id: &'a str,
    /// Every file of the lab, sorted.
    pub(super) files: &'a [String],
    pub(super) problems: &'a RefCell<Vec<Problem>>,
    pub(super) owns: Owns,
    pub(super) power: Vec<String>,
    /// Faults that the lab declares, and whether its cluster is its own.
    pub(super) faults: Vec<String>,
    pub(super) dedicated: bool,
    pub(super) params: BTreeMap<String, Value>,
    /// Checks that are answered, once they are known.
    pub(super) answers: RefCell<BTreeMap<String, Answer>>,
    /// Scope of the custom kinds that the lab itself defines: (group, kind) → namespaced.
    pub(super) custom: RefCell<BTreeMap<(String, String), bool>>,
    /// Files that something of the lab names.
    pub(super) used: RefCell<BTreeSet<String>>,
    /// Images of what is applied, with the first place that names them.
    pub(super) images: RefCell<BTreeMap<String, (String, usize, usize)>>,
    parsed: RefCell<BTreeMap<String, Rc<Vec<Node>>>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(folder: &'a Tree, id: &'a str, files: &'a [String], problems: &'a RefCell<Vec<Problem>>) -> Self {
        Self {
            folder,
            id,
            files,
            problems,
            owns: Owns::default(),
            power: Vec::new(),
            faults: Vec::new(),
            dedicated: false,
            params: BTreeMap::new(),
            answers: RefCell::default(),
            custom: RefCell::default(),
            used: RefCell::default(),
            images: RefCell::default(),
            parsed: RefCell::default(),
        }
    }

    /// Problems of a file of the lab, by its path within the lab.
    pub(super) fn report(&self, path: &str) -> Report<'a> {
        Report { file: format!("{}/{path}", self.id), problems: self.problems }
    }

    /// The documents of a YAML file of the lab; its problems are reported once.
    pub(super) fn documents(&self, path: &str) -> Rc<Vec<Node>> {
        if let Some(documents) = self.parsed.borrow().get(path) {
            return Rc::clone(documents);
        }
        let report = self.report(path);
        let documents = match self.folder.read(path) {
            Err(error) => {
                report.error(&(0, 0), error.to_string());
                Vec::new()
            }
            Ok(text) => yaml::parse(&report.file, &text).unwrap_or_else(|problems| {
                problems.into_iter().for_each(|problem| report.push(problem));
                Vec::new()
            }),
        };
        let documents = Rc::new(documents);
        self.parsed.borrow_mut().insert(path.to_owned(), Rc::clone(&documents));
        documents
    }

    /// The only document of a YAML file of the lab.
    pub(super) fn document(&self, path: &str) -> Option<Node> {
        let documents = self.documents(path);
        let report = self.report(path);
        if let [_, second, ..] = documents.as_slice() {
            report.error(second, "문서는 하나만 있어야 해요.");
        }
        let first = documents.first().filter(|node| !node.is_null()).cloned();
        if first.is_none() && documents.len() < 2 && !self.has_problems_in(&report.file) {
            report.error(&(0, 0), "파일이 비어 있어요.");
        }
        first
    }

    fn has_problems_in(&self, file: &str) -> bool {
        self.problems.borrow().iter().any(|problem| problem.file == file)
    }

    /// The lab's namespace, when it owns exactly one.
    pub(super) fn namespace(&self) -> Option<&str> {
        if let [only] = self.owns.namespaces.as_slice() { Some(only) } else { None }
    }

    pub(super) fn scope(&self, api_version: &str, kind: &str) -> Scope {
        let custom = (kinds::group(api_version).to_owned(), kind.to_owned());
        let namespaced = kinds::find(api_version, kind)
            .map(|known| known.namespaced)
            .or_else(|| self.custom.borrow().get(&custom).copied());
        match namespaced {
            Some(true) => Scope::Namespaced,
            Some(false) => Scope::Cluster,
            None => Scope::Unknown,
        }
    }

    /// The namespace that is meant where none is written. Of custom kinds that the lab does not define, those named
    /// `Cluster…` and `…Class` are by custom of no namespace.
    pub(super) fn default_namespace(&self, api_version: &str, kind: &str) -> Option<String> {
        let namespaced = match self.scope(api_version, kind) {
            Scope::Namespaced => true,
            Scope::Cluster => false,
            Scope::Unknown => !kind.starts_with("Cluster") && !kind.ends_with("Class"),
        };
        self.namespace().filter(|_| namespaced).map(str::to_owned)
    }

    /// Whether all that a target can name is the lab's to change.
    pub(super) fn owns_target(&self, target: &Target) -> bool {
        self.owns(&target.api_version, &target.kind, target.namespace.as_deref(), target.name.as_deref())
    }

    /// Whether an object is the lab's to change; without a name: all of its kind there.
    pub(super) fn owns(&self, api_version: &str, kind: &str, namespace: Option<&str>, name: Option<&str>) -> bool {
        self.owns.covers(api_version, kind, namespace, name)
    }
}
