//! What every command stands on: course, labs, home, settings, the way to a cluster.

use std::cell::OnceCell;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};

use crate::app::Look;
use crate::app::look::{Protocol, Show, Theme, Wish};
use crate::cluster::{Access, Allowed, FaultEntry, Faults};
use crate::course::Curriculum;
use crate::files::{self, Tree};
use crate::lab::{self, Lab, Level};
use crate::problem::{Problem, Severity};
use crate::progress::{Change, Progress, Store};
use crate::run;
use crate::settings::{self, Home, Settings, Trusted};
use crate::text::{Ambiguous, ambiguous, set_ambiguous};
use crate::yaml;

use super::cli::{self, Color, Global};
use super::outcome::Outcome;
use super::{print, snippet};

/// Course, labs, home and settings of this call.
pub struct World {
    /// The global options as typed.
    pub global: Global,
    /// The course.
    pub content: Tree,
    /// The labs.
    pub labs: Tree,
    /// Where the learner's files are.
    pub home: Home,
    /// The learner's settings.
    pub settings: Settings,
    progress: OnceCell<(Store, Progress)>,
    look: OnceCell<Option<Look>>,
}

impl World {
    /// Opens what the options name.
    ///
    /// # Errors
    /// A folder that is not there, a log file that cannot be written.
    pub fn open(global: &Global) -> anyhow::Result<Self> {
        let home = Home::find(global.home.as_deref());
        if let Some(path) = &global.log {
            log_to(path)?;
        }
        let (settings, problems) = Settings::load(&home);
        let world = Self {
            look: OnceCell::new(),
            content: tree(global.content.as_deref(), files::content)?,
            labs: tree(global.labs.as_deref(), files::labs)?,
            global: global.clone(),
            home,
            settings,
            progress: OnceCell::new(),
        };
        set_ambiguous(world.ambiguous().unwrap_or_default());
        print::spell(world.wish_ascii());
        if !problems.is_empty() {
            print::error(&format!("jotasu: {}에 문제점이 있어요. 나머지 설정은 써요.", world.config_file().display()));
            world.show(&problems, &Tree::Folder(world.home.config.clone()));
        }
        Ok(world)
    }

    /// The learner's `config.toml`.
    pub fn config_file(&self) -> PathBuf {
        self.home.config.join(settings::FILE)
    }

    /// The course as a tree; its problems stay with their nodes.
    pub fn curriculum(&self) -> Curriculum {
        Curriculum::load(&self.content).0
    }

    /// The learner's progress as it was first read; what is wrong with its file is said then, once.
    pub fn progress(&self) -> &Progress {
        &self.store().1
    }

    /// Keeps what the learner has done. A failure is said and ends nothing: what was asked for is done all the same.
    pub fn keep(&self, changes: &[Change]) {
        if changes.is_empty() {
            return;
        }
        let store = &self.store().0;
        if let Err(error) = store.save(changes) {
            print::error(&format!("jotasu: {error}"));
        }
        if let Some(notice) = store.take_notice() {
            print::error(&format!("jotasu: {notice}"));
        }
    }

