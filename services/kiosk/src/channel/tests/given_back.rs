//! Refunds of divided sales: what parties got comes back with each part of a refund, once, whatever breaks on the way,
//! and who does not give back holds nobody up. Both channels, against their own account books.

use serde_json::json;

use super::sandbox::{ALIPAY_FAULTS, Sandbox};
use super::*;
use crate::channel::{Divided, Doubt, Refunded};
use crate::split;
use crate::till::{Share, Split};

/// What the two parties get of a sale, in fen.
const GOT: [i64; 2] = [246, 123];
/// What is the merchant's of it.
const KEPT: i64 = FEN - 246 - 123;
/// Calls that a refund may take until it is done: WeChat Pay takes it in and tells when asked.
const CALLS: u32 = 3;

/// A channel whose sales are divided.
struct Shop {
    sandbox: Sandbox,
    channel: Box<dyn Channel>,
    parties: [&'static str; 2],
}

impl Shop {
    fn alipay() -> Self {
        let sandbox = Sandbox::start();
        let channel = Box::new(sandbox.alipay());
        Self { sandbox, channel, parties: ["2088000000000077", "cook@example.edu"] }
    }

    fn wechat() -> Self {
        let sandbox = Sandbox::start();
        let channel = Box::new(sandbox.wechat_sharing());
        Self { sandbox, channel, parties: ["1900000110", "1900000111"] }
    }

    async fn paid(&self, serial: u32) -> (Attempt, String) {
        let kind = self.channel.kind();
        let lunch = attempt(kind, &format!("LUNCH{serial:05}"), Way::Scanned);
        match self.channel.charge(&lunch, &tender(kind, serial, "01")).await {
            Proof::Paid(paid) => (lunch, paid.channel_ref),
            other => panic!("{other:?}"),
        }
    }

    fn split(&self, serial: u32) -> Split {
        let number = AttemptNumber::new(&format!("SPLIT{serial:05}")).expect("number");
        Split { number, shares: self.shares(&GOT) }
    }

    fn shares(&self, fen: &[i64]) -> Vec<Share> {
        let share = |(party, fen): (&&str, &i64)| Share { party: (*party).to_owned(), amount: yuan(*fen) };
        self.parties.iter().zip(fen).map(share).collect()
    }

    /// A sale that is paid and divided.
    async fn sold(&self, serial: u32) -> (Attempt, Split) {
        let (lunch, channel_ref) = self.paid(serial).await;
        let split = self.split(serial);
        assert_eq!(self.channel.split(&lunch, &channel_ref, &split).await, Divided::Done);
        (lunch, split)
    }

    /// What the merchant and the two parties hold, by the channel's book.
    async fn held(&self) -> [i64; 3] {
        let name = name(&*self.channel);
        let [one, two] = self.parties;
        [
            self.sandbox.merchant_fen(name).await,
            self.sandbox.held_fen(name, one).await,
            self.sandbox.held_fen(name, two).await,
        ]
    }

    /// Asks for a refund as the till does: the refund, then the question, in turns.
    async fn back(&self, lunch: &Attempt, refund: &Refund) -> Refunded {
        let mut said = self.channel.refund(lunch, refund).await;
        for call in 0..CALLS {
            match said {
                Refunded::Again(_) if call % 2 == 0 => said = self.channel.refund_query(lunch, refund).await,
                Refunded::Again(_) => said = self.channel.refund(lunch, refund).await,
                _ => return said,
            }
        }
        said
    }

    /// A minute, which WeChat Pay wants between two refunds of an order.
    async fn rest(&self) {
        self.sandbox.sim("advance-clock", json!({"seconds": 60})).await;
    }

