//! Starting and stopping: the display thread, its touch and journal threads, and the UI thread's handle.

mod boards;
mod devices;
mod idle;
mod lesson;
mod passing;
mod watch;

use crate::area::Area;
use crate::clock::Clock;
use crate::config::{Config, DisplayError, Output};
use crate::film::Films;
use crate::inbox::{INPUT_LIMIT, Input, Outbox, Post, ToUi, ui_queue};
use crate::journal_thread::{self, JournalThread};
use crate::live::Lives;
use crate::message::{FileError, FromDisplay, ToDisplay, Trouble};
use crate::output::{memory, window};
use crate::sharpening::Lots;
use crate::shelf::{Desk, Job};
use crate::slint_platform::{Platform, SurfaceHandle, SurfaceSpec, Touch, Ui};
use crate::stage::Stage;
use crate::touch_thread::{Placed, TouchThread};
use std::cell::RefCell;
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;
use touch::{Frame, Urgency};
pub use watch::{Taken, Watch};

/// Starts the display thread, a thread for each touch source and the journal thread. Call it on the thread that
/// will run Slint, then give the platform to `slint::platform::set_platform`.
///
/// # Errors
/// When the sizes, the font, the journal or the window cannot be used. A touch source that is missing is no
/// error: the UI hears of it and it is looked for again.
pub fn start(config: Config) -> Result<(Display, Platform), DisplayError> {
    start_watched(config, None)
}

/// [`start`], and `watch` hears of every picture on the display thread: for measurements. It must not wait.
///
/// # Errors
/// As [`start`].
pub fn start_watched(
    config: Config,
    watch: Option<Box<dyn Watch>>,
) -> Result<(Display, Platform), DisplayError> {
    let (to_display, inputs) = sync_channel(INPUT_LIMIT);
    let out = Outbox::new(to_display);
    let (post, inbox) = ui_queue();
    let clock = Clock::start();
    let mut stage = Stage::new(&config)?;
    let journal = journal_thread::keep(&config.journal_dir, &mut stage, &post, &out)?;
    let desk = Desk::start(&config.journal_dir, &config.font, out.clone())?;
    let core = Core {
        stage,
        desk,
        clock,
        post: post.clone(),
        journal,
        films: Films::new(&config.journal_dir, out.clone()),
        lives: Lives::new(&config.journal_dir, out.clone()),
        stopped: false,
        opening: None,
        lost: HashSet::new(),
        size_px: config.size_px,
        size_um: config.size_um,
        watch,
        taken: Vec::new(),
        lots: Lots::default(),
    };
    let (ready, is_ready) = sync_channel(1);
    let (output, urgency) = (config.output.clone(), config.urgency);
    let display = Builder::new()
        .name("display".into())
        .spawn(move || {
            take(urgency);
            let core = match output {
                Output::Memory => memory::run(core, &inputs, ready),
                Output::Window { title } => window::run(core, &inputs, &title, ready),
                Output::Drm { device, present } => {
                    crate::output::drm::run(core, &inputs, device.as_deref(), present, ready)
                }
            };
            core.end(inputs);
        })
        .map_err(DisplayError::Thread)?;
    let wake = match is_ready.recv().map_err(|_| DisplayError::Stopped).flatten() {
        Ok(wake) => wake,
        Err(error) => {
            join(display);
            return Err(error);
        }
    };
    out.set_wake(wake);
    let mut threads = Threads { display, touch: Vec::new() };
    for (source, spec) in config.touch.into_iter().enumerate() {
        let placed = Placed { spec, size_um: config.size_um, placements: config.placements.clone(), urgency };
        match TouchThread::start(source, placed, clock, out.clone()) {
            Ok(thread) => threads.touch.push(thread),
            Err(error) => {
                threads.stop(&out);
                return Err(DisplayError::Thread(error));
            }
        }
    }
    let ui = Ui::new(inbox, post, out.clone());
    let handle = Handle { ui: ui.clone(), out, threads: RefCell::new(Some(threads)) };
    Ok((Display(Rc::new(handle)), Platform::new(ui)))
}

/// Ink waits for nobody, where the unit says so; without that it is drawn all the same.
pub(crate) fn take(urgency: Urgency) {
    if let Err(error) = urgency.take() {
        tracing::warn!(%error, "the kernel lets ink wait for its turn");
    }
}

fn join(thread: JoinHandle<()>) {
    if thread.join().is_err() {
        tracing::error!("the display thread panicked");
    }
}

/// The UI thread's end of the display. Cloning is cheap; it stays on the Slint thread. When the last one is
/// dropped the display stops.
#[derive(Clone)]
pub struct Display(Rc<Handle>);

struct Handle {
    ui: Rc<Ui>,
    out: Outbox,
    threads: RefCell<Option<Threads>>,
}

