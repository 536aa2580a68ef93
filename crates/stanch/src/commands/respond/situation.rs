//! What a plan is made from, gathered: the account as a snapshot of the case has it, what was judged of it, what the logs tell.
//!
//! It must not plan.

use std::path::{Path, PathBuf};

use stanch_assess::Made;
use stanch_case::{Case, CaseView};
use stanch_collect::snapshot::Wanted;
use stanch_collect::{CollectError, Snapshot, regions};
use stanch_core::ports::Clock as _;
use stanch_core::text::shown;
use stanch_core::verdict::Story;
use stanch_core::{AccountId, Assessment, CallOutcome, Finding, Reading, Timestamp};
use stanch_iam::Principals;
use stanch_respond::Account;
use stanch_respond::planner::{principals, responder_chain};

use super::Responder;
use crate::clock::SystemClock;
use crate::commands::who::Relative;
use crate::commands::{assess, known, report, snapshots};
use crate::error::Failure;
use crate::output::Console;

/// The account as a snapshot has it.
pub(crate) struct Read {
    pub(crate) snapshot: Snapshot,
    pub(crate) account: Account,
    /// When it was read.
    pub(crate) at: Timestamp,
}

impl Read {
    /// One account of a snapshot of a case.
    pub(crate) fn of(case: &Path, named: Option<&Path>, id: &str, partition: &str) -> Result<Self, Failure> {
        let snapshot = match named {
            Some(named) => snapshots::named(case, named)?,
            None => snapshots::last_state(case).ok_or_else(|| {
                Failure::new(
                    format!("{} has no snapshot of the account", case.display()),
                    format!("take one first: stanch collect --case {}", case.display()),
                )
            })?,
        };
        let id = AccountId::from(id);
        let manifest = snapshot.manifest();
        if !manifest.scope.accounts.iter().any(|scope| scope.account == id) {
            let what = format!(
                "the snapshot {} is not of account {}",
                shown(&manifest.id, 80),
                shown(id.as_str(), 20)
            );
            return Err(Failure::new(
                what,
                "collect this account: stanch collect; check which it is: stanch whoami",
            ));
        }
        let readings = snapshot
            .readings(&Wanted::default().account(&id))
            .map_err(|error| unread(&error))?;
        let at = manifest.ended.unwrap_or(manifest.started);
        let home = regions::home_region(partition);
        Ok(Self {
            account: Account::new(&id, partition, &home, readings),
            snapshot,
            at,
        })
    }

    /// ARNs of those who surely administer the account; none where that can't be reckoned.
    pub(crate) fn administrators(&self) -> Option<Vec<String>> {
        let details: Vec<&Reading> = self
            .account
            .readings("iam", "GetAccountAuthorizationDetails")
            .collect();
        let is_whole =
            !details.is_empty() && details.iter().all(|reading| reading.outcome == CallOutcome::Ok);
        if !is_whole {
            return None;
        }
        let mut principals = Principals::of(self.account.id.as_str());
        for reading in details {
            principals.add_details(&reading.body);
        }
        Some(principals.finished().administrators().certain)
    }
}

fn unread(error: &CollectError) -> Failure {
    Failure::because(
        "the snapshot can't be read",
        error,
        "take a new one: stanch collect --fresh",
    )
}

/// Assessment, findings of the hunt and lineage.
pub(crate) struct Told<'t> {
    pub(crate) assessment: Assessment,
    /// Resources that each principal and credential created or changed.
    pub(crate) made: Made,
    /// Attacks that the hunt found.
    pub(crate) stories: Vec<Story>,
    pub(crate) detections: Vec<Finding>,
    pub(crate) relative: Relative<'t>,
    /// Logs that were not read in full.
    pub(crate) problems: u64,
}

impl<'t> Told<'t> {
    pub(crate) fn of(
        case: &'t Path,
        logs: &'t [PathBuf],
        snapshot: &'t Snapshot,
        console: &Console,
    ) -> Result<Self, Failure> {
        let (acts, problems) = assess::acts(case, logs, false, console)?;
        let (assessment, made) = assess::judged_for_plan(snapshot, known::of_case(case)?, acts)?;
        let (detections, stories) = report::of_case(case).map_or_else(
            |_| (Vec::new(), Vec::new()),
            |analysis| (analysis.findings, analysis.verdict.stories),
        );
        Ok(Self {
            assessment,
            made,
            detections,
            stories,
            relative: Relative::new(case, logs, Some(snapshot)),
            problems,
        })
    }
}

/// Returns what the responder's credentials are derived from, as ARNs: by the caller, the case and the logs.
pub(crate) fn chain(
    responder: &Responder,
    view: &CaseView,
    account: &Account,
    relative: Option<&Relative<'_>>,
) -> Vec<String> {
    let dossier = relative.and_then(|relative| relative.of(&responder.key));
    let declarations = view.declarations();
    responder_chain(
        &responder.caller.arn,
        declarations.responders(),
        dossier.as_ref(),
        account,
    )
}

/// The case's break-glass principals, as ARNs where the account knows them.
pub(crate) fn break_glass(view: &CaseView, account: &Account) -> Vec<String> {
    let declarations = view.declarations();
    let named = declarations.break_glass();
    named.flat_map(|name| principals(name, account)).collect()
}

/// Opens a case for reading, or says how to make one.
pub(crate) fn case(dir: &Path) -> Result<CaseView, Failure> {
    Ok(Case::open_read_only(dir)?)
}

/// Now.
pub(crate) fn now() -> Timestamp {
    SystemClock::new(None).now()
}
