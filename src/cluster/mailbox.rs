//! The mailbox that orders wait in while work is going on.

use std::collections::VecDeque;

use tokio::sync::mpsc;

use crate::lab::Order;

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
