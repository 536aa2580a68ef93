//! Totals of judged lines: by mark, service, region and day, and the rows that a claim lists.

use std::collections::BTreeMap;

use serde::Serialize;
use stanch_core::Timestamp;

use super::survey::{Survey, tax_key};
use super::{Judgement, Mark, Reason, TaxBase};
use crate::attack::EventRef;
use crate::decimal::Decimal;
use crate::line::{Line, LineKind};

/// Rows that are listed; the others are summed.
const ROWS: usize = 20_000;
/// Tax lines that are held until all others are judged.
const TAXES: usize = 200_000;

/// Amounts by mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Amounts {
    /// Cost of unauthorised lines.
    pub unauthorised: Decimal,
    /// The attacker's part of shared lines.
    pub shared: Decimal,
    /// Tax on both.
    pub tax: Decimal,
    /// Cost of likely lines: not in the claim.
    pub likely: Decimal,
    /// Cost of lines that could not be judged, and the rest of shared lines is not in it.
    pub unknown: Decimal,
}

impl Amounts {
    /// Returns the claim: unauthorised lines, measured parts of shared lines, and tax.
    #[must_use]
    pub fn claim(&self) -> Decimal {
        let mut sum = self.unauthorised;
        sum.add(self.shared);
        sum.add(self.tax);
        sum
    }

    /// Returns the upper bound: the claim, and all lines that are likely or could not be judged.
    #[must_use]
    pub fn bound(&self) -> Decimal {
        let mut sum = self.claim();
        sum.add(self.likely);
        sum.add(self.unknown);
        sum
    }

    fn count(&mut self, judgement: &Judgement, line: &Line) {
        match judgement.mark {
            Mark::Unauthorised => self.unauthorised.add(judgement.claimed),
            Mark::Shared if line.kind == LineKind::Tax => self.tax.add(judgement.claimed),
            Mark::Shared => self.shared.add(judgement.claimed),
            Mark::Likely => self.likely.add(line.cost),
            Mark::Unknown => self.unknown.add(line.cost),
            Mark::Legitimate => {}
        }
    }
}

/// Lines of one resource and use with the same mark and reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Mark.
    pub mark: Mark,
    /// Reason.
    pub reason: Reason,
    /// Account.
    pub account: String,
    /// Region; empty when the bill names none.
    pub region: String,
    /// Code of the service.
    pub service: String,
    /// Usage type; in FOCUS 1.2 empty.
    pub usage_type: String,
    /// Operation.
    pub operation: String,
    /// Resource.
    pub resource: String,
    /// `AWS` or a seller in AWS Marketplace.
    pub seller: String,
    /// Begin of the first line.
    pub from: Timestamp,
    /// End of the last line.
    pub until: Timestamp,
    /// Lines.
    pub lines: u64,
    /// Quantity.
    pub amount: Decimal,
    /// Unit.
    pub unit: String,
    /// Cost on the bill.
    pub cost: Decimal,
    /// Of it, in the claim.
    pub claimed: Decimal,
    /// Event that the reason rests on.
    pub event: Option<EventRef>,
}

type RowKey = (Mark, Reason, [String; 6]);

/// Sums of one currency.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CurrencyClaim {
    /// Currency.
    pub currency: String,
    /// Sum of all lines.
    pub bill: Decimal,
    /// By mark.
    pub amounts: Amounts,
    /// Number of lines by mark.
    pub lines: BTreeMap<Mark, u64>,
    /// Cost of lines without a resource.
    pub without_resource: Decimal,
    /// Credits and refunds on the bill: they lower it.
    pub credits: Decimal,
    /// Cost of the attacker's use at the rate of the owner's Savings Plans and reservations that covered it.
    pub covered_by_own_commitments: Decimal,
    /// Of the claim, billed by other sellers through AWS Marketplace.
    pub marketplace: Decimal,
    /// By service.
    pub services: BTreeMap<String, Amounts>,
    /// By region.
    pub regions: BTreeMap<String, Amounts>,
    /// By day: `2026-03-07`.
    pub days: BTreeMap<String, Amounts>,
    /// Rows, the largest claim first; all but legitimate lines.
    pub rows: Vec<Row>,
    /// Lines that are summed above and not listed as rows.
    pub lines_not_listed: u64,
    #[serde(skip)]
    table: BTreeMap<RowKey, Row>,
}

/// Totals of a bill.
#[derive(Debug, Default)]
pub struct Claim {
    currencies: BTreeMap<String, CurrencyClaim>,
    taxes: Vec<Line>,
    bases: BTreeMap<super::survey::TaxKey, TaxBase>,
    /// True when there were more tax lines than are held.
    pub taxes_left_out: bool,
}

impl Claim {
    /// Returns empty totals over what a survey learned of taxes.
    #[must_use]
    pub fn new(survey: &Survey) -> Self {
        Self {
            bases: survey.taxes.clone(),
            ..Self::default()
        }
    }

