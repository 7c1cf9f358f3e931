//! Cameras and HDMI inputs of the kernel's own virtual video driver (vivid,
//! `Documentation/admin-guide/media/vivid.rst`), plugged in and out: what is written to its HDMI output comes out of
//! its HDMI input, so a picture with a code in it goes through the kernel's video layer and GStreamer's source for it.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use camera::fake::Symbol;
use camera::{Camera, CameraError, Sight, Source};
use capture::{Capture, Loss, Seen, Size, v4l2};

use crate::flat::Flat;
use crate::{PATIENCE, until};

/// The virtual device, and the driver that it is taken from and given to: that is its plug.
const DEVICE: &str = "vivid.0";
const DRIVER: &str = "/sys/bus/platform/drivers/vivid";
/// What turns its knobs and shows frames to its output.
const KNOBS: &str = "v4l2-ctl";
/// Which inputs and outputs it has by default: the last of four, and the last of two.
const HDMI_INPUT: &str = "--set-input=3";
const HDMI_OUTPUT: &str = "--set-output=1";
/// 640x480 at 60 Hz, the first of the timings that HDMI knows.
const TIMINGS: &str = "--set-dv-bt-timings=index=0";
/// The picture of these timings. Larger ones cost an emulated machine seconds, and of them the allocator keeps one more or
/// less, which would hide a leak.
const PICTURE: Size = Size { width: 640, height: 480 };
/// Pixels of a code's module, and its colours in the scale of video, where 16 is black and 235 white.
const MODULE: usize = 6;
const LIGHT: [u8; 2] = [235, 128];
const DARK: [u8; 2] = [16, 128];
/// GStreamer's threads are made anew with each pipeline, and it takes some twenty of these until each share of the
/// allocator's memory has met its largest.
const WARM: usize = 40;
/// What the driver can say of the signal at its input, by the number of `dv_timings_signal_mode`.
const SIGNALS: [(u8, Option<Loss>); 4] =
    [(1, Some(Loss::NoSignal)), (2, Some(Loss::Unstable)), (3, Some(Loss::OutOfRange)), (0, None)];

/// Plugs a camera in and out. Each time it shows another code, which is read, and is pulled out while it shows it.
pub(crate) fn codes(cycles: usize) -> Result<String> {
    let mut flat = Flat::warm_after(WARM);
    let (mut looks, mut slowest) = (0, Duration::ZERO);
    for cycle in 0..cycles {
        if cycle > 0 {
            plug(true)?;
        }
        let (looked, told) = visit(cycle).with_context(|| format!("cycle {cycle}"))?;
        looks += looked;
        slowest = slowest.max(told);
        flat.cycle()?;
    }
    plug(true)?;
    let said = flat.verdict()?;
    Ok(format!("{said}, each code read, {looks} sights, told as lost within {} ms", slowest.as_millis()))
}

/// One visit; how many sights there were until its code was read, and how long after it was pulled out that was told.
fn visit(cycle: usize) -> Result<(usize, Duration)> {
    let place = node("vid-cap")?;
    let output = node("vid-out")?;
    set(&place, &[HDMI_INPUT, TIMINGS, "--set-ctrl=loop_video=1"])?;
    // The driver's picture takes its colours from the output, so that is set before anybody asks for them.
    set(&output, &[HDMI_OUTPUT, TIMINGS])?;
    let code = format!("28{cycle:016}");
    let film = Film::start(&output, &frame(code.as_bytes())?)?;
    let mut camera = Camera::open(Source::Device(place.clone()))?;
    let until = Instant::now() + PATIENCE;
    let mut looks = 0;
    loop {
        looks += 1;
        match camera.next(until)? {
            Sight::Code(seen) if seen.reveal() == code.as_bytes() => break,
            Sight::Code(seen) => bail!("{:?} instead of {code}", seen.reveal()),
            // The driver shows static until it has found out that its output is shown something.
            Sight::Unreadable(_) => {}
            Sight::Nothing => bail!("{code} was shown, and nothing was read"),
        }
    }
    let pulled = Instant::now();
    plug(false)?;
    let away = pulled.elapsed();
    let lost = loop {
        match camera.next(Instant::now() + PATIENCE) {
            Ok(Sight::Nothing) => bail!("nobody noticed that the camera was pulled out"),
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    let told = pulled.elapsed();
    drop((film, camera));
    let gone =
        Camera::open(Source::Device(place)).and_then(|mut camera| camera.next(Instant::now() + PATIENCE));
    match (lost, gone) {
        (CameraError::Lost { .. }, Err(CameraError::CannotOpen { .. })) => Ok((looks, told)),
        (lost, gone) => {
            bail!("pulled out within {away:?}: {lost:?} after {told:?}; opened while it was away: {gone:?}")
        }
    }
}

/// Plugs an HDMI input in and out below one [`Capture`] that stays, whose health is right all the time; then all that
/// can be wrong with a signal, each told by its name.
pub(crate) fn inputs(cycles: usize) -> Result<String> {
    let mut flat = Flat::warm_after(WARM);
    let place = node("vid-cap")?;
    let source = capture::Source::parse(&place.display().to_string())?;
    let mut capture = Capture::open(source, PICTURE)?;
    for cycle in 0..cycles {
        if cycle > 0 {
            plug(true)?;
        }
        // A device that was plugged in gives its webcam until somebody turns this knob.
        set(&node("vid-cap")?, &[HDMI_INPUT, TIMINGS])?;
        let here = |seen: &Seen| matches!(seen, Seen::Frame(_));
        wait(&mut capture, here).with_context(|| format!("cycle {cycle}: plugged in"))?;
        if capture.health().loss.is_some() {
            bail!("cycle {cycle}: {:?} while it is there", capture.health());
        }
        plug(false)?;
        let away = |seen: &Seen| matches!(seen, Seen::Lost(Loss::Unplugged));
        wait(&mut capture, away).with_context(|| format!("cycle {cycle}: pulled out"))?;
        let health = capture.health();
        if (&health.loss, health.lost) != (&Some(Loss::Unplugged), cycle as u64 + 1) {
            bail!("cycle {cycle}: {health:?} while it is away");
        }
        flat.cycle()?;
    }
    drop(capture);
    plug(true)?;
    let place = node("vid-cap")?;
    set(&place, &[HDMI_INPUT])?;
    for (mode, wanted) in SIGNALS {
        set(&place, &[&format!("--set-ctrl=dv_timings_signal_mode={mode}")])?;
        let found = v4l2::loss_at(&place);
        if found != wanted {
            bail!("{found:?} instead of {wanted:?} by signal mode {mode}");
        }
    }
    flat.verdict()
}

/// Waits until this is told; anything else may come before.
fn wait(capture: &mut Capture, is: impl Fn(&Seen) -> bool) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if is(&capture.next(end)?) {
            return Ok(());
        }
    }
    bail!("it is {:?}", capture.health())
}

