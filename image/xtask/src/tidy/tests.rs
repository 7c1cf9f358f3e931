//! Each rule refuses what it must and lets the rest pass.

use super::{File, Offence, code, judge};

fn words(path: &str, text: &str) -> Vec<String> {
    let mut offences: Vec<Offence> = Vec::new();
    judge(&File { path: path.to_owned(), text: Some(text.to_owned()) }, &mut offences);
    offences.into_iter().map(|offence| format!("{}: {}", offence.line, offence.word)).collect()
}

const HEADER: &str = "//! What this is and why.\n";

fn rust(path: &str, body: &str) -> Vec<String> {
    words(path, &format!("{HEADER}{body}"))
}

#[track_caller]
fn refused(found: &[String], line: usize, word: &str) {
    let good = found.len() == 1 && found[0].starts_with(&format!("{line}: ")) && found[0].contains(word);
    assert!(good, "wanted {line}: ..{word}.., got {found:#?}");
}

#[test]
fn literals_and_comments_are_no_code() {
    for text in [
        "let a = \"unsafe { \\\" unsafe\"; // unsafe",
        "/* unsafe /* nested unsafe */ unsafe */ let b = 'u';",
        "let c = r#\"unsafe \" unsafe\"#; let d = br\"unsafe\"; let e = '\\''; let f = '\\u{41}';",
        "let g: &'static str = \"中文 unsafe\";",
    ] {
        let bare = code::bare(text);
        assert!(!bare.contains("unsafe"), "{bare}");
        assert_eq!(bare.lines().count(), text.lines().count());
        assert!(bare.contains("let"), "{bare}");
    }
    assert_eq!(code::bare("fn f<'a>(x: &'a str) {}"), "fn f<'a>(x: &'a str) {}");
    assert_eq!(code::bare("\"a\nb\"").lines().count(), 2);
}

#[test]
fn a_crate_is_named_by_paths_and_uses_only() {
    for line in [
        "use zbus::Connection;",
        "pub use zbus::names;",
        "use zbus;",
        "fn f(c: &zbus::Connection)",
        "zbus :: f()",
    ] {
        assert!(code::names_crate(line, "zbus"), "{line}");
    }
    for line in ["mod zbus;", "let zbus = 1;", "use crate::zbus::Thing;", "self.zbus.call()", "use zbusy::X;"]
    {
        assert!(!code::names_crate(line, "zbus"), "{line}");
    }
}

#[test]
fn long_files_and_functions_are_refused() {
    let long = "\n".repeat(400);
    refused(&rust("shell/ink/src/a.rs", &long), 0, "401 lines, 400 are allowed");
    refused(&words("shell/screens/ui/a.slint", &"\n".repeat(251)), 0, "251 lines, 250 are allowed");
    assert!(words("shell/screens/ui/a.slint", &"\n".repeat(250)).is_empty());
    let body = "    a();\n".repeat(68);
    assert!(rust("shell/ink/src/a.rs", &format!("fn fits() {{\n{body}}}\n")).is_empty());
    let brace = "    b(\"}\"); // }\n";
    let found = rust("shell/ink/src/a.rs", &format!("pub(crate) async fn grown() {{\n{body}{brace}}}\n"));
    refused(&found, 2, "`grown` has 71 lines");
    // Neither a declaration nor a type of that shape is a function's start.
    assert!(
        rust("shell/ink/src/a.rs", &format!("trait T {{\n    fn f();\n{}}}\n", "// x\n".repeat(80)))
            .is_empty()
    );
    assert!(
        rust("shell/ink/src/a.rs", &format!("static F: fn(u8) = g;\n{}", "// x\n".repeat(80))).is_empty()
    );
}

#[test]
fn headers_are_asked_for() {
    refused(&words("shell/ink/src/a.rs", "fn f() {}\n"), 1, "start the file with");
    refused(&words("shell/ink/src/a.rs", "//! ink\n"), 1, "start the file with");
    refused(&words("shell/ink/src/a.rs", "\n//! What this is and why.\n"), 1, "start the file with");
}

#[test]
fn empty_names_are_refused() {
    refused(&rust("shell/ink/src/utils.rs", ""), 0, "`utils`");
    refused(&rust("shell/ink/src/stroke_info/mod.rs", ""), 0, "`info`");
    refused(&rust("shell/ink/src/a.rs", "pub struct StrokeData;\n"), 2, "`data` in `StrokeData`");
    refused(&rust("shell/ink/src/a.rs", "mod helper;\n"), 2, "`helper`");
    assert!(rust("shell/ink/src/information.rs", "struct Database;\nlet data = 1;\n").is_empty());
}

