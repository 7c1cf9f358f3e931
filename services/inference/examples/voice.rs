//! How well what is heard is heard, measured on a folder of wave files (one channel, 16 bits; third-party recordings
//! never come with this): `cargo run -p inference --example voice -- WHAT FOLDER`. The tables are in `voice/measured.md`.
//!
//! - `speech`: speech without noise (16 kHz). Noise of four kinds is mixed in at three levels; of the 16 ms frames that
//!   are speech, how many are found, and of the others, how many are called speech, by the small detector alone and by
//!   both. Truth is the energy of the clean recording.
//! - `level`: any recordings; their A-weighted level, beside the standard's formula over their spectrum.
//! - `noise`: pairs `NAME-KIND-DB-clean.wav`, `...-noisy.wav` (48 kHz); the signal-to-noise ratio before and after.
//! - `wake`: recordings (16 kHz); in how many a phrase was called, by the parts of the name before the first and after
//!   the last `-`, and how often an hour.
//! - `cost`: speech (16 kHz); processor milliseconds a second of sound of each part.
#![allow(clippy::print_stdout, reason = "a measurement speaks to a terminal")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use inference::Leave;
use inference::catalogue::{self, Files};
use inference::voice::{Ears, Heard, Phrase, Rate, Suppressor, Thresholds, Voice, Wishes};
use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, folder] = arguments.as_slice() else { bail!("wake|speech|level|noise|cost FOLDER") };
    let folder = Path::new(folder);
    match what.as_str() {
        "wake" => wake(folder),
        "speech" => speech(folder),
        "level" => level(folder),
        "noise" => noise(folder),
        "cost" => cost(folder),
        other => bail!("{other} is not known"),
    }
}

fn voice() -> Result<Voice> {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets");
    let listed = catalogue::read(&assets.join("models/manifest.toml"))?;
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

    /// White; brown (each sample leans on the last); a fan, which is brown with a hum; or keys that are struck eight
    /// times a second, each a burst that fades within 30 ms. Of power 1.
    fn of(&mut self, kind: &str, length: usize) -> Vec<f64> {
        let (mut held, mut struck, keep) =
            (0.0, 0.0, if kind == "brown" || kind == "fan" { 0.97 } else { 0.0 });
        let mut made: Vec<f64> = (0..length)
            .map(|at| {
                held = keep * held + self.next();
                struck *= 0.99;
                if self.next().abs() < 8.0 / 16_000.0 {
                    struck = 10.0;
                }
                match kind {
                    "keys" => held * (0.05 + struck),
                    "fan" => held + 3.0 * (at as f64 * 0.0471).sin(),
                    _ => held,
                }
            })
            .collect();
        let rms = power(&made).sqrt();
        made.iter_mut().for_each(|sample| *sample /= rms);
        made
    }
}

fn power(samples: &[f64]) -> f64 {
    samples.iter().map(|sample| sample * sample).sum::<f64>() / samples.len().max(1) as f64
}

const FRAME: usize = 256;
const KINDS: [&str; 4] = ["white", "brown", "fan", "keys"];
/// What speech is brought to: 24 dB below full scale, as a microphone at a teacher gives it; noise alone is as loud.
const SPEECH_RMS: f64 = 2000.0;

/// Frames that are speech, of those the ones that were found; frames that are not, of those the ones that were called
/// speech.
#[derive(Clone, Copy, Default)]
struct Judged([usize; 4]);

impl Judged {
    fn add(&mut self, truth: &[bool], told: &[bool]) {
        for (truth, told) in truth.iter().zip(told) {
            let at = if *truth { 0 } else { 2 };
            self.0[at] += 1;
            self.0[at + 1] += usize::from(*told);
        }
    }

    fn percents(self) -> String {
        let share = |all: usize, told: usize| 100.0 * told as f64 / all.max(1) as f64;
        let [speech, found, rest, wrong] = self.0;
        format!("{:6.1} / {:5.1}", share(speech, found), share(rest, wrong))
    }
}

fn speech(folder: &Path) -> Result<()> {
    let (both, alone) = (voice()?, Voice::without_models());
    let mut files = Vec::new();
    for path in waves(folder, ".wav")? {
        let mut said: Vec<f64> = samples(&path)?.into_iter().map(f64::from).collect();
        said.extend(vec![0.0; 16_000]);
        let truth = truth(&said);
        let loud = truth.iter().filter(|speech| **speech).count() * FRAME;
        let rms = (said.iter().map(|sample| sample * sample).sum::<f64>() / loud.max(1) as f64).sqrt();
        said.iter_mut().for_each(|sample| *sample *= SPEECH_RMS / rms);
        files.push((said, truth));
    }
    let seconds = files.iter().map(|(said, _)| said.len()).sum::<usize>() / 16_000;
    println!("{} files, {seconds} s; percent of speech found / of the rest called speech", files.len());
    println!("{:16} {:>15} {:>15}", "noise", "detector alone", "both");
    for (kind, snr) in KINDS.iter().flat_map(|kind| [20, 10, 0].map(|snr| (*kind, snr))) {
        let mut judged = [Judged::default(); 2];
        for (number, (said, truth)) in files.iter().enumerate() {
            let gain = SPEECH_RMS / 10_f64.powf(f64::from(snr) / 20.0);
            let noise = Noise(number as u64).of(kind, said.len());
            let mixed: Vec<i16> =
                said.iter().zip(noise).map(|(said, noise)| (said + noise * gain) as i16).collect();
            for (judged, voice) in judged.iter_mut().zip([&alone, &both]) {
                judged.add(truth, &called(voice, &mixed, truth.len())?.0);
            }
        }
        println!(
            "{:16} {:>15} {:>15}",
            format!("{kind} {snr} dB"),
            judged[0].percents(),
            judged[1].percents()
        );
    }
    println!("times that speech was told to begin in a quarter of an hour of noise alone");
    for kind in KINDS {
        let noise = Noise(77).of(kind, 16_000 * 900);
        let noise: Vec<i16> = noise.into_iter().map(|sample| (sample * SPEECH_RMS) as i16).collect();
        let [alone, both] = [&alone, &both].map(|voice| called(voice, &noise, 0).map(|(_, begun)| begun));
        println!("{kind:16} {:>15} {:>15}", alone?, both?);
    }
    Ok(())
}

