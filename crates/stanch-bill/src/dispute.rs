//! The support case: what is claimed, why, since when, and what proves that the attacker is out.
//!
//! States only what the bill, the events and the journal of the case say, each with its reference; whatever else a reader may
//! ask is listed as open. It must not send or write anything, and no secret comes in: keys are named by their ids.
//!
//! Source of the limits: `CreateCase` takes 8,000 characters as its first communication.

mod timeline;

use stanch_core::Timestamp;
use stanch_core::text::shown;

use crate::decimal::Decimal;
use crate::judge::{CurrencyClaim, Mark, Row};
use crate::outcome::Outcome;
use crate::read::BillFile;

/// Characters of the first communication of a support case.
pub const CASE_LIMIT: usize = 8_000;

/// A call of the attacker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// When.
    pub time: Timestamp,
    /// `eventSource` and `eventName`: `ec2.amazonaws.com RunInstances`.
    pub name: String,
    /// Region.
    pub region: String,
    /// Access key; empty when the log names none.
    pub access_key_id: String,
    /// `sourceIPAddress`.
    pub source_address: String,
    /// `eventID`.
    pub event_id: String,
}

/// A containment step that reached its aim, as the journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Containment {
    /// When it was verified.
    pub time: Timestamp,
    /// Change: "Disable access key AKIA…".
    pub does: String,
    /// Run of the journal.
    pub run: String,
}

/// Facts of the case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DisputeFacts {
    /// Accounts in which the attacker acted.
    pub accounts: Vec<String>,
    /// First event of the attacker.
    pub first: Option<Call>,
    /// Last successful event of the attacker.
    pub last_accepted: Option<Call>,
    /// Number of events of the attacker.
    pub events: u64,
    /// Access keys that the attacker used.
    pub access_keys: Vec<String>,
    /// Containment steps in effect.
    pub contained: Vec<Containment>,
    /// Containment steps that did not reach their aim.
    pub not_contained: Vec<String>,
    /// Calls of the attacker that were refused after the last containment step.
    pub refused_after: u64,
    /// Gaps of the case, one sentence each.
    pub open: Vec<String>,
    /// Files of the bill.
    pub files: Vec<BillFile>,
}

/// A part of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Title.
    pub title: &'static str,
    /// Paragraphs before the list.
    pub text: Vec<String>,
    /// Entries: safe to show in a terminal; escape them for other formats.
    pub entries: Vec<String>,
}

/// The support case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// Subject.
    pub subject: String,
    /// Parts in their order.
    pub sections: Vec<Section>,
    /// Entries of the timeline: the time, and the text without it.
    pub timeline: Vec<(Timestamp, String)>,
}

fn money(amount: Decimal, currency: &str) -> String {
    format!("{} {}", shown(currency, 8), amount.cents())
}

fn call(call: &Call) -> String {
    format!("{} {}", call.time, call_text(call))
}

fn call_text(call: &Call) -> String {
    let mut text = shown(&call.name, 128);
    if !call.region.is_empty() {
        text.push_str(&format!(" in {}", shown(&call.region, 32)));
    }
    if !call.access_key_id.is_empty() {
        text.push_str(&format!(", access key {}", shown(&call.access_key_id, 32)));
    }
    if !call.source_address.is_empty() {
        text.push_str(&format!(", from {}", shown(&call.source_address, 64)));
    }
    text.push_str(&format!(", event {}", shown(&call.event_id, 64)));
    text
}

impl Dispute {
    /// Makes the document of a judged bill and the facts of its case.
    #[must_use]
    pub fn new(outcome: &Outcome, facts: &DisputeFacts) -> Self {
        let claimed: Vec<&CurrencyClaim> = outcome
            .currencies
            .iter()
            .filter(|sums| !sums.amounts.claim().is_zero())
            .collect();
        let timeline = timeline::entries(facts, &claimed);
        Self {
            subject: format!(
                "Unauthorised charges in account {}: request for a billing adjustment",
                facts
                    .accounts
                    .first()
                    .map_or_else(|| "(not known)".to_owned(), |account| shown(account, 20))
            ),
            sections: vec![
                summary(outcome, facts, &claimed),
                request(outcome, &claimed),
                charges(&claimed),
                timeline::section(&timeline),
                containment(facts),
                method(outcome, &claimed),
                open(outcome, facts),
                evidence(facts),
            ],
            timeline,
        }
    }

