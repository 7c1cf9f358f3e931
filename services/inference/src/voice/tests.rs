//! The networks beside onnxruntime, and real speech by a synthesiser, through all that listens.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::catalogue;
use crate::leave::Leave;

/// Made by `tests/golden/voice.py`.
const GOLDEN: &str = include_str!("../../tests/golden/voice.txt");

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets")
}

fn voice() -> Voice {
    let listed = catalogue::read(&assets().join("models/manifest.toml")).unwrap();
    Voice::open(&Files::new(&assets().join("fetched/models"), listed))
        .expect("run `cargo xtask assets` first")
}

fn leave() -> Leave {
    Leave::until(Instant::now() + Duration::from_secs(600))
}

fn golden(name: &str) -> Vec<f32> {
    let line = GOLDEN.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.split_whitespace().map(|number| number.parse().unwrap()).collect()
}

/// The same sound as in the script.
fn sweep(length: i64) -> Vec<f32> {
    let sample = |at: i64| (at * at / 5000 % 401 - 200) * (at / 400 % 40);
    (0..length).map(|at| sample(at) as f32 / 32_768.0).collect()
}

fn assert_near(got: &[f32], golden: &[f32], tolerance: f32) {
    assert_eq!(got.len(), golden.len());
    for (at, (got, golden)) in got.iter().zip(golden).enumerate() {
        assert!((got - golden).abs() <= tolerance, "{at}: {got} instead of {golden}");
    }
}

#[test]
fn silero_says_what_onnxruntime_says() {
    let (voice, mut memory) = (voice(), silero::Memory::default());
    let network = voice.silero.as_ref().unwrap();
    let judge = |frame: &[f32]| silero::judge(network, &mut memory, frame, &leave()).unwrap();
    let likely: Vec<f32> = sweep(20 * 512).chunks(512).map(judge).collect();
    assert_near(&likely, &golden("silero"), 1e-4);
}

#[test]
fn the_wake_networks_say_what_onnxruntime_says() {
    let voice = voice();
    let (networks, sound) = (voice.wake.as_ref().unwrap(), sweep(25 * 1280 + 352));
    let whole: Vec<f32> = sound.iter().map(|sample| sample * 32_767.0).collect();
    let mel: Vec<f32> =
        (0..25).flat_map(|step| networks.mel(&whole[step * 1280..][..1632], &leave()).unwrap()).collect();
    let some: Vec<f32> =
        mel.chunks(32).step_by(25).flat_map(|frame| frame.iter().step_by(5).copied()).collect();
    assert_near(&some, &golden("mel"), 2e-3);
    let embeddings: Vec<f32> = (0..16)
        .flat_map(|at| networks.embedding(&mel[(4 + 8 * at) * 32..][..76 * 32], &leave()).unwrap())
        .collect();
    let some: Vec<f32> =
        embeddings.chunks(96).step_by(5).flat_map(|numbers| numbers.iter().step_by(8).copied()).collect();
    assert_near(&some, &golden("embedding"), 5e-2);
    assert_near(&networks.head(&embeddings, &leave()).unwrap(), &golden("head"), 1e-3);
}

/// What a voice of espeak-ng says, at 22,050 samples a second, brought to 16,000.
fn speech(voice: &str, text: &str) -> Vec<i16> {
    let said = Command::new("espeak-ng")
        .args(["-v", voice, "-s", "150", "-b", "1", "--stdout", text])
        .output()
        .expect("espeak-ng is among the packages that `cargo xtask test` installs");
    assert!(said.status.success());
    let samples: Vec<i16> =
        said.stdout[44..].chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect();
    let length = samples.len() * 320 / 441;
    // Linear between neighbours; what folds back lies far below a synthesiser's voice.
    let at = |sample: usize| {
        let (whole, part) = (sample * 441 / 320, (sample * 441 % 320) as f32 / 320.0);
        let next = samples.get(whole + 1).copied().unwrap_or(0);
        f32::from(samples[whole]) * (1.0 - part) + f32::from(next) * part
    };
    (0..length).map(|sample| at(sample) as i16).collect()
}

