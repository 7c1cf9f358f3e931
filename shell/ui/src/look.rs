//! What every surface needs before it is shown: its unit of size, its icons and pictures, the font.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use slint::fontique_011::{fontique, shared_collection};
use slint::{ComponentHandle, Global, Image};

use crate::assets::{AssetError, Assets};
use crate::kept::prefs::Prefs;
use crate::sized;
use screens::{Icons, Pictures, Theme};

/// The screen's size as the design sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Pixels of one design unit: the short edge divided by 1080.
    pub unit: f32,
    /// Pixels of a millimetre of this panel.
    pub millimetre: f32,
}

impl Scale {
    /// From the screen in pixels and the panel in micrometres.
    pub fn new(size_px: (u32, u32), size_um: (i32, i32)) -> Self {
        let unit = size_px.0.min(size_px.1) as f32 / 1080.0;
        let millimetre = size_px.0 as f32 * 1000.0 / size_um.0.max(1) as f32;
        Self { unit, millimetre }
    }

    /// So many design units in whole pixels.
    pub fn px(&self, units: f32) -> i32 {
        (units * self.unit).round() as i32
    }
}

/// How the screens are made easier to see.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Access {
    /// Words are so many times as large as designed.
    pub text_scale: f32,
    /// Black on white, with lines around what can be touched.
    pub high_contrast: bool,
    /// Things move to where they go, instead of being there at once.
    pub motion: bool,
}

impl Default for Access {
    fn default() -> Self {
        Self { text_scale: 1.0, high_contrast: false, motion: true }
    }
}

/// The look of all surfaces.
pub struct Look {
    /// How they are made easier to see.
    pub access: Access,
    scale: Scale,
    icons: Vec<(IconSetter, Image)>,
    pictures: Vec<(PictureSetter, Image)>,
    liked: Cell<Prefs>,
    /// Tells a surface that was dressed what people like; false once it is gone.
    dressed: RefCell<Vec<Dressed>>,
}

