//! Makes a CloudTrail trail log every management event, and S3 data events where requested.
//!
//! Selectors are written all at once, so existing ones for data events are sent as they were. A trail has either basic or advanced
//! selectors, and undo restores the kind that it had. Data events cost by their number, and a trail that logs those of its own bucket feeds
//! itself: that bucket is excluded.

use serde_json::{Value, json};
use stanch_core::plan::{Change, Expectation, Form, Param, Path, Read, Restored, Test, Wave, Write};

use super::parts::{blank, near, text};
use crate::about::{About, Parameter};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct TrailSelectors;

/// Names of the selectors that it adds.
const MANAGEMENT: &str = "All management events";
const OBJECTS: &str = "Events on objects";

static ABOUT: About = About {
    name: "trail-selectors",
    does: "Log every management event, and S3 data events where requested, in a CloudTrail trail.",
    targets: &["trail"],
    parameters: &[
        Parameter::list("buckets", "S3 buckets whose data events are logged, or `all`"),
        Parameter::optional(
            "own-bucket",
            "bucket that the trail delivers to, which is excluded",
        ),
    ],
    notes: "Applies to events from now on. Object reads in a busy bucket can be millions of events a day: name the buckets that matter.",
    steps: &["6"],
    sources: &[
        "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html",
        "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html",
    ],
    ..About::EMPTY
};

impl Action for TrailSelectors {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let trail = request.target.id.as_str();
        let old = |path| old_selectors(account, trail, path);
        let advanced = || Path::of("AdvancedEventSelectors[]");
        let plain = || Path::of("EventSelectors[]");
        let new = selectors(
            request,
            account,
            old("EventSelectors[]"),
            old("AdvancedEventSelectors[]"),
        );
        let read = |name| {
            let call = near(
                &request.target,
                "cloudtrail",
                "GetEventSelectors",
                [("TrailName", text(trail))],
            );
            Read::new(name, call)
        };
        let put = |member: &str, selectors: Param| {
            let params = [("TrailName", text(trail)), (member, selectors)];
            Write::new(near(&request.target, "cloudtrail", "PutEventSelectors", params))
        };
        let was = |path: Path, member| {
            let present = Expectation::new("selectors", path.clone(), Test::Present);
            put(member, Param::from_reply("selectors", path, Form::All)).when(present)
        };
        let unchanged = [
            (advanced(), old("AdvancedEventSelectors[]")),
            (plain(), old("EventSelectors[]")),
        ];
        let unchanged = unchanged
            .into_iter()
            .filter_map(|(path, values)| Some(Expectation::new("selectors", path, Test::All(values?))));
        Ok(Change {
            before: vec![read("selectors")],
            requires: unchanged.collect(),
            writes: vec![put("AdvancedEventSelectors", Param::literal(new.clone()))],
            after: vec![read("selectors-after")],
            verified_by: vec![Expectation::new("selectors-after", advanced(), Test::All(new))],
            undo: vec![
                was(advanced(), "AdvancedEventSelectors"),
                was(plain(), "EventSelectors"),
            ],
            restores: vec![
                Restored::new("selectors", advanced()),
                Restored::new("selectors", plain()),
            ],
            ..blank(
                &ABOUT,
                request,
                Wave::Watching,
                format!(
                    "Make CloudTrail trail {} log {}",
                    request.target.name,
                    watched(request)
                ),
            )
        })
    }
}

/// Returns the selectors of a trail, if they were collected.
fn old_selectors(account: &Account, trail: &str, path: &'static str) -> Option<Vec<Value>> {
    let known = account.readings("cloudtrail", "GetEventSelectors");
    let reply = known
        .filter(|reply| reply.outcome.is_known())
        .find(|reply| reply.body.get("TrailARN").and_then(Value::as_str) == Some(trail))?;
    Some(Path::of(path).find(&reply.body).into_iter().cloned().collect())
}

fn watched(request: &ActionRequest) -> String {
    match request.values("buckets") {
        [] => "every management event".to_owned(),
        buckets => format!(
            "every management event and S3 data events of {}",
            buckets.join(", ")
        ),
    }
}

