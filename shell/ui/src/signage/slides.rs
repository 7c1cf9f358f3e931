//! The school's pictures, one after the other: read and made as large as the screen on a thread of their own, one ahead.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::Builder;
use std::time::{Duration, Instant};

use slint::Image;

use super::picture::{Slide, read};

/// Pictures that are shown: an hour of them.
const PICTURES_MAX: usize = 180;
/// Where sticks appear, and the folder on one whose pictures are meant to be shown.
const MOUNTS: [&str; 2] = ["/media", "/run/media"];
const ON_STICK: &str = "signage";
/// Where there were none it is looked for them again after this.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// What comes next.
#[derive(Debug)]
pub(super) enum Next {
    /// It is not ready, or there is none.
    Nothing,
    /// Nothing but the wall for a while: one picture alone would burn in.
    Wall,
    /// This.
    Picture(Image),
}

/// See the module.
pub(super) struct Slides {
    folder: PathBuf,
    size: (u32, u32),
    /// The next one, while a thread makes it. The thread ends with its other end.
    coming: Option<Receiver<Option<Slide>>>,
    looked: Option<Instant>,
}

impl Slides {
    /// Of this folder, which may be absent, for a screen of this size.
    pub(super) fn new(folder: PathBuf, size: (u32, u32)) -> Self {
        Self { folder, size, coming: None, looked: None }
    }

    /// From the first one.
    fn begin(&mut self, now: Instant) {
        // The thread waits with a picture in its hands: that one is ahead, and no other in the channel.
        let (send, coming) = sync_channel(0);
        let (folder, size) = (self.folder.clone(), self.size);
        let started = Builder::new().name("slides".into()).spawn(move || run(&folder, size, &send));
        self.coming =
            started.inspect_err(|error| tracing::warn!(%error, "no pictures are shown")).ok().map(|_| coming);
        self.looked = Some(now);
    }

    /// Nobody looks any more: what was ahead is forgotten.
    pub(super) fn end(&mut self) {
        (self.coming, self.looked) = (None, None);
    }

    /// The next one, if it is ready.
    pub(super) fn next(&mut self, now: Instant) -> Next {
        match self.coming.as_ref().map(Receiver::try_recv) {
            Some(Ok(Some(slide))) => return Next::Picture(Image::from_rgb8(slide)),
            Some(Ok(None)) => return Next::Wall,
            Some(Err(TryRecvError::Empty)) => return Next::Nothing,
            Some(Err(TryRecvError::Disconnected)) => self.coming = None,
            None => {}
        }
        if self.looked.is_none_or(|looked| now.saturating_duration_since(looked) >= LOOK_AGAIN) {
            self.begin(now);
        }
        Next::Nothing
    }
}

/// One after the other, again and again with whatever was added, until nobody takes them or there are none. Those that
/// cannot be shown are left out, and told of once.
fn run(folder: &Path, size: (u32, u32), send: &SyncSender<Option<Slide>>) {
    let mut told = BTreeSet::new();
    loop {
        let mut shown = 0_usize;
        let paths = all(folder);
        for (at, path) in paths.iter().enumerate() {
            match read(path, size) {
                Ok(slide) => {
                    shown += 1;
                    if send.send(Some(slide)).is_err() {
                        return;
                    }
                }
                // By its place and not by its name, which may be a person's.
                Err(error) if told.insert(path.clone()) => tracing::warn!(
                    number = at + 1,
                    of = paths.len(),
                    %error,
                    "a picture of those for the idle screen, in the order of their names, is left out"
                ),
                Err(_) => {}
            }
        }
        if shown == 0 || (shown == 1 && send.send(None).is_err()) {
            return;
        }
    }
}

/// The folder's pictures, then those on sticks.
fn all(folder: &Path) -> Vec<PathBuf> {
    let mut paths = pictures(folder);
    for stick in MOUNTS.iter().flat_map(|mounts| sticks(Path::new(mounts))) {
        paths.extend(pictures(&stick));
    }
    paths.truncate(PICTURES_MAX);
    paths
}

