//! The derived fields over records of the shapes that AWS logs.

use serde_json::{Value, json};

use super::*;
use crate::network::Networks;
use crate::rules::fixture;

fn shown(field: Option<Field<'_>>) -> Value {
    match field {
        None => Value::Null,
        Some(Field::Text(text)) => json!(text),
        Some(Field::Flag(flag)) => json!(flag),
        Some(Field::Number(number)) => json!(number),
        Some(Field::Words(words)) => json!(words),
        Some(Field::Texts(texts)) => json!(texts),
    }
}

fn get(name: &str, record: &Value) -> Value {
    let event = fixture::event(record);
    let networks = Networks::default();
    let observation = Observation::new(&event, &networks, 40, crate::Keep::Place);
    shown(field(&observation, name))
}

fn ec2(name: &str, request: &Value) -> Value {
    json!({"eventSource": "ec2.amazonaws.com", "eventName": name, "requestParameters": request})
}

fn call(service: &str, name: &str, request: &Value) -> Value {
    json!({"eventSource": format!("{service}.amazonaws.com"), "eventName": name, "requestParameters": request})
}

#[test]
fn names_and_outcomes() {
    let record = json!({"eventSource": "lambda.amazonaws.com", "eventName": "AddPermission20150331v2",
        "errorCode": "Client.RequestLimitExceeded"});
    assert_eq!(get("name", &record), json!("AddPermission"));
    assert_eq!(get("service", &record), json!("lambda"));
    assert_eq!(get("outcome", &record), json!("limited"));
    assert_eq!(get("no-such-field", &record), Value::Null);
}

#[test]
fn every_documented_field_exists_and_no_other() {
    let path = "../../docs/rule-fields.md";
    let text = std::fs::read_to_string(path).unwrap();
    let documented: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `stanch.")?.split('`').next())
        .collect();
    assert_eq!(documented, NAMES);
}

