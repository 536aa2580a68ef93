//! Findings as text.

use stanch_core::text::shown;
use stanch_core::{Severity, Timestamp};
use stanch_leaks::{Attribution, Credential, Doubt, Kind, Place, Problem, Reach, Scan};

use super::owner::{Owner, Owners};
use crate::output::Console;

/// Findings, places and problems that are listed without `--verbose`.
const FINDINGS: usize = 25;
const PLACES: usize = 3;
const PROBLEMS: usize = 5;

/// Returns the whole screen.
pub(super) fn text(scan: &Scan, owners: &Owners, left_out: u64, console: &Console) -> String {
    let mut text = String::new();
    let is_real = |credential: &&Credential| credential.severity >= Severity::Medium;
    let real = scan.credentials.iter().filter(is_real).count();
    let totals = &scan.totals;
    let read = format!(
        "{} files, {} repositories with {} objects, {} MB",
        totals.files,
        totals.repositories,
        totals.objects,
        totals.bytes / 1_000_000
    );
    if real == 0 {
        text.push_str(&format!("No leaked AWS credential found in {read}\n"));
    } else {
        text.push_str(&format!("{real} leaked AWS credentials in {read}\n"));
    }
    let most = if console.verbose { usize::MAX } else { FINDINGS };
    for credential in scan.credentials.iter().filter(is_real).take(most) {
        entry(&mut text, credential, owners, console);
    }
    if real > most {
        text.push_str(&format!(
            "\n{} more credentials: add --verbose, or --json\n",
            real - most
        ));
    }
    doubtful(&mut text, scan, console);
    if left_out > 0 {
        text.push_str(&format!(
            "\n{left_out} places are in the baseline and were left out\n"
        ));
    }
    if real > 0 {
        text.push_str("\nNext\n");
        console.row(&mut text, "Keys", "deactivate leaked keys, then delete them: stanch contain. Rewriting git history does not help: the key is known.");
    }
    if owners.problems > 0 {
        text.push_str("\nA snapshot of the case can't be read: some owners are not known. Take a new one: stanch collect --fresh\n");
    }
    unread(&mut text, &scan.problems, scan.more_problems, console);
    text
}

fn entry(text: &mut String, credential: &Credential, owners: &Owners, console: &Console) {
    text.push_str(&format!(
        "\n{:<9} {}\n",
        credential.severity.as_str(),
        title(credential)
    ));
    console.row(text, "Owner", &owner(&owners.of(credential), owners.has_case()));
    let most = if console.verbose { usize::MAX } else { PLACES };
    for place in credential.places.iter().take(most) {
        console.row(text, "Found in", &location(place));
        if let Some(history) = &place.history {
            console.row(text, "Commits", &commits(history));
        }
        if let Some(remote) = place.remotes.first() {
            console.row(text, "Remote", remote);
        }
    }
    let more = credential
        .count
        .saturating_sub(credential.places.len().min(most) as u64);
    if more > 0 {
        console.row(text, "", &format!("{more} more places: add --verbose, or --json"));
    }
}

/// Returns the noun of a kind.
pub(super) const fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::AccessKey => "Access key",
        Kind::SecretAccessKey => "Secret access key without its id",
        Kind::SessionToken => "Session token",
        Kind::BedrockApiKey => "Amazon Bedrock API key",
        Kind::SmtpPassword => "Amazon SES SMTP password",
        Kind::ConsolePassword => "Console password",
    }
}

/// Returns the title of a finding.
pub(super) fn title(credential: &Credential) -> String {
    let mut title = noun(credential.kind).to_owned();
    if !credential.id.is_empty() {
        title.push_str(&format!(" {}", shown(&credential.id, 80)));
    }
    match (&credential.account, credential.kind) {
        (Some(account), _) => title.push_str(&format!(" of account {account}")),
        (None, Kind::AccessKey) => title.push_str(" of an unknown account (made before 2019)"),
        (None, _) => {}
    }
    if let Some(secret) = &credential.secret {
        let what = if credential.kind == Kind::AccessKey {
            "with its secret "
        } else {
            ""
        };
        title.push_str(&format!(", {what}{}", shown(&secret.shown, 40)));
    }
    title
}