/// Speech after a second of a quiet room and before a second and a half of it.
fn in_a_room(said: &[i16]) -> Vec<i16> {
    let mut seed = 1_u32;
    let mut hiss = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 28) as i16 - 8
    };
    let quiet = [vec![0; 16_000], said.to_vec(), vec![0; 24_000]].concat();
    quiet.into_iter().map(|sample: i16| sample.saturating_add(hiss())).collect()
}

fn heard(voice: &Voice, rate: Rate, wishes: Wishes, samples: &[i16], piece: usize) -> Vec<Heard> {
    let mut ears = Ears::new(rate, wishes);
    let mut all: Vec<Heard> =
        samples.chunks(piece).flat_map(|piece| ears.hear(voice, piece, 0, &leave()).unwrap()).collect();
    all.extend(ears.end());
    all
}

const ACTIVITY: Wishes = Wishes { activity: true, level: None, wake: false };

#[test]
fn speech_begins_and_ends_where_it_is() {
    let (voice, said) = (voice(), speech("en-us", "Please open your books on page twelve."));
    let room = in_a_room(&said);
    let end_ms = 1000 + said.len() as u64 / 16;
    let [Heard::Began { at_ms: began }, Heard::Ended { at_ms: ended }] =
        heard(&voice, Rate::Voice, ACTIVITY, &room, 700)[..]
    else {
        panic!("{:?}", heard(&voice, Rate::Voice, ACTIVITY, &room, 700));
    };
    assert!((900..=1250).contains(&began), "{began}");
    // A synthesiser leaves a quarter of a second of silence behind a sentence.
    assert!((end_ms - 500..=end_ms + 250).contains(&ended), "{ended}, said until {end_ms}");
    // However it is cut, and at either rate, it is the same speech.
    assert_eq!(heard(&voice, Rate::Voice, ACTIVITY, &room, 4000).len(), 2);
    let full: Vec<i16> = room.iter().flat_map(|sample| [*sample; 3]).collect();
    let at_full_rate = heard(&voice, Rate::Full, ACTIVITY, &full, 1001);
    assert!(
        matches!(at_full_rate[..], [Heard::Began { at_ms }, Heard::Ended { .. }] if at_ms.abs_diff(began) < 60),
        "{at_full_rate:?} and {began}"
    );
}

#[test]
fn noise_and_hum_are_no_speech_though_they_are_loud() {
    let voice = voice();
    let mut seed = 7_u32;
    let mut noise = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 19) as i16 - 4096
    };
    let hiss: Vec<i16> = (0..80_000).map(|_| noise()).collect();
    let hum: Vec<i16> =
        (0..80_000).map(|at| ((f64::from(at) * 0.019_63).sin() * 6000.0) as i16 + noise() / 40).collect();
    for (name, sound) in [("hiss", hiss), ("hum", hum), ("silence", vec![0; 80_000])] {
        assert_eq!(heard(&voice, Rate::Voice, ACTIVITY, &sound, 1000), [], "{name}");
    }
}

