//! What a failed check says, from what a real control plane says: causes, near misses, changes, the closer look.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use jotasu::cluster::Engine;
use jotasu::files::Tree;
use jotasu::lab::{self, Lab, Order, Verdict, Why};
use jotasu::say;
use libtest_mimic::Failed;
use serde_json::{Value, json};

use crate::engine::{Screen, allowed_at, open, same, state, within};
use crate::harness::{Needs, Outcome, Planned, assets, trial};
use crate::space::Space;

/// Every trial of this file.
pub fn trials() -> Vec<Planned> {
    vec![
        trial("teach::the_scheduler_is_translated_by_predicate", Needs::Workloads, scheduling),
        trial("teach::who_refuses_a_pod_is_named", Needs::Workloads, refusals),
        trial("teach::what_a_claim_and_a_service_wait_for_is_named", Needs::Workloads, waiting),
        trial("teach::an_autoscaler_without_metrics_says_so", Needs::Workloads, scaling),
        trial("teach::what_does_not_go_says_what_holds_it", Needs::Workloads, leaving),
        trial("teach::a_job_and_a_stateful_set_say_what_stops_them", Needs::Workloads, stopped),
        trial("teach::what_was_made_elsewhere_is_found_without_a_hint", Needs::Workloads, near),
        trial("teach::who_changed_what_is_told_as_people_know_them", Needs::Workloads, changes),
        trial("teach::a_closer_look_brings_events_and_turnings", Needs::Workloads, closer),
        trial("teach::on_real_nodes_probes_mounts_and_last_words_are_told", Needs::Kind, kubelet),
    ]
}

/// A lab that runs, and its namespace.
struct Lesson {
    _folder: tempfile::TempDir,
    _state: tempfile::TempDir,
    engine: Engine,
    screen: Screen,
    shop: Space,
    lab: Arc<Lab>,
}

/// Starts a lab with these checks; `NS` in them is its namespace.
async fn begin(space: &Space, checks: &str) -> Result<Lesson, Failed> {
    let (folder, state) = (tempfile::tempdir()?, state()?);
    let namespace = format!("{}-shop", space.name);
    let text = format!(
        "apiVersion: jotasu.dev/v1alpha1\nkind: Lab\nmetadata: {{name: {}}}\nspec:\n  title: 시험\n  minutes: 5\n  owns: {{namespaces: [{namespace}]}}\n  setup:\n  - apply: {{apiVersion: v1, kind: ConfigMap, metadata: {{name: given, namespace: {namespace}}}}}\n  checks:\n{}",
        space.name,
        checks.replace("NS", &namespace),
    );
    std::fs::create_dir(folder.path().join(&space.name))?;
    std::fs::write(folder.path().join(&space.name).join("lab.yaml"), text)?;
    let (lab, problems) = lab::load(&Tree::Folder(folder.path().into()), &space.name);
    let lab = Arc::new(lab.ok_or_else(|| format!("{problems:#?}"))?);
    let access = allowed_at(&space.kubeconfig).await?;
    let (engine, mut screen) = open(access, state.path().into());
    let shop = within(space, &lab);
    engine.order(Order::Start(lab.clone()));
    let all = |screen: &Screen| {
        !screen.verdicts.is_empty() && screen.verdicts.iter().all(|verdict| *verdict == Verdict::Waiting)
    };
    // What is made before every watch has answered was there at the start, for all the engine knows.
    screen.until("running, and nothing begun", 60, |screen| screen.running() && all(screen)).await?;
    Ok(Lesson { _folder: folder, _state: state, engine, screen, shop, lab })
}

impl Lesson {
    fn index(&self, name: &str) -> usize {
        self.lab.checks.iter().position(|check| check.name == name).unwrap()
    }

