//! Conditions: operators, keys that are missing, keys with many values.

use super::*;

/// Decision whether a condition holds for keys that a request has; `None` when that is not known.
fn holds(condition: &Value, keys: &[(&str, &[&str])]) -> Option<bool> {
    let mut request = user();
    for (key, values) in keys {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        request.context = request.context.with_all(key, values);
    }
    let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition});
    match evaluate(&request, &identity(vec![policy(&statement)])) {
        Decision::Allowed => Some(true),
        Decision::ImplicitlyDenied => Some(false),
        _ => None,
    }
}

/// One operator over one key: what the policy wants, what the request has, whether it holds.
#[track_caller]
fn table(rows: &[(&str, &str, &str, bool)]) {
    for (operator, wanted, got, expected) in rows {
        let condition = json!({*operator: {"aws:x": wanted}});
        assert_eq!(
            holds(&condition, &[("aws:x", &[got])]),
            Some(*expected),
            "{operator} {wanted} {got}"
        );
    }
}

#[test]
fn every_operator_and_every_key_must_hold() {
    let both = json!({"StringEquals": {"aws:x": "a", "aws:y": "b"}, "Bool": {"aws:z": "true"}});
    assert_eq!(
        holds(
            &both,
            &[("aws:x", &["a"]), ("aws:y", &["b"]), ("aws:z", &["true"])]
        ),
        Some(true)
    );
    assert_eq!(
        holds(
            &both,
            &[("aws:x", &["a"]), ("aws:y", &["c"]), ("aws:z", &["true"])]
        ),
        Some(false)
    );
    assert_eq!(
        holds(
            &both,
            &[("aws:x", &["a"]), ("aws:y", &["b"]), ("aws:z", &["false"])]
        ),
        Some(false)
    );
}

#[test]
fn any_of_several_values_is_enough() {
    let any = json!({"StringEquals": {"aws:x": ["a", "b"]}});
    assert_eq!(holds(&any, &[("aws:x", &["b"])]), Some(true));
    let none = json!({"StringNotEquals": {"aws:x": ["a", "b"]}});
    assert_eq!(holds(&none, &[("aws:x", &["b"])]), Some(false));
    assert_eq!(holds(&none, &[("aws:x", &["c"])]), Some(true));
}

#[test]
fn names_of_keys_have_no_case() {
    assert_eq!(
        holds(&json!({"StringEquals": {"AWS:X": "a"}}), &[("aws:x", &["a"])]),
        Some(true)
    );
}

#[test]
fn string_operators() {
    table(&[
        ("StringEquals", "a", "a", true),
        ("StringEquals", "a", "A", false),
        ("StringEquals", "a*", "ab", false),
        ("StringNotEquals", "a", "b", true),
        ("StringEqualsIgnoreCase", "aB", "Ab", true),
        ("StringNotEqualsIgnoreCase", "a", "A", false),
        ("StringLike", "a*d?", "abcde", true),
        ("StringLike", "A*", "ab", false),
        ("StringNotLike", "a*", "b", true),
    ]);
}

#[test]
fn numeric_operators() {
    table(&[
        ("NumericEquals", "10", "10.0", true),
        ("NumericNotEquals", "10", "11", true),
        ("NumericLessThan", "10", "9", true),
        ("NumericLessThan", "10", "10", false),
        ("NumericLessThanEquals", "10", "10", true),
        ("NumericGreaterThan", "10", "100", true),
        ("NumericGreaterThanEquals", "10", "9", false),
        ("NumericLessThan", "10", "nine", false),
    ]);
}

#[test]
fn date_operators() {
    table(&[
        (
            "DateLessThan",
            "2026-03-07T00:00:00Z",
            "2026-03-06T23:59:59Z",
            true,
        ),
        ("DateGreaterThan", "2026-03-07T00:00:00Z", "1772841600", false),
        ("DateEquals", "1772841600", "2026-03-07T00:00:00Z", true),
        ("DateNotEquals", "2026-03-07", "2026-03-07T00:00:00Z", false),
        (
            "DateLessThanEquals",
            "2026-03-07T00:00:00Z",
            "2026-03-07T01:00:00+01:00",
            true,
        ),
        (
            "DateGreaterThanEquals",
            "2026-03-07",
            "2026-03-06T00:00:00Z",
            false,
        ),
    ]);
}

#[test]
fn boolean_and_binary_operators() {
    table(&[
        ("Bool", "true", "True", true),
        ("Bool", "false", "true", false),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", true),
        ("BinaryEquals", "QmluYXJ5", "qmluYXJ5", false),
    ]);
}

#[test]
fn address_operators() {
    table(&[
        ("IpAddress", "192.0.2.0/24", "192.0.2.99", true),
        ("IpAddress", "192.0.2.1", "192.0.2.1", true),
        ("IpAddress", "192.0.2.0/24", "198.51.100.1", false),
        ("NotIpAddress", "192.0.2.0/24", "198.51.100.1", true),
        ("IpAddress", "2001:db8::/32", "2001:db8:1::1", true),
        ("IpAddress", "2001:db8::/32", "192.0.2.1", false),
        ("IpAddress", "0.0.0.0/0", "192.0.2.1", true),
        ("IpAddress", "192.0.2.0/33", "192.0.2.1", false),
        ("IpAddress", "nonsense", "192.0.2.1", false),
    ]);
}

