//! Port of a check: its description, the answers it reads, and the findings it reports on one account.
//!
//! One check is one file under `checks/`, or one row of a table there. It must not read anything but the account.

use stanch_core::assessment::{AccountFinding, Deadline, FindingBasis, FindingVerdict, MadeBy, Resource};
use stanch_core::finding::{Exposure, Fact, Handle};
use stanch_core::text::bounded;
use stanch_core::{AccountId, EventKey, Severity, Tactic};

use super::account::{AccountState, Item};

/// Maximum facts, handles and accounts of a finding.
const FACTS_LIMIT: usize = 12;
/// Maximum bytes of a handle: an ARN has at most 2,048.
const HANDLE_LIMIT: usize = 4_600;
/// Maximum findings of one check on one account; more make the check incomplete.
pub(super) const FINDINGS_LIMIT: usize = 2_000;

/// Answer that a check reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Service as AWS's API model names it.
    pub service: &'static str,
    /// Operation.
    pub operation: &'static str,
    /// Operation that lists the resources about each of which this one is asked; where it lists none, none is asked.
    pub of: Option<&'static str>,
}

/// Returns an answer that is asked once per region.
#[must_use]
pub(super) const fn list(service: &'static str, operation: &'static str) -> Need {
    Need {
        service,
        operation,
        of: None,
    }
}

/// Returns an answer that is asked about each resource that another operation of the service lists.
#[must_use]
pub(super) const fn each(service: &'static str, operation: &'static str, of: &'static str) -> Need {
    Need {
        service,
        operation,
        of: Some(of),
    }
}

/// Description of a check, from which its findings and its entry in the reference page are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckAbout {
    /// Stable id in kebab case; a check in a file of its own has the file's name.
    pub name: &'static str,
    /// One line without a full stop: names an AWS service or feature and says what is the case.
    pub title: &'static str,
    /// Reason why it matters, in plain words.
    pub why: &'static str,
    /// Severity of most findings.
    pub severity: Severity,
    /// ATT&CK tactics.
    pub tactics: &'static [Tactic],
    /// ATT&CK techniques.
    pub techniques: &'static [&'static str],
    /// Steps of the playbook that the check serves.
    pub steps: &'static [&'static str],
    /// Next step for a person, in the imperative.
    pub next: &'static str,
    /// Answers that the check reads.
    pub needs: &'static [Need],
    /// API calls that create or change the resource in the reported way; empty where every call that names it may be.
    pub made_by: &'static [&'static str],
    /// Circumstances in which a finding is harmless.
    pub harmless_when: &'static [&'static str],
}

