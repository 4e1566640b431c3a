//! A crate as the rules see it: its modules, what each names, and where a name really lives.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};

/// A module's path below the crate root; empty for the root itself.
pub type Module = Vec<String>;

/// One path in the source, as written: `use` trees are flattened, `super` and the like still there.
#[derive(Clone, Debug)]
pub struct Name {
    pub file: String,
    pub module: Module,
    pub path: Vec<String>,
}

/// Everything that was read.
#[derive(Default)]
pub struct Crate {
    pub names: Vec<Name>,
    /// Files that are part of the crate when it is not being tested.
    pub files: BTreeSet<String>,
    modules: BTreeSet<Module>,
    items: BTreeSet<(Module, String)>,
    imports: BTreeMap<(Module, String), Vec<String>>,
    globs: BTreeMap<Module, Vec<Vec<String>>>,
}

/// What a path names.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// Something of this crate: every module that the path leads through, the one it lives in last.
    Ours(Vec<Module>),
    /// Something of another crate.
    Foreign(Vec<String>),
}

impl Crate {
    /// Reads sources given as (path below `src`, text). Left out are tests, and files that no module declares but a test's
    /// (a build script is none of the crate's either).
    pub fn read(sources: &[(String, String)]) -> Result<Self, String> {
        let mut all = Self::default();
        let mut declared = BTreeSet::from([Module::new(), vec!["main".to_owned()]]);
        for (file, text) in sources {
            let module = module_of(file);
            let syntax = syn::parse_file(text).map_err(|error| format!("{file} does not parse: {error}"))?;
            let mut reader = Reader { all: &mut all, declared: &mut declared, file, module };
            reader.visit_file(&syntax);
        }
        let part = |file: &str| {
            let module = module_of(file);
            (0..=module.len()).all(|length| declared.contains(&module[..length]) || module[..length] == ["main"])
        };
        all.files = sources.iter().map(|(file, _)| file.clone()).filter(|file| part(file)).collect();
        all.names.retain(|name| all.files.contains(&name.file));
        all.modules.extend(declared);
        Ok(all)
    }

    /// Where a name leads.
    pub fn target(&self, name: &Name) -> Target {
        self.resolve(&name.module, &name.path, 0, true)
    }

    /// A glob's own path is resolved without the help of globs, so that two of them cannot chase each other.
    fn resolve(&self, from: &Module, path: &[String], depth: usize, globs: bool) -> Target {
        let foreign = || Target::Foreign(path.to_vec());
        let Some(first) = path.first().filter(|_| depth < 20) else { return foreign() };
        let mut at = from.clone();
        let mut rest = path;
        match first.as_str() {
            "crate" | "jotasu" => {
                at.clear();
                rest = &path[1..];
            }
            "self" => rest = &path[1..],
            "super" => {
                while rest.first().is_some_and(|part| part == "super") {
                    at.pop();
                    rest = &rest[1..];
                }
            }
            _ if !self.knows(from, first, globs) => return foreign(),
            _ => {}
        }
        self.walk(at, rest, depth, globs)
    }

    fn walk(&self, mut at: Module, mut rest: &[String], depth: usize, globs: bool) -> Target {
        let mut through = vec![at.clone()];
        while let Some((part, further)) = rest.split_first() {
            let child: Module = at.iter().chain([part]).cloned().collect();
            let imported = self.imports.get(&(at.clone(), part.clone()));
            if self.modules.contains(&child) {
                at = child;
                through.push(at.clone());
                rest = further;
                continue;
            }
            let glob = || {
                self.globs.get(&at).filter(|_| globs).into_iter().flatten().find(|glob| self.glob_has(&at, glob, part))
            };
            let longer: Vec<String> = match imported {
                Some(import) => import.iter().chain(further).cloned().collect(),
                None if self.items.contains(&(at.clone(), part.clone())) => break,
                None => match glob() {
                    Some(glob) => glob.iter().chain(rest).cloned().collect(),
                    None => break,
                },
            };
            return match self.resolve(&at, &longer, depth + 1, globs) {
                Target::Ours(more) => Target::Ours(through.into_iter().chain(more).collect()),
                foreign => foreign,
            };
        }
        Target::Ours(through)
    }

    /// Whether a path may begin with this within a module.
    fn knows(&self, module: &Module, first: &str, globs: bool) -> bool {
        let child: Module = module.iter().cloned().chain([first.to_owned()]).collect();
        let key = (module.clone(), first.to_owned());
        let globbed = || self.globs.get(module).into_iter().flatten().any(|glob| self.glob_has(module, glob, first));
        self.modules.contains(&child)
            || self.imports.contains_key(&key)
            || self.items.contains(&key)
            || (globs && globbed())
    }

