//! The first start in both languages, on a wall, on one of four thousand pixels and on a kiosk.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use jiff::Timestamp;
use screens::*;
use slint::ComponentHandle;
use ui::code_picture;
use ui::first::zones;

use crate::choices::press;
use crate::easel::Easel;
use crate::screens::{TALL, WALL, both_languages, elements, has, rows};

const LARGE: (u32, u32) = (3840, 2160);

fn screen(easel: &Easel, chinese: bool) -> FirstSurface {
    let screen = FirstSurface::new().unwrap();
    easel.look.dress(&screen);
    ui::first::look::dress(&screen, &easel.assets).unwrap();
    let adapter = screen.global::<FirstAdapter<'_>>();
    adapter.set_chinese(chinese);
    adapter.set_serial("PF3X1-04B7".into());
    adapter.set_keys(rows(
        ["1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm_.,"]
            .map(|row| rows(row.chars().map(|key| key.to_string().into()))),
    ));
    screen
}

fn noon() -> Timestamp {
    "2026-11-30T12:00:00Z".parse().unwrap()
}

fn show_zones(adapter: &FirstAdapter<'_>, chinese: bool, zone: &str, region: i32) {
    let here = zones::row(zone, &zones::city(zone, chinese), noon());
    adapter.set_zone(zone.into());
    adapter.set_zone_city(here.city);
    adapter.set_zone_time(here.time);
    adapter.set_zone_offset(here.offset);
    adapter.set_region(region);
    adapter.set_zones(rows(zones::of_region(region, chinese, noon())));
}

fn show_networks(adapter: &FirstAdapter<'_>) {
    adapter.set_looked(true);
    adapter.set_cables(rows([CableRow {
        name: "enp1s0".into(),
        up: true,
        address: "192.168.1.20/24".into(),
    }]));
    let network = |name: &str, bars, secured, joined, joining| NetworkRow {
        name: name.into(),
        bars,
        secured,
        joined,
        joining,
    };
    adapter.set_networks(rows([
        network("第三中学-教师", 3, true, true, false),
        network("School-Guest", 3, false, false, true),
        network("3B-printer", 2, true, false, false),
        network("eduroam", 1, true, false, false),
        network("A name as long as a name may be!", 0, true, false, false),
    ]));
}

fn show_offer(adapter: &FirstAdapter<'_>, chinese: bool, state: i32) {
    adapter.set_school(if chinese { "第三中学" } else { "Third Middle School" }.into());
    adapter.set_room("3B-104".into());
    adapter.set_unit("3B-104-panel".into());
    adapter.set_fingerprint(rows(
        ["6668", "7AAD", "F862", "BD77", "6C8F", "C18B", "8E9F", "8E20"].map(Into::into),
    ));
    let part = |part, value: &str, state| PartRow { part, value: value.into(), state };
    let later = if state == 0 { 0 } else { 3 };
    adapter.set_parts(rows([
        part(2, if chinese { "中文" } else { "English" }, state),
        part(1, "Asia/Shanghai", state),
        part(3, "panel", if state == 0 { 0 } else { 5 }),
        part(4, "第三中学-教师", later),
        part(6, "http://proxy.school.example:3128", 4),
        part(7, "34", state),
        part(8, "5", if state == 0 { 0 } else { 5 }),
        part(9, "", state),
    ]));
}

