//! How soon a microphone is heard, alone and beside full load, and what sound costs those who wait for a word.

use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use api::voice::{VoiceProxy, WISH_ACTIVITY, WISH_LEVEL};
use futures_util::StreamExt;
use testbus::soon;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::pipe;
use tokio::task::JoinHandle;
use zbus::Fd;

use super::{BUSY, CALLS, Picture, Service, at, busy, caller_quiet, timed, told};

const RATE: u32 = 48_000;
/// As microphones give it.
const PIECE: Duration = Duration::from_millis(10);
/// Levels that are told; a quarter of a second apart.
const LEVELS: u64 = 80;
const LEVEL_MS: u64 = 250;

/// A quiet room.
fn hiss(length: usize) -> Vec<u8> {
    let mut seed = 5_u32;
    let mut next = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((seed >> 24) as i16 - 128).to_le_bytes()
    };
    (0..length).flat_map(|_| next()).collect()
}

/// A microphone that is listened to for speech and level without end; each moment that is a level's last.
async fn microphone(
    service: &Service,
) -> (VoiceProxy<'static>, u32, tokio::sync::mpsc::Receiver<Instant>, JoinHandle<()>) {
    let voice = VoiceProxy::new(&service.connect().await).await.unwrap();
    let (mut to, sound) = pipe::pipe().unwrap();
    let session = voice.listen(Fd::from(sound.as_fd()), RATE, WISH_ACTIVITY | WISH_LEVEL).await.unwrap();
    let (moments, moments_out) = tokio::sync::mpsc::channel(1024);
    let play = tokio::spawn(async move {
        let mut time = tokio::time::interval(PIECE);
        let piece = hiss((RATE / 100) as usize);
        for at in 1_u64.. {
            time.tick().await;
            // Who stopped the session takes no more.
            if to.write_all(&piece).await.is_err() {
                return;
            }
            let level = (at * PIECE.as_millis() as u64).is_multiple_of(LEVEL_MS);
            if level && moments.send(Instant::now()).await.is_err() {
                return;
            }
        }
    });
    (voice, session, moments_out, play)
}

/// How long after its last sample each level was told.
async fn heard(service: &Service) -> Vec<Duration> {
    let (voice, session, mut moments, play) = microphone(service).await;
    let mut levels = voice.receive_level().await.unwrap();
    let mut each = Vec::new();
    let mut number = 0;
    while each.len() < LEVELS as usize {
        let level = soon("levels are told", levels.next()).await.unwrap();
        let now = Instant::now();
        let of = level.args().unwrap().at_ms / LEVEL_MS;
        // One that was overtaken by the next is as late as that.
        while number < of {
            let moment = moments.recv().await.unwrap();
            number += 1;
            each.push(now.saturating_duration_since(moment));
        }
    }
    voice.stop(session).await.unwrap();
    play.abort();
    each.sort_unstable();
    each
}

/// Cleans a recording without end, as fast as it goes.
async fn recording(service: &Service) -> (VoiceProxy<'static>, u32, [JoinHandle<()>; 2]) {
    let voice = VoiceProxy::new(&service.connect().await).await.unwrap();
    let (mut to, sound) = pipe::pipe().unwrap();
    let (cleaned, mut from) = pipe::pipe().unwrap();
    let session = voice.clean(Fd::from(sound.as_fd()), RATE, Fd::from(cleaned.as_fd())).await.unwrap();
    let give = tokio::spawn(async move {
        let piece = hiss(RATE as usize);
        while to.write_all(&piece).await.is_ok() {}
    });
    let take = tokio::spawn(async move {
        let mut bytes = vec![0; 1 << 16];
        while from.read(&mut bytes).await.unwrap() > 0 {}
    });
    (voice, session, [give, take])
}

/// Sound alone and beside everything; everything alone and beside sound.
pub(super) async fn measure(service: &Service, word: &Picture) {
    let caller = service.caller().await;
    let before = service.memory();
    let quiet = heard(service).await;
    println!("memory with what listening needs: {:.0} MB more", service.memory() - before);
    let load = busy(service, BUSY, BUSY).await;
    let loaded = heard(service).await;
    load.iter().for_each(JoinHandle::abort);
    caller_quiet(&caller).await;
    told("a microphone heard after, nothing else asked", &quiet);
    told("a microphone heard after, full load", &loaded);

    let (mut alone, mut listening, mut cleaning) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..4 {
        alone.extend(timed(&caller, word, CALLS / 4).await);
        let (voice, session, _moments, play) = microphone(service).await;
        listening.extend(timed(&caller, word, CALLS / 4).await);
        voice.stop(session).await.unwrap();
        play.abort();
        let (voice, session, ends) = recording(service).await;
        cleaning.extend(timed(&caller, word, CALLS / 4).await);
        voice.stop(session).await.unwrap();
        ends.iter().for_each(JoinHandle::abort);
    }
    for (what, mut with) in [("a microphone", listening), ("a recording cleaned at full speed", cleaning)] {
        alone.sort_unstable();
        with.sort_unstable();
        told(&format!("a word beside {what}"), &with);
        println!("p99 with / alone: {:.2} (gate 1.1)", at(&with, 990) / at(&alone, 990));
    }
}
