//! A till with many channels: each code is as large as the screen lets it be, and all of them are read off one picture.

use screens::*;
use slint::ComponentHandle;
use ui::code_picture;

use crate::easel::Easel;
use crate::screens::{TALL, WALL, elements, has, kiosk, rows};
use crate::zbar;

const CODES: [(Channel, &str); 6] = [
    (Channel::Alipay, "https://qr.alipay.com/bax01234567890abcdefghijkl"),
    (Channel::Wechat, "weixin://wxpay/bizpayurl?pr=p4lpSuKzz2z0a1b2c3d4"),
    (Channel::Unionpay, "https://qr.95516.com/00010000/62123456789012345678"),
    (Channel::Campus, "https://pay.example.edu/campus/0123456789abcdef"),
    (Channel::Any, "https://canteen.example.edu/p/9f8e7d6c5b4a3210"),
    (Channel::Terminal, "https://pay.example.edu/terminal/0123456789abcd"),
];
/// A landscape kiosk, 21.5 inches wide, and an upright one of 32.
const SCREENS: [((u32, u32), f32); 2] = [(WALL, 476.0), (TALL, 398.0)];
/// A phone is held 30 cm away: a tenth of that is enough, and more is easier.
const CODE_MM: f32 = 45.0;

#[test]
fn all_of_many_codes_are_large_enough_and_read() {
    for (size, panel_mm) in SCREENS {
        Easel::with(size, size, |easel| {
            for (count, language) in [(3, "en"), (4, "zh"), (5, "en"), (6, "zh")] {
                let screen = kiosk(easel, language == "zh");
                let millimetre = size.0 as f32 / panel_mm;
                screen.global::<Theme<'_>>().set_mm(millimetre);
                let adapter = screen.global::<KioskAdapter<'_>>();
                adapter.set_stage(Stage::Waiting);
                adapter.set_good_for(107);
                adapter.set_good_part(0.6);
                let codes = &CODES[..count];
                let row = |(channel, text): &(Channel, &str)| CodeRow {
                    channel: *channel,
                    picture: code_picture::draw(text).unwrap(),
                };
                adapter.set_codes(rows(codes.iter().map(row)));
                easel.show(&screen, language);
                let drawn = easel.draw(&format!("codes-{count}-{language}-{}", size.1));
                let found = elements(&screen, size);
                let card = has(&found, "code-alipay");
                let (modules, rim) = (codes_modules(codes), 24.0 * size.0.min(size.1) as f32 / 1080.0);
                let px = ((card.width as f32 - rim) / modules).floor() * modules;
                assert!(px / millimetre >= CODE_MM, "{count} codes: {} mm", px / millimetre);
                let texts: Vec<&str> = codes.iter().map(|(_, text)| *text).collect();
                zbar::reads(&drawn, &texts);
            }
        });
    }
}

/// Modules of a side of the largest of them, quiet zone included.
fn codes_modules(codes: &[(Channel, &str)]) -> f32 {
    let side = |(_, text): &(Channel, &str)| code_picture::draw(text).unwrap().size().width;
    codes.iter().map(side).max().unwrap() as f32
}
