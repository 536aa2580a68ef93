//! Assesses collected accounts: malicious, suspicious, misconfigured and time-critical resources, and what is not known.
//!
//! Readings go in one by one ([`Assessor::observe`]); only those of operations that a check reads are stored. Then every
//! check reports on every account, and the findings are joined: external accounts with access in many places, and
//! principals that created malicious resources, are evidence against the rest. This is pure: it never sees a file, a
//! network or a clock. A question without an answer is reported as not judged, never as fine.

mod account;
mod buckets;
mod changes;
mod check;
mod checks;
#[cfg(test)]
mod contract;
mod guardduty;
mod join;
mod known;
mod principals;
#[cfg(test)]
mod reference_page;
mod services;

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;
use stanch_core::account::Account;
use stanch_core::assessment::{Assessment, NotJudged};
use stanch_core::json_path;
use stanch_core::snapshot::NotRead;
use stanch_core::{AccountId, CallOutcome, CollectCoverage, OperationName, Reading, RegionName, ServiceName};

pub use account::{AccountState, Item, Reply};
pub use changes::{LoggedChange, LoggedChanges};
pub use check::{Check, CheckAbout, Draft, Findings, Need};
pub use join::Made;
pub use known::Known;

/// Reason of a question that was asked nowhere.
const NOT_COLLECTED: &str = "not-collected";

/// Returns every check.
#[must_use]
pub fn checks() -> Vec<&'static dyn Check> {
    checks::all()
}

/// Outcomes of an operation in a region, and the number of items it listed.
#[derive(Debug, Clone, Default)]
struct Row {
    outcomes: BTreeSet<CallOutcome>,
    items: u64,
}

type RowKey = (AccountId, ServiceName, OperationName);

/// Stores the answers that checks read, then assesses them.
pub struct Assessor {
    checks: Vec<&'static dyn Check>,
    wanted: FxHashSet<(&'static str, &'static str)>,
    accounts: BTreeMap<AccountId, Account>,
    rows: BTreeMap<RowKey, BTreeMap<RegionName, Row>>,
    ours: BTreeSet<String>,
    known: Known,
    identifiers: join::Identifiers,
    readings: u64,
    not_read: Vec<NotRead>,
}

/// Returns the account of an id. Checks need no partition and no home region.
fn account_of<'a>(accounts: &'a mut BTreeMap<AccountId, Account>, id: &AccountId) -> &'a mut Account {
    let empty = || Account::empty(id, "aws", &RegionName::from("us-east-1"));
    accounts.entry(id.clone()).or_insert_with(empty)
}

impl Assessor {
    /// Returns an assessor with all checks, vendors and the known-good list.
    #[must_use]
    pub fn new(known: Known) -> Self {
        Self::with(checks::all(), known)
    }

    fn with(checks: Vec<&'static dyn Check>, known: Known) -> Self {
        let needs = checks.iter().flat_map(|check| check.about().needs);
        let mut wanted: FxHashSet<_> = needs.map(|need| (need.service, need.operation)).collect();
        // Members of the organization are not external.
        wanted.insert(("organizations", "ListAccounts"));
        Self {
            checks,
            wanted,
            accounts: BTreeMap::new(),
            rows: BTreeMap::new(),
            ours: BTreeSet::new(),
            known,
            identifiers: join::Identifiers::default(),
            readings: 0,
            not_read: Vec::new(),
        }
    }

    /// Stores what checks read of a reading.
    pub fn observe(&mut self, reading: &Reading) {
        self.readings += 1;
        self.ours.insert(reading.account.as_str().to_owned());
        self.identifiers.observe(reading);
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

    /// Adds questions that have no reading: interrupted, or not asked.
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
        self.not_read.extend(coverage.not_read.iter().cloned());
    }

    /// Assesses the accounts. `logged` are the changes in logs; none without logs.
    #[must_use]
    pub fn assess(mut self, logged: Option<&LoggedChanges>) -> Assessment {
        self.assessment(logged)
    }

