//! A storm of deliveries: each true one has one effect, no false one has any, and the answers tell which.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::StreamExt;

use super::notary::{self, By, Notary, SIGNATURE, signed};
use super::*;
use crate::channel::{PaidProof, Proof};

const ORDERS: u64 = 1000;
const COPIES: u64 = 8;
/// Deliveries under way at once: four times the letters that may wait for the till.
const AT_ONCE: usize = 32;
/// A delivery is told again so often at most; channels do so 8 to 16 times over a day.
const TRIES_MAX: u32 = 50;

struct Post {
    channel: &'static str,
    body: String,
    signature: String,
    genuine: bool,
}

/// What is the channel's word for having been heard.
fn accepted(channel: &str, status: u16, body: &str) -> bool {
    if channel == "wechat" { matches!(status, 200 | 204) } else { status == 200 && body == "success" }
}

/// The same shuffle each time: Fisher and Yates with Knuth's generator.
fn shuffle<T>(posts: &mut [T]) {
    let mut seed = 1_u64;
    for at in (1..posts.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from((seed >> 33) % (u64::try_from(at).expect("small") + 1)).expect("small");
        posts.swap(at, other);
    }
}

/// Half of each order's copies are the platform's; the others are a stranger's or a probe's, and half of those speak
/// of an order that nobody paid.
fn posts() -> Vec<Post> {
    let mut posts = Vec::new();
    for order in 0..ORDERS {
        let channel = if order % 2 == 0 { "alipay" } else { "wechat" };
        for copy in 0..COPIES {
            let by = match copy {
                0..4 => By::Platform,
                4 | 5 => By::Stranger,
                _ => By::Probe,
            };
            let genuine = matches!(by, By::Platform);
            let number = if copy % 2 == 1 && !genuine {
                format!("FALSE{order:06}")
            } else {
                format!("STORM{order:06}")
            };
            let told =
                if channel == "alipay" { notary::alipay_notify(&number, &by) } else { signed(&number, &by) };
            posts.push(Post { channel, body: told.body, signature: told.signature, genuine });
        }
    }
    shuffle(&mut posts);
    posts
}

/// Delivers until the front answers, as a channel does; whether it was accepted, and how often it had to knock.
async fn deliver(client: &Client, bench: &str, post: &Post) -> (bool, u32) {
    for tries in 1..=TRIES_MAX {
        let request = client
            .post(format!("{bench}/notify/{}", post.channel))
            .header(SIGNATURE, &post.signature)
            .body(post.body.clone());
        let Ok(answer) = request.send().await else { continue };
        let status = answer.status().as_u16();
        let Ok(body) = answer.text().await else { continue };
        let heard = accepted(post.channel, status, &body);
        if heard || !post.genuine {
            return (heard, tries);
        }
    }
    panic!("a genuine delivery was never accepted");
}

/// The till's side: keeps what is told durably (here: in a set, so that copies change nothing), and says so. Every
/// seventh letter is not kept the first time, as when the disk is full. What it kept, how often it said so, and how
/// often it did not.
async fn till(mut letters: mpsc::Receiver<Letter>) -> (BTreeSet<String>, u64, u64) {
    let (mut effects, mut kept, mut refused) = (BTreeSet::new(), 0, 0);
    while let Some(letter) = letters.recv().await {
        assert!(letters.len() <= LETTERS_MAX);
        let Told::Payment { number, proof: Proof::Paid(PaidProof { amount, .. }) } = &letter.told else {
            panic!("{:?}", letter.told);
        };
        assert_eq!(amount.minor(), 1230);
        let even = number.as_str()[5..].parse::<u64>().expect("order") % 2 == 0;
        assert_eq!(letter.channel, if even { ChannelKind::Alipay } else { ChannelKind::Wechat });
        let keeps = (kept + refused) % 7 != 6;
        if keeps {
            effects.insert(number.as_str().to_owned());
            kept += 1;
        } else {
            refused += 1;
        }
        letter.reply.send(keeps).expect("the channel waits for the answer");
    }
    (effects, kept, refused)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_orders_told_eight_times_have_a_thousand_effects_and_no_false_one() {
    let channels: Vec<Arc<dyn Channel>> =
        vec![Arc::new(notary::alipay()), Arc::new(Notary::new(ChannelKind::Wechat))];
    // A clock that runs by looks: 50 ms a connection is 20 a second, below the rate that a peer has for ever.
    let mut bench = Bench::start(channels, Limits::default(), 50).await;
    let letters = std::mem::replace(&mut bench.letters, mpsc::channel(1).1);
    let till = tokio::spawn(till(letters));
    let (client, base) = (browser(), bench.url(""));
    let posts = posts();
    assert_eq!(posts.len(), 8000);
    let delivered: Vec<_> = futures_util::stream::iter(&posts)
        .map(|post| {
            let (client, base) = (client.clone(), base.clone());
            async move { (post.genuine, deliver(&client, &base, post).await) }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    assert!(delivered.iter().all(|(genuine, (accepted, _))| genuine == accepted), "answered by the truth");
    drop(bench.stop.take());
    bench.served.await.expect("front").expect("served");
    let (effects, kept, refused) = till.await.expect("till");
    let paid: BTreeSet<_> = (0..ORDERS).map(|order| format!("STORM{order:06}")).collect();
    assert_eq!((effects.len(), effects == paid), (1000, true), "exactly the orders that were paid");
    assert_eq!(kept, ORDERS * COPIES / 2, "each genuine copy was kept once, and no other");
    let knocks: u32 = delivered.iter().map(|(_, (_, tries))| tries).sum();
    assert_eq!(u64::from(knocks), ORDERS * COPIES + refused, "what was not kept was told again");
}
