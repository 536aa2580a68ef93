//! The address of a resource in the account: the one that was read, by whatever id, name or ARN a call or a finding names it.
//!
//! It never guesses: where a name fits several resources, all of them are returned; where it fits none, the names are taken as
//! given, but never an ARN of another service. It must not know what is done.

use stanch_core::Arn;
use stanch_core::RegionName;
use stanch_core::arn::{PrincipalArn, PrincipalKind};
use stanch_core::text::shown;

use crate::about::{About, ListedRegion, Listing, OtherCredential};
use crate::account::{Account, Item};
use crate::planner::scope::AffectedResource;
use crate::planner::scope::inventory::Inventory;

/// A resource as API calls address it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::planner) struct Address {
    /// The ARN where the service gives one, else the id.
    pub(in crate::planner) id: String,
    pub(in crate::planner) name: String,
    pub(in crate::planner) region: RegionName,
    /// A further parameter of the action: the group of a schedule, the event bus of a rule.
    pub(in crate::planner) word: Option<(&'static str, String)>,
}

/// Returns the address of a listed item.
fn address(account: &Account, listing: &Listing, item: &Item<'_>, given: Option<&RegionName>) -> Address {
    let region = match listing.region {
        ListedRegion::Queried => item.region().clone(),
        ListedRegion::Global => given.unwrap_or(&account.home).clone(),
        ListedRegion::Member(member) => match item.text(member) {
            "" => item.region().clone(),
            region => region.into(),
        },
        ListedRegion::Bucket => bucket_region(account, item),
    };
    let (id, name) = (item.text(listing.id), item.text(listing.name));
    Address {
        id: if id.is_empty() { name } else { id }.to_owned(),
        name: name.to_owned(),
        region,
        word: listing.container.and_then(|(parameter, member)| {
            let value = item.text(member);
            (!value.is_empty()).then(|| (parameter, value.to_owned()))
        }),
    }
}

/// Returns the region of a listed bucket: by the list, else by its location, where empty means us-east-1 and EU means eu-west-1
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html>); else the region that was asked.
fn bucket_region(account: &Account, bucket: &Item<'_>) -> RegionName {
    let listed = bucket.text("BucketRegion");
    if !listed.is_empty() {
        return listed.into();
    }
    let located = account.readings("s3", "GetBucketLocation").find(|reading| {
        let of = reading.params.get("Bucket").and_then(serde_json::Value::as_str);
        of == Some(bucket.text("Name")) && reading.outcome == stanch_core::CallOutcome::Ok
    });
    let constraint = located.map(|reading| reading.body.get("LocationConstraint"));
    match constraint.map(|constraint| constraint.and_then(serde_json::Value::as_str)) {
        Some(None | Some("")) => "us-east-1".into(),
        Some(Some("EU")) => "eu-west-1".into(),
        Some(Some(region)) => region.into(),
        None => bucket.region().clone(),
    }
}

/// Returns whether a name is that of a listed item.
fn is_named(listing: &Listing, item: &Item<'_>, name: &str) -> bool {
    let service = listing.at.0;
    [listing.id, listing.name, listing.also]
        .into_iter()
        .any(|member| {
            let value = item.text(member);
            let ends = || {
                name.strip_suffix(value)
                    .is_some_and(|rest| rest.ends_with([':', '/']))
            };
            !value.is_empty() && (value == name || service_of(name) == Some(service) && ends())
        })
}

