//! The tables, the loader and the schema hold each other: what one knows of a field, all know.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::lab::{ACTIONS, LAB, OF_CHECK, RIGHT, SOLUTION, WRONG};
use super::shape::{Field, Shape, Table};
use super::{File, Guide, Role, schema};
use crate::files::Tree;
use crate::lab::{Lab, ids, load};
use crate::problem::{Problem, Severity};

/// As the loader reads it: `no` is a text.
fn of_yaml(text: &str) -> Value {
    crate::yaml::parse("a.yaml", text).unwrap()[0].json()
}

/// A lab that is right and has one check, of these fields.
fn with_check(check: &Value) -> Value {
    with_checks(&json!([check]))
}

fn with_checks(checks: &Value) -> Value {
    json!({
        "apiVersion": "jotasu.dev/v1alpha1", "kind": "Lab", "metadata": {"name": "lab"},
        "spec": {"title": "제목", "minutes": 90, "owns": {"namespaces": ["shop"]}, "checks": checks},
    })
}

/// The lab of an example.
fn example(guide: &Guide) -> Value {
    let shown = of_yaml(guide.example);
    if guide.role != Role::Place {
        return with_checks(&shown);
    }
    let mut lab = with_check(&json!({"name": "a", "title": "가", "manual": true}));
    lab["spec"][guide.name] = shown[guide.name].clone();
    lab
}

/// JSON is YAML, so what is put together here is loaded as authors' files are.
fn loaded(files: &[(&str, &Value)]) -> (Option<Lab>, Vec<Problem>) {
    let folder = tempfile::tempdir().unwrap();
    for (path, value) in files {
        let path = folder.path().join("lab").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, format!("{value:#}\n")).unwrap();
    }
    load(&Tree::Folder(folder.path().to_owned()), "lab")
}

fn errors(lab: &Value) -> Vec<String> {
    let given = |list: &str| lab["spec"][list].as_array().map_or(0, Vec::len);
    let given = (given("checks"), given("invariants"));
    let (lab, problems) = loaded(&[("lab.yaml", lab)]);
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    let told: Vec<String> = errors.map(ToString::to_string).collect();
    assert_eq!(lab.is_none(), !told.is_empty());
    if let Some(lab) = lab {
        assert_eq!((lab.checks.len(), lab.invariants.len()), given, "one was dropped without a word");
    }
    told
}

fn validator(file: File) -> Validator {
    jsonschema::draft202012::new(&schema(file)).unwrap()
}

#[track_caller]
fn fits(validator: &Validator, value: &Value, of: &str) {
    let wrong: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{of}: {}", wrong.join("\n"));
}

#[test]
fn every_example_loads_and_fits_the_schema() {
    let validator = validator(File::Lab);
    for guide in Guide::all() {
        let lab = example(guide);
        assert_eq!(errors(&lab), Vec::<String>::new(), "{}", guide.name);
        fits(&validator, &lab, guide.name);
        assert!(guide.example.lines().any(|line| line.trim_start().starts_with(&format!("{}:", guide.name))));
    }
}

/// A field that nobody knows.
const NOBODY: &str = "zzzzzzzzzzzzzzzz";

/// Values of a shape that have every field and, in each mapping that is closed, one that nobody knows. Where only one of
/// several is written, there is a value for each.
fn samples(shape: &Shape, deep: usize, marks: &mut Vec<BTreeSet<String>>) -> Vec<Value> {
    match shape {
        Shape::Form(name, _) => match *name {
            "시간" => vec!["5s".into()],
            "네임스페이스/이름" => vec!["shop/web".into()],
            "이름" => vec!["a".into()],
            "노드" => vec!["worker".into()],
            _ => vec![">=1".into()],
        },
        Shape::Choice(words) => vec![words[0].into()],
        Shape::Whole(least, _) => vec![(*least).into()],
        Shape::Text | Shape::Quantity => vec!["1".into()],
        Shape::Texts => vec![json!(["a"])],
        Shape::Flag | Shape::Nothing => vec![true.into()],
        Shape::Pairs | Shape::Pattern | Shape::Anything => vec![json!({"a": "b"})],
        Shape::Object => {
            vec![json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "shop"}})]
        }
        Shape::Part => vec!["a".into()],
        Shape::Fields(table) => table_samples(table, deep, marks),
        Shape::Named(inner) => samples(inner, deep, marks).into_iter().map(|value| json!({"a": value})).collect(),
        // What is met elsewhere in all of its forms needs only one here.
        Shape::List(Shape::Check) | Shape::Some(Shape::Placed) => {
            let inner = if matches!(shape, Shape::List(_)) { Shape::Check } else { Shape::Action };
            samples(&inner, deep, marks).into_iter().take(1).map(|value| json!([value])).collect()
        }
        Shape::List(inner) | Shape::Some(inner) => {
            samples(inner, deep, marks).into_iter().map(|value| json!([value])).collect()
        }
        Shape::Either(shapes) => shapes.iter().flat_map(|shape| samples(shape, deep, marks)).collect(),
        Shape::Expectation => expecting(&[], &[Role::Observed], deep, marks),
        // What stands within combinators is met in the symptom.
        Shape::Check => expecting(OF_CHECK, &[Role::Observed, Role::Learner], 0, marks),
        Shape::Action | Shape::Placed => ACTIONS
            .iter()
            .flat_map(|action| samples(&action.shape, deep, marks).into_iter().map(|value| json!({action.name: value})))
            .collect(),
    }
}

