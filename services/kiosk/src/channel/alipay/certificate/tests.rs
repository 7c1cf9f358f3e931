//! The published number of Alipay's own root, by a certificate of the same names that openssl makes.

use std::path::Path;
use std::process::Command;

use super::*;

fn openssl(args: &[&str]) {
    let output = Command::new("openssl").args(args).output().expect("openssl");
    assert!(output.status.success(), "openssl {args:?}");
}

/// A self-signed certificate with an own name and serial number, PEM.
fn certificate(folder: &Path, curve: Option<&str>, subject: &str, serial: &str) -> String {
    let path = |name: &str| folder.join(name).to_str().expect("utf-8").to_owned();
    let (key, out) = (path("key.pem"), path("cert.pem"));
    let digest = match curve {
        Some(curve) => {
            openssl(&["ecparam", "-name", curve, "-genkey", "-noout", "-out", &key]);
            if curve == "SM2" { "-sm3" } else { "-sha384" }
        }
        None => {
            openssl(&["genrsa", "-out", &key, "2048"]);
            "-sha256"
        }
    };
    openssl(&[
        "req",
        "-x509",
        "-new",
        "-key",
        &key,
        digest,
        "-subj",
        subject,
        "-set_serial",
        serial,
        "-days",
        "30",
        "-out",
        &out,
    ]);
    std::fs::read_to_string(out).expect("certificate")
}

/// Every merchant in certificate mode sends `687b59193f3f462dd5336e5abf83c5d8_02941eef3187dddf3d3b83462e1dfcf6`; the
/// first is the root `Ant Financial Certification Authority R1`. Roots with curves, SM2 among them, lie in the same
/// file and have no number in it.
#[test]
fn alipays_own_root_has_its_published_number() {
    let folder = tempfile::tempdir().expect("folder");
    let ant = "/C=CN/O=Ant Financial/OU=Certification Authority/CN=Ant Financial Certification Authority ";
    let bundle = [
        certificate(folder.path(), Some("SM2"), "/C=CN/O=NRCAC/CN=ROOTCA", "0x69E2FEC0170AC67B"),
        certificate(folder.path(), None, &format!("{ant}R1"), "0x1FCFA18D6A480D11"),
        certificate(folder.path(), Some("secp384r1"), &format!("{ant}E1"), "0x1FCFA18D6A480D12"),
    ]
    .join("\n");
    let blocks = pems("alipay_root_cert", bundle.as_bytes()).expect("PEM");
    let roots = parsed("alipay_root_cert", &blocks).expect("certificates");
    assert_eq!(roots.len(), 3);
    let numbers: Vec<_> = roots.iter().filter(|root| is_rsa(root)).map(number).collect();
    assert_eq!(numbers, [Some("687b59193f3f462dd5336e5abf83c5d8".to_owned())]);
}
