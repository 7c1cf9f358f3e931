//! Damage of every tool covers every pixel it changes: a frame drawn only where damaged is as one drawn afresh.

use super::*;
use crate::message::{Curtain, Disc, Side};

const SCREEN: Area = Area::new(0, 0, 900, 700);

/// A screen that draws a pattern below the tools, and only where it is told to.
struct Screen {
    presenter: Presenter,
    frame: Vec<u32>,
    dirty: Dirty,
    t_us: u64,
}

impl Screen {
    fn new() -> Self {
        let mut screen = Self {
            presenter: Presenter::new(SCREEN),
            frame: vec![0; (SCREEN.width * SCREEN.height) as usize],
            dirty: Dirty::default(),
            t_us: 1_000_000,
        };
        screen.dirty.add(SCREEN);
        screen.show("the beginning");
        screen
    }

    fn draw(&self, frame: &mut [u32], areas: &[Area]) {
        let stride = SCREEN.width as usize;
        for area in areas {
            if !self.presenter.draw_frozen(frame, stride, *area) {
                rows(frame, stride, *area, |x, y, row| {
                    for (x, pixel) in (x..).zip(row) {
                        *pixel = 0x00ff_fdfb ^ (x / 7 * 3 + y / 5 * 0x500) as u32 & 0x003f_3f3f;
                    }
                });
            }
            self.presenter.draw(frame, stride, *area);
        }
        for area in areas {
            self.presenter.draw_lens(frame, stride, *area);
        }
    }

    fn show(&mut self, step: &str) {
        self.presenter.widen(&mut self.dirty);
        let areas = self.dirty.take(SCREEN);
        let mut frame = std::mem::take(&mut self.frame);
        self.draw(&mut frame, &areas);
        let mut afresh = vec![0; frame.len()];
        self.draw(&mut afresh, &[SCREEN]);
        let stale = frame.iter().zip(&afresh).position(|(shown, is)| shown != is);
        self.frame = frame;
        let place = stale.map(|at| (at as i32 % SCREEN.width, at as i32 / SCREEN.width));
        assert_eq!(place, None, "stale after {step}");
    }

    fn set(&mut self, present: Present) {
        let step = format!("{present:?}");
        self.presenter.set(present, &mut self.dirty);
        self.show(&step);
    }

    fn touch(&mut self, contact: u64, phase: Phase, x: f32, y: f32) -> bool {
        self.t_us += 16_000;
        let person = PersonId::FIRST;
        let place = Place { contact: ContactId(contact), person, phase, x, y, t_us: self.t_us };
        let taken = self.presenter.touch(&place, &mut self.dirty);
        self.presenter.tick(self.t_us, &mut self.dirty);
        self.show(&format!("{phase:?} at {x}, {y}"));
        taken
    }

    /// Down at the first place, up at the last; true if the tools took it.
    fn drag(&mut self, contact: u64, path: &[(f32, f32)]) -> bool {
        let taken = self.touch(contact, Phase::Down, path[0].0, path[0].1);
        for (x, y) in &path[1..] {
            self.touch(contact, Phase::Move, *x, *y);
        }
        let (x, y) = path[path.len() - 1];
        self.touch(contact, Phase::Up, x, y);
        taken
    }

    fn pixel(&self, x: i32, y: i32) -> u32 {
        self.frame[(y * SCREEN.width + x) as usize]
    }
}

#[test]
fn without_tools_the_board_takes_the_contacts() {
    let mut screen = Screen::new();
    assert!(!screen.drag(1, &[(100.0, 100.0), (200.0, 200.0)]));
}

#[test]
fn a_laser_fades_to_nothing_and_leaves_no_pixel() {
    let mut screen = Screen::new();
    let before = screen.frame.clone();
    screen.set(Present::Laser { person: PersonId::FIRST, on: true });
    assert!(screen.drag(1, &[(100.0, 100.0), (300.0, 140.0), (290.0, 400.0), (700.0, 420.0)]));
    assert!(screen.frame != before && screen.presenter.is_moving());
    for _ in 0..70 {
        screen.t_us += 16_000;
        screen.presenter.tick(screen.t_us, &mut screen.dirty);
        screen.show("a tick");
    }
    assert!(screen.frame == before && !screen.presenter.is_moving());
    screen.set(Present::Laser { person: PersonId::FIRST, on: false });
    assert!(!screen.drag(2, &[(100.0, 100.0), (300.0, 140.0)]));
}