    fn glob_has(&self, module: &Module, glob: &[String], name: &str) -> bool {
        let Target::Ours(through) = self.resolve(module, glob, 0, false) else { return false };
        let Some(at) = through.last().filter(|at| *at != module) else { return false };
        let child: Module = at.iter().cloned().chain([name.to_owned()]).collect();
        let key = (at.clone(), name.to_owned());
        self.modules.contains(&child) || self.items.contains(&key) || self.imports.contains_key(&key)
    }
}

fn module_of(file: &str) -> Module {
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    if stem == "lib" { Vec::new() } else { stem.split('/').map(ToOwned::to_owned).collect() }
}

struct Reader<'a> {
    all: &'a mut Crate,
    declared: &'a mut BTreeSet<Module>,
    file: &'a str,
    module: Module,
}

impl Reader<'_> {
    fn name(&mut self, path: Vec<String>) {
        self.all.names.push(Name { file: self.file.to_owned(), module: self.module.clone(), path });
    }

    fn import(&mut self, prefix: &[String], tree: &syn::UseTree) {
        let with = |ident: &syn::Ident| prefix.iter().cloned().chain([ident.to_string()]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => self.import(&with(&path.ident), &path.tree),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.import(prefix, item)),
            syn::UseTree::Name(name) if name.ident == "self" => self.bind(prefix.last().cloned(), prefix.to_vec()),
            syn::UseTree::Name(name) => self.bind(Some(name.ident.to_string()), with(&name.ident)),
            syn::UseTree::Rename(rename) if rename.ident == "self" => {
                self.bind(Some(rename.rename.to_string()), prefix.to_vec());
            }
            syn::UseTree::Rename(rename) => self.bind(Some(rename.rename.to_string()), with(&rename.ident)),
            syn::UseTree::Glob(_) => {
                self.all.globs.entry(self.module.clone()).or_default().push(prefix.to_vec());
                self.name(prefix.to_vec());
            }
        }
    }

    fn bind(&mut self, name: Option<String>, path: Vec<String>) {
        // `use lab;` of a child binds nothing new, and would lead to itself.
        if let Some(name) = name.filter(|name| path != [name.clone()]) {
            self.all.imports.insert((self.module.clone(), name), path.clone());
        }
        self.name(path);
    }

    /// Paths in tokens that syn leaves unparsed: the arguments of macros and attributes.
    fn tokens(&mut self, text: &str) {
        let mut path: Vec<String> = Vec::new();
        let mut joined = false;
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if first == '"' {
                rest = after_string(rest);
            } else if let Some(after) = rest.strip_prefix("::") {
                joined = true;
                rest = after;
                continue;
            } else if first.is_alphabetic() || first == '_' {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                if !joined {
                    self.flush(&mut path);
                }
                path.push(word.to_owned());
                joined = false;
                rest = after;
                continue;
            } else {
                rest = &rest[first.len_utf8()..];
                if first.is_whitespace() {
                    continue;
                }
            }
            self.flush(&mut path);
            joined = false;
        }
        self.flush(&mut path);
    }

    fn flush(&mut self, path: &mut Vec<String>) {
        let path = std::mem::take(path);
        if !path.is_empty() {
            self.name(path);
        }
    }
}

fn after_string(text: &str) -> &str {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return &text[at + 1..],
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    ""
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        syn::Meta::Path(path) => path.is_ident("test"),
        syn::Meta::NameValue(_) => false,
    })
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let (attributes, ident) = match item {
            syn::Item::Const(item) => (&item.attrs, Some(&item.ident)),
            syn::Item::Enum(item) => (&item.attrs, Some(&item.ident)),
            syn::Item::Fn(item) => (&item.attrs, Some(&item.sig.ident)),
            syn::Item::Impl(item) => (&item.attrs, None),
            syn::Item::Macro(item) => (&item.attrs, item.ident.as_ref()),
            syn::Item::Mod(item) => (&item.attrs, None),
            syn::Item::Static(item) => (&item.attrs, Some(&item.ident)),
            syn::Item::Struct(item) => (&item.attrs, Some(&item.ident)),
            syn::Item::Trait(item) => (&item.attrs, Some(&item.ident)),
            syn::Item::Type(item) => (&item.attrs, Some(&item.ident)),
            syn::Item::Use(item) => (&item.attrs, None),
            _ => return visit::visit_item(self, item),
        };
        if is_test(attributes) {
            return;
        }
        if let Some(ident) = ident {
            self.all.items.insert((self.module.clone(), ident.to_string()));
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        self.declared.insert(self.module.clone());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.import(&[], &item.tree);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        self.name(vec![item.ident.to_string()]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.name(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.tokens(&item.tokens.to_string());
        visit::visit_macro(self, item);
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        self.tokens(&list.tokens.to_string());
        visit::visit_meta_list(self, list);
    }
}
