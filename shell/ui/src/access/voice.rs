//! The voice: espeak-ng as a child under limits, through the shell's player. The newest words win; whatever was being
//! said ends within a blink.
//!
//! Chinese is said by the voice `cmn-latn-pinyin`, which reads characters too: `cmn` itself, as Debian 12 has it, spells
//! the pinyin of its own dictionary in English.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::polyphones;
use crate::sound::{Played, play_while};

/// Words that wait; each drops those before it, so that more than a few come only from a broken screen.
const QUEUE_MAX: usize = 16;
/// Characters of one saying: half a minute of talk.
const TEXT_MAX: usize = 400;
/// Runs of one language in one saying; what follows is left out.
const RUNS_MAX: usize = 12;
/// Bytes of sound for one run: two minutes.
const SOUND_MAX: u64 = 120 * 22_050 * 2;
/// Bytes before the first sample of what espeak-ng writes.
const HEADER: usize = 44;
/// What the voice may use: seconds by the clock, seconds of the processor, bytes of memory; far above what two minutes
/// of talk need.
const LIMITS: [&str; 6] = ["--signal=KILL", "10", "prlimit", "--cpu=5", "--as=536870912", "espeak-ng"];
/// Words a minute; a calm pace, as there is no text to read along.
const PACE: &str = "165";
/// Samples a second where the voice does not say.
const RATE: u32 = 22_050;

/// Something to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Utterance {
    /// What.
    pub text: String,
    /// In 中文; English otherwise.
    pub chinese: bool,
}

/// Why nothing was said.
#[derive(Debug, thiserror::Error)]
enum VoiceError {
    #[error("the voice cannot be started; install espeak-ng: {0}")]
    Missing(std::io::Error),
    #[error("the voice broke off: {0}")]
    Broken(#[from] std::io::Error),
    #[error("the voice said nothing; install espeak-ng-data")]
    Silent,
}

/// Says one thing at a time.
#[derive(Debug)]
pub struct Voice {
    queue: Option<SyncSender<Option<Utterance>>>,
}

impl Voice {
    /// Starts its thread.
    pub fn start() -> Self {
        let (queue, words) = sync_channel(QUEUE_MAX);
        let thread = std::thread::Builder::new().name("voice".to_owned()).spawn(move || serve(&words));
        let queue =
            thread.inspect_err(|error| tracing::warn!(%error, "nothing will be said")).ok().map(|_| queue);
        Self { queue }
    }

    /// Says this instead of what is being said.
    pub fn say(&self, words: Utterance) {
        self.send(Some(words));
    }

    /// Says no more.
    pub fn hush(&self) {
        self.send(None);
    }