/// Gives the device to its driver, or takes it away under whoever uses it.
fn plug(there: bool) -> Result<()> {
    let path = Path::new(DRIVER).join(if there { "bind" } else { "unbind" });
    fs::write(&path, DEVICE).with_context(|| format!("{}", path.display()))
}

/// The node of one of the device's ends, by the name that the driver gives it.
fn node(end: &str) -> Result<PathBuf> {
    let found = until(end, || {
        let mut entries = fs::read_dir("/sys/class/video4linux").ok()?.filter_map(Result::ok);
        let entry = entries.find(|entry| {
            let name = fs::read_to_string(entry.path().join("name")).unwrap_or_default();
            name.trim_end().ends_with(end)
        })?;
        let node = Path::new("/dev").join(entry.file_name());
        node.exists().then_some(node)
    })?;
    Ok(found)
}

/// Sets one end up, as somebody would who turns its knobs.
fn set(node: &Path, how: &[&str]) -> Result<()> {
    let output = Command::new(KNOBS).arg("--device").arg(node).args(how).output().context(KNOBS)?;
    if !output.status.success() {
        bail!("{KNOBS} {how:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// A frame with this code in its middle, as two pixels in four bytes: light, and no colour. Drawn without fractions: in an
/// emulated machine a photograph's faults, which other tests have, cost more time than all the rest of a visit.
fn frame(code: &[u8]) -> Result<Vec<u8>> {
    let symbol = Symbol::qr(code)?;
    let (width, height) = (usize::from(PICTURE.width), usize::from(PICTURE.height));
    let (left, top) = ((width - symbol.width() * MODULE) / 2, (height - symbol.height() * MODULE) / 2);
    let light = LIGHT.repeat(width);
    let mut frame = light.repeat(top);
    for down in 0..symbol.height() {
        let mut row = light.clone();
        for across in (0..symbol.width()).filter(|across| symbol.is_dark(*across, down)) {
            let first = (left + across * MODULE) * LIGHT.len();
            row[first..first + MODULE * DARK.len()].copy_from_slice(&DARK.repeat(MODULE));
        }
        frame.extend(row.repeat(MODULE));
    }
    frame.extend(light.repeat(height - top - symbol.height() * MODULE));
    Ok(frame)
}

/// What is shown to the output: one frame again and again, at the output's own pace, by a program that is not ours.
struct Film {
    program: Child,
    /// Where it tells each frame; its end would be the program's.
    _told: ChildStderr,
}

impl Film {
    /// Starts it, and waits until it has shown its first frame: static costs a decoder the most, and an emulated machine
    /// seconds.
    fn start(output: &Path, frame: &[u8]) -> Result<Self> {
        let file = std::env::temp_dir().join("frame");
        fs::write(&file, frame)?;
        let mut command = Command::new(KNOBS);
        command.arg("--device").arg(output).args([
            HDMI_OUTPUT,
            TIMINGS,
            "--stream-out-mmap",
            "--stream-loop",
        ]);
        command.arg("--stream-from").arg(file).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut program = command.spawn().context(KNOBS)?;
        let mut told = program.stderr.take().context("its words")?;
        told.read_exact(&mut [0]).context("the film's program ended before it showed anything")?;
        Ok(Self { program, _told: told })
    }
}

impl Drop for Film {
    fn drop(&mut self) {
        // It ends by itself where its device was pulled out, with an error that says nothing more.
        drop(self.program.kill());
        drop(self.program.wait());
    }
}
