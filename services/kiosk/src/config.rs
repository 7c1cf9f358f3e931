//! `/etc/dais/kiosk.toml` and the menu beside it; the secrets that go with them are systemd credentials.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde::Deserialize;

use crate::agreement::{self, Agreements, Seal};
use crate::channel::alipay::AlipayConfig;
use crate::channel::campus::back_office::{self, BackOffice, OfflineConfig};
use crate::channel::campus::{Accounts, Limits};
use crate::channel::exchange;
use crate::channel::terminal::TerminalConfig;
use crate::channel::unionpay::UnionpayConfig;
use crate::channel::wechat::WechatConfig;
use crate::counter::{BuzzerPlace, CardReader, Places, QuietHours};
use crate::exchange_rate::Rates;
use crate::finance::Calendar;
use crate::front::FrontConfig;
use crate::instalment;
use crate::member::Keys;
use crate::policy::Policy;
use crate::promotion;
use crate::receipts::{ReceiptConfig, ReceiptPrinter};
use crate::reconcile::Reading;
use crate::risk;
use crate::split::{FeeRule, Fees, Plans};
use crate::staff::{Roster, Staff};
use crate::till::{Menu, SessionRules, Timing};

mod channels;
mod enrolled;
mod epurse;

pub use epurse::EpurseConfig;

use channels::secrets;

/// The staff, as systemd hands them over.
const STAFF: &str = "kiosk_staff";
/// What the kiosk does without.
const OFF: &str = "off";

/// The file's content.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The ledger's file; its directory must exist.
    pub ledger: PathBuf,
    /// The menu's file.
    pub menu: PathBuf,
    /// The file of quotes in other currencies, where the kiosk tells prices in them.
    pub rates: Option<PathBuf>,
    /// The file with coupons, campaigns, vouchers' issuers and what members earn; `off` where there is none.
    pub promotion: String,
    /// `off`, or a source as `drivers/camera` reads it.
    pub camera: String,
    /// `off`, or a source as `drivers/scanner` reads it.
    pub scanner: String,
    /// The card reader, where there is one.
    pub reader: Option<CardReader>,
    /// `off`, or where receipts are printed, as `drivers/printer` reads it.
    pub printer: String,
    /// How receipts look.
    pub receipt: ReceiptConfig,
    /// `off`, or the customer light: a directory of the kernel's LED class.
    pub light: String,
    /// `off`, or the buzzer: an input device.
    pub buzzer: String,
    /// How loud the buzzer is.
    pub buzzer_volume: BuzzerVolume,
    /// `off`, or the hours in which the buzzer is soft at most.
    pub buzzer_quiet: String,
    /// Alipay, where the school has it.
    pub alipay: Option<AlipayConfig>,
    /// WeChat Pay, where the school has it.
    pub wechat: Option<WechatConfig>,
    /// UnionPay, where the school has it.
    pub unionpay: Option<UnionpayConfig>,
    /// The school's own accounts, where it has them.
    pub campus: Option<CampusConfig>,
    /// The school's back office, to which payments by campus card are forwarded, where there is one.
    pub offline: Option<OfflineConfig>,
    /// Who else has a part in what is sold, as `[[split.plan]]`.
    pub split: Plans,
    /// The certified card terminal beside the kiosk, where there is one.
    pub terminal: Option<TerminalConfig>,
    /// Where channels tell and one code for every wallet leads, where the kiosk can be reached from outside.
    pub front: Option<FrontConfig>,
    /// How the channels' bills are read.
    pub reconcile: ReconcileConfig,
    /// The file of what looks like fraud, or `off`.
    pub risk: String,
    /// When each channel pays out, and the days on which banks work.
    pub settlement: Calendar,
    /// How much agreements to be charged without a password may allow; they need the credential `agreement_key`.
    pub agreement: agreement::Rules,
    /// In what parts larger orders may be paid, as `[[instalment.plan]]`; without it at once only.
    pub instalment: Option<instalment::Plans>,
    /// The file of what is sold by time (a room for an hour), or `off`.
    pub session: String,
    /// How long to wait for what.
    pub timing: Timing,
}

/// How the channels' bills are read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReconcileConfig {
    /// Whether a statement that the channel signed, or named by hash in a signed answer, books fees by itself.
    pub believe_statement: bool,
    /// What each channel keeps by contract.
    pub fee: Vec<FeeRule>,
}

impl ReconcileConfig {
    /// As the reconciliation takes it; which till and what evidence is known only there.
    pub fn reading(&self) -> Reading {
        Reading {
            believe_statement: self.believe_statement,
            fees: Fees { fees: self.fee.clone() },
            ..Reading::default()
        }
    }
}

