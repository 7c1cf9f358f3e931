//! `/etc/dais/kiosk.toml` and the menu beside it; the secrets that go with them are systemd credentials.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, ensure};
use serde::Deserialize;

use crate::agreement::{self, Agreements, Seal};
use crate::card::aes::AesKey;
use crate::card::classify::Wants;
use crate::card::sun::SunKeys;
use crate::channel::alipay::{self, Alipay, AlipayConfig};
use crate::channel::campus::back_office::{self, BackOffice, OfflineConfig};
use crate::channel::campus::{Accounts, Campus, ClassicParts, DesfireParts, Limits, PurseParts};
use crate::channel::terminal::{self, Terminal, TerminalConfig};
use crate::channel::unionpay::{self, Unionpay, UnionpayConfig};
use crate::channel::wechat::{self, Protocol, Wechat, WechatConfig};
use crate::channel::{Channel, exchange};
use crate::counter::CardReader;
use crate::exchange_rate::Rates;
use crate::finance::Calendar;
use crate::front::FrontConfig;
use crate::instalment;
use crate::member::{Keys, TokenKey};
use crate::policy::Policy;
use crate::promotion;
use crate::reconcile::Reading;
use crate::risk;
use crate::split::{FeeRule, Fees, Plans};
use crate::staff::{Roster, Staff};
use crate::till::{Menu, Timing};

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
    /// The card reader, where there is one.
    pub reader: Option<CardReader>,
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
    /// Whether purses on MIFARE Classic cards are debited. Their cipher is broken: see the shipped file.
    #[serde(default)]
    pub classic_purse: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            ledger: "/var/lib/dais/kiosk/ledger.sqlite".into(),
            menu: "/etc/dais/menu.toml".into(),
            rates: None,
            promotion: "/etc/dais/promotion.toml".to_owned(),
            camera: "off".to_owned(),
            reader: None,
            alipay: None,
            wechat: None,
            unionpay: None,
            campus: Some(CampusConfig {
                accounts: "/var/lib/dais/kiosk/campus.sqlite".into(),
                limits: Limits::default(),
                purse_mac_file: false,
                classic_purse: false,
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
    pub fn camera(&self) -> anyhow::Result<Option<camera::Source>> {
        if self.camera == OFF {
            return Ok(None);
        }
        camera::Source::parse(&self.camera).context("camera = ... names no source").map(Some)
    }

    /// Says what is wrong with the configuration and the menu, without secrets.
    pub fn check(&self) -> anyhow::Result<Menu> {
        self.camera()?;
        if let Some(front) = &self.front {
            front.check()?;
        }
        self.agreement.caps.check().context("[agreement.caps]")?;
        if let Some(plans) = &self.instalment {
            plans.check().context("[[instalment.plan]]")?;
        }
        self.risk()?;
        if let Some(offline) = &self.offline {
            offline.check()?;
            anyhow::ensure!(
                self.campus.is_some(),
                "[offline] forwards payments by campus card, it needs [campus]"
            );
        }
        let menu = load_menu(&self.menu)?;
        self.promotion(&menu)?;
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

    /// What looks like fraud, none where that is off.
    pub fn risk(&self) -> anyhow::Result<Option<risk::Rules>> {
        if self.risk == OFF {
            return Ok(None);
        }
        let rules: risk::Rules = daemon::load(Path::new(&self.risk))?;
        rules.check().with_context(|| format!("the risk rules {} are not valid", self.risk))?;
        Ok(Some(rules))
    }

    /// The channels whose keys are there, in the order in which their codes are opened. One that is configured but
    /// lacks a key is not offered; one whose key is no key is an error.
    pub fn channels(&self) -> anyhow::Result<Vec<Arc<dyn Channel>>> {
        let mut channels: Vec<Arc<dyn Channel>> = Vec::new();
        let http = exchange::client().context("the HTTP client cannot be made")?;
        if let Some(config) = &self.alipay
            && let Some(keys) = alipay_keys()?
        {
            channels.push(Arc::new(Alipay::new(config.clone(), keys, http.clone())));
        }
        if let Some(config) = &self.wechat {
            channels.extend(wechat_pay(config, http.clone())?);
        }
        if let Some(config) = &self.unionpay
            && let Some([key, cert, root]) =
                secrets("UnionPay", ["unionpay_mch_key", "unionpay_mch_cert", "unionpay_root_cert"])
        {
            let keys = unionpay::Keys::new(&key, &cert, &root, &config.signer)?;
            channels.push(Arc::new(Unionpay::new(config.clone(), keys, http)));
        }
        if let Some(config) = &self.campus
            && let Some([key]) = secrets("campus card", ["campus_card_key"])
        {
            channels.push(Arc::new(self.campus(config, &key)?));
        }
        if let Some(config) = &self.terminal
            && let Some([key]) = secrets("card terminal", ["terminal_key"])
        {
            channels.push(Arc::new(Terminal::new(config.clone(), terminal::Key::new(&key)?)));
        }
        Ok(channels)
    }
}

impl Config {
    /// The school's accounts, with tags and purses where their keys are there.
    fn campus(&self, config: &CampusConfig, key: &[u8]) -> anyhow::Result<Campus> {
        let mut accounts = Accounts::open(&config.accounts, key)?.with_limits(config.limits);
        if let Some([_, _, member]) = self.back_office_secrets() {
            accounts = accounts.with_tokens(TokenKey::new(&member)?);
        }
        let mut campus = Campus::over(accounts)?;
        let mut wants = Wants::default();
        if let Some([key]) = secrets("campus tags", ["campus_sun_key"]) {
            let key = AesKey::from_credential(&key).context("the credential campus_sun_key")?;
            campus = campus.with_sun(SunKeys { picc_data: key.clone(), file: key });
            wants.sun = true;
        }
        if let Some(reader) = &self.reader {
            let mut parts = PurseParts { link: reader.link.clone(), ..PurseParts::default() };
            if let Some([key]) = secrets("campus purses", ["campus_desfire_key"]) {
                let key = AesKey::from_credential(&key).context("the credential campus_desfire_key")?;
                parts.desfire = Some(DesfireParts { key, mac_file: config.purse_mac_file });
                wants.purse = true;
            }
            if config.classic_purse
                && let Some([key]) = secrets("MIFARE Classic purses", ["campus_classic_key"])
            {
                let key = AesKey::from_credential(&key).context("the credential campus_classic_key")?;
                parts.classic = Some(ClassicParts { key });
                wants.classic = true;
            }
            campus = campus.with_purse(parts);
            reader.link.set_wants(wants);
        }
        Ok(campus)
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
        Ok(Policy { members, promotion, risk, rates, back_office, agreements, instalments })
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

    /// The staff, where the kiosk has the credential `kiosk_staff`; without it nobody may do anything. Wrong PINs
    /// are counted in a file beside the ledger.
    pub fn staff(&self, now_ms: u64) -> anyhow::Result<Option<Staff>> {
        let Some([roster]) = secrets("staff", ["kiosk_staff"]) else { return Ok(None) };
        let file = self.ledger.with_file_name("staff.lockout");
        Ok(Some(Staff::new(Roster::parse(&roster)?, &file, now_ms)?))
    }
}

/// Alipay's keys, by which credentials are there: certificate mode with `alipay_app_cert`, key mode without.
fn alipay_keys() -> anyhow::Result<Option<alipay::Keys>> {
    if daemon::credential("alipay_app_cert").is_err() {
        let found = secrets("Alipay", ["alipay_app_key", "alipay_platform_pub"]);
        return Ok(found.map(|[app, platform]| alipay::Keys::new(&app, &platform)).transpose()?);
    }
    let names = ["alipay_app_key", "alipay_app_cert", "alipay_root_cert", "alipay_platform_cert"];
    let Some([key, app, root, platform]) = secrets("Alipay", names) else { return Ok(None) };
    let files = alipay::CertificateFiles { app: &app, root: &root, platform: &platform };
    Ok(Some(alipay::Keys::certified(&key, files, exchange::system_clock())?))
}

/// WeChat Pay's client, by the protocol that the merchant has and the credentials that are there.
fn wechat_pay(config: &WechatConfig, http: reqwest::Client) -> anyhow::Result<Option<Arc<dyn Channel>>> {
    const CHANNEL: &str = "WeChat Pay";
    let optional = |name| daemon::credential(name).ok();
    if config.protocol == Protocol::V2 {
        let Some([key]) = secrets(CHANNEL, ["wechat_v2_key"]) else { return Ok(None) };
        let identity = optional("wechat_v2_identity");
        if identity.is_none() && !config.host.starts_with("http://") {
            let lacks = "not offered, v2 cannot reverse without the credential wechat_v2_identity";
            tracing::warn!(channel = CHANNEL, "{lacks}");
            return Ok(None);
        }
        let keys = wechat::v2::V2Keys::new(&key, identity.as_deref())?;
        let client = wechat::v2::WechatV2::new(config.clone(), keys, http);
        return Ok(Some(Arc::new(client.context("the TLS backend refuses wechat_v2_identity")?)));
    }
    let text =
        |bytes, name| String::from_utf8(bytes).with_context(|| format!("the credential {name} is not text"));
    let Some([merchant, serial]) = secrets(CHANNEL, ["wechat_mch_key", "wechat_mch_serial"]) else {
        return Ok(None);
    };
    let serial = text(serial, "wechat_mch_serial")?;
    let apiv3 = optional("wechat_apiv3_key");
    let public = optional("wechat_platform_pub").zip(optional("wechat_platform_serial"));
    let keys = match (public, apiv3) {
        (Some((platform, name)), apiv3) => {
            let name = text(name, "wechat_platform_serial")?;
            let keys = wechat::Keys::new(&merchant, &serial, &platform, &name)?;
            match apiv3 {
                Some(apiv3) => keys.with_apiv3(&apiv3)?,
                None => keys,
            }
        }
        (None, Some(apiv3)) => wechat::Keys::by_certificates(&merchant, &serial, &apiv3)?,
        (None, None) => {
            let lacks =
                "not offered, it needs wechat_platform_pub and wechat_platform_serial, or wechat_apiv3_key";
            tracing::warn!(channel = CHANNEL, "{lacks}");
            return Ok(None);
        }
    };
    Ok(Some(Arc::new(Wechat::new(config.clone(), keys, http))))
}

/// All credentials of a channel, or none.
fn secrets<const N: usize>(channel: &str, names: [&str; N]) -> Option<[Vec<u8>; N]> {
    let mut found = Vec::with_capacity(N);
    for name in names {
        match daemon::credential(name) {
            Ok(bytes) => found.push(bytes),
            Err(error) => {
                tracing::warn!(channel, "not offered, {error:#}");
                return None;
            }
        }
    }
    found.try_into().ok()
}

#[cfg(test)]
mod tests;
