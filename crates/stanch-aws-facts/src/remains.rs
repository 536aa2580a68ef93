//! Things that remain in an account after a call until another call removes them: users, keys, attached policies,
//! stopped trails.
//!
//! One row per call that makes something, and one per call that removes it; both name the same kind and id. It must not know
//! an event.

/// Resource or change that remains after a call, or that a call removes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remains {
    /// Service, as CloudTrail names it.
    pub service: &'static str,
    /// Name of the call, without an API date.
    pub call: &'static str,
    /// Kind of the thing; the same word in the call that removes it.
    pub kind: &'static str,
    /// Members of request or response (`<` in front), joined by `/` to the id.
    pub id: &'static [&'static str],
    /// The sentence: `{0}`, `{1}` … are the members of the id, `{@}` the region.
    pub label: &'static str,
    /// The id is unique in the account, not in one region.
    pub global: bool,
}

const fn row(
    service: &'static str,
    call: &'static str,
    kind: &'static str,
    id: &'static [&'static str],
    label: &'static str,
) -> Remains {
    let bytes = service.as_bytes();
    let global = matches!(
        bytes,
        b"iam" | b"s3" | b"organizations" | b"cloudfront" | b"route53"
    );
    Remains {
        service,
        call,
        kind,
        id,
        label,
        global,
    }
}

