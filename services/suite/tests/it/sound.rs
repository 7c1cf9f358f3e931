//! A recording played into the service as `cargo dev` does it: what was heard in it, and the same without its noise.

use std::path::Path;
use std::process::Command;

use suite::Parts;

use crate::Stage;

/// A second of hiss, a synthesised sentence, and another second of hiss. What was said at 22,050 samples a second is
/// taken as 16,000: a deep, slow voice, and a voice all the same.
fn record(path: &Path) -> usize {
    let said = Command::new("espeak-ng")
        .args([
            "-v",
            "en-us",
            "-p",
            "90",
            "-s",
            "220",
            "--stdout",
            "Good morning everybody, we talk about plants.",
        ])
        .output()
        .expect("espeak-ng is among the packages that `cargo xtask test` installs");
    let mut seed = 9_u32;
    let hiss: Vec<u8> = (0..16_000)
        .flat_map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((seed >> 24) as i16 - 128).to_le_bytes()
        })
        .collect();
    let mut wave = said.stdout[..44].to_vec();
    wave[24..28].copy_from_slice(&16_000_u32.to_le_bytes());
    wave.extend([hiss.as_slice(), &said.stdout[44..], &hiss].concat());
    std::fs::write(path, &wave).unwrap();
    wave.len() - 44
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_is_heard_and_cleaned() {
    let stage = Stage::with(|state| Parts { inference: true, ..Parts::till(state) }).await;
    let (file, to) = (stage.state.path().join("said.wav"), stage.state.path().join("clean.wav"));
    let length = record(&file);
    let mut lines = Vec::new();
    let listen = format!("listen {}", file.display());
    let heard = suite::sound::act(&stage.suite.connection, &listen, |line| lines.push(line)).await;
    let heard = heard.unwrap().unwrap();
    let seconds = length as f64 / 32_000.0;
    assert!(heard.contains(&format!("SoundEnded after {seconds:.2} s")), "{heard}");
    assert!(lines[0].contains("wake_word"), "{lines:?}");
    let times = |word: &str| -> Vec<f64> {
        let of = lines.iter().filter(|line| line.ends_with(word));
        of.map(|line| line.split_whitespace().next().unwrap().parse().unwrap()).collect()
    };
    let ([began], [ended]) = (&times(" speech")[..], &times(" quiet")[..]) else { panic!("{lines:#?}") };
    assert!((0.8..1.5).contains(began) && *ended > began + 1.0 && *ended < seconds, "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("dBFS(A)")), "{lines:#?}");

    let clean = format!("clean {} {}", file.display(), to.display());
    suite::sound::act(&stage.suite.connection, &clean, |_| {}).await.unwrap().unwrap();
    let cleaned = std::fs::read(to).unwrap();
    assert_eq!(cleaned.len() - 44, length);
    // Of the hiss after the sentence little is left.
    let energy = |wave: &[u8]| -> f64 {
        let last = wave[wave.len() - 16_000..].chunks_exact(2);
        last.map(|two| f64::from(i16::from_le_bytes([two[0], two[1]])).powi(2)).sum()
    };
    let (before, after) = (energy(&std::fs::read(&file).unwrap()), energy(&cleaned));
    assert!(after < before / 10.0, "{before:.0} became {after:.0}");
    assert!(suite::sound::act(&stage.suite.connection, "receipt 1", |_| {}).await.is_none());
    stage.end().await;
}