    async fn withhold(&self, party: &str, how: Option<&str>) {
        let wish = json!({"channel": name(&*self.channel), "account": party, "how": how});
        self.sandbox.sim("withhold", wish).await;
    }
}

fn part(number: &str, fen: i64, split: &Split, back: Vec<Share>) -> Refund {
    Refund { back, split: Some(split.number.clone()), ..refund(number, fen) }
}

#[tokio::test]
async fn parts_come_back_from_everybody_until_nobody_has_anything() {
    for shop in [Shop::alipay(), Shop::wechat()] {
        let kind = shop.channel.kind();
        let (lunch, split) = shop.sold(1).await;
        assert_eq!(shop.held().await, [KEPT, 246, 123], "{kind:?}");
        let mut left = [KEPT, 246, 123];
        for (number, fen, gives) in
            [("PART000001", 500, [100, 50]), ("PART000002", 330, [66, 33]), ("PART000003", 400, [80, 40])]
        {
            let refund = part(number, fen, &split, shop.shares(&gives));
            left = [left[0] - fen + gives[0] + gives[1], left[1] - gives[0], left[2] - gives[1]];
            for again in ["first", "again"] {
                assert_eq!(shop.back(&lunch, &refund).await, Refunded::Done, "{kind:?} {number} {again}");
                assert_eq!(shop.held().await, left, "{kind:?} {number} {again}");
            }
            shop.rest().await;
        }
        assert_eq!(left, [0, 0, 0]);
        let more = part("PART000004", 1, &split, Vec::new());
        assert_eq!(shop.back(&lunch, &more).await, Refunded::Refused, "{kind:?}: nothing is left");
    }
}

/// As the till computes it, with cents that do not divide.
#[tokio::test]
async fn odd_parts_leave_no_cent_with_anybody() {
    for shop in [Shop::alipay(), Shop::wechat()] {
        let (lunch, split) = shop.sold(1).await;
        let (mut gone, mut before) = (0, Vec::new());
        for (serial, fen) in [411, 1, 333, 1, 484].into_iter().enumerate() {
            let back = split::back(lunch.amount, &split.shares, yuan(gone), &before, yuan(fen));
            let back = back.expect("a part of it");
            let refund = part(&format!("ODD{serial:07}"), fen, &split, back.clone());
            assert_eq!(shop.back(&lunch, &refund).await, Refunded::Done, "{:?} {fen}", shop.channel.kind());
            gone += fen;
            before.extend(back);
            shop.rest().await;
        }
        assert_eq!((gone, shop.held().await), (FEN, [0, 0, 0]), "{:?}", shop.channel.kind());
    }
}

/// Plants a fault at a call, and looks for one refund by the same number.
async fn one_refund_in_spite_of(shop: &Shop, serial: u32, call: &str, fault: &str, doubt: Doubt) {
    let before = shop.held().await;
    let (lunch, split) = shop.sold(serial).await;
    let refund = part(&format!("BACK{serial:06}"), 500, &split, shop.shares(&[100, 50]));
    shop.sandbox.sim("fault", json!({"fault": fault, "call": call})).await;
    let said = shop.channel.refund(&lunch, &refund).await;
    assert_eq!(said, Refunded::Again(doubt), "{fault} at {call}");
    assert_eq!(shop.back(&lunch, &refund).await, Refunded::Done, "{fault} at {call}");
    let after = [before[0] + KEPT - 350, before[1] + 146, before[2] + 73];
    assert_eq!(shop.held().await, after, "{fault} at {call}: once");
    assert_eq!(shop.back(&lunch, &refund).await, Refunded::Done, "{fault} at {call}");
    assert_eq!(shop.held().await, after, "{fault} at {call}: asked again");
    let state = shop.sandbox.sim("state", json!({})).await;
    let waiting = state["faults"]["next"].as_array().expect("faults").iter();
    assert!(waiting.filter(|one| one["times"] != 0).count() == 0, "{fault} at {call} was met");
}

#[tokio::test]
async fn every_fault_at_alipay_ends_in_one_refund_of_all_parts() {
    let shop = Shop::alipay();
    for (serial, (fault, doubt)) in (1..).zip(ALIPAY_FAULTS) {
        one_refund_in_spite_of(&shop, serial, "refund", fault, doubt).await;
    }
}

#[tokio::test]
async fn every_fault_at_wechat_ends_in_one_return_and_one_refund() {
    let shop = Shop::wechat();
    let faults = [
        ("drop-before", Doubt::Transport),
        ("charge-then-drop", Doubt::Transport),
        ("5xx", Doubt::ServerError),
        ("20000", Doubt::ServerError),
        ("wrong-signature", Doubt::BadSignature),
        ("stale-timestamp", Doubt::BadSignature),
        ("signtest", Doubt::BadSignature),
        ("truncated-body", Doubt::BadSignature),
    ];
    let mut serial = 0;
    for call in ["return", "refund"] {
        for (fault, doubt) in faults {
            serial += 1;
            one_refund_in_spite_of(&shop, serial, call, fault, doubt).await;
        }
    }
}

#[tokio::test]
async fn at_alipay_a_party_that_does_not_give_leaves_all_with_the_merchant() {
    let shop = Shop::alipay();
    let (lunch, split) = shop.sold(1).await;
    let all = part("WHOLE00001", FEN, &split, shop.shares(&GOT));
    shop.withhold(shop.parties[0], Some("refuses")).await;
    assert_eq!(shop.channel.refund(&lunch, &all).await, Refunded::Withheld(None));
    assert_eq!(shop.held().await, [KEPT, 246, 123], "nothing has moved");
    let alone = Refund { back: Vec::new(), ..all.clone() };
    assert_eq!(shop.channel.refund(&lunch, &alone).await, Refunded::Refused, "the merchant holds less");
    assert_eq!(shop.held().await, [KEPT, 246, 123], "nothing has moved");
    shop.paid(2).await;
    assert_eq!(shop.back(&lunch, &alone).await, Refunded::Done, "the same number");
    assert_eq!(shop.held().await, [KEPT, 246, 123], "the payer has it; the parties owe it");
    assert_eq!(shop.back(&lunch, &all).await, Refunded::Done, "done before, nobody gives anything");
    assert_eq!(shop.held().await, [KEPT, 246, 123]);
}

#[tokio::test]
async fn at_wechat_only_the_party_that_does_not_give_is_left_out() {
    for (how, whom) in [("refuses", 0), ("fails", 0), ("refuses", 1), ("fails", 1)] {
        let shop = Shop::wechat();
        let (lunch, split) = shop.sold(1).await;
        let all = part("WHOLE00001", FEN, &split, shop.shares(&GOT));
        shop.withhold(shop.parties[whom], Some(how)).await;
        for again in ["first", "again"] {
            let said = shop.channel.refund(&lunch, &all).await;
            assert_eq!(said, Refunded::Withheld(Some(whom)), "{how} {again}");
        }
        // The till asks again without that party.
        let mut rest = all.clone();
        rest.back.remove(whom);
        let mut held = [FEN - GOT[whom], 0, 0];
        held[whom + 1] = GOT[whom];
        let said = shop.channel.refund(&lunch, &rest).await;
        assert_eq!(said, Refunded::RefusedAfterBack, "{how}: the merchant holds less");
        assert_eq!(shop.held().await, held, "{how}: the other has given");
        shop.paid(2).await;
        assert_eq!(shop.back(&lunch, &rest).await, Refunded::Done, "{how}: the same number");
        assert_eq!(shop.held().await, held, "{how}: the payer has it; the party owes it");
    }
}

#[tokio::test]
async fn a_return_that_takes_its_time_is_asked_for_again() {
    let shop = Shop::wechat();
    let (lunch, split) = shop.sold(1).await;
    let all = part("WHOLE00001", FEN, &split, shop.shares(&GOT));
    shop.withhold(shop.parties[1], Some("delays")).await;
    let open = Refunded::Again(Doubt::ServerError);
    assert_eq!(shop.channel.refund(&lunch, &all).await, open, "taken in");
    assert_eq!(shop.held().await, [KEPT + 246, 0, 123], "and the payer has nothing yet");
    assert_eq!(shop.back(&lunch, &all).await, Refunded::Done);
    assert_eq!(shop.held().await, [0, 0, 0]);
}

#[tokio::test]
async fn people_keep_their_part_at_wechat() {
    let shop = Shop { parties: ["openid-of-a-cook", "1900000111"], ..Shop::wechat() };
    let (lunch, split) = shop.sold(1).await;
    let all = part("WHOLE00001", FEN, &split, shop.shares(&GOT));
    assert_eq!(shop.channel.refund(&lunch, &all).await, Refunded::Withheld(Some(0)));
    assert_eq!(shop.held().await, [KEPT, 246, 123], "nothing has moved");
}

#[tokio::test]
async fn what_was_never_divided_goes_back_from_the_merchant_alone() {
    for (shop, place) in [(Shop::alipay(), None), (Shop::wechat(), Some(0))] {
        let kind = shop.channel.kind();
        let (lunch, channel_ref) = shop.paid(1).await;
        let nobody = Split { shares: vec![Share { party: "".to_owned(), amount: yuan(1) }], ..shop.split(1) };
        assert_eq!(shop.channel.split(&lunch, &channel_ref, &nobody).await, Divided::Refused, "{kind:?}");
        let all = part("WHOLE00001", FEN, &shop.split(1), shop.shares(&GOT));
        assert_eq!(shop.channel.refund(&lunch, &all).await, Refunded::Withheld(place), "{kind:?}");
        let alone = refund("WHOLE00001", FEN);
        assert_eq!(shop.back(&lunch, &alone).await, Refunded::Done, "{kind:?}");
        assert_eq!(shop.held().await, [0, 0, 0], "{kind:?}");
    }
}
