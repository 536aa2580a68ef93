//! Log file integrity validation of CloudTrail (AWS, "CloudTrail digest file structure", "Custom implementations of
//! CloudTrail log file integrity validation").
//!
//! CloudTrail delivers a digest file each hour for each region: it names the log files of the hour with their SHA-256,
//! and the digest before it with its hash and signature. A digest is signed with an RSA key of the region; the signature
//! is metadata of its S3 object. This crate checks signatures, chains and hashes. It reads no file and no network: the
//! caller passes names and bytes, so that a folder, S3 and a running hunt share it. It must not know why a log is read.

mod digest;
mod gaps;
mod gunzip;
mod keyring;
mod ledger;
mod name;
mod signatures;
mod verification;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use digest::{BadDigest, Digest};
pub use gaps::{Cause, Gap, GapKind, Gaps, Never, Recorded, Sign};
pub use gunzip::{Damage, Flaw, Unpacked, Unpacker};
pub use keyring::{BadKeys, Keyring};
pub use ledger::{Break, Chain, Ledger, LogCheck, SignatureCheck};
pub use name::{ChainId, ChainKind, FileKind, file_kind};
pub use signatures::{BadSignatures, Signatures};
pub use verification::{Finding, Reason, Span, Status, Verification, Verifier};
