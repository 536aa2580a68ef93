//! Facts from the keys of log objects, without opening them: account, service, region, day.
//!
//! The layout is AWS's: `AWSLogs/[o-ID/]ACCOUNT/SERVICE/REGION/YYYY/MM/DD/…`
//! (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-find-log-files.html>). A key that does not look like it
//! tells nothing and is wanted.

use stanch_core::{AccountId, RegionName};

/// Filter for the keys of a bucket; an empty list takes all.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) accounts: Vec<AccountId>,
    pub(crate) regions: Vec<RegionName>,
    /// The first day, `YYYYMMDD`.
    pub(crate) since: Option<String>,
    /// The last day.
    pub(crate) until: Option<String>,
    /// True when digests are wanted, too.
    pub(crate) with_digests: bool,
}

/// Decision about a folder of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing below it is wanted.
    Pass,
    /// Look at its folders one by one.
    Open,
    /// Everything below it is wanted.
    Take,
}

/// Services that write next to logs what holds no events.
const NO_LOGS: [&str; 1] = ["CloudTrail-Digest"];

impl Wanted {
    /// Returns the decision about a folder, by its prefix, which ends with a slash or is empty.
    pub(crate) fn step(&self, prefix: &str) -> Step {
        let mut parts = prefix.split('/').filter(|part| !part.is_empty());
        if !parts.by_ref().any(|part| part == "AWSLogs") {
            return Step::Open;
        }
        let mut parts = parts.peekable();
        parts.next_if(|part| part.starts_with("o-"));
        let Some(account) = parts.next() else {
            return Step::Open;
        };
        if !self.accounts.is_empty() && !self.accounts.iter().any(|known| known.as_str() == account) {
            return Step::Pass;
        }
        let Some(service) = parts.next() else {
            return Step::Open;
        };
        if !self.with_digests && NO_LOGS.contains(&service) {
            return Step::Pass;
        }
        let Some(region) = parts.next() else {
            return Step::Open;
        };
        if !self.regions.is_empty() && !self.regions.iter().any(|known| known.as_str() == region) {
            return Step::Pass;
        }
        if self.since.is_none() && self.until.is_none() {
            return Step::Take;
        }
        self.day(&parts.take(3).collect::<String>())
    }

    /// Returns the decision about the beginning of a day: `2026`, `202603`, `20260305`.
    fn day(&self, begun: &str) -> Step {
        if !begun.bytes().all(|byte| byte.is_ascii_digit()) {
            return Step::Take;
        }
        let early = self
            .since
            .as_ref()
            .is_some_and(|since| begun < &since[..begun.len().min(since.len())]);
        let late = self
            .until
            .as_ref()
            .is_some_and(|until| begun > &until[..begun.len().min(until.len())]);
        match (early || late, begun.len() < 8) {
            (true, _) => Step::Pass,
            (false, true) => Step::Open,
            (false, false) => Step::Take,
        }
    }

    /// Returns whether an object is wanted by the day in its name, such as that of a server access log:
    /// `2026-03-05-14-02-17-0123456789ABCDEF`.
    pub(crate) fn takes(&self, key: &str) -> bool {
        let name = key.rsplit('/').next().unwrap_or_default();
        let digits: String = name.chars().take(10).filter(char::is_ascii_digit).collect();
        let dashes = name.bytes().take(10).filter(|byte| *byte == b'-').count();
        let is_dated = digits.len() == 8 && dashes == 2;
        !is_dated || self.day(&digits) == Step::Take
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(wanted: &Wanted, prefixes: &[&str]) -> String {
        let told: Vec<_> = prefixes
            .iter()
            .map(|prefix| format!("/{prefix} {:?}", wanted.step(prefix)))
            .collect();
        told.join("\n")
    }

    #[test]
    fn folders_are_opened_only_where_they_can_hold_what_is_wanted() {
        let wanted = Wanted {
            accounts: vec!["111122223333".into()],
            regions: vec!["eu-west-1".into()],
            since: Some("20260228".to_owned()),
            until: Some("20260302".to_owned()),
            with_digests: false,
        };
        insta::assert_snapshot!(steps(&wanted, &[
            "", "trail/", "trail/AWSLogs/", "trail/AWSLogs/o-abc/", "AWSLogs/999999999999/", "AWSLogs/o-abc/111122223333/",
            "AWSLogs/111122223333/CloudTrail-Digest/", "AWSLogs/111122223333/CloudTrail/",
            "AWSLogs/111122223333/CloudTrail/us-east-1/", "AWSLogs/111122223333/CloudTrail/eu-west-1/",
            "AWSLogs/111122223333/CloudTrail/eu-west-1/2025/", "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/",
            "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/01/", "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/02/",
            "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/02/27/", "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/02/28/",
            "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/02/", "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/03/",
        ]), @r"
        / Open
        /trail/ Open
        /trail/AWSLogs/ Open
        /trail/AWSLogs/o-abc/ Open
        /AWSLogs/999999999999/ Pass
        /AWSLogs/o-abc/111122223333/ Open
        /AWSLogs/111122223333/CloudTrail-Digest/ Pass
        /AWSLogs/111122223333/CloudTrail/ Open
        /AWSLogs/111122223333/CloudTrail/us-east-1/ Pass
        /AWSLogs/111122223333/CloudTrail/eu-west-1/ Open
        /AWSLogs/111122223333/CloudTrail/eu-west-1/2025/ Pass
        /AWSLogs/111122223333/CloudTrail/eu-west-1/2026/ Open
        /AWSLogs/111122223333/CloudTrail/eu-west-1/2026/01/ Pass
        /AWSLogs/111122223333/CloudTrail/eu-west-1/2026/02/ Open
        /AWSLogs/111122223333/CloudTrail/eu-west-1/2026/02/27/ Pass
        /AWSLogs/111122223333/CloudTrail/eu-west-1/2026/02/28/ Take
        /AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/02/ Take
        /AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/03/ Pass
        ");
    }

    #[test]
    fn all_is_wanted_where_nothing_is_named() {
        let all = Wanted::default();
        assert_eq!(all.step("AWSLogs/111122223333/CloudTrail/eu-west-1/"), Step::Take);
        assert_eq!(all.step("AWSLogs/111122223333/CloudTrail-Digest/"), Step::Pass);
        assert!(all.takes("2026-03-05-14-02-17-0123456789ABCDEF"));
    }

    #[test]
    fn the_day_in_a_name_counts() {
        let wanted = Wanted {
            since: Some("20260305".to_owned()),
            ..Wanted::default()
        };
        assert!(wanted.takes("access/2026-03-05-14-02-17-0123456789ABCDEF"));
        assert!(!wanted.takes("access/2026-03-04-14-02-17-0123456789ABCDEF"));
        assert!(wanted.takes("access/whatever.log"));
    }
}
