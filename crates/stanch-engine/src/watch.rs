//! How one change fares after it was sent: when to look next, whether to send it again, when it is over.
//!
//! While somebody takes it back, it is looked at every moment until it has held for longer than IAM takes to spread a change.
//! It must not send or read anything.

use std::time::Duration;

use stanch_core::run::StepState;
use tokio::time::Instant;

use super::Patience;

/// How long a change that was reverted must hold before looks become rare again: IAM's changes take about four seconds to be
/// everywhere.
const SETTLED: Duration = Duration::from_secs(6);
/// Looks without an answer after which nothing more is expected of looking.
const UNREAD: u32 = 6;

/// See the module.
pub(crate) struct Watch {
    /// True when it is never sent again.
    once: bool,
    /// Time that AWS may work on it before it holds.
    settling: Duration,
    /// When it was sent last.
    since: Instant,
    looked: Instant,
    /// Looks in a row at which it did not hold.
    lost: u32,
    /// True when it ever held.
    pub(crate) ever: bool,
    /// Number of times it was sent again because it was lost.
    pub(crate) again: u32,
    wants_again: bool,
    trouble: Option<String>,
    unread: u32,
}

impl Watch {
    pub(crate) fn new(once: bool, settling: Duration) -> Self {
        let now = Instant::now();
        Self {
            once: once || !settling.is_zero(),
            settling,
            since: now,
            looked: now,
            lost: 0,
            ever: false,
            again: 0,
            wants_again: false,
            trouble: None,
            unread: 0,
        }
    }

    /// When the next look is due; none when there is nothing more to see.
    pub(crate) fn next(&mut self, patience: &Patience) -> Option<Instant> {
        let is_given_up = self.wants_again && self.lost > 0;
        if self.unread >= UNREAD || is_given_up {
            return None;
        }
        let is_reverted = !self.once && (self.lost > 0 || (self.again > 0 && self.since.elapsed() < SETTLED));
        let next = if is_reverted {
            Some(Instant::now() + patience.after_loss)
        } else {
            let mut looks = patience.looks.iter().map(|look| self.since + *look);
            looks
                .find(|look| *look > self.looked)
                .or_else(|| self.later(patience))
        };
        self.looked = next?.max(Instant::now());
        next
    }

    /// When the next look is due at something that AWS still works on.
    fn later(&self, patience: &Patience) -> Option<Instant> {
        let next = self.looked + patience.looks.last().copied().unwrap_or(SETTLED);
        (!self.ever && next <= self.since + self.settling).then_some(next)
    }

    /// Takes in that AWS ended it badly: nothing more is to see.
    pub(crate) fn failed(&mut self, what: String) {
        self.trouble = Some(what);
        self.unread = UNREAD;
    }

    /// Takes in that a look brought no answer.
    pub(crate) fn unread(&mut self, why: String) {
        self.trouble = Some(why);
        self.unread += 1;
    }

    /// Takes in a look at which it did not hold. Whether that is somebody's doing: the first look after it was sent may be
    /// too early for it to be seen.
    pub(crate) fn loses(&mut self, what: &str) -> bool {
        self.lost += 1;
        self.wants_again = !self.once;
        self.trouble = Some(what.to_owned());
        self.ever || self.lost > 1
    }

    /// Takes in a look at which it held, and says how many seconds after it was sent.
    pub(crate) fn holds(&mut self) -> u64 {
        self.ever = true;
        self.lost = 0;
        self.unread = 0;
        self.trouble = None;
        self.since.elapsed().as_secs()
    }

    /// Returns true when it is to be sent once more.
    pub(crate) const fn is_to_be_sent_again(&self, most: u32) -> bool {
        self.wants_again && self.again < most
    }

    /// Takes in that it was sent again.
    pub(crate) fn sent_again(&mut self, failed: Option<String>) {
        self.wants_again = false;
        if self.lost > 0 {
            self.again += 1;
            self.since = Instant::now();
        }
        if failed.is_some() {
            self.trouble = failed;
        }
    }

    /// What became of it.
    pub(crate) fn end(&self) -> StepState {
        match &self.trouble {
            None => StepState::Done,
            Some(_) if self.ever && self.again > 0 => StepState::Reverted { again: self.again },
            Some(why) if !self.ever && !self.settling.is_zero() && self.unread < UNREAD => {
                StepState::Failed {
                    why: format!(
                        "AWS was still working on it after {} seconds; apply the plan again, which continues: {why}",
                        self.settling.as_secs()
                    ),
                    remains: "all of it was sent".to_owned(),
                }
            }
            Some(why) => StepState::Failed {
                why: format!("it was sent, and is not seen to hold: {why}"),
                remains: "all of it was sent".to_owned(),
            },
        }
    }
}