/// The school's own accounts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampusConfig {
    /// Their file.
    pub accounts: PathBuf,
    /// What one card may spend without anybody asking.
    #[serde(default)]
    pub limits: Limits,
    /// Whether the school's DESFire cards have a transaction MAC file; needed where several places debit one purse.
    #[serde(default)]
    pub purse_mac_file: bool,
    /// Whether that file wants each reader to name itself (CommitReaderID).
    #[serde(default)]
    pub purse_reader_id: bool,
    /// Whether purses on MIFARE Classic cards are debited. Their cipher is broken: see the shipped file.
    #[serde(default)]
    pub classic_purse: bool,
    /// Whether members' codes and vouchers are read from NFC stickers.
    #[serde(default)]
    pub sticker_codes: bool,
    /// Electronic purses by PBOC, where the school has its own key set of them.
    #[serde(default)]
    pub epurse: Option<EpurseConfig>,
}

/// How loud the buzzer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BuzzerVolume {
    /// Nothing sounds.
    Silent,
    /// Tones of a third of their length.
    Soft,
    /// Whole tones.
    Full,
}

impl From<BuzzerVolume> for signal::Volume {
    fn from(volume: BuzzerVolume) -> Self {
        match volume {
            BuzzerVolume::Silent => Self::Silent,
            BuzzerVolume::Soft => Self::Soft,
            BuzzerVolume::Full => Self::Full,
        }
    }
}

/// None where a device is off.
fn on(line: &str) -> Option<&str> {
    Some(line).filter(|line| *line != OFF)
}

fn full_path(key: &str, line: &str) -> anyhow::Result<PathBuf> {
    let path = PathBuf::from(line);
    ensure!(
        path.is_absolute(),
        "{key} = \"{line}\" is no full path: write one that begins with /, or \"off\""
    );
    Ok(path)
}

impl Default for Config {
    fn default() -> Self {
        Self {
            ledger: "/var/lib/dais/kiosk/ledger.sqlite".into(),
            menu: "/etc/dais/menu.toml".into(),
            rates: None,
            promotion: "/etc/dais/promotion.toml".to_owned(),
            camera: "off".to_owned(),
            scanner: "off".to_owned(),
            reader: None,
            printer: "off".to_owned(),
            receipt: ReceiptConfig::default(),
            light: OFF.to_owned(),
            buzzer: OFF.to_owned(),
            buzzer_volume: BuzzerVolume::Full,
            buzzer_quiet: OFF.to_owned(),
            alipay: None,
            wechat: None,
            unionpay: None,
            campus: Some(CampusConfig {
                accounts: "/var/lib/dais/kiosk/campus.sqlite".into(),
                limits: Limits::default(),
                purse_mac_file: false,
                purse_reader_id: false,
                classic_purse: false,
                sticker_codes: false,
                epurse: None,
            }),
            offline: None,
            split: Plans::default(),
            terminal: None,
            front: None,
            reconcile: ReconcileConfig::default(),
            risk: "/etc/dais/risk.toml".to_owned(),
            settlement: Calendar::default(),
            agreement: agreement::Rules::default(),
            instalment: None,
            session: OFF.to_owned(),
            timing: Timing::default(),
        }
    }
}

/// Reads and checks the menu.
pub fn load_menu(path: &Path) -> anyhow::Result<Menu> {
    let menu: Menu = daemon::load(path)?;
    menu.check().with_context(|| format!("the menu {} is not valid", path.display()))?;
    Ok(menu)
}

impl Config {
    /// The camera's source, none where it is off.
    fn camera(&self) -> anyhow::Result<Option<camera::Source>> {
        if self.camera == OFF {
            return Ok(None);
        }
        camera::Source::parse(&self.camera).context("camera = ... names no source").map(Some)
    }

    /// The scanner's source, none where it is off.
    fn scanner(&self) -> anyhow::Result<Option<scanner::Source>> {
        if self.scanner == OFF {
            return Ok(None);
        }
        scanner::Source::parse(&self.scanner).context("scanner = ... names no scanner").map(Some)
    }

    /// The receipt printer, none where it is off.
    fn printer(&self) -> anyhow::Result<Option<ReceiptPrinter>> {
        if self.printer == OFF {
            return Ok(None);
        }
        let place = self.printer.parse().context("printer = ...")?;
        self.receipt.check()?;
        Ok(Some(ReceiptPrinter { place, config: self.receipt.clone() }))
    }

    /// Where the counter's devices are.
    ///
    /// # Errors
    /// A line names no place.
    pub fn places(&self) -> anyhow::Result<Places> {
        Ok(Places {
            camera: self.camera()?,
            reader: self.reader.clone(),
            scanner: self.scanner()?,
            printer: self.printer()?,
            light: on(&self.light).map(|line| full_path("light", line)).transpose()?,
            buzzer: self.buzzer()?,
        })
    }

    fn buzzer(&self) -> anyhow::Result<Option<BuzzerPlace>> {
        let quiet = on(&self.buzzer_quiet).map(QuietHours::parse).transpose().context("buzzer_quiet")?;
        let Some(device) = on(&self.buzzer) else { return Ok(None) };
        let device = full_path("buzzer", device)?;
        Ok(Some(BuzzerPlace { device, volume: self.buzzer_volume.into(), quiet }))
    }

