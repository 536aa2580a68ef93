//! A whole bill judged against an attack: two passes, totals, and what is not known.

use serde::Serialize;
use stanch_core::Timestamp;

use crate::attack::Attack;
use crate::judge::{Claim, CurrencyClaim, Judge, Judgement, Mark, Survey};
use crate::line::Line;
use crate::read::{Bill, Form, Reading};

/// Result of [`judge`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Version of this document's schema.
    pub schema_version: u32,
    /// Forms that were read.
    pub forms: Vec<Form>,
    /// Lines and problems of reading.
    pub reading: Reading,
    /// Number of files that were given and not read: earlier deliveries, other forms of the same month.
    pub set_aside: u64,
    /// Accounts that pay.
    pub payers: Vec<String>,
    /// Begin of the first use on the bill.
    pub from: Option<Timestamp>,
    /// End of the newest use on the bill.
    pub until: Option<Timestamp>,
    /// True when a month has no invoice yet: AWS may still add and change lines.
    pub is_open: bool,
    /// First and last event of the attacker.
    pub attack: Option<(Timestamp, Timestamp)>,
    /// True when the bill ends before the attacker's last event, or the attack has more resources than are kept.
    pub is_cut: bool,
    /// Sums by currency.
    pub currencies: Vec<CurrencyClaim>,
}

impl Outcome {
    /// Version of the schema.
    pub const SCHEMA_VERSION: u32 = 1;

    /// Returns whether anything is claimed or likely.
    #[must_use]
    pub fn has_charges(&self) -> bool {
        self.currencies
            .iter()
            .any(|each| !each.amounts.claim().is_zero() || !each.amounts.likely.is_zero())
    }

    /// Returns whether everything was read and judged.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let judged = self
            .currencies
            .iter()
            .all(|each| each.lines.get(&Mark::Unknown).is_none_or(|lines| *lines == 0));
        judged && !self.is_cut && self.reading.problems.is_empty() && self.reading.lines > 0
    }
}

/// Judges all lines; `each` is called with every line, taxes last.
///
/// Reads the bill twice. Memory is bounded by the rows that are listed and the resources that are kept.
pub fn judge(bill: &Bill, attack: &Attack, each: &mut dyn FnMut(&Line, &Judgement)) -> Outcome {
    let mut survey = Survey::default();
    bill.each(&mut |line| survey.observe(line, attack));
    let judge = Judge::new(attack, &survey);
    let mut claim = Claim::new(&survey);
    let reading = bill.each(&mut |line| {
        let judgement = judge.line(line);
        if claim.add(line, &judgement) {
            each(line, &judgement);
        }
    });
    let is_cut = attack.is_cut()
        || claim.taxes_left_out
        || attack
            .period()
            .is_some_and(|(_, last)| survey.complete_until().is_none_or(|until| until < last));
    Outcome {
        schema_version: Outcome::SCHEMA_VERSION,
        forms: bill.forms(),
        reading,
        set_aside: bill.set_aside().len() as u64,
        payers: survey.payers.iter().cloned().collect(),
        from: survey.first,
        until: survey.complete_until(),
        is_open: survey.is_open(),
        attack: attack.period(),
        is_cut,
        currencies: claim.finish(each),
    }
}
