//! Identities and resources that are listed as related: others at the same IP addresses, and malicious findings that no exact
//! evidence links to a compromised identity.
//!
//! It must not add anything to what the plan touches.

use stanch_core::arn::one_name;
use stanch_core::assessment::{AccountFinding, FindingVerdict};
use stanch_core::dossier::Derivation;
use stanch_core::plan::Evidence;
use stanch_core::text::shown;

use super::WORDS;
use super::closure::Closure;

/// The most identities listed for one IP address.
const AT_ADDRESS: usize = 20;
/// The most IP addresses that are looked up.
const ADDRESSES: usize = 50;

impl Closure<'_, '_> {
    /// Lists other identities that called from the IP addresses of compromised credentials.
    pub(super) fn same_addresses(&mut self) {
        for address in std::mem::take(&mut self.addresses).into_iter().take(ADDRESSES) {
            let Some(dossier) = (self.situation.who)(&address) else {
                continue;
            };
            for subject in dossier.subjects.into_iter().take(AT_ADDRESS) {
                let mut ancestors = subject.ancestors.iter();
                let owner = ancestors.find(|relative| relative.how == Derivation::Belongs);
                let is_known = owner.is_some_and(|owner| self.scope.is_compromised(&one_name(&owner.id)));
                if !is_known {
                    let why = format!(
                        "it called from {}, as a compromised credential did; an IP address can be shared, so check who uses it",
                        shown(&address, 60)
                    );
                    self.mention(&subject.id, why);
                }
            }
        }
    }

    /// Lists malicious findings that are not linked to a compromised identity.
    pub(super) fn other_malicious(&mut self) {
        let assessment = self.situation.assessment.into_iter();
        let findings = assessment.flat_map(|assessment| &assessment.findings);
        let others: Vec<&AccountFinding> = findings
            .filter(|finding| finding.verdict == FindingVerdict::Malicious)
            .filter(|finding| finding.resource.account == self.situation.account.id)
            .filter(|finding| !self.is_linked(finding) && !self.is_named(finding))
            .collect();
        for finding in others {
            let id = one_name(&finding.resource.id);
            if !self.scope.identities.contains_key(&id) {
                let why = format!(
                    "malicious, but no exact evidence links it to this attack; to contain it, plan with --finding {} ({})",
                    shown(&finding.id, 40),
                    shown(&finding.summary, WORDS)
                );
                self.scope.mention_malicious(&id, why);
            }
        }
    }

    fn is_linked(&self, finding: &AccountFinding) -> bool {
        finding.makers().any(|event| {
            let key = event.access_key.as_deref();
            key.is_some_and(|key| self.scope.is_compromised(key))
                || self.scope.is_compromised(&one_name(&event.principal.key))
        })
    }

    fn is_named(&self, finding: &AccountFinding) -> bool {
        let evidence = Evidence::Finding(finding.id.clone());
        let mut resources = self.scope.resources.values();
        resources.any(|affected| affected.why.evidence.contains(&evidence))
    }
}
