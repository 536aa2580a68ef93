//! What is done about a machine: its credentials are denied, everything of it is kept, it is cut off from the network.
//!
//! Only machines that an intruder launched are stopped, after their volumes are copied; nothing is ever terminated. It must
//! not put anything in order beyond what one machine needs.

use serde_json::Value;
use stanch_core::assessment::Resource;
use stanch_core::plan::Order;
use stanch_core::text::shown;

use super::PUT_BACK;
use super::consumers::roles_of_profiles;
use super::draft::{Draft, Harm, Key};
use super::identities::{Drafting, name_of};
use super::reach::{Held, Hold};
use super::state::stack_of;

/// One machine.
pub(super) fn instance(drafting: &mut Drafting<'_, '_>, id: &str, held: &Held) {
    let account = drafting.state.account;
    let place = ("ec2", "DescribeInstances", "Reservations[].Instances[]");
    let Some(item) = account.named(place, "InstanceId", id) else {
        drafting.leave(
            id,
            "the machine is in no reply about this account: collect its region, or it is gone",
        );
        return;
    };
    let state = item.value.pointer("/State/Name").and_then(Value::as_str);
    if matches!(state, Some("terminated" | "shutting-down")) {
        drafting.leave(
            id,
            "the machine was terminated: its credentials work until they expire, see what survives",
        );
        return;
    }
    let machine = Machine {
        value: item.value,
        target: Resource::new(KIND, id, id, &account.id, item.region()),
        held,
        harm: drafting.harm(id, held),
        breaks: breaks(id, held, item.value),
    };
    let denied = machine.credentials(drafting);
    let copied = machine.kept(drafting);
    machine.isolated(drafting, &copied);
    if item.value.get("IamInstanceProfile").is_some() {
        let mut remove = machine.draft("instance-profile-remove");
        if let Some(denied) = denied {
            // Denied first: the credentials that it already has live on without the profile.
            remove = remove.after(denied, Order::After);
        }
        drafting.drafts.push(remove);
    }
}

const KIND: &str = "ec2-instance";

struct Machine<'m> {
    value: &'m Value,
    target: Resource,
    held: &'m Held,
    harm: Harm,
    breaks: Vec<String>,
}

fn breaks(id: &str, held: &Held, machine: &Value) -> Vec<String> {
    let mut breaks = Vec::new();
    if held.hold != Hold::Made {
        breaks.push(format!("what runs on {} is cut off", shown(id, 40)));
    }
    breaks.extend(stack_of(machine).map(|stack| format!("made by {stack}{PUT_BACK}")));
    breaks
}

impl Machine<'_> {
    fn draft(&self, action: &'static str) -> Draft {
        let draft = Draft::new(action, self.target.clone(), &self.held.why, self.harm);
        draft.with("breaks", self.breaks.clone())
    }

    /// Its sessions are denied, and those of no other machine with the same role.
    fn credentials(&self, drafting: &mut Drafting<'_, '_>) -> Option<Key> {
        let id = &self.target.id;
        let profile = self.value.pointer("/IamInstanceProfile/Arn")?.as_str()?;
        let Some(role) = roles_of_profiles(drafting.state).remove(profile) else {
            drafting.leave(
                id,
                "NOT CONTAINED in full: the role of its instance profile was not read, so its credentials are not denied",
            );
            return None;
        };
        if drafting.exempt.why(&role).is_some() {
            drafting.leave(
                id,
                "NOT CONTAINED in full: its role is one that nothing may touch, so its credentials are not denied",
            );
            return None;
        }
        let target = drafting.resource("iam-role", &role, name_of(&role));
        let draft = Draft::new("instance-sessions-deny", target, &self.held.why, self.harm)
            .apart("instance", id)
            .with("breaks", self.breaks.clone());
        let key = draft.key();
        drafting.drafts.push(draft);
        Some(key)
    }

    /// Everything of it is kept: written down, protected, out of the hands of what would end it, its volumes copied. Only a
    /// machine that an intruder launched is stopped.
    fn kept(&self, drafting: &mut Drafting<'_, '_>) -> Key {
        let record = self.draft("instance-record");
        let is_made = self.held.hold == Hold::Made;
        let mut protect = self.draft("instance-protect").after(record.key(), Order::After);
        if is_made {
            protect = protect.with("stop-follows", ["yes".to_owned()]);
        }
        let snapshot = self.draft("instance-snapshot").after(protect.key(), Order::After);
        let copied = snapshot.key();
        let mut stop = self.draft("instance-stop").after(copied.clone(), Order::Needs);
        if let Some(group) = tag(self.value, "aws:autoscaling:groupName") {
            let is_stopped = drafting.reach.things.values().any(|thing| {
                thing.call == "CreateAutoScalingGroup" && thing.names.iter().any(|name| name == group)
            });
            if is_made && is_stopped {
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
        if is_made {
            drafting.drafts.push(stop);
        }
        copied
    }

    /// Every interface, in two steps each: connections that are tracked outlive a change of groups, so an interface first
    /// gets a group that lets everything through untracked, then one that lets nothing through (AWS, "Security group
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
                let draft = |action| Draft::new(action, of("vpc", network), &self.held.why, self.harm);
                let create = draft("isolation-group-create").apart("variant", variant);
                let rules = draft("isolation-group-rules").apart("variant", variant);
                let rules = rules.after(create.key(), Order::Needs);
                (create, rules)
            });
            let [open, closed] = &groups;
            let draft = |action| Draft::new(action, of("network-interface", id), &self.held.why, self.harm);
            let opened = draft("interface-open")
                .numbered("open-step", open.0.key(), Order::Needs)
                .after(open.1.key(), Order::Needs)
                .after(copied.clone(), Order::After);
            let shut = draft("interface-close")
                .with("breaks", self.breaks.clone())
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

fn tag<'v>(machine: &'v Value, key: &str) -> Option<&'v str> {
    let tags = machine.get("Tags")?.as_array()?;
    let tag = tags
        .iter()
        .find(|tag| tag.get("Key").and_then(Value::as_str) == Some(key))?;
    tag.get("Value")?.as_str()
}
