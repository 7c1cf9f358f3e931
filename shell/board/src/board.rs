//! The board itself: its face to the display. What each call leads to is in the neighbouring files: `command`
//! (buttons), `hand` (contacts), `scene` (objects), `paint` (pixels).
use std::{collections::HashMap, sync::Arc};

use ink::{Mask, Rect, Scale};

use crate::{
    album::Album,
    clock::{Actor, Clock},
    colour::Colour,
    effects::{BoardEvent, Effects},
    film::Films,
    gallery::Gallery,
    hand::{ContactId, Hand},
    held::Drawn,
    history::History,
    laid::Laid,
    lookback::Lookback,
    making::Clip,
    object::{Object, ObjectId},
    op::Op,
    page::PageId,
    pane::Pane,
    paper::Paper,
    person::{Person, PersonId, Tool, Width},
    point::PageRect,
    scene::Scene,
    text::{BadFont, Typeface},
    view::View,
};

/// The size of the panel a board is shown on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Surface {
    pub width_px: u32,
    pub height_px: u32,
    pub width_um: i32,
    pub height_um: i32,
}

/// Why a board cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum BoardError {
    #[error("the board's font cannot be read: fetch the assets again (cargo xtask assets)")]
    Font,
    #[error("a panel of {width_px} by {height_px} pixels cannot show a board: check --size")]
    Size { width_px: u32, height_px: u32 },
}

/// The largest side of a panel in pixels: twice 8K, and far below where tile numbers end.
const LARGEST_SIDE_PX: u32 = 16_384;

/// People, pages, objects and the contacts now on the glass.
pub struct Board {
    pub(crate) surface: Surface,
    pub(crate) scale: Scale,
    pub(crate) clock: Clock,
    pub(crate) people: Vec<Person>,
    pub(crate) selections: HashMap<PersonId, Vec<ObjectId>>,
    /// The frames around selections, as they were last told to be shown.
    pub(crate) frames: Vec<(PersonId, PageId, PageRect, Colour)>,
    pub(crate) scene: Scene,
    pub(crate) history: History,
    /// The present, while the past is shown.
    pub(crate) lookback: Option<Lookback>,
    /// What each person copied last.
    pub(crate) clips: HashMap<PersonId, Vec<Clip>>,
    pub(crate) hands: HashMap<ContactId, Hand>,
    pub(crate) drawn: HashMap<PersonId, Drawn>,
    /// From the left to the right, rows from the top: one at least.
    pub(crate) panes: Vec<Pane>,
    /// What lies between panes, in pixels of the panel.
    pub(crate) gaps: Vec<Rect>,
    /// The pane each person touched last: where their undo works.
    pub(crate) seats: [usize; PersonId::COUNT as usize],
    /// How pages that are not shown were shown last.
    pub(crate) views: HashMap<PageId, View>,
    /// Instruments on the board, from the bottom up.
    pub(crate) laid: Vec<Laid>,
    pub(crate) next_laid: u32,
    pub(crate) album: Album,
    pub(crate) gallery: Gallery,
    pub(crate) films: Films,
    pub(crate) mask: Mask,
    /// A stroke's nodes, unpacked to be drawn.
    pub(crate) nodes: Vec<ink::Node>,
    /// The papers as they were last drawn.
    pub(crate) papers: HashMap<PageId, Paper>,
    /// Some of what is shown is not drawn yet.
    pub(crate) blurred: bool,
}

impl Board {
    /// An empty board of one page, the page that every board has ([`PageId::FIRST`]).
    ///
    /// `font` is an OpenType file. `actor` names this board among those that may ever share it.
    pub fn new(surface: Surface, actor: Actor, font: Vec<u8>) -> Result<Board, BoardError> {
        let sides = [surface.width_px, surface.height_px];
        if sides.iter().any(|side| *side == 0 || *side > LARGEST_SIDE_PX) || surface.width_um <= 0 {
            return Err(BoardError::Size { width_px: surface.width_px, height_px: surface.height_px });
        }
        let typeface = Typeface::new(font).map_err(|BadFont| BoardError::Font)?;
        Ok(Board::blank(surface, actor, Arc::new(typeface)))
    }

    /// An empty board like this one, on the same panel.
    pub fn fresh(&self) -> Board {
        Board::blank(self.surface, self.clock.actor(), self.scene.typeface.clone())
    }

    fn blank(surface: Surface, actor: Actor, typeface: Arc<Typeface>) -> Board {
        let scale = Scale::new(surface.width_px, surface.width_um);
        let panel = Rect::sized(0, 0, surface.width_px as i32, surface.height_px as i32);
        Board {
            surface,
            scale,
            clock: Clock::new(actor),
            people: PersonId::all().map(Person::newcomer).collect(),
            selections: HashMap::new(),
            frames: Vec::new(),
            scene: Scene::new(typeface, surface.width_um),
            history: History::default(),
            lookback: None,
            clips: HashMap::new(),
            hands: HashMap::new(),
            drawn: HashMap::new(),
            panes: vec![Pane::new(panel, PageId::FIRST, scale)],
            gaps: Vec::new(),
            seats: [0; PersonId::COUNT as usize],
            views: HashMap::new(),
            laid: Vec::new(),
            next_laid: 0,
            album: Album::default(),
            gallery: Gallery::default(),
            films: Films::default(),
            mask: Mask::new(),
            nodes: Vec::new(),
            papers: HashMap::new(),
            blurred: true,
        }
    }

