//! The payer in a real browser: scanning the shown code by picture and by text, choosing among all codes of a screen,
//! opening the one code for every wallet, cancelling, and showing a pay code to the kiosk's camera.

use std::time::Duration;

use api::kiosk::{Channel, Notice, PaymentState};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use suite::{Program, Running, Suite, free_port};

use crate::{Stage, till};

/// How long the browser may take for one thing on a loaded two-core machine.
const BROWSER_MAX: Duration = Duration::from_secs(30);

/// Chromium, driven by its own chromedriver.
struct Browser {
    page: Client,
    driver: Running,
}

impl Browser {
    async fn open(stage: &Stage) -> Self {
        let port = free_port().unwrap();
        let driver = Program::new("chromedriver", "chromedriver").with([format!("--port={port}")]);
        let (driver, _first) = driver.start_and_hear(&stage.suite.logs()).await.unwrap();
        let profile = stage.state.path().join("browser");
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-proxy-server",
            "--window-size=420,900",
            &format!("--user-data-dir={}", profile.display()),
        ];
        let wishes = json!({ "goog:chromeOptions": { "args": arguments, "binary": "/usr/bin/chromium" } });
        let serde_json::Value::Object(wishes) = wishes else { unreachable!() };
        let address = format!("http://127.0.0.1:{port}");
        let deadline = tokio::time::Instant::now() + BROWSER_MAX;
        let page = loop {
            match ClientBuilder::new(HttpConnector::new())
                .capabilities(wishes.clone())
                .connect(&address)
                .await
            {
                Ok(page) => break page,
                Err(error) => assert!(tokio::time::Instant::now() < deadline, "no browser: {error}"),
            }
        };
        page.goto(&stage.suite.sandbox.wallet()).await.unwrap();
        Self { page, driver }
    }

    async fn click(&self, id: &str) {
        let element = self.page.wait().at_most(BROWSER_MAX).for_element(Locator::Id(id)).await.unwrap();
        let deadline = tokio::time::Instant::now() + BROWSER_MAX;
        while let Err(error) = element.click().await {
            assert!(tokio::time::Instant::now() < deadline, "{id} cannot be clicked: {error}");
        }
    }

    async fn write(&self, id: &str, text: &str) {
        self.page.find(Locator::Id(id)).await.unwrap().send_keys(text).await.unwrap();
    }

    async fn until_text(&self, id: &str, what: impl Fn(&str) -> bool) -> String {
        let deadline = tokio::time::Instant::now() + BROWSER_MAX;
        loop {
            let text = match self.page.find(Locator::Id(id)).await {
                Ok(element) => element.text().await.unwrap_or_default(),
                Err(_) => String::new(),
            };
            if what(&text) {
                return text;
            }
            assert!(tokio::time::Instant::now() < deadline, "{id} says {text:?}");
        }
    }

    async fn close(self) {
        self.page.close().await.unwrap();
        self.driver.stop().await.unwrap();
    }
}

async fn shown(suite: &Suite, id: &str, channel: Channel) -> String {
    till::begin(suite, id).await;
    let payment = suite.until_payment_is("two codes", |payment| payment.codes.len() == 2).await.unwrap();
    payment.codes.into_iter().find(|(number, _)| *number == channel.to_wire()).unwrap().1
}

