//! What holds of an object by all ops that count: whether it is to be seen, where it lies, how it looks.
use crate::{
    affine::Affine,
    clock::Stamp,
    colour::Colour,
    object::ObjectId,
    objects::{PageSlot, Slot},
    op::Field,
    runs::Range,
    scene::Scene,
};

/// One whole, in the fixed-point factors that widths are multiplied by.
pub(crate) const FACTOR_ONE: u32 = 1 << 16;

/// How an object is shown, where that is not as it was made.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Looks {
    pub(crate) by: Affine,
    /// The op whose word a text says.
    pub(crate) said: Option<Stamp>,
    pub(crate) colour: Option<Colour>,
    pub(crate) width_um: Option<u16>,
    pub(crate) fill: Option<Option<(Colour, u8)>>,
    pub(crate) z: Option<ObjectId>,
    pub(crate) group: Option<Stamp>,
    pub(crate) pinned: bool,
    /// What is left of a stroke that several have cut; all of it if `None`.
    pub(crate) left: Option<Vec<Range>>,
}

impl Looks {
    /// Whether the two look the same: who moves along with an object is not seen.
    fn looks_like(&self, other: &Looks) -> bool {
        Looks { group: None, pinned: false, ..self.clone() }
            == Looks { group: None, pinned: false, ..other.clone() }
    }

    fn set(&mut self, field: Field) {
        match field {
            Field::Colour(colour) => self.colour = Some(colour),
            Field::Width(width_um) => self.width_um = Some(width_um),
            Field::Fill(fill) => self.fill = Some(fill),
            Field::Depth(z) => self.z = Some(z),
            Field::Group(group) => self.group = group,
            Field::Pinned(pinned) => self.pinned = pinned,
        }
    }
}

impl Scene {
    pub(crate) fn counts(&self, op: Stamp) -> bool {
        let by_now = |stamp: &Stamp| self.until_us.is_none_or(|until| stamp.time <= until);
        let words = self.voids.get(&op).into_iter().flatten();
        let last = words.rev().find(|(stamp, _)| by_now(stamp));
        by_now(&op) && !last.is_some_and(|(_, void)| *void)
    }

    /// The object and the wholes it is a piece of, from itself outwards.
    pub(crate) fn line(&self, slot: Slot) -> impl Iterator<Item = Slot> {
        let whole = |slot: &Slot| self.objects.extras(*slot).and_then(|extras| extras.whole);
        std::iter::successors(Some(slot), whole)
    }

    /// Whether this object, and all that it is a piece of, was made and not taken back.
    pub(crate) fn lives(&self, slot: Slot) -> bool {
        self.line(slot).all(|slot| self.objects.is_known(slot) && self.counts(self.objects.id(slot).made))
    }

    /// How an object should be shown by all that counts; `None` when it should not.
    ///
    /// A piece is in the place of the whole: what moved or coloured the whole, also by somebody who had not seen
    /// that it was cut, holds for what is left of it.
    fn resolve(&self, slot: Slot) -> Option<Looks> {
        if let Some(left) = self.written_by_now(slot) {
            return Some(Looks { left: Some(vec![left]), ..Looks::default() });
        }
        if !self.lives(slot) {
            return None;
        }
        let Some(extras) = self.objects.extras(slot) else { return Some(Looks::default()) };
        if extras.erasers.iter().any(|eraser| self.counts(*eraser)) {
            return None;
        }
        let mut looks = Looks {
            said: extras.words.iter().rev().map(|(stamp, _)| *stamp).find(|stamp| self.counts(*stamp)),
            ..Looks::default()
        };
        if extras.whole.is_none() {
            let moves = extras.moves.iter().filter(|(stamp, _)| self.counts(*stamp));
            looks.by = moves.fold(Affine::IDENTITY, |all, (_, by)| all.then(by));
            let fields = extras.fields.iter().filter(|(stamp, _)| self.counts(*stamp));
            fields.for_each(|(_, field)| looks.set(*field));
        } else {
            let line = || self.line(slot).filter_map(|slot| self.objects.extras(slot));
            let mut moves: Vec<_> = line().flat_map(|extras| &extras.moves).collect();
            moves.retain(|(stamp, _)| self.counts(*stamp));
            // Stable: the steps of one op stay in its order.
            moves.sort_by_key(|(stamp, _)| *stamp);
            looks.by = moves.iter().fold(Affine::IDENTITY, |all, (_, by)| all.then(by));
            let mut fields: Vec<_> = line().flat_map(|extras| &extras.fields).collect();
            fields.retain(|(stamp, _)| self.counts(*stamp));
            fields.sort_by_key(|(stamp, _)| *stamp);
            fields.iter().for_each(|(_, field)| looks.set(*field));
        }
        if let Some(drag) = &extras.drag {
            looks.by = looks.by.then(drag);
        }
        if self.is_tangled(self.root(slot)) {
            looks.left = self.left_of(slot);
            if looks.left.as_ref().is_some_and(Vec::is_empty) {
                return None;
            }
        }
        Some(looks)
    }

