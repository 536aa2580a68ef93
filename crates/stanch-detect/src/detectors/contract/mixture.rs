//! Many calls of every kind that some detector looks for: quiet days, then twenty wild minutes.

use serde_json::json;
use stanch_core::EventKey;

use super::{ACCOUNT, Call, call, series};

const NAMES: [&str; 32] = [
    "AssumeRole",
    "AttachUserPolicy",
    "BatchGetSecretValue",
    "ConsoleLogin",
    "ConsoleLogin",
    "ConsoleLogin",
    "CopyObject",
    "CreateSecret",
    "CreateTrail",
    "DeleteObject",
    "DeleteSnapshot",
    "DeleteTrail",
    "DescribeInstances",
    "DescribeRegions",
    "DescribeSnapshots",
    "GetAccountSummary",
    "GetObject",
    "GetSecretValue",
    "GetSecretValue",
    "GetSendQuota",
    "ListBuckets",
    "ListFunctions",
    "ListKeys",
    "ListRoles",
    "ListTopics",
    "ListUsers",
    "PutEventSelectors",
    "PutObject",
    "RunInstances",
    "StartLogging",
    "StopLogging",
    "TerminateInstances",
];

struct Dice {
    seed: u64,
    index: usize,
}

impl Dice {
    fn number(&self, what: &str, below: usize) -> usize {
        let hash = EventKey::of(&[
            &self.seed.to_le_bytes(),
            &self.index.to_le_bytes(),
            what.as_bytes(),
        ])
        .0;
        usize::try_from(hash % below as u128).unwrap()
    }

    fn text(&self, what: &str, texts: &[&str]) -> String {
        texts[self.number(what, texts.len())].to_owned()
    }
}

/// One mixture per seed.
pub(in crate::detectors) fn mixture(seed: u64) -> Vec<Call> {
    let quiet = ["ann", "ben", "ci-deploy"].map(|user| {
        let usual = call("2026-03-01T08:00:00Z", "CreateTags").by_user(user);
        series(&usual, 40, 9_000, |call, _| call)
    });
    let wild = (0..600).map(|index| wild(&Dice { seed, index }));
    quiet.into_iter().flatten().chain(wild).collect()
}

fn wild(dice: &Dice) -> Call {
    let user = dice.text("user", &["ann", "ben", "ci-deploy"]);
    let call = call("2026-03-06T12:00:00Z", &dice.text("name", &NAMES))
        .later(i64::try_from(dice.number("second", 1_200)).unwrap())
        .to(&dice.text("service", &["iam", "s3", "ec2", "sts", "secretsmanager"]))
        .region(&dice.text("region", &["eu-west-1", "us-east-1", "sa-east-1"]))
        .from(&dice.text(
            "address",
            &[
                "198.51.100.7",
                "203.0.113.9",
                "10.0.0.9",
                "AWS Internal",
                "012.3.4.5",
            ],
        ))
        .agent(&dice.text(
            "agent",
            &[
                "Boto3/1.34",
                "aws-cli/2.15",
                "APN/1.0 HashiCorp/1.0 Terraform/1.9",
                "",
            ],
        ))
        .error(&dice.text("error", &["", "", "AccessDenied", "Client.VcpuLimitExceeded"]))
        .response(json!({"ConsoleLogin": dice.text("login", &["Success", "Failure", "Failure"])}))
        .additional(json!({"MFAUsed": dice.text("mfa", &["Yes", "No"])}));
    match dice.number("caller", 6) {
        0 => call.by_role("a", "session"),
        1 => call.by_role("b", "i-0abcdef1234567890"),
        2 => call.by_root(),
        _ => call.by_user(&user),
    }
    .request(request(dice, &user))
}

fn request(dice: &Dice, user: &str) -> serde_json::Value {
    json!({
        "userName": user,
        "name": dice.text("trail", &["main", "audit"]),
        "bucketName": "exports",
        "key": format!("{}.txt", dice.text("key", &["a", "b", "ransom-note"])),
        "secretId": format!("secret-{}", dice.number("secret", 30)),
        "instanceType": dice.text("type", &["t3.micro", "p4d.24xlarge"]),
        "roleArn": format!("arn:aws:iam::{ACCOUNT}:role/{}", dice.text("role", &["a", "b"])),
        "x-amz-server-side-encryption-customer-algorithm": "AES256",
    })
}
