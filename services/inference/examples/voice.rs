//! How well voice works, on sound that it was not made from; the tables in `src/voice.rs` are its output.
//!
//! `cargo run -p inference --example voice -- wake FOLDER` hears every wave file of a folder (16 kHz, one channel, 16
//! bits): in how many a phrase was called, by the part of the name before the first `-`, and how often an hour.
//! `... speech FOLDER` takes speech without noise, mixes noise of three kinds in, and tells how many of its 16 ms are
//! told as speech that are, and are not, by the small detector alone and by both. `... noise FOLDER` takes pairs
//! `NAME-clean.wav`, `NAME-noisy.wav` (48 kHz) and tells the signal-to-noise ratio before and after. `... cost FOLDER`
//! tells processor milliseconds a second of sound of each part.
#![allow(clippy::print_stdout, reason = "a measurement speaks to a terminal")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use inference::Leave;
use inference::catalogue::{self, Files};
use inference::voice::{Ears, Heard, Phrase, Rate, Suppressor, Thresholds, Voice, Wishes};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, folder] = arguments.as_slice() else { bail!("wake|speech|noise|cost FOLDER") };
    let folder = Path::new(folder);
    match what.as_str() {
        "wake" => wake(folder),
        "speech" => speech(folder),
        "noise" => noise(folder),
        "cost" => cost(folder),
        other => bail!("{other} is not known"),
    }
}

fn voice() -> Result<Voice> {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets");
    let listed = catalogue::read(&assets.join("manifest.toml"))?;
    Voice::open(&Files::new(&assets.join("fetched/models"), listed)).context("run `cargo xtask assets` first")
}

fn leave() -> Leave {
    Leave::until(Instant::now() + Duration::from_secs(3600))
}

/// Wave files of a folder whose names end so, in order.
fn waves(folder: &Path, end: &str) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(end) {
            all.push(path);
        }
    }
    all.sort();
    ensure!(!all.is_empty(), "no wave file lies in {}", folder.display());
    Ok(all)
}

fn samples(path: &Path) -> Result<Vec<i16>> {
    let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let at = bytes.windows(4).position(|four| four == b"data").context("this is no wave file")?;
    Ok(bytes[at + 8..].chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect())
}

fn hear(voice: &Voice, rate: Rate, wishes: Wishes, samples: &[i16]) -> Result<Vec<Heard>> {
    let (mut ears, mut all) = (Ears::new(rate, wishes), Vec::new());
    for piece in samples.chunks(1600) {
        all.extend(ears.hear(voice, piece, 0, &leave())?);
    }
    all.extend(ears.end());
    Ok(all)
}

fn wake(folder: &Path) -> Result<()> {
    let voice = voice()?;
    // Files, files in which the phrase of that name was called, calls, samples.
    let mut kinds: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    for path in waves(folder, ".wav")? {
        let samples = samples(&path)?;
        let wishes = Wishes { wake: true, ..Wishes::default() };
        let heard = hear(&voice, Rate::Voice, wishes, &samples)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let parts: Vec<&str> = name.split('-').collect();
        let kind = format!("{} {} {}", parts[0], parts.get(1).unwrap_or(&""), parts.last().unwrap_or(&""));
        let wanted = if parts[0] == "zh" { Phrase::Chinese } else { Phrase::English };
        let of = |phrase: Phrase| move |heard: &&Heard| matches!(heard, Heard::Wake { phrase: said, .. } if *said == phrase);
        let right = heard.iter().filter(of(wanted)).count();
        let all = heard.iter().filter(of(Phrase::Chinese)).count()
            + heard.iter().filter(of(Phrase::English)).count();
        if all > right {
            println!("  another phrase: {name}");
        }
        let counts = kinds.entry(kind).or_default();
        for (count, more) in counts.iter_mut().zip([1, usize::from(right > 0), all, samples.len()]) {
            *count += more;
        }
    }
    println!("{:40} {:>6} {:>8} {:>6} {:>9} {:>8}", "kind", "files", "called", "calls", "minutes", "an hour");
    for (kind, [files, called, calls, length]) in kinds {
        let minutes = length as f64 / 16_000.0 / 60.0;
        let hourly = calls as f64 / minutes * 60.0;
        println!("{kind:40} {files:6} {called:8} {calls:6} {minutes:9.1} {hourly:8.2}");
    }
    Ok(())
}

