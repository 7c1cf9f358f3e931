//! EMVCo's example, codes made and read again, and every field that can be wrong.

use proptest::prelude::*;

use super::*;

/// EMVCo MPM 1.1, annex: a shop in Beijing with its name in Chinese too.
const EXAMPLE: &str = "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A";

fn lunch() -> MerchantCode {
    MerchantCode {
        initiation: Some(Initiation::Dynamic),
        accounts: vec![
            Account::Scheme { id: 15, text: "3010000A00000333010101".to_owned() },
            Account::Template(Template {
                id: 26,
                owner: "cn.example.canteen".to_owned(),
                fields: vec![(1, "777290058110048".to_owned())],
            }),
        ],
        category: "5812".to_owned(),
        currency: "156".to_owned(),
        amount: Some("12.30".to_owned()),
        tip: None,
        country: "CN".to_owned(),
        name: "School canteen".to_owned(),
        city: "Beijing".to_owned(),
        postal: Some("100080".to_owned()),
        additional: vec![(1, "***".to_owned()), (5, "T00000001".to_owned())],
        localised: Some(Localised {
            language: "ZH".to_owned(),
            name: "校园食堂".to_owned(),
            city: Some("北京".to_owned()),
        }),
        unreserved: vec![Template { id: 80, owner: "org.dais".to_owned(), fields: vec![] }],
        reserved: vec![],
    }
}

/// A text with its checksum.
fn signed(text: &str) -> String {
    let text = format!("{text}6304");
    format!("{text}{:04X}", crc16(text.as_bytes()))
}

#[test]
fn the_published_example_is_read() {
    let read = MerchantCode::parse(EXAMPLE).expect("code");
    assert_eq!(read.initiation, Some(Initiation::Dynamic));
    assert_eq!(
        (read.category.as_str(), read.currency.as_str(), read.country.as_str()),
        ("4111", "156", "CN")
    );
    assert_eq!((read.name.as_str(), read.city.as_str()), ("BEST TRANSPORT", "BEIJING"));
    assert_eq!(
        (read.amount.as_deref(), read.money()),
        (Some("23.72"), Some(Money::new(2372, Currency::CNY)))
    );
    assert_eq!(read.tip, Some(Tip::Asked));
    let localised = read.localised.clone().expect("Chinese");
    assert_eq!((localised.name.as_str(), localised.city.as_deref()), ("最佳运输", Some("北京")));
    let Account::Template(first) = &read.accounts[0] else { panic!("a template") };
    assert_eq!((first.id, first.owner.as_str()), (29, "D15600000000"));
    assert_eq!(first.fields, [(5, "A93FO3230Q".to_owned())]);
    assert_eq!(read.accounts.len(), 2);
    assert_eq!(read.additional[1], (6, "***".to_owned()));
    assert_eq!(read.unreserved[0].owner, "A011223344998877");
    let ours = read.text().expect("text");
    assert_eq!(MerchantCode::parse(&ours), Ok(read), "in our order it says the same");
}

/// Made by the npm package emv-qrcps 0.0.7 from the same fields as [`canteen`], without and with a fixed tip.
const FOREIGN: [&str; 2] = [
    "00020101021226410018cn.example.canteen0115777290058110048520458125303156540512.305802CN5914School canteen6007Beijing610610008062200103***0509T0000000164200002ZH0104校园食堂0202北京80180008org.dais0102x163044171",
    "00020101021226410018cn.example.canteen0115777290058110048520458125303156540512.3055020256041.505802CN5914School canteen6007Beijing610610008062200103***0509T0000000164200002ZH0104校园食堂0202北京80180008org.dais0102x1630439FF",
];

/// What [`FOREIGN`] was made from.
fn canteen() -> MerchantCode {
    MerchantCode {
        accounts: vec![Account::Template(Template {
            id: 26,
            owner: "cn.example.canteen".to_owned(),
            fields: vec![(1, "777290058110048".to_owned())],
        })],
        unreserved: vec![Template {
            id: 80,
            owner: "org.dais".to_owned(),
            fields: vec![(1, "x1".to_owned())],
        }],
        ..lunch()
    }
}

#[test]
fn an_independent_encoder_writes_the_same_text() {
    for (text, tip) in FOREIGN.into_iter().zip([None, Some(Tip::Fixed("1.50".to_owned()))]) {
        let code = MerchantCode { tip, ..canteen() };
        assert_eq!(code.text().as_deref(), Ok(text));
        assert_eq!(MerchantCode::parse(text), Ok(code));
    }
}