    /// Assesses the accounts, and keeps what every principal and credential created or changed.
    #[must_use]
    pub fn assess_for_plan(mut self, logged: Option<LoggedChanges>) -> (Assessment, Made) {
        let assessment = self.assessment(logged.as_ref());
        let listings = self.listings();
        let made = Made::new(logged.unwrap_or_default(), self.identifiers, listings);
        (assessment, made)
    }

    fn assessment(&mut self, logged: Option<&LoggedChanges>) -> Assessment {
        let mut findings = Vec::new();
        let mut not_judged = Vec::new();
        // Findings must not depend on the order in which readings came.
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
        self.unread(&mut not_judged);
        not_judged.sort();
        not_judged.dedup();
        let calls = self.calls();
        let evidence = join::Evidence {
            logged,
            known: &self.known,
            identifiers: &self.identifiers,
            listings: &self.listings(),
            calls: &calls,
        };
        let joined = join::join(findings, &evidence);
        Assessment {
            schema_version: Assessment::SCHEMA_VERSION,
            accounts: self.accounts.keys().cloned().collect(),
            checks_run: self.checks.len() as u64,
            readings: self.readings,
            logs_begin: logged.and_then(|logged| logged.begin),
            findings: joined.findings,
            suspects: joined.suspects,
            traces: joined.traces,
            not_judged,
        }
    }

    /// Returns the API calls that create or change what each check reports.
    fn calls(&self) -> join::CallsByCheck {
        let abouts = self.checks.iter().map(|check| check.about());
        abouts.map(|about| (about.name, about.made_by)).collect()
    }

    /// Returns the listings that were asked, by account, service and region.
    fn listings(&self) -> join::Listings {
        let mut listings = join::Listings::default();
        for ((account, service, operation), regions) in &self.rows {
            for (region, row) in regions {
                let is_complete = row.outcomes.iter().all(|outcome| outcome.is_known());
                listings.add((account, service, region), operation.as_str(), is_complete);
            }
        }
        listings
    }

    /// Adds accounts and regions that were not read: no check has an answer there.
    fn unread(&self, into: &mut Vec<NotJudged>) {
        let mut by_account: BTreeMap<&AccountId, Vec<RegionName>> = BTreeMap::new();
        for part in &self.not_read {
            let regions = by_account.entry(&part.account).or_default();
            regions.extend(part.region.clone());
        }
        into.extend(by_account.into_iter().map(|(account, regions)| NotJudged {
            account: account.clone(),
            check: "every check".to_owned(),
            service: "every service".into(),
            operation: "every operation".into(),
            why: NOT_COLLECTED.to_owned(),
            regions,
        }));
    }

    fn unanswered(&self, account: &AccountId, about: &CheckAbout, left_out: u64, into: &mut Vec<NotJudged>) {
        let mut add = |need: &Need, why: &str, regions: Vec<RegionName>| {
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
                    add(need, NOT_COLLECTED, Vec::new());
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
                add(need, outcome.name(), regions);
            }
        }
        if let Some(need) = about.needs.first().filter(|_| left_out > 0) {
            add(need, "too-many", Vec::new());
        }
    }

    fn row(&self, account: &AccountId, service: &str, operation: &str) -> Option<&BTreeMap<RegionName, Row>> {
        self.rows
            .get(&(account.clone(), service.into(), operation.into()))
    }

    /// Returns true if a question that was asked nowhere should have been: always where it is asked once per region,
    /// otherwise where there are resources to ask about, or where that is not known.
    fn is_expected(&self, account: &AccountId, need: &Need) -> bool {
        let Some(parent) = need.of else { return true };
        self.row(account, need.service, parent).is_none_or(|regions| {
            regions
                .values()
                .any(|row| row.items > 0 || row.outcomes.iter().any(|outcome| !outcome.is_known()))
        })
    }
}

/// Map of identifiers that are looked up often.
type IdMap<T> = FxHashMap<String, T>;

/// Calls `hear` with every text in an answer.
fn each_text<'v>(value: &'v Value, hear: &mut impl FnMut(&'v str)) {
    match value {
        Value::String(text) => hear(text),
        Value::Array(elements) => elements.iter().for_each(|element| each_text(element, hear)),
        Value::Object(members) => members.values().for_each(|member| each_text(member, hear)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
