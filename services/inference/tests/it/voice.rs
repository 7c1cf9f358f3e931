//! Sessions of sound on a bus of their own: what a client is told, what is refused by name, and what is freed.

use std::collections::HashSet;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::num::NonZeroUsize;
use std::os::fd::{AsFd, OwnedFd};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use api::voice::{
    NoiseColour, SessionEnd, VoiceError, VoiceProxy, WISH_ACTIVITY, WISH_LEVEL, WISH_WAKE, WakePhrase,
};
use futures_util::StreamExt;
use inference::Probe;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::pipe;
use zbus::{Connection, Fd, MatchRule, MessageStream};

use crate::models;
use crate::served::{Served, ink};

/// A client with all that it is told, in order.
struct Client {
    voice: VoiceProxy<'static>,
    told: MessageStream,
}

/// A signal's name and what it says.
#[derive(Debug, PartialEq)]
enum Told {
    Began(u64),
    Ended(u64),
    Level(f64, NoiseColour),
    Wake(WakePhrase),
    Over(SessionEnd, u64, u64),
}

impl Client {
    async fn new(served: &Served) -> Self {
        let connection: Connection = served.bus.connect().await;
        let rule = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .interface(api::voice::INTERFACE)
            .build()
            .unwrap();
        let told = MessageStream::for_match_rule(rule, &connection, NonZeroUsize::new(256)).await.unwrap();
        Self { voice: VoiceProxy::new(&connection).await.unwrap(), told }
    }

    async fn listen(&self, sound: impl AsFd, rate: u32, wishes: u32) -> Result<u32, VoiceError> {
        self.voice.listen(Fd::from(sound.as_fd()), rate, wishes).await
    }

    /// Everything about this session until it is over.
    async fn until_over(&mut self, session: u32) -> Vec<Told> {
        let mut all = Vec::new();
        loop {
            let message = self.told.next().await.unwrap().unwrap();
            let (header, body) = (message.header(), message.body());
            let (of, told) = match header.member().unwrap().as_str() {
                "SpeechBegan" => {
                    body.deserialize::<(u32, u64)>().map(|(of, at)| (of, Told::Began(at))).unwrap()
                }
                "SpeechEnded" => {
                    body.deserialize::<(u32, u64)>().map(|(of, at)| (of, Told::Ended(at))).unwrap()
                }
                "Level" => {
                    let (of, _, dbfs, _, colour, _): (u32, u64, f64, f64, u32, u32) =
                        body.deserialize().unwrap();
                    (of, Told::Level(dbfs, NoiseColour::from_wire(colour)))
                }
                "Wake" => {
                    let (of, _, phrase, _): (u32, u64, u32, f64) = body.deserialize().unwrap();
                    (of, Told::Wake(WakePhrase::from_wire(phrase)))
                }
                "Ended" => {
                    let (of, why, sound, dropped): (u32, u32, u64, u64) = body.deserialize().unwrap();
                    (of, Told::Over(SessionEnd::from_wire(why), sound, dropped))
                }
                other => panic!("{other}"),
            };
            if of == session {
                let over = matches!(told, Told::Over(..));
                all.push(told);
                if over {
                    return all;
                }
            }
        }
    }
}

/// A second of silence, what espeak-ng says at 22,050 samples a second taken as if they were 16,000, and two more
/// seconds: a deep, slow voice, and a voice all the same.
fn speech(text: &str) -> Vec<u8> {
    let said = Command::new("espeak-ng")
        .args(["-v", "en-us", "-p", "90", "-s", "220", "--stdout", text])
        .output()
        .expect("espeak-ng is among the packages that `cargo xtask test` installs");
    [vec![0; 32_000], said.stdout[44..].to_vec(), vec![0; 64_000]].concat()
}

/// Gives sound of 16,000 samples a second as a microphone does, in its own time.
async fn play(to: PipeWriter, sound: Vec<u8>) {
    let mut to = pipe::Sender::from_owned_fd(to.into()).unwrap();
    let mut time = tokio::time::interval(Duration::from_millis(40));
    for piece in sound.chunks(1280) {
        time.tick().await;
        to.write_all(piece).await.unwrap();
    }
}

