//! A palette for each person: tool, colour, undo. The board is told what was chosen; the palette shows it at once.

use std::rc::Rc;

use board::{Colour, Form, Ground, PersonId, Tool, Width};
use display::{Area, BoardCommand, PersonStatus, ToDisplay};
use slint::{Color, ComponentHandle, PlatformError};

use super::Wall;
use crate::rows::kept;
use crate::surface::{Level, Surface};
use screens::{PaletteAdapter, PaletteSurface, ToolKind};

/// From fine to broad.
const WIDTHS: [Width; 3] = [Width::Fine, Width::Medium, Width::Broad];

/// What a person draws with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hue {
    tool: ToolKind,
    width: Width,
    /// Their fingers move the board.
    moving: bool,
    pub(super) colour: Colour,
}

/// The colours people start with, so that neighbours differ from the first stroke on.
const FIRST_COLOURS: [Colour; 10] = [
    Colour::BLUE,
    Colour::VERMILION,
    Colour::GREEN,
    Colour::PURPLE,
    Colour::ORANGE,
    Colour::SKY,
    Colour::BLACK,
    Colour::GREY,
    Colour::BLUE,
    Colour::VERMILION,
];

impl Wall {
    /// Opens a palette for the next person who has none, where it was asked for.
    pub(super) fn open_palette(self: &Rc<Self>, x: i32, y: i32) -> Result<(), PlatformError> {
        let free = PersonId::all().find(|person| !self.palettes.borrow().contains_key(person));
        let Some(person) = free else {
            tracing::info!("all people have a palette");
            return Ok(());
        };
        self.claim_anew(person);
        self.add_palette(person, self.layout.palette_at(x, y), true)?;
        self.tell_palettes();
        Ok(())
    }

    /// Makes a person's palette.
    pub(super) fn add_palette(
        self: &Rc<Self>,
        person: PersonId,
        rect: Area,
        closable: bool,
    ) -> Result<(), PlatformError> {
        let palette = self.easel.make("palette", rect, Level::Standing, Some(person), PaletteSurface::new)?;
        let first = FIRST_COLOURS[usize::from(person.number() - 1) % FIRST_COLOURS.len()];
        let hue = *self.hues.borrow_mut().entry(person).or_insert(Hue {
            tool: ToolKind::Pen,
            width: Width::Medium,
            moving: false,
            colour: first,
        });
        let adapter = palette.ui.global::<PaletteAdapter<'_>>();
        adapter.set_person(person.number().into());
        show_colours(&adapter, hue, Ground::default());
        adapter.set_colour(hue.colour.index().unwrap_or_default().into());
        adapter.set_tool(hue.tool);
        adapter.set_width(place_of(hue.width));
        adapter.set_closable(closable);
        self.connect_palette(person, &adapter);
        self.command(BoardCommand::SetTool { person, tool: tool(hue.tool) });
        self.command(BoardCommand::SetColour { person, colour: hue.colour });
        self.command(BoardCommand::SetWidth { person, width: hue.width });
        palette.set_visible(self.state.borrow().visible);
        self.palettes.borrow_mut().insert(person, palette);
        Ok(())
    }

    fn connect_palette(self: &Rc<Self>, person: PersonId, adapter: &PaletteAdapter<'_>) {
        let wall = Rc::downgrade(self);
        adapter.on_choose_tool(move |kind| {
            if let Some(wall) = wall.upgrade() {
                wall.choose(person, |hue| (hue.tool, hue.moving) = (kind, false));
                wall.command(BoardCommand::SetTool { person, tool: tool(kind) });
                wall.tell_moving(person, false);
            }
        });
        let wall = Rc::downgrade(self);
        adapter.on_choose_colour(move |index| {
            let colour = u8::try_from(index).ok().and_then(Colour::new);
            if let (Some(wall), Some(colour)) = (wall.upgrade(), colour) {
                wall.choose(person, |hue| hue.colour = colour);
                wall.command(BoardCommand::SetColour { person, colour });
            }
        });
        let wall = Rc::downgrade(self);
        adapter.on_choose_width(move |place| {
            if let Some(wall) = wall.upgrade() {
                let width = WIDTHS[usize::try_from(place).unwrap_or(0).min(WIDTHS.len() - 1)];
                wall.choose(person, |hue| hue.width = width);
                wall.command(BoardCommand::SetWidth { person, width });
            }
        });
        self.connect_further(person, adapter);
    }

    fn connect_further(self: &Rc<Self>, person: PersonId, adapter: &PaletteAdapter<'_>) {
        let with = |act: fn(&Rc<Wall>, PersonId)| {
            let wall = Rc::downgrade(self);
            move || {
                if let Some(wall) = wall.upgrade() {
                    act(&wall, person);
                }
            }
        };
        adapter.on_note(with(Wall::put_note));
        adapter.on_move(with(|wall, person| {
            let moving = wall.hues.borrow().get(&person).is_some_and(|hue| !hue.moving);
            wall.choose(person, |hue| hue.moving = moving);
            wall.tell_moving(person, moving);
        }));
        adapter.on_clear_page(with(|wall, person| wall.command(BoardCommand::ClearPage { person })));
        adapter.on_undo(with(|wall, person| {
            wall.withdraw(person);
            wall.command(BoardCommand::Undo { person });
        }));
        adapter.on_redo(with(|wall, person| {
            wall.withdraw(person);
            wall.command(BoardCommand::Redo { person });
        }));
        adapter.on_close(with(Wall::close_palette));
        self.connect_claim(person, adapter);
    }

