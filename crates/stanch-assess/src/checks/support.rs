//! Shared parts of checks: findings on external access, policies that grant everything, misleading names.
//!
//! It must not know a single check.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;
use stanch_core::finding::Exposure;
use stanch_core::{Severity, Timestamp};

use crate::Item;
use crate::check::Findings;
use stanch_iam::policy::Policy;

/// Reports a resource that gives an external principal access; nothing where it gives none. The sentence is made of `noun`,
/// the name, `verb` and the principals.
pub(super) fn shared(
    found: &mut Findings,
    item: &Item<'_>,
    (kind, id, name): (&str, &str, &str),
    (noun, verb): (&str, &str),
    exposure: &Exposure,
    severity: Severity,
) {
    if !exposure.is_external() {
        return;
    }
    let words = words(exposure);
    let name = if name.is_empty() { id } else { name };
    found
        .on(item, kind, id, name)
        .suspicious(severity)
        .part(&part_of(exposure))
        .fact("External Access", &words)
        .exposure(exposure)
        .say(&format!("{noun} {name} {verb} {words}"));
}

/// Number of accounts a sentence names.
const NAMED: usize = 5;

/// Returns external principals as text for people: `everyone and account 123456789012`.
pub(super) fn words(exposure: &Exposure) -> String {
    let mut words = Vec::new();
    if exposure.public {
        words.push("everyone".to_owned());
    }
    if exposure.unknown_account {
        words.push("an unidentified external account".to_owned());
    }
    let named = exposure.accounts.iter().take(NAMED);
    words.extend(named.map(|account| format!("account {}", account.as_str())));
    if exposure.accounts.len() > NAMED {
        words.push(format!("{} more accounts", exposure.accounts.len() - NAMED));
    }
    words.join(" and ")
}

/// Returns the text that tells two exposures of one resource apart in the id of a finding. It is never shown, and stays as
/// it is: ids are compared between versions.
pub(super) fn part_of(exposure: &Exposure) -> String {
    let mut parts = Vec::new();
    if exposure.public {
        parts.push("everybody".to_owned());
    }
    if exposure.unknown_account {
        parts.push("somebody in another account".to_owned());
    }
    let named = exposure.accounts.iter().take(NAMED);
    parts.extend(named.map(|account| format!("account {}", account.as_str())));
    if exposure.accounts.len() > NAMED {
        parts.push(format!("{} more accounts", exposure.accounts.len() - NAMED));
    }
    parts.join(" and ")
}

/// Returns the permissions of a document that grants everything (`admin`) or everything in IAM (`iam-all`).
pub(super) fn power(document: &Value) -> Option<&'static str> {
    let grants = Policy::parse(document)?.grants();
    ["admin", "iam-all"]
        .into_iter()
        .find(|word| grants.contains(word))
}

/// Returns the permissions as text.
pub(super) fn power_words(power: &str) -> &'static str {
    if power == "admin" {
        "all permissions"
    } else {
        "all IAM permissions"
    }
}

/// Returns true if a name suggests few permissions.
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

/// Returns true if a name imitates AWS or AWS Support: names that AWS gives are under its own paths.
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
    let is_deceptive = name.chars().any(stanch_core::text::is_deceptive) || name.trim() != name;
    begins || is_deceptive
}

/// Returns a number of days as text.
pub(super) fn days_of(days: u64) -> String {
    if days == 1 {
        "1 day".to_owned()
    } else {
        format!("{days} days")
    }
}

/// Returns the whole days between a time and the answer; none when the time can't be parsed.
pub(super) fn days_ago(item: &Item<'_>, when: &str) -> Option<i64> {
    let millis = item.citation().at.since(Timestamp::parse(when)?);
    Some(millis.div_euclid(86_400_000))
}

/// Returns true if a user or role is an administrator by its own policies; `inline` names the list of its inline policies.
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

/// Returns the reason why an instance type suits crypto-mining: an accelerator, or more than 64 vCPUs by its size.
pub(super) fn costly(kind: &str) -> Option<&'static str> {
    let kind = kind.strip_prefix("ml.").unwrap_or(kind);
    let (family, size) = kind.split_once('.')?;
    let letters = family
        .split(|letter: char| letter.is_ascii_digit())
        .next()
        .unwrap_or("");
    if ACCELERATED.contains(&letters) && family.len() > letters.len() {
        return Some("an accelerated instance type");
    }
    let times: u32 = size.strip_suffix("xlarge").unwrap_or("0").parse().unwrap_or(0);
    (times > 16 || size.starts_with("metal")).then_some("a very large instance type")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_that_suit_crypto_mining_are_recognized() {
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
    fn a_sentence_names_five_accounts_and_counts_the_others() {
        let mut exposure = Exposure::default();
        for number in 0..7 {
            exposure.add_account(&format!("11112222333{number}"));
        }
        assert!(words(&exposure).ends_with(" and account 111122223334 and 2 more accounts"));
        exposure.public = true;
        assert!(words(&exposure).starts_with("everyone and account 111122223330"));
    }

    #[test]
    fn misleading_names_are_recognized() {
        assert!(mimics_aws("aws-support-svc") && mimics_aws("admin ") && mimics_aws("ad\u{200b}min"));
        assert!(!mimics_aws("jaws-ui") && !mimics_aws("alice.admin"));
        assert!(claims_little("s3-ReadOnly") && !claims_little("work"));
    }
}
