//! Tells what a watch sees: lines for people or for machines, alarms for the journal.
//!
//! The case is opened only for the moment of a note, so that others can work in it meanwhile. It must not fetch events.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde_json::json;
use stanch_case::{Case, CaseError};
use stanch_core::Timestamp;
use stanch_core::text::shown;
use stanch_respond::watch::{Sighting, SightingKind, lag_seconds};

use super::super::situation;
use super::clock;
use super::contained::Contained;
use super::feed::Round;
use crate::error::Failure;
use crate::output::{self, Console};

/// Columns of a terminal.
const WIDTH: usize = 80;
/// How often a busy case is tried at the very end, a second apart.
const TRIES: u32 = 10;

/// A line for the journal.
enum Noted {
    Began {
        minutes: u64,
    },
    Ended {
        is_interrupted: bool,
        counts: (u64, u64),
    },
    Remark(String),
}

/// See the module.
pub(crate) struct Told {
    case: PathBuf,
    json: bool,
    refused: u64,
    alarms: u64,
    /// What could not be read in the last round.
    unread: BTreeMap<String, String>,
    was_garbled: bool,
    /// Lines that are not in the journal yet.
    notes: Vec<(Timestamp, Noted)>,
}

impl Told {
    pub(crate) fn new(case: &Path, json: bool) -> Self {
        Self {
            case: case.to_path_buf(),
            json,
            refused: 0,
            alarms: 0,
            unread: BTreeMap::new(),
            was_garbled: false,
            notes: Vec::new(),
        }
    }

    pub(crate) const fn alarms(&self) -> u64 {
        self.alarms
    }

    /// Whether something was not seen, and is not known by now.
    pub(crate) fn has_unread(&self) -> bool {
        self.was_garbled || !self.unread.is_empty()
    }

    /// Says what is watched for.
    pub(crate) fn begin(&mut self, contained: &Contained, minutes: u64) -> Result<(), Failure> {
        let (keys, principals, addresses) = contained.counts();
        self.note(Noted::Began { minutes });
        if self.json {
            return line(
                &json!({"kind": "begun", "since": contained.since(), "plans": contained.plans(), "keys": keys,
                "principals": principals, "addresses": addresses, "minutes": minutes}),
            );
        }
        let (plans, since) = (contained.plans(), contained.since());
        output::data(|out| {
            writeln!(
                out,
                "Watching for {keys} keys, {principals} principals and {addresses} addresses of {plans} plans,"
            )?;
            writeln!(out, "in events since {since}. Ctrl-C ends it.\n")
        })
    }

    /// Tells a sighting.
    pub(crate) fn sighting(&mut self, sighting: &Sighting) -> Result<(), Failure> {
        self.refused += u64::from(sighting.kind == SightingKind::Refused);
        if sighting.kind.is_alarm() {
            self.alarms += 1;
            self.note(Noted::Remark(format!(
                "{}: {} at {}: {}",
                sighting.kind.words(),
                sighting.call,
                sighting.time,
                sighting.why
            )));
        }
        if self.json {
            let mut value = serde_json::to_value(sighting).unwrap_or_default();
            if let Some(members) = value.as_object_mut() {
                members.insert(
                    "sighting".to_owned(),
                    members.get("kind").cloned().unwrap_or_default(),
                );
                members.insert("kind".to_owned(), "sighting".into());
            }
            return line(&value);
        }
        let text = text(sighting);
        output::data(|out| out.write_all(text.as_bytes()))
    }

    /// Says something between sightings, and keeps it.
    pub(crate) fn remark(&mut self, sentence: &str) -> Result<(), Failure> {
        self.note(Noted::Remark(sentence.to_owned()));
        if self.json {
            return line(&json!({"kind": "remark", "text": sentence}));
        }
        let text = wrapped(&shown(sentence, 300));
        output::data(|out| out.write_all(text.as_bytes()))
    }

    /// Tells what a round came to.
    pub(crate) fn round(
        &mut self,
        round: &Round,
        latest: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), Failure> {
        self.unread.clone_from(&round.unread);
        self.was_garbled |= round.garbled() > 0;
        let lag = lag_seconds(latest, now);
        if self.json {
            return line(
                &json!({"kind": "round", "at": now, "read": round.read, "unread": round.unread,
                "garbled": round.garbled(), "latest": latest, "lag_seconds": lag,
                "refused": self.refused, "alarms": self.alarms}),
            );
        }
        let mut text = String::new();
        let _ = writeln!(
            text,
            "{}  read {}, not read {}; {}; {} refused, {} alarms",
            clock(now),
            round.read,
            round.unread.len(),
            behind(lag),
            self.refused,
            self.alarms
        );
        for (place, why) in &round.unread {
            let place = format!("NOT READ {}: {}", shown(place, 200), shown(why, 200));
            text.push_str(&wrapped(&place));
        }
        if round.garbled() > 0 {
            text.push_str(&wrapped("some of what was read can't be understood"));
        }
        output::data(|out| out.write_all(text.as_bytes()))
    }

