//! The events of a case that matter for one question: all that link one identity to another, and the calls of those concerned.
//!
//! A case may hold millions of events; few of them link, and few are of the relative that is asked for.

use std::io::Write;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use stanch_core::event::{Event, Identity, IdentityKind};
use stanch_core::{EventKey, Timestamp};
use stanch_lineage::Lineage;
use stanch_lineage::{Family, linking_calls};
use stanch_query::{Database, Format, Options, QueryError};

use crate::commands::query::input;
use crate::error::Failure;

/// How many identities' calls are counted.
const CONCERNED: usize = 500;
/// How often calls bring new identities whose calls are counted in turn.
const ROUNDS: usize = 2;
/// Columns of who called.
const CALLER: &str = "account, principal, identity_type, principal_id, arn, identity_account, access_key_id, user_name, invoked_by, \
                      issuer_arn, from_console, source_identity, source_address, source, base_name";
/// A record of a session that was opened by the console, as far as it is asked for.
const FROM_CONSOLE: &str = r#"{"sessionCredentialFromConsole":"true"}"#;

/// A row of either question. What is NULL is empty.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Row {
    time: String,
    last: Option<String>,
    calls: Option<u64>,
    key: Option<String>,
    principal: Option<String>,
    account: Option<String>,
    identity_type: Option<String>,
    principal_id: Option<String>,
    arn: Option<String>,
    identity_account: Option<String>,
    access_key_id: Option<String>,
    user_name: Option<String>,
    invoked_by: Option<String>,
    issuer_arn: Option<String>,
    from_console: Option<bool>,
    source_identity: Option<String>,
    source_address: Option<String>,
    source: Option<String>,
    base_name: Option<String>,
    error_code: Option<String>,
    is_read: Option<bool>,
    request: Value,
    response: Value,
}

impl Row {
    /// Whether one of these made the calls.
    fn is_of(&self, identities: &[String]) -> bool {
        let caller = self.access_key_id.as_ref().or(self.principal.as_ref());
        caller.is_some_and(|caller| identities.contains(caller))
    }

    fn event(&self) -> Event<'_> {
        let text = |value: &'_ Option<String>| value.clone().unwrap_or_default().into();
        let kind = IdentityKind::parse(self.identity_type.as_deref().unwrap_or_default());
        let key = self
            .key
            .as_deref()
            .and_then(|key| u128::from_str_radix(key, 16).ok());
        Event {
            key: EventKey(key.unwrap_or_default()),
            time: Timestamp::parse(&self.time).unwrap_or_default(),
            source: text(&self.source),
            name: text(&self.base_name),
            account: text(&self.account),
            identity: Identity {
                kind,
                principal_id: text(&self.principal_id),
                arn: text(&self.arn),
                account_id: text(&self.identity_account),
                access_key_id: text(&self.access_key_id),
                user_name: text(&self.user_name),
                invoked_by: text(&self.invoked_by),
                issuer_arn: text(&self.issuer_arn),
                source_identity: text(&self.source_identity),
                ..Identity::default()
            },
            source_address: text(&self.source_address),
            error_code: text(&self.error_code),
            read_only: self.is_read,
            request_json: json(&self.request).into(),
            response_json: json(&self.response).into(),
            raw: if self.from_console == Some(true) {
                FROM_CONSOLE
            } else {
                ""
            }
            .into(),
            ..Event::default()
        }
    }
}

fn json(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What a store tells of one identity.
pub(super) struct Told {
    pub(super) family: Family,
    /// Inputs that were not read in full.
    pub(super) problems: u64,
    /// Whether the calls of all its relative were counted.
    pub(super) is_counted: bool,
}

/// The store of a case, asked for one identity.
pub(super) struct Stored<'a> {
    database: Database,
    asked: &'a str,
    problems: u64,
}

