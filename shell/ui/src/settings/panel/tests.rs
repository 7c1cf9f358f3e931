//! Lines of the configuration and kept calibrations: which counts, and what is refused.

use super::super::{Settings, Wanted, read};
use super::*;

fn shell(folder: &Path, text: &str) -> Result<Settings> {
    let file = folder.join("shell.toml");
    std::fs::write(&file, format!("state = {:?}\n{text}", folder)).unwrap();
    match read([std::ffi::OsString::from("--config"), file.into()])? {
        Wanted::Run(settings) => Ok(*settings),
        other => panic!("{other:?}"),
    }
}

fn set(panel: &str, turn: Turn, matrix: Matrix) -> Placements {
    let mut placements = Placements::default();
    placements.set(panel, Placement { turn, matrix });
    placements
}

#[test]
fn a_panel_is_placed_by_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let numbers = [1.02, 0.0, -0.01, 0.0, 1.0, 0.0];
    let text = r#"panels = [{ panel = "1ff7:0f27", turn = 90, matrix = [1.02, 0.0, -0.01, 0.0, 1.0, 0.0] }]"#;
    let placements = shell(folder.path(), text).unwrap().placements().unwrap();
    assert_eq!(placements, set("1ff7:0f27", Turn::Quarter, Matrix::new(numbers).unwrap()));
}

#[test]
fn a_kept_calibration_counts_before_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("panels");
    std::fs::create_dir(&kept).unwrap();
    std::fs::write(kept.join("1ff7-0f27.toml"), "panel = \"1ff7:0f27\"\nturn = 180\n").unwrap();
    std::fs::write(kept.join("half.new"), "panel = \"1ff7:0f2").unwrap();
    std::fs::write(kept.join("bad.toml"), "panel = \"1ff7:0f27\"\nturn = 45\n").unwrap();
    let text = r#"panels = [{ panel = "1ff7:0f27", turn = 90 }]"#;
    let placements = shell(folder.path(), text).unwrap().placements().unwrap();
    assert_eq!(placements, set("1ff7:0f27", Turn::Half, Matrix::IDENTITY));
}

#[test]
fn a_line_that_cannot_be_is_refused_when_the_shell_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    for (text, word) in [
        (r#"panels = [{ panel = "1ff7:0f27", turn = 45 }]"#, "1ff7:0f27"),
        (r#"panels = [{ panel = "1ff7:0f27", matrix = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0] }]"#, "six numbers"),
        (r#"panels = [{ panel = "1ff7:0f27", matrix = [1.0, 0.0] }]"#, "not valid"),
        (r#"panels = [{ panel = "1ff7:0f27", angle = 90 }]"#, "angle"),
    ] {
        let error = format!("{:#}", shell(folder.path(), text).unwrap_err());
        assert!(error.contains(word), "{error}");
    }
}
