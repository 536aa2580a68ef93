//! Resources that each action needs before it can be tried: one file each, registered by `cargo xtask index`.

use std::pin::Pin;

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::interface::interface;
use crate::world::{World, text, trust};

/// Makes what an action needs, and says what is requested.
pub(crate) type Seed =
    for<'w> fn(&'w World) -> Pin<Box<dyn Future<Output = Result<ActionRequest, String>> + 'w>>;

/// How an action is tried.
pub(crate) enum Try {
    /// On the stand-in.
    Seed(Seed),
    /// Not at all: why.
    Not(&'static str),
}

// <index>
mod access_key_deactivate;
mod access_key_delete;
mod account_public_access_block;
mod anomaly_monitor_create;
mod anomaly_subscription;
mod auto_scaling_stop;
mod batch_queue_disable;
mod bucket_access_lists_off;
mod bucket_acl_private;
mod bucket_policy_contain;
mod bucket_public_access_block;
mod bucket_statement_remove;
mod budget_create;
mod database_snapshot_unshare;
mod dedicated_host_release;
mod ecs_service_zero;
mod event_rule_disable;
mod event_source_disable;
mod fleet_delete;
mod guardduty_enable;
mod identity_center_assignment_remove;
mod identity_center_deny;
mod identity_center_membership_remove;
mod image_unshare;
mod instance_metadata_v2_require;
mod instance_profile_remove;
mod instance_protect;
mod instance_sessions_deny;
mod instance_snapshot;
mod instance_standby;
mod instance_stop;
mod interface_close;
mod interface_open;
mod isolation_group_create;
mod isolation_group_rules;
mod kms_deletion_cancel;
mod kms_grant_revoke;
mod lambda_permission_remove;
mod lambda_stop;
mod lambda_url_remove;
mod lifecycle_rule_disable;
mod login_profile_remove;
mod mfa_device_deactivate;
mod oidc_provider_remove;
mod policy_version_restore;
mod quarantine_policy_keep;
mod role_deny;
mod role_deny_attached;
mod role_deny_boundary;
mod role_sessions_revoke;
mod role_sessions_revoke_attached;
mod sagemaker_notebook_stop;
mod sagemaker_training_job_stop;
mod saml_provider_remove;
mod schedule_disable;
mod scp_quarantine_attach;
mod scp_quarantine_create;
mod secret_deletion_cancel;
mod security_group_rule_revoke;
mod service_credential_deactivate;
mod session_deny;
mod signing_certificate_deactivate;
mod snapshot_unshare;
mod spot_fleet_cancel;
mod spot_request_cancel;
mod ssh_key_deactivate;
mod target_group_leave;
mod trail_bucket_create;
mod trail_create;
mod trail_repair;
mod trail_selectors;
mod trail_start;
mod trust_anchor_disable;
mod trust_policy_tighten;
mod user_deny;
mod user_deny_attached;
mod user_deny_boundary;
mod user_sessions_revoke;

/// Every action's seed, by the name of its file.
static ALL: &[(&str, Try)] = &[
    (
        "access_key_deactivate",
        Try::Seed(|world| Box::pin(access_key_deactivate::seed(world))),
    ),
    (
        "access_key_delete",
        Try::Seed(|world| Box::pin(access_key_delete::seed(world))),
    ),
    (
        "account_public_access_block",
        Try::Seed(|world| Box::pin(account_public_access_block::seed(world))),
    ),
    (
        "anomaly_monitor_create",
        Try::Seed(|world| Box::pin(anomaly_monitor_create::seed(world))),
    ),
    (
        "anomaly_subscription",
        Try::Seed(|world| Box::pin(anomaly_subscription::seed(world))),
    ),
    (
        "auto_scaling_stop",
        Try::Seed(|world| Box::pin(auto_scaling_stop::seed(world))),
    ),
    (
        "batch_queue_disable",
        Try::Seed(|world| Box::pin(batch_queue_disable::seed(world))),
    ),
    (
        "bucket_access_lists_off",
        Try::Seed(|world| Box::pin(bucket_access_lists_off::seed(world))),
    ),
    (
        "bucket_acl_private",
        Try::Seed(|world| Box::pin(bucket_acl_private::seed(world))),
    ),
    (
        "bucket_policy_contain",
        Try::Seed(|world| Box::pin(bucket_policy_contain::seed(world))),
    ),
    (
        "bucket_public_access_block",
        Try::Seed(|world| Box::pin(bucket_public_access_block::seed(world))),
    ),
    (
        "bucket_statement_remove",
        Try::Seed(|world| Box::pin(bucket_statement_remove::seed(world))),
    ),
    (
        "budget_create",
        Try::Seed(|world| Box::pin(budget_create::seed(world))),
    ),
    (
        "database_snapshot_unshare",
        Try::Seed(|world| Box::pin(database_snapshot_unshare::seed(world))),
    ),
    (
        "dedicated_host_release",
        Try::Seed(|world| Box::pin(dedicated_host_release::seed(world))),
    ),
    (
        "ecs_service_zero",
        Try::Seed(|world| Box::pin(ecs_service_zero::seed(world))),
    ),
    (
        "event_rule_disable",
        Try::Seed(|world| Box::pin(event_rule_disable::seed(world))),
    ),
    (
        "event_source_disable",
        Try::Seed(|world| Box::pin(event_source_disable::seed(world))),
    ),
    (
        "fleet_delete",
        Try::Seed(|world| Box::pin(fleet_delete::seed(world))),
    ),
    (
        "guardduty_enable",
        Try::Seed(|world| Box::pin(guardduty_enable::seed(world))),
    ),
    (
        "identity_center_assignment_remove",
        Try::Seed(|world| Box::pin(identity_center_assignment_remove::seed(world))),
    ),
    (
        "identity_center_deny",
        Try::Seed(|world| Box::pin(identity_center_deny::seed(world))),
    ),
    (
        "identity_center_membership_remove",
        Try::Seed(|world| Box::pin(identity_center_membership_remove::seed(world))),
    ),
    (
        "image_unshare",
        Try::Seed(|world| Box::pin(image_unshare::seed(world))),
    ),
    (
        "instance_metadata_v2_require",
        Try::Seed(|world| Box::pin(instance_metadata_v2_require::seed(world))),
    ),
    (
        "instance_profile_remove",
        Try::Seed(|world| Box::pin(instance_profile_remove::seed(world))),
    ),
    (
        "instance_protect",
        Try::Seed(|world| Box::pin(instance_protect::seed(world))),
    ),
    (
        "instance_sessions_deny",
        Try::Seed(|world| Box::pin(instance_sessions_deny::seed(world))),
    ),
    (
        "instance_snapshot",
        Try::Seed(|world| Box::pin(instance_snapshot::seed(world))),
    ),
    (
        "instance_standby",
        Try::Seed(|world| Box::pin(instance_standby::seed(world))),
    ),
    (
        "instance_stop",
        Try::Seed(|world| Box::pin(instance_stop::seed(world))),
    ),
    (
        "interface_close",
        Try::Seed(|world| Box::pin(interface_close::seed(world))),
    ),
    (
        "interface_open",
        Try::Seed(|world| Box::pin(interface_open::seed(world))),
    ),
    (
        "isolation_group_create",
        Try::Seed(|world| Box::pin(isolation_group_create::seed(world))),
    ),
    (
        "isolation_group_rules",
        Try::Seed(|world| Box::pin(isolation_group_rules::seed(world))),
    ),
    (
        "kms_deletion_cancel",
        Try::Seed(|world| Box::pin(kms_deletion_cancel::seed(world))),
    ),
    (
        "kms_grant_revoke",
        Try::Seed(|world| Box::pin(kms_grant_revoke::seed(world))),
    ),
    (
        "lambda_permission_remove",
        Try::Seed(|world| Box::pin(lambda_permission_remove::seed(world))),
    ),
    (
        "lambda_stop",
        Try::Seed(|world| Box::pin(lambda_stop::seed(world))),
    ),
    (
        "lambda_url_remove",
        Try::Seed(|world| Box::pin(lambda_url_remove::seed(world))),
    ),
    (
        "lifecycle_rule_disable",
        Try::Seed(|world| Box::pin(lifecycle_rule_disable::seed(world))),
    ),
    (
        "login_profile_remove",
        Try::Seed(|world| Box::pin(login_profile_remove::seed(world))),
    ),
    (
        "mfa_device_deactivate",
        Try::Seed(|world| Box::pin(mfa_device_deactivate::seed(world))),
    ),
    (
        "oidc_provider_remove",
        Try::Seed(|world| Box::pin(oidc_provider_remove::seed(world))),
    ),
    (
        "policy_version_restore",
        Try::Seed(|world| Box::pin(policy_version_restore::seed(world))),
    ),
    (
        "quarantine_policy_keep",
        Try::Seed(|world| Box::pin(quarantine_policy_keep::seed(world))),
    ),
    ("role_deny", Try::Seed(|world| Box::pin(role_deny::seed(world)))),
    (
        "role_deny_attached",
        Try::Seed(|world| Box::pin(role_deny_attached::seed(world))),
    ),
    (
        "role_deny_boundary",
        Try::Seed(|world| Box::pin(role_deny_boundary::seed(world))),
    ),
    (
        "role_sessions_revoke",
        Try::Seed(|world| Box::pin(role_sessions_revoke::seed(world))),
    ),
    (
        "role_sessions_revoke_attached",
        Try::Seed(|world| Box::pin(role_sessions_revoke_attached::seed(world))),
    ),
    (
        "sagemaker_notebook_stop",
        Try::Seed(|world| Box::pin(sagemaker_notebook_stop::seed(world))),
    ),
    (
        "sagemaker_training_job_stop",
        Try::Seed(|world| Box::pin(sagemaker_training_job_stop::seed(world))),
    ),
    (
        "saml_provider_remove",
        Try::Seed(|world| Box::pin(saml_provider_remove::seed(world))),
    ),
    (
        "schedule_disable",
        Try::Seed(|world| Box::pin(schedule_disable::seed(world))),
    ),
    (
        "scp_quarantine_attach",
        Try::Seed(|world| Box::pin(scp_quarantine_attach::seed(world))),
    ),
    (
        "scp_quarantine_create",
        Try::Seed(|world| Box::pin(scp_quarantine_create::seed(world))),
    ),
    (
        "secret_deletion_cancel",
        Try::Seed(|world| Box::pin(secret_deletion_cancel::seed(world))),
    ),
    (
        "security_group_rule_revoke",
        Try::Seed(|world| Box::pin(security_group_rule_revoke::seed(world))),
    ),
    (
        "service_credential_deactivate",
        Try::Seed(|world| Box::pin(service_credential_deactivate::seed(world))),
    ),
    (
        "session_deny",
        Try::Seed(|world| Box::pin(session_deny::seed(world))),
    ),
    (
        "signing_certificate_deactivate",
        Try::Seed(|world| Box::pin(signing_certificate_deactivate::seed(world))),
    ),
    (
        "snapshot_unshare",
        Try::Seed(|world| Box::pin(snapshot_unshare::seed(world))),
    ),
    (
        "spot_fleet_cancel",
        Try::Seed(|world| Box::pin(spot_fleet_cancel::seed(world))),
    ),
    (
        "spot_request_cancel",
        Try::Seed(|world| Box::pin(spot_request_cancel::seed(world))),
    ),
    (
        "ssh_key_deactivate",
        Try::Seed(|world| Box::pin(ssh_key_deactivate::seed(world))),
    ),
    (
        "target_group_leave",
        Try::Seed(|world| Box::pin(target_group_leave::seed(world))),
    ),
    (
        "trail_bucket_create",
        Try::Seed(|world| Box::pin(trail_bucket_create::seed(world))),
    ),
    (
        "trail_create",
        Try::Seed(|world| Box::pin(trail_create::seed(world))),
    ),
    (
        "trail_repair",
        Try::Seed(|world| Box::pin(trail_repair::seed(world))),
    ),
    (
        "trail_selectors",
        Try::Seed(|world| Box::pin(trail_selectors::seed(world))),
    ),
    (
        "trail_start",
        Try::Seed(|world| Box::pin(trail_start::seed(world))),
    ),
    (
        "trust_anchor_disable",
        Try::Seed(|world| Box::pin(trust_anchor_disable::seed(world))),
    ),
    (
        "trust_policy_tighten",
        Try::Seed(|world| Box::pin(trust_policy_tighten::seed(world))),
    ),
    ("user_deny", Try::Seed(|world| Box::pin(user_deny::seed(world)))),
    (
        "user_deny_attached",
        Try::Seed(|world| Box::pin(user_deny_attached::seed(world))),
    ),
    (
        "user_deny_boundary",
        Try::Seed(|world| Box::pin(user_deny_boundary::seed(world))),
    ),
    (
        "user_sessions_revoke",
        Try::Seed(|world| Box::pin(user_sessions_revoke::seed(world))),
    ),
];
// </index>

/// Actions that are not tried.
static NOT_TRIED: &[(&str, Try)] = &[(
    "instance_record",
    Try::Not("it sends nothing: there is nothing to fail, to do twice or to undo"),
)];

/// The seed of an action.
pub(crate) fn of(action: &str) -> Option<&'static Try> {
    let file = action.replace('-', "_");
    let mut all = ALL.iter().chain(NOT_TRIED);
    all.find(|(name, _)| *name == file).map(|(_, seed)| seed)
}

