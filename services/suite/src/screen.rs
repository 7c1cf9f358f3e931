//! What a person sees and touches, through `org.dais.Shell1`.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use api::shell::{Element, ShellProxy};
use image::RgbaImage;
use zbus::Connection;

/// The screen as a picture.
pub type Picture = RgbaImage;

/// Largest picture taken: 8K, four bytes a pixel.
const PICTURE_LEN_MAX: u64 = 7680 * 4320 * 4;
/// How long something on the screen may take to appear on a loaded two-core machine.
const APPEAR_MAX: Duration = Duration::from_secs(20);
/// How often the screen is looked at meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Looks in a row that must be the same before the screen counts as still.
const STILL_LOOKS: usize = 3;

/// The shell's screen.
#[derive(Clone, Debug)]
pub struct Screen {
    shell: ShellProxy<'static>,
}

impl Screen {
    /// The screen of the shell on this bus.
    pub async fn new(connection: &Connection) -> Result<Self> {
        Ok(Self { shell: ShellProxy::new(connection).await? })
    }

    /// The bus object behind it.
    pub fn shell(&self) -> &ShellProxy<'static> {
        &self.shell
    }

    /// What it shows now.
    pub async fn picture(&self) -> Result<Picture> {
        let (fd, width, height, stride) = self.shell.screenshot().await?;
        let bytes = api::sealed::read(&fd, PICTURE_LEN_MAX)?;
        let row = usize::try_from(width)? * 4;
        let mut pixels = Vec::with_capacity(row * usize::try_from(height)?);
        for line in bytes.chunks(usize::try_from(stride)?) {
            pixels.extend_from_slice(line.get(..row).context("a row of the screenshot is short")?);
        }
        RgbaImage::from_raw(width, height, pixels).context("the screenshot is short")
    }

    /// Returns once the display has taken everything that the screens had told it before this call: a picture goes
    /// through the same queue.
    pub(crate) async fn shown(&self) -> Result<()> {
        self.picture().await.map(drop)
    }

    /// What it shows once nothing moves any more: [`STILL_LOOKS`] looks in a row are the same.
    pub async fn still(&self) -> Result<Picture> {
        let seen = Cell::new(0_usize);
        let last = RefCell::new(Picture::new(1, 1));
        self.until_picture("the screen never rests", |picture| {
            seen.set(if *last.borrow() == *picture { seen.get() + 1 } else { 0 });
            last.replace(picture.clone());
            seen.get() == STILL_LOOKS
        })
        .await
    }

    /// Writes what it shows, once nothing moves any more, as a PNG.
    pub async fn save(&self, path: &Path) -> Result<()> {
        let picture = self.still().await?;
        if let Some(dir) = path.parent() {
            std::fs::create_dir_all(dir)?;
        }
        picture.save(path).with_context(|| format!("{} cannot be written", path.display()))
    }

    /// Waits for an element that can be used, by its name; on a screen this is what a person does with the eyes.
    pub async fn find(&self, name: &str) -> Result<Element> {
        self.until(&format!("no usable element {name}"), async |elements| {
            elements.iter().find(|element| element.name == name && element.enabled).cloned()
        })
        .await
    }

    /// Waits until what is on the screen satisfies `look`.
    pub async fn until<T>(&self, missing: &str, look: impl AsyncFn(&[Element]) -> Option<T>) -> Result<T> {
        let deadline = tokio::time::Instant::now() + APPEAR_MAX;
        let mut beat = tokio::time::interval(LOOK_EVERY);
        loop {
            beat.tick().await;
            let elements = self.shell.elements().await?;
            if let Some(found) = look(&elements).await {
                return Ok(found);
            }
            if tokio::time::Instant::now() > deadline {
                let there: Vec<String> = elements
                    .iter()
                    .map(|Element { surface, name, label, enabled, .. }| {
                        format!("{surface}/{name} {label:?} {enabled:?}")
                    })
                    .collect();
                bail!("{missing}; on the screen were: {}", there.join(", "));
            }
        }
    }

    /// Waits until the picture satisfies `look`.
    pub async fn until_picture(&self, missing: &str, look: impl Fn(&Picture) -> bool) -> Result<Picture> {
        let deadline = tokio::time::Instant::now() + APPEAR_MAX;
        let mut beat = tokio::time::interval(LOOK_EVERY);
        loop {
            beat.tick().await;
            let picture = self.picture().await?;
            if look(&picture) {
                return Ok(picture);
            }
            if tokio::time::Instant::now() > deadline {
                bail!("{missing}");
            }
        }
    }
}

/// The middle of an element, in screen pixels.
pub(crate) fn middle(element: &Element) -> (i32, i32) {
    (element.x + element.width / 2, element.y + element.height / 2)
}
