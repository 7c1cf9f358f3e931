//! Who may import whom, and who may know what: the tables of the house.
//!
//! Manifests are held against [`CRATES`] and [`KNOWLEDGE`], code lines against [`KNOWLEDGE`] and [`KEPT_OUT`].

use toml::{Table, Value};

use super::{Offence, code};

/// Each crate, and which of our own crates it may depend on.
const CRATES: &[(&str, &[&str])] = &[
    ("shell/ink", &[]),
    ("shell/board", &["ink"]),
    ("shell/display", &["ink", "board", "touch", "capture"]),
    ("shell/screens", &[]),
    // camera: reads the code of an enrolment; touch: the bench writes a panel's own bytes
    ("shell/ui", &["display", "screens", "board", "api", "camera", "touch"]),
    ("services/api", &[]),
    ("services/daemon", &[]),
    ("services/testbus", &["daemon"]),
    ("services/kiosk", &["nfc", "camera", "scanner", "printer", "signal", "api", "daemon", "testbus"]),
    ("services/kiosk/fuzz", &["kiosk", "sandbox", "touch", "capture"]), // a workspace of its own, excluded from the root's
    ("services/inference", &["api", "daemon", "testbus"]),
    ("services/sense", &["api", "daemon", "capture", "testbus"]),
    ("services/admin", &["api", "daemon", "testbus"]),
    ("services/sandbox", &["camera", "daemon"]),
    (
        "services/suite",
        &[
            "kiosk",
            "inference",
            "sandbox",
            "api",
            "daemon",
            "touch",
            "nfc",
            "camera",
            "scanner",
            "printer",
            "capture",
        ],
    ),
    ("drivers/touch", &[]),
    ("drivers/nfc", &[]),
    ("drivers/camera", &[]),
    ("drivers/scanner", &[]),
    ("drivers/printer", &[]),
    ("drivers/signal", &[]),
    ("drivers/capture", &[]),
    ("image/xtask", &[]),
];

/// Crates for tests and benches: no program of ours may be built with one.
const BESIDE_TESTS: &[&str] = &["testbus"];

/// What is known only in some places: the packages that mean it, and the paths that may name them.
struct Knowledge {
    of: &'static str,
    packages: &'static [&'static str],
    only_in: &'static [&'static str],
}

const KNOWLEDGE: &[Knowledge] = &[
    Knowledge {
        of: "the bus",
        packages: &["zbus"],
        only_in: &[
            "services/api/",
            "services/daemon/",
            "services/testbus/",
            "services/suite/",
            "services/kiosk/src/bus",
            "services/kiosk/src/run", // takes the connection as an argument
            "services/inference/src/bus",
            "services/inference/src/run", // as above
            "shell/ui/src/bridge",
            "services/kiosk/tests/",
            "services/inference/tests/",
            "services/sense/src/bus",
            "services/admin/src/bus",
            "services/admin/src/gather",
            "services/admin/src/web",
            "services/sense/tests/",
            "services/admin/tests/",
            "services/inference/benches/load", // a caller of the service
        ],
    },
    Knowledge {
        of: "Slint",
        packages: &["slint", "slint-build", "i-slint-core", "i-slint-backend-testing"],
        only_in: &[
            "shell/ui/",
            "shell/screens/",
            "shell/display/src/slint_platform",
            "shell/display/tests/",
            "shell/display/benches/", // a surface that moves while people write
        ],
    },
    Knowledge {
        of: "the window system",
        packages: &["winit", "softbuffer"],
        only_in: &["shell/display/src/output"],
    },
    Knowledge {
        of: "the graphics device",
        packages: &["drm", "drm-ffi"],
        only_in: &["shell/display/src/output/drm", "shell/display/examples/probe/"],
    },
    Knowledge {
        of: "tokio",
        packages: &["tokio"],
        only_in: &[
            "services/daemon/",
            "services/testbus/",
            "services/kiosk/",
            "services/inference/",
            "services/sense/",
            "services/admin/",
            "services/sandbox/",
            "services/suite/",
            "shell/ui/src/bridge",
            "shell/ui/benches/",           // asks the screens as the bus does
            "shell/ui/src/handout/server", // hyper needs its timers and sockets
        ],
    },
    Knowledge {
        of: "the model runner",
        packages: &["tract-onnx", "tract-core"],
        only_in: &["services/inference/src/model"],
    },
    Knowledge {
        of: "code finding",
        packages: &["rqrr", "zxing-cpp", "zxingcpp"],
        only_in: &[
            "drivers/camera/src/decode",
            "drivers/camera/src/fake", // draws the bars that it reads
        ],
    },
    Knowledge {
        of: "the media pipeline",
        packages: &["gstreamer", "gstreamer-app"],
        only_in: &[
            "drivers/camera/",
            "drivers/capture/",
            "shell/display/src/film/pipeline",
            "shell/ui/src/sound/player",
            "shell/display/src/live/tests", // sends a stream over the network
            "shell/display/src/test_film",  // makes the videos that they play
            "shell/display/tests/",
        ],
    },
    Knowledge { of: "libnfc", packages: &["nfc1", "nfc1-sys"], only_in: &["drivers/nfc/src/libnfc"] },
    Knowledge { of: "PC/SC", packages: &["pcsc", "pcsc-sys"], only_in: &["drivers/nfc/src/pcsc"] },
    Knowledge {
        of: "the ledger's database",
        packages: &["rusqlite"],
        only_in: &[
            "services/kiosk/src/ledger",
            "services/kiosk/src/channel/campus",
            "services/kiosk/src/receipts/spool",
            "services/kiosk/tests/",
            "services/kiosk/benches/till/bare", // the limit that the ledger is measured against
        ],
    },
];

