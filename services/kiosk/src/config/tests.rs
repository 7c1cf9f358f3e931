//! What is shipped parses, is the default, and its menu can be sold from.

use std::path::PathBuf;

use super::{Config, enrolled, load_menu};
use crate::exchange_rate::Rates;
use crate::till::{Currency, SessionRules};

fn shipped(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../image/rootfs/etc/dais").join(name)
}

#[test]
fn the_shipped_configuration_is_the_default() {
    let config: Config = daemon::load(&shipped("kiosk.toml")).unwrap();
    assert_eq!(format!("{config:#?}"), format!("{:#?}", Config::default()));
    assert!(config.camera().unwrap().is_none() && config.scanner().unwrap().is_none());
}

/// The examples in the comments are configurations too: uncommented, they parse and name real sources.
#[test]
fn the_shipped_examples_parse() {
    let text = std::fs::read_to_string(shipped("kiosk.toml")).unwrap();
    let uncommented: String = text
        .lines()
        .map(|line| line.strip_prefix("#: ").unwrap_or(line))
        .filter(|line| {
            !["camera", "scanner", "printer", "light", "buzzer", "buzzer_quiet", "session"]
                .map(|key| format!("{key} = \"off\""))
                .contains(&(*line).to_owned())
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), uncommented).unwrap();
    let mut config: Config = daemon::load(file.path()).unwrap();
    let places = config.places().unwrap();
    assert!(places.camera.is_some() && places.scanner.is_some() && places.printer.is_some());
    assert!(places.light.is_some() && places.buzzer.unwrap().quiet.is_some());
    let epurse = config.campus.as_mut().and_then(|campus| campus.epurse.as_mut()).unwrap();
    assert!(epurse.names().is_ok());
    epurse.terminal.pop();
    assert!(epurse.names().is_err(), "a digit too few");
    assert!(config.terminal.is_some() && config.front.is_some());
    let offline = config.offline.as_ref().unwrap();
    assert_eq!((offline.check(), offline.limits), (Ok(()), Default::default()));
    assert!(config.reader.is_some() && config.alipay.is_some() && config.wechat.is_some());
    assert!(config.unionpay.is_some() && config.rates.is_some());
    assert_eq!((config.split.plans.len(), config.reconcile.fee.len()), (1, 1));
    assert_eq!(config.instalment.expect("plans").plans.len(), 1);
}

#[test]
fn the_shipped_sessions_are_none_and_their_examples_can_be_sold() {
    let menu = load_menu(&shipped("menu.toml")).unwrap();
    let rules: SessionRules = daemon::load(&shipped("session.toml")).unwrap();
    assert_eq!(rules, SessionRules::default());
    let example = std::fs::read_to_string(shipped("session.toml")).unwrap().replace("#: ", "");
    let rules: SessionRules = toml::from_str(&example).unwrap();
    assert_eq!((rules.check(&menu), rules.offers.len()), (Ok(()), 2));
}

#[test]
fn devices_need_full_paths_and_hours() {
    let wrong = |text: &str| {
        let config: Config = toml::from_str(text).unwrap();
        format!("{:#}", config.places().unwrap_err())
    };
    assert!(wrong("light = \"kiosk\"").contains("light = \"kiosk\" is no full path"));
    assert!(wrong("buzzer = \"beep\"").contains("buzzer = \"beep\" is no full path"));
    assert!(wrong("buzzer_quiet = \"night\"").contains("21:00-07:00"));
    assert!(toml::from_str::<Config>("buzzer_volume = \"loud\"").is_err());
}

#[test]
fn the_shipped_rates_are_none_and_their_example_is_a_quote() {
    let shipped = shipped("rates.toml");
    assert_eq!(Rates::new(&shipped, Currency::CNY).quotes().unwrap(), []);
    let example = std::fs::read_to_string(&shipped).unwrap().replace("#: ", "");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), example).unwrap();
    assert_eq!(Rates::new(file.path(), Currency::CNY).quotes().unwrap().len(), 1);
}