    /// Says what is wrong with the configuration and the menu, without secrets.
    pub fn check(&self) -> anyhow::Result<Menu> {
        self.places()?;
        if let Some(front) = &self.front {
            front.check()?;
        }
        self.agreement.caps.check().context("[agreement.caps]")?;
        if let Some(plans) = &self.instalment {
            plans.check().context("[[instalment.plan]]")?;
        }
        self.risk()?;
        if let Some(epurse) = self.campus.as_ref().and_then(|campus| campus.epurse.as_ref()) {
            epurse.names()?;
        }
        if let Some(offline) = &self.offline {
            offline.check()?;
            anyhow::ensure!(
                self.campus.is_some(),
                "[offline] forwards payments by campus card, it needs [campus]"
            );
        }
        let menu = load_menu(&self.menu)?;
        self.promotion(&menu)?;
        self.sessions(&menu)?;
        Ok(menu)
    }

    /// The rules of offers and members, none where they are off.
    fn promotion(&self, menu: &Menu) -> anyhow::Result<Option<promotion::Rules>> {
        if self.promotion == OFF {
            return Ok(None);
        }
        let file = &self.promotion;
        let rules: promotion::Rules = daemon::load(Path::new(file))
            .context("promotion = ... (or \"off\" where there are no offers)")?;
        rules.check().with_context(|| format!("{file} is not valid"))?;
        ensure!(
            rules.currency == menu.currency,
            "{file} counts in {}, the menu in {}: make them one",
            rules.currency,
            menu.currency
        );
        Ok(Some(rules))
    }

    /// What is sold by time, none where that is off.
    fn sessions(&self, menu: &Menu) -> anyhow::Result<Option<SessionRules>> {
        let Some(file) = on(&self.session) else { return Ok(None) };
        let rules: SessionRules = daemon::load(Path::new(file)).context("session = ... (or \"off\")")?;
        rules.check(menu).with_context(|| format!("{file} is not valid"))?;
        Ok(Some(rules))
    }

    /// What looks like fraud, none where that is off.
    pub fn risk(&self) -> anyhow::Result<Option<risk::Rules>> {
        if self.risk == OFF {
            return Ok(None);
        }
        let rules: risk::Rules = daemon::load(Path::new(&self.risk))?;
        rules.check().with_context(|| format!("the risk rules {} are not valid", self.risk))?;
        Ok(Some(rules))
    }

    /// What the school decides about its till. Without the credential `member_key` nobody is recognised, and without
    /// `agreement_key` nobody is charged without a password.
    pub fn policy(&self) -> anyhow::Result<Policy> {
        let members = secrets("members", ["member_key"]).map(|[key]| Keys::new(&key)).transpose()?;
        let menu = load_menu(&self.menu)?;
        let promotion = self.promotion(&menu)?;
        let rates = self.rates.as_ref().map(|path| Rates::new(path, menu.currency));
        let seal = secrets("agreements", ["agreement_key"]).map(|[key]| Seal::new(&key)).transpose()?;
        let agreements = seal.map(|seal| Agreements { seal, rules: self.agreement.clone() });
        let (risk, back_office, instalments) = (self.risk()?, self.back_office()?, self.instalment.clone());
        let sessions = self.sessions(&menu)?;
        Ok(Policy { members, promotion, risk, rates, back_office, agreements, instalments, sessions })
    }

    /// The keys of the back office, the cards and the tokens by which it knows them: all or none.
    fn back_office_secrets(&self) -> Option<[Vec<u8>; 3]> {
        self.offline.as_ref()?;
        secrets("back office", ["offline_key", "campus_card_key", "member_key"])
    }

    fn back_office(&self) -> anyhow::Result<Option<BackOffice>> {
        let (Some(offline), Some(campus)) = (&self.offline, &self.campus) else { return Ok(None) };
        let Some([key, cards, _]) = self.back_office_secrets() else { return Ok(None) };
        let accounts = Accounts::open(&campus.accounts, &cards)?;
        let http = exchange::client().context("the HTTP client cannot be made")?;
        Ok(Some(BackOffice::new(offline.clone(), back_office::Key::new(&key)?, http, accounts)))
    }

    /// The staff, where the kiosk has the credential `kiosk_staff`, or the unit was enrolled with some; without them
    /// nobody may do anything. Wrong PINs are counted in a file beside the ledger.
    pub fn staff(&self, now_ms: u64) -> anyhow::Result<Option<Staff>> {
        let roster = match enrolled::staff(daemon::credential(enrolled::STAFF).ok()) {
            Some(enrolled) if daemon::credential(STAFF).is_err() => enrolled,
            _ => {
                let Some([roster]) = secrets("staff", [STAFF]) else { return Ok(None) };
                Roster::parse(&roster)?
            }
        };
        let file = self.ledger.with_file_name("staff.lockout");
        Ok(Some(Staff::new(roster, &file, now_ms)?))
    }
}

#[cfg(test)]
mod tests;
