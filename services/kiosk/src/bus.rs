//! `org.dais.Kiosk1` on the bus: wire shapes to nouns and back, nothing decided here.

use std::sync::Arc;

use ::camera::Glance;
use anyhow::Context;
use api::kiosk::{self as wire, KioskError};
use tokio::sync::{mpsc, oneshot, watch};
use zbus::object_server::InterfaceRef;
use zbus::{Connection, OwnedFd, interface};

use crate::actor::{Ask, Mail, RatesAsk, Rejection, Screen};
use crate::channel::Channel;
use crate::counter::{Attendance, Devices, Glances, Trials};
use crate::instalment::Plans;
use crate::receipts::{Desk as PrintingDesk, Standing as Printing};
use crate::till::{Menu, Money, Notice, Phase};

mod agreements;
mod attendance;
mod changes;
mod counter;
mod decision;
mod desk;
mod devices;
mod instalments;
mod label;
mod members;
mod offers;
mod receipts;
mod sessions;
mod shape;
mod sight;
mod staff;
mod zh;

pub(crate) use desk::Desk;
use instalments::InParts;
pub(crate) use sessions::Sessions;
use shape::{channel, line, quote, to_error, to_wire};

/// Most payments that a caller sees at once.
const RECENT_MAX: u32 = 100;

/// The interface.
struct Kiosk {
    menu: Menu,
    mail: mpsc::Sender<Mail>,
    screen: watch::Receiver<Screen>,
    devices: watch::Receiver<Devices>,
    parts: InParts,
    printing: watch::Receiver<Printing>,
    sight: watch::Receiver<Option<Glance>>,
}

impl Kiosk {
    /// Sends a question to the actor and waits for its answer.
    async fn ask<T>(
        &self,
        ask: impl FnOnce(oneshot::Sender<Result<T, Rejection>>) -> Ask,
    ) -> Result<T, KioskError> {
        let gone = || KioskError::Locked("the till is ending; ask again".to_owned());
        let (reply, answer) = oneshot::channel();
        self.mail.send(Mail::Ask(ask(reply))).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?.map_err(to_error)
    }
}

#[interface(name = "org.dais.Kiosk1")]
impl Kiosk {
    #[zbus(out_args("currency", "dishes"))]
    async fn menu(&self) -> Result<(String, Vec<wire::Dish>), KioskError> {
        let dishes = self.menu.dishes.iter().map(|dish| wire::Dish {
            sku: dish.sku.clone(),
            name_zh: dish.zh.clone(),
            name_en: dish.en.clone(),
            price: dish.price,
            picture: dish.picture.clone(),
        });
        Ok((self.menu.currency.to_string(), dishes.collect()))
    }

    #[zbus(out_args("categories", "labels"))]
    async fn labels(&self) -> Result<(Vec<wire::Category>, Vec<wire::Label>), KioskError> {
        Ok(label::of(&self.menu, &self.screen.borrow().sold_out))
    }

    async fn begin(
        &self,
        id: String,
        lines: Vec<wire::Line>,
        total: i64,
        currency: String,
    ) -> Result<(), KioskError> {
        let lines = lines.into_iter().map(line).collect();
        self.ask(|reply| Ask::Begin { id, lines, total, currency, parts: None, reply }).await
    }

    #[zbus(out_args("plans"))]
    async fn instalments(&self, total: i64) -> Result<Vec<wire::Instalment>, KioskError> {
        Ok(self.parts.plans(Money::new(total, self.menu.currency)))
    }

    async fn begin_in(
        &self,
        id: String,
        lines: Vec<wire::Line>,
        total: i64,
        currency: String,
        parts: u32,
    ) -> Result<(), KioskError> {
        let lines = lines.into_iter().map(line).collect();
        self.ask(|reply| Ask::Begin { id, lines, total, currency, parts: Some(parts), reply }).await
    }

    async fn pay_by_agreement(&self, id: String, member: String) -> Result<(), KioskError> {
        self.ask(|reply| Ask::PayByAgreement { id, member, reply }).await
    }

    #[zbus(out_args("price"))]
    async fn quote(
        &self,
        lines: Vec<wire::Line>,
        currency: String,
        offers: Vec<String>,
        points: i64,
    ) -> Result<wire::Price, KioskError> {
        let basket = offers::basket(lines, currency, offers, points);
        Ok(offers::price(&self.ask(|reply| Ask::Quote { basket, reply }).await?))
    }