#[test]
fn the_shipped_menu_can_be_sold_from() {
    let menu = load_menu(&shipped("menu.toml")).unwrap();
    assert!(menu.dishes.len() >= 8);
    assert!(menu.dishes.iter().all(|dish| dish.picture.ends_with(".webp")));
}

#[test]
fn a_misspelt_key_and_a_bad_camera_are_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "camra = \"off\"").unwrap();
    assert!(format!("{:#}", daemon::load::<Config>(file.path()).unwrap_err()).contains("camra"));
    let config = Config { camera: "webcam".to_owned(), ..Config::default() };
    assert!(config.check().is_err());
    let config = Config { scanner: "auto suffix=enter".to_owned(), ..Config::default() };
    assert!(format!("{:#}", config.check().unwrap_err()).contains("suffix=enter"));
}

/// A configuration whose menu is shipped and whose offers are as a test writes them.
fn with_offers(promotion: &str) -> anyhow::Result<usize> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), promotion).unwrap();
    let config = Config {
        menu: shipped("menu.toml"),
        promotion: if promotion == "off" { "off".to_owned() } else { file.path().display().to_string() },
        risk: "off".to_owned(),
        ..Config::default()
    };
    config.check()?;
    Ok(config.policy()?.promotion.map_or(0, |rules| rules.member.tiers.len()))
}

#[test]
fn offers_are_checked_with_the_menu_and_can_be_off() {
    let text = std::fs::read_to_string(shipped("promotion.toml")).unwrap();
    assert_eq!(with_offers(&text).unwrap(), 3);
    assert_eq!(with_offers("off").unwrap(), 0);
    let told = |promotion: &str| format!("{:#}", with_offers(promotion).unwrap_err());
    let yen = told(&text.replace("\"CNY\"", "\"JPY\""));
    assert!(yen.contains("counts in JPY, the menu in CNY"), "{yen}");
    assert!(told(&text.replace("coupons_max = 2", "coupons_max = 9")).contains("is not valid"));
    assert!(told("coupon_max = 2").contains("coupon_max"));
    let missing = Config {
        menu: shipped("menu.toml"),
        promotion: "/nowhere/promotion.toml".into(),
        risk: "off".to_owned(),
        ..Config::default()
    };
    let missing = format!("{:#}", missing.check().unwrap_err());
    assert!(missing.contains("/nowhere/promotion.toml") && missing.contains("\"off\""), "{missing}");
}

#[test]
fn the_risk_rules_are_checked_with_the_configuration_and_can_be_off() {
    let with = |risk: String| Config {
        menu: shipped("menu.toml"),
        promotion: "off".to_owned(),
        risk,
        ..Config::default()
    };
    let at = |path: PathBuf| with(path.display().to_string());
    let rules = at(shipped("risk.toml")).risk().unwrap().unwrap();
    assert!(rules.shadow && rules.rules.len() == 12);
    at(shipped("risk.toml")).check().unwrap();
    assert_eq!(with("off".into()).risk().unwrap(), None);
    with("off".into()).check().unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(
        file.path(),
        "[[rule]]\nname = \"x\"\nverdict = \"allow\"\nwhen = { amount = { from = 1 } }\n",
    )
    .unwrap();
    for bad in [file.path().to_owned(), file.path().with_extension("missing")] {
        let error = format!("{:#}", at(bad.clone()).check().unwrap_err());
        assert!(error.contains(&bad.display().to_string()), "{error}");
    }
}

#[test]
fn the_staff_of_an_enrolment_are_good_or_none() {
    let line = "01 manager pbkdf2-sha256 600000 AAECAwQFBgcICQoLDA0ODw== AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    assert!(enrolled::staff(Some(format!("{line}\n").into_bytes())).is_some());
    for none in [
        None,
        Some(Vec::new()),
        Some(b" \n".to_vec()),
        Some(b"#".to_vec()),
        Some(b"01 manager 260514\n".to_vec()),
    ] {
        assert!(enrolled::staff(none).is_none());
    }
}