/// Calls with a sentence of their own.
const MADE: &[Remains] = &[
    row("iam", "CreateUser", "user", &["userName"], "user {0}"),
    row(
        "iam",
        "CreateLoginProfile",
        "user",
        &["userName", "=password"],
        "console password of user {0}",
    ),
    row(
        "iam",
        "UpdateLoginProfile",
        "user",
        &["userName", "=password"],
        "changed console password of user {0}",
    ),
    row(
        "iam",
        "CreateAccessKey",
        "user",
        &["<accessKey/userName", "<accessKey/accessKeyId"],
        "access key {1} of user {0}",
    ),
    row(
        "iam",
        "AttachUserPolicy",
        "user",
        &["userName", "policyArn"],
        "{1} is still attached to user {0}",
    ),
    row(
        "iam",
        "PutUserPolicy",
        "user",
        &["userName", "policyName"],
        "inline policy {1} of user {0}",
    ),
    row(
        "iam",
        "AddUserToGroup",
        "user",
        &["userName", "groupName"],
        "user {0} is still a member of group {1}",
    ),
    row("iam", "CreateGroup", "group", &["groupName"], "group {0}"),
    row(
        "iam",
        "AttachGroupPolicy",
        "group",
        &["groupName", "policyArn"],
        "{1} is still attached to group {0}",
    ),
    row(
        "iam",
        "PutGroupPolicy",
        "group",
        &["groupName", "policyName"],
        "inline policy {1} of group {0}",
    ),
    row("iam", "CreateRole", "role", &["roleName"], "role {0}"),
    row(
        "iam",
        "UpdateAssumeRolePolicy",
        "role",
        &["roleName", "=trust"],
        "changed trust policy of role {0}",
    ),
    row(
        "iam",
        "AttachRolePolicy",
        "role",
        &["roleName", "policyArn"],
        "{1} is still attached to role {0}",
    ),
    row(
        "iam",
        "PutRolePolicy",
        "role",
        &["roleName", "policyName"],
        "inline policy {1} of role {0}",
    ),
    row("iam", "CreatePolicy", "policy", &["<policy/arn"], "policy {0}"),
    row(
        "iam",
        "CreatePolicyVersion",
        "policy",
        &["policyArn", "<policyVersion/versionId"],
        "version {1} of policy {0}",
    ),
    row(
        "iam",
        "CreateSAMLProvider",
        "saml",
        &["<sAMLProviderArn"],
        "SAML provider {0}",
    ),
    row(
        "iam",
        "CreateOpenIDConnectProvider",
        "oidc",
        &["<openIDConnectProviderArn"],
        "OIDC provider {0}",
    ),
    row(
        "lambda",
        "CreateFunction",
        "function",
        &["functionName"],
        "Lambda function {0} ({@})",
    ),
    row(
        "lambda",
        "UpdateFunctionCode",
        "function",
        &["functionName", "=code"],
        "changed code of Lambda function {0} ({@})",
    ),
    row(
        "lambda",
        "UpdateFunctionConfiguration",
        "function",
        &["functionName", "=config"],
        "changed configuration of Lambda function {0} ({@})",
    ),
    row(
        "lambda",
        "AddPermission",
        "function",
        &["functionName", "statementId"],
        "permission {1} lets others invoke Lambda function {0} ({@})",
    ),
    row(
        "lambda",
        "CreateFunctionUrlConfig",
        "function",
        &["functionName", "=url"],
        "function URL of Lambda function {0} ({@})",
    ),
    row(
        "events",
        "PutRule",
        "rule",
        &["name"],
        "EventBridge rule {0} ({@})",
    ),
    row(
        "events",
        "PutTargets",
        "rule",
        &["rule", "=targets"],
        "targets of EventBridge rule {0} ({@})",
    ),
    row(
        "cloudformation",
        "CreateStack",
        "stack",
        &["stackName"],
        "CloudFormation stack {0} ({@})",
    ),
    row(
        "apigateway",
        "CreateRestApi",
        "api",
        &["<id"],
        "API Gateway API {0} ({@})",
    ),
    row(
        "ec2",
        "ImportKeyPair",
        "key-pair",
        &["keyName"],
        "EC2 key pair {0} ({@})",
    ),
    row(
        "ec2",
        "CreateKeyPair",
        "key-pair",
        &["keyName"],
        "EC2 key pair {0} ({@})",
    ),
    row(
        "ec2",
        "ModifySnapshotAttribute",
        "snapshot",
        &["snapshotId", "=shared"],
        "EBS snapshot {0} is shared with another account ({@})",
    ),
    row(
        "ec2",
        "ModifyImageAttribute",
        "image",
        &["imageId", "=shared"],
        "AMI {0} is shared with another account ({@})",
    ),
    row(
        "ec2",
        "AuthorizeSecurityGroupIngress",
        "group-ingress",
        &["groupId"],
        "inbound rule of security group {0} ({@})",
    ),
    row(
        "s3",
        "PutBucketPolicy",
        "bucket",
        &["bucketName", "=policy"],
        "changed policy of S3 bucket {0}",
    ),
    row("s3", "CreateBucket", "bucket", &["bucketName"], "S3 bucket {0}"),
    row(
        "cloudtrail",
        "StopLogging",
        "trail-stopped",
        &["name"],
        "trail {0} is still stopped ({@})",
    ),
    row(
        "cloudtrail",
        "DeleteTrail",
        "trail-deleted",
        &["name"],
        "CloudTrail trail {0} is deleted ({@})",
    ),
    row(
        "guardduty",
        "DeleteDetector",
        "detector-deleted",
        &["detectorId"],
        "GuardDuty is switched off: detector {0} is deleted ({@})",
    ),
    row(
        "rolesanywhere",
        "CreateTrustAnchor",
        "anchor",
        &["name"],
        "IAM Roles Anywhere trust anchor {0} ({@})",
    ),
    row(
        "config",
        "StopConfigurationRecorder",
        "recorder-stopped",
        &["configurationRecorderName"],
        "AWS Config recorder {0} is still stopped ({@})",
    ),
    row(
        "config",
        "DeleteConfigurationRecorder",
        "recorder-deleted",
        &["configurationRecorderName"],
        "AWS Config recorder {0} is deleted ({@})",
    ),
    row(
        "config",
        "DeleteDeliveryChannel",
        "channel-deleted",
        &["deliveryChannelName"],
        "AWS Config delivery channel {0} is deleted ({@})",
    ),
    row(
        "bedrock",
        "DeleteModelInvocationLoggingConfiguration",
        "invocation-logging",
        &["=deleted"],
        "Bedrock model invocation logging is switched off ({@})",
    ),
    row(
        "securityhub",
        "DisableSecurityHub",
        "hub",
        &["=disabled"],
        "Security Hub is switched off ({@})",
    ),
    row(
        "macie2",
        "DisableMacie",
        "macie",
        &["=disabled"],
        "Macie is switched off ({@})",
    ),
    row(
        "access-analyzer",
        "DeleteAnalyzer",
        "analyzer-deleted",
        &["analyzerName"],
        "IAM Access Analyzer {0} is deleted ({@})",
    ),
    row(
        "kms",
        "DisableKey",
        "key-disabled",
        &["keyId"],
        "KMS key {0} is disabled ({@})",
    ),
    row(
        "kms",
        "ScheduleKeyDeletion",
        "key-deletion",
        &["keyId"],
        "KMS key {0} is scheduled for deletion ({@})",
    ),
];

