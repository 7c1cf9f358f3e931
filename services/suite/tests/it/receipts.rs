//! Receipts across real processes: the picture on paper leads to its order, and a kill in the middle loses none.

use std::process::Command;
use std::time::Duration;

use api::kiosk::{Channel, PaymentState};
use api::receipts::{PrinterState, ReceiptState, ReceiptsProxy};
use api::staff::StaffProxy;
use suite::Parts;

use crate::Stage;
use crate::till::begin;

/// Longest wait for what surely comes on a loaded machine.
const SURELY: Duration = Duration::from_secs(60);

async fn until(what: &str, mut there: impl AsyncFnMut() -> bool) {
    let mut beat = tokio::time::interval(Duration::from_millis(20));
    let wait = async {
        while !there().await {
            beat.tick().await;
        }
    };
    assert!(tokio::time::timeout(SURELY, wait).await.is_ok(), "never {what}");
}

/// A meal is paid by a code that the kiosk shows, and the screen is cleared.
async fn pay(stage: &Stage, id: &str) {
    begin(&stage.suite, id).await;
    stage.suite.until_payment_is("codes", |payment| !payment.codes.is_empty()).await.expect("codes");
    stage.suite.pay_shown(Channel::Alipay).await.expect("paid");
    stage.suite.until_payment(&[PaymentState::Paid]).await.expect("paid");
    stage.suite.till().await.expect("a till").dismiss(id).await.expect("dismissed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_a_picture_that_leads_to_its_order_and_survives_a_kill() {
    let mut stage = Stage::with(|state| Parts { printer: true, ..Parts::till(state) }).await;
    let connection = stage.suite.connection.clone();
    let receipts = ReceiptsProxy::new(&connection).await.unwrap();
    until("ready", async || {
        receipts.printer().await.is_ok_and(|state| state == PrinterState::Ready.to_wire())
    })
    .await;
    pay(&stage, "meal-1").await;
    let first = stage.suite.printer.as_ref().unwrap().pictures.join("receipt-001.png");
    until("a picture", async || first.exists()).await;
    let output = Command::new("zbarimg").args(["-q", "--raw"]).arg(&first).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), "https://canteen.example.edu/order/meal-1");

    // The paper ends within the second receipt, and the till is killed there.
    stage.suite.printer.as_ref().unwrap().leave_paper(300).await.unwrap();
    pay(&stage, "meal-2").await;
    until("no paper", async || receipts.printer().await.unwrap() == PrinterState::NoPaper.to_wire()).await;
    stage.suite.kiosk.take().unwrap().kill().await.unwrap();
    stage.suite.printer.as_ref().unwrap().power().await.unwrap();
    stage.suite.printer.as_ref().unwrap().put_paper().await.unwrap();
    stage.suite.start_kiosk().await.unwrap();

    let staff = StaffProxy::new(&connection).await.unwrap();
    let (grant, ..) = staff.open(suite::CASHIER).await.unwrap();
    until("ready", async || {
        receipts.printer().await.is_ok_and(|state| state == PrinterState::Ready.to_wire())
    })
    .await;
    let found = receipts.list(&grant, 10).await.unwrap();
    let states: Vec<_> = found.iter().map(|receipt| (receipt.payment.as_str(), receipt.state)).collect();
    assert_eq!(
        states,
        [("meal-2", ReceiptState::Unproved.to_wire()), ("meal-1", ReceiptState::Printed.to_wire())]
    );
    receipts.reprint(&grant, "meal-2").await.unwrap();
    until("a copy", async || {
        let newest = &receipts.list(&grant, 1).await.unwrap()[0];
        newest.copy && newest.state == ReceiptState::Printed.to_wire()
    })
    .await;
    assert_eq!(stage.suite.printer.as_ref().unwrap().failure().await.unwrap(), "");
    stage.end().await;
}
