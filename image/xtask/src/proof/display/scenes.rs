//! What is tried in the emulated machine, on each of its cards.

use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::picture::Picture;
use super::screen::{picture, resize};
use crate::proof::guest::{Guest, PATIENCE};
use crate::say;

/// A card as the machine's monitor and as its kernel name it.
struct Card {
    monitor: &'static str,
    /// Its place on the bus.
    place: &'static str,
    /// The driver's folder, and how the names of its devices begin there.
    driver: (&'static str, &'static str),
    /// Whether its screen can be changed for another.
    resizes: bool,
    /// How pixels get to its panel, by what is asked for, as the probe tells it.
    ways: [(&'static str, &'static str); 3],
}

/// One that copies the buffer to its host and must be told, and one whose panel reads the buffer itself.
const CARDS: [Card; 2] = [
    Card {
        monitor: "virtio_gpu",
        place: "0000:00:01.0",
        driver: ("/sys/bus/virtio/drivers/virtio_gpu", "virtio"),
        resizes: true,
        ways: [("auto", ""), ("front", "Front { tell: true }"), ("flips", "Flips")],
    },
    Card {
        monitor: "bochs",
        place: "0000:00:02.0",
        driver: ("/sys/bus/pci/drivers/bochs-drm", "0000"),
        resizes: false,
        ways: [("auto", "Front { tell: false }"), ("front", "Front { tell: false }"), ("flips", "Flips")],
    },
];

/// What the thief fills the screen with.
const RED: [u8; 3] = [255, 0, 0];

/// Everything, on every card; how many checks held.
pub(super) fn all(guest: &mut Guest, size: &str, memory: &[u8]) -> Result<usize> {
    let wanted = Picture::parse(memory)?;
    let mut count = 0;
    for card in &CARDS {
        let path = path(guest, card)?;
        say::line(&format!("{} ({path})", card.monitor));
        let scene = Scene { card, path: &path, size };
        count += scene.replays(guest, &wanted).with_context(|| format!("replays on {}", card.monitor))?;
        count += scene.live(guest).with_context(|| format!("the live display on {}", card.monitor))?;
    }
    Ok(count)
}

/// Where the kernel has put a card.
fn path(guest: &mut Guest, card: &Card) -> Result<String> {
    guest.send(&format!(
        "echo DAIS card $(ls /sys/bus/pci/devices/{}/drm /sys/bus/pci/devices/{}/virtio*/drm 2>/dev/null)",
        card.place, card.place
    ))?;
    let names = guest.wait("DAIS card")?;
    let name = names.split(' ').find(|name| name.starts_with("card") && !name.contains('-'));
    Ok(format!("/dev/dri/{}", name.context("the kernel drives no such card")?))
}

struct Scene<'a> {
    card: &'a Card,
    path: &'a str,
    size: &'a str,
}

