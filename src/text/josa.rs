//! Korean particles. The right form follows from how the word before is read aloud, also when it is written in
//! Latin letters or digits.

use super::hangul;

/// How the last syllable of a word ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Vowel,
    Rieul,
    Consonant,
}

use Ending::{Consonant, Rieul, Vowel};

/// Words of this field whose reading the rules below would miss, in lower case.
const WORDS: &[(&str, Ending)] = &[
    ("app", Consonant),
    ("check", Vowel),
    ("cname", Consonant),
    ("club", Vowel),
    ("containerd", Vowel),
    ("etcd", Vowel),
    ("exec", Consonant),
    ("get", Consonant),
    ("github", Vowel),
    ("healthcheck", Vowel),
    ("hub", Vowel),
    ("id", Vowel),
    ("io", Vowel),
    ("ip", Vowel),
    ("json", Consonant),
    ("kubeadm", Consonant),
    ("kubectl", Rieul),
    ("kubelet", Consonant),
    ("lan", Consonant),
    ("name", Consonant),
    ("nginx", Vowel),
    ("one", Consonant),
    ("os", Vowel),
    ("put", Consonant),
    ("ram", Consonant),
    ("rbac", Consonant),
    ("template", Consonant),
    ("toml", Rieul),
    ("vm", Consonant),
    ("wan", Consonant),
    ("yaml", Rieul),
    ("yml", Rieul),
];

/// With a final consonant, without one.
const PAIRS: &[(&str, &str)] =
    &[("이", "가"), ("을", "를"), ("은", "는"), ("과", "와"), ("으로", "로"), ("이에요", "예요"), ("아", "야")];

/// The word with its particle: `josa("Pod", "이/가")` is `Pod가`. The pair is one of 이/가 을/를 은/는 과/와 으로/로
/// 이에요/예요 아/야 (either order), or any other written with the form after a consonant first. What cannot be read
/// aloud takes both forms: `→이(가)`.
pub fn josa(word: &str, pair: &str) -> String {
    let (left, right) = pair.split_once('/').unwrap_or((pair, pair));
    let (closed, open) = if PAIRS.contains(&(right, left)) { (right, left) } else { (left, right) };
    match ending(word) {
        Some(Consonant) => format!("{word}{closed}"),
        Some(Rieul) if closed.starts_with("으로") => format!("{word}{open}"),
        Some(Rieul) => format!("{word}{closed}"),
        Some(Vowel) => format!("{word}{open}"),
        None => match closed.strip_suffix(open) {
            Some(optional) => format!("{word}({optional}){open}"),
            None => format!("{word}{closed}({open})"),
        },
    }
}

fn ending(word: &str) -> Option<Ending> {
    let spoken = spoken(word);
    let last = spoken.chars().next_back()?;
    match last {
        '가'..='힣' => Some(syllable(last)),
        'ㄱ'..='ㅎ' => Some(if last == 'ㄹ' { Rieul } else { Consonant }),
        '0' | '3' | '6' => Some(Consonant),
        '1' | '7' | '8' => Some(Rieul),
        '2' | '4' | '5' | '9' | '%' | '+' => Some(Vowel),
        '#' => Some(Consonant),
        c if c.is_ascii_alphabetic() => Some(latin(last_part(spoken))),
        c if hangul::keys(c).is_some() => Some(Vowel),
        _ => None,
    }
}

/// Without closing punctuation, and without a gloss in brackets: in 관측성(Observability) the particle follows 관측성.
fn spoken(word: &str) -> &str {
    let bare = word.trim_end_matches(|c: char| !(c.is_alphanumeric() || matches!(c, ')' | '%' | '+' | '#')));
    let Some(inner) = bare.strip_suffix(')') else { return bare };
    match inner.rsplit_once('(') {
        Some((before, _)) if before.chars().any(char::is_alphanumeric) => spoken(before),
        _ => spoken(inner),
    }
}

