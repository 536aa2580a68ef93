//! Does the next step, by the same requests as the verbs. It must not do anything that a verb does not.

use stanch_case::Case;
use stanch_core::plan::PlanDigest;
use stanch_core::text::shown;
use stanch_respond::playbook::guided;
use stanch_respond::playbook::{Act, Facts};

use super::super::kept::Kept;
use super::super::{apply, contain, situation, watch};
use super::Walk;
use crate::commands::{assess, aws, hunt};
use crate::error::Failure;
use crate::output;
use crate::requests::{
    Access, ApplyRequest, AssessRequest, CollectRequest, ContainRequest, HuntRequest, Seeds, WatchRequest,
    yes_or_no,
};

/// Default duration of a watch, in minutes.
const MINUTES: u64 = 30;

impl Walk<'_> {
    /// Does an act.
    pub(super) fn act(&mut self, act: &Act, facts: &Facts) -> Result<(), Failure> {
        match act {
            Act::Hunt => self.hunt(),
            Act::Collect => self.collect(),
            Act::Assess => self.assess(facts),
            Act::Contain => self.contain(),
            Act::Apply { plan } => self.apply(plan),
            Act::Guide { id } => guided::about(id).map_or(Ok(()), |guided| self.open(guided, facts)),
            Act::Watch => self.watch(),
        }
    }

    fn hunt(&mut self) -> Result<(), Failure> {
        let named = self
            .keys
            .ask("Logs: a folder, a file or s3://BUCKET/PREFIX (Enter: download event history): ")?;
        let is_live = named.is_empty();
        if !is_live {
            self.logs = vec![named.into()];
        }
        let request = HuntRequest {
            inputs: if is_live { Vec::new() } else { self.logs.clone() },
            live: is_live,
            case: Some(self.arguments.case.clone()),
            access: self.access(),
            ..HuntRequest::default()
        };
        hunt::run(&request, self.console).map(drop)
    }

    fn collect(&self) -> Result<(), Failure> {
        let request = CollectRequest {
            case: self.arguments.case.clone(),
            access: self.access(),
            ..CollectRequest::default()
        };
        aws::collect::run(&request, self.console).map(drop)
    }

    fn assess(&self, facts: &Facts) -> Result<(), Failure> {
        let request = AssessRequest {
            case: self.arguments.case.clone(),
            logs: self.local_logs(),
            ..AssessRequest::default()
        };
        assess::run(&request, self.console)?;
        if let Some(snapshot) = &facts.snapshot {
            let now = situation::now();
            Case::open(&self.arguments.case, now)?.record_assessment(&snapshot.id, now)?;
        }
        Ok(())
    }

    fn access(&self) -> Access {
        self.arguments.access.meant()
    }

    /// Logs on this disk: what lies in S3 was hunted through, and is in the case.
    fn local_logs(&self) -> Vec<std::path::PathBuf> {
        let logs = self.logs.iter();
        logs.filter(|path| !hunt::is_remote(path)).cloned().collect()
    }

    fn contain(&self) -> Result<(), Failure> {
        let whom = self.keys.ask(
            "Contain (Enter: every compromised principal and malicious finding; or: key AKIA…,\nuser NAME, role NAME, session ASIA…, instance i-…, finding ID): ",
        )?;
        let seeds = seeds(&whom)?;
        let harm = self
            .keys
            .ask("Is the attack still active: spending, deleting, copying? (yes/no, Enter: yes) ")?;
        let harm_now = harm.is_empty()
            || yes_or_no(&harm).map_err(|_| {
                Failure::new(
                    "the answer was neither yes nor no",
                    "press p and answer again; nothing was planned",
                )
            })?;
        let request = ContainRequest {
            seeds,
            case: self.arguments.case.clone(),
            logs: self.local_logs(),
            harm_now: Some(harm_now),
            access: self.access(),
            ..ContainRequest::default()
        };
        contain::run(&request, self.console).map(drop)
    }

    fn apply(&self, plan: &str) -> Result<(), Failure> {
        let kept = Kept::read(&self.arguments.case, Some(plan))?;
        let account = self.approved(&kept)?;
        let losses = kept
            .plan
            .steps
            .iter()
            .filter_map(|step| step.change.loses.as_deref());
        let losses = losses.collect::<Vec<_>>().join("; ");
        let second = if losses.is_empty() {
            None
        } else {
            Some(self.keys.ask(&format!(
                "Can't be undone: {}.\nName of the second person who approves: ",
                shown(&losses, 500)
            ))?)
        };
        let PlanDigest(digest) = kept.digest;
        let request = ApplyRequest {
            plan: digest.clone(),
            case: self.arguments.case.clone(),
            approve: Some(digest),
            account: Some(account),
            second,
            access: self.access(),
            ..ApplyRequest::default()
        };
        apply::run(&request, self.console).map(drop)
    }

    /// Shows the changes and asks for the account id: typing it is the approval.
    fn approved(&self, kept: &Kept) -> Result<String, Failure> {
        output::data(|out| {
            writeln!(out, "Plan {}:", kept.digest.short())?;
            for step in &kept.plan.steps {
                let lead = format!("{:>4}  ", step.number);
                let does = shown(&step.change.does, 200);
                out.write_all(output::wrapped(&does, &lead, "      ", self.console.width).as_bytes())?;
            }
            writeln!(
                out,
                "\nReasons, side effects and undo of each: stanch plan show {}",
                kept.digest.short()
            )
        })?;
        let account = shown(kept.plan.account.as_str(), 20);
        self.keys.ask(&format!(
            "Type the account id to approve and apply it ({account}; Enter: not now): "
        ))
    }

    fn watch(&self) -> Result<(), Failure> {
        let minutes = self.keys.ask(&format!(
            "Minutes (Enter: {MINUTES}; 4320 recommended, in a second terminal): "
        ))?;
        let minutes = if minutes.is_empty() {
            MINUTES
        } else {
            minutes.parse().map_err(|_| {
                Failure::new(
                    format!("{} is not a number of minutes", shown(&minutes, 40)),
                    "press n and answer again",
                )
            })?
        };
        let keep_up = self
            .keys
            .ask("Re-apply at once what someone reverts, as approved? (yes/no, Enter: yes) ")?;
        let request = WatchRequest {
            case: self.arguments.case.clone(),
            minutes,
            every: 60,
            trail: None,
            keep_up: !keep_up.starts_with('n'),
            access: self.access(),
        };
        watch::run(&request, self.console).map(drop)
    }
}

/// Reads the principals that a person typed.
fn seeds(text: &str) -> Result<Seeds, Failure> {
    let mut seeds = Seeds {
        all: text.is_empty(),
        ..Seeds::default()
    };
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (kind, name) = part.split_once(' ').unwrap_or((part, ""));
        let list = match kind {
            "key" => &mut seeds.keys,
            "user" => &mut seeds.users,
            "role" => &mut seeds.roles,
            "session" => &mut seeds.sessions,
            "instance" => &mut seeds.instances,
            "ip" => &mut seeds.addresses,
            "finding" => &mut seeds.findings,
            _ => {
                return Err(Failure::new(
                    format!("{} names no principal", shown(part, 80)),
                    "write it like: user mallory, key AKIA…",
                ));
            }
        };
        list.push(name.trim().to_owned());
    }
    Ok(seeds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_named_by_kind_and_name() {
        let named = seeds("user mallory, key AKIAQNZGKIQY56JQ7WML").unwrap();
        assert!(!named.all);
        assert_eq!(named.users, ["mallory"]);
        assert_eq!(named.keys, ["AKIAQNZGKIQY56JQ7WML"]);
        assert!(seeds("").unwrap().all);
        assert!(seeds("mallory").is_err());
    }
}
