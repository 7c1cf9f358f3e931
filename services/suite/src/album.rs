//! Pictures that a script leaves behind, in the order in which it took them.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::Suite;
use crate::screen::Screen;

/// The pictures of one script.
#[derive(Debug)]
pub(crate) struct Album {
    pub(crate) screen: Screen,
    dir: PathBuf,
    pictures: Vec<PathBuf>,
}

impl Album {
    /// Empty, for the screen of a suite.
    pub(crate) async fn open(suite: &Suite, dir: &Path) -> Result<Self> {
        Ok(Self { screen: suite.screen().await?, dir: dir.to_owned(), pictures: Vec::new() })
    }

    /// Keeps what the screen shows once nothing moves any more.
    pub(crate) async fn keep(&mut self, name: &str) -> Result<()> {
        let path = self.dir.join(format!("{name}.png"));
        self.screen.save(&path).await?;
        self.pictures.push(path);
        Ok(())
    }

    /// The same, only the first time that it is asked for.
    pub(crate) async fn keep_first(&mut self, name: &str) -> Result<()> {
        if self.has(name) { Ok(()) } else { self.keep(name).await }
    }

    /// Keeps what the screen shows at this moment, moving or not, the first time that it is asked for.
    pub(crate) async fn snap_first(&mut self, name: &str) -> Result<()> {
        if self.has(name) {
            return Ok(());
        }
        std::fs::create_dir_all(&self.dir)?;
        let path = self.dir.join(format!("{name}.png"));
        self.screen.picture().await?.save(&path)?;
        self.pictures.push(path);
        Ok(())
    }

    fn has(&self, name: &str) -> bool {
        self.pictures.iter().any(|path| path.file_stem().is_some_and(|stem| stem == name))
    }

    /// The pictures, if all went well; else what stood on the screen, which says more than any message, and the error.
    pub(crate) async fn close(mut self, done: Result<()>) -> Result<Vec<PathBuf>> {
        if done.is_err() {
            self.keep("0-failed").await?;
        }
        done.map(|()| self.pictures)
    }
}
