//! Safety, as an independent witness saw it: the API server's audit log, not our own word.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use http::header::USER_AGENT;
use jotasu::cluster::Access;
use jotasu::cluster::control_plane::ControlPlane;
use jotasu::files::{self, Tree};
use jotasu::lab::{self, Lab, Order, Phase, Verdict};
use kube::api::ListParams;
use kube::config::Kubeconfig;
use kube::{Client, Config};
use libtest_mimic::Failed;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::engine::{Screen, allowed, lab as small_lab, open, same};
use crate::harness::{Needs, Outcome, Planned, alone, eventually, own, runtime, shared};
use crate::learner::{Learner, QUICK};
use crate::space::Space;

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    vec![
        alone("witness::the_life_of_every_lab_writes_nothing_but_its_own", Needs::Workloads, lives),
        alone("witness::a_cluster_that_nobody_allowed_sees_no_write", Needs::Api, foreign),
    ]
}

const READER: &str = "system:serviceaccount:jotasu-system:reader";
const PROBER: &str = "system:serviceaccount:jotasu-system:prober";
/// How the learner of these trials calls themselves, where the program is not asked.
const LEARNER: &str = "learner";

/// The audit log of a control plane, from a moment on.
struct Witness<'p> {
    plane: &'p ControlPlane,
    from: usize,
}

impl<'p> Witness<'p> {
    fn of(plane: &'p ControlPlane) -> Result<Self, Failed> {
        Ok(Self { plane, from: std::fs::read(plane.audit_log())?.len() })
    }

    /// Every request since, the control plane's own programs and kubelets apart.
    fn requests(&self) -> Result<Vec<Value>, Failed> {
        let log = std::fs::read(self.plane.audit_log())?;
        let text = String::from_utf8_lossy(log.get(self.from..).unwrap_or_default()).into_owned();
        let events = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let own = |event: &Value| {
            let agent = event["userAgent"].as_str().unwrap_or_default();
            ["kube-", "kwok", "etcd"].iter().any(|program| agent.starts_with(program))
        };
        Ok(events.filter(|event| !own(event)).collect())
    }

    /// Those that change something, whoever made them.
    fn writes(&self) -> Result<Vec<Write>, Failed> {
        let writes = self.requests()?.iter().filter_map(Write::of).collect();
        Ok(writes)
    }

    /// How many tokens were asked for an account of ours, and how many the account came with: the log tells each by its
    /// own id.
    fn tokens(&self, account: &str) -> Result<(usize, usize), Failed> {
        let asked = |write: &&Write| write.what == "serviceaccounts/token" && write.name == account;
        let user = format!("system:serviceaccount:jotasu-system:{account}");
        let theirs = self.requests()?.into_iter().filter(|event| event["user"]["username"] == user.as_str());
        let id = |event: Value| event["user"]["extra"]["authentication.kubernetes.io/credential-id"].to_string();
        Ok((self.writes()?.iter().filter(asked).count(), theirs.map(id).collect::<BTreeSet<_>>().len()))
    }
}

/// A request that changes something.
#[derive(Debug)]
struct Write {
    user: String,
    agent: String,
    verb: String,
    /// `resource`, `resource/subresource`, with the group in front where there is one.
    what: String,
    namespace: String,
    name: String,
}

impl Write {
    fn of(event: &Value) -> Option<Self> {
        let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let verb = text("/verb");
        if !["create", "update", "patch", "delete", "deletecollection"].contains(&verb.as_str()) {
            return None;
        }
        let parts = [text("/objectRef/resource"), text("/objectRef/subresource")];
        let what = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
        Some(Self {
            user: text("/user/username"),
            agent: text("/userAgent"),
            verb,
            what,
            namespace: text("/objectRef/namespace"),
            name: text("/objectRef/name"),
        })
    }