    /// Returns the text to paste, with at most [`CASE_LIMIT`] characters. Entries that don't fit are counted.
    #[must_use]
    pub fn case_text(&self) -> String {
        let mut limit = 60;
        loop {
            let text = self.text(limit);
            if text.chars().count() <= CASE_LIMIT {
                return text;
            }
            if limit == 0 {
                return text.chars().take(CASE_LIMIT).collect();
            }
            limit -= 1;
        }
    }

    /// Returns the whole text; each list ends after `limit` entries and says how many follow.
    #[must_use]
    pub fn text(&self, limit: usize) -> String {
        let mut text = String::new();
        for section in &self.sections {
            text.push_str(&format!("{}\n", section.title.to_uppercase()));
            for paragraph in &section.text {
                text.push_str(&format!("{paragraph}\n"));
            }
            for entry in section.entries.iter().take(limit) {
                text.push_str(&format!("- {entry}\n"));
            }
            if section.entries.len() > limit {
                text.push_str(&format!(
                    "- and {} more in the attachments\n",
                    section.entries.len() - limit
                ));
            }
            text.push('\n');
        }
        text
    }
}

fn summary(outcome: &Outcome, facts: &DisputeFacts, claimed: &[&CurrencyClaim]) -> Section {
    let list = |names: &[String]| {
        names
            .iter()
            .take(20)
            .map(|name| shown(name, 64))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut text = vec![format!(
        "An attacker used account {} without authorisation. {} API calls are attributed to the attacker.",
        list(&facts.accounts),
        facts.events
    )];
    if let Some(first) = &facts.first {
        text.push(format!("First attributed call: {}.", call(first)));
    }
    if !facts.access_keys.is_empty() {
        text.push(format!("Access keys used: {}.", list(&facts.access_keys)));
    }
    for sums in claimed {
        text.push(format!(
            "Unauthorised charges: {}.",
            money(sums.amounts.claim(), &sums.currency)
        ));
    }
    let contained = facts.contained.iter().map(|step| step.time).max();
    let is_out = contained
        .zip(facts.last_accepted.as_ref())
        .is_none_or(|(at, last)| last.time < at);
    text.push(match contained {
        Some(at) if facts.not_contained.is_empty() && is_out => {
            format!(
                "Contained at {at}: {} steps verified, listed below.",
                facts.contained.len()
            )
        }
        Some(at) => format!(
            "Containment: {} steps verified until {at}, and not complete; see the open questions.",
            facts.contained.len()
        ),
        None => "Containment is not recorded yet; see the open questions.".to_owned(),
    });
    text.push(format!("Paid by account {}.", list(&outcome.payers)));
    Section {
        title: "Summary",
        text,
        entries: Vec::new(),
    }
}

fn request(outcome: &Outcome, claimed: &[&CurrencyClaim]) -> Section {
    let mut entries: Vec<String> = claimed
        .iter()
        .map(|sums| {
            format!(
                "Please credit {} and hold this amount as disputed until you have decided.",
                money(sums.amounts.claim(), &sums.currency)
            )
        })
        .collect();
    for sums in claimed.iter().filter(|sums| !sums.marketplace.is_zero()) {
        entries.push(format!(
            "{} of it is billed by AWS Marketplace sellers: please tell us which team decides on it.",
            money(sums.marketplace, &sums.currency)
        ));
    }
    if outcome.is_open {
        entries.push(
            "The month is not closed: later lines of the same resources follow in this case.".to_owned(),
        );
    }
    entries.push(
        "Please tell us what you see of unauthorised use in any region that is not listed here.".to_owned(),
    );
    Section {
        title: "Request",
        text: Vec::new(),
        entries,
    }
}

fn of_claim(sums: &CurrencyClaim) -> impl Iterator<Item = &Row> {
    sums.rows
        .iter()
        .filter(|row| matches!(row.mark, Mark::Unauthorised | Mark::Shared) && !row.claimed.is_zero())
}

fn charges(claimed: &[&CurrencyClaim]) -> Section {
    let mut text = Vec::new();
    let mut entries = Vec::new();
    for sums in claimed {
        let amounts = &sums.amounts;
        text.push(format!(
            "{}: {} in unauthorised lines, {} measured in shared lines, {} tax.",
            money(amounts.claim(), &sums.currency),
            money(amounts.unauthorised, &sums.currency),
            money(amounts.shared, &sums.currency),
            money(amounts.tax, &sums.currency)
        ));
        entries.extend(of_claim(sums).map(|row| {
            let name = if row.usage_type.is_empty() {
                &row.operation
            } else {
                &row.usage_type
            };
            let event = row.event.as_ref().map_or_else(String::new, |event| {
                format!(
                    ": {} {} event {}",
                    shown(&event.name, 64),
                    event.time,
                    shown(&event.event_id, 64)
                )
            });
            let fields = [&row.region, &row.service, name, &row.resource].map(|field| shown(field, 160));
            let named: Vec<String> = fields.into_iter().filter(|field| !field.is_empty()).collect();
            format!(
                "{} {}, {} to {}; {}{event}",
                money(row.claimed, &sums.currency),
                named.join(" "),
                row.from,
                row.until,
                row.reason.words()
            )
        }));
    }
    Section {
        title: "Charges",
        text,
        entries,
    }
}

fn containment(facts: &DisputeFacts) -> Section {
    let mut text = Vec::new();
    if facts.contained.is_empty() {
        text.push("The journal of the case has no verified containment step.".to_owned());
    } else {
        text.push(
            "Each step was read back from AWS and verified; the journal of the case is a hash chain."
                .to_owned(),
        );
    }
    let contained = facts.contained.iter().map(|step| step.time).max();
    if let (Some(last), Some(contained)) = (&facts.last_accepted, contained) {
        text.push(if last.time < contained {
            format!(
                "Last accepted call of the attacker: {}. Refused calls after containment: {}.",
                call(last),
                facts.refused_after
            )
        } else {
            format!(
                "A call of the attacker was accepted after containment: {}.",
                call(last)
            )
        });
    }
    Section {
        title: "Proof of containment",
        text,
        entries: facts
            .contained
            .iter()
            .map(|step| {
                format!(
                    "{} {} (run {})",
                    step.time,
                    shown(&step.does, 200),
                    shown(&step.run, 64)
                )
            })
            .collect(),
    }
}

fn method(outcome: &Outcome, claimed: &[&CurrencyClaim]) -> Section {
    let mut entries = vec![
        "Unblended cost of each line item, exact decimals, rounded once.".to_owned(),
        "A line is unauthorised when an event of the attacker created its resource, or the resource is part of one.".to_owned(),
        "Of lines that hold our own use too, only the attacker's logged calls and bytes are claimed.".to_owned(),
    ];
    for sums in claimed {
        let amounts = &sums.amounts;
        if !amounts.likely.is_zero() || !amounts.unknown.is_zero() {
            entries.push(format!(
                "Not claimed: {} that is likely the attacker's, {} that could not be judged.",
                money(amounts.likely, &sums.currency),
                money(amounts.unknown, &sums.currency)
            ));
        }
        if !sums.covered_by_own_commitments.is_zero() {
            entries.push(format!(
                "Not claimed: {} of our Savings Plans and reservations that the attacker's use consumed.",
                money(sums.covered_by_own_commitments, &sums.currency)
            ));
        }
    }
    if let (Some(from), Some(until)) = (outcome.from, outcome.until) {
        entries.push(format!(
            "The bill holds use from {from} to {until}, {} lines.",
            outcome.reading.lines
        ));
    }
    Section {
        title: "Method and limits",
        text: Vec::new(),
        entries,
    }
}

fn open(outcome: &Outcome, facts: &DisputeFacts) -> Section {
    let mut entries: Vec<String> = facts
        .not_contained
        .iter()
        .map(|step| format!("Containment step not in effect: {}", shown(step, 200)))
        .collect();
    let contained = facts.contained.iter().map(|step| step.time).max();
    if let (Some(last), Some(at)) = (&facts.last_accepted, contained)
        && last.time >= at
    {
        entries.push(format!(
            "A call of the attacker was accepted after containment: {}.",
            call(last)
        ));
    }
    if facts.contained.is_empty() {
        entries.push("Containment: no step is recorded as verified.".to_owned());
    }
    if outcome.is_cut {
        entries.push("The bill may end before the attacker's last charge.".to_owned());
    }
    let problems = outcome.reading.problems.len();
    if problems > 0 {
        entries.push(format!("{problems} files of the bill were not read in full."));
    }
    entries.extend(facts.open.iter().map(|text| shown(text, 300)));
    if entries.is_empty() {
        entries.push("None that the case or the bill shows.".to_owned());
    }
    Section {
        title: "Open questions",
        text: Vec::new(),
        entries,
    }
}

fn evidence(facts: &DisputeFacts) -> Section {
    let mut entries = vec![
        "charges.csv: every claimed line item with reason and event".to_owned(),
        "timeline.csv: the timeline above, in full".to_owned(),
        "dispute.html: this document, in full, to print".to_owned(),
    ];
    entries.extend(facts.files.iter().map(|file| {
        let name = file.path.rsplit(['/', '\\']).next().unwrap_or(&file.path);
        format!("bill file {} sha256 {}", shown(name, 160), file.sha256)
    }));
    Section {
        title: "Attachments and evidence",
        text: Vec::new(),
        entries,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::Reason;
    use stanch_core::EventKey;

    fn row(number: u32) -> Row {
        Row {
            mark: Mark::Unauthorised,
            reason: Reason::CreatedByAttacker,
            account: "111122223333".to_owned(),
            region: "sa-east-1".to_owned(),
            service: "AmazonEC2".to_owned(),
            usage_type: "SAE1-BoxUsage:p4d.24xlarge".to_owned(),
            operation: "RunInstances".to_owned(),
            resource: format!("i-{number:017x}\u{202e}\n"),
            seller: "AWS".to_owned(),
            from: Timestamp(0),
            until: Timestamp(3_600_000),
            lines: 1,
            amount: Decimal::whole(1),
            unit: "Hrs".to_owned(),
            cost: Decimal::whole(32),
            claimed: Decimal::whole(32),
            event: Some(crate::EventRef {
                time: Timestamp(0),
                event_id: format!("event-{number}"),
                name: "RunInstances".to_owned(),
                key: EventKey(u128::from(number)),
            }),
        }
    }

    fn outcome(rows: u32) -> Outcome {
        let mut sums = CurrencyClaim::default();
        sums.currency = "USD".to_owned();
        sums.rows = (0..rows).map(row).collect();
        sums.amounts.unauthorised = Decimal::whole(32 * rows);
        Outcome {
            schema_version: 1,
            forms: Vec::new(),
            reading: crate::Reading::default(),
            set_aside: 0,
            payers: vec!["999999999999".to_owned()],
            from: None,
            until: None,
            is_open: false,
            attack: None,
            is_cut: false,
            currencies: vec![sums],
        }
    }

    fn step(at: i64) -> Containment {
        Containment {
            time: Timestamp(at),
            does: "Disable access key".to_owned(),
            run: "run".to_owned(),
        }
    }

    fn accepted(at: i64) -> Option<Call> {
        Some(Call {
            time: Timestamp(at),
            name: "ec2.amazonaws.com RunInstances".to_owned(),
            region: "sa-east-1".to_owned(),
            access_key_id: String::new(),
            source_address: String::new(),
            event_id: "event-0".to_owned(),
        })
    }

    #[test]
    fn the_text_keeps_the_limit_and_counts_what_it_leaves_out() {
        let text = Dispute::new(&outcome(500), &DisputeFacts::default()).case_text();
        assert!(text.chars().count() <= CASE_LIMIT);
        assert!(
            text.contains("more in the attachments") && text.contains("USD 16,000.00"),
            "{text}"
        );
        assert!(
            text.contains("OPEN QUESTIONS") && !text.contains('\u{202e}'),
            "{text}"
        );
    }

    #[test]
    fn containment_is_stated_only_when_the_journal_and_the_events_agree() {
        let stated = |facts: &DisputeFacts| {
            Dispute::new(&outcome(1), facts)
                .text(100)
                .contains("Contained at")
        };
        let mut facts = DisputeFacts {
            contained: vec![step(10)],
            last_accepted: accepted(5),
            ..DisputeFacts::default()
        };
        assert!(stated(&facts));
        facts.last_accepted = accepted(11);
        assert!(!stated(&facts));
        facts.last_accepted = accepted(5);
        facts.not_contained.push("Revoke sessions".to_owned());
        assert!(!stated(&facts));
        assert!(!stated(&DisputeFacts::default()));
    }
}
