//! All digests of an input: their signatures, their chains, and the log files that they name.
//!
//! It must not read a file or print.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::{AccountId, RegionName, Timestamp};

use crate::digest::Digest;
use crate::keyring::Keyring;
use crate::name::{ChainId, last};
use crate::signatures::Signatures;

/// Result of checking the signature of a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureCheck {
    /// The signature verifies with AWS's key.
    Valid,
    /// It does not verify, or the digest stands in another digest's place.
    Invalid,
    /// The signature is not known: no side file has it and no later digest names it.
    NoSignature,
    /// The public key is not known.
    NoKey,
}

/// A place where a chain of digests is broken, or begins or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Break {
    /// The first digest names an earlier one that is not in the input.
    BeginsEarlier {
        /// File name of the earlier digest (hostile).
        named: String,
    },
    /// A digest that another names is not there.
    MissingDigest {
        /// Its file name (hostile).
        named: String,
    },
    /// The chain begins again: logging, or validation, was off before.
    Restart,
    /// A digest does not begin where the one before it ends.
    Gap,
    /// The digest before it is not the one that was named: its hash differs.
    HashMismatch {
        /// Path of the digest whose hash differs (hostile).
        path: String,
    },
}

/// A break and the time that it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakAt {
    /// Kind.
    pub what: Break,
    /// From.
    pub from: Timestamp,
    /// Until.
    pub to: Timestamp,
}

/// One chain, in order of time.
#[derive(Debug)]
pub struct Chain {
    /// Which.
    pub id: ChainId,
    /// Its digests with the checks of their signatures.
    pub digests: Vec<(Digest, SignatureCheck)>,
    /// Its breaks.
    pub breaks: Vec<BreakAt>,
}

/// Result of checking a log file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogCheck {
    /// A digest with a valid signature names it with this hash.
    Valid,
    /// A digest names it with another hash.
    HashMismatch,
    /// Digests cover its hour and none names it.
    NotNamed,
    /// A digest names it with this hash, but the signature of the digest could not be checked.
    DigestNotChecked,
    /// Only a digest with an invalid signature names it.
    DigestInvalid,
    /// No digest covers its hour: none of its account and region, or it lies before, after or in a gap.
    NotCovered,
}

/// Trust in a digest that names a log file, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Trust {
    Valid,
    NotChecked,
    Invalid,
}

impl From<SignatureCheck> for Trust {
    fn from(check: SignatureCheck) -> Self {
        match check {
            SignatureCheck::Valid => Self::Valid,
            SignatureCheck::Invalid => Self::Invalid,
            SignatureCheck::NoSignature | SignatureCheck::NoKey => Self::NotChecked,
        }
    }
}

/// A log file that a digest names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Object key (hostile).
    pub key: String,
    /// Index of the chain.
    pub chain: usize,
    /// End of the hour of its digest.
    pub hour: Timestamp,
    hash: String,
    trust: Trust,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Ledger {
    chains: Vec<Chain>,
    claims: BTreeMap<String, Claim>,
}

impl Ledger {
    /// Puts digests in order and checks their signatures and links.
    #[must_use]
    pub fn new(digests: impl IntoIterator<Item = Digest>, keys: &Keyring, signatures: &Signatures) -> Self {
        let mut sorted: BTreeMap<ChainId, BTreeMap<(Timestamp, String), Digest>> = BTreeMap::new();
        for digest in digests {
            let order = (digest.end, digest.name().to_owned());
            sorted
                .entry(digest.chain.clone())
                .or_default()
                .insert(order, digest);
        }
        let mut ledger = Self::default();
        for (id, digests) in sorted {
            let digests: Vec<Digest> = digests.into_values().collect();
            let checks: Vec<SignatureCheck> = (0..digests.len())
                .map(|at| signature(&digests, at, keys, signatures))
                .collect();
            let breaks = breaks(&digests);
            ledger.claim(&digests, &checks);
            ledger.chains.push(Chain {
                id,
                digests: digests.into_iter().zip(checks).collect(),
                breaks,
            });
        }
        ledger
    }

    /// Returns the chains, by account, region and trail.
    #[must_use]
    pub fn chains(&self) -> &[Chain] {
        &self.chains
    }

    fn claim(&mut self, digests: &[Digest], checks: &[SignatureCheck]) {
        let chain = self.chains.len();
        for (digest, check) in digests.iter().zip(checks) {
            for file in digest.log_files() {
                let claim = Claim {
                    key: file.s3_object.clone(),
                    chain,
                    hour: digest.end,
                    hash: file.hash_value.to_ascii_lowercase(),
                    trust: Trust::from(*check),
                };
                let name = stem(last(&file.s3_object)).to_owned();
                let known = self.claims.get(&name);
                if known.is_none_or(|known| claim.trust < known.trust) {
                    self.claims.insert(name, claim);
                }
            }
        }
    }

