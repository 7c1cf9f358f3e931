//! The service page in both languages, on a wall, on one of four thousand pixels and on a kiosk.

use std::cell::Cell;
use std::rc::Rc;

use screens::*;
use slint::{Color, ComponentHandle};

use crate::choices::press;
use crate::easel::Easel;
use crate::screens::{TALL, WALL, both_languages, elements, has, rows};

const LARGE: (u32, u32) = (3840, 2160);
const PAGES: [(&str, ServicePage); 7] = [
    ("keypad", ServicePage::Keypad),
    ("touch", ServicePage::Touch),
    ("devices", ServicePage::Devices),
    ("unit", ServicePage::Unit),
    ("speed", ServicePage::Speed),
    ("network", ServicePage::Network),
    ("log", ServicePage::Log),
];
const ADDRESS: &str = "http://192.168.1.20:8471/3f0c9a1be7d24c58a6b0e15d7c9284fa/";

fn fact(fact: i32, value: &str) -> FactRow {
    FactRow { fact, value: value.into(), here: !value.is_empty() }
}

/// A page of a unit that has everything, and on which something is wrong.
fn page(easel: &Easel, chinese: bool, size: (u32, u32)) -> ServiceSurface {
    let page = ServiceSurface::new().unwrap();
    easel.look.dress(&page);
    let adapter = page.global::<ServiceAdapter<'_>>();
    adapter.set_chinese(chinese);
    adapter.set_by_staff(true);
    let pick = |zh: &str, en: &str| if chinese { zh } else { en }.into();
    let device = |kind, view, words| ServiceDeviceRow {
        kind,
        view,
        words,
        written: "".into(),
        outcome: 0,
        can_test: view != DeviceView::Absent && kind != 103,
        testing: false,
        part: -1.0,
    };
    adapter.set_devices(rows([
        device(1, DeviceView::Ready, "".into()),
        ServiceDeviceRow {
            outcome: 1,
            ..device(2, DeviceView::Ready, pick("读到一张卡。", "A card was read."))
        },
        ServiceDeviceRow { testing: true, ..device(3, DeviceView::Ready, "".into()) },
        device(
            4,
            DeviceView::Missing,
            pick("打印机缺纸，请装入新的纸卷。", "The printer has no paper. Put in a new roll."),
        ),
        device(5, DeviceView::Absent, "".into()),
        device(6, DeviceView::Ready, "".into()),
        device(101, DeviceView::Ready, pick("正在看，看到 23 人。", "It is watching and sees people: 23.")),
        ServiceDeviceRow { part: 0.6, testing: true, ..device(102, DeviceView::Ready, "".into()) },
        ServiceDeviceRow {
            written: "HDMI capture (uvcvideo)".into(),
            ..device(103, DeviceView::Ready, "".into())
        },
    ]));
    adapter.set_services(rows([
        fact(0, "0.1.0"),
        fact(1, "0.1.0"),
        fact(2, ""),
        fact(3, "0.1.0"),
        fact(4, "0.1.0"),
    ]));
    adapter.set_computer(rows([
        fact(10, "room-3b-104"),
        fact(11, "Debian GNU/Linux 13 (trixie), image 42"),
        fact(12, "6.12.48+deb13-amd64"),
        fact(13, if chinese { "12 天 4 小时" } else { "12 d 4 h" }),
        fact(14, if chinese { "7842 MB，可用 5120 MB" } else { "7842 MB, 5120 MB free" }),
        fact(15, if chinese { "57344 MB，可用 41022 MB" } else { "57344 MB, 41022 MB free" }),
    ]));
    let speed = |task: &str, count: &str, median: &str, slow: &str| SpeedRow {
        task: task.into(),
        count: count.into(),
        median: median.into(),
        slow: slow.into(),
        part: 0.0,
    };
    adapter.set_speeds(rows([
        speed("ink", "1284", "50 ms", "200 ms"),
        speed("text", "86", "500 ms", "2000 ms"),
        speed("maths", "12", "100 ms", "> 5000 ms"),
    ]));
    let link = |name: &str, wireless, up, addresses: &str| LinkRow {
        name: name.into(),
        wireless,
        up,
        speed: if up && !wireless { 1000 } else { 0 },
        addresses: addresses.into(),
        gateway: if up && !wireless {
            "192.168.1.1"
        } else if up {
            "10.3.0.1"
        } else {
            ""
        }
        .into(),
        state: if wireless { 2 } else { 1 },
    };
    adapter.set_links(rows([
        link("enp1s0", false, true, "192.168.1.20/24   fd00::2/64"),
        link("wlan0", true, true, "10.3.4.5/16"),
        link("enp2s0", false, false, ""),
    ]));
    let line = |grave, time: &str, unit: &str, text: &str| LogRow {
        grave,
        time: time.into(),
        unit: unit.into(),
        text: text.into(),
    };
    adapter.set_log(rows([
        line(true, "11-30 08:12:45", "dais-inference", "a model file is not the listed one name=ink.onnx; run `cargo xtask assets`"),
        line(false, "11-30 08:12:02", "dais-kiosk", "the printer is away why=NoPaper"),
        line(false, "11-30 07:59:31", "dais-shell", "touch is missing error=No such device"),
        line(false, "11-30 07:58:11", "dais-sense", "the microphone says nothing for 10 s; it is opened again, as a plug that sits badly does this, and a longer line than fits into two lines of a kiosk ends here"),
    ]));
    adapter.set_address(ADDRESS.into());
    adapter.set_code(ui::code_picture::draw(ADDRESS).unwrap());
    touch(&adapter, easel, size);
    page
}