#[test]
fn callers() {
    let role = json!({"eventSource": "s3.amazonaws.com", "eventName": "GetObject", "userIdentity": {
        "type": "AssumedRole", "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "arn": "arn:aws:sts::111122223333:assumed-role/web/i-0123456789abcdef0"}});
    assert_eq!(get("caller.kind", &role), json!("assumed-role"));
    assert_eq!(get("caller.is_instance", &role), json!(true));
    assert_eq!(get("caller.is_temporary", &role), json!(true));
    assert_eq!(get("caller.is_service", &role), json!(false));
    let service = json!({"eventSource": "kms.amazonaws.com", "eventName": "Decrypt",
        "userIdentity": {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}});
    assert_eq!(get("caller.is_service", &service), json!(true));
    assert_eq!(get("caller.is_temporary", &service), Value::Null);
}

#[test]
fn targets_of_iam_calls() {
    let key = |request: Value| get("target.is_caller", &call("iam", "CreateAccessKey", &request));
    assert_eq!(key(json!({"userName": "ci-deploy"})), json!(true));
    assert_eq!(key(json!({"userName": "ann"})), json!(false));
    assert_eq!(key(json!({})), json!(true));
    assert_eq!(key(Value::Null), json!(true));
    assert_eq!(
        get(
            "target.is_caller",
            &call("iam", "CreateRole", &json!({"roleName": "x"}))
        ),
        Value::Null
    );
    assert_eq!(
        get(
            "target.is_caller",
            &call("s3", "PutObject", &json!({"userName": "x"}))
        ),
        Value::Null
    );
}

#[test]
fn agents() {
    for (agent, word) in [
        ("aws-cli/2.15.30 Python/3.11.8 Linux/6.1", "cli"),
        ("Boto3/1.34 Python/3.12", "sdk"),
        ("aws-sdk-go-v2/1.24.0 os/linux", "sdk"),
        (
            "APN/1.0 HashiCorp/1.0 Terraform/1.6.6 aws-sdk-go/1.44",
            "terraform",
        ),
        ("cloudformation.amazonaws.com", "cloudformation"),
        ("console.amazonaws.com", "console"),
        ("[S3Console/0.4, aws-internal/3 aws-sdk-java/1.11]", "console"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "browser"),
        ("ec2.amazonaws.com", "service"),
        (
            "Boto3/1.9.89 Python/3.8.1 Linux/4.1.2-kali Botocore",
            "attack-tool",
        ),
        ("curl/8.0", "other"),
    ] {
        let record = json!({"eventSource": "sts.amazonaws.com", "eventName": "X", "userAgent": agent});
        assert_eq!(get("agent", &record), json!(word), "{agent}");
    }
    let none = json!({"eventSource": "sts.amazonaws.com", "eventName": "X", "userAgent": null});
    assert_eq!(get("agent", &none), Value::Null);
}

#[test]
fn sign_ins() {
    let login = |additional: Value, kind: &str| {
        json!({"eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin",
            "additionalEventData": additional, "userIdentity": {"type": kind}})
    };
    assert_eq!(
        get("mfa", &login(json!({"MFAUsed": "No"}), "IAMUser")),
        json!(false)
    );
    assert_eq!(get("mfa", &login(json!({"MFAUsed": "Yes"}), "Root")), json!(true));
    assert_eq!(get("mfa", &login(Value::Null, "Root")), Value::Null);
    assert_eq!(
        get("sign_in.federated", &login(Value::Null, "AssumedRole")),
        json!(true)
    );
    assert_eq!(
        get("sign_in.federated", &login(Value::Null, "IAMUser")),
        json!(false)
    );
    assert_eq!(
        get("sign_in.federated", &ec2("RunInstances", &Value::Null)),
        Value::Null
    );
    let session = json!({"eventSource": "iam.amazonaws.com", "eventName": "GetUser", "userIdentity":
        {"type": "IAMUser", "sessionContext": {"attributes": {"mfaAuthenticated": "false"}}}});
    assert_eq!(get("mfa", &session), json!(false));
}

#[test]
fn managed_policies() {
    let attached = |arn: &str| {
        get(
            "attached",
            &call("iam", "AttachUserPolicy", &json!({"policyArn": arn})),
        )
    };
    assert_eq!(
        attached("arn:aws:iam::aws:policy/AdministratorAccess"),
        json!("admin")
    );
    assert_eq!(
        attached("arn:aws-cn:iam::aws:policy/IAMFullAccess"),
        json!("iam-full")
    );
    assert_eq!(
        attached("arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3"),
        json!("quarantine")
    );
    assert_eq!(
        attached("arn:aws:iam::111122223333:policy/AdministratorAccess"),
        json!("other")
    );
    assert_eq!(
        get("attached", &call("iam", "CreateUser", &json!({"userName": "x"}))),
        Value::Null
    );
}

#[test]
fn documents_in_requests() {
    let document = r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let put = call(
        "iam",
        "PutUserPolicy",
        &json!({"userName": "a", "policyDocument": document}),
    );
    assert_eq!(get("grants", &put), json!(["admin"]));
    let token = call(
        "sts",
        "GetFederationToken",
        &json!({"policy": "%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22iam%3A%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D"}),
    );
    assert_eq!(get("grants", &token), json!(["iam-all"]));
    let trust = r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"sts:AssumeRole"}]}"#;
    let role = call(
        "iam",
        "CreateRole",
        &json!({"roleName": "r", "assumeRolePolicyDocument": trust}),
    );
    assert_eq!(get("trusts", &role), json!(["external-account"]));
    assert_eq!(get("trusts.accounts", &role), json!(["444455556666"]));
    assert_eq!(get("grants", &role), Value::Null);
}

#[test]
fn shared_disks_images_and_databases() {
    let snapshot = |item: Value| {
        let change = json!({"createVolumePermission": {"add": {"items": [item]}}, "snapshotId": "snap-1"});
        get("exposes", &ec2("ModifySnapshotAttribute", &change))
    };
    assert_eq!(
        snapshot(json!({"userId": "444455556666"})),
        json!(["external-account"])
    );
    assert_eq!(snapshot(json!({"group": "all"})), json!(["public"]));
    assert_eq!(
        snapshot(json!({"userId": "111122223333"})),
        json!(["same-account"])
    );
    let removed = json!({"createVolumePermission": {"remove": {"items": [{"group": "all"}]}}});
    assert_eq!(
        get("exposes", &ec2("ModifySnapshotAttribute", &removed)),
        Value::Null
    );
    let image = json!({"launchPermission": {"add": {"items":
        [{"organizationArn": "arn:aws:organizations::1:organization/o-example"}]}}});
    assert_eq!(
        get("exposes", &ec2("ModifyImageAttribute", &image)),
        json!(["organization"])
    );
    let database = json!({"attributeName": "restore", "valuesToAdd": ["all", "444455556666"]});
    let record = call("rds", "ModifyDBClusterSnapshotAttribute", &database);
    assert_eq!(get("exposes", &record), json!(["public", "external-account"]));
    assert_eq!(get("exposes.accounts", &record), json!(["444455556666"]));
}

