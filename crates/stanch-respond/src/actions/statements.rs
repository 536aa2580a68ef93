//! Statements of policies: added to a document that stays the same otherwise, and made only of literal names.
//!
//! It must not know which service a document is for.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use stanch_core::plan::Reversibility;

/// Returns a document with a statement added under its own `Sid`; the same document if it has that statement already. None if the
/// document has no statements.
pub(crate) fn with_statement(document: &Value, mut statement: Value) -> Option<Value> {
    let sid = format!("Stanch{}", digest(&statement, 8));
    statement
        .as_object_mut()?
        .insert("Sid".to_owned(), Value::String(sid));
    let mut document = document.clone();
    let statements = document.as_object_mut()?.get_mut("Statement")?;
    if !statements.is_array() {
        *statements = json!([statements.take()]);
    }
    let list = statements.as_array_mut()?;
    if !list.contains(&statement) {
        list.push(statement);
    }
    Some(document)
}

/// Returns a document without the unique ids of deleted users and roles, and these ids. AWS shows such an id where a principal was
/// deleted, and refuses to save a document that has one; it grants nobody anything. A statement that names nobody else is left out.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
pub(crate) fn without_deleted(document: &Value) -> (Value, Vec<String>) {
    let is_deleted = |name: &Value| {
        let text = name.as_str().unwrap_or_default();
        let is_id = (text.starts_with("AIDA") || text.starts_with("AROA")) && text.len() >= 16;
        is_id
            && text
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    let mut deleted = Vec::new();
    let mut new = document.clone();
    let Some(statements) = new.get_mut("Statement") else {
        return (new, deleted);
    };
    let mut take = |statement: &mut Value| -> bool {
        for member in ["Principal", "NotPrincipal"] {
            let Some(names) = statement.pointer_mut(&format!("/{member}/AWS")) else {
                continue;
            };
            let all: Vec<Value> = names.as_array().cloned().unwrap_or_else(|| vec![names.clone()]);
            let (gone, kept): (Vec<Value>, Vec<Value>) = all.into_iter().partition(is_deleted);
            if gone.is_empty() {
                continue;
            }
            deleted.extend(gone.iter().filter_map(Value::as_str).map(str::to_owned));
            if kept.is_empty() {
                let others = statement
                    .get(member)
                    .and_then(Value::as_object)
                    .map_or(0, serde_json::Map::len);
                if others <= 1 {
                    return false;
                }
                if let Some(named) = statement.get_mut(member).and_then(Value::as_object_mut) {
                    named.remove("AWS");
                }
            } else if let Some(names) = statement.pointer_mut(&format!("/{member}/AWS")) {
                *names = Value::Array(kept);
            }
        }
        true
    };
    match statements {
        Value::Array(list) => list.retain_mut(|statement| take(statement)),
        one => {
            if !take(one) {
                *one = json!([]);
            }
        }
    }
    deleted.sort();
    deleted.dedup();
    (new, deleted)
}

/// Returns the reversibility of a document from which the ids of deleted principals were left out.
pub(crate) fn without_ids(deleted: &[String]) -> Reversibility {
    Reversibility::Partial {
        remains: format!(
            "{} of deleted principals: AWS refuses to save a policy that names them, and they grant nobody access",
            deleted.join(", ")
        ),
    }
}

/// Returns the first hex digits of the SHA-256 of a value: the same name for the same value.
pub(crate) fn digest(value: &Value, digits: usize) -> String {
    let hash = Sha256::digest(stanch_core::snapshot::canonical(value));
    hex::encode(hash).chars().take(digits).collect()
}

/// Returns whether a text is the ARN of one IAM or STS principal, without wildcards and variables. Any other ARN would be a
/// condition that never matches.
pub(crate) fn is_principal(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-/".contains(&byte);
    let parts: Vec<&str> = text.split(':').collect();
    matches!(
        parts.as_slice(),
        ["arn", partition, "iam" | "sts", "", account, name]
            if !partition.is_empty() && is_account(account) && !name.is_empty()
    ) && parts.iter().all(|part| part.bytes().all(allowed))
}

/// Returns whether a text is an account id.
pub(crate) fn is_account(text: &str) -> bool {
    stanch_core::AccountId::is_valid(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_statement_is_added_once_whatever_shape_the_document_has() {
        let statement = || json!({"Effect": "Deny", "Action": "*", "Resource": "*"});
        let one = json!({"Version": "2008-10-17", "Statement": {"Effect": "Allow"}});
        let added = with_statement(&one, statement()).unwrap();
        assert_eq!(added["Statement"][0], json!({"Effect": "Allow"}));
        assert_eq!(added["Version"], "2008-10-17");
        assert_eq!(with_statement(&added, statement()).unwrap(), added);
        assert!(with_statement(&json!({}), statement()).is_none());
        assert!(with_statement(&json!("text"), statement()).is_none());
    }

    #[test]
    fn only_what_stands_for_one_principal_is_one() {
        assert!(is_principal("arn:aws:iam::111122223333:role/a/b+c=d,e.f@g-h_i"));
        assert!(is_principal("arn:aws-cn:sts::111122223333:federated-user/x"));
        for hostile in [
            "arn:aws:iam::111122223333:user/*",
            "arn:aws:iam::111122223333:user/${x}",
            "arn:aws:iam::111122223333:user/a?",
            "arn:aws:iam::1:user/a",
            "arn:aws:iam::111122223333:user/a:b",
            "arn:aws:lambda:eu-west-1:111122223333:function/f",
            "arn:aws",
            "",
            "user",
        ] {
            assert!(!is_principal(hostile), "{hostile}");
        }
    }

    #[test]
    fn ids_of_deleted_principals_are_left_out_and_everything_else_stays() {
        let root = "arn:aws:iam::111122223333:root";
        let document = json!({"Version": "2012-10-17", "Statement": [
            {"Sid": "mixed", "Effect": "Allow", "Principal": {"AWS": ["AROA27HJSWAHEPTTLIWSO", root]}, "Action": "s3:GetObject"},
            {"Sid": "gone", "Effect": "Allow", "Principal": {"AWS": "AIDAJQABLZS4A3QDU576Q"}, "Action": "s3:*"},
            {"Sid": "service", "Effect": "Allow", "Principal": {"AWS": "AIDAJQABLZS4A3QDU576Q", "Service": "ec2.amazonaws.com"}},
            {"Sid": "all", "Effect": "Deny", "Principal": "*", "Action": "s3:*"},
            {"Sid": "account", "Effect": "Allow", "Principal": {"AWS": "111122223333"}},
        ]});
        let (new, deleted) = without_deleted(&document);
        assert_eq!(deleted, ["AIDAJQABLZS4A3QDU576Q", "AROA27HJSWAHEPTTLIWSO"]);
        let sids: Vec<&str> = new["Statement"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|statement| statement["Sid"].as_str())
            .collect();
        assert_eq!(sids, ["mixed", "service", "all", "account"]);
        assert_eq!(new["Statement"][0]["Principal"], json!({"AWS": [root]}));
        assert_eq!(
            new["Statement"][1]["Principal"],
            json!({"Service": "ec2.amazonaws.com"})
        );
        let (same, none) = without_deleted(&new);
        assert!(none.is_empty() && same == new);
    }
}
