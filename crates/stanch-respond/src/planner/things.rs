//! What answers a thing that an intruder made or changed: the table from calls and checks to actions.
//!
//! Only what can be taken back by an action is in it; the rest is told by name. It must not put anything in order.

use stanch_core::Timestamp;
use stanch_core::assessment::Resource;
use stanch_core::plan::Order;
use stanch_core::text::shown;

use super::draft::{Draft, Harm};
use super::identities::Drafting;
use super::reach::Thing;
use crate::actions;
use crate::principal_name::Parts;

/// Calls and what answers what they made.
const BY_CALL: [(&str, &str, &str); 41] = [
    ("autoscaling", "CreateAutoScalingGroup", "auto-scaling-stop"),
    ("batch", "CreateJobQueue", "batch-queue-disable"),
    ("cloudtrail", "PutEventSelectors", "trail-start"),
    ("cloudtrail", "StopLogging", "trail-start"),
    ("cloudtrail", "UpdateTrail", "trail-start"),
    (
        "ec2",
        "AuthorizeSecurityGroupIngress",
        "security-group-rule-revoke",
    ),
    ("ec2", "CreateFleet", "fleet-delete"),
    ("ec2", "ModifyImageAttribute", "image-unshare"),
    ("ec2", "ModifySnapshotAttribute", "snapshot-unshare"),
    ("ec2", "RequestSpotFleet", "spot-fleet-cancel"),
    ("ec2", "RequestSpotInstances", "spot-request-cancel"),
    ("ecs", "CreateService", "ecs-service-zero"),
    ("events", "PutRule", "event-rule-disable"),
    ("events", "PutTargets", "event-rule-disable"),
    ("iam", "CreateOpenIDConnectProvider", "oidc-provider-remove"),
    ("iam", "CreatePolicyVersion", "policy-version-restore"),
    ("iam", "CreateSAMLProvider", "saml-provider-remove"),
    (
        "iam",
        "CreateServiceSpecificCredential",
        "service-credential-deactivate",
    ),
    ("iam", "EnableMFADevice", "mfa-device-deactivate"),
    ("iam", "SetDefaultPolicyVersion", "policy-version-restore"),
    ("iam", "UpdateAssumeRolePolicy", "trust-policy-tighten"),
    ("iam", "UploadSSHPublicKey", "ssh-key-deactivate"),
    (
        "iam",
        "UploadSigningCertificate",
        "signing-certificate-deactivate",
    ),
    ("kms", "CreateGrant", "kms-grant-revoke"),
    ("kms", "ScheduleKeyDeletion", "kms-deletion-cancel"),
    ("lambda", "AddPermission", "lambda-permission-remove"),
    ("lambda", "CreateEventSourceMapping", "event-source-disable"),
    ("lambda", "CreateFunction", "lambda-stop"),
    ("lambda", "CreateFunctionUrlConfig", "lambda-url-remove"),
    ("lambda", "UpdateFunctionUrlConfig", "lambda-url-remove"),
    ("rds", "ModifyDBSnapshotAttribute", "database-snapshot-unshare"),
    ("rolesanywhere", "CreateTrustAnchor", "trust-anchor-disable"),
    (
        "s3",
        "DeleteBucketPublicAccessBlock",
        "bucket-public-access-block",
    ),
    ("s3", "PutBucketAcl", "bucket-acl-private"),
    ("s3", "PutBucketLifecycle", "lifecycle-rule-disable"),
    ("s3", "PutBucketLifecycleConfiguration", "lifecycle-rule-disable"),
    ("s3", "PutBucketPolicy", "bucket-statement-remove"),
    ("sagemaker", "CreateNotebookInstance", "sagemaker-notebook-stop"),
    ("sagemaker", "CreateTrainingJob", "sagemaker-training-job-stop"),
    ("scheduler", "CreateSchedule", "schedule-disable"),
    ("secretsmanager", "DeleteSecret", "secret-deletion-cancel"),
];

