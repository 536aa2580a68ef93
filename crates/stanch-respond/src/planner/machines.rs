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
use super::draft::Draft;
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
    let state = item
        .value
        .pointer("/State/Name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if matches!(state, "terminated" | "shutting-down") {
        drafting.leave(
            id,
            "the machine was terminated: its credentials work until they expire, see what survives",
        );
        return;
    }
    let harm = drafting.harm(id, held);
    let target = Resource::new("instance", id, id, &account.id, item.region());
    let mut breaks = Vec::new();
    if held.hold != Hold::Made {
        breaks.push(format!("what runs on {} is cut off", shown(id, 40)));
    }
    breaks.extend(stack_of(item.value).map(|stack| format!("made by {stack}{PUT_BACK}")));
    let draft = |action| Draft::new(action, target.clone(), &held.why, harm).with("breaks", breaks.clone());
    if let Some(role) = role_of(drafting, item.value) {
        if drafting.exempt.why(&role).is_none() {
            let role = name_of(&role).to_owned();
            drafting
                .drafts
                .push(draft("instance-sessions-deny").with("role", [role]));
        } else {
            drafting.leave(id, "NOT CONTAINED in full: its role is one that nothing may touch, so its credentials are not denied");
        }
    }
    let protect = draft("instance-protect");
    let snapshot = draft("instance-snapshot").after(protect.key(), Order::After);
    let (protect_key, snapshot_key) = (protect.key(), snapshot.key());
    drafting.drafts.extend([protect, snapshot]);
    isolate(drafting, item.value, &target, held, &breaks, &snapshot_key);
    if item.value.get("IamInstanceProfile").is_some() {
        // Denied first: the credentials that it already has live on without the profile.
        let denied = ("instance-sessions-deny", id.to_owned());
        let remove = draft("instance-profile-remove").after(denied, Order::After);
        drafting.drafts.push(remove);
    }
    if held.hold == Hold::Made {
        let stop = draft("instance-stop")
            .after(protect_key, Order::After)
            .after(snapshot_key, Order::Needs);
        drafting.drafts.push(stop);
    }
}

/// Every interface, in two steps each: connections that are tracked outlive a change of groups, so an interface first gets a
/// group that lets everything through untracked, then one that lets nothing through (AWS, "Security group connection
/// tracking").
fn isolate(
    drafting: &mut Drafting<'_, '_>,
    machine: &Value,
    target: &Resource,
    held: &Held,
    breaks: &[String],
    copied: &(&'static str, String),
) {
    let interfaces = machine.get("NetworkInterfaces").and_then(Value::as_array);
    let harm = drafting.harm(&target.id, held);
    for interface in interfaces.into_iter().flatten() {
        let text = |name: &str| interface.get(name).and_then(Value::as_str).unwrap_or_default();
        let (id, network) = (text("NetworkInterfaceId"), text("VpcId"));
        if id.is_empty() || network.is_empty() {
            continue;
        }
        let of = |kind: &str, id: &str| Resource::new(kind, id, id, &target.account, &target.region);
        let group = Draft::new("isolation-group-create", of("vpc", network), &held.why, harm);
        let open = Draft::new("interface-open", of("network-interface", id), &held.why, harm)
            .with("vpc", [network.to_owned()])
            .with("instance", [target.id.clone()])
            .after(group.key(), Order::Needs)
            .after(copied.clone(), Order::After);
        let close = Draft::new("interface-close", of("network-interface", id), &held.why, harm)
            .with("vpc", [network.to_owned()])
            .with("instance", [target.id.clone()])
            .with("breaks", breaks.to_vec())
            .after(group.key(), Order::Needs)
            .after(open.key(), Order::After);
        drafting.drafts.extend([group, open, close]);
    }
}

fn role_of(drafting: &Drafting<'_, '_>, machine: &Value) -> Option<String> {
    let profile = machine.pointer("/IamInstanceProfile/Arn")?.as_str()?;
    roles_of_profiles(drafting.state).remove(profile)
}
