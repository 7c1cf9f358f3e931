//! Receipts of a real till on an emulated printer: printed once and proved, told where not, and never waited for.

use std::path::Path;
use std::sync::Arc;

use api::devices::{DevicesError, Outcome, Why};
use api::kiosk::{Device, DeviceState, Notice, PaymentState};
use api::receipts::{DrawerState, PrinterState, ReceiptState};
use api::staff::{RefundState, StaffError};
use kiosk::receipts::{DrawerSwitch, Letters, Proof, ReceiptConfig, ReceiptPrinter, When};
use printer::Place;
use printer::fake::{Fake, Faults, Plug};

use crate::bench::{AUDITOR, Bus, CASHIER, PATIENCE, Running, Shop};
use crate::devices;
use crate::script::{Script, paid};

/// A till whose receipts come out of an emulated printer.
struct Desk {
    bus: Bus,
    dir: tempfile::TempDir,
    fake: Fake,
    channel: Arc<Script>,
    shop: Shop,
}

impl Desk {
    fn new() -> Self {
        let fake = Fake::start(&Plug::Network(([127, 0, 0, 1], 0).into()), 576, None).expect("a printer");
        let address = fake.address().expect("a port");
        let config = ReceiptConfig {
            letters: Letters::Own,
            drawer: DrawerSwitch::OpenHigh,
            ..ReceiptConfig::default()
        };
        let place = Place::Network(address.ip().to_string(), address.port());
        let channel = Arc::<Script>::default();
        let shop = Shop { printer: Some(ReceiptPrinter { place, config }), ..Shop::staffed(&channel) };
        Self { bus: Bus::start(), dir: tempfile::tempdir().expect("a folder"), fake, channel, shop }
    }

    fn ledger(&self) -> std::path::PathBuf {
        self.dir.path().join("l")
    }

    async fn open(&self) -> Running {
        Running::open(&self.bus, &self.ledger(), &self.shop).await
    }

    /// Open, with a cashier's grant, once the printer is ready.
    async fn ready(&self) -> (Running, String) {
        let running = self.open().await;
        let grant = running.grant(CASHIER).await;
        until_printer(&running, PrinterState::Ready).await;
        (running, grant)
    }

    /// Two orders are paid, and each is printed once and proved.
    async fn prints(&self, running: &Running, grant: &str) {
        for id in ["lunch-1", "lunch-2"] {
            running.sell(id, &self.channel).await;
            until_receipt(running, grant, id, (ReceiptState::Printed, false)).await;
            assert_eq!(self.printed(id), (1, 0));
        }
        assert_eq!(self.fake.failure(), None);
    }

    /// Receipts of an order on paper: first printings and copies.
    fn printed(&self, order: &str) -> (usize, usize) {
        let sheets = self.fake.sheets();
        let whole = sheets.iter().filter(|sheet| sheet.cut && sheet.text.contains(order));
        let (copies, originals): (Vec<_>, Vec<_>) = whole.partition(|sheet| sheet.text.contains("副本"));
        (originals.len(), copies.len())
    }
}

async fn until(what: &str, mut there: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !there().await {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, wait).await.is_ok(), "never {what}");
}

async fn until_printer(running: &Running, state: PrinterState) {
    until(&format!("{state:?}"), async || {
        running.receipts.printer().await.expect("a state") == state.to_wire()
    })
    .await;
}

/// Waiting and in doubt. It is told on its own, so it may come after what a payment tells of the same receipt.
async fn until_open(running: &Running, wanted: (u32, u32)) {
    until(&format!("{wanted:?} open"), async || running.receipts.open().await.expect("counts") == wanted)
        .await;
}

async fn state(running: &Running, grant: &str, order: &str) -> Option<(ReceiptState, bool)> {
    let found = running.receipts.list(grant, 100).await.expect("receipts");
    let entry = found.into_iter().find(|receipt| receipt.payment == order)?;
    Some((ReceiptState::from_wire(entry.state), entry.copy))
}

async fn until_receipt(running: &Running, grant: &str, order: &str, wanted: (ReceiptState, bool)) {
    until(&format!("{wanted:?}"), async || state(running, grant, order).await == Some(wanted)).await;
}

