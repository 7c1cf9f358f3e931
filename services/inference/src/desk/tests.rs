//! Numbers from the wire. Calls over a real bus are in `tests/it`.

use super::*;

#[test]
fn a_deadline_says_how_urgent_it_is_and_never_exceeds_our_own() {
    let desk = Desk {
        mail: mpsc::channel(1).0,
        status: watch::channel(Status::default()).1,
        figures: watch::channel(Figures::default()).1,
        deadline_max: Duration::from_secs(10),
        way: Arc::default(),
    };
    for (asked_ms, class, time_ms) in [
        (0, Class::Background, 10_000),
        (1, Class::Interactive, 1),
        (5_000, Class::Interactive, 5_000),
        (5_001, Class::Background, 5_001),
        (u32::MAX, Class::Background, 10_000),
    ] {
        let before = Instant::now();
        let asker = desk.asker(Client(":1.1".into()), asked_ms);
        let time = Duration::from_millis(time_ms);
        assert_eq!(asker.class, class, "{asked_ms}");
        assert!(asker.deadline >= before + time && asker.deadline <= Instant::now() + time, "{asked_ms}");
    }
}
