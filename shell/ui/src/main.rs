//! `dais-shell`: reads its settings, starts the display and the bus thread, and runs the screens until told to end.

use std::process::ExitCode;

use anyhow::{Context, Result};
use tracing_subscriber::EnvFilter;
use ui::access::Tree;
use ui::assets::Assets;
use ui::bridge::Bridge;
use ui::layout::Layout;
use ui::look::{Look, Scale, register_fonts};
use ui::settings::{Settings, USAGE, Wanted};
use ui::surface::Easel;
use ui::{app, settings};

fn main() -> ExitCode {
    start_log();
    match settings::read(std::env::args_os().skip(1)).and_then(act) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn act(wanted: Wanted) -> Result<()> {
    match wanted {
        Wanted::Run(settings) => run(&settings),
        Wanted::Checked => Ok(()),
        Wanted::Help => say(USAGE),
        Wanted::HashPin => {
            let mut pin = String::new();
            std::io::stdin().read_line(&mut pin).context("no PIN on standard input")?;
            say(&format!("{}\n", ui::service::pin::hash(&pin)?))
        }
    }
}

fn say(words: &str) -> Result<()> {
    use std::io::Write;
    std::io::stdout().write_all(words.as_bytes()).context("it could not be written")
}

fn run(settings: &Settings) -> Result<()> {
    let output = settings.output.of_display();
    let settings = &settings.measured(output.screen_size()?)?;
    std::fs::create_dir_all(&settings.state)
        .with_context(|| format!("{} cannot be made; check --state", settings.state.display()))?;
    // Everything that a board has kept lies in its folder.
    let folder = ui::boards::store::start_folder(&settings.state);
    let assets = Assets::new(&settings.assets);
    let fonts = assets.fonts()?;
    let (display, platform) = display::start(display::Config {
        size_px: settings.size,
        size_um: settings.size_um(),
        touch: settings.sources()?,
        placements: settings.placements()?,
        urgency: display::Urgency::allowed(),
        output,
        journal_dir: folder.clone(),
        font: fonts.first().cloned().unwrap_or_default(),
    })?;
    slint::platform::set_platform(Box::new(platform)).context("Slint has a platform already")?;
    register_fonts(fonts);
    let scale = Scale::new(settings.size, settings.size_um());
    let mut look = Look::load(&assets, scale)?;
    look.access = settings.access();
    let bridge = Bridge::start(app::teller(), folder).context("the bus thread could not be started")?;
    let easel = Easel { display: display.clone(), look, tree: Tree::default() };
    app::begin(settings, easel, Layout::new(settings.size, scale), assets, bridge.asker())?;
    tracing::info!(role = ?settings.role, "the shell is up");
    slint::run_event_loop().context("the screens ended badly")?;
    app::end();
    display.shutdown();
    Ok(())
}

/// To stderr, which systemd keeps; `DAIS_LOG` chooses what.
fn start_log() {
    let filter = EnvFilter::try_from_env("DAIS_LOG").unwrap_or_else(|_| EnvFilter::new("info,zbus=warn"));
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    if let Err(error) = log.with_ansi(false).without_time().try_init() {
        tracing::debug!(%error, "the log was started before");
    }
}
