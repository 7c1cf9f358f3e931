//! Who gets which order: engines that are missing are loaded first, then requests in the queue's order; the background
//! thread tidies up, serves the background, and makes later plans ready.

use std::sync::Arc;
use std::time::Instant;

use super::hung::HUNG_AFTER;
use super::{Actor, BACKGROUND, Busy, FOREGROUND, Serving, answer};
use crate::desk::Ask;
use crate::leave::Leave;
use crate::scheduler::Class;
use crate::shelf::Need;
use crate::worker::{Job, OPEN_TIME_MAX, Order};

impl Actor {
    /// Gives every idle worker something to do.
    pub(super) fn feed(&mut self) -> anyhow::Result<()> {
        let now = Instant::now();
        while let Some(number) = self.workers[..FOREGROUND].iter().position(|worker| worker.busy.is_none()) {
            let Some(order) = self.foreground_order(number, now) else { break };
            self.order(number, order)?;
        }
        self.lend(now);
        let busy = self.workers[..FOREGROUND].iter().any(|worker| worker.busy.is_some());
        self.way.set(busy);
        if self.workers[BACKGROUND].busy.is_none()
            && let Some(order) = self.background_order(now)
        {
            self.order(BACKGROUND, order)?;
        }
        Ok(())
    }

    fn foreground_order(&mut self, number: usize, now: Instant) -> Option<Order> {
        let needed = self.queue.waiting().map(|waiting| waiting.task);
        let missing = needed
            .chain(self.borrowers.iter().map(|(task, _)| *task))
            .find(|task| self.shelf.need(*task, now) == Need::Load);
        if let Some(task) = missing {
            self.shelf.loading(task, now);
            self.publish();
            return Some(Order::Load(task));
        }
        self.job(number, Class::FOREGROUND, now).or_else(|| self.help())
    }

    /// Whoever has nothing else to do helps another.
    fn help(&mut self) -> Option<Order> {
        let (_, busy, help) = self.calls.pop()?;
        Some(Order::Help(busy.task?, help, busy.until))
    }

    fn background_order(&mut self, now: Instant) -> Option<Order> {
        if !self.dropped.is_empty() {
            return Some(Order::Drop(std::mem::take(&mut self.dropped)));
        }
        if std::mem::take(&mut self.survey) {
            return Some(Order::Survey);
        }
        if let Some(job) = self.job(BACKGROUND, Class::BACKGROUND, now) {
            return Some(job);
        }
        if let Some(task) = self.stale() {
            return Some(Order::Load(task));
        }
        let (task, at) = self.preparing?;
        let engine = self.shelf.lend(task, now);
        if engine.is_none() {
            self.preparing = None;
        }
        Some(Order::Prepare(task, engine?, at))
    }

    fn job(&mut self, number: usize, classes: &[Class], now: Instant) -> Option<Order> {
        let next = self.queue.take(classes, |task| self.shelf.has(task))?;
        let engine = self.shelf.lend(next.task, now)?;
        let leave = Leave::until(next.deadline);
        let leave = if number == BACKGROUND { leave.behind(Arc::clone(&self.way)) } else { leave };
        let Ask { work, refused, arrived, .. } = next.work;
        self.workers[number].serves = Some(Serving { client: next.client, leave: leave.clone(), arrived });
        Some(Order::Serve(Job { work, engine, leave, until: next.deadline, refused }))
    }

    fn order(&mut self, number: usize, order: Order) -> anyhow::Result<()> {
        let worker = &mut self.workers[number];
        let now = Instant::now();
        let (task, loads, until) = match &order {
            Order::Serve(job) => (Some(job.work.task()), false, job.until),
            Order::Help(task, _, until) => (Some(*task), false, *until),
            Order::Load(task) => (Some(*task), true, now + OPEN_TIME_MAX),
            Order::Prepare(task, ..) => (Some(*task), false, now + OPEN_TIME_MAX),
            Order::Survey | Order::Drop(_) => (None, false, now + OPEN_TIME_MAX),
        };
        worker.busy = Some(Busy { task, loads, until: until + HUNG_AFTER });
        worker.orders.try_send(order).map_err(|_| anyhow::anyhow!("a worker ended"))
    }

    fn lend(&mut self, now: Instant) {
        let shelf = &mut self.shelf;
        for (task, reply) in self.borrowers.extract_if(.., |(task, _)| shelf.has(*task)).collect::<Vec<_>>() {
            if let Some(engine) = shelf.lend(task, now) {
                answer(reply, Ok(engine));
            }
        }
    }
}