#[test]
fn shared_by_policy() {
    let open = json!({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]});
    for (service, name, request) in [
        (
            "s3",
            "PutBucketPolicy",
            json!({"bucketName": "b", "policy": "", "bucketPolicy": open}),
        ),
        (
            "kms",
            "PutKeyPolicy",
            json!({"keyId": "k", "policy": open.to_string()}),
        ),
        (
            "sqs",
            "SetQueueAttributes",
            json!({"attributes": {"Policy": open.to_string()}}),
        ),
        (
            "sns",
            "SetTopicAttributes",
            json!({"attributeName": "Policy", "attributeValue": open.to_string()}),
        ),
        (
            "ecr",
            "SetRepositoryPolicy",
            json!({"policyText": open.to_string()}),
        ),
        (
            "secretsmanager",
            "PutResourcePolicy",
            json!({"resourcePolicy": open.to_string()}),
        ),
        (
            "glacier",
            "SetVaultAccessPolicy",
            json!({"policy": {"policy": open.to_string()}}),
        ),
        (
            "lambda",
            "AddPermission20150331v2",
            json!({"principal": "*", "action": "lambda:InvokeFunction"}),
        ),
    ] {
        assert_eq!(
            get("exposes", &call(service, name, &request)),
            json!(["public"]),
            "{service}"
        );
    }
}

#[test]
fn shared_with_conditions_or_not_at_all() {
    let open = json!({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]});
    let endpoint = ec2("CreateVpcEndpoint", &json!({"policyDocument": open.to_string()}));
    assert_eq!(get("exposes", &endpoint), Value::Null);
    let source = json!({"principal": "*", "sourceAccount": "444455556666"});
    assert_eq!(
        get("exposes", &call("lambda", "AddPermission20150331v2", &source)),
        json!(["external-account"])
    );
    let service = json!({"principal": "s3.amazonaws.com", "sourceAccount": "111122223333"});
    assert_eq!(
        get("exposes", &call("lambda", "AddPermission20150331v2", &service)),
        json!(["service"])
    );
}

