//! An Ingress: what it points to, and who is to serve it.

use serde_json::Value;

use super::Diagnosis;
use crate::lab::object::{self, at, list, text};
use crate::lab::select::View;
use crate::lab::verdict::{Backend, Cause};

const DEFAULT: &str = "ingressclass.kubernetes.io/is-default-class";
const OLD_CLASS: &str = "kubernetes.io/ingress.class";

pub(super) fn of(view: &View<'_>, ingress: &Value) -> Option<Diagnosis> {
    let found = backend(view, ingress).or_else(|| class(view, ingress))?;
    Some(Diagnosis::stuck(Cause::Backend(found)))
}

fn backend(view: &View<'_>, ingress: &Value) -> Option<Backend> {
    let services = view.all("v1", "Service", Some(object::namespace(ingress)))?;
    let paths = list(ingress, &["spec", "rules"]).iter().flat_map(|rule| list(rule, &["http", "paths"]));
    let all = at(ingress, &["spec", "defaultBackend"]).into_iter().chain(paths.filter_map(|path| path.get("backend")));
    all.filter_map(|backend| backend.get("service")).find_map(|wanted| {
        let name = text(wanted, &["name"]).to_owned();
        let Some(service) = services.iter().find(|service| object::name(service) == name) else {
            return Some(Backend::Service(name));
        };
        let ports = list(service, &["spec", "ports"]);
        let port = at(wanted, &["port", "number"]).or_else(|| at(wanted, &["port", "name"]))?;
        let has = ports.iter().any(|of| of.get("port") == Some(port) || of.get("name") == Some(port));
        let said = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let ports = ports.iter().filter_map(|of| of.get("port")).map(said).collect();
        (!has).then(|| Backend::Port { service: name, port: said(port), ports })
    })
}

fn class(view: &View<'_>, ingress: &Value) -> Option<Backend> {
    let classes = view.all("networking.k8s.io/v1", "IngressClass", None)?;
    match text(ingress, &["spec", "ingressClassName"]) {
        "" => {
            let default = classes.iter().any(|class| text(class, &["metadata", "annotations", DEFAULT]) == "true");
            let old = at(ingress, &["metadata", "annotations", OLD_CLASS]).is_some();
            (!default && !old).then_some(Backend::NoClass)
        }
        name => (!classes.iter().any(|class| object::name(class) == name)).then(|| Backend::Class(name.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::testing::World;
    use crate::lab::{KindState, Objects, WatchKey};
    use serde_json::json;

    #[track_caller]
    fn check(spec: Value, classes: &[&str], expected: Option<Backend>) {
        let ingress = json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "web", "namespace": "shop"}, "spec": spec});
        let mut world = World::new();
        for (version, kind, namespace) in
            [("v1", "Service", Some("shop".to_owned())), ("networking.k8s.io/v1", "IngressClass", None)]
        {
            let key = WatchKey { api_version: version.into(), kind: kind.into(), namespace };
            world.observation.kinds.insert(key, KindState::Synced(Objects::default()));
        }
        world.put(json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"}, "spec": {"ports": [{"name": "http", "port": 80}]}}));
        for class in classes {
            world.put(
                json!({"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": class}}),
            );
        }
        let found = of(&View::new(&world.observation), &ingress).map(|found| found.cause);
        assert_eq!(found, expected.map(Cause::Backend));
    }

    #[test]
    fn what_an_ingress_points_to_has_to_be_there() {
        let to = |name: &str, port: Value| json!({"ingressClassName": "nginx", "rules": [{"http": {"paths": [{"backend": {"service": {"name": name, "port": port}}}]}}]});
        check(to("web", json!({"number": 80})), &["nginx"], None);
        check(to("web", json!({"name": "http"})), &["nginx"], None);
        check(to("wab", json!({"number": 80})), &["nginx"], Some(Backend::Service("wab".into())));
        let port = Backend::Port { service: "web".into(), port: "8080".into(), ports: vec!["80".into()] };
        check(to("web", json!({"number": 8080})), &["nginx"], Some(port));
        check(to("web", json!({"number": 80})), &[], Some(Backend::Class("nginx".into())));
        check(
            json!({"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}}),
            &["nginx"],
            Some(Backend::NoClass),
        );
    }
}
