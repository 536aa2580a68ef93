//! One digest file (AWS, "CloudTrail digest file structure").
//!
//! It must not know other digests.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use stanch_core::Timestamp;

use crate::gunzip::{Damage, Flaw, Unpacker};
use crate::keyring::Keyring;
use crate::name::{ChainId, key, last};

/// A digest file that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadDigest {
    /// The container is damaged.
    #[error("{0}")]
    Damaged(#[from] Damage),
    /// Not the JSON of a digest.
    #[error("not the JSON of a digest: {0}")]
    Format(String),
    /// A time that is none.
    #[error("digestStartTime or digestEndTime is not a time")]
    Time,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    digest_start_time: String,
    digest_end_time: String,
    digest_s3_bucket: String,
    digest_s3_object: String,
    digest_public_key_fingerprint: String,
    #[serde(default)]
    digest_signature_algorithm: String,
    previous_digest_s3_object: Option<String>,
    previous_digest_hash_value: Option<String>,
    previous_digest_signature: Option<String>,
    log_files: Vec<LogFile>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogFile {
    pub(crate) s3_object: String,
    pub(crate) hash_value: String,
}

/// A digest file as it was read.
#[derive(Debug, Clone)]
pub struct Digest {
    /// The chain that it belongs to, by its name.
    pub chain: ChainId,
    /// Path or key that it was read from (hostile).
    pub path: String,
    /// Begin of its hour.
    pub start: Timestamp,
    /// End of its hour.
    pub end: Timestamp,
    /// Oddities of its container.
    pub flaws: Vec<Flaw>,
    pub(crate) sha256: [u8; 32],
    document: Document,
}

impl Digest {
    /// Reads a digest file.
    ///
    /// # Errors
    /// When it is damaged or no digest.
    pub fn read(chain: ChainId, path: &str, file: &[u8], unpacker: &mut Unpacker) -> Result<Self, BadDigest> {
        let unpacked = unpacker.unpack(file)?;
        let document: Document =
            serde_json::from_slice(unpacked.content).map_err(|error| BadDigest::Format(error.to_string()))?;
        let time = |text: &str| Timestamp::parse(text).ok_or(BadDigest::Time);
        Ok(Self {
            chain,
            path: path.to_owned(),
            start: time(&document.digest_start_time)?,
            end: time(&document.digest_end_time)?,
            flaws: unpacked.flaws,
            sha256: Sha256::digest(unpacked.content).into(),
            document,
        })
    }

    /// Returns its file name.
    pub(crate) fn name(&self) -> &str {
        last(&self.path)
    }

    /// Returns the bucket that it says it was delivered to (hostile).
    pub(crate) fn bucket(&self) -> &str {
        &self.document.digest_s3_bucket
    }

    /// Returns the file name of the digest before it, its hash and its signature.
    pub(crate) fn previous(&self) -> Option<&str> {
        self.document.previous_digest_s3_object.as_deref().map(last)
    }

    pub(crate) fn previous_hash(&self) -> Option<&str> {
        self.document.previous_digest_hash_value.as_deref()
    }

    pub(crate) fn previous_signature(&self) -> Option<&str> {
        self.document.previous_digest_signature.as_deref()
    }

    pub(crate) fn fingerprint(&self) -> &str {
        &self.document.digest_public_key_fingerprint
    }

    pub(crate) fn log_files(&self) -> &[LogFile] {
        &self.document.log_files
    }

    /// Returns true when it stands where it says that it was delivered: a copy of another hour under its name is none.
    pub(crate) fn is_in_its_place(&self) -> bool {
        let object = &self.document.digest_s3_object;
        match (key(&self.path), key(object)) {
            (Some(found), Some(said)) => {
                found == said
                    || found.strip_suffix(".gz").unwrap_or(found) == said.strip_suffix(".gz").unwrap_or(said)
            }
            _ => stem(self.name()) == stem(last(object)),
        }
    }

    /// Verifies a signature. `None` without the key.
    pub(crate) fn verifies(&self, signature: &str, keys: &Keyring) -> Option<bool> {
        let document = &self.document;
        let algorithm = document.digest_signature_algorithm.as_str();
        let Ok(signature) = hex::decode(signature) else {
            return Some(false);
        };
        let text = format!(
            "{}\n{}/{}\n{}\n{}",
            document.digest_end_time,
            document.digest_s3_bucket,
            document.digest_s3_object,
            hex::encode(self.sha256),
            document.previous_digest_signature.as_deref().unwrap_or("null")
        );
        let verified = keys.verifies(self.fingerprint(), text.as_bytes(), &signature)?;
        Some(verified && (algorithm.is_empty() || algorithm == "SHA256withRSA"))
    }
}

fn stem(name: &str) -> &str {
    name.strip_suffix(".gz").unwrap_or(name)
}