    /// Brings the index in line with how an object and its pieces should be.
    pub(crate) fn refresh_family(&mut self, slot: Slot) {
        let root = self.root(slot);
        let from = if self.is_tangled(root) { root } else { slot };
        if self.objects.extras(from).is_none_or(|extras| extras.pieces.is_empty()) {
            self.refresh(from);
            return;
        }
        self.family(from).into_iter().for_each(|slot| self.refresh(slot));
    }

    /// Brings the index in line with how an object should be. Where it already is, nothing is redrawn.
    pub(crate) fn refresh(&mut self, slot: Slot) {
        let looks = self.resolve(slot);
        let shown = self.objects.is_shown(slot);
        match looks {
            None if !shown => {}
            None => self.hide(slot),
            Some(looks) if !shown => self.show(slot, looks),
            Some(looks) => {
                let now = self.objects.extras(slot).and_then(|extras| extras.looks.as_deref());
                let now = now.cloned().unwrap_or_default();
                if now.looks_like(&looks) {
                    if now != looks {
                        self.set_looks(slot, looks);
                    }
                } else {
                    self.hide(slot);
                    self.show(slot, looks);
                }
            }
        }
    }

    fn set_looks(&mut self, slot: Slot, looks: Looks) {
        if looks != Looks::default() {
            self.objects.extras_mut(slot).looks = Some(Box::new(looks));
        } else if self.objects.extras(slot).is_some_and(|extras| extras.looks.is_some()) {
            self.objects.extras_mut(slot).looks = None;
        }
    }

    fn show(&mut self, slot: Slot, looks: Looks) {
        self.set_looks(slot, looks);
        self.objects.set_shown(slot, true);
        self.with_footprint(slot, |scene, print| {
            let (objects, page) = (&scene.objects, scene.objects.page(slot));
            if let Some(page) = scene.pages.get_mut(page) {
                let packed = objects.is_packed(slot);
                page.index.enter(slot, packed, print.cells(), |slot| depth(objects, slot));
            }
        });
    }

    /// Hides those of many objects that should not be seen any more. What is left of them is for
    /// [`Scene::refresh_family`].
    pub(crate) fn hide_gone(&mut self, slots: &[Slot]) {
        let mut pages: Vec<PageSlot> = Vec::new();
        for slot in slots {
            // What is tangled is looked at as a whole.
            let alone = self.objects.is_shown(*slot) && !self.is_tangled(self.root(*slot));
            if alone && self.resolve(*slot).is_none() {
                self.objects.set_shown(*slot, false);
                pages.push(self.objects.page(*slot));
            }
        }
        pages.sort_unstable();
        pages.dedup();
        let objects = &self.objects;
        for page in pages {
            if let Some(page) = self.pages.get_mut(page) {
                page.index.sweep(|slot| objects.is_shown(slot), |slot| objects.is_packed(slot));
            }
        }
    }

    pub(crate) fn hide(&mut self, slot: Slot) {
        if !self.objects.is_shown(slot) {
            return;
        }
        self.with_footprint(slot, |scene, print| {
            let (objects, page) = (&scene.objects, scene.objects.page(slot));
            if let Some(page) = scene.pages.get_mut(page) {
                let packed = objects.is_packed(slot);
                page.index.leave(slot, packed, print.cells(), |slot| depth(objects, slot));
            }
        });
        self.objects.set_shown(slot, false);
    }

    pub(crate) fn depth(&self, slot: Slot) -> crate::index::Depth {
        depth(&self.objects, slot)
    }
}

/// Where an object lies in the pile now.
fn depth(objects: &crate::objects::Objects, slot: Slot) -> crate::index::Depth {
    let looks = objects.extras(slot).and_then(|extras| extras.looks.as_deref());
    (looks.and_then(|looks| looks.z).unwrap_or_else(|| objects.z(slot)), objects.id(slot))
}
