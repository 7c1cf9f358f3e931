//! The board's surfaces: the dock and its panels, a palette for each person, what comes beside a selection or a text,
//! and the panel for finding pages.

mod choices;
mod claims;
mod dock;
mod editing;
mod end;
mod finder;
mod insert;
mod palettes;
mod panels;
mod past;
mod present;
mod selections;
mod sensing;
mod sources;
mod strip;
mod sums;
mod told;
mod view;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use api::shell::Element;
use board::{Ground, ObjectId, Paper, PersonId};
use display::{Area, BoardCommand, FromDisplay, PaneStatus, ToDisplay};
use slint::PlatformError;

use crate::bridge::Asker;
use crate::class::Class;
use crate::files::Files;
use crate::kept::prefs::Prefs;
use crate::layout::Layout;
use crate::pinyin;
use crate::reading::Reading;
use crate::senses::Senses;
use crate::surface::{Easel, Surface};
use choices::Offered;
use dock::Dock;
use editing::Editing;
use end::End;
pub(crate) use finder::rows::{age, picture};
use finder::{Finder, Side};
use insert::Insert;
use palettes::Hue;
use panels::Panels;
use past::Past;
use present::Presenting;
use screens::{ChoicesSurface, EditorSurface, LassoBarSurface, PaletteSurface, Trouble};
use selections::Selection;
pub use sources::Setup;
use strip::Strip;
use sums::Figures;
pub use told::{Told, files};
use view::Views;

/// Everything on the wall but the ink.
pub struct Wall {
    easel: Rc<Easel>,
    layout: Layout,
    asker: Asker,
    size_um: (i32, i32),
    dock: Dock,
    panels: RefCell<Panels>,
    strip: RefCell<Option<Strip>>,
    presenting: RefCell<Presenting>,
    insert: RefCell<Insert>,
    sources: RefCell<sources::Sources>,
    files: Files,
    views: RefCell<Views>,
    end: RefCell<End>,
    past: RefCell<Past>,
    /// What else is done when a class is over for good.
    over: RefCell<Vec<Box<dyn Fn()>>>,
    palettes: RefCell<BTreeMap<PersonId, Surface<PaletteSurface>>>,
    hues: RefCell<BTreeMap<PersonId, Hue>>,
    claims: RefCell<claims::Claims>,
    bars: RefCell<BTreeMap<PersonId, Surface<LassoBarSurface>>>,
    selections: RefCell<BTreeMap<PersonId, Selection>>,
    /// What was read and is on its way to the board, of each person.
    placing: RefCell<BTreeMap<PersonId, Reading>>,
    /// The same of sums, with the value that is on its way.
    placing_sums: RefCell<BTreeMap<PersonId, (String, Figures)>>,
    choices: RefCell<BTreeMap<PersonId, Surface<ChoicesSurface>>>,
    offered: RefCell<BTreeMap<PersonId, Offered>>,
    /// The last texts that were read, with what else they may be, for whoever edits one.
    known: RefCell<VecDeque<(ObjectId, Reading)>>,
    editors: RefCell<BTreeMap<PersonId, Surface<EditorSurface>>>,
    editing: RefCell<BTreeMap<PersonId, Editing>>,
    finders: RefCell<BTreeMap<Side, Finder>>,
    class: Rc<Class>,
    dictionary: pinyin::Loading,
    /// The colour of a new page, once it is known.
    ground: Cell<Option<Ground>>,
    senses: Rc<Senses>,
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
    panes: Vec<PaneStatus>,
    /// The pane that each person's buttons work on.
    seats: BTreeMap<PersonId, usize>,
    /// The board hangs lower.
    reached: bool,
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
    /// Reads what can be put on the board.
    pub files: Files,
    /// Cameras, inputs and streams, as configured.
    pub sources: Setup,
    /// Somebody pressed Home.
    pub leave: Box<dyn Fn()>,
    /// Something could not be done.
    pub complain: Box<dyn Fn(Trouble)>,
}

impl Wall {
    /// Makes the dock and the two palettes that are always there.
    pub fn new(parts: Parts) -> Result<Rc<Self>, PlatformError> {
        let dock = Dock::new(&parts.easel, &parts.layout)?;
        let senses = Senses::new(&parts.easel, parts.layout, parts.asker.clone())?;
        let wall = Rc::new(Self {
            senses,
            easel: parts.easel,
            layout: parts.layout,
            asker: parts.asker,
            size_um: parts.size_um,
            dock,
            panels: RefCell::default(),
            strip: RefCell::default(),
            presenting: RefCell::default(),
            insert: RefCell::default(),
            sources: RefCell::new(sources::Sources::new(parts.sources)),
            files: parts.files,
            views: RefCell::default(),
            end: RefCell::default(),
            past: RefCell::default(),
            over: RefCell::default(),
            palettes: RefCell::default(),
            hues: RefCell::default(),
            claims: RefCell::default(),
            bars: RefCell::default(),
            selections: RefCell::default(),
            placing: RefCell::default(),
            placing_sums: RefCell::default(),
            choices: RefCell::default(),
            offered: RefCell::default(),
            known: RefCell::default(),
            editors: RefCell::default(),
            editing: RefCell::default(),
            finders: RefCell::default(),
            class: parts.class,
            dictionary: pinyin::load(pinyin::INSTALLED.into()),
            ground: Cell::default(),
            idle: slint::Timer::default(),
            state: RefCell::default(),
            leave: parts.leave,
            complain: parts.complain,
        });
        wall.connect_dock();
        wall.connect_senses();
        wall.allow_sources();
        let at_edges = [wall.layout.left_palette(), wall.layout.right_palette()];
        for (person, rect) in PersonId::all().zip(at_edges) {
            wall.add_palette(person, rect, false)?;
        }
        wall.tell_palettes();
        // Panels near by close at a touch of the board, and a hand that points or moves things is somebody too.
        wall.ask_display(ToDisplay::TellTouches(true));
        Ok(wall)
    }

