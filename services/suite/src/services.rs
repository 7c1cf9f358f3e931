//! Our own services and the shell, as a unit would start them: one configuration and credentials each.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use futures_util::StreamExt;
use zbus::fdo::DBusProxy;

use crate::process::{Program, READY_MAX, Running};
use crate::{Suite, card, panel_mm, programs, source_tree};
use sections::{look, offers, outside, receipts, time, unionpay};

mod admin;
mod sections;

/// Which key of the sandbox is which credential of the till.
const CREDENTIALS: [(&str, &str); 11] = [
    ("alipay_app_key", "alipay_app_priv.pem"),
    ("alipay_platform_pub", "alipay_platform_pub.pem"),
    ("wechat_mch_key", "wx_mch_priv.pem"),
    ("wechat_mch_serial", "wx_mch_serial.txt"),
    ("wechat_platform_pub", "wx_platform_pub.pem"),
    ("wechat_platform_serial", "wx_platform_serial.txt"),
    ("wechat_apiv3_key", "wx_apiv3_key.txt"),
    ("unionpay_mch_key", "acp_mch_priv.pem"),
    ("unionpay_mch_cert", "acp_mch_cert.pem"),
    ("unionpay_root_cert", "acp_up_cert.pem"),
    ("terminal_key", "terminal_key.txt"),
];
/// The development members of staff: number, role and cap as the roster has them, and the PIN.
const STAFF: [(&[&str], &str); 2] = [(&["01", "manager"], "481920"), (&["07", "cashier", "5000"], "260514")];
/// What the manager types at the keypad.
pub const MANAGER: &str = "01481920";
/// What the cashier types, who may send 50 yuan back at once.
pub const CASHIER: &str = "07260514";
/// Waits of a test towards the sandbox, whose answers come at once.
const HASTE: &str = "query_first_ms = 400
query_interval_ms = 400
cashier_limit_ms = 15000
reverse_not_before_ms = 1000
retry_first_ms = 400
open_interval_ms = 500
call_limit_ms = 10000
";
/// Waits of a scripted lunch: as above, and whoever walks away is forgotten after some seconds.
const BRISK: &str = "waiting_limit_ms = 15000
query_first_ms = 300
query_interval_ms = 300
cashier_limit_ms = 8000
reverse_not_before_ms = 600
retry_first_ms = 300
open_interval_ms = 500
call_limit_ms = 10000
";
/// What the student's account holds at first, in fen.
const POCKET_MONEY: i64 = 20_000;

/// The configuration of a sound card that writes a raw file (16 bits at 44,100 or 48,000, one or two channels). Through
/// a pipe: what ALSA writes to a file by itself overwrites what was heard before.
fn sound_card(state: &Path, to: &Path) -> Result<PathBuf> {
    let config = state.join("asound.conf");
    let append = format!("|cat >> '{}'", to.display());
    let card = format!(
        "pcm.!default {{ type file slave.pcm \"quiet\" file {append:?} format raw }}\npcm.quiet {{ type null }}\n"
    );
    fs::write(&config, card)?;
    Ok(config)
}

impl Suite {
    /// Starts the till; also again, after a test has killed it.
    pub async fn start_kiosk(&mut self) -> Result<()> {
        let dir = self.parts.state.join("kiosk");
        fs::create_dir_all(&dir)?;
        let config = dir.join("kiosk.toml");
        fs::write(&config, self.kiosk_config(&dir)?)?;
        let credentials = self.credentials(&dir)?;
        let program = programs()?.join("dais-kiosk");
        if !credentials.join("kiosk_staff").exists() {
            fs::write(credentials.join("kiosk_staff"), roster(&program, &config).await?)?;
        }
        for (uid, marker) in [
            (card::STUDENT_CARD, "enrolled"),
            (card::STUDENT_TAG, "enrolled-tag"),
            (card::STUDENT_PURSE, "enrolled-purse"),
            (card::STUDENT_CLASSIC, "enrolled-classic"),
            (card::STUDENT_EPURSE, "enrolled-epurse"),
        ] {
            if !dir.join(marker).exists() {
                enrol(&program, &config, &credentials, uid).await?;
                if uid == card::STUDENT_CLASSIC {
                    let loaded = card::IN_PURSE.to_string();
                    office(&program, &config, &credentials, &["loaded", &loaded, "first"], uid).await?;
                }
                fs::write(dir.join(marker), "")?;
            }
        }
        let program = self
            .service("dais-kiosk", program)
            .with(["--config".into(), config.into_os_string()])
            .set("CREDENTIALS_DIRECTORY", credentials);
        self.kiosk = Some(self.until_owned(program, api::KIOSK.name).await?);
        Ok(())
    }

