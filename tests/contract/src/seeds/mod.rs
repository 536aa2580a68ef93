//! What each action needs in an account before it can be tried: one file each, and a line here.

use std::pin::Pin;

use serde_json::json;
use stanch_respond::ActionRequest;

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

macro_rules! seeds {
    ($($file:ident)*) => {
        $(mod $file;)*

        /// Every action's seed, by the name of its file.
        static ALL: &[(&str, Try)] = &[
            $((stringify!($file), Try::Seed(|world| Box::pin($file::seed(world))))),*
        ];
    };
}

seeds! {
    access_key_deactivate
    access_key_delete
    account_public_access_block
    anomaly_monitor_create
    anomaly_subscription
    auto_scaling_stop
    batch_queue_disable
    bucket_access_lists_off
    bucket_acl_private
    bucket_policy_contain
    bucket_public_access_block
    bucket_statement_remove
    budget_create
    database_snapshot_unshare
    ecs_service_zero
    event_rule_disable
    event_source_disable
    fleet_delete
    guardduty_enable
    identity_center_assignment_remove
    identity_center_deny
    identity_center_membership_remove
    image_unshare
    instance_metadata_v2_require
    instance_profile_remove
    instance_protect
    instance_sessions_deny
    instance_snapshot
    instance_standby
    instance_stop
    interface_close
    interface_open
    isolation_group_create
    isolation_group_rules
    kms_deletion_cancel
    kms_grant_revoke
    lambda_permission_remove
    lambda_stop
    lambda_url_remove
    lifecycle_rule_disable
    login_profile_remove
    mfa_device_deactivate
    oidc_provider_remove
    policy_version_restore
    quarantine_policy_keep
    role_deny
    role_deny_attached
    role_deny_boundary
    role_sessions_revoke
    sagemaker_notebook_stop
    sagemaker_training_job_stop
    saml_provider_remove
    schedule_disable
    scp_quarantine_attach
    scp_quarantine_create
    secret_deletion_cancel
    security_group_rule_revoke
    service_credential_deactivate
    session_deny
    signing_certificate_deactivate
    snapshot_unshare
    spot_fleet_cancel
    spot_request_cancel
    ssh_key_deactivate
    target_group_leave
    trail_bucket_create
    trail_create
    trail_repair
    trail_selectors
    trail_start
    trust_anchor_disable
    trust_policy_tighten
    user_deny
    user_deny_attached
    user_deny_boundary
    user_sessions_revoke
}

/// Actions that are not tried.
static NOT_TRIED: &[(&str, Try)] = &[(
    "instance_record",
    Try::Not("it sends nothing: there is nothing to fail, to do twice or to take back"),
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
async fn instance(world: &World) -> Result<String, String> {
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

/// An interface of an instance, and the group for isolated interfaces that it is to go into.
async fn interface(world: &World, variant: &str) -> Result<ActionRequest, String> {
    instance(world).await?;
    let found = world.read("ec2", "DescribeNetworkInterfaces", json!({})).await?;
    let interface = text(&found, "/NetworkInterfaces/0/NetworkInterfaceId")?;
    let vpc = text(&found, "/NetworkInterfaces/0/VpcId")?;
    let group = world
        .request("vpc", &vpc, "")
        .with("variant", [variant.to_owned()]);
    world.do_first("isolation-group-create", &group).await?;
    let by_network = json!({"Filters": [{"Name": "vpc-id", "Values": [vpc]}]});
    let groups = world.send("ec2", "DescribeSecurityGroups", by_network).await?;
    let groups = groups
        .pointer("/SecurityGroups")
        .and_then(|groups| groups.as_array());
    let mut groups = groups.into_iter().flatten();
    let made =
        groups.find(|group| text(group, "/GroupName").is_ok_and(|name| name.starts_with("network-baseline")));
    let id = text(made.ok_or("the group was not made")?, "/GroupId")?;
    let request = world.request("network-interface", &interface, "");
    Ok(request.with("group", [id]))
}