#[test]
fn access_lists() {
    let acl = |request: Value| get("exposes", &call("s3", "PutBucketAcl", &request));
    assert_eq!(acl(json!({"x-amz-acl": ["public-read"]})), json!(["public"]));
    assert_eq!(acl(json!({"x-amz-acl": "private"})), Value::Null);
    let header = "uri=\"http://acs.amazonaws.com/groups/global/AuthenticatedUsers\", id=\"abc\"";
    assert_eq!(
        acl(json!({"x-amz-grant-read": header})),
        json!(["public", "external-account"])
    );
    let written = json!({"AccessControlPolicy": {"Owner": {"ID": "own"}, "AccessControlList": {"Grant": [
        {"Grantee": {"ID": "own"}, "Permission": "FULL_CONTROL"},
        {"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}]}}});
    assert_eq!(acl(written), json!(["public", "same-account"]));
}

#[test]
fn opened_ports() {
    let rule = |protocol: &str, from: Value, to: Value, range: &str| {
        let permission = json!({"ipProtocol": protocol, "fromPort": from, "toPort": to, "groups": {},
            "ipRanges": {"items": [{"cidrIp": range}]}, "ipv6Ranges": {}, "prefixListIds": {}});
        get(
            "opens",
            &ec2(
                "AuthorizeSecurityGroupIngress",
                &json!({"ipPermissions": {"items": [permission]}}),
            ),
        )
    };
    assert_eq!(
        rule("tcp", json!(22), json!(22), "0.0.0.0/0"),
        json!(["world", "world-admin-port"])
    );
    assert_eq!(
        rule("tcp", json!("443"), json!("443"), "0.0.0.0/0"),
        json!(["world", "world-web-port"])
    );
    assert_eq!(
        rule("tcp", json!(8080), json!(8080), "198.51.100.254/0"),
        json!(["world"])
    );
    assert_eq!(rule("tcp", json!(22), json!(22), "192.0.2.0/24"), Value::Null);
    assert_eq!(rule("icmp", json!(-1), json!(-1), "0.0.0.0/0"), json!(["world"]));
    let all = json!(["world", "world-admin-port", "world-all-ports"]);
    assert_eq!(rule("-1", Value::Null, Value::Null, "0.0.0.0/0"), all);
    assert_eq!(rule("tcp", json!(0), json!(65535), "0.0.0.0/0"), all);
    let v6 = json!({"ipPermissions": {"items": [{"ipProtocol": "tcp", "fromPort": 3389, "toPort": 3389,
        "ipRanges": {}, "ipv6Ranges": {"items": [{"cidrIpv6": "::/0"}]}}]}});
    let record = ec2("AuthorizeSecurityGroupIngress", &v6);
    assert_eq!(get("opens", &record), json!(["world", "world-admin-port"]));
    let modified = json!({"ModifySecurityGroupRulesRequest": {"GroupId": "sg-1", "SecurityGroupRule":
        {"SecurityGroupRule": {"CidrIpv4": "0.0.0.0/0", "FromPort": 22, "IpProtocol": "tcp", "ToPort": 22}}}});
    assert_eq!(
        get("opens", &ec2("ModifySecurityGroupRules", &modified)),
        json!(["world", "world-admin-port"])
    );
    assert_eq!(
        get("opens", &ec2("AuthorizeSecurityGroupEgress", &v6)),
        Value::Null
    );
}

#[test]
fn network_acl_entries() {
    let entry = |egress: Value, action: &str, range: Value| {
        let request = json!({"egress": egress, "ruleAction": action, "aclProtocol": "6",
            "portRange": range, "cidrBlock": "0.0.0.0/0"});
        get("opens", &ec2("CreateNetworkAclEntry", &request))
    };
    let port = json!({"from": 20, "to": 30});
    assert_eq!(
        entry(json!(false), "allow", port.clone()),
        json!(["world", "world-admin-port"])
    );
    assert_eq!(entry(json!("true"), "allow", port.clone()), Value::Null);
    assert_eq!(entry(json!(false), "deny", port), Value::Null);
}

#[test]
fn machines_asked_for() {
    let run = |kind: &str| {
        let request =
            json!({"instanceType": kind, "instancesSet": {"items": [{"maxCount": 10, "minCount": 1}]}});
        ec2("RunInstances", &request)
    };
    for (kind, class) in [
        ("p4d.24xlarge", "gpu"),
        ("g5.xlarge", "gpu"),
        ("trn1n.32xlarge", "gpu"),
        ("c5a.24xlarge", "large"),
        ("m5.metal", "large"),
        ("m5.4xlarge", "normal"),
        ("t3.micro", "normal"),
        ("mac2.metal", "large"),
        ("", "normal"),
    ] {
        assert_eq!(get("instances.class", &run(kind)), json!(class), "{kind}");
    }
    assert_eq!(get("instances.count", &run("t3.micro")), json!(10));
    let notebook = call(
        "sagemaker",
        "CreateNotebookInstance",
        &json!({"instanceType": "ml.p3.2xlarge"}),
    );
    assert_eq!(get("instances.class", &notebook), json!("gpu"));
    assert_eq!(
        get("instances.class", &ec2("DescribeInstances", &json!({}))),
        Value::Null
    );
}

proptest::proptest! {
    #[test]
    fn no_request_makes_a_field_panic(text in "[\\[\\]{}\":,a-zA-Z0-9*/. -]{0,120}", which in 0..8_usize) {
        let names = ["PutBucketPolicy", "AuthorizeSecurityGroupIngress", "RunInstances", "CreateRole",
            "PutUserPolicy", "ModifySnapshotAttribute", "AddPermission", "ConsoleLogin"];
        for service in ["ec2", "iam", "s3", "lambda"] {
            let request = serde_json::from_str(&text).unwrap_or_else(|_| json!({"policy": text, "bucketPolicy":
                text, "policyDocument": text, "instanceType": text, "principal": text}));
            let record = call(service, names[which], &request);
            for name in NAMES {
                drop(get(name, &record));
            }
        }
    }
}
