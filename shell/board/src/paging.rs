//! Pages by command: put in, taken out, moved, given another paper. Each is one step of one person.
use crate::{
    board::Board,
    clock::Stamp,
    command::MOST_PAGES,
    convert::edits_of,
    effects::Effects,
    op::{Edit, Op},
    page::PageId,
    pages::between,
    paper::Paper,
    person::PersonId,
};

impl Board {
    /// Puts a page behind the one the person sees, on the same paper, and says which it is. `None` when the board
    /// has as many pages as it can.
    pub fn insert_page(&mut self, person: PersonId, now_us: u64) -> Option<(PageId, Effects)> {
        if self.pages() >= MOST_PAGES || self.is_past() {
            return None;
        }
        let before = self.page_of(person);
        let stamp = self.clock.next(now_us);
        let page = PageId(stamp);
        let mut edits = vec![Edit::AddPage];
        let number = self.scene.pages().iter().position(|other| *other == before).map_or(0, |at| at + 1);
        if number < self.pages() {
            edits.push(Edit::MovePage { place: self.place(number, None) });
        }
        let paper = self.scene.paper(before);
        if paper != Paper::default() {
            edits.push(Edit::SetPaper(paper));
        }
        let mut effects = Effects::default();
        self.perform(Op { stamp, by: person, page, edits }, &mut effects);
        Some((page, effects))
    }

    /// Puts a copy of a page behind it, and says which it is. What lies on the copy is one step to undo; the page
    /// itself stays, as with every page that is added. `None` when there is no such page, or no room for another.
    pub fn duplicate_page(
        &mut self,
        person: PersonId,
        page: PageId,
        now_us: u64,
    ) -> Option<(PageId, Effects)> {
        let number = self.scene.pages().iter().position(|other| *other == page)? + 1;
        if self.pages() >= MOST_PAGES || self.is_past() {
            return None;
        }
        let sheet = self.scene.sheet(page);
        let stamp = self.clock.next(now_us);
        let copy = PageId(stamp);
        let mut edits = vec![Edit::AddPage];
        if number < self.pages() {
            edits.push(Edit::MovePage { place: self.place(number, None) });
        }
        if sheet.paper != Paper::default() {
            edits.push(Edit::SetPaper(sheet.paper));
        }
        let mut effects = Effects::default();
        self.perform(Op { stamp, by: person, page: copy, edits }, &mut effects);
        let stamp = self.clock.next(now_us);
        let edits = edits_of(&sheet, person, copy, stamp);
        if !edits.is_empty() {
            self.perform(Op { stamp, by: person, page: copy, edits }, &mut effects);
        }
        Some((copy, effects))
    }

    /// Takes a page out; an undo brings it back with all that is on it. The last page stays.
    pub fn drop_page(&mut self, person: PersonId, page: PageId, now_us: u64) -> Effects {
        let mut effects = Effects::default();
        if self.pages() > 1 && self.scene.has_page(page) && !self.is_past() {
            self.turn_page(person, page, Edit::DropPage, now_us, &mut effects);
        }
        effects
    }

    /// Moves a page so that it is the one with this number, counted from 0.
    pub fn move_page(&mut self, person: PersonId, page: PageId, number: usize, now_us: u64) -> Effects {
        let mut effects = Effects::default();
        let now = self.scene.pages().iter().position(|other| *other == page);
        if now.is_some_and(|now| now != number.min(self.pages() - 1)) {
            let place = self.place(number, Some(page));
            self.turn_page(person, page, Edit::MovePage { place }, now_us, &mut effects);
        }
        effects
    }

    /// Gives a page another paper.
    pub fn set_paper(&mut self, person: PersonId, page: PageId, paper: Paper, now_us: u64) -> Effects {
        let mut effects = Effects::default();
        if self.scene.paper(page) != paper && !self.is_past() {
            self.turn_page(person, page, Edit::SetPaper(paper), now_us, &mut effects);
        }
        effects
    }

    /// The paper of a page.
    pub fn paper(&self, page: PageId) -> Paper {
        self.scene.paper(page)
    }

    /// All pages in their order.
    pub fn page_ids(&self) -> Vec<PageId> {
        self.scene.pages()
    }

    fn turn_page(&mut self, person: PersonId, page: PageId, edit: Edit, now_us: u64, effects: &mut Effects) {
        let stamp = self.clock.next(now_us);
        self.perform(Op { stamp, by: person, page, edits: vec![edit] }, effects);
    }

    /// The place of a page that is to have this number among the others.
    fn place(&self, number: usize, but: Option<PageId>) -> Stamp {
        let counts = |stamp| self.scene.counts(stamp);
        let pages = self.scene.pages();
        let others: Vec<Stamp> = pages
            .into_iter()
            .filter(|page| Some(*page) != but)
            .filter_map(|page| self.scene.pages.get(page).map(|page| page.place(counts).0))
            .collect();
        let low = number.checked_sub(1).and_then(|at| others.get(at.min(others.len().saturating_sub(1))));
        between(low.copied(), others.get(number).copied())
    }
}