/// A bucket in the region.
async fn bucket(world: &World) -> Result<String, String> {
    let bucket = world.name("bucket");
    let place = json!({"LocationConstraint": world.region.as_str()});
    let params = json!({"Bucket": bucket, "CreateBucketConfiguration": place});
    world.send("s3", "CreateBucket", params).await?;
    Ok(bucket)
}

/// A policy with one statement for everybody and one for the account.
fn open_policy(bucket: &str) -> String {
    let resource = format!("arn:aws:s3:::{bucket}/*");
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": resource},
        {"Sid": "Ours", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:PutObject",
         "Resource": resource},
    ]})
    .to_string()
}

/// A running instance.
pub(crate) async fn instance(world: &World) -> Result<String, String> {
    let image = image(world).await?;
    let params = json!({"ImageId": image, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"});
    text(
        &world.send("ec2", "RunInstances", params).await?,
        "/Instances/0/InstanceId",
    )
}

/// A bucket that a trail of this name may deliver to.
async fn logs(world: &World, trail: &str) -> Result<String, String> {
    let bucket = bucket(world).await?;
    let trail = world.arn("cloudtrail", world.region.as_str(), &format!("trail/{trail}"));
    let resource = format!("arn:aws:s3:::{bucket}");
    let service = json!({"Service": "cloudtrail.amazonaws.com"});
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": service, "Action": "s3:GetBucketAcl", "Resource": resource,
         "Condition": {"StringEquals": {"aws:SourceArn": trail}}},
        {"Effect": "Allow", "Principal": service, "Action": "s3:PutObject", "Resource": format!("{resource}/*"),
         "Condition": {"StringEquals": {"aws:SourceArn": trail, "s3:x-amz-acl": "bucket-owner-full-control"}}},
    ]});
    let params = json!({"Bucket": bucket, "Policy": policy.to_string()});
    world.send("s3", "PutBucketPolicy", params).await?;
    Ok(bucket)
}

