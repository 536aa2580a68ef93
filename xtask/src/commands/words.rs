//! `cargo xtask words`: holds every text against `docs/glossary.md`, and commit subjects against the rules.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use super::Outcome;
use crate::error::TaskError;
use crate::root::{read, root, write};
use crate::words::glossary::Glossary;
use crate::words::ratchet::{self, Counts};
use crate::words::scan::{Kind, Scan};

const GLOSSARY: &str = "docs/glossary.md";
const RATCHET: &str = "xtask/words-ratchet.txt";
/// Most characters of a commit subject.
const SUBJECT: usize = 72;
/// Most doc comments in a hundred that may open with what, who, whether, how or that.
const OPENINGS_PERCENT: usize = 5;

/// How to run it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write nothing; leave with 1 when a count rose, or a word to avoid stands in text or documents
    #[arg(long)]
    check: bool,
    /// List the findings of a crate or folder; `all` for every one
    #[arg(long, value_name = "CRATE")]
    list: Option<String>,
    /// List findings of this kind only: text, document, comment, name or opening
    #[arg(long, requires = "list")]
    kind: Option<String>,
    /// Check the subjects of commits since this one
    #[arg(long, value_name = "COMMIT")]
    commits: Option<String>,
}

/// Scans, and lists, compares or writes.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, TaskError> {
    let root = root();
    let glossary = Glossary::parse(&read(&root.join(GLOSSARY))?)?;
    if let Some(base) = &args.commits {
        return commits(&root, base, &glossary, out);
    }
    let scan = Scan::of(&root, &glossary)?;
    if let Some(group) = &args.list {
        return list(&scan, group, args.kind.as_deref(), out);
    }
    let found: Counts = scan
        .counts()
        .into_iter()
        .map(|((group, kind), count)| ((group, kind.to_owned()), count))
        .collect();
    let path = root.join(RATCHET);
    let kept = if path.exists() {
        ratchet::parse(&read(&path)?)?
    } else {
        found.clone()
    };
    summary(&scan, out)?;
    let risen = ratchet::risen(&kept, &found);
    for complaint in &risen {
        writeln!(out, "{complaint}")?;
    }
    if args.check {
        return Ok(Outcome::when(risen.is_empty()));
    }
    let lower = |(key, count): (&(String, String), &usize)| {
        let allowed = kept.get(key).copied().unwrap_or(0);
        (key.clone(), allowed.min(*count))
    };
    write(
        &path,
        ratchet::text(&found.iter().map(lower).collect()).as_bytes(),
    )?;
    Ok(Outcome::when(risen.is_empty()))
}

fn list(scan: &Scan, group: &str, kind: Option<&str>, out: &mut dyn Write) -> Result<Outcome, TaskError> {
    let chosen = scan.findings.iter().filter(|finding| {
        (group == "all" || finding.group == group) && kind.is_none_or(|kind| finding.kind.word() == kind)
    });
    for finding in chosen {
        writeln!(out, "{} {}: {}", finding.place, finding.kind.word(), finding.says)?;
    }
    Ok(Outcome::Good)
}

fn summary(scan: &Scan, out: &mut dyn Write) -> Result<(), TaskError> {
    for kind in [
        Kind::Text,
        Kind::Document,
        Kind::Comment,
        Kind::Name,
        Kind::Opening,
    ] {
        let count = scan
            .findings
            .iter()
            .filter(|finding| finding.kind == kind)
            .count();
        writeln!(out, "{:<9} {count:>6}", kind.word())?;
        if kind == Kind::Opening && scan.docs > 0 {
            let percent = count * 100 / scan.docs;
            writeln!(
                out,
                "          {percent} % of {} doc comments (aim: at most {OPENINGS_PERCENT} %)",
                scan.docs
            )?;
        }
    }
    Ok(())
}

fn commits(root: &Path, base: &str, glossary: &Glossary, out: &mut dyn Write) -> Result<Outcome, TaskError> {
    let failed = |reason: String| TaskError::Tool {
        command: format!("git log {base}..HEAD"),
        reason,
    };
    let log = Command::new("git")
        .args(["log", "--format=%h %s", &format!("{base}..HEAD")])
        .current_dir(root)
        .output()
        .map_err(|error| failed(format!("could not be started: {error}")))?;
    if !log.status.success() {
        return Err(failed(String::from_utf8_lossy(&log.stderr).trim().to_owned()));
    }
    let mut good = true;
    for line in String::from_utf8_lossy(&log.stdout).lines() {
        let (commit, subject) = line.split_once(' ').unwrap_or((line, ""));
        for fault in faults(subject, glossary) {
            good = false;
            writeln!(out, "{commit} {subject:?}: {fault}")?;
        }
    }
    Ok(Outcome::when(good))
}

/// Everything that is wrong with a commit subject.
fn faults(subject: &str, glossary: &Glossary) -> Vec<String> {
    let mut faults = Vec::new();
    let length = subject.chars().count();
    if length > SUBJECT {
        faults.push(format!("{length} characters, at most {SUBJECT}"));
    }
    let has_area = subject.split_once(": ").is_some_and(|(area, rest)| {
        let plain = |letter: char| letter.is_ascii_lowercase() || ", -0123456789".contains(letter);
        !area.is_empty() && area.chars().all(plain) && rest.starts_with(|letter: char| letter.is_alphabetic())
    });
    if !has_area {
        faults.push("write it as `area: imperative`".to_owned());
    }
    let hits = glossary.hits(subject).into_iter();
    faults.extend(hits.map(|hit| format!("avoid {:?}: {}", hit.phrase, hit.replacement)));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glossary_of_the_repository_is_read() {
        let page = read(&root().join(GLOSSARY)).unwrap();
        let glossary = Glossary::parse(&page).unwrap();
        assert_eq!(glossary.hits("the machine was taken back").len(), 2);
        assert!(
            glossary
                .hits("an AWS Step Functions state machine of a machine image")
                .is_empty()
        );
    }

    #[test]
    fn a_commit_subject_has_an_area_and_few_words() {
        let glossary =
            Glossary::parse("| Avoid | Use | Fine in |\n|---|---|---|\n| deed | change | |\n").unwrap();
        assert!(faults("respond: honour exemptions in --act", &glossary).is_empty());
        assert_eq!(faults("A deed stands by itself", &glossary).len(), 2);
        assert_eq!(faults(&format!("case: {}", "x".repeat(80)), &glossary).len(), 1);
    }
}
