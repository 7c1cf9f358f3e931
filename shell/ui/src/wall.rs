//! The board's surfaces: the dock, a palette for each person, what comes beside a selection or a text, and the panel
//! for finding pages.

mod choices;
mod editing;
mod finder;
mod palettes;
mod selections;
mod sums;

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use api::shell::Element;
use board::{ObjectId, PersonId};
use display::{Area, BoardCommand, FromDisplay, ToDisplay};
use slint::{ComponentHandle, PlatformError};

use crate::bridge::Asker;
use crate::class::Class;
use crate::layout::Layout;
use crate::reading::Reading;
use crate::screens::{
    ChoicesSurface, DockAdapter, DockSurface, EditorSurface, LassoBarSurface, PaletteSurface, Trouble,
};
use crate::surface::{Easel, Level, Surface};
use choices::Offered;
use editing::Editing;
use finder::Finder;
use palettes::Hue;
use selections::Selection;

/// Everything on the wall but the ink.
pub struct Wall {
    easel: Rc<Easel>,
    layout: Layout,
    asker: Asker,
    size_um: (i32, i32),
    dock: Surface<DockSurface>,
    palettes: RefCell<BTreeMap<PersonId, Surface<PaletteSurface>>>,
    hues: RefCell<BTreeMap<PersonId, Hue>>,
    bars: RefCell<BTreeMap<PersonId, Surface<LassoBarSurface>>>,
    selections: RefCell<BTreeMap<PersonId, Selection>>,
    /// What was read and is on its way to the board, of each person.
    placing: RefCell<BTreeMap<PersonId, Reading>>,
    choices: RefCell<BTreeMap<PersonId, Surface<ChoicesSurface>>>,
    offered: RefCell<BTreeMap<PersonId, Offered>>,
    /// The last texts that were read, with what else they may be, for whoever edits one.
    known: RefCell<VecDeque<(ObjectId, Reading)>>,
    editors: RefCell<BTreeMap<PersonId, Surface<EditorSurface>>>,
    editing: RefCell<BTreeMap<PersonId, Editing>>,
    finder: RefCell<Option<Finder>>,
    class: Rc<Class>,
    /// Runs while the board has changed and does not rest yet.
    idle: slint::Timer,
    state: RefCell<State>,
    leave: Box<dyn Fn()>,
    complain: Box<dyn Fn(Trouble)>,
}

#[derive(Default)]
struct State {
    visible: bool,
    page: usize,
    pages: usize,
    reading: bool,
    tickets: u64,
}

/// What a wall is made of.
pub struct Parts {
    /// Makes its surfaces.
    pub easel: Rc<Easel>,
    /// Places them.
    pub layout: Layout,
    /// The way to the recogniser.
    pub asker: Asker,
    /// The tools of a lesson, which float over it.
    pub class: Rc<Class>,
    /// The panel, to tell the board where palettes are.
    pub size_um: (i32, i32),
    /// Somebody pressed Home.
    pub leave: Box<dyn Fn()>,
    /// Something could not be done.
    pub complain: Box<dyn Fn(Trouble)>,
}

impl Wall {
    /// Makes the dock and the two palettes that are always there.
    pub fn new(parts: Parts) -> Result<Rc<Self>, PlatformError> {
        let dock = parts.easel.make("dock", parts.layout.dock(), Level::Standing, None, DockSurface::new)?;
        let wall = Rc::new(Self {
            easel: parts.easel,
            layout: parts.layout,
            asker: parts.asker,
            size_um: parts.size_um,
            dock,
            palettes: RefCell::default(),
            hues: RefCell::default(),
            bars: RefCell::default(),
            selections: RefCell::default(),
            placing: RefCell::default(),
            choices: RefCell::default(),
            offered: RefCell::default(),
            known: RefCell::default(),
            editors: RefCell::default(),
            editing: RefCell::default(),
            finder: RefCell::default(),
            class: parts.class,
            idle: slint::Timer::default(),
            state: RefCell::default(),
            leave: parts.leave,
            complain: parts.complain,
        });
        wall.connect_dock();
        let at_edges = [wall.layout.left_palette(), wall.layout.right_palette()];
        for (person, rect) in PersonId::all().zip(at_edges) {
            wall.add_palette(person, rect, false)?;
        }
        wall.tell_palettes();
        Ok(wall)
    }

