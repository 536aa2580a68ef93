//! Public keys of CloudTrail, as `cloudtrail:ListPublicKeys` returns them.
//!
//! It must not know where the reply comes from.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::Value;

/// A list of keys that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadKeys {
    /// Not the reply of ListPublicKeys.
    #[error("not the reply of cloudtrail:ListPublicKeys: {0}")]
    Format(String),
    /// A reply without keys.
    #[error("the reply of cloudtrail:ListPublicKeys has no key")]
    Empty,
}

/// Public keys by fingerprint.
#[derive(Debug, Clone, Default)]
pub struct Keyring {
    keys: BTreeMap<String, Vec<u8>>,
}

impl Keyring {
    /// Number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Returns true when there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Adds the keys of one or more replies: an object with `PublicKeyList`, or a list of such objects (several regions).
    ///
    /// # Errors
    /// When the text is no such reply, or has no key.
    pub fn add(&mut self, json: &[u8]) -> Result<(), BadKeys> {
        let value: Value =
            serde_json::from_slice(json).map_err(|error| BadKeys::Format(error.to_string()))?;
        let before = self.keys.len();
        match &value {
            Value::Array(replies) => replies.iter().for_each(|reply| self.reply(reply)),
            reply => self.reply(reply),
        }
        if self.keys.len() == before {
            return Err(BadKeys::Empty);
        }
        Ok(())
    }

    fn reply(&mut self, reply: &Value) {
        let list = ["PublicKeyList", "publicKeyList"]
            .iter()
            .find_map(|name| reply.get(name))
            .and_then(Value::as_array);
        for key in list.into_iter().flatten() {
            let member = |name: &str| key.get(name).and_then(Value::as_str);
            let value = member("Value").or_else(|| member("value"));
            let fingerprint = member("Fingerprint").or_else(|| member("fingerprint"));
            let der = value.and_then(|value| STANDARD.decode(value).ok());
            if let (Some(der), Some(fingerprint)) = (der, fingerprint) {
                self.keys.insert(fingerprint.to_owned(), der);
            }
        }
    }

    /// Verifies an RSA signature with SHA-256 over a text. `None` when there is no key with this fingerprint.
    pub(crate) fn verifies(&self, fingerprint: &str, text: &[u8], signature: &[u8]) -> Option<bool> {
        let der = self.keys.get(fingerprint)?;
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der);
        Some(key.verify(text, signature).is_ok())
    }
}