/// Checks and kinds of things, and what answers them where no call tells: for findings that a person names.
const BY_CHECK: [(&str, &str, &str); 22] = [
    ("bucket-acl-open", "bucket", "bucket-acl-private"),
    ("bucket-policy-shared", "bucket", "bucket-statement-remove"),
    ("containers-many", "ecs-service", "ecs-service-zero"),
    ("costly-machines", "auto-scaling-group", "auto-scaling-stop"),
    ("costly-machines", "notebook", "sagemaker-notebook-stop"),
    ("costly-machines", "spot-request", "spot-request-cancel"),
    (
        "database-snapshot-shared",
        "database-snapshot",
        "database-snapshot-unshare",
    ),
    ("function-foothold", "function", "lambda-url-remove"),
    ("function-shared", "function", "lambda-permission-remove"),
    ("image-shared", "image", "image-unshare"),
    ("key-pending-deletion", "kms-key", "kms-deletion-cancel"),
    ("key-shared", "kms-key", "kms-grant-revoke"),
    ("lifecycle-deletes-soon", "bucket", "lifecycle-rule-disable"),
    ("policy-hides-power", "policy", "policy-version-restore"),
    (
        "port-open-to-world",
        "security-group",
        "security-group-rule-revoke",
    ),
    ("role-trusts-any-token", "iam-role", "trust-policy-tighten"),
    ("role-trusts-stranger", "iam-role", "trust-policy-tighten"),
    ("rule-watches-responder", "rule", "event-rule-disable"),
    ("secret-pending-deletion", "secret", "secret-deletion-cancel"),
    ("snapshot-shared", "snapshot", "snapshot-unshare"),
    ("trail-blinded", "trail", "trail-start"),
    ("trust-anchor-own", "trust-anchor", "trust-anchor-disable"),
];

/// What starts machines and jobs: it goes before the machines, or it starts them again.
pub(super) const PARENTS: [&str; 11] = [
    "auto-scaling-stop",
    "batch-queue-disable",
    "ecs-service-zero",
    "event-rule-disable",
    "event-source-disable",
    "fleet-delete",
    "lambda-stop",
    "lambda-url-remove",
    "schedule-disable",
    "spot-fleet-cancel",
    "spot-request-cancel",
];
/// What ends a machine or job itself.
pub(super) const CHILDREN: [&str; 3] = [
    "instance-stop",
    "sagemaker-notebook-stop",
    "sagemaker-training-job-stop",
];

/// Credentials of a user beside its keys.
const OF_USERS: [&str; 4] = [
    "mfa-device-deactivate",
    "service-credential-deactivate",
    "signing-certificate-deactivate",
    "ssh-key-deactivate",
];

/// The action that answers a thing.
fn action_of(thing: &Thing) -> Option<&'static str> {
    let by_call = BY_CALL
        .iter()
        .find(|(service, call, _)| *service == thing.service && *call == thing.call);
    let by_check = BY_CHECK
        .iter()
        .find(|(check, kind, _)| *check == thing.check && *kind == thing.kind);
    by_call.or(by_check).map(|(_, _, action)| *action)
}

/// Everything that was made or changed.
pub(super) fn things(drafting: &mut Drafting<'_, '_>) {
    let reach = drafting.reach;
    for thing in reach.things.values() {
        let what = thing.names.first().map_or("", String::as_str);
        if let Some(why) = whose(thing).and_then(|arn| drafting.exempt.why(&arn)) {
            drafting.leave(what, format!("NOT CONTAINED: {}; {why}", thing.why.text));
            continue;
        }
        match action_of(thing) {
            Some(action) => {
                let draft = draft(drafting, thing, action);
                drafting.drafts.push(draft);
            }
            None => drafting.leave(
                what,
                format!(
                    "made or changed by an intruder, and no action answers it: {} {}",
                    shown(&thing.kind, 80),
                    thing.why.text
                ),
            ),
        }
    }
}

/// The principal that a thing is, or is part of.
fn whose(thing: &Thing) -> Option<String> {
    thing
        .names
        .iter()
        .find_map(|name| Parts::of(name))
        .map(|parts| parts.arn())
}

fn draft(drafting: &Drafting<'_, '_>, thing: &Thing, action: &'static str) -> Draft {
    let names = &thing.names;
    let first = names.first().map_or("", String::as_str);
    let kind = actions::named(action).and_then(|action| action.about().targets.first().copied());
    let account = &drafting.situation.account.id;
    let (id, name) = addressed(action, names);
    let target = Resource::new(kind.unwrap_or(&thing.kind), id, name, account, &thing.region);
    let mut draft = Draft::new(
        action,
        target,
        std::slice::from_ref(&thing.why),
        Harm::of_thing(thing.last),
    );
    for (name, words) in details(drafting, thing, action, first) {
        draft = draft.with(name, words);
    }
    for fact in &thing.facts {
        draft = draft.with(&fact.label, [fact.value.clone()]);
    }
    draft
}