/// Two teas are paid, and stay on the screen.
async fn pay(running: &Running, channel: &Script, id: &str) {
    channel.charges.lock().expect("charges").push_back(Some(paid(600)));
    running.begin(id).await.expect("begun");
    running.until_state(PaymentState::Waiting).await;
    running
        .till
        .present(id, &format!("2812345678901235{:02}", channel.count("charge")))
        .await
        .expect("presented");
    running.until_state(PaymentState::Paid).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paid_is_printed_once_and_proved() {
    let desk = Desk::new();
    let (running, grant) = desk.ready().await;
    desk.prints(&running, &grant).await;
    let text = desk.fake.sheets()[0].text.clone();
    for part in ["学生食堂", "茶", "￥6.00", "支付宝 Alipay", "2 × ￥3.00"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    // The pay code stands nowhere.
    assert!(!text.contains("28123456"));
    let devices = running.till.devices().await.unwrap();
    assert!(devices.contains(&(Device::Printer.to_wire(), DeviceState::Ready.to_wire())));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_without_paper_is_told_and_nobody_waits_for_it() {
    let desk = Desk::new();
    desk.fake.change(|health| health.paper = 0);
    let running = desk.open().await;
    let grant = running.grant(CASHIER).await;
    until_printer(&running, PrinterState::NoPaper).await;
    pay(&running, &desk.channel, "lunch-1").await;
    running.until("told", |payment| payment.notice == Notice::ReceiptNoPaper.to_wire()).await;
    until_open(&running, (1, 0)).await;
    desk.fake.change(|health| health.paper = 50_000);
    until_receipt(&running, &grant, "lunch-1", (ReceiptState::Printed, false)).await;
    running.until("told", |payment| payment.notice == Notice::None.to_wire()).await;
    assert_eq!(desk.printed("lunch-1"), (1, 0));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_printing_when_the_power_failed_is_told_and_comes_again_as_a_copy_only() {
    let desk = Desk::new();
    let (running, grant) = desk.ready().await;
    desk.fake.set_faults(Faults { paper: Some(200), ..Faults::default() });
    running.sell("lunch-1", &desk.channel).await;
    until_receipt(&running, &grant, "lunch-1", (ReceiptState::Printing, false)).await;
    // The next payer pays while it hangs.
    pay(&running, &desk.channel, "lunch-2").await;
    until_receipt(&running, &grant, "lunch-2", (ReceiptState::Waiting, false)).await;
    running.stop().await;

    // Switched off it forgets the rest; with paper alone it would go on.
    desk.fake.plug(true, true);
    desk.fake.set_faults(Faults { paper: Some(50_000), ..Faults::default() });
    let running = desk.open().await;
    let grant = running.grant(CASHIER).await;
    until_receipt(&running, &grant, "lunch-2", (ReceiptState::Printed, false)).await;
    assert_eq!(state(&running, &grant, "lunch-1").await, Some((ReceiptState::Unproved, false)));
    until_open(&running, (0, 1)).await;
    assert_eq!((desk.printed("lunch-1"), desk.printed("lunch-2")), ((0, 0), (1, 0)));
    running.receipts.reprint(&grant, "lunch-1").await.unwrap();
    until_receipt(&running, &grant, "lunch-1", (ReceiptState::Printed, true)).await;
    assert_eq!(desk.printed("lunch-1"), (0, 1));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_before_it_could_be_written_down_is_printed_at_the_next_start() {
    let mut desk = Desk::new();
    desk.open().await.stop().await;
    let printer = desk.shop.printer.take();
    let running = desk.open().await;
    running.sell("lunch-1", &desk.channel).await;
    running.stop().await;
    desk.shop.printer = printer;
    let running = desk.open().await;
    let grant = running.grant(CASHIER).await;
    until_receipt(&running, &grant, "lunch-1", (ReceiptState::Printed, false)).await;
    assert_eq!(desk.printed("lunch-1"), (1, 0));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_staff_print_again_and_open_the_drawer() {
    let desk = Desk::new();
    let (running, _first) = desk.ready().await;
    let receipts = &running.receipts;
    assert!(matches!(receipts.open_drawer("").await, Err(StaffError::NoGrant(_))));
    assert!(matches!(receipts.reprint("x", "lunch-1").await, Err(StaffError::NoGrant(_))));
    let auditor = running.grant(AUDITOR).await;
    assert!(matches!(receipts.open_drawer(&auditor).await, Err(StaffError::NotAllowed(_))));
    let grant = running.grant(CASHIER).await;
    assert!(matches!(receipts.reprint(&grant, "lunch-1").await, Err(StaffError::UnknownPayment(_))));
    running.begin("lunch-1").await.unwrap();
    assert!(matches!(receipts.reprint(&grant, "lunch-1").await, Err(StaffError::NotPaid(_))));
    assert_eq!(receipts.drawer().await.unwrap(), DrawerState::Closed.to_wire());
    receipts.open_drawer(&grant).await.unwrap();
    until("open", async || receipts.drawer().await.unwrap() == DrawerState::Open.to_wire()).await;
    assert_eq!(desk.fake.kicks(), 1);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_page_is_proved_and_a_printer_that_cannot_says_why() {
    let desk = Desk::new();
    let (running, grant) = desk.ready().await;
    let passed = devices::test(&running, &grant, Device::Printer).await.unwrap();
    assert_eq!(passed.outcome, Outcome::Passed.to_wire(), "{passed:?}");
    assert!(desk.fake.sheets()[0].text.contains("TEST PAGE"));
    desk.fake.change(|health| health.cover_open = true);
    let failed = devices::test(&running, &grant, Device::Printer).await.unwrap();
    assert_eq!((failed.outcome, failed.why), (Outcome::Failed.to_wire(), Why::CoverOpen.to_wire()));
    assert!(failed.en.contains("close"), "{failed:?}");
    assert_eq!(desk.fake.sheets().len(), 1, "the test page of a printer that is open waits for nobody");
    let nobody = devices::test(&running, "nonsense", Device::Printer).await;
    assert!(matches!(nobody, Err(DevicesError::NoGrant(_))), "{nobody:?}");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_knows_no_marks_proves_its_receipts_in_its_turn() {
    let mut desk = Desk::new();
    desk.fake.change(|health| health.markless = true);
    desk.shop.printer.as_mut().unwrap().config.proof = Proof::Status;
    let (running, grant) = desk.ready().await;
    desk.prints(&running, &grant).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spool_that_cannot_be_used_stops_no_sale() {
    let desk = Desk::new();
    let spool: &Path = &desk.ledger().with_file_name("receipts.sqlite");
    std::fs::write(spool, "no database at all, but long enough for a header of one").unwrap();
    let running = desk.open().await;
    running.sell("lunch-1", &desk.channel).await;
    let grant = running.grant(CASHIER).await;
    let failed = devices::test(&running, &grant, Device::Printer).await.unwrap();
    assert_eq!(failed.outcome, Outcome::Failed.to_wire(), "{failed:?}");
    let devices = running.till.devices().await.unwrap();
    assert!(devices.contains(&(Device::Printer.to_wire(), DeviceState::Missing.to_wire())));
    running.stop().await;
    assert!(std::fs::read(spool).unwrap().starts_with(b"no database"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kiosk_without_a_printer_says_so() {
    let mut desk = Desk::new();
    desk.shop.printer = None;
    let running = desk.open().await;
    assert_eq!(running.receipts.printer().await.unwrap(), PrinterState::Absent.to_wire());
    let grant = running.grant(CASHIER).await;
    let refused = running.receipts.open_drawer(&grant).await.unwrap_err();
    assert!(matches!(&refused, StaffError::PrinterRefused(why) if why.contains("kiosk.toml")), "{refused:?}");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_that_prints_for_those_who_ask_prints_for_them_once_and_for_nobody_else() {
    let mut desk = Desk::new();
    desk.shop.printer.iter_mut().for_each(|printer| printer.config.print = When::Asked);
    let (running, grant) = desk.ready().await;
    assert!(running.receipts.asks().await.unwrap());
    running.begin("early").await.expect("begun");
    running.until_state(PaymentState::Waiting).await;
    assert!(matches!(running.receipts.print("early").await, Err(StaffError::NotPaid(_))));
    running.till.cancel("early").await.expect("cancelled");
    running.until_state(PaymentState::Cancelled).await;
    running.till.dismiss("early").await.expect("dismissed");
    for id in ["silent", "lunch-1"] {
        running.sell(id, &desk.channel).await;
    }
    for _ in 0..2 {
        running.receipts.print("lunch-1").await.expect("written down");
    }
    until_receipt(&running, &grant, "lunch-1", (ReceiptState::Printed, false)).await;
    running.receipts.print("lunch-1").await.expect("written down");
    until_open(&running, (0, 0)).await;
    assert_eq!((desk.printed("lunch-1"), desk.printed("silent")), ((1, 0), (0, 0)));
    assert_eq!(state(&running, &grant, "silent").await, None);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_tells_what_went_back_since() {
    let desk = Desk::new();
    let (running, grant) = desk.ready().await;
    desk.prints(&running, &grant).await;
    running.staff.refund(&grant, "lunch-1", "back", 250, "CNY").await.expect("asked");
    until("it is back", async || {
        running.staff.refunds(&grant, "lunch-1").await.expect("refunds")[0].state
            == RefundState::Done.to_wire()
    })
    .await;
    running.receipts.reprint(&grant, "lunch-1").await.expect("written down");
    until_receipt(&running, &grant, "lunch-1", (ReceiptState::Printed, true)).await;
    let sheets = desk.fake.sheets();
    let copy = sheets.iter().find(|sheet| sheet.text.contains("lunch-1") && sheet.text.contains("副本"));
    let text = &copy.expect("a copy").text;
    for said in ["已退款", "-￥2.50", "实付", "￥3.50", "￥6.00"] {
        assert!(text.contains(said), "{said} is missing: {text}");
    }
    let first = sheets.iter().find(|sheet| sheet.text.contains("lunch-1") && !sheet.text.contains("副本"));
    assert!(!first.expect("the first").text.contains("实付"));
    running.stop().await;
}
