//! Disables lifecycle rules that expire the objects of an S3 bucket: with an expiration of one day, a bucket empties itself.
//!
//! S3 writes all rules at once, so every other rule is sent as it was; the rules must still be those that were collected, or nothing is
//! sent. AWS says that objects queued for deletion are taken off the queue after a short time; deleted objects do not come back. A
//! disabled rule stays as evidence, a deleted one does not.

use serde_json::{Value, json};
use stanch_core::plan::{Change, Expectation, Form, Param, Path, Read, Restored, Test, Wave, Write};

use super::listings::BUCKETS;
use super::parts::{blank, near, reading, text};
use crate::about::{About, Parameter, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct LifecycleRuleDisable;

static ABOUT: About = About {
    name: "lifecycle-rule-disable",
    does: "Disable lifecycle rules that expire objects of an S3 bucket.",
    targets: &["bucket"],
    parameters: &[Parameter::required_list("rule", "ids of the lifecycle rules")],
    notes: "Runs before everything else: the deadline is midnight UTC. Noncurrent versions that a rule expires are lost like objects.",
    answers: &[
        by_call("s3", "PutBucketLifecycle"),
        by_call("s3", "PutBucketLifecycleConfiguration"),
        by_check("lifecycle-deletes-soon", "bucket"),
    ],
    listing: Some(&BUCKETS),
    sources: &[
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-set-lifecycle-configuration-intro.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html",
    ],
    ..About::EMPTY
};

impl Action for LifecycleRuleDisable {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let bucket = request.target.name.as_str();
        let named = request.values("rule");
        request.value("rule")?;
        let reply = reading(
            account,
            ("s3", "GetBucketLifecycleConfiguration"),
            "Bucket",
            bucket,
        )?;
        let was: Vec<Value> = Path::of("Rules[]")
            .find(&reply.body)
            .into_iter()
            .cloned()
            .collect();
        let now = disabled(&was, named, bucket)?;
        let smallest = reply.body.get("TransitionDefaultMinimumObjectSize").cloned();
        let put = |rules| put_rules(request, rules, smallest.clone());
        let read = |name| {
            let call = near(
                &request.target,
                "s3",
                "GetBucketLifecycleConfiguration",
                [("Bucket", text(bucket))],
            );
            Read::new(name, call)
        };
        let rules = || Path::of("Rules[]");
        let off = |name: &String| {
            let status = Path::of("Rules").only("ID", name).then("Status");
            Expectation::new("rules-after", status, Test::Is(json!("Disabled")))
        };
        Ok(Change {
            before: vec![read("rules")],
            requires: vec![Expectation::new("rules", rules(), Test::All(was))],
            writes: vec![put(Param::literal(now))],
            after: vec![read("rules-after")],
            verified_by: named.iter().map(off).collect(),
            undo: vec![put(Param::from_reply("rules", rules(), Form::All))],
            restores: vec![Restored::new("rules", rules())],
            ..blank(
                &ABOUT,
                request,
                Wave::Deadline,
                format!(
                    "Disable lifecycle rule {} of S3 bucket {bucket}, which expires its objects",
                    named.join(", ")
                ),
            )
        })
    }
}

/// Returns the rules of a bucket with those of these ids disabled.
fn disabled(was: &[Value], named: &[String], bucket: &str) -> Result<Vec<Value>, Unplannable> {
    let id_of = |rule: &Value| rule.get("ID").and_then(Value::as_str).map(str::to_owned);
    let is_there = |name: &String| was.iter().any(|rule| id_of(rule).as_ref() == Some(name));
    if let Some(missing) = named.iter().find(|name| !is_there(name)) {
        return Err(Unplannable::new(format!(
            "bucket {bucket} has no lifecycle rule {missing}"
        )));
    }
    let mut now = was.to_vec();
    for rule in &mut now {
        let is_named = id_of(rule).is_some_and(|id| named.contains(&id));
        if let (true, Some(members)) = (is_named, rule.as_object_mut()) {
            members.insert("Status".to_owned(), json!("Disabled"));
        }
    }
    Ok(now)
}

/// Returns the call that sets the rules of a bucket, with its other setting as it was.
fn put_rules(request: &ActionRequest, rules: Param, smallest: Option<Value>) -> Write {
    let mut params = vec![
        ("Bucket".to_owned(), text(&request.target.name)),
        (
            "LifecycleConfiguration".to_owned(),
            Param::object([("Rules", rules)]),
        ),
    ];
    let smallest = smallest.filter(|size| !size.is_null());
    params.extend(smallest.map(|size| {
        (
            "TransitionDefaultMinimumObjectSize".to_owned(),
            Param::Literal(size),
        )
    }));
    let mut call = near(&request.target, "s3", "PutBucketLifecycleConfiguration", []);
    call.params = Param::Object(params.into_iter().collect());
    Write::new(call)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{change, reply, request, told, words};

    fn rules() -> stanch_core::Reading {
        let rules = json!({"TransitionDefaultMinimumObjectSize": "varies_by_storage_class", "Rules": [
            {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Transitions": [{"Days": 90, "StorageClass": "GLACIER"}]},
            {"ID": "gone", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}},
        ]});
        reply(
            "s3:GetBucketLifecycleConfiguration",
            json!({"Bucket": "b"}),
            rules,
        )
    }

    #[test]
    fn the_named_rule_is_off_and_the_others_are_sent_as_they_were() {
        let request = request("bucket", "b", "").with("rule", words(&["gone"]));
        let change = change("lifecycle-rule-disable", &request, vec![rules()]).unwrap();
        insta::assert_snapshot!(told(&change), @r#"
        Disable lifecycle rule gone of S3 bucket b, which expires its objects
        before rules: eu-west-1 s3:GetBucketLifecycleConfiguration (Bucket="b")
        requires rules Rules[] All([Object {"ID": String("old"), "Status": String("Enabled"), "Filter": Object {"Prefix": String("logs/")}, "Transitions": Array [Object {"Days": Number(90), "StorageClass": String("GLACIER")}]}, Object {"ID": String("gone"), "Status": String("Enabled"), "Filter": Object {"Prefix": String("")}, "Expiration": Object {"Days": Number(1)}}])
        sends eu-west-1 s3:PutBucketLifecycleConfiguration (Bucket="b", LifecycleConfiguration=(Rules=[{"ID":"old","Status":"Enabled","Filter":{"Prefix":"logs/"},"Transitions":[{"Days":90,"StorageClass":"GLACIER"}]},{"ID":"gone","Status":"Disabled","Filter":{"Prefix":""},"Expiration":{"Days":1}}]), TransitionDefaultMinimumObjectSize="varies_by_storage_class")
        after rules-after: eu-west-1 s3:GetBucketLifecycleConfiguration (Bucket="b")
        holds rules-after Rules[](ID=gone).Status Is(String("Disabled"))
        undo eu-west-1 s3:PutBucketLifecycleConfiguration (Bucket="b", LifecycleConfiguration=(Rules=<all rules Rules[]>), TransitionDefaultMinimumObjectSize="varies_by_storage_class")
        restores rules Rules[]
        "#);
    }

    #[test]
    fn a_rule_that_is_not_there_is_told() {
        let request = request("bucket", "b", "").with("rule", words(&["other"]));
        let why = change("lifecycle-rule-disable", &request, vec![rules()])
            .unwrap_err()
            .why;
        assert_eq!(why, "bucket b has no lifecycle rule other");
    }
}
