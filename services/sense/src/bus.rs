//! The service on the bus: checks nothing but who calls, answers out of what is known, and hands frames and sound to
//! recognition.

mod hearing;
mod patience;
mod sight;

use anyhow::Context;
use api::sense::{SILENCE_DBFS, SenseError, Trouble};
use daemon::Stop;
use futures_util::StreamExt;
use tokio::sync::{mpsc, oneshot, watch};
use zbus::fdo::DBusProxy;
use zbus::message::Header;
use zbus::names::BusName;
use zbus::object_server::{InterfaceRef, SignalEmitter};
use zbus::{Connection, interface};

use crate::Parts;
use crate::actor::{Actor, Desk, Mail, Opening};
use crate::palm::Page;
use crate::room::{Client, Event, Known, Part, Refusal, Sense};
use crate::words::words;

struct Face {
    has_camera: bool,
    has_microphone: bool,
    mail: mpsc::Sender<Mail>,
    known: watch::Receiver<Known>,
}

#[interface(name = "org.dais.Sense1", introspection_docs = false)]
impl Face {
    async fn watch(
        &self,
        on: bool,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(), SenseError> {
        self.hold(Sense::Sight, on, &header, connection).await
    }

    async fn listen(
        &self,
        on: bool,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(), SenseError> {
        self.hold(Sense::Hearing, on, &header, connection).await
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn has_camera(&self) -> bool {
        self.has_camera
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn has_microphone(&self) -> bool {
        self.has_microphone
    }

    #[zbus(property)]
    fn watching(&self) -> bool {
        self.known.borrow().watching
    }

    #[zbus(property)]
    fn listening(&self) -> bool {
        self.known.borrow().listening
    }

    #[zbus(property)]
    fn persons(&self) -> u32 {
        self.known.borrow().persons
    }

    #[zbus(property)]
    fn hand_raised(&self) -> bool {
        self.known.borrow().hand_raised
    }

    #[zbus(property)]
    fn noise_level(&self) -> f64 {
        self.known.borrow().noise.map_or(SILENCE_DBFS, |noise| noise.dbfs)
    }

    #[zbus(property)]
    fn noise_colour(&self) -> u32 {
        self.known.borrow().noise.map_or(0, |noise| noise.colour)
    }

    #[zbus(property)]
    fn speaking(&self) -> bool {
        self.known.borrow().speaking
    }

    #[zbus(property)]
    fn troubles(&self) -> Vec<Trouble> {
        let trouble = |(part, why)| {
            let (zh, en) = words(part, why);
            Trouble { part: wire(part).to_wire(), zh: zh.to_owned(), en: en.to_owned() }
        };
        self.known.borrow().troubles.iter().map(|(part, why)| trouble((*part, *why))).collect()
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    #[zbus(signal)]
    async fn turn(emitter: &SignalEmitter<'_>, pages: i32) -> zbus::Result<()>;
}

fn wire(part: Part) -> api::sense::Part {
    match part {
        Part::Camera => api::sense::Part::Camera,
        Part::Microphone => api::sense::Part::Microphone,
        Part::Sight => api::sense::Part::Sight,
        Part::Hearing => api::sense::Part::Hearing,
    }
}

impl Face {
    async fn hold(
        &self,
        sense: Sense,
        on: bool,
        header: &Header<'_>,
        connection: &Connection,
    ) -> Result<(), SenseError> {
        let client = Client(header.sender().map(ToString::to_string).unwrap_or_default());
        let (reply, answer) = oneshot::channel();
        let event = Event::Hold { client: client.clone(), sense, on };
        self.mail.send(Mail { event, reply: Some(reply) }).await.map_err(|_| ending())?;
        answer.await.map_err(|_| ending())?.map_err(refused)?;
        // Who left before it held anything was told of as gone too early.
        if on && !is_there(connection, &client).await {
            self.mail.send(Event::Gone(client).into()).await.map_err(|_| ending())?;
        }
        Ok(())
    }
}

/// Where the bus does not say, the caller is taken for gone: nothing stays on by accident.
async fn is_there(connection: &Connection, client: &Client) -> bool {
    let there = async {
        let name = BusName::try_from(client.0.as_str())?;
        DBusProxy::new(connection).await?.name_has_owner(name).await
    };
    there.await.unwrap_or(false)
}

fn ending() -> SenseError {
    SenseError::Ending("the service is ending; ask again".to_owned())
}

fn refused(refusal: Refusal) -> SenseError {
    let text = refusal.to_string();
    match refusal {
        Refusal::NoCamera | Refusal::NoMicrophone => SenseError::Off(text),
        Refusal::Busy => SenseError::Busy(text),
    }
}

/// Serves on the bus until told to stop. An error means that the bus is gone, or that a device does not close.
pub async fn run(connection: Connection, parts: Parts, stop: Stop) -> anyhow::Result<()> {
    let (has_camera, has_microphone) = (parts.camera.is_some(), parts.microphone.is_some());
    let (actor, desk) = Actor::new(parts);
    let Desk { mail, known, pages, openings } = desk;
    let server = connection.object_server();
    let face = Face { has_camera, has_microphone, mail: mail.clone(), known: known.clone() };
    server.at(api::SENSE.path, face).await.context("the interface could not be served")?;
    let face = server.interface(api::SENSE.path).await.context("the interface is not served")?;
    let leavers = DBusProxy::new(&connection).await.context("the bus does not tell who leaves")?;
    let leavers = leavers.receive_name_owner_changed_with_args(&[(2, "")]).await?;
    daemon::own(&connection, api::SENSE.name).await?;
    daemon::ready();
    tokio::select! {
        outcome = actor.run(stop) => outcome?,
        outcome = publish(known, &face) => outcome.context("a change could not be told")?,
        outcome = tell_pages(pages, &face) => outcome.context("a page could not be told")?,
        outcome = let_go_of_who_leaves(leavers, &mail) => outcome.context("the bus does not tell who leaves")?,
        () = recognise(&connection, openings, &mail) => {}
        () = daemon::lost(&connection) => anyhow::bail!("the bus is gone"),
    }
    server.remove::<Face, _>(api::SENSE.path).await.context("the interface could not be taken down")?;
    Ok(())
}

/// Tells every change of a property.
async fn publish(mut known: watch::Receiver<Known>, face: &InterfaceRef<Face>) -> zbus::Result<()> {
    let to = face.signal_emitter();
    let mut last = Known::default();
    while known.changed().await.is_ok() {
        let now = known.borrow_and_update().clone();
        let served = face.get().await;
        if now.watching != last.watching {
            served.watching_changed(to).await?;
        }
        if now.listening != last.listening {
            served.listening_changed(to).await?;
        }
        if now.persons != last.persons {
            served.persons_changed(to).await?;
        }
        if now.hand_raised != last.hand_raised {
            served.hand_raised_changed(to).await?;
        }
        if now.noise.map(|noise| noise.dbfs) != last.noise.map(|noise| noise.dbfs) {
            served.noise_level_changed(to).await?;
        }
        if now.noise.map(|noise| noise.colour) != last.noise.map(|noise| noise.colour) {
            served.noise_colour_changed(to).await?;
        }
        if now.speaking != last.speaking {
            served.speaking_changed(to).await?;
        }
        if now.troubles != last.troubles {
            served.troubles_changed(to).await?;
        }
        last = now;
    }
    // The actor's own end says why.
    std::future::pending().await
}

async fn tell_pages(mut pages: mpsc::Receiver<Page>, face: &InterfaceRef<Face>) -> zbus::Result<()> {
    while let Some(page) = pages.recv().await {
        let step = match page {
            Page::Next => 1,
            Page::Previous => -1,
        };
        Face::turn(face.signal_emitter(), step).await?;
    }
    std::future::pending().await
}

/// Ends the holds of clients that are gone from the bus.
async fn let_go_of_who_leaves(
    mut leavers: zbus::fdo::NameOwnerChangedStream,
    mail: &mpsc::Sender<Mail>,
) -> zbus::Result<()> {
    while let Some(change) = leavers.next().await {
        let change = change.args()?;
        if let BusName::Unique(name) = &change.name
            && mail.send(Event::Gone(Client(name.to_string())).into()).await.is_err()
        {
            break;
        }
    }
    // The bus' or the actor's own end says why.
    std::future::pending().await
}

/// Hands what opened devices give to recognition, each on a task that ends with its device.
async fn recognise(
    connection: &Connection,
    mut openings: mpsc::Receiver<Opening>,
    mail: &mpsc::Sender<Mail>,
) {
    while let Some(opening) = openings.recv().await {
        let (connection, mail) = (connection.clone(), mail.clone());
        match opening {
            Opening::Frames(newest) => tokio::spawn(sight::show(connection, newest, mail)),
            Opening::Sounds(sounds) => tokio::spawn(hearing::play(connection, sounds, mail)),
        };
    }
    std::future::pending().await
}
