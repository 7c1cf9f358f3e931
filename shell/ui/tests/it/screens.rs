//! Screens in both languages and all sizes: what must be on them is there, named, large enough and inside.

use std::cell::Cell;
use std::rc::Rc;

use api::shell::Element;
use display::Area;
use screens::*;
use slint::{ComponentHandle, ModelRc, SharedString, VecModel};
use ui::code_picture;
use ui::keyboard;
use ui::surface;

use crate::choices::press;
use crate::easel::Easel;

pub(crate) const WALL: (u32, u32) = (1920, 1080);
pub(crate) const TALL: (u32, u32) = (1080, 1920);

const DISHES: [(&str, &str, &str, &str, &str); 9] = [
    ("noodles", "红烧牛肉面", "Braised beef noodles", "¥16.00", "1f35c.webp"),
    ("bento", "照烧鸡腿饭", "Teriyaki chicken rice", "¥18.50", "1f371.webp"),
    ("curry", "咖喱土豆饭", "Potato curry rice", "¥14.00", "1f35b.webp"),
    ("dumplings", "三鲜水饺", "Three-flavour dumplings", "¥12.00", "1f95f.webp"),
    ("soup", "番茄蛋花汤", "Tomato and egg soup", "¥4.00", "1f372.webp"),
    ("salad", "时蔬沙拉", "Garden salad", "¥9.00", "1f957.webp"),
    ("rice", "米饭", "Rice", "¥1.50", "1f35a.webp"),
    ("tea", "珍珠奶茶", "Bubble tea", "¥8.00", "1f9cb.webp"),
    ("fruit", "西瓜", "Watermelon", "¥5.00", "1f349.webp"),
];

pub(crate) fn rows<T: Clone + 'static>(rows: impl IntoIterator<Item = T>) -> ModelRc<T> {
    ModelRc::from(Rc::new(VecModel::from(rows.into_iter().collect::<Vec<_>>())))
}

pub(crate) fn elements(root: &impl ComponentHandle, size: (u32, u32)) -> Vec<Element> {
    let mut found = Vec::new();
    surface::list(root, "test", Area::new(0, 0, size.0 as i32, size.1 as i32), &mut found);
    let screen = Area::new(0, 0, size.0 as i32, size.1 as i32);
    for element in &found {
        let area = Area::new(element.x, element.y, element.width, element.height);
        assert!(!element.label.is_empty(), "{element:?} has no label");
        assert_eq!(area.intersect(screen), area, "{element:?} is not on the screen");
    }
    found
}

pub(crate) fn has(found: &[Element], name: &str) -> Element {
    let names: Vec<&str> = found.iter().map(|element| element.name.as_str()).collect();
    found
        .iter()
        .find(|element| element.name == name)
        .cloned()
        .unwrap_or_else(|| panic!("no {name} in {names:?}"))
}

/// A screen with a menu and something on the tray.
pub(crate) fn kiosk(easel: &Easel, chinese: bool) -> KioskScreen {
    let screen = KioskScreen::new().unwrap();
    easel.look.dress(&screen);
    let adapter = screen.global::<KioskAdapter<'_>>();
    adapter.set_chinese(chinese);
    adapter.set_till_here(true);
    adapter.set_has_home(true);
    ui::kiosk_look::dress(&screen, &easel.assets).unwrap();
    let parts =
        [("meals", "主食", "Meals", 0), ("light", "小食", "Light", 5), ("drinks", "饮品", "Drinks", 7)];
    adapter.set_categories(rows(parts.map(|(name, zh, en, first)| CategoryRow {
        name: name.into(),
        label: if chinese { zh } else { en }.into(),
        picture: easel.assets.picture(DISHES[first].4).unwrap(),
        count: if first == 0 { 2 } else { i32::from(first == 7) },
    })));
    adapter.set_dishes(rows(DISHES.iter().enumerate().map(|(at, (sku, zh, en, price, picture))| DishRow {
        sku: (*sku).into(),
        name: if chinese { *zh } else { *en }.into(),
        other_name: if chinese { *en } else { *zh }.into(),
        price: (*price).into(),
        picture: easel.assets.picture(picture).unwrap(),
        count: if at == 0 { 2 } else { i32::from(at == 7) },
        // One with every allergen there is, one with none, one that is gone.
        allergens: match at {
            0 => rows([1, 6]),
            1 => rows(1..=8),
            2 | 6 => rows([]),
            _ => rows([1, 4, 7]),
        },
        sold_out: at == 3,
    })));
    adapter.set_basket(rows([0, 7].map(|at: usize| BasketRow {
        sku: DISHES[at].0.into(),
        name: if chinese { DISHES[at].1 } else { DISHES[at].2 }.into(),
        price: if at == 0 { "¥32.00" } else { "¥8.00" }.into(),
        count: if at == 0 { 2 } else { 1 },
        picture: easel.assets.picture(DISHES[at].4).unwrap(),
    })));
    adapter.set_count(3);
    adapter.set_total("¥40.00".into());
    adapter.set_amount("¥40.00".into());
    adapter.set_camera(DeviceView::Ready);
    adapter.set_reader(DeviceView::Ready);
    screen
}