    /// Waits until a check is red for a cause, and gives why and next as the learner reads them.
    async fn caused(&mut self, name: &str, cause: &str) -> Result<(String, String), Failed> {
        let index = self.index(name);
        let its = |verdict: &Verdict| verdict.finding()?.cause.as_ref().map(lab::Cause::name);
        self.screen
            .until(&format!("{name}: {cause}"), 90, |screen| {
                screen.verdicts.get(index).is_some_and(|verdict| its(verdict) == Some(cause))
            })
            .await?;
        let said =
            say::verdict(&self.lab, &self.lab.checks[index], &self.screen.verdicts[index], self.lab.explain).unwrap();
        let why = said.why.unwrap_or_default();
        println!("{name}: {why}\n    {}", said.next.clone().unwrap_or_default());
        Ok((why, said.next.unwrap_or_default()))
    }

    async fn end(mut self) -> Outcome {
        self.engine.order(Order::Stop);
        self.screen.until("stopped", 90, |screen| screen.phase == Some(lab::Phase::Stopped)).await
    }
}

fn has(text: &str, words: &[&str]) -> Outcome {
    for word in words {
        same(text.contains(word), true, &format!("{word:?} in {text:?}"))?;
    }
    Ok(())
}

fn with(mut object: Value, path: &str, value: Value) -> Value {
    *object.pointer_mut(path).unwrap() = value;
    object
}

/// A Deployment whose Pods have more in their spec.
fn deployment(shop: &Space, name: &str, spec: Value) -> Value {
    let mut object = shop.deployment(name, "nginx:1.29", 1);
    for (key, value) in spec.as_object().unwrap() {
        object["spec"]["template"]["spec"][key] = value.clone();
    }
    object
}

/// A check that a Deployment is ready, at once red.
fn ready(kind: &str, name: &str) -> String {
    let version = match kind {
        "Service" | "PersistentVolumeClaim" | "Pod" => "v1",
        "Job" => "batch/v1",
        "HorizontalPodAutoscaler" => "autoscaling/v2",
        _ => "apps/v1",
    };
    format!(
        "  - {{name: {name}, title: {name}, within: 0s, holdFor: 0s, resource: {{apiVersion: {version}, kind: {kind}, namespace: NS, name: {name}}}, ready: true}}\n"
    )
}

