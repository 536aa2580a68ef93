//! Problems of reading a bill, as types; the words are for the edge.

use serde::Serialize;

/// A row that can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowProblem {
    /// An amount is no number, or the cost is absent.
    Number,
    /// A period has no time.
    Time,
}

/// Kind of a problem. All of them leave lines out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// A file or folder can't be read.
    Unreadable,
    /// Compressed data, an archive or a Parquet file is damaged or cut off.
    Damaged,
    /// Rows have a cost, quantity or time that can't be read.
    BadRows,
    /// A manifest names a file that was not given.
    FileMissing,
    /// Several deliveries of one period, and no manifest says which is current: the newest was read.
    NoCurrentManifest,
    /// A member of an archive is larger than may be held in memory: unpack the archive first.
    TooLarge,
    /// No line item: no file of a known form below the path.
    NoBill,
}

impl ProblemKind {
    /// Words for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unreadable => "can't be read",
            Self::Damaged => "damaged or cut off: its later lines are missing",
            Self::BadRows => "rows with a cost, quantity or time that can't be read were left out",
            Self::FileMissing => {
                "the manifest names this file, and it was not given: download the whole folder of the month"
            }
            Self::NoCurrentManifest => {
                "several deliveries of one month without the manifest of the month: the newest was read"
            }
            Self::TooLarge => "too large to read inside an archive: unpack the archive and give the folder",
            Self::NoBill => {
                "no Cost and Usage Report or FOCUS export found: give the folder of the export in S3"
            }
        }
    }
}

/// A problem.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// Kind.
    pub kind: ProblemKind,
    /// File, or file and archive member; as on disk: escape it where it is shown.
    pub path: String,
    /// Number of rows, for [`ProblemKind::BadRows`].
    pub rows: u64,
}
