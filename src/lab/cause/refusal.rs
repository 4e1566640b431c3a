//! Who refuses an object: the API server's admission, in its own words (1.33–1.36).

use crate::lab::verdict::{Cause, Limits, Refusal};

/// A refusal from the API server's message.
pub(in crate::lab) fn refused(message: &str) -> Cause {
    Cause::Refused { refusal: read(message), message: message.to_owned() }
}

fn read(message: &str) -> Refusal {
    let readers: [fn(&str) -> Option<Refusal>; 8] =
        [quota, quota_needs, pod_security, policy, webhook, account, priority, limit_range];
    readers.iter().find_map(|read| read(message)).unwrap_or(Refusal::Other)
}

/// `exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2`
fn quota(message: &str) -> Option<Refusal> {
    let (_, rest) = message.split_once("exceeded quota: ")?;
    let (quota, rest) = rest.split_once(", requested: ")?;
    let (requested, rest) = rest.split_once(", used: ")?;
    let (used, limited) = rest.split_once(", limited: ")?;
    let owned = |text: &str| text.trim().to_owned();
    Some(Refusal::Quota {
        quota: owned(quota),
        requested: owned(requested),
        used: owned(used),
        limited: owned(limited),
    })
}

/// `failed quota: compute: must specify limits.cpu for: nginx; requests.cpu for: nginx`
fn quota_needs(message: &str) -> Option<Refusal> {
    let (_, rest) = message.split_once("failed quota: ")?;
    let (quota, rest) = rest.split_once(": must specify ")?;
    let fields: Vec<&str> = rest
        .split(';')
        .map(|part| part.split(" for: ").next().unwrap_or(part).trim())
        .filter(|f| !f.is_empty())
        .collect();
    Some(Refusal::QuotaNeeds { quota: quota.trim().to_owned(), fields: fields.join(", ") })
}

/// `maximum cpu usage per Container is 500m, but limit is 1`, one or several in brackets.
fn limit_range(message: &str) -> Option<Refusal> {
    let at = ["maximum ", "minimum "].into_iter().filter_map(|word| message.find(word)).min()?;
    let rest = message.get(at..)?;
    let most = rest.starts_with("maximum");
    let (subject, rest) = rest.split_once(" is ")?;
    let resource = subject.split_whitespace().nth(1).filter(|_| subject.contains(" usage per "))?;
    let (bound, rest) = rest.split_once(", but ")?;
    let given = rest.split(',').next()?.trim_end_matches([']', '.']).trim();
    let given = given.rsplit_once(" is ").map_or("", |(_, given)| given);
    let given = if given == "specified" { "" } else { given };
    let owned = str::to_owned;
    Some(Refusal::LimitRange(Limits { resource: owned(resource), most, bound: owned(bound), given: owned(given) }))
}

/// `violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "c" must set …), …`
fn pod_security(message: &str) -> Option<Refusal> {
    let (_, rest) = message.split_once("violates PodSecurity \"")?;
    let (level, rest) = rest.split_once("\": ")?;
    let level = level.split(':').next().unwrap_or(level).to_owned();
    let mut fields = Vec::new();
    let (mut depth, mut field) = (0_usize, String::new());
    for c in rest.chars().chain([',']) {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                let name = field.split(" != ").next().unwrap_or_default().trim();
                if !name.is_empty() {
                    fields.push(name.to_owned());
                }
                field.clear();
            }
            c if depth == 0 => field.push(c),
            _ => {}
        }
    }
    Some(Refusal::PodSecurity { level, fields })
}

/// `ValidatingAdmissionPolicy 'no-latest' with binding 'b' denied request: …`
fn policy(message: &str) -> Option<Refusal> {
    let (_, rest) = message.split_once("ValidatingAdmissionPolicy '")?;
    let (policy, rest) = rest.split_once('\'')?;
    let said = rest.split_once("denied request: ").map_or("", |(_, said)| said);
    Some(Refusal::Policy { policy: policy.to_owned(), said: said.trim().to_owned() })
}

