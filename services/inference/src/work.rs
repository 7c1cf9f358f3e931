//! The plug: which tasks there are, what each can be asked, and the one match that calls an engine.
//!
//! A new task is a folder with an engine, a variant of [`Task`] and of [`Engine`], one of [`Work`] for each of its
//! requests, the arms that the compiler then asks for, and a file in `bus/`. Engines are immutable and shared; the
//! actor owns them and lends one with each job.

use tokio::sync::oneshot;

use crate::catalogue::Files;
use crate::ink::{Ink, InkLine, Layout, READER_FILES, Script, Stroke};
use crate::leave::{Leave, Stopped};
use crate::maths::{Answer, Chosen, Expression, Maths};
use crate::model::{Model, ModelError};
use crate::open::OpenError;
use crate::raster::Raster;
use crate::search::{self, Embedding, Search};
use crate::text::{self, Line, Text};
use crate::vision::{self, Count, Frame, Plan, Seen, Vision};
use crate::voice::{self, Voice};

/// A task: one folder, one engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Task {
    /// Text in pictures.
    Text,
    /// People in a camera's frames.
    Camera,
    /// Handwriting from strokes.
    Ink,
    /// Written expressions.
    Maths,
    /// What passages mean.
    Search,
    /// What is heard in a room. It has sessions only, which borrow its engine.
    Voice,
}

impl Task {
    /// Every task.
    pub const ALL: [Self; 6] = [Self::Text, Self::Camera, Self::Ink, Self::Maths, Self::Search, Self::Voice];

    /// Its word in the manifest and on the bus.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Camera => "camera",
            Self::Ink => "ink",
            Self::Maths => "maths",
            Self::Search => "search",
            Self::Voice => "voice",
        }
    }

    /// The model files without which it cannot be done.
    pub(crate) fn files(self) -> &'static [&'static str] {
        match self {
            Self::Text => &[text::DETECTOR, text::READER, text::DICTIONARY],
            Self::Camera => &vision::VISION_MODELS,
            Self::Ink => &READER_FILES,
            // Its network is part of the program.
            Self::Maths => &[],
            Self::Search => &[search::WEIGHTS, search::PIECES],
            Self::Voice => &voice::FILES,
        }
    }
}

/// A loaded engine. The actor owns it and lends it out in an `Arc`.
pub(crate) enum Engine {
    Text(Text),
    Camera(Vision),
    Ink(Ink),
    Maths(Maths),
    Search(Search),
    Voice(Voice),
}

impl Engine {
    /// Loads a task's engine; every file is checked against its listed hash.
    pub(crate) fn open(task: Task, files: &Files, leave: &Leave) -> Result<Self, OpenError> {
        Ok(match task {
            Task::Text => Self::Text(Text::open(files, leave)?),
            Task::Camera => Self::Camera(Vision::open(files)?),
            Task::Ink => Self::Ink(Ink::open(files)?),
            Task::Maths => Self::Maths(Maths::open(leave)?),
            Task::Search => Self::Search(Search::open(files)?),
            Task::Voice => Self::Voice(Voice::open(files)?),
        })
    }

    /// The network of a file, for its golden sample; none where the engine tries itself out when it is opened.
    pub(crate) fn network(&self, name: &str) -> Option<&Model> {
        match self {
            Self::Text(text) => text.network(name),
            Self::Voice(voice) => voice.network(name),
            Self::Camera(_) | Self::Ink(_) | Self::Maths(_) | Self::Search(_) => None,
        }
    }

    /// Makes the plan number `at` of those that later requests may need ready; false where there is none. For
    /// moments without a request.
    pub(crate) fn prepare(&self, at: usize) -> Result<bool, ModelError> {
        match self {
            Self::Text(text) => text.prepare(at),
            Self::Camera(vision) => vision.prepare(at),
            Self::Ink(_) | Self::Maths(_) | Self::Search(_) | Self::Voice(_) => Ok(false),
        }
    }
}

