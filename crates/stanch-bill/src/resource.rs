//! Names of resources, as bills, events and snapshots write them, in one form that can be compared.
//!
//! It must not judge.

/// Returns the form in which a resource is compared: its id where AWS makes ids unique (`i-…`, `vol-…`), the name of a bucket,
/// else the ARN without the version of a function.
#[must_use]
pub fn resource_key(text: &str) -> String {
    let text = text.trim();
    if let Some(bucket) = text.strip_prefix("arn:aws:s3:::") {
        return bucket.split('/').next().unwrap_or(bucket).to_owned();
    }
    let last = tail(text);
    if is_unique_id(last) {
        return last.to_owned();
    }
    let parts: Vec<&str> = text.split(':').collect();
    if parts.first() == Some(&"arn") && parts.get(5) == Some(&"function") && parts.len() > 7 {
        return parts[..7].join(":");
    }
    text.to_owned()
}

/// Returns the last part of an ARN, id or name.
#[must_use]
pub(crate) fn tail(text: &str) -> &str {
    text.rsplit(['/', ':']).next().unwrap_or(text)
}

/// Returns whether it is an id that AWS gives once: a prefix, a hyphen and at least eight hexadecimal digits.
fn is_unique_id(text: &str) -> bool {
    if is_uuid(text) {
        return true;
    }
    text.rsplit_once('-').is_some_and(|(prefix, digits)| {
        let is_prefix = !prefix.is_empty()
            && prefix.len() <= 12
            && prefix
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        is_prefix && matches!(digits.len(), 8 | 17) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Returns whether it is an EC2 instance.
pub(crate) fn is_instance(key: &str) -> bool {
    key.starts_with("i-") && is_unique_id(key)
}

/// Returns whether it is a thing that an instance has: a volume, network interface or address.
pub(crate) fn is_part_of_instance(key: &str) -> bool {
    is_unique_id(key)
        && ["vol-", "eni-", "eipalloc-", "eipassoc-"]
            .iter()
            .any(|prefix| key.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_resource_has_one_key_in_all_forms() {
        for (text, key) in [
            ("i-0123456789abcdef0", "i-0123456789abcdef0"),
            (
                "arn:aws:ec2:sa-east-1:111122223333:instance/i-0123456789abcdef0",
                "i-0123456789abcdef0",
            ),
            (
                "arn:aws:ec2:us-east-1::snapshot/snap-0123456789abcdef0",
                "snap-0123456789abcdef0",
            ),
            ("arn:aws:s3:::photos", "photos"),
            ("photos", "photos"),
            (
                "arn:aws:lambda:us-east-1:111122223333:function:sync:3",
                "arn:aws:lambda:us-east-1:111122223333:function:sync",
            ),
            (
                "arn:aws:savingsplans::111122223333:savingsplan/12345678-1234-1234-1234-123456789abc",
                "12345678-1234-1234-1234-123456789abc",
            ),
        ] {
            assert_eq!(resource_key(text), key);
        }
        assert!(!is_instance("i-love-cats"));
        assert!(is_part_of_instance("vol-01234567"));
    }
}
