//! Performs actions of setups, solutions and variants. Loading has held them against `owns` and the declared powers;
//! here both are asked again, of each object right before its request.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::api::{ApiError, Body};
use super::exec;
use super::fault::Faults;
use super::guard::Admitted;
use super::helm::Helm;
use super::identity::{LAB, MANAGED};
use super::nodes;
use super::remote::{Place, Remote};
use super::rollback;
use super::selection;
use super::trouble::Trouble;
use super::wait;
use crate::lab::{
    Action, Count, Expectation, HelmCall, Lab, Millis, NodeChange, NodeRef, NodeWork, PatchKind, Quantifier,
    ResourceExpectation, Rule, Target, Until, power,
};
use crate::text::josa;

/// How long what a new namespace or CRD brings along is waited for.
const SETTLING: Duration = Duration::from_secs(15);
/// How long a deletion may take.
const DELETION: Duration = Duration::from_secs(120);

/// An answer an action gives, for the memory of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The check.
    pub check: String,
    /// The value.
    pub value: String,
}

/// Who performs: as administrator, and marking what is made when it is a setup.
pub struct Hands<'a> {
    /// The cluster; what is done is done as its administrator.
    pub admitted: &'a Admitted,
    /// The lab.
    pub lab: &'a Lab,
    /// True for setups: namespaces and what lies outside of them carry the lab's label.
    pub mark: bool,
    /// The faults of the nodes, where they may have any.
    pub faults: Option<&'a Faults>,
    /// The time.
    pub now: Millis,
}

