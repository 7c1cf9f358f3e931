//! Simulated hands: each with its own tremble, haste, slant and size, drawing figures in one stroke or in several.
use board::Kind;
use ink::Node;

/// A sort of drawing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Drawing {
    Line,
    Arrow,
    ArrowAndHead,
    ArrowAndBarbs,
    ArrowTwoHeads,
    Circle,
    CircleOfTwo,
    Ellipse,
    Triangle,
    TriangleOfThree,
    Rectangle,
    RectangleOfTwo,
    RectangleOfFour,
    Diamond,
    DiamondOfTwo,
    Pentagon,
    Hexagon,
    Star,
    StarOutline,
    TableInFrame,
    TableOfLines,
}

type At = (f64, f64);

impl Drawing {
    pub(crate) const ALL: [Drawing; 21] = [
        Drawing::Line,
        Drawing::Arrow,
        Drawing::ArrowAndHead,
        Drawing::ArrowAndBarbs,
        Drawing::ArrowTwoHeads,
        Drawing::Circle,
        Drawing::CircleOfTwo,
        Drawing::Ellipse,
        Drawing::Triangle,
        Drawing::TriangleOfThree,
        Drawing::Rectangle,
        Drawing::RectangleOfTwo,
        Drawing::RectangleOfFour,
        Drawing::Diamond,
        Drawing::DiamondOfTwo,
        Drawing::Pentagon,
        Drawing::Hexagon,
        Drawing::Star,
        Drawing::StarOutline,
        Drawing::TableInFrame,
        Drawing::TableOfLines,
    ];

    pub(crate) fn name(self) -> String {
        format!("{self:?}")
    }

    pub(crate) fn is(self, kind: Kind) -> bool {
        match self {
            Drawing::Line => kind == Kind::Line,
            Drawing::Arrow | Drawing::ArrowAndHead | Drawing::ArrowAndBarbs | Drawing::ArrowTwoHeads => {
                kind == Kind::Arrow
            }
            Drawing::Circle | Drawing::CircleOfTwo => kind == Kind::Circle,
            Drawing::Ellipse => kind == Kind::Ellipse,
            Drawing::Triangle | Drawing::TriangleOfThree => kind == Kind::Triangle,
            Drawing::Rectangle | Drawing::RectangleOfTwo | Drawing::RectangleOfFour => {
                kind == Kind::Rectangle
            }
            Drawing::Diamond | Drawing::DiamondOfTwo => kind == Kind::Diamond,
            Drawing::Pentagon | Drawing::Hexagon => kind == Kind::Polygon,
            Drawing::Star | Drawing::StarOutline => kind == Kind::Star,
            Drawing::TableInFrame | Drawing::TableOfLines => kind == Kind::Table,
        }
    }
}

/// One writer.
pub(crate) struct Hand {
    state: u64,
    /// The tremble's reach, in micrometres: an infrared frame and an arm without support.
    tremble_um: f64,
    /// How far corners are cut, as a part of a side.
    haste: f64,
    /// How far sides bulge, as a part of themselves.
    bow: f64,
    /// Shear and turn of all that is drawn.
    slant: f64,
    turn: f64,
    /// How far ends miss, as a part of the size.
    miss: f64,
    size_um: f64,
}

impl Hand {
    pub(crate) fn new(seed: u64) -> Hand {
        let mut hand = Hand {
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def1,
            tremble_um: 0.0,
            haste: 0.0,
            bow: 0.0,
            slant: 0.0,
            turn: 0.0,
            miss: 0.0,
            size_um: 0.0,
        };
        hand.tremble_um = hand.between(400.0, 2_600.0);
        hand.haste = hand.between(0.0, 0.12);
        hand.bow = hand.between(-0.03, 0.03);
        hand.slant = hand.between(-0.07, 0.07);
        hand.turn = hand.between(-0.09, 0.09);
        hand.miss = hand.between(0.0, 0.045);
        hand.size_um = hand.between(90e3, 420e3);
        hand
    }