    /// Whether a lab may do this, whose namespaces are these.
    fn is_of(&self, lab: &Lab, labelled: &BTreeSet<String>) -> bool {
        if self.what.ends_with("accessreviews") || self.what == "selfsubjectrulesreviews" {
            return true;
        }
        // The reader asks; it changes nothing. The prober changes what is in the lab's namespaces.
        if self.user == READER {
            return false;
        }
        if self.user.starts_with("system:serviceaccount:jotasu-system:") {
            return self.namespace != SYSTEM && labelled.contains(&self.namespace);
        }
        let owned = |namespace: &String| labelled.contains(namespace);
        match self.what.as_str() {
            "namespaces" => owned(&self.name) || owned(&self.namespace),
            "nodes" => self.verb == "patch" && !(lab.owns.node_labels.is_empty() && lab.owns.node_taints.is_empty()),
            "clusterroles" | "clusterrolebindings" => self.name.starts_with("jotasu-"),
            _ if !self.namespace.is_empty() => owned(&self.namespace),
            _ => lab.owns.objects.iter().any(|of| {
                of.name.as_ref().is_some_and(|name| *name == self.name)
                    || of.prefix.as_ref().is_some_and(|prefix| self.name.starts_with(prefix))
            }),
        }
    }

    fn short_user(&self) -> &str {
        self.user.rsplit(':').next().unwrap_or(&self.user)
    }
}

/// Our own namespace.
const SYSTEM: &str = "jotasu-system";

/// The namespaces that carry our label: the lab's and our own, as the cluster tells.
async fn labelled(space: &Space, lab: &Lab) -> Result<BTreeSet<String>, Failed> {
    let ours = ListParams::default().labels("app.kubernetes.io/managed-by=jotasu");
    let found = space.cluster_api("v1", "Namespace").list(&ours).await?;
    let mut names = BTreeSet::new();
    for namespace in found {
        let name = namespace.metadata.name.unwrap_or_default();
        let of = namespace.metadata.labels.unwrap_or_default().remove("jotasu.dev/lab");
        same(of, (name != SYSTEM).then(|| lab.id.clone()), &format!("whose {name} is"))?;
        names.insert(name);
    }
    Ok(names)
}

/// Labels, annotations and spec of every node, as text.
async fn nodes(space: &Space) -> Result<String, Failed> {
    let nodes = space.cluster_api("v1", "Node").list(&ListParams::default()).await?;
    let one = |node: &kube::api::DynamicObject| {
        json!({"name": node.metadata.name, "labels": node.metadata.labels, "annotations": node.metadata.annotations,
               "spec": node.data["spec"]})
    };
    Ok(serde_json::to_string_pretty(&nodes.items.iter().map(one).collect::<Vec<_>>())?)
}

