//! A pen held still at the end of a stroke makes it the figure it was meant to be, together with the strokes before
//! it that belong to it. While it is held, it moves the figure's end or corner; lifted, it leaves handles, which a
//! pen that rests on one takes hold of: a pen that moves at once writes.
use ink::Node;

use crate::{
    board::Board,
    effects::Effects,
    figure::{Before, Figure, Kind, MOST_STROKES, recognise_last},
    hand::{ContactId, Doing, Hand, Tip},
    handles::Handle,
    object::{Content, Object, ObjectId},
    op::{Edit, Op},
    page::PageId,
    person::{PersonId, Tool},
    point::PagePoint,
    shape::{Dash, Outline, Shape},
    wet::Wet,
};

/// A pen that has not moved for so long, in microseconds, waits for the board to do something with its stroke.
pub(crate) const HOLD_US: u64 = 650_000;
/// Within so much a pen is still, in micrometres of the glass: an infrared frame's tremble.
pub(crate) const STILL_UM: i64 = 4_000;
/// Strokes further apart in time than this, in microseconds, are not of one figure: the longest look from the
/// board to the book and back.
const PAUSE_US: u64 = 12_000_000;
/// Strokes of writing follow each other so quickly that the last few began within this time, in microseconds.
const FLUENT_US: u64 = 4_000_000;
/// A pen that rests so long on a handle takes hold of it, in microseconds: longer than a stroke's beginning, shorter
/// than what asks for a palette.
const GRIP_US: u64 = 350_000;

/// What a person drew lately, that a figure may be completed of; and the figure whose handles are shown.
#[derive(Default)]
pub(crate) struct Drawn {
    strokes: Vec<(ObjectId, PageId, u64)>,
    snapped: Option<ObjectId>,
}

impl Drawn {
    /// A stroke, or a figure in its place, has been put on a page.
    pub(crate) fn add(&mut self, id: ObjectId, page: PageId, now_us: u64) {
        let one_figure =
            |(_, on, when): &(ObjectId, PageId, u64)| *on == page && now_us.saturating_sub(*when) <= PAUSE_US;
        if !self.strokes.last().is_some_and(one_figure) {
            self.strokes.clear();
        }
        if self.strokes.len() == MOST_STROKES {
            self.strokes.remove(0);
        }
        self.strokes.push((id, page, now_us));
    }
}

impl Board {
    /// Pens that have been still for long enough: their strokes become figures, where they are any, and handles that
    /// they rest on are taken hold of.
    pub(crate) fn snap_held(&mut self, now_us: u64, effects: &mut Effects) {
        let held = |hand: &Hand| {
            hand.travelled && hand.guide.is_none() && now_us.saturating_sub(hand.still_us) >= HOLD_US
        };
        let grips = |hand: &Hand| {
            !hand.travelled && hand.guide.is_none() && now_us.saturating_sub(hand.began_us()) >= GRIP_US
        };
        let writes = |doing: &Doing| matches!(doing, Doing::Ink(wet) if !wet.highlighter && !wet.asked);
        let mut waiting: Vec<ContactId> = self
            .hands
            .iter()
            .filter(|(_, hand)| writes(&hand.doing) && (held(hand) || grips(hand)))
            .map(|(contact, _)| *contact)
            .collect();
        waiting.sort_unstable();
        for contact in waiting {
            let Some(mut hand) = self.hands.remove(&contact) else { continue };
            if hand.travelled {
                self.snap(&mut hand, now_us, effects);
            } else {
                self.grip(&mut hand, effects);
            }
            self.hands.insert(contact, hand);
        }
    }

    fn snap(&mut self, hand: &mut Hand, now_us: u64, effects: &mut Effects) {
        let before = self.strokes_before(hand.person, hand.page, hand.began_us());
        let Doing::Ink(wet) = &mut hand.doing else { return };
        // Asked once for each rest: what is no figure stays ink until the pen moves on.
        wet.asked = true;
        let strokes: Vec<Before<'_>> =
            before.iter().map(|(_, nodes, fluent)| Before { nodes, fluent: *fluent }).collect();
        let Some((figure, parts)) = recognise_last(&strokes, wet.nodes()) else { return };
        let mut replaced: Vec<ObjectId> =
            parts.iter().filter_map(|at| before.get(*at).map(|(id, ..)| *id)).collect();
        if let Doing::Ink(mut wet) = std::mem::replace(&mut hand.doing, Doing::Spent) {
            // The ink becomes a step, and the figure in its place another: whoever meant the ink takes back one step.
            replaced.push(self.commit(&mut wet, hand.pane, hand.person, now_us, effects));
            hand.doing = self.replace_by_figure(&wet, figure, &replaced, hand, now_us, effects);
        }
    }

    fn replace_by_figure(
        &mut self,
        wet: &Wet,
        figure: Figure,
        replaced: &[ObjectId],
        hand: &Hand,
        now_us: u64,
        effects: &mut Effects,
    ) -> Doing {
        let Figure { kind, outline, arrows, .. } = figure;
        let ends = ends(&outline);
        let shape = Shape {
            outline,
            colour: wet.colour,
            width_um: wet.width_um(),
            dash: Dash::Solid,
            fill: None,
            arrows,
        };
        let id = self.add_figure(shape, replaced, hand, now_us, effects);
        let drawn = self.drawn.entry(hand.person).or_default();
        drawn.strokes.retain(|(id, ..)| !replaced.contains(id));
        drawn.add(id, hand.page, now_us);
        let Some(bounds) = self.bounds(&[id]) else { return Doing::Spent };
        let tip = self.last_tip(hand);
        let handle = match (kind, ends) {
            (Kind::Line | Kind::Arrow, Some((from, to))) => Handle::end(from, to, tip.at),
            _ => Handle::nearest_corner(bounds, tip.at),
        };
        let slack_um = i64::from(self.panes[hand.pane].zoom.on_page(STILL_UM as u32));
        self.take_hold_loosely(id, handle, bounds, (hand.pane, &tip), slack_um, effects)
    }

