//! `org.dais.Inference1.Voice`: checks what comes in, hands it to the sessions, and tells each client what its own
//! session hears.

use anyhow::Context;
use api::voice::{NoiseColour, VoiceError, WISH_ACTIVITY, WISH_LEVEL, WISH_WAKE, WakePhrase};
use tokio::sync::{mpsc, oneshot, watch};
use zbus::message::Header;
use zbus::names::BusName;
use zbus::object_server::{InterfaceRef, SignalEmitter};
use zbus::{Connection, OwnedFd, interface};

use super::checks::client;
use crate::desk::Desk;
use crate::listening::{self, Ask, Networks, Reply, SESSIONS_MAX, Told, What};
use crate::refusal::Refusal;
use crate::scheduler::Client;
use crate::voice::{Colour, Heard, Phrase, Rate, Thresholds, Wishes};
use crate::{Parts, Task};

pub(super) struct Face {
    asks: mpsc::Sender<Ask>,
    count: watch::Receiver<usize>,
    desk: Desk,
    noise: Thresholds,
    wake_word: bool,
}

#[interface(name = "org.dais.Inference1.Voice", introspection_docs = false)]
impl Face {
    #[zbus(out_args("session"))]
    async fn listen(
        &self,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
        sound: OwnedFd,
        rate: u32,
        wishes: u32,
    ) -> Result<u32, VoiceError> {
        let (caller, rate) = (client(&header), rate_of(rate)?);
        let wishes = self.wishes_of(wishes)?;
        let networks = if wishes.activity || wishes.wake { self.networks().await? } else { Networks::none() };
        let (client, sound) = (caller.clone(), sound.into());
        let session = self.ask(|reply| Ask::Listen { client, sound, rate, wishes, networks, reply }).await?;
        self.end_if_gone(connection, caller).await;
        Ok(session)
    }

    #[zbus(out_args("session"))]
    async fn clean(
        &self,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
        sound: OwnedFd,
        rate: u32,
        cleaned: OwnedFd,
    ) -> Result<u32, VoiceError> {
        let (caller, rate) = (client(&header), rate_of(rate)?);
        let networks = self.networks().await?;
        let (client, sound, cleaned) = (caller.clone(), sound.into(), cleaned.into());
        let session = self.ask(|reply| Ask::Clean { client, sound, rate, cleaned, networks, reply }).await?;
        self.end_if_gone(connection, caller).await;
        Ok(session)
    }

    async fn stop(&self, #[zbus(header)] header: Header<'_>, session: u32) -> Result<(), VoiceError> {
        let client = client(&header);
        self.ask(|reply| Ask::Stop { client, session, reply }).await
    }

    #[zbus(property(emits_changed_signal = "false"))]
    fn sessions(&self) -> u32 {
        u32::try_from(*self.count.borrow()).unwrap_or(u32::MAX)
    }

