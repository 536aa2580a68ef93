//! Judges an account: what somebody left in it, what ticks, what is merely weak, and what could not be seen.
//!
//! Readings go in one by one ([`Assessor::observe`]); only those of operations that a check needs are kept. Then every
//! check judges every account, and what they found is held together: accounts that are let in at many places, and
//! principals who made what is hostile, speak against the rest of what they did. This is pure: it never sees a file, a
//! network or a clock. What was not answered is told as not judged, never as fine.

mod account;
mod acts;
mod buckets;
mod check;
mod checks;
#[cfg(test)]
mod contract;
mod creators;
mod guardduty;
mod join;
mod known;
mod making;
mod people;

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;
use stanch_core::assessment::{Assessment, NotJudged};
use stanch_core::json_path;
use stanch_core::{AccountId, CallOutcome, CollectCoverage, OperationName, Reading, RegionName, ServiceName};

pub use account::{AccountState, Guests, Item, Reply};
pub use check::{Check, CheckAbout, Draft, Findings, Need};
pub use join::{Act, Acts};
pub use known::Known;

use stanch_core::account::Account;

/// The outcome's word for what was asked nowhere.
const NOT_COLLECTED: &str = "not-collected";

/// Every check.
#[must_use]
pub fn checks() -> Vec<&'static dyn Check> {
    checks::all()
}

/// How the calls of an operation ended in a region, and what they listed.
#[derive(Debug, Clone, Default)]
struct Row {
    outcomes: BTreeSet<CallOutcome>,
    items: u64,
}

type RowKey = (AccountId, ServiceName, OperationName);

/// Gathers what the checks need of a snapshot, then judges it.
pub struct Assessor {
    checks: Vec<&'static dyn Check>,
    wanted: FxHashSet<(&'static str, &'static str)>,
    accounts: BTreeMap<AccountId, Account>,
    rows: BTreeMap<RowKey, BTreeMap<RegionName, Row>>,
    ours: BTreeSet<String>,
    known: Known,
    seen: join::Seen,
    readings: u64,
}

/// Returns the account of an id. Checks need no partition and no home region.
fn account_of<'a>(accounts: &'a mut BTreeMap<AccountId, Account>, id: &AccountId) -> &'a mut Account {
    let empty = || Account::empty(id, "aws", &RegionName::from("us-east-1"));
    accounts.entry(id.clone()).or_insert_with(empty)
}

impl Assessor {
    /// With all checks, and what a person vouches for.
    #[must_use]
    pub fn new(known: Known) -> Self {
        Self::with(checks::all(), known)
    }

    fn with(checks: Vec<&'static dyn Check>, known: Known) -> Self {
        let needs = checks.iter().flat_map(|check| check.about().needs);
        let mut wanted: FxHashSet<_> = needs.map(|need| (need.service, need.operation)).collect();
        // Members of the organization are no strangers.
        wanted.insert(("organizations", "ListAccounts"));
        Self {
            checks,
            wanted,
            accounts: BTreeMap::new(),
            rows: BTreeMap::new(),
            ours: BTreeSet::new(),
            known,
            seen: join::Seen::default(),
            readings: 0,
        }
    }

    /// Takes what checks need of a reading.
    pub fn observe(&mut self, reading: &Reading) {
        self.readings += 1;
        self.ours.insert(reading.account.as_str().to_owned());
        self.seen.observe(reading);
        let key = (reading.service.as_str(), reading.operation.as_str());
        let row = self
            .rows
            .entry((
                reading.account.clone(),
                reading.service.clone(),
                reading.operation.clone(),
            ))
            .or_default()
            .entry(reading.region.clone())
            .or_default();
        row.outcomes.insert(reading.outcome);
        row.items += reading.items;
        let account = account_of(&mut self.accounts, &reading.account);
        if !self.wanted.contains(&key) {
            return;
        }
        if key == ("organizations", "ListAccounts") {
            let accounts = json_path::elements(&reading.body, "Accounts");
            let ids = accounts.map(|member| json_path::text(member, "Id"));
            self.ours
                .extend(ids.filter(|id| !id.is_empty()).map(str::to_owned));
        }
        account.insert(reading.clone());
    }