fn lives() -> Outcome {
    let plane = own();
    let kubeconfig = plane.kubeconfig();
    let runtime = runtime();
    let space = runtime.block_on(async {
        let mut config =
            Config::from_custom_kubeconfig(Kubeconfig::read_from(&kubeconfig)?, &Default::default()).await?;
        config.headers.push((USER_AGENT, HeaderValue::from_static(LEARNER)));
        Ok::<_, Failed>(Space { client: Client::try_from(config)?, name: "default".into(), kubeconfig })
    })?;
    let stage = Stage { plane: &plane, space: &space, runtime: &runtime };
    let inside = |namespace: &str| Space { name: namespace.into(), ..space.clone() };

    let learner = Learner::new(&plane);
    learner.says(&["cluster", "allow", "--yes"], 0);
    for id in lab::ids(&files::labs()) {
        let (lab, problems) = lab::load(&files::labs(), &id);
        let lab = lab.ok_or_else(|| format!("{problems:?}"))?;
        if lab.needs_nodes() {
            println!("{id}: asks real nodes and containers; not lived through here");
            continue;
        }
        let steps = lab.solution.len().to_string();
        stage.life(&learner, &lab, || {
            learner.says(&["lab", "solve", &id, "--to", &steps, "--yes"], 0);
            learner.says(&["lab", "check", &id], 0);
            Ok(())
        })?;
    }

    // It asks from a Pod of its own. Here nothing runs in it, so that what it asks stays unknown.
    let learner = Learner::of(&plane, "probed", &[]);
    let writes = stage.life(&learner, &fixture(&learner, "probed")?, || {
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "labels": {"app": "web"}},
                         "spec": {"containers": [{"name": "app", "image": "nginx:1.29"}]}});
        runtime.block_on(inside("probed").apply(pod))?;
        learner.says(&["lab", "check", "probed"], 3);
        Ok(())
    })?;
    let probed =
        |what: &str| writes.iter().any(|write| write.user == PROBER && write.verb == "create" && write.what == what);
    same((probed("pods"), probed("configmaps")), (true, true), "the prober made its Pod and what owns it")?;

    // It breaks something at a word, and mends it.
    let learner = Learner::of(&plane, "drill", &[("NAMESPACE", "drill")]);
    stage.life(&learner, &fixture(&learner, "drill")?, || {
        learner.says(&["lab", "solve", "drill", "--to", "2", "--yes"], 0);
        learner.says(&["lab", "trigger", "drill", "alarm", "--yes"], 0);
        learner.says(&["lab", "check", "drill"], 0);
        Ok(())
    })?;

    // It puts back what the learner has broken.
    let learner = Learner::of(&plane, "shop", &[("NAMESPACE", "shop")]);
    let shop = inside("shop");
    stage.life(&learner, &fixture(&learner, "shop")?, || {
        learner.says(&["lab", "solve", "shop", "--to", "1", "--yes"], 0);
        learner.says(&["lab", "check", "shop"], 1);
        runtime.block_on(shop.delete("apps/v1", "Deployment", "web"))?;
        runtime.block_on(shop.apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "more"}})))?;
        let undone = learner.says(&["lab", "undo", "shop", "--yes"], 0).out;
        same(undone.contains("되돌렸어요"), true, &undone)
    })?;
    runtime.block_on(async {
        renewed(&plane).await?;
        renewed_too(&plane, fixture(&Learner::of(&plane, "probed", &[]), "probed")?).await
    })
}

/// A lab as its learner has it.
fn fixture(learner: &Learner, id: &str) -> Result<Lab, Failed> {
    let (lab, problems) = lab::load(&Tree::Folder(learner.folder.path().join("labs")), id);
    lab.ok_or_else(|| format!("{problems:#?}").into())
}

/// Where labs are lived through.
struct Stage<'p> {
    plane: &'p ControlPlane,
    space: &'p Space,
    runtime: &'p tokio::runtime::Runtime,
}

impl Stage<'_> {
    /// A lab from its start to its end, with what the learner does in between; gives what the program wrote.
    fn life(&self, learner: &Learner, lab: &Lab, work: impl FnOnce() -> Outcome) -> Result<Vec<Write>, Failed> {
        let id = lab.id.as_str();
        let before = self.runtime.block_on(nodes(self.space))?;
        let witness = Witness::of(self.plane)?;
        learner.says(&["lab", "start", id, "--yes"], 0);
        work()?;
        let labelled = self.runtime.block_on(labelled(self.space, lab))?;
        let owned = lab.owns.namespaces.iter().cloned().chain([SYSTEM.to_owned()]).collect();
        same(&labelled, &owned, "the namespaces that carry our label")?;
        learner.says(&["lab", "reset", id, "--yes"], 0);
        learner.says(&["lab", "stop", id, "--yes"], 0);
        let writes = told(lab, &labelled, &witness)?;
        same(self.runtime.block_on(nodes(self.space))?, before, "the nodes, byte by byte")?;
        let system = async { self.space.cluster_api("v1", "Namespace").get_opt(SYSTEM).await };
        same(self.runtime.block_on(system)?.is_none(), true, "nothing of ours is left")?;
        Ok(writes)
    }
}