struct Threads {
    display: JoinHandle<()>,
    touch: Vec<TouchThread>,
}

impl Threads {
    fn stop(self, out: &Outbox) {
        // A display that has ended by itself hears nothing; it is joined all the same.
        out.send(Input::Ask(ToDisplay::Stop));
        self.touch.iter().for_each(TouchThread::wake);
        join(self.display);
        self.touch.into_iter().for_each(TouchThread::join);
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if let Some(threads) = self.threads.get_mut().take() {
            threads.stop(&self.out);
        }
    }
}

impl Display {
    /// Announces the surface that the next Slint component created on this thread will draw into.
    pub fn next_surface(&self, spec: SurfaceSpec) -> SurfaceHandle {
        self.0.ui.next_surface(spec)
    }

    /// Calls back on the Slint thread for everything the display tells; a second call replaces the first.
    pub fn on_event(&self, listen: impl FnMut(FromDisplay) + 'static) {
        self.0.ui.listen(Box::new(listen));
    }

    /// Shows every touch of a surface to somebody first, on the Slint thread; where they answer true, the surface does
    /// not hear of it. A second call replaces the first.
    pub fn on_touch(&self, watch: impl FnMut(&Touch) -> bool + 'static) {
        self.0.ui.watch(Box::new(watch));
    }

    /// Asks the display for something; only an error if it has stopped.
    pub fn send(&self, message: ToDisplay) -> Result<(), DisplayError> {
        self.sender().send(message)
    }

    /// An end that can be moved to other threads.
    pub fn sender(&self) -> Sender {
        Sender(self.0.out.clone())
    }

    /// One turn of the Slint event loop, sleeping at most `limit`; for a caller that runs the loop itself. After
    /// `Break` the display has ended.
    pub fn turn(&self, limit: Duration) -> ControlFlow<()> {
        self.0.ui.turn(Some(limit))
    }

    /// Stops the display and waits until all its threads have ended: the journal is written to its end.
    pub fn shutdown(&self) {
        let threads = self.0.threads.borrow_mut().take();
        if let Some(threads) = threads {
            threads.stop(&self.0.out);
        }
    }
}

/// A `send` for other threads.
#[derive(Clone)]
pub struct Sender(Outbox);

impl Sender {
    /// Asks the display for something; only an error if it has stopped.
    pub fn send(&self, message: ToDisplay) -> Result<(), DisplayError> {
        if self.0.send(Input::Ask(message)) { Ok(()) } else { Err(DisplayError::Stopped) }
    }
}

/// What the display thread owns, whatever its output is.
pub(crate) struct Core {
    stage: Stage,
    clock: Clock,
    post: Post,
    journal: JournalThread,
    desk: Desk,
    films: Films,
    lives: Lives,
    stopped: bool,
    /// The folder of the board that is being opened, and who waits for it.
    opening: Option<boards::Opening>,
    /// Touch sources that are away.
    lost: HashSet<usize>,
    size_px: (u32, u32),
    size_um: (i32, i32),
    watch: Option<Box<dyn Watch>>,
    /// Frames of contacts since the last picture, if somebody watches.
    taken: Vec<Taken>,
    lots: Lots,
}

impl Core {
    pub(crate) fn now_us(&self) -> u64 {
        self.clock.now_us()
    }

    pub(crate) fn stopped(&self) -> bool {
        self.stopped
    }

    pub(crate) fn size_px(&self) -> (u32, u32) {
        self.size_px
    }

    pub(crate) fn size_um(&self) -> (i32, i32) {
        self.size_um
    }

    /// 0x00RRGGBB, row by row.
    pub(crate) fn frame(&self) -> &[u32] {
        self.stage.pixels()
    }

