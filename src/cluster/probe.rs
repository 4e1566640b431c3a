//! Asks `/readyz` at intervals: with etcd dead, watches stay silently open, and only this tells.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{sleep, timeout};

use super::api::Api;
use super::remote::Remote;
use crate::lab::Reason;

/// Between two questions, and the limit of each.
const EVERY: Duration = Duration::from_secs(2);
/// Between two questions while the cluster cannot be asked.
const LOST_EVERY: Duration = Duration::from_millis(300);

/// Whether the API server is ready, asked once.
pub async fn ready(api: &Api) -> Result<(), Reason> {
    match api.text("/readyz", EVERY).await {
        Ok(_) => Ok(()),
        Err(error) if error.code >= 500 => Err(Reason::NotReady(failing(&error.message))),
        Err(error) if error.reason == Reason::Hang => {
            // The server's own check of etcd takes as long as our limit: a server that still answers says which it is.
            match api.text("/livez/ping", Duration::from_millis(500)).await {
                Ok(_) => Err(Reason::NotReady("etcd".into())),
                Err(_) => Err(Reason::Hang),
            }
        }
        Err(error) => Err(error.reason),
    }
}

/// Asks until dropped; `nudge` asks at once.
pub async fn run(remote: watch::Receiver<Remote>, nudge: Arc<Notify>, out: mpsc::UnboundedSender<Result<(), Reason>>) {
    loop {
        let api = remote.borrow().api.clone();
        let word = ready(&api).await;
        let lost = word.is_err();
        if out.send(word).is_err() {
            return;
        }
        if lost {
            sleep(LOST_EVERY).await;
        } else {
            // A nudge that comes right after an answer would ask in a loop: a short rest bounds it.
            let rest = Duration::from_millis(100);
            sleep(rest).await;
            let _ = timeout(EVERY - rest, nudge.notified()).await;
        }
    }
}

/// The failing checks of a `/readyz` answer, else its first line.
fn failing(text: &str) -> String {
    let failing: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("[-]")).filter_map(|line| line.split(' ').next()).collect();
    if failing.is_empty() { text.lines().next().unwrap_or_default().to_owned() } else { failing.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::failing;

    #[test]
    fn the_failing_checks_are_named() {
        assert_eq!(failing("[+]ping ok\n[-]etcd failed: reason withheld\n[-]x failed\nreadyz check failed"), "etcd, x");
        assert_eq!(failing("down\n"), "down");
    }
}
