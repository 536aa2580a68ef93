//! The table of actions and cases, and what failed.

use std::fmt::Write as _;

/// The cases, in the order of the columns.
pub(crate) const CASES: [&str; 9] = [
    "does",
    "fails",
    "twice",
    "undone",
    "undone twice",
    "killed",
    "killed undoing",
    "dry",
    "recorded",
];

/// What became of one case of an action.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    /// Number of times it was tried, each time another call or line.
    pub(crate) tries: usize,
    /// What went wrong, one line each.
    pub(crate) wrong: Vec<String>,
}

impl Cell {
    /// A case that was not reached.
    pub(crate) const fn none() -> Self {
        Self {
            tries: 0,
            wrong: Vec::new(),
        }
    }
}

/// One action.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) action: &'static str,
    /// Why it was not tried at all.
    not_tried: Option<&'static str>,
    /// In the order of the columns.
    pub(crate) cells: Vec<Cell>,
}

impl Row {
    pub(crate) const fn new(action: &'static str, cells: Vec<Cell>) -> Self {
        Self {
            action,
            not_tried: None,
            cells,
        }
    }

    pub(crate) const fn not_tried(action: &'static str, why: &'static str) -> Self {
        Self {
            action,
            not_tried: Some(why),
            cells: Vec::new(),
        }
    }

    pub(crate) fn failed(action: &'static str, why: String) -> Self {
        Self::new(
            action,
            vec![Cell {
                tries: 0,
                wrong: vec![why],
            }],
        )
    }

    pub(crate) fn without_seed(action: &'static str) -> Self {
        let wrong = vec!["it has no file in tests/contract/src/seeds".to_owned()];
        Self::new(action, vec![Cell { tries: 0, wrong }])
    }
}

/// The head of the table.
pub(crate) fn head(widest: usize) -> String {
    CASES
        .iter()
        .fold(format!("{:widest$}", "action"), |mut text, case| {
            let _ = write!(text, "  {case}");
            text
        })
}

/// One line of the table.
pub(crate) fn line(row: &Row, widest: usize) -> String {
    let mut text = format!("{:widest$}", row.action);
    if let Some(why) = row.not_tried {
        let _ = write!(text, "  not on the stand-in: {why}");
    }
    for (cell, case) in row.cells.iter().zip(CASES) {
        let word = if cell.wrong.is_empty() {
            format!("ok {}", cell.tries)
        } else {
            "FAILED".to_owned()
        };
        let _ = write!(text, "  {word:width$}", width = case.len());
    }
    text
}

/// What failed, one line each.
pub(crate) fn failures(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        for (cell, case) in row.cells.iter().zip(CASES) {
            for wrong in &cell.wrong {
                let _ = writeln!(text, "{} / {case}: {wrong}", row.action);
            }
        }
    }
    text
}