    /// Puts a figure on the page, in place of some ink.
    pub(crate) fn add_figure(
        &mut self,
        shape: Shape,
        replaces: &[ObjectId],
        hand: &Hand,
        now_us: u64,
        effects: &mut Effects,
    ) -> ObjectId {
        let stamp = self.clock.next(now_us);
        let id = ObjectId { made: stamp, index: 0 };
        let content = Content::Shape(shape);
        let object = Object { id, page: hand.page, by: hand.person, z: id, piece_of: None, content };
        let mut edits = vec![Edit::Add(object)];
        if !replaces.is_empty() {
            edits.push(Edit::Erase { ids: replaces.to_vec() });
        }
        self.perform(Op { stamp, by: hand.person, page: hand.page, edits }, effects);
        id
    }

    /// What the person drew lately on this page and is still there, oldest first: each with its way, and whether it
    /// is ink that the next stroke, the last one begun at `began_us`, followed quickly.
    fn strokes_before(
        &self,
        person: PersonId,
        page: PageId,
        began_us: u64,
    ) -> Vec<(ObjectId, Vec<Node>, bool)> {
        let Some(drawn) = self.drawn.get(&person) else { return Vec::new() };
        let after = |lifted_us: u64| began_us.saturating_sub(lifted_us);
        if !drawn.strokes.last().is_some_and(|(_, on, when)| *on == page && after(*when) <= PAUSE_US) {
            return Vec::new();
        }
        let way = |(id, _, lifted_us): &(ObjectId, PageId, u64)| {
            let is_ink = matches!(self.scene.placed(*id)?.content, Content::Stroke(_));
            Some((*id, self.way_of(*id)?, is_ink && after(*lifted_us) <= FLUENT_US))
        };
        drawn.strokes.iter().filter_map(way).collect()
    }

    /// The way of a whole stroke, or of a line or outline that a stroke has become.
    fn way_of(&self, id: ObjectId) -> Option<Vec<Node>> {
        let placed = self.scene.placed(id).filter(|placed| placed.more.is_empty() && !placed.pinned)?;
        match &placed.content {
            Content::Stroke(stroke) if !stroke.highlighter => {
                Some(stroke.trace.nodes().map(|node| placed.node(node)).collect())
            }
            Content::Shape(Shape { outline: Outline::Paths(contours), arrows: (false, false), .. }) => {
                let [contour] = &contours[..] else { return None };
                let first = contour.points.first().filter(|_| contour.closed);
                let node =
                    |at: &PagePoint| placed.node(Node { x_um: at.x_um, y_um: at.y_um, ..Node::default() });
                Some(contour.points.iter().chain(first).map(node).collect())
            }
            Content::Shape(_)
            | Content::Stroke(_)
            | Content::Text(_)
            | Content::Note(_)
            | Content::Media(_) => None,
        }
    }

    /// A figure that was just made, or moved by its handle, shows its handles; a tool that draws no figures shows none.
    pub(crate) fn show_handles(&mut self, person: PersonId, ids: &[ObjectId], effects: &mut Effects) {
        let [id] = *ids else { return };
        if self.person(person).tool != Tool::Pen || !self.scene.is_shown(id) {
            return;
        }
        effects.extend(self.deselect(person));
        self.selections.insert(person, vec![id]);
        self.drawn.entry(person).or_default().snapped = Some(id);
        effects.damage.extend(self.repaint());
    }

    /// A pen that writes puts the handles of the last figure away.
    pub(crate) fn hide_handles(&mut self, person: PersonId, effects: &mut Effects) {
        let snapped = self.drawn.get_mut(&person).and_then(|drawn| drawn.snapped.take());
        if let Some(id) = snapped
            && self.selection(person) == [id]
        {
            effects.extend(self.deselect(person));
        }
    }

    /// A pen rests where a handle of the last figure is shown.
    fn grip(&mut self, hand: &mut Hand, effects: &mut Effects) {
        let snapped = self.drawn.get(&hand.person).and_then(|drawn| drawn.snapped);
        let Some(id) = snapped.filter(|id| self.selection(hand.person) == [*id]) else { return };
        let tip = self.last_tip(hand);
        let handle =
            self.bounds(&[id]).and_then(|bounds| Handle::at(bounds, tip.at).map(|found| (bounds, found)));
        let Some((bounds, handle)) = handle.filter(|_| self.selection_page(hand.person) == Some(hand.page))
        else {
            return;
        };
        let doing = std::mem::replace(&mut hand.doing, Doing::Spent);
        self.retract(doing, hand.pane, effects);
        hand.doing = self.take_hold_loosely(id, handle, bounds, (hand.pane, &tip), 0, effects);
    }

    fn take_hold_loosely(
        &mut self,
        id: ObjectId,
        handle: Handle,
        bounds: crate::PageRect,
        at: (usize, &Tip),
        slack_um: i64,
        effects: &mut Effects,
    ) -> Doing {
        match self.take_hold(vec![id], handle, bounds, at, effects) {
            Doing::Drag(drag) => Doing::Drag(drag.with_slack(slack_um)),
            other => other,
        }
    }
}

/// The ends of a single line.
fn ends(outline: &Outline) -> Option<(PagePoint, PagePoint)> {
    match outline {
        Outline::Paths(contours) => match &contours[..] {
            [contour] => Some((*contour.points.first()?, *contour.points.last()?)),
            _ => None,
        },
        Outline::Ellipse { .. } => None,
    }
}