/// See [`Look::set_liked`].
type Dressed = Box<dyn Fn(&Prefs) -> bool>;
type IconSetter = fn(&Icons<'_>, Image);
type PictureSetter = fn(&Pictures<'_>, Image);

impl Look {
    /// Loads icons and pictures.
    pub fn load(assets: &Assets, scale: Scale) -> Result<Self, AssetError> {
        let icons =
            ICONS.iter().map(|(set, name)| Ok((*set, assets.icon(name)?))).collect::<Result<_, _>>()?;
        let pictures =
            PICTURES.iter().map(|(set, name)| Ok((*set, assets.picture(name)?))).collect::<Result<_, _>>()?;
        Ok(Self {
            access: Access::default(),
            scale,
            icons,
            pictures,
            liked: Cell::default(),
            dressed: RefCell::default(),
        })
    }

    /// Pixels of a millimetre of this panel.
    pub fn millimetre(&self) -> f32 {
        self.scale.millimetre
    }

    /// Whether things may move by themselves.
    pub fn moves(&self) -> bool {
        self.access.motion && self.liked.get().motion
    }

    /// What people like now.
    pub fn liked(&self) -> Prefs {
        self.liked.get()
    }

    /// What people like, for all surfaces there are and will be.
    pub fn set_liked(&self, prefs: &Prefs) {
        self.liked.set(*prefs);
        self.dressed.borrow_mut().retain(|tell| tell(prefs));
    }

    /// Dresses a new surface.
    pub fn dress<C>(&self, surface: &C)
    where
        C: ComponentHandle + 'static,
        for<'a> Theme<'a>: Global<'a, C>,
        for<'a> Icons<'a>: Global<'a, C>,
        for<'a> Pictures<'a>: Global<'a, C>,
    {
        let theme = surface.global::<Theme<'_>>();
        theme.set_u(self.scale.unit);
        theme.set_mm(self.scale.millimetre);
        let (weak, access) = (surface.as_weak(), self.access);
        let tell =
            move |prefs: &Prefs| weak.upgrade().inspect(|surface| like(surface, access, prefs)).is_some();
        tell(&self.liked.get());
        self.dressed.borrow_mut().push(Box::new(tell));
        let icons = surface.global::<Icons<'_>>();
        for (set, image) in &self.icons {
            set(&icons, image.clone());
        }
        let pictures = surface.global::<Pictures<'_>>();
        for (set, image) in &self.pictures {
            set(&pictures, image.clone());
        }
        pictures.on_sized(sized::sized);
    }
}

/// What the unit was set up with, and what the people at it like besides.
fn like<C>(surface: &C, access: Access, prefs: &Prefs)
where
    C: ComponentHandle,
    for<'a> Theme<'a>: Global<'a, C>,
{
    let theme = surface.global::<Theme<'_>>();
    theme.set_text(access.text_scale * prefs.text.factor());
    theme.set_contrast(access.high_contrast || prefs.contrast);
    theme.set_motion(access.motion && prefs.motion);
}

/// Gives Slint the font of the screens, also as the fallback for Chinese. Call it once, after the platform is set.
pub fn register_fonts(fonts: Vec<Vec<u8>>) {
    let mut collection = shared_collection();
    for bytes in fonts {
        let registered = collection.register_fonts(fontique::Blob::new(Arc::new(bytes)), None);
        let families: Vec<_> = registered.iter().map(|(family, _)| *family).collect();
        let chinese = fontique::FallbackKey::new(fontique::Script::from_bytes(*b"Hani"), None);
        collection.append_fallbacks(chinese, families.into_iter());
    }
}

const ICONS: &[(IconSetter, &str)] = &[
    (|to, image| to.set_pencil(image), "pencil"),
    (|to, image| to.set_access(image), "accessibility"),
    (|to, image| to.set_highlighter(image), "highlighter"),
    (|to, image| to.set_eraser(image), "eraser"),
    (|to, image| to.set_lasso(image), "lasso-select"),
    (|to, image| to.set_hand(image), "hand"),
    (|to, image| to.set_files(image), "files"),
    (|to, image| to.set_insert(image), "image-plus"),
    (|to, image| to.set_projector(image), "projector"),
    (|to, image| to.set_ruler(image), "ruler"),
    (|to, image| to.set_compass(image), "drafting-compass"),
    (|to, image| to.set_split_one(image), "square"),
    (|to, image| to.set_split_two(image), "columns-2"),
    (|to, image| to.set_split_three(image), "columns-3"),
    (|to, image| to.set_split_four(image), "grid-2x2"),
    (|to, image| to.set_classroom(image), "graduation-cap"),
    (|to, image| to.set_school(image), "school"),
    (|to, image| to.set_end(image), "door-open"),
    (|to, image| to.set_history(image), "history"),
    (|to, image| to.set_snowflake(image), "snowflake"),
    (|to, image| to.set_blank(image), "monitor-off"),
    (|to, image| to.set_curtain(image), "blinds"),
    (|to, image| to.set_spotlight(image), "spotlight"),
    (|to, image| to.set_laser(image), "wand-sparkles"),
    (|to, image| to.set_zoom_in(image), "zoom-in"),
    (|to, image| to.set_zoom_out(image), "zoom-out"),
    (|to, image| to.set_copy(image), "copy"),
    (|to, image| to.set_note(image), "sticky-note"),
    (|to, image| to.set_type(image), "type"),
    (|to, image| to.set_picture(image), "image"),
    (|to, image| to.set_film(image), "film"),
    (|to, image| to.set_sources(image), "monitor-play"),
    (|to, image| to.set_cable(image), "cable"),
    (|to, image| to.set_document(image), "file-text"),
    (|to, image| to.set_folder(image), "folder"),
    (|to, image| to.set_usb(image), "usb"),
    (|to, image| to.set_fit(image), "maximize"),
    (|to, image| to.set_fit_width(image), "move-horizontal"),
    (|to, image| to.set_user(image), "user"),
    (|to, image| to.set_lower(image), "chevrons-down"),
    (|to, image| to.set_lift(image), "chevrons-up"),
    (|to, image| to.set_more(image), "ellipsis"),
    (|to, image| to.set_line(image), "slash"),
    (|to, image| to.set_arrow(image), "move-up-right"),
    (|to, image| to.set_circle(image), "circle"),
    (|to, image| to.set_triangle(image), "triangle"),
    (|to, image| to.set_diamond(image), "diamond"),
    (|to, image| to.set_rectangle(image), "rectangle-horizontal"),
    (|to, image| to.set_move(image), "move"),
    (|to, image| to.set_set_square(image), "triangle-right"),
    (|to, image| to.set_pull(image), "grip-vertical"),
    (|to, image| to.set_far_left(image), "chevrons-left"),
    (|to, image| to.set_far_right(image), "chevrons-right"),
    (|to, image| to.set_sweep(image), "brush-cleaning"),
    (|to, image| to.set_wave(image), "tangent"),
    (|to, image| to.set_speed(image), "fast-forward"),
    (|to, image| to.set_stroke_eraser(image), "scissors"),
    (|to, image| to.set_protractor(image), "gauge"),
    (|to, image| to.set_half(image), "circle-dashed"),
    (|to, image| to.set_undo(image), "undo-2"),
    (|to, image| to.set_redo(image), "redo-2"),
    (|to, image| to.set_previous(image), "chevron-left"),
    (|to, image| to.set_next(image), "chevron-right"),
    (|to, image| to.set_plus(image), "plus"),
    (|to, image| to.set_minus(image), "minus"),
    (|to, image| to.set_house(image), "house"),
    (|to, image| to.set_close(image), "x"),
    (|to, image| to.set_check(image), "check"),
    (|to, image| to.set_timer(image), "timer"),
    (|to, image| to.set_languages(image), "languages"),
    (|to, image| to.set_letters(image), "a-large-small"),
    (|to, image| to.set_contrast(image), "contrast"),
    (|to, image| to.set_moving(image), "move"),
    (|to, image| to.set_grow(image), "maximize-2"),
    (|to, image| to.set_shrink(image), "minimize-2"),
    (|to, image| to.set_dices(image), "dices"),
    (|to, image| to.set_trophy(image), "trophy"),
    (|to, image| to.set_clock(image), "clock"),
    (|to, image| to.set_ear(image), "ear"),
    (|to, image| to.set_grip(image), "grip-horizontal"),
    (|to, image| to.set_play(image), "play"),
    (|to, image| to.set_pause(image), "pause"),
    (|to, image| to.set_reset(image), "rotate-ccw"),
    (|to, image| to.set_mic_off(image), "mic-off"),
    (|to, image| to.set_shapes(image), "shapes"),
    (|to, image| to.set_qr(image), "qr-code"),
    (|to, image| to.set_settings(image), "settings"),
    (|to, image| to.set_calendar(image), "calendar-days"),
    (|to, image| to.set_shuffle(image), "shuffle"),
    (|to, image| to.set_users(image), "users"),
    (|to, image| to.set_volume(image), "volume-2"),
    (|to, image| to.set_list(image), "list-ordered"),
    (|to, image| to.set_down(image), "chevron-down"),
    (|to, image| to.set_up(image), "chevron-up"),
    (|to, image| to.set_trash(image), "trash-2"),
    (|to, image| to.set_scan_text(image), "scan-text"),
    (|to, image| to.set_backspace(image), "delete"),
    (|to, image| to.set_shift(image), "arrow-big-up"),
    (|to, image| to.set_basket(image), "shopping-basket"),
    (|to, image| to.set_tap_card(image), "nfc"),
    (|to, image| to.set_scan_code(image), "scan-qr-code"),
    (|to, image| to.set_phone(image), "smartphone"),
    (|to, image| to.set_camera(image), "camera"),
    (|to, image| to.set_mic(image), "mic"),
    (|to, image| to.set_hourglass(image), "hourglass"),
    (|to, image| to.set_triangle_alert(image), "triangle-alert"),
    (|to, image| to.set_unplug(image), "unplug"),
    (|to, image| to.set_back(image), "arrow-left"),
    (|to, image| to.set_board(image), "presentation"),
    (|to, image| to.set_utensils(image), "utensils"),
    (|to, image| to.set_search(image), "search"),
    (|to, image| to.set_keyboard(image), "keyboard"),
];

const PICTURES: &[(PictureSetter, &str)] = &[
    (|to, image| to.set_noodles(image), "1f35c.webp"),
    (|to, image| to.set_lunch(image), "1f371.webp"),
    (|to, image| to.set_tea(image), "1f9cb.webp"),
    (|to, image| to.set_stopwatch(image), "23f1.webp"),
    (|to, image| to.set_die(image), "1f3b2.webp"),
    (|to, image| to.set_cup(image), "1f3c6.webp"),
    (|to, image| to.set_lights(image), "1f6a6.webp"),
    (|to, image| to.set_alarm_clock(image), "23f0.webp"),
    (|to, image| to.set_raised_hand(image), "1f64b.webp"),
    (|to, image| to.set_outbox(image), "1f4e4.webp"),
    (|to, image| to.set_books(image), "1f4da.webp"),
    (|to, image| to.set_calendar(image), "1f4c5.webp"),
    (|to, image| to.set_card(image), "1f4b3.webp"),
    (|to, image| to.set_phone(image), "1f4f1.webp"),
    (|to, image| to.set_party(image), "1f389.webp"),
];
