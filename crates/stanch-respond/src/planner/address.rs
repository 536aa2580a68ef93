//! What a thing is in the account: by whatever id, name or ARN a call or a finding speaks of it, it is the one that was read.
//!
//! It never guesses: where a name fits several things, all of them are given, and where none, the names are taken as they are
//! told, but never an ARN of another service. It must not know what is done.

use stanch_core::RegionName;
use stanch_core::text::shown;

use super::reach::Thing;
use super::state::{Extra, State};
use crate::account::{Account, Item};
use crate::principal_name::{Kind, Parts};

/// A thing as calls address it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// The ARN where the service gives one, else the id.
    pub(super) id: String,
    pub(super) name: String,
    pub(super) region: RegionName,
    /// A further word that an action takes: the group of a schedule, the bus of a rule.
    pub(super) word: Option<(&'static str, String)>,
}

/// Where things are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the region that was asked.
    Asked,
    /// In no region.
    Nowhere,
    /// In the region that this member tells, and listed in others too.
    Told(&'static str),
}

/// Where the things of some actions are listed, and by which members they are named.
struct Listing {
    actions: &'static [&'static str],
    at: (&'static str, &'static str, &'static str),
    id: &'static str,
    name: &'static str,
    /// Further members that name it.
    also: &'static str,
    place: Place,
    word: Option<(&'static str, &'static str)>,
}

const fn listing(
    actions: &'static [&'static str],
    at: (&'static str, &'static str, &'static str),
    id: &'static str,
    name: &'static str,
) -> Listing {
    Listing {
        actions,
        at,
        id,
        name,
        also: name,
        place: Place::Asked,
        word: None,
    }
}

const DETAILS: &str = "GetAccountAuthorizationDetails";

static LISTINGS: [Listing; 17] = [
    listing(
        &["auto-scaling-stop"],
        ("autoscaling", "DescribeAutoScalingGroups", "AutoScalingGroups[]"),
        "AutoScalingGroupARN",
        "AutoScalingGroupName",
    ),
    listing(
        &["batch-queue-disable"],
        ("batch", "DescribeJobQueues", "jobQueues[]"),
        "jobQueueArn",
        "jobQueueName",
    ),
    Listing {
        place: Place::Nowhere,
        ..listing(
            &[
                "bucket-acl-private",
                "bucket-public-access-block",
                "bucket-statement-remove",
                "lifecycle-rule-disable",
            ],
            ("s3", "ListBuckets", "Buckets[]"),
            "Name",
            "Name",
        )
    },
    listing(
        &["database-snapshot-unshare"],
        ("rds", "DescribeDBSnapshots", "DBSnapshots[]"),
        "DBSnapshotArn",
        "DBSnapshotIdentifier",
    ),
    Listing {
        word: Some(("bus", "EventBusName")),
        ..listing(
            &["event-rule-disable"],
            ("events", "ListRules", "Rules[]"),
            "Arn",
            "Name",
        )
    },
    listing(
        &["event-source-disable"],
        ("lambda", "ListEventSourceMappings", "EventSourceMappings[]"),
        "UUID",
        "UUID",
    ),
    listing(
        &["image-unshare"],
        ("ec2", "DescribeImages", "Images[]"),
        "ImageId",
        "ImageId",
    ),
    listing(
        &["kms-deletion-cancel", "kms-grant-revoke"],
        ("kms", "ListKeys", "Keys[]"),
        "KeyArn",
        "KeyId",
    ),
    listing(
        &["lambda-permission-remove", "lambda-stop", "lambda-url-remove"],
        ("lambda", "ListFunctions", "Functions[]"),
        "FunctionArn",
        "FunctionName",
    ),
    Listing {
        also: "PolicyName",
        place: Place::Nowhere,
        ..listing(
            &["policy-version-restore"],
            ("iam", DETAILS, "Policies[]"),
            "Arn",
            "Arn",
        )
    },
    listing(
        &["sagemaker-notebook-stop"],
        ("sagemaker", "ListNotebookInstances", "NotebookInstances[]"),
        "NotebookInstanceArn",
        "NotebookInstanceName",
    ),
    listing(
        &["sagemaker-training-job-stop"],
        ("sagemaker", "ListTrainingJobs", "TrainingJobSummaries[]"),
        "TrainingJobArn",
        "TrainingJobName",
    ),
    Listing {
        word: Some(("group", "GroupName")),
        ..listing(
            &["schedule-disable"],
            ("scheduler", "ListSchedules", "Schedules[]"),
            "Arn",
            "Name",
        )
    },
    listing(
        &["secret-deletion-cancel"],
        ("secretsmanager", "ListSecrets", "SecretList[]"),
        "ARN",
        "Name",
    ),
    Listing {
        place: Place::Told("HomeRegion"),
        ..listing(
            &["trail-start"],
            ("cloudtrail", "DescribeTrails", "trailList[]"),
            "TrailARN",
            "Name",
        )
    },
    Listing {
        also: "trustAnchorId",
        ..listing(
            &["trust-anchor-disable"],
            ("rolesanywhere", "ListTrustAnchors", "trustAnchors[]"),
            "trustAnchorArn",
            "name",
        )
    },
    Listing {
        also: "RoleId",
        place: Place::Nowhere,
        ..listing(
            &["trust-policy-tighten"],
            ("iam", DETAILS, "RoleDetailList[]"),
            "Arn",
            "RoleName",
        )
    },
];