fn syllable(c: char) -> Ending {
    match (c as u32).wrapping_sub(0xac00) % 28 {
        0 => Vowel,
        8 => Rieul,
        _ => Consonant,
    }
}

/// After the last separator: `nginx:1.27` is read as its tag, `web-api` as its last word.
fn last_part(word: &str) -> &str {
    word.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(word)
}

fn latin(word: &str) -> Ending {
    let lower = word.to_ascii_lowercase();
    let hump = last_hump(word).to_ascii_lowercase();
    let known = |key: &str| WORDS.iter().find(|(name, _)| *name == key).map(|(_, ending)| *ending);
    if let Some(found) = known(&lower).or_else(|| known(&hump)) {
        return found;
    }
    let shouted = !word.chars().any(|c| c.is_ascii_lowercase());
    let mute = !hump.chars().any(|c| "aeiouy".contains(c));
    if shouted || mute || word.chars().any(|c| c.is_ascii_digit()) { letter(&lower) } else { loanword(&hump) }
}

/// `ReplicaSet` ends like `Set`, `ClusterIP` like `IP`.
fn last_hump(word: &str) -> &str {
    let mut start = 0;
    let mut before = ' ';
    for (index, c) in word.char_indices() {
        if c.is_ascii_uppercase() && !before.is_ascii_uppercase() {
            start = index;
        }
        before = c;
    }
    word.get(start..).unwrap_or(word)
}

/// Spelled letter by letter: 엘, 알 / 엠, 엔 / the rest end in vowels.
fn letter(lower: &str) -> Ending {
    match lower.chars().next_back() {
        Some('l' | 'r') => Rieul,
        Some('m' | 'n') => Consonant,
        _ => Vowel,
    }
}

