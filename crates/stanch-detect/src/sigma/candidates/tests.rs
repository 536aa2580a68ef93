//! The index must never leave out a rule that matches.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::RuleSet;
use super::Memory;
use crate::network::Networks;
use crate::numbers::Known;
use crate::observation::Observation;
use crate::rules::fixture;

/// True when a set of one rule matches an event, through the index and past it; `None` for a refused rule.
fn both_ways(rule: &str, record: &Value) -> Option<(bool, bool)> {
    let (set, refused) = RuleSet::load(&[("test.yml", rule)], &[]);
    if !refused.is_empty() {
        return None;
    }
    let event = fixture::event(record);
    let networks = Networks::default();
    let mut observation = Observation::new(&event, &networks, 40, crate::Keep::Place);
    let unnumbered = !set.matches(&observation).is_empty();
    observation.numbers = Known::default().numbers(&event, "");
    let indexed = !set.matches(&observation).is_empty();
    assert_eq!(indexed, unnumbered);
    Some((indexed, set.rules[0].holds(&observation)))
}

fn item() -> impl Strategy<Value = String> + Clone {
    let field = prop_oneof![
        4 => Just("eventName"),
        2 => Just("stanch.name"),
        2 => Just("eventSource"),
        1 => Just("stanch.service"),
        1 => Just("awsRegion"),
        1 => Just("eventType"),
        1 => Just("userIdentity.type"),
        1 => Just("stanch.outcome"),
        1 => Just("stanch.caller.kind"),
    ];
    let modifier = prop_oneof![
        6 => Just(""),
        1 => Just("|startswith"),
        1 => Just("|endswith"),
        1 => Just("|contains"),
        1 => Just("|cased"),
        1 => Just("|re"),
        1 => Just("|neq"),
    ];
    let value = prop_oneof![
        Just("CreateFunction"),
        Just("createfunction20150331"),
        Just("'CreateFunction*'"),
        Just("'*Function'"),
        Just("'Create?unction'"),
        Just("List"),
        Just("ListUsers"),
        Just("lambda"),
        Just("lambda.amazonaws.com"),
        Just("IAM.amazonaws.com"),
        Just("'iam*'"),
        Just("us-east-1"),
        Just("AwsApiCall"),
        Just("iamuser"),
        Just("iam-user"),
        Just("root"),
        Just("success"),
        Just("denied"),
        Just("null"),
        Just("''"),
        Just("7"),
    ];
    (field, modifier, prop::collection::vec(value, 1..4)).prop_map(|(field, modifier, values)| {
        // A star alone is no regular expression.
        let values: Vec<_> = values
            .into_iter()
            .map(|value| {
                if modifier == "|re" {
                    value.replace(['*', '?'], ".")
                } else {
                    value.to_owned()
                }
            })
            .collect();
        format!("{field}{modifier}: [{}]", values.join(", "))
    })
}

fn detection() -> impl Strategy<Value = String> {
    let mapping = prop::collection::vec(item(), 1..3).prop_map(|items| {
        let mut seen = std::collections::BTreeSet::new();
        let items: Vec<_> = items
            .into_iter()
            .filter(|item| seen.insert(item.split(':').next().unwrap().to_owned()))
            .collect();
        format!("{{{}}}", items.join(", "))
    });
    prop_oneof![
        4 => mapping.clone(),
        1 => prop::collection::vec(mapping, 1..3).prop_map(|parts| format!("[{}]", parts.join(", "))),
        1 => Just("[ListUsers, 'lambda*']".to_owned()),
    ]
}

fn condition() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "sel_a",
        "sel_a and sel_b",
        "sel_a or sel_b",
        "sel_a and not sel_b",
        "not sel_a",
        "1 of sel_*",
        "all of sel_*",
        "all of them",
        "sel_a and 1 of them",
        "not 1 of sel_*",
        "2 of sel_*",
    ])
}

fn record() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec![
        "CreateFunction20150331",
        "CreateFunction",
        "ListUsers",
        "listusers",
        "Li\u{17f}tUsers",
        "List",
        "7",
        "",
    ]);
    let source = prop::sample::select(vec![
        "lambda.amazonaws.com",
        "iam.amazonaws.com",
        "IAM.AMAZONAWS.COM",
        "",
    ]);
    let other = prop::sample::select(vec![
        json!({}),
        json!({"eventType": null, "userIdentity": {"type": 7}}),
        json!({"eventType": 7, "errorCode": "AccessDenied"}),
        json!({"userIdentity": {"type": "Root"}}),
    ]);
    (name, source, other).prop_map(|(name, source, mut record)| {
        record["eventName"] = json!(name);
        record["eventSource"] = json!(source);
        record
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn no_match_is_lost(a in detection(), b in detection(), condition in condition(), record in record()) {
        let rule = format!(
            "title: t\nlogsource: {{product: aws, service: cloudtrail}}\ndetection:\n  sel_a: {a}\n  sel_b: {b}\n  condition: {condition}\n"
        );
        if let Some((indexed, direct)) = both_ways(&rule, &record) {
            prop_assert_eq!(indexed, direct, "{} on {}", rule, record);
        }
    }
}

#[test]
fn a_rule_with_names_is_not_tried_elsewhere() {
    let rule = "title: t\nlogsource: {product: aws, service: cloudtrail}\ndetection:\n  sel:\n    eventSource: iam.amazonaws.com\n    eventName: [CreateUser, 'Attach*']\n  other:\n    eventName|startswith: Put\n  filter:\n    eventName: X\n  condition: (sel or other) and not filter\n";
    let (set, _) = RuleSet::load(&[("test.yml", rule)], &[]);
    let tried = |source: &str, name: &str| {
        let event = fixture::event(&json!({"eventSource": source, "eventName": name}));
        let networks = Networks::default();
        let mut tried = 0;
        set.index.visit(
            &mut Memory::default(),
            &Observation::new(&event, &networks, 40, crate::Keep::Place),
            |_| tried += 1,
        );
        tried > 0
    };
    assert!(tried("iam.amazonaws.com", "createuser"));
    assert!(tried("iam.amazonaws.com", "AttachUserPolicy"));
    assert!(tried("s3.amazonaws.com", "PutObject"));
    assert!(!tried("ec2.amazonaws.com", "DescribeInstances"));
    assert!(!tried("ec2.amazonaws.com", "X"));
}
