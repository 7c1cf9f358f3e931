//! Where the contact will be by the time the pixels light up.
//!
//! Three Kalman filters of the same kind, from a calm hand to an agile one, follow the contact: place, speed and
//! an acceleration that dies away (Singer's model), with one covariance for both axes. What each said a
//! frame ago is held against where the contact has come; their guesses are mixed accordingly, and the whole
//! guess is shortened by as much as the best of them was wrong: in corners and at stops it overshoots less.
//!
//! Only sums, products, quotients: no exponential, whose last bits differ between machines. Measured by the
//! example `predict` (gate P1); the numbers stand there.
use crate::{beat::Beat, smooth::Point};

/// How much the acceleration may change, in um/s2 per root of a second, for each hand.
const AGILITY: [f32; 3] = [4e6, 1.6e7, 6.4e7];
const HANDS: usize = AGILITY.len();
/// An acceleration is forgotten over this long, in seconds: about a third of a letter.
const FORGETS_S: f32 = 0.1;
/// The noise of a report, in micrometres: a part of an infrared frame's beam, several steps of a pen.
const NOISE_UM: f32 = 60.0;
/// What is not known of a contact that just went down: its speed, in um/s, and its acceleration, in um/s2.
const FIRST_SPEED: f32 = 200_000.0;
const FIRST_ACCELERATION: f32 = 5_000_000.0;

/// Guesses are judged at this distance, in seconds: a frame at 60 Hz.
const JUDGED_S: f32 = 0.016;
/// And remembered for about this long, in seconds: half a letter.
const MEMORY_S: f32 = 0.05;
/// How many reports back the judgement reaches: 16 ms at 400 Hz.
const HISTORY: usize = 8;
/// Errors are told apart from here on, in um2: less than a tenth of a millimetre is nobody's merit.
const FAIR_UM2: f32 = 1_600.0;

/// Reports further apart than this, in seconds, say nothing about speed.
const LONGEST_GAP_S: f32 = 0.1;
/// The furthest a prediction reaches, in micrometres: 2.5 m/s for a frame, faster than anybody writes.
const FURTHEST_UM: f32 = 40_000.0;

/// Place, speed and acceleration along one axis.
type State = [f32; 3];

#[derive(Clone, Copy, Debug)]
struct Hand {
    x: State,
    y: State,
    covariance: [[f32; 3]; 3],
    /// The mean square of its errors at [`JUDGED_S`], in um2.
    error: f32,
}

#[derive(Clone, Debug)]
pub(crate) struct Predictor {
    hands: [Hand; HANDS],
    beat: Beat,
    /// What the hands knew after the last reports, and how long ago, in seconds.
    history: [(f32, [(State, State); HANDS]); HISTORY],
    next: usize,
    filled: usize,
}

/// How far speed and acceleration carry in `seconds`: acceleration into place, into speed, and what is left of
/// it. Series of the exponential, good to a hundredth up to [`LONGEST_GAP_S`].
fn carry(seconds: f32) -> (f32, f32, f32) {
    let x = seconds / FORGETS_S;
    let into_place = seconds * seconds * (0.5 - x * (1.0 / 6.0 - x / 24.0));
    let into_speed = seconds * (1.0 - x * (0.5 - x * (1.0 / 6.0 - x / 24.0)));
    (into_place, into_speed, 1.0 - into_speed / FORGETS_S)
}

fn place(state: &State, seconds: f32) -> f32 {
    state[0] + state[1] * seconds + state[2] * carry(seconds).0
}

impl Hand {
    fn new(at: Point) -> Hand {
        let known = |um: f32| um * um;
        Hand {
            x: [at.x, 0.0, 0.0],
            y: [at.y, 0.0, 0.0],
            covariance: [
                [known(NOISE_UM), 0.0, 0.0],
                [0.0, known(FIRST_SPEED), 0.0],
                [0.0, 0.0, known(FIRST_ACCELERATION)],
            ],
            error: 0.0,
        }
    }

    fn saw(&mut self, at: Point, seconds: f32, agility: f32) {
        let gain = self.gain(seconds, agility);
        let (into_place, into_speed, left) = carry(seconds);
        for (state, seen) in [(&mut self.x, at.x), (&mut self.y, at.y)] {
            let [place, speed, acceleration] = *state;
            let foreseen = [
                place + speed * seconds + acceleration * into_place,
                speed + acceleration * into_speed,
                acceleration * left,
            ];
            let miss = seen - foreseen[0];
            *state = std::array::from_fn(|row| foreseen[row] + gain[row] * miss);
        }
    }