    /// Takes one message.
    pub(crate) fn take(&mut self, input: Input) {
        match input {
            Input::Frame(frame) => {
                if self.watch.is_some() {
                    self.taken.push(Taken { time_us: frame.time_us, contacts: frame.contacts.len() });
                }
                self.contacts(&frame);
            }
            Input::Surface { id, change } => self.stage.surface(id, change),
            Input::Desk(done) => self.done(*done),
            Input::Film(word) => self.hear_film(word),
            Input::Live(word) => self.hear_live(word),
            Input::Journal(trouble) => self.tell(FromDisplay::Trouble(trouble)),
            Input::Replaced => self.stage.end_is_final(),
            Input::Opened(opened) => self.board_opened(*opened),
            // All that was done is on the disk: the past is read from there.
            Input::Settled => self.desk.ask(Job::Past),
            Input::TouchLost { source } => {
                self.lost.insert(source);
                self.tell(FromDisplay::Trouble(Trouble::TouchLost));
            }
            Input::TouchBack { source } => {
                if self.lost.remove(&source) && self.lost.is_empty() {
                    self.tell(FromDisplay::Trouble(Trouble::TouchBack));
                }
            }
            Input::Ask(ask) => match ask {
                ToDisplay::Stop => self.stopped = true,
                ToDisplay::Scene(scene) => self.stage.set_scene(scene),
                ToDisplay::Present(present) => self.stage.present(present),
                ToDisplay::Palettes(palettes) => self.stage.set_palettes(palettes),
                ToDisplay::Zones(zones) => self.stage.owners.set_zones(zones),
                ToDisplay::Pair(ring) => self.stage.owners.pair(ring, self.clock.now_us()),
                ToDisplay::BindTip { class, person } => self.stage.owners.bind_tip(class, person),
                // Its file would be deleted with those of the board that was ended.
                ToDisplay::Open { reply, .. } if self.stage.is_ending() => reply(Err(FileError::Busy)),
                ToDisplay::Open { person, bytes, beside, reply } => {
                    self.desk.ask(Job::Open { person, bytes, beside, reply });
                }
                ToDisplay::Save { format, reply } => {
                    let document = self.stage.document();
                    self.desk.ask(Job::Save { document, format, reply });
                }
                ToDisplay::Thumbnail { page, width_px, reply } => match self.stage.page_document(page) {
                    Some(document) => self.desk.ask(Job::Thumbnail { document, width_px, reply }),
                    None => reply(None),
                },
                ToDisplay::EndClass
                | ToDisplay::EndForGood
                | ToDisplay::UndoEnd
                | ToDisplay::EnterPast
                | ToDisplay::GoToPast(_)
                | ToDisplay::FocusPast(_)
                | ToDisplay::LeavePast
                | ToDisplay::Reach(_)
                | ToDisplay::FingersMove { .. } => self.take_of_lesson(ask),
                ToDisplay::OpenBoard { folder, reply } => self.open_board(folder, reply),
                ToDisplay::TellTouches(on) => self.stage.tells_touches = on,
                ToDisplay::TellFelt(on) => self.stage.feel.set(on),
                ToDisplay::Film { file, command } => self.command_film(file, command),
                ToDisplay::Live(wish) => self.take_of_live(wish),
                ToDisplay::Screenshot(reply) => reply(self.stage.picture()),
                ToDisplay::Board(command) => {
                    let now = self.now_us();
                    self.stage.command(command, now);
                }
            },
        }
    }

    /// Takes what waits; not more than the queue holds, so that there is a picture now and then.
    pub(crate) fn drain(&mut self, inputs: &Receiver<Input>) {
        for input in inputs.try_iter().take(INPUT_LIMIT) {
            self.take(input);
        }
    }

    /// Lets time pass, and passes on what has come of it.
    pub(crate) fn turn(&mut self) {
        let now = self.now_us();
        self.stage.tick(now);
        self.pass_on();
    }

    pub(crate) fn compose(&mut self) -> Vec<Area> {
        let began = self.now_us();
        // Ink comes first: while somebody writes, what is not sharp waits.
        let tiles = self.lots.tiles(began, self.stage.inks());
        let areas = self.stage.compose(tiles);
        if !areas.is_empty() {
            self.stage.feel.drawn(self.clock.now_us());
        }
        if tiles > 0 && self.stage.sharpens() {
            self.lots.drew(tiles, began, self.now_us());
        }
        // Drawing may have found that pictures are missing or videos in sight, and nothing else need happen soon.
        self.pass_on();
        if let Some(watch) = &mut self.watch {
            watch.composed(&self.taken, &areas, self.stage.pixels(), self.stage.is_sharp());
            self.taken.clear();
        }
        areas
    }

    /// How long the thread may sleep; `None` until something comes.
    pub(crate) fn wait(&self) -> Option<Duration> {
        let now = self.now_us();
        let lot = self.stage.sharpens().then(|| self.lots.due_us(self.stage.inks()));
        let next = self.stage.next_tick_us().into_iter().chain(lot).min();
        let tick = next.map(|at| Duration::from_micros(at.saturating_sub(now)));
        tick.into_iter().chain(self.journal.look_again()).min()
    }

    /// Contacts, of a panel or of the window itself.
    pub(crate) fn contacts(&mut self, frame: &Frame) {
        self.stage.contacts(frame);
    }

    fn tell(&mut self, event: FromDisplay) {
        self.stage.to_ui.push(ToUi::Event(event));
    }

    /// Ends: lifts nothing (what is wet is a stroke that was not finished), writes what waits, says goodbye.
    fn end(mut self, inputs: Receiver<Input>) {
        self.turn();
        // From here on nobody can wait for room in our queue, so the journal thread cannot wait for us.
        drop(inputs);
        self.films.end();
        self.lives.end();
        self.journal.end();
        self.desk.end();
        self.post.send(ToUi::Event(FromDisplay::Closed));
    }
}