    /// Adds what another copy of the progress knows, and gives the whole.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub fn import(&self, other: &Progress) -> anyhow::Result<Progress> {
        Ok(self.store().0.import(other)?)
    }

    /// What the journals of the nodes' faults say, of one lab or all, with the name of the cluster.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn faults(&self, lab: Option<&str>) -> anyhow::Result<Vec<(String, FaultEntry)>> {
        let mut found = Vec::new();
        for faults in Faults::every(&self.home.state)? {
            found.extend(faults.entries(lab)?.into_iter().map(|entry| (faults.cluster().to_owned(), entry)));
        }
        Ok(found)
    }

    /// The learner's level: as chosen on the screen, else as the settings say, else the first.
    pub fn level(&self) -> Level {
        self.progress().level.or(self.settings.level).unwrap_or_default()
    }

    fn store(&self) -> &(Store, Progress) {
        self.progress.get_or_init(|| {
            let (store, progress, notice) = Store::open(&self.home.data);
            if let Some(notice) = notice {
                print::error(&format!("jotasu: {notice}"));
            }
            (store, progress)
        })
    }

    /// A lab that can run.
    ///
    /// # Errors
    /// When there is none of that id (with the ids there are), or its files are wrong (with every problem).
    pub fn lab(&self, id: &str) -> anyhow::Result<Arc<Lab>> {
        let ids = lab::ids(&self.labs);
        // A lesson's id serves too: learners know the page, not its lab.
        let of_page = || {
            let curriculum = self.curriculum();
            curriculum.find(id).and_then(|index| curriculum.nodes.get(index)?.lab.clone())
        };
        let id = match ids.iter().any(|known| known == id) {
            true => id.to_owned(),
            false => of_page().ok_or_else(|| missing(&format!("실습 {id}"), id, &ids))?,
        };
        let (lab, problems) = lab::load(&self.labs, &id);
        if problems.iter().any(|p| p.severity == Severity::Error) || lab.is_none() {
            self.show(&problems, &self.labs);
        }
        lab.map(Arc::new).ok_or_else(|| anyhow!("실습 {id}의 파일에 문제점이 있어서 쓸 수 없어요."))
    }

    /// The way to the cluster that the options and settings name.
    pub fn access(&self) -> Access {
        Access {
            kubeconfig: self.global.kubeconfig.clone(),
            context: self.global.context.clone(),
            allow: self
                .settings
                .allow
                .iter()
                .map(|a| Allowed {
                    server: a.server.clone(),
                    ca_sha256: a.ca_sha256.clone(),
                    cluster_uid: a.cluster_uid.clone(),
                })
                .collect(),
            kind_cluster: lab::SHARED_CLUSTER.into(),
            ..Access::default()
        }
    }

    /// Refuses a lab of a course that is not embedded until its learner trusts it by its content hash.
    ///
    /// # Errors
    /// When it is not trusted: says what it would do and how to trust it.
    pub fn trust(&self, lab: &Lab) -> anyhow::Result<()> {
        if matches!(self.labs, Tree::Embedded(_))
            || self.global.trust.as_deref() == Some(lab.hash.as_str())
            || Trusted::load(&self.home).contains(&lab.hash)
        {
            return Ok(());
        }
        bail!(
            "실습 {} 프로그램에 든 것이 아니라서 먼저 내용을 보고 믿어야 해요.\n{}\n믿는다면: --trust {}",
            crate::text::josa(&lab.id, "은/는"),
            lab::intent(lab).join("\n"),
            lab.hash
        )
    }

    /// Whether standard output takes color.
    pub fn color(&self) -> bool {
        self.colors(std::io::stdout().is_terminal())
    }

    /// Whether an output takes color that is a terminal or not.
    fn colors(&self, terminal: bool) -> bool {
        match (self.global.color, self.settings.color) {
            (Some(Color::Always), _) | (None, settings::Color::Always) => true,
            (Some(Color::Never), _) | (None, settings::Color::Never) => false,
            _ => {
                terminal
                    && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
                    && std::env::var_os("TERM").is_none_or(|v| v != "dumb")
            }
        }
    }

    /// How standard output may look; `None` without color.
    pub fn look(&self) -> Option<Look> {
        *self.look.get_or_init(|| {
            // Color that is asked for outright is not taken back by the environment.
            let env = |name: &str| std::env::var(name).ok().filter(|_| name != "NO_COLOR");
            let wish = self.wish();
            let answers = run::ask(&wish);
            if let Some(wide) = answers.ambiguous {
                set_ambiguous(wide);
            }
            self.color().then(|| Look::find(&wish, env).on(&answers))
        })
    }

    /// Marks and rules in ASCII.
    pub fn ascii(&self) -> bool {
        // The terminal has a word in it.
        self.look();
        self.wish_ascii() || ambiguous().any()
    }

    fn wish_ascii(&self) -> bool {
        self.global.ascii || self.settings.ascii
    }

    /// How the learner wants it to look: the command line before the settings.
    fn wish(&self) -> Wish {
        use settings::Theme as Set;
        let theme = match self.global.theme {
            None => self.settings.theme,
            Some(cli::Theme::Auto) => Set::Auto,
            Some(cli::Theme::Dark) => Set::Dark,
            Some(cli::Theme::Light) => Set::Light,
            Some(cli::Theme::HighContrast) => Set::HighContrast,
            Some(cli::Theme::HighContrastDark) => Set::HighContrastDark,
            Some(cli::Theme::HighContrastLight) => Set::HighContrastLight,
            Some(cli::Theme::Terminal) => Set::Terminal,
        };
        Wish {
            theme: match theme {
                Set::Dark | Set::HighContrastDark => Some(Theme::Dark),
                Set::Light | Set::HighContrastLight => Some(Theme::Light),
                Set::Auto | Set::HighContrast | Set::Terminal => None,
            },
            contrast: matches!(theme, Set::HighContrast | Set::HighContrastDark | Set::HighContrastLight),
            own: theme == Set::Terminal,
            color: self.color(),
            ascii: self.wish_ascii(),
            ambiguous: self.ambiguous(),
            images: self.images(),
        }
    }

    /// How images are to be shown.
    fn images(&self) -> Show {
        use settings::Images as Set;
        match self.said_of_images().unwrap_or(self.settings.images) {
            Set::Auto => Show::Auto,
            Set::Kitty => Show::By(Protocol::Kitty),
            Set::Iterm => Show::By(Protocol::Iterm),
            Set::Sixel => Show::By(Protocol::Sixel),
            Set::Never => Show::Never,
        }
    }

    /// What the command line says of images.
    #[cfg(feature = "images")]
    fn said_of_images(&self) -> Option<settings::Images> {
        use settings::Images as Set;
        self.global.images.map(|said| match said {
            cli::Images::Auto => Set::Auto,
            cli::Images::Kitty => Set::Kitty,
            cli::Images::Iterm => Set::Iterm,
            cli::Images::Sixel => Set::Sixel,
            cli::Images::Never => Set::Never,
        })
    }

    #[cfg(not(feature = "images"))]
    fn said_of_images(&self) -> Option<settings::Images> {
        None
    }

    /// The cells of ambiguous characters, where the learner says so.
    fn ambiguous(&self) -> Option<Ambiguous> {
        match (self.global.ambiguous, self.settings.ambiguous) {
            (Some(cli::Ambiguous::Narrow), _) | (None, settings::Ambiguous::Narrow) => Some(Ambiguous::default()),
            (Some(cli::Ambiguous::Wide), _) | (None, settings::Ambiguous::Wide) => Some(Ambiguous::WIDE),
            _ => None,
        }
    }

    /// Prints problems to standard error, each with its line.
    pub fn show(&self, problems: &[Problem], files: &Tree) {
        for problem in problems {
            let text = snippet::render(problem, files, self.colors(std::io::stderr().is_terminal()));
            print::styled_error(&format!("{text}\n"));
        }
    }

    /// Prints problems to standard output, for a command that was asked for them.
    ///
    /// # Errors
    /// The writer's.
    pub fn list(&self, problems: &[Problem], files: &Tree) -> anyhow::Result<()> {
        let color = self.color();
        problems
            .iter()
            .try_for_each(|problem| print::styled_line(&format!("{}\n", snippet::render(problem, files, color))))?;
        Ok(())
    }

    /// Opens the screen.
    ///
    /// # Errors
    /// When there is no terminal, or it fails.
    pub fn screen(self) -> anyhow::Result<Outcome> {
        self.screen_of(None)
    }

    /// Opens the screen; with `preview`, of a course that is being written.
    ///
    /// # Errors
    /// When there is no terminal, or it fails.
    pub fn screen_of(self, preview: Option<Option<String>>) -> anyhow::Result<Outcome> {
        if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
            bail!("화면은 터미널에서만 열려요. 파이프에서는 jotasu tree나 jotasu read를 쓰세요.");
        }
        let options = run::Options { wish: self.wish(), level: self.settings.level };
        let access = self.access();
        let again = self.global.again();
        run::start(run::Start {
            content: self.content,
            labs: self.labs,
            home: self.home,
            access,
            options,
            again,
            preview,
        })?;
        Ok(Outcome::Done)
    }
}

/// There is nothing of that name: what may have been meant, else what there is.
pub fn missing(what: &str, name: &str, known: &[String]) -> anyhow::Error {
    let help = match yaml::nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("혹시 {near}인가요?"),
        None if known.is_empty() => "여기에는 하나도 없어요.".to_owned(),
        None => format!("있는 것: {}", known.join(", ")),
    };
    anyhow!("{what}: 찾지 못했어요. {help}")
}

fn tree(named: Option<&Path>, embedded: fn() -> Tree) -> anyhow::Result<Tree> {
    let Some(path) = named else { return Ok(embedded()) };
    if !path.is_dir() {
        bail!("{}: 폴더가 없어요.", path.display());
    }
    Ok(Tree::Folder(path.to_owned()))
}

fn log_to(path: &Path) -> anyhow::Result<()> {
    let file = files::append(path).with_context(|| format!("{}: 기록 파일을 열 수 없어요", path.display()))?;
    tracing_subscriber::fmt()
        .with_writer(std::sync::Mutex::new(file))
        .with_ansi(false)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("JOTASU_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("jotasu=debug,warn")),
        )
        .init();
    Ok(())
}
