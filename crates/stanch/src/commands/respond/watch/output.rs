//! Output of a watch: lines or JSON on standard output, alarms in the journal.
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

use super::super::run_output::counted;
use super::super::situation;
use super::clock;
use super::contained::Contained;
use super::feed::Round;
use crate::error::Failure;
use crate::output::{self, Console, wrapped};

/// Number of attempts at a busy case at the very end, a second apart.
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

/// Printer and journal writer of a watch.
pub(crate) struct WatchOutput {
    case: PathBuf,
    json: bool,
    width: usize,
    refused: u64,
    alarms: u64,
    /// Places that could not be read in the last round.
    unread: BTreeMap<String, String>,
    was_garbled: bool,
    /// Lines that are not in the journal yet.
    notes: Vec<(Timestamp, Noted)>,
}

impl WatchOutput {
    pub(crate) fn new(case: &Path, console: &Console) -> Self {
        Self {
            case: case.to_path_buf(),
            json: console.json,
            width: console.width,
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

    /// Returns whether something could not be read, so that it is unknown.
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
        let text = format!(
            "Watching {}, {} and {} of {} in events since {since}. Stop with Ctrl-C.",
            counted(keys, "revoked key"),
            counted(principals, "principal"),
            addresses_of(addresses),
            counted(plans, "plan")
        );
        let text = wrapped(&text, "", "", self.width);
        output::data(|out| writeln!(out, "{text}"))
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
        let text = text(sighting, self.width);
        output::data(|out| out.write_all(text.as_bytes()))
    }

    /// Says something between sightings, and keeps it.
    pub(crate) fn remark(&mut self, sentence: &str) -> Result<(), Failure> {
        self.note(Noted::Remark(sentence.to_owned()));
        if self.json {
            return line(&json!({"kind": "remark", "text": sentence}));
        }
        let text = indented(&shown(sentence, 300), self.width);
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
            text.push_str(&indented(&place, self.width));
        }
        if round.garbled() > 0 {
            text.push_str(&indented("some records could not be parsed", self.width));
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
        let verdict = wrapped(&self.verdict(), "", "", self.width);
        let case = self.case.display().to_string();
        output::data(|out| {
            write!(out, "\n{verdict}")?;
            if self.alarms > 0 {
                writeln!(
                    out,
                    "Next    stanch contain --all --case {case}    plans what is left"
                )?;
            }
            Ok(())
        })
    }

    fn verdict(&self) -> String {
        let proof = match self.refused {
            0 => "No call of the attacker was seen, not even a refused one.".to_owned(),
            1 => "1 call of the attacker was refused: the containment is in effect.".to_owned(),
            count => format!("{count} calls of the attacker were refused: the containment is in effect."),
        };
        match (self.alarms, self.has_unread()) {
            (0, false) => proof,
            (0, true) => {
                format!("{proof} But part of the logs could not be read: what happened there is unknown.")
            }
            (alarms, _) => {
                format!("{alarms} ALARMS: the containment is not in effect, or someone reverts it.")
            }
        }
    }

    fn note(&mut self, noted: Noted) {
        self.notes.push((situation::now(), noted));
    }

    /// Writes what is to be noted; what can't be now, next time.
    pub(crate) fn keep(&mut self, console: &Console) {
        if let Err(error) = self.write() {
            console.say(&format!(
                "{} notes are not in the journal yet: {error}. Writing them is retried",
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

/// Returns the age of the latest event: the logs may be as far behind.
fn behind(lag: Option<i64>) -> String {
    match lag {
        None => "no event yet".to_owned(),
        Some(seconds) if seconds < 120 => format!("latest event {} s old", seconds.max(0)),
        Some(seconds) => format!("latest event {} min old", seconds / 60),
    }
}

fn text(sighting: &Sighting, width: usize) -> String {
    let mark = if sighting.kind.is_alarm() { '!' } else { ' ' };
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{mark} {}  {:<14}  {}",
        clock(sighting.time),
        sighting.kind.words(),
        shown(&sighting.call, 50)
    );
    text.push_str(&indented(&shown(&sighting.why, 300), width));
    let mut from = format!(
        "from {}, {}",
        shown(&sighting.address, 60),
        shown(&sighting.region, 30)
    );
    if !sighting.key.is_empty() {
        let _ = write!(from, ", key {}", shown(&sighting.key, 40));
    }
    text.push_str(&indented(&from, width));
    text
}

fn addresses_of(count: usize) -> String {
    let noun = if count == 1 { "address" } else { "addresses" };
    format!("{count} IP {noun}")
}

/// Lines below a time.
fn indented(text: &str, width: usize) -> String {
    const INDENT: &str = "            ";
    wrapped(text, INDENT, INDENT, width)
}

#[cfg(test)]
mod tests {
    use stanch_core::EventKey;

    use super::*;

    fn console() -> Console {
        Console {
            quiet: false,
            verbose: false,
            colour: false,
            json: false,
            width: 80,
        }
    }

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
        insta::assert_snapshot!(text(&sighting, 80), @r"
        ! 14:02:11  GOT THROUGH     iam:ListUsers
                    arn:aws:iam::111122223333:user/mallory was used, and its call was
                    carried out
                    from 203.0.113.9\u{1b}[2J, us-east-1, key AKIAQNZGKIQY56JQ7WML
        ");
    }

    #[test]
    fn what_is_not_known_is_never_told_as_quiet() {
        let mut output = WatchOutput::new(Path::new("c"), &console());
        assert!(output.verdict().starts_with("No call of the attacker"));
        output.unread.insert("eu-west-1".to_owned(), "denied".to_owned());
        assert!(output.verdict().contains("unknown"));
    }
}
