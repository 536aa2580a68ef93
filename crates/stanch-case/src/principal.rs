//! ARNs of principals, told apart by kind. It must not know why somebody names one.

/// Kind of principal that a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// The root user, a user or a role.
    Principal,
    /// A user of Identity Center: by the identity store, or by a session of one of its roles.
    IdentityCenterUser,
    /// A session of a role or a federated user.
    Session,
    /// Anything else.
    Other,
}

/// Returns whether a text is the id of an AWS account.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the kind of principal that a text names.
pub(crate) fn named(text: &str) -> Named {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let &["arn", partition, service, region, account, resource] = parts.as_slice() else {
        return Named::Other;
    };
    let is_partition = partition == "aws" || partition.starts_with("aws-");
    if !is_partition || !region.is_empty() || !resource.bytes().all(is_name_byte) {
        return Named::Other;
    }
    let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
    let has_name = !name.is_empty() && name.split('/').all(|part| !part.is_empty());
    match (service, kind) {
        ("iam", "root") if is_account(account) && resource == "root" => Named::Principal,
        ("iam", "user" | "role") if is_account(account) && has_name => Named::Principal,
        ("identitystore", "user") if has_name && (account.is_empty() || is_account(account)) => {
            Named::IdentityCenterUser
        }
        ("sts", "assumed-role") if is_account(account) && name.split('/').count() == 2 && has_name => {
            if name.starts_with("AWSReservedSSO_") {
                Named::IdentityCenterUser
            } else {
                Named::Session
            }
        }
        ("sts", "federated-user") if is_account(account) && has_name => Named::Session,
        _ => Named::Other,
    }
}

/// Writes `user/NAME`, `role/NAME` and `root` as the ARN of that principal in an account; any other text stays.
pub(crate) fn expanded(text: &str, partition: &str, account: &str) -> String {
    let arn = format!("arn:{partition}:iam::{account}:{text}");
    if named(&arn) == Named::Principal {
        arn
    } else {
        text.to_owned()
    }
}

/// Characters of names of principals, and of the paths before them.
const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+' | b'=' | b',' | b'.' | b'@' | b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_and_name_become_an_arn_and_nothing_else_does() {
        let at = |text| expanded(text, "aws-cn", "111122223333");
        assert_eq!(at("user/ops/ann"), "arn:aws-cn:iam::111122223333:user/ops/ann");
        assert_eq!(
            at("role/break-glass"),
            "arn:aws-cn:iam::111122223333:role/break-glass"
        );
        assert_eq!(at("root"), "arn:aws-cn:iam::111122223333:root");
        for text in [
            "ann",
            "group/admins",
            "user/",
            "arn:aws:iam::999988887777:user/ann",
            "user/a b",
            "",
        ] {
            assert_eq!(at(text), text);
        }
    }

    #[test]
    fn principals_are_known_by_their_arns() {
        for (text, kind) in [
            ("arn:aws:iam::111122223333:root", Named::Principal),
            ("arn:aws:iam::111122223333:user/ops/rescue", Named::Principal),
            (
                "arn:aws-us-gov:iam::111122223333:role/break-glass",
                Named::Principal,
            ),
            (
                "arn:aws:identitystore:::user/9067642ac7-1b2c",
                Named::IdentityCenterUser,
            ),
            (
                "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_1a2b/ana@example.com",
                Named::IdentityCenterUser,
            ),
            (
                "arn:aws:sts::111122223333:assumed-role/deploy/i-0abc",
                Named::Session,
            ),
            ("arn:aws:iam::111122223333:user/", Named::Other),
            ("arn:aws:iam::111122223333:user/*", Named::Other),
            ("arn:aws:iam::1111:user/ops", Named::Other),
            ("arn:aws:iam::111122223333:policy/ops", Named::Other),
            ("arn:aws:iam::111122223333:rooted", Named::Other),
            ("arn:aws:s3:::bucket", Named::Other),
            ("alice.admin", Named::Other),
            ("", Named::Other),
        ] {
            assert_eq!(named(text), kind, "{text}");
        }
    }
}