fn marked(fields: BTreeSet<String>, mut value: Map<String, Value>, marks: &mut Vec<BTreeSet<String>>) -> Value {
    value.insert(format!("{NOBODY}{}", marks.len()), 1.into());
    marks.push(fields);
    Value::Object(value)
}

fn names(fields: &[Field]) -> BTreeSet<String> {
    fields.iter().map(|field| field.name.to_owned()).collect()
}

/// A field with its values.
type Values<'a> = (&'a Field, Vec<Value>);

/// One mapping with everything, then as many more as there are further values, with what has some and what must be there.
fn mappings(each: &[Values], must: &[&str]) -> Vec<Map<String, Value>> {
    let most = each.iter().map(|(_, values)| values.len()).max().unwrap_or(1).max(1);
    let of = |at: usize| {
        let pick = |(field, values): &Values| {
            let needed = field.need || must.contains(&field.name);
            let value = values.get(at).or_else(|| values.last().filter(|_| needed))?;
            Some((field.name.to_owned(), value.clone()))
        };
        each.iter().filter_map(pick).collect()
    };
    (0..most).map(of).collect()
}

/// One field of each group, in every combination.
fn choices(groups: &[&[&'static str]]) -> Vec<Vec<&'static str>> {
    groups.iter().fold(vec![Vec::new()], |before, group| {
        let with = |chosen: Vec<&'static str>| group.iter().map(move |name| [&chosen[..], &[*name]].concat());
        before.into_iter().flat_map(with).collect()
    })
}

fn table_samples(table: &Table, deep: usize, marks: &mut Vec<BTreeSet<String>>) -> Vec<Value> {
    let mut made = Vec::new();
    for chosen in choices(table.one_of) {
        let grouped = |name: &str| table.one_of.iter().any(|group| group.contains(&name));
        let fields = table.fields.iter().filter(|field| !grouped(field.name) || chosen.contains(&field.name));
        let each: Vec<Values> = fields.map(|field| (field, samples(&field.shape, deep, marks))).collect();
        for value in mappings(&each, &chosen) {
            made.push(marked(names(table.fields), value, marks));
        }
    }
    made
}

/// Values for each source, with what stands beside it.
fn expecting(fields: &[Field], roles: &[Role], deep: usize, marks: &mut Vec<BTreeSet<String>>) -> Vec<Value> {
    let sources: Vec<&Guide> = Guide::all().iter().filter(|guide| roles.contains(&guide.role)).collect();
    let mut known = names(fields);
    known.extend(sources.iter().flat_map(|source| names(source.beside)));
    known.extend(sources.iter().map(|source| source.name.to_owned()));
    let mut made = Vec::new();
    for source in sources {
        if deep == 0 && matches!(source.shape, Shape::Expectation | Shape::Some(Shape::Expectation)) {
            continue;
        }
        let below = deep.saturating_sub(1);
        let own = Field { name: source.name, shape: Shape::Nothing, need: true, says: "" };
        let mut each: Vec<Values> = vec![(&own, samples(&source.shape, below, marks))];
        each.extend(fields.iter().chain(source.beside).map(|field| (field, samples(&field.shape, below, marks))));
        for value in mappings(&each, &[]) {
            made.push(marked(known.clone(), value, marks));
        }
    }
    made
}

/// Every mapping of a sample that the loader has read tells the fields it knows: those of the table, all of them and no
/// others.
#[track_caller]
fn known_by_the_loader(file: &str, table: &'static Table) {
    let mut marks = Vec::new();
    let right = with_check(&json!({"name": "a", "title": "가", "manual": true}));
    let mut seen: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for value in samples(&Shape::Fields(table), 1, &mut marks) {
        let other = ("lab.yaml", &right);
        let files = if file == "lab.yaml" { vec![(file, &value)] } else { vec![other, (file, &value)] };
        for problem in loaded(&files).1 {
            let Some(at) = problem.message.strip_prefix(&format!("모르는 필드예요: {NOBODY}")) else { continue };
            let help = problem.help.as_deref().and_then(|help| help.strip_prefix("쓸 수 있는 것: ")).unwrap();
            seen.insert(at.parse().unwrap(), help.split(", ").map(str::to_owned).collect());
        }
    }
    assert!(!seen.is_empty());
    for (at, fields) in &seen {
        assert_eq!(*fields, marks[*at], "the loader's (left) and the table's (right)");
    }
    // Every table was read at least once, whichever sample it stood in.
    let told: BTreeSet<&BTreeSet<String>> = seen.values().collect();
    let all: BTreeSet<&BTreeSet<String>> = marks.iter().collect();
    assert_eq!(told, all, "tables that the loader never read");
}

#[test]
fn the_loader_knows_the_fields_of_the_tables_and_no_others() {
    known_by_the_loader("lab.yaml", &LAB);
    known_by_the_loader("solution/01-a.yaml", &SOLUTION);
    known_by_the_loader("wrong/a.yaml", &WRONG);
    known_by_the_loader("right/a.yaml", &RIGHT);
}

#[test]
fn a_field_stands_beside_the_sources_of_its_guide_and_no_others() {
    let sources = || Guide::all().iter().filter(|guide| guide.role == Role::Observed);
    let fields: BTreeMap<&str, &Field> =
        sources().flat_map(|guide| guide.beside).map(|field| (field.name, field)).collect();
    for guide in sources() {
        for (name, field) in &fields {
            let mut lab = example(guide);
            let check = lab["spec"]["checks"][0].as_object_mut().unwrap();
            check.retain(|key, _| !fields.contains_key(key.as_str()));
            check.insert((*name).to_owned(), samples(&field.shape, 0, &mut Vec::new())[0].clone());
            let refused = errors(&lab).iter().any(|error| error.contains(&format!("옆에만 쓸 수 있어요: {name}")));
            let told = guide.beside.iter().any(|field| field.name == *name);
            assert_eq!(!refused, told, "{name} beside {}", guide.name);
        }
    }
}

#[test]
fn the_loader_knows_the_actions_and_no_others() {
    let mut lab = with_check(&json!({"name": "a", "title": "가", "manual": true}));
    lab["spec"]["setup"] = json!([{NOBODY: {}}]);
    let problems = loaded(&[("lab.yaml", &lab)]).1;
    let help = problems[0].help.as_deref().and_then(|help| help.strip_prefix("쓸 수 있는 것: ")).unwrap();
    let served = help.split(", ").filter(|name| {
        lab["spec"]["setup"] = json!([{*name: {}}]);
        !errors(&lab).iter().any(|error| error.contains("아직 모르는 동작"))
    });
    assert_eq!(served.map(str::to_owned).collect::<BTreeSet<_>>(), names(ACTIONS));
}

/// Every value of a tree, by its pointer.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| places(value, &format!("{at}/{key}"), found)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(key, value)| places(value, &format!("{at}/{key}"), found))
        }
        _ => {}
    }
}