impl Listing {
    fn address(&self, item: &Item<'_>, thing: &Thing) -> Address {
        let region = match self.place {
            Place::Asked => item.region().clone(),
            Place::Nowhere => thing.region.clone(),
            Place::Told(member) => match item.text(member) {
                "" => item.region().clone(),
                told => told.into(),
            },
        };
        let (id, name) = (item.text(self.id), item.text(self.name));
        Address {
            id: if id.is_empty() { name } else { id }.to_owned(),
            name: name.to_owned(),
            region,
            word: self.word.and_then(|(word, member)| {
                let value = item.text(member);
                (!value.is_empty()).then(|| (word, value.to_owned()))
            }),
        }
    }

    fn is_named(&self, item: &Item<'_>, name: &str) -> bool {
        let service = self.at.0;
        [self.id, self.name, self.also].into_iter().any(|member| {
            let value = item.text(member);
            let ends = || {
                name.strip_suffix(value)
                    .is_some_and(|rest| rest.ends_with([':', '/']))
            };
            !value.is_empty() && (value == name || service_of(name) == Some(service) && ends())
        })
    }
}

/// What the names of a thing stand for in the account, as far as an action's things are listed: one, several, or none.
pub(super) fn places(account: &Account, action: &str, thing: &Thing) -> Vec<Address> {
    let mut listings = LISTINGS.iter();
    let Some(listing) = listings.find(|listing| listing.actions.contains(&action)) else {
        return Vec::new();
    };
    let (service, operation, path) = listing.at;
    let mut items = account.items(service, operation, path);
    items.retain(|item| listing.place != Place::Asked || item.region() == &thing.region);
    // The most exact name that says anything decides: an ARN before all others.
    let exact = thing.names.iter().filter(|name| name.starts_with("arn:"));
    for name in exact.chain(&thing.names) {
        let named = items.iter().filter(|item| listing.is_named(item, name));
        let mut found: Vec<Address> = named.map(|item| listing.address(item, thing)).collect();
        found.sort_by(|one, other| one.id.cmp(&other.id));
        found.dedup_by(|one, other| one.id == other.id);
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The service of the things that an action is done to, where they are listed.
pub(super) fn service(action: &str) -> Option<&'static str> {
    let mut listings = LISTINGS.iter();
    let listing = listings.find(|listing| listing.actions.contains(&action));
    listing.map(|listing| listing.at.0)
}

/// The service in an ARN.
pub(super) fn service_of(arn: &str) -> Option<&str> {
    let mut parts = arn.split(':');
    (parts.next() == Some("arn")).then(|| parts.nth(1)).flatten()
}

/// The rules that have a thing as their target: a call that adds a target names the target and not always the rule.
pub(super) fn rules_with_target(account: &Account, thing: &Thing) -> Vec<Address> {
    let rules = account.items("events", "ListRules", "Rules[]");
    let targets = account.items("events", "ListTargetsByRule", "Targets[]");
    let mut found: Vec<Address> = targets
        .iter()
        .filter(|target| target.region() == &thing.region)
        .filter(|target| thing.names.iter().any(|name| name == target.text("Arn")))
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

/// A credential of a user beside its keys, and the user's name.
///
/// By the readings; where they don't hold it, by the shape of its id and a user that was read.
pub(super) fn credential(state: &State<'_>, kind: Extra, thing: &Thing) -> Result<(String, String), String> {
    let known = thing.names.iter().find_map(|name| {
        let (of_kind, owner) = state.credentials.get(name)?;
        (*of_kind == kind).then(|| (name.clone(), owner.clone()))
    });
    if let Some((id, owner)) = known {
        let user = Parts::of(&owner).map_or("", |parts| parts.name).to_owned();
        return Ok((id, user));
    }
    let is_shaped = |name: &&String| match kind {
        Extra::Service => name.starts_with("ACCA"),
        Extra::Ssh => name.starts_with("APKA"),
        Extra::Mfa => name.contains(":mfa/"),
        Extra::Certificate | Extra::Password => false,
    };
    let mut shaped: Vec<&String> = thing.names.iter().filter(is_shaped).collect();
    shaped.dedup();
    let user_of = |name: &String| match Parts::of(name) {
        Some(parts) => (parts.kind == Kind::User).then(|| parts.name.to_owned()),
        None => state
            .principals
            .contains_key(&state.user_arn(name))
            .then(|| name.clone()),
    };
    let mut users: Vec<String> = thing.names.iter().filter_map(user_of).collect();
    users.sort();
    users.dedup();
    match (shaped.as_slice(), users.as_slice()) {
        ([id], [user]) => Ok(((*id).clone(), user.clone())),
        _ => Err(format!(
            "which credential of which user it is was not read ({})",
            shown(&thing.names.join(", "), 120)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions;

    #[test]
    fn each_action_has_one_listing_and_exists() {
        let mut all: Vec<&str> = LISTINGS
            .iter()
            .flat_map(|listing| listing.actions)
            .copied()
            .collect();
        assert!(all.iter().all(|action| actions::named(action).is_some()));
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn the_service_is_read_off_an_arn_alone() {
        assert_eq!(
            service_of("arn:aws:lambda:us-east-1:1:function:f"),
            Some("lambda")
        );
        assert_eq!(service_of("lambda:x:y"), None);
    }
}
