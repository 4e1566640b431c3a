//! A way to an API server that a test can cut, mend, and lead elsewhere.

use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use jotasu::cluster::control_plane::ControlPlane;
use jotasu::cluster::{self, Access};
use libtest_mimic::Failed;

/// Where the way leads, and what goes over it; nowhere when it is cut.
struct Way {
    server: Option<String>,
    streams: Vec<TcpStream>,
}

/// A TCP proxy of ours.
pub struct Wire {
    port: u16,
    way: Arc<Mutex<Way>>,
    home: String,
}

impl Wire {
    /// A way to a server, `https://host:port`.
    pub fn to(server: &str) -> Result<Self, Failed> {
        let home = address(server);
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let way = Arc::new(Mutex::new(Way { server: Some(home.clone()), streams: vec![] }));
        let wire = Self { port: listener.local_addr()?.port(), way: way.clone(), home };
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let mut way = way.lock().unwrap();
                // As kind's port does while nobody listens behind it: taken, and let go at once.
                let Some(Ok(far)) = way.server.as_ref().map(TcpStream::connect) else { continue };
                for (mut from, mut to) in [
                    (near.try_clone().unwrap(), far.try_clone().unwrap()),
                    (far.try_clone().unwrap(), near.try_clone().unwrap()),
                ] {
                    std::thread::spawn(move || {
                        let _ = std::io::copy(&mut from, &mut to);
                        let _ = to.shutdown(Shutdown::Both);
                    });
                }
                way.streams.extend([near, far]);
            }
        });
        Ok(wire)
    }

    /// Access over this way.
    pub async fn access(&self, plane: &ControlPlane, folder: &Path) -> Result<Access, Failed> {
        let through = folder.join("kubeconfig");
        let text = std::fs::read_to_string(plane.kubeconfig())?;
        std::fs::write(&through, text.replace(plane.server(), &format!("https://127.0.0.1:{}", self.port)))?;
        let mut access = Access { kubeconfig: Some(through), kind_cluster: "jotasu".into(), ..Access::default() };
        access.allow.push(cluster::describe(&access).await?);
        Ok(access)
    }

    /// Everything on the way is cut, and what comes is let go at once.
    pub fn cut(&self) {
        self.lead(None);
    }

    /// It leads to its server again.
    pub fn mend(&self) {
        self.lead(Some(self.home.clone()));
    }

    /// It leads to another server, with its own certificate.
    pub fn divert(&self, server: &str) {
        self.lead(Some(address(server)));
    }

    fn lead(&self, server: Option<String>) {
        let mut way = self.way.lock().unwrap();
        way.server = server;
        for stream in way.streams.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn address(server: &str) -> String {
    server.trim_start_matches("https://").to_owned()
}
