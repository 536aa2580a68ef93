//! One service in one region of one account: what is still to be asked there, and how much of it is under way.
//!
//! Services refuse who asks too often by account and region, so that is where calls are held back. What answers lead to is
//! asked before new things, so that little waits at any time. It must not know of other lanes.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::Value;
use stanch_core::{OperationName, RegionName, ServiceName};

use crate::question::{Asked, Question};

/// What is asked of a service in the first place; shared by all lanes of that service.
pub(crate) type Roots = Arc<[Arc<Question>]>;

/// What tells a lane from others: account by its place in the scope, region, service.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct LaneKey {
    pub(crate) account: usize,
    pub(crate) region: RegionName,
    pub(crate) service: ServiceName,
}

/// A lane.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) key: LaneKey,
    roots: Vec<Roots>,
    /// Position of the next root: list and place.
    cursor: (usize, usize),
    followed: VecDeque<Asked>,
    pub(crate) in_flight: usize,
    /// True when it stands in the line of those that may be asked.
    pub(crate) is_waiting: bool,
    pub(crate) last: Option<OperationName>,
}

impl Lane {
    pub(crate) const fn new(key: LaneKey, roots: Vec<Roots>) -> Self {
        Self {
            key,
            roots,
            cursor: (0, 0),
            followed: VecDeque::new(),
            in_flight: 0,
            is_waiting: false,
            last: None,
        }
    }

    /// The next request.
    pub(crate) fn next(&mut self) -> Option<Asked> {
        if let Some(asked) = self.followed.pop_front() {
            return Some(asked);
        }
        loop {
            let roots = self.roots.get(self.cursor.0)?;
            if let Some(question) = roots.get(self.cursor.1) {
                self.cursor.1 += 1;
                return Some(Asked {
                    question: Arc::clone(question),
                    params: Value::Null,
                    region: None,
                });
            }
            self.cursor = (self.cursor.0 + 1, 0);
        }
    }

    /// Adds what an answer leads to.
    pub(crate) fn add(&mut self, asked: Asked) {
        self.followed.push_back(asked);
    }

    /// Number of known calls that are left, without those in flight.
    pub(crate) fn left(&self) -> usize {
        let roots: usize = self
            .roots
            .iter()
            .skip(self.cursor.0)
            .map(|roots| roots.len())
            .sum();
        roots.saturating_sub(self.cursor.1) + self.followed.len()
    }
}