    /// Carries the covariance over, and says how much of a surprise goes into place, speed and acceleration.
    fn gain(&mut self, seconds: f32, agility: f32) -> State {
        let (into_place, into_speed, left) = carry(seconds);
        let step = [[1.0, seconds, into_place], [0.0, 1.0, into_speed], [0.0, 0.0, left]];
        let product = |a: &[[f32; 3]; 3], b: &dyn Fn(usize, usize) -> f32| -> [[f32; 3]; 3] {
            std::array::from_fn(|row| {
                std::array::from_fn(|column| (0..3).map(|k| a[row][k] * b(k, column)).sum())
            })
        };
        let half = product(&step, &|row, column| self.covariance[row][column]);
        let mut wider = product(&half, &|row, column| step[column][row]);
        // White jerk, summed up over the step.
        let (s, q) = (seconds, agility * agility * seconds);
        let jerk = [
            [s * s * s * s / 20.0, s * s * s / 8.0, s * s / 6.0],
            [0.0, s * s / 3.0, s / 2.0],
            [0.0, 0.0, 1.0],
        ];
        for row in 0..3 {
            for column in 0..3 {
                wider[row][column] += q * jerk[row.min(column)][row.max(column)];
            }
        }
        let surprise = wider[0][0] + NOISE_UM * NOISE_UM;
        let gain: State = std::array::from_fn(|row| wider[row][0] / surprise);
        self.covariance = std::array::from_fn(|row| {
            std::array::from_fn(|column| wider[row][column] - gain[row] * wider[0][column])
        });
        gain
    }
}

impl Predictor {
    pub(crate) fn new(at: Point) -> Predictor {
        let still = ([at.x, 0.0, 0.0], [at.y, 0.0, 0.0]);
        Predictor {
            hands: [Hand::new(at); HANDS],
            beat: Beat::new(),
            history: [(0.0, [still; HANDS]); HISTORY],
            next: 0,
            filled: 0,
        }
    }

    /// Takes a report that came `seconds` after the last.
    pub(crate) fn saw(&mut self, at: Point, seconds: f32) {
        if seconds <= 0.0 {
            return;
        }
        if seconds > LONGEST_GAP_S {
            *self = Predictor::new(at);
            return;
        }
        let seconds = self.beat.even(seconds);
        self.history.iter_mut().for_each(|(ago, _)| *ago += seconds);
        self.judge(at, seconds);
        for (hand, agility) in self.hands.iter_mut().zip(AGILITY) {
            hand.saw(at, seconds, agility);
        }
        self.history[self.next] = (0.0, self.hands.map(|hand| (hand.x, hand.y)));
        self.next = (self.next + 1) % HISTORY;
        self.filled = (self.filled + 1).min(HISTORY);
    }

    /// Holds what was foreseen about a frame ago against where the contact is.
    fn judge(&mut self, at: Point, seconds: f32) {
        let off = |then: &(f32, _)| (then.0 - JUDGED_S).abs();
        let Some((ago, then)) = self.history[..self.filled].iter().min_by(|a, b| off(a).total_cmp(&off(b)))
        else {
            return;
        };
        for (hand, (x, y)) in self.hands.iter_mut().zip(then) {
            let (dx, dy) = (place(x, *ago) - at.x, place(y, *ago) - at.y);
            hand.error += (dx * dx + dy * dy - hand.error) * (seconds / (MEMORY_S + seconds));
        }
    }

    /// Where a contact that was last seen at `from` will be in `seconds`.
    pub(crate) fn ahead(&self, from: Point, seconds: f32) -> Point {
        if seconds <= 0.0 || self.filled == 0 {
            return from;
        }
        let seconds = seconds + self.beat.late();
        let least = self.hands.iter().fold(f32::MAX, |least, hand| least.min(hand.error));
        let (mut goal, mut now, mut sum) = (Point::default(), Point::default(), 0.0);
        for hand in &self.hands {
            let merit = (least + FAIR_UM2) / (hand.error + FAIR_UM2);
            let weight = merit * merit;
            goal = Point {
                x: goal.x + weight * place(&hand.x, seconds),
                y: goal.y + weight * place(&hand.y, seconds),
            };
            now = Point { x: now.x + weight * hand.x[0], y: now.y + weight * hand.y[0] };
            sum += weight;
        }
        let goal = Point { x: goal.x / sum, y: goal.y / sum };
        let now = Point { x: now.x / sum, y: now.y / sum };
        let far = now.distance(goal);
        // 1 where the hands were right, two thirds where they were as wrong as the way is long, a half at worst.
        let sure = (far * far + least + 1.0) / (far * far + 2.0 * least + 1.0);
        now.toward(goal, sure.min(FURTHEST_UM / far.max(1.0)))
    }
}
