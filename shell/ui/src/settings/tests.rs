//! Flags win over the file, and what is not known is refused by name.

use super::*;

fn read_words(words: &[&str]) -> Result<Wanted> {
    read(words.iter().map(Into::into))
}

#[test]
fn flags_are_read() {
    let words =
        ["--role", "kiosk", "--size", "1080x1920", "--touch", "/a,/b", "--touch", "/c", "--language", "en"];
    let Wanted::Run(settings) = read_words(&words).unwrap() else { panic!("not run") };
    assert_eq!((settings.role, settings.size, settings.language), (Role::Kiosk, (1080, 1920), Language::En));
    assert_eq!(settings.touch, ["/a,/b", "/c"]);
    assert_eq!(settings.size_um(), (1_895_000, 1_066_000));
}

#[test]
fn a_flag_wins_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shell.toml");
    std::fs::write(&file, "role = \"panel\"\nlanguage = \"en\"\n").unwrap();
    let path = file.to_str().unwrap();
    let Wanted::Run(settings) = read_words(&["--role", "kiosk", "--config", path]).unwrap() else {
        panic!("not run")
    };
    assert_eq!((settings.role, settings.language), (Role::Kiosk, Language::En));
}

#[test]
fn what_is_not_known_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shell.toml");
    std::fs::write(&file, "rolle = \"panel\"\n").unwrap();
    let error = format!("{:#}", read_words(&["--config", file.to_str().unwrap()]).unwrap_err());
    assert!(error.contains("rolle"), "{error}");
    let error = format!("{:#}", read_words(&["--size", "0x5"]).unwrap_err());
    assert!(error.contains("--size"), "{error}");
    assert!(read_words(&["--role", "toaster"]).is_err());
    assert!(read_words(&["--touch", ","]).is_err());
    assert!(read_words(&["--wat"]).is_err());
    assert!(read_words(&["--switch", "/a"]).is_err());
    let three = ["--switch", "/a,KEY_1", "--switch", "/a,KEY_2", "--switch", "/a,KEY_3"];
    assert!(format!("{:#}", read_words(&three).unwrap_err()).contains("at most two"));
}

#[test]
fn outputs_are_read_and_others_refused() {
    let read = |text: &str| Output::try_from(text.to_owned());
    let drm = |device: Option<&str>, present| Ok(Output::Drm { device: device.map(PathBuf::from), present });
    for (text, output) in [
        ("window", Ok(Output::Window)),
        ("memory", Ok(Output::Memory)),
        ("drm", drm(None, Scanout::Auto)),
        ("drm,flips", drm(None, Scanout::Flips)),
        ("drm:/dev/dri/card1", drm(Some("/dev/dri/card1"), Scanout::Auto)),
        ("drm:/dev/dri/card1,front", drm(Some("/dev/dri/card1"), Scanout::Front)),
    ] {
        assert_eq!(read(text), output);
    }
    for text in ["", "drm:", "drm,", "drm,fast", "window,flips", "memory:", "Window", "drm/dev/dri/card0"] {
        assert!(read(text).is_err_and(|error| error.contains("drm:/dev/dri/card0")), "{text}");
    }
    let Wanted::Run(settings) = read_words(&["--output", "drm", "--size", "native"]).unwrap() else {
        panic!("not run")
    };
    assert_eq!((&settings.output, settings.size), (&drm(None, Scanout::Auto).unwrap(), (0, 0)));
}

#[test]
fn sizes_left_to_the_screen_are_the_screens() {
    let screen = |size_um| Some(ScreenSize { size_px: (3840, 2160), size_um });
    let mut settings = Settings { size: (0, 0), panel_mm: (0, 0), ..Settings::default() };
    let measured = settings.measured(screen(Some((1_895_000, 1_066_000)))).unwrap();
    assert_eq!((measured.size, measured.panel_mm), ((3840, 2160), (1895, 1066)));
    assert!(settings.measured(screen(None)).unwrap_err().to_string().contains("--panel-mm"));
    assert!(settings.measured(None).unwrap_err().to_string().contains("--size"));
    (settings.size, settings.panel_mm) = ((800, 600), (100, 80));
    assert_eq!(settings.measured(screen(None)).unwrap(), settings);
    assert_eq!(settings.measured(None).unwrap(), settings);
}
