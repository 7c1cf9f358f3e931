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
}
