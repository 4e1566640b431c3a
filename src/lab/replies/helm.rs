//! The state of a Helm release, read from the Secret in which Helm keeps it (storage driver `secret`, type
//! `helm.sh/release.v1`, the same in Helm 3 and 4): JSON, gzipped, in base64, in the Secret's own base64.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::lab::model::{LabelSelector, Release, Target};
use crate::lab::object::text;
use crate::lab::observe::Reply;
use crate::lab::select::{Selection, View};

/// A release that unpacks to more is not read: charts of this size do not fit into a Secret.
const LARGEST: u64 = 16 << 20;

/// The newest revision of a release.
pub(super) fn reply(view: &View<'_>, release: &Release) -> Reply {
    let labels = [("owner", "helm"), ("name", release.name.as_str())];
    let match_labels = labels.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let target = Target {
        api_version: "v1".into(),
        kind: "Secret".into(),
        namespace: Some(release.namespace.clone()),
        name: None,
        labels: LabelSelector { match_labels, match_expressions: Vec::new() },
        fields: Default::default(),
    };
    let secrets = match view.existing(&target) {
        Selection::Objects(secrets) => secrets,
        Selection::NotServed => return Reply::Nothing,
        Selection::Unknown(reason) => return Reply::Failed(reason),
    };
    let revision = |secret: &Value| text(secret, &["metadata", "labels", "version"]).parse::<u64>().unwrap_or(0);
    let Some(newest) = secrets.iter().max_by_key(|seen| revision(&seen.object)) else { return Reply::Nothing };
    let state = unpacked(text(&newest.object, &["data", "release"])).unwrap_or_default();
    let chart = &state["chart"]["metadata"];
    let status = text(&newest.object, &["metadata", "labels", "status"]);
    // Helm describes every state; only here it tells a reason.
    let error = (status == "failed").then(|| &state["info"]["description"]);
    Reply::said(json!({
        "revision": revision(&newest.object),
        "status": status,
        "chart": {"name": chart["name"], "version": chart["version"], "appVersion": chart["appVersion"]},
        "values": state["config"],
        "error": error,
    }))
}

fn unpacked(data: &str) -> Option<Value> {
    let packed = STANDARD.decode(STANDARD.decode(data).ok()?).ok()?;
    let mut bytes = Vec::new();
    let read = flate2::read::GzDecoder::new(packed.as_slice()).take(LARGEST).read_to_end(&mut bytes);
    // Helm reads releases that were never packed too.
    let bytes = if read.is_ok() { &bytes } else { &packed };
    serde_json::from_slice(bytes).ok()
}
