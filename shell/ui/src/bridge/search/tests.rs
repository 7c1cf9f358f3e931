//! What becomes of ink and questions that come while the service is busy, or not there yet.

use std::sync::{Arc, Mutex};

use board::{Actor, PageId, PagePoint, Passage, Stamp};

use super::*;
use crate::reading::Line;
use crate::search::Hit;

/// Longer than any of this takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Asks of the service in its place; each waits for its answer as long as the test likes.
#[derive(Clone)]
struct Fake(mpsc::UnboundedSender<Asked>);

enum Asked {
    Lot(Vec<String>, tokio::sync::oneshot::Sender<()>),
    Question(tokio::sync::oneshot::Sender<bool>),
    Ink(usize),
}

impl Service for Fake {
    async fn learn(&self, texts: &[String], deadline_ms: u32) -> Result<job::Learnt, InferenceError> {
        let known = if deadline_ms == QUESTION_DEADLINE_MS {
            let (answer, answered) = tokio::sync::oneshot::channel();
            self.0.send(Asked::Question(answer)).unwrap();
            answered.await.unwrap()
        } else {
            let (end, ended) = tokio::sync::oneshot::channel();
            self.0.send(Asked::Lot(texts.to_vec(), end)).unwrap();
            ended.await.unwrap();
            true
        };
        if !known {
            return Err(InferenceError::DeadlinePassed("it still loads".to_owned()));
        }
        Ok(("a model".to_owned(), texts.iter().map(|_| vec![100, 0]).collect()))
    }

    async fn read(&self, strokes: &[Vec<Passed>]) -> Result<Vec<Line>, InferenceError> {
        self.0.send(Asked::Ink(strokes.len())).unwrap();
        Ok(vec![Line { text: "photosynthesis".to_owned(), confidence: 0.9, ..Line::default() }])
    }
}

/// What is told of a question, in short.
#[derive(Debug, PartialEq)]
struct Told {
    hits: Vec<usize>,
    understanding: Understanding,
}

struct Desk {
    searcher: Searcher<Fake>,
    asked: mpsc::UnboundedReceiver<Asked>,
    told: mpsc::UnboundedReceiver<Told>,
    service: Fake,
    bus: watch::Sender<Option<Fake>>,
    _folder: tempfile::TempDir,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let (asks, asked) = mpsc::unbounded_channel();
    let service = Fake(asks);
    let (bus, seen) = watch::channel(None);
    let (tells, told) = mpsc::unbounded_channel();
    let tells = Mutex::new(tells);
    let tell: Tell = Arc::new(move |what| {
        if let ToUi::Found { hits, understanding, .. } = what {
            let hits = hits.iter().map(|hit: &Hit| hit.number).collect();
            tells.lock().unwrap().send(Told { hits, understanding }).unwrap();
        }
    });
    let searcher = Searcher::new(folder.path().to_owned(), Index::default(), seen, tell);
    Desk { searcher, asked, told, service, bus, _folder: folder }
}

fn page(number: usize) -> PageId {
    PageId(Stamp { time: number as u64, actor: Actor(1) })
}

fn inked(number: usize) -> Inked {
    Inked { page: page(number), number, made_us: 5, sum: 7 }
}

fn said(texts: &[&str], ink: &[usize]) -> Said {
    let passage = |(number, text): (usize, &&str)| Passage {
        page: page(number),
        number,
        made_us: 1,
        text: (*text).to_owned(),
    };
    Said {
        passages: texts.iter().enumerate().map(passage).collect(),
        inked: ink.iter().map(|number| inked(*number)).collect(),
        ..Said::default()
    }
}

fn strokes(count: usize) -> Vec<Vec<Passed>> {
    vec![vec![Passed { at: PagePoint { x_um: 1, y_um: 2 }, t_ms: 0 }]; count]
}

async fn soon<T>(of: impl Future<Output = Option<T>>) -> T {
    tokio::time::timeout(PATIENCE, of).await.expect("it never came").unwrap()
}

