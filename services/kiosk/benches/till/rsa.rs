//! The RSA work of one payment: our request signed, the channel's answer verified, by the keys that channels use.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kiosk::channel::rsa::{SigningKey, VerifyingKey};

use crate::Rate;

/// As long as a real order's text.
const REQUEST: &str = "app_id=2021000000000001&biz_content={\"out_trade_no\":\"T1\",\"subject\":\"午餐/A\",\
    \"total_amount\":\"12.30\"}&charset=utf-8&format=JSON&method=alipay.trade.pay&sign_type=RSA2&version=1.0";
/// As long as a real answer's node.
const ANSWER: &str = "{\"code\":\"10000\",\"msg\":\"Success\",\"out_trade_no\":\"T1\",\"trade_no\":\"20260102220014\",\
    \"total_amount\":\"12.30\",\"fund_bill_list\":[{\"fund_channel\":\"ALIPAYACCOUNT\",\"amount\":\"12.30\"}]}";

pub(crate) struct Keys {
    own: SigningKey,
    platform: VerifyingKey,
    /// The platform's over [`ANSWER`].
    signature: String,
}

impl Keys {
    pub(crate) fn make() -> Self {
        let block = |label: &str, der: &[u8]| {
            format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
        };
        let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let private = block("PRIVATE KEY", AsDer::<Pkcs8V1Der<'_>>::as_der(&key).unwrap().as_ref());
        let public =
            block("PUBLIC KEY", AsDer::<PublicKeyX509Der<'_>>::as_der(key.public_key()).unwrap().as_ref());
        let own = SigningKey::from_pem("bench", private.as_bytes()).unwrap();
        let platform = VerifyingKey::from_pem("bench", public.as_bytes()).unwrap();
        let signature = own.sign(ANSWER.as_bytes()).unwrap();
        Self { own, platform, signature }
    }

    /// One payment's.
    pub(crate) fn once(&self) {
        assert!(self.own.sign(REQUEST.as_bytes()).is_some());
        assert!(self.platform.verifies(ANSWER.as_bytes(), &self.signature));
    }

    /// As many payments' on so many threads, and nothing else.
    pub(crate) fn work(&self, payments: usize, threads: usize) -> Rate {
        let each = Mutex::new(Vec::with_capacity(payments));
        let started = Instant::now();
        std::thread::scope(|scope| {
            for nth in 0..threads {
                let each = &each;
                scope.spawn(move || {
                    let mut own: Vec<Duration> = Vec::new();
                    for _ in (nth..payments).step_by(threads) {
                        let before = Instant::now();
                        self.once();
                        own.push(before.elapsed());
                    }
                    each.lock().unwrap().extend(own);
                });
            }
        });
        Rate::of(payments, started.elapsed(), each.into_inner().unwrap())
    }
}
