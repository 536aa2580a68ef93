//! The result for a whole input: a status for each file, and the hours of each account and region.
//!
//! It must not print: the statuses have their meaning, not their sentences.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use stanch_core::{AccountId, RegionName, Timestamp};

use crate::digest::Digest;
use crate::gunzip::{Damage, Flaw, Unpacker};
use crate::keyring::Keyring;
use crate::ledger::{Break, Ledger, LogCheck, SignatureCheck, stem};
use crate::name::{FileKind, file_kind, last};
use crate::signatures::Signatures;

/// Status of a digest, a log file or an hour, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// The signature of a digest does not verify: it, or its place, was altered.
    InvalidSig,
    /// The content is not the one that was signed.
    HashMismatch,
    /// A log file that a digest names is not there.
    MissingLog,
    /// A digest that another names is not there.
    MissingDigest,
    /// No digest covers a time between two digests.
    Gap,
    /// No digest names the log file although digests cover its hour.
    UnsignedLog,
    /// Nothing can be said: no digest, no signature or no key.
    NoValidation,
    /// Signature, chain and hash are right.
    Valid,
}

/// Something that is not valid.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Status.
    pub status: Status,
    /// Account.
    pub account: AccountId,
    /// Region.
    pub region: RegionName,
    /// From.
    pub from: Timestamp,
    /// Until.
    pub to: Timestamp,
    /// Path or key (hostile).
    pub object: String,
    /// Reason.
    pub reason: Reason,
    /// Number of files: those of an account and region that can't be validated for the same reason are one finding.
    pub files: u64,
}

/// Reason of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The RSA signature does not verify.
    Signature,
    /// The digest has another hash than the next digest names.
    DigestHash,
    /// The log has another hash than its digest names.
    LogHash,
    /// Bytes follow the compressed content: readers may show another content.
    BytesAfterContent,
    /// The file can't be unpacked.
    Damaged,
    /// A digest names it and it is not there.
    NotThere,
    /// The chain of digests begins again: logging or validation was off.
    Restart,
    /// A digest does not begin where the one before it ends.
    TimeGap,
    /// Digests cover its hour and none names it.
    NotNamed,
    /// The signature of its digest is not known: it is metadata of the S3 object.
    NoSignature,
    /// The public key is not known.
    NoKey,
    /// Its digest is invalid.
    DigestInvalid,
    /// No digest covers its hour.
    NotCovered,
    /// Earlier digests are not in the input.
    BeginsEarlier,
}

/// Hours in a row of one account and region with the same worst status; hours without a file or a digest are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// Account.
    pub account: AccountId,
    /// Region.
    pub region: RegionName,
    /// Begin of the first hour.
    pub from: Timestamp,
    /// End of the last hour.
    pub to: Timestamp,
    /// Worst status of the hours.
    pub status: Status,
    /// Number of log files.
    pub logs: u64,
}

/// See the module.
#[derive(Debug, Default, Serialize)]
pub struct Verification {
    /// Number of digests by status.
    pub digests: BTreeMap<Status, u64>,
    /// Number of log files by status.
    pub logs: BTreeMap<Status, u64>,
    /// Number of files that are neither.
    pub other_files: u64,
    /// Number of files whose gzip container has a wrong checksum, length or flag; their content counts.
    pub odd_containers: u64,
    /// Everything that is not valid, the worst first.
    pub findings: Vec<Finding>,
    /// Hours of each account and region.
    pub spans: Vec<Span>,
}

/// A log file as it was read.
#[derive(Debug, Clone)]
struct Log {
    path: String,
    account: AccountId,
    region: RegionName,
    time: Timestamp,
    read: Result<([u8; 32], Vec<Flaw>), Damage>,
}

/// Takes the files of an input, in any order and on any thread.
#[derive(Debug)]
pub struct Verifier {
    unpacker: Unpacker,
    digests: Vec<Digest>,
    /// Digests that can't be read: path, account, region.
    unreadable: Vec<(String, AccountId, RegionName)>,
    logs: Vec<Log>,
    other_files: u64,
}

const HOUR: i64 = 3_600_000;

