//! What a question finds, with and without the service.

use super::*;
use board::{Actor, Stamp};

fn page(number: u64) -> PageId {
    PageId(Stamp { time: number, actor: Actor(1) })
}

fn passage(number: usize, text: &str) -> Passage {
    Passage { page: page(number as u64), number, made_us: 1_000 + number as u64, text: text.to_owned() }
}

fn said(passages: Vec<Passage>) -> Said {
    Said { passages, ..Said::default() }
}

/// A board about plants, forces and poems.
fn board() -> Vec<Passage> {
    vec![
        passage(
            0,
            "Photosynthesis turns light, water and carbon dioxide into sugar and oxygen inside every green leaf.",
        ),
        passage(
            1,
            "牛顿第二定律：物体的加速度与所受的合力成正比，与物体的质量成反比。公式写作 F＝ma，单位是牛顿。",
        ),
        passage(1, "Newton"),
        passage(2, "光合作用"),
        passage(2, "植物用光把水和二氧化碳变成糖"),
        passage(3, "床前明月光，疑是地上霜。举头望明月，低头思故乡。"),
    ]
}

/// A direction near an axis: what the service would say of passages about one thing.
fn meaning(axis: usize, aside: i8) -> Vec<i8> {
    let mut meaning = vec![0; 8];
    (meaning[axis], meaning[7]) = (100, aside);
    meaning
}

fn index() -> Index {
    let mut index = Index::default();
    assert!(index.renew(said(board())));
    index
}

fn pages(hits: &[Hit]) -> Vec<(usize, Why)> {
    hits.iter().map(|hit| (hit.number, hit.why)).collect()
}

#[test]
fn short_texts_of_a_page_are_one_passage() {
    let index = index();
    let texts: Vec<&str> = index.entries.iter().map(|entry| entry.text.as_str()).collect();
    assert_eq!(texts.len(), 4);
    assert!(texts[1].ends_with("单位是牛顿。\nNewton"));
    assert_eq!(texts[2], "光合作用\n植物用光把水和二氧化碳变成糖");
}

#[test]
fn the_very_words_are_found_without_the_service_whatever_their_case_width_and_spaces() {
    let index = index();
    assert_eq!(pages(&index.find("光合作用", None)), [(2, Why::Words)]);
    assert_eq!(pages(&index.find("PHOTO SYNTHESIS", None))[0], (0, Why::Words));
    assert_eq!(pages(&index.find("f = MA", None)), [(1, Why::Words)]);
    assert!(index.find("  ，", None).is_empty() && index.find("", None).is_empty());
    assert!(index.find("bicycle", None).is_empty());
}

#[test]
fn a_whole_question_finds_pages_that_share_its_words_where_nobody_knows_what_it_means() {
    let index = index();
    assert_eq!(pages(&index.find("how does photosynthesis make oxygen?", None)), [(0, Why::Some)]);
    assert_eq!(pages(&index.find("光合作用的公式", None))[0], (2, Why::Some));
}

#[test]
fn what_only_asks_is_not_looked_for() {
    let index = index();
    assert_eq!(pages(&index.find("Where did we talk about photosynthesis?", None)), [(0, Why::Words)]);
    assert_eq!(pages(&index.find("光合作用在哪一页？", None)), [(2, Why::Words)]);
    let topics = [
        ("which page is the moon on", "the moon on"),
        ("我们什么时候讲过牛顿定律", "牛顿定律"),
        ("where is", "where is"),
        ("Finding x", "finding x"),
        ("x²+1=0", "x²+1=0"),
    ];
    for (question, about) in topics {
        assert_eq!(topic(question), about);
    }
}