#[test]
fn what_is_made_is_read_again() {
    for tip in [None, Some(Tip::Asked), Some(Tip::Fixed("1.50".into())), Some(Tip::Percent("10.5".into()))] {
        let code = MerchantCode { tip, ..lunch() };
        let text = code.text().expect("text");
        assert!(text.starts_with("000201010212") && text[..text.len() - 4].ends_with("6304"), "{text}");
        assert_eq!(MerchantCode::parse(&text), Ok(code));
        assert_eq!(MerchantCode::parse(&text.to_lowercase()), Err(Malformed::Checksum));
    }
}

#[test]
fn what_does_not_fit_is_not_made() {
    let base = lunch;
    for (code, why) in [
        (MerchantCode { name: "x".repeat(26), ..base() }, Malformed::Field("59")),
        (MerchantCode { city: "x".repeat(16), ..base() }, Malformed::Field("60")),
        (MerchantCode { city: String::new(), ..base() }, Malformed::Length),
        (MerchantCode { amount: Some("1,50".into()), ..base() }, Malformed::Field("54")),
        (MerchantCode { amount: Some("12345678901.23".into()), ..base() }, Malformed::Field("54")),
        (MerchantCode { accounts: vec![], ..base() }, Malformed::Field("26")),
        (MerchantCode { category: "58".into(), ..base() }, Malformed::Field("52")),
        (MerchantCode { currency: "CNY".into(), ..base() }, Malformed::Field("53")),
        (MerchantCode { country: "cn".into(), ..base() }, Malformed::Field("58")),
        (MerchantCode { additional: vec![(1, "x".repeat(100))], ..base() }, Malformed::Length),
        (
            MerchantCode { reserved: (65..79).map(|id| (id, "x".repeat(60))).collect(), ..base() },
            Malformed::TooMuch,
        ),
    ] {
        assert_eq!(code.text(), Err(why), "{code:?}");
    }
}

#[test]
fn broken_codes_are_told_why() {
    let rest = "52045812530315658 02CN5901A6001B".replace(' ', "");
    let owned = "26050001x";
    for (text, why) in [
        (signed(&format!("0002012604x001{rest}")), Malformed::Tag),
        (signed(&format!("00020126050002x{rest}")), Malformed::Truncated),
        (signed(&format!("00020126050101x{rest}")), Malformed::Field("template")),
        (signed(&format!("00020126040000{rest}")), Malformed::Field("template")),
        (signed(&format!("000202{owned}{rest}")), Malformed::Field("00")),
        (signed(&format!("{owned}{rest}")), Malformed::Field("00")),
        (signed(&format!("000201010213{owned}{rest}")), Malformed::Field("01")),
        (signed(&format!("000201{owned}{rest}5403.50")), Malformed::Field("54")),
        (signed(&format!("000201{owned}{rest}64060002ZH")), Malformed::Field("64")),
        (EXAMPLE.replace("A13A", "A13B"), Malformed::Checksum),
        (EXAMPLE[..EXAMPLE.len() - 8].to_owned(), Malformed::Checksum),
        (EXAMPLE[..EXAMPLE.len() - 1].to_owned(), Malformed::Truncated),
        (String::new(), Malformed::Field("00")),
        ("0".repeat(3000), Malformed::TooMuch),
        ("餐".repeat(513), Malformed::TooMuch),
    ] {
        assert_eq!(MerchantCode::parse(&text), Err(why), "{text}");
    }
}

#[test]
fn every_needed_field_is_missed_and_a_repeated_one_is_refused() {
    let all = [
        ("26", "260501001x"),
        ("52", "52045812"),
        ("53", "5303156"),
        ("58", "5802CN"),
        ("59", "5901A"),
        ("60", "6001B"),
    ];
    let whole: String = all.iter().map(|(_, text)| *text).collect();
    let whole = whole.replace("260501001x", "26050001x");
    assert!(MerchantCode::parse(&signed(&format!("000201{whole}"))).is_ok(), "{whole}");
    for (name, field) in all {
        let field = field.replace("260501001x", "26050001x");
        let without = whole.replacen(&field, "", 1);
        assert_eq!(MerchantCode::parse(&signed(&format!("000201{without}"))), Err(Malformed::Field(name)));
        let twice = format!("000201{whole}{field}");
        assert_eq!(MerchantCode::parse(&signed(&twice)), Err(Malformed::Field("repeated")), "{twice}");
    }
    for tip in ["550202", "5502035603100", "5603100", "550204", "55020157031.5"] {
        let text = signed(&format!("000201{whole}{tip}"));
        assert_eq!(MerchantCode::parse(&text), Err(Malformed::Field("55")), "{tip}");
    }
}

proptest! {
    #[test]
    fn any_text_ends_in_an_answer(text in "([0-9]{4}.{0,9}){0,30}") {
        let text = signed(&format!("000201{text}"));
        if let Ok(code) = MerchantCode::parse(&text) {
            prop_assert!(!code.accounts.is_empty());
        }
    }
}
