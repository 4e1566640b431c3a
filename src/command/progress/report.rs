//! `jotasu progress report`.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::command::cli::Sheet;
use crate::command::lab::now;
use crate::command::outcome::Outcome;
use crate::command::world::World;
use crate::command::{print, read};
use crate::lab::{self, Lab, Millis};
use crate::lesson;
use crate::say::measures::{PLOT, Page, csv, markdown, measures, plot};

/// Prints the report in a form.
pub fn run(world: &World, sheet: Sheet) -> anyhow::Result<Outcome> {
    let curriculum = world.curriculum();
    let progress = world.progress();
    let level = world.level();
    let labs: BTreeMap<String, Lab> =
        lab::ids(&world.labs).into_iter().filter_map(|id| Some((id.clone(), lab::load(&world.labs, &id).0?))).collect();
    let lab = |id: &str| labs.get(id);
    let scopes = measures(&curriculum, progress, level, lab);
    let zone = TimeZone::system();
    let date = |at: Millis| {
        let time = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
        time.to_zoned(zone.clone()).date().to_string()
    };
    let plotted = sheet == Sheet::Html;
    let page = Page { curriculum: &curriculum, progress, level, date: &date, now: now(), plot: plotted };
    match sheet {
        Sheet::Csv => print::raw(&csv(&scopes))?,
        Sheet::Md => print::line(markdown(&page, &scopes, lab).trim_end())?,
        Sheet::Text => read::made(world, &markdown(&page, &scopes, lab))?,
        Sheet::Html => {
            lesson::load();
            let document = lesson::parse(&markdown(&page, &scopes, lab));
            let image = |link: &str| scopes.first().filter(|_| link == PLOT).map(|whole| plot(whole).into_bytes());
            print::line(lesson::html(&document, "진도 보고서", &image).trim_end())?;
        }
    }
    Ok(Outcome::Done)
}
