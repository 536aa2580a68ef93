//! Border between the walk through a text and the interpretation of its items.
//!
//! `container` cuts, `interpret` understands; neither knows the other.

use stanch_core::ProblemKind;
use stanch_core::source::SourceKind;

use crate::emitter::Place;
use crate::limits::Limits;
use crate::record::Record;

/// Receiver of the items of a text.
pub(crate) trait Items {
    /// Takes an object that was read as a record, with its text.
    fn object(&mut self, record: &Record<'_>, text: &str, place: Place);
    /// Takes a string that stands in place of an item.
    fn text(&mut self, text: &str, place: Place);
    /// Takes one line without its end. `rest` begins with it and continues to the end of the window.
    fn line(&mut self, line: &str, rest: &str, last: bool, place: Place) -> LineMeaning;
    /// Takes the table row at the start of `rest`.
    fn row(&mut self, rest: &str, last: bool, place: Place) -> RowMeaning;
    /// Returns whether rows of a table are expected.
    fn is_in_table(&self) -> bool;
    /// Takes an array item that is no object.
    fn unrelated(&mut self, place: Place, detail: &str);
    /// Notes what an empty container would hold.
    fn hint(&mut self, kind: SourceKind);
    /// Reports a problem.
    fn problem(&mut self, kind: ProblemKind, offset: Option<u64>, detail: &str);
    /// Returns the number of events and skipped parts so far.
    fn found(&self) -> u64;
    /// Returns whether a layer below cut the content short.
    fn is_cut(&self) -> bool;
    /// Returns the same, reports it, and resets it.
    fn was_cut_below(&mut self) -> bool;
    /// Returns the bounds on one input.
    fn limits(&self) -> Limits;
}

/// Meaning of a line.
pub(crate) enum LineMeaning {
    /// It was taken.
    Understood,
    /// So many bytes from its start were taken, which may be several lines.
    Taken(usize),
    /// It continues behind the window.
    More,
    /// So many bytes stand before JSON.
    Prefix(usize),
    /// The content is no log and was reported; the rest is not read.
    GiveUp,
    /// It fits no known format.
    Strange,
    /// It does not fit the format of the lines before.
    Misfit,
}

/// Meaning of the text where a table row may begin.
pub(crate) enum RowMeaning {
    /// A row of so many bytes was taken.
    Taken(usize),
    /// It continues behind the window.
    More,
    /// No table is being read, or it has ended.
    None,
}
