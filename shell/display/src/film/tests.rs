//! Real files through real GStreamer, without a display: every word of the players is taken here.

use super::*;
use crate::inbox::{INPUT_LIMIT, Input};
use crate::test_film::{RATE, made, shelve, webm};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// No wait is meant to end by this; it is how long a loaded machine may take.
const PATIENCE: Duration = Duration::from_secs(30);
const RED: u32 = 0xff_0000;
const BLUE: u32 = 0x00_00ff;
const SMALL: (u32, u32) = (160, 90);

struct Bench {
    folder: TempDir,
    films: Films,
    inputs: Receiver<Input>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (to, inputs) = sync_channel(INPUT_LIMIT);
        let mut films = Films::new(folder.path(), Outbox::new(to));
        films.set_seen(true);
        Self { folder, films, inputs }
    }

    fn shelve(&self, bytes: &[u8]) -> MediaId {
        shelve(self.folder.path(), bytes)
    }

    fn show(&mut self, file: MediaId, size: (u32, u32)) {
        self.films.cue(Cue::Shown { file, live: false, size });
    }

    fn hear(&self, until: Instant, what: &str) -> Word {
        match self.inputs.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(Input::Film(word)) => word,
            Ok(_) => panic!("a player says what is not its own"),
            Err(_) => panic!("never heard: {what}"),
        }
    }

    fn until(&mut self, what: &str, mut is_so: impl FnMut(&Films) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !is_so(&self.films) {
            let word = self.hear(until, what);
            self.films.take(word);
        }
    }

    /// The next frame of a video that looks so.
    fn frame(&mut self, file: MediaId, what: &str, is_it: impl Fn(&Bitmap) -> bool) -> Bitmap {
        let mut found = None;
        self.films.frames.clear();
        self.until(what, |films| {
            let frames = films.frames.iter().filter(|(of, _)| *of == file);
            found = frames.filter_map(|(_, frame)| frame.clone()).find(|frame| is_it(frame));
            found.is_some()
        });
        found.unwrap()
    }

    fn trouble(&mut self, file: MediaId) -> FilmTrouble {
        let mut found = None;
        self.until("a trouble", |films| {
            found = films.events.iter().find_map(|event| match event {
                FromDisplay::FilmTrouble { file: of, trouble } if *of == file => Some(*trouble),
                _ => None,
            });
            found.is_some()
        });
        self.films.events.clear();
        found.unwrap()
    }

    fn until_ended(&mut self, file: MediaId) {
        self.until("the end", |films| {
            films
                .events
                .iter()
                .any(|event| matches!(event, FromDisplay::Film { file: of, ended: true, .. } if *of == file))
        });
        self.films.events.clear();
    }
}

/// Whether a frame is of one colour, as exact as VP8 keeps it.
fn is(frame: &Bitmap, colour: u32) -> bool {
    let near = |a: u32, b: u32| [16, 8, 0].iter().all(|by| (a >> by & 255).abs_diff(b >> by & 255) < 40);
    frame.pixels.iter().all(|pixel| pixel >> 24 == 255 && near(*pixel, colour))
}

/// A Matroska file of one JPEG.
fn mjpeg(width: u32, height: u32) -> Vec<u8> {
    made(&format!(
        "videotestsrc num-buffers=1 ! video/x-raw,width={width},height={height},framerate=1/1 \
         ! jpegenc ! matroskamux ! filesink name=to"
    ))
}

#[test]
fn a_hidden_video_ends_its_thread_and_no_frame_comes_after() {
    let mut bench = Bench::new();
    let file = bench.shelve(&webm(SMALL, &[RED], 10 * RATE, false));
    bench.show(file, SMALL);
    assert!(is(&bench.frame(file, "a frame", |_| true), RED));
    bench.films.frames.clear();
    bench.films.cue(Cue::Hidden { file });
    assert_eq!(bench.films.frames, [(file, None)], "its place is empty at once");
    bench.until("the thread has gone", |films| films.leaving.is_empty());
    assert_eq!(bench.films.frames, [(file, None)], "what was on its way is not shown");
    assert!(bench.inputs.try_recv().is_err(), "a player that is gone speaks");
    bench.films.end();
    assert!(bench.inputs.recv().is_err(), "somebody still holds the queue");
}

