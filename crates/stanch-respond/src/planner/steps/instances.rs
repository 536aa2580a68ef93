//! Steps on an EC2 instance: its credentials are denied, evidence of it is saved, and it is isolated from the network.
//!
//! Only instances that the attacker launched are stopped, after snapshots of their volumes; nothing is ever terminated. It must
//! not put anything in order beyond what one instance needs.

use serde_json::Value;
use stanch_core::assessment::Resource;
use stanch_core::plan::{Impact, Order};
use stanch_core::text::shown;

use super::draft::{Draft, Harm, Key};
use super::drafting::{Drafting, name_of};
use crate::planner::scope::inventory::manager_of;
use crate::planner::scope::role_use::roles_of_profiles;
use crate::planner::scope::{Basis, CompromisedIdentity};

/// Drafts the steps on one instance.
pub(in crate::planner) fn instance(
    drafting: &mut Drafting<'_, '_>,
    id: &str,
    identity: &CompromisedIdentity,
) {
    let account = drafting.inventory.account;
    let place = ("ec2", "DescribeInstances", "Reservations[].Instances[]");
    let Some(item) = account.named(place, "InstanceId", id) else {
        drafting.not_contained(
            id,
            "no collected region lists this instance. Collect its region, or check that it was terminated",
        );
        return;
    };
    let state = item.value.pointer("/State/Name").and_then(Value::as_str);
    if matches!(state, Some("terminated" | "shutting-down")) {
        drafting.note(
            id,
            "the instance was terminated; its credentials stay valid until they expire, see the remaining credentials",
        );
        return;
    }
    let instance = Instance {
        value: item.value,
        target: Resource::new(KIND, id, id, &account.id, item.region()),
        identity,
        harm: drafting.harm(id, identity),
        impact: impact(id, identity, item.value),
    };
    let denied = instance.credentials(drafting);
    let copied = instance.preserved(drafting);
    instance.isolated(drafting, &copied);
    if item.value.get("IamInstanceProfile").is_some() {
        let mut remove = instance.draft("instance-profile-remove");
        if let Some(denied) = denied {
            // Denied first: the credentials that it already has stay valid without the profile.
            remove = remove.after(denied, Order::After);
        }
        drafting.drafts.push(remove);
    }
}

const KIND: &str = "ec2-instance";

struct Instance<'m> {
    value: &'m Value,
    target: Resource,
    identity: &'m CompromisedIdentity,
    harm: Harm,
    impact: Vec<Impact>,
}

fn impact(id: &str, identity: &CompromisedIdentity, instance: &Value) -> Vec<Impact> {
    let mut impact = Vec::new();
    if identity.basis != Basis::Created {
        impact.push(Impact::in_use(format!(
            "Workloads on {} lose the network and their AWS credentials",
            shown(id, 40)
        )));
    }
    impact.extend(manager_of(instance).map(Impact::restored_by));
    impact
}

