//! What can be said of a lab only as a whole: needs, cycles, order of the proof, images, stray files.

use std::collections::{BTreeMap, BTreeSet};

use crate::lab::model::{Check, Level, Source};
use crate::problem::{Problem, Severity};
use crate::yaml::Node;

use super::context::Context;
use super::proof::Step;
use super::report::{Report, list};

/// Names that are used twice, `needs` that do not exist, cycles, and levels that could never be reached.
pub(super) fn checks(checks: &[Check], nodes: &[&Node], report: &Report) {
    let place = |name: &str| {
        let node = nodes.iter().find(|node| node.get("name").and_then(Node::text) == Some(name));
        node.and_then(|node| node.get("needs")).map_or((0, 0), |node| (node.line, node.column))
    };
    let mut seen = BTreeSet::new();
    for node in nodes {
        if let Some(name) = node.get("name")
            && let Some(text) = name.text()
            && !seen.insert(text)
        {
            report.error(name, format!("같은 이름의 확인이 또 있어요: {text}"));
        }
    }
    let names: Vec<&str> = seen.iter().copied().collect();
    for node in nodes {
        for need in node.get("needs").and_then(Node::list).unwrap_or_default() {
            match need.text() {
                Some(name) if !names.contains(&name) => report.unknown(need, "없는 확인이에요", name, &names),
                _ => {}
            }
        }
    }
    for cycle in cycles(checks) {
        let first = cycle.first().map_or((0, 0), |name| place(name));
        report.error(&first, format!("needs가 돌고 돌아요: {}", cycle.join(" → ")));
    }
    let steps: BTreeSet<u32> = checks.iter().map(|check| check.step).filter(|step| *step > 0).collect();
    if let Some(missing) = (1..).zip(&steps).find(|(number, step)| number != *step).map(|(number, _)| number) {
        let first = checks.iter().find(|check| check.step > missing).map_or(0, |check| check.line);
        let help = "step은 1부터 빈 번호 없이 적으세요.";
        report.warn_help(&(first, 0), format!("{missing}단계인 확인이 없어요."), help);
    }
    for check in checks {
        for need in check.needs.iter().filter_map(|need| checks.iter().find(|check| check.name == *need)) {
            if need.level.unwrap_or(Level::Beginner) > check.level.unwrap_or(Level::Beginner) {
                let message = format!("{}보다 높은 수준의 확인이 필요해요: {}", check.name, need.name);
                report.warn_help(&place(&check.name), message, "이 수준의 학습자는 끝낼 수 없을 수도 있어요.");
            }
        }
    }
}

