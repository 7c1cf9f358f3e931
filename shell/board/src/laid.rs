//! Instruments that lie on the board: laid down and put away, carried by hands, drawn over everything. They lie on
//! the glass, not on a page: turning a page or zooming leaves them where they are.
use ink::{Damage, Rect, over, tiles_of};

use crate::{
    board::Board,
    draw::{Brush, Wanted},
    effects::Effects,
    hand::{ContactId, Doing, Touch},
    instrument::{Instrument, Knob, Rail, Tool},
    object::ObjectId,
    paint::Canvas,
    paper::Ground,
    picture::Picture,
    placed::Placed,
    point::{PagePoint, PanelPoint},
    resolve::FACTOR_ONE,
};

/// Names an instrument on the board; never used twice.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct InstrumentId(pub u32);

/// More than this hide the board.
const MOST_LAID: usize = 10;
/// A carried instrument is drawn again at most this often, in microseconds: once a frame at 60 Hz.
const CARRY_PERIOD_US: u64 = 15_000;

/// An instrument on the board, and what it looks like there.
pub(crate) struct Laid {
    id: InstrumentId,
    pub(crate) instrument: Instrument,
    picture: Picture,
    bounds: Rect,
}

/// A hand that carries an instrument.
#[derive(Clone, Copy)]
pub(crate) struct Carry {
    id: InstrumentId,
    knob: Knob,
    last: PanelPoint,
    moved_us: u64,
}

/// The edge that a hand's ink follows, and the compass that turns with it.
#[derive(Clone, Copy)]
pub(crate) struct Guide {
    rail: Rail,
    half_width_um: u32,
    compass: Option<InstrumentId>,
}

impl Guide {
    /// Where ink goes for a contact at a place.
    pub(crate) fn along(&self, at: PanelPoint) -> PanelPoint {
        on_glass(self.rail.along(own(at), self.half_width_um))
    }
}

/// What a contact that begins does to the instruments.
pub(crate) enum Taken {
    Carry(Carry),
    Guide(Guide),
    Closed,
    Nothing,
}

/// The glass as an instrument's own plane.
fn own(at: PanelPoint) -> PagePoint {
    PagePoint::new(at.x_um, at.y_um)
}

fn on_glass(at: PagePoint) -> PanelPoint {
    PanelPoint::new(at.x_um, at.y_um)
}

impl Board {
    /// Lays an instrument down with its middle at a place. With too many on the board, the oldest is put away.
    pub fn lay_instrument(&mut self, tool: Tool, at: PanelPoint) -> (InstrumentId, Effects) {
        let mut effects = Effects::default();
        if self.laid.len() >= MOST_LAID {
            let oldest = self.laid[0].id;
            effects.extend(self.put_away(oldest));
        }
        let id = InstrumentId(self.next_laid);
        self.next_laid = self.next_laid.wrapping_add(1);
        let instrument = Instrument::new(tool, own(at));
        self.laid.push(Laid { id, instrument, picture: Picture::default(), bounds: Rect::EMPTY });
        self.redraw_laid(id, &mut effects.damage);
        (id, effects)
    }

    /// Takes an instrument from the board; one that is not there changes nothing.
    pub fn put_away(&mut self, id: InstrumentId) -> Effects {
        let mut effects = Effects::default();
        if let Some(index) = self.laid.iter().position(|laid| laid.id == id) {
            effects.damage.add(self.laid.remove(index).bounds);
        }
        effects
    }

    /// What lies on the board, from the bottom up.
    pub fn instruments(&self) -> impl Iterator<Item = (InstrumentId, &Instrument)> {
        self.laid.iter().map(|laid| (laid.id, &laid.instrument))
    }

    /// What a contact takes hold of. `half_width_um` is there when it writes: then an edge under it guides the ink.
    pub(crate) fn take_instrument(
        &mut self,
        touch: &Touch,
        half_width_um: Option<u32>,
        effects: &mut Effects,
    ) -> Taken {
        let at = own(touch.at);
        for index in (0..self.laid.len()).rev() {
            let (id, instrument) = (self.laid[index].id, self.laid[index].instrument);
            let knob = instrument.knob(at);
            let guide = |rail, half_width_um, compass| Guide { rail, half_width_um, compass };
            match (knob, half_width_um) {
                (Some(Knob::Close), _) => {
                    effects.extend(self.put_away(id));
                    return Taken::Closed;
                }
                (Some(Knob::Pencil(rail)), Some(half)) => return Taken::Guide(guide(rail, half, Some(id))),
                (Some(knob @ (Knob::Turn | Knob::Stretch)), _) => return carry(id, knob, touch),
                (knob, half) => {
                    if let (Some(rail), Some(half)) = (instrument.rail(at), half) {
                        return Taken::Guide(guide(rail, half, None));
                    }
                    if let Some(knob) = knob {
                        return carry(id, knob, touch);
                    }
                }
            }
        }
        Taken::Nothing
    }