impl Instance<'_> {
    fn draft(&self, action: &'static str) -> Draft {
        let draft = Draft::new(action, self.target.clone(), &self.identity.why, self.harm);
        draft.affecting(self.impact.clone())
    }

    /// Denies the sessions of this instance, and those of no other instance with the same role.
    fn credentials(&self, drafting: &mut Drafting<'_, '_>) -> Option<Key> {
        let id = &self.target.id;
        let profile = self.value.pointer("/IamInstanceProfile/Arn")?.as_str()?;
        let Some(role) = roles_of_profiles(drafting.inventory).remove(profile) else {
            drafting.not_contained(
                id,
                "its credentials are not denied, because the role of its instance profile was not read",
            );
            return None;
        };
        if drafting.exempt.why(&role).is_some() {
            drafting.not_contained(id, "its credentials are not denied, because its role is exempt");
            return None;
        }
        let target = drafting.resource("iam-role", &role, name_of(&role));
        let draft = Draft::new("instance-sessions-deny", target, &self.identity.why, self.harm)
            .apart("instance", id)
            .affecting(self.impact.clone());
        let key = draft.key();
        drafting.drafts.push(draft);
        Some(key)
    }

    /// Saves evidence: the description, termination protection, standby in its Auto Scaling group, snapshots of its volumes. Only
    /// an instance that the attacker launched is stopped.
    fn preserved(&self, drafting: &mut Drafting<'_, '_>) -> Key {
        let record = self.draft("instance-record");
        let is_created = self.identity.basis == Basis::Created;
        let mut protect = self.draft("instance-protect").after(record.key(), Order::After);
        if is_created {
            protect = protect.with("stop-follows", ["yes".to_owned()]);
        }
        let snapshot = self.draft("instance-snapshot").after(protect.key(), Order::After);
        let copied = snapshot.key();
        let mut stop = self.draft("instance-stop").after(copied.clone(), Order::Needs);
        if let Some(group) = tag(self.value, "aws:autoscaling:groupName") {
            let is_stopped = drafting.scope.resources.values().any(|affected| {
                affected.call == "CreateAutoScalingGroup"
                    && affected.region == self.target.region
                    && affected.names.iter().any(|name| name == group)
            });
            if is_created && is_stopped {
                stop = stop
                    .with("kept-by", ["suspend".to_owned()])
                    .with("group", [group.to_owned()]);
            } else {
                let standby = self
                    .draft("instance-standby")
                    .with("group", [group.to_owned()])
                    .after(protect.key(), Order::After);
                stop = stop.after(standby.key(), Order::Needs);
                drafting.drafts.push(standby);
            }
        }
        drafting.drafts.extend([record, protect, snapshot]);
        if is_created {
            drafting.drafts.push(stop);
        }
        copied
    }

    /// Isolates every network interface, in two steps each: tracked connections outlive a change of security groups, so an
    /// interface first gets a group that allows everything, untracked, then one that allows nothing (AWS, "Security group
    /// connection tracking").
    fn isolated(&self, drafting: &mut Drafting<'_, '_>, copied: &Key) {
        let interfaces = self.value.get("NetworkInterfaces").and_then(Value::as_array);
        let target = &self.target;
        let of = |kind: &str, id: &str| Resource::new(kind, id, id, &target.account, &target.region);
        for interface in interfaces.into_iter().flatten() {
            let text = |name: &str| interface.get(name).and_then(Value::as_str).unwrap_or_default();
            let (id, network) = (text("NetworkInterfaceId"), text("VpcId"));
            if id.is_empty() || network.is_empty() {
                continue;
            }
            let groups = ["open", "closed"].map(|variant| {
                let draft = |action| Draft::new(action, of("vpc", network), &self.identity.why, self.harm);
                let create = draft("isolation-group-create").apart("variant", variant);
                let rules = draft("isolation-group-rules").apart("variant", variant);
                let rules = rules.after(create.key(), Order::Needs);
                (create, rules)
            });
            let [open, closed] = &groups;
            let draft =
                |action| Draft::new(action, of("network-interface", id), &self.identity.why, self.harm);
            let opened = draft("interface-open")
                .numbered("open-step", open.0.key(), Order::Needs)
                .after(open.1.key(), Order::Needs)
                .after(copied.clone(), Order::After);
            let shut = draft("interface-close")
                .affecting(self.impact.clone())
                .numbered("closed-step", closed.0.key(), Order::Needs)
                .after(closed.1.key(), Order::Needs)
                .numbered("opened-step", opened.key(), Order::Needs);
            drafting
                .drafts
                .extend(groups.into_iter().flat_map(|(create, rules)| [create, rules]));
            drafting.drafts.extend([opened, shut]);
        }
    }
}

fn tag<'v>(instance: &'v Value, key: &str) -> Option<&'v str> {
    let tags = instance.get("Tags")?.as_array()?;
    let tag = tags
        .iter()
        .find(|tag| tag.get("Key").and_then(Value::as_str) == Some(key))?;
    tag.get("Value")?.as_str()
}