/// Calls that undo what a row above made.
const REMOVED: &[Remains] = &[
    row("iam", "DeleteUser", "user", &["userName"], ""),
    row(
        "iam",
        "DeleteLoginProfile",
        "user",
        &["userName", "=password"],
        "",
    ),
    row("iam", "DeleteAccessKey", "user", &["userName", "accessKeyId"], ""),
    row("iam", "DetachUserPolicy", "user", &["userName", "policyArn"], ""),
    row("iam", "DeleteUserPolicy", "user", &["userName", "policyName"], ""),
    row(
        "iam",
        "RemoveUserFromGroup",
        "user",
        &["userName", "groupName"],
        "",
    ),
    row("iam", "DeleteGroup", "group", &["groupName"], ""),
    row(
        "iam",
        "DetachGroupPolicy",
        "group",
        &["groupName", "policyArn"],
        "",
    ),
    row(
        "iam",
        "DeleteGroupPolicy",
        "group",
        &["groupName", "policyName"],
        "",
    ),
    row("iam", "DeleteRole", "role", &["roleName"], ""),
    row("iam", "DetachRolePolicy", "role", &["roleName", "policyArn"], ""),
    row("iam", "DeleteRolePolicy", "role", &["roleName", "policyName"], ""),
    row("iam", "DeletePolicy", "policy", &["policyArn"], ""),
    row(
        "iam",
        "DeletePolicyVersion",
        "policy",
        &["policyArn", "versionId"],
        "",
    ),
    row("iam", "DeleteSAMLProvider", "saml", &["sAMLProviderArn"], ""),
    row(
        "iam",
        "DeleteOpenIDConnectProvider",
        "oidc",
        &["openIDConnectProviderArn"],
        "",
    ),
    row("lambda", "DeleteFunction", "function", &["functionName"], ""),
    row(
        "lambda",
        "RemovePermission",
        "function",
        &["functionName", "statementId"],
        "",
    ),
    row(
        "lambda",
        "DeleteFunctionUrlConfig",
        "function",
        &["functionName", "=url"],
        "",
    ),
    row("events", "DeleteRule", "rule", &["name"], ""),
    row("events", "RemoveTargets", "rule", &["rule", "=targets"], ""),
    row("cloudformation", "DeleteStack", "stack", &["stackName"], ""),
    row("apigateway", "DeleteRestApi", "api", &["restApiId"], ""),
    row("ec2", "DeleteKeyPair", "key-pair", &["keyName"], ""),
    row("ec2", "DeleteSnapshot", "snapshot", &["snapshotId"], ""),
    row("ec2", "DeregisterImage", "image", &["imageId"], ""),
    row(
        "ec2",
        "RevokeSecurityGroupIngress",
        "group-ingress",
        &["groupId"],
        "",
    ),
    row(
        "s3",
        "DeleteBucketPolicy",
        "bucket",
        &["bucketName", "=policy"],
        "",
    ),
    row("s3", "DeleteBucket", "bucket", &["bucketName"], ""),
    row("cloudtrail", "StartLogging", "trail-stopped", &["name"], ""),
    row("rolesanywhere", "DeleteTrustAnchor", "anchor", &["name"], ""),
    row(
        "config",
        "StartConfigurationRecorder",
        "recorder-stopped",
        &["configurationRecorderName"],
        "",
    ),
    row(
        "bedrock",
        "PutModelInvocationLoggingConfiguration",
        "invocation-logging",
        &["=deleted"],
        "",
    ),
    row("securityhub", "EnableSecurityHub", "hub", &["=disabled"], ""),
    row("macie2", "EnableMacie", "macie", &["=disabled"], ""),
    row("kms", "EnableKey", "key-disabled", &["keyId"], ""),
    row("kms", "CancelKeyDeletion", "key-deletion", &["keyId"], ""),
];

/// Returns what remains after a call.
#[must_use]
pub fn made(service: &str, call: &str) -> Option<&'static Remains> {
    MADE.iter().find(|row| row.service == service && row.call == call)
}

/// Returns what a call removes.
#[must_use]
pub fn removed(service: &str, call: &str) -> Option<&'static Remains> {
    REMOVED
        .iter()
        .find(|row| row.service == service && row.call == call)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_removed_was_made_by_a_row_of_the_same_kind() {
        for row in REMOVED {
            assert!(
                MADE.iter().any(|made| made.service == row.service
                    && made.kind == row.kind
                    && made.global == row.global),
                "{row:?}"
            );
        }
    }

    #[test]
    fn every_sentence_names_its_id_and_regional_ones_their_region() {
        for row in MADE {
            // Of things that a region has once, the id is a constant.
            let has_name = row.id.iter().any(|member| !member.starts_with('='));
            assert_eq!(row.label.contains("{0}"), has_name, "{row:?}");
            assert_eq!(row.label.contains("{@}"), !row.global, "{row:?}");
        }
    }
}
