//! A virtual X server whose framebuffer is a file: pixels are read from it with one `pread`, which sees what the
//! server has written to the same pages at that moment.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The server is there within this time, or not at all.
const START: Duration = Duration::from_secs(20);

/// A running server; it ends with this value.
pub(crate) struct Screen {
    server: Child,
    pub(crate) display: String,
    pub(crate) size: (u32, u32),
    framebuffer: File,
    begin: u64,
    row: u64,
}

impl Screen {
    /// Starts `Xvfb` with its framebuffer in `folder`.
    pub(crate) fn start(folder: &Path, size: (u32, u32), cpu: &str) -> Option<Self> {
        let mut server = Command::new("taskset")
            .args(["-c", cpu, "Xvfb", "-displayfd", "1", "-nocursor", "-nolisten", "tcp", "-screen", "0"])
            .arg(format!("{}x{}x24", size.0, size.1))
            .arg("-fbdir")
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let said = BufReader::new(server.stdout.take()?).lines().next();
        let Some(Ok(number)) = said else {
            server.wait().ok()?;
            return None;
        };
        let path = folder.join("Xvfb_screen0");
        let until = Instant::now() + START;
        while !path.exists() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(20));
        }
        let framebuffer = File::open(path).ok()?;
        // `X11/XWDFile.h`: 25 big-endian numbers; the length of the header, the bytes of a row and the number of
        // colours (12 bytes each) say where a pixel lies.
        let mut header = [0; 100];
        framebuffer.read_exact_at(&mut header, 0).ok()?;
        let number_at = |at: usize| {
            let bytes = header.get(at * 4..at * 4 + 4)?.try_into().ok()?;
            Some(u64::from(u32::from_be_bytes(bytes)))
        };
        let (begin, row) = (number_at(0)? + 12 * number_at(19)?, number_at(12)?);
        let display = format!(":{}", number.trim());
        Some(Self { server, display, size, framebuffer, begin, row })
    }

    /// Pixels of a row from `x` on, 4 bytes each: blue, green, red, nothing.
    pub(crate) fn read(&self, x: i32, y: i32, pixels: &mut [u8]) {
        let at = self.begin + y.max(0) as u64 * self.row + x.max(0) as u64 * 4;
        self.framebuffer.read_exact_at(pixels, at).expect("the place lies on the screen");
    }

    /// A sum over every 8th row, to see whether anything still moves.
    pub(crate) fn sum(&self) -> u64 {
        let mut row = vec![0; self.size.0 as usize * 4];
        let mut sum = 0_u64;
        for y in (0..self.size.1.cast_signed()).step_by(8) {
            self.read(0, y, &mut row);
            sum = row.iter().fold(sum, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
        }
        sum
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let ended = self.server.kill().and_then(|()| self.server.wait());
        if let Err(error) = ended {
            eprintln!("the X server did not end: {error}");
        }
    }
}
