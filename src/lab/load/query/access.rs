//! `rbac`: who may do what, for one verb or for each of several.

use crate::lab::model::{AccessReview, Who};
use crate::yaml::Node;

use super::super::context::Context;
use super::super::report::{Fields, Report};

/// One review for each verb.
pub(super) fn reviews(node: &Node, report: &Report, cx: &Context) -> Vec<AccessReview> {
    let Some(mut fields) = Fields::open(node, report) else { return Vec::new() };
    let who = who(&mut fields, cx);
    let groups = fields.texts("groups");
    let (one, several) = (fields.text("verb"), fields.texts("verbs"));
    if fields.key("verb").is_some() == fields.key("verbs").is_some() {
        report.error(&fields, "하나만 적으세요: verb, verbs");
    }
    let verbs: Vec<String> = one.into_iter().chain(several).collect();
    let resource = fields.need_text("resource");
    let name = fields.text("name");
    let everywhere = fields.flag("clusterWide").unwrap_or(false);
    let namespace = fields.text("namespace");
    if let (true, Some(key)) = (everywhere, fields.key("namespace")) {
        report.error(key, "clusterWide와 함께 쓸 수 없어요: namespace");
    }
    let namespace = namespace.or_else(|| cx.namespace().map(str::to_owned)).filter(|_| !everywhere);
    fields.close();
    let (Some(who), Some(resource)) = (who, resource) else { return Vec::new() };
    let (resource, subresource) = match resource.split_once('/') {
        Some((resource, sub)) => (resource.to_owned(), Some(sub.to_owned())),
        None => (resource, None),
    };
    let (resource, group) = match resource.split_once('.') {
        Some((resource, group)) => (resource.to_owned(), group.to_owned()),
        None => (resource, String::new()),
    };
    let review = |verb| AccessReview {
        who: who.clone(),
        groups: groups.clone(),
        verb,
        resource: resource.clone(),
        group: group.clone(),
        subresource: subresource.clone(),
        name: name.clone(),
        namespace: namespace.clone(),
    };
    verbs.into_iter().map(review).collect()
}

/// `user`, or `serviceAccount` as `namespace/name` or a name in the lab's namespace.
fn who(fields: &mut Fields, cx: &Context) -> Option<Who> {
    let report = fields.report;
    let user = fields.text("user");
    let account_node = fields.get("serviceAccount");
    let account = account_node.and_then(|node| super::super::report::text(node, report));
    match (user, account) {
        (Some(user), None) => Some(Who::User(user)),
        (None, Some(account)) => {
            let (namespace, name) = match account.split_once('/') {
                Some((namespace, name)) => (Some(namespace.to_owned()), name.to_owned()),
                None => (cx.namespace().map(str::to_owned), account),
            };
            if namespace.is_none() {
                report.error_help(account_node?, "namespace가 없어요.", "namespace/이름 꼴로 적으세요.");
            }
            Some(Who::ServiceAccount { namespace: namespace?, name })
        }
        _ => {
            report.error(&*fields, "하나만 적으세요: user, serviceAccount");
            None
        }
    }
}
