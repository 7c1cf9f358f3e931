//! The scoreboard. Its points stay when it is closed, for as long as the lesson lasts.

use std::rc::Rc;
use std::time::Duration;

use display::Area;
use slint::{ComponentHandle, PlatformError};

use crate::class::float::{Float, Sheet};
use crate::class::scores::Scores;
use crate::class::{Class, Kind};
use crate::rows::kept;
use crate::surface::{Level, Surface};
use screens::{ScoresAdapter, ScoresSurface};

struct Board {
    surface: Surface<ScoresSurface>,
}

/// Opens it, with the points of before.
pub(in crate::class) fn open(class: &Rc<Class>, rect: Area) -> Result<Rc<dyn Float>, PlatformError> {
    let surface = class.easel.make("scores", rect, Level::Passing, None, ScoresSurface::new)?;
    class.connect_frame(Kind::Scores, &surface.ui);
    let board = Rc::new(Board { surface });
    let adapter = board.surface.ui.global::<ScoresAdapter<'_>>();
    let (weak, of) = (Rc::downgrade(&board), Rc::downgrade(class));
    let act = move |change: &dyn Fn(&mut Scores)| {
        if let (Some(board), Some(class)) = (weak.upgrade(), of.upgrade()) {
            change(&mut class.scores.borrow_mut());
            board.show(&class.scores.borrow());
        }
    };
    let count = |number: i32| usize::try_from(number).unwrap_or_default();
    let with = act.clone();
    adapter.on_score(move |team, points| with(&|scores| scores.add(count(team), points)));
    let with = act.clone();
    adapter.on_teams(move |teams| with(&|scores| scores.set_teams(count(teams))));
    adapter.on_reset(move || act(&Scores::reset));
    board.show(&class.scores.borrow());
    Ok(board)
}

impl Board {
    fn show(&self, scores: &Scores) {
        let adapter = self.surface.ui.global::<ScoresAdapter<'_>>();
        adapter.set_points(kept(adapter.get_points(), scores.points().to_vec()));
        adapter.set_leader(scores.leader().and_then(|team| i32::try_from(team).ok()).unwrap_or(-1));
    }
}

impl Float for Board {
    fn sheet(&self) -> &dyn Sheet {
        &self.surface
    }

    fn tick(&self, _now: Duration) {}
}
