//! Lines of a bill as a table: all but legitimate ones, each with its reason and event.

use std::io;

use stanch_bill::{Judgement, Line, Mark};
use stanch_report::{CsvCell, csv_header, csv_row};

use crate::error::Failure;

const COLUMNS: [&str; 24] = [
    "mark",
    "reason",
    "account",
    "region",
    "service",
    "usage_type",
    "operation",
    "resource",
    "from",
    "until",
    "kind",
    "amount",
    "unit",
    "cost",
    "claimed",
    "currency",
    "seller",
    "principal",
    "invoice",
    "description",
    "event_time",
    "event_name",
    "event_id",
    "event_key",
];

/// The table that is being written.
pub(crate) struct Lines<'w> {
    out: &'w mut (dyn io::Write + Send),
    failed: Option<io::Error>,
    /// True when only claimed lines are written.
    pub(crate) only_claimed: bool,
}

impl<'w> Lines<'w> {
    /// Writes the header.
    pub(crate) fn begin(out: &'w mut (dyn io::Write + Send)) -> Result<Self, Failure> {
        let failed = csv_header(&COLUMNS, out).err();
        let lines = Self {
            out,
            failed,
            only_claimed: false,
        };
        Ok(lines)
    }

    /// Adds a line.
    pub(crate) fn add(&mut self, line: &Line, judgement: &Judgement) {
        let is_left_out =
            judgement.mark == Mark::Legitimate || (self.only_claimed && judgement.claimed.is_zero());
        if is_left_out || self.failed.is_some() {
            return;
        }
        self.failed = write(line, judgement, self.out).err();
    }

    /// Reports a failure to write.
    pub(crate) fn end(self) -> Result<(), Failure> {
        self.failed.map_or(Ok(()), |error| {
            Err(Failure::because(
                "writing the table failed",
                &error,
                "check the permissions and the free space, then run it again",
            ))
        })
    }
}

fn write(line: &Line, judgement: &Judgement, out: &mut dyn io::Write) -> io::Result<()> {
    use CsvCell::{Decimal, Text};
    let event = judgement.event.as_ref();
    let of_event = |text: &dyn Fn(&stanch_bill::EventRef) -> String| event.map(text).unwrap_or_default();
    let kind = serde_json::to_value(line.kind)?;
    csv_row(
        &[
            Text(judgement.mark.word()),
            Text(judgement.reason.words()),
            Text(&line.account),
            Text(&line.region),
            Text(&line.service),
            Text(&line.usage_type),
            Text(&line.operation),
            Text(&line.resource),
            Text(&line.start.to_string()),
            Text(&line.end.to_string()),
            Text(kind.as_str().unwrap_or_default()),
            Decimal(&line.amount.to_string()),
            Text(&line.unit),
            Decimal(&line.cost.to_string()),
            Decimal(&judgement.claimed.to_string()),
            Text(&line.currency),
            Text(&line.seller),
            Text(&line.principal),
            Text(&line.invoice),
            Text(&line.description),
            Text(&of_event(&|event| event.time.to_string())),
            Text(&of_event(&|event| event.name.clone())),
            Text(&of_event(&|event| event.event_id.clone())),
            Text(&of_event(&|event| event.key.to_string())),
        ],
        out,
    )
}