impl Verifier {
    /// Returns a verifier that unpacks files of up to `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            unpacker: Unpacker::new(limit),
            digests: Vec::new(),
            unreadable: Vec::new(),
            logs: Vec::new(),
            other_files: 0,
        }
    }

    /// Takes one file. Only the hash of a log is kept.
    pub fn take(&mut self, path: &str, file: &[u8]) {
        match file_kind(path) {
            FileKind::Other => self.other_files += 1,
            FileKind::Digest(chain) => {
                let (account, region) = (chain.account.clone(), chain.region.clone());
                match Digest::read(chain, path, file, &mut self.unpacker) {
                    Ok(digest) => self.digests.push(digest),
                    Err(_) => self.unreadable.push((path.to_owned(), account, region)),
                }
            }
            FileKind::Log(account, region, time) => {
                let read = self.unpacker.unpack(file);
                let read = read.map(|unpacked| (Sha256::digest(unpacked.content).into(), unpacked.flaws));
                self.logs.push(Log {
                    path: path.to_owned(),
                    account,
                    region,
                    time,
                    read,
                });
            }
        }
    }

    /// Adds what another verifier took.
    pub fn merge(&mut self, other: Self) {
        self.digests.extend(other.digests);
        self.unreadable.extend(other.unreadable);
        self.logs.extend(other.logs);
        self.other_files += other.other_files;
    }

    /// Returns the first and the last time of the digests of each region: the keys of that time are needed.
    #[must_use]
    pub fn digest_times(&self) -> BTreeMap<RegionName, (Timestamp, Timestamp)> {
        let mut times = BTreeMap::new();
        for digest in &self.digests {
            let known = times
                .entry(digest.chain.region.clone())
                .or_insert((digest.start, digest.end));
            *known = (known.0.min(digest.start), known.1.max(digest.end));
        }
        times
    }

    /// Checks everything that was taken.
    #[must_use]
    pub fn verify(self, keys: &Keyring, signatures: &Signatures) -> Verification {
        let mut result = Verification {
            other_files: self.other_files,
            ..Verification::default()
        };
        let mut hours = Hours::default();
        for (path, account, region) in self.unreadable {
            result.digest(Status::InvalidSig);
            let at = Timestamp::default();
            result.find(
                (Status::InvalidSig, Reason::Damaged),
                (&account, &region),
                (at, at),
                &path,
            );
        }
        let ledger = Ledger::new(self.digests, keys, signatures);
        result.chains(&ledger, &mut hours);
        let mut seen = BTreeSet::new();
        for log in &self.logs {
            seen.insert(stem(last(&log.path)).to_owned());
            result.log(log, &ledger, &mut hours);
        }
        for claim in ledger.missing(&seen) {
            let id = &ledger.chains()[claim.chain].id;
            *result.logs.entry(Status::MissingLog).or_default() += 1;
            let hour = claim.hour.plus_millis(-HOUR);
            hours.add((&id.account, &id.region), hour, Status::MissingLog, 0);
            result.find(
                (Status::MissingLog, Reason::NotThere),
                (&id.account, &id.region),
                (hour, claim.hour),
                &claim.key,
            );
        }
        result.findings = joined(result.findings);
        result.spans = hours.spans();
        result
    }
}

