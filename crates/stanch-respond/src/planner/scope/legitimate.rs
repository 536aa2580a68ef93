//! Legitimate users, of whom the attacker has some credentials and not the others: the stolen ones are disabled, and the user
//! keeps working.
//!
//! In doubt a user is not legitimate: it is denied unless some of its credentials are certainly not the attacker's. It must
//! not draft anything.

use stanch_core::CredentialId;
use stanch_core::arn::one_name;
use stanch_core::assessment::{AccountFinding, FindingVerdict, MadeBy};
use stanch_core::dossier::SubjectKind;
use stanch_core::plan::Impact;
use stanch_core::text::shown;

use super::inventory::Inventory;
use super::{Basis, CompromisedIdentity, Scope};
use crate::about::OtherCredential;
use crate::planner::situation::Situation;

/// Returns whether a user in the scope is a legitimate one: it is there as the owner of a credential alone, has an active key
/// and a password that are not compromised, and no other credential of it did anything malicious in itself.
pub(in crate::planner) fn is_legitimate(
    id: &str,
    identity: &CompromisedIdentity,
    situation: &Situation<'_>,
    inventory: &Inventory<'_>,
    scope: &Scope,
) -> bool {
    identity.kind == SubjectKind::User
        && identity.basis == Basis::Owner
        && other_keys(id, inventory, scope).next().is_some()
        && !scope.is_compromised(&CredentialId::password(id).to_string())
        && !is_malicious(id, situation, scope)
}

/// Returns a user's active access keys that are not compromised, and when each was last used, where that is known.
pub(in crate::planner) fn other_keys<'s>(
    id: &str,
    inventory: &'s Inventory<'_>,
    scope: &'s Scope,
) -> impl Iterator<Item = (&'s str, Option<&'s str>)> {
    let record = inventory.principals.get(id);
    let keys = record.into_iter().flat_map(|record| &record.keys);
    keys.filter(|(key, record)| record.is_active && !scope.is_compromised(key))
        .map(|(key, record)| (key.as_str(), record.last_used.as_deref()))
}

/// Returns whether a finding speaks against the user beyond the compromised credentials. A finding that is malicious only
/// because of its creator does not count: the creator may be called so for what the stolen credential did.
fn is_malicious(id: &str, situation: &Situation<'_>, scope: &Scope) -> bool {
    let in_itself = |finding: &&AccountFinding| {
        finding.verdict == FindingVerdict::Malicious && finding.because.is_empty()
    };
    let assessment = situation.assessment.into_iter();
    let findings = assessment.flat_map(|assessment| &assessment.findings);
    findings.filter(in_itself).any(|finding| match &finding.made_by {
        MadeBy::Event(event) if one_name(&event.principal.key) == id => {
            let key = event.access_key.as_deref();
            !key.is_some_and(|key| scope.is_compromised(key))
        }
        _ => {
            let is_of_a_credential = finding
                .handles
                .iter()
                .any(|handle| scope.is_compromised(handle.id()));
            one_name(&finding.resource.id) == id && !is_of_a_credential
        }
    })
}

/// Returns the impact of revoking a legitimate user's sessions.
pub(in crate::planner) fn impact(id: &str, inventory: &Inventory<'_>, scope: &Scope) -> Vec<Impact> {
    let of_key = |(key, used): (&str, Option<&str>)| {
        let used = used.map_or_else(
            || "no use of it is known".to_owned(),
            |last| format!("last used at {}", shown(last, 40)),
        );
        Impact::in_use(format!(
            "Sessions opened with its other access key {} must be requested again; the key itself keeps working ({used})",
            shown(key, 40)
        ))
    };
    let mut impact: Vec<Impact> = other_keys(id, inventory, scope).map(of_key).collect();
    let record = inventory.principals.get(id);
    if record.is_some_and(|record| record.has(OtherCredential::Password)) {
        impact.push(Impact::in_use(
            "People signed in to the console as this user must sign in again",
        ));
    }
    if let Some(manager) = record.and_then(|record| record.managed_by.as_ref()) {
        impact.push(Impact::restored_by(manager.as_str()));
    }
    impact
}
