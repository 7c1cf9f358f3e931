//! The time machine: a board as it was at any instant, from the ops of its journal.
//!
//! A [`Past`] holds a scene in which only what was done by an instant counts. Ops are never taken out of it, so going
//! back costs as much as going forth: what the ops in between speak of is looked at again, and nothing else.
use std::collections::{BTreeMap, BTreeSet};

use ink::Trace;

use crate::{
    clock::Stamp,
    document::Document,
    object::{Content, Object, ObjectId, Stroke},
    objects::Slot,
    op::{Edit, Op},
    page::PageId,
    person::PersonId,
    runs::Range,
    scene::Scene,
};

/// A pause longer than this is cut to it when a lesson is played, in microseconds of the lesson.
const LONGEST_PAUSE_US: u64 = 1_500_000;
/// How fast a lesson can be played.
const SLOWEST: u32 = 1;
const FASTEST: u32 = 32;

/// Which part of a lesson is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Focus {
    /// One page; all if `None`.
    pub page: Option<PageId>,
    /// What one person did; everybody if `None`.
    pub person: Option<PersonId>,
}

/// A stroke being written at an instant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Writing {
    pub by: PersonId,
    pub page: PageId,
    /// As far as it was written by then.
    pub stroke: Stroke,
}

/// When an op began to be seen, and when it was done: the same for all but strokes, which are stamped at their end.
#[derive(Clone, Copy)]
struct Span {
    from_us: u64,
    to_us: u64,
}

/// A lesson to be looked at again.
pub struct Timeline {
    /// In the order of their stamps.
    ops: Vec<Op>,
    spans: Vec<Span>,
    /// Of those ops that last: by their beginning, their numbers.
    written: BTreeMap<u64, Vec<usize>>,
    longest_us: u64,
    /// When something happens, for playing.
    moments: Vec<u64>,
}

fn span(op: &Op) -> Span {
    let to_us = op.stamp.time;
    let lasts = op.edits.iter().filter_map(|edit| match edit {
        Edit::Add(Object { content: Content::Stroke(stroke), piece_of: None, .. }) => {
            stroke.trace.nodes().last().map(|node| u64::from(node.t_ms) * 1_000)
        }
        _ => None,
    });
    // What brings many strokes at once was not written: it was pasted, or came from a file.
    let lasted = if op.edits.len() == 1 { lasts.max().unwrap_or(0) } else { 0 };
    Span { from_us: to_us.saturating_sub(lasted), to_us }
}

impl Timeline {
    /// From the ops of a journal, in any order.
    pub fn new(mut ops: Vec<Op>) -> Timeline {
        ops.sort_by_key(|op| op.stamp);
        let spans: Vec<Span> = ops.iter().map(span).collect();
        let mut written: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        let mut moments = BTreeSet::new();
        let mut longest_us = 0;
        for (number, span) in spans.iter().enumerate() {
            moments.extend([span.from_us, span.to_us]);
            if span.from_us < span.to_us {
                written.entry(span.from_us).or_default().push(number);
                longest_us = longest_us.max(span.to_us - span.from_us);
            }
        }
        Timeline { ops, spans, written, longest_us, moments: moments.into_iter().collect() }
    }

    /// From the first to the last thing that happened in focus, in microseconds; `None` if nothing did.
    pub fn span(&self, focus: Focus) -> Option<(u64, u64)> {
        let seen = self.ops.iter().zip(&self.spans).filter(|(op, _)| focus.has(op));
        seen.map(|(_, span)| (span.from_us, span.to_us))
            .reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)))
    }

    /// Who did anything in focus.
    pub fn people(&self, focus: Focus) -> Vec<PersonId> {
        let people: BTreeSet<PersonId> = self.ops.iter().filter(|op| focus.has(op)).map(|op| op.by).collect();
        people.into_iter().collect()
    }

    /// When each step in focus was done, and by whom, in the order of time.
    pub fn steps(&self, focus: Focus) -> Vec<(Stamp, PersonId)> {
        self.ops.iter().filter(|op| focus.has(op)).map(|op| (op.stamp, op.by)).collect()
    }

    /// The page on which something happened last at an instant: what the class was looking at.
    pub fn page_at(&self, at_us: u64) -> PageId {
        self.done_by(at_us).checked_sub(1).map_or(PageId::FIRST, |last| self.ops[last].page)
    }

    /// How many ops were done at an instant.
    fn done_by(&self, at_us: u64) -> usize {
        self.ops.partition_point(|op| op.stamp.time <= at_us)
    }

    /// The strokes in focus that were being written at an instant, as far as they were.
    pub fn writing(&self, at_us: u64, focus: Focus) -> Vec<Writing> {
        let going = self.going(at_us).into_iter().filter(|number| focus.has(&self.ops[*number]));
        going.filter_map(|number| writing(&self.ops[number], at_us - self.spans[number].from_us)).collect()
    }

    /// The ops whose strokes were being written at an instant.
    fn going(&self, at_us: u64) -> Vec<usize> {
        let from = at_us.saturating_sub(self.longest_us);
        let began = self.written.range(from..=at_us).flat_map(|(_, numbers)| numbers.iter().copied());
        began.filter(|number| self.spans[*number].to_us > at_us).collect()
    }

    /// The instant that is shown when a lesson has been played for so long, `speed` times as fast (1 to 32), from
    /// an instant on. Pauses are cut short. The end is the last thing that happened.
    pub fn played(&self, from_us: u64, for_us: u64, speed: u32) -> u64 {
        let mut left = for_us.saturating_mul(u64::from(speed.clamp(SLOWEST, FASTEST)));
        let mut at = from_us;
        let next = self.moments.partition_point(|moment| *moment <= from_us);
        for moment in &self.moments[next..] {
            let gap = moment - at;
            // While somebody writes nothing is cut.
            let shown = if self.is_written(at, *moment) { gap } else { gap.min(LONGEST_PAUSE_US) };
            if left < shown {
                return at + left;
            }
            left -= shown;
            at = *moment;
        }
        at
    }

    fn is_written(&self, from_us: u64, to_us: u64) -> bool {
        let since = from_us.saturating_sub(self.longest_us);
        let mut began = self.written.range(since..=from_us).flat_map(|(_, numbers)| numbers);
        began.any(|number| self.spans[*number].to_us >= to_us)
    }
}

