//! A Pod of ours that asks as a client would, so that policies apply to it.
//!
//! It carries the client's labels, so whatever selects those must be kept from taking it for the learner's: it never
//! becomes Ready (a readiness gate that nobody opens), so no Service sends it traffic; it has a controller of its own
//! (a ConfigMap), so no ReplicaSet adopts it; and our label keeps checks from seeing it.

use http::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Answer, Means, containers};
use crate::cluster::api::{ApiError, Body};
use crate::cluster::identity::MANAGED;
use crate::cluster::remote::{Remote, found};
use crate::lab::{Client, PROBE, Reason, Request, Way};

/// What it runs: small, and in the list of every lab that probes.
const IMAGE: &str = "busybox:1.37";
/// How long a connection may take to be made, in seconds: what takes longer was dropped.
const PATIENCE: &str = "2";
/// The same for a server that has just not answered within that time.
const AGAIN: &str = "1";

/// Connects, or asks, from a probe Pod.
pub(super) async fn ask(request: &Request, means: &Means) -> Answer {
    let Way::Probe { from, host, speak, .. } = &request.way else { return Ok(None) };
    let (spoken, connected) =
        (&spoken(request, host), &connected(request, host, if *speak { AGAIN } else { PATIENCE }));
    let ask = |remote: Remote| async move {
        let pod = ensure(&remote, from).await?;
        if pod["status"]["phase"] != "Running" {
            return Err(not_yet(&pod));
        }
        let run = |argv| containers::output(remote.clone(), &pod, "probe", argv);
        if !speak {
            return connection(&run(connected).await?);
        }
        let said = run(spoken).await?;
        if !stopped(&said) {
            return answer(&said);
        }
        // No answer came in time: whether a connection did, the other one tells.
        let mut reply = connection(&run(connected).await?)?;
        if reply["connect"] == "allowed" {
            reply["error"] = format!("no answer within {PATIENCE} s").into();
        }
        Ok(reply)
    };
    means.prober.within(&from.namespace, ask).await.map(Some)
}

fn spoken(request: &Request, host: &str) -> Vec<String> {
    let url = format!("http://{host}:{}{}", request.port, request.path);
    // wget's own `-T` crashes in some versions of busybox.
    let mut argv: Vec<String> = ["timeout", PATIENCE, "wget", "-S", "-q", "-O", "-"].map(str::to_owned).into();
    argv.extend(request.headers.iter().flat_map(|(name, value)| ["--header".to_owned(), format!("{name}: {value}")]));
    argv.push(url);
    argv
}

fn connected(request: &Request, host: &str, patience: &str) -> Vec<String> {
    // Its exit code is that of `true`, which is run once there is a connection.
    ["nc", "-w", patience, host, &request.port, "-e", "true"].map(str::to_owned).into()
}

/// What `wget` says: the head of the answer on stderr, the body on stdout.
fn answer(said: &Value) -> Result<Value, ApiError> {
    let stderr = said["stderr"].as_str().unwrap_or_default();
    let mut heads = stderr.lines().map(str::trim).filter(|line| line.starts_with("HTTP/"));
    // Redirects are followed: the last head is the answer's.
    let Some(status) =
        heads.next_back().and_then(|head| head.split(' ').nth(1)).and_then(|code| code.parse::<u16>().ok())
    else {
        return connection(said);
    };
    let fields = stderr.lines().map(str::trim).filter_map(|line| line.split_once(": "));
    let headers: serde_json::Map<String, Value> =
        fields.map(|(name, value)| (name.to_lowercase(), value.into())).collect();
    Ok(json!({"connect": "allowed", "status": status, "headers": headers, "body": said["stdout"]}))
}

/// Whether `timeout` ended the program.
fn stopped(said: &Value) -> bool {
    said["exitCode"] == 128 + 15
}

/// What became of a connection, by the program's words. Only what got no answer in time was dropped; words that tell of
/// something else are not a reply, but why there is none.
fn connection(said: &Value) -> Result<Value, ApiError> {
    let stderr = said["stderr"].as_str().unwrap_or_default().trim();
    let connect = match said["exitCode"].as_i64() {
        Some(0) => "allowed",
        _ if stderr.contains("refused") || stderr.contains("reset") => "refused",
        _ if stderr.contains("bad address") || stderr.contains("bad host") => "unresolved",
        // It speaks, though not HTTP.
        _ if stderr.contains("error getting response") => "allowed",
        _ if stderr.contains("timed out") => return Ok(Request::dropped()),
        code => {
            let code = code.map(|code| format!("exit {code}"));
            let words = if stderr.is_empty() { code.unwrap_or_default() } else { stderr.to_owned() };
            let why = format!("확인용 Pod에서 연결해 보지 못했어요: {words}");
            return Err(ApiError::of(Reason::NotHere, why));
        }
    };
    Ok(json!({"connect": connect, "error": stderr}))
}