/// Returns the new selectors: existing ones for data events are kept, in the advanced form.
fn selectors(
    request: &ActionRequest,
    account: &Account,
    plain: Option<Vec<Value>>,
    advanced: Option<Vec<Value>>,
) -> Vec<Value> {
    let mut new = vec![selector(
        MANAGEMENT,
        &[field("eventCategory", "Equals", &["Management"])],
    )];
    let mut data: Vec<Value> = advanced
        .into_iter()
        .flatten()
        .filter(|one| !is_management(one))
        .collect();
    data.extend(plain.into_iter().flatten().flat_map(|one| advanced_form(&one)));
    data.retain(|one| one.get("Name") != Some(&json!(OBJECTS)));
    new.extend(data);
    let arn = |bucket: &String| format!("arn:{}:s3:::{bucket}/", account.partition);
    let buckets = request.values("buckets");
    if !buckets.is_empty() {
        let mut fields = vec![
            field("eventCategory", "Equals", &["Data"]),
            field("resources.type", "Equals", &["AWS::S3::Object"]),
        ];
        let own: Vec<String> = request.values("own-bucket").iter().map(arn).collect();
        let named: Vec<String> = buckets.iter().filter(|name| *name != "all").map(arn).collect();
        let all = named.len() < buckets.len();
        if !all {
            fields.push(field("resources.ARN", "StartsWith", &named));
        } else if !own.is_empty() {
            fields.push(field("resources.ARN", "NotStartsWith", &own));
        }
        new.push(selector(OBJECTS, &fields));
    }
    new
}

fn selector(name: &str, fields: &[Value]) -> Value {
    json!({"Name": name, "FieldSelectors": fields})
}

fn field<T: AsRef<str>>(name: &str, how: &str, values: &[T]) -> Value {
    let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
    json!({"Field": name, (how): values})
}

fn is_management(selector: &Value) -> bool {
    let fields = selector.get("FieldSelectors").and_then(Value::as_array);
    fields.into_iter().flatten().any(|field| {
        let values = field.get("Equals").and_then(Value::as_array);
        field.get("Field") == Some(&json!("eventCategory"))
            && values.is_some_and(|values| values.contains(&json!("Management")))
    })
}