/// The id and name by which an action's calls address a thing.
fn addressed<'n>(action: &str, names: &'n [String]) -> (&'n str, &'n str) {
    let first = names.first().map_or("", String::as_str);
    let second = names
        .iter()
        .skip(1)
        .find(|name| Parts::of(name).is_none())
        .map_or(first, String::as_str);
    let of_shape = |is: fn(&str) -> bool| {
        names
            .iter()
            .map(String::as_str)
            .find(|name| is(name))
            .unwrap_or(first)
    };
    match action {
        _ if OF_USERS.contains(&action) => (second, second),
        "kms-grant-revoke" => {
            let grant =
                of_shape(|name| name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()));
            (grant, grant)
        }
        "security-group-rule-revoke" => {
            let rule = of_shape(|name| name.starts_with("sgr-"));
            (rule, rule)
        }
        _ => {
            let arn = names
                .iter()
                .find(|name| name.starts_with("arn:"))
                .map_or(first, String::as_str);
            // The name that the service's calls take is mostly the last part of an ARN.
            let last = || first.rsplit(['/', ':']).next().unwrap_or(first);
            let name = if first.starts_with("arn:") && !WHOLE_ARN.contains(&action) {
                last()
            } else {
                first
            };
            (arn, name)
        }
    }
}

/// Actions whose target is named by its whole ARN.
const WHOLE_ARN: [&str; 3] = [
    "policy-version-restore",
    "oidc-provider-remove",
    "saml-provider-remove",
];

/// What an action needs to know beyond its target.
fn details<'n>(
    drafting: &Drafting<'_, '_>,
    thing: &Thing,
    action: &str,
    first: &str,
) -> Vec<(&'n str, Vec<String>)> {
    let one = |name, word: Option<&str>| {
        let word = word.filter(|word| !word.is_empty());
        word.map(|word| (name, vec![word.to_owned()]))
            .into_iter()
            .collect()
    };
    let arn = thing
        .names
        .iter()
        .find(|name| name.starts_with("arn:"))
        .map_or("", String::as_str);
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    // `service/cluster/name`, `schedule/group/name`, `rule/bus/name`: the middle.
    let middle = resource
        .split('/')
        .nth(1)
        .filter(|_| resource.matches('/').count() == 2);
    match action {
        _ if OF_USERS.contains(&action) => one("user", first.rsplit('/').next()),
        "ecs-service-zero" => one(
            "cluster",
            middle.or_else(|| thing.names.get(1).map(String::as_str)),
        ),
        "schedule-disable" => one("group", middle),
        "event-rule-disable" => one("bus", middle),
        "kms-grant-revoke" => one("key", Some(first)),
        "trust-policy-tighten" => vec![("principals", thing.foreign.clone())],
        "policy-version-restore" => one("version", honest_version(drafting, thing).as_deref()),
        _ => Vec::new(),
    }
}

/// The last version of a managed policy from before an intruder changed it.
fn honest_version(drafting: &Drafting<'_, '_>, thing: &Thing) -> Option<String> {
    let policy = thing.names.iter().find(|name| name.contains(":policy/"))?;
    let changed = thing.last?;
    let listed = drafting
        .state
        .account
        .items("iam", "ListPolicyVersions", "Versions[]");
    let versions = listed.iter().filter(|item| item.asked("PolicyArn") == policy);
    let before = versions.filter_map(|item| {
        let made = Timestamp::parse(item.text("CreateDate"))?;
        (made < changed).then(|| (made, item.text("VersionId").to_owned()))
    });
    before.max().map(|(_, version)| version)
}

/// Parents go before children.
pub(super) fn parents_first(drafts: &mut [Draft]) {
    let parents: Vec<_> = drafts
        .iter()
        .filter(|draft| PARENTS.contains(&draft.action))
        .map(Draft::key)
        .collect();
    for draft in drafts.iter_mut().filter(|draft| CHILDREN.contains(&draft.action)) {
        draft
            .after
            .extend(parents.iter().map(|parent| (parent.clone(), Order::After)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_name_each_thing_once() {
        let calls: Vec<_> = BY_CALL.iter().map(|(service, call, _)| (service, call)).collect();
        assert!(calls.is_sorted() && calls.windows(2).all(|two| two[0] != two[1]));
        let checks: Vec<_> = BY_CHECK.iter().map(|(check, kind, _)| (check, kind)).collect();
        assert!(checks.is_sorted() && checks.windows(2).all(|two| two[0] != two[1]));
    }

    #[test]
    fn every_answer_is_an_action() {
        let of_tables = BY_CALL.iter().chain(&BY_CHECK).map(|(_, _, action)| *action);
        let named = of_tables
            .chain(PARENTS)
            .chain(CHILDREN)
            .chain(OF_USERS)
            .chain(WHOLE_ARN);
        for action in named {
            assert!(actions::named(action).is_some(), "{action}");
        }
    }
}