/// What an author may put by mistake, or rightly, wherever a value stands.
fn probes() -> [Value; 8] {
    [json!(70_000), json!("a"), json!("5s"), json!(false), json!(1.5), json!(["a"]), json!({}), json!({"a": "b"})]
}

#[test]
fn the_schema_refuses_nothing_that_the_loader_accepts_and_everything_that_is_of_a_wrong_shape() {
    const SHAPE: [&str; 6] = [
        "와야 하는데",
        "모르는 필드예요",
        "필드가 빠졌어요",
        "쓸 수 없는 값이에요",
        "시간이 아니에요",
        "source는 하나만",
    ];
    // Needed only where nothing else says it.
    const KNOWN_LATER: [&str; 2] = ["필드가 빠졌어요: apiVersion", "필드가 빠졌어요: name"];
    let validator = validator(File::Lab);
    let (mut accepted, mut refused) = (0, 0);
    for guide in Guide::all() {
        let lab = example(guide);
        let mut all = Vec::new();
        places(&lab, "", &mut all);
        // Operands of operators are the loader's alone.
        let own =
            |at: &&String| (at.starts_with("/spec/checks") || at.starts_with("/spec/invariants")) && !at.contains('$');
        for at in all.iter().filter(own) {
            for probe in probes() {
                let mut changed = lab.clone();
                *changed.pointer_mut(at).unwrap() = probe.clone();
                let told = errors(&changed);
                if told.is_empty() {
                    accepted += 1;
                    fits(&validator, &changed, &format!("{at} = {probe}"));
                }
                let of_shape = |error: &&String| {
                    SHAPE.iter().any(|word| error.contains(word))
                        && !KNOWN_LATER.iter().any(|word| error.contains(word))
                };
                if let Some(error) = told.iter().find(of_shape) {
                    refused += 1;
                    assert!(!validator.is_valid(&changed), "{at} = {probe}: {error}");
                }
            }
        }
    }
    assert!(accepted > 100 && refused > 100, "{accepted} accepted, {refused} refused");
}

