//! The result as a screen: the answer, the hours of each account and region, and what is not valid, the worst first.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use stanch_core::Timestamp;
use stanch_core::text::shown;
use stanch_integrity::{Finding, Reason, Span, Status, Verification};

use crate::output::{Console, wrapped};

/// Lines of each list, unless everything is asked for.
const LINES: usize = 20;

/// Returns the screen.
pub(super) fn text(result: &Verification, unread: &[String], keys: usize, console: &Console) -> String {
    let mut text = String::new();
    text.push_str(&wrapped(answer(result, unread), "", "  ", console.width));
    let _ = writeln!(
        text,
        "\n  log files    {}\n  digests      {}",
        counts(&result.logs),
        counts(&result.digests)
    );
    let _ = writeln!(text, "  public keys  {keys}");
    if result.odd_containers > 0 {
        console.row(
            &mut text,
            "containers",
            &format!(
                "{} files have a wrong checksum, length or flag in their gzip container; their content is what was judged",
                result.odd_containers
            ),
        );
    }
    if result.other_files > 0 {
        let _ = writeln!(
            text,
            "  other files  {} (neither log nor digest of CloudTrail by name)",
            result.other_files
        );
    }
    spans(&mut text, &result.spans, console);
    findings(&mut text, &result.findings, console);
    list(&mut text, "Not read", unread, console);
    text
}

fn answer(result: &Verification, unread: &[String]) -> &'static str {
    if result.is_altered() {
        "ALTERED: not everything is as CloudTrail delivered it"
    } else if result.logs.is_empty() {
        "UNKNOWN: no log file of CloudTrail in the input"
    } else if result.is_complete() && unread.is_empty() {
        "VALID: every log file is as CloudTrail delivered it"
    } else {
        "NOT ALL VALIDATED: nothing altered was found, and not everything could be checked"
    }
}

fn counts(counts: &BTreeMap<Status, u64>) -> String {
    let parts: Vec<String> = counts
        .iter()
        .map(|(status, count)| format!("{count} {}", word(*status)))
        .collect();
    if parts.is_empty() {
        "none".to_owned()
    } else {
        parts.join(" · ")
    }
}

/// The name of a status, as documents and JSON have it.
const fn word(status: Status) -> &'static str {
    match status {
        Status::InvalidSig => "INVALID_SIG",
        Status::HashMismatch => "HASH_MISMATCH",
        Status::MissingLog => "MISSING_LOG",
        Status::MissingDigest => "MISSING_DIGEST",
        Status::Gap => "GAP",
        Status::UnsignedLog => "UNSIGNED_LOG",
        Status::NoValidation => "NO_VALIDATION",
        Status::Valid => "VALID",
    }
}

fn spans(text: &mut String, all: &[Span], console: &Console) {
    if all.is_empty() {
        return;
    }
    text.push_str("\nHours (UTC), by account and region\n");
    let limit = if console.verbose { usize::MAX } else { 2 * LINES };
    for span in all.iter().take(limit) {
        let _ = writeln!(
            text,
            "  {:12}  {:14}  {} – {}  {:14}  {} log files",
            shown(span.account.as_str(), 12),
            shown(span.region.as_str(), 14),
            minute(span.from),
            minute(span.to),
            word(span.status),
            span.logs
        );
    }
    more(text, all.len(), limit);
}

fn findings(text: &mut String, all: &[Finding], console: &Console) {
    if all.is_empty() {
        return;
    }
    text.push_str("\nNot valid, the most severe first\n");
    let limit = if console.verbose { usize::MAX } else { LINES };
    for finding in all.iter().take(limit) {
        let time = if finding.from == finding.to {
            minute(finding.from)
        } else {
            format!("{} – {}", minute(finding.from), minute(finding.to))
        };
        let files = if finding.files > 1 {
            format!("{} files, the first: ", finding.files)
        } else {
            String::new()
        };
        let line = format!(
            "{} {} {}, {time}: {}. {files}{}",
            word(finding.status),
            shown(finding.account.as_str(), 12),
            shown(finding.region.as_str(), 20),
            meaning(finding.reason),
            shown(&finding.object, 400)
        );
        text.push_str(&wrapped(&line, "  ", "      ", console.width));
    }
    more(text, all.len(), limit);
}

fn list(text: &mut String, title: &str, all: &[String], console: &Console) {
    if all.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}");
    let limit = if console.verbose { usize::MAX } else { LINES };
    for line in all.iter().take(limit) {
        text.push_str(&wrapped(&shown(line, 600), "  ", "      ", console.width));
    }
    more(text, all.len(), limit);
}

fn more(text: &mut String, all: usize, limit: usize) {
    if all > limit {
        let _ = writeln!(text, "  and {} more: --verbose lists them", all - limit);
    }
}

/// Minutes are what the names of log files have.
fn minute(time: Timestamp) -> String {
    let text = Timestamp::from_seconds(time.seconds()).to_string();
    text.get(..16).unwrap_or(&text).replace('T', " ")
}

const fn meaning(reason: Reason) -> &'static str {
    match reason {
        Reason::Signature => {
            "the signature of the digest does not verify: the digest was altered, or is not where it was delivered"
        }
        Reason::DigestHash => "the next digest names another hash: the digest was replaced",
        Reason::LogHash => "the digest names another hash: the log file was altered",
        Reason::BytesAfterContent => "bytes follow the compressed content: some readers show another content",
        Reason::Damaged => "the file can't be unpacked or is no digest: it is not as it was delivered",
        Reason::NotThere => {
            "named by the next digest or by its digest, and not in the input: deleted, or not copied"
        }
        Reason::Restart => {
            "the chain of digests begins again: logging or validation was switched off, calls of that time may be unrecorded"
        }
        Reason::TimeGap => "no digest covers this time: calls of that time may be unrecorded",
        Reason::NotNamed => {
            "no digest names the log file although digests cover its hour: CloudTrail did not deliver it like this"
        }
        Reason::NoSignature => {
            "the signature is metadata of the S3 object and was not given; no later digest repeats it"
        }
        Reason::NoKey => "AWS's public key was not given",
        Reason::DigestInvalid => "only a digest with an invalid signature names the log file",
        Reason::NotCovered => "no digest covers the hour of the log file",
        Reason::BeginsEarlier => "the input begins in the middle of a chain: earlier digests were not given",
    }
}

/// Returns the next command.
pub(super) fn next(result: &Verification, has_no_key: bool, case: Option<&Path>) -> String {
    if has_no_key {
        return "Next    stanch verify-logs … --fetch-keys    requests AWS's public keys".to_owned();
    }
    let case = case.map_or_else(|| "incident".to_owned(), |case| case.display().to_string());
    if result.is_altered() {
        format!(
            "Next    stanch hunt --live --case {case}    compares with the event history that CloudTrail keeps for 90 days"
        )
    } else {
        format!("Next    stanch hunt LOGS --case {case}")
    }
}