#[test]
fn arn_operators_compare_part_by_part_and_take_wildcards() {
    let arn = "arn:aws:sns:us-east-1:111122223333:topic";
    table(&[
        ("ArnEquals", "arn:aws:sns:*:111122223333:t*", arn, true),
        ("ArnLike", "arn:aws:sns:*:*:*", arn, true),
        ("ArnLike", "arn:aws:*:topic", arn, false),
        ("ArnNotEquals", arn, arn, false),
        ("ArnNotLike", "arn:aws:sqs:*:*:*", arn, true),
    ]);
}

#[test]
fn null_asks_whether_a_key_is_missing() {
    for (wanted, missing, present) in [("true", true, false), ("false", false, true)] {
        let condition = json!({"Null": {"aws:x": wanted}});
        assert_eq!(holds(&condition, &[]), Some(missing));
        assert_eq!(holds(&condition, &[("aws:x", &["a"])]), Some(present));
    }
}

#[test]
fn a_missing_key_fails_a_positive_operator_and_passes_a_negated_one() {
    for (operator, expected) in [
        ("StringEquals", false),
        ("StringNotEquals", true),
        ("StringLike", false),
        ("NumericLessThan", false),
        ("NumericNotEquals", true),
        ("DateLessThan", false),
        ("Bool", false),
        ("IpAddress", false),
        ("NotIpAddress", true),
        ("ArnLike", false),
        ("ArnNotLike", true),
    ] {
        assert_eq!(
            holds(&json!({operator: {"aws:x": "1"}}), &[]),
            Some(expected),
            "{operator}"
        );
    }
}

#[test]
fn if_exists_passes_where_the_key_is_missing() {
    let condition = json!({"StringEqualsIfExists": {"aws:x": "a"}});
    assert_eq!(holds(&condition, &[]), Some(true));
    assert_eq!(holds(&condition, &[("aws:x", &["a"])]), Some(true));
    assert_eq!(holds(&condition, &[("aws:x", &["b"])]), Some(false));
    assert_eq!(
        holds(&json!({"ForAnyValue:StringEqualsIfExists": {"aws:x": "a"}}), &[]),
        Some(true)
    );
}

#[test]
fn for_all_values_wants_every_value_and_passes_without_any() {
    let condition = json!({"ForAllValues:StringEquals": {"aws:x": ["a", "b"]}});
    assert_eq!(holds(&condition, &[("aws:x", &["a", "b"])]), Some(true));
    assert_eq!(holds(&condition, &[("aws:x", &["a", "c"])]), Some(false));
    assert_eq!(holds(&condition, &[("aws:x", &[])]), Some(true));
    assert_eq!(holds(&condition, &[]), Some(true));
    let none = json!({"ForAllValues:StringNotEquals": {"aws:x": ["a", "b"]}});
    assert_eq!(holds(&none, &[("aws:x", &["c", "a"])]), Some(false));
}

#[test]
fn for_any_value_wants_one_value_and_fails_without_any() {
    let condition = json!({"ForAnyValue:StringEquals": {"aws:x": ["a", "b"]}});
    assert_eq!(holds(&condition, &[("aws:x", &["c", "a"])]), Some(true));
    assert_eq!(holds(&condition, &[("aws:x", &["c"])]), Some(false));
    assert_eq!(holds(&condition, &[]), Some(false));
    let other = json!({"ForAnyValue:StringNotEquals": {"aws:x": ["a", "b"]}});
    assert_eq!(holds(&other, &[("aws:x", &["a", "c"])]), Some(true));
    assert_eq!(holds(&other, &[]), Some(false));
}

#[test]
fn variables_are_filled_into_text_and_arns_only() {
    let keys: &[(&str, &[&str])] = &[("aws:username", &["alice"]), ("aws:x", &["alice"])];
    assert_eq!(
        holds(&json!({"StringEquals": {"aws:x": "${aws:username}"}}), keys),
        Some(true)
    );
    assert_eq!(
        holds(&json!({"StringLike": {"aws:x": "${aws:username}*"}}), keys),
        Some(true)
    );
    assert_eq!(
        holds(&json!({"BinaryEquals": {"aws:x": "${aws:username}"}}), keys),
        Some(false)
    );
}

#[test]
fn an_operator_that_no_one_knows_is_unknown() {
    assert_eq!(
        holds(&json!({"StringMatches": {"aws:x": "a"}}), &[("aws:x", &["a"])]),
        None
    );
}

#[test]
fn many_values_under_an_operator_for_one_are_unknown_where_they_differ() {
    let condition = json!({"StringEquals": {"aws:x": "a"}});
    assert_eq!(holds(&condition, &[("aws:x", &["a", "b"])]), None);
    assert_eq!(holds(&condition, &[("aws:x", &["a", "a"])]), Some(true));
}
