//! Statements of policies: added to a document that stays the same otherwise, and made only of literal names.
//!
//! It must not know which service a document is for.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

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
}
