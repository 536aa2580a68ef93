//! Creator of a finding's resource: the last logged change that names it.
//!
//! A resource is identified by account, region, service and name: a resource of the same name elsewhere is another one. It
//! must not judge.

use stanch_core::assessment::AccountFinding;
use stanch_core::unique_id;

use super::presence;
use crate::IdMap;
use crate::changes::{LoggedChange, LoggedChanges};
use crate::services::is_global;
use stanch_aws_facts::services::is_same;

/// API calls that create or change what each check reports, by check.
pub(crate) type CallsByCheck = std::collections::BTreeMap<&'static str, &'static [&'static str]>;

/// Changes by the names of their resources.
pub(super) struct Makers<'a> {
    pub(super) logged: &'a LoggedChanges,
    calls: &'a CallsByCheck,
    by_name: IdMap<Vec<usize>>,
}

impl<'a> Makers<'a> {
    pub(super) fn of(logged: &'a LoggedChanges, calls: &'a CallsByCheck) -> Self {
        let mut by_name: IdMap<Vec<usize>> = IdMap::default();
        for (place, change) in logged.changes.iter().enumerate() {
            for name in &change.names {
                by_name.entry(name.clone()).or_default().push(place);
            }
        }
        Self {
            logged,
            calls,
            by_name,
        }
    }

    /// Returns the last change of the resource, or of a part of it that the finding has as a handle.
    pub(super) fn last(&self, finding: &AccountFinding) -> Option<&'a LoggedChange> {
        let changes = self.fitting(finding).into_iter();
        changes
            .max_by_key(|(fitness, place, change)| (*fitness, change.event.time, change.event.event, *place))
            .map(|(_, _, change)| change)
    }

    /// Returns the last event that created the resource: whoever changed it since did not create it.
    pub(super) fn creation(&self, finding: &AccountFinding) -> Option<&'a LoggedChange> {
        let creates = |change: &LoggedChange| {
            let mut verbs = presence::CREATING_VERBS.iter();
            verbs.any(|verb| change.kind.starts_with(verb))
        };
        let changes = self.fitting(finding).into_iter();
        changes
            .filter(|((_, names_it), _, change)| *names_it && creates(change))
            .map(|(_, _, change)| change)
            .max_by_key(|change| (change.event.time, change.event.event))
    }

    /// Returns the changes of the resource, with their fitness and place.
    fn fitting(&self, finding: &AccountFinding) -> Vec<((bool, bool), usize, &'a LoggedChange)> {
        let mut found = Vec::new();
        let Some(service) = finding.evidence.first().map(|citation| &citation.service) else {
            return found;
        };
        let resource = &finding.resource;
        let parts = finding.handles.iter().filter(|handle| handle.is_unique());
        let named = [resource.id.as_str(), resource.name.as_str()]
            .into_iter()
            .chain(parts.map(stanch_core::finding::Handle::id));
        for name in named {
            for place in self.by_name.get(name).into_iter().flatten() {
                let change = &self.logged.changes[*place];
                let is_here =
                    change.region == resource.region || is_unique(name) || is_global(change.service.as_str());
                if change.removed
                    || change.account != resource.account
                    || !is_here
                    || !is_same(change.service.as_str(), service.as_str())
                {
                    continue;
                }
                if let Some(fitness) = self.fitness(change, finding) {
                    found.push((fitness, *place, change));
                }
            }
        }
        found
    }

    /// Returns how well a change fits as the origin of a finding: true where it is one of the check's calls, true where it
    /// names the very resource; `None` where it created another resource. It depends on the change alone: compared with
    /// other changes, the creator would depend on how complete the log is.
    fn fitness(&self, change: &LoggedChange, finding: &AccountFinding) -> Option<(bool, bool)> {
        let is_part = |name: &String| {
            finding
                .handles
                .iter()
                .any(|handle| handle.is_unique() && handle.id() == name)
        };
        let names_it = change
            .names
            .iter()
            .any(|name| *name == finding.resource.id || is_part(name));
        let creates = change.kind.starts_with("Create");
        // Resources of two types may share a name: a call that created a resource with an own id created no other.
        if creates && !names_it && change.names.iter().any(|name| is_unique(name)) {
            return None;
        }
        let calls = self.calls.get(finding.check.as_str());
        let is_its_call = calls.is_some_and(|calls| calls.contains(&change.kind.as_str()));
        Some((is_its_call, names_it || !creates))
    }
}

/// Returns true if no two resources have the name: an ARN, or one of AWS's unique ids.
pub(super) fn is_unique(name: &str) -> bool {
    name.starts_with("arn:") || unique_id::meaning(name).is_some()
}
