//! An account in memory that answers like a cloud: for these tests alone.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};
use stanch_core::ports::Cloud;
use stanch_core::snapshot::canonical;
use stanch_core::{Answer, Call, CallOutcome, EventKey};

/// Decides what an operation answers, before the account does.
pub(crate) type Rule = Box<dyn Fn(&Call) -> Option<Answer> + Send + Sync>;

/// The account.
#[derive(Default)]
pub(crate) struct Account {
    /// Other answers than usual; the first that has one counts.
    pub(crate) rules: Vec<Rule>,
    /// Another order of answers for another number; 0 answers at once.
    pub(crate) seed: u64,
    /// Every call that was sent.
    pub(crate) asked: Mutex<Vec<String>>,
    /// Calls in flight and the most there were, by account, region and service and over all.
    pub(crate) flights: Mutex<BTreeMap<String, (usize, usize)>>,
    /// Hears each call before it is answered.
    pub(crate) hear: Option<Box<dyn Fn(usize) + Send + Sync>>,
}

/// A refusal.
pub(crate) fn refused(outcome: CallOutcome, code: &str) -> Answer {
    Answer::refused(outcome, Some(code), Some("no"))
}

/// A rule for one operation.
pub(crate) fn rule(
    service: &str,
    operation: &str,
    answer: impl Fn(&Call) -> Answer + Send + Sync + 'static,
) -> Rule {
    let (service, operation) = (service.to_owned(), operation.to_owned());
    Box::new(move |call| {
        let fits =
            call.service.as_str() == service && (operation == "*" || call.operation.as_str() == operation);
        fits.then(|| answer(call))
    })
}

impl Account {
    pub(crate) fn with(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    pub(crate) fn seeded(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Number of calls that were sent.
    pub(crate) fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    fn takes_off(&self, lane: &str) {
        let mut flights = self.flights.lock().unwrap();
        for name in [lane, "all"] {
            let (now, most) = flights.entry(name.to_owned()).or_default();
            *now += 1;
            *most = (*most).max(*now);
        }
    }

    fn lands(&self, lane: &str) {
        let mut flights = self.flights.lock().unwrap();
        for name in [lane, "all"] {
            flights.get_mut(name).unwrap().0 -= 1;
        }
    }

    pub(crate) fn most(&self, lane: &str) -> usize {
        self.flights
            .lock()
            .unwrap()
            .get(lane)
            .map_or(0, |(_, most)| *most)
    }
}

/// Name of a call in these tests.
pub(crate) fn line(call: &Call) -> String {
    let Call {
        region,
        service,
        operation,
        params,
        ..
    } = call;
    format!("{region} {service}:{operation} {}", canonical(params))
}

impl Cloud for Account {
    fn ask<'c>(&'c self, call: &'c Call) -> Pin<Box<dyn Future<Output = Answer> + Send + 'c>> {
        Box::pin(async move {
            let text = line(call);
            let count = {
                let mut asked = self.asked.lock().unwrap();
                asked.push(text.clone());
                asked.len()
            };
            if let Some(hear) = &self.hear {
                hear(count);
            }
            let lane = format!("{}/{}", call.region, call.service);
            self.takes_off(&lane);
            if self.seed > 0 {
                let hash = EventKey::of(&[text.as_bytes(), &self.seed.to_le_bytes()]).0;
                tokio::time::sleep(Duration::from_millis(u64::try_from(hash % 90).unwrap())).await;
            }
            self.lands(&lane);
            let ruled = self.rules.iter().find_map(|rule| rule(call));
            let mut answer = ruled.unwrap_or_else(|| usual(call));
            answer.sha256s = vec![format!("{:064x}", EventKey::of(&[text.as_bytes()]).0)];
            answer
        })
    }
}

/// Default replies of the account.
fn usual(call: &Call) -> Answer {
    let region = call.region.as_str();
    let body = match (call.service.as_str(), call.operation.as_str()) {
        ("iam", "ListUsers") => {
            json!({"Users": [{"UserName": "alice"}, {"UserName": "bob"}, {"UserName": "eve"}]})
        }
        ("iam", "ListAccessKeys") => {
            let user = call.params["UserName"].as_str().unwrap();
            json!({"AccessKeyMetadata": [{"UserName": user, "AccessKeyId": format!("AKIA{user}")}]})
        }
        ("iam", "GetAccessKeyLastUsed") => {
            json!({"UserName": "x", "AccessKeyLastUsed": {"Region": "eu-west-1"}})
        }
        ("iam", "GenerateCredentialReport") => json!({"State": "COMPLETE"}),
        ("iam", "GetLoginProfile") => return refused(CallOutcome::DoesNotExist, "NoSuchEntity"),
        ("s3", "ListBuckets") => {
            json!({"Buckets": [{"Name": "near", "BucketRegion": "us-east-1"}, {"Name": "far", "BucketRegion": "eu-west-1"}]})
        }
        ("s3", "GetBucketPolicy") => json!({"Policy": "{}"}),
        ("lambda", "ListFunctions") => json!({"Functions": [{"FunctionName": format!("f-{region}")}]}),
        ("lambda", "ListVersionsByFunction") => {
            json!({"Versions": [{"FunctionName": call.params["FunctionName"], "Version": "$LATEST"}, {"FunctionName": call.params["FunctionName"], "Version": "1"}]})
        }
        ("ecs", "ListClusters") if region == "eu-west-1" => json!({"clusterArns": ["arn:c1"]}),
        ("ecs", "ListServices") => {
            let arns: Vec<Value> = (0..25).map(|number| json!(format!("arn:s{number:02}"))).collect();
            json!({"serviceArns": arns})
        }
        ("guardduty", "ListDetectors") if region == "af-south-1" => {
            return refused(CallOutcome::NotInRegion, "UnrecognizedClientException");
        }
        ("kms", "ListKeys") => return refused(CallOutcome::Denied, "AccessDeniedException"),
        _ => json!({}),
    };
    Answer::ok(body)
}
