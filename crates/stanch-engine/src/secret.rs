//! Passwords that are made when they are sent and forgotten at once.
//!
//! A secret has no `Display` and its `Debug` tells nothing. It must not be kept anywhere.

use std::fmt;

/// A password that nobody knows.
pub(crate) struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// A new one: 40 characters out of 64, and one of each kind that a password policy can ask for
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html>).
    pub(crate) fn password() -> Result<Self, getrandom::Error> {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut bytes = [0_u8; 40];
        getrandom::fill(&mut bytes)?;
        let letter = |byte: &u8| char::from(LETTERS[usize::from(byte % 64)]);
        let text: String = bytes.iter().map(letter).collect();
        Ok(Self(text + "aA0-"))
    }

    /// The password, to be sent.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}