/// Noise without numbers that repeat soon.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1_u32 << 30) - 1.0
    }

    /// White, brown (each sample leans on the last), or a fan: brown with a hum.
    fn of(&mut self, kind: &str, length: usize) -> Vec<f64> {
        let (mut held, keep) = (0.0, if kind == "white" { 0.0 } else { 0.97 });
        let mut made: Vec<f64> = (0..length)
            .map(|at| {
                held = keep * held + self.next();
                held + if kind == "fan" { 3.0 * (at as f64 * 0.0471).sin() } else { 0.0 }
            })
            .collect();
        let rms = (made.iter().map(|sample| sample * sample).sum::<f64>() / length as f64).sqrt();
        made.iter_mut().for_each(|sample| *sample /= rms);
        made
    }
}

const FRAME: usize = 256;

fn speech(folder: &Path) -> Result<()> {
    let (both, alone) = (voice()?, Voice::without_models());
    let mut said = Vec::new();
    for path in waves(folder, ".wav")? {
        said.extend(samples(&path)?);
        said.extend(vec![0; 32_000]);
    }
    let energy = |frame: &[i16]| frame.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>();
    let loudest = said.chunks_exact(FRAME).map(energy).fold(0.0, f64::max);
    // Truth: within 40 dB of the loudest, and gaps of under a third of a second between.
    let mut truth: Vec<bool> = said.chunks_exact(FRAME).map(|frame| energy(frame) > loudest * 1e-4).collect();
    close(&mut truth, 20);
    let power = said.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>()
        / (truth.iter().filter(|speech| **speech).count() * FRAME) as f64;
    println!("{:22} {:>16} {:>16}   told of speech / of the rest, percent", "noise", "alone", "both");
    for (kind, snr) in
        [("white", 40), ("white", 10), ("white", 0), ("brown", 10), ("brown", 0), ("fan", 10), ("fan", 0)]
    {
        let gain = (power / 10_f64.powf(f64::from(snr) / 10.0)).sqrt();
        let noise = Noise(9).of(kind, said.len());
        let mixed: Vec<i16> = said
            .iter()
            .zip(noise)
            .map(|(said, noise)| (f64::from(*said) * 0.7 + noise * gain * 0.7) as i16)
            .collect();
        let mut line = format!("{kind} {snr} dB");
        for voice in [&alone, &both] {
            let (found, wrong) = judged(voice, &mixed, &truth)?;
            line = format!("{line:22} {found:7.1} / {wrong:5.1} ");
        }
        println!("{line}");
    }
    Ok(())
}

fn close(frames: &mut [bool], gap: usize) {
    let mut last = None::<usize>;
    for at in 0..frames.len() {
        if frames[at] {
            if let Some(last) = last.filter(|last| at - last <= gap) {
                frames[last..at].fill(true);
            }
            last = Some(at);
        }
    }
}

/// Of the frames that are speech, and of those that are not, how many percent were told as speech.
fn judged(voice: &Voice, samples: &[i16], truth: &[bool]) -> Result<(f64, f64)> {
    let mut told = vec![false; truth.len()];
    let mut since = None;
    for heard in hear(voice, Rate::Voice, Wishes { activity: true, ..Wishes::default() }, samples)? {
        match heard {
            Heard::Began { at_ms } => since = Some(at_ms as usize / 16),
            Heard::Ended { at_ms } => {
                let end = (at_ms as usize / 16).min(told.len());
                told[since.take().unwrap_or(end)..end].fill(true);
            }
            _ => {}
        }
    }
    let share = |of: bool| {
        let all = truth.iter().filter(|speech| **speech == of).count();
        let told = truth.iter().zip(&told).filter(|(speech, told)| **speech == of && **told).count();
        100.0 * told as f64 / all.max(1) as f64
    };
    Ok((share(true), share(false)))
}