async fn scheduling(space: Space) -> Outcome {
    let names = ["selector", "tainted", "big", "claimed"];
    let mut lesson = begin(&space, &names.map(|name| ready("Deployment", name)).concat()).await?;
    let shop = lesson.shop.clone();
    shop.apply(deployment(&shop, "selector", json!({"nodeSelector": {"disk": "nope"}}))).await?;
    shop.apply(deployment(
        &shop,
        "tainted",
        json!({"nodeSelector": {"kubernetes.io/hostname": "jotasu-control-plane"}}),
    ))
    .await?;
    let big = json!([{"name": "app", "image": "nginx:1.29", "resources": {"requests": {"cpu": "100"}}}]);
    shop.apply(deployment(&shop, "big", json!({"containers": big}))).await?;
    let volume = json!([{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]);
    shop.apply(deployment(&shop, "claimed", json!({"volumes": volume}))).await?;
    let (why, next) = lesson.caused("selector", "unschedulable").await?;
    has(&why, &["(0/3)", "nodeSelector", "노드 "])?;
    has(&next, &["describe pod selector-"])?;
    let (why, _) = lesson.caused("tainted", "unschedulable").await?;
    has(&why, &["taint가 있는 노드 1개"])?;
    let (why, _) = lesson.caused("big", "unschedulable").await?;
    has(&why, &["CPU 요청을 감당하지 못하는 노드"])?;
    let (why, _) = lesson.caused("claimed", "unschedulable").await?;
    has(&why, &["PersistentVolumeClaim data가 없어서"])?;
    lesson.end().await
}

async fn refusals(space: Space) -> Outcome {
    let kinds = [
        ("Deployment", "quota"),
        ("Deployment", "limits"),
        ("Deployment", "policy"),
        ("Deployment", "secure"),
        ("StatefulSet", "db"),
        ("Deployment", "account"),
    ];
    let mut lesson = begin(&space, &kinds.map(|(kind, name)| ready(kind, name)).concat()).await?;
    let shop = lesson.shop.clone();
    let resources = |cpu: &str, memory: &str| json!([{"name": "app", "image": "nginx:1.29", "resources": {"limits": {"cpu": cpu, "memory": memory}, "requests": {"cpu": cpu, "memory": memory}}}]);
    // A bound on memory; what has none gets a default that fits.
    shop.apply(json!({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "bound"},
        "spec": {"limits": [{"type": "Container", "max": {"memory": "256Mi"}, "default": {"memory": "64Mi"}, "defaultRequest": {"memory": "64Mi"}}]}})).await?;
    shop.apply(deployment(&shop, "limits", json!({"containers": resources("10m", "1Gi")}))).await?;
    let (why, next) = lesson.caused("limits", "limit-range").await?;
    has(&why, &["memory는 256Mi 이하여야 하는데 1Gi예요."])?;
    has(&next, &["describe limitrange"])?;
    shop.delete("apps/v1", "Deployment", "limits").await?;

    let policy = format!("no-{}", shop.name);
    let policies = space.cluster_api("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy");
    let bindings = space.cluster_api("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding");
    policies.create(&Default::default(), &serde_json::from_value(json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": policy},
        "spec": {"failurePolicy": "Fail", "matchConstraints": {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": shop.name}}, "resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}]},
            "validations": [{"expression": "!object.spec.containers.exists(c, c.image.endsWith(':latest'))", "message": "latest 태그는 안 돼요"}]}}))?).await?;
    bindings.create(&Default::default(), &serde_json::from_value(json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": policy},
        "spec": {"policyName": policy, "validationActions": ["Deny"]}}))?).await?;
    // The policy is believed a moment after it was made: made anew until it is refused.
    let latest = json!([{"name": "app", "image": "nginx:latest"}]);
    for _ in 0..30 {
        shop.apply(deployment(&shop, "policy", json!({"containers": latest}))).await?;
        if lesson.caused_within("policy", "admission-policy", 3).await {
            break;
        }
        shop.delete("apps/v1", "Deployment", "policy").await?;
    }
    let (why, next) = lesson.caused("policy", "admission-policy").await?;
    has(&why, &[&policy, "latest 태그는 안 돼요"])?;
    has(&next, &["get validatingadmissionpolicy"])?;
    policies.delete(&policy, &Default::default()).await?;
    bindings.delete(&policy, &Default::default()).await?;
    shop.delete("apps/v1", "Deployment", "policy").await?;

    shop.apply(deployment(&shop, "account", json!({"serviceAccountName": "nobody"}))).await?;
    let (why, _) = lesson.caused("account", "refused").await?;
    has(&why, &["ServiceAccount nobody가 없어서"])?;
    shop.delete("apps/v1", "Deployment", "account").await?;

    let enforce = json!({"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "restricted"}}});
    let namespaces = space.cluster_api("v1", "Namespace");
    let patch = kube::api::Patch::Merge(&enforce);
    namespaces.patch(&shop.name, &Default::default(), &patch).await?;
    shop.apply(deployment(&shop, "secure", json!({}))).await?;
    let (why, next) = lesson.caused("secure", "pod-security").await?;
    has(&why, &["restricted", "runAsNonRoot", "seccompProfile"])?;
    has(&next, &["get namespace", "--show-labels"])?;
    let lift = json!({"metadata": {"labels": {"pod-security.kubernetes.io/enforce": null}}});
    namespaces.patch(&shop.name, &Default::default(), &kube::api::Patch::Merge(&lift)).await?;
    shop.delete("apps/v1", "Deployment", "secure").await?;

    shop.apply(json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "none"}, "spec": {"hard": {"pods": "0"}}})).await?;
    shop.until("v1", "ResourceQuota", "none", |status| status["hard"]["pods"] == "0").await?;
    shop.apply(deployment(&shop, "quota", json!({}))).await?;
    let (why, next) = lesson.caused("quota", "quota").await?;
    has(&why, &["ResourceQuota none이 다 차서", "pods=1"])?;
    has(&next, &["describe resourcequota none"])?;
    // A StatefulSet's controller says so in an event alone.
    let set = with(deployment(&shop, "db", json!({})), "/kind", json!("StatefulSet"));
    shop.apply(set).await?;
    let (why, _) = lesson.caused("db", "quota").await?;
    has(&why, &["ResourceQuota none이"])?;
    lesson.end().await
}

