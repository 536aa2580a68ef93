//! Credentials of AWS in bytes: anchors are found in one pass, then each is read, paired with its secret and ranked.
//!
//! It must not know where the bytes came from.

mod access_key;
mod anchor;
mod decode;
mod mask;
mod other;

use serde::Serialize;
use stanch_core::Severity;

pub use anchor::Matcher;
#[cfg(test)]
pub(crate) use anchor::test_random;
pub use mask::{Masked, SecretKey};

/// Kind of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Access key id, alone or with its secret.
    AccessKey,
    /// Secret access key with no id near it.
    SecretAccessKey,
    /// Session token of temporary credentials.
    SessionToken,
    /// API key of Amazon Bedrock.
    BedrockApiKey,
    /// SMTP password of Amazon SES.
    SmtpPassword,
    /// Console password in the CSV file that the console offers.
    ConsolePassword,
}

/// Reason why something that looks like a credential is probably none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// Example from documentation, or filler text.
    Example,
    /// Part of a longer word.
    WithinWord,
    /// Characters that AWS does not use in key ids (0, 1, 8, 9).
    NotBase32,
    /// A fifth character that AWS does not issue.
    NeverIssued,
    /// Characters repeat too much for random ones.
    Repetitive,
    /// Hexadecimal digits only.
    Hexadecimal,
    /// Letters only, and not a long-term key.
    LettersOnly,
    /// Lower case; AWS writes key ids in upper case.
    LowerCase,
}

/// Way in which the credential was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// As it is.
    Plain,
    /// UTF-16.
    Utf16,
    /// Base64.
    Base64,
}

/// Credential found in bytes. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Kind.
    pub kind: Kind,
    /// Key id or user name; empty when there is none.
    pub id: String,
    /// Account, where the credential carries it.
    pub account: Option<String>,
    /// Secret that belongs to it.
    pub secret: Option<Masked>,
    /// Place in the bytes.
    pub offset: usize,
    /// Severity by itself, without the case.
    pub severity: Severity,
    /// Reason for a low severity.
    pub doubt: Option<Doubt>,
    /// Way of writing.
    pub encoding: Encoding,
}