/// Scale-invariant signal-to-noise ratio in dB of `heard`, which may be late, against `clean`.
fn ratio(clean: &[i16], heard: &[i16], late: usize) -> f64 {
    let pairs = || clean.iter().zip(&heard[late..]).map(|(a, b)| (f64::from(*a), f64::from(*b)));
    let (cross, power) = pairs().fold((0.0, 0.0), |(cross, power), (a, b)| (cross + a * b, power + a * a));
    let scale = cross / power;
    let rest = pairs().map(|(a, b)| (b - scale * a).powi(2)).sum::<f64>();
    10.0 * (scale * scale * power / rest).log10()
}

fn noise(folder: &Path) -> Result<()> {
    let voice = voice()?;
    let mut kinds: BTreeMap<String, Vec<[f64; 2]>> = BTreeMap::new();
    for path in waves(folder, "-noisy.wav")? {
        let name = path.to_string_lossy().into_owned();
        let clean = samples(Path::new(&name.replace("-noisy.wav", "-clean.wav")))?;
        let noisy = samples(&path)?;
        let (mut suppressor, mut out) = (Suppressor::new(Rate::Full), Vec::new());
        let late = suppressor.late();
        voice.clean(&mut suppressor, &noisy, &mut out, &leave())?;
        voice.clean(&mut suppressor, &[], &mut out, &leave())?;
        // The first two seconds are for getting used to the noise.
        let from = 96_000;
        let ratios = [ratio(&clean[from..], &noisy[from..], 0), ratio(&clean[from..], &out[from..], late)];
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let parts: Vec<&str> = stem.split('-').collect();
        kinds.entry(format!("{} {} dB", parts[1], parts[2])).or_default().push(ratios);
    }
    for (kind, ratios) in &kinds {
        let mean = |at: usize| ratios.iter().map(|ratio| ratio[at]).sum::<f64>() / ratios.len() as f64;
        println!("{kind:20} {:6.2} -> {:6.2} dB", mean(0), mean(1));
    }
    let all: Vec<_> = kinds.values().flatten().collect();
    let mean = |at: usize| all.iter().map(|ratio| ratio[at]).sum::<f64>() / all.len() as f64;
    println!("{:20} {:6.2} -> {:6.2} dB", "all", mean(0), mean(1));
    Ok(())
}

/// Processor time of this thread so far.
fn processor() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn cost(folder: &Path) -> Result<()> {
    let (both, alone) = (voice()?, Voice::without_models());
    let mut said = Vec::new();
    for path in waves(folder, ".wav")?.into_iter().take(20) {
        said.extend(samples(&path)?);
    }
    said.truncate(16_000 * 60);
    let seconds = said.len() as f64 / 16_000.0;
    let quiet = vec![0; said.len()];
    let activity = Wishes { activity: true, ..Wishes::default() };
    let level = Wishes { level: Some(Thresholds::default()), ..Wishes::default() };
    let wake = Wishes { wake: true, ..Wishes::default() };
    for (name, voice, wishes, sound) in [
        ("level", &alone, level, &said),
        ("activity, detector alone", &alone, activity, &said),
        ("activity, both", &both, activity, &said),
        ("wake, speech all the time", &both, wake, &said),
        ("wake, nobody speaks", &both, wake, &quiet),
    ] {
        let before = processor();
        hear(voice, Rate::Voice, wishes, sound)?;
        println!("{name:28} {:8.2} ms a second", (processor() - before).as_secs_f64() * 1000.0 / seconds);
    }
    let before = processor();
    let mut out = Vec::new();
    both.clean(&mut Suppressor::new(Rate::Full), &said, &mut out, &leave())?;
    println!(
        "{:28} {:8.2} ms a second",
        "noise suppression, 48 kHz",
        (processor() - before).as_secs_f64() * 3000.0 / seconds
    );
    Ok(())
}