impl<'a> Stored<'a> {
    pub(super) fn open(case: &Path, asked: &'a str) -> Result<Self, Failure> {
        let store = input::Store::open(case)?;
        let problems = store.gaps.len() as u64;
        let database = Database::open(store.inputs, Options::default()).map_err(|error| failed(&error))?;
        Ok(Self {
            database,
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
        let mut calls: Vec<Row> = Vec::new();
        let mut known: Vec<String> = Vec::new();
        let mut round = 0;
        loop {
            let mut lineage = linked.clone();
            for row in &calls {
                let last = row.last.as_deref().and_then(Timestamp::parse);
                let event = row.event();
                lineage.used(&event, row.calls.unwrap_or(1), last.unwrap_or(event.time));
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
            calls.retain(|row| !row.is_of(&fresh));
            calls.extend(self.calls(&fresh, round == 0)?);
            known.extend(fresh);
            round += 1;
        }
    }

    /// Takes all that links, row by row: there may be more of it than memory holds.
    fn links(&self, lineage: &mut Lineage) -> Result<(), Failure> {
        let names: Vec<String> = linking_calls().iter().map(|name| format!("'{name}'")).collect();
        let sql = format!(
            "SELECT time, key, {CALLER}, request, response FROM events \
             WHERE log = 'cloud-trail' AND outcome = 'success' AND base_name IN ({})",
            names.join(", ")
        );
        let mut lines = Lines::new(|line: &[u8]| {
            let row: Row = serde_json::from_slice(line)?;
            lineage.link(&row.event());
            Ok(())
        });
        self.database
            .run(&sql, &[], &Format::JsonLines, &mut lines)
            .map_err(|error| failed(&error))?;
        Ok(())
    }

    /// Calls of these identities, each once; at first those, too, that name what was asked in another way.
    fn calls(&self, of: &[String], also_asked: bool) -> Result<Vec<Row>, Failure> {
        let mut parameters = Vec::new();
        let mut places = Vec::new();
        for (number, id) in of.iter().enumerate() {
            parameters.push((format!("id{number}"), id.clone()));
            places.push(format!("$id{number}"));
        }
        let mut any = Vec::new();
        let is_new = if places.is_empty() {
            String::new()
        } else {
            format!(
                "access_key_id IN ({0}) OR (access_key_id IS NULL AND principal IN ({0}))",
                places.join(", ")
            )
        };
        if !is_new.is_empty() {
            any.push(is_new);
        }
        if also_asked {
            parameters.push(("asked".to_owned(), self.asked.to_owned()));
            parameters.push(("named".to_owned(), format!("%/{}", escaped(self.asked))));
            let columns = [
                "access_key_id",
                "principal",
                "arn",
                "principal_id",
                "source_address",
                "source_identity",
                "issuer_arn",
            ];
            any.extend(columns.map(|column| format!("{column} = $asked")));
            any.push("arn LIKE $named".to_owned());
        }
        if any.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT min(time) AS time, max(time) AS last, count(*) AS calls, {CALLER}, is_read, \
             CASE WHEN outcome = 'success' THEN NULL ELSE coalesce(error_code, 'failed') END AS error_code \
             FROM events WHERE log = 'cloud-trail' AND ({}) GROUP BY {CALLER}, is_read, \
             CASE WHEN outcome = 'success' THEN NULL ELSE coalesce(error_code, 'failed') END",
            any.join(" OR ")
        );
        self.rows(&sql, &parameters)
    }

    fn rows(&self, sql: &str, parameters: &[(String, String)]) -> Result<Vec<Row>, Failure> {
        let mut bytes = Vec::new();
        self.database
            .run(sql, parameters, &Format::JsonLines, &mut bytes)
            .map_err(|error| failed(&error))?;
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines
            .map(|line| {
                serde_json::from_slice(line).map_err(|error| {
                    Failure::because(
                        "the stored events can't be read",
                        &error,
                        "stanch case verify tells what is damaged",
                    )
                })
            })
            .collect()
    }
}

/// Takes what is written to it line by line.
struct Lines<T> {
    take: T,
    begun: Vec<u8>,
}

impl<T: FnMut(&[u8]) -> std::io::Result<()>> Lines<T> {
    const fn new(take: T) -> Self {
        Self {
            take,
            begun: Vec::new(),
        }
    }
}

impl<T: FnMut(&[u8]) -> std::io::Result<()>> Write for Lines<T> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            self.begun.extend_from_slice(&rest[..end]);
            if !self.begun.is_empty() {
                (self.take)(&self.begun)?;
            }
            self.begun.clear();
            rest = &rest[end + 1..];
        }
        self.begun.extend_from_slice(rest);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A text in which a pattern's own letters mean themselves.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn failed(error: &QueryError) -> Failure {
    Failure::because(
        "the stored events can't be asked",
        error,
        "stanch case verify tells what is damaged; a hunt into a new case stores the events anew",
    )
}
