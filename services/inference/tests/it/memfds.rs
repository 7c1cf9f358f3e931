//! Whatever a descriptor holds and whatever is said of it: a named error or an answer, and the service goes on.

use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;

use api::inference::InferenceError;
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use zbus::Fd;

use crate::models;
use crate::served::{Served, ink};

/// So many descriptors, so many at once.
const CALLS: usize = 10_000;
/// See [`CALLS`].
const AT_ONCE: usize = 20;
/// A picture that can be read has a side of at most this, so that most of the test is not spent in reading.
const SIDE_MAX: u64 = 90;

/// A generator whose every run is the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    /// A memfd with any seals, of any size near what was said, or not a memfd at all.
    fn descriptor(&mut self, said: u64) -> OwnedFd {
        if self.below(20) == 0 {
            return File::open(models().join(inference::DICTIONARY)).unwrap().into();
        }
        let fd = memfd_create("any", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING).unwrap();
        let mut file = File::from(fd);
        match self.below(6) {
            0 => file.set_len(self.below(1 << 40)).unwrap(), // a hole, larger than all memory
            1 => {}
            2 => file.write_all(&vec![7; (said / 2).min(100_000) as usize]).unwrap(),
            _ => {
                let bytes: Vec<u8> = (0..said.min(100_000)).map(|_| self.below(256) as u8).collect();
                file.write_all(&bytes).unwrap();
            }
        }
        let all = [SealFlags::SHRINK, SealFlags::GROW, SealFlags::WRITE, SealFlags::SEAL];
        let seals = if self.below(2) == 0 {
            all.into_iter().fold(SealFlags::empty(), SealFlags::union)
        } else {
            all.into_iter().filter(|_| self.below(2) == 0).fold(SealFlags::empty(), SealFlags::union)
        };
        fcntl_add_seals(&file, seals).unwrap();
        file.into()
    }

    /// Width, height, stride: small and right, or anything.
    fn shape(&mut self) -> (u32, u32, u32) {
        let (width, height) = (1 + self.below(SIDE_MAX) as u32, 1 + self.below(SIDE_MAX) as u32);
        match self.below(8) {
            0 => (self.below(1 << 32) as u32, self.below(1 << 32) as u32, self.below(1 << 32) as u32),
            1 => (width, height, width.saturating_sub(self.below(3) as u32)),
            2 => (u32::MAX, 1, u32::MAX),
            3 => (0, height, 0),
            4 => (width, height, width + self.below(50) as u32),
            _ => (width, height, width),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_random_memfds_are_answered_each() {
    let served = Served::start(&models()).await;
    let mut chance = Chance(88_172_645_463_325_252);
    let (mut answered, mut refused) = (0, 0);
    for _ in 0..CALLS / AT_ONCE {
        let calls: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                let (width, height, stride) = chance.shape();
                let said = u64::from(stride).saturating_mul(height.into());
                (chance.descriptor(said), width, height, stride)
            })
            .collect();
        let calls = calls.into_iter().map(|(fd, width, height, stride)| {
            served.caller.recognize_text(Fd::from(fd), width, height, stride, 5_000)
        });
        for answer in futures_util::future::join_all(calls).await {
            use InferenceError::{BadRaster, Busy, DeadlinePassed, NotSealed, TooLarge};
            match answer {
                Ok(_) => answered += 1,
                Err(NotSealed(_) | BadRaster(_) | TooLarge(_) | Busy(_) | DeadlinePassed(_)) => refused += 1,
                Err(error) => panic!("{error}"),
            }
        }
    }
    assert_eq!(answered + refused, CALLS);
    assert!(answered > 0 && refused > CALLS / 4, "{answered} answered, {refused} refused");
    assert_eq!(served.read(&ink(), 0).await.unwrap().len(), 2);
    served.stop().await;
}
