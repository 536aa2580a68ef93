//! Chapter 1: somebody tries the key and looks around, in every region at once. Some of it is refused.

use serde_json::{Value, json};

use super::{Meaning, Script};
use crate::cast::UNUSED_REGIONS;
use crate::record::Record;

const ACCOUNT: Meaning = ("discovery", "T1087.004");
const CLOUD: Meaning = ("discovery", "T1580");
const SERVICES: Meaning = ("discovery", "T1526");

pub(super) fn play(script: &mut Script<'_>) {
    let home = script.home();
    let hello = Record::read(script.leaked(), "sts", "GetCallerIdentity");
    script.act(home, ("initial-access", "T1078.004"), hello);
    script.second += 21;
    identities(script);
    regions(script);
    refusals(script);
}

fn identities(script: &mut Script<'_>) {
    let home = script.home();
    let own = script.cast.release_user.name;
    for (name, request) in [
        ("GetUser", Value::Null),
        ("ListUsers", Value::Null),
        ("ListRoles", Value::Null),
        ("ListGroups", Value::Null),
        ("ListPolicies", json!({"scope": "Local", "onlyAttached": true})),
        ("ListAttachedUserPolicies", json!({"userName": own})),
        ("ListUserPolicies", json!({"userName": own})),
        ("ListGroupsForUser", json!({"userName": own})),
        ("ListAccessKeys", json!({"userName": own})),
        ("GetAccountSummary", Value::Null),
        ("GetAccountPasswordPolicy", Value::Null),
        ("ListMFADevices", Value::Null),
        ("ListInstanceProfiles", Value::Null),
        ("GetAccountAuthorizationDetails", json!({"maxItems": 1000})),
    ] {
        let record = Record::read(script.leaked(), "iam", name).request(request);
        script.act(home, ACCOUNT, record);
    }
    let buckets = Record::read(script.leaked(), "s3", "ListBuckets");
    script.act(home, ("discovery", "T1619"), buckets);
}

fn regions(script: &mut Script<'_>) {
    let used = script.cast.regions.iter().take(3).copied();
    let all: Vec<&str> = used.chain(UNUSED_REGIONS).collect();
    let record = Record::read(script.leaked(), "ec2", "DescribeRegions").request(json!({"allRegions": true}));
    script.act(script.home(), CLOUD, record);
    for region in all {
        for (service, name, request) in [
            (
                "ec2",
                "DescribeInstances",
                json!({"maxResults": 1000, "instancesSet": {}, "filterSet": {}}),
            ),
            ("ec2", "DescribeVpcs", json!({"vpcSet": {}, "filterSet": {}})),
            (
                "ec2",
                "DescribeSecurityGroups",
                json!({"securityGroupSet": {}, "filterSet": {}}),
            ),
            (
                "ec2",
                "DescribeSnapshots",
                json!({"ownersSet": {"items": [{"owner": "self"}]}}),
            ),
            ("ec2", "DescribeKeyPairs", Value::Null),
            ("rds", "DescribeDBInstances", Value::Null),
            ("lambda", "ListFunctions20150331", Value::Null),
            ("secretsmanager", "ListSecrets", json!({"maxResults": 100})),
            ("ses", "GetSendQuota", Value::Null),
        ] {
            let record = Record::read(script.leaked(), service, name).request(request);
            script.act(region, if service == "ec2" { CLOUD } else { SERVICES }, record);
        }
    }
}

fn refusals(script: &mut Script<'_>) {
    let home = script.home();
    for (service, name) in [
        ("organizations", "DescribeOrganization"),
        ("organizations", "ListAccounts"),
        ("ce", "GetCostAndUsage"),
        ("account", "GetContactInformation"),
        ("cloudtrail", "LookupEvents"),
        ("guardduty", "ListFindings"),
        ("bedrock", "ListFoundationModels"),
        ("ssm", "DescribeInstanceInformation"),
        ("eks", "ListClusters"),
        ("kms", "ListAliases"),
        ("dynamodb", "ListTables"),
        ("sns", "GetSMSAttributes"),
    ] {
        let record = Record::read(script.leaked(), service, name).denied();
        script.act(home, SERVICES, record);
    }
}
