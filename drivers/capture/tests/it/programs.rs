//! The technician's program, with sound servers that are not ours: PulseAudio with a room that hums, and ALSA's own
//! library with a PCM that plays a file.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::fs::{OFlags, fcntl_setfl};
use rustix::pipe::fcntl_setpipe_size;

/// How often the room's device gives sound, and how much: whole waves.
const PERIOD: Duration = Duration::from_millis(10);
const SAMPLES_A_PERIOD: usize = 480;
/// The least a pipe can hold, 43 ms: what waits there when somebody begins to listen must not overrun them.
const PIPE_BYTES: usize = 4096;

fn capture(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dais-capture"));
    command.args(words);
    command
}

/// What it printed, and whether it was content.
fn told(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// The number before these words.
fn number(text: &str, before: &str) -> f32 {
    let line =
        text.lines().find(|line| line.contains(before)).unwrap_or_else(|| panic!("no {before} in {text}"));
    let words = line.split(before).next().unwrap();
    words.split_whitespace().last().unwrap().parse().unwrap_or_else(|_| panic!("no number in {line}"))
}

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn pulse_server(directory: &Path) -> Ended {
    let socket = directory.join("server");
    let server = Command::new("pulseaudio")
        .args(["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disallow-exit"])
        .arg(format!("--load=module-native-protocol-unix auth-anonymous=1 socket={}", socket.display()))
        .arg("--load=module-null-sink sink_name=room rate=48000")
        .arg("--load=module-sine sink=room frequency=440")
        .arg("--load=module-remap-source master=room.monitor source_name=hum source_properties=device.description=Room")
        .env("HOME", directory)
        .env("XDG_RUNTIME_DIR", directory)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Ended(server)
}

#[test]
fn a_microphone_of_pulseaudio() {
    let directory = tempfile::tempdir().unwrap();
    let server = format!("unix:{}", directory.path().join("server").display());
    let with_server = |words: &[&str]| {
        let mut command = capture(words);
        command
            .env("PULSE_SERVER", &server)
            .env("HOME", directory.path())
            .env("XDG_RUNTIME_DIR", directory.path());
        command
    };
    // The test waits for the server itself: it is told as lost until it is there.
    let pulse = pulse_server(directory.path());
    let (is_content, text) = told(&mut with_server(&["test", "pulse:hum"]));
    assert!(is_content, "{text}");
    assert!((number(&text, " dBFS") + 6.0).abs() < 0.5, "it hums at half scale: {text}");
    let (is_content, text) = told(&mut with_server(&["list"]));
    assert!(is_content && text.contains("sound     Room"), "{text}");
    assert!(!text.contains("onitor"), "what a loudspeaker plays is no microphone: {text}");
    let (is_content, text) = told(&mut with_server(&["test", "pulse:nothing"]));
    assert!(!is_content && text.contains("not plugged in"), "{text}");
    drop(pulse);
}

/// A device that gives sound at the pace of sound. A plain file is read as fast as a processor can, which overruns
/// whoever listens, and what was overrun is silence.
struct Room {
    plays: Arc<AtomicBool>,
    player: JoinHandle<()>,
}

impl Room {
    /// A square wave at a tenth of full scale: 17 decibels down, and as loud as a sine three decibels louder.
    fn new(pipe: String) -> Self {
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let plays = Arc::new(AtomicBool::new(true));
        let goes_on = Arc::clone(&plays);
        let player = thread::spawn(move || {
            // Open for both: neither end waits for the other, and nobody listening yet is no error.
            let mut pipe = File::options().read(true).write(true).open(pipe).unwrap();
            fcntl_setpipe_size(&pipe, PIPE_BYTES).unwrap();
            fcntl_setfl(&pipe, OFlags::NONBLOCK).unwrap();
            let wave: Vec<u8> = (0..SAMPLES_A_PERIOD)
                .flat_map(|at| (if at / 24 % 2 == 0 { 3277_i16 } else { -3277 }).to_le_bytes())
                .collect();
            while goes_on.load(Ordering::Relaxed) {
                match pipe.write(&wave) {
                    Ok(written) => {
                        assert_eq!(written, wave.len(), "so little is written whole or not at all")
                    }
                    Err(full) => assert_eq!(full.kind(), ErrorKind::WouldBlock, "{full}"),
                }
                thread::sleep(PERIOD);
            }
        });
        Self { plays, player }
    }

    fn silence(self) {
        self.plays.store(false, Ordering::Relaxed);
        self.player.join().unwrap();
    }
}

#[test]
fn a_microphone_of_alsa() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).display().to_string();
    let room = Room::new(path("wave"));
    let configuration = format!(
        "pcm.room {{ type file slave.pcm {{ type null }} file /dev/null infile {} format raw }}\n",
        path("wave")
    );
    fs::write(path("asound.conf"), configuration).unwrap();
    let with_alsa = |words: &[&str]| {
        let mut command = capture(words);
        command.env("ALSA_CONFIG_PATH", path("asound.conf"));
        command
    };
    let (is_content, text) = told(&mut with_alsa(&["test", "alsa:room"]));
    assert!(is_content, "{text}");
    assert!((number(&text, " dBFS") + 17.0).abs() < 0.3, "{text}");
    let (is_content, text) = told(&mut with_alsa(&["test", "alsa:elsewhere"]));
    assert!(!is_content && text.contains("not plugged in"), "{text}");
    room.silence();
}

#[test]
fn what_cannot_be_is_told() {
    for (words, tells) in [
        (&["test", "/dev/video-nowhere"][..], "not plugged in"),
        (&["level", "/dev/video0"], "input of another kind"),
        (&["frame", "nonsense", "a.png"], "names no input"),
        (&["help"], "dais-capture list"),
        (&[], "dais-capture list"),
    ] {
        let (is_content, text) = told(&mut capture(words));
        assert!(!is_content && text.contains(tells), "{words:?}: {text}");
    }
}
