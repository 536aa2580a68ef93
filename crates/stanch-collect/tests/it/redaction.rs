//! No planted secret is in any file, in whatever form; what tells two secrets apart is.

use base64::Engine as _;
use serde_json::json;
use stanch_core::Answer;

use crate::account::{Account, rule};
use crate::run::{BEGAN, files, scope, some, whole};

const SECRETS: [&str; 6] = [
    "pl4nted/Env+Secret=1",
    "pl4nted/User+Data=22",
    "pl4nted/Task+Def=333",
    "pl4nted/Par+ameter=4",
    "pl4nted/Build+Env=55",
    "pl4nted/Token+Url=66",
];

fn base64(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(text)
}

fn url_escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// Every form in which a secret may stand in a file: plain, JSON-escaped, URL-escaped, base64 at each of three places.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned(), secret.replace('/', "\\/"), url_escaped(secret)];
    for skip in 0..3 {
        let padded = format!("{}{secret}{}", "x".repeat(skip), "x".repeat(3));
        let encoded = base64(&padded);
        // The characters at the ends mix in what stands next to the secret.
        forms.push(encoded[4..encoded.len() - 8].to_owned());
    }
    forms
}

fn leaks(files: &std::collections::BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut found = Vec::new();
    for (name, bytes) in files {
        let text = String::from_utf8_lossy(bytes);
        for secret in SECRETS {
            for form in forms(secret) {
                if text.contains(&form) {
                    found.push(format!("{name}: {form}"));
                }
            }
        }
    }
    found
}

fn planted() -> Account {
    Account::default()
        .with(rule("ec2", "DescribeInstances", |_| {
            Answer::ok(json!({"Reservations": [{"Instances": [{"InstanceId": "i-1"}]}]}))
        }))
        .with(rule("ec2", "DescribeInstanceAttribute", |_| {
            Answer::ok(json!({"InstanceId": "i-1", "UserData": {"Value": base64(&format!("#!/bin/sh\nexport A={}\n", SECRETS[1]))}}))
        }))
        .with(rule("lambda", "GetFunction", |_| {
            Answer::ok(json!({
                "Configuration": {"FunctionName": "f", "Environment": {"Variables": {"DB": SECRETS[0], "MODE": "prod"}}},
                "Code": {"Location": format!("https://b.s3.amazonaws.com/k?X-Amz-Credential=A&X-Amz-Signature={}", url_escaped(SECRETS[5]))}
            }))
        }))
        .with(rule("ecs", "ListTaskDefinitions", |_| Answer::ok(json!({"taskDefinitionArns": ["arn:t"]}))))
        .with(rule("ecs", "DescribeTaskDefinition", |_| {
            Answer::ok(json!({"taskDefinition": {"containerDefinitions": [{
                "name": "web", "image": "nginx", "command": ["run", "--key", SECRETS[2]],
                "environment": [{"name": "TOKEN", "value": SECRETS[2]}],
                "secrets": [{"name": "S", "valueFrom": "arn:aws:secretsmanager:eu-west-1:1:secret:prod/db-AbCdEf"}]
            }]}}))
        }))
        .with(rule("cloudformation", "DescribeStacks", |_| {
            Answer::ok(json!({"Stacks": [{"StackName": "s", "Parameters": [{"ParameterKey": "Db", "ParameterValue": SECRETS[3]}]}]}))
        }))
        .with(rule("ssm", "ListCommands", |_| {
            Answer::ok(json!({"Commands": [{"CommandId": "c", "Parameters": {"commands": [format!("curl -u x:{}", SECRETS[3])]}}]}))
        }))
        .with(rule("ssm", "DescribeParameters", |_| {
            Answer::ok(json!({"Parameters": [{"Name": "/prod/db", "Type": "SecureString", "Description": format!("password: {}", SECRETS[3])}]}))
        }))
        .with(rule("codebuild", "ListProjects", |_| Answer::ok(json!({"projects": ["p"]}))))
        .with(rule("codebuild", "BatchGetProjects", |_| {
            Answer::ok(json!({"projects": [{"name": "p", "environment": {"image": "aws/codebuild", "environmentVariables": [{"name": "NPM", "value": SECRETS[4], "type": "PLAINTEXT"}]}, "source": {"buildspec": format!("env:\n  variables:\n    NPM_TOKEN: {}\n", SECRETS[4])}}]}))
        }))
        .with(rule("kms", "ListKeys", |_| {
            Answer::refused(stanch_core::CallOutcome::Denied, Some("AccessDenied"), Some(&format!("Encoded authorization failure, token={}", SECRETS[5])))
        }))
}

#[tokio::test(start_paused = true)]
async fn no_planted_secret_is_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    let collectors = some(&[
        "ec2-instances",
        "lambda",
        "ecs",
        "cloudformation",
        "ssm",
        "builds",
        "kms",
    ]);
    let order = stanch_collect::Order::of(&collectors, vec![scope()], BEGAN).unwrap();
    let mut store = stanch_collect::Store::create(folder.path(), crate::run::manifest("s1")).unwrap();
    let stop = stanch_collect::Stop::default();
    let ended = crate::run::run(
        &order,
        &planted(),
        &mut store,
        &stop,
        stanch_collect::Limits::default(),
    )
    .await;
    drop(store);
    // While readings come in, and when they are sorted.
    assert_eq!(leaks(&files(folder.path())), Vec::<String>::new());
    let store = stanch_collect::Store::resume(&folder.path().join("s1")).unwrap();
    store.finish(&ended, BEGAN).unwrap();
    let found = files(folder.path());
    assert_eq!(leaks(&found), Vec::<String>::new());

    let text: String = found
        .values()
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .collect();
    for kept in [
        "\"DB\"",
        "\"MODE\"",
        "\"TOKEN\"",
        "\"NPM\"",
        "/prod/db",
        "nginx",
        "aws/codebuild",
        "secret:prod/db-AbCdEf",
        "sha256",
    ] {
        assert!(text.contains(kept), "{kept} is gone");
    }
}

#[tokio::test(start_paused = true)]
async fn the_search_finds_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let collectors = some(&["lambda"]);
    let order = stanch_collect::Order::of(&collectors, vec![scope()], BEGAN).unwrap();
    whole(&order, &planted(), folder.path()).await;
    for (form, text) in [
        ("plain", SECRETS[0].to_owned()),
        ("base64", base64(&format!("export A={}\n", SECRETS[0]))),
        ("url", url_escaped(SECRETS[0])),
    ] {
        let path = folder.path().join("s1").join("left.txt");
        std::fs::write(&path, text).unwrap();
        assert!(!leaks(&files(folder.path())).is_empty(), "{form}");
        std::fs::remove_file(&path).unwrap();
    }
}