/// Returns the resources that the names fit, among those that are listed for an action in a region, or in all of them: one,
/// several, or none.
pub(in crate::planner) fn places(
    account: &Account,
    about: &About,
    names: &[String],
    region: Option<&RegionName>,
) -> Vec<Address> {
    let Some(listing) = about.listing else {
        return Vec::new();
    };
    let (service, operation, path) = listing.at;
    let mut items = account.items(service, operation, path);
    let is_elsewhere = |item: &Item<'_>| region.is_some_and(|region| region != item.region());
    items.retain(|item| listing.region != ListedRegion::Queried || !is_elsewhere(item));
    // The most exact name that fits decides: an ARN before all others.
    let exact = names.iter().filter(|name| name.starts_with("arn:"));
    for name in exact.chain(names) {
        let named = items.iter().filter(|item| is_named(listing, item, name));
        let mut found: Vec<Address> = named
            .map(|item| address(account, listing, item, region))
            .collect();
        found.sort_by(|one, other| (&one.id, &one.region).cmp(&(&other.id, &other.region)));
        found.dedup_by(|one, other| one.id == other.id && one.region == other.region);
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Returns the service in an ARN.
pub(in crate::planner) fn service_of(arn: &str) -> Option<&str> {
    Arn::parse(arn).map(|arn| arn.service)
}

/// Returns the EventBridge rules that have a resource as their target: a call that adds a target names the target and not always
/// the rule.
pub(in crate::planner) fn rules_with_target(account: &Account, affected: &AffectedResource) -> Vec<Address> {
    let rules = account.items("events", "ListRules", "Rules[]");
    let targets = account.items("events", "ListTargetsByRule", "Targets[]");
    let mut found: Vec<Address> = targets
        .iter()
        .filter(|target| target.region() == &affected.region)
        .filter(|target| affected.names.iter().any(|name| name == target.text("Arn")))
        .filter_map(|target| {
            let (name, bus) = (target.asked("Rule"), target.asked("EventBusName"));
            let mut rules = rules.iter();
            let rule = rules.find(|rule| {
                let is_on = bus.is_empty() || rule.text("EventBusName") == bus;
                rule.text("Name") == name && rule.region() == target.region() && is_on
            })?;
            let word = Some(("bus", rule.text("EventBusName").to_owned()));
            Some(Address {
                id: rule.text("Arn").to_owned(),
                name: name.to_owned(),
                region: rule.region().clone(),
                word: word.filter(|(_, bus)| !bus.is_empty()),
            })
        })
        .filter(|address| !address.id.is_empty())
        .collect();
    found.sort_by(|one, other| one.id.cmp(&other.id));
    found.dedup_by(|one, other| one.id == other.id);
    found
}

/// Returns the id of a user's credential other than an access key, and the user's name.
///
/// By the snapshot; where the snapshot does not list it, by the form of its id and a user that was read.
pub(in crate::planner) fn credential(
    inventory: &Inventory<'_>,
    kind: OtherCredential,
    affected: &AffectedResource,
) -> Result<(String, String), String> {
    let known = affected.names.iter().find_map(|name| {
        let (of_kind, owner) = inventory.credentials.get(name)?;
        (*of_kind == kind).then(|| (name.clone(), owner.clone()))
    });
    if let Some((id, owner)) = known {
        let user = PrincipalArn::parse(&owner)
            .map_or("", |parts| parts.name)
            .to_owned();
        return Ok((id, user));
    }
    let is_shaped = |name: &&String| match kind {
        OtherCredential::ServiceSpecific => name.starts_with("ACCA"),
        OtherCredential::SshKey => name.starts_with("APKA"),
        OtherCredential::MfaDevice => name.contains(":mfa/"),
        OtherCredential::SigningCertificate | OtherCredential::Password => false,
    };
    let mut shaped: Vec<&String> = affected.names.iter().filter(is_shaped).collect();
    shaped.dedup();
    let user_of = |name: &String| match PrincipalArn::parse(name) {
        Some(parts) => (parts.kind == PrincipalKind::User).then(|| parts.name.to_owned()),
        None => inventory
            .principals
            .contains_key(&inventory.user_arn(name))
            .then(|| name.clone()),
    };
    let mut users: Vec<String> = affected.names.iter().filter_map(user_of).collect();
    users.sort();
    users.dedup();
    match (shaped.as_slice(), users.as_slice()) {
        ([id], [user]) => Ok(((*id).clone(), user.clone())),
        _ => Err(format!(
            "the snapshot does not show which credential of which user it is ({})",
            shown(&affected.names.join(", "), 120)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_is_read_off_an_arn_alone() {
        assert_eq!(
            service_of("arn:aws:lambda:us-east-1:1:function:f"),
            Some("lambda")
        );
        assert_eq!(service_of("lambda:x:y"), None);
    }
}