    fn random(&mut self) -> f64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.random()
    }

    fn chance(&mut self) -> bool {
        self.random() < 0.5
    }

    /// A drawing's strokes, in the order they are drawn.
    pub(crate) fn draw(&mut self, drawing: Drawing) -> Vec<Vec<Node>> {
        let ways = self.ways(drawing);
        ways.iter().map(|way| self.stroke(way)).collect()
    }

    fn ways(&mut self, drawing: Drawing) -> Vec<Vec<At>> {
        let half = self.size_um / 2.0;
        let flat = half * self.between(0.45, 0.85);
        let box_of = [(-half, -flat), (half, -flat), (half, flat), (-half, flat)];
        let rhombus = [(0.0, -flat), (half, 0.0), (0.0, flat), (-half, 0.0)];
        let tip = self.between(-half * 0.5, half * 0.5);
        let triangle = [(-half, flat), (half, flat), (tip, -flat)];
        match drawing {
            Drawing::Line
            | Drawing::Arrow
            | Drawing::ArrowAndHead
            | Drawing::ArrowAndBarbs
            | Drawing::ArrowTwoHeads => self.arrow(drawing),
            Drawing::Circle => vec![self.round(half, half, 0.0, 1.0)],
            Drawing::CircleOfTwo => vec![self.arc(half, 0.0, 0.5), self.arc(half, 1.0, 0.5)],
            Drawing::Ellipse => vec![self.round(half, flat.min(half * 0.7), 0.0, 1.0)],
            Drawing::Triangle => vec![self.closed(&triangle)],
            Drawing::TriangleOfThree => self.sides(&triangle, &[1, 1, 1]),
            Drawing::Rectangle => vec![self.closed(&box_of)],
            Drawing::RectangleOfTwo => self.sides(&box_of, &[2, 2]),
            Drawing::RectangleOfFour => self.sides(&box_of, &[1, 1, 1, 1]),
            Drawing::Diamond => vec![self.closed(&rhombus)],
            Drawing::DiamondOfTwo => self.sides(&rhombus, &[2, 2]),
            Drawing::Pentagon => vec![self.closed(&ring(5, half, half))],
            Drawing::Hexagon => vec![self.closed(&ring(6, half, half))],
            Drawing::Star => {
                let points = ring(5, half, half);
                vec![self.closed(&[points[0], points[2], points[4], points[1], points[3]])]
            }
            Drawing::StarOutline => vec![self.closed(&ring(10, half, half * 0.42))],
            Drawing::TableInFrame | Drawing::TableOfLines => self.table(half, flat.max(60e3), drawing),
        }
    }

    fn arrow(&mut self, drawing: Drawing) -> Vec<Vec<At>> {
        let angle = self.between(0.0, std::f64::consts::TAU);
        let length = self.size_um;
        let head = (length * self.between(0.12, 0.3)).max(18e3);
        let (open, other) = (self.between(0.35, 0.75), self.between(0.35, 0.75));
        let along = |back: f64, lean: f64, from: f64, sense: f64| {
            let (x, y) = (from - sense * back * lean.cos(), back * lean.sin());
            (x * angle.cos() - y * angle.sin(), x * angle.sin() + y * angle.cos())
        };
        let end = length / 2.0;
        let shaft = vec![along(0.0, 0.0, -end, 1.0), along(0.0, 0.0, end, 1.0)];
        let (one, two) = (along(head, open, end, 1.0), along(head, -other, end, 1.0));
        let tip = self.near(shaft[1], head * 0.15);
        match drawing {
            Drawing::Line => vec![shaft],
            Drawing::Arrow => vec![vec![shaft[0], shaft[1], one, shaft[1], two]],
            Drawing::ArrowAndHead => vec![shaft, vec![one, tip, two]],
            Drawing::ArrowAndBarbs => {
                let again = self.near(shaft[1], head * 0.15);
                let second = if self.chance() { vec![again, two] } else { vec![two, again] };
                vec![shaft, vec![tip, one], second]
            }
            _ => {
                let (three, four) = (along(head, open, -end, -1.0), along(head, -other, -end, -1.0));
                let back = self.near(shaft[0], head * 0.15);
                vec![shaft, vec![one, tip, two], vec![three, back, four]]
            }
        }
    }

    fn table(&mut self, half: f64, flat: f64, drawing: Drawing) -> Vec<Vec<At>> {
        let (rows, columns) = (2 + (self.random() * 4.0) as usize, 2 + (self.random() * 4.0) as usize);
        let part = |of: usize, count: usize, reach: f64| -reach + 2.0 * reach * of as f64 / count as f64;
        let framed = drawing == Drawing::TableInFrame;
        let mut ways = Vec::new();
        if framed {
            ways.push(self.closed(&[(-half, -flat), (half, -flat), (half, flat), (-half, flat)]));
        }
        let inner = |count: usize| if framed { 1..count } else { 0..count + 1 };
        for row in inner(rows) {
            let y = part(row, rows, flat);
            ways.push(vec![self.near((-half, y), flat * 0.06), self.near((half, y), flat * 0.06)]);
        }
        for column in inner(columns) {
            let x = part(column, columns, half);
            ways.push(vec![self.near((x, -flat), flat * 0.06), self.near((x, flat), flat * 0.06)]);
        }
        ways
    }

    fn near(&mut self, at: At, reach: f64) -> At {
        (at.0 + self.between(-reach, reach), at.1 + self.between(-reach, reach))
    }

    /// A closed way begun at any corner, either way round, that does not quite meet its beginning.
    fn closed(&mut self, corners: &[At]) -> Vec<At> {
        let mut way = corners.to_vec();
        let first = (self.random() * corners.len() as f64) as usize;
        way.rotate_left(first.min(corners.len() - 1));
        if self.chance() {
            way.reverse();
        }
        let miss = self.miss * self.size_um;
        let wander = self.size_um * 0.02;
        let mut way: Vec<At> = way.into_iter().map(|at| self.near(at, wander)).collect();
        way.push(self.near(way[0], miss));
        way
    }

    /// A closed way in strokes of so many sides each, whose ends miss each other.
    fn sides(&mut self, corners: &[At], strokes: &[usize]) -> Vec<Vec<At>> {
        let miss = self.miss * self.size_um;
        let mut ways = Vec::new();
        let mut at = 0;
        for sides in strokes {
            let mut way: Vec<At> =
                (at..=at + sides).map(|index| self.near(corners[index % corners.len()], miss)).collect();
            at += sides;
            if self.chance() {
                way.reverse();
            }
            ways.push(way);
        }
        ways
    }

    fn round(&mut self, rx: f64, ry: f64, turn: f64, part: f64) -> Vec<At> {
        let (start, over) = (self.random(), self.between(-0.03, 0.05));
        let sense = if self.chance() { 1.0 } else { -1.0 };
        // Nobody's circle ends exactly as wide as it began.
        let (squash, drift) = (self.between(0.93, 1.07), self.between(-0.05, 0.05));
        (0..=72)
            .map(|step| {
                let along = f64::from(step) / 72.0;
                let angle = turn + sense * (start + along * (part + over)) * std::f64::consts::TAU;
                let grown = 1.0 + drift * along;
                (rx * squash * grown * angle.cos(), ry * grown * angle.sin())
            })
            .collect()
    }

    /// A half circle: from the top, down on one side.
    fn arc(&mut self, radius: f64, side: f64, part: f64) -> Vec<At> {
        let miss = self.miss * self.size_um;
        let off = self.near((0.0, 0.0), miss * 0.5);
        let sense = 1.0 - 2.0 * side;
        (0..=36)
            .map(|step| {
                let angle = f64::from(step) / 36.0 * part * std::f64::consts::TAU;
                (off.0 + sense * radius * angle.sin(), off.1 - radius * angle.cos())
            })
            .collect()
    }

    /// A way as this hand draws it: bulging, cutting corners, slanted, trembling, and held still at its end.
    fn stroke(&mut self, way: &[At]) -> Vec<Node> {
        let mut dense: Vec<At> = Vec::new();
        for pair in way.windows(2) {
            let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            let length = dx.hypot(dy);
            let steps = (length / 2_500.0).ceil().max(1.0);
            let bow = if way.len() < 12 { self.bow * self.between(0.3, 1.0) } else { 0.0 };
            for step in 0..=steps as usize {
                let part = step as f64 / steps;
                let out = bow * 4.0 * part * (1.0 - part);
                dense.push((pair[0].0 + dx * part - dy * out, pair[0].1 + dy * part + dx * out));
            }
        }
        let reach = ((self.haste * self.size_um / 2.0) / 2_500.0) as usize;
        let mean = |index: usize| {
            let reach = reach.min(index).min(dense.len() - 1 - index);
            let part = &dense[index - reach..=index + reach];
            let sum = part.iter().fold((0.0, 0.0), |sum, at| (sum.0 + at.0, sum.1 + at.1));
            (sum.0 / part.len() as f64, sum.1 / part.len() as f64)
        };
        let smooth: Vec<At> = (0..dense.len()).map(mean).collect();
        let (mut x_off, mut y_off) = (0.0, 0.0);
        let mut nodes = Vec::new();
        for (index, (x, y)) in smooth.iter().enumerate() {
            x_off = x_off * 0.9 + self.between(-1.0, 1.0) * self.tremble_um * 0.4;
            y_off = y_off * 0.9 + self.between(-1.0, 1.0) * self.tremble_um * 0.4;
            let (sin, cos) = self.turn.sin_cos();
            let sheared = x + y * self.slant;
            let place = (sheared * cos - y * sin + 1e6 + x_off, sheared * sin + y * cos + 5e5 + y_off);
            nodes.push(Node::nearest(place.0, place.1, 2_000.0, index as u32 * 8));
        }
        for rest in 0..12 {
            let Some(end) = nodes.last().copied() else { break };
            let wobble = if rest % 2 == 0 { 800.0 } else { -800.0 };
            nodes.push(Node::nearest(
                f64::from(end.x_um) + wobble,
                f64::from(end.y_um),
                2_000.0,
                end.t_ms + 40,
            ));
        }
        nodes
    }
}

/// Corners around a middle, by turns at two distances, the first at the top.
fn ring(count: usize, one: f64, other: f64) -> Vec<At> {
    (0..count)
        .map(|index| {
            let angle = index as f64 / count as f64 * std::f64::consts::TAU - std::f64::consts::FRAC_PI_2;
            let radius = if index % 2 == 0 { one } else { other };
            (radius * angle.cos(), radius * angle.sin())
        })
        .collect()
}
