//! Flags and the configuration file. A flag wins over the file; a key or flag that is not known is refused by name.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use display::{Placements, Scanout, ScreenSize, SourceSpec, SwitchSpec};
use serde::{Deserialize, Serialize};

use crate::assets;
use crate::kept::enrolled;
use crate::look::Access;
use crate::service::pin::PinHash;
use crate::session::SessionSettings;
use crate::signage::SignageSettings;

mod panel;
mod stream;

pub use panel::Panel;
pub use stream::Stream;

/// Smaller words cannot be read from where people stand, larger ones have no room.
const TEXT_SCALE: (f32, f32) = (1.0, 1.5);

/// What this device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A classroom panel: the board.
    Panel,
    /// A payment kiosk: the canteen, straight away.
    Kiosk,
    /// Both, with the home screen between them.
    #[default]
    Both,
}

/// Where pixels go.
#[derive(Clone, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub enum Output {
    /// A window of the desktop.
    #[default]
    Window,
    /// Nowhere but screenshots.
    Memory,
    /// The screen itself, without a desktop.
    Drm {
        /// The graphics device; the first that has a screen where none is named.
        device: Option<PathBuf>,
        /// How changes get to the panel.
        present: Scanout,
    },
}

impl TryFrom<String> for Output {
    type Error = String;

    /// `window`, `memory`, or `drm[:DEVICE][,front|,flips]`.
    fn try_from(text: String) -> Result<Self, String> {
        let wrong =
            || format!("{text:?} is no output: window, memory, drm, drm:/dev/dri/card0, or drm,flips");
        let (place, present) = match text.rsplit_once(',') {
            None => (text.as_str(), Scanout::Auto),
            Some((place, "front")) => (place, Scanout::Front),
            Some((place, "flips")) => (place, Scanout::Flips),
            Some(_) => return Err(wrong()),
        };
        match (place, place.strip_prefix("drm:")) {
            ("window", _) if present == Scanout::Auto => Ok(Self::Window),
            ("memory", _) if present == Scanout::Auto => Ok(Self::Memory),
            ("drm", _) => Ok(Self::Drm { device: None, present }),
            (_, Some(device)) if !device.is_empty() => {
                Ok(Self::Drm { device: Some(PathBuf::from(device)), present })
            }
            _ => Err(wrong()),
        }
    }
}

impl Output {
    /// The same, as the display takes it.
    pub fn of_display(&self) -> display::Output {
        match self {
            Self::Window => display::Output::Window { title: "Dais".to_owned() },
            Self::Memory => display::Output::Memory,
            Self::Drm { device, present } => {
                display::Output::Drm { device: device.clone(), present: *present }
            }
        }
    }
}

/// The language the screens start in; people change it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// 中文.
    #[default]
    Zh,
    /// English.
    En,
}

