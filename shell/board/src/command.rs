//! What the buttons do: undo, pages, texts, selections. Each is one step of one person.
use ink::Scale;

use crate::{
    board::Board,
    clock::Stamp,
    effects::{BoardEvent, Effects},
    hand::Hand,
    object::{Content, Object, ObjectId, Text},
    op::{Edit, Op},
    page::PageId,
    person::PersonId,
    point::{PagePoint, PageRect},
    raster::{self, Gray},
};

/// The most pages a board has; a lesson needs a dozen, a term two hundred.
pub(crate) const MOST_PAGES: usize = 200;
/// The longest text, in bytes: a full page of print. Longer ones are cut at a character.
const LONGEST_TEXT: usize = 16_384;

impl Board {
    /// Takes back the person's last step on this page that can still be seen to be taken back. Nothing
    /// anybody else did is touched, and history is added to, not rewritten.
    pub fn undo(&mut self, person: PersonId, now_us: u64) -> Effects {
        self.say_of_steps(person, now_us, true)
    }

    /// Does again what the person undid last.
    pub fn redo(&mut self, person: PersonId, now_us: u64) -> Effects {
        self.say_of_steps(person, now_us, false)
    }

    fn say_of_steps(&mut self, person: PersonId, now_us: u64, void: bool) -> Effects {
        let mut effects = self.deselect(person);
        if self.is_past() {
            return effects;
        }
        let page = self.page_of(person);
        let next = |board: &Board| match void {
            true => board.history.last_done(person, page),
            false => board.history.last_undone(person, page),
        };
        // Of pages without a picture nobody has asked what changed before.
        let pictured = self.album.pages();
        self.scene.forget_dirt(&pictured);
        // A step whose ink somebody else has rubbed out changes no pixel: go on to one that does, so that
        // every press of the button does something. Each turn takes a step off the stack.
        while let Some(op) = next(self) {
            let stamp = self.clock.next(now_us);
            let op = Stamp { time: op, actor: self.clock.actor() };
            let edits = self.history.words(op, void);
            if self.perform(Op { stamp, by: person, page, edits }, &mut effects) {
                break;
            }
        }
        effects
    }

    /// Adds a page at the end and shows it in the person's pane. Beyond the limit it shows the last page instead.
    pub fn add_page(&mut self, person: PersonId, now_us: u64) -> Effects {
        let pane = self.seat(person);
        if self.pages() >= MOST_PAGES {
            return self.go_to_page(pane, MOST_PAGES - 1);
        }
        let stamp = self.clock.next(now_us);
        let page = PageId(stamp);
        let op = Op { stamp, by: person, page, edits: vec![Edit::AddPage] };
        let mut effects = Effects::default();
        self.perform(op, &mut effects);
        effects.extend(self.show_page_in(pane, page));
        effects
    }

    /// Shows the page with this number in a pane, counted from 0; the last one if there are fewer.
    pub fn go_to_page(&mut self, pane: usize, number: usize) -> Effects {
        let pages = self.scene.pages();
        let page = pages.get(number).or(pages.last()).copied();
        page.map_or_else(Effects::default, |page| self.show_page_in(pane, page))
    }

    /// Puts a text into `rect` (its size is chosen to fill it) in place of the objects it was read from.
    /// One step to undo.
    pub fn place_text(
        &mut self,
        person: PersonId,
        rect: PageRect,
        text: &str,
        replaces: &[ObjectId],
        now_us: u64,
    ) -> Effects {
        let text = cut(text);
        let mut effects = self.deselect(person);
        if text.trim().is_empty() {
            return effects;
        }
        let stamp = self.clock.next(now_us);
        let id = ObjectId { made: stamp, index: 0 };
        let size_um = self.scene.typeface.size_for(rect, text);
        let at = PagePoint::new(rect.x0_um, rect.y0_um);
        let colour = self.colour_of(replaces).unwrap_or(self.person(person).colour);
        let content = Content::Text(Text { at, size_um, room_um: 0, text: text.to_owned(), colour });
        let page = self.page_of(person);
        let object = Object { id, page, by: person, z: id, piece_of: None, content };
        let mut edits = Vec::new();
        if !replaces.is_empty() {
            edits.push(Edit::Erase { ids: replaces.to_vec() });
        }
        edits.push(Edit::Add(object));
        self.perform(Op { stamp, by: person, page, edits }, &mut effects);
        effects
    }

    /// Changes what a text says. An empty text is the same as deleting it.
    pub fn edit_text(&mut self, person: PersonId, id: ObjectId, text: &str, now_us: u64) -> Effects {
        let mut effects = Effects::default();
        let Some(before) = self.scene.text(id) else { return effects };
        let text = cut(text).to_owned();
        if text == before {
            return effects;
        }
        let edit =
            if text.trim().is_empty() { Edit::Erase { ids: vec![id] } } else { Edit::Say { id, text } };
        self.do_step(person, vec![edit], now_us, &mut effects);
        effects
    }

    /// Moves objects by so many micrometres.
    pub fn move_by(
        &mut self,
        person: PersonId,
        ids: &[ObjectId],
        dx_um: i32,
        dy_um: i32,
        now_us: u64,
    ) -> Effects {
        let mut effects = Effects::default();
        if !ids.is_empty() && (dx_um, dy_um) != (0, 0) {
            let edit = Edit::Move { ids: ids.to_vec(), dx_um, dy_um };
            self.do_step(person, vec![edit], now_us, &mut effects);
        }
        effects
    }