/// The probe of a client, made if it is not there.
async fn ensure(remote: &Remote, from: &Client) -> Result<Value, ApiError> {
    let name = name(from);
    let pods = format!("/api/v1/namespaces/{}/pods", from.namespace);
    if let Some(pod) = found(remote.api.get(&format!("{pods}/{name}")).await)? {
        if pod["metadata"]["deletionTimestamp"].is_null() && pod["status"]["phase"] != "Failed" {
            return Ok(pod);
        }
        remote.delete(&format!("{pods}/{name}")).await?;
        return Err(connecting());
    }
    let owner = owner(remote, from).await?;
    let labels = labels(from);
    let pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": from.namespace,
            "labels": labels,
            "ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": owner["metadata"]["name"],
                "uid": owner["metadata"]["uid"], "controller": true}],
        },
        "spec": {
            "readinessGates": [{"conditionType": "jotasu.dev/never"}],
            "automountServiceAccountToken": false,
            "terminationGracePeriodSeconds": 0,
            "tolerations": [{"operator": "Exists"}],
            "securityContext": {"runAsNonRoot": true, "runAsUser": 65534, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [{
                "name": "probe",
                "image": IMAGE,
                "imagePullPolicy": "IfNotPresent",
                "command": ["sleep", "infinity"],
                "resources": {"requests": {"cpu": "5m", "memory": "8Mi"}, "limits": {"cpu": "100m", "memory": "32Mi"}},
                "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}},
            }],
        },
    });
    remote.api.write(Method::POST, &pods, Body::Json, &pod).await
}

/// What owns the probes of a namespace.
async fn owner(remote: &Remote, from: &Client) -> Result<Value, ApiError> {
    let maps = format!("/api/v1/namespaces/{}/configmaps", from.namespace);
    if let Some(owner) = found(remote.api.get(&format!("{maps}/jotasu-probes")).await)? {
        return Ok(owner);
    }
    let labels = json!({MANAGED: "jotasu", PROBE: "true"});
    let metadata = json!({"name": "jotasu-probes", "namespace": from.namespace, "labels": labels});
    let owner = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata});
    remote.api.write(Method::POST, &maps, Body::Json, &owner).await
}

fn labels(from: &Client) -> Value {
    let mut labels = json!({MANAGED: "jotasu", PROBE: "true"});
    from.labels.iter().for_each(|(key, value)| labels[key] = value.as_str().into());
    labels
}

fn name(from: &Client) -> String {
    let hash = Sha256::digest(format!("{from:?}").as_bytes());
    let short: String = hash.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    format!("jotasu-probe-{short}")
}

/// It is on its way, or cannot start: then why.
fn not_yet(pod: &Value) -> ApiError {
    let waiting = &pod["status"]["containerStatuses"][0]["state"]["waiting"];
    match waiting["reason"].as_str() {
        Some("ErrImagePull" | "ImagePullBackOff") => {
            let why = format!("확인용 Pod의 이미지 {IMAGE}를 받지 못해요.");
            ApiError { reason: Reason::NotHere(why.clone()), code: 0, message: why }
        }
        _ => connecting(),
    }
}

fn connecting() -> ApiError {
    ApiError { reason: Reason::Connecting, code: 0, message: "the probe is being made".into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: i64, stderr: &str, expected: &str) {
        let said = json!({"exitCode": code, "stdout": "", "stderr": stderr});
        let word = match connection(&said) {
            Ok(reply) => reply["connect"].as_str().unwrap_or_default().to_owned(),
            Err(error) => error.message.split_once(": ").map(|(_, words)| words.to_owned()).unwrap_or_default(),
        };
        assert_eq!(word, expected, "{stderr}");
    }

    #[test]
    fn refused_is_not_dropped_and_a_name_that_is_not_known_is_neither() {
        check(0, "", "allowed");
        check(1, "nc: can't connect to remote host (10.96.0.9): Connection refused", "refused");
        check(1, "nc: bad address 'nope.shop.svc'", "unresolved");
        check(1, "nc: timed out", "dropped");
        check(1, "wget: error getting response: Resource temporarily unavailable", "allowed");
    }

    #[test]
    fn what_is_no_timeout_is_not_dropped_but_not_known() {
        let unreachable = "nc: can't connect to remote host (10.96.0.9): No route to host";
        check(1, unreachable, unreachable);
        let missing = "OCI runtime exec failed: exec: \"nc\": executable file not found in $PATH";
        check(126, missing, missing);
        check(137, "", "exit 137");
        check(1, "", "exit 1");
    }

    #[test]
    fn a_program_that_was_stopped_is_told_from_one_that_ended() {
        assert!(stopped(&json!({"exitCode": 143})));
        assert!(!stopped(&json!({"exitCode": 1})));
    }

    #[test]
    fn the_head_of_an_answer_is_read_from_what_wget_says() {
        let said = json!({"exitCode": 1, "stdout": "no", "stderr": "  HTTP/1.1 404 Not Found\n  Server: nginx\nwget: server returned error: HTTP/1.1 404 Not Found"});
        assert_eq!(
            answer(&said).unwrap(),
            json!({"connect": "allowed", "status": 404, "headers": {"server": "nginx", "wget": "server returned error: HTTP/1.1 404 Not Found"}, "body": "no"})
        );
    }
}
