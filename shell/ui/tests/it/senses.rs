//! Signs of camera and microphone, on and off, and what is wrong with them.

use screens::*;
use slint::ComponentHandle;

use crate::easel::Easel;
use crate::screens::{WALL, both_languages, elements, has};

/// A screen of 4K, whose unit is two pixels.
const LARGE: (u32, u32) = (3840, 2160);

#[test]
fn signs() {
    for (screen, unit) in [(WALL, 1), (LARGE, 2)] {
        let size = (152 * unit, 200 * unit);
        Easel::with(screen, size, |easel| {
            both_languages(|language, chinese| {
                let signs = SensesSurface::new().unwrap();
                easel.look.dress(&signs);
                let adapter = signs.global::<SensesAdapter<'_>>();
                adapter.set_has_camera(true);
                easel.show(&signs, language);
                easel.draw(&format!("senses-off-{language}-{}", screen.1));
                let found = elements(&signs, size);
                assert_eq!(found.len(), 1, "{found:?}");
                assert!(!has(&found, "palm").chosen);
                adapter.set_watching(true);
                adapter.set_listening(true);
                easel.draw(&format!("senses-on-{language}-{}", screen.1));
                let found = elements(&signs, size);
                let (palm, microphone) = (has(&found, "palm"), has(&found, "microphone"));
                assert!(palm.chosen && microphone.chosen);
                let word = if chinese { "摄像头开着" } else { "The camera is on" };
                assert!(palm.label.starts_with(word), "{palm:?}");
                // 18 mm on a panel of 1895 mm.
                let least = 18 * screen.0 as i32 / 1895;
                assert!(palm.width >= least && palm.height >= least, "{palm:?}");
                // Without a camera in the configuration there is nothing to switch, unless it is on.
                adapter.set_has_camera(false);
                assert_eq!(elements(&signs, size).len(), 2);
                adapter.set_watching(false);
                adapter.set_listening(false);
                assert_eq!(elements(&signs, size), []);
            });
        });
    }
}

#[test]
fn what_is_wrong_is_said_whole() {
    let size = (520, 100);
    let words = [
        ("zh", "识别服务没有运行，正在重试：若不恢复请联系技术人员"),
        ("en", "A model for what the microphone hears is missing: tell a technician (dais-inference)"),
    ];
    for (language, text) in words {
        Easel::with(WALL, size, |easel| {
            let trouble = SensesTroubleSurface::new().unwrap();
            easel.look.dress(&trouble);
            trouble.global::<SensesAdapter<'_>>().set_trouble(text.into());
            easel.show(&trouble, language);
            easel.draw(&format!("senses-trouble-{language}"));
            assert_eq!(has(&elements(&trouble, size), "senses-trouble").label, text);
        });
    }
}
