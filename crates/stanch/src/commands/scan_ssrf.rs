//! `stanch scan-ssrf`: requests for the metadata service in web logs.

use serde_json::json;
use stanch_core::text::shown;
use stanch_leaks::{Disguise, WebRequest, WebScan, scan_web_logs};

use super::scan_keys::unread;
use crate::arguments::ScanSsrfArguments;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// Requests that are listed without `--verbose`.
const LISTED: usize = 20;

/// Reads the logs and lists the requests.
pub(crate) fn run(arguments: &ScanSsrfArguments, console: &Console) -> Result<Exit, Failure> {
    let scan = scan_web_logs(&arguments.logs);
    if console.json {
        console.print_json(&json!({
            "requests": scan.requests,
            "more_requests": scan.more_requests,
            "lines": scan.lines,
            "problems": scan.problems,
        }))?;
    } else {
        let text = text(&scan, console);
        output::data(|out| write!(out, "{text}"))?;
    }
    let is_complete = scan.problems.is_empty();
    Ok(match (scan.requests.is_empty(), is_complete) {
        (true, true) => Exit::Nothing,
        (true, false) => Exit::Incomplete,
        (false, true) => Exit::Findings,
        (false, false) => Exit::FindingsIncomplete,
    })
}

fn text(scan: &WebScan, console: &Console) -> String {
    let mut text = String::new();
    let total = scan.requests.len() as u64 + scan.more_requests;
    let lines = scan.lines;
    if total == 0 {
        text.push_str(&format!(
            "No request for the metadata service in {lines} lines.\n"
        ));
    } else {
        let answered = scan
            .requests
            .iter()
            .filter(|request| request.status.is_some_and(|status| status < 400))
            .count();
        text.push_str(&format!("{total} requests for the metadata service in {lines} lines, {answered} answered without an error\n"));
        let most = if console.verbose { usize::MAX } else { LISTED };
        for request in scan.requests.iter().take(most) {
            entry(&mut text, request, console);
        }
        let more = total.saturating_sub(scan.requests.len().min(most) as u64);
        if more > 0 {
            text.push_str(&format!("\n{more} more requests: add --verbose, or --json\n"));
        }
        text.push_str("\nNext\n");
        console.row(
            &mut text,
            "Instance",
            "find the role of the instance that got these requests, and its sessions: stanch who INSTANCE",
        );
        console.row(
            &mut text,
            "IMDS",
            "find instances that accept IMDSv1: stanch assess",
        );
    }
    unread(&mut text, &scan.problems, 0, console);
    text
}

fn entry(text: &mut String, request: &WebRequest, console: &Console) {
    let unknown = || "not logged".to_owned();
    let time = request
        .time
        .clone()
        .unwrap_or_else(|| "time not logged".to_owned());
    text.push_str(&format!(
        "\n{}  {}\n",
        shown(&time, 60),
        shown(request.client.as_deref().unwrap_or("client not logged"), 60)
    ));
    console.row(text, "Request", &request.target);
    console.row(text, "Written as", words(request.disguise));
    let status = request.status.map_or_else(unknown, |status| status.to_string());
    let bytes = request.bytes.map_or_else(unknown, |bytes| bytes.to_string());
    let asks = if request.asks_for_credentials {
        "; asks for credentials"
    } else {
        ""
    };
    console.row(text, "Answer", &format!("status {status}, bytes {bytes}{asks}"));
    console.row(text, "Log", &format!("{} line {}", request.file, request.line));
}

const fn words(disguise: Disguise) -> &'static str {
    match disguise {
        Disguise::Dotted => "IPv4 address",
        Disguise::Decimal => "decimal number",
        Disguise::Hexadecimal => "hexadecimal numbers",
        Disguise::Octal => "octal numbers",
        Disguise::Short => "short IPv4 address",
        Disguise::Overflow => "numbers above 255",
        Disguise::Ipv6 => "IPv6 address",
        Disguise::Mapped => "IPv4 address within an IPv6 address",
        Disguise::Name => "DNS name of the service",
        Disguise::Rebinding => "DNS name with the address in it",
        Disguise::Container => "address of the ECS or EKS credentials endpoint",
        Disguise::Path => "path of the service",
        Disguise::Base64 => "base64",
    }
}
