//! A scripted lesson, with the fingers of a teacher and a pupil: they write, something is read, a figure is drawn, a
//! worksheet is brought in, the board is divided, points are counted, everything is taken away, and the class ends.
//! Each step is over when a person would see that it is, and leaves a picture.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use api::inference::InferenceProxy;
use api::shell::Element;
use tokio::process::Command;

use crate::album::Album;
use crate::fingers::Contact;
use crate::look::{self, LEFT, Part, RIGHT};
use crate::screen::Picture;
use crate::{Suite, worksheet, writing};

/// The file in the inbox.
const WORKSHEET: &str = "worksheet.pdf";
/// What is written by hand on the left, and read.
const WRITTEN: &str = "HELLO";
/// Least ink of a written word on a board of 1920x1080.
const WORD_PX: usize = 500;
/// Where the figure is drawn: below the words on the right.
const FIGURE: Part = Part { left: 0.55, top: 0.5, right: 0.83, bottom: 0.86 };
/// How round the figure is before and after it is made one: a line is 5 of 130 pixels wide.
const ROUGH_MOST: f64 = 0.90;
const ROUND_LEAST: f64 = 0.94;

impl Suite {
    /// The lesson. Returns the pictures it left in `pictures`.
    ///
    /// # Errors
    /// Where a step did not show what it must; the last picture shows what did.
    pub async fn lesson(&mut self, pictures: &Path) -> Result<Vec<PathBuf>> {
        let mut album = Album::open(self, pictures).await?;
        let taught = self.teach(&mut album).await;
        album.close(taught).await
    }

    async fn teach(&mut self, album: &mut Album) -> Result<()> {
        let inbox = self.parts.state.join("inbox").join(WORKSHEET);
        std::fs::write(&inbox, worksheet::pdf()).with_context(|| format!("{}", inbox.display()))?;
        album.screen.shell().show("home").await?;
        self.until_ready().await?;
        self.two_write(album).await?;
        self.a_figure_snaps(album).await?;
        self.handwriting_is_read(album).await?;
        self.a_worksheet_is_brought_in(album).await?;
        self.the_board_is_divided(album).await?;
        self.points_are_counted(album).await?;
        let address = self.the_board_is_taken_away(album).await?;
        self.the_class_ends(album, &address).await
    }

    /// What the recognition service reads in a part of a picture, its lines one after another.
    ///
    /// # Errors
    /// When recognition is not there or refuses.
    pub async fn read(&self, picture: &Picture, part: Part) -> Result<String> {
        let grey = image::DynamicImage::from(look::crop(picture, part)).into_luma8();
        let (width, height) = grey.dimensions();
        let fd = api::sealed::seal(grey.as_raw())?;
        let service = InferenceProxy::new(&self.connection).await?;
        let lines = service.recognize_text(zbus::Fd::from(&fd), width, height, width, 0).await?;
        Ok(lines.into_iter().map(|line| line.text).collect::<Vec<_>>().join(" "))
    }