    async fn begin_with(
        &self,
        id: String,
        lines: Vec<wire::Line>,
        total: i64,
        currency: String,
        offers: Vec<String>,
        points: i64,
    ) -> Result<(), KioskError> {
        let basket = offers::basket(lines, currency, offers, points);
        self.ask(|reply| Ask::BeginWith { id, total, basket, reply }).await
    }

    async fn shown(&self, campaign: String, showing: String) -> Result<(), KioskError> {
        self.ask(|reply| Ask::Shown { campaign, showing, reply }).await
    }

    async fn feedback(&self, id: String, stars: u32) -> Result<(), KioskError> {
        self.ask(|reply| Ask::Feedback { id, stars, reply }).await
    }

    async fn present(&self, id: String, code: String) -> Result<(), KioskError> {
        self.ask(|reply| Ask::Present { id, code, reply }).await
    }

    #[zbus(out_args("picture", "width", "height"))]
    async fn sight(&self) -> Result<(OwnedFd, u32, u32), KioskError> {
        let glance = self.sight.borrow().clone();
        sight::sealed(glance.as_ref())
    }

    async fn cancel(&self, id: String) -> Result<(), KioskError> {
        self.ask(|reply| Ask::Cancel { id, reply }).await
    }

    async fn dismiss(&self, id: String) -> Result<(), KioskError> {
        self.ask(|reply| Ask::Dismiss { id, reply }).await
    }

    #[zbus(out_args("payment"))]
    async fn lookup(&self, id: String) -> Result<wire::Payment, KioskError> {
        self.ask(|reply| Ask::Lookup { id, reply }).await.map(|view| to_wire(&view))
    }

    #[zbus(out_args("payments"))]
    async fn recent(&self, limit: u32) -> Result<Vec<wire::Payment>, KioskError> {
        let limit = limit.min(RECENT_MAX);
        let views = self.ask(|reply| Ask::Recent { limit, reply }).await?;
        Ok(views.iter().map(to_wire).collect())
    }

    #[zbus(out_args("quotes"))]
    async fn quotes(&self, total: i64) -> Result<Vec<wire::Quote>, KioskError> {
        let quotes = self.ask(|reply| Ask::Rates(RatesAsk::Quotes { total, reply })).await?;
        Ok(quotes.iter().map(quote).collect())
    }

    async fn accept(&self, id: String, quote: String) -> Result<(), KioskError> {
        self.ask(|reply| Ask::Rates(RatesAsk::Accept { id, quote, reply })).await
    }

    #[zbus(out_args("quote"))]
    async fn quoted(&self, id: String, amount: i64) -> Result<wire::Quote, KioskError> {
        let quoted = self.ask(|reply| Ask::Rates(RatesAsk::Quoted { id, amount, reply })).await?;
        Ok(quoted.as_ref().map(quote).unwrap_or_default())
    }

    #[zbus(property)]
    async fn payment(&self) -> wire::Payment {
        let screen = self.screen.borrow();
        match &screen.payment {
            Some(view) => {
                let mut payment = to_wire(view);
                // The one code for every wallet comes first; who cannot use it finds the others beside it.
                if let Some(link) = screen.link.as_ref().filter(|_link| !payment.codes.is_empty()) {
                    payment.codes.insert(0, (wire::Channel::Any.to_wire(), link.clone()));
                }
                if screen.closing {
                    payment.notice = wire::Notice::Closing.to_wire();
                }
                if view.phase == Phase::Paid
                    && view.notice == Notice::None
                    && let Some(notice) = self.printing.borrow().notice(view.id.as_str())
                {
                    payment.notice = notice.to_wire();
                }
                payment
            }
            None => wire::Payment {
                state: wire::PaymentState::Idle.to_wire(),
                currency: self.menu.currency.to_string(),
                notice: wire::Notice::None.to_wire(),
                ..wire::Payment::default()
            },
        }
    }

    #[zbus(property)]
    async fn waits(&self) -> (u64, u64) {
        self.screen.borrow().waits.unwrap_or_default()
    }

    #[zbus(property)]
    async fn devices(&self) -> Vec<(u32, u32)> {
        self.devices.borrow().to_wire()
    }

    #[zbus(property)]
    async fn standing(&self) -> u32 {
        self.screen.borrow().standing.to_wire()
    }