#[test]
fn the_phrase_is_heard_and_other_speech_is_not() {
    let voice = voice();
    let wishes = Wishes { wake: true, ..Wishes::default() };
    for (speaker, text, wanted) in [
        ("cmn-latn-pinyin+f3", "ni3 hao3 jiang3 tai2", Some(Phrase::Chinese)),
        ("cmn-latn-pinyin+m3", "ni3 hao3 jiang3 tai2", Some(Phrase::Chinese)),
        ("en-us+f2", "hello dais", Some(Phrase::English)),
        ("en-gb+m2", "hello dais", Some(Phrase::English)),
        ("cmn-latn-pinyin+f3", "ni3 hao3 lao3 shi1", None),
        ("en-us+m4", "good morning everybody, please sit down and open your books", None),
    ] {
        let events = heard(&voice, Rate::Voice, wishes, &in_a_room(&speech(speaker, text)), 1600);
        let phrases: Vec<Phrase> = events
            .iter()
            .map(|event| match event {
                Heard::Wake { phrase, confidence, .. } if *confidence >= 0.5 => *phrase,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(phrases, Vec::from_iter(wanted), "{speaker} said {text}");
    }
}

#[test]
fn what_is_missing_keeps_the_time_and_ends_speech() {
    let (voice, said) = (voice(), speech("en-us", "one two three four five six seven eight nine ten"));
    let mut ears = Ears::new(Rate::Voice, ACTIVITY);
    let began = ears.hear(&voice, &said[..24_000], 0, &leave()).unwrap();
    assert!(matches!(began[..], [Heard::Began { .. }]), "{began:?}");
    let later = ears.hear(&voice, &said[24_000..], 160_000, &leave()).unwrap();
    assert!(matches!(later[0], Heard::Ended { at_ms } if at_ms <= 1500), "{later:?}");
    let Heard::Began { at_ms } = later[1] else { panic!("{later:?}") };
    assert!((11_450..12_500).contains(&at_ms), "{at_ms}");
}

fn energy(samples: &[i16]) -> f64 {
    samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / samples.len() as f64
}

#[test]
fn dtln_says_what_onnxruntime_says() {
    let (voice, mut suppressor, mut clean) = (voice(), Suppressor::new(Rate::Voice), Vec::new());
    let samples: Vec<i16> = sweep(40 * 128).iter().map(|sample| (sample * 32_768.0) as i16).collect();
    voice.clean(&mut suppressor, &samples, &mut clean, &leave()).unwrap();
    // The script's sum begins 384 samples before the first that went in.
    let some: Vec<f32> = clean.iter().skip(1000 - 384).step_by(97).map(|sample| f32::from(*sample)).collect();
    // In steps of 16 bits, which both sides round to.
    assert_near(&some, &golden("dtln"), 2.0);
}

#[test]
fn noise_is_taken_out_and_speech_stays() {
    let voice = voice();
    let said: Vec<i16> = speech("en-us", "The quick brown fox jumps over the lazy dog.")
        .iter()
        .map(|sample| sample / 2)
        .collect();
    let mut seed = 3_u32;
    let mut noise = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 21) as i16 - 1024
    };
    let quiet = 32_000;
    for (rate, times) in [(Rate::Voice, 1), (Rate::Full, 3)] {
        let speech: Vec<i16> = said.iter().flat_map(|sample| vec![*sample; times]).collect();
        let noisy: Vec<i16> =
            [vec![0; quiet * times], speech.clone()].concat().iter().map(|sample| sample + noise()).collect();
        let (mut suppressor, mut clean) = (Suppressor::new(rate), Vec::new());
        for piece in noisy.chunks(777).chain([[].as_slice()]) {
            voice.clean(&mut suppressor, piece, &mut clean, &leave()).unwrap();
        }
        assert_eq!(clean.len(), noisy.len());
        // After it has got used to the noise, a twentieth of it is left; speech keeps most of its power.
        let settled = quiet * times / 2;
        let (before, after) =
            (energy(&noisy[settled..quiet * times]), energy(&clean[settled..quiet * times]));
        assert!(after < before / 20.0, "{rate:?}: {before:.0} became {after:.0}");
        let (before, after) = (energy(&speech), energy(&clean[quiet * times..]));
        assert!(after > before / 2.0 && after < before * 1.5, "{rate:?}: {before:.0} became {after:.0}");
        // Each sample is in its place: a little earlier or later it is less like what was said.
        let like = |late: isize| {
            let clean = &clean[(quiet * times).saturating_add_signed(late)..];
            speech.iter().zip(clean).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>()
        };
        let best = (-30..=30).max_by(|a, b| like(*a).total_cmp(&like(*b))).unwrap();
        assert!(best.unsigned_abs() < 2 * times, "{rate:?}: {best} late");
    }
}