fn draw(size: (u32, u32), name: &str, prepare: impl Fn(&FirstAdapter<'_>, bool) + Sync, wanted: &[&str]) {
    Easel::with(size, size, |easel| {
        both_languages(|language, chinese| {
            let surface = screen(easel, chinese);
            prepare(&surface.global::<FirstAdapter<'_>>(), chinese);
            easel.show(&surface, language);
            easel.draw(&format!("first-{name}-{language}-{}", size.1));
            let found = elements(&surface, size);
            wanted.iter().for_each(|name| drop(has(&found, name)));
        });
    });
}

fn on_all(name: &str, prepare: impl Fn(&FirstAdapter<'_>, bool) + Sync, wanted: &[&str]) {
    for size in [WALL, TALL, LARGE] {
        draw(size, name, &prepare, wanted);
    }
}

#[test]
fn the_language_is_asked_in_both() {
    on_all(
        "language",
        |adapter, _| adapter.set_page(FirstPage::Language),
        &["first-language-zh", "first-language-en", "first-later", "first-next"],
    );
}

#[test]
fn the_time_zone_is_a_place() {
    let place = |adapter: &FirstAdapter<'_>, chinese| {
        adapter.set_page(FirstPage::Zone);
        show_zones(adapter, chinese, "Asia/Shanghai", 0);
    };
    on_all("zone", place, &["first-zone", "zone-Asia/Urumqi", "region-2", "zone-search", "first-back"]);
    let europe = |adapter: &FirstAdapter<'_>, chinese| {
        adapter.set_page(FirstPage::Zone);
        show_zones(adapter, chinese, "Europe/Berlin", 2);
    };
    draw(WALL, "zone-europe", europe, &["zone-Europe/Berlin"]);
    let searched = |adapter: &FirstAdapter<'_>, chinese| {
        adapter.set_page(FirstPage::Zone);
        adapter.set_searching(true);
        adapter.set_typed("s".into());
        adapter.set_zones(rows(zones::search("s", chinese, noon())));
        adapter.set_trouble(FirstTrouble::NoTimeService);
    };
    draw(WALL, "zone-search", searched, &["zone-typed", "key-q-zone", "first-told"]);
    draw(TALL, "zone-search", searched, &["zone-typed", "key-q-zone", "first-told"]);
}

#[test]
fn networks_are_chosen_and_their_passwords_typed() {
    let list = |adapter: &FirstAdapter<'_>, _| {
        adapter.set_page(FirstPage::Network);
        adapter.set_online(true);
        show_networks(adapter);
    };
    on_all("network", list, &["first-cable", "network-0", "network-again"]);
    let password = |adapter: &FirstAdapter<'_>, _| {
        adapter.set_page(FirstPage::Network);
        show_networks(adapter);
        adapter.set_typing(true);
        adapter.set_network("第三中学-教师".into());
        adapter.set_typed("••••••••••".into());
        adapter.set_can_enter(true);
        adapter.set_trouble(FirstTrouble::NotJoined);
    };
    on_all("password", password, &["network-typed", "network-show", "network-join", "key-q-network"]);
    let none = |adapter: &FirstAdapter<'_>, _| {
        adapter.set_page(FirstPage::Network);
        adapter.set_trouble(FirstTrouble::NoNetworkService);
    };
    draw(WALL, "no-network", none, &["first-told"]);
}

#[test]
fn an_enrolment_is_awaited_looked_at_and_refused_in_words() {
    let awaited = |adapter: &FirstAdapter<'_>, _| adapter.set_page(FirstPage::Enrolment);
    on_all("enrolment", awaited, &["enrolment-file", "first-serial", "first-next"]);
    let seen = |adapter: &FirstAdapter<'_>, _| {
        adapter.set_page(FirstPage::Enrolment);
        adapter.set_has_camera(true);
        adapter.set_has_picture(true);
        adapter
            .set_picture(code_picture::draw("schema = 1\nschool = \"s\"\nunit = \"u\"\n# key: ...").unwrap());
    };
    draw(WALL, "sight", seen, &["enrolment-sight", "first-serial"]);
    draw(TALL, "sight", seen, &["enrolment-sight", "first-serial"]);
    let offered = |adapter: &FirstAdapter<'_>, chinese| {
        adapter.set_page(FirstPage::Enrolment);
        adapter.set_enrolling(Enrolling::Offered);
        adapter.set_first_key(true);
        show_offer(adapter, chinese, 0);
    };
    on_all("offer", offered, &["offer-school", "offer-unit", "offer-fingerprint", "part-1", "first-next"]);
    let known = |adapter: &FirstAdapter<'_>, chinese| {
        offered(adapter, chinese);
        adapter.set_first_key(false);
    };
    draw(WALL, "offer-known", known, &["offer-school"]);
    let several = |adapter: &FirstAdapter<'_>, chinese: bool| {
        adapter.set_page(FirstPage::Enrolment);
        adapter.set_enrolling(Enrolling::Several);
        let found = |number: u32| FoundRow {
            school: if chinese { "第三中学" } else { "Third Middle School" }.into(),
            unit: format!("3B-10{number}-panel").into(),
            file: format!("3b-10{number}.enrol").into(),
        };
        adapter.set_found(rows((1..5).map(found)));
    };
    draw(WALL, "several", several, &["enrolment-0", "enrolment-3"]);
    for (name, trouble, detail) in [
        ("bad-signature", FirstTrouble::BadSignature, ""),
        (
            "other-key",
            FirstTrouble::OtherKey,
            "this unit belongs to whoever has the key 6668 7AAD F862 BD77 6C8F C18B 8E9F 8E20",
        ),
    ] {
        let refused = |adapter: &FirstAdapter<'_>, _| {
            adapter.set_page(FirstPage::Enrolment);
            adapter.set_enrolling(Enrolling::Refused);
            adapter.set_unit("3b-104.enrol".into());
            adapter.set_trouble(trouble);
            adapter.set_detail(detail.into());
        };
        draw(WALL, name, refused, &["first-told", "enrolment-file"]);
        draw(TALL, name, refused, &["first-told", "enrolment-file"]);
    }
}

