//! What several checks do alike: tell of guests, and of words that intruders choose.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;
use stanch_core::assessment::FindingVerdict;
use stanch_core::{Severity, Timestamp};

use crate::Item;
use crate::account::Guests;
use crate::check::Findings;
use stanch_iam::policy::Policy;

/// A thing that lets in somebody unknown; nothing when it lets in nobody.
pub(super) fn shared(
    found: &mut Findings,
    item: &Item<'_>,
    (kind, id, name): (&str, &str, &str),
    guests: &Guests,
    severity: Severity,
) {
    if !guests.any() {
        return;
    }
    let words = guests.words();
    let name = if name.is_empty() { id } else { name };
    found
        .on(item, kind, id, name)
        .verdict(FindingVerdict::Suspicious, severity)
        .fact("lets in", &words)
        .foreign(&guests.foreign)
        .say(&format!("{kind} {name} lets in {words}"));
}

/// Whether a document grants everything, or everything of IAM.
pub(super) fn power(document: &Value) -> Option<&'static str> {
    let grants = Policy::parse(document)?.grants();
    ["admin", "iam-all"]
        .into_iter()
        .find(|word| grants.contains(word))
}

/// In plain words.
pub(super) fn power_words(power: &str) -> &'static str {
    if power == "admin" {
        "everything"
    } else {
        "everything in IAM"
    }
}

/// Whether a name claims that its bearer may do little.
pub(super) fn claims_little(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [
        "readonly",
        "read-only",
        "read_only",
        "logs",
        "audit",
        "view",
        "monitor",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

/// Whether a name passes itself off as AWS or its support: names that AWS gives lie under its own paths.
pub(super) fn mimics_aws(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let begins = [
        "aws-",
        "aws_",
        "amazon-",
        "awsreserved",
        "awsservice",
        "awssupport",
    ]
    .iter()
    .any(|start| lower.starts_with(start));
    let deceives = name.chars().any(stanch_core::text::is_deceptive) || name.trim() != name;
    begins || deceives
}

/// How many whole days before its answer something happened; none when the time can't be read.
pub(super) fn days_ago(item: &Item<'_>, when: &str) -> Option<i64> {
    let millis = item.citation().at.since(Timestamp::parse(when)?);
    Some(millis.div_euclid(86_400_000))
}

/// Whether a user or role is an administrator by its own policies; `inline` names the list of those within it.
pub(super) fn is_administrator(item: &Item<'_>, inline: &str) -> bool {
    let documents = item.list(&format!("{inline}.PolicyDocument"));
    let attached = item.list("AttachedManagedPolicies.PolicyArn");
    documents.into_iter().any(|document| power(document).is_some())
        || attached.into_iter().any(|arn| {
            arn.as_str()
                .is_some_and(|arn| arn.ends_with("policy/AdministratorAccess"))
        })
}

/// Base64 as replies hold bytes: padding or none.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Returns the text in base64, as far as it is base64: other characters, such as line breaks, are left out.
pub(super) fn decoded(text: &str) -> String {
    let is_base64 = |letter: &u8| letter.is_ascii_alphanumeric() || matches!(letter, b'+' | b'/');
    let mut letters: Vec<u8> = text.bytes().filter(is_base64).collect();
    if letters.len() % 4 == 1 {
        // One letter alone is no byte.
        letters.pop();
    }
    let bytes = BASE64.decode(letters).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns bytes as base64, for examples.
#[cfg(test)]
pub(super) fn encoded(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// Families of instance types with accelerators, as AWS names them
/// (<https://docs.aws.amazon.com/ec2/latest/instancetypes/ac.html>).
const ACCELERATED: [&str; 6] = ["p", "g", "trn", "inf", "dl", "vt"];

/// Why an instance type is what miners take: an accelerator, or more than 64 processors by its size.
pub(super) fn costly(kind: &str) -> Option<&'static str> {
    let kind = kind.strip_prefix("ml.").unwrap_or(kind);
    let (family, size) = kind.split_once('.')?;
    let letters = family
        .split(|letter: char| letter.is_ascii_digit())
        .next()
        .unwrap_or("");
    if ACCELERATED.contains(&letters) && family.len() > letters.len() {
        return Some("an accelerator");
    }
    let times: u32 = size.strip_suffix("xlarge").unwrap_or("0").parse().unwrap_or(0);
    (times > 16 || size.starts_with("metal")).then_some("a very large type")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_that_miners_take_are_told() {
        for kind in [
            "p3.16xlarge",
            "g4dn.xlarge",
            "ml.p4d.24xlarge",
            "trn1.2xlarge",
            "c6i.32xlarge",
            "m7i.metal-24xl",
        ] {
            assert!(costly(kind).is_some(), "{kind}");
        }
        for kind in [
            "t3.medium",
            "m5.large",
            "c6i.16xlarge",
            "gp3",
            "",
            "pl",
            "i3.xlarge",
        ] {
            assert!(costly(kind).is_none(), "{kind}");
        }
    }

    #[test]
    fn bytes_come_back_from_base64() {
        for text in ["", "a", "ab", "abc", "<root_account>,ü\n"] {
            assert_eq!(decoded(&encoded(text.as_bytes())), text);
        }
        assert_eq!(decoded("YWI=\n"), "ab");
    }

    #[test]
    fn names_that_deceive_are_told() {
        assert!(mimics_aws("aws-support-svc") && mimics_aws("admin ") && mimics_aws("ad\u{200b}min"));
        assert!(!mimics_aws("jaws-ui") && !mimics_aws("alice.admin"));
        assert!(claims_little("s3-ReadOnly") && !claims_little("work"));
    }
}