/// Counts the writes of a lab's life, and demands that each of them may be.
fn told(lab: &Lab, labelled: &BTreeSet<String>, witness: &Witness<'_>) -> Result<Vec<Write>, Failed> {
    let id = &lab.id;
    let writes: Vec<Write> = witness.writes()?.into_iter().filter(|write| write.agent != LEARNER).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for write in &writes {
        let place = if write.namespace.is_empty() { &write.name } else { &write.namespace };
        let key = format!("{:<8} {:<16} {} in {place}", write.short_user(), write.verb, write.what);
        *counts.entry(key).or_default() += 1;
    }
    println!("{id}: {} writes", writes.len());
    counts.iter().for_each(|(key, count)| println!("  {count:>4}  {key}"));
    let stray: Vec<&Write> = writes.iter().filter(|write| !write.is_of(lab, labelled)).collect();
    println!("{id}: outside of its own: {}; by the reader: {}", stray.len(), by_reader(&writes));
    same(stray.is_empty(), true, &format!("{stray:#?}"))?;
    let nameless: Vec<&Write> = writes.iter().filter(|write| !write.agent.starts_with("jotasu/")).collect();
    same(nameless.is_empty(), true, &format!("under another name: {nameless:#?}"))?;
    same(by_reader(&writes), 0, "writes of the reader that are no access reviews")?;
    // The log is the log: what was done is in it.
    let done = |verb: &str, what: &str| writes.iter().any(|write| write.verb == verb && write.what == what);
    same(done("patch", "namespaces") || done("create", "namespaces"), true, "the namespaces were made")?;
    same(done("create", "serviceaccounts/token"), true, "a token was asked for")?;
    Ok(writes)
}

fn by_reader(writes: &[Write]) -> usize {
    writes.iter().filter(|write| write.user == READER && !write.what.ends_with("accessreviews")).count()
}

/// A token is renewed when half of its life is over; here a life of four seconds is half over after two.
async fn renewed(plane: &ControlPlane) -> Outcome {
    let state = tempfile::tempdir()?;
    let access = Access { token_life: Duration::from_secs(4), ..allowed(plane).await? };
    let witness = Witness::of(plane)?;
    let (engine, mut screen) = open(access, state.path().into());
    engine.order(Order::Start(Arc::new(small_lab("tokens"))));
    screen.until("running", 30, |screen| screen.running() && screen.shows("waiting")).await?;
    three_renewals(&witness, "reader").await?;
    sleep(Duration::from_millis(100)).await;
    screen.drain(Duration::ZERO).await;
    let lost = screen.history.iter().flatten().filter(|verdict| matches!(verdict, Verdict::Unknown(_))).count();
    let (asked, used) = witness.tokens("reader")?;
    println!("tokens: {asked} asked for, {used} used, {lost} vectors that could not be asked");
    let after = screen.history.iter().position(|verdicts| verdicts.iter().all(|v| *v == Verdict::Waiting));
    let lost = screen.history.iter().skip(after.unwrap_or(0)).flatten();
    same(lost.filter(|verdict| matches!(verdict, Verdict::Unknown(_))).count(), 0, "unknown in between")?;
    engine.order(Order::Stop);
    screen.until("stopped", 60, |screen| screen.phase == Some(Phase::Stopped)).await
}

/// The prober's token is renewed as the reader's is, and none of its requests is turned away.
async fn renewed_too(plane: &ControlPlane, lab: Lab) -> Outcome {
    let state = tempfile::tempdir()?;
    let access = Access { token_life: Duration::from_secs(4), ..allowed(plane).await? };
    let witness = Witness::of(plane)?;
    let (engine, mut screen) = open(access, state.path().into());
    engine.order(Order::Start(Arc::new(lab)));
    screen.until("running", 30, Screen::running).await?;
    three_renewals(&witness, "prober").await?;
    let requests = witness.requests()?;
    let turned =
        requests.iter().filter(|event| event["user"]["username"] == PROBER && event["responseStatus"]["code"] == 401);
    same(turned.count(), 0, "requests of the prober that were turned away")?;
    engine.order(Order::Stop);
    screen.until("stopped", 60, |screen| screen.phase == Some(Phase::Stopped)).await
}

/// Every new token is used, too.
async fn three_renewals(witness: &Witness<'_>, account: &str) -> Outcome {
    eventually(&format!("three renewals of the {account}"), || async {
        match witness.tokens(account) {
            Ok((asked, used)) if asked >= 4 && used >= 4 => Ok(()),
            other => Err(format!("{:?}", other.ok())),
        }
    })
    .await
}

