//! Plans: documents that are kept under the digest of their bytes, never change, and are approved by that digest.
//!
//! It must not know what a plan does. All it reads of one is for which account it is.

use std::collections::BTreeMap;

use serde_json::Value;
use stanch_core::Timestamp;
use stanch_core::plan::PlanDigest;
use stanch_core::snapshot::canonical;
use stanch_core::text::bounded;

use crate::artefact;
use crate::atomic;
use crate::case::{Case, artefact_of};
use crate::digest::Digest;
use crate::entry::{Approval, Entry};
use crate::error::CaseError;
use crate::journal::Ledger;
use crate::layout::{Layout, plan_path};
use crate::run_state::PlanState;

const NAME_LIMIT: usize = 200;

impl Case {
    /// Keeps a plan in its canonical form, and tells under which digest. One that is kept already is checked and not
    /// written again.
    ///
    /// # Errors
    /// When the bytes are not JSON in canonical form with an account, the disk refuses, or what was kept under that
    /// digest was changed since.
    pub fn keep_plan(&mut self, canonical: &[u8], at: Timestamp) -> Result<PlanDigest, CaseError> {
        account_of(canonical)?;
        let sha256 = Digest::of(canonical);
        let file = artefact_of(plan_path(&sha256), canonical);
        let digest = PlanDigest(sha256.to_string());
        if self.plans().contains_key(&digest) {
            artefact::read(&self.layout, &file)?;
            return Ok(digest);
        }
        let entry = Entry::PlanKept { file };
        self.journal.admit(&entry)?;
        atomic::write_new(&self.layout.staged(&sha256), &[canonical], atomic::SEALED)?;
        self.place(at, &entry)?;
        Ok(digest)
    }

    /// Every plan, by its digest.
    #[must_use]
    pub const fn plans(&self) -> &BTreeMap<PlanDigest, PlanState> {
        &self.journal.state().plans
    }

    /// Reads a plan by its digest or as many of its first digits as tell it from the others, checked against the
    /// digest.
    ///
    /// # Errors
    /// When none or several begin like that, or it was changed since.
    pub fn plan(&self, name: &str) -> Result<(PlanDigest, Vec<u8>), CaseError> {
        read(&self.layout, self.journal.ledger(), name)
    }

    /// Writes down that somebody who saw a plan wants it carried out: the whole digest is named, and the account id as
    /// it was typed. Names are cut at 200 characters.
    ///
    /// # Errors
    /// When there is no such plan or it is for another account, when a name is missing or both are the same, or the
    /// disk refuses.
    pub fn approve(
        &mut self,
        plan: &PlanDigest,
        approval: &Approval,
        at: Timestamp,
    ) -> Result<(), CaseError> {
        if !self.plans().contains_key(plan) {
            let name = plan.to_string();
            return Err(CaseError::NoSuchPlan { name });
        }
        let (_, bytes) = self.plan(plan.as_str())?;
        let (planned, typed) = (account_of(&bytes)?, approval.account.as_str());
        if planned != typed {
            let typed = bounded(typed, NAME_LIMIT);
            return Err(CaseError::WrongAccount { planned, typed });
        }
        let approval = Approval {
            by: bounded(&approval.by, NAME_LIMIT),
            second: approval.second.as_ref().map(|name| bounded(name, NAME_LIMIT)),
            account: approval.account.clone(),
        };
        let plan = plan.clone();
        self.journal.append(at, &Entry::PlanApproved { plan, approval })
    }
}

/// The account that a plan is for; an error unless the bytes are JSON in canonical form.
fn account_of(bytes: &[u8]) -> Result<String, CaseError> {
    let bad = |reason| CaseError::BadPlan { reason };
    let plan: Value = serde_json::from_slice(bytes).map_err(|_| bad("it is no JSON"))?;
    if canonical(&plan).as_bytes() != bytes {
        return Err(bad("it is not in canonical form"));
    }
    let account = plan.get("account").and_then(Value::as_str);
    account
        .map(str::to_owned)
        .ok_or_else(|| bad("it names no account"))
}

/// Reads a plan by the beginning of its digest.
pub(crate) fn read(layout: &Layout, ledger: &Ledger, name: &str) -> Result<(PlanDigest, Vec<u8>), CaseError> {
    let missing = || CaseError::NoSuchPlan {
        name: name.to_owned(),
    };
    if name.is_empty() {
        return Err(missing());
    }
    let from = ledger.state.plans.range(PlanDigest(name.to_owned())..);
    let mut found = from
        .map(|(digest, _)| digest)
        .take_while(|digest| digest.as_str().starts_with(name));
    let digest = found.next().ok_or_else(missing)?;
    if found.next().is_some() {
        let name = name.to_owned();
        return Err(CaseError::AmbiguousPlan { name });
    }
    let sha256 = Digest::parse(digest.as_str()).ok_or_else(missing)?;
    let file = ledger.artefacts.get(&plan_path(&sha256)).ok_or_else(missing)?;
    Ok((digest.clone(), artefact::read(layout, file)?))
}