/// Returns the data events of a basic selector as advanced selectors.
fn advanced_form(plain: &Value) -> Vec<Value> {
    let read_write = plain.get("ReadWriteType").and_then(Value::as_str);
    let resources = plain.get("DataResources").and_then(Value::as_array);
    let one = |resource: &Value| {
        let kind = resource.get("Type").and_then(Value::as_str).unwrap_or_default();
        let values = resource.get("Values").and_then(Value::as_array);
        let arns: Vec<&str> = values.into_iter().flatten().filter_map(Value::as_str).collect();
        let mut fields = vec![
            field("eventCategory", "Equals", &["Data"]),
            field("resources.type", "Equals", &[kind]),
        ];
        match read_write {
            Some("ReadOnly") => fields.push(field("readOnly", "Equals", &["true"])),
            Some("WriteOnly") => fields.push(field("readOnly", "Equals", &["false"])),
            _ => {}
        }
        // A value without a resource, such as `arn:aws:s3` or `arn:aws:lambda`, means all resources.
        if !arns.iter().any(|arn| arn.matches(':').count() < 5) {
            fields.push(field("resources.ARN", "StartsWith", &arns));
        }
        selector(&format!("As before: {kind}"), &fields)
    };
    resources.into_iter().flatten().map(one).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{change, reply, request, told, words};

    fn read(body: serde_json::Value) -> stanch_core::Reading {
        reply(
            "cloudtrail:GetEventSelectors",
            json!({"TrailName": "arn:t"}),
            body,
        )
    }

    #[test]
    fn what_was_recorded_of_data_is_kept_and_the_own_bucket_left_out() {
        let old = read(
            json!({"TrailARN": "arn:t", "EventSelectors": [{"ReadWriteType": "WriteOnly",
            "IncludeManagementEvents": false, "ExcludeManagementEventSources": ["kms.amazonaws.com"],
            "DataResources": [{"Type": "AWS::Lambda::Function", "Values": ["arn:aws:lambda"]}]}]}),
        );
        let request = request("trail", "arn:t", "t")
            .with("buckets", words(&["all"]))
            .with("own-bucket", words(&["logs-1"]));
        insta::assert_snapshot!(told(&change("trail-selectors", &request, vec![old]).unwrap()), @r#"
        Make CloudTrail trail t log every management event and S3 data events of all
        before selectors: eu-west-1 cloudtrail:GetEventSelectors (TrailName="arn:t")
        requires selectors AdvancedEventSelectors[] All([])
        requires selectors EventSelectors[] All([Object {"ReadWriteType": String("WriteOnly"), "IncludeManagementEvents": Bool(false), "ExcludeManagementEventSources": Array [String("kms.amazonaws.com")], "DataResources": Array [Object {"Type": String("AWS::Lambda::Function"), "Values": Array [String("arn:aws:lambda")]}]}])
        sends eu-west-1 cloudtrail:PutEventSelectors (AdvancedEventSelectors=[{"Name":"All management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]},{"Name":"As before: AWS::Lambda::Function","FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::Lambda::Function"]},{"Field":"readOnly","Equals":["false"]}]},{"Name":"Events on objects","FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]},{"Field":"resources.ARN","NotStartsWith":["arn:aws:s3:::logs-1/"]}]}], TrailName="arn:t")
        after selectors-after: eu-west-1 cloudtrail:GetEventSelectors (TrailName="arn:t")
        holds selectors-after AdvancedEventSelectors[] All([Object {"Name": String("All management events"), "FieldSelectors": Array [Object {"Field": String("eventCategory"), "Equals": Array [String("Management")]}]}, Object {"Name": String("As before: AWS::Lambda::Function"), "FieldSelectors": Array [Object {"Field": String("eventCategory"), "Equals": Array [String("Data")]}, Object {"Field": String("resources.type"), "Equals": Array [String("AWS::Lambda::Function")]}, Object {"Field": String("readOnly"), "Equals": Array [String("false")]}]}, Object {"Name": String("Events on objects"), "FieldSelectors": Array [Object {"Field": String("eventCategory"), "Equals": Array [String("Data")]}, Object {"Field": String("resources.type"), "Equals": Array [String("AWS::S3::Object")]}, Object {"Field": String("resources.ARN"), "NotStartsWith": Array [String("arn:aws:s3:::logs-1/")]}]}])
        undo eu-west-1 cloudtrail:PutEventSelectors (AdvancedEventSelectors=<all selectors AdvancedEventSelectors[]>, TrailName="arn:t") when selectors AdvancedEventSelectors[] Present
        undo eu-west-1 cloudtrail:PutEventSelectors (EventSelectors=<all selectors EventSelectors[]>, TrailName="arn:t") when selectors EventSelectors[] Present
        restores selectors AdvancedEventSelectors[]
        restores selectors EventSelectors[]
        "#);
    }

    #[test]
    fn a_narrowed_advanced_selector_is_replaced_and_one_on_data_stays() {
        let data = json!({"Name": "d", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]});
        let narrow = json!({"Name": "m", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]},
            {"Field": "readOnly", "Equals": ["true"]}]});
        let old = read(json!({"TrailARN": "arn:t", "AdvancedEventSelectors": [narrow, data]}));
        let change = change("trail-selectors", &request("trail", "arn:t", "t"), vec![old]).unwrap();
        let sent = serde_json::to_string(&change.writes[0].call.params).unwrap();
        assert!(
            sent.contains(r#""Name":"d""#) && !sent.contains(r#""Name":"m""#),
            "{sent}"
        );
        assert_eq!(change.requires.len(), 2);
    }

    #[test]
    fn named_buckets_are_watched_alone() {
        let request = request("trail", "arn:t", "t").with("buckets", words(&["gold"]));
        let change = change("trail-selectors", &request, Vec::new()).unwrap();
        assert!(told(&change).contains(r#"{"Field":"resources.ARN","StartsWith":["arn:aws:s3:::gold/"]}"#));
        assert!(change.requires.is_empty());
    }
}