/// A trail that has been narrowed and does not record.
async fn trail(world: &World) -> Result<String, String> {
    let bucket = logs(world, "main").await?;
    let params = json!({"Name": "main", "S3BucketName": bucket, "IsMultiRegionTrail": false, "EnableLogFileValidation": false});
    text(
        &world.send("cloudtrail", "CreateTrail", params).await?,
        "/TrailARN",
    )
}

/// A user.
async fn user(world: &World) -> Result<String, String> {
    let user = world.name("user");
    world.send("iam", "CreateUser", json!({"UserName": user})).await?;
    Ok(user)
}

/// A role that another account may assume, as the account is read.
async fn role(world: &World) -> Result<String, String> {
    let role = world.name("role");
    let trust = trust(&json!({"AWS": "arn:aws:iam::999999999999:root", "Service": "ec2.amazonaws.com"}));
    let params = json!({"RoleName": role, "AssumeRolePolicyDocument": trust});
    world.send("iam", "CreateRole", params).await?;
    let roles = json!({"Filter": ["Role"]});
    world.read("iam", "GetAccountAuthorizationDetails", roles).await?;
    Ok(role)
}

/// A managed policy of the account, by its ARN.
async fn allowing(world: &World) -> Result<String, String> {
    let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]});
    let params = json!({"PolicyName": world.name("policy"), "PolicyDocument": document.to_string()});
    text(&world.send("iam", "CreatePolicy", params).await?, "/Policy/Arn")
}

