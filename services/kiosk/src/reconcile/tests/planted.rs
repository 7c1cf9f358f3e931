//! A large day with planted differences, for the test and for the measurement: everything else in it agrees, and much
//! of that looks as if it did not.

use super::{BillRow, Booked, Class, Currency, Date, Fees, Money, Ours, Reading, RowKind, State, day_bounds};

/// The day and what must be found in it.
pub(super) struct Planted {
    pub(super) ours: Vec<Ours>,
    pub(super) booked: Vec<Booked>,
    pub(super) bill: Vec<BillRow>,
    pub(super) elsewhere: Vec<(Date, BillRow)>,
    /// Class and number of each, in order.
    pub(super) expected: Vec<(Class, String)>,
}

pub(super) const TAG: &str = "KIOSKA01";
const FEE_BP: i64 = 60;
/// Between two planted differences; a prime, so that they fall on all sorts of rows.
const EVERY: usize = 1_999;

pub(super) fn reading() -> Reading {
    let rules = format!("[[fee]]\nchannel = \"alipay\"\nbasis_points = {FEE_BP}\n");
    let fees: Fees = toml::from_str(&rules).expect("a rule");
    Reading { tag: TAG.to_owned(), fees, ..Reading::default() }
}

fn fee(amount: i64) -> i64 {
    (amount * FEE_BP + 5_000) / 10_000
}

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn row(number: &str, amount: i64, at_ms: u64) -> BillRow {
    BillRow {
        kind: RowKind::Payment,
        number: number.to_owned(),
        refund: None,
        channel_ref: format!("20261124{number}"),
        amount: cny(amount),
        fee: cny(fee(amount)),
        at_ms,
    }
}

fn ours_of(row: &BillRow) -> Ours {
    Ours {
        kind: row.kind,
        number: row.number.clone(),
        refund: row.refund.clone(),
        channel_ref: Some(row.channel_ref.clone()),
        amount: row.amount,
        // The till learns of it a little later than the channel.
        at_ms: row.at_ms + 2_500,
        state: State::Done,
    }
}

fn booked_of(ours: &Ours, seq: usize) -> Booked {
    let number = ours.refund.clone().unwrap_or(ours.number.clone());
    Booked { kind: ours.kind, number, amount: ours.amount, seq: i64::try_from(seq).expect("few") }
}

impl Planted {
    /// A row on both sides; every twentieth is the refund of the payment before it.
    fn agree(&mut self, index: usize, start_ms: u64) {
        let number = format!("{TAG}{index:08}");
        let amount = 500 + i64::try_from(index % 2_000).expect("few");
        let mut row = row(&number, amount, start_ms + u64::try_from(index).expect("few") * 500);
        if index % 20 == 19
            && let Some(paid) = self.bill.last().filter(|row| row.kind == RowKind::Payment)
        {
            let back = fee(paid.amount.minor());
            row = BillRow { number: paid.number.clone(), refund: Some(number), ..row };
            row = BillRow { kind: RowKind::Refund, amount: paid.amount, fee: cny(-back), ..row };
        }
        let ours = ours_of(&row);
        self.booked.push(booked_of(&ours, index));
        self.ours.push(ours);
        self.bill.push(row);
    }

