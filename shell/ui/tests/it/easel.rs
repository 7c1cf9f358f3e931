//! Draws one surface into memory, at any size and in either language.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use i_slint_backend_testing::ElementRoot;
use slint::platform::software_renderer::{MinimalSoftwareWindow, PremultipliedRgbaColor, RepaintBufferType};
use slint::platform::{Platform, PlatformError, WindowAdapter, WindowEvent};
use slint::{ComponentHandle, PhysicalSize};
use ui::assets::Assets;
use ui::kept::prefs::{Prefs, TextSize};
use ui::look::{Look, Scale, register_fonts};

use crate::golden;
use crate::walk::Walk;

/// The longer side of the largest surface that is walked over with large words too.
const LARGE_WALKED: u32 = 1920;

struct OneWindow(Rc<MinimalSoftwareWindow>);

impl Platform for OneWindow {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.0.clone())
    }
}

/// A place to draw one surface, on a thread of its own, as Slint keeps one platform a thread.
pub(crate) struct Easel {
    window: Rc<MinimalSoftwareWindow>,
    pub(crate) look: Look,
    pub(crate) assets: Assets,
    size: (u32, u32),
    scale: Scale,
    language: RefCell<String>,
    walks: RefCell<Option<Walked>>,
    /// What is wrong with what was drawn: all of it is told when everything has been.
    faults: RefCell<Vec<String>>,
}

/// What is wrong with the surface that is shown, in its language.
type Walked = Box<dyn Fn(&Walk<'_>) -> Vec<String>>;

/// A drawn surface.
pub(crate) struct Drawn {
    size: (u32, u32),
    pixels: Vec<PremultipliedRgbaColor>,
}

pub(crate) fn assets_folder() -> PathBuf {
    std::env::var_os("DAIS_ASSETS")
        .map(PathBuf::from)
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/fetched"))
}

impl Easel {
    /// `screen` is the size of the whole screen, `size` that of the surface. Where assets are not fetched, says so.
    pub(crate) fn with(screen: (u32, u32), size: (u32, u32), draw: impl FnOnce(&Easel) + Send) {
        if !assets_folder().join("fonts").is_dir() {
            println!("skipped: assets are not fetched (cargo xtask assets)");
            return;
        }
        std::thread::scope(|scope| {
            let drawing = scope.spawn(|| {
                let easel = Easel::new(screen, size);
                draw(&easel);
                let faults = easel.faults.take();
                assert!(faults.is_empty(), "\n{}", faults.join("\n"));
            });
            if let Err(panic) = drawing.join() {
                std::panic::resume_unwind(panic);
            }
        });
    }

    fn new(screen: (u32, u32), size: (u32, u32)) -> Self {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        slint::platform::set_platform(Box::new(OneWindow(window.clone()))).unwrap();
        let assets = Assets::new(assets_folder());
        register_fonts(assets.fonts().unwrap());
        let wide = screen.0 > screen.1;
        let panel = if wide { (1_895_000, 1_066_000) } else { (398_000, 708_000) };
        let scale = Scale::new(screen, panel);
        let mut look = Look::load(&assets, scale).unwrap();
        // Still, so that a picture is the same each time.
        look.access.motion = false;
        Self {
            window,
            look,
            assets,
            size,
            scale,
            language: RefCell::new(String::new()),
            walks: RefCell::new(None),
            faults: RefCell::default(),
        }
    }

    /// Shows the surface; the language can be chosen once a component exists.
    pub(crate) fn show<C: ComponentHandle + ElementRoot + 'static>(&self, surface: &C, language: &str) {
        language.clone_into(&mut self.language.borrow_mut());
        let shown = surface.as_weak();
        *self.walks.borrow_mut() = Some(Box::new(move |walk| {
            shown.upgrade().map_or_else(Vec::new, |surface| walk.faults(&surface))
        }));
        slint::select_bundled_translation(language).unwrap();
        surface.show().unwrap();
        self.window.set_size(PhysicalSize::new(self.size.0, self.size.1));
        self.window.dispatch_event(WindowEvent::WindowActiveChanged(true));
    }

    /// Draws it, walks over it, holds it against the good one and, where DAIS_PICTURES names a folder, leaves a PNG there;
    /// then the same walk over it as somebody sees it who wants the largest words and high contrast.
    pub(crate) fn draw(&self, name: &str) -> Drawn {
        let drawn = self.render();
        let mut faults = self.walk(&drawn);
        faults.extend(golden::fault(name, self.size, &drawn.pixels));
        self.leave(&drawn, name);
        // On a 4K wall everything is twice as large, words and room alike.
        if self.size.0.max(self.size.1) <= LARGE_WALKED {
            faults.extend(self.faults_of_large(name));
        }
        self.faults.borrow_mut().extend(faults.into_iter().map(|fault| format!("  {name}: {fault}")));
        drawn
    }

    fn faults_of_large(&self, name: &str) -> Vec<String> {
        let before = self.look.liked();
        self.look.set_liked(&Prefs { text: TextSize::Huge, contrast: true, ..before });
        let large = self.render();
        let faults = self.walk(&large);
        self.leave(&large, &format!("{name}@large"));
        self.look.set_liked(&before);
        faults.into_iter().map(|fault| format!("large, in high contrast: {fault}")).collect()
    }

    fn render(&self) -> Drawn {
        slint::platform::update_timers_and_animations();
        self.window.request_redraw();
        let (width, height) = self.size;
        let mut pixels = vec![PremultipliedRgbaColor::default(); (width * height) as usize];
        let drawn = self.window.draw_if_needed(|renderer| {
            renderer.render(&mut pixels, width as usize);
        });
        assert!(drawn);
        Drawn { size: self.size, pixels }
    }

    fn leave(&self, drawn: &Drawn, name: &str) {
        if let Some(folder) = std::env::var_os("DAIS_PICTURES") {
            drawn.save(&Path::new(&folder).join(format!("{name}.png")));
        }
    }

    fn walk(&self, drawn: &Drawn) -> Vec<String> {
        let walk = Walk {
            pixels: &drawn.pixels,
            size: self.size,
            millimetre: self.scale.millimetre,
            language: &self.language.borrow(),
        };
        self.walks.borrow().as_ref().map(|walks| walks(&walk)).unwrap_or_default()
    }
}

impl Drawn {
    /// As a PNG, over mid grey, so that transparent surfaces can be judged.
    pub(crate) fn save(&self, path: &Path) {
        let over = |c: u8, a: u8| c.saturating_add((u16::from(255 - a) * 205 / 255) as u8);
        let rgba: Vec<u8> = self
            .pixels
            .iter()
            .flat_map(|p| [over(p.red, p.alpha), over(p.green, p.alpha), over(p.blue, p.alpha), 255])
            .collect();
        image::save_buffer(path, &rgba, self.size.0, self.size.1, image::ExtendedColorType::Rgba8).unwrap();
    }
}