impl Scene<'_> {
    /// A recording shown in each way is the picture in memory, and afterwards the console is as it was.
    fn replays(&self, guest: &mut Guest, wanted: &Picture) -> Result<usize> {
        let mut count = 0;
        let before = picture(guest, self.card.monitor)?;
        for (how, way) in self.card.ways {
            guest.send(&format!(
                "probe replay {} {how} {} && echo DAIS done || echo DAIS failed",
                self.path, self.size
            ))?;
            let shown = guest.wait("DAIS shown")?;
            if !shown.contains(way) {
                bail!("`{how}` became `{shown}`, not `{way}`");
            }
            picture(guest, self.card.monitor)?.must_equal(wanted).with_context(|| shown.clone())?;
            guest.send("go on")?;
            guest.wait("DAIS done")?;
            say::line(&format!("  {how:5} {}", told(&shown)));
            count += 1;
        }
        picture(guest, self.card.monitor)?.must_equal(&before).context("the console is not as it was")?;
        Ok(count + 1)
    }

    /// The whole display with a touch panel: ink shows, and comes back after the screen was taken and after the driver
    /// was pulled away from under it.
    fn live(&self, guest: &mut Guest) -> Result<usize> {
        let (path, size) = (self.path, self.size);
        let before = picture(guest, self.card.monitor)?;
        guest.run("mkfifo /tmp/words")?;
        guest.send(&format!("probe live {path} auto {size} < /tmp/words & exec 3> /tmp/words"))?;
        let [_, process] = guest.wait_each(["the screen is lit", "DAIS live"])?;
        guest.send("echo draw 1 >&3")?;
        guest.wait("DAIS drawn")?;
        self.shows_its_frame(guest).context("ink of a touch panel")?;
        let mut count = 4;
        self.taken(guest, &process).context("the screen taken by another program")?;
        self.unbound(guest).context("the driver pulled away")?;
        if self.card.resizes {
            self.resized(guest).context("another screen plugged in")?;
            count += 1;
        }
        guest.run("echo end >&3")?;
        guest.wait("DAIS ended")?;
        guest.run("exec 3>&-; wait; rm -r /tmp/words /tmp/dais-probe")?;
        picture(guest, self.card.monitor)?.must_equal(&before).context("the console is not as it was")?;
        say::line("  live  ink shows, also after the screen was taken and after the driver was unbound");
        Ok(count)
    }

    /// The screen shows what the display says its frame is. Ink is under way when this is asked, so it is asked again
    /// until the two agree twice, on a picture that is not the last one.
    fn shows_its_frame(&self, guest: &mut Guest) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        let mut held = 0;
        let mut last = String::new();
        while held < 2 {
            guest.send("echo hash >&3")?;
            let frame = guest.wait("DAIS hash")?;
            let shown = format!("{:016x}", picture(guest, self.card.monitor)?.hash());
            let still = frame == last;
            held = if frame == shown && still { held + 1 } else { 0 };
            if Instant::now() > until {
                bail!("the screen shows {shown}, the frame is {frame}");
            }
            last = frame;
        }
        Ok(())
    }

    fn taken(&self, guest: &mut Guest, process: &str) -> Result<()> {
        guest.run("mkfifo /tmp/thief")?;
        guest.send(&format!("probe steal {process} {} < /tmp/thief & exec 4> /tmp/thief", self.path))?;
        let stolen = guest.wait("DAIS stolen")?;
        if stolen != "1" {
            bail!("{stolen} descriptors had the device open, not one");
        }
        self.all_red(guest)?;
        guest.send("echo draw 2 >&3")?;
        guest.wait_each(["DAIS drawn", "the screen is dark"])?;
        self.all_red(guest).context("after ink was drawn that nobody sees")?;
        guest.send("exec 4>&-; rm /tmp/thief")?;
        guest.wait("the screen is lit")?;
        self.shows_its_frame(guest)
    }

    fn all_red(&self, guest: &mut Guest) -> Result<()> {
        if picture(guest, self.card.monitor)?.is_all(RED) {
            return Ok(());
        }
        bail!("the other program's picture does not show");
    }

    /// A screen without our mode is no screen; the old one, plugged in again, shows what was drawn meanwhile.
    fn resized(&self, guest: &mut Guest) -> Result<()> {
        resize(guest, 1000, 700)?;
        guest.wait_each(["a screen was plugged in", "set --size to one it has"])?;
        guest.send("echo draw 4 >&3")?;
        guest.wait("DAIS drawn")?;
        resize(guest, 960, 540)?;
        guest.wait("the screen is lit")?;
        self.shows_its_frame(guest)
    }

    fn unbound(&self, guest: &mut Guest) -> Result<()> {
        let (folder, device) = self.card.driver;
        guest.run(&format!("cd {folder}; DEVICE=$(echo {device}*); cd /"))?;
        guest.send(&format!("echo $DEVICE > {folder}/unbind"))?;
        // The second word comes once the display has closed the device: only then is its number free again.
        guest.wait_each(["the screen is dark", "the screen is still dark"])?;
        guest.send("echo draw 3 >&3")?;
        guest.wait("DAIS drawn")?;
        guest.send(&format!("echo $DEVICE > {folder}/bind"))?;
        guest.wait("the screen is lit")?;
        self.shows_its_frame(guest)
    }
}

/// The driver, the way, and the probe's times as a ratio.
fn told(shown: &str) -> String {
    let (way, times) = shown.split_once(" frames ").unwrap_or((shown, ""));
    let numbers: Vec<f64> = times.split(' ').filter_map(|word| word.parse().ok()).collect();
    match numbers[..] {
        [frames, whole, drawing] if drawing > 0.0 => format!(
            "{way}: the picture in memory; median of {frames} frames, contact to shown: {:.2} x the drawing",
            whole / drawing
        ),
        _ => format!("{way}: the picture in memory"),
    }
}
