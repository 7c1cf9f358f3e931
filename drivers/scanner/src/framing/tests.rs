//! Ends, pauses, and what a torn code leaves behind.
use super::*;

/// A framing and a clock.
struct Line {
    framing: Framing,
    now: Instant,
    told: Vec<Result<String, Fault>>,
}

impl Line {
    fn settled(suffix: Suffix) -> Self {
        let mut line = Self::opened(suffix);
        line.pause(IDLE);
        assert!(line.framing.is_settled());
        line
    }

    fn opened(suffix: Suffix) -> Self {
        let now = Instant::now();
        Self { framing: Framing::new(suffix, now), now, told: Vec::new() }
    }

    fn tell(&mut self, scan: Option<Result<Scan, Fault>>) {
        self.told.extend(scan.map(|scan| scan.map(|scan| String::from_utf8(scan.bytes).unwrap())));
    }

    fn send(&mut self, text: &str) -> &mut Self {
        for byte in text.bytes() {
            let scan = self.framing.push(byte, self.now);
            self.tell(scan);
        }
        self
    }

    fn pause(&mut self, time: Duration) -> &mut Self {
        let until = self.now + time;
        while let Some(deadline) = self.framing.deadline().filter(|deadline| *deadline <= until) {
            let scan = self.framing.idle(deadline);
            self.tell(scan);
        }
        self.now = until;
        self
    }

    fn spoil(&mut self) -> &mut Self {
        self.framing.spoil(Fault::Garbled, self.now);
        self
    }

    #[track_caller]
    fn told(&mut self, told: &[Result<&str, Fault>]) {
        let own: Vec<_> = std::mem::take(&mut self.told);
        assert_eq!(own.iter().map(|one| one.as_deref().map_err(|fault| *fault)).collect::<Vec<_>>(), told);
    }
}

#[test]
fn suffixes() {
    Line::settled(Suffix::Learnt).send("12\r34\n56\t78\r\n").told(&[Ok("12"), Ok("34"), Ok("56"), Ok("78")]);
    Line::settled(Suffix::Cr).send("1\t2\r\n3\n4\r").told(&[Ok("1\t2"), Ok("3\n4")]);
    Line::settled(Suffix::Lf).send("1\t2\r\n34\n").told(&[Ok("1\t2"), Ok("34")]);
    Line::settled(Suffix::Tab).send("1\r2\t34\t").told(&[Ok("1\r2"), Ok("34")]);
    Line::settled(Suffix::None).send("12").pause(IDLE).send("34").pause(IDLE).told(&[Ok("12"), Ok("34")]);
    Line::settled(Suffix::None).send("\r\n").pause(IDLE).told(&[]);
}

#[test]
fn a_pause_shorter_than_the_cut_ends_nothing() {
    let short = IDLE - Duration::from_millis(1);
    Line::settled(Suffix::None).send("12").pause(short).send("34").pause(IDLE).told(&[Ok("1234")]);
    Line::settled(Suffix::Cr).send("12").pause(short).send("34\r").told(&[Ok("1234")]);
}

#[test]
fn both_halves_of_a_torn_code_are_dropped_and_the_next_is_read() {
    for suffix in [Suffix::Cr, Suffix::Lf, Suffix::Tab, Suffix::Learnt] {
        let end = if suffix == Suffix::Lf {
            "\n"
        } else if suffix == Suffix::Tab {
            "\t"
        } else {
            "\r"
        };
        let mut line = Line::settled(suffix);
        line.send("00").send(end).send("12").pause(IDLE).told(&[Ok("00"), Err(Fault::Torn)]);
        line.pause(TAIL_WITHIN / 2).send("34").send(end).told(&[Err(Fault::Torn)]);
        line.send("56").send(end).told(&[Ok("56")]);
    }
}

#[test]
fn a_torn_code_whose_rest_never_comes_costs_nothing_later() {
    let mut line = Line::settled(Suffix::Cr);
    line.send("12").pause(IDLE + TAIL_WITHIN).send("34\r").told(&[Err(Fault::Torn), Ok("34")]);
}

#[test]
fn a_late_end_ends_the_torn_code_alone() {
    Line::settled(Suffix::Cr).send("12").pause(IDLE).send("\r34\r").told(&[Err(Fault::Torn), Ok("34")]);
}

#[test]
fn a_gun_without_a_suffix_is_learnt_by_the_same_code_twice() {
    let mut line = Line::settled(Suffix::Learnt);
    line.send("12").pause(IDLE * 5).told(&[Err(Fault::Unended)]);
    line.send("12").pause(IDLE * 5).told(&[Ok("12")]);
    line.send("34").pause(IDLE * 5).told(&[Ok("34")]);
    line.send("56\r").told(&[Ok("56")]);
    line.send("78").pause(IDLE).told(&[Err(Fault::Torn)]);
}

#[test]
fn two_different_codes_without_an_end_teach_nothing() {
    let mut line = Line::settled(Suffix::Learnt);
    line.send("12").pause(IDLE * 5).send("34").pause(IDLE * 5);
    line.told(&[Err(Fault::Unended), Err(Fault::Unended)]);
    line.send("34").pause(IDLE).told(&[Ok("34")]);
}

#[test]
fn what_is_on_its_way_when_the_line_is_opened_is_not_told() {
    Line::opened(Suffix::Cr).send("34\r56\r").told(&[Err(Fault::Joined), Ok("56")]);
    let mut line = Line::opened(Suffix::Cr);
    line.send("34").pause(IDLE).send("56\r78\r").told(&[Err(Fault::Joined), Err(Fault::Torn), Ok("78")]);
    let mut line = Line::opened(Suffix::Cr);
    line.spoil().send("34\r56\r").told(&[Err(Fault::Joined), Ok("56")]);
    Line::opened(Suffix::Cr).send("\r56\r").told(&[Ok("56")]);
}

#[test]
fn nothing_of_a_spoilt_code_is_told() {
    Line::settled(Suffix::Cr).send("12").spoil().send("34\r56\r").told(&[Err(Fault::Garbled), Ok("56")]);
    let mut line = Line::settled(Suffix::Cr);
    line.spoil().pause(IDLE).send("34\r56\r").told(&[Err(Fault::Garbled), Err(Fault::Torn), Ok("56")]);
    Line::settled(Suffix::None)
        .spoil()
        .send("1")
        .pause(IDLE)
        .send("2")
        .pause(IDLE)
        .told(&[Err(Fault::Garbled), Ok("2")]);
}

#[test]
fn the_longest_code_and_one_more() {
    let longest = "7".repeat(CODE_MAX);
    Line::settled(Suffix::Cr).send(&longest).send("\r").told(&[Ok(&longest)]);
    Line::settled(Suffix::Cr).send(&longest).send("77\r8\r").told(&[Err(Fault::TooLong), Ok("8")]);
}