/// The YAML files of a lab's folder, by what they are.
fn files(lab: &std::path::Path) -> Vec<(File, std::path::PathBuf)> {
    let folders = [("solution", File::Solution), ("wrong", File::Wrong), ("right", File::Right)];
    let within = folders.into_iter().flat_map(|(folder, file)| {
        let entries = std::fs::read_dir(lab.join(folder)).into_iter().flatten();
        entries.map(move |entry| (file, entry.unwrap().path()))
    });
    let yaml = within.filter(|(_, path)| path.extension().is_some_and(|end| end == "yaml"));
    yaml.chain([(File::Lab, lab.join("lab.yaml"))]).collect()
}

#[test]
fn every_lab_fits_the_schemas() {
    let validators = [File::Lab, File::Solution, File::Wrong, File::Right].map(|file| (file, validator(file)));
    let mut held = 0;
    for folder in ["labs", "tests/fixtures/labs"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let labs = Tree::Folder(folder.clone());
        // Some are templates, which tests fill in before they load them.
        for id in ids(&labs).into_iter().filter(|id| load(&labs, id).0.is_some()) {
            for (file, path) in files(&folder.join(id)) {
                let (_, validator) = validators.iter().find(|(of, _)| *of == file).unwrap();
                fits(validator, &of_yaml(&std::fs::read_to_string(&path).unwrap()), &path.display().to_string());
                held += 1;
            }
        }
    }
    assert!(held >= 10, "{held} files");
}

#[test]
fn what_is_broken_is_refused_by_the_schema_and_by_the_loader() {
    let validator = validator(File::Lab);
    let broken = |fields: &str| {
        let mut check = json!({"name": "a", "title": "가"});
        check.as_object_mut().unwrap().extend(of_yaml(fields).as_object().unwrap().clone());
        let lab = with_check(&check);
        assert!(!errors(&lab).is_empty(), "the loader takes {fields}");
        assert!(!validator.is_valid(&lab), "the schema takes {fields}");
    };
    broken("{step: 1}");
    broken("{manual: true, apiserver: true}");
    broken("{resource: {kind: Pod}, exec: {name: a, argv: [a]}}");
    broken("{manual: true, nmae: b}");
    broken("{manual: true, step: 하나}");
    broken("{manual: true, level: 중상급}");
    broken("{manual: true, within: 60}");
    broken("{manual: true, name: A}");
    broken("{manual: {a: 1}}");
    broken("{resource: {name: web}, ready: true}");
    broken("{resource: {kind: Pod, labels: [a]}}");
    broken("{resource: {kind: Pod}, allowed: true}");
    broken("{resource: {kind: Pod}, match: {}}");
    broken("{rbac: {user: a, serviceAccount: b, verb: get, resource: pods}}");
    broken("{rbac: {user: a, resource: pods}}");
    broken("{http: {service: web, host: a, port: 80}}");
    broken("{http: {service: web, port: 70000}}");
    broken("{http: {service: web, port: 80}, connect: no}");
    broken("{exec: {name: web, argv: []}}");
    broken("{trigger: {do: [{helm: {argv: []}}], then: {apiserver: true}}}");
    broken("{host: {tool: bash}}");
    broken("{apiserver: {stable: 3s}}");
    broken("{allOf: []}");
    broken("{allOf: [{resource: {kind: Pod}, manual: true}]}");
    broken("{not: {manual: true}}");
    broken("{answer: {ask: 무엇?}}");
    broken("{trigger: {do: [{delete: {}}], then: {apiserver: true}}}");
    broken("{trigger: {do: [{delete: {target: {kind: Pod}}, restart: {}}], then: {apiserver: true}}}");
    broken("{manual: true, hints: [{level: 4, text: 힌트}]}");
}

#[test]
fn every_part_that_the_schema_refers_to_is_there_and_every_property_is_told() {
    for file in [File::Lab, File::Solution, File::Wrong, File::Right] {
        let whole = schema(file);
        let mut all = Vec::new();
        places(&whole, "", &mut all);
        for at in all {
            let value = whole.pointer(&at).unwrap();
            if let Some(refers) = value.get("$ref").and_then(Value::as_str) {
                let part = whole.pointer(refers.strip_prefix('#').unwrap());
                assert!(part.is_some_and(Value::is_object), "{refers}");
            }
            if at.rsplit_once('/').is_some_and(|(before, _)| before.ends_with("/properties")) {
                assert!(value["description"].as_str().is_some_and(|told| !told.is_empty()), "{at}");
            }
        }
    }
}
