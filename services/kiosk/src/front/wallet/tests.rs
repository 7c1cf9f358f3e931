//! User agents as phones send them.

use super::*;

#[test]
fn every_user_agent_goes_to_the_wallet_it_is() {
    let iphone =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
    let android = "Mozilla/5.0 (Linux; Android 14; 23127PN0CC Build/UKQ1; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36";
    for (agent, kind) in [
        (
            format!(
                "{iphone} Mobile/15E148 Ariver/1.0.15 AliApp(AP/10.6.20.6000) Nebula WK RVKType(0) AlipayDefined(nt:WIFI,ws:375|748|3.0) AlipayClient/10.6.20.6000 Language/zh-Hans"
            ),
            Some(ChannelKind::Alipay),
        ),
        (
            format!(
                "{android} UCBS/3.22 NebulaSDK/1.8.100112 Nebula AlipayDefined(nt:WIFI) AliApp(AP/10.5.96) AlipayClient/10.5.96.8000 Language/en"
            ),
            Some(ChannelKind::Alipay),
        ),
        (
            format!("{iphone} Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN"),
            Some(ChannelKind::Wechat),
        ),
        (
            format!(
                "{android} XWEB/1160065 MMWEBSDK/20240501 MMWEBID/2247 MicroMessenger/8.0.50.2701(0x28003253) WeChat/arm64 Weixin NetType/4G Language/zh_CN"
            ),
            Some(ChannelKind::Wechat),
        ),
        (
            format!(
                "{iphone} Mobile/15E148 (com.unionpay.chsp) (cordova 4.5.4) (updebug 0) (version 1008) UnionPay/1.0 CloudPay"
            ),
            Some(ChannelKind::Unionpay),
        ),
        (format!("{android} UnionPay/1.0 ICBCAndroidBSNew"), Some(ChannelKind::Unionpay)),
        (format!("{iphone} Version/17.5 Mobile/15E148 Safari/604.1"), None),
        (android.to_owned(), None),
        ("curl/8.5.0".to_owned(), None),
        ("unionpay".to_owned(), None),
        (String::new(), None),
        ("支".repeat(2000), None),
    ] {
        assert_eq!(wallet(&agent), kind, "{agent}");
    }
}
