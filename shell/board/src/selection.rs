//! What is done to a selection: moved, scaled, turned, stacked, grouped, pinned, coloured. Each is one step.
use std::collections::HashSet;

use crate::{
    affine::Affine,
    board::Board,
    clock::{Actor, Stamp},
    colour::Colour,
    effects::{BoardEvent, Effects},
    index::Depth,
    object::ObjectId,
    op::{Edit, Field, Op},
    person::PersonId,
    scene::Scene,
};

/// Where in the pile a selection goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Pile {
    Top,
    /// Over the next thing that it touches.
    Up,
    /// Under the next thing that it touches.
    Down,
    Bottom,
}

impl Board {
    /// Selects objects for a person, with the groups they belong to. What is not to be seen is left out.
    pub fn select(&mut self, person: PersonId, ids: &[ObjectId]) -> Effects {
        let mut effects = self.deselect(person);
        let mut ids = self.scene.with_groups(ids);
        ids.retain(|id| self.scene.is_shown(*id));
        if let Some(bounds) = self.scene.bounds(&ids) {
            self.selections.insert(person, ids.clone());
            effects.events.push(BoardEvent::Selected { person, ids, bounds });
            effects.damage.extend(self.repaint());
        }
        effects
    }

    /// Selects everything on the person's page that is not pinned.
    pub fn select_all(&mut self, person: PersonId) -> Effects {
        let mut ids = self.scene.visible(self.page_of(person));
        ids.retain(|id| !self.scene.is_pinned(*id));
        self.select(person, &ids)
    }

    /// Moves, scales or turns the selection. What is pinned, or in somebody else's hand, stays.
    pub fn transform_selection(&mut self, person: PersonId, by: Affine, now_us: u64) -> Effects {
        let ids = self.free_to_move(person, self.selection(person), now_us);
        if ids.is_empty() || by == Affine::IDENTITY || !by.stays_on_page() {
            return Effects::default();
        }
        self.edit_selection(person, vec![Edit::Transform { ids, by }], now_us)
    }

    /// Gives the selection a colour: ink, words, lines, and the paper of notes.
    pub fn recolour_selection(&mut self, person: PersonId, colour: Colour, now_us: u64) -> Effects {
        self.set_selection(person, Field::Colour(colour), now_us)
    }

    /// Gives the lines and strokes of the selection a width, in micrometres.
    pub fn rewidth_selection(&mut self, person: PersonId, width_um: u16, now_us: u64) -> Effects {
        self.set_selection(person, Field::Width(width_um), now_us)
    }

    /// Fills the figures of the selection: colour and opacity.
    pub fn fill_selection(&mut self, person: PersonId, fill: Option<(Colour, u8)>, now_us: u64) -> Effects {
        self.set_selection(person, Field::Fill(fill), now_us)
    }

    /// Pins the selection where it is, or sets it free. What is pinned is not met by lasso, hand and eraser; a tap
    /// of the lasso selects it.
    pub fn pin_selection(&mut self, person: PersonId, pinned: bool, now_us: u64) -> Effects {
        self.set_selection(person, Field::Pinned(pinned), now_us)
    }

    /// From now on what is selected is selected together.
    pub fn group_selection(&mut self, person: PersonId, now_us: u64) -> Effects {
        if self.selection(person).len() < 2 {
            return Effects::default();
        }
        let stamp = self.clock.next(now_us);
        let edit = Edit::Set { ids: self.selection(person).to_vec(), field: Field::Group(Some(stamp)) };
        self.edit_at(person, stamp, vec![edit])
    }

    pub fn ungroup_selection(&mut self, person: PersonId, now_us: u64) -> Effects {
        self.set_selection(person, Field::Group(None), now_us)
    }

