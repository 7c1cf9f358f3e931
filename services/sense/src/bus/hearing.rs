//! Sound for `org.dais.Inference1.Voice`, through a pipe, and what it hears in it.

use std::os::fd::AsFd;
use std::time::Duration;

use api::voice::{VoiceError, VoiceProxy, WISH_ACTIVITY, WISH_LEVEL};
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::pipe;
use tokio::sync::mpsc;
use tokio::time::timeout;
use zbus::{Connection, Fd};

use super::patience::{ANSWER_WITHIN, Patience};
use crate::actor::Mail;
use crate::ear::{RATE, Sounds};
use crate::room::{Event, Noise, Sense, Why};

/// A pipe holds most of a second; who takes nothing for longer hears nothing.
const TAKEN_WITHIN: Duration = Duration::from_secs(3);

/// Until the microphone closes.
pub(super) async fn play(connection: Connection, mut sounds: Sounds, mail: mpsc::Sender<Mail>) {
    let mut patience = Patience::new(Sense::Hearing, mail);
    loop {
        match listen(&connection, &mut sounds, &mut patience).await {
            Ok(()) => return,
            Err(why) => patience.failed(why).await,
        }
        // What is said meanwhile is nobody's.
        let pause = tokio::time::sleep(patience.pause());
        tokio::pin!(pause);
        loop {
            tokio::select! {
                () = &mut pause => break,
                sound = sounds.recv() => if sound.is_none() { return },
            }
        }
    }
}

/// One session, until it is over or the microphone closes.
async fn listen(connection: &Connection, sounds: &mut Sounds, patience: &mut Patience) -> Result<(), Why> {
    let absent = |error: zbus::Error| why(&VoiceError::Bus(error));
    let voice = VoiceProxy::new(connection).await.map_err(absent)?;
    // Before the session begins, so that nothing of it is missed.
    let mut began = voice.receive_speech_began().await.map_err(absent)?;
    let mut ended = voice.receive_speech_ended().await.map_err(absent)?;
    let mut levels = voice.receive_level().await.map_err(absent)?;
    let mut over = voice.receive_ended().await.map_err(absent)?;
    let (mut to, sound) = pipe::pipe().map_err(|error| {
        tracing::error!(%error, "there is no pipe");
        Why::Failed
    })?;
    let listening = voice.listen(Fd::from(sound.as_fd()), RATE, WISH_ACTIVITY | WISH_LEVEL);
    let session = match timeout(ANSWER_WITHIN, listening).await {
        Ok(outcome) => outcome.map_err(|error| why(&error))?,
        Err(_) => return Err(Why::Overloaded),
    };
    drop(sound);
    loop {
        tokio::select! {
            sound = sounds.recv() => {
                let Some(sound) = sound else { return Ok(()) };
                match timeout(TAKEN_WITHIN, to.write_all(&sound)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(_)) => return Err(Why::Absent),
                    Err(_) => return Err(Why::Overloaded),
                }
            }
            Some(level) = levels.next() => {
                let Ok(level) = level.args() else { continue };
                if level.session == session {
                    patience.answered().await;
                    let noise = Noise { dbfs: level.dbfs.round(), colour: level.colour };
                    patience.tell(Event::Heard(noise)).await;
                }
            }
            Some(spoke) = began.next() => {
                if spoke.args().is_ok_and(|spoke| spoke.session == session) {
                    patience.tell(Event::Spoke(true)).await;
                }
            }
            Some(spoke) = ended.next() => {
                if spoke.args().is_ok_and(|spoke| spoke.session == session) {
                    patience.tell(Event::Spoke(false)).await;
                }
            }
            Some(over) = over.next() => {
                if over.args().is_ok_and(|over| over.session == session) {
                    return Err(Why::Absent);
                }
            }
        }
    }
}

fn why(error: &VoiceError) -> Why {
    tracing::warn!(%error, "what the microphone hears is not recognised");
    match error {
        VoiceError::NoModel(_) => Why::NoModel,
        VoiceError::Busy(_) => Why::Overloaded,
        VoiceError::Bus(_)
        | VoiceError::NotAStream(_)
        | VoiceError::BadRate(_)
        | VoiceError::BadWishes(_)
        | VoiceError::NoSession(_) => Why::Absent,
    }
}
