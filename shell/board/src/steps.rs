//! Who did what when, for those who may undo anybody's steps.
use crate::{
    board::Board,
    clock::Stamp,
    effects::Effects,
    object::{Content, ObjectId},
    objects::{PageSlot, Slot},
    op::{Edit, Op},
    page::PageId,
    person::PersonId,
    scene::Scene,
};

/// What a step did, by its first edit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Did {
    Drew,
    Wrote,
    /// Put a note.
    Noted,
    /// Put a figure.
    Shaped,
    /// Put a picture, a page of a PDF or a video.
    Placed,
    Erased,
    Moved,
    /// Gave something another colour, width, fill, place in the pile or group.
    Changed,
    /// Gave a text or note other words.
    Reworded,
    /// Put in, took out or moved a page, or changed its paper.
    Paged,
    /// Took back steps of others.
    TookBack,
}

/// One step on a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    pub stamp: Stamp,
    pub by: PersonId,
    pub page: PageId,
    pub did: Did,
    /// How many objects it speaks of.
    pub objects: usize,
    /// Somebody has taken it back.
    pub undone: bool,
}

/// A step that no object tells of.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    stamp: Stamp,
    by: PersonId,
    page: PageSlot,
    did: Did,
}

fn did(content: &Content) -> Did {
    match content {
        Content::Stroke(_) => Did::Drew,
        Content::Text(_) => Did::Wrote,
        Content::Shape(_) => Did::Shaped,
        Content::Note(_) => Did::Noted,
        Content::Media(_) => Did::Placed,
    }
}

impl Scene {
    /// Takes note of a step, unless it is one object that says it all.
    pub(crate) fn told(&mut self, op: &Op) {
        let did = match op.edits.first() {
            Some(Edit::Add(object)) => did(&object.content),
            Some(Edit::Erase { .. }) => Did::Erased,
            Some(Edit::Move { .. } | Edit::Transform { .. }) => Did::Moved,
            Some(Edit::Set { .. }) => Did::Changed,
            Some(Edit::Say { .. }) => Did::Reworded,
            Some(Edit::AddPage | Edit::SetPaper(_) | Edit::DropPage | Edit::MovePage { .. }) => Did::Paged,
            // What says only of the own step that it is undone, or done again, is no step.
            Some(Edit::Void { void: true, .. }) if op.edits.len() > 1 => Did::TookBack,
            Some(Edit::Void { .. }) | None => return,
        };
        let page = self.pages.slot(op.page);
        self.told.push(Told { stamp: op.stamp, by: op.by, page, did });
    }

    /// The steps on a page, oldest first.
    pub(crate) fn steps(&self, page: PageId) -> Vec<Step> {
        let Some(slot) = self.pages.find(page) else { return Vec::new() };
        let step = |stamp: Stamp, by, did, objects| {
            let undone = !self.counts(stamp);
            Step { stamp, by, page, did, objects, undone }
        };
        let told = self.told.iter().filter(|told| told.page == slot).map(|told| {
            let objects = self.touched.get(&told.stamp).map_or(1, Vec::len);
            step(told.stamp, told.by, told.did, objects)
        });
        let mut steps: Vec<Step> = told.collect();
        let own = self.objects.slots().filter(|at| self.is_own_step(*at) && self.objects.page(*at) == slot);
        steps.extend(own.map(|at| {
            let did = self.objects.loose(at).map_or(Did::Drew, did);
            step(self.objects.id(at).made, self.objects.by(at), did, 1)
        }));
        steps.sort_unstable_by_key(|step| step.stamp);
        steps
    }

    /// Whether the op that brought an object did nothing else, and therefore is told of by the object only.
    fn is_own_step(&self, slot: Slot) -> bool {
        let ObjectId { made, index } = self.objects.id(slot);
        index == 0
            && self.objects.is_known(slot)
            && !self.seen.contains(&made)
            && !self.touched.contains_key(&made)
    }
}

impl Board {
    /// Who did what when on a page, oldest first.
    pub fn steps(&self, page: PageId) -> Vec<Step> {
        self.scene.steps(page)
    }

    /// Takes back one step of anybody, whenever it was. The undo of who says so brings it back.
    pub fn void_step(&mut self, step: Stamp, by: PersonId, now_us: u64) -> Effects {
        self.take_back(vec![step], by, now_us)
    }

    /// Takes back everything a person did from one time to another (microseconds, both included), on all pages.
    pub fn void_between(
        &mut self,
        person: PersonId,
        from_us: u64,
        to_us: u64,
        by: PersonId,
        now_us: u64,
    ) -> Effects {
        let pages: Vec<PageId> = self.scene.pages.iter().map(|page| page.id).collect();
        let steps = pages.into_iter().flat_map(|page| self.scene.steps(page));
        let mut theirs: Vec<Stamp> = steps
            .filter(|step| step.by == person && (from_us..=to_us).contains(&step.stamp.time))
            // A page stays when it has come: somebody may have drawn on it.
            .filter(|step| step.did != Did::TookBack)
            .map(|step| step.stamp)
            .collect();
        theirs.sort_unstable();
        self.take_back(theirs, by, now_us)
    }

    fn take_back(&mut self, mut steps: Vec<Stamp>, by: PersonId, now_us: u64) -> Effects {
        let mut effects = Effects::default();
        steps.retain(|step| self.scene.counts(*step));
        if !steps.is_empty() {
            let edits = steps.into_iter().map(|op| Edit::Void { op, void: true }).collect();
            self.do_step(by, edits, now_us, &mut effects);
        }
        effects
    }
}