impl Lesson {
    async fn caused_within(&mut self, name: &str, cause: &str, seconds: u64) -> bool {
        let index = self.index(name);
        let its = |verdict: &Verdict| verdict.finding()?.cause.as_ref().map(lab::Cause::name);
        let holds = |screen: &Screen| screen.verdicts.get(index).is_some_and(|verdict| its(verdict) == Some(cause));
        self.screen.until(cause, seconds, holds).await.is_ok()
    }
}

async fn waiting(space: Space) -> Outcome {
    let checks = [
        ready("PersistentVolumeClaim", "fast"),
        ready("PersistentVolumeClaim", "plain"),
        ready("Service", "web"),
        ready("Service", "named"),
        "  - {name: entry, title: entry, within: 0s, holdFor: 0s, resource: {apiVersion: networking.k8s.io/v1, kind: Ingress, namespace: NS, name: entry}, cel: [{expr: has(object.status.loadBalancer.ingress)}]}\n".to_owned(),
    ];
    let mut lesson = begin(&space, &checks.concat()).await?;
    let shop = lesson.shop.clone();
    let claim = |name: &str, class: Option<&str>| {
        json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name},
            "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": class, "resources": {"requests": {"storage": "1Gi"}}}})
    };
    shop.apply(claim("fast", Some("fast"))).await?;
    shop.apply(claim("plain", None)).await?;
    let (why, next) = lesson.caused("fast", "claim-pending").await?;
    has(&why, &["StorageClass fast가 없어요"])?;
    has(&next, &["get storageclass"])?;
    let (why, _) = lesson.caused("plain", "claim-pending").await?;
    has(&why, &["기본 StorageClass도 없어요"])?;

    let service = |name: &str, port: Value| {
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
            "spec": {"selector": {"app": name}, "ports": [{"port": 80, "targetPort": port}]}})
    };
    let labelled = |name: &str, app: &str| {
        let mut object = shop.deployment(name, "nginx:1.29", 1);
        object["spec"]["selector"]["matchLabels"] = json!({"app": app});
        object["spec"]["template"]["metadata"]["labels"] = json!({"app": app});
        object["spec"]["template"]["spec"]["containers"][0]["ports"] = json!([{"name": "http", "containerPort": 8080}]);
        object
    };
    shop.apply(labelled("web", "wbe")).await?;
    // Else there may be no Pod yet whose labels could be told.
    shop.until("apps/v1", "Deployment", "web", |status| status["replicas"] == 1).await?;
    shop.apply(service("web", json!(80))).await?;
    let (why, next) = lesson.caused("web", "no-pods").await?;
    has(&why, &["app=web", "라벨은 app=wbe"])?;
    has(&next, &["--show-labels"])?;
    shop.apply(labelled("named", "named")).await?;
    shop.apply(service("named", json!("web"))).await?;
    let (why, _) = lesson.caused("named", "wrong-port").await?;
    has(&why, &["targetPort가 web", "http(8080)"])?;

    let ingress = |service: &str| {
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "entry"},
            "spec": {"rules": [{"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": service, "port": {"number": 80}}}}]}}]}})
    };
    shop.apply(ingress("wab")).await?;
    let (why, _) = lesson.caused("entry", "no-backend").await?;
    has(&why, &["Service wab이 없어요"])?;
    shop.apply(ingress("web")).await?;
    let (why, _) = lesson.caused("entry", "no-ingress-class").await?;
    has(&why, &["IngressClass도 없어요"])?;
    lesson.end().await
}