impl Focus {
    fn has(&self, op: &Op) -> bool {
        self.page.is_none_or(|page| page == op.page) && self.person.is_none_or(|person| person == op.by)
    }
}

/// A stroke as far as it was written within a time.
fn writing(op: &Op, for_us: u64) -> Option<Writing> {
    let [Edit::Add(Object { content: Content::Stroke(stroke), page, .. })] = &op.edits[..] else {
        return None;
    };
    let nodes = stroke.trace.nodes().take_while(|node| u64::from(node.t_ms) * 1_000 <= for_us);
    let trace: Trace = nodes.collect();
    (!trace.is_empty()).then(|| Writing {
        by: op.by,
        page: *page,
        stroke: Stroke { trace, ..stroke.clone() },
    })
}

/// A board at an instant, to be looked at. It can be moved through time both ways.
pub struct Past {
    pub(crate) scene: Scene,
    /// How many of the timeline's ops are done.
    done: usize,
    at_us: u64,
}

impl Past {
    /// Of the board whose typeface this is; at first before anything was done.
    pub(crate) fn new(line: &Timeline, person: Option<PersonId>, like: &Scene) -> Past {
        let mut scene = Scene::new(like.typeface.clone(), like.width_um);
        scene.until_us = Some(0);
        let theirs = line.ops.iter().filter(|op| person.is_none_or(|person| person == op.by));
        theirs.for_each(|op| scene.apply(op));
        Past { scene, done: 0, at_us: 0 }
    }

    /// The pages that there were, in their order then.
    pub fn pages(&self) -> Vec<PageId> {
        self.scene.pages()
    }

    /// What was to be seen on a page, from the bottom up; a stroke just being written as far as it was.
    pub fn visible(&self, page: PageId) -> Vec<ObjectId> {
        self.scene.visible(page)
    }

    /// The board then, for a file.
    pub fn document(&self) -> Document {
        self.scene.document()
    }

    /// Goes to an instant of the timeline it was made from.
    pub fn go(&mut self, line: &Timeline, at_us: u64) {
        let done = line.done_by(at_us);
        let (from, to) = (self.done.min(done), self.done.max(done));
        // Where a stroke that goes on has come to is looked at again too.
        let mut going = line.going(self.at_us);
        going.extend(line.going(at_us));
        going.retain(|number| !(from..to).contains(number));
        self.scene.until_us = Some(at_us);
        going.into_iter().for_each(|number| self.scene.look_again(&line.ops[number]));
        let between = &line.ops[from..to];
        if done < self.done {
            // From the newest, so that what goes goes from the end of its cells.
            between.iter().rev().for_each(|op| self.scene.look_again(op));
        } else {
            between.iter().for_each(|op| self.scene.look_again(op));
        }
        (self.done, self.at_us) = (done, at_us);
    }
}

impl Scene {
    /// Brings what an op speaks of in line with whether the op counts by now.
    fn look_again(&mut self, op: &Op) {
        let mut ops = vec![op.stamp];
        ops.extend(op.edits.iter().filter_map(|edit| match edit {
            Edit::Void { op, .. } => Some(*op),
            _ => None,
        }));
        for op in ops {
            self.touched_by(op).iter().rev().for_each(|slot| self.refresh_family(*slot));
            self.turned_again(op);
        }
    }

    /// In the past: how far a stroke had come that was being written. `None` for everything else.
    pub(crate) fn written_by_now(&self, slot: Slot) -> Option<Range> {
        let until = self.until_us?;
        let left_us = self.objects.id(slot).made.time.checked_sub(until).filter(|left| *left > 0)?;
        // A piece was cut, not written.
        let is_whole = self.objects.extras(slot).is_none_or(|extras| extras.whole.is_none());
        if !is_whole || !self.is_own_step(slot) || !self.objects.is_packed(slot) {
            return None;
        }
        let lasted = u64::from(self.objects.nodes(slot)?.last()?.t_ms) * 1_000;
        let for_us = lasted.checked_sub(left_us)?;
        let written = self.objects.nodes(slot)?.take_while(|node| u64::from(node.t_ms) * 1_000 <= for_us);
        Some((0, ((written.count() as u64).saturating_sub(1) << 16).max(1)))
    }
}
