//! Does what comes next, by the same functions as the verbs. It must not do anything that a verb does not.

use stanch_case::Case;
use stanch_core::plan::PlanDigest;
use stanch_core::text::shown;
use stanch_respond::playbook::guided;
use stanch_respond::playbook::{Act, Facts};

use super::super::kept::Kept;
use super::super::{apply, contain, situation, watch};
use super::Walk;
use crate::arguments::{
    ApplyArguments, AssessArguments, AssessFormat, CollectArguments, ContainArguments, HuntArguments,
    SeedArguments, TableArguments, WatchArguments,
};
use crate::commands::{assess, aws, hunt};
use crate::error::Failure;
use crate::format::Format;
use crate::output;

/// How long a watch lasts that nobody says otherwise of, in minutes.
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
            .ask("Logs: a folder, a file or s3://BUCKET/PREFIX (Enter: pull what CloudTrail keeps): ")?;
        let is_live = named.is_empty();
        if !is_live {
            self.logs = vec![named.into()];
        }
        let arguments = HuntArguments {
            inputs: if is_live { Vec::new() } else { self.logs.clone() },
            live: is_live,
            since: None,
            until: None,
            accounts: Vec::new(),
            org: false,
            role_name: None,
            case: Some(self.arguments.case.clone()),
            no_store: false,
            tables: TableArguments::default(),
            format: Format::Text,
            outputs: Vec::new(),
            clobber: false,
            threads: None,
            now: None,
            access: self.arguments.access.clone(),
        };
        hunt::run(&arguments, self.console).map(drop)
    }

    fn collect(&self) -> Result<(), Failure> {
        let arguments = CollectArguments {
            case: self.arguments.case.clone(),
            accounts: Vec::new(),
            org: false,
            role_name: None,
            only: Vec::new(),
            everything: false,
            time_budget: None,
            fresh: false,
            yes: true,
            json: false,
            access: self.arguments.access.clone(),
        };
        aws::collect::run(&arguments, self.console).map(drop)
    }

    fn assess(&self, facts: &Facts) -> Result<(), Failure> {
        let arguments = AssessArguments {
            snapshot: None,
            case: self.arguments.case.clone(),
            logs: self.local_logs(),
            no_logs: false,
            known_good: None,
            vendors: None,
            format: AssessFormat::Text,
            outputs: Vec::new(),
            clobber: false,
        };
        assess::run(&arguments, self.console)?;
        if let Some(snapshot) = &facts.snapshot {
            let now = situation::now();
            Case::open(&self.arguments.case, now)?.record_assessment(&snapshot.id, now)?;
        }
        Ok(())
    }

    /// Logs on this disk: what lies in S3 was hunted through, and is in the case.
    fn local_logs(&self) -> Vec<std::path::PathBuf> {
        let logs = self.logs.iter();
        logs.filter(|path| !hunt::is_remote(path)).cloned().collect()
    }

    fn contain(&self) -> Result<(), Failure> {
        let whom = self.keys.ask(
            "Whom (Enter: everybody who is held for hostile; or: key AKIA…, user NAME, role NAME,\nsession ASIA…, instance i-…, finding ID): ",
        )?;
        let seeds = seeds(&whom)?;
        let harm = self
            .keys
            .ask("Is harm going on now: spending, deleting, copying? (yes/no, Enter: yes) ")?;
        let harm_now = match harm.as_str() {
            "" | "yes" | "y" => true,
            "no" | "n" => false,
            _ => {
                return Err(Failure::new(
                    "that was neither yes nor no",
                    "press p and answer again; nothing was planned",
                ));
            }
        };
        let arguments = ContainArguments {
            seeds,
            case: self.arguments.case.clone(),
            snapshot: None,
            logs: self.local_logs(),
            harm_now: Some(harm_now),
            exempt: Vec::new(),
            json: false,
            access: self.arguments.access.clone(),
        };
        contain::run(&arguments, self.console).map(drop)
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
                "Lost for good: {}.\nName of the second person who approves: ",
                shown(&losses, 500)
            ))?)
        };
        let PlanDigest(digest) = kept.digest;
        let arguments = ApplyArguments {
            plan: digest.clone(),
            case: self.arguments.case.clone(),
            dry_run: false,
            approve: Some(digest),
            account: Some(account),
            second,
            json: false,
            access: self.arguments.access.clone(),
        };
        apply::run(&arguments, self.console).map(drop)
    }

    /// Shows what would be done, and has the account's number typed: that is the approval.
    fn approved(&self, kept: &Kept) -> Result<String, Failure> {
        output::data(|out| {
            writeln!(out, "Plan {} does:", kept.digest.short())?;
            for step in &kept.plan.steps {
                writeln!(out, "{:>4}  {}", step.number, shown(&step.change.does, 200))?;
            }
            writeln!(
                out,
                "\nstanch plan show {} tells each with its reason, what it breaks and its undo.",
                kept.digest.short()
            )
        })?;
        let account = shown(kept.plan.account.as_str(), 20);
        self.keys.ask(&format!(
            "Type the account's number to approve it ({account}; Enter: not now): "
        ))
    }

    fn watch(&self) -> Result<(), Failure> {
        let minutes = self.keys.ask(&format!(
            "How many minutes (Enter: {MINUTES}; 4320 are recommended, in a terminal of their own): "
        ))?;
        let minutes = if minutes.is_empty() {
            MINUTES
        } else {
            minutes.parse().map_err(|_| {
                Failure::new(
                    format!("{} is no number of minutes", shown(&minutes, 40)),
                    "press n and answer again",
                )
            })?
        };
        let keep_up = self
            .keys
            .ask("Put back at once what somebody strips, as approved? (yes/no, Enter: yes) ")?;
        let arguments = WatchArguments {
            case: self.arguments.case.clone(),
            minutes,
            every: 60,
            trail: None,
            keep_up: !keep_up.starts_with('n'),
            json: false,
            access: self.arguments.access.clone(),
        };
        watch::run(&arguments, self.console).map(drop)
    }
}

/// Whom a person named.
fn seeds(text: &str) -> Result<SeedArguments, Failure> {
    let mut seeds = SeedArguments {
        all: text.is_empty(),
        ..SeedArguments::default()
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
                    format!("{} names nobody", shown(part, 80)),
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