async fn scaling(space: Space) -> Outcome {
    let mut lesson =
        begin(&space, &["web", "lost"].map(|name| ready("HorizontalPodAutoscaler", name)).concat()).await?;
    let shop = lesson.shop.clone();
    let scaler = |name: &str| {
        json!({"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": name},
            "spec": {"minReplicas": 1, "maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
                "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}]}})
    };
    shop.apply(shop.deployment("web", "nginx:1.29", 1)).await?;
    shop.until("apps/v1", "Deployment", "web", |status| status["readyReplicas"] == 1).await?;
    shop.apply(scaler("web")).await?;
    shop.apply(scaler("lost")).await?;
    let (why, _) = lesson.caused("web", "no-metrics").await?;
    has(&why, &["metrics-server가 없어서"])?;
    let (why, _) = lesson.caused("lost", "no-metrics").await?;
    has(&why, &["Deployment lost가 없어요"])?;
    lesson.end().await
}

async fn leaving(space: Space) -> Outcome {
    let checks = [
        "  - {name: held, title: held, within: 0s, holdFor: 0s, resource: {apiVersion: v1, kind: ConfigMap, namespace: NS, name: held}, absent: true}\n",
        "  - {name: budget, title: budget, within: 0s, holdFor: 0s, resource: {apiVersion: policy/v1, kind: PodDisruptionBudget, namespace: NS, name: budget}, match: {status: {disruptionsAllowed: 1}}}\n",
    ];
    let mut lesson = begin(&space, &checks.concat()).await?;
    let shop = lesson.shop.clone();
    shop.apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "held", "finalizers": ["example.com/hold"]}})).await?;
    shop.delete("v1", "ConfigMap", "held").await?;
    let (why, _) = lesson.caused("held", "finalizers").await?;
    has(&why, &["example.com/hold"])?;
    shop.apply(shop.deployment("web", "nginx:1.29", 2)).await?;
    shop.apply(json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "budget"},
        "spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": "web"}}}}))
        .await?;
    shop.until("policy/v1", "PodDisruptionBudget", "budget", |status| status["currentHealthy"] == 2).await?;
    let (why, next) = lesson.caused("budget", "disruption-budget").await?;
    has(&why, &["건강한 Pod ", "있어야 하는 수 2개"])?;
    has(&next, &["get pdb budget"])?;
    // So that the lab can be stopped.
    shop.apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "held", "finalizers": []}}))
        .await
        .ok();
    lesson.end().await
}

async fn stopped(space: Space) -> Outcome {
    let mut lesson =
        begin(&space, &[ready("Job", "once"), ready("Job", "late"), ready("StatefulSet", "db")].concat()).await?;
    let shop = lesson.shop.clone();
    let job = |name: &str, spec: Value, command: &str| {
        let mut job = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": {"backoffLimit": 0,
            "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "app", "image": "busybox:1.37", "command": ["sh", "-c", command]}]}}}});
        for (key, value) in spec.as_object().unwrap() {
            job["spec"][key] = value.clone();
        }
        job
    };
    shop.apply(job("once", json!({}), "exit 3")).await?;
    let (why, next) = lesson.caused("once", "crash").await?;
    has(&why, &["종료 코드 1"])?;
    has(&next, &["logs once-"])?;
    shop.apply(job("late", json!({"activeDeadlineSeconds": 1}), "sleep 1000")).await?;
    let (why, _) = lesson.caused("late", "job-failed").await?;
    has(&why, &["activeDeadlineSeconds"])?;
    let set = with(shop.deployment("db", "postgres:unready", 2), "/kind", json!("StatefulSet"));
    shop.apply(set).await?;
    lesson.caused("db", "unready").await?;
    lesson.end().await
}