/// Returns the relation to the case in a sentence.
pub(super) fn owner(owner: &Owner, has_case: bool) -> String {
    let used = |first: &Option<Timestamp>| {
        first.map_or_else(
            || "not used in the logs of the case".to_owned(),
            |first| format!("first use in the logs at {first}"),
        )
    };
    match owner {
        Owner::Key {
            user,
            account,
            is_active,
            first_use,
            used_after_leak,
        } => {
            let state = if *is_active { "active" } else { "inactive" };
            let after = if *used_after_leak {
                ", after it was committed: probably the entry vector"
            } else {
                ""
            };
            format!(
                "{state} key of user {user} in account {account} of the case; {}{after}",
                used(first_use)
            )
        }
        Owner::Account { first_use } => {
            format!(
                "account of the case, but the key is not in its snapshot (deleted, or a session); {}",
                used(first_use)
            )
        }
        Owner::OtherAccount if has_case => "account that is not of the case".to_owned(),
        Owner::OtherAccount => "not compared: no case is open".to_owned(),
        Owner::Unknown => {
            "not known: the credential carries no account; ask for it with aws sts get-access-key-info"
                .to_owned()
        }
    }
}

fn location(place: &Place) -> String {
    let path = match (&place.object, place.path.is_empty()) {
        (Some(object), true) => format!("{} {object}", place.object_kind.unwrap_or("object")),
        _ => place.path.clone(),
    };
    match &place.repository {
        Some(repository) => format!("{path} line {} in repository {repository}", place.line),
        None => format!("{path} line {}", place.line),
    }
}

fn commits(history: &Attribution) -> String {
    let reach = match history.reach {
        Reach::Refs => "reachable from a branch or tag",
        Reach::Reflog => "only in a reflog: amended, reset or a dropped stash",
        Reach::Staged => "staged, not committed",
        Reach::Unreachable => "unreachable: in no branch, tag or reflog",
    };
    let Some((first, last)) = history.first.as_ref().zip(history.last.as_ref()) else {
        return format!("in no commit; {reach}");
    };
    let short = |id: &str| id.chars().take(10).collect::<String>();
    let time = |seconds| Timestamp::from_seconds(seconds);
    let from = format!(
        "{} by {} at {}",
        short(&first.id),
        first.author,
        time(first.committed)
    );
    if history.commits == 1 {
        return format!("{from}; {reach}");
    }
    format!(
        "{from}, last {} at {}, {} commits; {reach}",
        short(&last.id),
        time(last.committed),
        history.commits
    )
}

/// Adds counts of what is probably no credential, and each with `--verbose`.
fn doubtful(text: &mut String, scan: &Scan, console: &Console) {
    let doubtful: Vec<&Credential> = scan
        .credentials
        .iter()
        .filter(|credential| credential.severity < Severity::Medium)
        .collect();
    if doubtful.is_empty() {
        return;
    }
    let examples = doubtful
        .iter()
        .filter(|credential| credential.doubt == Some(Doubt::Example))
        .count();
    text.push_str(&format!(
        "\nNot counted: {examples} examples from documentation, {} texts that only look like key ids",
        doubtful.len() - examples
    ));
    text.push_str(if console.verbose {
        "\n"
    } else {
        " (list them: --verbose)\n"
    });
    if console.verbose {
        for credential in doubtful {
            let place = credential.places.first().map(location).unwrap_or_default();
            console.row(
                text,
                &credential.id,
                &format!("{}: {place}", reason(credential.doubt)),
            );
        }
    }
}

const fn reason(doubt: Option<Doubt>) -> &'static str {
    match doubt {
        Some(Doubt::Example) => "example or filler text",
        Some(Doubt::WithinWord) => "part of a longer word",
        Some(Doubt::NotBase32) => "has 0, 1, 8 or 9, which key ids have not",
        Some(Doubt::NeverIssued) => "fifth character that AWS does not issue",
        Some(Doubt::Repetitive) => "characters repeat too much",
        Some(Doubt::Hexadecimal) => "hexadecimal digits only",
        Some(Doubt::LettersOnly) => "letters only",
        Some(Doubt::LowerCase) => "lower case",
        None => "low severity",
    }
}

/// Adds the parts of the input that were not read.
pub(crate) fn unread(text: &mut String, problems: &[Problem], more: u64, console: &Console) {
    if problems.is_empty() {
        return;
    }
    text.push_str("\nNot read, or read with notes\n");
    let most = if console.verbose { usize::MAX } else { PROBLEMS };
    for problem in problems.iter().take(most) {
        let count = if problem.unread > 1 {
            format!(" ({} objects)", problem.unread)
        } else {
            String::new()
        };
        console.row(text, "", &format!("{}: {}{count}", problem.place, problem.detail));
    }
    let more = more + problems.len().saturating_sub(most) as u64;
    if more > 0 {
        console.row(text, "", &format!("{more} more: add --verbose, or --json"));
    }
}
