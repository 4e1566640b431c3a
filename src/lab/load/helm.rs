//! `helm: {argv: […]}`: what Helm is asked to do, out of a closed list of words. Nothing that leads to another cluster, to
//! programs or to files outside of the lab's folder is among them.

use crate::lab::model::{Action, HelmCall};
use crate::text::josa;
use crate::yaml::Node;

use super::context::Context;
use super::report::{Fields, Report, text};

/// A flag, and whether a value follows it.
const FLAGS: [(&str, bool); 19] = [
    ("--set", true),
    ("--set-string", true),
    ("--set-json", true),
    ("--values", true),
    ("-f", true),
    ("--version", true),
    ("--namespace", true),
    ("-n", true),
    ("--timeout", true),
    ("--history-max", true),
    ("--install", false),
    ("-i", false),
    ("--wait", false),
    ("--rollback-on-failure", false),
    ("--atomic", false),
    ("--reuse-values", false),
    ("--reset-values", false),
    ("--keep-history", false),
    ("--skip-crds", false),
];
const VERBS: [&str; 4] = ["install", "upgrade", "rollback", "uninstall"];

/// The action, if every word of it may be said and its release is the lab's.
pub(super) fn action(fields: &mut Fields, cx: &Context) -> Option<Action> {
    let report = fields.report;
    let nodes: Vec<&Node> = fields.need("argv")?.list().unwrap_or_default().iter().collect();
    let Some((verb_node, rest)) = nodes.split_first() else {
        if let Some(key) = fields.key("argv") {
            report.error(key, "실행할 것이 없어요: argv");
        }
        return None;
    };
    let verb = text(verb_node, report)?;
    if !VERBS.contains(&verb.as_str()) {
        report.unknown(*verb_node, "helm으로 할 수 없는 일이에요", &verb, &VERBS);
        return None;
    }
    let mut call = Call { argv: vec![verb.clone()], cx, report, namespace: None, named: Vec::new(), files: Vec::new() };
    let mut words = rest.iter();
    while let Some(node) = words.next() {
        let word = text(node, report)?;
        if !word.starts_with('-') {
            call.named.push((node, word.clone()));
            call.argv.push(word);
            continue;
        }
        let (flag, inner) = match word.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => (flag, Some(value.to_owned())),
            _ => (word.as_str(), None),
        };
        let Some((_, valued)) = FLAGS.iter().find(|(name, _)| *name == flag) else {
            report.unknown(*node, "helm에 쓸 수 없는 옵션이에요", flag, &FLAGS.map(|(name, _)| name));
            return None;
        };
        call.argv.push(flag.to_owned());
        if !valued {
            continue;
        }
        let (at, value) = match inner {
            Some(value) => (*node, value),
            None => match words.next() {
                Some(next) => (*next, text(next, report)?),
                None => {
                    report.error(*node, format!("값이 없는 옵션이에요: {flag}"));
                    return None;
                }
            },
        };
        call.value(at, flag, value)?;
    }
    call.whole(&verb, verb_node)
}

struct Call<'a, 'r> {
    argv: Vec<String>,
    cx: &'a Context<'a>,
    report: &'a Report<'r>,
    namespace: Option<String>,
    named: Vec<(&'a Node, String)>,
    files: Vec<String>,
}

impl Call<'_, '_> {
    /// Takes the value of a flag; files must be the lab's.
    fn value(&mut self, at: &Node, flag: &str, value: String) -> Option<()> {
        match flag {
            "-n" | "--namespace" => self.namespace = Some(value.clone()),
            "-f" | "--values" => {
                if !self.cx.files.contains(&value) {
                    self.report.error(at, format!("lab 폴더에 없는 파일이에요: {value}"));
                    return None;
                }
                self.files.push(value.clone());
            }
            _ => {}
        }
        self.argv.push(value);
        Some(())
    }

    fn whole(mut self, verb: &str, at: &Node) -> Option<Action> {
        let charted = matches!(verb, "install" | "upgrade");
        let most = if verb == "uninstall" { 1 } else { 2 };
        let named = std::mem::take(&mut self.named);
        let least = if charted { 2 } else { 1 };
        if let Some((node, word)) = named.get(most) {
            self.report.error(*node, format!("남는 말이에요: {word}"));
            return None;
        }
        if named.len() < least {
            let wants = if charted { "릴리스의 이름과 차트" } else { "릴리스의 이름" };
            self.report.error(at, format!("helm {verb}에 빠진 것이 있어요: {wants}"));
            return None;
        }
        let (release_node, release) = named.first()?;
        let namespace = match self.namespace.clone().or_else(|| self.cx.namespace().map(str::to_owned)) {
            Some(namespace) => namespace,
            None => {
                self.report.error(at, "어느 네임스페이스인지 적으세요: --namespace");
                return None;
            }
        };
        let place = format!("{namespace}/{release}");
        if !self.cx.owns.helm.contains(&place) {
            let help = format!("spec.owns.helm에 {} 더하세요.", josa(&place, "을/를"));
            self.report.error_help(*release_node, format!("이 실습의 것이 아닌 릴리스예요: {place}"), help);
            return None;
        }
        if self.namespace.is_none() {
            self.argv.extend(["--namespace".to_owned(), namespace.clone()]);
        }
        let mut chart = None;
        if charted {
            let (node, word) = named.get(1)?;
            chart = Some(word.clone());
            self.chart(node, word)?;
        }
        let files = self.files.iter().map(|path| {
            self.cx.used.borrow_mut().insert(path.clone());
            self.cx.folder.read_bytes(path).map(|bytes| (path.clone(), bytes)).map_err(|error| (path, error))
        });
        let mut read = Vec::new();
        for file in files {
            match file {
                Ok(file) => read.push(file),
                Err((path, error)) => self.report.error(at, format!("{path}: {error}")),
            }
        }
        let release = release.clone();
        Some(Action::Helm(HelmCall { namespace, release, chart, argv: self.argv, files: read }))
    }

    /// A chart of the lab's folder, or of a registry.
    fn chart(&mut self, node: &Node, chart: &str) -> Option<()> {
        if chart.starts_with("oci://") {
            return Some(());
        }
        let (sheet, folder) = (format!("{chart}/Chart.yaml"), format!("{chart}/"));
        if !self.cx.files.contains(&sheet) {
            let help = "lab 폴더 안의 차트 폴더, 또는 oci://로 시작하는 주소를 적으세요.";
            self.report.error_help(node, format!("차트가 아니에요: {chart}"), help);
            return None;
        }
        self.files.extend(self.cx.files.iter().filter(|file| file.starts_with(&folder)).cloned());
        Some(())
    }
}
