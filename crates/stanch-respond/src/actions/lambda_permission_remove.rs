//! Removes a statement from the resource policy of a Lambda function: the principal that it names can no longer invoke the function.
//!
//! Such a policy can't be written as a whole. A statement is added by its parts (`AddPermission`), which cover less than a policy can
//! say: a statement that can't be added that way is removed all the same, and undo is not promised. Statements belong to the function,
//! a version or an alias; removing one leaves those of the same name elsewhere.

use serde_json::{Value, json};
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Reversibility, Test, Wave, Write};

use super::compute::call_with;
use super::listings::FUNCTIONS;
use super::parts::{blank, text};
use crate::about::{About, Parameter, Scope, Undo, Whole, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct LambdaPermissionRemove;

static ABOUT: About = About {
    name: "lambda-permission-remove",
    does: "Remove a statement from the resource policy of a Lambda function.",
    targets: &["lambda-function"],
    parameters: &[
        Parameter::required("statement", "Sid of the statement"),
        Parameter::optional("qualifier", "version or alias that the statement belongs to"),
    ],
    notes: "Principals that an identity policy of their own account allows to invoke the function still can.",
    answers: &[
        by_call("lambda", "AddPermission"),
        by_check("function-shared", "function"),
    ],
    listing: Some(&FUNCTIONS),
    scope: Scope::FunctionStatements(&["function-shared"]),
    in_turn: Some(Whole::Target),
    undo: Undo::Impossible,
    sources: &[
        "https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html",
        "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
    ],
    ..About::EMPTY
};

/// Conditions that a statement can be added with: operator, key in lower case, parameter.
const CONDITIONS: [(&str, &str, &str); 8] = [
    ("ArnLike", "aws:sourcearn", "SourceArn"),
    ("ArnEquals", "aws:sourcearn", "SourceArn"),
    ("StringLike", "aws:sourcearn", "SourceArn"),
    ("StringEquals", "aws:sourceaccount", "SourceAccount"),
    ("StringEquals", "aws:principalorgid", "PrincipalOrgID"),
    (
        "StringEquals",
        "lambda:functionurlauthtype",
        "FunctionUrlAuthType",
    ),
    ("StringEquals", "lambda:eventsourcetoken", "EventSourceToken"),
    ("Bool", "lambda:invokedviafunctionurl", "InvokedViaFunctionUrl"),
];

/// The parts that a statement is added by.
type Parts = Vec<(&'static str, Param)>;

impl Action for LambdaPermissionRemove {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let (function, sid) = (request.target.name.as_str(), request.value("statement")?);
        let qualifier = request.values("qualifier").first().map(String::as_str);
        let (raw, statement) = statement(request, account, qualifier, sid)?;
        let principals = named_principals(&statement);
        let with = |operation: &str, more: Parts| {
            let qualifier = qualifier.map(|qualifier| ("Qualifier", text(qualifier)));
            let own = std::iter::once(("FunctionName", text(function))).chain(qualifier);
            call_with(request, "lambda", operation, own.chain(more))
        };
        let named = || ("StatementId", text(sid));
        let policy = || Path::of("Policy");
        // Lambda writes its policies without spaces; a compatible endpoint may not.
        let gone = [format!("\"Sid\":\"{sid}\""), format!("\"Sid\": \"{sid}\"")];
        let gone = gone.map(|sid| Expectation::new("policy-after", policy(), Test::Without(sid)));
        let (undo, restores, reversibility) = match parts(&statement) {
            Some(parts) => {
                let add = std::iter::once(named()).chain(parts).collect();
                let add = Write::new(with("AddPermission", add)).fine_if("ResourceConflictException");
                let restores = vec![Restored::new("policy", policy())];
                (vec![add], restores, Reversibility::Exact)
            }
            None => {
                let remains =
                    format!("statement {sid} can't be added again by the API; it is saved as evidence");
                (Vec::new(), Vec::new(), Reversibility::None { remains })
            }
        };
        let remove = with("RemovePermission", vec![named()]);
        Ok(Change {
            before: vec![Read::new("policy", with("GetPolicy", Vec::new()))],
            requires: vec![Expectation::new("policy", policy(), Test::Contains(raw))],
            writes: vec![Write::new(remove).fine_if("ResourceNotFoundException")],
            after: vec![Read::new("policy-after", with("GetPolicy", Vec::new()))],
            verified_by: gone.to_vec(),
            undo,
            restores,
            reversibility,
            undo_reopens: Some(format!(
                "{principals} can invoke Lambda function {function} again"
            )),
            ..blank(
                &ABOUT,
                request,
                Wave::Exposure,
                format!(
                    "Remove statement {sid} from the policy of Lambda function {function}, which allows {principals} to invoke it"
                ),
            )
        })
    }
}

/// Returns the statement as written in the policy, and parsed.
fn statement(
    request: &ActionRequest,
    account: &Account,
    qualifier: Option<&str>,
    sid: &str,
) -> Result<(String, Value), Unplannable> {
    let policies = account.items("lambda", "GetPolicy", "Policy");
    let mut policies = policies.into_iter().filter(|policy| {
        policy.asked("FunctionName") == request.target.name
            && policy.asked("Qualifier") == qualifier.unwrap_or_default()
            && policy.region() == &request.target.region
    });
    let found = policies.find_map(|policy| within(policy.value.as_str().unwrap_or_default(), sid));
    found.ok_or_else(|| {
        Unplannable::new(format!(
            "statement {} of Lambda function {} was not collected",
            stanch_core::text::shown(sid, 100),
            request.target.name
        ))
    })
}

/// Returns the first object of a text that has this Sid, as written there.
fn within(policy: &str, sid: &str) -> Option<(String, Value)> {
    let begins = policy.match_indices('{').map(|(place, _)| place);
    begins.filter_map(|place| policy.get(place..)).find_map(|rest| {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        let value = values.next()?.ok()?;
        let raw = rest.get(..values.byte_offset())?;
        (value.get("Sid").and_then(Value::as_str) == Some(sid)).then(|| (raw.to_owned(), value))
    })
}

/// Returns the parts by which the statement is added; none if it can't be added that way.
fn parts(statement: &Value) -> Option<Parts> {
    let known = ["Action", "Condition", "Effect", "Principal", "Resource", "Sid"];
    let is_known = |name: &String| known.contains(&name.as_str());
    let mut members = statement.as_object()?.keys();
    if !members.all(is_known) || statement.get("Effect") != Some(&json!("Allow")) {
        return None;
    }
    let mut parts: Parts = vec![
        ("Action", text(statement.get("Action")?.as_str()?)),
        ("Principal", text(principal(statement.get("Principal")?)?)),
    ];
    for (operator, keys) in statement
        .get("Condition")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        for (key, value) in keys.as_object()? {
            let key = key.to_ascii_lowercase();
            let (_, _, parameter) = CONDITIONS
                .into_iter()
                .find(|(of, name, _)| of == operator && *name == key)?;
            let value = value.as_str()?;
            if stanch_core::redact::is_marked(value) {
                return None;
            }
            let value = match parameter {
                "InvokedViaFunctionUrl" => Param::literal(value.parse::<bool>().ok()?),
                _ => text(value),
            };
            parts.push((parameter, value));
        }
    }
    Some(parts)
}