    /// Lays the selection elsewhere in the pile; among itself it stays as it is.
    pub fn stack_selection(&mut self, person: PersonId, pile: Pile, now_us: u64) -> Effects {
        let page = self.page_of(person);
        let chosen: HashSet<ObjectId> = self.selection(person).iter().copied().collect();
        let Some(bounds) = self.scene.bounds(self.selection(person)) else { return Effects::default() };
        let (mine, others): (Vec<Depth>, Vec<Depth>) = self
            .scene
            .pile_of(page, matches!(pile, Pile::Up | Pile::Down).then_some(bounds))
            .into_iter()
            .partition(|(_, id)| chosen.contains(id));
        let (Some(lowest), Some(highest)) = (mine.first(), mine.last()) else { return Effects::default() };
        let below = others.partition_point(|depth| depth < lowest);
        let above = others.partition_point(|depth| depth < highest);
        // The number of others that are to lie under the selection.
        let under = match pile {
            Pile::Top => others.len(),
            Pile::Bottom => 0,
            Pile::Up => (above + 1).min(others.len()),
            Pile::Down => below.saturating_sub(1),
        };
        if under == below && below == above {
            return Effects::default();
        }
        // Between the two neighbours of the whole page's pile, not only of those that touch.
        let all = self.scene.pile_of(page, None);
        let rest: Vec<ObjectId> =
            all.into_iter().filter(|(_, id)| !chosen.contains(id)).map(|(z, _)| z).collect();
        let low = under.checked_sub(1).and_then(|at| others.get(at)).map(|(z, _)| *z);
        let high = match low {
            Some(low) => rest.iter().copied().find(|z| *z > low),
            None => rest.first().copied(),
        };
        let stamp = self.clock.next(now_us);
        let places = places(low, high.unwrap_or(ObjectId { made: stamp, index: 0 }), mine.len());
        let edits = mine.iter().zip(places);
        let edits = edits.map(|((_, id), z)| Edit::Set { ids: vec![*id], field: Field::Depth(z) }).collect();
        self.edit_at(person, stamp, edits)
    }

    fn set_selection(&mut self, person: PersonId, field: Field, now_us: u64) -> Effects {
        let ids = self.selection(person).to_vec();
        if ids.is_empty() {
            return Effects::default();
        }
        self.edit_selection(person, vec![Edit::Set { ids, field }], now_us)
    }

    fn edit_selection(&mut self, person: PersonId, edits: Vec<Edit>, now_us: u64) -> Effects {
        let stamp = self.clock.next(now_us);
        self.edit_at(person, stamp, edits)
    }

    /// Does a step and says where the selection lies now.
    fn edit_at(&mut self, person: PersonId, stamp: Stamp, edits: Vec<Edit>) -> Effects {
        let mut effects = Effects::default();
        let page = self.page_of(person);
        self.perform(Op { stamp, by: person, page, edits }, &mut effects);
        let ids = self.selection(person).to_vec();
        if let Some(bounds) = self.scene.bounds(&ids) {
            effects.events.push(BoardEvent::Selected { person, ids, bounds });
        }
        effects
    }
}

impl Scene {
    pub(crate) fn is_pinned(&self, id: ObjectId) -> bool {
        self.slot(id).and_then(|slot| self.looks(slot)).is_some_and(|looks| looks.pinned)
    }

    /// Objects, and everything on their pages that is of a group with one of them.
    pub(crate) fn with_groups(&self, ids: &[ObjectId]) -> Vec<ObjectId> {
        let group = |id: &ObjectId| {
            let slot = self.slot(*id)?;
            Some((self.objects.page(slot), self.looks(slot)?.group?))
        };
        let groups: HashSet<_> = ids.iter().filter_map(group).collect();
        let mut all = ids.to_vec();
        let pages: HashSet<_> = groups.iter().map(|(page, _)| *page).collect();
        for page in pages {
            let id = self.pages.at(page).map(|page| page.id).unwrap_or_default();
            let members = self.visible(id);
            all.extend(
                members.into_iter().filter(|id| group(id).is_some_and(|group| groups.contains(&group))),
            );
        }
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// So many places in the pile between two, in order.
fn places(low: Option<ObjectId>, high: ObjectId, count: usize) -> Vec<ObjectId> {
    let number = |id: ObjectId| {
        u128::from(id.made.time) << 64 | u128::from(id.made.actor.0) << 32 | u128::from(id.index)
    };
    let high = number(high);
    // Under everything: an hour before, so that there is room below as well.
    let low = low.map_or_else(|| high.saturating_sub(3_600_000_000 << 64), number);
    let step = high.saturating_sub(low) / (count as u128 + 1);
    let place = |at: u128| {
        let time = u64::try_from(at >> 64).unwrap_or(u64::MAX);
        ObjectId { made: Stamp { time, actor: Actor((at >> 32) as u32) }, index: at as u32 }
    };
    (1..=count as u128).map(|nth| place(low + step * nth)).collect()
}
