//! Whom units believe: the key that signs what they may be brought to, and the one that signs what they start. Who
//! ships images keeps his own in `target/image/keys`; where there is none, the first build makes one, for its own units.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::tools::Tools;
use crate::call;

/// The owner that a firmware notes beside a key: any identifier does.
const OWNER: &str = "7c1e6f0a-52f4-4d57-9b8e-0d1a15000001";
/// The key of updates.
pub(super) const UPDATES: &str = "updates";
/// Where `systemd-pull` looks for keys on a unit.
const TRUSTED: &str = "usr/lib/systemd/import-pubring.gpg";
/// What units get of it.
const PUBLIC: &str = "public.gpg";
/// Runs gpg and ends the agent that it starts, which would outlive us.
const GPG: &str = "gpg --batch --yes \"$@\"; done=$?; gpgconf --kill all; exit $done";

/// One key, in a folder of its own.
pub(super) struct Keys<'a> {
    tools: &'a Tools,
    home: PathBuf,
}

impl<'a> Keys<'a> {
    /// The key of this name, made if there is none.
    pub(super) fn ready(work: &Path, tools: &'a Tools, name: &str) -> Result<Self> {
        let keys = Self { tools, home: work.join("keys").join(name) };
        if !keys.home.join(PUBLIC).is_file() {
            DirBuilder::new().recursive(true).mode(0o700).create(&keys.home)?;
            let owner = format!("Dais {name}");
            let made = ["--passphrase", "", "--quick-generate-key", &owner, "ed25519", "sign", "never"];
            call::output(keys.gpg().args(made)).context("the key of updates")?;
            call::output(keys.gpg().arg("--output").arg(keys.home.join(PUBLIC)).arg("--export"))?;
        }
        Ok(keys)
    }

    /// Puts it where a unit with these files looks for it.
    pub(super) fn trusted_by(&self, tree: &Path) -> Result<()> {
        let place = tree.join(TRUSTED);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(self.home.join(PUBLIC), &place).with_context(|| format!("{}", place.display()))?;
        Ok(())
    }

    /// Signs a file: the signature lies beside it.
    pub(super) fn sign(&self, file: &Path) -> Result<()> {
        let mut signature = file.as_os_str().to_owned();
        signature.push(".gpg");
        call::output(self.gpg().args(["--detach-sign", "--output"]).arg(signature).arg(file))
            .with_context(|| format!("{} cannot be signed", file.display()))?;
        Ok(())
    }

    fn gpg(&self) -> Command {
        let mut command = self.tools.command("sh");
        command.env("GNUPGHOME", &self.home).args(["-c", GPG, "gpg"]);
        command
    }
}

/// The key that signs boot loader, kernel files and what the TPM may measure of them.
pub(super) struct BootKey {
    key: PathBuf,
    pub(super) certificate: PathBuf,
}

impl BootKey {
    /// The key, made if there is none.
    pub(super) fn ready(work: &Path, tools: &Tools) -> Result<Self> {
        let home = work.join("keys/boot");
        let own = Self { key: home.join("boot.key"), certificate: home.join("boot.crt") };
        if !own.certificate.is_file() {
            DirBuilder::new().recursive(true).mode(0o700).create(&home)?;
            let mut make = tools.command("openssl");
            make.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha256", "-days", "3650"]);
            make.args(["-subj", "/CN=Dais boot", "-keyout"]).arg(&own.key).arg("-out").arg(&own.certificate);
            call::output(&mut make).context("the key of what starts")?;
        }
        Ok(own)
    }

    /// Tells mkosi to sign with it, and to lay it where the boot loader enrols it in a firmware that has no key yet.
    pub(super) fn signs(&self, mkosi: &mut Command) {
        for what in ["secure-boot", "sign-expected-pcr"] {
            mkosi.arg(format!("--{what}=yes"));
            mkosi.arg(format!("--{what}-key")).arg(&self.key);
            mkosi.arg(format!("--{what}-certificate")).arg(&self.certificate);
        }
        mkosi.arg("--secure-boot-auto-enroll=yes");
    }

    /// A firmware's variables as they are once it starts nothing that is not signed with it.
    pub(super) fn enrolled(&self, tools: &Tools, blank: &str, variables: &Path) -> Result<()> {
        let mut enrol = tools.command("virt-fw-vars");
        enrol.args(["--input", blank, "--output"]).arg(variables);
        for list in ["--set-pk", "--add-kek", "--add-db"] {
            enrol.args([list, OWNER]).arg(&self.certificate);
        }
        call::output(enrol.arg("--sb")).context("the firmware's variables")?;
        Ok(())
    }
}