/// Returns the principals that a statement names, for people.
fn named_principals(statement: &Value) -> String {
    let principal = statement.get("Principal");
    let values: Vec<&Value> = match principal {
        Some(Value::Object(kinds)) => kinds.values().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let names = values.into_iter().flat_map(|value| match value {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>(),
        one => one.as_str().into_iter().collect(),
    });
    let names: Vec<&str> = names
        .map(|name| if name == "*" { "anyone" } else { name })
        .collect();
    if names.is_empty() {
        "principals that it names".to_owned()
    } else {
        stanch_core::text::shown(&names.join(", "), 200)
    }
}

/// Returns the one principal. The id of a deleted principal can't be named again.
fn principal(value: &Value) -> Option<&str> {
    let one = match value {
        Value::String(all) => all.as_str(),
        Value::Object(members) if members.len() == 1 => members.values().next()?.as_str()?,
        _ => return None,
    };
    let is_deleted = ["AROA", "AIDA"].iter().any(|start| one.starts_with(start));
    (!is_deleted).then_some(one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, answered, request, told};

    fn told_of(statement: &Value) -> String {
        let policy =
            json!({"Version": "2012-10-17", "Id": "default", "Statement": [{"Sid": "own"}, statement]});
        let body = json!({"Policy": policy.to_string()});
        let asked = json!({"FunctionName": "etl", "Qualifier": "live"});
        let account = account([answered("lambda", "GetPolicy", asked, body)]);
        let request = request("lambda-function", "etl")
            .with("statement", ["open".to_owned()])
            .with("qualifier", ["live".to_owned()]);
        told(&LambdaPermissionRemove, &request, &account)
    }

    fn open(principal: &Value, condition: &Value) -> Value {
        json!({"Sid": "open", "Effect": "Allow", "Principal": principal, "Action": "lambda:InvokeFunction", "Resource": "f",
            "Condition": condition})
    }

    #[test]
    fn a_statement_is_removed_and_added_again_by_its_parts() {
        let condition = json!({"StringEquals": {"AWS:SourceAccount": "999999999999"}, "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::b"}});
        let statement = open(&json!({"Service": "s3.amazonaws.com"}), &condition);
        insta::assert_snapshot!(told_of(&statement), @r#"
        Exposure: Remove statement open from the policy of Lambda function etl, which allows s3.amazonaws.com to invoke it
        before policy: eu-west-1 lambda GetPolicy {FunctionName: "etl", Qualifier: "live"}
        requires policy.Policy {"holds":"{\"Sid\":\"open\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"s3.amazonaws.com\"},\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"f\",\"Condition\":{\"StringEquals\":{\"AWS:SourceAccount\":\"999999999999\"},\"ArnLike\":{\"AWS:SourceArn\":\"arn:aws:s3:::b\"}}}"}
        write eu-west-1 lambda RemovePermission {FunctionName: "etl", Qualifier: "live", StatementId: "open"} fine if ResourceNotFoundException
        after policy-after: eu-west-1 lambda GetPolicy {FunctionName: "etl", Qualifier: "live"}
        holds policy-after.Policy {"without":"\"Sid\":\"open\""}
        holds policy-after.Policy {"without":"\"Sid\": \"open\""}
        undo eu-west-1 lambda AddPermission {Action: "lambda:InvokeFunction", FunctionName: "etl", Principal: "s3.amazonaws.com", Qualifier: "live", SourceAccount: "999999999999", SourceArn: "arn:aws:s3:::b", StatementId: "open"} fine if ResourceConflictException
        restores policy.Policy
        exact
        undo frees s3.amazonaws.com can invoke Lambda function etl again
        "#);
    }

    #[test]
    fn a_statement_that_has_no_such_parts_is_not_promised_back() {
        let foreign = open(&json!({"AWS": "AROAEXAMPLE"}), &json!({}));
        let odd = open(
            &json!("*"),
            &json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
        );
        let several = open(&json!({"AWS": ["a", "b"]}), &json!({}));
        for statement in [foreign, odd, several] {
            let told = told_of(&statement);
            assert!(
                told.contains("\nnone: statement open") && !told.contains("AddPermission"),
                "{told}"
            );
        }
    }

    #[test]
    fn a_statement_that_was_not_read_is_not_planned() {
        let other = request("lambda-function", "etl").with("statement", ["open".to_owned()]);
        insta::assert_snapshot!(told(&LambdaPermissionRemove, &other, &account([])), @"not planned: statement open of Lambda function etl was not collected");
    }
}
