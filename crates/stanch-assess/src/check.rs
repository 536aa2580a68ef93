//! What a check is: words of its own, the answers it needs, and a judgement over one account.
//!
//! One check is one file under `checks/`. It must not read anything but the account it is given.

use stanch_core::finding::{Exposure, Fact, Handle};
use stanch_core::text::bounded;
use stanch_core::{AccountId, EventKey, Severity, Tactic};

use super::account::{AccountState, Item};
use stanch_core::assessment::{AccountFinding, Deadline, FindingVerdict, MadeBy, Resource};

/// How many facts a finding holds.
const FACTS_LIMIT: usize = 12;
/// How many findings one check makes of one account. What is over is counted by the check's own last finding.
pub(super) const FINDINGS_LIMIT: usize = 2_000;

/// An answer that a check needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// The service.
    pub service: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// For a question about each of the things that another operation lists: that operation. Where nothing is
    /// listed, nothing is to be asked.
    pub of: Option<&'static str>,
}

/// An answer that stands for itself.
#[must_use]
pub(super) const fn list(service: &'static str, operation: &'static str) -> Need {
    Need {
        service,
        operation,
        of: None,
    }
}

/// An answer about each thing that another operation of the service lists.
#[must_use]
pub(super) const fn each(service: &'static str, operation: &'static str, of: &'static str) -> Need {
    Need {
        service,
        operation,
        of: Some(of),
    }
}

/// What a check says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckAbout {
    /// Stable id in kebab case; the file has the same name.
    pub name: &'static str,
    /// One line, without a full stop.
    pub title: &'static str,
    /// Why it matters, in plain words.
    pub why: &'static str,
    /// How grave a finding mostly is.
    pub severity: Severity,
    /// ATT&CK tactics.
    pub tactics: &'static [Tactic],
    /// ATT&CK techniques.
    pub techniques: &'static [&'static str],
    /// The steps of the playbook that it serves.
    pub steps: &'static [&'static str],
    /// What to do about a finding.
    pub next: &'static str,
    /// The answers it needs.
    pub needs: &'static [Need],
    /// When it is harmless.
    pub false_positives: &'static [&'static str],
}

/// A check of an account.
pub trait Check: Send + Sync {
    /// What it says of itself.
    fn about(&self) -> CheckAbout;

    /// Judges an account.
    fn check(&self, account: &AccountState<'_>, found: &mut Findings);
}

/// What one check finds in one account.
#[derive(Debug)]
pub struct Findings {
    about: CheckAbout,
    account: AccountId,
    found: Vec<AccountFinding>,
    left_out: u64,
}

impl Findings {
    pub(super) fn new(about: CheckAbout, account: &AccountId) -> Self {
        Self {
            about,
            account: account.clone(),
            found: Vec::new(),
            left_out: 0,
        }
    }

    pub(super) fn into_parts(self) -> (Vec<AccountFinding>, u64) {
        (self.found, self.left_out)
    }

    /// Begins a finding on a thing that an item shows; [`Draft::say`] ends it.
    pub fn on<'f>(&'f mut self, item: &Item<'_>, kind: &str, id: &str, name: &str) -> Draft<'f> {
        let resource = Resource::new(kind, id, name, &self.account, item.region());
        let finding = AccountFinding {
            id: String::new(),
            check: self.about.name.to_owned(),
            severity: self.about.severity,
            verdict: FindingVerdict::Suspicious,
            resource,
            summary: String::new(),
            facts: Vec::new(),
            because: Vec::new(),
            exposure: Exposure::default(),
            handles: Vec::new(),
            external_accounts: Vec::new(),
            deadline: None,
            evidence: vec![item.citation()],
            made_by: MadeBy::unknown("no logs were given"),
            action: self.about.next.to_owned(),
        };
        Draft {
            findings: self,
            finding,
        }
    }
}

/// A finding that is being written.
#[derive(Debug)]
#[must_use = "a finding counts when `say` ends it"]
pub struct Draft<'f> {
    findings: &'f mut Findings,
    finding: AccountFinding,
}