/// Five fingers of two hands, as the panel felt them.
fn touch(adapter: &ServiceAdapter<'_>, easel: &Easel, (width, height): (u32, u32)) {
    let mm = easel.look.millimetre();
    let tones = [0xff0c_6b58, 0xffb3_261e, 0xff14_68e0, 0xff8f_5600];
    let fingers =
        [(0.36, 0.62, 9.0, 11.0), (0.52, 0.44, 8.0, 10.0), (0.66, 0.58, 2.0, 2.0), (0.93, 0.5, 42.0, 30.0)];
    let place = |(x, y): (f32, f32)| (x * width as f32, y * height as f32);
    let contacts = fingers.iter().enumerate().map(|(at, (x, y, wide, high))| ContactRow {
        number: at as i32 + 1,
        x: place((*x, *y)).0,
        y: place((*x, *y)).1,
        wide: wide * mm,
        high: high * mm,
        size: format!("{wide:.0} × {high:.0}").into(),
        rate: 120 - at as i32,
        tone: Color::from_argb_encoded(tones[at]),
    });
    adapter.set_contacts(rows(contacts.collect::<Vec<_>>()));
    let trail = |at: usize, from: (f32, f32), bend: (f32, f32)| {
        let (to, from, bend) = (place((fingers[at].0, fingers[at].1)), place(from), place(bend));
        TrailRow {
            commands: format!("M {} {} Q {} {} {} {}", from.0, from.1, bend.0, bend.1, to.0, to.1).into(),
            tone: Color::from_argb_encoded(tones[at]),
        }
    };
    adapter.set_trails(rows([
        trail(0, (0.24, 0.34), (0.22, 0.7)),
        trail(1, (0.42, 0.7), (0.4, 0.36)),
        trail(2, (0.8, 0.3), (0.72, 0.4)),
    ]));
    adapter.set_panel_rate(120);
    adapter.set_most(10);
    adapter.set_took_median("7.4".into());
    adapter.set_took_slow("15.9".into());
}

#[test]
fn the_service_page_in_both_languages_and_sizes() {
    for size in [WALL, TALL, LARGE] {
        Easel::with(size, size, |easel| {
            both_languages(|language, chinese| {
                let surface = page(easel, chinese, size);
                let adapter = surface.global::<ServiceAdapter<'_>>();
                for (name, page) in PAGES {
                    adapter.set_page(page);
                    adapter.set_typed(5);
                    easel.show(&surface, language);
                    let drawn = easel.draw(&format!("service-{name}-{language}-{}", size.1));
                    let found = elements(&surface, size);
                    has(&found, "service-leave");
                    match page {
                        ServicePage::Keypad => drop(has(&found, "digit-0")),
                        ServicePage::Touch => {
                            drop(["contact-1", "contact-4", "touch-rate"].map(|it| has(&found, it)))
                        }
                        ServicePage::Devices => {
                            drop(["service-test-4", "service-level"].map(|it| has(&found, it)))
                        }
                        ServicePage::Network => crate::zbar::reads(&drawn, &[ADDRESS]),
                        ServicePage::Log => drop(has(&found, "log-0")),
                        _ => {}
                    }
                }
            });
        });
    }
}

#[test]
fn where_nothing_is_known_it_says_what_to_do() {
    Easel::with(TALL, TALL, |easel| {
        both_languages(|language, chinese| {
            let surface = ServiceSurface::new().unwrap();
            easel.look.dress(&surface);
            let adapter = surface.global::<ServiceAdapter<'_>>();
            adapter.set_chinese(chinese);
            for (name, page, trouble) in [
                ("no-pin", ServicePage::Keypad, ServiceTrouble::NoPin),
                ("away", ServicePage::Network, ServiceTrouble::AdminAway),
                ("untouched", ServicePage::Touch, ServiceTrouble::None),
                ("quiet", ServicePage::Log, ServiceTrouble::None),
                ("unasked", ServicePage::Speed, ServiceTrouble::None),
            ] {
                adapter.set_page(page);
                adapter.set_trouble(trouble);
                easel.show(&surface, language);
                easel.draw(&format!("service-{name}-{language}"));
                assert_eq!(
                    elements(&surface, TALL).iter().any(|element| element.name == "service-told"),
                    trouble != ServiceTrouble::None
                );
            }
        });
    });
}

#[test]
fn what_is_pressed_is_asked_for() {
    Easel::with(WALL, WALL, |easel| {
        let surface = page(easel, false, WALL);
        let adapter = surface.global::<ServiceAdapter<'_>>();
        let (gone, tested) = (Rc::new(Cell::new(ServicePage::Closed)), Rc::new(Cell::new(-1)));
        let (go, test) = (gone.clone(), tested.clone());
        adapter.on_go(move |page| go.set(page));
        adapter.on_test(move |row| test.set(row));
        adapter.set_page(ServicePage::Devices);
        easel.show(&surface, "en");
        press(&surface, "service-tab-log");
        press(&surface, "service-test-4");
        assert_eq!((gone.get(), tested.get()), (ServicePage::Log, 3));
    });
}