/// `admission webhook "deny.example.com" denied the request: …`, `failed calling webhook "x": …`
fn webhook(message: &str) -> Option<Refusal> {
    if let Some((_, rest)) = message.split_once("admission webhook \"") {
        let (webhook, rest) = rest.split_once('"')?;
        let said = rest.split_once("denied the request").map_or("", |(_, said)| said.trim_start_matches([':', ' ']));
        return Some(Refusal::Webhook { webhook: webhook.to_owned(), said: said.trim().to_owned() });
    }
    let (webhook, _) = message.split_once("failed calling webhook \"")?.1.split_once('"')?;
    Some(Refusal::Webhook { webhook: webhook.to_owned(), said: String::new() })
}

/// `error looking up service account shop/app: serviceaccount "app" not found`
fn account(message: &str) -> Option<Refusal> {
    let (account, _) = message.split_once("error looking up service account ")?.1.split_once(':')?;
    let name = account.rsplit('/').next().unwrap_or(account);
    Some(Refusal::NoServiceAccount(name.to_owned()))
}

/// `no PriorityClass with name high was found`
fn priority(message: &str) -> Option<Refusal> {
    let (name, _) = message.split_once("no PriorityClass with name ")?.1.split_once(" was found")?;
    Some(Refusal::NoPriorityClass(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, expected: Refusal) {
        assert_eq!(read(&format!("pods \"web-1\" is forbidden: {message}")), expected);
    }

    #[test]
    fn quotas_are_read() {
        let text = str::to_owned;
        check(
            "exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2",
            Refusal::Quota {
                quota: text("small"),
                requested: text("pods=1"),
                used: text("pods=2"),
                limited: text("pods=2"),
            },
        );
        check(
            "failed quota: compute: must specify limits.cpu for: nginx; requests.cpu for: nginx",
            Refusal::QuotaNeeds { quota: text("compute"), fields: text("limits.cpu, requests.cpu") },
        );
    }

    #[test]
    fn bounds_of_a_limit_range_are_read() {
        let limits = |resource: &str, most, bound: &str, given: &str| {
            Refusal::LimitRange(Limits { resource: resource.into(), most, bound: bound.into(), given: given.into() })
        };
        check("maximum cpu usage per Container is 500m, but limit is 1", limits("cpu", true, "500m", "1"));
        check(
            "[maximum memory usage per Container is 128Mi, but limit is 1Gi, maximum cpu usage per Container is 1, but limit is 2]",
            limits("memory", true, "128Mi", "1Gi"),
        );
        check(
            "minimum memory usage per Container is 64Mi, but request is 32Mi",
            limits("memory", false, "64Mi", "32Mi"),
        );
        check("maximum cpu usage per Container is 1, but no limit is specified", limits("cpu", true, "1", ""));
    }

    #[test]
    fn pod_security_names_the_fields_it_minds() {
        check(
            "violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false (container \"c\" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container \"c\" must set securityContext.capabilities.drop=[\"ALL\"]), runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container \"c\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")",
            Refusal::PodSecurity {
                level: "restricted".into(),
                fields: ["allowPrivilegeEscalation", "unrestricted capabilities", "runAsNonRoot", "seccompProfile"]
                    .map(str::to_owned)
                    .into(),
            },
        );
        check(
            "violates PodSecurity \"baseline:v1.36\": host namespaces (hostNetwork=true)",
            Refusal::PodSecurity { level: "baseline".into(), fields: vec!["host namespaces".into()] },
        );
    }

    #[test]
    fn policies_webhooks_and_what_is_not_there_are_named() {
        check(
            "ValidatingAdmissionPolicy 'no-latest' with binding 'no-latest-shop' denied request: latest 태그는 안 돼요",
            Refusal::Policy { policy: "no-latest".into(), said: "latest 태그는 안 돼요".into() },
        );
        assert_eq!(
            read("admission webhook \"deny.example.com\" denied the request: no"),
            Refusal::Webhook { webhook: "deny.example.com".into(), said: "no".into() }
        );
        assert_eq!(
            read(
                "Internal error occurred: failed calling webhook \"x.example.com\": failed to call webhook: Post \"https://x.svc:443\": no endpoints"
            ),
            Refusal::Webhook { webhook: "x.example.com".into(), said: String::new() }
        );
        check(
            "error looking up service account shop/app: serviceaccount \"app\" not found",
            Refusal::NoServiceAccount("app".into()),
        );
        check("no PriorityClass with name high was found", Refusal::NoPriorityClass("high".into()));
        check("something new", Refusal::Other);
    }
}