    /// Takes what was asked for and has no reading: interrupted, or not asked.
    pub fn cover(&mut self, coverage: &CollectCoverage) {
        for row in &coverage.rows {
            let key = (row.account.clone(), row.service.clone(), row.operation.clone());
            let known = self
                .rows
                .entry(key)
                .or_default()
                .entry(row.region.clone())
                .or_default();
            known.outcomes.extend(row.outcomes.keys());
            known.items = known.items.max(row.items);
            account_of(&mut self.accounts, &row.account);
        }
    }

    /// Judges. `acts` is what logs say of who made what; without logs, none.
    #[must_use]
    pub fn assess(mut self, acts: Option<&Acts>) -> Assessment {
        let mut findings = Vec::new();
        let mut not_judged = Vec::new();
        // What is told must not hang on the order in which readings came.
        self.accounts.values_mut().for_each(Account::sort);
        for (id, account) in &self.accounts {
            let state = AccountState {
                account,
                known: &self.known,
                ours: &self.ours,
            };
            for check in &self.checks {
                let about = check.about();
                let mut found = Findings::new(about, id);
                check.check(&state, &mut found);
                let (found, left_out) = found.into_parts();
                findings.extend(found);
                self.unanswered(id, &about, left_out, &mut not_judged);
            }
        }
        not_judged.sort();
        not_judged.dedup();
        let joined = join::join(findings, acts, &self.known, &self.seen, &self.answers());
        Assessment {
            schema_version: Assessment::SCHEMA_VERSION,
            accounts: self.accounts.keys().cloned().collect(),
            checks_run: self.checks.len() as u64,
            readings: self.readings,
            logs_begin: acts.and_then(|acts| acts.begin),
            findings: joined.findings,
            suspects: joined.suspects,
            traces: joined.traces,
            not_judged,
        }
    }

    /// Which listings were answered in full, by account, service and region.
    fn answers(&self) -> join::Answers {
        let mut answers = join::Answers::default();
        for ((account, service, operation), regions) in &self.rows {
            for (region, row) in regions {
                let known = row.outcomes.iter().all(|outcome| outcome.is_known());
                answers.note((account, service, region), operation.as_str(), known);
            }
        }
        answers
    }

    fn unanswered(&self, account: &AccountId, about: &CheckAbout, left_out: u64, into: &mut Vec<NotJudged>) {
        let mut say = |need: &Need, why: &str, regions: Vec<RegionName>| {
            into.push(NotJudged {
                account: account.clone(),
                check: about.name.to_owned(),
                service: need.service.into(),
                operation: need.operation.into(),
                why: why.to_owned(),
                regions,
            });
        };
        for need in about.needs {
            let Some(regions) = self.row(account, need.service, need.operation) else {
                if self.is_expected(account, need) {
                    say(need, NOT_COLLECTED, Vec::new());
                }
                continue;
            };
            let mut open: BTreeMap<CallOutcome, Vec<RegionName>> = BTreeMap::new();
            for (region, row) in regions {
                for outcome in row.outcomes.iter().filter(|outcome| !outcome.is_known()) {
                    open.entry(*outcome).or_default().push(region.clone());
                }
            }
            for (outcome, regions) in open {
                say(need, outcome.name(), regions);
            }
        }
        if let Some(need) = about.needs.first().filter(|_| left_out > 0) {
            say(need, "too-many", Vec::new());
        }
    }

    fn row(&self, account: &AccountId, service: &str, operation: &str) -> Option<&BTreeMap<RegionName, Row>> {
        self.rows
            .get(&(account.clone(), service.into(), operation.into()))
    }

    /// Whether a question that was asked nowhere should have been: always when it stands for itself, else when there
    /// is something to ask it about, or when that is not known.
    fn is_expected(&self, account: &AccountId, need: &Need) -> bool {
        let Some(parent) = need.of else { return true };
        self.row(account, need.service, parent).is_none_or(|regions| {
            regions
                .values()
                .any(|row| row.items > 0 || row.outcomes.iter().any(|outcome| !outcome.is_known()))
        })
    }
}

/// A map of identifiers, for what is looked up often.
type IdMap<T> = FxHashMap<String, T>;

/// Every text in an answer.
fn each_text<'v>(value: &'v Value, hear: &mut impl FnMut(&'v str)) {
    match value {
        Value::String(text) => hear(text),
        Value::Array(elements) => elements.iter().for_each(|element| each_text(element, hear)),
        Value::Object(members) => members.values().for_each(|member| each_text(member, hear)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