    /// Takes in what a journal kept, in its order, and shows the page that was last drawn on. Undo works on
    /// over the restart.
    pub fn replay(&mut self, ops: Vec<Op>) -> Effects {
        let last = ops.last().map(|op| op.page);
        ops.into_iter().for_each(|op| self.recall(op));
        self.recalled(last)
    }

    /// Takes in one op of a journal; nothing is drawn before [`Board::recalled`].
    pub fn recall(&mut self, op: Op) {
        self.take_in(op);
    }

    /// All of a journal has been taken in; `last` is the page that was drawn on last.
    pub fn recalled(&mut self, last: Option<PageId>) -> Effects {
        let mut effects = Effects { damage: self.repaint(), ..Effects::default() };
        effects.events.push(BoardEvent::StatusChanged);
        if let Some(page) = last.filter(|page| self.scene.has_page(*page)) {
            effects.extend(self.show_page_in(0, page));
        }
        effects
    }

    /// Takes in one op made elsewhere or earlier. The order of ops does not matter, and one that is already
    /// known changes nothing.
    pub fn merge(&mut self, op: Op) -> Effects {
        if !self.take_in(op) {
            return Effects::default();
        }
        let mut effects = Effects { damage: self.repaint(), ..Effects::default() };
        effects.events.push(BoardEvent::StatusChanged);
        effects.extend(self.leave_dropped_pages());
        effects
    }

    fn take_in(&mut self, op: Op) -> bool {
        self.clock.saw(op.stamp);
        let scene = self.lookback.as_mut().map_or(&mut self.scene, |lookback| &mut lookback.present);
        let news = scene.is_news(op.stamp);
        if news {
            scene.apply(&op);
            if op.stamp.actor == self.clock.actor() {
                self.history.did(&op);
            }
        }
        news
    }

    pub fn person(&self, person: PersonId) -> &Person {
        &self.people[person.seat()]
    }

    pub fn set_tool(&mut self, person: PersonId, tool: Tool) -> Effects {
        self.people[person.seat()].tool = tool;
        if matches!(tool, Tool::Lasso | Tool::Hand) { Effects::default() } else { self.deselect(person) }
    }

    pub fn set_colour(&mut self, person: PersonId, colour: Colour) {
        self.people[person.seat()].colour = colour;
    }

    pub fn set_width(&mut self, person: PersonId, width: Width) {
        self.people[person.seat()].width = width;
    }

    pub fn can_undo(&self, person: PersonId) -> bool {
        self.history.last_done(person, self.page_of(person)).is_some()
    }

    pub fn can_redo(&self, person: PersonId) -> bool {
        self.history.last_undone(person, self.page_of(person)).is_some()
    }

    /// How many pages there are: at least 1.
    pub fn pages(&self) -> usize {
        self.scene.pages().len()
    }

    /// The page that a person's buttons work on: that of the pane they touched last.
    pub fn page_of(&self, person: PersonId) -> PageId {
        self.page_id_in(self.seat(person))
    }

    /// The pane a person touched last; the first before that.
    pub fn seat(&self, person: PersonId) -> usize {
        self.seats[person.seat()].min(self.panes.len() - 1)
    }

    pub fn surface(&self) -> Surface {
        self.surface
    }

    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// What the person circled last.
    pub fn selection(&self, person: PersonId) -> &[ObjectId] {
        self.selections.get(&person).map_or(&[], Vec::as_slice)
    }

    /// An object as it was made, if it is known. Its place may have moved since: see [`Board::bounds`].
    pub fn object(&self, id: ObjectId) -> Option<Object> {
        self.scene.object(id)
    }

    /// What a text says now.
    pub fn text(&self, id: ObjectId) -> Option<&str> {
        self.scene.text(id)
    }

    /// The page shown in the first pane, counted from 0.
    pub fn page(&self) -> usize {
        self.page_in(0)
    }

    /// The page shown in the first pane.
    pub fn page_id(&self) -> PageId {
        self.page_id_in(0)
    }

    /// The objects to be seen on the first pane's page, from the bottom up.
    pub fn visible(&self) -> Vec<ObjectId> {
        self.visible_in(0)
    }

    /// The objects to be seen on a pane's page, from the bottom up.
    pub fn visible_in(&self, pane: usize) -> Vec<ObjectId> {
        self.scene.visible(self.page_id_in(pane))
    }

    /// The box around objects, where they lie now; `None` when none of them is to be seen.
    pub fn bounds(&self, ids: &[ObjectId]) -> Option<PageRect> {
        self.scene.bounds(ids)
    }

    /// How many contacts are on the board.
    pub fn hands(&self) -> usize {
        self.hands.len()
    }

    /// The whole panel, in pixels.
    pub fn panel_px(&self) -> Rect {
        Rect::sized(0, 0, self.surface.width_px as i32, self.surface.height_px as i32)
    }
}
