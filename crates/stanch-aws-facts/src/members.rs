//! Members of requests and replies that name a resource, and those that merely refer to one.
//!
//! It must not know calls.

/// Labels and request members of the most telling values of a call. Earlier rows name the target before later ones do. No member
/// that can carry a secret is listed.
pub const TARGETS: [(&str, &str); 48] = [
    ("user", "userName"),
    ("role", "roleName"),
    ("role", "roleArn"),
    ("group", "groupName"),
    ("policy", "policyArn"),
    ("policy", "policyName"),
    ("access key", "accessKeyId"),
    ("function", "functionName"),
    ("bucket", "bucketName"),
    ("object", "key"),
    ("secret", "secretId"),
    ("key", "keyId"),
    ("trail", "trailName"),
    ("detector", "detectorId"),
    ("instance", "instanceId"),
    ("instance", "instancesSet.items.instanceId"),
    ("instance", "instanceIds"),
    ("instance type", "instanceType"),
    ("image", "imageId"),
    ("image", "instancesSet.items.imageId"),
    ("snapshot", "snapshotId"),
    ("volume", "volumeId"),
    ("security group", "groupId"),
    ("network ACL", "networkAclId"),
    ("key pair", "keyName"),
    ("database", "dBInstanceIdentifier"),
    ("database", "dBClusterIdentifier"),
    ("snapshot", "dBSnapshotIdentifier"),
    ("snapshot", "dBClusterSnapshotIdentifier"),
    ("flow log", "DeleteFlowLogsRequest.FlowLogId.content"),
    ("log group", "logGroupName"),
    ("topic", "topicArn"),
    ("queue", "queueUrl"),
    ("repository", "repositoryName"),
    ("model", "modelId"),
    ("document", "documentName"),
    ("parameter", "names"),
    ("stack", "stackName"),
    ("cluster", "clusterName"),
    ("cluster", "cluster"),
    ("table", "tableName"),
    ("domain", "domainName"),
    ("identity", "identity"),
    ("provider", "sAMLProviderArn"),
    ("provider", "openIDConnectProviderArn"),
    ("account", "accountId"),
    ("region", "regionName"),
    ("name", "name"),
];

/// Request members that name what a call changed, the most exact first.
pub const SUBJECTS: [&str; 14] = [
    "userName",
    "roleName",
    "groupName",
    "policyArn",
    "policyName",
    "bucketName",
    "functionName",
    "groupId",
    "keyId",
    "name",
    "detectorId",
    "trailName",
    "secretId",
    "instanceId",
];

/// Endings of members that name a resource, in lower case.
const NAMING: [&str; 12] = [
    "name",
    "id",
    "arn",
    "url",
    "identifier",
    "bucket",
    "serialnumber",
    "identity",
    "family",
    "number",
    "ids",
    "names",
];

/// Members that refer to another resource, or are no name at all, in lower case.
const REFERRING: [&str; 31] = [
    "rolearn",
    "role",
    "principalarn",
    "requestid",
    "clientrequesttoken",
    "imageid",
    "subnetid",
    "vpcid",
    "subnetids",
    "vpcids",
    "kmskeyid",
    "ownerid",
    "reservationid",
    "securitygroupids",
    "groupids",
    "volumeid",
    "networkinterfaceid",
    "attributename",
    "sourcearn",
    "targetarn",
    "accountid",
    "principalid",
    "devicename",
    "zoneid",
    "availabilityzone",
    "regionname",
    "owningaccountid",
    "statementid",
    "sid",
    "servicename",
    "servicelinkedrolename",
];

/// Members that name a resource in the calls of this name alone, in lower case.
const NAMING_IN: [(&str, &str); 3] = [
    ("regionname", "EnableRegion"),
    ("principalarn", "CreateAccessEntry"),
    ("alternatecontacttype", "PutAlternateContact"),
];

/// Returns true when a member, in lower case, names the resource of a call rather than one that the call refers to.
#[must_use]
pub fn names_resource(member: &str, call: &str) -> bool {
    NAMING.iter().any(|ending| member.ends_with(ending)) && !REFERRING.contains(&member)
        || matches!(member, "name" | "emailaddress")
        || NAMING_IN.contains(&(member, call))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_that_name_and_members_that_refer() {
        for (member, call, names) in [
            ("username", "CreateUser", true),
            ("rolearn", "CreateFunction", false),
            ("regionname", "EnableRegion", true),
            ("regionname", "RunInstances", false),
            ("document", "CreatePolicy", false),
        ] {
            assert_eq!(names_resource(member, call), names, "{member} of {call}");
        }
    }

    #[test]
    fn no_member_of_a_target_can_carry_a_secret() {
        for (label, member) in TARGETS {
            let lower = member.to_ascii_lowercase();
            assert!(
                !lower.contains("password") && !lower.contains("secretaccess") && !label.is_empty(),
                "{member}"
            );
        }
    }
}
