//! Orders, and the mailbox they wait in while work is going on.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::lab::Lab;

/// To the engine.
#[derive(Clone, Debug)]
pub enum Order {
    /// Look at a lab: go on with it if it runs on this cluster, else say that it is off.
    Attach(Arc<Lab>),
    /// Set a lab up and run it; one that runs goes on.
    Start(Arc<Lab>),
    /// Remove what it owns and set it up again.
    Reset,
    /// Remove what it owns; also cancels work that is going on.
    Stop,
    /// An answer to a check.
    Answer {
        /// The check.
        check: String,
        /// The value.
        value: String,
    },
    /// The learner's word on a check.
    Mark {
        /// The check.
        check: String,
        /// Done or not.
        done: bool,
    },
    /// Perform the first so many steps of the reference solution.
    Solve {
        /// How many.
        steps: usize,
    },
    /// End; the lab stays as it is.
    Close,
}

/// Orders in their order, those put back first.
pub struct Mailbox {
    orders: mpsc::UnboundedReceiver<Order>,
    back: VecDeque<Order>,
}

impl Mailbox {
    /// The receiving end.
    pub fn new(orders: mpsc::UnboundedReceiver<Order>) -> Self {
        Self { orders, back: VecDeque::new() }
    }

    /// The next order; a mailbox nobody writes to any more says `Close`. Safe to be cancelled.
    pub async fn next(&mut self) -> Order {
        match self.back.pop_front() {
            Some(order) => order,
            None => self.orders.recv().await.unwrap_or(Order::Close),
        }
    }

    /// Performs work until it ends, or an order comes that ends it (`Err`). The others wait.
    pub async fn unless<T>(&mut self, ends: fn(&Order) -> bool, work: impl Future<Output = T>) -> Result<T, Order> {
        tokio::pin!(work);
        let mut waiting = VecDeque::new();
        let end = loop {
            tokio::select! {
                biased;
                order = self.next() => {
                    if ends(&order) {
                        break Err(order);
                    }
                    waiting.push_back(order);
                }
                done = &mut work => break Ok(done),
            }
        };
        waiting.append(&mut self.back);
        self.back = waiting;
        end
    }

    /// To be the next order again.
    pub fn put_back(&mut self, order: Order) {
        self.back.push_front(order);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_end_work_waits_for_its_end() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (orders, receiver) = mpsc::unbounded_channel();
        let mut mailbox = Mailbox::new(receiver);
        let ends = |order: &Order| matches!(order, Order::Stop | Order::Close);
        runtime.block_on(async {
            orders.send(Order::Mark { check: "a".into(), done: true }).unwrap();
            orders.send(Order::Reset).unwrap();
            assert!(matches!(mailbox.unless(ends, tokio::task::yield_now()).await, Ok(())));
            assert!(matches!(mailbox.next().await, Order::Mark { .. }));
            orders.send(Order::Stop).unwrap();
            let forever = std::future::pending::<()>();
            assert!(matches!(mailbox.unless(ends, forever).await, Err(Order::Stop)));
            assert!(matches!(mailbox.next().await, Order::Reset));
            drop(orders);
            assert!(matches!(mailbox.next().await, Order::Close));
        });
    }
}
