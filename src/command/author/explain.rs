//! `jotasu author explain`: what may be written as a source of checks, and what it sees.

use serde_json::{Value, json};

use crate::lab::guide::{Field, Guide, Role as Place};
use crate::text::{Role, Row};

use super::super::cli::Output;
use super::super::columns::aligned;
use super::super::outcome::Outcome;
use super::super::print::{self, Json};
use super::super::world::{World, missing};

/// Words of a long choice in one row.
const IN_A_ROW: usize = 6;

/// Prints one guide, or the list of all.
pub fn run(world: &World, name: Option<&str>, output: Output) -> anyhow::Result<Outcome> {
    let guides: &[Guide] = match name {
        None => Guide::all(),
        Some(name) => match Guide::all().iter().position(|guide| guide.name == name) {
            Some(at) => Guide::all().get(at..=at).unwrap_or_default(),
            None => return Err(missing(name, name, &Guide::names().map(str::to_owned).collect::<Vec<_>>())),
        },
    };
    match (output, guides) {
        (Output::Json, [only]) => print::json(&json_of(only), Json::Pretty)?,
        (Output::Json, all) => print::json(&all.iter().map(json_of).collect::<Vec<_>>().into(), Json::Pretty)?,
        (Output::Text, [only]) => print::rows(&rows(only), world.look())?,
        (Output::Text, all) => print::rows(&list(all), world.look())?,
    }
    Ok(Outcome::Done)
}

fn list(guides: &[Guide]) -> Vec<Row> {
    let row = |guide: &Guide| vec![(Role::Key, guide.name.to_owned()), (Role::Text, guide.about.to_owned())];
    aligned(guides.iter().map(row).collect())
}

fn rows(guide: &Guide) -> Vec<Row> {
    let head = vec![(Role::Strong, guide.name.to_owned()), (Role::Text, format!("  {}", guide.about))];
    let mut rows = vec![head, line(Role::Dim, place(guide.role).to_owned())];
    let within = if guide.role == Place::Place { "하나하나에 적는 것" } else { "안에 적는 것" };
    if guide.within().is_empty() {
        section(&mut rows, within, vec![line(Role::Text, format!("  {}", guide.shape.words()))]);
    } else {
        let mut fields = fields(guide.within());
        let groups = guide.one_of().iter().map(|names| line(Role::Dim, format!("  하나만: {}", names.join(", "))));
        fields.extend(groups);
        section(&mut rows, within, fields);
    }
    section(&mut rows, "옆에 적는 것 (무엇이어야 하는지)", fields(guide.beside));
    let reply =
        guide.reply.iter().map(|(path, says)| vec![(Role::Key, format!("  {path}")), (Role::Text, (*says).to_owned())]);
    let seen = if guide.name == "resource" {
        "match와 cel이 보는 것"
    } else {
        "답: match와 cel이 object로 보는 것"
    };
    section(&mut rows, seen, aligned(reply.collect()));
    section(&mut rows, "적지 않으면", guide.unsaid.iter().map(|says| line(Role::Text, format!("  {says}"))).collect());
    section(&mut rows, "예", guide.example.lines().map(|text| line(Role::Code, format!("  {text}"))).collect());
    rows
}

fn place(role: Place) -> &'static str {
    match role {
        Place::Observed => "checks, invariants, symptom, then, allOf, anyOf, not에 써요",
        Place::Learner => "checks에 써요",
        Place::Place => "spec에 써요",
    }
}

fn line(role: Role, text: String) -> Row {
    vec![(role, text)]
}

/// A heading with its rows; nothing where there are none.
fn section(rows: &mut Vec<Row>, title: &str, of: Vec<Row>) {
    if !of.is_empty() {
        rows.push(Row::new());
        rows.push(line(Role::Head, title.to_owned()));
        rows.extend(of);
    }
}

fn fields(fields: &[Field]) -> Vec<Row> {
    let rows = fields.iter().flat_map(|field| {
        let row = vec![
            (Role::Key, format!("  {}", field.name)),
            (Role::Dim, field.shape.words()),
            (Role::Wait, if field.need { "꼭" } else { "" }.to_owned()),
            (Role::Text, field.says.to_owned()),
        ];
        let empty = || (Role::Text, String::new());
        let choices = field.shape.choices().chunks(IN_A_ROW);
        let choices = choices.map(move |words| vec![empty(), empty(), empty(), (Role::Dim, words.join(", "))]);
        std::iter::once(row).chain(choices)
    });
    aligned(rows.collect())
}

fn json_of(guide: &Guide) -> Value {
    let reply: Vec<Value> = guide.reply.iter().map(|(path, says)| json!({"path": path, "about": says})).collect();
    json!({
        "name": guide.name,
        "about": guide.about,
        "shape": guide.shape.words(),
        "within": guide.within().iter().map(json_of_field).collect::<Vec<_>>(),
        "one_of": guide.one_of(),
        "beside": guide.beside.iter().map(json_of_field).collect::<Vec<_>>(),
        "reply": reply,
        "unsaid": guide.unsaid,
        "example": guide.example,
    })
}

fn json_of_field(field: &Field) -> Value {
    json!({
        "name": field.name,
        "shape": field.shape.words(),
        "choices": field.shape.choices(),
        "required": field.need,
        "about": field.says,
    })
}
