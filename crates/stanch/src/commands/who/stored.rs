//! The events of a case that matter for one question: all that link one identity to another, and the calls of those concerned.
//!
//! A case may hold millions of events; few of them link, and few are of the relatives of the identity that is asked for.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use stanch_core::event::{Event, Identity, IdentityKind};
use stanch_core::{EventKey, Timestamp};
use stanch_lineage::{Family, Lineage, linking_calls};
use stanch_store::{ReadError, Reader, Row, Selection};

use crate::commands::query::input;
use crate::error::Failure;

/// Number of identities whose calls are counted.
const CONCERNED: usize = 500;
/// Number of rounds in which calls bring new identities whose calls are counted in turn.
const ROUNDS: usize = 2;
/// Text columns that say who called, from where, and what.
const CALLER: [&str; 15] = [
    "account",
    "region",
    "principal",
    "identity_type",
    "principal_id",
    "arn",
    "identity_account",
    "access_key_id",
    "user_name",
    "invoked_by",
    "issuer_arn",
    "source_identity",
    "source_address",
    "source",
    "base_name",
];
/// Columns in which an identity may be named.
const NAMED_IN: [&str; 7] = [
    "access_key_id",
    "principal",
    "arn",
    "principal_id",
    "source_address",
    "source_identity",
    "issuer_arn",
];
/// A record of a session that was opened by the console, as far as it is asked for.
const FROM_CONSOLE: &str = r#"{"sessionCredentialFromConsole":"true"}"#;

/// Calls that differ in nothing but their time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Caller {
    texts: [String; CALLER.len()],
    from_console: bool,
    is_read: Option<bool>,
    /// Empty for calls that succeeded.
    error_code: String,
}

/// Their number and times.
#[derive(Debug, Clone, Copy)]
struct Calls {
    first: Timestamp,
    last: Timestamp,
    count: u64,
}

impl Caller {
    fn of(row: &Row<'_>) -> Self {
        let error = row.text("error_code");
        Self {
            texts: CALLER.map(|column| row.text(column).to_owned()),
            from_console: row.flag("from_console") == Some(true),
            is_read: row.flag("is_read"),
            error_code: match row.text("outcome") {
                "success" => String::new(),
                _ if error.is_empty() => "failed".to_owned(),
                _ => error.to_owned(),
            },
        }
    }

    fn text(&self, column: &str) -> &str {
        CALLER
            .iter()
            .position(|name| *name == column)
            .map_or("", |place| &self.texts[place])
    }

    /// Returns true when one of these made the calls.
    fn is_of(&self, identities: &[String]) -> bool {
        let caller = caller(&|column| self.text(column));
        !caller.is_empty() && identities.iter().any(|identity| identity == caller)
    }

    fn event(&self, first: Timestamp) -> Event<'_> {
        Event {
            time: first,
            error_code: self.error_code.as_str().into(),
            read_only: self.is_read,
            ..event(|column| self.text(column), self.from_console)
        }
    }
}

/// The access key of a caller, else its principal.
fn caller<'t>(text: &dyn Fn(&'static str) -> &'t str) -> &'t str {
    match text("access_key_id") {
        "" => text("principal"),
        key => key,
    }
}

/// An event of what the columns say about its caller.
fn event<'t>(text: impl Fn(&'static str) -> &'t str, from_console: bool) -> Event<'t> {
    Event {
        source: text("source").into(),
        name: text("base_name").into(),
        account: text("account").into(),
        region: text("region").into(),
        identity: Identity {
            kind: IdentityKind::parse(text("identity_type")),
            principal_id: text("principal_id").into(),
            arn: text("arn").into(),
            account_id: text("identity_account").into(),
            access_key_id: text("access_key_id").into(),
            user_name: text("user_name").into(),
            invoked_by: text("invoked_by").into(),
            issuer_arn: text("issuer_arn").into(),
            source_identity: text("source_identity").into(),
            ..Identity::default()
        },
        source_address: text("source_address").into(),
        raw: if from_console { FROM_CONSOLE } else { "" }.into(),
        ..Event::default()
    }
}

/// Lineage of one identity, from a store.
pub(super) struct Told {
    pub(super) family: Family,
    /// Inputs that were not read in full.
    pub(super) problems: u64,
    /// True when the calls of all its relatives were counted.
    pub(super) is_counted: bool,
}

/// The store of a case, asked for one identity.
pub(super) struct Stored<'a> {
    reader: Reader,
    asked: &'a str,
    problems: u64,
}

impl<'a> Stored<'a> {
    pub(super) fn open(case: &Path, asked: &'a str) -> Result<Self, Failure> {
        let store = input::Store::open(case)?;
        let problems = store.gaps.len() as u64;
        let reader = Reader::open(store.parts).map_err(|error| failed(&error))?;
        Ok(Self {
            reader,
            asked,
            problems,
        })
    }

