//! Members that the models mark as sensitive, removed from a reply before anyone sees it.
//!
//! The mark (Smithy's `sensitive` trait) stands on secrets and on personal data alike, and on much that is neither: names,
//! descriptions, tags. A responder needs to read who an attacker made and how it was called, so the members of `SHOWN`
//! stay; everything else that is marked goes. It must not know where an answer is kept. Names of members that are secret
//! whatever a model says are `stanch_core::redact`'s.

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use stanch_core::redact::hide_in_answer;

use crate::model::service::{Operation, Service};
use crate::model::shape::{Kind, Target};

/// Ends of the names of members that say what a thing is, whom it belongs to or how a list continues, in lower case.
/// Reviewed
/// over every member that the models mark in replies of reading operations. Of an environment, and of the definition of a
/// state machine, `redact` takes the values out: which names there are and what is called is what an intruder leaves.
const SHOWN: &[&str] = &[
    "account",
    "accountid",
    "accountids",
    "address",
    "arn",
    "city",
    "company",
    "companyname",
    "country",
    "countrycode",
    "definition",
    "description",
    "domain",
    "email",
    "emailaddress",
    "emails",
    "environment",
    "id",
    "ids",
    "name",
    "names",
    "nexttoken",
    "phonenumber",
    "status",
    "tags",
    "tagset",
    "title",
    "type",
    "username",
    "websiteurl",
];

/// As deep as a reply is followed: shapes may hold themselves.
const DEPTH: usize = 64;

/// Takes out what the model of the operation's reply marks. Equal values are seen to be equal: their digest stays.
pub fn take_out(service: &Service, operation: &Operation, body: &mut Value) {
    if let Some(output) = &operation.output {
        walk(service, output, "", body, DEPTH);
    }
}

fn walk(service: &Service, target: &Target, name: &str, value: &mut Value, depth: usize) {
    let shape = service.shape(target.shape);
    if depth == 0 || ((target.traits.sensitive || shape.sensitive) && !is_shown(name)) {
        hide_in_answer(value, &sha256);
        return;
    }
    match (&shape.kind, value) {
        (Kind::Structure(structure), Value::Object(members)) => {
            for member in &structure.members {
                if let Some(value) = members.get_mut(&member.name) {
                    walk(service, &member.target, &member.name, value, depth - 1);
                }
            }
        }
        (Kind::List(target), Value::Array(items)) => {
            for item in items {
                walk(service, target, name, item, depth - 1);
            }
        }
        (Kind::Map(_, target), Value::Object(members)) => {
            for value in members.values_mut() {
                walk(service, target, name, value, depth - 1);
            }
        }
        _ => {}
    }
}

/// Whether a marked member is shown all the same. A whole reply that is marked has no name: its members are judged one by one.
fn is_shown(name: &str) -> bool {
    let plain = name.to_ascii_lowercase();
    name.is_empty() || SHOWN.iter().any(|end| plain.ends_with(end))
}

/// The SHA-256 of bytes in lower-case hex.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Models;

    fn taken_out(service: &str, operation: &str, mut body: Value) -> Value {
        let service = Models::embedded().unwrap().service(service).unwrap();
        take_out(&service, service.operation(operation).unwrap(), &mut body);
        body
    }

    #[test]
    fn what_a_model_marks_goes_whatever_its_name() {
        let body =
            json!({"playbackKeyPairs": [], "streamKey": {"arn": "arn:aws:ivs:x", "value": "sk_hunter2"}});
        let told = taken_out("ivs", "GetStreamKey", body);
        assert!(!told.to_string().contains("hunter2"), "{told}");
        assert_eq!(told["streamKey"]["arn"], "arn:aws:ivs:x");
    }

    #[test]
    fn equal_values_are_seen_to_be_equal() {
        let body = json!({"streamKey": {"value": "one"}});
        let of = |body: &Value| taken_out("ivs", "GetStreamKey", body.clone());
        assert_eq!(of(&body), of(&body));
        assert_ne!(of(&body), of(&json!({"streamKey": {"value": "two"}})));
    }

    #[test]
    fn people_and_accounts_stay_readable() {
        let body = json!({"Users": [{"UserName": "mallory", "UserId": "u-1", "DisplayName": "Mallory"}]});
        assert_eq!(taken_out("identitystore", "ListUsers", body.clone()), body);
        let body =
            json!({"Accounts": [{"Id": "111122223333", "Name": "harbor", "Email": "a@harbor.example"}]});
        assert_eq!(taken_out("organizations", "ListAccounts", body.clone()), body);
    }

    #[test]
    fn what_is_not_marked_stays() {
        let body = json!({"Reservations": [{"Instances": [{"InstanceId": "i-1", "Tags": [{"Key": "a", "Value": "b"}]}]}]});
        assert_eq!(taken_out("ec2", "DescribeInstances", body.clone()), body);
    }

    #[test]
    fn a_reply_of_another_shape_is_left_to_the_search_by_name() {
        for body in [
            json!(null),
            json!([1]),
            json!({"streamKey": "text"}),
            json!("text"),
        ] {
            assert_eq!(taken_out("ivs", "GetStreamKey", body.clone()), body);
        }
    }
}