/// How an answer reaches who asked.
pub(crate) struct Reply<T>(oneshot::Sender<T>);

impl<T> Reply<T> {
    pub(crate) fn new() -> (Self, oneshot::Receiver<T>) {
        let (sender, receiver) = oneshot::channel();
        (Self(sender), receiver)
    }

    fn give(self, answer: T) {
        if self.0.send(answer).is_err() {
            tracing::debug!("the asker has gone");
        }
    }
}

/// One request, with the way back for its answer. A refusal takes another way, so a reply is only ever an answer.
pub(crate) enum Work {
    /// The lines of a picture.
    ReadText { picture: Raster, reply: Reply<Vec<Line>> },
    /// The people of a frame.
    CountPeople { frame: Frame, reply: Reply<Count> },
    /// What a watched camera's frame shows of what is looked for.
    LookAtFrame { frame: Frame, plan: Plan, reply: Reply<Seen> },
    /// The lines of some ink.
    ReadInk { strokes: Vec<Stroke>, layout: Layout, script: Script, reply: Reply<Vec<InkLine>> },
    /// What a written expression says and comes to.
    ReadMaths { strokes: Vec<Stroke>, reply: Reply<Answer> },
    /// What an expression comes to whose symbols were chosen.
    Evaluate { chosen: Vec<Chosen>, reply: Reply<Option<Expression>> },
    /// What passages mean; nothing for one without a word.
    Embed { passages: Vec<String>, reply: Reply<Vec<Option<Embedding>>> },
}

impl Work {
    pub(crate) fn task(&self) -> Task {
        match self {
            Self::ReadText { .. } => Task::Text,
            Self::CountPeople { .. } | Self::LookAtFrame { .. } => Task::Camera,
            Self::ReadInk { .. } => Task::Ink,
            Self::ReadMaths { .. } | Self::Evaluate { .. } => Task::Maths,
            Self::Embed { .. } => Task::Search,
        }
    }

    /// How much there is to do, in numbers that grow with it: requests of about the same size take about the same
    /// time.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::ReadText { picture, .. } => picture.pixels().len(),
            Self::CountPeople { frame, .. } => frame.width() * frame.height(),
            Self::LookAtFrame { plan, .. } => plan.looks(),
            Self::ReadInk { strokes, .. } | Self::ReadMaths { strokes, .. } => strokes.len(),
            Self::Evaluate { chosen, .. } => chosen.len(),
            Self::Embed { passages, .. } => passages.iter().map(String::len).sum(),
        }
    }

    /// Does it and answers; an error means that nobody was answered yet.
    pub(crate) fn run(self, engine: &Engine, leave: &Leave) -> Result<(), ModelError> {
        match (self, engine) {
            (Self::ReadText { picture, reply }, Engine::Text(text)) => {
                reply.give(text.read(&picture, leave)?);
            }
            (Self::CountPeople { frame, reply }, Engine::Camera(vision)) => {
                reply.give(vision.count(&frame, leave)?);
            }
            (Self::LookAtFrame { frame, plan, reply }, Engine::Camera(vision)) => {
                reply.give(vision.look(&frame, &plan, leave)?);
            }
            (Self::ReadInk { strokes, layout, script, reply }, Engine::Ink(ink)) => {
                reply.give(ink.recognise(&strokes, layout, script, leave)?);
            }
            (Self::ReadMaths { strokes, reply }, Engine::Maths(maths)) => {
                reply.give(maths.read(&strokes, leave)?);
            }
            (Self::Evaluate { chosen, reply }, Engine::Maths(maths)) => reply.give(maths.evaluate(&chosen)),
            (Self::Embed { passages, reply }, Engine::Search(search)) => {
                let embeddings: Result<_, Stopped> =
                    passages.iter().map(|passage| search.embed(passage, leave)).collect();
                reply.give(embeddings?);
            }
            (work, _) => {
                let reason = "another task's engine was lent".to_owned();
                return Err(ModelError::Failed { name: work.task().name().to_owned(), reason });
            }
        }
        Ok(())
    }
}