async fn near(space: Space) -> Outcome {
    let web = format!("web-{}", space.name);
    let checks = [
        ready("Deployment", &web),
        "  - {name: labelled, title: labelled, within: 0s, holdFor: 0s, resource: {apiVersion: v1, kind: Pod, namespace: NS, labels: {app: front, tier: web}}}\n".to_owned(),
        "  - {name: config, title: config, within: 0s, holdFor: 0s, resource: {apiVersion: v1, kind: ConfigMap, namespace: NS, name: web-config}}\n".to_owned(),
    ];
    let mut lesson = begin(&space, &checks.concat()).await?;
    let shop = lesson.shop.clone();
    // Made in the wrong namespace: nothing is red, and a closer look finds it.
    space.apply(space.deployment(&web, "nginx:1.29", 1)).await?;
    lesson.screen.until("nothing begun", 20, |screen| screen.shows("waiting waiting waiting")).await?;
    lesson.engine.order(Order::Why { check: web.clone() });
    lesson.screen.until("the closer look", 20, |screen| screen.why.is_some()).await?;
    let found = |why: &Option<Why>| why.as_ref().and_then(|why| why.near.as_ref()).map(|near| say::near(near).0);
    same(
        found(&lesson.screen.why),
        Some(format!("Namespace {}에 같은 이름의 Deployment가 있어요. {}에 있어야 해요.", space.name, shop.name)),
        "the near miss of what nobody has begun",
    )?;
    // Made, deleted, and made again elsewhere: red, and told by itself.
    shop.apply(shop.deployment(&web, "nginx:1.29", 1)).await?;
    lesson.screen.until("green", 60, |screen| screen.verdicts.first() == Some(&Verdict::Passed)).await?;
    shop.delete("apps/v1", "Deployment", &web).await?;
    let near = |verdict: &Verdict| verdict.finding()?.near.as_ref().map(|near| say::near(near).0);
    lesson
        .screen
        .until("the near miss", 30, |screen| {
            screen.verdicts.first().and_then(near).is_some_and(|said| said.contains(&space.name))
        })
        .await?;
    shop.apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web-config"}})).await?;
    shop.delete("v1", "ConfigMap", "web-config").await?;
    shop.apply(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web-confgi"}})).await?;
    let config = lesson.index("config");
    lesson
        .screen
        .until("the slip in the name", 30, |screen| {
            screen.verdicts.get(config).and_then(near).is_some_and(|said| said.contains("web-confgi"))
        })
        .await?;
    let labels = |tier: &str| json!({"app": "front", "tier": tier});
    let labelled = |name: &str, tier: &str| {
        let mut pod = shop.pod(name, "nginx:1.29");
        pod["metadata"]["labels"] = labels(tier);
        pod
    };
    shop.apply(labelled("first", "web")).await?;
    shop.delete("v1", "Pod", "first").await?;
    shop.apply(labelled("second", "wbe")).await?;
    let index = lesson.index("labelled");
    lesson
        .screen
        .until("the slip in the label", 30, |screen| {
            screen.verdicts.get(index).and_then(near).is_some_and(|said| said.contains("tier=wbe"))
        })
        .await?;
    lesson.end().await
}

async fn changes(space: Space) -> Outcome {
    let check = "  - {name: web, title: web, within: 0s, holdFor: 0s, resource: {apiVersion: apps/v1, kind: Deployment, namespace: NS, name: web}, match: {spec: {replicas: 2, template: {spec: {containers: [{name: app, image: 'nginx:1.29'}]}}}}}\n";
    let mut lesson = begin(&space, check).await?;
    let shop = lesson.shop.clone();
    let manifest = shop.deployment("web", "nginx:1.29", 2);
    let kubectl = |arguments: &[&str], editor: &str| -> Outcome {
        let kubectl = assets()?.kubectl().ok_or("no kubectl")?;
        let mut command = Command::new(kubectl);
        command
            .arg("-n")
            .arg(&shop.name)
            .args(arguments)
            .env("KUBECONFIG", &shop.kubeconfig)
            .env("KUBE_EDITOR", editor);
        let output = command.output()?;
        same(output.status.success(), true, &String::from_utf8_lossy(&output.stderr))
    };
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), manifest.to_string())?;
    let apply = file.path().display().to_string();
    let apply = ["apply", "-f", apply.as_str()];
    let cases: [(&[&str], &str, &str); 6] = [
        (&["scale", "deployment", "web", "--replicas=1"], "", "Deployment web의 spec.replicas: 2 → 1 (kubectl scale)"),
        (
            &["set", "image", "deployment/web", "app=nginx:1.28"],
            "",
            "Deployment web의 컨테이너 app image: nginx:1.29 → nginx:1.28 (kubectl set)",
        ),
        (
            &["edit", "deployment", "web"],
            "sed -i 's/replicas: 2/replicas: 3/'",
            "Deployment web의 spec.replicas: 2 → 3 (kubectl edit)",
        ),
        (
            &["patch", "deployment", "web", "-p", "{\"spec\":{\"replicas\":4}}"],
            "",
            "Deployment web의 spec.replicas: 2 → 4 (kubectl patch)",
        ),
        (
            &["autoscale", "deployment", "web", "--min=5", "--max=6", "--cpu-percent=50"],
            "",
            "Deployment web의 spec.replicas: 2 → 5 (HPA)",
        ),
        (&["delete", "deployment", "web"], "", "Deployment web이 지워졌어요."),
    ];
    for (arguments, editor, expected) in cases {
        kubectl(&apply, "")?;
        lesson.screen.until("green", 60, |screen| screen.shows("passed")).await?;
        lesson.screen.change = None;
        kubectl(arguments, editor)?;
        lesson.screen.until(&format!("red after {arguments:?}"), 60, |screen| screen.shows("failed")).await?;
        let said = lesson.screen.change.as_ref().map(say::change);
        same(said, Some(expected.to_owned()), &format!("{arguments:?}"))?;
        if arguments.first() == Some(&"autoscale") {
            kubectl(&["delete", "hpa", "web"], "")?;
        }
    }
    lesson.end().await
}

