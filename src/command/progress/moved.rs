//! `jotasu progress export` and `import`: from one machine to another, with nothing lost on either.

use std::io::Read;
use std::path::Path;

use anyhow::anyhow;

use crate::command::cli::Consent;
use crate::command::consent::agreed;
use crate::command::outcome::Outcome;
use crate::command::print::{self, Json};
use crate::command::world::World;
use crate::files;
use crate::progress::{self, Progress};

/// As much of standard input as is read.
const MOST: u64 = 64 << 20;

/// Writes the progress to a file, or to standard output.
pub fn export(world: &World, file: &Path, consent: Consent) -> anyhow::Result<Outcome> {
    let progress = world.progress();
    if is_standard(file) {
        print::json(&serde_json::to_value(progress)?, Json::Pretty)?;
        return Ok(Outcome::Done);
    }
    let name = file.display();
    if files::exists(file) && !agreed(consent, &format!("{name} 파일이 있어요. 바꿀까요?"))? {
        return Ok(Outcome::NotYet);
    }
    let mut bytes = serde_json::to_vec_pretty(progress)?;
    bytes.push(b'\n');
    // The path and why, in Korean; what it stands on names a file that nobody asked for.
    files::write_atomic(file, &bytes).map_err(|error| anyhow!("쓸 수 없어요: {error}"))?;
    print::line(&format!("{name}에 내보냈어요. 다른 컴퓨터에서: jotasu progress import {name}"))?;
    Ok(Outcome::Done)
}

/// Adds what a file, or standard input, knows; says how much of it was new.
pub fn import(world: &World, file: &Path) -> anyhow::Result<Outcome> {
    let name = file.display();
    let text = match is_standard(file) {
        true => {
            let mut text = String::new();
            std::io::stdin().lock().take(MOST).read_to_string(&mut text).map(|_| text)
        }
        false => files::read_to_string(file),
    };
    let text = text.map_err(|error| anyhow!("읽을 수 없어요: {error}"))?;
    let theirs = progress::copy(&text).map_err(|error| anyhow!("{name}: {error}"))?;
    let before = counts(world.progress());
    let after = counts(&world.import(&theirs)?);
    let new: Vec<String> = NAMES
        .iter()
        .zip(before.iter().zip(after))
        .filter(|(_, (before, after))| after > *before)
        .map(|(name, (before, after))| format!("{name} {}개", after - before))
        .collect();
    print::line(&match new.is_empty() {
        true => "새로운 것이 없어요. 이 컴퓨터에 이미 다 있어요.".to_owned(),
        false => format!("더했어요: {}", new.join(", ")),
    })?;
    Ok(Outcome::Done)
}

fn is_standard(file: &Path) -> bool {
    file == Path::new("-")
}

const NAMES: [&str; 6] = ["읽은 학습", "통과한 확인", "마친 실습", "퀴즈의 답", "메모", "책갈피"];

/// How much there is of each of [`NAMES`].
fn counts(progress: &Progress) -> [usize; 6] {
    let (lessons, labs) = (|| progress.lessons.values(), || progress.labs.values());
    let (notes, bookmarks) = progress.note_counts();
    [
        lessons().filter(|lesson| lesson.read.is_some()).count(),
        labs().map(|lab| lab.passed.len()).sum(),
        labs().filter(|lab| lab.done.is_some()).count(),
        lessons().flat_map(|lesson| lesson.answers.values()).map(|answers| answers.len()).sum(),
        notes,
        bookmarks,
    ]
}
