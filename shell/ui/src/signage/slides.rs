//! The school's pictures, one after the other: read and made as large as the screen on a thread of their own, one ahead.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Builder;

use slint::{Image, Rgba8Pixel, SharedPixelBuffer};

/// Pictures that are shown: an hour of them.
const PICTURES_MAX: usize = 180;
/// The largest file and the largest picture: what a camera makes.
const FILE_MAX: u64 = 48 << 20;
/// Where sticks appear, and the folder on one whose pictures are meant to be shown.
const MOUNTS: [&str; 2] = ["/media", "/run/media"];
const ON_STICK: &str = "signage";

type Slide = SharedPixelBuffer<Rgba8Pixel>;

/// See the module.
pub(super) struct Slides {
    folder: PathBuf,
    size: (u32, u32),
    /// The next one, while a thread makes it. The thread ends with its other end.
    coming: Option<Receiver<Slide>>,
}

impl Slides {
    /// Of this folder, which may be absent, for a screen of this size.
    pub(super) fn new(folder: PathBuf, size: (u32, u32)) -> Self {
        Self { folder, size, coming: None }
    }

    /// From the first one, with all that are there now.
    pub(super) fn begin(&mut self) {
        let (send, coming) = sync_channel(1);
        let mut paths = pictures(&self.folder);
        for stick in MOUNTS.iter().flat_map(|mounts| sticks(Path::new(mounts))) {
            paths.extend(pictures(&stick));
        }
        paths.truncate(PICTURES_MAX);
        let size = self.size;
        let started = Builder::new().name("slides".into()).spawn(move || run(&paths, size, &send));
        self.coming =
            started.inspect_err(|error| tracing::warn!(%error, "no pictures are shown")).ok().map(|_| coming);
    }

    /// The next one, if it is ready.
    pub(super) fn next(&mut self) -> Option<Image> {
        self.coming.as_ref()?.try_recv().ok().map(Image::from_rgba8)
    }
}

/// One after the other, again and again, until nobody takes them. Those that cannot be read are left out.
fn run(paths: &[PathBuf], size: (u32, u32), send: &SyncSender<Slide>) {
    loop {
        let mut any = false;
        for slide in paths.iter().filter_map(|path| read(path, size)) {
            any = true;
            if send.send(slide).is_err() {
                return;
            }
        }
        if !any {
            return;
        }
    }
}

/// A picture that fills the screen, as large as it needs to be.
fn read(path: &Path, (width, height): (u32, u32)) -> Option<Slide> {
    if fs::metadata(path).ok()?.len() > FILE_MAX {
        return None;
    }
    let mut reader = image::ImageReader::open(path).ok()?.with_guessed_format().ok()?;
    reader.limits(image::Limits::default());
    let whole = reader.decode().ok()?;
    let fitted = whole.resize_to_fill(width, height, image::imageops::FilterType::Triangle).to_rgba8();
    Some(Slide::clone_from_slice(fitted.as_raw(), fitted.width(), fitted.height()))
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

/// The pictures in a folder, by their names.
fn pictures(folder: &Path) -> Vec<PathBuf> {
    let is_picture = |path: &PathBuf| {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        ending.is_some_and(|ending| matches!(ending.as_str(), "png" | "jpg" | "jpeg" | "webp"))
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_picture).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn pictures_come_in_order_fill_the_screen_and_begin_anew() {
        let folder = tempfile::tempdir().unwrap();
        let paint = |name: &str, size: (u32, u32), grey: u8| {
            let picture = image::GrayImage::from_pixel(size.0, size.1, image::Luma([grey]));
            picture.save(folder.path().join(name)).unwrap();
        };
        paint("2.png", (300, 100), 200);
        paint("1.PNG", (90, 400), 50);
        fs::write(folder.path().join("3.jpg"), "no picture").unwrap();
        fs::write(folder.path().join("readme.txt"), "no picture either").unwrap();
        let mut slides = Slides::new(folder.path().to_owned(), (64, 36));
        slides.begin();
        let seen: Vec<(u32, u32, u8)> = (0..4)
            .map(|_| {
                let slide = slides.coming.as_ref().unwrap().recv_timeout(Duration::from_secs(20)).unwrap();
                (slide.width(), slide.height(), slide.as_slice()[100].r)
            })
            .collect();
        assert_eq!(seen, [(64, 36, 50), (64, 36, 200), (64, 36, 50), (64, 36, 200)]);
    }

    #[test]
    fn without_pictures_there_are_none_and_a_sticks_own_folder_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let mut slides = Slides::new(folder.path().join("absent"), (64, 36));
        slides.begin();
        assert!(slides.coming.as_ref().unwrap().recv_timeout(Duration::from_secs(20)).is_err());
        assert!(slides.next().is_none());
        for path in ["STICK/signage", "teacher/BLUE/signage", "OTHER/photos"] {
            fs::create_dir_all(folder.path().join(path)).unwrap();
        }
        let mut found = sticks(folder.path());
        found.sort();
        assert_eq!(found, ["STICK/signage", "teacher/BLUE/signage"].map(|path| folder.path().join(path)));
    }
}