#[test]
fn a_spotlight_dims_all_but_its_disc_which_a_contact_in_the_dark_moves() {
    let mut screen = Screen::new();
    let bright = screen.pixel(450, 350);
    screen.set(Present::Spotlight(vec![Disc { x: 450.0, y: 350.0, radius: 120.0 }]));
    assert_eq!(screen.pixel(450, 350), bright);
    assert!(screen.pixel(20, 20) & 0xff < 0x60, "dimmed");
    assert!(!screen.drag(1, &[(450.0, 350.0), (470.0, 360.0)]), "in the light one writes");
    assert!(screen.drag(2, &[(700.0, 350.0), (720.0, 380.0), (500.0, 600.0)]));
    assert!(screen.pixel(450, 250) & 0xff < 0x60, "the light has moved");
    screen.set(Present::Spotlight(Vec::new()));
    assert_eq!(screen.pixel(450, 350), bright);
}

#[test]
fn a_curtain_is_drawn_by_a_contact_on_it() {
    for from in [Side::Left, Side::Right, Side::Top, Side::Bottom] {
        let mut screen = Screen::new();
        screen.set(Present::Curtain(Some(Curtain { from, covers: 300 })));
        let path: &[(f32, f32)] = match from {
            Side::Left => &[(100.0, 300.0), (180.0, 310.0), (20.0, 350.0), (400.0, 350.0)],
            Side::Right => &[(850.0, 300.0), (700.0, 310.0), (880.0, 350.0), (400.0, 350.0)],
            Side::Top => &[(300.0, 100.0), (310.0, 180.0), (350.0, 20.0), (350.0, 400.0)],
            Side::Bottom => &[(300.0, 650.0), (310.0, 500.0), (350.0, 680.0), (350.0, 300.0)],
        };
        assert!(screen.drag(1, path), "{from:?}");
        screen.drag(2, &[path[3], path[0]]);
        screen.set(Present::Curtain(None));
    }
}

#[test]
fn a_lens_shows_what_is_under_the_contact_and_never_lies_over_it() {
    let mut screen = Screen::new();
    let before = screen.frame.clone();
    screen.set(Present::Magnifier(Some(PersonId::FIRST)));
    assert!(screen.touch(1, Phase::Down, 450.0, 500.0));
    let lens = Lens::at(450.0, 500.0, SCREEN);
    assert_eq!(
        lens.area().intersect(lens.source()),
        Area::new(lens.source().x, lens.source().y, lens.source().width, 0)
    );
    assert_eq!(screen.pixel(450, 500 - 253), before[500 * 900 + 450], "twice as large about the contact");
    for (x, y) in [(440.0, 480.0), (5.0, 30.0), (890.0, 690.0), (300.0, 200.0)] {
        screen.touch(1, Phase::Move, x, y);
    }
    // The board changes under the finger: so does the lens.
    screen.dirty.add(Area::new(290, 190, 4, 4));
    screen.show("something under the lens");
    screen.touch(1, Phase::Up, 300.0, 200.0);
    assert!(screen.frame == before);
}

#[test]
fn a_blank_screen_shows_nothing_and_takes_every_contact() {
    let mut screen = Screen::new();
    screen.set(Present::Blank(Some(Blank::Black)));
    assert!(screen.frame.iter().all(|pixel| *pixel == 0));
    assert!(screen.drag(1, &[(100.0, 100.0), (200.0, 200.0)]));
    screen.set(Present::Blank(None));
    assert!(!screen.drag(2, &[(100.0, 100.0), (200.0, 200.0)]));
}

#[test]
fn a_still_picture_stands_with_a_frame_around_it() {
    let mut screen = Screen::new();
    let still = vec![0x0012_3456; screen.frame.len()];
    screen.presenter.freeze(still, &mut screen.dirty);
    screen.show("freezing");
    assert_eq!((screen.pixel(450, 350), screen.pixel(2, 2)), (0x0012_3456, STILL_FRAME));
    screen.set(Present::Freeze(false));
    assert_ne!(screen.pixel(450, 350), 0x0012_3456);
}
