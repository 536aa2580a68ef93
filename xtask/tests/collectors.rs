//! Collectors and the walk over every operation, held against the models of all services: the one place where both are at hand.

use stanch_aws::Models;
use stanch_collect::everything::{estimate, everything};
use stanch_collect::{Limits, check, never};
use stanch_core::ports::Catalogue as _;
use stanch_core::snapshot::AccountScope;

#[test]
fn every_collector_asks_what_the_services_know() {
    let complaints = check::check(Models::embedded().unwrap());
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}

#[test]
fn everything_is_far_more_than_the_collectors_and_leaves_out_what_it_must() {
    let models = Models::embedded().unwrap();
    let roots = everything(models).unwrap();
    let asked = |service: &str, operation: &str| {
        roots.iter().any(|root| {
            let own = root.question.service().as_str() == service
                && root.question.operation().as_str() == operation;
            own || root
                .question
                .follow_ups()
                .any(|next| next.service().as_str() == service && next.operation().as_str() == operation)
        })
    };
    assert!(asked("iam", "ListUsers") && asked("iam", "ListUserPolicies") && asked("lambda", "GetPolicy"));
    assert!(!asked("secretsmanager", "GetSecretValue") && !asked("ssm", "GetParameter"));
    assert!(!asked("ec2", "GetPasswordData") && !asked("iam", "DeleteUser"));
    // What is billed is asked only where a collector asks it, and its price is told beforehand.
    assert!(asked("ce", "GetCostAndUsage") && !asked("ce", "GetCostForecast"));
    let follow_ups: usize = roots.iter().map(|root| root.question.follow_ups().count()).sum();
    let services: std::collections::BTreeSet<_> = roots.iter().map(|root| root.question.service()).collect();
    assert!(
        roots.len() > 2_000 && follow_ups > 1_500 && services.len() > 300,
        "{} {follow_ups} {}",
        roots.len(),
        services.len()
    );
    let account = AccountScope {
        account: "123456789012".into(),
        partition: "aws".to_owned(),
        home: "us-east-1".into(),
        regions: (0..17)
            .map(|number| format!("r{number}").as_str().into())
            .collect(),
        disabled: Vec::new(),
    };
    let estimate = estimate(&roots, &[account], &Limits::default());
    assert!(
        estimate.calls > 20_000 && (1..1_000_000).contains(&estimate.micro_dollars),
        "{estimate:?}"
    );
}

#[test]
fn what_is_never_asked_exists() {
    let models = Models::embedded().unwrap();
    for entry in never::NEVER {
        let start = |pattern: &str, name: &str| {
            pattern
                .strip_suffix('*')
                .map_or(pattern == name, |start| name.starts_with(start))
        };
        let exists = models
            .services()
            .iter()
            .filter(|service| start(entry.service, service.as_str()))
            .any(|service| {
                models
                    .operations(service)
                    .iter()
                    .any(|operation| start(entry.operation, operation.as_str()))
            });
        assert!(
            exists,
            "{}:{} is not known: a slip of the pen leaves a secret in",
            entry.service, entry.operation
        );
    }
}
