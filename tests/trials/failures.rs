//! The failure table: every way a cluster may not answer, with real processes and certificates, named by its reason, said
//! in Korean with the next step, never red, never in the way of orders, and over soon after the cluster is back.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jotasu::cluster::control_plane::ControlPlane;
use jotasu::cluster::{Access, Engine};
use jotasu::lab::{Check, Connection, Order, Phase, Reason, Source, Verdict};
use jotasu::say;
use libtest_mimic::Failed;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::engine::{Screen, allowed, done, exists, lab, open, same, target};
use crate::hard::never_red;
use crate::harness::{Needs, Outcome, Planned, alone, eventually, own, runtime, shared};
use crate::space::{Space, client};
use crate::wire::Wire;

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    vec![alone("failures::every_way_a_cluster_may_not_answer_is_named_and_passes", Needs::Workloads, table)]
}

/// Rows of the table; the issue counts 401 once, here it is told by certificate and by token.
const ROWS: usize = 15;

/// A lab that is followed, and what was told of it.
struct Desk {
    engine: Engine,
    screen: Screen,
    /// The lab's namespace, by the way that is never broken.
    shop: Space,
    marked: bool,
    _state: tempfile::TempDir,
}

/// What the table shows: sentence, next step, and how soon it was over.
type Row = (String, Option<String>, Duration);

impl Desk {
    async fn open(id: &str, access: Access, space: &Space) -> Result<Self, Failed> {
        let state = tempfile::tempdir()?;
        let mut lab = lab(id);
        lab.checks.push(Check { source: Source::Manual, ..exists("word", target("v1", "Pod", None, "x")) });
        let lab = Arc::new(lab);
        let shop = Space { name: lab.owns.namespaces[0].clone(), ..space.clone() };
        let (engine, mut screen) = open(access, state.path().into());
        engine.order(Order::Start(lab.clone()));
        screen.until("running", 30, |screen| screen.running() && screen.shows("waiting waiting")).await?;
        shop.apply(done()).await?;
        screen.until("green", 10, |screen| screen.shows("passed waiting")).await?;
        Ok(Self { engine, screen, shop, marked: false, _state: state })
    }

    /// An order is answered now, whatever the cluster does.
    async fn answers(&mut self, name: &str) -> Outcome {
        self.marked = !self.marked;
        self.engine.order(Order::Mark { check: "word".into(), done: self.marked });
        let wanted = if self.marked { "passed" } else { "waiting" };
        let answered = |screen: &Screen| screen.verdicts.get(1).is_some_and(|verdict| verdict.name() == wanted);
        self.screen.until(&format!("{name}: an order is answered"), 5, answered).await
    }

    /// What is broken is named, and the engine goes on answering.
    async fn named(&mut self, name: &str, wanted: fn(&Reason) -> bool) -> Result<(String, Option<String>), Failed> {
        let said = |screen: &Screen| match (&screen.verdicts[..], &screen.connection) {
            ([Verdict::Unknown(reason), ..], Some(Connection::Lost(_, lost))) => wanted(reason) && wanted(lost),
            _ => false,
        };
        self.screen.until(&format!("{name}: named"), 30, said).await?;
        let Some(Verdict::Unknown(reason)) = self.screen.verdicts.first() else { return Err("named, and gone".into()) };
        let sentence = say::reason(reason);
        self.answers(name).await?;
        Ok(sentence)
    }

    /// As before, soon after it is back.
    async fn back(&mut self, name: &str) -> Result<Duration, Failed> {
        let since = Instant::now();
        let green = |screen: &Screen| screen.verdicts.first() == Some(&Verdict::Passed);
        self.screen.until(&format!("{name}: over"), 20, green).await?;
        Ok(since.elapsed())
    }

    async fn stop(mut self) -> Outcome {
        self.engine.order(Order::Stop);
        self.screen.until("stopped", 90, |screen| screen.phase == Some(Phase::Stopped)).await
    }
}