impl Hands<'_> {
    fn admin(&self) -> &Remote {
        &self.admitted.admin
    }

    /// Performs one action and waits until the API server has it; an answer is given back.
    pub async fn perform(&self, action: &Action) -> Result<Option<Answered>, Trouble> {
        if let Some(power) = power::undeclared(self.lab, action).pop_first() {
            return Err(Trouble::Undeclared(power));
        }
        match action {
            Action::Apply(objects) => {
                for object in objects {
                    self.apply(object).await?;
                }
            }
            Action::Patch { target, kind, body } => {
                let kind = match kind {
                    PatchKind::Merge => Body::Merge,
                    PatchKind::Strategic => Body::Strategic,
                    PatchKind::Json => Body::JsonPatch,
                };
                self.patch_each(target, "", kind, body).await?;
            }
            Action::Scale { target, replicas } => {
                self.patch_each(target, "/scale", Body::Merge, &json!({"spec": {"replicas": replicas}})).await?;
            }
            Action::Restart(target) => {
                let now = jiff::Timestamp::now().to_string();
                let annotations = json!({"kubectl.kubernetes.io/restartedAt": now});
                let body = json!({"spec": {"template": {"metadata": {"annotations": annotations}}}});
                self.patch_each(target, "", Body::Merge, &body).await?;
            }
            Action::Delete(target) => self.delete(target).await?,
            Action::Rollback { target, to_revision } => {
                let (place, objects) = self.select(target).await?;
                for deployment in objects {
                    self.owned(&place, &deployment)?;
                    rollback::undo(self.admin(), &place, &deployment, *to_revision).await?;
                }
            }
            Action::Label(change) => {
                owned_keys(change, &self.lab.owns.node_labels, "라벨")?;
                nodes::label(self.admin(), change).await?;
            }
            Action::Taint(change) => {
                owned_keys(change, &self.lab.owns.node_taints, "taint")?;
                nodes::taint(self.admin(), change).await?;
            }
            Action::Exec { target, container, argv } => {
                let (place, pods) = self.select(target).await?;
                if let Some(pod) = pods.first() {
                    self.owned(&place, pod)?;
                    exec::run(self.admin(), pod, container.as_deref(), argv).await?;
                }
            }
            Action::Helm(call) => self.helm(call).await?,
            Action::Node { node, work } => self.node(*node, work).await?,
            Action::Answer { check, value } => {
                return Ok(Some(Answered { check: check.clone(), value: value.clone() }));
            }
            Action::Wait { target, until, timeout } => {
                let expectation = expectation(target, until);
                wait::until(self.admin(), expectation, &self.lab.params, &describe(action), *timeout).await?;
            }
        }
        Ok(None)
    }

    /// Calls helm once what the chart would make is known to be the lab's and within its powers.
    async fn helm(&self, call: &HelmCall) -> Result<(), Trouble> {
        if !self.lab.owns.helm.contains(&format!("{}/{}", call.namespace, call.release)) {
            return Err(Trouble::Outside(format!("Helm 릴리스 {}/{}", call.namespace, call.release)));
        }
        let helm = Helm::new(call, self.admitted)?;
        let objects = helm.makes().await?;
        if let Some(power) = power::of_objects(self.lab, &objects).pop_first() {
            return Err(Trouble::Undeclared(power));
        }
        for object in &objects {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let (api_version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
            let place = self.admin().place(&api_version, &kind).await;
            // Of a kind that the chart itself brings the scope is not known yet: then its own word counts.
            let namespaced = match place.map_err(Trouble::doing("차트가 만들 것을 확인하지 못했어요"))? {
                Some(place) => place.served.namespaced,
                None => object["metadata"]["namespace"].is_string(),
            };
            let own = object["metadata"]["namespace"].as_str().unwrap_or(&call.namespace);
            let namespace = namespaced.then_some(own);
            let name = text(&object["metadata"]["name"]);
            if !self.lab.owns.covers(&api_version, &kind, namespace, Some(&name)) {
                return Err(outside(&kind, namespace, &name));
            }
        }
        helm.run().await
    }

    /// Gives a node a fault or undoes it; only on a cluster of the lab's own.
    async fn node(&self, node: NodeRef, work: &NodeWork) -> Result<(), Trouble> {
        let faults = self.faults.filter(|_| self.lab.cluster.dedicated);
        let faults = faults.ok_or_else(|| Trouble::NotDedicated(self.lab.id.clone()))?;
        match work {
            NodeWork::Fault(fault) => faults.inject(&self.lab.id, node, fault, self.now, &mut |_| {}).await,
            NodeWork::Undo(kind) => faults.undo(node, *kind, &mut |_| {}).await,
        }
    }

    /// Server-side apply; what a new namespace or CRD needs a moment for is tried again.
    async fn apply(&self, object: &Value) -> Result<(), Trouble> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (api_version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
        let name = text(&object["metadata"]["name"]);
        let namespace = object["metadata"]["namespace"].as_str();
        let since = Instant::now();
        loop {
            let what = || format!("{} 만들지 못했어요", josa(&format!("{kind} {name}"), "을/를"));
            let place = self.admin().place(&api_version, &kind).await.map_err(Trouble::doing(what()))?;
            let early = since.elapsed() < SETTLING;
            let Some(place) = place else {
                if early && self.makes(&kind) {
                    sleep(Duration::from_millis(100)).await;
                    continue;
                }
                return Err(Trouble::NotServed { api_version, kind });
            };
            let namespace = if place.served.namespaced { Some(namespace.unwrap_or("default")) } else { None };
            self.covered(&place, namespace, &name)?;
            let object = self.marked(object, namespace);
            match self.admin().apply(&place, namespace, &object).await {
                Ok(_) => return Ok(()),
                Err(error) if early && not_yet(&error) => sleep(Duration::from_millis(50)).await,
                Err(error) => return Err(Trouble::Api { what: what(), error }),
            }
        }
    }

    /// True when the lab itself installs a kind: then it is waited for.
    fn makes(&self, kind: &str) -> bool {
        let steps = self.lab.solution.iter().flat_map(|step| &step.actions);
        let variants = self.lab.variants.iter().flat_map(|variant| &variant.actions);
        self.lab.setup.iter().chain(steps).chain(variants).any(|action| match action {
            Action::Apply(objects) => objects.iter().any(|object| object["spec"]["names"]["kind"] == kind),
            _ => false,
        })
    }

    /// The object with the lab's label, where a setup makes something that outlives a namespace of the lab's.
    fn marked(&self, object: &Value, namespace: Option<&str>) -> Value {
        let mut object = object.clone();
        let within = namespace.is_some_and(|namespace| self.lab.owns.namespaces.iter().any(|owned| owned == namespace));
        if self.mark && !within {
            let labels = json!({LAB: self.lab.id, MANAGED: "jotasu"});
            match object["metadata"]["labels"].as_object_mut() {
                Some(own) => own.extend(labels.as_object().cloned().unwrap_or_default()),
                None => object["metadata"]["labels"] = labels,
            }
        }
        object
    }

    /// Refuses what the lab does not own, whatever was loaded.
    fn owned(&self, place: &Place, object: &Value) -> Result<(), Trouble> {
        let metadata = &object["metadata"];
        self.covered(place, metadata["namespace"].as_str(), metadata["name"].as_str().unwrap_or_default())
    }

    fn covered(&self, place: &Place, namespace: Option<&str>, name: &str) -> Result<(), Trouble> {
        let kind = &place.served.kind;
        if self.lab.owns.covers(&place.api_version, kind, namespace, Some(name)) {
            return Ok(());
        }
        Err(outside(kind, namespace, name))
    }

    /// The objects of a target; none is an error.
    async fn select(&self, target: &Target) -> Result<(Place, Vec<Value>), Trouble> {
        let (place, objects) = selection::select(self.admin(), target).await?;
        if objects.is_empty() {
            Err(Trouble::Missing(josa(&selection::name(target), "을/를")))
        } else {
            Ok((place, objects))
        }
    }

    async fn patch_each(&self, target: &Target, subresource: &str, kind: Body, body: &Value) -> Result<(), Trouble> {
        let (place, objects) = self.select(target).await?;
        for object in objects {
            self.owned(&place, &object)?;
            let path = format!("{}{subresource}?fieldManager=jotasu", selection::path(&place, &object));
            let what = format!("{} 바꾸지 못했어요", josa(&selection::name(target), "을/를"));
            self.admin().api.write(Method::PATCH, &path, kind, body).await.map_err(Trouble::doing(what))?;
        }
        Ok(())
    }

    /// Deletes and waits until every one is gone; one made anew under the same name is another.
    async fn delete(&self, target: &Target) -> Result<(), Trouble> {
        let what = format!("{} 지우지 못했어요", josa(&selection::name(target), "을/를"));
        let (place, objects) = self.select(target).await?;
        for object in &objects {
            self.owned(&place, object)?;
            self.admin().delete(&selection::path(&place, object)).await.map_err(Trouble::doing(what.clone()))?;
        }
        let since = Instant::now();
        for object in &objects {
            let path = selection::path(&place, object);
            loop {
                let now =
                    super::remote::found(self.admin().api.get(&path).await).map_err(Trouble::doing(what.clone()))?;
                if now.is_none_or(|now| now["metadata"]["uid"] != object["metadata"]["uid"]) {
                    break;
                }
                if since.elapsed() > DELETION {
                    let what = format!("{} 삭제", selection::name(target));
                    return Err(Trouble::Late { what, seconds: DELETION.as_secs(), why: String::new() });
                }
                sleep(Duration::from_millis(50)).await;
            }
        }
        Ok(())
    }
}