#[test]
fn a_calibrated_tone_has_its_level() {
    // A calibrator gives 94 dB at 1 kHz; a microphone whose full scale is 120 dB has it 26 dB below.
    let wishes = Wishes { level: Some(Thresholds::default()), ..Wishes::default() };
    for rate in [Rate::Voice, Rate::Full] {
        let amplitude = 32_767.0 * 10_f64.powf(-26.0 / 20.0);
        let step = std::f64::consts::TAU * 1000.0 / f64::from(rate.samples_a_second());
        let tone: Vec<i16> = (0..10 * rate.samples_a_second())
            .map(|at| ((f64::from(at) * step).sin() * amplitude).round() as i16)
            .collect();
        let events = heard(&Voice::without_models(), rate, wishes, &tone, 480);
        assert_eq!(events.len(), 40);
        let Some(Heard::Level { at_ms: 10_000, level_db, colour: Colour::Red, .. }) = events.last() else {
            panic!("{:?}", events.last());
        };
        assert!((level_db - 94.0).abs() < 0.1, "{rate:?}: {level_db}");
    }
}

fn any_sample() -> impl Strategy<Value = i16> {
    prop_oneof![any::<i16>(), Just(0), Just(i16::MIN), Just(i16::MAX)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn garbage_is_heard_in_order_however_it_is_cut(
        full in any::<bool>(),
        pieces in prop::collection::vec((prop::collection::vec(any_sample(), 0..20), 0..2000_usize, 0..3_u64), 0..24),
    ) {
        let rate = if full { Rate::Full } else { Rate::Voice };
        let wishes = Wishes { activity: true, level: Some(Thresholds::default()), wake: true };
        let (voice, mut ears) = (Voice::without_models(), Ears::new(rate, wishes));
        let (mut at, mut speaking) = (0, false);
        for (pattern, repeats, missing) in pieces {
            let samples = pattern.repeat(repeats);
            // Nothing, a little, or an age.
            let missing = missing.pow(40);
            at += missing + samples.len() as u64;
            let mut last = 0;
            for heard in ears.hear(&voice, &samples, missing, &leave()).unwrap() {
                let then = match heard {
                    Heard::Began { at_ms } => { prop_assert!(!speaking); speaking = true; at_ms }
                    Heard::Ended { at_ms } => { prop_assert!(speaking); speaking = false; at_ms }
                    Heard::Level { at_ms, loudness, level_db, .. } => {
                        prop_assert!((SILENCE_DB..=4.0).contains(&loudness.dbfs), "{}", loudness.dbfs);
                        prop_assert!(level_db.is_finite());
                        prop_assert!(at_ms >= last);
                        last = at_ms;
                        at_ms
                    }
                    Heard::Wake { .. } => { prop_assert!(false, "no network is there"); 0 }
                };
                prop_assert!(then <= rate.milliseconds(at));
            }
        }
        prop_assert_eq!(ears.end().is_some(), speaking);
    }
}

#[test]
fn what_goes_missing_bit_by_bit_adds_up() {
    // A sample of 48 kHz is missing before each of 4,000 frames: after a minute the time is still right to a frame.
    let voice = Voice::without_models();
    let mut ears = Ears::new(Rate::Full, ACTIVITY);
    for _ in 0..4000 {
        ears.hear(&voice, &[0; 767], 1, &leave()).unwrap();
    }
    let said = speech("en-us", "one two three four five six seven eight nine ten");
    let full: Vec<i16> = said.iter().flat_map(|sample| [*sample; 3]).collect();
    let events = ears.hear(&voice, &full, 0, &leave()).unwrap();
    let Some(Heard::Began { at_ms }) = events.first() else { panic!("{events:?}") };
    assert!((63_900..65_000).contains(at_ms), "{at_ms}");
}
