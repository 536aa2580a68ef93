//! Unknown results are reported as unknown, each kind differently.

use stanch_collect::snapshot::Wanted;
use stanch_core::CallOutcome;
use stanch_core::reply::Answer;

use crate::account::{Account, refused, rule};
use crate::run::{few, files, whole};

/// Rows of the table that the test shows.
const SHOWN: &[&str] = &[
    "us-east-1/iam:ListUsers",
    "us-east-1/iam:GetLoginProfile",
    "us-east-1/iam:ListMFADevices",
    "eu-west-1/kms:ListKeys",
    "eu-west-1/kms:ListGrants",
    "eu-west-1/kms:ListAliases",
    "eu-west-1/ecs:ListServices",
    "eu-west-1/ecs:DescribeServices",
    "us-east-1/ecs:DescribeTaskDefinition",
    "us-east-1/ecs:ListTaskDefinitions",
    "us-east-1/ecs:ListServices",
    "us-east-1/lambda:ListLayers",
    "us-east-1/lambda:GetLayerVersionPolicy",
    "af-south-1/guardduty:ListDetectors",
    "af-south-1/guardduty:GetDetector",
];

#[tokio::test(start_paused = true)]
async fn the_table_tells_every_kind_apart() {
    let folder = tempfile::tempdir().unwrap();
    let account = Account::default()
        .with(rule("ecs", "ListTaskDefinitions", |_| {
            refused(CallOutcome::Throttled, "ThrottlingException")
        }))
        .with(rule("lambda", "ListLayers", |_| {
            refused(CallOutcome::NotSupported, "NotImplemented")
        }));
    let (ended, snapshot) = whole(&few(), &account, folder.path()).await;
    assert!(!ended.is_cut_short && snapshot.is_finished());
    let coverage = snapshot.coverage().unwrap();
    let rows: Vec<String> = coverage
        .rows
        .iter()
        .filter(|row| {
            let place = format!("{}/{}:{}", row.region, row.service, row.operation);
            SHOWN.contains(&place.as_str())
        })
        .map(|row| {
            let calls: u64 = row.outcomes.values().sum();
            format!(
                "{} {}:{} {} {calls} calls {} items",
                row.region,
                row.service,
                row.operation,
                row.word(),
                row.items
            )
        })
        .collect();
    insta::assert_snapshot!(rows.join("\n"), @r"
    af-south-1 guardduty:ListDetectors not-in-region 1 calls 0 items
    eu-west-1 ecs:DescribeServices empty 3 calls 0 items
    eu-west-1 ecs:ListServices ok 1 calls 25 items
    eu-west-1 kms:ListAliases empty 1 calls 0 items
    eu-west-1 kms:ListGrants skipped 1 calls 0 items
    eu-west-1 kms:ListKeys denied 1 calls 0 items
    us-east-1 ecs:DescribeTaskDefinition skipped 1 calls 0 items
    us-east-1 ecs:ListTaskDefinitions throttled 1 calls 0 items
    us-east-1 iam:GetLoginProfile does-not-exist 3 calls 0 items
    us-east-1 iam:ListMFADevices empty 3 calls 0 items
    us-east-1 iam:ListUsers ok 1 calls 3 items
    us-east-1 lambda:GetLayerVersionPolicy skipped 1 calls 0 items
    us-east-1 lambda:ListLayers not-supported 1 calls 0 items
    ");
    assert!(!coverage.is_complete());
    assert_eq!(
        coverage.disabled_regions[&stanch_core::AccountId::from("123456789012")].len(),
        1
    );
    assert!(!snapshot.is_known(&Wanted::of("kms", "ListKeys")).unwrap());
    assert!(!snapshot.is_known(&Wanted::of("kms", "ListGrants")).unwrap());
    assert!(!snapshot.is_known(&Wanted::of("no", "Such")).unwrap());
    assert!(snapshot.is_known(&Wanted::of("iam", "ListUsers")).unwrap());
}

#[tokio::test(start_paused = true)]
async fn what_one_answer_finds_the_next_call_takes() {
    let folder = tempfile::tempdir().unwrap();
    let account = Account::default();
    let (_, snapshot) = whole(&few(), &account, folder.path()).await;
    let params = |service: &str, operation: &str| {
        let readings = snapshot.readings(&Wanted::of(service, operation)).unwrap();
        readings
            .iter()
            .map(|reading| format!("{} {}", reading.region, reading.params))
            .collect::<Vec<_>>()
            .join("\n")
    };
    insta::assert_snapshot!(params("iam", "GetAccessKeyLastUsed"), @r#"
    us-east-1 {"AccessKeyId":"AKIAalice"}
    us-east-1 {"AccessKeyId":"AKIAbob"}
    us-east-1 {"AccessKeyId":"AKIAeve"}
    "#);
    insta::assert_snapshot!(params("s3", "GetBucketPolicy"), @r#"
    eu-west-1 {"Bucket":"far"}
    us-east-1 {"Bucket":"near"}
    "#);
    let services = snapshot.readings(&Wanted::of("ecs", "DescribeServices")).unwrap();
    let taken: Vec<_> = services
        .iter()
        .map(|reading| reading.params["services"].as_array().unwrap().len())
        .collect();
    assert_eq!(taken, [10, 10, 5]);
    let items = snapshot
        .items(&Wanted::of("iam", "ListUsers"), "Users[].UserName")
        .unwrap();
    assert_eq!(items.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_report_is_waited_for_and_read_even_if_it_may_not_be_made() {
    let folder = tempfile::tempdir().unwrap();
    let looks = std::sync::atomic::AtomicUsize::new(0);
    let account = Account::default().with(rule("iam", "GenerateCredentialReport", move |_| {
        let look = looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Answer::ok(serde_json::json!({"State": if look < 3 { "INPROGRESS" } else { "COMPLETE" }}))
    }));
    whole(&few(), &account, folder.path()).await;
    let asked = account.asked.lock().unwrap().clone();
    let count = |operation: &str| asked.iter().filter(|line| line.contains(operation)).count();
    assert_eq!(
        (count("GenerateCredentialReport"), count("GetCredentialReport")),
        (4, 1)
    );

    let other = tempfile::tempdir().unwrap();
    let denied = |_: &stanch_core::Call| refused(CallOutcome::Denied, "AccessDenied");
    let account = Account::default().with(rule("iam", "GenerateCredentialReport", denied));
    let (_, snapshot) = whole(&few(), &account, other.path()).await;
    assert!(
        snapshot
            .is_known(&Wanted::of("iam", "GetCredentialReport"))
            .unwrap()
    );
    assert!(!files(other.path()).is_empty());
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    whole(&few(), &Account::default(), folder.path()).await;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let snapshot = folder.path().join("s1");
    assert_eq!(mode(&snapshot), 0o700);
    for name in files(&snapshot).keys() {
        let path = snapshot.join(name);
        assert_eq!(mode(&path), 0o600, "{name}");
        assert_eq!(mode(path.parent().unwrap()), 0o700, "{name}");
    }
}