    /// Things that look like differences and are none.
    fn innocent(&mut self, day: Date, start_ms: u64) {
        for index in 0..100 {
            let at_ms = start_ms + index;
            self.bill.push(row(&format!("KIOSKB02{index:08}"), 700, at_ms));
            for (state, letter) in [(State::Open, 'O'), (State::Closed, 'C')] {
                let unpaid = row(&format!("{TAG}{letter}{index:07}"), 800, at_ms);
                self.ours.push(Ours { state, ..ours_of(&unpaid) });
            }
            let reversed = row(&format!("{TAG}R{index:07}"), 900, at_ms);
            self.ours.push(Ours { state: State::Closed, ..ours_of(&reversed) });
            let gone = BillRow {
                refund: Some(format!("{TAG}X{index:07}")),
                fee: cny(-fee(900)),
                ..reversed.clone()
            };
            self.bill.extend([BillRow { kind: RowKind::Refund, ..gone }, reversed]);
            // Yesterday's late one, found here today and told of yesterday; tomorrow's early one.
            let (from, to) = day_bounds(day);
            for at in [from - 600_000 - 1, to + 1] {
                let other =
                    row(&format!("{TAG}N{index:05}{}", at % 100), 950, u64::try_from(at).expect("1970"));
                let ours = ours_of(&other);
                self.booked.push(booked_of(&ours, 0));
                self.ours.push(ours);
            }
        }
    }

    /// One difference of the class at the row of this place.
    fn plant(&mut self, class: Class, place: usize, day: Date) {
        let row = &mut self.bill[place];
        let number = row.number.clone();
        match class {
            Class::AmountDiffers => {
                row.amount = cny(row.amount.minor() + 1);
                row.fee = cny(fee(row.amount.minor()));
            }
            Class::FeeDiffers => row.fee = cny(row.fee.minor() + 1),
            Class::Duplicate => {
                let again = row.clone();
                self.bill.push(again);
            }
            Class::StateDiffers => {
                self.ours[place].state = if place.is_multiple_of(2) { State::Closed } else { State::Open };
            }
            // What is missing is taken out at the end, so that places stay.
            Class::MissingWithUs | Class::RefundExtra => {}
            Class::CrossDay => {
                self.ours[place].at_ms = u64::try_from(day_bounds(day).1).expect("1970") + 1_000
            }
            Class::LedgerDiffers => self.booked[place].amount = cny(1),
            Class::MissingAtChannel | Class::RefundMissing => row.number = "elsewhere".to_owned(),
        }
        self.expected.push((class, number));
    }
}

/// `rows` rows of which `planted` differ, of all ten classes in turn.
pub(super) fn planted(day: Date, rows: usize, planted: usize) -> Planted {
    let mut all = Planted { ours: vec![], booked: vec![], bill: vec![], elsewhere: vec![], expected: vec![] };
    let start_ms = u64::try_from(day_bounds(day).0).expect("after 1970") + 3_600_000;
    for index in 0..rows {
        all.agree(index, start_ms);
    }
    let classes: Vec<Class> = (1..).map_while(Class::from_code).collect();
    let mut gone = Vec::new();
    let mut unbooked = Vec::new();
    for count in 0..planted {
        let class = classes[count % classes.len()];
        let refund = matches!(class, Class::RefundMissing | Class::RefundExtra);
        let mut place = count * EVERY + 7;
        while (all.bill[place].kind == RowKind::Refund) != refund || place % 20 == 18 {
            place += 1;
        }
        match class {
            Class::MissingWithUs | Class::RefundExtra => gone.push(place),
            Class::StateDiffers => unbooked.push(place),
            _ => {}
        }
        all.plant(class, place, day);
    }
    finish(&mut all, &gone, &unbooked);
    all.innocent(day, start_ms);
    all.expected.sort();
    all
}

/// Takes out what one side must not have, and puts everything into another order.
fn finish(all: &mut Planted, gone: &[usize], unbooked: &[usize]) {
    let mut place = 0;
    all.ours.retain(|_| {
        place += 1;
        !gone.contains(&(place - 1))
    });
    place = 0;
    all.booked.retain(|_| {
        place += 1;
        !gone.contains(&(place - 1)) && !unbooked.contains(&(place - 1))
    });
    all.bill.retain(|row| row.number != "elsewhere");
    all.ours.sort_by_cached_key(|one| one.number.bytes().rev().collect::<Vec<u8>>());
    all.bill.sort_by_cached_key(|row| row.number.bytes().rev().collect::<Vec<u8>>());
}
