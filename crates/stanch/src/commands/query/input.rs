//! What is asked, and whom: the statement with its parameters, and the case with what it lacks.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use stanch_case::{Case, CaseView};
use stanch_query_api::{BookEntry, Document, EngineError, ErrorKind};

use super::super::hunt::ANALYSIS;
use super::book;
use crate::arguments::QueryArguments;
use crate::error::Failure;

/// The longest statement that is read from standard input.
const SQL_LIMIT: u64 = 1 << 20;

/// A statement and its parameters.
pub(super) struct Question {
    /// The statement.
    pub(super) sql: String,
    /// Values by name.
    pub(super) parameters: Vec<(String, String)>,
    /// The ready query it is.
    pub(super) entry: Option<&'static BookEntry>,
}

/// Finds out what was asked. A name has no blank in it, a statement does.
pub(super) fn question(arguments: &QueryArguments) -> Result<Question, Failure> {
    let text = arguments.query.as_deref().unwrap_or_default().trim();
    let mut parameters = arguments.parameters.clone();
    if text == "-" || text.contains(char::is_whitespace) {
        let sql = if text == "-" {
            read_standard_input()?
        } else {
            text.to_owned()
        };
        return Ok(Question {
            sql,
            parameters,
            entry: None,
        });
    }
    let entry = book::find(text)?;
    for (name, _) in &parameters {
        if !entry.parameters().any(|parameter| parameter.name == name) {
            return Err(Failure::new(
                format!("the query {text} has no parameter {name}"),
                format!("list its parameters: stanch query --show {text}"),
            )
            .usage());
        }
    }
    for parameter in entry.parameters() {
        if parameters.iter().any(|(name, _)| name == parameter.name) {
            continue;
        }
        let default = parameter.default.ok_or_else(|| {
            Failure::new(
                format!(
                    "the query {text} requires --param {}=VALUE: {}",
                    parameter.name, parameter.about
                ),
                format!("stanch query {text} --param {}=…", parameter.name),
            )
            .usage()
        })?;
        parameters.push((parameter.name.to_owned(), default.to_owned()));
    }
    Ok(Question {
        sql: entry.text.to_owned(),
        parameters,
        entry: Some(entry),
    })
}

fn read_standard_input() -> Result<String, Failure> {
    let mut sql = String::new();
    std::io::stdin()
        .lock()
        .take(SQL_LIMIT)
        .read_to_string(&mut sql)
        .map_err(|error| {
            Failure::because(
                "standard input can't be read",
                &error,
                "give the statement as an argument",
            )
        })?;
    Ok(sql)
}

/// The stored events of a case.
pub(crate) struct Store {
    view: CaseView,
    /// Absolute paths of the files with the events.
    pub(crate) parts: Vec<PathBuf>,
    /// The gaps of the store, in words.
    pub(crate) gaps: Vec<String>,
}

impl Store {
    pub(crate) fn open(dir: &Path) -> Result<Self, Failure> {
        let view = Case::open_read_only(dir)?;
        let parts = view.events_parts()?;
        if parts.is_empty() {
            return Err(Failure::new(
                format!("the case {} has no events yet", dir.display()),
                format!("read logs into it: stanch hunt LOGS --case {}", dir.display()),
            ));
        }
        let gaps = gaps(&view)?;
        Ok(Self { view, parts, gaps })
    }

    /// Reads a document that a query needs.
    pub(super) fn document(&self, which: Document) -> Result<Vec<u8>, EngineError> {
        let unreadable = |error: &dyn std::error::Error| {
            EngineError::because(ErrorKind::Document, "a document of the case can't be read", error)
        };
        match which {
            Document::Analysis => self
                .view
                .read_document(ANALYSIS)
                .map_err(|error| unreadable(&error)),
            Document::Sources => {
                let sources = self.view.sources().map_err(|error| unreadable(&error))?;
                serde_json::to_vec(&sources).map_err(|error| unreadable(&error))
            }
        }
    }
}

/// The little of the analysis that says how complete it is.
#[derive(Deserialize)]
struct Extent {
    coverage: ExtentOfCoverage,
}

#[derive(Deserialize)]
struct ExtentOfCoverage {
    problem_source_count: u64,
}

/// Why an answer may be incomplete: missing data is unknown, never clean.
fn gaps(view: &CaseView) -> Result<Vec<String>, Failure> {
    let mut gaps = Vec::new();
    if view.state().hunt.as_ref().is_some_and(|hunt| hunt.running) {
        gaps.push("The hunt has not finished: logs that it has not read yet are unknown.".to_owned());
    }
    let is_there = view.documents().any(|document| document.path == ANALYSIS);
    if !is_there {
        gaps.push("The hunt has no report yet: how much was read is unknown.".to_owned());
        return Ok(gaps);
    }
    let bytes = view.read_document(ANALYSIS)?;
    let extent: Extent = serde_json::from_slice(&bytes).map_err(|error| {
        Failure::because(
            "the case's report can't be read",
            &error,
            "find out what is damaged: stanch case verify",
        )
    })?;
    let count = extent.coverage.problem_source_count;
    if count > 0 {
        let inputs = if count == 1 {
            "1 input was".to_owned()
        } else {
            format!("{count} inputs were")
        };
        gaps.push(format!(
            "{inputs} not read in full: their other events are unknown. List them: SELECT path, problem_kinds FROM sources WHERE problems > 0"
        ));
    }
    Ok(gaps)
}
