//! A recording played into the inference service where `cargo dev` runs, in its own time, and what the service says.

use std::os::fd::AsFd;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use api::voice::{
    NoiseColour, SessionEnd, VoiceError, VoiceProxy, WISH_ACTIVITY, WISH_LEVEL, WISH_WAKE, WakePhrase,
};
use futures_util::StreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::pipe;
use zbus::{Connection, Fd};

/// What there is.
pub const COMMANDS: &str = "listen FILE.wav, clean FILE.wav TO.wav";
/// Pieces a second, as a microphone would give them.
const PIECES_A_SECOND: u32 = 25;
/// Longest recording: an hour of 48 kHz.
const WAV_BYTES_MAX: usize = 3600 * 48_000 * 2 + (1 << 16);

/// A wave file's sound: mono, 16 bits.
struct Wave {
    rate: u32,
    sound: Vec<u8>,
}

impl Wave {
    fn read(path: &str) -> Result<Self> {
        let bytes = std::fs::read(path).with_context(|| format!("{path} cannot be read"))?;
        ensure!(bytes.len() <= WAV_BYTES_MAX, "{path} is longer than an hour");
        Self::parse(&bytes)
    }

    /// RIFF: chunks of a name, a length and so many bytes, each padded to an even number.
    fn parse(bytes: &[u8]) -> Result<Self> {
        ensure!(bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WAVE"), "this is no wave file");
        let (mut rest, mut format) = (&bytes[12..], None);
        while let Some((head, body)) = rest.split_at_checked(8) {
            let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
            let chunk = &body[..length.min(body.len())];
            match &head[..4] {
                b"fmt " => format = chunk.first_chunk::<16>().copied(),
                b"data" => {
                    let format = format.context("the wave file does not say what it holds")?;
                    let rate = u32::from_le_bytes([format[4], format[5], format[6], format[7]]);
                    let mono = format[..4] == [1, 0, 1, 0] && format[14] == 16;
                    ensure!(
                        mono && (rate == 16_000 || rate == 48_000),
                        "it must have one channel of 16 bits at 16000 or 48000 Hz: ffmpeg -i FILE -ac 1 -ar 48000 TO.wav"
                    );
                    return Ok(Self { rate, sound: chunk.to_vec() });
                }
                _ => {}
            }
            rest = body.get(length + length % 2..).unwrap_or_default();
        }
        bail!("the wave file holds no sound")
    }

    fn write(path: &str, rate: u32, sound: &[u8]) -> Result<()> {
        let length = u32::try_from(sound.len())?;
        let mut bytes = b"RIFF".to_vec();
        bytes.extend((length + 36).to_le_bytes());
        bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
        bytes.extend(rate.to_le_bytes());
        bytes.extend((rate * 2).to_le_bytes());
        bytes.extend(b"\x02\0\x10\0data");
        bytes.extend(length.to_le_bytes());
        bytes.extend(sound);
        std::fs::write(path, bytes).with_context(|| format!("{path} cannot be written"))
    }
}

/// Does one command, telling as it goes; none of ours otherwise.
///
/// # Errors
/// The file is no such recording, or the service refuses.
pub async fn act(connection: &Connection, command: &str, tell: impl FnMut(String)) -> Option<Result<String>> {
    match command.split_whitespace().collect::<Vec<_>>()[..] {
        ["listen", file] => Some(listen(connection, file, tell).await),
        ["clean", file, to] => Some(clean(connection, file, to).await),
        _ => None,
    }
}

async fn listen(connection: &Connection, file: &str, mut tell: impl FnMut(String)) -> Result<String> {
    let wave = Wave::read(file)?;
    let voice = VoiceProxy::new(connection).await?;
    let mut began = voice.receive_speech_began().await?;
    let mut over = voice.receive_speech_ended().await?;
    let mut levels = voice.receive_level().await?;
    let mut wakes = voice.receive_wake().await?;
    let mut ended = voice.receive_ended().await?;
    let (mut to, sound) = pipe::pipe()?;
    let wishes = WISH_ACTIVITY | WISH_LEVEL;
    let listen = |wishes| voice.listen(Fd::from(sound.as_fd()), wave.rate, wishes);
    let session = match listen(wishes | WISH_WAKE).await {
        Err(VoiceError::BadWishes(why)) => {
            tell(why);
            listen(wishes).await?
        }
        other => other?,
    };
    drop(sound);
    let piece = (wave.rate / PIECES_A_SECOND * 2) as usize;
    let play = async move {
        let mut time = tokio::time::interval(Duration::from_secs(1) / PIECES_A_SECOND);
        for piece in wave.sound.chunks(piece) {
            time.tick().await;
            to.write_all(piece).await?;
        }
        anyhow::Ok(())
    };
    tokio::pin!(play);
    let (mut played, seconds) = (false, |ms: u64| ms as f64 / 1000.0);
    loop {
        tokio::select! {
            // The end is told last, and is to be read last.
            biased;
            done = &mut play, if !played => {
                done?;
                played = true;
            }
            Some(told) = began.next() => tell(format!("{:7.2} s speech", seconds(told.args()?.at_ms))),
            Some(told) = over.next() => tell(format!("{:7.2} s quiet", seconds(told.args()?.at_ms))),
            Some(told) = levels.next() => {
                let told = told.args()?;
                let colour = NoiseColour::from_wire(told.colour);
                tell(format!("{:7.2} s {:6.1} dBFS(A), {:5.1} dB(A) if calibrated, {colour:?}",
                    seconds(told.at_ms), told.dbfs, told.level_db));
            }
            Some(told) = wakes.next() => {
                let told = told.args()?;
                let phrase = WakePhrase::from_wire(told.phrase);
                tell(format!("{:7.2} s called: {phrase:?}, {:.2}", seconds(told.at_ms), told.confidence));
            }
            Some(told) = ended.next() => {
                let told = told.args()?;
                if told.session == session {
                    let why = SessionEnd::from_wire(told.why);
                    return Ok(format!("{why:?} after {:.2} s, {} ms dropped", seconds(told.sound_ms), told.dropped_ms));
                }
            }
        }
    }
}

async fn clean(connection: &Connection, file: &str, to: &str) -> Result<String> {
    let wave = Wave::read(file)?;
    let voice = VoiceProxy::new(connection).await?;
    let (mut give, sound) = pipe::pipe()?;
    let (cleaned, mut take) = pipe::pipe()?;
    voice.clean(Fd::from(sound.as_fd()), wave.rate, Fd::from(cleaned.as_fd())).await?;
    drop((sound, cleaned));
    let mut clean = Vec::new();
    let given = async {
        let given = give.write_all(&wave.sound).await;
        drop(give);
        given
    };
    let (given, taken) = tokio::join!(given, take.read_to_end(&mut clean));
    given?;
    taken?;
    Wave::write(to, wave.rate, &clean)?;
    Ok(format!("{} holds it without its noise", Path::new(to).display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wave_file_survives_and_anything_else_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        let path = path.to_str().unwrap();
        Wave::write(path, 48_000, &[1, 2, 3, 4]).unwrap();
        let wave = Wave::read(path).unwrap();
        assert_eq!((wave.rate, wave.sound.as_slice()), (48_000, [1, 2, 3, 4].as_slice()));
        Wave::write(path, 44_100, &[]).unwrap();
        let wrong = Wave::read(path).err().unwrap().to_string();
        assert!(wrong.contains("48000"), "{wrong}");
        let whole = std::fs::read(path).unwrap();
        for length in 0..whole.len() {
            assert!(Wave::parse(&whole[..length]).is_err(), "{length}");
        }
    }
}
