//! `org.dais.Shell1`: what is on the screen, for helpers of people and for tests. Every question goes to the
//! screens' thread and has a deadline, so a busy screen never holds up the bus.

use std::time::Duration;

use api::shell::{Element, ShellError};
use tokio::sync::{oneshot, watch};
use zbus::fdo::RequestNameFlags;
use zbus::object_server::InterfaceRef;
use zbus::{Connection, OwnedFd, interface};

use super::{Ask, Shown, Tell, ToUi};

/// How long the screens may take to answer; a screen that needs longer is not showing anything useful.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// An object without members: only a connection that is built with one answers every call from its first moment on
/// (see the daemons' `answering`).
pub(super) struct Root;

#[interface(name = "org.dais.Root1")]
impl Root {}

pub(super) struct Shell {
    tell: Tell,
    shown: watch::Receiver<Shown>,
}

/// Puts the object on the bus, then takes the name.
pub(super) async fn serve(
    connection: &Connection,
    tell: Tell,
    shown: watch::Receiver<Shown>,
) -> zbus::Result<Option<InterfaceRef<Shell>>> {
    let server = connection.object_server();
    server.at(api::SHELL.path, Shell { tell, shown }).await?;
    connection.request_name_with_flags(api::SHELL.name, RequestNameFlags::DO_NOT_QUEUE).await?;
    Ok(Some(server.interface(api::SHELL.path).await?))
}

/// Tells callers that screen or language changed.
pub(super) async fn changed(serving: &InterfaceRef<Shell>) {
    let shell = serving.get().await;
    let emitter = serving.signal_emitter();
    for outcome in [shell.screen_changed(emitter).await, shell.language_changed(emitter).await] {
        if let Err(error) = outcome {
            tracing::warn!(%error, "a change of the screen could not be told");
        }
    }
}

#[interface(name = "org.dais.Shell1", introspection_docs = false)]
impl Shell {
    #[zbus(out_args("picture", "width", "height", "stride"))]
    async fn screenshot(&self) -> Result<(OwnedFd, u32, u32, u32), ShellError> {
        let picture = self.ask(Ask::Screenshot).await.flatten();
        let picture = picture
            .ok_or_else(|| ShellError::NoPicture("the screen did not answer; try again".to_owned()))?;
        let sealed =
            api::sealed::seal(&picture.rgba).map_err(|error| ShellError::NoPicture(error.to_string()))?;
        Ok((sealed.into(), picture.width, picture.height, picture.width * 4))
    }

    #[zbus(out_args("elements"))]
    async fn elements(&self) -> Result<Vec<Element>, ShellError> {
        let elements = self.ask(Ask::Elements).await;
        elements.ok_or_else(|| ShellError::NoPicture("the screen did not answer; try again".to_owned()))
    }

    async fn show(&self, screen: String) -> Result<(), ShellError> {
        let name = screen.clone();
        match self.ask(|reply| Ask::Show(screen, reply)).await {
            Some(true) => Ok(()),
            _ => Err(ShellError::UnknownScreen(format!("there is no screen {name} here"))),
        }
    }

    #[zbus(property)]
    fn screen(&self) -> String {
        self.shown.borrow().screen.to_owned()
    }

    #[zbus(property)]
    fn language(&self) -> String {
        self.shown.borrow().language.to_owned()
    }

    #[zbus(property)]
    async fn set_language(&mut self, language: String) -> zbus::Result<()> {
        let name = language.clone();
        match self.ask(|reply| Ask::Language(language, reply)).await {
            Some(true) => Ok(()),
            _ => {
                Err(zbus::fdo::Error::InvalidArgs(format!("there is no language {name}; use zh or en"))
                    .into())
            }
        }
    }

    #[zbus(property(emits_changed_signal = "const"))]
    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}

impl Shell {
    async fn ask<T>(&self, question: impl FnOnce(oneshot::Sender<T>) -> Ask) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        (self.tell)(ToUi::Asked(question(reply)));
        tokio::time::timeout(ANSWER_MAX, answer).await.ok()?.ok()
    }
}