/// An English word as Korean writes it, judged by its last letters.
fn loanword(lower: &str) -> Ending {
    let is_vowel = |c: char| "aeiou".contains(c);
    let mut letters = lower.chars().rev();
    let (Some(last), before, third) = (letters.next(), letters.next().unwrap_or(' '), letters.next().unwrap_or(' '))
    else {
        return Vowel;
    };
    let short = is_vowel(before) && !is_vowel(third);
    match last {
        'l' => Rieul,
        'm' | 'n' => Consonant,
        'g' if before == 'n' => Consonant,
        'e' => match before {
            'l' => Rieul,
            'm' | 'n' => Consonant,
            'p' if third == 'y' => Consonant,
            _ => Vowel,
        },
        'b' if short => Consonant,
        'c' if is_vowel(before) => Consonant,
        't' if short || lower.ends_with("out") => Consonant,
        'k' if before == 'c' || lower.ends_with("ook") => Consonant,
        'p' if before == 'p' || (is_vowel(before) && !lower.ends_with("oop")) => Consonant,
        _ => Vowel,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, pair: &str, expected: &str) {
        assert_eq!(josa(word, pair), expected);
    }

    #[test]
    fn hangul_decides_by_its_last_syllable() {
        check("노드", "이/가", "노드가");
        check("라벨", "이/가", "라벨이");
        check("라벨", "으로/로", "라벨로");
        check("클러스터", "을/를", "클러스터를");
        check("이름", "으로/로", "이름으로");
        check("컨테이너", "이에요/예요", "컨테이너예요");
        check("볼륨", "이에요/예요", "볼륨이에요");
        check("민수", "아/야", "민수야");
        check("값", "과/와", "값과");
        check("값", "와/과", "값과");
        check("세션", "은/는", "세션은");
        check("ㄹ", "이/가", "ㄹ이");
        check("ㅏ", "이/가", "ㅏ가");
    }

    #[test]
    fn kinds_of_kubernetes_are_read_aloud() {
        for word in [
            "Pod",
            "Deployment",
            "Service",
            "Node",
            "Namespace",
            "Ingress",
            "Container",
            "Endpoint",
            "Probe",
            "Taint",
            "PersistentVolumeClass",
            "NetworkPolicy",
            "LimitRange",
            "Replica",
            "Event",
            "Port",
            "NodePort",
            "LoadBalancer",
            "HPA",
            "PVC",
            "CPU",
            "API",
            "Gateway",
            "Lease",
            "Selector",
            "ClusterIP",
            "Storage",
            "ResourceQuota",
            "ServiceAccount",
            "StorageClass",
        ] {
            check(word, "이/가", &format!("{word}가"));
        }
        for word in [
            "ReplicaSet",
            "StatefulSet",
            "DaemonSet",
            "Job",
            "CronJob",
            "Secret",
            "ConfigMap",
            "Label",
            "Role",
            "ClusterRole",
            "RoleBinding",
            "PersistentVolume",
            "PersistentVolumeClaim",
            "Volume",
            "Toleration",
            "Annotation",
            "Token",
            "YAML",
            "JSON",
            "URL",
            "VM",
            "RBAC",
            "Spec",
            "Metric",
            "Rollout",
            "Rollback",
            "Type",
            "Helm",
            "Webhook",
            "Backup",
            "Step",
            "Group",
            "Lab",
            "Name",
            "File",
            "Template",
        ] {
            check(word, "이/가", &format!("{word}이"));
        }
    }

    #[test]
    fn tools_and_states_too() {
        for word in [
            "nginx",
            "etcd",
            "kind",
            "Docker",
            "containerd",
            "Redis",
            "busybox",
            "minikube",
            "bash",
            "Pending",
            "Running",
            "node",
        ] {
            let expected = if word.ends_with("ing") { format!("{word}을") } else { format!("{word}를") };
            check(word, "을/를", &expected);
        }
        check("kubectl", "이/가", "kubectl이");
        check("kubectl", "으로/로", "kubectl로");
        check("kubelet", "은/는", "kubelet은");
        check("kubeadm", "으로/로", "kubeadm으로");
        check("CrashLoopBackOff", "이/가", "CrashLoopBackOff가");
        check("ErrImagePull", "이/가", "ErrImagePull이");
        check("loop", "이/가", "loop가");
        check("app", "이/가", "app이");
        check("web", "이/가", "web이");
        check("network", "을/를", "network를");
        check("disk", "을/를", "disk를");
    }

    #[test]
    fn digits_and_versions_are_read_in_korean() {
        for (word, expected) in [
            ("0", "0이"),
            ("1", "1이"),
            ("2", "2가"),
            ("3", "3이"),
            ("4", "4가"),
            ("5", "5가"),
            ("6", "6이"),
            ("7", "7이"),
            ("8", "8이"),
            ("9", "9가"),
            ("10", "10이"),
            ("100", "100이"),
            ("3개", "3개가"),
            ("80%", "80%가"),
            ("128Mi", "128Mi가"),
            ("nginx:1.27", "nginx:1.27이"),
            ("jotasu-worker2", "jotasu-worker2가"),
            ("web-7d8f", "web-7d8f가"),
        ] {
            check(word, "이/가", expected);
        }
        check("1", "으로/로", "1로");
        check("3", "으로/로", "3으로");
        check("v1", "으로/로", "v1로");
    }

    #[test]
    fn brackets_and_quotes_do_not_decide() {
        check("관측성(Observability)", "은/는", "관측성(Observability)은");
        check("Pod(파드)", "이/가", "Pod(파드)가");
        check("\"web\"", "이/가", "\"web\"이");
        check("'노드'", "을/를", "'노드'를");
        check("(노드)", "을/를", "(노드)를");
        check("`Secret`", "을/를", "`Secret`을");
    }

    #[test]
    fn what_cannot_be_read_takes_both() {
        check("→", "이/가", "→이(가)");
        check("", "을/를", "을(를)");
        check("🚀", "으로/로", "🚀(으)로");
    }
}
