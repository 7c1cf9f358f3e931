//! The driver against the emulated printer, by its real ways: TCP and a terminal.

mod cups;
mod drawn;
mod faults;
mod trouble;

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use printer::fake::{Fake, Plug};
use printer::receipt::Line;
use printer::{Fonts, Job, Letters, Limits, Mark, Outcome, Place, Printer, Proof, Receipt, Words};

/// Paper of 80 mm and of 58 mm, in dots.
const WIDE: u16 = 576;
const NARROW: u16 = 384;

/// Longest wait for the emulated printer to do what it surely does.
const SURELY: Duration = Duration::from_secs(20);

/// Short waits: the emulated printer answers at once, and what it never answers need not be waited for long.
fn limits() -> Limits {
    Limits {
        connect: Duration::from_secs(5),
        answer: Duration::from_secs(2),
        again: Duration::from_millis(20),
        progress: Duration::from_secs(5),
        mend: Duration::from_secs(2),
    }
}

fn fonts() -> Arc<Fonts> {
    static FONTS: LazyLock<Arc<Fonts>> = LazyLock::new(|| {
        let assets = std::env::var("DAIS_ASSETS").unwrap_or_else(|_| "../../assets/fetched".to_owned());
        Arc::new(Fonts::load(&PathBuf::from(assets).join("fonts")).expect("run `cargo xtask assets` first"))
    });
    FONTS.clone()
}

fn receipt() -> Receipt {
    let line = |zh: &str, en: &str, quantity, price: &str, amount: &str| Line {
        name: Words::new(zh, en),
        quantity,
        price: price.into(),
        amount: amount.into(),
    };
    Receipt {
        shop: Words::new("第一学生食堂", "Student Canteen No. 1"),
        pickup: Some("042".into()),
        lines: vec![
            line("红烧牛肉面", "Braised beef noodles", 1, "¥18.00", "¥18.00"),
            line("豆浆", "Soy milk", 2, "¥3.50", "¥7.00"),
            line("番茄炒蛋盖浇饭", "Rice with scrambled eggs and tomatoes", 1, "¥14.00", "¥14.00"),
        ],
        offers: vec![(Words::new("优惠券", "Coupon"), "-¥2.00".into())],
        total: "¥37.00".into(),
        quoted: None,
        paid_by: Words::new("支付宝", "Alipay"),
        time: "2026-11-29 12:31:05".into(),
        order: "lunch-20261129-0042".into(),
        link: Some("https://pay.example.edu/o/7Hk2mQ".into()),
        foot: Words::new("谢谢惠顾，请慢用", "Thank you, enjoy your meal"),
        ..Receipt::default()
    }
}

/// In the printer's own letters.
fn job(receipt: &Receipt, mark: Mark) -> Job {
    Job::rows(&receipt.rows(), WIDE, Letters::Own, mark)
}

fn place(fake: &Fake) -> Place {
    let address = fake.address().expect("a port");
    Place::Network(address.ip().to_string(), address.port())
}

fn network(width: u16) -> (Fake, Printer) {
    let fake =
        Fake::start(&Plug::Network(([127, 0, 0, 1], 0).into()), width, Some(fonts())).expect("a printer");
    let printer = Printer::new(place(&fake), limits());
    (fake, printer)
}

fn serial() -> (Fake, Printer, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a folder");
    let link = dir.path().join("printer");
    let fake = Fake::start(&Plug::Serial(link.clone()), WIDE, None).expect("a printer");
    (fake, Printer::new(Place::Device(link, 115_200), limits()), dir)
}

fn print(printer: &mut Printer, job: &Job) -> Outcome {
    printer.print(job, &mut |_| true)
}

/// Waits for what surely comes.
fn until(what: &str, mut there: impl FnMut() -> bool) {
    let deadline = Instant::now() + SURELY;
    while !there() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::yield_now();
    }
}