/// Every cycle once, from its first check in the author's order, that check repeated at the end.
fn cycles(checks: &[Check]) -> Vec<Vec<String>> {
    let needs: BTreeMap<&str, &[String]> =
        checks.iter().map(|check| (check.name.as_str(), check.needs.as_slice())).collect();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    let mut found = Vec::new();
    for check in checks {
        if done.contains(check.name.as_str()) {
            continue;
        }
        let mut path: Vec<(&str, std::slice::Iter<'_, String>)> = vec![(&check.name, check.needs.iter())];
        while let Some((name, rest)) = path.last_mut() {
            let name = *name;
            match rest.next() {
                None => {
                    done.insert(name);
                    path.pop();
                }
                Some(next) => {
                    if let Some(start) = path.iter().position(|(name, _)| *name == next) {
                        let names = path.iter().skip(start).map(|(name, _)| (*name).to_owned());
                        found.push(names.chain([next.clone()]).collect());
                    } else if let Some((next, needs)) =
                        needs.get_key_value(next.as_str()).filter(|(name, _)| !done.contains(**name))
                    {
                        path.push((next, needs.iter()));
                    }
                }
            }
        }
    }
    found
}

/// Checks that no step turns, and steps that turn what is passed or break what is not.
pub(super) fn proof(checks: &[Check], steps: &[Step], report: &Report, cx: &Context) {
    let turned: BTreeSet<&str> =
        steps.iter().flat_map(|step| step.step.turns.iter().chain(&step.step.also)).map(String::as_str).collect();
    for check in checks {
        let observed = matches!(check.source, Source::Observed(_));
        if observed && !check.initially_passed && !turned.contains(check.name.as_str()) {
            let message = format!("어느 풀이 단계도 통과시키지 않는 확인이에요: {}", check.name);
            report.warn_help(&(check.line, 0), message, "solution의 한 단계에 turns로 적으세요.");
        }
    }
    let mut passed: BTreeMap<&str, bool> =
        checks.iter().map(|check| (check.name.as_str(), check.initially_passed)).collect();
    for step in steps {
        let report = cx.report(&step.path);
        for (name, line, column) in &step.turns {
            if passed.insert(name, true) == Some(true) {
                let message = format!("이미 통과한 확인이에요: {name}");
                report.warn_help(&(*line, *column), message, "turns에서 빼거나 also로 옮기세요.");
            }
        }
        for (name, line, column) in &step.breaks {
            if passed.insert(name, false) == Some(false) {
                let message = format!("아직 통과하지 않은 확인이에요: {name}");
                report.warn_help(&(*line, *column), message, "breaks에서 빼거나 also로 옮기세요.");
            }
        }
        for name in &step.step.also {
            passed.remove(name.as_str());
        }
    }
}

/// `images.txt` without comments; images without a version, and images of manifests that are not in it, are warned of.
pub(super) fn images(cx: &Context) -> Vec<String> {
    let mut images = Vec::new();
    let present = cx.files.iter().any(|file| file == "images.txt");
    if present {
        let report = cx.report("images.txt");
        match cx.folder.read("images.txt") {
            Err(error) => report.error(&(0, 0), error.to_string()),
            Ok(text) => {
                for (index, line) in text.lines().enumerate() {
                    let image = line.split('#').next().unwrap_or_default().trim();
                    if image.is_empty() {
                        continue;
                    }
                    if !pinned(image) {
                        let message = format!("버전이 정해지지 않은 이미지예요: {image}");
                        report.warn_help(&(index + 1, 0), message, "latest가 아닌 태그를 적으세요.");
                    }
                    images.push(image.to_owned());
                }
            }
        }
    }
    for (image, (file, line, column)) in cx.images.borrow().iter() {
        if !images.iter().any(|listed| short(listed) == short(image)) {
            let problem = Problem::warning(file, *line, *column, format!("images.txt에 없는 이미지예요: {image}"));
            cx.problems.borrow_mut().push(problem.with_help("images.txt에 한 줄로 더하세요."));
        }
    }
    images
}

/// Without the registry and folder that stand for themselves: `docker.io/library/nginx:1.29` is `nginx:1.29`.
fn short(image: &str) -> &str {
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    image.strip_prefix("library/").unwrap_or(image)
}

fn pinned(image: &str) -> bool {
    if image.contains("@sha256:") {
        return true;
    }
    let name = image.rsplit_once('/').map_or(image, |(_, name)| name);
    name.split_once(':').is_some_and(|(_, tag)| !tag.is_empty() && tag != "latest")
}

/// Files that nothing of the lab names.
pub(super) fn files(cx: &Context) {
    for path in cx.files {
        let known = matches!(path.as_str(), "lab.yaml" | "images.txt" | "README.md")
            || (path.starts_with("scripts/") && path.ends_with(".sh"));
        if known || cx.used.borrow().contains(path) {
            continue;
        }
        let message = if path.starts_with("setup/") && path.ends_with(".yaml") {
            "아무도 적용하지 않는 파일이에요."
        } else {
            "lab이 모르는 파일이에요."
        };
        let help = match path.split_once('/') {
            Some(("solution", _)) => "풀이는 solution/01-이름.yaml 꼴이어야 해요.",
            Some(("setup", _)) => "spec.setup의 apply에 적으세요.",
            _ => "쓰지 않으면 지우세요.",
        };
        cx.report(path).warn_help(&(0, 0), message, help);
    }
}

/// Whether anything so far is an error: then whole-lab lints would only repeat it.
pub(super) fn broken(cx: &Context) -> bool {
    cx.problems.borrow().iter().any(|problem| problem.severity == Severity::Error)
}

/// The items of a list of checks, those that are no mappings left out.
pub(super) fn items<'n>(node: Option<&'n Node>, report: &Report) -> Vec<&'n Node> {
    node.map(|node| list(node, report)).unwrap_or_default().iter().collect()
}