#[test]
fn one_frame_waits_at_most_and_the_newest_is_next() {
    let mut bench = Bench::new();
    let file = bench.shelve(&webm(SMALL, &[RED, BLUE], RATE / 2, false));
    bench.show(file, SMALL);
    // Nobody takes a frame until the video is over.
    let until = Instant::now() + PATIENCE;
    let mut words = Vec::new();
    while !words.iter().any(|word: &Word| matches!(word.told, Told::Ended)) {
        words.push(bench.hear(until, "the end"));
    }
    let frames = words.iter().filter(|word| matches!(word.told, Told::Frame { .. })).count();
    assert_eq!(frames, 1);
    words.into_iter().for_each(|word| bench.films.take(word));
    assert!(is(&bench.films.frames[0].1.clone().unwrap(), RED), "the first frame");
    bench.films.frames.clear();
    let next = bench.frame(file, "the frame after", |_| true);
    assert!(is(&next, BLUE), "an old frame was kept");
}

#[test]
fn frames_are_as_large_as_shown_and_never_larger_than_the_file() {
    let mut bench = Bench::new();
    let file = bench.shelve(&webm((320, 180), &[RED], 2, false));
    bench.films.command(file, FilmCommand::Pause);
    bench.show(file, (3_840, 2_160));
    let frame = bench.frame(file, "a frame", |_| true);
    assert_eq!((frame.width, frame.height), (320, 180));
    // Standing still, it is shown in its new size.
    bench.show(file, (160, 90));
    bench.frame(file, "a smaller frame", |frame| (frame.width, frame.height) == (160, 90));
    bench.show(file, (1, 1));
    bench.frame(file, "a dot", |frame| frame.width <= 2 && frame.height <= 2);
}

#[test]
fn it_plays_stands_still_winds_ends_and_begins_anew() {
    let mut bench = Bench::new();
    let file = bench.shelve(&webm(SMALL, &[RED, BLUE], RATE, true));
    bench.films.command(file, FilmCommand::Pause);
    bench.show(file, SMALL);
    assert!(is(&bench.frame(file, "the first frame", |_| true), RED));
    bench.until("its length", |films| {
        films.events.iter().any(|event| {
            matches!(event, FromDisplay::Film { plays: false, length_ms: Some(1_900..=2_100), .. })
        })
    });
    bench.films.command(file, FilmCommand::Seek { to_ms: 1_500 });
    bench.frame(file, "blue", |frame| is(frame, BLUE));
    bench.films.command(file, FilmCommand::Seek { to_ms: 500 });
    bench.frame(file, "red", |frame| is(frame, RED));
    bench.films.cue(Cue::Tapped { file });
    bench.frame(file, "blue by itself", |frame| is(frame, BLUE));
    bench.until_ended(file);
    bench.films.cue(Cue::Tapped { file });
    bench.frame(file, "red again", |frame| is(frame, RED));
    bench.until_ended(file);
}

#[test]
fn a_video_goes_on_where_it_was_when_its_page_comes_back() {
    let mut bench = Bench::new();
    let file = bench.shelve(&webm(SMALL, &[RED, BLUE], RATE, false));
    bench.films.command(file, FilmCommand::Pause);
    bench.show(file, SMALL);
    bench.films.command(file, FilmCommand::Seek { to_ms: 1_500 });
    bench.frame(file, "blue", |frame| is(frame, BLUE));
    bench.films.cue(Cue::Hidden { file });
    bench.until("the thread has gone", |films| films.leaving.is_empty());
    bench.show(file, SMALL);
    bench.frame(file, "blue again", |frame| is(frame, BLUE));
    let at_us = bench.films.shown[&file].at_us;
    assert!((1_400_000..1_600_000).contains(&at_us), "it stood still at {at_us}");
}

