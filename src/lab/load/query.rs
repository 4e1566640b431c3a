//! What is asked, and what is expected of the reply. It asks nothing.

mod access;
mod http;
mod node;
mod place;

use serde_json::{Map, Value, json};

use crate::lab::model::{Asked, Expectation, Logs, Promql, Query, Release, Run, Tool};
use crate::yaml::{self, Node};

use super::cel;
use super::context::Context;
use super::pattern;
use super::report::{Fields, Report, text};
use super::target;

/// The fields that stand beside each source, besides `match` and `cel`.
pub(super) const BESIDE: &[(&str, &[&str])] = &[
    ("rbac", &["allowed"]),
    ("http", &["connect", "status", "body", "headers"]),
    ("exec", &["exitCode", "stdout", "stderr"]),
    ("logs", &["contains"]),
    ("events", &["type", "reason", "message"]),
    ("promql", &["value"]),
    ("helm", &["status", "revision", "chart", "values"]),
    ("node", &[]),
    ("kind", &["nodes"]),
    ("apiserver", &[]),
    ("host", &["version"]),
];
/// Lines of a log that are read where the author does not say.
const TAIL: u32 = 200;
/// Lines of a log that may be read.
const LONGEST: u32 = 2000;

/// Whether a name is a query's.
pub(super) fn is(name: &str) -> bool {
    BESIDE.iter().any(|(source, _)| *source == name)
}

/// A query by its name, with what stands beside it; not `positive` within `not`.
pub(super) fn read(name: &str, node: &Node, beside: &mut Fields, positive: bool, cx: &Context) -> Option<Expectation> {
    let report = beside.report;
    let mut wanted = Wanted::read(name, beside, cx);
    let mut written = None;
    let queries = match name {
        "rbac" => access::reviews(node, report, cx).into_iter().map(Query::Rbac).collect(),
        "http" => {
            let http = written.insert(http::request(node, beside, cx)?);
            if !http.speaks {
                wanted.default("connect", json!("allowed"));
            }
            vec![Query::Http(http.request.clone())]
        }
        "apiserver" => {
            empty(node, report);
            vec![Query::ApiServer]
        }
        "kind" => vec![Query::Kind(node::ours(node, report)?)],
        "host" => vec![Query::Host(tool(node, report)?)],
        _ => vec![one(name, node, report, cx)?],
    };
    let (field, value) = match name {
        "rbac" => ("answer", json!("allowed")),
        "http" => ("status", json!(200)),
        "exec" => ("exitCode", json!(0)),
        "helm" => ("status", json!("deployed")),
        "apiserver" => ("answer", json!("ready")),
        _ => ("", Value::Null),
    };
    // Whatever else is asked of a release, it is asked of one that is there.
    if !field.is_empty() && (wanted.nothing() || name == "helm") {
        wanted.default(field, value);
    }
    if wanted.nothing() && !matches!(name, "host" | "kind") {
        let beside = BESIDE.iter().find(|(source, _)| *source == name).map_or(&[][..], |(_, fields)| fields);
        let help = format!("{name} 옆에 하나는 적으세요: {}", [beside, &["match", "cel"]].concat().join(", "));
        report.error_help(node, "무엇을 기대하는지가 없어요.", help);
        return None;
    }
    let (pattern, cel) = wanted.end();
    if let Some(written) = &written {
        let denied = written.met_by_a_drop(pattern.as_ref(), &cel, positive, cx);
        http::pairing(node, denied, report);
    }
    let paired = written.and_then(|written| written.paired).map(Query::Http);
    let mut asked: Vec<Expectation> = queries
        .into_iter()
        .map(|query| Asked { query, paired: paired.clone(), pattern: pattern.clone(), cel: cel.clone() })
        .map(|asked| Expectation::Asked(Box::new(asked)))
        .collect();
    if asked.len() > 1 { Some(Expectation::AllOf(asked)) } else { asked.pop() }
}

