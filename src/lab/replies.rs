//! What came back for a query: as the engine brought it, or read from watches here. It asks nobody.

mod events;
mod helm;

use super::model::Query;
use super::observe::Reply;
use super::select::View;

impl View<'_> {
    /// What is known of a query's reply.
    pub fn reply(&self, query: &Query) -> Reply {
        match (self.observation().replies.get(query), query) {
            (Some(reply), _) => reply.clone(),
            (None, Query::Events(target)) => events::reply(self, target),
            (None, Query::Helm(release)) => helm::reply(self, release),
            (None, _) => Reply::Pending,
        }
    }
}