fn noise(length: usize) -> Vec<u8> {
    let mut seed = 5_u32;
    let mut next = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_told_what_its_own_session_hears() {
    let served = Served::start(&models()).await;
    let (mut client, mut other) = (Client::new(&served).await, Client::new(&served).await);
    let (sound, to) = io::pipe().unwrap();
    let session = client.listen(&sound, 16_000, WISH_ACTIVITY | WISH_LEVEL).await.unwrap();
    drop(sound);
    let (quiet, to_other) = io::pipe().unwrap();
    let others = other.listen(&quiet, 48_000, WISH_LEVEL | WISH_WAKE).await.unwrap();
    assert_ne!(session, others);
    assert_eq!(client.voice.sessions().await.unwrap(), 2);
    let bytes = speech("Good morning everybody, today we talk about plants.");
    let length_ms = bytes.len() as u64 / 32;
    play(to, bytes).await;
    let told = client.until_over(session).await;
    let words = |told: &Told| !matches!(told, Told::Level(..));
    let [Told::Began(began), Told::Ended(ended), Told::Over(SessionEnd::SoundEnded, sound_ms, _)] =
        told.iter().filter(|told| words(told)).collect::<Vec<_>>()[..]
    else {
        panic!("{told:?}");
    };
    assert!(*began < *ended && *ended < length_ms, "{told:?}");
    assert_eq!(*sound_ms, length_ms);
    assert!(told.iter().any(|told| matches!(told, Told::Level(dbfs, _) if *dbfs > -40.0)), "{told:?}");
    drop(to_other);
    assert_eq!(other.until_over(others).await, [Told::Over(SessionEnd::SoundEnded, 0, 0)]);
    assert_eq!(client.voice.sessions().await.unwrap(), 0);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_sound_is_refused_by_name() {
    let served = Served::start(&models()).await;
    let (client, other) = (Client::new(&served).await, Client::new(&served).await);
    let (sound, to) = io::pipe().unwrap();
    let file = std::fs::File::open("/proc/self/exe").unwrap();
    let refused = async |sound: OwnedFd, rate, wishes| client.listen(sound, rate, wishes).await.unwrap_err();
    let read_end = || sound.try_clone().unwrap().into();
    assert!(matches!(refused(file.into(), 16_000, 1).await, VoiceError::NotAStream(_)));
    assert!(matches!(refused(to.try_clone().unwrap().into(), 16_000, 1).await, VoiceError::NotAStream(_)));
    assert!(matches!(refused(read_end(), 44_100, 1).await, VoiceError::BadRate(_)));
    assert!(matches!(refused(read_end(), 16_000, 0).await, VoiceError::BadWishes(_)));
    assert!(matches!(refused(read_end(), 16_000, 9).await, VoiceError::BadWishes(_)));
    let cleaned = client.voice.clean(Fd::from(sound.as_fd()), 48_000, Fd::from(sound.as_fd())).await;
    assert!(matches!(cleaned, Err(VoiceError::NotAStream(_))), "{cleaned:?}");
    let session = client.listen(&sound, 16_000, WISH_LEVEL).await.unwrap();
    assert!(matches!(other.voice.stop(session).await, Err(VoiceError::NoSession(_))));
    client.voice.stop(session).await.unwrap();
    assert!(matches!(client.voice.stop(session).await, Err(VoiceError::NoSession(_))));
    served.stop().await;
}

/// Until nobody holds the pipe's other end.
async fn closed(mut to: PipeWriter) {
    let gone = tokio::task::spawn_blocking(move || {
        loop {
            match to.write_all(&[0; 4096]) {
                Ok(()) => {}
                Err(error) => return error.kind(),
            }
        }
    });
    assert_eq!(gone.await.unwrap(), io::ErrorKind::BrokenPipe);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_few_and_end_with_their_client() {
    let served = Served::start(&models()).await;
    let (client, mut other) = (Client::new(&served).await, Client::new(&served).await);
    let mut ends = Vec::new();
    for _ in 0..4 {
        let (sound, to) = io::pipe().unwrap();
        client.listen(sound, 48_000, WISH_LEVEL).await.unwrap();
        ends.push(to);
    }
    let (sound, to) = io::pipe().unwrap();
    let busy = other.listen(&sound, 48_000, WISH_LEVEL).await;
    assert!(matches!(busy, Err(VoiceError::Busy(_))), "{busy:?}");
    client.voice.inner().connection().clone().close().await.unwrap();
    drop(client);
    for end in ends {
        closed(end).await;
    }
    let session = other.listen(sound, 48_000, WISH_LEVEL).await.unwrap();
    drop(to);
    assert!(matches!(other.until_over(session).await[..], [Told::Over(SessionEnd::SoundEnded, 0, 0)]));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_while_the_networks_load_leaves_nothing_behind() {
    let served = Served::start(&models()).await;
    let client = Client::new(&served).await;
    let (sound, to) = io::pipe().unwrap();
    let call = (Fd::from(sound.as_fd()), 16_000_u32, WISH_ACTIVITY);
    client.voice.inner().call_noreply("Listen", &call).await.unwrap();
    drop(sound);
    client.voice.inner().connection().clone().close().await.unwrap();
    drop(client);
    closed(to).await;
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_is_heard_while_every_worker_is_busy() {
    let door = Arc::new(tokio::sync::Mutex::new(()));
    let (inside, mut busy) = tokio::sync::watch::channel(0);
    let served = Served::probed(Probe::new({
        let door = Arc::clone(&door);
        move |_, _| {
            inside.send_modify(|count| *count += 1);
            drop(door.blocking_lock());
            inside.send_modify(|count| *count -= 1);
        }
    }))
    .await;
    let mut client = Client::new(&served).await;
    let (sound, to) = io::pipe().unwrap();
    let session = client.listen(sound, 16_000, WISH_ACTIVITY | WISH_LEVEL).await.unwrap();
    let closed_door = door.lock().await;
    let picture = Arc::new(ink());
    // As many as there are workers for those who wait; the background makes way meanwhile.
    for _ in 0..2 {
        let (picture, other) = (Arc::clone(&picture), served.other().await);
        tokio::spawn(async move {
            let fd = api::sealed::seal(picture.pixels()).unwrap();
            let (width, height) = (picture.width() as u32, picture.height() as u32);
            drop(other.recognize_text(Fd::from(fd), width, height, width, 5_000).await);
        });
    }
    busy.wait_for(|count| *count == 2).await.unwrap();
    play(to, speech("Good morning.")).await;
    let told = client.until_over(session).await;
    assert_eq!(*busy.borrow(), 2, "nobody came back meanwhile");
    assert!(matches!(told[..], [.., Told::Over(SessionEnd::SoundEnded, _, 0)]), "{told:?}");
    for wanted in ["Began", "Ended", "Level"] {
        assert!(told.iter().any(|told| format!("{told:?}").starts_with(wanted)), "{wanted}: {told:?}");
    }
    drop(closed_door);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_garbage_is_counted_and_bounded() {
    let served = Served::start(&models()).await;
    let mut client = Client::new(&served).await;
    let (sound, mut to) = io::pipe().unwrap();
    let session = client.listen(sound, 48_000, WISH_ACTIVITY | WISH_LEVEL | WISH_WAKE).await.unwrap();
    // Twenty seconds at once, and half a sample.
    let length = 48_000 * 20 * 2 + 1;
    tokio::task::spawn_blocking(move || to.write_all(&noise(length)).unwrap()).await.unwrap();
    let told = client.until_over(session).await;
    let Some(Told::Over(SessionEnd::SoundEnded, 20_000, dropped)) = told.last() else { panic!("{told:?}") };
    assert!(*dropped < 20_000, "{dropped}");
    assert!(!told.iter().any(|told| matches!(told, Told::Wake(_))), "{told:?}");
    served.stop().await;
}

/// Takes what is cleaned, a little at a time.
fn take(mut from: PipeReader) -> usize {
    let (mut bytes, mut all) = ([0; 333], 0);
    loop {
        match from.read(&mut bytes).unwrap() {
            0 => return all,
            count => all += count,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_taker_gets_all_that_was_cleaned() {
    let served = Served::start(&models()).await;
    let mut client = Client::new(&served).await;
    for rate in [16_000, 48_000] {
        let (sound, mut to) = io::pipe().unwrap();
        let (from, cleaned) = io::pipe().unwrap();
        let session =
            client.voice.clean(Fd::from(sound.as_fd()), rate, Fd::from(cleaned.as_fd())).await.unwrap();
        drop((sound, cleaned));
        let length = rate as usize * 6;
        // The half of a sample at the end is none.
        let given = tokio::task::spawn_blocking(move || to.write_all(&noise(length + 1)).unwrap());
        let taken = tokio::task::spawn_blocking(move || take(from)).await.unwrap();
        given.await.unwrap();
        assert_eq!(taken, length);
        assert_eq!(client.until_over(session).await, [Told::Over(SessionEnd::SoundEnded, 3000, 0)]);
    }
    // Nobody takes it: the session ends.
    let (sound, to) = io::pipe().unwrap();
    let (from, cleaned) = io::pipe().unwrap();
    let session =
        client.voice.clean(Fd::from(sound.as_fd()), 48_000, Fd::from(cleaned.as_fd())).await.unwrap();
    drop((sound, cleaned, from));
    closed(to).await;
    let told = client.until_over(session).await;
    assert!(matches!(told[..], [Told::Over(SessionEnd::NotTaken, ..)]), "{told:?}");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_models_levels_still_work() {
    let nothing = tempfile::tempdir().unwrap();
    let served = Served::start(nothing.path()).await;
    let mut client = Client::new(&served).await;
    let (sound, to) = io::pipe().unwrap();
    let refused = client.listen(&sound, 16_000, WISH_WAKE).await;
    assert!(matches!(&refused, Err(VoiceError::NoModel(text)) if text.contains("silero")), "{refused:?}");
    let session = client.listen(&sound, 16_000, WISH_LEVEL).await.unwrap();
    drop(sound);
    play(to, noise(32_000)).await;
    let told = client.until_over(session).await;
    let colours: HashSet<_> = told
        .iter()
        .filter_map(|told| match told {
            Told::Level(dbfs, colour) if *dbfs > -12.0 => Some(*colour as u32),
            _ => None,
        })
        .collect();
    assert!(!colours.is_empty(), "{told:?}");
    served.stop().await;
}