    /// Deletes what the person selected.
    pub fn delete_selection(&mut self, person: PersonId, now_us: u64) -> Effects {
        let ids = self.selection(person).to_vec();
        let mut effects = self.deselect(person);
        if !ids.is_empty() {
            self.do_step(person, vec![Edit::Erase { ids }], now_us, &mut effects);
        }
        effects
    }

    /// Deletes everything on the person's page that is not pinned; one step to undo.
    pub fn clear_page(&mut self, person: PersonId, now_us: u64) -> Effects {
        let page = self.page_of(person);
        let mut effects = self.lift_on(page);
        effects.extend(self.deselect_on(page));
        let mut ids = self.scene.visible(page);
        ids.retain(|id| !self.scene.is_pinned(*id));
        if !ids.is_empty() {
            self.do_step(person, vec![Edit::Erase { ids }], now_us, &mut effects);
        }
        effects
    }

    /// The page that a person's selection is on.
    pub(crate) fn selection_page(&self, person: PersonId) -> Option<PageId> {
        let slot = self.scene.slot(*self.selection(person).first()?)?;
        self.scene.pages.at(self.scene.objects.page(slot)).map(|page| page.id)
    }

    /// Ends the selections on a page.
    pub(crate) fn deselect_on(&mut self, page: PageId) -> Effects {
        let mut effects = Effects::default();
        for person in PersonId::all() {
            if self.selection_page(person) == Some(page) {
                effects.extend(self.deselect(person));
            }
        }
        effects
    }

    pub fn deselect(&mut self, person: PersonId) -> Effects {
        let mut effects = Effects::default();
        if self.selections.remove(&person).is_some() {
            effects.damage.extend(self.repaint());
            effects.events.push(BoardEvent::Deselected { person });
        }
        effects
    }

    /// The objects as a picture for recognition: dark ink on white, `height_px` high with its margin.
    /// `None` when none of them is to be seen.
    pub fn raster(&self, ids: &[ObjectId], height_px: u32) -> Option<Gray> {
        raster::raster(&self.scene, ids, height_px)
    }

    fn colour_of(&self, ids: &[ObjectId]) -> Option<crate::colour::Colour> {
        ids.iter().find_map(|id| match self.scene.placed(*id)?.content {
            Content::Stroke(stroke) if !stroke.highlighter => Some(stroke.colour),
            Content::Text(text) => Some(text.colour),
            Content::Shape(shape) => Some(shape.colour),
            Content::Stroke(_) | Content::Note(_) | Content::Media(_) => None,
        })
    }

    pub(crate) fn do_step(&mut self, person: PersonId, edits: Vec<Edit>, now_us: u64, effects: &mut Effects) {
        let stamp = self.clock.next(now_us);
        let page = self.page_of(person);
        self.perform(Op { stamp, by: person, page, edits }, effects);
    }

    /// Applies an op made here, shows it, and puts it among those to write. True when it changed what lies on a page,
    /// or the page itself.
    pub(crate) fn perform(&mut self, op: Op, effects: &mut Effects) -> bool {
        // Nobody changes the past.
        if self.is_past() {
            return false;
        }
        effects.damage.extend(self.repaint());
        self.scene.apply(&op);
        // What took back a page, or what others did elsewhere, is a change of another page than the one it is said on.
        let changed = self.scene.is_any_dirty();
        effects.damage.extend(self.repaint());
        self.history.did(&op);
        effects.ops.push(op);
        if effects.events.last() != Some(&BoardEvent::StatusChanged) {
            effects.events.push(BoardEvent::StatusChanged);
        }
        effects.extend(self.leave_dropped_pages());
        changed
    }

    pub(crate) fn lift_everything(&mut self) -> Effects {
        self.lift_where(|_| true)
    }

    /// Ends all contacts where they were last seen: what was written stays.
    pub fn lift_all(&mut self) -> Effects {
        self.lift_everything()
    }

    /// Ends the contacts that began in a pane.
    pub(crate) fn lift_in(&mut self, pane: usize) -> Effects {
        self.lift_where(|hand| hand.pane == pane)
    }

    fn lift_on(&mut self, page: PageId) -> Effects {
        self.lift_where(|hand| hand.page == page)
    }

    fn lift_where(&mut self, ends: impl Fn(&Hand) -> bool) -> Effects {
        let mut contacts: Vec<_> =
            self.hands.iter().filter(|(_, hand)| ends(hand)).map(|(contact, _)| *contact).collect();
        contacts.sort_unstable();
        let mut effects = Effects::default();
        for contact in contacts {
            effects.extend(self.lift(contact));
        }
        effects
    }
}

pub(crate) fn cut(text: &str) -> &str {
    let mut end = text.len().min(LONGEST_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The pixel box of a box on the page.
pub(crate) fn px_box(rect: PageRect, scale: Scale) -> ink::Rect {
    scale.cover(rect.x0_um as f32, rect.y0_um as f32, rect.x1_um as f32, rect.y1_um as f32)
}