    /// The family, with what `held` adds to it. The gaps of the store count as problems.
    pub(super) fn family(
        &self,
        held: &mut dyn FnMut(&mut Lineage) -> Result<(), Failure>,
    ) -> Result<Told, Failure> {
        let mut linked = Lineage::default();
        held(&mut linked)?;
        self.links(&mut linked)?;
        let mut calls: BTreeMap<Caller, Calls> = BTreeMap::new();
        let mut known: Vec<String> = Vec::new();
        let mut round = 0;
        loop {
            let mut lineage = linked.clone();
            for (caller, calls) in &calls {
                lineage.used(&caller.event(calls.first), calls.count, calls.last);
            }
            let family = lineage.finish();
            let concerned: Vec<String> = family
                .concerned(self.asked, CONCERNED)
                .into_iter()
                .map(str::to_owned)
                .collect();
            let fresh: Vec<String> = concerned.into_iter().filter(|id| !known.contains(id)).collect();
            if round == ROUNDS || (round > 0 && fresh.is_empty()) {
                return Ok(Told {
                    is_counted: known.len() < CONCERNED,
                    family,
                    problems: self.problems,
                });
            }
            // Of these all calls come now, those that were met by another name included.
            calls.retain(|caller, _| !caller.is_of(&fresh));
            calls.extend(self.calls(&fresh, round == 0)?);
            known.extend(fresh);
            round += 1;
        }
    }

    /// Takes all that links, row by row: there may be more of it than memory holds.
    fn links(&self, lineage: &mut Lineage) -> Result<(), Failure> {
        let linking: HashSet<&str> = linking_calls().into_iter().collect();
        let selection = Selection {
            narrow: vec!["log", "outcome", "base_name"],
            keep: Box::new(move |row| {
                row.text("log") == "cloud-trail"
                    && row.text("outcome") == "success"
                    && linking.contains(row.text("base_name"))
            }),
            columns: [
                &CALLER[..],
                &["time", "key", "from_console", "request", "response"],
            ]
            .concat(),
        };
        let read = self.reader.select(selection, |row| {
            let key = u128::from_str_radix(row.text("key"), 16);
            lineage.link(&Event {
                key: EventKey(key.unwrap_or_default()),
                time: Timestamp(row.time()),
                request_json: row.text("request").into(),
                response_json: row.text("response").into(),
                ..event(|column| row.text(column), row.flag("from_console") == Some(true))
            });
            Ok::<(), ReadError>(())
        });
        read.map_err(|error| failed(&error))
    }

    /// Calls of these identities, each once; at first those, too, that name what was asked in another way.
    fn calls(&self, of: &[String], also_asked: bool) -> Result<BTreeMap<Caller, Calls>, Failure> {
        let mut calls: BTreeMap<Caller, Calls> = BTreeMap::new();
        let wanted: HashSet<String> = of.iter().cloned().collect();
        let asked = (also_asked && !self.asked.is_empty()).then(|| self.asked.to_owned());
        if wanted.is_empty() && asked.is_none() {
            return Ok(calls);
        }
        let selection = Selection {
            narrow: [&NAMED_IN[..], &["log"]].concat(),
            keep: Box::new(move |row| {
                row.text("log") == "cloud-trail"
                    && (wanted.contains(caller(&|column| row.text(column)))
                        || asked.as_ref().is_some_and(|asked| names(row, asked)))
            }),
            columns: [
                &CALLER[..],
                &["time", "from_console", "is_read", "outcome", "error_code"],
            ]
            .concat(),
        };
        let read = self.reader.select(selection, |row| {
            let time = Timestamp(row.time());
            calls
                .entry(Caller::of(row))
                .and_modify(|calls| {
                    calls.first = calls.first.min(time);
                    calls.last = calls.last.max(time);
                    calls.count += 1;
                })
                .or_insert(Calls {
                    first: time,
                    last: time,
                    count: 1,
                });
            Ok::<(), ReadError>(())
        });
        read.map_err(|error| failed(&error))?;
        Ok(calls)
    }
}

/// Returns true when a column is what was asked, or its ARN ends in it.
fn names(row: &Row<'_>, asked: &str) -> bool {
    NAMED_IN.iter().any(|column| row.text(column) == asked)
        || row
            .text("arn")
            .strip_suffix(asked)
            .is_some_and(|rest| rest.ends_with('/'))
}

fn failed(error: &ReadError) -> Failure {
    Failure::because(
        "the stored events can't be queried",
        error,
        "find out what is damaged: stanch case verify; to store the events again, hunt into a new case",
    )
}