    #[zbus(property)]
    async fn sold_out(&self) -> Vec<String> {
        self.screen.borrow().sold_out.clone()
    }

    #[zbus(property)]
    async fn offline(&self) -> wire::Offline {
        let offline = self.screen.borrow().offline.clone();
        let none = wire::OfflineState::None.to_wire();
        if offline.currency.is_empty() { wire::Offline { state: none, ..offline } } else { offline }
    }

    #[zbus(property(emits_changed_signal = "const"))]
    async fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").to_owned()
    }
}

/// The interface once it answers.
pub(crate) struct Service {
    interface: InterfaceRef<Kiosk>,
    receipts: InterfaceRef<receipts::Receipts>,
    sessions: InterfaceRef<Sessions>,
    counter: InterfaceRef<counter::CounterDesk>,
    glances: watch::Receiver<(u32, u64)>,
    attendance: InterfaceRef<attendance::AttendanceDesk>,
    tapped: watch::Receiver<u64>,
    screen: watch::Receiver<Screen>,
    devices: watch::Receiver<Devices>,
    printing: watch::Receiver<Printing>,
}

/// What the interfaces are made of.
pub(crate) struct Parts {
    pub(crate) menu: Menu,
    pub(crate) mail: mpsc::Sender<Mail>,
    pub(crate) screen: watch::Receiver<Screen>,
    pub(crate) devices: watch::Receiver<Devices>,
    pub(crate) trials: Trials,
    pub(crate) desk: Desk,
    pub(crate) channels: Vec<Arc<dyn Channel>>,
    pub(crate) plans: Option<Plans>,
    pub(crate) printing: PrintingDesk,
    pub(crate) sight: watch::Receiver<Option<Glance>>,
    pub(crate) sessions: Sessions,
    pub(crate) glances: Glances,
    pub(crate) attendance: Attendance,
}

/// Puts the interfaces on the bus.
pub(crate) async fn serve(connection: &Connection, parts: Parts) -> anyhow::Result<Service> {
    let Parts {
        menu,
        mail,
        screen,
        devices,
        trials,
        desk,
        channels,
        plans,
        printing: letters,
        sight,
        sessions,
        glances,
        attendance,
    } = parts;
    let printing = letters.standing();
    let receipts = receipts::Receipts {
        desk: desk.clone(),
        mail: mail.clone(),
        printing: letters,
        standing: printing.clone(),
    };
    let members = members::Members { desk: desk.clone(), mail: mail.clone() };
    let tests = devices::DevicesDesk::new(&desk, &devices, &printing, trials);
    let parts = InParts { plans, channels: channels.clone() };
    let staff = staff::StaffDesk { desk, mail: mail.clone(), channels, currency: menu.currency };
    let kiosk = Kiosk {
        menu,
        mail,
        screen: screen.clone(),
        devices: devices.clone(),
        parts,
        printing: printing.clone(),
        sight,
    };
    let server = connection.object_server();
    server.at(api::KIOSK.path, staff).await.context("the staff's interface cannot be put on the bus")?;
    server.at(api::KIOSK.path, members).await.context("the members' interface cannot be put on the bus")?;
    server.at(api::KIOSK.path, receipts).await.context("the receipts' interface cannot be put on the bus")?;
    let told = glances.told();
    let counter = counter::CounterDesk { glances };
    server.at(api::KIOSK.path, counter).await.context("the counter's interface cannot be put on the bus")?;
    let tapped = attendance.told();
    let attendance = attendance::AttendanceDesk { attendance };
    server
        .at(api::KIOSK.path, attendance)
        .await
        .context("the attendance's interface cannot be put on the bus")?;
    server.at(api::KIOSK.path, sessions).await.context("the sessions' interface cannot be put on the bus")?;
    server.at(api::KIOSK.path, tests).await.context("the devices' interface cannot be put on the bus")?;
    server.at(api::KIOSK.path, kiosk).await.context("the interface cannot be put on the bus")?;
    let interface = server.interface(api::KIOSK.path).await?;
    let receipts = server.interface(api::KIOSK.path).await?;
    let sessions = server.interface(api::KIOSK.path).await?;
    let counter = server.interface(api::KIOSK.path).await?;
    let attendance = server.interface(api::KIOSK.path).await?;
    Ok(Service {
        interface,
        receipts,
        sessions,
        counter,
        glances: told,
        attendance,
        tapped,
        screen,
        devices,
        printing,
    })
}