#[tokio::test(flavor = "multi_thread")]
async fn the_payer_pastes_a_code_cancels_and_then_confirms() {
    let stage = Stage::till().await;
    let code = shown(&stage.suite, "paste", Channel::Wechat).await;
    let browser = Browser::open(&stage).await;
    browser.write("code", &code).await;
    browser.click("read").await;
    browser.until_text("order", |text| text.contains("12") || !text.is_empty()).await;
    browser.click("cancel").await;
    browser.until_text("result", |text| !text.is_empty()).await;
    let waiting = stage.suite.till().await.unwrap().payment().await.unwrap();
    assert_eq!(PaymentState::from_wire(waiting.state), PaymentState::Waiting);
    browser.page.goto(&stage.suite.sandbox.wallet()).await.unwrap();
    browser.write("code", &code).await;
    browser.click("read").await;
    browser.click("confirm").await;
    let paid = stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    assert_eq!(paid.paid_by, Channel::Wechat.to_wire());
    browser.close().await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_payer_photographs_the_kiosk_and_pays_by_the_code_that_is_chosen() {
    let mut stage = Stage::with(|state| suite::Parts {
        role: "kiosk",
        unionpay: true,
        outside: true,
        ..suite::Parts::all(state)
    })
    .await;
    let (_, dishes) = stage.suite.till().await.unwrap().menu().await.unwrap();
    stage.suite.touch(&format!("dish-{}", dishes[0].sku)).await.unwrap();
    stage.suite.touch("pay").await.unwrap();
    stage.suite.until_payment_is("four codes", |payment| payment.codes.len() == 4).await.unwrap();
    let screen = stage.suite.screen().await.unwrap();
    let codes = ["code-alipay", "code-wechat", "code-unionpay", "code-any"];
    let all_shown = async |all: &[api::shell::Element]| {
        codes.iter().all(|code| all.iter().any(|element| element.name == *code)).then_some(())
    };
    screen.until("not all codes are shown", all_shown).await.unwrap();
    let browser = Browser::open(&stage).await;
    let path = stage.state.path().join("photograph.png");
    screen.still().await.unwrap().save(&path).unwrap();
    browser.write("upload", &path.display().to_string()).await;
    let offered = browser.until_text("choices-list", |text| text.contains("Web address")).await;
    for name in ["Alipay", "WeChat Pay", "UnionPay", "Web address"] {
        assert!(offered.contains(name), "{offered}");
    }
    browser.click("choose-w").await;
    browser.click("confirm").await;
    let paid = stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    assert_eq!(paid.paid_by, Channel::Wechat.to_wire());
    screen.find("dismiss").await.unwrap();
    browser.close().await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_one_code_for_every_wallet_leads_each_wallet_to_its_own_order() {
    let stage =
        Stage::with(|state| suite::Parts { unionpay: true, outside: true, ..suite::Parts::till(state) })
            .await;
    let browser = Browser::open(&stage).await;
    for (id, button, channel) in
        [("any-1", "open-alipay", Channel::Alipay), ("any-2", "open-unionpay", Channel::Unionpay)]
    {
        till::begin(&stage.suite, id).await;
        let all =
            stage.suite.until_payment_is("four codes", |payment| payment.codes.len() == 4).await.unwrap();
        let (_, link) = all.codes.iter().find(|(of, _)| *of == Channel::Any.to_wire()).unwrap();
        browser.page.goto(&stage.suite.sandbox.wallet()).await.unwrap();
        browser.write("code", link).await;
        browser.click("read").await;
        browser.click(button).await;
        browser.click("confirm").await;
        let paid = stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
        assert_eq!((paid.id.as_str(), paid.paid_by), (id, channel.to_wire()));
        // The link has died with its payment, and the page says so.
        browser.page.goto(&stage.suite.sandbox.wallet()).await.unwrap();
        browser.write("code", link).await;
        browser.click("read").await;
        browser.click(button).await;
        browser.until_text("result", |text| text.contains("The page is over")).await;
        stage.suite.till().await.unwrap().dismiss(id).await.unwrap();
    }
    browser.close().await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_pays_a_code_of_a_paid_order_sees_the_money_come_back() {
    let stage =
        Stage::with(|state| suite::Parts { unionpay: true, outside: true, ..suite::Parts::till(state) })
            .await;
    till::begin(&stage.suite, "twice").await;
    let all = stage.suite.until_payment_is("four codes", |payment| payment.codes.len() == 4).await.unwrap();
    let (_, code) = all.codes.iter().find(|(of, _)| *of == Channel::Unionpay.to_wire()).unwrap();
    stage.suite.pay_shown(Channel::Alipay).await.unwrap();
    stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    // UnionPay has no way to close it before its time is over.
    let browser = Browser::open(&stage).await;
    browser.write("code", code).await;
    browser.click("read").await;
    browser.click("confirm").await;
    browser.until_text("result", |text| text.contains("sent ¥") && text.contains("back")).await;
    browser.close().await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_without_a_code_is_told_to_the_payer() {
    let stage = Stage::till().await;
    let browser = Browser::open(&stage).await;
    let path = stage.state.path().join("cat.png");
    image::RgbImage::from_fn(200, 200, |x, y| image::Rgb([x as u8, y as u8, 90])).save(&path).unwrap();
    browser.write("upload", &path.display().to_string()).await;
    browser.click("read").await;
    browser.until_text("result", |text| !text.is_empty()).await;
    browser.close().await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_kiosks_camera_reads_the_payers_code_and_charges_it() {
    let stage = Stage::till().await;
    let browser = Browser::open(&stage).await;
    for (id, button, channel) in
        [("camera-1", "show-wechat", Channel::Wechat), ("camera-2", "show-alipay", Channel::Alipay)]
    {
        till::begin(&stage.suite, id).await;
        stage.suite.until_payment(&[PaymentState::Waiting]).await.unwrap();
        browser.click(button).await;
        let paid = stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
        assert_eq!((paid.id.as_str(), paid.paid_by), (id, channel.to_wire()));
        assert_ne!(paid.notice, Notice::UnknownCode.to_wire());
        browser.click("hide").await;
        stage.suite.till().await.unwrap().dismiss(id).await.unwrap();
    }
    browser.close().await;
    stage.end().await;
}