/// Words that must not appear in some places, and why.
struct KeptOut {
    words: &'static [&'static str],
    /// Everywhere below these, or everywhere at all where empty.
    from: &'static [&'static str],
    /// But not below these.
    except: &'static [&'static str],
    why: &'static str,
}

/// The till's pure modules.
const PURE: &[&str] = &[
    "services/kiosk/src/till/",
    "services/kiosk/src/promotion/",
    "services/kiosk/src/member/",
    "services/kiosk/src/risk/",
    "services/kiosk/src/agreement/",
    "services/kiosk/src/exchange_rate/",
    "services/kiosk/src/instalment/",
    "services/kiosk/src/offline/",
];

const KEPT_OUT: &[KeptOut] = &[
    KeptOut {
        words: &["unsafe"],
        from: &[],
        except: &[
            "drivers/touch/src/evdev",
            "drivers/touch/src/urgency",
            "drivers/nfc/src/libnfc",
            "drivers/signal/src/evdev",
            "drivers/capture/src/v4l2",
            "drivers/scanner/src/device/ioctl",
            "shell/display/src/output/drm",
            "shell/ink/src/simd",
            "services/inference/src/model/simd",
        ],
        why: "unsafe belongs in the one device file of a driver, with its SAFETY reason",
    },
    KeptOut {
        words: &["tokio"],
        from: PURE,
        except: &[],
        why: "the till is pure: its effects are performed by the actor",
    },
    KeptOut {
        words: &["f32", "f64"],
        from: &["services/kiosk/src/ledger", "services/kiosk/src/channel"],
        except: &[],
        why: "money is never a floating point number",
    },
    KeptOut {
        words: &["f32", "f64"],
        from: PURE,
        except: &[],
        why: "money is never a floating point number",
    },
    KeptOut {
        words: &["SystemTime", "Instant"],
        from: &["shell/ink/src/", "shell/board/src/"],
        except: &["shell/ink/src/tests", "shell/board/src/tests"],
        why: "pure code gets the time as an argument",
    },
    KeptOut {
        words: &["SystemTime", "Instant"],
        from: PURE,
        except: &[],
        why: "pure code gets the time as an argument",
    },
];

/// A crate's manifest: its own crates and the knowledge it asks for.
pub(super) fn manifest(path: &str, text: &str, offences: &mut Vec<Offence>) {
    let Some(folder) = path.strip_suffix("/Cargo.toml") else { return };
    let Ok(table) = text.parse::<Table>() else {
        return offences.push(Offence::new(path, 0, "not a manifest that cargo could read"));
    };
    let Some((_, allowed)) = CRATES.iter().find(|(known, _)| *known == folder) else {
        return offences.push(Offence::new(
            path,
            0,
            "a new crate: give it a row in the table of tidy/walls.rs",
        ));
    };
    let name = table.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
    if name != folder.rsplit('/').next() {
        offences.push(Offence::new(path, 0, "a crate is named as its folder"));
    }
    for dependency in dependencies(&table, &["dependencies", "build-dependencies"]) {
        if BESIDE_TESTS.contains(&dependency) {
            let word = format!("{dependency} is for tests: put it below [dev-dependencies]");
            offences.push(Offence::new(path, line_of(text, dependency), word));
        }
    }
    for dependency in dependencies(&table, &["dependencies", "dev-dependencies", "build-dependencies"]) {
        let line = line_of(text, dependency);
        if CRATES.iter().any(|(known, _)| known.ends_with(&format!("/{dependency}")))
            && !allowed.contains(&dependency)
        {
            offences.push(Offence::new(path, line, format!("{folder} may not know {dependency}")));
        }
        for knowledge in KNOWLEDGE.iter().filter(|knowledge| knowledge.packages.contains(&dependency)) {
            if !knowledge.only_in.iter().any(|place| place.starts_with(&format!("{folder}/"))) {
                let word = format!("{folder} may not know {} (`{dependency}`)", knowledge.of);
                offences.push(Offence::new(path, line, word));
            }
        }
    }
}