    #[zbus(signal)]
    async fn speech_began(emitter: &SignalEmitter<'_>, session: u32, at_ms: u64) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn speech_ended(emitter: &SignalEmitter<'_>, session: u32, at_ms: u64) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn level(
        emitter: &SignalEmitter<'_>,
        session: u32,
        at_ms: u64,
        dbfs: f64,
        level_db: f64,
        colour: u32,
        clipped: u32,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn wake(
        emitter: &SignalEmitter<'_>,
        session: u32,
        at_ms: u64,
        phrase: u32,
        confidence: f64,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn ended(
        emitter: &SignalEmitter<'_>,
        session: u32,
        why: u32,
        sound_ms: u64,
        dropped_ms: u64,
    ) -> zbus::Result<()>;
}

impl Face {
    fn wishes_of(&self, wishes: u32) -> Result<Wishes, VoiceError> {
        if wishes == 0 || wishes & !(WISH_ACTIVITY | WISH_LEVEL | WISH_WAKE) != 0 {
            return Err(VoiceError::BadWishes(format!("{wishes} is no sum of the wishes 1, 2 and 4")));
        }
        if wishes & WISH_WAKE != 0 && !self.wake_word {
            let text = "the wake word is switched off; set wake_word = true in /etc/dais/inference.toml";
            return Err(VoiceError::BadWishes(text.to_owned()));
        }
        Ok(Wishes {
            activity: wishes & WISH_ACTIVITY != 0,
            level: (wishes & WISH_LEVEL != 0).then_some(self.noise),
            wake: wishes & WISH_WAKE != 0,
        })
    }

    /// Whoever left while the networks were loaded was told of as gone before there was a session to end.
    async fn end_if_gone(&self, connection: &Connection, client: Client) {
        let there = async {
            let name = BusName::try_from(&*client.0)?;
            zbus::fdo::DBusProxy::new(connection).await?.name_has_owner(name).await
        };
        if there.await.unwrap_or(true) {
            return;
        }
        if self.asks.send(Ask::Gone { client }).await.is_err() {
            tracing::debug!("the sessions have ended");
        }
    }

    async fn networks(&self) -> Result<Networks, VoiceError> {
        if *self.count.borrow() >= SESSIONS_MAX {
            return Err(refused(&listening::Refusal::Busy));
        }
        self.desk.lend(Task::Voice).await.map(Networks::lent).map_err(|refusal| {
            let text = refusal.to_string();
            match refusal {
                Refusal::Busy { .. } => VoiceError::Busy(text),
                _ => VoiceError::NoModel(text),
            }
        })
    }

    async fn ask<T>(&self, ask: impl FnOnce(Reply<T>) -> Ask) -> Result<T, VoiceError> {
        let (reply, answer) = oneshot::channel();
        self.asks.send(ask(reply)).await.map_err(|_| refused(&listening::Refusal::Ending))?;
        answer.await.map_err(|_| refused(&listening::Refusal::Ending))?.map_err(|refusal| refused(&refusal))
    }
}

fn rate_of(rate: u32) -> Result<Rate, VoiceError> {
    let text = || format!("{rate} samples a second are not understood; send 16000 or 48000");
    Rate::of(rate).ok_or_else(|| VoiceError::BadRate(text()))
}

fn refused(refusal: &listening::Refusal) -> VoiceError {
    let text = refusal.to_string();
    match refusal {
        listening::Refusal::NoStream(_) => VoiceError::NotAStream(text),
        listening::Refusal::Busy => VoiceError::Busy(text),
        listening::Refusal::NoSession(_) => VoiceError::NoSession(text),
        listening::Refusal::Ending => VoiceError::NoModel(text),
    }
}

/// Serves the interface; the speaker is to be run.
pub(super) async fn serve(
    connection: &Connection,
    parts: &Parts,
    desk: &Desk,
    sessions: listening::Desk,
) -> anyhow::Result<Speaker> {
    let listening::Desk { asks, told, count } = sessions;
    let face = Face { asks, count, desk: desk.clone(), noise: parts.noise, wake_word: parts.wake_word };
    let server = connection.object_server();
    server.at(api::INFERENCE.path, face).await.context("the voice interface could not be served")?;
    let face = server.interface(api::INFERENCE.path).await.context("the voice interface is not served")?;
    Ok(Speaker { face, told })
}

/// Tells clients of their sessions.
pub(super) struct Speaker {
    face: InterfaceRef<Face>,
    told: mpsc::Receiver<Told>,
}

impl Speaker {
    /// Until the sessions are gone, which others notice.
    pub(super) async fn run(mut self) -> zbus::Result<()> {
        while let Some(told) = self.told.recv().await {
            self.tell(told).await?;
        }
        std::future::pending().await
    }

    async fn tell(&self, Told { client, session, what }: Told) -> zbus::Result<()> {
        let client = BusName::try_from(&*client.0)?;
        let emitter = self.face.signal_emitter().to_owned().set_destination(client);
        match what {
            What::Heard(Heard::Began { at_ms }) => Face::speech_began(&emitter, session, at_ms).await,
            What::Heard(Heard::Ended { at_ms }) => Face::speech_ended(&emitter, session, at_ms).await,
            What::Heard(Heard::Level { at_ms, loudness, level_db, colour }) => {
                let colour = match colour {
                    Colour::Green => NoiseColour::Green,
                    Colour::Amber => NoiseColour::Amber,
                    Colour::Red => NoiseColour::Red,
                };
                let (dbfs, clipped) = (loudness.dbfs, loudness.clipped);
                Face::level(&emitter, session, at_ms, dbfs, level_db, colour.to_wire(), clipped).await
            }
            What::Heard(Heard::Wake { at_ms, phrase, confidence }) => {
                let phrase = match phrase {
                    Phrase::Chinese => WakePhrase::Chinese,
                    Phrase::English => WakePhrase::English,
                };
                Face::wake(&emitter, session, at_ms, phrase.to_wire(), confidence.into()).await
            }
            What::Over { why, sound_ms, dropped_ms } => {
                Face::ended(&emitter, session, why.to_wire(), sound_ms, dropped_ms).await
            }
        }
    }
}