fn one(name: &str, node: &Node, report: &Report, cx: &Context) -> Option<Query> {
    let mut fields = Fields::open(node, report)?;
    let query = match name {
        "exec" => {
            let pods = target::pods(&mut fields, cx);
            let container = fields.text("container");
            let argv_node = fields.need("argv");
            let argv = argv_node.map(|node| super::report::texts(node, report)).unwrap_or_default();
            if let Some(node) = argv_node.filter(|node| node.list().is_some_and(<[_]>::is_empty)) {
                report.error(node, "실행할 것이 없어요: argv");
            }
            place::probed(pods.namespace.as_deref(), node, report, cx);
            (!argv.is_empty()).then_some(Query::Exec(Run { pods, container, argv }))
        }
        "logs" => {
            let pods = target::pods(&mut fields, cx);
            let container = fields.text("container");
            let previous = fields.flag("previous").unwrap_or(false);
            let tail = fields.number("tail").unwrap_or(TAIL);
            if tail == 0 || tail > LONGEST {
                report.error(node, format!("tail은 1부터 {LONGEST}까지예요."));
            }
            place::probed(pods.namespace.as_deref(), node, report, cx);
            Some(Query::Logs(Logs { pods, container, previous, tail }))
        }
        "events" => target::read(&mut fields, cx).map(Query::Events),
        "promql" => {
            let namespace = fields.text("namespace").or_else(|| cx.namespace().map(str::to_owned));
            let service = fields.need_text("service");
            let port = place::port(&mut fields);
            let query = fields.need_text("query");
            place::probed(namespace.as_deref(), node, report, cx);
            let (namespace, service, port, query) = (namespace, service, port, query);
            (|| Some(Query::Promql(Promql { namespace: namespace?, service: service?, port: port?, query: query? })))()
        }
        "helm" => {
            let namespace = fields.text("namespace").or_else(|| cx.namespace().map(str::to_owned));
            let name = fields.need_text("release");
            if namespace.is_none() {
                report.error(&fields, "필드가 빠졌어요: namespace");
            }
            (|| Some(Query::Helm(Release { namespace: namespace?, name: name? })))()
        }
        "node" => node::question(&mut fields).map(Query::Node),
        _ => None,
    };
    fields.close();
    query
}

/// `{}` or true: there is nothing to say.
fn empty(node: &Node, report: &Report) {
    let plain = matches!(node.value, yaml::Value::Bool(true)) || node.map().is_some_and(<[_]>::is_empty);
    if !plain {
        report.error(node, "true나 {}만 쓸 수 있어요.");
    }
}

fn tool(node: &Node, report: &Report) -> Option<Tool> {
    let mut fields = Fields::open(node, report)?;
    fields.need("tool");
    let tool = fields.choice("tool", &Tool::ALL);
    fields.close();
    tool
}

/// What is expected of a reply, as it is put together.
struct Wanted {
    pattern: Map<String, Value>,
    cel: Vec<crate::lab::model::Rule>,
}

impl Wanted {
    fn read(name: &str, beside: &mut Fields, cx: &Context) -> Self {
        let report = beside.report;
        let mut pattern = match beside.get("match").and_then(|node| pattern::pattern(node, report)) {
            Some(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        let cel = beside.get("cel").map(|node| cel::rules(node, report, cx, &[])).unwrap_or_default();
        let mut event = Map::new();
        for field in BESIDE.iter().filter(|(source, _)| *source == name).flat_map(|(_, fields)| *fields) {
            let Some(node) = beside.get(field) else { continue };
            match (name, *field) {
                ("rbac", _) => match beside.flag(field) {
                    Some(true) => insert(&mut pattern, "answer", json!("allowed")),
                    Some(false) => insert(&mut pattern, "answer", json!("denied")),
                    None => {}
                },
                ("http", "connect") => {
                    let words = ["allowed", "refused", "dropped"].map(|word| (word, word));
                    if let Some(word) = beside.choice("connect", &words) {
                        insert(&mut pattern, "connect", json!(word));
                    }
                }
                ("http", "body") | ("exec", "stdout" | "stderr") => insert(&mut pattern, field, contains(node, report)),
                ("logs", _) => insert(&mut pattern, "text", contains(node, report)),
                ("events", "message") => insert(&mut event, field, contains(node, report)),
                ("events", _) => insert(&mut event, field, part(node, report)),
                ("promql", _) => insert(&mut pattern, "samples", json!([{"value": part(node, report)}])),
                ("host", _) => {
                    if let Some(range) = text(node, report) {
                        insert(&mut pattern, "version", json!({"$version": range}));
                    }
                }
                _ => insert(&mut pattern, field, part(node, report)),
            }
        }
        if !event.is_empty() {
            insert(&mut pattern, "events", json!([event]));
        }
        Self { pattern, cel }
    }

    fn nothing(&self) -> bool {
        self.pattern.is_empty() && self.cel.is_empty()
    }

    fn default(&mut self, field: &str, value: Value) {
        self.pattern.entry(field).or_insert(value);
    }

    fn end(self) -> (Option<Value>, Vec<crate::lab::model::Rule>) {
        ((!self.pattern.is_empty()).then_some(Value::Object(self.pattern)), self.cel)
    }
}

fn insert(pattern: &mut Map<String, Value>, field: &str, value: Value) {
    pattern.insert(field.to_owned(), value);
}

/// A text stands for what must be contained; a map is operators.
fn contains(node: &Node, report: &Report) -> Value {
    match node.text() {
        Some(part) => json!({"$contains": part}),
        None => part(node, report),
    }
}

fn part(node: &Node, report: &Report) -> Value {
    pattern::walk(node, report);
    node.json()
}