    /// Tells what the whole watch came to.
    pub(crate) fn end(&mut self, is_interrupted: bool) -> Result<(), Failure> {
        let word = if is_interrupted { "interrupted" } else { "ended" };
        self.note(Noted::Ended {
            is_interrupted,
            counts: (self.refused, self.alarms),
        });
        if self.json {
            return line(
                &json!({"kind": word, "refused": self.refused, "alarms": self.alarms, "unread": self.unread}),
            );
        }
        let verdict = self.verdict();
        let case = self.case.display().to_string();
        output::data(|out| {
            writeln!(out, "\n{verdict}")?;
            if self.alarms > 0 {
                writeln!(
                    out,
                    "Next    stanch contain --case {case}      plan anew what is left"
                )?;
            }
            Ok(())
        })
    }

    fn verdict(&self) -> String {
        let proof = match self.refused {
            0 => "No call of theirs was seen, not even a refused one.".to_owned(),
            count => format!("{count} calls of theirs were refused: the proof that containment holds."),
        };
        match (self.alarms, self.has_unread()) {
            (0, false) => proof,
            (0, true) => format!("{proof} But not everything could be read: what is missing is unknown."),
            (alarms, _) => format!("{alarms} ALARMS: the containment does not hold, or somebody fights it."),
        }
    }

    fn note(&mut self, noted: Noted) {
        self.notes.push((situation::now(), noted));
    }

    /// Writes what is to be noted; what can't be now, next time.
    pub(crate) fn keep(&mut self, console: &Console) {
        if let Err(error) = self.write() {
            console.say(&format!(
                "{} notes are not in the journal yet: {error}. They are tried again",
                self.notes.len()
            ));
        }
    }

    /// As [`Self::keep`], with some patience: there is no next time.
    pub(crate) fn keep_at_last(&mut self, console: &Console) {
        for _ in 0..TRIES {
            match self.write() {
                Ok(()) => return,
                Err(CaseError::Locked { .. }) => thread::sleep(Duration::from_secs(1)),
                Err(_) => break,
            }
        }
        self.keep(console);
    }

    fn write(&mut self) -> Result<(), CaseError> {
        if self.notes.is_empty() {
            return Ok(());
        }
        let mut case = Case::open(&self.case, situation::now())?;
        while let Some((at, noted)) = self.notes.first() {
            match noted {
                Noted::Began { minutes } => case.record_watch_start(*minutes, *at),
                Noted::Ended {
                    is_interrupted,
                    counts,
                } => case.record_watch_end(*is_interrupted, *counts, *at),
                Noted::Remark(text) => case.journal().note(text, *at),
            }?;
            self.notes.remove(0);
        }
        Ok(())
    }
}

fn line(value: &serde_json::Value) -> Result<(), Failure> {
    output::data(|out| writeln!(out, "{value}"))
}

/// How old the latest event is: the logs may be as far behind.
fn behind(lag: Option<i64>) -> String {
    match lag {
        None => "no event yet".to_owned(),
        Some(seconds) if seconds < 120 => format!("latest event {} s old", seconds.max(0)),
        Some(seconds) => format!("latest event {} min old", seconds / 60),
    }
}

fn text(sighting: &Sighting) -> String {
    let mark = if sighting.kind.is_alarm() { '!' } else { ' ' };
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{mark} {}  {:<14}  {}",
        clock(sighting.time),
        sighting.kind.words(),
        shown(&sighting.call, 50)
    );
    text.push_str(&wrapped(&shown(&sighting.why, 300)));
    let mut from = format!(
        "from {}, {}",
        shown(&sighting.address, 60),
        shown(&sighting.region, 30)
    );
    if !sighting.key.is_empty() {
        let _ = write!(from, ", key {}", shown(&sighting.key, 40));
    }
    text.push_str(&wrapped(&from));
    text
}

/// Lines of at most 80 columns, indented below a time.
fn wrapped(text: &str) -> String {
    const INDENT: &str = "            ";
    let mut lines = String::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let is_full =
            !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH - INDENT.len();
        if is_full {
            let _ = writeln!(lines, "{INDENT}{line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(lines, "{INDENT}{line}");
    lines
}

#[cfg(test)]
mod tests {
    use stanch_core::EventKey;

    use super::*;

    #[test]
    fn a_sighting_fits_the_terminal_and_is_inert() {
        let sighting = Sighting {
            event: EventKey::of(&[b"e"]),
            time: Timestamp(1_772_719_331_000),
            kind: SightingKind::GotThrough,
            who: "arn:aws:iam::111122223333:user/mallory".to_owned(),
            key: "AKIAQNZGKIQY56JQ7WML".to_owned(),
            address: "203.0.113.9\u{1b}[2J".to_owned(),
            region: "us-east-1".to_owned(),
            call: "iam:ListUsers".to_owned(),
            why: "arn:aws:iam::111122223333:user/mallory was used, and its call was carried out".to_owned(),
        };
        insta::assert_snapshot!(text(&sighting), @r"
        ! 14:02:11  GOT THROUGH     iam:ListUsers
                    arn:aws:iam::111122223333:user/mallory was used, and its call was
                    carried out
                    from 203.0.113.9\u{1b}[2J, us-east-1, key AKIAQNZGKIQY56JQ7WML
        ");
    }

    #[test]
    fn what_is_not_known_is_never_told_as_quiet() {
        let mut told = Told::new(Path::new("c"), false);
        assert!(told.verdict().starts_with("No call of theirs"));
        told.unread.insert("eu-west-1".to_owned(), "denied".to_owned());
        assert!(told.verdict().contains("unknown"));
    }
}