#[test]
fn knowledge_stays_where_it_belongs() {
    refused(&rust("services/kiosk/src/actor.rs", "use zbus::Connection;\n"), 2, "the bus (`zbus`)");
    assert!(rust("services/kiosk/src/bus.rs", "use zbus::Connection;\n").is_empty());
    assert!(rust("services/kiosk/src/bus/menu.rs", "use zbus::Connection;\n").is_empty());
    refused(&rust("shell/display/src/router.rs", "use slint::Window;\n"), 2, "Slint");
    refused(&rust("shell/display/src/router.rs", "let w = winit::window();\n"), 2, "the window system");
    refused(&rust("services/inference/src/ctc.rs", "use tract_onnx::prelude::*;\n"), 2, "the model runner");
    refused(&rust("shell/ui/src/app.rs", "tokio::spawn(x);\n"), 2, "tokio");
    refused(&rust("services/kiosk/src/till/step.rs", "use tokio::time;\n"), 2, "the till is pure");
    refused(&rust("services/kiosk/src/till/money.rs", "let x = 1 as f64;\n"), 2, "floating point");
    refused(&rust("shell/board/src/op.rs", "use std::time::Instant;\n"), 2, "pure code gets the time");
    assert!(rust("shell/board/src/op.rs", "// Instant\nlet a = \"Instant\";\n").is_empty());
}

#[test]
fn unsafe_needs_its_place_and_its_reason() {
    refused(&rust("shell/board/src/op.rs", "// SAFETY: no\nunsafe { f() }\n"), 3, "unsafe belongs");
    refused(&rust("drivers/touch/src/evdev.rs", "unsafe { f() }\n"), 2, "SAFETY");
    assert!(rust("drivers/touch/src/evdev.rs", "// SAFETY: the fd is ours.\nunsafe { f() }\n").is_empty());
    assert!(rust("drivers/touch/src/evdev.rs", "unsafe fn f() {}\n#![allow(unsafe_code)]\n").is_empty());
}

#[test]
fn manifests_are_held_against_the_tables() {
    let crate_of = |folder: &str, lines: &str| {
        let name = folder.rsplit('/').next().unwrap();
        words(
            &format!("{folder}/Cargo.toml"),
            &format!("[package]\nname = \"{name}\"\n[dependencies]\n{lines}"),
        )
    };
    assert!(crate_of("shell/board", "ink.workspace = true\nserde.workspace = true\n").is_empty());
    refused(
        &crate_of("shell/board", "serde.workspace = true\ntouch.workspace = true\n"),
        5,
        "may not know touch",
    );
    refused(&crate_of("services/kiosk", "inference.workspace = true\n"), 4, "may not know inference");
    refused(&crate_of("shell/ink", "slint = \"1\"\n"), 4, "may not know Slint");
    refused(&crate_of("shell/ink", "\n[dev-dependencies]\nzbus = \"6\"\n"), 6, "may not know the bus");
    refused(&crate_of("services/sense", "testbus.workspace = true\n"), 4, "is for tests");
    assert!(crate_of("services/sense", "\n[dev-dependencies]\ntestbus.workspace = true\n").is_empty());
    refused(
        &crate_of("services/suite", "\n[dev-dependencies]\ntestbus.workspace = true\n"),
        6,
        "may not know",
    );
    refused(&crate_of("services/room", ""), 0, "give it a row");
    refused(&words("shell/ink/Cargo.toml", "[package]\nname = \"dais-ink\"\n"), 0, "named as its folder");
}

#[test]
fn every_dependency_has_its_reason() {
    let root =
        "[workspace.dependencies]\n# Ours.\nink = { path = \"shell/ink\" }\n\n# Each with its reason.\n";
    assert!(words("Cargo.toml", &format!("{root}toml = \"1\" # configuration\n")).is_empty());
    refused(&words("Cargo.toml", &format!("{root}toml = \"1\"\n")), 6, "why the workspace needs this");
    assert!(words("Cargo.toml", "[profile.dev]\ndebug = false\n").is_empty());
}

#[test]
fn machines_and_blobs_stay_out() {
    let place = concat!("/ho", "me/ann/x");
    refused(&rust("shell/ink/src/a.rs", &format!("// {place}\n")), 2, "path of one machine");
    assert!(words("README.md", "`$HOME/work/x` and https://example.org/work/x\n").is_empty());
    let mut offences = Vec::new();
    judge(&File { path: "assets/models/x.onnx".into(), text: None }, &mut offences);
    assert_eq!(offences.len(), 1);
    judge(&File { path: "assets/board.png".into(), text: None }, &mut offences);
    judge(&File { path: "assets/models/ink/ours.onnx".into(), text: None }, &mut offences);
    assert_eq!(offences.len(), 1);
}

#[test]
fn lists_are_read_as_their_users_read_them() {
    refused(&words("image/packages.txt", "[run]\nxvfb\n"), 0, "write why it is needed");
    refused(&words("assets/manifest.toml", "[[package]]\nname = \"x\"\n"), 0, "not a manifest");
}
