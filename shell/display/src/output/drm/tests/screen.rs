//! After any sequence of changes and flips, what a panel shows is the frame: played with three kinds of driver.

use super::super::fault::Fault;
use super::super::pace::Pace;
use super::super::screen::{FLIP_PATIENCE_US, Scanout, Screen, Way};
use super::{SIZE, areas};
use crate::area::Area;
use proptest::prelude::*;

const STRIDE: usize = SIZE.0 as usize;
const SCREEN: Area = Area::new(0, 0, SIZE.0, SIZE.1);

/// How a driver gets pixels to its panel.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Driver {
    /// The panel reads the shown buffer.
    Direct,
    /// A copy of each buffer, brought up to date with what it is told of that buffer.
    CopyEach,
    /// One copy of what is shown, brought up to date with what it is told, whichever buffer that is in.
    CopyOne,
}

/// The kernel's side, in memory.
struct Fake {
    driver: Driver,
    buffers: [Vec<u32>; 2],
    copies: [Vec<u32>; 2],
    copy: Vec<u32>,
    shown: usize,
    queued: Option<(usize, Vec<Area>)>,
    /// Whether the shown buffer may be written, once it is shown.
    front: bool,
    lit: bool,
    busy: u32,
    flips: u32,
    written: i64,
}

fn copy(from: &[u32], to: &mut [u32], area: Area) {
    for y in area.y as usize..area.bottom() as usize {
        let row = y * STRIDE + area.x as usize..y * STRIDE + area.right() as usize;
        to[row.clone()].copy_from_slice(&from[row]);
    }
}

impl Fake {
    fn new(driver: Driver, front: bool) -> Self {
        let empty = || vec![0xdead_u32; STRIDE * SIZE.1 as usize];
        Self {
            driver,
            buffers: [empty(), empty()],
            copies: [empty(), empty()],
            copy: empty(),
            shown: 0,
            queued: None,
            front,
            lit: false,
            busy: 0,
            flips: 0,
            written: 0,
        }
    }

    /// As the mode is set: the driver takes all of the first buffer.
    fn show(&mut self) {
        self.copies[0] = self.buffers[0].clone();
        self.copy = self.buffers[0].clone();
        self.lit = true;
    }

    /// The refresh comes.
    fn refresh(&mut self) -> bool {
        let Some((slot, areas)) = self.queued.take() else { return false };
        let all = [SCREEN];
        let areas = if areas.is_empty() { &all[..] } else { &areas };
        areas.iter().for_each(|area| copy(&self.buffers[slot], &mut self.copy, *area));
        self.shown = slot;
        true
    }

    fn panel(&self) -> &[u32] {
        match self.driver {
            Driver::Direct => &self.buffers[self.shown],
            Driver::CopyEach => &self.copies[self.shown],
            Driver::CopyOne => &self.copy,
        }
    }
}

impl Scanout for Fake {
    fn write(&mut self, slot: usize, area: Area, frame: &[u32]) {
        assert!(self.front || slot != self.shown || !self.lit, "torn: the shown buffer was written");
        let queued = self.queued.as_ref().is_some_and(|(queued, _)| *queued == slot);
        assert!(self.front || !queued, "torn: a buffer on its way was written");
        copy(frame, &mut self.buffers[slot], area);
        self.written += area.pixels();
    }

    fn tell(&mut self, slot: usize, areas: &[Area]) -> Result<(), Fault> {
        assert_eq!(slot, self.shown, "the driver ignores a buffer that is not shown");
        assert!(!areas.is_empty() && areas.len() <= 256);
        for area in areas {
            copy(&self.buffers[slot], &mut self.copies[slot], *area);
            copy(&self.buffers[slot], &mut self.copy, *area);
        }
        Ok(())
    }

    fn flip(&mut self, slot: usize, areas: &[Area]) -> Result<(), Fault> {
        if self.busy > 0 {
            self.busy -= 1;
            return Err(Fault::Busy);
        }
        assert!(self.queued.is_none() && slot != self.shown);
        areas.iter().for_each(|area| copy(&self.buffers[slot], &mut self.copies[slot], *area));
        self.queued = Some((slot, areas.to_vec()));
        self.flips += 1;
        Ok(())
    }
}

const WAYS: [(Driver, Way); 7] = [
    (Driver::Direct, Way::Front { tell: false }),
    (Driver::Direct, Way::Front { tell: true }),
    (Driver::CopyEach, Way::Front { tell: true }),
    (Driver::CopyOne, Way::Front { tell: true }),
    (Driver::Direct, Way::Flips),
    (Driver::CopyEach, Way::Flips),
    (Driver::CopyOne, Way::Flips),
];

fn lit(driver: Driver, way: Way, frame: &[u32]) -> Screen<Fake> {
    let fake = Fake::new(driver, way != Way::Flips);
    let mut screen = Screen::new(fake, SCREEN, frame, Pace::new(16_667));
    screen.scanout().show();
    screen.set_way(way);
    screen
}

