//! What came back for a query: as the engine brought it, or read from watches here. It asks nobody.

mod events;
mod helm;

use super::model::Query;
use super::observe::Reply;
use super::select::View;

impl View<'_> {
    /// What is known of a query's reply.
    pub fn reply(&self, query: &Query) -> Reply {
        match query {
            Query::Events(target) => events::reply(self, target),
            Query::Helm(release) => helm::reply(self, release),
            asked => self.observation().replies.get(asked).cloned().unwrap_or_default(),
        }
    }
}