/// Folders of that name, on a stick or one deeper below somebody's name.
fn sticks(mounts: &Path) -> Vec<PathBuf> {
    let below = |path: &Path| -> Vec<PathBuf> {
        fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    };
    let first = below(mounts);
    let second = first.iter().flat_map(|path| below(path)).collect::<Vec<_>>();
    first.iter().chain(&second).map(|path| path.join(ON_STICK)).filter(|path| path.is_dir()).collect()
}

/// The pictures in a folder, by their names. A pipe that is called like one would be waited for for ever.
fn pictures(folder: &Path) -> Vec<PathBuf> {
    let is_picture = |path: &PathBuf| {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        ending.is_some_and(|ending| matches!(ending.as_str(), "png" | "jpg" | "jpeg" | "webp"))
            && path.is_file()
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_picture).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Longer than any reading takes; a test that hangs ends by it.
    const PATIENCE: Duration = Duration::from_secs(20);

    fn paint(folder: &Path, name: &str, size: (u32, u32), grey: u8) {
        let picture = image::GrayImage::from_pixel(size.0, size.1, image::Luma([grey]));
        picture.save(folder.join(name)).unwrap();
    }

    fn seen(slides: &Slides, count: usize) -> Vec<Option<(u32, u32, u8)>> {
        let next = || slides.coming.as_ref().unwrap().recv_timeout(PATIENCE).unwrap();
        let shown = |slide: Slide| (slide.width(), slide.height(), slide.as_slice()[64 * 18 + 32].r);
        (0..count).map(|_| next().map(shown)).collect()
    }

    #[test]
    fn pictures_come_in_order_as_large_as_the_screen_and_begin_anew() {
        let folder = tempfile::tempdir().unwrap();
        paint(folder.path(), "2.png", (300, 100), 200);
        paint(folder.path(), "1.PNG", (90, 400), 50);
        fs::write(folder.path().join("3.jpg"), "no picture").unwrap();
        fs::write(folder.path().join("readme.txt"), "no picture either").unwrap();
        fs::create_dir(folder.path().join("4.png")).unwrap();
        let mut slides = Slides::new(folder.path().to_owned(), (64, 36));
        slides.begin(Instant::now());
        assert_eq!(seen(&slides, 2), [Some((64, 36, 50)), Some((64, 36, 200))]);
        assert_eq!(seen(&slides, 2), [Some((64, 36, 50)), Some((64, 36, 200))]);
    }

    #[test]
    fn one_picture_alone_makes_room_for_the_wall() {
        let folder = tempfile::tempdir().unwrap();
        paint(folder.path(), "1.png", (64, 36), 120);
        let mut slides = Slides::new(folder.path().to_owned(), (64, 36));
        slides.begin(Instant::now());
        assert_eq!(seen(&slides, 3), [Some((64, 36, 120)), None, Some((64, 36, 120))]);
    }

    #[test]
    fn where_there_are_none_it_is_looked_again_after_a_while() {
        let folder = tempfile::tempdir().unwrap();
        let mut slides = Slides::new(folder.path().join("absent"), (64, 36));
        let now = Instant::now();
        assert!(matches!(slides.next(now), Next::Nothing));
        assert!(slides.coming.as_ref().unwrap().recv_timeout(PATIENCE).is_err());
        assert!(matches!(slides.next(now), Next::Nothing) && slides.coming.is_none());
        fs::create_dir(folder.path().join("absent")).unwrap();
        paint(&folder.path().join("absent"), "1.png", (64, 36), 9);
        assert!(matches!(slides.next(now + LOOK_AGAIN), Next::Nothing));
        assert_eq!(seen(&slides, 1), [Some((64, 36, 9))]);
        slides.end();
        assert!(slides.coming.is_none());
    }

    #[test]
    fn a_sticks_own_folder_is_found() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["STICK/signage", "teacher/BLUE/signage", "OTHER/photos"] {
            fs::create_dir_all(folder.path().join(path)).unwrap();
        }
        let mut found = sticks(folder.path());
        found.sort();
        assert_eq!(found, ["STICK/signage", "teacher/BLUE/signage"].map(|path| folder.path().join(path)));
    }
}