impl CheckAbout {
    /// Returns the names of the AWS services whose answers the check reads, each once, in the order of its needs.
    #[must_use]
    pub fn services(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for need in self.needs {
            let name = crate::services::name(need.service);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

/// Check of an account.
pub trait Check: Send + Sync {
    /// Returns its description.
    fn about(&self) -> CheckAbout;

    /// Reports findings on an account.
    fn check(&self, account: &AccountState<'_>, found: &mut Findings);
}

/// Findings of one check on one account.
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

    /// Begins a finding on a resource that an item shows; [`Draft::say`] completes it.
    pub fn on<'f>(&'f mut self, item: &Item<'_>, kind: &str, id: &str, name: &str) -> Draft<'f> {
        let resource = Resource::new(kind, id, name, &self.account, item.region());
        let finding = AccountFinding {
            id: String::new(),
            check: self.about.name.to_owned(),
            severity: self.about.severity,
            basis: FindingBasis::Check,
            verdict: FindingVerdict::Suspicious,
            resource,
            summary: String::new(),
            facts: Vec::new(),
            because: Vec::new(),
            exposure: Exposure::default(),
            handles: Vec::new(),
            deadline: None,
            evidence: vec![item.citation()],
            made_by: MadeBy::unknown("no logs were given"),
            created_by: None,
            action: self.about.next.to_owned(),
        };
        Draft {
            findings: self,
            finding,
            part: None,
        }
    }
}

/// Finding that is being written.
#[derive(Debug)]
#[must_use = "a finding counts when `say` completes it"]
pub struct Draft<'f> {
    findings: &'f mut Findings,
    finding: AccountFinding,
    part: Option<String>,
}

impl Draft<'_> {
    /// Sets the verdict misconfiguration.
    pub fn misconfiguration(self, severity: Severity) -> Self {
        self.verdict(FindingVerdict::Misconfiguration, severity)
    }

    /// Sets the verdict suspicious.
    pub fn suspicious(self, severity: Severity) -> Self {
        self.verdict(FindingVerdict::Suspicious, severity)
    }

    /// Sets the verdict malicious.
    pub fn malicious(self, severity: Severity) -> Self {
        self.verdict(FindingVerdict::Malicious, severity)
    }

    const fn verdict(mut self, verdict: FindingVerdict, severity: Severity) -> Self {
        self.finding.verdict = verdict;
        self.finding.severity = severity;
        self
    }

    /// Adds a fact for people; an empty value adds none.
    pub fn fact(mut self, label: &str, value: &str) -> Self {
        if !value.is_empty() && self.finding.facts.len() < FACTS_LIMIT {
            self.finding.facts.push(Fact::new(label, value));
        }
        self
    }

    /// Names the part of the resource that tells two findings of the check on it apart. Without, it is the value of the
    /// first fact.
    pub fn part(mut self, part: &str) -> Self {
        self.part = Some(part.to_owned());
        self
    }

    /// Adds the exact part of the resource that an action can be given. One without an id is not added, nor one that is
    /// longer than any of AWS's: cut, it would name another part.
    pub fn handle(mut self, handle: Handle) -> Self {
        let is_bounded = serde_json::to_string(&handle).is_ok_and(|text| text.len() <= HANDLE_LIMIT);
        if is_bounded && !handle.id().is_empty() && self.finding.handles.len() < FACTS_LIMIT {
            self.finding.handles.push(handle);
        }
        self
    }

    /// Adds the external principals that get access or data: decisions rest on them.
    pub fn exposure(mut self, exposure: &Exposure) -> Self {
        let mut bounded = exposure.clone();
        bounded.accounts.truncate(FACTS_LIMIT);
        self.finding.exposure.merge(&bounded);
        self
    }

    /// Cites another item as well.
    pub fn also(mut self, item: &Item<'_>) -> Self {
        self.finding.evidence.push(item.citation());
        self
    }

    /// Marks the finding as time-critical: data is lost without further action.
    pub fn deadline(mut self, loses: &str, at: Option<&str>) -> Self {
        self.finding.deadline = Some(Deadline {
            loses: bounded(loses, 200),
            at: at.filter(|at| !at.is_empty()).map(|at| bounded(at, 60)),
        });
        self
    }

    /// Sets another next step than the check's own.
    pub fn action(mut self, action: &str) -> Self {
        self.finding.action = bounded(action, 300);
        self
    }

    /// Completes the finding with its sentence.
    pub fn say(self, summary: &str) {
        let Self {
            findings,
            mut finding,
            part,
        } = self;
        finding.summary = bounded(summary, 400);
        finding.id = id_of(&finding, part.as_deref());
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

/// Returns the id: over account, region, check and resource, which stay when the same is found again, and over the part.
fn id_of(finding: &AccountFinding, part: Option<&str>) -> String {
    let resource = &finding.resource;
    let first = || finding.facts.first().map_or("", |fact| fact.value.as_str());
    let part = part.map_or_else(|| bounded(first(), 300), |part| bounded(part, 300));
    let key = EventKey::of(&[
        finding.check.as_bytes(),
        resource.account.as_str().as_bytes(),
        resource.region.as_str().as_bytes(),
        resource.kind.as_bytes(),
        resource.id.as_bytes(),
        part.as_bytes(),
    ]);
    format!("{:016x}", (key.0 >> 64) as u64)
}