    /// A hand that carries goes on; two hands on one body carry and turn it between them.
    pub(crate) fn carry_on(
        &mut self,
        contact: ContactId,
        carry: &mut Carry,
        touch: &Touch,
        effects: &mut Effects,
    ) {
        if touch.t_us.saturating_sub(carry.moved_us) < CARRY_PERIOD_US || touch.at == carry.last {
            return;
        }
        let Some(laid) = self.laid.iter_mut().find(|laid| laid.id == carry.id) else { return };
        // Of several other hands the one that came first, whatever order they are kept in.
        let partner = self.hands.iter().filter_map(|(other, hand)| match hand.doing {
            Doing::Carry(held) if *other != contact && held.id == carry.id => Some((*other, held.last)),
            _ => None,
        });
        let partner = partner.min_by_key(|(other, _)| *other).map(|(_, last)| last);
        let (from, to) = (own(carry.last), own(touch.at));
        laid.instrument = match partner.map(own) {
            Some(partner) => laid.instrument.carried([from, partner], [to, partner]),
            None => laid.instrument.dragged(carry.knob, from, to),
        };
        (carry.last, carry.moved_us) = (touch.at, touch.t_us);
        self.redraw_laid(carry.id, &mut effects.damage);
    }

    /// A compass turns with the pencil that draws.
    pub(crate) fn turn_compass(
        &mut self,
        guide: &Guide,
        from: PanelPoint,
        to: PanelPoint,
        damage: &mut Damage,
    ) {
        let Some(id) = guide.compass else { return };
        if let Some(laid) = self.laid.iter_mut().find(|laid| laid.id == id) {
            laid.instrument = laid.instrument.dragged(Knob::Pencil(guide.rail), own(from), own(to));
            self.redraw_laid(id, damage);
        }
    }

    /// Draws an instrument where it lies now.
    fn redraw_laid(&mut self, id: InstrumentId, damage: &mut Damage) {
        let panel = self.panel_px();
        let Some(laid) = self.laid.iter_mut().find(|laid| laid.id == id) else { return };
        damage.add(laid.bounds);
        let reach = laid.instrument.reach();
        let px =
            self.scale.cover(reach.x0_um as f32, reach.y0_um as f32, reach.x1_um as f32, reach.y1_um as f32);
        laid.bounds = px.intersect(&panel);
        laid.picture = Picture::default();
        let wanted: Wanted = tiles_of(laid.bounds).collect();
        let mut brush = Brush {
            picture: &mut laid.picture,
            mask: &mut self.mask,
            wanted: &wanted,
            scale: self.scale,
            page: self.panes[0].page,
            ground: Ground::White,
            typeface: &self.scene.typeface,
            page_width_um: self.surface.width_um,
            gallery: &mut self.gallery,
            films: &mut self.films,
        };
        let (by, parts) = laid.instrument.face();
        for content in parts {
            brush.draw(
                ObjectId::default(),
                &Placed { content, more: Vec::new(), by, thick: FACTOR_ONE, group: None, pinned: true },
            );
        }
        damage.add(laid.bounds);
    }

    /// Lays the instruments over what has been painted.
    pub(crate) fn paint_laid(&self, canvas: &mut Canvas<'_>, clip: Rect) {
        for laid in &self.laid {
            let clip = laid.bounds.intersect(&clip);
            for at in tiles_of(clip) {
                let area = at.rect().intersect(&clip);
                let planes =
                    [&laid.picture.base, &laid.picture.glow, &laid.picture.ink].map(|plane| plane.tile(at));
                for y in area.y0..area.y1 {
                    let row = canvas.row(y, area.x0, area.x1);
                    let start = ((y - at.rect().y0) * ink::TILE + area.x0 - at.rect().x0) as usize;
                    for tile in planes.into_iter().flatten() {
                        for (pixel, above) in row.iter_mut().zip(&tile[start..]) {
                            if *above != 0 {
                                *pixel = over(*pixel, *above, 255);
                            }
                        }
                    }
                }
            }
        }
    }
}

fn carry(id: InstrumentId, knob: Knob, touch: &Touch) -> Taken {
    Taken::Carry(Carry { id, knob, last: touch.at, moved_us: 0 })
}
