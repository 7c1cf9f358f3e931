//! What buttons ask of the display.

use super::Stage;
use crate::inbox::ToUi;
use crate::message::{BoardCommand, FromDisplay, PageLook, Present, Scene};
use board::{Board, Edit, Effects, Grip, PageId, PersonId};
use touch::PanelPoint;

impl Stage {
    pub(crate) fn set_palettes(&mut self, palettes: Vec<(PersonId, PanelPoint)>) {
        self.owners.set_palettes(palettes);
    }

    pub(crate) fn command(&mut self, command: BoardCommand, now_us: u64) {
        if let Some(person) = command.person() {
            self.owners.used_palette(person, now_us);
        }
        let lowered_px = self.lowered_px;
        let raised = |rect: crate::Area| crate::Area { y: rect.y - lowered_px, ..rect };
        let lowered_um = self.raised(PanelPoint::default()).y_um;
        let on_board = |at: PanelPoint| PanelPoint { y_um: at.y_um + lowered_um, ..at };
        let board = &mut self.board;
        let effects = match command {
            BoardCommand::SetTool { person, tool } => board.set_tool(person, tool),
            BoardCommand::SetColour { .. }
            | BoardCommand::SetWidth { .. }
            | BoardCommand::Raster { .. }
            | BoardCommand::Legible { .. }
            | BoardCommand::Said(_)
            | BoardCommand::PageStrokes { .. } => {
                unseen(board, command);
                Effects::default()
            }
            BoardCommand::Undo { person } => board.undo(person, now_us),
            BoardCommand::Redo { person } => board.redo(person, now_us),
            BoardCommand::AddPage { person } => board.add_page(person, now_us),
            BoardCommand::InsertPage { .. }
            | BoardCommand::DuplicatePage { .. }
            | BoardCommand::DropPage { .. }
            | BoardCommand::MovePage { .. }
            | BoardCommand::Pages(_) => of_pages(board, command, now_us),
            BoardCommand::GoToPage(page) => board.go_to_page(0, page),
            BoardCommand::TurnTo { pane, page } => board.go_to_page(pane, page),
            BoardCommand::Split(panes) => board.split(panes),
            BoardCommand::SetView { pane, view } => board.set_view(pane, view),
            BoardCommand::MoveView { pane, from, to } => {
                let on_board = |grip: Grip| Grip { y_px: grip.y_px - f64::from(lowered_px), ..grip };
                board.view_gesture(pane, &on_board(from), &on_board(to))
            }
            BoardCommand::Fit { pane, fit } => board.fit(pane, fit),
            BoardCommand::SetPaper { person, paper } => {
                board.set_paper(person, board.page_of(person), paper, now_us)
            }
            BoardCommand::MediaReady { file, kind, bitmap } => board.media_ready(file, kind, bitmap),
            BoardCommand::VideoFrame { file, frame } => board.video_frame(file, frame),
            BoardCommand::LayInstrument { tool, at } => {
                let at = on_board(at);
                board.lay_instrument(tool, board::PanelPoint::new(at.x_um, at.y_um)).1
            }
            BoardCommand::ClearPage { person } => board.clear_page(person, now_us),
            BoardCommand::ClearSelection { person } => board.deselect(person),
            BoardCommand::DeleteSelection { person } => board.delete_selection(person, now_us),
            BoardCommand::PlaceText { person, rect, text, replaces } => {
                let rect = board.rect_on_page(board.seat(person), raised(rect).into());
                let effects = board.place_text(person, rect, &text, &replaces, now_us);
                self.tell_placed(person, &effects);
                effects
            }
            BoardCommand::AddNote { person, rect, text } => {
                let rect = board.rect_on_page(board.seat(person), raised(rect).into());
                board.add_note(person, rect, &text, now_us)
            }
            BoardCommand::EditText { person, id, text } => board.edit_text(person, id, &text, now_us),
            BoardCommand::Status => {
                self.to_ui.push(ToUi::Event(self.status()));
                Effects::default()
            }
        };
        self.apply(effects);
    }

    /// Tells where the text lies that a command has made.
    fn tell_placed(&mut self, person: PersonId, effects: &Effects) {
        let edits = effects.ops.iter().flat_map(|op| &op.edits);
        let id = edits.filter_map(|edit| match edit {
            Edit::Add(object) => Some(object.id),
            _ => None,
        });
        for id in id {
            let (Some(text), Some(bounds)) = (self.board.text(id), self.board.bounds(&[id])) else {
                continue;
            };
            let (text, bounds) = (text.to_owned(), self.area(person, bounds));
            self.to_ui.push(ToUi::Event(FromDisplay::TextPlaced { id, person, text, bounds }));
        }
    }

    /// A tool for showing rather than for writing.
    pub(crate) fn present(&mut self, present: Present) {
        if let Present::Freeze(true) = present
            && self.scene == Scene::Board
        {
            let mut still = vec![0; self.frame.len()];
            self.paint_board(&mut still, self.screen());
            self.presenter.freeze(still, &mut self.dirty);
            return;
        }
        self.presenter.set(present, &mut self.dirty);
    }
}

/// A page that was just made, in its maker's pane.
fn shown(board: &mut Board, person: PersonId, page: PageId, mut effects: Effects) -> Effects {
    if let Some(number) = board.page_ids().iter().position(|other| *other == page) {
        effects.extend(board.go_to_page(board.seat(person), number));
    }
    effects
}

/// What is done to pages as a whole.
fn of_pages(board: &mut Board, command: BoardCommand, now_us: u64) -> Effects {
    match command {
        BoardCommand::InsertPage { person } => {
            let inserted = board.insert_page(person, now_us);
            inserted.map_or_else(Effects::default, |(page, effects)| shown(board, person, page, effects))
        }
        BoardCommand::DuplicatePage { person, page } => {
            let copied = board.duplicate_page(person, page, now_us);
            copied.map_or_else(Effects::default, |(page, effects)| shown(board, person, page, effects))
        }
        BoardCommand::DropPage { person, page } => board.drop_page(person, page, now_us),
        BoardCommand::MovePage { person, page, to } => board.move_page(person, page, to, now_us),
        BoardCommand::Pages(reply) => {
            let look = |id| PageLook { id, paper: board.paper(id) };
            reply(board.page_ids().into_iter().map(look).collect());
            Effects::default()
        }
        _ => Effects::default(),
    }
}

/// What changes nothing that is seen: how the next stroke is drawn, and questions.
fn unseen(board: &mut Board, command: BoardCommand) {
    match command {
        BoardCommand::SetColour { person, colour } => board.set_colour(person, colour),
        BoardCommand::SetWidth { person, width } => board.set_width(person, width),
        BoardCommand::Raster { ids, height_px, reply } => reply(board.raster(&ids, height_px)),
        BoardCommand::Legible { ids, height_px, reply } => reply(board.legible(&ids, height_px)),
        BoardCommand::Said(reply) => reply(board.said()),
        BoardCommand::PageStrokes { page, most, reply } => reply(board.page_strokes(page, most)),
        _ => {}
    }
}