#[test]
fn every_trouble_has_words_that_fit() {
    use FirstTrouble as T;
    for trouble in [
        T::Away,
        T::Silent,
        T::NoTimeService,
        T::BadTimeZone,
        T::NoRadio,
        T::BadPassword,
        T::Unreadable,
        T::NotSigned,
        T::OtherSchema,
        T::BadEnrolment,
        T::BadTimetable,
        T::OtherUnit,
        T::Expired,
        T::NoCredential,
        T::NotKept,
    ] {
        let refused = |adapter: &FirstAdapter<'_>, _| {
            adapter.set_page(FirstPage::Enrolment);
            adapter.set_enrolling(Enrolling::Refused);
            adapter.set_trouble(trouble);
        };
        draw(TALL, &format!("told-{trouble:?}").to_lowercase(), refused, &["first-told"]);
    }
}

#[test]
fn the_end_says_what_was_settled() {
    let done = |adapter: &FirstAdapter<'_>, chinese| {
        adapter.set_page(FirstPage::Done);
        show_offer(adapter, chinese, 2);
    };
    on_all("done", done, &["done-school", "part-7", "first-next"]);
    let plain = |adapter: &FirstAdapter<'_>, _| adapter.set_page(FirstPage::Done);
    draw(WALL, "done-plain", plain, &["first-next", "first-back"]);
    draw(TALL, "done-plain", plain, &["first-next", "first-back"]);
}

#[test]
fn what_is_touched_is_asked_for() {
    Easel::with(WALL, WALL, |easel| {
        let surface = screen(easel, false);
        let adapter = surface.global::<FirstAdapter<'_>>();
        let (gone, agreed, zone) = (
            Rc::new(Cell::new(FirstPage::Closed)),
            Rc::new(Cell::new(0)),
            Rc::new(RefCell::new(String::new())),
        );
        let (go, agree, choose) = (gone.clone(), agreed.clone(), zone.clone());
        adapter.on_go(move |page| go.set(page));
        adapter.on_agree(move || agree.set(agree.get() + 1));
        adapter.on_choose_zone(move |name| choose.replace(name.into()).clear());
        adapter.set_page(FirstPage::Zone);
        show_zones(&adapter, false, "Asia/Shanghai", 0);
        easel.show(&surface, "en");
        press(&surface, "zone-Asia/Urumqi");
        press(&surface, "first-next");
        assert_eq!((zone.borrow().as_str(), gone.get()), ("Asia/Urumqi", FirstPage::Network));
        press(&surface, "first-back");
        assert_eq!(gone.get(), FirstPage::Language);
        // With an enrolment on the screen the same button agrees to it, and goes nowhere by itself.
        adapter.set_page(FirstPage::Enrolment);
        adapter.set_enrolling(Enrolling::Offered);
        show_offer(&adapter, false, 0);
        press(&surface, "first-next");
        assert_eq!((agreed.get(), gone.get()), (1, FirstPage::Language));
        adapter.set_enrolling(Enrolling::Busy);
        press(&surface, "first-next");
        assert_eq!(agreed.get(), 1, "twice");
    });
}