    /// What the office's screen shows of the account of a card: the till's program, asked as the office asks it.
    ///
    /// # Errors
    /// The program cannot be run, or refuses.
    pub async fn office(&self, words: &[&str], uid: &str) -> Result<String> {
        let dir = self.parts.state.join("kiosk");
        let (config, credentials) = (dir.join("kiosk.toml"), dir.join("credentials"));
        office(&programs()?.join("dais-kiosk"), &config, &credentials, words, uid).await
    }

    /// Starts recognition.
    pub async fn start_inference(&mut self) -> Result<()> {
        let dir = self.parts.state.join("inference");
        fs::create_dir_all(&dir)?;
        let config = dir.join("inference.toml");
        let assets = source_tree().join("assets");
        fs::write(
            &config,
            format!(
                "models = {:?}\nmanifest = {:?}\n",
                assets.join("fetched/models"),
                assets.join("models/manifest.toml")
            ),
        )?;
        let program = self
            .service("dais-inference", programs()?.join("dais-inference"))
            .with(["--config".into(), config.into_os_string()]);
        self.inference = Some(self.until_owned(program, api::INFERENCE.name).await?);
        Ok(())
    }

    /// Starts what has camera and microphone.
    pub async fn start_sense(&mut self) -> Result<()> {
        let senses = self.parts.sense.clone().unwrap_or_default();
        let dir = self.parts.state.join("sense");
        fs::create_dir_all(&dir)?;
        let config = dir.join("sense.toml");
        let (camera, microphone) = (senses.camera, senses.microphone);
        fs::write(&config, format!("camera = {camera:?}\nmicrophone = {microphone:?}\n"))?;
        let program = self
            .service("dais-sense", programs()?.join("dais-sense"))
            .with(["--config".into(), config.into_os_string()]);
        self.sense = Some(self.until_owned(program, api::SENSE.name).await?);
        Ok(())
    }

    /// Starts the shell.
    pub async fn start_shell(&mut self) -> Result<()> {
        let parts = &self.parts;
        let assets = source_tree().join("assets/fetched");
        let (width_mm, height_mm) = panel_mm(parts.size);
        let program = self.service("dais-shell", programs()?.join("dais-shell")).with([
            "--config".to_owned(),
            self.shell_config()?.display().to_string(),
            "--role".to_owned(),
            parts.role.to_owned(),
            "--output".to_owned(),
            if parts.window { "window" } else { "memory" }.to_owned(),
            "--size".to_owned(),
            format!("{}x{}", parts.size.0, parts.size.1),
            "--panel-mm".to_owned(),
            format!("{width_mm}x{height_mm}"),
            "--touch".to_owned(),
            self.touch.clone(),
            "--language".to_owned(),
            parts.language.to_owned(),
            "--state".to_owned(),
            parts.state.join("shell").display().to_string(),
            "--assets".to_owned(),
            assets.display().to_string(),
        ]);
        let mut program = program.with(self.switch_flags.clone());
        if let Some(sound) = &parts.sound {
            program = program.set("ALSA_CONFIG_PATH", sound_card(&parts.state, sound)?);
        }
        self.shell = Some(self.until_owned(program, api::SHELL.name).await?);
        Ok(())
    }