/// The kubeconfig of a cluster, with another context name and another address.
fn disguised(plane: &ControlPlane, context: &str, server: &str) -> Result<String, Failed> {
    let mut config: Value = serde_json::from_str(&std::fs::read_to_string(plane.kubeconfig())?)?;
    config["contexts"][0]["name"] = context.into();
    config["current-context"] = context.into();
    config["clusters"][0]["cluster"]["server"] = server.into();
    Ok(config.to_string())
}

fn foreign() -> Outcome {
    let other = own();
    let witness = Witness::of(&other)?;
    let everything = |learner: &Learner, id: &str, words: &[&str]| {
        for order in [
            &["start", id, "--yes"][..],
            &["check", id],
            &["solve", id, "--to", "1", "--yes"],
            &["reset", id, "--yes"],
            &["stop", id, "--yes"],
        ] {
            let arguments: Vec<&str> = ["lab"].iter().chain(order).copied().collect();
            let said = learner.says(&arguments, 3);
            assert!(words.iter().all(|word| said.err.contains(word)), "{arguments:?}: {said:#?}");
        }
    };
    let localhost = other.server().replace("127.0.0.1", "localhost");
    let learner = Learner::new(&other);
    let write = |context: &str, server: &str| -> Outcome {
        std::fs::write(&learner.kubeconfig, disguised(&other, context, server)?)?;
        Ok(())
    };

    // A context of somebody's; a production's name; an address that is not the one that was allowed.
    everything(&learner, "w3-d2-lab1", &["[[allow]]", "jotasu cluster allow --context"]);
    write("arn:aws:eks:ap-northeast-2:123456789012:cluster/prod", other.server())?;
    everything(&learner, "w3-d2-lab1", &["[[allow]]", "cluster/prod"]);
    write("jotasu-control-plane", other.server())?;
    learner.says(&["cluster", "allow", "--yes"], 0);
    write("jotasu-control-plane", &localhost)?;
    everything(&learner, "w3-d2-lab1", &["[[allow]]", "localhost"]);

    // Names of kind clusters that are none: ours are asked of kind itself, never of the file; others are foreign.
    let learner = Learner::new(&other);
    let write = |context: &str| -> Outcome {
        std::fs::write(&learner.kubeconfig, disguised(&other, context, other.server())?)?;
        Ok(())
    };
    write("kind-jotasu-fake")?;
    everything(&learner, "w3-d2-lab1", &["kind"]);
    write("kind-production")?;
    everything(&learner, "w3-d2-lab1", &["[[allow]]", "kind-production"]);

    // While a lab runs, the file names another cluster.
    let ours = shared();
    let namespace = format!("w{}-lab", std::process::id());
    let learner = Learner::small(ours, &namespace, QUICK);
    learner.says(&["lab", "start", "small", "--yes"], 0);
    let kept = std::fs::read(&learner.kubeconfig)?;
    std::fs::copy(other.kubeconfig(), &learner.kubeconfig)?;
    everything(&learner, "small", &["[[allow]]"]);
    std::fs::write(&learner.kubeconfig, kept)?;
    // What runs is still there, and goes as usual.
    learner.says(&["lab", "check", "small"], 1);
    learner.says(&["lab", "stop", "small", "--yes"], 0);

    let requests: Vec<Value> = witness.requests()?;
    let ours: Vec<&Value> = requests.iter().filter(|event| agent(event).starts_with("jotasu/")).collect();
    let writes = witness.writes()?;
    println!("the other cluster: {} requests of ours, {} writes", ours.len(), writes.len());
    same(ours.is_empty(), false, "it was asked who it is")?;
    same(writes.is_empty(), true, &format!("{writes:#?}"))?;
    same(Path::new(&learner.state()).exists(), false, "no state of the stopped lab")
}

fn agent(event: &Value) -> &str {
    event["userAgent"].as_str().unwrap_or_default()
}
