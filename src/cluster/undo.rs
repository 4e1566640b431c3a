//! Undoing to the last green moment on a real cluster: plans by asking the API server, then deletes, replaces and makes.
//! Each object is held against `owns` right before its request.

use std::time::Duration;

use http::Method;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::api::{ApiError, Body};
use super::checkpoint::{Checkpoint, owned};
use super::nodes;
use super::remote::{Place, Remote, found};
use super::site::Site;
use super::steps::Steps;
use super::trouble::Trouble;
use crate::lab::{self, How, Lab, Plan, Undoing};

/// How long something may take to go before it is made again.
const GONE: Duration = Duration::from_secs(60);
/// How long what a new namespace or CRD brings along is waited for.
const SETTLING: Duration = Duration::from_secs(10);

impl Site {
    /// What undoing would do now; nothing is changed.
    pub async fn plan_undo(&self, start: lab::Millis) -> Result<(Plan, Checkpoint), Trouble> {
        self.admitted.verify().await?;
        let Some(checkpoint) = self.checkpoint.load(start) else {
            return Err(Trouble::Impossible(
                "아직 돌아갈 곳이 없어요. 확인이 하나라도 통과하면 그때의 상태를 적어 둬요.".into(),
            ));
        };
        let failed = || Trouble::doing("지금 상태를 보지 못했어요");
        let admin = &self.admitted.admin;
        let now = owned(admin, &self.lab.owns).await.map_err(failed())?;
        let mut objects = lab::undo(&checkpoint.objects, &now);
        for undoing in objects.iter_mut().filter(|undoing| undoing.how == How::Replace) {
            // The API server says whether it can be replaced in place.
            if replace(admin, &self.lab, &undoing.body, "&dryRun=All").await.is_err() {
                undoing.how = How::Remake;
            }
        }
        let nodes = nodes::differing(admin, &self.lab.owns, &checkpoint.nodes).await.map_err(failed())?;
        let (at, passed) = (checkpoint.at, checkpoint.passed.clone());
        Ok((Plan { at, passed, objects, nodes }, checkpoint))
    }

    /// Puts everything back, the plan being the one that was shown; gives what could not be.
    ///
    /// # Errors
    /// When things are not as they were shown, or the cluster cannot be asked; nothing is done then.
    pub async fn undo(&self, start: lab::Millis, shown: &Plan, steps: &mut Steps<'_>) -> Result<Vec<String>, Trouble> {
        let (plan, checkpoint) = steps.step("지금 상태 확인", self.plan_undo(start)).await?;
        if plan.lines() != shown.lines() || plan.at != shown.at {
            return Err(Trouble::Impossible(
                "그 사이에 상태가 달라져서 되돌리지 않았어요. 무엇을 되돌릴지 다시 보세요.".into(),
            ));
        }
        let mut failed = Vec::new();
        for (undoing, line) in plan.objects.iter().zip(plan.lines()) {
            let done = steps.step(line.clone(), put_back(&self.admitted.admin, &self.lab, undoing)).await;
            if let Err(trouble) = done {
                failed.push(format!("{}: {trouble}", line.split_whitespace().collect::<Vec<_>>().join(" ")));
            }
        }
        if !plan.nodes.is_empty() {
            let nodes = nodes::restore(&self.admitted.admin, &self.lab.owns, &checkpoint.nodes);
            let doing = async { nodes.await.map_err(Trouble::doing("노드를 되돌리지 못했어요")) };
            if let Err(trouble) = steps.step("노드 라벨과 taint 되돌리기", doing).await {
                failed.push(trouble.to_string());
            }
        }
        Ok(failed)
    }
}

