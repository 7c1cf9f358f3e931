//! Sources: what is there with its picture, an address, the camera over a desk, and what stands beside a window.

use screens::*;
use slint::{ComponentHandle, Image, Rgba8Pixel, SharedPixelBuffer, SharedString};

use crate::choices::press;
use crate::easel::Easel;
use crate::panels::{Pressed, WALL_4K, all_large_enough};
use crate::screens::{WALL, both_languages, elements, has, rows};

/// What another screen may show.
fn seen(rgb: [u8; 3]) -> Image {
    let mut buffer = SharedPixelBuffer::<Rgba8Pixel>::new(320, 180);
    let width = buffer.width() as usize;
    for (at, pixel) in buffer.make_mut_slice().iter_mut().enumerate() {
        let (x, y) = (at % width, at / width);
        let line = (40..230).contains(&x) && (50..150).contains(&y) && (y / 8) % 2 == 0;
        let shade = |c: u8| if line { 40 } else { c.saturating_sub((y / 6) as u8) };
        let [r, g, b] = rgb.map(shade);
        *pixel = Rgba8Pixel { r, g, b, a: 255 };
    }
    Image::from_rgba8(buffer)
}

fn source(name: &str, stream: bool, state: SourceState, picture: bool) -> SourceRow {
    SourceRow {
        name: name.into(),
        stream,
        state,
        has_picture: picture,
        picture: if picture { seen([214, 226, 240]) } else { Image::default() },
    }
}

#[test]
fn sources_are_shown_as_they_look_now() {
    for (screen, size) in [(WALL, (954, 576)), (WALL_4K, (1908, 1152))] {
        Easel::with(screen, size, |easel| {
            both_languages(|language, chinese| {
                let sources = SourcesSurface::new().unwrap();
                easel.look.dress(&sources);
                let adapter = sources.global::<SourcesAdapter<'_>>();
                adapter.set_sources(rows([
                    source("HDMI USB Capture", false, SourceState::Comes, true),
                    source("实物展台 Desk camera", false, SourceState::Comes, true),
                    source("HDMI 2", false, SourceState::NoSignal, true),
                    source("Hall 大礼堂", true, SourceState::Opening, false),
                ]));
                let pressed = Pressed::default();
                let told = pressed.clone();
                adapter.on_open(move |place| told.borrow_mut().push(place.to_string()));
                let told = pressed.clone();
                adapter.on_type(move || told.borrow_mut().push("type".to_owned()));
                easel.show(&sources, language);
                easel.draw(&format!("sources-{language}-{}", screen.1));
                let found = elements(&sources, size);
                all_large_enough(&found);
                let lost = has(&found, "source-2").label;
                assert!(
                    lost.contains(if chinese { "没有信号" } else { "No signal: check the cable" }),
                    "{lost}"
                );
                press(&sources, "source-1");
                press(&sources, "type-address");
                assert_eq!(*pressed.borrow(), ["1", "type"]);
                adapter.set_sources(rows([]));
                easel.draw(&format!("sources-none-{language}-{}", screen.1));
                has(&elements(&sources, size), "no-sources");
                adapter.set_devices_off(true);
                easel.draw(&format!("sources-off-{language}-{}", screen.1));
                has(&elements(&sources, size), "devices-off");
            });
        });
    }
}

#[test]
fn an_address_is_typed() {
    let size = (954, 576);
    Easel::with(WALL, size, |easel| {
        both_languages(|language, _| {
            let sources = SourcesSurface::new().unwrap();
            easel.look.dress(&sources);
            let adapter = sources.global::<SourcesAdapter<'_>>();
            adapter.set_typing(true);
            adapter.set_address("rtsp://10.0.0.7:554/live".into());
            let keys = ["1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm./:"];
            let row = |keys: &str| rows(keys.chars().map(|key| SharedString::from(key.to_string())));
            adapter.set_rows(rows(keys.map(row)));
            let pressed = Pressed::default();
            let told = pressed.clone();
            adapter.on_key(move |key| told.borrow_mut().push(key.to_string()));
            let told = pressed.clone();
            adapter.on_done(move || told.borrow_mut().push("done".to_owned()));
            easel.show(&sources, language);
            easel.draw(&format!("sources-address-{language}"));
            all_large_enough(&elements(&sources, size));
            press(&sources, "scheme-2");
            press(&sources, "key-/-address");
            press(&sources, "address-done");
            assert_eq!(*pressed.borrow(), ["udp://", "/", "done"]);
            adapter.set_address_wrong(true);
            easel.draw(&format!("sources-address-wrong-{language}"));
        });
    });
}

#[test]
fn the_camera_over_a_desk_is_seen_and_kept_by_a_round_button() {
    for (screen, size) in [(WALL, (954, 480)), (WALL_4K, (1908, 960))] {
        Easel::with(screen, size, |easel| {
            both_languages(|language, _| {
                let insert = InsertSurface::new().unwrap();
                easel.look.dress(&insert);
                let adapter = insert.global::<CameraAdapter<'_>>();
                adapter.set_shown(true);
                adapter.set_name("Desk camera".into());
                adapter.set_state(SourceState::Comes);
                adapter.set_several(true);
                adapter.set_has_picture(true);
                adapter.set_picture(seen([236, 232, 222]));
                let pressed = Pressed::default();
                for (name, connect) in [("take", true), ("next", false)] {
                    let told = pressed.clone();
                    let tell = move || told.borrow_mut().push(name.to_owned());
                    if connect { adapter.on_take(tell) } else { adapter.on_next(tell) }
                }
                easel.show(&insert, language);
                easel.draw(&format!("camera-{language}-{}", screen.1));
                all_large_enough(&elements(&insert, size));
                press(&insert, "camera-take");
                press(&insert, "camera-next");
                assert_eq!(*pressed.borrow(), ["take", "next"]);
                adapter.set_state(SourceState::Unplugged);
                easel.draw(&format!("camera-lost-{language}-{}", screen.1));
                let found = elements(&insert, size);
                assert!(!has(&found, "camera-take").enabled, "what is old is not taken for what is there");
                has(&found, "camera-state");
            });
        });
    }
}

#[test]
fn a_window_says_how_it_is_and_can_be_frozen_kept_and_filled() {
    let size = (600, 90);
    Easel::with(WALL, size, |easel| {
        both_languages(|language, chinese| {
            let bar = LiveBarSurface::new().unwrap();
            easel.look.dress(&bar);
            let adapter = bar.global::<LiveAdapter<'_>>();
            adapter.set_name("HDMI USB Capture".into());
            adapter.set_state(SourceState::Comes);
            easel.show(&bar, language);
            easel.draw(&format!("live-bar-{language}"));
            all_large_enough(&elements(&bar, size));
            adapter.set_state(SourceState::NoSignal);
            easel.draw(&format!("live-bar-lost-{language}"));
            let said = has(&elements(&bar, size), "live-state").label;
            assert!(said.contains(if chinese { "没有信号" } else { "No signal: check the cable" }), "{said}");
            adapter.set_state(SourceState::Stands);
            adapter.set_frozen(true);
            adapter.set_full(true);
            easel.draw(&format!("live-bar-frozen-{language}"));
            assert!(has(&elements(&bar, size), "live-freeze").chosen);
        });
    });
}
