//! Secrets as they may be shown and kept: masked, and as a keyed hash. It must not keep a secret.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use sha2::Sha256;

/// Key of the hashes. Without it, a hash can't be compared with guesses.
#[derive(Clone)]
pub struct SecretKey(Hmac<Sha256>);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey")
    }
}

impl SecretKey {
    /// Returns the key made of these bytes, which should be 32 random ones.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        // A block of the hash; HMAC fills a shorter key up with zeros.
        let mut block = [0; 64];
        block[..32].copy_from_slice(bytes);
        Self(Hmac::new(&block.into()))
    }

    /// Masks a secret.
    pub(super) fn mask(&self, secret: &[u8]) -> Masked {
        let mut mac = self.0.clone();
        mac.update(secret);
        let hash = hex::encode(&mac.finalize().into_bytes()[..16]);
        let shown = if secret.len() >= 32 {
            let start = String::from_utf8_lossy(&secret[..3]).into_owned();
            format!("{start}… ({} characters)", secret.len())
        } else {
            "…".to_owned()
        };
        Masked { shown, hash }
    }
}

/// Secret without its content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Masked {
    /// First three characters and the length; nothing of short secrets.
    pub shown: String,
    /// Keyed hash, to tell whether two are the same.
    pub hash: String,
}