/// What happens to a screen.
#[derive(Clone, Debug)]
enum Step {
    /// These areas change, and are presented.
    Change(Vec<Area>),
    /// Nothing changes for so many microseconds.
    Pass(u64),
    /// The refresh comes.
    Refresh,
    /// The driver answers so many flips with "busy".
    Busy(u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => prop::collection::vec(areas(), 1..4).prop_map(Step::Change),
        2 => (0_u64..40_000).prop_map(Step::Pass),
        2 => Just(Step::Refresh),
        1 => (1_u32..20).prop_map(Step::Busy),
    ];
    prop::collection::vec(step, 0..60)
}

/// A screen, its frame and its clock.
struct Scene {
    screen: Screen<Fake>,
    frame: Vec<u32>,
    now: u64,
    colour: u32,
}

impl Scene {
    fn new(driver: Driver, way: Way) -> Self {
        let frame: Vec<u32> = (0..STRIDE as u32 * SIZE.1 as u32).collect();
        Self { screen: lit(driver, way, &frame), frame, now: 1_000_000, colour: 0x10_0000 }
    }

    fn present(&mut self, areas: &[Area]) {
        for area in areas {
            self.colour += 1;
            let painted = vec![self.colour; self.frame.len()];
            copy(&painted, &mut self.frame, *area);
        }
        self.screen.present(areas, &self.frame, self.now).unwrap();
    }

    fn refresh(&mut self) {
        if self.screen.scanout().refresh() {
            self.screen.flipped(self.now);
            self.present(&[]);
        }
    }

    fn step(&mut self, step: &Step) {
        self.now += 100;
        match step {
            Step::Change(areas) => self.present(areas),
            Step::Pass(us) => {
                self.now += us;
                self.present(&[]);
            }
            Step::Refresh => self.refresh(),
            Step::Busy(times) => self.screen.scanout().busy = *times,
        }
    }

    fn settle(&mut self) {
        for _ in 0..100 {
            if self.screen.settled() {
                return;
            }
            self.refresh();
            if let Some(at) = self.screen.next_us().filter(|_| !self.screen.settled()) {
                self.now = self.now.max(at.min(self.now + 20_000));
                self.present(&[]);
            }
        }
        panic!("never settled");
    }

    fn shows_the_frame(&mut self) -> bool {
        self.screen.scanout().panel() == self.frame
    }
}

proptest! {
    #[test]
    fn what_is_shown_is_the_frame_whatever_happens(steps in steps()) {
        for (driver, way) in WAYS {
            let mut scene = Scene::new(driver, way);
            prop_assert!(scene.shows_the_frame());
            for step in &steps {
                scene.step(step);
                if scene.screen.settled() {
                    prop_assert!(scene.shows_the_frame(), "{driver:?} {way:?} after {step:?}");
                }
            }
            scene.settle();
            prop_assert!(scene.shows_the_frame(), "{driver:?} {way:?} at the end");
        }
    }
}

#[test]
fn ink_goes_straight_into_the_shown_buffer_and_a_new_page_by_a_flip() {
    let mut scene = Scene::new(Driver::Direct, Way::Front { tell: false });
    scene.present(&[Area::new(3, 3, 20, 20)]);
    assert!(scene.screen.settled() && scene.shows_the_frame());
    assert_eq!(scene.screen.scanout().flips, 0);
    scene.present(&[Area::new(0, 0, 96, 20)]);
    assert_eq!(scene.screen.scanout().flips, 1);
    assert!(!scene.shows_the_frame());
    // Ink of the meantime is in the picture on its way.
    scene.present(&[Area::new(50, 50, 5, 5)]);
    scene.refresh();
    assert!(scene.screen.settled() && scene.shows_the_frame());
    scene.present(&[Area::new(60, 50, 5, 5)]);
    assert!(scene.shows_the_frame());
    assert_eq!(scene.screen.scanout().flips, 1);
}

#[test]
fn a_change_is_flipped_once_and_written_once_into_each_buffer() {
    let mut scene = Scene::new(Driver::Direct, Way::Flips);
    scene.present(&[SCREEN]);
    scene.settle();
    for flips in 2..20 {
        let before = scene.screen.scanout().written;
        scene.present(&[Area::new(0, 0, 5, 5), Area::new(90, 60, 4, 4)]);
        assert_eq!(scene.screen.scanout().written - before, 25 + 16);
        scene.settle();
        assert_eq!(scene.screen.scanout().written - before, 2 * (25 + 16));
        assert_eq!(scene.screen.scanout().flips, flips);
    }
}

#[test]
fn a_flip_that_never_shows_and_a_driver_that_stays_busy_are_told() {
    let mut scene = Scene::new(Driver::Direct, Way::Flips);
    scene.present(&[SCREEN]);
    let at = scene.screen.next_us().unwrap();
    assert_eq!(at, scene.now + FLIP_PATIENCE_US + 1);
    assert!(matches!(scene.screen.present(&[], &scene.frame, at), Err(Fault::Silent)));

    let mut scene = Scene::new(Driver::Direct, Way::Flips);
    scene.screen.scanout().busy = u32::MAX;
    scene.present(&[SCREEN]);
    let mut tries = 1;
    let fault = loop {
        let at = scene.screen.next_us().unwrap();
        tries += 1;
        if let Err(fault) = scene.screen.present(&[], &scene.frame, at) {
            break fault;
        }
        assert!(tries < 10_000);
    };
    assert!(matches!(fault, Fault::Busy));
    assert_eq!(tries, 2_001);
}