    /// Shows or hides all of it.
    pub fn set_visible(&self, visible: bool) {
        self.state.borrow_mut().visible = visible;
        self.dock.set_visible(visible);
        self.show_panels(visible);
        self.show_reminders();
        self.show_ended(visible);
        self.renew_sources();
        self.sources.borrow().windows.set_visible(visible);
        self.class.set_visible(visible);
        self.senses.set_visible(visible);
        self.palettes.borrow().values().for_each(|palette| palette.set_visible(visible));
        for (person, bar) in &*self.bars.borrow() {
            bar.set_visible(visible && self.selections.borrow().contains_key(person));
        }
        if !visible {
            self.hush_hint();
            self.close_finders();
        }
        for (person, choices) in &*self.choices.borrow() {
            choices.set_visible(visible && self.offered.borrow().contains_key(person));
        }
        for (person, editor) in &*self.editors.borrow() {
            editor.set_visible(visible && self.editing.borrow().contains_key(person));
        }
    }

    /// What the people of this room like.
    pub fn like(&self, prefs: &Prefs) {
        self.class.like(prefs);
        let before = self.ground.replace(Some(prefs.board.into()));
        // Whoever changes it looks at this page; what was kept counts for new ones.
        if before.is_some_and(|before| before != prefs.board.into()) {
            self.set_ground(PersonId::FIRST);
        }
    }

    /// Adds a page in the colour that people like.
    pub fn add_page(&self, person: PersonId) {
        self.command(BoardCommand::AddPage { person });
        if self.ground.get().is_some_and(|ground| ground != Ground::default()) {
            self.set_ground(person);
        }
    }

    fn set_ground(&self, person: PersonId) {
        let paper = Paper { ground: self.ground.get().unwrap_or_default(), ..Paper::default() };
        self.command(BoardCommand::SetPaper { person, paper });
    }

    /// The tools of a lesson.
    pub fn class(&self) -> &Rc<Class> {
        &self.class
    }

    /// Shows a page, counted from 0.
    pub fn go_to(&self, page: usize) {
        self.command(BoardCommand::GoToPage(page));
    }

    /// What the display tells about the board.
    pub fn take(self: &Rc<Self>, event: FromDisplay) {
        let outcome = match event {
            FromDisplay::Status { page, pages, panes, people } => {
                self.show_pages(page, pages);
                self.state.borrow_mut().panes = panes;
                self.show_grounds(&people);
                self.renew_strip();
                self.show_view();
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
            FromDisplay::ClassEnded { undoable_ms } => {
                self.class_ended(Duration::from_millis(undoable_ms.into()))
            }
            FromDisplay::ClassGoesOn => {
                self.class_settled(false);
                Ok(())
            }
            FromDisplay::ClassIsOver => {
                self.class_settled(true);
                Ok(())
            }
            FromDisplay::Past { length_ms, people } => {
                self.past_entered(length_ms, &people);
                Ok(())
            }
            FromDisplay::PastLeft => {
                self.past_left();
                Ok(())
            }
            FromDisplay::NoPast => {
                (self.complain)(Trouble::TextNotPlaced);
                Ok(())
            }
            FromDisplay::FingersWrite { person } => {
                self.moves_no_more(person);
                Ok(())
            }
            FromDisplay::Touched { x, y } => {
                self.touched(x, y);
                Ok(())
            }
            FromDisplay::PaletteAsked { x, y } => self.open_palette(x, y),
            // Pictures and videos are decoded elsewhere.
            FromDisplay::VideoShown { .. }
            | FromDisplay::VideoHidden { .. }
            | FromDisplay::Inputs(_)
            | FromDisplay::Live { .. }
            | FromDisplay::LivePicture { .. } => self.take_live(event),
            FromDisplay::Film { .. } | FromDisplay::FilmTrouble { .. } => Ok(()),
            FromDisplay::Felt { .. } | FromDisplay::Trouble(_) | FromDisplay::Closed => Ok(()),
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
        self.class.set_page(page);
        self.dock.show_pages(page, pages);
    }

    fn command(&self, command: BoardCommand) {
        self.ask_display(ToDisplay::Board(command));
    }

    fn ask_display(&self, wish: ToDisplay) {
        if let Err(error) = self.easel.display.send(wish) {
            tracing::error!(%error, "the display does not listen");
            (self.complain)(Trouble::TextNotPlaced);
        }
    }

    /// When a class is over for good, what else knows of it forgets it.
    pub fn on_class_over(&self, forget: impl Fn() + 'static) {
        self.over.borrow_mut().push(Box::new(forget));
    }

    /// Whether the board hangs lower.
    pub fn is_reached(&self) -> bool {
        self.state.borrow().reached
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
        self.presenting.borrow().list(into);
        self.class.list(into);
        self.senses.list(into);
        self.palettes.borrow().values().for_each(|palette| palette.list(into));
        self.bars.borrow().values().for_each(|bar| bar.list(into));
        self.choices.borrow().values().for_each(|choices| choices.list(into));
        self.editors.borrow().values().for_each(|editor| editor.list(into));
        self.list_finders(into);
        self.panels.borrow().list(into);
        self.end.borrow().list(into);
        self.insert.borrow().list(into);
        self.sources.borrow().windows.list(into);
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
