//! New model files under a service that is being asked all the time: every request is answered, and the new files serve
//! as soon as they have been tried out; files that are of no use never do.

use std::fs;
use std::path::Path;

use api::inference::{HealthState, TextLine};
use inference::{DETECTOR, DICTIONARY, Parts, Probe, READER};
use sha2::{Digest, Sha256};

use crate::served::{Served, ink};
use crate::{PATIENCE, models};

const FILES: [&str; 3] = [DETECTOR, READER, DICTIONARY];
/// Writes a manifest that lists the files as they are, the reader with `more`.
fn list(folder: &Path, version: &str, more: &str) {
    let mut text = format!("[[package]]\nname = \"p\"\nversion = \"{version}\"\n");
    for name in FILES {
        let digest = Sha256::digest(fs::read(folder.join(name)).unwrap());
        let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        text += &format!("[[asset]]\npackage = \"p\"\ntarget = \"models/{name}\"\nsha256 = \"{hash}\"\n");
        if name == READER {
            text += more;
        }
    }
    let new = folder.join("manifest.new");
    fs::write(&new, text).unwrap();
    fs::rename(new, folder.join("manifest.toml")).unwrap();
}

/// Puts another file in a file's place at once, as an update does.
fn replace(folder: &Path, name: &str, bytes: &[u8]) {
    fs::write(folder.join("new"), bytes).unwrap();
    fs::rename(folder.join("new"), folder.join(name)).unwrap();
}

fn first(lines: &[TextLine]) -> &str {
    lines[0].text.as_str()
}

#[tokio::test(flavor = "multi_thread")]
async fn new_models_take_over_without_a_request_lost_and_bad_ones_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for name in FILES {
        fs::copy(models().join(name), folder.join(name)).unwrap();
    }
    list(folder, "1", "");
    let served = Served::with(Parts {
        models: folder.to_owned(),
        manifest: folder.join("manifest.toml"),
        deadline_max: PATIENCE,
        rest_after: PATIENCE,
        wake_word: false,
        noise: inference::voice::Thresholds::default(),
        probe: Probe::default(),
    })
    .await;
    let picture = ink();
    assert_eq!(first(&served.read(&picture, 0).await.unwrap()), "中文");

    // The new dictionary calls 中 what was 文, and the other way round.
    let dictionary = fs::read_to_string(folder.join(DICTIONARY)).unwrap();
    let swapped = dictionary.replace('中', "\0").replace('文', "中").replace('\0', "文");
    replace(folder, DICTIONARY, swapped.as_bytes());
    list(folder, "2", "");
    let taken_over = async {
        loop {
            match first(&served.read(&picture, 0).await.unwrap()) {
                "中文" => {}
                "文中" => break,
                other => panic!("{other}"),
            }
        }
    };
    tokio::time::timeout(PATIENCE, taken_over).await.unwrap();

    // A reader whose golden sample does not come out is not taken, and the one that serves goes on.
    let golden = "golden = { inputs = [[1, 3, 48, 160]], \
                  outputs = [{ shape = [1, 20, 6906], at = [0], values = [0.5] }] }\n";
    replace(folder, DICTIONARY, dictionary.as_bytes());
    list(folder, "3", golden);
    let declined = async {
        loop {
            assert_eq!(first(&served.read(&picture, 0).await.unwrap()), "文中");
            // Other tasks' files are missing here, and told too.
            let health = served.caller.health().await.unwrap();
            assert_eq!(HealthState::from_wire(health.state), HealthState::Limited);
            if health.why.contains("new models of text") {
                break;
            }
        }
    };
    tokio::time::timeout(PATIENCE, declined).await.unwrap();
    assert_eq!(first(&served.read(&picture, 0).await.unwrap()), "文中");
    served.stop().await;
}