#[test]
fn what_is_no_video_is_said_and_not_tried_for_ever() {
    let mut bench = Bench::new();
    let noise: Vec<u8> = (0..100_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let file = bench.shelve(&noise);
    for _ in 0..MOST_FAILURES {
        bench.show(file, SMALL);
        assert_eq!(bench.trouble(file), FilmTrouble::NotVideo);
        bench.films.cue(Cue::Hidden { file });
        bench.until("the thread has gone", |films| films.leaving.is_empty());
    }
    let runs = bench.films.runs;
    bench.show(file, SMALL);
    assert_eq!((bench.films.runs, bench.films.events.len()), (runs, 0), "tried again by itself");
    bench.films.cue(Cue::Tapped { file });
    assert_eq!(bench.trouble(file), FilmTrouble::NotVideo, "a tap tries it always");

    let gone = MediaId([7; 32]);
    bench.show(gone, SMALL);
    assert_eq!(bench.trouble(gone), FilmTrouble::Gone);
    let huge = bench.shelve(&mjpeg(8_192, 4_608));
    bench.show(huge, SMALL);
    assert_eq!(bench.trouble(huge), FilmTrouble::TooLarge);
    assert!(bench.films.frames.iter().all(|(_, frame)| frame.is_none()));
}

#[test]
fn a_damaged_video_ends_in_a_trouble() {
    let mut bench = Bench::new();
    let mut bytes = webm(SMALL, &[RED, BLUE], RATE, false);
    // The header is whole; from the first cluster of frames on nothing is.
    let cluster = bytes.windows(4).position(|at| at == [0x1f, 0x43, 0xb6, 0x75]).unwrap();
    bytes[cluster..].iter_mut().enumerate().for_each(|(at, byte)| *byte = ((at * 167) >> 3) as u8);
    let file = bench.shelve(&bytes);
    bench.show(file, SMALL);
    let trouble = bench.trouble(file);
    assert!(matches!(trouble, FilmTrouble::Damaged | FilmTrouble::NotVideo), "{trouble:?}");
}

#[test]
fn a_list_of_addresses_is_no_video_and_nothing_is_fetched() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    let at = server.local_addr().unwrap();
    let list = format!(
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://{at}/a.ts\n#EXT-X-ENDLIST\n"
    );
    let mut bench = Bench::new();
    let file = bench.shelve(list.as_bytes());
    bench.show(file, SMALL);
    assert_eq!(bench.trouble(file), FilmTrouble::NotVideo);
    assert_eq!(server.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn the_fifth_video_waits_until_another_is_gone() {
    let mut bench = Bench::new();
    let colours = [RED, BLUE, 0x00_ff00, 0xff_ffff, 0x20_2020];
    let files = colours.map(|colour| bench.shelve(&webm(SMALL, &[colour], 5 * RATE, false)));
    for file in files {
        bench.show(file, SMALL);
    }
    assert_eq!(bench.trouble(files[4]), FilmTrouble::TooMany);
    bench.frame(files[3], "the fourth", |_| true);
    assert!(bench.films.shown[&files[4]].player.is_none());
    bench.films.cue(Cue::Hidden { file: files[0] });
    bench.frame(files[4], "the fifth", |frame| is(frame, colours[4]));
}

#[test]
fn nothing_plays_to_a_covered_board() {
    let mut bench = Bench::new();
    let file = bench.shelve(&webm(SMALL, &[RED, BLUE], RATE / 2, false));
    bench.films.set_seen(false);
    bench.show(file, SMALL);
    assert!(is(&bench.frame(file, "the first frame", |_| true), RED));
    bench.until("open", |films| !films.events.is_empty());
    assert_eq!(bench.films.shown[&file].at_us, 0);
    bench.films.set_seen(true);
    bench.until_ended(file);
}
