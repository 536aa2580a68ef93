//! Baseline: findings that are known. It holds no secret, only hashes with a key of its own.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};
use stanch_leaks::{Credential, Kind, Scan};

use crate::error::Failure;

/// Version of the file.
const VERSION: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
struct File {
    version: u32,
    /// Key of the hashes.
    key: String,
    findings: BTreeSet<String>,
}

/// Known findings.
#[derive(Debug)]
pub(super) struct Baseline {
    /// Key of the hashes.
    pub(super) key: [u8; 32],
    findings: BTreeSet<String>,
}

/// Returns the identity of a credential at a place; the place in a repository is the object, which never changes.
fn identities(credential: &Credential) -> impl Iterator<Item = String> {
    let hash = credential
        .secret
        .as_ref()
        .filter(|_| credential.id.is_empty() && credential.kind != Kind::ConsolePassword);
    let hash = hash.map(|secret| secret.hash.as_str()).unwrap_or_default();
    let head = format!("{:?} {} {hash}", credential.kind, credential.id);
    credential.places.iter().map(move |place| match &place.object {
        Some(object) => format!("{head} {object} {}", place.line),
        None => format!("{head} {} {}", place.path, place.line),
    })
}

/// Returns the bytes of a baseline with all findings of a scan.
pub(super) fn write(scan: &Scan, key: &[u8; 32]) -> Vec<u8> {
    let file = File {
        version: VERSION,
        key: hex::encode(key),
        findings: scan.credentials.iter().flat_map(identities).collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&file).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// Reads a baseline.
pub(super) fn read(path: &Path) -> Result<Baseline, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::file("reading", path, &error))?;
    let unusable = || {
        Failure::new(
            format!("{} is no baseline of stanch scan-keys", path.display()),
            "write one: stanch scan-keys PATH --write-baseline FILE",
        )
    };
    let file: File = serde_json::from_slice(&bytes).map_err(|_| unusable())?;
    let key = hex::decode(&file.key).ok().and_then(|key| key.try_into().ok());
    let key = key.filter(|_| file.version == VERSION).ok_or_else(unusable)?;
    Ok(Baseline {
        key,
        findings: file.findings,
    })
}

impl Baseline {
    /// Removes the known places, and credentials with no other place; returns the number of places removed.
    pub(super) fn remove(&self, scan: &mut Scan) -> u64 {
        let mut removed = 0;
        for credential in &mut scan.credentials {
            let known: Vec<bool> = identities(credential)
                .map(|identity| self.findings.contains(&identity))
                .collect();
            let mut known = known.into_iter();
            let before = credential.places.len();
            credential.places.retain(|_| !known.next().unwrap_or(false));
            let count = (before - credential.places.len()) as u64;
            credential.count -= count;
            removed += count;
        }
        scan.credentials.retain(|credential| credential.count > 0);
        removed
    }
}