/// Rows of one reason, which are said alike.
const OF_ONE_REASON: [&[&str]; 3] = [
    &["etcd dead: watches silently open", "API server restarting: not ready yet"],
    &["connection closed in the handshake", "watch cut and resumed", "history compacted: 410 Gone"],
    &["token revoked: 401", "client certificate expired: 401"],
];

/// The rows as they come.
#[derive(Default)]
struct Table(BTreeMap<&'static str, Row>);

impl Table {
    /// A row, which must say what no other row of another reason says, and what to do.
    fn add(&mut self, name: &'static str, (sentence, next): (String, Option<String>), took: Duration) -> Outcome {
        println!(
            "{:>2}. {name}: {sentence} → {} (over after {took:?})",
            self.0.len() + 1,
            next.as_deref().unwrap_or("-")
        );
        same(sentence.is_empty(), false, name)?;
        same(next.is_some(), true, &format!("{name}: what to do"))?;
        let alike = |other: &str| OF_ONE_REASON.iter().any(|rows| rows.contains(&other) && rows.contains(&name));
        let twin = self.0.iter().find(|(other, row)| row.0 == sentence && !alike(other));
        same(twin.map(|(other, _)| *other), None, &format!("{name}: {sentence}"))?;
        self.0.insert(name, (sentence, next, took));
        Ok(())
    }
}

fn table() -> Outcome {
    let mut plane = own();
    runtime().block_on(async {
        let kubeconfig = plane.kubeconfig();
        let space = Space { client: client(&kubeconfig).await?, name: "default".into(), kubeconfig };
        let mut table = Table::default();
        let mut direct = Desk::open("direct", allowed(&plane).await?, &space).await?;
        let began = direct.screen.history.len();
        processes(&mut plane, &mut direct, &space, &mut table).await?;
        certificate(&mut plane, &mut direct, &space, &mut table).await?;
        never_red(&direct.screen, began)?;
        direct.stop().await?;

        let folder = tempfile::tempdir()?;
        let wire = Wire::to(plane.server())?;
        let mut wired = Desk::open("wired", wire.access(&plane, folder.path()).await?, &space).await?;
        let began = wired.screen.history.len();
        ways(&wire, &mut wired, &mut table).await?;
        identities(&wire, &mut wired, &space, &mut table).await?;
        never_red(&wired.screen, began)?;
        missed(&wire, &mut wired, &mut table).await?;
        history(&mut plane, &wire, &mut wired, &space, &mut table).await?;
        wired.stop().await?;

        files(&plane, &mut table).await?;
        not_installed(&plane, &space, &mut table).await?;
        println!("failures named {}/{ROWS}", table.0.len());
        same(table.0.len(), ROWS, "rows")?;
        let late: Vec<_> = table.0.iter().filter(|(_, row)| row.2 > Duration::from_secs(10)).collect();
        same(late.is_empty(), true, &format!("{late:?}"))
    })
}

async fn ready(space: &Space) -> Outcome {
    eventually("readyz", || async {
        let request = http::Request::get("/readyz").body(vec![]).map_err(|error| error.to_string())?;
        space.client.request_text(request).await.map_err(|error| error.to_string())
    })
    .await?;
    Ok(())
}

/// The API server and etcd themselves: killed, frozen, begun again.
async fn processes(plane: &mut ControlPlane, desk: &mut Desk, space: &Space, table: &mut Table) -> Outcome {
    let name = "API server killed: refused";
    plane.kill("kube-apiserver")?;
    let said = desk.named(name, |reason| *reason == Reason::Refused).await?;
    plane.restart("kube-apiserver")?;
    ready(space).await?;
    table.add(name, said, desk.back(name).await?)?;

    let name = "API server frozen: hang";
    plane.signal("kube-apiserver", "STOP")?;
    let said = desk.named(name, |reason| *reason == Reason::Hang).await?;
    plane.signal("kube-apiserver", "CONT")?;
    table.add(name, said, desk.back(name).await?)?;

    let name = "etcd dead: watches silently open";
    plane.signal("etcd", "STOP")?;
    let said = desk.named(name, |reason| matches!(reason, Reason::NotReady(_))).await?;
    plane.signal("etcd", "CONT")?;
    ready(space).await?;
    table.add(name, said, desk.back(name).await?)?;

    // For a moment it listens and is not ready: a second or so, of which we see one time in a few.
    let name = "API server restarting: not ready yet";
    for attempt in 1.. {
        let before = desk.screen.history.len();
        plane.kill("kube-apiserver")?;
        desk.named(name, |reason| *reason == Reason::Refused).await?;
        plane.restart("kube-apiserver")?;
        ready(space).await?;
        let took = desk.back(name).await?;
        let history = desk.screen.history.get(before..).unwrap_or_default();
        let reasons: Vec<&Reason> = history
            .iter()
            .filter_map(|verdicts| match verdicts.first() {
                Some(Verdict::Unknown(reason)) => Some(reason),
                _ => None,
            })
            .collect();
        if let Some(reason) = reasons.iter().find(|reason| matches!(reason, Reason::NotReady(_))) {
            return table.add(name, say::reason(reason), took);
        }
        same(attempt < 20, true, &format!("{name}: {reasons:?}"))?;
    }
    Ok(())
}

/// A certificate of the server that has expired.
async fn certificate(plane: &mut ControlPlane, desk: &mut Desk, space: &Space, table: &mut Table) -> Outcome {
    let name = "server certificate expired";
    let folder = plane.folder().to_owned();
    let (used, good, old) = (folder.join("apiserver.crt"), folder.join("good.crt"), folder.join("old.crt"));
    expired(&folder, "apiserver.csr", "old.crt", "extensions")?;
    std::fs::copy(&used, &good)?;
    plane.kill("kube-apiserver")?;
    std::fs::copy(&old, &used)?;
    plane.restart("kube-apiserver")?;
    let said = desk.named(name, |reason| *reason == Reason::ServerCertificateExpired).await?;
    plane.kill("kube-apiserver")?;
    std::fs::copy(&good, &used)?;
    plane.restart("kube-apiserver")?;
    ready(space).await?;
    table.add(name, said, desk.back(name).await?)
}

/// Signs a request so that it was valid in the first days of 2020.
fn expired(folder: &Path, request: &str, certificate: &str, extensions: &str) -> Outcome {
    const SIGN: &str = r#"
set -e
cd "$1"
mkdir -p issued; : > issued/index; echo 01 > issued/serial
printf '%s\n' '[ca]' 'default_ca = own' '[own]' 'database = issued/index' 'serial = issued/serial' 'new_certs_dir = issued' \
  'default_md = sha256' 'policy = any' 'unique_subject = no' '[any]' 'commonName = supplied' 'organizationName = optional' > issued/config
openssl ca -batch -notext -config issued/config -cert ca.crt -keyfile ca.key -startdate 20200101000000Z -enddate 20200102000000Z \
  -extfile "$4" -in "$2" -out "$3"
"#;
    let arguments = ["-c", SIGN, "sh"];
    let mut command = Command::new("/bin/sh");
    command.args(arguments).arg(folder).args([request, certificate, extensions]).stdin(Stdio::null());
    let output = command.output()?;
    same(output.status.success(), true, &String::from_utf8_lossy(&output.stderr))
}

/// What stands between us and the server.
async fn ways(wire: &Wire, desk: &mut Desk, table: &mut Table) -> Outcome {
    let name = "connection closed in the handshake";
    wire.cut();
    let said = desk.named(name, |reason| *reason == Reason::HandshakeEof).await?;
    wire.mend();
    table.add(name, said, desk.back(name).await?)?;

    // Another cluster took the port: its authority is another.
    let name = "certificate of another authority";
    wire.divert(shared().server());
    let said = desk.named(name, |reason| *reason == Reason::WrongAuthority).await?;
    wire.mend();
    table.add(name, said, desk.back(name).await?)
}

/// The reader's account and its role are taken away; the engine makes them anew by itself.
async fn identities(wire: &Wire, desk: &mut Desk, space: &Space, table: &mut Table) -> Outcome {
    let name = "token revoked: 401";
    let before = desk.screen.history.len();
    let said = |screen: &Screen, wanted: fn(&Reason) -> bool| -> Option<Reason> {
        let verdicts = screen.history.get(before..).unwrap_or_default().iter().flatten();
        let reasons = verdicts.filter_map(|verdict| match verdict {
            Verdict::Unknown(reason) => Some(reason.clone()),
            _ => None,
        });
        reasons.into_iter().find(wanted)
    };
    let system = Space { name: "jotasu-system".into(), ..space.clone() };
    system.delete("v1", "ServiceAccount", "reader").await?;
    let unauthorized = |reason: &Reason| *reason == Reason::Unauthorized;
    desk.screen.until(name, 30, |screen| said(screen, unauthorized).is_some()).await?;
    desk.answers(name).await?;
    let sentence = said(&desk.screen, unauthorized).as_ref().map(say::reason).unwrap_or_default();
    table.add(name, sentence, desk.back(name).await?)?;

    // A renewal makes the role anew too: let the one that is asked for by the last refusals come first. Another may come
    // while the way is cut; then nothing is refused, and it is done once more.
    let name = "role taken away: 403";
    let forbidden = |reason: &Reason| matches!(reason, Reason::Forbidden(_));
    for attempt in 1.. {
        sleep(Duration::from_secs(8)).await;
        let roles = space.cluster_api("rbac.authorization.k8s.io/v1", "ClusterRole");
        roles.delete("jotasu-reader", &Default::default()).await?;
        // Watches that are open stay allowed; after a cut they must ask again.
        wire.cut();
        desk.named(name, |reason| *reason == Reason::HandshakeEof).await?;
        wire.mend();
        let seen = desk.screen.until(name, 40, |screen| said(screen, forbidden).is_some()).await;
        let renewed = seen.is_err() && roles.get_opt("jotasu-reader").await?.is_some();
        if !renewed || attempt == 5 {
            seen?;
            break;
        }
    }
    desk.answers(name).await?;
    let sentence = said(&desk.screen, forbidden).as_ref().map(say::reason).unwrap_or_default();
    let who = "system:serviceaccount:jotasu-system:reader: ";
    same(sentence.0.contains(who) && sentence.0.contains("configmaps"), true, &sentence.0)?;
    table.add(name, sentence, desk.back(name).await?)
}

/// What happens while the watch is cut is seen when it is resumed.
async fn missed(wire: &Wire, desk: &mut Desk, table: &mut Table) -> Outcome {
    let name = "watch cut and resumed";
    wire.cut();
    let said = desk.named(name, |reason| *reason == Reason::HandshakeEof).await?;
    desk.shop.delete("v1", "ConfigMap", "done").await?;
    wire.mend();
    let since = Instant::now();
    let red = |screen: &Screen| matches!(screen.verdicts.first(), Some(Verdict::Failed(_)));
    desk.screen.until("what was missed is seen", 20, red).await?;
    let took = since.elapsed();
    desk.shop.apply(done()).await?;
    desk.back(name).await?;
    table.add(name, said, took)
}

/// The version to go on from is compacted away meanwhile: 410, and a fresh list.
async fn history(plane: &mut ControlPlane, wire: &Wire, desk: &mut Desk, space: &Space, table: &mut Table) -> Outcome {
    let name = "history compacted: 410 Gone";
    let before = desk.screen.history.len();
    wire.cut();
    let said = desk.named(name, |reason| *reason == Reason::HandshakeEof).await?;
    let valued = |n: usize| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "done"}, "data": {"v": n.to_string()}});
    desk.shop.delete("v1", "ConfigMap", "done").await?;
    for n in 0..50 {
        desk.shop.apply(valued(n)).await?;
    }
    let now = etcd(plane, "/v3/kv/range", &json!({"key": "AA=="}))?["header"]["revision"].clone();
    plane.kill("kube-apiserver")?;
    etcd(plane, "/v3/kv/compaction", &json!({"revision": now, "physical": true}))?;
    plane.restart("kube-apiserver")?;
    ready(space).await?;
    let lists = || -> Result<usize, Failed> {
        let text = std::fs::read_to_string(plane.audit_log())?;
        let events = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let ours = events.filter(|event| {
            event["verb"] == "list"
                && event["user"]["username"] == "system:serviceaccount:jotasu-system:reader"
                && event["requestURI"].as_str().is_some_and(|uri| uri.contains("/configmaps"))
        });
        Ok(ours.count())
    };
    let listed = lists()?;
    wire.mend();
    let took = desk.back(name).await?;
    never_red(&desk.screen, before)?;
    same(lists()? > listed, true, "a fresh list")?;
    table.add(name, said, took)
}