    /// A fresh board knows nobody's tools: they are told anew.
    pub(super) fn equip_everybody(&self) {
        let hues: Vec<(PersonId, Hue)> =
            self.hues.borrow().iter().map(|(person, hue)| (*person, *hue)).collect();
        for (person, hue) in hues {
            self.command(BoardCommand::SetTool { person, tool: tool(hue.tool) });
            self.command(BoardCommand::SetColour { person, colour: hue.colour });
            self.command(BoardCommand::SetWidth { person, width: hue.width });
        }
    }

    fn tell_moving(&self, person: PersonId, on: bool) {
        if let Err(error) = self.easel.display.send(ToDisplay::FingersMove { person, on }) {
            tracing::error!(%error, "the display does not listen");
        }
    }

    /// A person's fingers write again.
    pub(super) fn moves_no_more(&self, person: PersonId) {
        self.choose(person, |hue| hue.moving = false);
    }

    /// A note beside the person's palette, towards the middle of the board.
    pub(super) fn put_note(self: &Rc<Self>, person: PersonId) {
        let palette = self.palettes.borrow().get(&person).map(|palette| palette.place.rect());
        let rect = self.layout.note(palette.unwrap_or_else(|| self.dock.rect()));
        self.command(BoardCommand::AddNote { person, rect, text: String::new() });
    }

    pub(super) fn choose(&self, person: PersonId, change: impl FnOnce(&mut Hue)) {
        let hue = {
            let mut hues = self.hues.borrow_mut();
            let Some(hue) = hues.get_mut(&person) else { return };
            change(hue);
            *hue
        };
        self.claims.borrow_mut().chose(person, hue.colour);
        if let Some(palette) = self.palettes.borrow().get(&person) {
            let adapter = palette.ui.global::<PaletteAdapter<'_>>();
            adapter.set_tool(hue.tool);
            adapter.set_colour(hue.colour.index().unwrap_or_default().into());
            adapter.set_width(place_of(hue.width));
            adapter.set_moving(hue.moving);
        }
        self.show_ground(person);
    }

    /// On which board each person works: their colours are shown as that board shows them.
    pub(super) fn show_grounds(&self, people: &[PersonStatus]) {
        let seats = people.iter().map(|status| (status.person, status.pane)).collect();
        self.state.borrow_mut().seats = seats;
        people.iter().for_each(|status| self.show_ground(status.person));
    }

    fn show_ground(&self, person: PersonId) {
        let palettes = self.palettes.borrow();
        let (Some(palette), Some(hue)) = (palettes.get(&person), self.hues.borrow().get(&person).copied())
        else {
            return;
        };
        let state = self.state.borrow();
        let pane = state.seats.get(&person).and_then(|seat| state.panes.get(*seat));
        let ground = pane.map(|pane| pane.paper.ground).unwrap_or_default();
        show_colours(&palette.ui.global::<PaletteAdapter<'_>>(), hue, ground);
    }

    fn close_palette(self: &Rc<Self>, person: PersonId) {
        if let Some(palette) = self.palettes.borrow().get(&person) {
            palette.set_visible(false);
        }
        // The palette's own button is calling, so the component must outlive this call.
        let wall = Rc::downgrade(self);
        slint::Timer::single_shot(std::time::Duration::ZERO, move || {
            if let Some(wall) = wall.upgrade() {
                wall.palettes.borrow_mut().remove(&person);
                wall.tell_palettes();
            }
        });
    }

    /// Tells the board where palettes are: a contact belongs to the person of the nearest.
    pub(super) fn tell_palettes(&self) {
        let places = self
            .palettes
            .borrow()
            .iter()
            .map(|(person, palette): (&PersonId, &Surface<PaletteSurface>)| {
                (*person, self.on_panel(palette.place.rect()))
            })
            .collect();
        if let Err(error) = self.easel.display.send(ToDisplay::Palettes(places)) {
            tracing::error!(%error, "the display does not listen");
        }
    }

    /// Who can undo and redo now.
    pub(super) fn show_history(&self, people: &[PersonStatus]) {
        let palettes = self.palettes.borrow();
        for status in people {
            if let Some(palette) = palettes.get(&status.person) {
                let adapter = palette.ui.global::<PaletteAdapter<'_>>();
                adapter.set_can_undo(status.can_undo);
                adapter.set_can_redo(status.can_redo);
            }
        }
    }
}

fn place_of(width: Width) -> i32 {
    WIDTHS.iter().position(|other| *other == width).and_then(|at| i32::try_from(at).ok()).unwrap_or(1)
}

fn tool(kind: ToolKind) -> Tool {
    match kind {
        ToolKind::Pen => Tool::Pen,
        ToolKind::Highlighter => Tool::Highlighter,
        ToolKind::Eraser => Tool::Eraser,
        ToolKind::StrokeEraser => Tool::StrokeEraser,
        ToolKind::Line => Tool::Shape(Form::Line),
        ToolKind::Arrow => Tool::Shape(Form::Arrow),
        ToolKind::Rectangle => Tool::Shape(Form::Rectangle),
        ToolKind::Ellipse => Tool::Shape(Form::Ellipse),
        ToolKind::Triangle => Tool::Shape(Form::Triangle),
        ToolKind::Diamond => Tool::Shape(Form::Diamond),
        ToolKind::Lasso => Tool::Lasso,
        ToolKind::Hand => Tool::Hand,
    }
}

/// Shows the colours as ink has them on a ground, and the owner's.
fn show_colours(adapter: &PaletteAdapter<'_>, hue: Hue, ground: Ground) {
    let colours = Colour::all().map(|colour| solid(colour.on(ground)));
    adapter.set_colours(kept(adapter.get_colours(), colours));
    // Words on the owner's colour are dark where it is light.
    adapter.set_light(!Ground::Own(hue.colour.on(ground)).is_dark());
}

pub(super) fn solid(rgb: u32) -> Color {
    Color::from_argb_encoded(0xff00_0000 | rgb)
}