/// What a manifest asks for in its tables of these kinds.
fn dependencies<'a>(table: &'a Table, kinds: &[&str]) -> Vec<&'a str> {
    let tables = kinds.iter().filter_map(|kind| table.get(*kind)?.as_table());
    tables.flat_map(|table| table.keys().map(String::as_str)).collect()
}

fn line_of(text: &str, dependency: &str) -> usize {
    let names_it =
        |line: &str| line.strip_prefix(dependency).is_some_and(|rest| rest.starts_with(['.', ' ', '=']));
    text.lines().position(names_it).map_or(0, |index| index + 1)
}

/// A source file: who it names.
pub(super) fn knowledge(path: &str, text: &str, bare: &str, offences: &mut Vec<Offence>) {
    for knowledge in KNOWLEDGE.iter().filter(|knowledge| !below(path, knowledge.only_in)) {
        for package in knowledge.packages {
            let name = package.replace('-', "_");
            for line in lines_with(bare, |line| line.contains(&name) && code::names_crate(line, &name)) {
                let word = format!(
                    "{} (`{package}`) is known only in {}",
                    knowledge.of,
                    knowledge.only_in.join(", ")
                );
                offences.push(Offence::new(path, line, word));
            }
        }
    }
    let applies =
        |rule: &&KeptOut| (rule.from.is_empty() || below(path, rule.from)) && !below(path, rule.except);
    for rule in KEPT_OUT.iter().filter(applies) {
        for word in rule.words {
            let names_it =
                |line: &str| line.contains(word) && code::words(line).any(|(_, found)| found == *word);
            for line in lines_with(bare, names_it) {
                offences.push(Offence::new(path, line, format!("`{word}`: {}", rule.why)));
            }
        }
    }
    safety(path, text, bare, offences);
}

/// Numbers of the lines that fit, from 1.
fn lines_with(bare: &str, fits: impl Fn(&str) -> bool) -> Vec<usize> {
    let numbered = bare.lines().zip(1..);
    numbered.filter(|(line, _)| fits(line)).map(|(_, number)| number).collect()
}

/// How far above an unsafe block its reason may stand.
const SAFETY_LINES: usize = 6;

fn safety(path: &str, text: &str, bare: &str, offences: &mut Vec<Offence>) {
    let lines: Vec<&str> = text.lines().collect();
    for (index, line) in bare.lines().enumerate() {
        let opens = code::words(line).any(|(start, word)| {
            word == "unsafe"
                && line[start..].trim_start_matches("unsafe").trim_start().starts_with(['{', 'i'])
        });
        let above = index.saturating_sub(SAFETY_LINES)..=index;
        if opens && !lines[above].iter().any(|line| line.contains("SAFETY:")) {
            offences.push(Offence::new(
                path,
                index + 1,
                "write `// SAFETY:` and why it holds, above the block",
            ));
        }
    }
}

fn below(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| path.starts_with(place))
}

/// The root manifest: every dependency from outside says why, in its line or for its block.
pub(super) fn reasons(path: &str, text: &str, offences: &mut Vec<Offence>) {
    let (mut inside, mut fixed) = (false, false);
    for (index, line) in text.lines().enumerate() {
        match line.trim() {
            "" => fixed = false,
            header if header.starts_with('[') => inside = header == "[workspace.dependencies]",
            // A block's own comment is its reason, except where it asks for one each.
            comment if comment.starts_with('#') => fixed = !comment.contains("Each"),
            entry => {
                if inside && !fixed && !entry.contains(" # ") {
                    offences.push(Offence::new(
                        path,
                        index + 1,
                        "say in a comment why the workspace needs this",
                    ));
                }
            }
        }
    }
}