impl Draft<'_> {
    /// A mere weakness.
    pub fn misconfiguration(mut self, severity: Severity) -> Self {
        self.finding.verdict = FindingVerdict::Misconfiguration;
        self.finding.severity = severity;
        self
    }

    /// Something intruders leave.
    pub fn suspicious(mut self, severity: Severity) -> Self {
        self.finding.verdict = FindingVerdict::Suspicious;
        self.finding.severity = severity;
        self
    }

    /// Malicious in itself.
    pub fn malicious(mut self, severity: Severity) -> Self {
        self.finding.verdict = FindingVerdict::Malicious;
        self.finding.severity = severity;
        self
    }

    /// As a verdict that was reckoned.
    pub fn verdict(mut self, verdict: FindingVerdict, severity: Severity) -> Self {
        self.finding.verdict = verdict;
        self.finding.severity = severity;
        self
    }

    /// Adds a fact; an empty value adds none.
    pub fn fact(mut self, label: &str, value: &str) -> Self {
        if !value.is_empty() && self.finding.facts.len() < FACTS_LIMIT {
            self.finding.facts.push(Fact::new(label, value));
        }
        self
    }

    /// Names accounts that are let in or sent to, foreign and unknown.
    pub fn foreign(mut self, accounts: &[String]) -> Self {
        let named = accounts.iter().take(FACTS_LIMIT);
        self.finding
            .external_accounts
            .extend(named.map(|account| AccountId::from(account.as_str())));
        self
    }

    /// Adds the access that the resource grants beyond its account: what decisions rest on.
    pub fn exposure(mut self, exposure: &Exposure) -> Self {
        let mut bounded = exposure.clone();
        bounded.accounts.truncate(FACTS_LIMIT);
        self.finding.exposure.merge(&bounded);
        self
    }

    /// Adds the exact part of the resource that an action can be given.
    pub fn handle(mut self, handle: Handle) -> Self {
        if !handle.id().is_empty() && self.finding.handles.len() < FACTS_LIMIT {
            self.finding.handles.push(handle);
        }
        self
    }

    /// Cites another item as well.
    pub fn also(mut self, item: &Item<'_>) -> Self {
        self.finding.evidence.push(item.citation());
        self
    }

    /// Says that harm comes by itself.
    pub fn deadline(mut self, loses: &str, at: Option<&str>) -> Self {
        self.finding.deadline = Some(Deadline {
            loses: bounded(loses, 200),
            at: at.filter(|at| !at.is_empty()).map(|at| bounded(at, 60)),
        });
        self
    }

    /// Names another action than the check's own.
    pub fn action(mut self, action: &str) -> Self {
        self.finding.action = bounded(action, 300);
        self
    }

    /// Ends the finding with its sentence.
    pub fn say(self, summary: &str) {
        let Self {
            findings,
            mut finding,
        } = self;
        finding.summary = bounded(summary, 400);
        finding.id = id_of(&finding);
        if findings.found.iter().any(|known| known.id == finding.id) {
            return;
        }
        if findings.found.len() < FINDINGS_LIMIT {
            findings.found.push(finding);
        } else {
            findings.left_out += 1;
        }
    }
}

/// Over what does not change when the same is seen again: the first fact tells two findings on one thing apart.
fn id_of(finding: &AccountFinding) -> String {
    let resource = &finding.resource;
    let apart = finding.facts.first().map_or("", |fact| fact.value.as_str());
    let key = EventKey::of(&[
        finding.check.as_bytes(),
        resource.account.as_str().as_bytes(),
        resource.region.as_str().as_bytes(),
        resource.kind.as_bytes(),
        resource.id.as_bytes(),
        apart.as_bytes(),
    ]);
    format!("{:016x}", (key.0 >> 64) as u64)
}
