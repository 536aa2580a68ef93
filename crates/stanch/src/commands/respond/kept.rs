//! Plans and runs that a case keeps.
//!
//! It must not send anything.

use std::collections::BTreeSet;
use std::path::Path;

use stanch_case::{Case, CaseView, Declaration, DeclarationKind, Entry};
use stanch_core::{Plan, PlanDigest};
use stanch_engine::History;

use crate::error::Failure;

/// A plan and its digest.
pub(crate) struct Kept {
    pub(crate) digest: PlanDigest,
    pub(crate) plan: Plan,
}

impl Kept {
    /// The plan of a name (its digest or the beginning of it), or the last of the case.
    pub(crate) fn of(view: &CaseView, named: Option<&str>) -> Result<Self, Failure> {
        let name = match named {
            Some(name) => name.to_owned(),
            None => last(view)?,
        };
        let (digest, bytes) = view.plan(&name)?;
        let plan: Plan = serde_json::from_slice(&bytes).map_err(|error| {
            Failure::because(
                format!("plan {} can't be understood", digest.short()),
                &error,
                "use the Stanch version that made it, or plan again: stanch contain",
            )
        })?;
        Ok(Self { digest, plan })
    }

    /// As [`Self::of`], of a case that is not open.
    pub(crate) fn read(case: &Path, named: Option<&str>) -> Result<Self, Failure> {
        Self::of(&Case::open_read_only(case)?, named)
    }
}

/// The plan that was kept last.
fn last(view: &CaseView) -> Result<String, Failure> {
    let kept = view.lines()?.into_iter().rev().find_map(|line| match line.entry {
        Entry::PlanKept { file } => Some(file.sha256.to_string()),
        _ => None,
    });
    kept.ok_or_else(|| {
        Failure::new(
            format!("{} has no plan", view.dir().display()),
            format!("make one: stanch contain --case {}", view.dir().display()),
        )
    })
}

/// Ids of vendors and known-good entries that are declared now and were not when the case kept a plan. The planner leaves both
/// alone; responders and break-glass principals have a lint rule of their own.
pub(crate) fn declared_later(view: &CaseView, digest: &PlanDigest) -> Result<Vec<String>, Failure> {
    let is_plan =
        |entry: &Entry| matches!(entry, Entry::PlanKept { file } if file.sha256.to_string() == digest.0);
    let lines = view.lines()?;
    let Some(place) = lines.iter().rposition(|line| is_plan(&line.entry)) else {
        return Ok(Vec::new());
    };
    let mut known = BTreeSet::new();
    for line in lines.into_iter().take(place) {
        match line.entry {
            Entry::Declared { declaration, .. } => known.insert(named(&declaration)),
            Entry::Withdrawn { declaration, .. } => known.remove(&named(&declaration)),
            _ => false,
        };
    }
    let now = view.declarations();
    let vendors = now.of_kind(DeclarationKind::Vendor);
    let added = vendors
        .chain(now.of_kind(DeclarationKind::KnownGood))
        .map(|declared| named(&declared.declaration))
        .filter(|declared| !known.contains(declared));
    Ok(added.map(|(_, id)| id).collect())
}

fn named(declaration: &Declaration) -> (DeclarationKind, String) {
    (declaration.kind(), declaration.id().to_owned())
}

/// The run that continues with a plan: the last of it that was not undone, or a new one.
pub(crate) fn run_of(view: &CaseView, digest: &PlanDigest) -> (String, bool) {
    let mut of_plan = view.runs().iter().filter(|(_, run)| run.plan == *digest);
    let open = of_plan.clone().rfind(|(_, run)| !run.undo);
    if let Some((id, _)) = open {
        return (id.clone(), true);
    }
    let count = of_plan.by_ref().count() + 1;
    (format!("{}-{count}", digest.short()), false)
}

/// A run by its id, or by the plan that it carried out.
pub(crate) fn run_named(view: &CaseView, name: &str) -> Result<String, Failure> {
    if view.runs().contains_key(name) {
        return Ok(name.to_owned());
    }
    let (digest, _) = view.plan(name).map_err(|_| {
        Failure::new(
            format!("{} has no run or plan {name}", view.dir().display()),
            format!("list them: stanch plan list --case {}", view.dir().display()),
        )
    })?;
    let found = view.runs().iter().rfind(|(_, run)| run.plan == digest);
    found.map(|(id, _)| id.clone()).ok_or_else(|| {
        Failure::new(
            format!("plan {} was never applied", digest.short()),
            "there is nothing to undo",
        )
    })
}

/// Returns the state of a run from its lines; empty for a run that has not started.
pub(crate) fn history(view: &CaseView, run: &str) -> Result<History, Failure> {
    if !view.runs().contains_key(run) {
        return Ok(History::default());
    }
    let lines = view.run_lines(run)?;
    Ok(History::of(lines.iter().map(|(at, line)| (*at, line))))
}