const CODES: [(Channel, &str); 2] = [
    (Channel::Alipay, "https://qr.alipay.com/bax01234567890abcdefghijkl"),
    (Channel::Wechat, "weixin://wxpay/bizpayurl?pr=p4lpSuKzz2z0a1b2c3d4"),
];

pub(crate) fn show_codes(screen: &KioskScreen) {
    let adapter = screen.global::<KioskAdapter<'_>>();
    adapter.set_stage(Stage::Waiting);
    adapter.set_good_for(107);
    adapter.set_good_part(0.6);
    adapter.set_codes(rows(
        CODES.map(|(channel, text)| CodeRow { channel, picture: code_picture::draw(text).unwrap() }),
    ));
}

/// A decoder that is not ours reads both codes.
pub(crate) fn both_codes_read(drawn: &crate::easel::Drawn) {
    crate::zbar::reads(drawn, &CODES.map(|(_, text)| text));
}

pub(crate) fn both_languages(mut draw: impl FnMut(&str, bool)) {
    for (language, chinese) in [("en", false), ("zh", true)] {
        draw(language, chinese);
    }
}

#[test]
fn lasso_bar() {
    for (reading, size) in [
        (Reading::Ready, (608, 98)),
        (Reading::Gone, (608, 144)),
        (Reading::Busy, (608, 144)),
        (Reading::Empty, (608, 144)),
        (Reading::Crowded, (608, 144)),
        (Reading::Late, (608, 144)),
        (Reading::NoSum, (608, 144)),
        (Reading::Unfinished, (608, 144)),
        (Reading::ByZero, (608, 144)),
        (Reading::NoValue, (608, 144)),
    ] {
        Easel::with(WALL, size, |easel| {
            both_languages(|language, _| {
                let bar = LassoBarSurface::new().unwrap();
                easel.look.dress(&bar);
                let adapter = bar.global::<LassoAdapter<'_>>();
                adapter.set_reading(reading);
                easel.show(&bar, language);
                easel.draw(&format!("lasso-{reading:?}-{language}").to_lowercase());
                let found = elements(&bar, size);
                let to_text = found.iter().find(|element| element.name == "to-text-1");
                match reading {
                    Reading::Gone => assert!(!to_text.unwrap().enabled),
                    Reading::Busy => assert!(to_text.is_none()),
                    _ => assert!(to_text.unwrap().enabled),
                }
                has(&found, "delete-1");
                has(&found, "cancel-1");
                let work_out = found.iter().find(|element| element.name == "work-out-1").unwrap();
                assert_eq!(work_out.enabled, !matches!(reading, Reading::Gone | Reading::Busy));
                assert_eq!(work_out.label, if language == "zh" { "算" } else { "Work out" });
                let pressed = Rc::new(Cell::new(0));
                let count = pressed.clone();
                adapter.on_work_out(move || count.set(count.get() + 1));
                if work_out.enabled {
                    press(&bar, "work-out-1");
                }
                assert_eq!(pressed.get(), i32::from(work_out.enabled));
            });
        });
    }
}

#[test]
fn editor() {
    let size = (800, 494);
    Easel::with(WALL, size, |easel| {
        both_languages(|language, chinese| {
            let editor = EditorSurface::new().unwrap();
            easel.look.dress(&editor);
            let words = |texts: Vec<String>| rows(texts.into_iter().map(SharedString::from));
            let adapter = editor.global::<TypingAdapter<'_>>();
            let text = if chinese { "你好 5+3" } else { "hel1o world" };
            adapter.set_text(text.into());
            adapter.set_candidates(words(keyboard::candidates(text, text)));
            adapter.set_rows(rows(keyboard::rows(chinese, false).into_iter().map(words)));
            adapter.set_symbols(chinese);
            easel.show(&editor, language);
            editor.invoke_begin();
            easel.draw(&format!("editor-{language}"));
            let found = elements(&editor, size);
            for name in
                ["text-1", "done-1", "cancel-edit-1", "space-1", "backspace-1", "shift-1", "candidate-0-1"]
            {
                has(&found, name);
            }
            // A key pressed goes where the cursor is: at the end.
            editor.window().dispatch_event(slint::platform::WindowEvent::KeyPressed { text: "!".into() });
            assert_eq!(adapter.get_text(), format!("{text}!"));
        });
    });
}

#[test]
fn messages() {
    let size = (900, 104);
    Easel::with(WALL, size, |easel| {
        both_languages(|language, _| {
            for (trouble, good) in
                [(Trouble::JournalFull, false), (Trouble::BusBack, true), (Trouble::BusLost, false)]
            {
                let toast = ToastSurface::new().unwrap();
                easel.look.dress(&toast);
                toast.global::<ToastAdapter<'_>>().set_trouble(trouble);
                toast.global::<ToastAdapter<'_>>().set_good(good);
                easel.show(&toast, language);
                easel.draw(&format!("message-{trouble:?}-{language}").to_lowercase());
                has(&elements(&toast, size), "close-message");
            }
        });
    });
}
