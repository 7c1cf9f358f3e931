//! A directory that behaves as one of the LED class: pipes in place of the kernel's files, so that every write is
//! seen with its time, and a write can hang.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

use rustix::fs::{CWD, Mode, mkfifoat};

/// What ends a pipe's reader; no driver writes it.
const END: &str = "end";

/// Which lamps a light has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lamps {
    /// One, from 0 to 1.
    One,
    /// Red, green and blue, each from 0 to 255.
    Colours,
}

/// One write to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// When it was seen.
    pub at: Instant,
    /// The file's name.
    pub file: &'static str,
    /// The line.
    pub line: String,
}

/// A light that can be plugged in and out.
#[derive(Debug)]
pub struct LedDirectory {
    path: PathBuf,
    lamps: Lamps,
    tell: Sender<Written>,
    written: Receiver<Written>,
    /// Both ends of each pipe that is read.
    pipes: Vec<File>,
    hangs: bool,
}

impl LedDirectory {
    /// A light that is not plugged in yet.
    pub fn new(path: &Path, lamps: Lamps) -> Self {
        let (tell, written) = channel();
        Self { path: path.to_owned(), lamps, tell, written, pipes: Vec::new(), hangs: false }
    }

    /// What is written, in order for each file; what came to two files at once may come in either order.
    pub fn written(&self) -> &Receiver<Written> {
        &self.written
    }

    /// Plugs it in. It comes whole, as the kernel's does.
    ///
    /// # Errors
    /// The files cannot be made.
    pub fn plug(&mut self) -> io::Result<()> {
        let fresh = self.path.with_extension("new");
        fs::create_dir(&fresh)?;
        let (max, files): (&str, &[&'static str]) = match self.lamps {
            Lamps::One => ("1\n", &["brightness", "trigger"]),
            Lamps::Colours => ("255\n", &["brightness", "trigger", "multi_intensity"]),
        };
        fs::write(fresh.join("max_brightness"), max)?;
        if self.lamps == Lamps::Colours {
            fs::write(fresh.join("multi_index"), "red green blue\n")?;
        }
        for file in files {
            self.pipe(&fresh, file)?;
        }
        fs::rename(&fresh, &self.path)
    }

    /// Plugs it out.
    ///
    /// # Errors
    /// It was not there.
    pub fn unplug(&mut self) -> io::Result<()> {
        let old = self.path.with_extension("old");
        fs::rename(&self.path, &old)?;
        // What hangs comes back when the device goes away.
        if self.hangs {
            self.read_pipe(&old, "brightness")?;
            self.hangs = false;
        }
        self.end_pipes();
        fs::remove_dir_all(&old)
    }

    /// From now on a write to brightness hangs.
    ///
    /// # Errors
    /// It is not plugged in.
    pub fn hang(&mut self) -> io::Result<()> {
        // Opening a pipe to write waits for somebody who reads it.
        make_pipe(&self.path.join("pipe"))?;
        fs::rename(self.path.join("pipe"), self.path.join("brightness"))?;
        self.hangs = true;
        Ok(())
    }

    /// What hangs goes on.
    ///
    /// # Errors
    /// It is not plugged in.
    pub fn go_on(&mut self) -> io::Result<()> {
        let path = self.path.clone();
        self.hangs = false;
        self.read_pipe(&path, "brightness")
    }

    /// From now on every write to this file is refused.
    ///
    /// # Errors
    /// It is not plugged in.
    pub fn refuse(&self, file: &str) -> io::Result<()> {
        symlink("/dev/full", self.path.join("full"))?;
        fs::rename(self.path.join("full"), self.path.join(file))
    }

    /// Puts something else into one of the files that are only read.
    ///
    /// # Errors
    /// It is not plugged in.
    pub fn garble(&self, file: &str, content: &[u8]) -> io::Result<()> {
        fs::write(self.path.join(file), content)
    }

    fn pipe(&mut self, directory: &Path, file: &'static str) -> io::Result<()> {
        make_pipe(&directory.join(file))?;
        self.read_pipe(directory, file)
    }

    fn read_pipe(&mut self, directory: &Path, file: &'static str) -> io::Result<()> {
        // Open both ways: it neither waits for a writer nor ends between two of them.
        let pipe = OpenOptions::new().read(true).write(true).open(directory.join(file))?;
        let lines = BufReader::new(pipe.try_clone()?).lines();
        self.pipes.push(pipe);
        let tell = self.tell.clone();
        let read = move || {
            for line in lines.map_while(Result::ok).take_while(|line| line != END) {
                if tell.send(Written { at: Instant::now(), file, line }).is_err() {
                    return;
                }
            }
        };
        std::thread::Builder::new().name("led file".into()).spawn(read).map(drop)
    }

    fn end_pipes(&mut self) {
        for mut pipe in self.pipes.drain(..) {
            if let Err(error) = writeln!(pipe, "{END}") {
                tracing::debug!(%error, "an emulated light's file was not closed");
            }
        }
    }
}

impl Drop for LedDirectory {
    fn drop(&mut self) {
        self.end_pipes();
    }
}

fn make_pipe(path: &Path) -> io::Result<()> {
    Ok(mkfifoat(CWD, path, Mode::RUSR | Mode::WUSR)?)
}
