//! Names of log and digest files (AWS, "CloudTrail log file name format", "CloudTrail digest file structure").
//!
//! It must not know what the files hold.

use serde::Serialize;
use stanch_core::{AccountId, RegionName, Timestamp};

/// Kind of a digest chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChainKind {
    /// Digests of each hour.
    Standard,
    /// Digests of logs that were delivered late.
    Backfill,
}

/// One chain of digests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ChainId {
    /// The account whose events the logs have.
    pub account: AccountId,
    /// The region of the logs.
    pub region: RegionName,
    /// Name of the trail (hostile).
    pub trail: String,
    /// Home region of the trail.
    pub home: String,
    /// Kind.
    pub kind: ChainKind,
}

/// Kind of a file in a trail's bucket, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileKind {
    /// A digest file.
    Digest(ChainId),
    /// A log file of CloudTrail: account, region and the time in its name.
    Log(AccountId, RegionName, Timestamp),
    /// Any other file.
    Other,
}

/// Returns the last part of a path or an object key.
#[must_use]
pub(crate) fn last(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Returns the part of a path that S3 has as the key, as far as it is known: from `AWSLogs/` on.
pub(crate) fn key(path: &str) -> Option<&str> {
    path.rfind("AWSLogs/").map(|start| &path[start..])
}

/// Returns the kind of a file by the last part of its path.
#[must_use]
pub fn file_kind(path: &str) -> FileKind {
    let name = last(path);
    let stem = name.strip_suffix(".gz").unwrap_or(name);
    let Some(stem) = stem.strip_suffix(".json") else {
        return FileKind::Other;
    };
    digest(stem).or_else(|| log(stem)).unwrap_or(FileKind::Other)
}

/// `ACCOUNT_CloudTrail-Digest_REGION_TRAIL_HOME_TIME` and the same with `_backfill`; trail names may have `_`.
fn digest(stem: &str) -> Option<FileKind> {
    let (account, rest) = stem.split_once("_CloudTrail-Digest_")?;
    let (rest, kind) = match rest.strip_suffix("_backfill") {
        Some(rest) => (rest, ChainKind::Backfill),
        None => (rest, ChainKind::Standard),
    };
    let (rest, time) = rest.rsplit_once('_')?;
    let (rest, home) = rest.rsplit_once('_')?;
    let (region, trail) = rest.split_once('_')?;
    time_of(time)?;
    AccountId::is_valid(account).then(|| {
        FileKind::Digest(ChainId {
            account: account.into(),
            region: region.into(),
            trail: trail.to_owned(),
            home: home.to_owned(),
            kind,
        })
    })
}

/// `ACCOUNT_CloudTrail_REGION_TIME_UNIQUE`.
fn log(stem: &str) -> Option<FileKind> {
    let (account, rest) = stem.split_once("_CloudTrail_")?;
    let (region, rest) = rest.split_once('_')?;
    let (time, unique) = rest.split_once('_')?;
    let time = time_of(time)?;
    (AccountId::is_valid(account) && !unique.is_empty())
        .then(|| FileKind::Log(account.into(), region.into(), time))
}

/// `20260305T1405Z` or `20260305T140500Z`.
fn time_of(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if date.len() != 8 || !matches!(clock.len(), 4 | 6) || !is_digits(date) || !is_digits(clock) {
        return None;
    }
    let seconds = clock
        .get(4..)
        .filter(|seconds| !seconds.is_empty())
        .unwrap_or("00");
    Timestamp::parse(&format!(
        "{}-{}-{}T{}:{}:{seconds}Z",
        &date[..4],
        &date[4..6],
        &date[6..],
        &clock[..2],
        &clock[2..4]
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_and_logs_are_told_apart_by_name() {
        let path = "AWSLogs/123456789012/CloudTrail-Digest/eu-west-1/2026/11/01/123456789012_CloudTrail-Digest_eu-west-1_my_trail_us-east-1_20261101T020000Z.json.gz";
        let FileKind::Digest(chain) = file_kind(path) else {
            panic!("{path}");
        };
        assert_eq!(
            (chain.trail.as_str(), chain.home.as_str()),
            ("my_trail", "us-east-1")
        );
        assert_eq!(chain.kind, ChainKind::Standard);
        let FileKind::Digest(chain) = file_kind(&path.replace("Z.json", "Z_backfill.json")) else {
            panic!("{path}");
        };
        assert_eq!(chain.kind, ChainKind::Backfill);
        let log = "123456789012_CloudTrail_eu-west-1_20261101T0115Z_AAAAAAAAAAAAAAA1.json.gz";
        let at = Timestamp::parse("2026-11-01T01:15:00Z").unwrap();
        assert_eq!(
            file_kind(log),
            FileKind::Log("123456789012".into(), "eu-west-1".into(), at)
        );
        for other in [
            "a.json",
            "x_CloudTrail_eu-west-1_20261101T0115Z_A.json",
            "",
            "/",
            "1_CloudTrail-Digest_",
        ] {
            assert_eq!(file_kind(other), FileKind::Other, "{other}");
        }
    }
}