async fn closer(space: Space) -> Outcome {
    let mut lesson = begin(&space, &ready("Deployment", "web")).await?;
    let shop = lesson.shop.clone();
    shop.apply(shop.deployment("web", "nginx:1.29", 1)).await?;
    lesson.screen.until("green", 60, |screen| screen.shows("passed")).await?;
    shop.apply(deployment(&shop, "web", json!({"nodeSelector": {"disk": "nope"}}))).await?;
    lesson.caused("web", "unschedulable").await?;
    let mut seen = false;
    for _ in 0..20 {
        lesson.screen.why = None;
        lesson.engine.order(Order::Why { check: "web".into() });
        lesson.screen.until("the closer look", 20, |screen| screen.why.is_some()).await?;
        let why = lesson.screen.why.clone().unwrap();
        seen = why.events.iter().any(|event| event.reason == "FailedScheduling" && event.warning);
        let kinds: Vec<&str> = why.objects.iter().map(|of| of.kind.as_str()).collect();
        if seen {
            same(kinds.first(), Some(&"Deployment"), "the object in question")?;
            same(kinds.contains(&"Pod"), true, "its Pods")?;
            same(why.turns.first().map(|turn| turn.to), Some(lab::Standing::Failed), "the last turning")?;
            same(why.turns.iter().any(|turn| turn.to == lab::Standing::Passed), true, "it was green")?;
            same(why.turns.first().is_some_and(|turn| turn.change.is_some()), true, "what turned it")?;
            break;
        }
        lesson.screen.drain(Duration::from_secs(1)).await;
    }
    same(seen, true, "the scheduler's event")?;
    lesson.end().await
}

