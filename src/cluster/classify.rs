//! Says why the cluster could not be asked, from the whole source chain of an error. Makes no request.

use std::error::Error as StdError;
use std::io;

use crate::lab::Reason;

/// How deep a chain of sources is followed; a chain that loops must not hold us.
const DEPTH: usize = 16;

/// The reason behind a client error.
pub fn reason(error: &kube::Error) -> Reason {
    if let kube::Error::Api(status) = error {
        return of_status(status.code, &status.message);
    }
    of_chain(error)
}

/// The reason behind an answer of the API server that is not a success.
pub fn of_status(code: u16, message: &str) -> Reason {
    match code {
        401 => Reason::Unauthorized,
        403 => Reason::Forbidden(who_may_not(message)),
        500 if message.contains("etcd") => Reason::NotReady(first_line(message)),
        503 => Reason::NotReady(first_line(message)),
        504 => Reason::Hang,
        _ => Reason::Other(format!("{code} {}", first_line(message))),
    }
}

/// The reason behind any error, looked for in the error and its sources, the innermost first.
pub fn of_chain(error: &(dyn StdError + 'static)) -> Reason {
    let mut chain = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next.filter(|_| chain.len() < DEPTH) {
        chain.push(error);
        next = error.source();
    }
    chain.iter().rev().find_map(|error| of_link(*error)).unwrap_or_else(|| Reason::Other(said(&chain)))
}

/// The reason one link of a chain gives away, if it does.
fn of_link(error: &(dyn StdError + 'static)) -> Option<Reason> {
    let text = error.to_string();
    if text.contains("invalid peer certificate") {
        return Some(of_certificate(&text));
    }
    let error = error.downcast_ref::<io::Error>()?;
    if let Some(inner) = error.get_ref().and_then(|inner| of_link(inner)) {
        return Some(inner);
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Some(Reason::Refused),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset if text.contains("handshake") => {
            Some(Reason::HandshakeEof)
        }
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => Some(Reason::HandshakeEof),
        io::ErrorKind::TimedOut | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            Some(Reason::Hang)
        }
        _ => None,
    }
}

/// What the TLS library holds against a server's certificate.
fn of_certificate(text: &str) -> Reason {
    let text = text.to_lowercase();
    if text.contains("expired") || text.contains("notvalidyet") || text.contains("not valid yet") {
        Reason::ServerCertificateExpired
    } else if text.contains("notvalidforname") || text.contains("not valid for name") {
        Reason::Other(text)
    } else {
        Reason::WrongAuthority
    }
}

/// A chain as one line, without repeating what the outer link has said already.
fn said(chain: &[&(dyn StdError + 'static)]) -> String {
    let mut text = String::new();
    for link in chain.iter().map(|error| first_line(&error.to_string())) {
        if text.contains(&link) {
            continue;
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&link);
    }
    text
}

/// The API server's 403 sentence as `who: verb resource (namespace)`.
fn who_may_not(message: &str) -> String {
    let quoted = |after: &str| message.split_once(after).and_then(|(_, rest)| rest.split('"').nth(1));
    let verb = message.split_once(" cannot ").and_then(|(_, rest)| rest.split(' ').next());
    match (quoted("User "), verb, quoted("resource ")) {
        (Some(who), Some(verb), Some(resource)) => {
            let group = quoted("API group ").filter(|group| !group.is_empty());
            let resource = group.map_or_else(|| resource.to_owned(), |group| format!("{resource}.{group}"));
            let place = quoted("in the namespace ").map(|namespace| format!(" ({namespace})")).unwrap_or_default();
            format!("{who}: {verb} {resource}{place}")
        }
        _ => first_line(message),
    }
}

/// The first line of a text.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(error: &(dyn StdError + 'static), expected: Reason) {
        assert_eq!(of_chain(error), expected);
    }

    #[test]
    fn an_error_is_told_by_its_innermost_source() {
        check(&io::Error::from(io::ErrorKind::ConnectionRefused), Reason::Refused);
        check(&io::Error::new(io::ErrorKind::UnexpectedEof, "tls handshake eof"), Reason::HandshakeEof);
        check(&io::Error::from(io::ErrorKind::ConnectionReset), Reason::HandshakeEof);
        check(&io::Error::from(io::ErrorKind::TimedOut), Reason::Hang);
        check(&io::Error::other("invalid peer certificate: UnknownIssuer"), Reason::WrongAuthority);
        check(&io::Error::other("invalid peer certificate: BadSignature"), Reason::WrongAuthority);
        check(&io::Error::other("invalid peer certificate: Expired"), Reason::ServerCertificateExpired);
        check(
            &io::Error::other("invalid peer certificate: certificate not valid yet: verification time 1"),
            Reason::ServerCertificateExpired,
        );
        check(&io::Error::other("a\nb"), Reason::Other("a".into()));
    }

    #[test]
    fn a_status_says_who_may_not_do_what() {
        let list = "deployments.apps is forbidden: User \"system:serviceaccount:jotasu-system:reader\" cannot list \
                    resource \"deployments\" in API group \"apps\" in the namespace \"shop\"";
        let who = "system:serviceaccount:jotasu-system:reader: list deployments.apps (shop)";
        assert_eq!(of_status(403, list), Reason::Forbidden(who.into()));
        let nodes =
            "nodes is forbidden: User \"u\" cannot watch resource \"nodes\" in API group \"\" at the cluster scope";
        assert_eq!(of_status(403, nodes), Reason::Forbidden("u: watch nodes".into()));
        assert_eq!(of_status(403, "no"), Reason::Forbidden("no".into()));
        assert_eq!(of_status(401, "Unauthorized"), Reason::Unauthorized);
        assert_eq!(
            of_status(500, "etcdserver: request timed out"),
            Reason::NotReady("etcdserver: request timed out".into())
        );
    }
}
