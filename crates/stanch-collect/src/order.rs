//! Orders made of collectors.

use std::sync::Arc;

use stanch_core::Timestamp;
use stanch_core::snapshot::AccountScope;

use crate::collector::Collector;
use crate::error::CollectError;
use crate::question::{Question, Root};
use crate::queue::Order;

/// The questions of some collectors, in their order.
///
/// # Errors
/// When the parameters of one are no JSON object.
pub fn roots(collectors: &[&Collector]) -> Result<Vec<Root>, CollectError> {
    let mut roots = Vec::new();
    for collector in collectors {
        for ask in collector.asks {
            roots.push(Root {
                scope: collector.scope,
                question: Arc::new(Question::of(ask, collector)?),
            });
        }
    }
    Ok(roots)
}

impl Order {
    /// An order of what some collectors ask.
    ///
    /// # Errors
    /// When the parameters of one are no JSON object.
    pub fn of(
        collectors: &[&Collector],
        accounts: Vec<AccountScope>,
        started: Timestamp,
    ) -> Result<Self, CollectError> {
        Ok(Self {
            accounts,
            roots: roots(collectors)?,
            started,
        })
    }
}
