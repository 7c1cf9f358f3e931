//! Things that commands put on a page: texts, notes, figures, pictures, and copies of what is there.
use std::collections::HashMap;

use crate::{
    affine::Affine,
    board::Board,
    clock::Stamp,
    command::cut,
    effects::Effects,
    media::Media,
    note::Note,
    object::{Content, Object, ObjectId, Stroke, Text},
    op::{Edit, Field, Op},
    page::PageId,
    person::PersonId,
    point::{PagePoint, PageRect},
    scene::Scene,
    shape::Shape,
};

/// The height of a line in a new text or note, in micrometres: read from the back row.
const LINE_UM: u32 = 40_000;
/// A copy lies this far from its original, right and down, in micrometres.
const BESIDE_UM: i32 = 15_000;

/// One thing that was copied.
#[derive(Clone, Debug)]
pub(crate) struct Clip {
    content: Content,
    by: Affine,
    width_um: Option<u16>,
    group: Option<Stamp>,
}

impl Board {
    /// Puts a text at a place, its lines broken to `room_um` (0: the page's edge). One step to undo; an empty text
    /// is none.
    pub fn add_text(
        &mut self,
        person: PersonId,
        at: PagePoint,
        room_um: u32,
        text: &str,
        now_us: u64,
    ) -> Effects {
        let text = cut(text).to_owned();
        if text.trim().is_empty() {
            return Effects::default();
        }
        let colour = self.person(person).colour;
        self.add_content(person, Content::Text(Text { at, size_um: LINE_UM, room_um, text, colour }), now_us)
    }

    /// Puts a sticky note on the page, with or without words on it, in the person's colour.
    pub fn add_note(&mut self, person: PersonId, rect: PageRect, text: &str, now_us: u64) -> Effects {
        let paper = self.person(person).colour;
        let colour = if paper.is_dark() { crate::Colour::WHITE } else { crate::Colour::BLACK };
        let text = cut(text).to_owned();
        self.add_content(person, Content::Note(Note { rect, paper, size_um: LINE_UM, colour, text }), now_us)
    }

    /// Puts a figure on the page.
    pub fn add_shape(&mut self, person: PersonId, shape: Shape, now_us: u64) -> Effects {
        self.add_content(person, Content::Shape(shape), now_us)
    }

    /// Puts a picture, a page of a PDF or a video on the page.
    pub fn add_media(&mut self, person: PersonId, media: Media, now_us: u64) -> Effects {
        self.add_content(person, Content::Media(media), now_us)
    }

    fn add_content(&mut self, person: PersonId, content: Content, now_us: u64) -> Effects {
        let mut effects = Effects::default();
        let (stamp, page) = (self.clock.next(now_us), self.page_of(person));
        let id = ObjectId { made: stamp, index: 0 };
        let object = Object { id, page, by: person, z: id, piece_of: None, content };
        self.perform(Op { stamp, by: person, page, edits: vec![Edit::Add(object)] }, &mut effects);
        effects
    }

    /// Keeps a copy of the selection, to be pasted on this or another page. Says whether there was any.
    pub fn copy_selection(&mut self, person: PersonId) -> bool {
        let clips = self.scene.clips(self.selection(person));
        let some = !clips.is_empty();
        if some {
            self.clips.insert(person, clips);
        }
        some
    }

    pub fn can_paste(&self, person: PersonId) -> bool {
        self.clips.contains_key(&person)
    }

    /// Puts what the person copied last on their page, moved by so much, and selects it.
    pub fn paste(&mut self, person: PersonId, dx_um: i32, dy_um: i32, now_us: u64) -> Effects {
        let clips = self.clips.get(&person).cloned().unwrap_or_default();
        self.put_clips(person, &clips, Affine::shift(dx_um, dy_um), now_us)
    }

    /// Puts a copy of the selection beside it, and selects the copy.
    pub fn duplicate_selection(&mut self, person: PersonId, now_us: u64) -> Effects {
        let clips = self.scene.clips(self.selection(person));
        self.put_clips(person, &clips, Affine::shift(BESIDE_UM, BESIDE_UM), now_us)
    }

    fn put_clips(&mut self, person: PersonId, clips: &[Clip], by: Affine, now_us: u64) -> Effects {
        let mut effects = Effects::default();
        if clips.is_empty() {
            return effects;
        }
        let (stamp, page) = (self.clock.next(now_us), self.page_of(person));
        let (edits, ids) = edits_of(clips, person, page, stamp, &by);
        self.perform(Op { stamp, by: person, page, edits }, &mut effects);
        effects.extend(self.select(person, &ids));
        effects
    }
}

/// What brings copies to a page, in the order of their pile.
fn edits_of(
    clips: &[Clip],
    by: PersonId,
    page: PageId,
    made: Stamp,
    further: &Affine,
) -> (Vec<Edit>, Vec<ObjectId>) {
    let mut edits = Vec::new();
    let mut ids = Vec::new();
    let mut groups: HashMap<Stamp, Vec<ObjectId>> = HashMap::new();
    for (index, clip) in (0..).zip(clips) {
        let id = ObjectId { made, index };
        ids.push(id);
        edits.push(Edit::Add(Object { id, page, by, z: id, piece_of: None, content: clip.content.clone() }));
        let placing = clip.by.then(further);
        if placing != Affine::IDENTITY {
            edits.push(Edit::Transform { ids: vec![id], by: placing });
        }
        if let Some(width_um) = clip.width_um {
            edits.push(Edit::Set { ids: vec![id], field: Field::Width(width_um) });
        }
        if let Some(group) = clip.group {
            groups.entry(group).or_default().push(id);
        }
    }
    // The copies of a group are a group of their own.
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_unstable_by_key(|(group, _)| *group);
    for (number, (_, ids)) in groups.into_iter().enumerate() {
        let group = Stamp { time: made.time.saturating_add(number as u64), ..made };
        edits.push(Edit::Set { ids, field: Field::Group(Some(group)) });
    }
    (edits, ids)
}

impl Scene {
    /// Copies of objects as they look now, from the bottom up. A stroke with a gap is as many strokes.
    fn clips(&self, ids: &[ObjectId]) -> Vec<Clip> {
        let mut pile: Vec<_> = ids.iter().filter_map(|id| Some((self.depth(self.slot(*id)?), *id))).collect();
        pile.sort_unstable();
        let mut clips = Vec::new();
        for (_, id) in pile {
            let Some(placed) = self.placed(id) else { continue };
            let width_um = self.slot(id).and_then(|slot| self.looks(slot)).and_then(|looks| looks.width_um);
            let clip = |content| Clip { content, by: placed.by, width_um, group: placed.group };
            if let Content::Stroke(stroke) = &placed.content {
                let more = placed.more.iter();
                clips.extend(
                    more.map(|trace| {
                        clip(Content::Stroke(Stroke { trace: trace.clone(), ..stroke.clone() }))
                    }),
                );
            }
            clips.push(clip(placed.content.clone()));
        }
        clips
    }
}