    /// The shell's configuration: files come from an inbox beside what it keeps, and from what is plugged in; whether the
    /// board is sold by time, and what is shown while nobody is there.
    fn shell_config(&self) -> Result<PathBuf> {
        let inbox = self.parts.state.join("inbox");
        fs::create_dir_all(&inbox)?;
        let config = self.parts.state.join("shell.toml");
        let folders = [inbox, "/media".into(), "/run/media".into()];
        let locked = self.parts.time.is_some();
        // Class lists of this suite's own, where somebody has put some there.
        let lessons = self.parts.state.join("lessons");
        let lessons = if lessons.is_dir() { format!("lessons = {lessons:?}\n") } else { String::new() };
        let signage = self.parts.signage.map_or(String::new(), |(after, board_after)| {
            let pictures = self.parts.state.join("signage");
            format!(
                "[signage]\nafter_seconds = {after}\nboard_after_seconds = {board_after}\npictures = {pictures:?}\n"
            )
        });
        fs::write(
            &config,
            format!("folders = {folders:?}\n{lessons}\n[session]\nlocked = {locked}\n{signage}"),
        )?;
        Ok(config)
    }

    /// The till's configuration: the shipped menu, the sandbox as its channels, the wallet's camera, our card reader.
    fn kiosk_config(&self, dir: &Path) -> Result<String> {
        let base = &self.sandbox.base;
        // Without a front nobody listens there, and the till asks as it does anyway.
        let notify = self
            .front
            .as_ref()
            .map_or("https://kiosk.example.edu/notify".to_owned(), |front| format!("http://{front}/notify"));
        let (reader, device) = match &self.pcsc {
            Some(pcsc) => (pcsc.program.clone(), "pcsc"),
            None => (programs()?.join("dais-nfc"), self.reader.connstring.as_str()),
        };
        let mut config = format!(
            "ledger = {ledger:?}
menu = {menu:?}
promotion = {promotion:?}
risk = {risk:?}
session = {session:?}
camera = {camera:?}
scanner = {scanner:?}
{printer}[reader]
program = {reader:?}
device = {device:?}
[alipay]
gateway = \"{base}/gateway.do\"
app_id = \"2021000000000001\"
seller_id = \"2088000000000001\"
notify_url = \"{notify}/alipay\"
[wechat]
host = \"{base}\"
mchid = \"1900000109\"
appid = \"wxd678efh567hg6787\"
notify_url = \"{notify}/wechat\"
{unionpay}{outside}{look}[campus]
accounts = {accounts:?}
classic_purse = true
sticker_codes = true
[campus.epurse]
terminal = \"000000000001\"
[terminal]
address = \"{terminal}\"
[timing]
shown_query_ms = 1000
",
            ledger = dir.join("ledger.sqlite"),
            menu = source_tree().join("image/rootfs/etc/dais/menu.toml"),
            promotion = offers(dir)?,
            session = self.parts.time.map_or(Ok("off".into()), |sold| time(dir, sold))?,
            risk = source_tree().join("image/rootfs/etc/dais/risk.toml"),
            camera = self.sandbox.camera(),
            scanner = self.gun.port,
            printer = self.printer.as_ref().map_or(String::new(), |printer| receipts(&printer.place)),
            unionpay = if self.parts.unionpay { unionpay(base, &notify, dir) } else { String::new() },
            outside = self.front.as_ref().map_or(String::new(), |front| outside(front)),
            look = look(),
            accounts = dir.join("campus.sqlite"),
            terminal = self.sandbox.terminal,
        );
        if self.parts.brisk {
            config.push_str(BRISK);
        } else if self.parts.hasty {
            config.push_str(HASTE);
        }
        Ok(config)
    }

    fn service(&self, name: &'static str, path: PathBuf) -> Program {
        Program::new(name, path).set("DBUS_SYSTEM_BUS_ADDRESS", &self.bus.address)
    }