    /// Adds a judged line. Returns false for a tax: it is judged at the end.
    pub fn add(&mut self, line: &Line, judgement: &Judgement) -> bool {
        if line.kind == LineKind::Tax {
            if self.taxes.len() < TAXES {
                self.taxes.push(line.clone());
            } else {
                self.taxes_left_out = true;
            }
            return false;
        }
        if !judgement.claimed.is_zero() {
            self.bases
                .entry(tax_key(line))
                .or_default()
                .claimed
                .add(judgement.claimed);
        }
        self.count(line, judgement);
        true
    }

    fn count(&mut self, line: &Line, judgement: &Judgement) {
        let sums = self
            .currencies
            .entry(line.currency.clone())
            .or_insert_with(|| CurrencyClaim {
                currency: line.currency.clone(),
                ..CurrencyClaim::default()
            });
        sums.bill.add(line.cost);
        *sums.lines.entry(judgement.mark).or_default() += 1;
        if line.resource.is_empty() && line.kind != LineKind::Tax {
            sums.without_resource.add(line.cost);
        }
        if matches!(line.kind, LineKind::Credit | LineKind::Refund) {
            sums.credits.add(line.cost);
        }
        if judgement.mark == Mark::Legitimate {
            return;
        }
        if judgement.mark == Mark::Unauthorised && line.kind == LineKind::Covered {
            sums.covered_by_own_commitments.add(line.effective_cost);
        }
        if line.is_marketplace() {
            sums.marketplace.add(judgement.claimed);
        }
        let day = line.start.to_string();
        sums.amounts.count(judgement, line);
        sums.services
            .entry(line.service.clone())
            .or_default()
            .count(judgement, line);
        sums.regions
            .entry(line.region.clone())
            .or_default()
            .count(judgement, line);
        sums.days
            .entry(day.get(..10).unwrap_or_default().to_owned())
            .or_default()
            .count(judgement, line);
        sums.row(line, judgement);
    }

    /// Judges the taxes and returns the totals by currency. `each` is called with every tax line.
    pub fn finish(mut self, each: &mut dyn FnMut(&Line, &Judgement)) -> Vec<CurrencyClaim> {
        let mut taxes = std::mem::take(&mut self.taxes);
        taxes.sort_by(|one, other| {
            (&one.account, one.start, &one.service).cmp(&(&other.account, other.start, &other.service))
        });
        for line in &taxes {
            let base = self.bases.get(&tax_key(line)).copied().unwrap_or_default();
            let claimed = if base.claimed.is_negative() {
                Decimal::ZERO
            } else {
                line.cost.share(base.claimed, base.all)
            };
            let judgement = if claimed.is_zero() {
                Judgement::of(Mark::Legitimate, Reason::TaxOnOther)
            } else {
                Judgement {
                    mark: Mark::Shared,
                    reason: Reason::TaxOnClaim,
                    event: None,
                    claimed,
                }
            };
            each(line, &judgement);
            self.count(line, &judgement);
        }
        self.currencies.into_values().map(CurrencyClaim::listed).collect()
    }
}

impl CurrencyClaim {
    fn row(&mut self, line: &Line, judgement: &Judgement) {
        let key = (
            judgement.mark,
            judgement.reason,
            [
                &line.account,
                &line.region,
                &line.service,
                &line.usage_type,
                &line.operation,
                &line.resource,
            ]
            .map(Clone::clone),
        );
        let row = self.table.entry(key).or_insert_with(|| Row {
            mark: judgement.mark,
            reason: judgement.reason,
            account: line.account.clone(),
            region: line.region.clone(),
            service: line.service.clone(),
            usage_type: line.usage_type.clone(),
            operation: line.operation.clone(),
            resource: line.resource.clone(),
            seller: line.seller.clone(),
            from: line.start,
            until: line.end,
            lines: 0,
            amount: Decimal::ZERO,
            unit: line.unit.clone(),
            cost: Decimal::ZERO,
            claimed: Decimal::ZERO,
            event: judgement.event.clone(),
        });
        row.from = row.from.min(line.start);
        row.until = row.until.max(line.end);
        row.lines += 1;
        row.amount.add(line.amount);
        row.cost.add(line.cost);
        row.claimed.add(judgement.claimed);
        row.event = row.event.take().into_iter().chain(judgement.event.clone()).min();
        if self.table.len() > ROWS
            && let Some((_, row)) = self.table.pop_last()
        {
            self.lines_not_listed += row.lines;
        }
    }

    fn listed(mut self) -> Self {
        self.rows = std::mem::take(&mut self.table).into_values().collect();
        self.rows.sort_by(|one, other| {
            (
                one.mark,
                std::cmp::Reverse(one.claimed),
                std::cmp::Reverse(one.cost),
            )
                .cmp(&(
                    other.mark,
                    std::cmp::Reverse(other.claimed),
                    std::cmp::Reverse(other.cost),
                ))
        });
        self
    }
}
