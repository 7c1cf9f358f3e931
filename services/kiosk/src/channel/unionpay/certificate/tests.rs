//! Certificates made by the openssl command line: an authority, UnionPay below it, a merchant below it, and strangers.

use std::path::Path;
use std::process::{Command, Stdio};

use super::*;

/// Made certificates: PEM by name, and signatures by key.
struct Authority(tempfile::TempDir);

impl Authority {
    fn new() -> Self {
        let made = Self(tempfile::tempdir().expect("folder"));
        made.openssl("req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 30 -subj /CN=Root -addext basicConstraints=critical,CA:TRUE");
        made.openssl("req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -days 30 -subj /CN=Root -addext basicConstraints=critical,CA:TRUE");
        made.issue("up", "/CN=041@Z12@中国银联股份有限公司@00000001", "root", "CA:FALSE", "-sha256");
        made.issue("merchant", "/CN=041@Z12@某商户@00000002", "root", "CA:FALSE", "-sha256");
        made.issue("forged", "/CN=041@Z12@中国银联股份有限公司@00000001", "other", "CA:FALSE", "-sha256");
        made.issue("weak", "/CN=041@Z12@中国银联股份有限公司@00000001", "root", "CA:FALSE", "-sha1");
        made.issue("below", "/CN=041@Z12@中国银联股份有限公司@00000003", "up", "CA:FALSE", "-sha256");
        made
    }

    fn openssl(&self, words: &str) {
        self.run(&words.split(' ').collect::<Vec<_>>());
    }

    fn run(&self, words: &[&str]) {
        let status =
            Command::new("openssl").args(words).current_dir(self.0.path()).stderr(Stdio::null()).status();
        assert!(status.expect("openssl").success(), "{words:?}");
    }

    fn issue(&self, name: &str, subject: &str, by: &str, constraint: &str, digest: &str) {
        let (key, csr, pem, ext) =
            (format!("{name}.key"), format!("{name}.csr"), format!("{name}.pem"), format!("{name}.ext"));
        std::fs::write(self.0.path().join(&ext), format!("basicConstraints=critical,{constraint}\n"))
            .expect("write");
        self.run(&[
            "req", "-newkey", "rsa:2048", "-nodes", "-utf8", "-keyout", &key, "-out", &csr, "-subj", subject,
        ]);
        let (ca, ca_key) = (format!("{by}.pem"), format!("{by}.key"));
        self.run(&[
            "x509",
            "-req",
            "-in",
            &csr,
            "-CA",
            &ca,
            "-CAkey",
            &ca_key,
            "-out",
            &pem,
            "-days",
            "10",
            "-extfile",
            &ext,
            digest,
            "-set_serial",
            "69026276696",
        ]);
    }

    fn pem(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(format!("{name}.pem"))).expect("PEM")
    }

    /// A signature over `text` with the key of `name`.
    fn sign(&self, name: &str, text: &str) -> String {
        let folder: &Path = self.0.path();
        std::fs::write(folder.join("text"), text).expect("write");
        let key = format!("{name}.key");
        self.run(&["dgst", "-sha256", "-sign", &key, "-out", "signature", "text"]);
        STANDARD.encode(std::fs::read(folder.join("signature")).expect("signature"))
    }
}

fn now() -> i64 {
    crate::channel::exchange::system_clock()
}

#[test]
fn only_unionpays_own_certificate_below_the_known_authority_is_believed() {
    let made = Authority::new();
    let name = "中国银联股份有限公司";
    let trust = |roots: &[&str], name: &str| {
        let pem: String = roots.iter().map(|root| made.pem(root)).collect();
        Trust::new("unionpay_root_cert", pem.as_bytes(), name.to_owned()).expect("trust")
    };
    let day = 86_400;
    let bad = Err(Doubt::BadSignature);
    for (case, trust, signer, key, at, want) in [
        ("issued by the root", trust(&["root"], name), "up", "up", 0, Ok(())),
        ("among several", trust(&["other", "root"], name), "up", "up", 0, Ok(())),
        ("known itself", trust(&["up"], name), "up", "up", 0, Ok(())),
        ("signed by another key", trust(&["root"], name), "up", "merchant", 0, bad),
        ("a merchant of the same authority", trust(&["root"], name), "merchant", "merchant", 0, bad),
        (
            "a merchant who is asked for by name",
            trust(&["root"], "某商户"),
            "merchant",
            "merchant",
            0,
            Ok(()),
        ),
        ("an authority of the same name", trust(&["root"], name), "forged", "forged", 0, bad),
        ("a weak digest", trust(&["root"], name), "weak", "weak", 0, bad),
        ("below one that is no authority", trust(&["up"], name), "below", "below", 0, bad),
        ("ended", trust(&["root"], name), "up", "up", 11 * day, bad),
        ("ended, though known", trust(&["up"], name), "up", "up", 11 * day, bad),
        ("not begun", trust(&["root"], name), "up", "up", -2 * day, bad),
    ] {
        let signature = made.sign(key, "digest");
        let held = trust.holds(&made.pem(signer), b"digest", &signature, now() + at);
        assert_eq!(held, want, "{case}");
        assert!(trust.holds(&made.pem(signer), b"another", &signature, now() + at).is_err(), "{case}");
    }
    assert_eq!(cert_id("unionpay_mch_cert", made.pem("up").as_bytes()).as_deref(), Ok("69026276696"));
}

#[test]
fn what_is_no_certificate_is_named() {
    let made = Authority::new();
    let key = std::fs::read_to_string(made.0.path().join("up.key")).expect("key");
    for text in ["", "no PEM", &key] {
        let trust = Trust::new("unionpay_root_cert", text.as_bytes(), String::new());
        assert_eq!(trust.err(), Some(KeyError::NotPem("unionpay_root_cert")));
        assert_eq!(cert_id("unionpay_mch_cert", text.as_bytes()), Err(KeyError::NotPem("unionpay_mch_cert")));
    }
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let trust = Trust::new("unionpay_root_cert", broken.as_bytes(), String::new());
    assert_eq!(trust.err(), Some(KeyError::NotRsa("unionpay_root_cert")));
    let trust = Trust::new("unionpay_root_cert", made.pem("root").as_bytes(), "x".to_owned()).expect("trust");
    for (pem, doubt) in
        [("", Doubt::BadSignature), (broken, Doubt::BadSignature), (&"x".repeat(20_000), Doubt::Unparsable)]
    {
        assert_eq!(trust.holds(pem, b"", "", now()), Err(doubt));
    }
}