#[tokio::test]
async fn ink_that_comes_while_a_job_runs_waits_for_it() {
    let Desk { searcher, mut asked, mut told, service, bus, _folder } = desk();
    bus.send_replace(Some(service));
    let (wisher, wishes) = mpsc::channel(QUEUE_MAX);
    let running = tokio::spawn(searcher.run(wishes));
    wisher.send(Wish::Said(said(&["Newton and his apple"], &[3]))).await.unwrap();
    let Asked::Lot(texts, end) = soon(asked.recv()).await else { panic!("not learnt first") };
    assert_eq!(texts.len(), 1);
    wisher.send(Wish::Ink { inked: inked(3), strokes: strokes(4) }).await.unwrap();
    // A question is answered after the ink was taken in: the job still runs then.
    wisher.send(Wish::Find { ticket: 1, question: "apple".to_owned() }).await.unwrap();
    assert_eq!(soon(told.recv()).await, Told { hits: vec![0], understanding: Understanding::Waits });
    let Asked::Question(answer) = soon(asked.recv()).await else { panic!("ink was read beside the job") };
    answer.send(true).unwrap();
    assert_eq!(soon(told.recv()).await.understanding, Understanding::Learns);
    assert!(asked.try_recv().is_err());
    end.send(()).unwrap();
    let Asked::Ink(4) = soon(asked.recv()).await else { panic!("the ink was not read") };
    drop(wisher);
    running.await.unwrap();
}

#[tokio::test]
async fn a_question_stays_open_for_what_is_read_later() {
    let Desk { mut searcher, mut asked, mut told, service, bus, _folder } = desk();
    bus.send_replace(Some(service));
    searcher.renew(said(&[], &[3])).await;
    let answer = async {
        let Asked::Question(answer) = soon(asked.recv()).await else { panic!("no question") };
        answer.send(true).unwrap();
    };
    tokio::join!(searcher.find(1, "photosynthesis"), answer);
    let nothing = |understanding| Told { hits: vec![], understanding };
    assert_eq!(told.try_recv().unwrap(), nothing(Understanding::Waits));
    assert_eq!(told.try_recv().unwrap(), nothing(Understanding::Learns));
    // Nearly a minute is left for it, and ink is read at once meanwhile.
    let left = searcher.open.as_ref().unwrap().until - Instant::now();
    assert!(left > LOOKED_AT / 2 && LOOKED_AT >= Duration::from_secs(60), "{left:?}");
    searcher.renew(said(&["Newton", "photosynthesis"], &[3, 4])).await;
    assert_eq!(told.try_recv().unwrap().hits, [1]);
    assert!(searcher.next_ink <= Instant::now() + BREATH);
    let read = |number| Done::Read(inked(number), Ok(vec!["photosynthesis".to_owned()]));
    searcher.take(read(3)).await;
    assert!(told.try_recv().unwrap().hits.contains(&3));
    // Afterwards nobody looks any more.
    searcher.open.as_mut().unwrap().until = Instant::now();
    searcher.take(read(4)).await;
    assert!(told.try_recv().is_err() && searcher.open.is_none());
    searcher.renew(said(&["Newton"], &[3, 4])).await;
    assert!(searcher.next_ink > Instant::now() + BREATH);
}

#[tokio::test]
async fn a_service_that_still_loads_is_asked_again() {
    let Desk { mut searcher, mut asked, mut told, service, bus, _folder } = desk();
    bus.send_replace(Some(service));
    let answer = async {
        let Asked::Question(answer) = soon(asked.recv()).await else { panic!("no question") };
        answer.send(false).unwrap();
    };
    tokio::join!(searcher.find(1, "photosynthesis"), answer);
    assert_eq!(told.try_recv().unwrap().understanding, Understanding::Waits);
    assert_eq!(told.try_recv().unwrap().understanding, Understanding::Away);
    // Not at once; here the pause is over.
    let open = searcher.open.as_mut().unwrap();
    assert!(open.ask > Instant::now());
    open.ask = Instant::now();
    let (wisher, wishes) = mpsc::channel(QUEUE_MAX);
    let running = tokio::spawn(searcher.run(wishes));
    let Asked::Question(answer) = soon(asked.recv()).await else { panic!("not asked again") };
    answer.send(true).unwrap();
    assert_eq!(soon(told.recv()).await.understanding, Understanding::Whole);
    drop(wisher);
    running.await.unwrap();
}
