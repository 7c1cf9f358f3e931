//! Numbers from the wire. Calls over a real bus are in `tests/it`.

use tokio::sync::mpsc;

use super::*;

#[test]
fn a_deadline_says_how_urgent_it_is_and_never_exceeds_our_own() {
    let desk = Desk { asks: mpsc::channel(1).0, status: watch::channel(Status::default()).1 };
    let face = Inference { desk, deadline_max: Duration::from_secs(10) };
    for (asked_ms, urgency, time_ms) in [
        (0, Urgency::Background, 10_000),
        (1, Urgency::Interactive, 1),
        (5_000, Urgency::Interactive, 5_000),
        (5_001, Urgency::Background, 5_001),
        (u32::MAX, Urgency::Background, 10_000),
    ] {
        assert_eq!(face.time_for(asked_ms), (urgency, Duration::from_millis(time_ms)), "{asked_ms}");
    }
}
