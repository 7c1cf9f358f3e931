//! The channels that a configuration and its credentials make.

use std::sync::Arc;

use anyhow::Context;

use super::{CampusConfig, Config};
use crate::card::aes::AesKey;
use crate::card::classify::Wants;
use crate::card::sun::SunKeys;
use crate::channel::alipay::{self, Alipay};
use crate::channel::campus::{Accounts, Campus, ClassicParts, DesfireParts, PurseParts};
use crate::channel::terminal::{self, Terminal};
use crate::channel::unionpay::{self, Unionpay};
use crate::channel::wechat::{self, Protocol, Wechat, WechatConfig};
use crate::channel::{Channel, exchange};
use crate::member::TokenKey;

impl Config {
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
                let mac_key = daemon::credential("campus_desfire_mac_key").ok();
                let mac_key = mac_key.map(|key| AesKey::from_credential(&key)).transpose();
                parts.desfire = Some(DesfireParts {
                    key,
                    mac_file: config.purse_mac_file,
                    reader_id: config.purse_mac_file && config.purse_reader_id,
                    mac_key: mac_key.context("the credential campus_desfire_mac_key")?,
                });
                wants.purse = true;
            }
            if config.classic_purse
                && let Some([key]) = secrets("MIFARE Classic purses", ["campus_classic_key"])
            {
                let key = AesKey::from_credential(&key).context("the credential campus_classic_key")?;
                parts.classic = Some(ClassicParts { key });
                wants.classic = true;
            }
            if let Some(config) = &config.epurse
                && let Some([key]) = secrets("electronic purses", ["campus_epurse_key"])
            {
                let epurse = config.parts(&key)?;
                wants.epurse = Some(epurse.application.clone());
                parts.epurse = Some(epurse);
            }
            wants.stickers = config.sticker_codes;
            campus = campus.with_purse(parts);
            reader.link.set_wants(wants);
        }
        Ok(campus)
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
pub(super) fn secrets<const N: usize>(channel: &str, names: [&str; N]) -> Option<[Vec<u8>; N]> {
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
