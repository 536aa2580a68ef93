//! Replies as they came, sealed to somebody who holds the key: the only form in which they reach the disk.
//!
//! The format is age (<https://age-encryption.org/v1>), so that `age -d -i KEY FILE` opens them without this program. It
//! has no way to open them itself: it never learns the key. It must not know what replies say.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::error::CollectError;
use crate::files;
use crate::keep::sha256;

/// The folder of sealed replies in a snapshot. No account has such a name.
pub(crate) const SEALED: &str = "sealed";

/// Whom replies are sealed to: a public key such as `age1…`, which may be written anywhere.
#[derive(Debug, Clone)]
pub struct Recipient(age::x25519::Recipient);

impl FromStr for Recipient {
    type Err = CollectError;

    fn from_str(text: &str) -> Result<Self, CollectError> {
        // A private key here would stand in the case for everybody to read.
        text.trim()
            .parse()
            .map(Self)
            .map_err(|reason| CollectError::Recipient {
                text: if text.to_ascii_uppercase().contains("SECRET") {
                    "(a secret key: give the public one, which begins with age1)".to_owned()
                } else {
                    stanch_core::text::shown(text, 80)
                },
                reason,
            })
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a snapshot's replies are sealed.
#[derive(Debug)]
pub(crate) struct Sealer {
    recipient: Recipient,
    folder: PathBuf,
    /// Data that was written and may not be durable yet.
    fresh: BTreeSet<PathBuf>,
}

impl Sealer {
    pub(crate) fn new(recipient: Recipient, snapshot: &Path) -> Self {
        Self {
            recipient,
            folder: snapshot.join(SEALED),
            fresh: BTreeSet::new(),
        }
    }

    /// Seals a reply under the name that its readings know it by: the SHA-256 of its body. Equal replies are sealed once.
    pub(crate) fn seal(&mut self, body: &[u8]) -> Result<(), CollectError> {
        let name = sha256(body);
        let folder = self.folder.join(&name[..2]);
        let path = folder.join(format!("{name}.age"));
        if path.exists() {
            return Ok(());
        }
        files::make_folder(&folder)?;
        let sealed = age::encrypt(&self.recipient.0, body).map_err(CollectError::Seal)?;
        files::write_whole(&path, &sealed)?;
        self.fresh.insert(path);
        Ok(())
    }

    /// Makes all that was sealed durable.
    pub(crate) fn settle(&mut self) -> Result<(), CollectError> {
        let mut folders = BTreeSet::new();
        for path in std::mem::take(&mut self.fresh) {
            files::sync_file(&path)?;
            folders.extend(path.ancestors().skip(1).take(3).map(Path::to_owned));
        }
        folders.iter().try_for_each(|folder| files::sync_folder(folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_key_opens_what_was_sealed_and_equal_replies_are_sealed_once() {
        let snapshot = tempfile::tempdir().unwrap();
        let key = age::x25519::Identity::generate();
        let recipient: Recipient = key.to_public().to_string().parse().unwrap();
        let mut sealer = Sealer::new(recipient, snapshot.path());
        let body = br#"{"SecretString": "hunter2-hunter2-hunter2"}"#;
        sealer.seal(body).unwrap();
        let path = sealer.fresh.first().unwrap().clone();
        let sealed = std::fs::read(&path).unwrap();
        sealer.seal(body).unwrap();
        sealer.settle().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), sealed);
        assert!(!sealed.windows(7).any(|window| window == b"hunter2"));
        assert_eq!(age::decrypt(&key, &sealed).unwrap(), body);
        assert!(age::decrypt(&age::x25519::Identity::generate(), &sealed).is_err());
        assert!(path.ends_with(format!("{}.age", sha256(body))));
        let left: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().collect();
        assert_eq!(left.len(), 1);
    }

    #[test]
    fn a_secret_key_is_refused_and_not_repeated() {
        use age::secrecy::ExposeSecret as _;
        let key = age::x25519::Identity::generate();
        let text = key.to_string();
        let error = text.expose_secret().parse::<Recipient>().unwrap_err().to_string();
        assert!(
            error.contains("give the public one") && !error.contains("AGE-SECRET"),
            "{error}"
        );
        assert!("age1nonsense".parse::<Recipient>().is_err());
    }
}