    /// So many shares of the screen in its pixels.
    fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (x * f64::from(self.parts.size.0), y * f64::from(self.parts.size.1))
    }

    async fn two_write(&mut self, album: &mut Album) -> Result<()> {
        self.touch("board").await?;
        self.choose("pen-1").await?;
        self.choose("pen-2").await?;
        let ((x, y), (other, _)) = (self.at(0.18, 0.3), self.at(0.60, 0.3));
        let size = self.at(0.0, 0.125).1;
        let (left, right) =
            (writing::strokes(WRITTEN, x, y, size), writing::strokes("中文", other, y, size * 1.2));
        self.write_together(&left, &right).await?;
        let both = |now: &Picture| look::ink(now, LEFT) > WORD_PX && look::ink(now, RIGHT) > WORD_PX;
        album.screen.until_picture("two people wrote and not both are seen", both).await?;
        album.screen.find("undo-1").await?;
        album.screen.find("undo-2").await?;
        let picture = album.screen.still().await?;
        for (person, part) in [(1, LEFT), (2, RIGHT)] {
            let chosen = |e: &&Element| {
                e.chosen && e.name.starts_with("colour-") && e.name.ends_with(&format!("-{person}"))
            };
            let swatch = album
                .screen
                .until("no colour is chosen", async |all| all.iter().find(chosen).cloned())
                .await?;
            let (x, y) = crate::screen::middle(&swatch);
            let wanted = picture.get_pixel(u32::try_from(x)?, u32::try_from(y)?).0;
            let drawn = look::ink_colour(&picture, part);
            ensure!(
                drawn == Some([wanted[0], wanted[1], wanted[2]]),
                "{person} writes {drawn:?}, not {:?}",
                swatch.label
            );
        }
        album.keep("1-two-write").await
    }

    /// A dented ring, held at its end, becomes an ellipse while the finger is still down.
    async fn a_figure_snaps(&mut self, album: &mut Album) -> Result<()> {
        let ((x, y), size) = (self.at(0.69, 0.68), self.at(0.0, 0.125).1);
        let point = |step: i32| {
            let angle = std::f64::consts::TAU * f64::from(step) / 72.0;
            let radius = size * (1.0 - 0.1 * (1.5 * angle).sin().powi(2));
            (x + radius * angle.cos(), y + radius * angle.sin())
        };
        self.fingers.play_and_stay(&[Contact::finger((0..=72).map(point))]).await?;
        let rough =
            album.screen.until_picture("no ring is seen", |now| look::ink(now, FIGURE) > WORD_PX).await?;
        let dented = look::roundness(&rough, FIGURE);
        ensure!(dented < ROUGH_MOST, "the ring was round before it was held: {dented}");
        let round = |now: &Picture| look::roundness(now, FIGURE) > ROUND_LEAST;
        album.screen.until_picture("the ring that is held does not become a figure", round).await?;
        self.fingers.lift(1)?;
        album.keep("2-figure").await
    }

    async fn handwriting_is_read(&mut self, album: &mut Album) -> Result<()> {
        self.choose("lasso-1").await?;
        let ((x, y), size) = (self.at(0.18, 0.3), self.at(0.0, 0.125).1);
        let around = writing::circle(x - size * 0.4, y - size * 0.45, size * 4.7, size * 1.9);
        self.fingers.play(&[around]).await?;
        album.screen.find("to-text-1").await?;
        album.keep("3-circled").await?;
        self.touch("to-text-1").await?;
        self.until_gone(album, "cancel-1", "the text did not land").await?;
        self.touch("close-choices-1").await?;
        self.until_gone(album, "close-choices-1", "the choices stay").await?;
        let printed = album.screen.still().await?;
        let read = self.read(&printed, LEFT).await?;
        ensure!(read == WRITTEN, "{WRITTEN} was written, and {read:?} stands on the board");
        album.keep("4-read").await
    }

    async fn a_worksheet_is_brought_in(&mut self, album: &mut Album) -> Result<()> {
        self.touch("insert").await?;
        let file = async |all: &[Element]| {
            let is_it = |e: &&Element| e.name.starts_with("file-") && e.label.starts_with(WORKSHEET);
            all.iter().find(is_it).map(|e| e.name.clone())
        };
        let name = album.screen.until("the worksheet is not in the inbox", file).await?;
        self.touch(&name).await?;
        self.until_label(album, "page", "Page 2 of 3").await?;
        let there =
            |now: &Picture| look::ink(now, Part { left: 0.2, top: 0.0, right: 0.8, bottom: 0.8 }) > WORD_PX;
        album.screen.until_picture("the worksheet is not seen", there).await?;
        album.keep("5-worksheet").await
    }

    async fn the_board_is_divided(&mut self, album: &mut Album) -> Result<()> {
        self.touch("previous-page").await?;
        self.until_label(album, "page", "Page 1 of 3").await?;
        self.touch("view").await?;
        self.choose("split-2").await?;
        self.touch("close-view").await?;
        self.until_gone(album, "close-view", "the panel stays").await?;
        album.keep("6-divided").await
    }

    async fn points_are_counted(&mut self, album: &mut Album) -> Result<()> {
        self.touch("classroom").await?;
        self.touch("tool-scores").await?;
        for (team, points) in [(0, 3), (1, 2)] {
            for _ in 0..points {
                self.touch(&format!("more-{team}")).await?;
            }
        }
        self.until_label(album, "points-0", "Red team: 3").await?;
        self.until_label(album, "points-1", "Blue team: 2").await?;
        album.keep("7-scores").await?;
        self.touch("close-scores").await
    }

    /// Answers with the address that it was taken from.
    async fn the_board_is_taken_away(&mut self, album: &mut Album) -> Result<String> {
        self.touch("classroom").await?;
        self.touch("tool-handout").await?;
        self.touch("handout-board").await?;
        let shown = async |all: &[Element]| {
            let label = |name: &str| all.iter().find(|e| e.name == name).map(|e| e.label.clone());
            label("handout-code").and(label("handout-address"))
        };
        let told = album.screen.until("no code to take the board away", shown).await?;
        album.keep("8-take-away").await?;
        let address = scanned(&album.screen.still().await?).await?;
        ensure!(
            address.ends_with(told.trim_start_matches("http://")),
            "the code says {address}, the words {told}"
        );
        let file = reqwest::Client::builder().no_proxy().build()?.get(&address).send().await?;
        let file = file.error_for_status()?.bytes().await?;
        let text = text_of(&file).await?;
        let pages: Vec<&str> = text.trim_end_matches('\x0c').split('\x0c').collect();
        ensure!(pages.len() == 3, "{} pages were taken away", pages.len());
        ensure!(pages[0].contains(WRITTEN), "what was read is not on the first page: {:?}", pages[0]);
        ensure!(pages[1].contains(worksheet::HEADING), "the worksheet is not on the second: {:?}", pages[1]);
        Ok(address)
    }

    /// After the seconds in which it can be undone nothing is left, also not what was offered.
    async fn the_class_ends(&mut self, album: &mut Album, address: &str) -> Result<()> {
        self.touch("end-of-class").await?;
        let knob = album.screen.find("wipe").await?;
        album.screen.shown().await?;
        let y = f64::from(knob.y + knob.height / 2);
        let (from, to) = (f64::from(knob.x + knob.height / 2), f64::from(knob.x + knob.width));
        self.fingers.play(&[Contact::finger(writing::along(&[(from, y), (to, y)]))]).await?;
        album.screen.find("undo-end").await?;
        album.keep("9-ended").await?;
        self.until_gone(album, "undo-end", "the end can still be undone").await?;
        self.until_label(album, "page", "Page 1 of 1").await?;
        let bare = |now: &Picture| look::ink(now, LEFT) == 0 && look::ink(now, RIGHT) == 0;
        album.screen.until_picture("the next class sees ink", bare).await?;
        let again = reqwest::Client::builder().no_proxy().build()?.get(address).send().await;
        ensure!(again.is_err(), "what was taken away is still offered after the class: {again:?}");
        Ok(())
    }

    pub(crate) async fn until_gone(&self, album: &Album, name: &str, missing: &str) -> Result<()> {
        let gone = async |all: &[Element]| (!all.iter().any(|e| e.name == name)).then_some(());
        album.screen.until(missing, gone).await
    }

    pub(crate) async fn until_label(&self, album: &Album, name: &str, label: &str) -> Result<()> {
        let said =
            async |all: &[Element]| all.iter().any(|e| e.name == name && e.label == label).then_some(());
        album.screen.until(&format!("{name} does not say {label:?}"), said).await
    }
}

/// The one code on a picture, as a decoder that is not ours reads it.
async fn scanned(picture: &Picture) -> Result<String> {
    let file = tempfile::Builder::new().suffix(".png").tempfile()?;
    picture.save(file.path())?;
    let mut zbar = Command::new("zbarimg");
    zbar.args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(file.path());
    let output = zbar.output().await.context("zbarimg is in the project's list of packages")?;
    let text = String::from_utf8(output.stdout)?;
    text.lines().next().map(str::to_owned).context("no code can be read off the screen")
}

/// The words of a PDF, a form feed after each page, as a reader that is not ours finds them.
async fn text_of(pdf: &[u8]) -> Result<String> {
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), pdf)?;
    let mut reader = Command::new("pdftotext");
    reader.arg("-layout").arg(file.path()).arg("-").stdin(Stdio::null());
    let output = reader.output().await.context("pdftotext is in the project's list of packages")?;
    ensure!(
        output.status.success(),
        "what was taken away is no PDF: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?)
}