/// Frames within 40 dB of the loudest of its recording, and pauses of under half a second between, which belong to a
/// sentence.
fn truth(said: &[f64]) -> Vec<bool> {
    let loudest = said.chunks_exact(FRAME).map(power).fold(0.0, f64::max);
    let mut frames: Vec<bool> = said.chunks_exact(FRAME).map(|frame| power(frame) > loudest * 1e-4).collect();
    let mut last = None::<usize>;
    for at in 0..frames.len() {
        if frames[at] {
            if let Some(last) = last.filter(|last| at - last <= 31) {
                frames[last..at].fill(true);
            }
            last = Some(at);
        }
    }
    frames
}

/// Which of the frames were called speech, and how often speech began.
fn called(voice: &Voice, samples: &[i16], frames: usize) -> Result<(Vec<bool>, usize)> {
    let (mut told, mut since, mut begun) = (vec![false; frames], None, 0);
    for heard in hear(voice, Rate::Voice, Wishes { activity: true, ..Wishes::default() }, samples)? {
        match heard {
            Heard::Began { at_ms } => {
                begun += 1;
                since = Some(at_ms as usize / 16);
            }
            Heard::Ended { at_ms } => {
                let end = (at_ms as usize / 16).min(frames);
                told[since.take().unwrap_or(end).min(end)..end].fill(true);
            }
            _ => {}
        }
    }
    Ok((told, begun))
}

/// The level of each recording beside the standard's own formula, laid over its spectrum.
fn level(folder: &Path) -> Result<()> {
    let silent = Voice::without_models();
    let wishes = Wishes { level: Some(Thresholds::default()), ..Wishes::default() };
    let mut worst = 0.0_f64;
    for path in waves(folder, ".wav")? {
        let bytes = std::fs::read(&path)?;
        let rate = bytes.get(24..28).and_then(|four| Some(u32::from_le_bytes(four.try_into().ok()?)));
        let rate =
            rate.and_then(Rate::of).context("a recording must have 16000 or 48000 samples a second")?;
        let samples = samples(&path)?;
        let quarter = rate.samples_a_second() as usize / 4;
        let whole = &samples[..samples.len() / quarter * quarter];
        let powers: Vec<f64> = hear(&silent, rate, wishes, whole)?
            .iter()
            .filter_map(|heard| match heard {
                Heard::Level { loudness, .. } => Some(10_f64.powf(loudness.dbfs / 10.0)),
                _ => None,
            })
            .collect();
        let ours = 10.0 * (powers.iter().sum::<f64>() / powers.len().max(1) as f64).log10();
        let theirs = by_spectrum(whole, f64::from(rate.samples_a_second()));
        worst = worst.max((ours - theirs).abs());
        println!(
            "{ours:7.2} {theirs:7.2} dBFS(A)  {}",
            path.file_name().unwrap_or_default().to_string_lossy()
        );
    }
    println!("worst difference {worst:.2} dB");
    Ok(())
}

/// IEC 61672-1, annex E: the weight of each frequency of the whole recording's spectrum.
fn by_spectrum(samples: &[i16], rate: f64) -> f64 {
    let mut spectrum: Vec<Complex<f64>> =
        samples.iter().map(|sample| Complex::new(f64::from(*sample) / 32_768.0, 0.0)).collect();
    FftPlanner::new().plan_fft_forward(spectrum.len()).process(&mut spectrum);
    let length = spectrum.len();
    let weight = |frequency: f64| {
        let [f1, f2, f3, f4] =
            [20.598_997, 107.652_65, 737.862_23, 12_194.217_f64].map(|pole: f64| pole.powi(2));
        let f = frequency * frequency;
        f4 * f * f / ((f + f1) * ((f + f2) * (f + f3)).sqrt() * (f + f4))
    };
    let at_1000 = weight(1000.0);
    let energy: f64 = spectrum
        .iter()
        .enumerate()
        .map(|(at, bin)| {
            bin.norm_sqr() * (weight(at.min(length - at) as f64 * rate / length as f64) / at_1000).powi(2)
        })
        .sum();
    // Parseval; a sine at full scale, whose power is a half, is 0 dB.
    10.0 * (2.0 * energy / (length as f64).powi(2)).log10()
}

/// Scale-invariant signal-to-noise ratio in dB of `heard` against `clean`.
fn ratio(clean: &[i16], heard: &[i16]) -> f64 {
    let pairs = || clean.iter().zip(heard).map(|(a, b)| (f64::from(*a), f64::from(*b)));
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
        voice.clean(&mut suppressor, &noisy, &mut out, &leave())?;
        voice.clean(&mut suppressor, &[], &mut out, &leave())?;
        // The first two seconds are for getting used to the noise.
        let from = 96_000;
        let ratios = [ratio(&clean[from..], &noisy[from..]), ratio(&clean[from..], &out[from..])];
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