/// An organisation that takes service control policies, managed by this account.
async fn organization(world: &World) -> Result<(), String> {
    world
        .send(
            "organizations",
            "CreateOrganization",
            json!({"FeatureSet": "ALL"}),
        )
        .await?;
    let roots = world.send("organizations", "ListRoots", json!({})).await?;
    let params = json!({"RootId": text(&roots, "/Roots/0/Id")?, "PolicyType": "SERVICE_CONTROL_POLICY"});
    world.send("organizations", "EnablePolicyType", params).await?;
    world.read("organizations", "ListRoots", json!({})).await?;
    world
        .read("organizations", "DescribeOrganization", json!({}))
        .await?;
    Ok(())
}

/// A person of Identity Center with a permission set in this account.
struct Center {
    instance: String,
    store: String,
    set: String,
    user: String,
}

async fn identity_center(world: &World) -> Result<Center, String> {
    let instances = world.send("sso-admin", "ListInstances", json!({})).await?;
    let instance = text(&instances, "/Instances/0/InstanceArn")?;
    let store = text(&instances, "/Instances/0/IdentityStoreId")?;
    let params = json!({"InstanceArn": instance, "Name": "Admins"});
    let set = world.send("sso-admin", "CreatePermissionSet", params).await?;
    let set = text(&set, "/PermissionSet/PermissionSetArn")?;
    let person = json!({"IdentityStoreId": store, "UserName": "theirs", "DisplayName": "Their Person",
        "Name": {"GivenName": "Their", "FamilyName": "Person"}});
    let user = text(
        &world.send("identitystore", "CreateUser", person).await?,
        "/UserId",
    )?;
    let assign = json!({"InstanceArn": instance, "TargetId": world.account.as_str(), "TargetType": "AWS_ACCOUNT",
        "PermissionSetArn": set, "PrincipalType": "USER", "PrincipalId": user});
    world.send("sso-admin", "CreateAccountAssignment", assign).await?;
    Ok(Center {
        instance,
        store,
        set,
        user,
    })
}

/// An image that anybody may start.
async fn image(world: &World) -> Result<String, String> {
    let images = world
        .send("ec2", "DescribeImages", json!({"Owners": ["amazon"]}))
        .await?;
    text(&images, "/Images/0/ImageId")
}

/// A subnet.
async fn subnet(world: &World) -> Result<String, String> {
    let vpc = world
        .send("ec2", "CreateVpc", json!({"CidrBlock": "10.0.0.0/16"}))
        .await?;
    let params = json!({"VpcId": text(&vpc, "/Vpc/VpcId")?, "CidrBlock": "10.0.1.0/24"});
    text(
        &world.send("ec2", "CreateSubnet", params).await?,
        "/Subnet/SubnetId",
    )
}

/// A function, by its ARN.
async fn function(world: &World) -> Result<String, String> {
    let role = role(world).await?;
    // An empty archive: nothing of it is ever run.
    let archive = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==";
    let params = json!({"FunctionName": "worker", "Runtime": "python3.12", "Handler": "worker.run", "Code": {"ZipFile": archive},
        "Role": world.arn("iam", "", &format!("role/{role}"))});
    text(
        &world.send("lambda", "CreateFunction", params).await?,
        "/FunctionArn",
    )
}
