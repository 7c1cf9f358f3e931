//! Looking back on the wall itself: the board shows the past in its panes, and nobody can write on it.
use crate::{
    board::Board,
    effects::{BoardEvent, Effects},
    person::PersonId,
    scene::Scene,
    timeline::{Past, Timeline},
};

/// The present, while the board shows the past.
pub(crate) struct Lookback {
    /// What the board goes back to; its ops still come in here.
    pub(crate) present: Scene,
    past: Option<Past>,
}

impl Board {
    /// The board in the past, at first before anything was done: with what one person did, or everybody. The
    /// timeline is of this board's journal, or of another's.
    pub fn past(&self, line: &Timeline, person: Option<PersonId>) -> Past {
        Past::new(line, person, &self.scene)
    }

    /// Shows the past instead of the present, at an instant; nothing can be changed until [`Board::leave_past`].
    pub fn enter_past(&mut self, line: &Timeline, person: Option<PersonId>, at_us: u64) -> Effects {
        let mut effects = self.leave_past();
        effects.extend(self.lift_everything());
        for somebody in PersonId::all() {
            effects.extend(self.deselect(somebody));
        }
        let mut past = Past::new(line, person, &self.scene);
        past.go(line, at_us);
        let present = self.exchange(past, &mut effects);
        self.lookback = Some(present);
        effects
    }

    /// Goes to another instant of the past that is shown.
    pub fn go_to_past(&mut self, line: &Timeline, at_us: u64) -> Effects {
        let mut effects = Effects::default();
        let Some(lookback) = &mut self.lookback else { return effects };
        let Some(mut past) = lookback.past.take() else { return effects };
        std::mem::swap(&mut past.scene, &mut self.scene);
        past.go(line, at_us);
        std::mem::swap(&mut past.scene, &mut self.scene);
        lookback.past = Some(past);
        effects.damage.extend(self.repaint());
        effects
    }

    /// Shows the present again.
    pub fn leave_past(&mut self) -> Effects {
        let mut effects = Effects::default();
        if let Some(lookback) = self.lookback.take() {
            self.scene = lookback.present;
            self.see_anew(&mut effects);
        }
        effects
    }

    /// Whether the board shows the past.
    pub fn is_past(&self) -> bool {
        self.lookback.is_some()
    }

    /// The past takes the place of the present.
    fn exchange(&mut self, mut past: Past, effects: &mut Effects) -> Lookback {
        let blank = Scene::new(self.scene.typeface.clone(), self.scene.width_um);
        let shown = std::mem::replace(&mut past.scene, blank);
        let present = std::mem::replace(&mut self.scene, shown);
        self.see_anew(effects);
        Lookback { present, past: Some(past) }
    }

    /// Another scene is shown.
    fn see_anew(&mut self, effects: &mut Effects) {
        self.scene.soil_all();
        for pane in 0..self.panes() {
            if !self.scene.has_page(self.page_id_in(pane)) {
                effects.extend(self.go_to_page(pane, 0));
            }
        }
        effects.damage.extend(self.repaint());
        effects.damage.add(self.panel_px());
        effects.events.push(BoardEvent::StatusChanged);
    }
}
