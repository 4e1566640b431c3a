//! `http`: to a Service through the API server, straight to a Pod, or from a probe Pod to where a client would go.

use std::sync::Arc;

use serde_json::Value;

use crate::lab::expr::Scope;
use crate::lab::model::{Client, Request, Rule, Way};
use crate::lab::pattern;
use crate::yaml::Node;

use super::super::context::Context;
use super::super::report::{Fields, Report, pairs, text};
use super::super::target;
use super::place;

/// Fields beside `http` whose expectation needs an answer, not only a connection.
const SPOKEN: [&str; 5] = ["status", "body", "headers", "match", "cel"];

/// A request as it was written.
pub(super) struct Written {
    pub(super) request: Request,
    /// The same from another client, that must be let in.
    pub(super) paired: Option<Request>,
    /// It is answered, not only let through.
    pub(super) speaks: bool,
}

pub(super) fn request(node: &Node, beside: &Fields, cx: &Context) -> Option<Written> {
    let report = beside.report;
    let mut fields = Fields::open(node, report)?;
    let namespace = fields.text("namespace").or_else(|| cx.namespace().map(str::to_owned));
    let service = fields.text("service");
    let pod = fields.get("pod").and_then(|node| {
        let mut inner = Fields::open(node, report)?;
        let pods = target::pods(&mut inner, cx);
        inner.close();
        Some(pods)
    });
    let host = fields.text("host");
    let port = place::port(&mut fields);
    let path = fields.text("path");
    let headers = fields.get("headers").map(|node| pairs(node, report)).unwrap_or_default();
    let from_node = fields.get("from");
    let from = from_node.and_then(|node| client(node, report, cx));
    let paired = fields.get("paired").and_then(|node| client(node, report, cx));
    let speaks =
        path.is_some() || SPOKEN.iter().any(|name| beside.key(name).is_some()) || beside.key("connect").is_none();
    if let Some(path) = path.as_ref().filter(|path| !path.starts_with('/')) {
        report.error(node, format!("path는 /로 시작해야 해요: {path}"));
    }
    let given = [service.is_some(), pod.is_some(), host.is_some()].into_iter().filter(|given| *given).count();
    if given != 1 {
        report.error(&fields, "하나만 적으세요: service, pod, host");
    }
    if beside.key("connect").is_some() && from_node.is_none() {
        report.error_help(node, "connect는 어디서 연결하는지가 있어야 해요.", "from: {namespace, labels}");
    }
    fields.close();
    let path = path.unwrap_or_else(|| "/".into());
    let way = |from: Option<Client>| {
        Some(match (from, service.clone(), pod.clone(), host.clone()) {
            (Some(from), Some(service), None, None) => {
                let namespace = namespace.clone()?;
                let host = format!("{service}.{namespace}.svc");
                Way::Probe { from, host, service: Some((namespace, service)), speak: speaks }
            }
            (Some(from), None, None, Some(host)) => Way::Probe { from, host, service: None, speak: speaks },
            (None, Some(service), None, None) => {
                place::probed(namespace.as_deref(), node, report, cx);
                Way::Proxy { namespace: namespace.clone()?, service }
            }
            (None, None, Some(pods), None) => {
                place::probed(pods.namespace.as_deref(), node, report, cx);
                Way::Forward(pods)
            }
            (None, None, None, Some(_)) => {
                report.error_help(node, "host에는 어디서 연결하는지가 있어야 해요.", "from: {namespace, labels}");
                return None;
            }
            (Some(_), None, Some(_), None) => {
                report.error(node, "pod와 from은 함께 쓸 수 없어요. service나 host를 쓰세요.");
                return None;
            }
            _ => return None,
        })
    };
    let port = port?;
    let request = |way| Request { way, port: port.clone(), path: path.clone(), headers: headers.clone() };
    let paired = paired.and_then(|client| way(Some(client))).map(request);
    let own = way(from).map(request)?;
    Some(Written { request: own, paired, speaks })
}

impl Written {
    /// Whether what is expected of the reply is met while the connection is dropped: then a denial is what it is about,
    /// in whatever words.
    pub(super) fn met_by_a_drop(&self, pattern: Option<&Value>, cel: &[Rule], positive: bool, cx: &Context) -> bool {
        let dropped = Arc::new(Request::dropped());
        let differs = pattern.is_some_and(|pattern| pattern::mismatch(pattern, &dropped, &[]).is_some());
        let params: serde_json::Map<String, Value> = cx.params.clone().into_iter().collect();
        let scope = Scope { params: Arc::new(params.into()), ..Scope::of(dropped) };
        // A rule that has no value over it is never met, and its opposite neither.
        let rules: Result<Vec<bool>, _> = cel.iter().map(|rule| rule.expr.eval(&scope)).collect();
        let met = match rules {
            _ if differs => Some(false),
            Ok(rules) => Some(rules.into_iter().all(|holds| holds)),
            Err(_) => None,
        };
        matches!(self.request.way, Way::Probe { .. }) && met == Some(positive)
    }
}

/// Reports a denial without its pair, and a pair that nothing needs.
pub(super) fn pairing(node: &Node, denied: bool, report: &Report) {
    match node.get("paired") {
        None if denied => {
            let help = "연결되어야 하는 쪽을 paired: {namespace, labels}로 적으세요. 아무도 연결하지 못하면 막힌 것인지 알 수 없어요.";
            report.error_help(node, "연결이 막혀야 통과하는 확인에는 짝이 있어야 해요.", help);
        }
        Some(paired) if !denied => report.error(paired, "paired는 연결이 막혀야 통과하는 확인에만 써요."),
        _ => {}
    }
}

fn client(node: &Node, report: &Report, cx: &Context) -> Option<Client> {
    let mut fields = Fields::open(node, report)?;
    let namespace =
        fields.get("namespace").map_or_else(|| cx.namespace().map(str::to_owned), |node| text(node, report));
    let labels = fields.get("labels").map(|node| pairs(node, report)).unwrap_or_default();
    fields.close();
    place::probed(namespace.as_deref(), node, report, cx);
    Some(Client { namespace: namespace?, labels })
}