/// Asks etcd over its JSON gateway.
fn etcd(plane: &ControlPlane, path: &str, body: &Value) -> Result<Value, Failed> {
    let (_, pid) = plane.pids().into_iter().find(|(name, _)| *name == "etcd").ok_or("no etcd")?;
    let line = std::fs::read_to_string(format!("/proc/{pid}/cmdline"))?;
    let at = line.split('\0').find_map(|part| part.strip_prefix("--listen-client-urls=http://")).ok_or("no address")?;
    let mut stream = TcpStream::connect(at)?;
    let body = body.to_string();
    write!(stream, "POST {path} HTTP/1.0\r\nHost: {at}\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, json) = answer.split_once("\r\n\r\n").ok_or("no body")?;
    Ok(serde_json::from_str(json)?)
}

/// A kubeconfig that is no good, until it is: the file is read again by itself.
async fn files(plane: &ControlPlane, table: &mut Table) -> Outcome {
    let good = std::fs::read_to_string(plane.kubeconfig())?;
    let mut access = allowed(plane).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("kubeconfig");
    let config: Value = serde_json::from_str(&good)?;
    access.kubeconfig = Some(file.clone());
    access.context = config["current-context"].as_str().map(str::to_owned);

    let mut elsewhere = config.clone();
    elsewhere["contexts"] = json!([]);
    let wanted: fn(&Reason) -> bool = |reason| matches!(reason, Reason::NoContext(_));
    let found = unreadable("context missing", &file, &elsewhere.to_string(), wanted, &good, &access).await?;
    table.add("context missing", found.0, found.1)?;

    let wanted: fn(&Reason) -> bool = |reason| matches!(reason, Reason::BadKubeconfig(_));
    let found = unreadable("bad kubeconfig", &file, "clusters: [\n", wanted, &good, &access).await?;
    table.add("bad kubeconfig", found.0, found.1)?;

    let mut old = config;
    let at = client_certificate(plane.folder())?;
    old["users"][0]["user"] = json!({"client-certificate": at.0, "client-key": at.1});
    let wanted: fn(&Reason) -> bool = |reason| *reason == Reason::Unauthorized;
    let found = unreadable("client certificate expired: 401", &file, &old.to_string(), wanted, &good, &access).await?;
    table.add("client certificate expired: 401", found.0, found.1)
}

async fn unreadable(
    name: &str,
    file: &Path,
    bad: &str,
    wanted: fn(&Reason) -> bool,
    good: &str,
    access: &Access,
) -> Result<((String, Option<String>), Duration), Failed> {
    let state = tempfile::tempdir()?;
    std::fs::write(file, bad)?;
    let (engine, mut screen) = open(access.clone(), state.path().into());
    engine.order(Order::Attach(Arc::new(lab("unread"))));
    let lost = |screen: &Screen| match &screen.connection {
        Some(Connection::Lost(_, reason)) if wanted(reason) => Some(reason.clone()),
        _ => None,
    };
    screen.until(name, 20, |screen| lost(screen).is_some()).await?;
    let said = lost(&screen).as_ref().map(say::reason).unwrap_or_default();
    // Another order is taken at once.
    screen.connection = None;
    engine.order(Order::Attach(Arc::new(lab("other"))));
    screen.until(name, 5, |screen| screen.connection.is_some()).await?;
    screen.until(name, 20, |screen| lost(screen).is_some()).await?;
    std::fs::write(file, good)?;
    let since = Instant::now();
    let ready = |screen: &Screen| matches!(screen.connection, Some(Connection::Ready(_)));
    screen.until(&format!("{name}: read again"), 20, ready).await?;
    same(screen.verdicts.is_empty(), true, "no verdict without a cluster")?;
    Ok((said, since.elapsed()))
}

/// An administrator's certificate of 2020, and its key.
fn client_certificate(folder: &Path) -> Result<(PathBuf, PathBuf), Failed> {
    let made = Command::new("openssl")
        .current_dir(folder)
        .args(["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
        .args(["-keyout", "old-admin.key", "-out", "old-admin.csr", "-subj", "/O=system:masters/CN=old-admin"])
        .output()?;
    same(made.status.success(), true, &String::from_utf8_lossy(&made.stderr))?;
    std::fs::write(folder.join("client"), "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth\n")?;
    expired(folder, "old-admin.csr", "old-admin.crt", "client")?;
    Ok((folder.join("old-admin.crt"), folder.join("old-admin.key")))
}

/// A kind that is not installed is nothing yet, not an error; it is followed when it comes, and told when it goes.
async fn not_installed(plane: &ControlPlane, space: &Space, table: &mut Table) -> Outcome {
    let name = "kind not installed";
    let state = tempfile::tempdir()?;
    let mut lab = lab("widgets");
    let namespace = lab.owns.namespaces[0].clone();
    lab.checks = vec![exists("widget", target("example.com/v1", "Widget", Some(&namespace), "w"))];
    let lab = Arc::new(lab);
    let (engine, mut screen) = open(allowed(plane).await?, state.path().into());
    engine.order(Order::Start(lab.clone()));
    screen.until("running", 30, |screen| screen.running() && screen.shows("waiting")).await?;
    let definition = json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {"group": "example.com", "scope": "Namespaced", "names": {"kind": "Widget", "plural": "widgets"},
            "versions": [{"name": "v1", "served": true, "storage": true,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}});
    let definitions = space.cluster_api("apiextensions.k8s.io/v1", "CustomResourceDefinition");
    definitions.create(&Default::default(), &serde_json::from_value(definition)?).await?;
    let shop = Space { name: namespace, ..space.clone() };
    let widget = json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}});
    let since = Instant::now();
    eventually("the kind is served", || async {
        shop.apply(widget.clone()).await.map_err(|error| error.message().unwrap_or_default().to_owned())
    })
    .await?;
    screen.until("installed", 20, |screen| screen.shows("passed")).await?;
    let took = since.elapsed();
    never_red(&screen, 0)?;
    definitions.delete("widgets.example.com", &Default::default()).await?;
    let gone = |screen: &Screen| {
        let said = screen.verdicts.first().and_then(|verdict| say::verdict(&lab, &lab.checks[0], verdict, lab.explain));
        said.filter(|said| said.actual.contains("설치되지 않음"))
    };
    screen.until("told", 30, |screen| gone(screen).is_some()).await?;
    let said = gone(&screen).ok_or("not told")?;
    engine.order(Order::Stop);
    screen.until("stopped", 60, |screen| screen.phase == Some(Phase::Stopped)).await?;
    table.add(name, (format!("{}.", said.actual), said.next), took)
}