async fn put_back(admin: &Remote, lab: &Lab, undoing: &Undoing) -> Result<(), Trouble> {
    let body = &undoing.body;
    match undoing.how {
        How::Delete => {
            let path = allowed(admin, lab, body).await?.1;
            admin.delete(&path).await.map_err(Trouble::doing("지우지 못했어요"))?;
            Ok(())
        }
        How::Replace => replace(admin, lab, body, "").await,
        How::Remake => {
            let path = allowed(admin, lab, body).await?.1;
            admin.delete(&path).await.map_err(Trouble::doing("지우지 못했어요"))?;
            let since = Instant::now();
            while found(admin.api.get(&path).await).map_err(Trouble::doing("다시 보지 못했어요"))?.is_some() {
                if since.elapsed() > GONE {
                    let why = "finalizer가 남아 있을 수 있어요.".into();
                    return Err(Trouble::Late {
                        what: "지워지기를 기다림".into(), seconds: GONE.as_secs(), why
                    });
                }
                sleep(Duration::from_millis(100)).await;
            }
            make(admin, lab, body).await
        }
        How::Make => make(admin, lab, body).await,
    }
}

/// Replaces an object as a whole, if nobody changes it in between.
async fn replace(admin: &Remote, lab: &Lab, body: &Value, query: &str) -> Result<(), Trouble> {
    let failed = || Trouble::doing("되돌리지 못했어요");
    let (_, path) = allowed(admin, lab, body).await?;
    let now = admin.api.get(&path).await.map_err(failed())?;
    let mut body = body.clone();
    body["metadata"]["resourceVersion"] = now["metadata"]["resourceVersion"].clone();
    let path = format!("{path}?fieldManager=jotasu{query}");
    admin.api.write(Method::PUT, &path, Body::Json, &body).await.map_err(failed())?;
    Ok(())
}

/// Makes an object anew; what its namespace or kind needs a moment for is tried again.
async fn make(admin: &Remote, lab: &Lab, body: &Value) -> Result<(), Trouble> {
    let since = Instant::now();
    let mut body = body.clone();
    loop {
        let (place, _) = allowed(admin, lab, &body).await?;
        let path = format!("{}?fieldManager=jotasu", place.collection(body["metadata"]["namespace"].as_str()));
        match admin.api.write(Method::POST, &path, Body::Json, &body).await {
            Ok(_) => return Ok(()),
            // Its old address may be somebody else's by now.
            Err(error)
                if error.code == 422 && body["kind"] == "Service" && body["spec"]["clusterIP"] != Value::Null =>
            {
                let spec = body["spec"].as_object_mut();
                spec.map(|spec| (spec.remove("clusterIP"), spec.remove("clusterIPs")));
            }
            // A controller may have been quicker (the ServiceAccount of a new namespace).
            Err(error) if error.code == 409 && since.elapsed() < SETTLING => {
                if replace(admin, lab, &body, "").await.is_ok() {
                    return Ok(());
                }
                sleep(Duration::from_millis(100)).await;
            }
            Err(error) if early(&error) && since.elapsed() < SETTLING => sleep(Duration::from_millis(100)).await,
            Err(error) => return Err(Trouble::doing("다시 만들지 못했어요")(error)),
        }
    }
}

/// What a refusal that will be none in a moment looks like.
fn early(error: &ApiError) -> bool {
    error.code == 404
        || (error.code == 403 && ["serviceaccount", "being terminated"].iter().any(|w| error.message.contains(w)))
}

/// Where an object is, if the lab owns it.
async fn allowed(admin: &Remote, lab: &Lab, body: &Value) -> Result<(Place, String), Trouble> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (api_version, kind, name) = (text(&body["apiVersion"]), text(&body["kind"]), text(&body["metadata"]["name"]));
    let namespace = body["metadata"]["namespace"].as_str();
    if !lab.owns.covers(&api_version, &kind, namespace, Some(&name)) {
        return Err(Trouble::Outside(format!("{kind} {name}")));
    }
    let place = admin.place(&api_version, &kind).await.map_err(Trouble::doing("종류를 찾지 못했어요"))?;
    let place = place.ok_or(Trouble::NotServed { api_version, kind })?;
    let path = place.object(namespace, &name);
    Ok((place, path))
}
