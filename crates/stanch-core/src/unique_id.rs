//! Meaning of AWS's own identifiers: the kind by the first four letters, and the account of an access key.
//!
//! Prefixes: AWS, "IAM identifiers", unique identifiers. That a key carries its account is not documented by AWS; it is
//! observed (hackingthe.cloud, "Get account id from access keys") and holds for keys made since 2019. It must not ask anybody.

use crate::ids::AccountId;

/// Meaning of the first four letters of a unique id or access key id.
const PREFIXES: [(&str, &str); 12] = [
    ("ABIA", "bearer token of STS"),
    ("ACCA", "context-specific credential"),
    ("AGPA", "group"),
    ("AIDA", "IAM user"),
    ("AIPA", "instance profile"),
    ("AKIA", "long-term access key"),
    ("ANPA", "managed policy"),
    ("ANVA", "version of a managed policy"),
    ("APKA", "public key"),
    ("AROA", "role"),
    ("ASCA", "certificate"),
    ("ASIA", "temporary access key of STS"),
];

/// Returns the kind of resource that an identifier names, if it is one of AWS's unique ids.
#[must_use]
pub fn meaning(id: &str) -> Option<&'static str> {
    let is_id = id.len() >= 16 && id.len() <= 128 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let prefix = id.get(..4).filter(|_| is_id)?;
    PREFIXES
        .iter()
        .find(|(known, _)| *known == prefix)
        .map(|(_, meaning)| *meaning)
}

/// The account that an access key id (`AKIA…`, `ASIA…`) belongs to. `None` for keys made before 2019, which carry none, and
/// for what is no key.
#[must_use]
pub fn account_of_key(id: &str) -> Option<AccountId> {
    let body = id.strip_prefix("AKIA").or_else(|| id.strip_prefix("ASIA"))?;
    if body.len() != 16 {
        return None;
    }
    let mut bits: u64 = 0;
    for byte in body.bytes().take(10) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u64::from(value);
    }
    if !body
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte))
    {
        return None;
    }
    // Ten letters are fifty bits: the six bytes that count, and two bits more.
    let bytes = bits >> 2;
    // The top bit tells the newer form; older keys would give a number of nobody.
    if bytes >> 47 == 0 {
        return None;
    }
    let account = (bytes & 0x7fff_ffff_ff80) >> 7;
    // Letters that nobody was given may say more than twelve digits hold.
    (account <= 999_999_999_999).then(|| AccountId(format!("{account:012}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_keys_carry_their_account_and_older_ones_do_not() {
        for (key, account) in [
            ("ASIAQNZGKIQY56JQ7WML", Some("029608264753")),
            ("ASIAY34FZKBOKMUTVV7A", Some("609629065308")),
            ("AKIAIOSFODNN7EXAMPLE", None),
            ("AKIAJ0000000000000AA", None),
            ("AIDAQNZGKIQY56JQ7WML", None),
            ("ASIA7A2A2A222A2A2AA2", None),
            ("ASIAQ", None),
            ("", None),
        ] {
            let found = account_of_key(key);
            assert_eq!(found.as_ref().map(AccountId::as_str), account, "{key}");
        }
    }

    #[test]
    fn prefixes_say_what_an_id_names() {
        assert_eq!(meaning("AROAQNZGKIQY56JQ7WML3"), Some("role"));
        assert_eq!(
            meaning("ASIAQNZGKIQY56JQ7WML"),
            Some("temporary access key of STS")
        );
        assert_eq!(meaning("arn:aws:iam::111122223333:role/x"), None);
        assert_eq!(meaning("AKIA"), None);
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics_and_an_account_has_twelve_digits(text in "\\PC{0,24}|A[KS]IA[A-Z2-7]{16}") {
            if let Some(account) = account_of_key(&text) {
                proptest::prop_assert!(account.as_str().len() == 12 && account.as_str().bytes().all(|byte| byte.is_ascii_digit()));
            }
            let _ = meaning(&text);
        }
    }
}