    /// Checks a log file by its path or key, the account, region and time in its name, and the SHA-256 of its content.
    #[must_use]
    pub fn check(
        &self,
        path: &str,
        (account, region, time): (&AccountId, &RegionName, Timestamp),
        sha256: &[u8; 32],
    ) -> LogCheck {
        let Some(claim) = self.claims.get(stem(last(path))) else {
            return if self.covers(account, region, time) {
                LogCheck::NotNamed
            } else {
                LogCheck::NotCovered
            };
        };
        match (claim.hash == hex::encode(sha256), claim.trust) {
            (_, Trust::Invalid) => LogCheck::DigestInvalid,
            (false, _) => LogCheck::HashMismatch,
            (true, Trust::Valid) => LogCheck::Valid,
            (true, Trust::NotChecked) => LogCheck::DigestNotChecked,
        }
    }

    /// Returns true when a digest of this account and region covers a time. A log is named by the digest of the hour in
    /// which it was delivered, some minutes after the time in its name: so the last hour of a stretch is not counted.
    fn covers(&self, account: &AccountId, region: &RegionName, time: Timestamp) -> bool {
        let chains = self.chains.iter().filter(|chain| {
            chain.id.account == *account
                && chain.id.region == *region
                && chain.id.kind == crate::ChainKind::Standard
        });
        let mut next_hour = false;
        let mut own_hour = false;
        for (digest, _) in chains.flat_map(|chain| &chain.digests) {
            own_hour |= digest.start <= time && time < digest.end;
            let later = time.plus_millis(3_600_000);
            next_hour |= digest.start <= later && later < digest.end;
        }
        own_hour && next_hour
    }

    /// Log files that valid digests name and that were not among the given file names.
    pub fn missing<'a>(&'a self, seen: &'a BTreeSet<String>) -> impl Iterator<Item = &'a Claim> {
        let named = self
            .claims
            .iter()
            .filter(|(_, claim)| claim.trust == Trust::Valid);
        named
            .filter(|(name, _)| !seen.contains(name.as_str()))
            .map(|(_, claim)| claim)
    }

    /// Log files that digests name, whatever their signatures, and that were not among the given file names.
    pub(crate) fn absent<'a>(&'a self, seen: &'a BTreeSet<String>) -> impl Iterator<Item = &'a Claim> {
        self.claims
            .iter()
            .filter(|(name, _)| !seen.contains(name.as_str()))
            .map(|(_, claim)| claim)
    }
}

/// Returns the file name that a log is known by.
pub(crate) fn stem(name: &str) -> &str {
    name.strip_suffix(".gz").unwrap_or(name)
}

/// Checks the signature of a digest: the one of the side file, or the one that the next digest names.
fn signature(digests: &[Digest], at: usize, keys: &Keyring, signatures: &Signatures) -> SignatureCheck {
    let digest = &digests[at];
    if !digest.is_in_its_place() {
        return SignatureCheck::Invalid;
    }
    let own = signatures.of(digest.name());
    let later = digests.get(at + 1..).unwrap_or(&[]);
    let named = later
        .iter()
        .find(|next| next.previous() == Some(digest.name()))
        .and_then(Digest::previous_signature);
    let mut check = SignatureCheck::NoSignature;
    for signature in own.into_iter().chain(named) {
        match digest.verifies(signature, keys) {
            Some(true) => return SignatureCheck::Valid,
            Some(false) => check = SignatureCheck::Invalid,
            None => return SignatureCheck::NoKey,
        }
    }
    check
}

fn breaks(digests: &[Digest]) -> Vec<BreakAt> {
    let mut found = Vec::new();
    let first = digests.first();
    if let Some((first, named)) = first.and_then(|first| Some((first, first.previous()?))) {
        found.push(BreakAt {
            what: Break::BeginsEarlier {
                named: named.to_owned(),
            },
            from: first.start,
            to: first.start,
        });
    }
    for pair in digests.windows(2) {
        let [before, digest] = pair else { continue };
        let mut add = |what| {
            found.push(BreakAt {
                what,
                from: before.end,
                to: digest.start.max(before.end),
            });
        };
        match digest.previous() {
            None => add(Break::Restart),
            Some(named) if named != before.name() => add(Break::MissingDigest {
                named: named.to_owned(),
            }),
            Some(_) => {
                let hash = hex::encode(before.sha256);
                if digest
                    .previous_hash()
                    .is_none_or(|named| !named.eq_ignore_ascii_case(&hash))
                {
                    add(Break::HashMismatch {
                        path: before.path.clone(),
                    });
                }
                if digest.start != before.end {
                    add(Break::Gap);
                }
            }
        }
    }
    found
}