    fn send(&self, words: Option<Utterance>) {
        if self.queue.as_ref().is_some_and(|queue| queue.try_send(words).is_err()) {
            tracing::debug!("words are left out: the voice is far behind");
        }
    }
}

fn serve(words: &Receiver<Option<Utterance>>) {
    let mut complained = false;
    let mut next = None;
    loop {
        let Some(first) = next.take().or_else(|| words.recv().ok()) else { return };
        let newest = words.try_iter().last().unwrap_or(first);
        let Some(utterance) = newest else { continue };
        let outcome = sound(&utterance).map(|(samples, rate)| {
            play_while(&samples, rate, || {
                next = words.try_recv().ok();
                next.is_none()
            })
        });
        match outcome {
            Ok(Ok(Played::Whole | Played::Ended)) => complained = false,
            Ok(Err(error)) if !complained => {
                complained = true;
                tracing::warn!(%error, "what is said cannot be played");
            }
            Err(error) if !complained => {
                complained = true;
                tracing::warn!(%error, "nothing can be said");
            }
            Ok(Err(_)) | Err(_) => {}
        }
    }
}

/// All runs one after the other, each in its own language.
fn sound(utterance: &Utterance) -> Result<(Vec<i16>, u32), VoiceError> {
    let mut samples = Vec::new();
    let mut rate = RATE;
    for (text, chinese) in runs(&utterance.text, utterance.chinese) {
        let (more, its) = run(&text, chinese)?;
        samples.extend(more);
        rate = its;
    }
    if samples.is_empty() { Err(VoiceError::Silent) } else { Ok((samples, rate)) }
}

/// Cuts a text where its script changes. Digits and signs belong to the language of the screen.
fn runs(text: &str, chinese: bool) -> Vec<(String, bool)> {
    let mut runs: Vec<(String, bool)> = Vec::new();
    for c in text.chars().take(TEXT_MAX) {
        let its = match c {
            'a'..='z' | 'A'..='Z' => Some(false),
            '\u{2e80}'..='\u{9fff}' => Some(true),
            _ => None,
        };
        match (runs.last_mut(), its) {
            (Some((run, language)), its) if its.is_none_or(|its| its == *language) => run.push(c),
            (_, its) => runs.push((c.to_string(), its.unwrap_or(chinese))),
        }
    }
    runs.retain(|(run, _)| run.chars().any(char::is_alphanumeric));
    runs.truncate(RUNS_MAX);
    runs
}

/// One run, as the program says it.
fn run(text: &str, chinese: bool) -> Result<(Vec<i16>, u32), VoiceError> {
    let voice = if chinese { "cmn-latn-pinyin" } else { "en-gb" };
    // What is said may be a name: it goes in by the pipe, not on a command line that others can read.
    let mut child = Command::new("timeout")
        .args(LIMITS)
        .args(["-v", voice, "-s", PACE, "--stdin", "--stdout"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(VoiceError::Missing)?;
    let text = if chinese { polyphones::spelt(text) } else { text.to_owned() };
    let said = talk(&mut child, &text);
    // It has written all that is wanted; what it would write besides, nobody reads.
    child.wait()?;
    let said = said?;
    let samples = said.get(HEADER..).filter(|samples| !samples.is_empty()).ok_or(VoiceError::Silent)?;
    let rate = said.get(24..28).and_then(|rate| rate.try_into().ok()).map_or(RATE, u32::from_le_bytes);
    Ok((samples.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect(), rate))
}

fn talk(child: &mut Child, text: &str) -> std::io::Result<Vec<u8>> {
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.as_bytes())?;
    }
    let mut said = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(SOUND_MAX).read_to_end(&mut said)?;
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    //! The real program, without a loudspeaker.
    use super::*;

    #[test]
    fn each_language_is_said_by_its_own_voice() {
        let run = |text: &str, chinese| (text.to_owned(), chinese);
        assert_eq!(
            runs("打开 Wi-Fi 设置", true),
            [run("打开 ", true), run("Wi-Fi ", false), run("设置", true)]
        );
        assert_eq!(runs("3 dishes, ok", true), [run("3 ", true), run("dishes, ok", false)]);
        assert_eq!(runs("English", true), [run("English", false)]);
        assert!(runs("—…", false).is_empty());
        assert!(runs(&"一a".repeat(100), true).len() == RUNS_MAX);
    }

    #[test]
    fn both_voices_are_heard() {
        for (text, chinese) in [("eighteen yuan", false), ("十八元", true)] {
            let (samples, rate) = sound(&Utterance { text: text.to_owned(), chinese }).unwrap();
            assert_eq!(rate, 22_050);
            let loud = samples.iter().filter(|sample| sample.unsigned_abs() > 1000).count();
            assert!(loud > 2000, "{text}: {loud} of {}", samples.len());
        }
        assert!(sound(&Utterance { text: "…".to_owned(), chinese: true }).is_err());
    }

    #[test]
    fn chinese_is_not_spelt_in_english() {
        // As the program's phonemes tell: 红 is one syllable, not "hong two".
        let said =
            Command::new("espeak-ng").args(["-v", "cmn-latn-pinyin", "-q", "-x", "红"]).output().unwrap();
        let said = String::from_utf8(said.stdout).unwrap();
        assert!(!said.contains("(en)") && said.contains("ong35"), "{said}");
    }
}
