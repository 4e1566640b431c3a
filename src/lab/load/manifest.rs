//! What `apply` applies: files, globs or one object, completed and held against what the lab owns.

use serde_json::Value;

use crate::yaml::{Node, nearest};

use super::context::Context;
use super::kinds::Scope;
use super::power;
use super::report::{Report, text};
use super::target;

/// The objects of an `apply`, in order.
pub(super) fn objects(node: &Node, report: &Report, cx: &Context) -> Vec<Value> {
    if node.map().is_some() {
        let mut objects = Vec::new();
        object(node, report, cx, &mut objects);
        return objects;
    }
    let Some(path) = text(node, report) else { return Vec::new() };
    let files: Vec<&String> = cx.files.iter().filter(|file| matches(&path, file)).collect();
    if files.is_empty() {
        let message = format!("lab 폴더에 없는 파일이에요: {path}");
        match nearest(&path, cx.files.iter().map(String::as_str)) {
            Some(near) => report.error_help(node, message, format!("혹시 {near}?")),
            None => report.error(node, message),
        }
    }
    let mut objects = Vec::new();
    for file in files {
        cx.used.borrow_mut().insert(file.clone());
        let documents = cx.documents(file);
        let report = cx.report(file);
        documents.iter().filter(|node| !node.is_null()).for_each(|node| object(node, &report, cx, &mut objects));
    }
    objects
}

/// `*` stands for any part of one name.
fn matches(pattern: &str, file: &str) -> bool {
    let (mut wanted, mut names) = (pattern.split('/'), file.split('/'));
    loop {
        match (wanted.next(), names.next()) {
            (None, None) => return true,
            (Some(pattern), Some(name)) if segment(pattern, name) => {}
            _ => return false,
        }
    }
}

fn segment(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match name.split_once(part) {
            Some((_, tail)) => name = tail,
            None => return false,
        }
    }
    name.ends_with(last)
}

fn object(node: &Node, report: &Report, cx: &Context, objects: &mut Vec<Value>) {
    if node.map().is_none() {
        return report.wanted(node, "쿠버네티스 객체가");
    }
    let field = |name: &str| {
        let found = node.get(name);
        if found.is_none() {
            report.error(node, format!("필드가 빠졌어요: {name}"));
        }
        found.and_then(|node| text(node, report))
    };
    let (Some(api_version), Some(kind)) = (field("apiVersion"), field("kind")) else { return };
    if kind == "List" {
        let items = node.get("items").and_then(Node::list).unwrap_or_default();
        return items.iter().for_each(|item| object(item, report, cx, objects));
    }
    let Some(api_version) = target::resolve(Some(api_version), &kind, node.get("kind").unwrap_or(node), report) else {
        return;
    };
    define(node, &api_version, &kind, cx);
    let metadata = node.get("metadata");
    let named = metadata.and_then(|node| node.get("name"));
    let Some(name) = named.and_then(|node| text(node, report)) else {
        if named.is_none() {
            report.error(metadata.unwrap_or(node), "필드가 빠졌어요: metadata.name");
        }
        return;
    };
    let written = metadata.and_then(|node| node.get("namespace")).filter(|node| !node.is_null());
    let cluster = cx.scope(&api_version, &kind) == Scope::Cluster;
    if let Some(node) = written.filter(|_| cluster) {
        report.error(node, format!("namespace가 없는 kind예요: {kind}"));
    }
    let namespace = match written {
        Some(node) => text(node, report),
        None => cx.default_namespace(&api_version, &kind),
    };
    if written.is_none() && namespace.is_none() && cx.scope(&api_version, &kind) == Scope::Namespaced {
        return report.error_help(
            metadata.unwrap_or(node),
            format!("namespace가 없어요: {kind} {name}"),
            "lab이 가진 namespace 하나를 적으세요.",
        );
    }
    if !cx.owns(&api_version, &kind, namespace.as_deref(), Some(&name)) {
        let place = namespace.as_ref().map_or_else(|| name.clone(), |namespace| format!("{namespace}/{name}"));
        return not_owned(written.or(named).unwrap_or(node), report, &kind, &place);
    }
    power::check(node, &kind, report, cx);
    images(node, report, cx);
    let mut json = node.json();
    if let (None, Some(namespace)) = (written, namespace)
        && let Some(Value::Object(metadata)) = json.get_mut("metadata")
    {
        metadata.insert("namespace".to_owned(), Value::String(namespace));
    }
    objects.push(json);
}

/// The one sentence for whatever is outside `owns`.
pub(super) fn not_owned(at: &Node, report: &Report, kind: &str, place: &str) {
    let help = "spec.owns에 더하거나, 가진 것 안으로 옮기세요.";
    report.error_help(at, format!("owns 밖을 건드려요: {kind} {place}"), help);
}

/// A custom kind that the lab itself defines is known from then on.
fn define(node: &Node, api_version: &str, kind: &str, cx: &Context) {
    if kind != "CustomResourceDefinition" || !api_version.starts_with("apiextensions.k8s.io/") {
        return;
    }
    let Some(spec) = node.get("spec") else { return };
    let text = |node: Option<&Node>| node.and_then(Node::text).map(str::to_owned);
    let group = text(spec.get("group"));
    let kind = text(spec.get("names").and_then(|names| names.get("kind")));
    let scope = text(spec.get("scope"));
    if let (Some(group), Some(kind), Some(scope)) = (group, kind, scope) {
        cx.custom.borrow_mut().insert((group, kind), scope == "Namespaced");
    }
}

/// Notes every `image:` of containers, for the lint of `images.txt`.
fn images(node: &Node, report: &Report, cx: &Context) {
    for (key, value) in node.map().unwrap_or_default() {
        if let ("image", Some(image)) = (key.name.as_str(), value.text()) {
            let place = (report.file.clone(), value.line, value.column);
            cx.images.borrow_mut().entry(image.to_owned()).or_insert(place);
        }
        images(value, report, cx);
    }
    node.list().unwrap_or_default().iter().for_each(|item| images(item, report, cx));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, file: &str, expected: bool) {
        assert_eq!(matches(pattern, file), expected, "{pattern} {file}");
    }

    #[test]
    fn a_star_stays_within_one_name() {
        check("setup/*.yaml", "setup/10-web.yaml", true);
        check("setup/*.yaml", "setup/a/b.yaml", false);
        check("setup/*.yaml", "wrong/a.yaml", false);
        check("a*b*c", "a1b2c", true);
        check("a*b*c", "a1c", false);
        check("kind.yaml", "kind.yaml", true);
        check("*", "lab.yaml", true);
    }
}