fn outside(kind: &str, namespace: Option<&str>, name: &str) -> Trouble {
    let namespace = namespace.map(|namespace| format!("{namespace}/")).unwrap_or_default();
    Trouble::Outside(format!("{kind} {namespace}{name}"))
}

/// Refuses node keys that the lab does not own.
fn owned_keys(change: &NodeChange, owned: &[String], what: &str) -> Result<(), Trouble> {
    let mut keys = change.set.keys().chain(&change.remove);
    match keys.find(|key| !owned.contains(key)) {
        Some(key) => Err(Trouble::Outside(format!("노드 {what} {key}"))),
        None => Ok(()),
    }
}

/// What a refusal that will be none in a moment looks like.
fn not_yet(error: &ApiError) -> bool {
    let account = error.code == 403 && error.message.contains("serviceaccount");
    let namespace = error.code == 404 && error.message.contains("namespaces");
    let terminating = error.code == 403 && error.message.contains("being terminated");
    let webhook = error.code == 500 && error.message.contains("failed calling webhook");
    let unserved = error.code == 404 && error.message.contains("could not find the requested resource");
    account || namespace || terminating || webhook || unserved
}

/// A wait as an expectation.
fn expectation(target: &Target, until: &Until) -> Expectation {
    let mut expectation = ResourceExpectation {
        target: target.clone(),
        quantifier: Quantifier::All,
        count: Count { min: 1, max: None },
        absent: false,
        ready: false,
        conditions: Vec::new(),
        pattern: None,
        cel: Vec::new(),
        related: std::collections::BTreeMap::new(),
    };
    match until {
        Until::Ready => expectation.ready = true,
        Until::Condition(name) => expectation.conditions.push(name.clone()),
        Until::Cel(expr) => expectation.cel.push(Rule { expr: expr.clone(), message: None }),
    }
    Expectation::Of(Box::new(expectation))
}

/// An action as one step of the work, in Korean.
pub fn describe(action: &Action) -> String {
    let node = |node: &str| node.to_owned();
    match action {
        Action::Apply(objects) => match objects.as_slice() {
            [] => "적용할 것 없음".into(),
            [one] => format!("{} 적용", object_name(one)),
            [first, rest @ ..] => format!("{} 외 {}개 적용", object_name(first), rest.len()),
        },
        Action::Patch { target, .. } => format!("{} 수정", selection::name(target)),
        Action::Delete(target) => format!("{} 삭제", selection::name(target)),
        Action::Scale { target, replicas } => format!("{} 개수를 {replicas}로", selection::name(target)),
        Action::Restart(target) => format!("{} 재시작", selection::name(target)),
        Action::Rollback { target, .. } => format!("{} 되돌리기", selection::name(target)),
        Action::Label(change) => format!("노드 {} 라벨", node(&change.node)),
        Action::Taint(change) => format!("노드 {} taint", node(&change.node)),
        Action::Exec { target, argv, .. } => format!("{}에서 {} 실행", selection::name(target), argv.join(" ")),
        Action::Helm(call) => format!("helm {}", call.argv.join(" ")),
        // Which one it is, is for the learner to find out.
        Action::Node { node, work: NodeWork::Fault(_) } => format!("노드 {node}에 고장 내기"),
        Action::Node { node, work: NodeWork::Undo(_) } => format!("노드 {node}의 고장 되돌리기"),
        Action::Answer { check, .. } => format!("{check} 답하기"),
        Action::Wait { target, until, .. } => {
            let what = match until {
                Until::Ready => "준비".to_owned(),
                Until::Condition(name) => name.clone(),
                Until::Cel(_) => "조건".to_owned(),
            };
            format!("{} {what} 기다림", selection::name(target))
        }
    }
}

fn object_name(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let namespace = object["metadata"]["namespace"].as_str().map(|namespace| format!("{namespace}/"));
    format!("{} {}{}", text(&object["kind"]), namespace.unwrap_or_default(), text(&object["metadata"]["name"]))
}
