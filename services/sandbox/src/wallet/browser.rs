//! A wallet's own browser: what a phone opens where its camera reads a web address, such as a kiosk's one code for every
//! wallet. It says which wallet it is and goes where it is sent, until it is sent to a code of a channel.

use std::time::Duration;

use reqwest::header::{LOCATION, USER_AGENT};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};

use crate::trade::Channel;

/// A payer looks at an empty page no longer than that.
const OPENS_WITHIN: Duration = Duration::from_secs(8);
/// Phones' browsers stop after some twenty; two are real ones' (to https, to the code).
const HOPS_MAX: usize = 5;
/// Where the channels' own codes lead: an address there is a code, which its channel knows or does not.
const CODE_HOSTS: [&str; 2] = ["qr.alipay.com", "qr.95516.com"];

/// What came of opening an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Opened {
    /// It led to this text: a code of a channel, or an address that no browser opens.
    Sent(String),
    /// There is a page, and it leads nowhere by itself.
    Page,
    /// There is no such page any more.
    Gone,
    /// Nobody answers there, or with no page.
    Nothing,
}

/// Whether a text is an address that a browser opens, and no channel's own code.
pub(super) fn opens(text: &str) -> bool {
    address(text).is_some()
}

fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = url.host_str()?;
    (!CODE_HOSTS.contains(&host)).then_some(url)
}

/// What the browser of a channel's wallet says of itself; none where the channel has no wallet.
pub(super) fn agent(channel: Channel) -> Option<&'static str> {
    Some(match channel {
        Channel::Alipay => {
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
             Mobile/15E148 AliApp(AP/10.6.20.6000) AlipayClient/10.6.20.6000 Language/zh-Hans"
        }
        Channel::Wechat => {
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
             Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN"
        }
        Channel::Unionpay => {
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
             Mobile/15E148 (com.unionpay.chsp) (version 1008) UnionPay/1.0 CloudPay"
        }
        Channel::Terminal | Channel::Office => return None,
    })
}

/// Opens an address as the browser that says `agent`.
pub(super) async fn open(agent: &str, text: &str) -> Opened {
    // The kiosk is beside the payer, so no proxy of this machine stands between.
    let client = Client::builder().redirect(Policy::none()).no_proxy().timeout(OPENS_WITHIN).build();
    let Ok(client) = client else { return Opened::Nothing };
    let mut at = text.to_owned();
    for _hop in 0..HOPS_MAX {
        let Some(url) = address(&at) else { return Opened::Sent(at) };
        let Ok(answer) = client.get(url.clone()).header(USER_AGENT, agent).send().await else {
            return Opened::Nothing;
        };
        let status = answer.status();
        let sent = answer.headers().get(LOCATION).and_then(|place| place.to_str().ok());
        match sent.filter(|_| status.is_redirection()) {
            // A place may be told as seen from here; one with a scheme of its own stands as it is written.
            Some(place) => at = if place.contains("://") { place.to_owned() } else { joined(&url, place) },
            None if status == StatusCode::NOT_FOUND || status == StatusCode::GONE => return Opened::Gone,
            None if status.is_success() => return Opened::Page,
            None => return Opened::Nothing,
        }
    }
    Opened::Nothing
}

fn joined(url: &Url, place: &str) -> String {
    url.join(place).map_or_else(|_| place.to_owned(), |url| url.to_string())
}

#[cfg(test)]
mod tests {
    //! Which texts are addresses.
    use super::*;

    #[test]
    fn a_channels_own_code_is_no_address_and_a_kiosks_link_is() {
        for text in ["http://127.0.0.1:8480/p/2JxK", "https://pay.example.edu/p/2JxK"] {
            assert!(opens(text), "{text}");
        }
        for text in [
            "https://qr.alipay.com/bax0123",
            "https://qr.95516.com/00010000/6212",
            "weixin://wxpay/bizpayurl?pr=aB3",
            "281234567890123456",
            "http://",
            "file:///etc/passwd",
            "",
        ] {
            assert!(!opens(text), "{text}");
        }
    }

    #[test]
    fn each_wallet_says_which_it_is_and_only_that() {
        let marks = [
            (Channel::Alipay, "AlipayClient"),
            (Channel::Wechat, "MicroMessenger"),
            (Channel::Unionpay, "CloudPay"),
        ];
        for (channel, _) in marks {
            let said = agent(channel).unwrap_or_default();
            let named: Vec<_> = marks.iter().filter(|(_, mark)| said.contains(mark)).collect();
            assert_eq!(named.len(), 1, "{said}");
            assert_eq!(named[0].0, channel);
        }
        assert_eq!(agent(Channel::Terminal), None);
    }
}