impl Language {
    /// As `org.dais.Shell1` names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// By that name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// Everything the shell is told from outside.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// What this device is.
    pub role: Role,
    /// Where pixels go.
    pub output: Output,
    /// Screen size in pixels; 0, 0 is the screen's own, where the output has one.
    pub size: (u32, u32),
    /// Panel size in millimetres; 0, 0 as above.
    pub panel_mm: (u32, u32),
    /// Touch sources: `PATH` or `PATH,DESC`.
    pub touch: Vec<String>,
    /// How panels lie that do not lie straight on the screen.
    pub panels: Vec<Panel>,
    /// Where boards and the kept payment lie.
    pub state: PathBuf,
    /// What a school tells of its lessons: class lists, the timetable.
    pub lessons: PathBuf,
    /// Fonts, icons, pictures.
    pub assets: PathBuf,
    /// The language to start in.
    pub language: Language,
    /// Words are so many times as large as designed: 1 to 1.5.
    pub text_scale: f32,
    /// Black on white, with lines around what can be touched.
    pub high_contrast: bool,
    /// Things on the screens move to where they go.
    pub motion: bool,
    /// Cameras and HDMI inputs may be opened, each while somebody at the board shows it.
    pub inputs: bool,
    /// Streams that can be shown on the board.
    pub streams: Vec<Stream>,
    /// Switches for who cannot touch: the first chooses, a second steps; each is `DEVICE,KEY`.
    pub switches: Vec<String>,
    /// Where files are that can be put on the board: folders, and where what is plugged in appears.
    pub folders: Vec<PathBuf>,
    /// Opens the service page where no till knows its staff: a line that `dais-shell hash-pin` makes; empty for none.
    pub service_pin: String,
    /// Whether this unit is sold by time.
    pub session: SessionSettings,
    /// What is shown while nobody is there.
    pub signage: SignageSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            role: Role::default(),
            output: Output::default(),
            size: (1920, 1080),
            panel_mm: (1895, 1066),
            touch: Vec::new(),
            panels: Vec::new(),
            state: PathBuf::from("/var/lib/dais/shell"),
            lessons: PathBuf::from("/etc/dais/lessons"),
            assets: std::env::var_os("DAIS_ASSETS")
                .map_or_else(|| PathBuf::from(assets::INSTALLED), PathBuf::from),
            language: Language::default(),
            text_scale: 1.0,
            high_contrast: false,
            motion: true,
            inputs: false,
            streams: Vec::new(),
            switches: Vec::new(),
            folders: ["/var/lib/dais/inbox", "/media", "/run/media"].map(PathBuf::from).into(),
            service_pin: String::new(),
            session: SessionSettings::default(),
            signage: SignageSettings::default(),
        }
    }
}

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// Run with these.
    Run(Box<Settings>),
    /// The settings are fine; that was all.
    Checked,
    /// How to use it.
    Help,
    /// A PIN comes by standard input, and the line for it is wanted.
    HashPin,
}

/// The flags, for `--help`.
pub const USAGE: &str = "\
dais-shell [--config FILE] [--check] [--role panel|kiosk|both] [--size WxH|native]
           [--output window|memory|drm[:DEVICE][,front|,flips]] [--panel-mm WxH|native] [--touch PATH|PATH,DESC]...
           [--switch DEVICE,KEY]... [--state DIR] [--assets DIR] [--language zh|en]
dais-shell hash-pin < PIN   the line of service_pin for a PIN
";

/// What one flag does, once the file is read.
type Setter = Box<dyn FnOnce(&mut Settings)>;