impl Verification {
    /// Returns true when a file or a time is not as CloudTrail delivered it.
    #[must_use]
    pub fn is_altered(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.status < Status::NoValidation)
    }

    /// Returns true when every digest and log file could be checked, whatever the result.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let is_unknown = |finding: &Finding| finding.status == Status::NoValidation;
        !self.logs.is_empty()
            && !self.logs.contains_key(&Status::NoValidation)
            && !self.findings.iter().any(is_unknown)
    }

    /// Returns true when everything was checked and is valid.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let is_known = self
            .logs
            .keys()
            .chain(self.digests.keys())
            .all(|status| *status == Status::Valid);
        is_known && !self.is_altered() && !self.logs.is_empty()
    }

    fn digest(&mut self, status: Status) {
        *self.digests.entry(status).or_default() += 1;
    }

    fn find(
        &mut self,
        (status, reason): (Status, Reason),
        (account, region): (&AccountId, &RegionName),
        (from, to): (Timestamp, Timestamp),
        object: &str,
    ) {
        self.findings.push(Finding {
            status,
            account: account.clone(),
            region: region.clone(),
            from,
            to,
            object: object.to_owned(),
            reason,
            files: 1,
        });
    }

    fn chains(&mut self, ledger: &Ledger, hours: &mut Hours) {
        for chain in ledger.chains() {
            let at = (&chain.id.account, &chain.id.region);
            for (digest, check) in &chain.digests {
                let (status, reason) = match check {
                    SignatureCheck::Valid => (Status::Valid, None),
                    SignatureCheck::Invalid => (Status::InvalidSig, Some(Reason::Signature)),
                    SignatureCheck::NoSignature => (Status::NoValidation, Some(Reason::NoSignature)),
                    SignatureCheck::NoKey => (Status::NoValidation, Some(Reason::NoKey)),
                };
                self.digest(status);
                self.container(&digest.flaws, at, (digest.start, digest.end), &digest.path);
                hours.stretch(at, (digest.start, digest.end), status);
                if let Some(reason) = reason {
                    self.find((status, reason), at, (digest.start, digest.end), &digest.path);
                }
            }
            for found in &chain.breaks {
                let (status, reason, object) = match &found.what {
                    Break::BeginsEarlier { named } => (Status::NoValidation, Reason::BeginsEarlier, named),
                    Break::MissingDigest { named } => (Status::MissingDigest, Reason::NotThere, named),
                    Break::Restart => (Status::Gap, Reason::Restart, &chain.id.trail),
                    Break::Gap => (Status::Gap, Reason::TimeGap, &chain.id.trail),
                    Break::HashMismatch { path } => (Status::HashMismatch, Reason::DigestHash, path),
                };
                if status == Status::MissingDigest {
                    self.digest(status);
                }
                hours.stretch(at, (found.from, found.to), status);
                self.find((status, reason), at, (found.from, found.to), object);
            }
        }
    }

    /// Counts oddities of a container; bytes after the content are a finding.
    fn container(
        &mut self,
        flaws: &[Flaw],
        at: (&AccountId, &RegionName),
        time: (Timestamp, Timestamp),
        path: &str,
    ) -> bool {
        let has_more = flaws
            .iter()
            .any(|flaw| matches!(flaw, Flaw::SecondMember | Flaw::TrailingBytes));
        self.odd_containers += u64::from(!flaws.is_empty());
        if has_more {
            self.find((Status::HashMismatch, Reason::BytesAfterContent), at, time, path);
        }
        has_more
    }

    fn log(&mut self, log: &Log, ledger: &Ledger, hours: &mut Hours) {
        let at = (&log.account, &log.region);
        let time = (log.time, log.time);
        let (mut status, mut reason) = match &log.read {
            Err(_) => (Status::HashMismatch, Some(Reason::Damaged)),
            Ok((hash, _)) => match ledger.check(&log.path, (at.0, at.1, log.time), hash) {
                LogCheck::Valid => (Status::Valid, None),
                LogCheck::HashMismatch => (Status::HashMismatch, Some(Reason::LogHash)),
                LogCheck::NotNamed => (Status::UnsignedLog, Some(Reason::NotNamed)),
                LogCheck::DigestNotChecked => (Status::NoValidation, None),
                LogCheck::DigestInvalid => (Status::NoValidation, Some(Reason::DigestInvalid)),
                LogCheck::NotCovered => (Status::NoValidation, Some(Reason::NotCovered)),
            },
        };
        if let Ok((_, flaws)) = &log.read
            && self.container(flaws, at, time, &log.path)
        {
            status = Status::HashMismatch;
            reason = None;
        }
        *self.logs.entry(status).or_default() += 1;
        hours.add(at, log.time, status, 1);
        if let Some(reason) = reason {
            self.find((status, reason), at, time, &log.path);
        }
    }
}

/// Sorts findings, and joins those of an account and region that say that nothing is known for the same reason.
fn joined(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort();
    findings.dedup();
    let mut joined: Vec<Finding> = Vec::new();
    let mut unknown: BTreeMap<(Reason, AccountId, RegionName), Finding> = BTreeMap::new();
    for finding in findings {
        if finding.status != Status::NoValidation {
            joined.push(finding);
            continue;
        }
        let key = (finding.reason, finding.account.clone(), finding.region.clone());
        match unknown.get_mut(&key) {
            Some(known) => {
                known.from = known.from.min(finding.from);
                known.to = known.to.max(finding.to);
                known.files += 1;
            }
            None => {
                unknown.insert(key, finding);
            }
        }
    }
    joined.extend(unknown.into_values());
    joined
}

/// Worst status and number of logs of each hour.
#[derive(Debug, Default)]
struct Hours {
    by_hour: BTreeMap<(AccountId, RegionName, i64), (Status, u64)>,
}

impl Hours {
    fn add(
        &mut self,
        (account, region): (&AccountId, &RegionName),
        time: Timestamp,
        status: Status,
        logs: u64,
    ) {
        let hour = time.0.div_euclid(HOUR);
        let entry = self
            .by_hour
            .entry((account.clone(), region.clone(), hour))
            .or_insert((Status::Valid, 0));
        entry.0 = entry.0.min(status);
        entry.1 += logs;
    }

    /// Adds a status to each hour of a stretch; a hostile digest may name centuries, so at most ten years.
    fn stretch(&mut self, at: (&AccountId, &RegionName), (from, to): (Timestamp, Timestamp), status: Status) {
        const MOST: usize = 24 * 3_660;
        let hours = from.0.div_euclid(HOUR)..(to.0 + HOUR - 1).div_euclid(HOUR);
        for hour in hours.take(MOST) {
            self.add(at, Timestamp(hour * HOUR), status, 0);
        }
    }

    fn spans(self) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for ((account, region, hour), (status, logs)) in self.by_hour {
            let (from, to) = (Timestamp(hour * HOUR), Timestamp((hour + 1) * HOUR));
            match spans.last_mut() {
                Some(last) if last.account == account && last.region == region && last.status == status => {
                    last.to = to;
                    last.logs += logs;
                }
                _ => spans.push(Span {
                    account,
                    region,
                    from,
                    to,
                    status,
                    logs,
                }),
            }
        }
        spans
    }
}