async fn kubelet(space: Space) -> Outcome {
    let names = ["ready", "alive", "starts", "mounts", "talks"];
    let mut lesson = begin(&space, &names.map(|name| ready("Pod", name)).concat()).await?;
    let shop = lesson.shop.clone();
    let pod = |name: &str, extra: Value| {
        let mut pod = shop.pod(name, "nginx:1.29");
        for (key, value) in extra.as_object().unwrap() {
            pod["spec"]["containers"][0][key] = value.clone();
        }
        pod
    };
    let get = |port: u16, path: &str| json!({"httpGet": {"port": port, "path": path}, "periodSeconds": 1, "failureThreshold": 1});
    shop.apply(pod("ready", json!({"readinessProbe": get(81, "/")}))).await?;
    shop.apply(pod("alive", json!({"livenessProbe": get(80, "/nope"), "readinessProbe": get(80, "/")}))).await?;
    shop.apply(pod(
        "starts",
        json!({"startupProbe": {"exec": {"command": ["cat", "/nope"]}, "periodSeconds": 1, "failureThreshold": 600}}),
    ))
    .await?;
    let mut mounts = pod("mounts", json!({"volumeMounts": [{"name": "cfg", "mountPath": "/cfg"}]}));
    mounts["spec"]["volumes"] = json!([{"name": "cfg", "configMap": {"name": "web-config"}}]);
    shop.apply(mounts).await?;
    let mut talks = shop.pod("talks", "busybox:1.37");
    talks["spec"]["containers"][0]["command"] =
        json!(["sh", "-c", "printf '\\033[31mcannot open /data\\033[0m\\n'; exit 7"]);
    shop.apply(talks).await?;
    let (why, _) = lesson.caused("ready", "readiness-probe").await?;
    has(&why, &["readiness"])?;
    let said = |verdict: &Verdict| matches!(verdict.finding().and_then(|f| f.cause.clone()), Some(lab::Cause::Probe { said: Some(said), .. }) if said.contains("connection refused"));
    lesson.screen.until("what the probe said", 60, |screen| screen.verdicts.first().is_some_and(said)).await?;
    let (why, _) = lesson.caused("alive", "liveness-probe").await?;
    has(&why, &["404"])?;
    lesson.caused("starts", "startup-probe").await?;
    let (why, _) = lesson.caused("mounts", "mount").await?;
    has(&why, &["볼륨이 쓰는 ConfigMap web-config가 없어서"])?;
    let (why, next) = lesson.caused("talks", "crash").await?;
    has(&why, &["종료 코드 7"])?;
    has(&next, &["logs talks -c app"])?;
    let restarted = |screen: &Screen| matches!(screen.verdicts.get(4).and_then(|v| v.finding()).and_then(|f| f.cause.clone()), Some(lab::Cause::Crash { restarts, .. }) if restarts > 0);
    lesson.screen.until("a second run", 60, restarted).await?;
    let (_, next) = lesson.caused("talks", "crash").await?;
    has(&next, &["logs talks -c app --previous"])?;
    // Between two runs the kubelet may have no log at all.
    let mut words = Vec::new();
    for _ in 0..20 {
        lesson.screen.why = None;
        lesson.engine.order(Order::Why { check: "talks".into() });
        lesson.screen.until("the closer look", 20, |screen| screen.why.is_some()).await?;
        let log = lesson.screen.why.as_ref().and_then(|why| why.log.clone());
        words = log.map(|log| log.lines).unwrap_or_default();
        if !words.is_empty() {
            break;
        }
        lesson.screen.drain(Duration::from_secs(2)).await;
    }
    same(words, vec!["cannot open /data".to_owned()], "its last words, without colors")?;
    lesson.end().await
}