    fn connect_dock(self: &Rc<Self>) {
        let adapter = self.dock.ui.global::<DockAdapter<'_>>();
        let with = |act: fn(&Rc<Self>)| {
            let wall = Rc::downgrade(self);
            move || {
                if let Some(wall) = wall.upgrade() {
                    act(&wall);
                }
            }
        };
        adapter.on_find(with(|wall| wall.open_finder("")));
        adapter.on_classroom(with(|wall| wall.class.toggle_panel()));
        adapter.on_home(with(|wall| (wall.leave)()));
        adapter.on_add(with(|wall| wall.command(BoardCommand::AddPage { person: PersonId::FIRST })));
        adapter.on_previous(with(|wall| {
            let page = wall.state.borrow().page;
            if let Some(previous) = page.checked_sub(1) {
                wall.command(BoardCommand::GoToPage(previous));
            }
        }));
        adapter.on_next(with(|wall| {
            let page = wall.state.borrow().page;
            wall.command(BoardCommand::GoToPage(page + 1));
        }));
    }

    /// Shows or hides all of it.
    pub fn set_visible(&self, visible: bool) {
        self.state.borrow_mut().visible = visible;
        self.dock.set_visible(visible);
        self.class.set_visible(visible);
        self.palettes.borrow().values().for_each(|palette| palette.set_visible(visible));
        for (person, bar) in &*self.bars.borrow() {
            bar.set_visible(visible && self.selections.borrow().contains_key(person));
        }
        if !visible {
            self.close_finder();
        }
        for (person, choices) in &*self.choices.borrow() {
            choices.set_visible(visible && self.offered.borrow().contains_key(person));
        }
        for (person, editor) in &*self.editors.borrow() {
            editor.set_visible(visible && self.editing.borrow().contains_key(person));
        }
    }

    /// What the display tells about the board.
    pub fn take(self: &Rc<Self>, event: FromDisplay) {
        let outcome = match event {
            FromDisplay::Status { page, pages, people, .. } => {
                self.show_pages(page, pages);
                self.show_history(&people);
                self.look_through_later();
                Ok(())
            }
            FromDisplay::Selected { person, ids, bounds } => self.select(person, ids, bounds),
            FromDisplay::Deselected { person } => {
                self.deselect(person);
                Ok(())
            }
            FromDisplay::TextTapped { id, person, text, bounds } => self.edit(person, id, text, bounds),
            FromDisplay::TextPlaced { id, person, text, bounds } => self.offer(person, id, &text, bounds),
            FromDisplay::PaletteAsked { x, y } => self.open_palette(x, y),
            // Pictures and videos are decoded elsewhere.
            FromDisplay::VideoShown { .. } | FromDisplay::VideoHidden { .. } => Ok(()),
            FromDisplay::Film { .. } | FromDisplay::FilmTrouble { .. } => Ok(()),
            FromDisplay::Trouble(_) | FromDisplay::Closed => Ok(()),
        };
        if let Err(error) = outcome {
            tracing::error!(%error, "a surface could not be made");
        }
    }

    fn show_pages(&self, page: usize, pages: usize) {
        if self.state.borrow().page != page {
            self.withdraw_all();
        }
        let mut state = self.state.borrow_mut();
        (state.page, state.pages) = (page, pages);
        let adapter = self.dock.ui.global::<DockAdapter<'_>>();
        adapter.set_page(i32::try_from(page + 1).unwrap_or(i32::MAX));
        adapter.set_pages(i32::try_from(pages).unwrap_or(i32::MAX));
    }

    fn command(&self, command: BoardCommand) {
        if let Err(error) = self.easel.display.send(ToDisplay::Board(command)) {
            tracing::error!(%error, "the display does not listen");
            (self.complain)(Trouble::TextNotPlaced);
        }
    }

    /// A number that no other request to the services has.
    fn ticket(&self) -> u64 {
        let mut state = self.state.borrow_mut();
        state.tickets += 1;
        state.tickets
    }

    /// Everything on the wall that a finger can use, back to front.
    pub fn list(&self, into: &mut Vec<Element>) {
        self.dock.list(into);
        self.class.list(into);
        self.palettes.borrow().values().for_each(|palette| palette.list(into));
        self.bars.borrow().values().for_each(|bar| bar.list(into));
        self.choices.borrow().values().for_each(|choices| choices.list(into));
        self.editors.borrow().values().for_each(|editor| editor.list(into));
        self.finder.borrow().iter().for_each(|finder| finder.surface().list(into));
    }

    /// The middle of a surface as the board counts, in micrometres.
    fn on_panel(&self, rect: Area) -> display::PanelPoint {
        let screen = self.layout.screen();
        let scale = |px: i32, side_px: i32, side_um: i32| {
            let um = i64::from(px) * i64::from(side_um) / i64::from(side_px.max(1));
            i32::try_from(um).unwrap_or(i32::MAX)
        };
        display::PanelPoint {
            x_um: scale(rect.x + rect.width / 2, screen.width, self.size_um.0),
            y_um: scale(rect.y + rect.height / 2, screen.height, self.size_um.1),
        }
    }
}