#[test]
fn meanings_find_the_other_language_below_the_very_words() {
    let mut index = index();
    index.speaks("encoder 3");
    let unknown = index.unknown(2);
    assert_eq!(unknown.len(), 2);
    index.learn(&unknown, vec![meaning(0, 10), meaning(1, 0)]);
    let rest = index.unknown(9);
    assert_eq!(rest.len(), 2);
    index.learn(&rest, vec![meaning(0, 30), meaning(2, 0)]);
    assert!(index.unknown(9).is_empty());
    let asked = meaning(0, 0);
    let hits = index.find("光合作用", Some(&asked));
    assert_eq!(pages(&hits), [(2, Why::Words), (0, Why::Meaning)]);
    let hits = index.find("how do leaves make sugar", Some(&asked));
    assert_eq!(pages(&hits), [(0, Why::Meaning), (2, Why::Meaning)]);
    assert!(hits[0].fits > hits[1].fits);
    assert!(index.find("a stranger to all", Some(&meaning(5, 0))).is_empty());
    // Another model knows nothing of what the old one meant.
    index.speaks("encoder 4");
    assert_eq!(index.unknown(9).len(), 4);
}

#[test]
fn what_is_known_of_a_passage_stays_until_it_is_changed_or_gone() {
    let mut index = index();
    let all = index.unknown(9);
    index.learn(&all, vec![meaning(0, 0); all.len()]);
    let mut now = board();
    now.remove(0);
    now[0].text =
        "Something else is written there today, long enough to be a passage of its own, and more.".to_owned();
    assert!(index.renew(said(now.clone())));
    assert_eq!(index.unknown(9), [now[0].text.as_str(), "Newton"]);
    assert!(!index.renew(said(now)), "nothing has changed");
}

#[test]
fn of_too_many_passages_the_newest_are_kept() {
    let long = |number: usize| Passage {
        page: page(number as u64 % 200),
        number: number % 200,
        made_us: number as u64,
        text: format!("{number} {}", "long enough to be alone ".repeat(5)),
    };
    let mut index = Index::default();
    index.renew(said((0..PASSAGES_MAX + 50).map(long).collect()));
    assert_eq!(index.entries.len(), PASSAGES_MAX);
    assert!(index.entries.iter().all(|entry| entry.made_us >= 50));
}

#[test]
fn a_long_passage_is_shown_around_the_words() {
    let text = format!("{} the chlorophyll\nis green {}", "before ".repeat(40), "after ".repeat(40));
    let mut index = Index::default();
    index.renew(said(vec![passage(0, &text)]));
    let [hit] = &index.find("chlorophyll", None)[..] else { panic!("one page") };
    assert!(hit.passage.starts_with('…') && hit.passage.ends_with('…'), "{}", hit.passage);
    assert!(hit.passage.contains("the chlorophyll · is green"), "{}", hit.passage);
    assert!(hit.passage.chars().count() <= 95);
}

#[test]
fn ink_is_read_once_for_each_change_and_forgotten_with_its_page() {
    let inked = |number: usize, sum| Inked { page: page(number as u64), number, made_us: number as u64, sum };
    let said = |inked: &[Inked]| Said { passages: board(), inked: inked.to_vec(), ..Said::default() };
    let mut index = Index::default();
    index.renew(said(&[inked(0, 7), inked(5, 9)]));
    assert_eq!(index.unread(), Some(inked(5, 9)), "what was written last is read first");
    index.take_ink(inked(5, 9), vec!["勾股定理".to_owned(), "a²+b²=c²".to_owned()]);
    index.take_ink(inked(0, 7), Vec::new());
    assert_eq!(index.unread(), None);
    assert_eq!(pages(&index.find("勾股定理", None)), [(5, Why::Words)]);
    let all = index.unknown(9);
    index.learn(&all, vec![meaning(0, 0); all.len()]);
    // The page is written on, and the pages before it are gone.
    let moved = Inked { number: 1, ..inked(5, 10) };
    assert!(index.renew(said(&[moved])));
    assert_eq!(index.unread(), Some(moved));
    assert_eq!(
        pages(&index.find("勾股定理", None)),
        [(1, Why::Words)],
        "what was known holds until it is read again"
    );
    index.take_ink(moved, vec!["勾股定理".to_owned(), "a²+b²=c²".to_owned()]);
    assert!(index.unknown(9).is_empty(), "the same words mean the same");
    assert!(index.renew(said(&[])));
    assert!(index.find("勾股定理", None).is_empty() && index.read.is_empty());
}
