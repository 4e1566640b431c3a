//! Waits after a setup until what is broken shows: until then checks would be passed that are about to fail.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use super::ask::Means;
use super::identity::Reader;
use super::observer::Observer;
use super::site::Site;
use super::state::Saved;
use super::steps::Steps;
use super::trouble::Trouble;
use crate::lab;

/// A node counts as lost after 50 seconds, and a kubelet takes up to 20 to see another manifest.
pub const LIMIT: Duration = Duration::from_secs(120);

/// Until the lab's symptom is seen. One that does not come in time is told and not waited for: the lab goes on.
pub async fn shown(site: &Site, saved: &Saved, reader: &Reader, steps: &mut Steps<'_>) {
    let Some(symptom) = &site.lab.symptom else { return };
    let (_identity, identities) = watch::channel(reader.remote.clone());
    let means = Means { reader: identities, prober: site.prober(), kind: site.kind() };
    let observer = Observer::open(&means.reader, site.lab.watches(), saved.memory.start, false, site.clock.clone());
    let mut observer = observer.asking(&site.lab, &means);
    let seen = async {
        while lab::holds(&site.lab, symptom, observer.observation(), site.clock.now()) != Ok(true) {
            observer.news().await;
        }
    };
    let what = "고장이 드러나기를 기다림";
    let waited = async {
        let why = "이대로 시작해요. 확인이 처음부터 통과해 있으면 조금 기다리세요.".into();
        let late = |_| Trouble::Late { what: what.into(), seconds: LIMIT.as_secs(), why };
        timeout(LIMIT, seen).await.map_err(late)
    };
    // It was told with its step.
    let _told = steps.step(what, waited).await;
}