    /// The screen of a shell that lost the bus and is finding its way back.
    pub async fn until_screen(&self) -> Result<crate::Screen> {
        let dbus = DBusProxy::new(&self.connection).await?;
        let mut owners = dbus.receive_name_owner_changed().await?;
        let owned = async {
            while !dbus.name_has_owner(api::SHELL.name.try_into()?).await? {
                owners.next().await.context("the private bus is gone")?;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(READY_MAX, owned).await.context("the shell does not come back to the bus")??;
        self.screen().await
    }

    /// Starts a service and waits until it owns its name, or says what its log ends with.
    async fn until_owned(&self, program: Program, name: &'static str) -> Result<Running> {
        let dbus = DBusProxy::new(&self.connection).await?;
        let mut owners = dbus.receive_name_owner_changed().await?;
        let mut running = program.start(&self.logs())?;
        let owned = async {
            while let Some(change) = owners.next().await {
                let change = change.args()?;
                if change.name() == name && change.new_owner().is_some() {
                    return Ok(());
                }
            }
            anyhow::bail!("the private bus is gone")
        };
        tokio::select! {
            owned = tokio::time::timeout(READY_MAX, owned) => {
                owned.with_context(|| format!("{name} is not on the bus:\n{}", running.last_lines()))??;
            }
            status = running.ended() => {
                anyhow::bail!("{name} ended at once with {}:\n{}", status?, running.last_lines());
            }
        }
        Ok(running)
    }

    /// The till's secrets, where systemd would put them.
    fn credentials(&self, dir: &Path) -> Result<PathBuf> {
        let credentials = dir.join("credentials");
        fs::create_dir_all(&credentials)?;
        for (name, key) in CREDENTIALS {
            fs::copy(self.sandbox.keys.join(key), credentials.join(name))
                .with_context(|| format!("no key {key}"))?;
        }
        // The development machine's own key for card numbers; a unit's is made when it is enrolled.
        fs::write(credentials.join("campus_card_key"), "development-only-campus-card-key")?;
        fs::write(credentials.join("member_key"), "development-only-member-key")?;
        for name in ["campus_sun_key", "campus_desfire_key", "campus_classic_key", "campus_epurse_key"] {
            fs::write(credentials.join(name), card::DEVELOPMENT_KEY)?;
        }
        Ok(credentials)
    }
}

/// The credential `kiosk_staff`, made as a school makes it: each PIN goes by standard input.
async fn roster(program: &Path, config: &Path) -> Result<String> {
    let mut lines = String::new();
    for (member, pin) in STAFF {
        let mut command = tokio::process::Command::new(program);
        command.args(["staff", "hash"]).args(member).arg("--config").arg(config);
        lines.push_str(&say_to(command, pin).await?);
    }
    Ok(lines)
}

/// Runs a command with one line on its standard input; answers what it said.
async fn say_to(mut command: tokio::process::Command, line: &str) -> Result<String> {
    let mut child = command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().context("no standard input")?;
    tokio::io::AsyncWriteExt::write_all(&mut stdin, format!("{line}\n").as_bytes()).await?;
    drop(stdin);
    let output = child.wait_with_output().await?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// Gives a card an account with money on it.
async fn enrol(program: &Path, config: &Path, credentials: &Path, uid: &str) -> Result<()> {
    let amount = POCKET_MONEY.to_string();
    for words in [&["enrol"][..], &["top-up", amount.as_str()][..]] {
        office(program, config, credentials, words, uid).await?;
    }
    Ok(())
}

/// One of the office's commands. The card's number goes by standard input.
async fn office(
    program: &Path,
    config: &Path,
    credentials: &Path,
    words: &[&str],
    uid: &str,
) -> Result<String> {
    let mut command = tokio::process::Command::new(program);
    command.arg("campus").args(words).arg("--config").arg(config);
    command.env("CREDENTIALS_DIRECTORY", credentials);
    say_to(command, uid).await
}