/// Reads the command line, after the program's name.
pub fn read(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> Result<Wanted> {
    use lexopt::prelude::*;
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut file = Settings::default();
    let mut flags: Vec<Setter> = Vec::new();
    let (mut touch, mut switches) = (Vec::new(), Vec::new());
    let mut check = false;
    let (mut role_given, mut language_given) = (false, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("config") => file = load(Path::new(&parser.value()?))?,
            Value(word) if word == "hash-pin" => return Ok(Wanted::HashPin),
            Long("check") => check = true,
            Long("help") | Short('h') => return Ok(Wanted::Help),
            Long("role") => {
                let role = one_of(&parser.value()?.string()?, "--role")?;
                role_given = true;
                flags.push(Box::new(move |settings| settings.role = role));
            }
            Long("output") => {
                let output = one_of(&parser.value()?.string()?, "--output")?;
                flags.push(Box::new(move |settings| settings.output = output));
            }
            Long("language") => {
                let language = one_of(&parser.value()?.string()?, "--language")?;
                language_given = true;
                flags.push(Box::new(move |settings| settings.language = language));
            }
            Long("size") => {
                let size = pair(&parser.value()?.string()?, "--size")?;
                flags.push(Box::new(move |settings| settings.size = size));
            }
            Long("panel-mm") => {
                let size = pair(&parser.value()?.string()?, "--panel-mm")?;
                flags.push(Box::new(move |settings| settings.panel_mm = size));
            }
            Long("switch") => switches.push(parser.value()?.string()?),
            Long("touch") => touch.push(parser.value()?.string()?),
            Long("state") => {
                let folder = PathBuf::from(parser.value()?);
                flags.push(Box::new(move |settings| settings.state = folder));
            }
            Long("assets") => {
                let folder = PathBuf::from(parser.value()?);
                flags.push(Box::new(move |settings| settings.assets = folder));
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let mut settings = file;
    flags.into_iter().for_each(|set| set(&mut settings));
    enrolled::onto(&mut settings, role_given, language_given);
    if !touch.is_empty() {
        settings.touch = touch;
    }
    if !switches.is_empty() {
        settings.switches = switches;
    }
    settings.sources()?;
    settings.switches()?;
    panel::configured(&settings.panels)?;
    if !settings.service_pin.is_empty() {
        PinHash::parse(&settings.service_pin)?;
    }
    settings.live()?;
    Ok(if check { Wanted::Checked } else { Wanted::Run(Box::new(settings)) })
}

impl Settings {
    /// The touch sources.
    pub fn sources(&self) -> Result<Vec<SourceSpec>> {
        self.touch.iter().map(|text| SourceSpec::parse(text).context("--touch")).collect()
    }

    /// Cameras, inputs and streams.
    pub fn live(&self) -> Result<crate::wall::Setup> {
        let streams = self.streams.iter().map(Stream::source).collect::<Result<_>>()?;
        Ok(crate::wall::Setup { devices: self.inputs, streams })
    }

    /// The switches.
    pub fn switches(&self) -> Result<Vec<SwitchSpec>> {
        let specs = self.switches.iter().map(|text| SwitchSpec::parse(text).context("--switch"));
        let specs = specs.collect::<Result<Vec<_>>>()?;
        if specs.len() > 2 {
            bail!("there are at most two switches: one chooses, one steps");
        }
        Ok(specs)
    }

    /// How the panels lie: as the configuration says, and as calibrations found since.
    pub fn placements(&self) -> Result<Placements> {
        panel::placements(&self.panels, &self.state.join("panels"))
    }

    /// The same with a screen's own sizes where none is set.
    ///
    /// # Errors
    /// When a size is left to the screen and it has none.
    pub fn measured(&self, screen: Option<ScreenSize>) -> Result<Self> {
        let mut measured = self.clone();
        if self.size == (0, 0) {
            measured.size = screen.context("this output has no size of its own: set --size")?.size_px;
        }
        if self.panel_mm == (0, 0) {
            let (width, height) = screen
                .and_then(|screen| screen.size_um)
                .context("this screen does not say how large it is: set --panel-mm")?;
            measured.panel_mm = (width.unsigned_abs() / 1000, height.unsigned_abs() / 1000);
        }
        Ok(measured)
    }

    /// How the screens are made easier to see.
    pub fn access(&self) -> Access {
        let text_scale = self.text_scale.clamp(TEXT_SCALE.0, TEXT_SCALE.1);
        Access { text_scale, high_contrast: self.high_contrast, motion: self.motion }
    }

    /// The panel in micrometres.
    pub fn size_um(&self) -> (i32, i32) {
        let um = |mm: u32| i32::try_from(mm.saturating_mul(1000)).unwrap_or(i32::MAX);
        (um(self.panel_mm.0), um(self.panel_mm.1))
    }
}

fn load(path: &Path) -> Result<Settings> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the configuration {} cannot be read", path.display()))?;
    toml::from_str(&text).with_context(|| format!("the configuration {} is not valid", path.display()))
}

fn one_of<T: for<'a> Deserialize<'a>>(name: &str, flag: &str) -> Result<T> {
    let name = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(name);
    T::deserialize(name).with_context(|| flag.to_owned())
}

fn pair(text: &str, flag: &str) -> Result<(u32, u32)> {
    if text == "native" {
        return Ok((0, 0));
    }
    let numbers = text.split_once('x').map(|(width, height)| (width.parse(), height.parse()));
    match numbers {
        Some((Ok(width), Ok(height))) if width > 0 && height > 0 => Ok((width, height)),
        _ => bail!("{flag} wants WIDTHxHEIGHT, as in 1920x1080, or native, not {text:?}"),
    }
}

#[cfg(test)]
mod tests;
