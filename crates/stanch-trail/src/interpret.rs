//! Interpretation of items: records become events, wrappers are opened, everything else is skipped or reported.
//!
//! It must not know how bytes are unpacked or how a text is cut.

mod opening;

use std::io::Read as _;
use std::rc::Rc;

use stanch_core::source::{NoteKind, SourceKind};
use stanch_core::{Event, LogKind, ProblemKind};

use crate::container::Walker;
use crate::emitter::{Place, kind_of};
use crate::format::cloudtrail;
use crate::identity;
use crate::items::{Items, LineMeaning, RowMeaning};
use crate::limits::Limits;
use crate::lines::{Line, LineFormats};
use crate::output::Output;
use crate::record::Record;
use crate::split;
use crate::table::Row;

/// Wrappers in wrappers: a queue message of a notification of an event is three.
const WRAPPERS: usize = 6;

/// Interpretation of one content.
pub(crate) struct Interpreter<'o, 'd> {
    out: &'o mut Output<'d>,
    lines: LineFormats,
    scratch: Vec<u8>,
    wrappers: usize,
}

/// Form in which a record came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As CloudTrail wrote it.
    Whole,
    /// Put together from an export's columns, flattened fields or another schema.
    Extract(&'static str),
}

impl<'o, 'd> Interpreter<'o, 'd> {
    /// Creates the interpretation of one content.
    pub(crate) fn new(out: &'o mut Output<'d>) -> Self {
        Self {
            out,
            lines: LineFormats::default(),
            scratch: Vec::new(),
            wrappers: 0,
        }
    }

    /// Interprets a whole text.
    pub(crate) fn text_content(&mut self, text: &str) {
        Walker::new().feed(text, true, self);
    }

    /// Interprets one object that was made of a row of this number.
    pub(crate) fn row_content(&mut self, text: &str, number: u64) {
        let place = Place {
            offset: number,
            nested: false,
        };
        self.table_row(text, place);
    }

    /// Returns the output.
    pub(crate) fn out(&mut self) -> &mut Output<'d> {
        self.out
    }

    fn emit(&mut self, event: &mut Event<'_>, place: Place) {
        if split::is_deeper_than(self.out.limits.depth, &event.raw) {
            let detail = "an event nests too deep for its details to be examined";
            self.out.problem(ProblemKind::TooDeep, Some(place.offset), detail);
        }
        self.out.emitter.emit(event, place);
    }

    fn cloudtrail(&mut self, record: &Record<'_>, text: &str, place: Place, form: Form) {
        let mut scratch = std::mem::take(&mut self.scratch);
        match cloudtrail::event(record, text, &mut scratch) {
            Some(mut event) => {
                if let Form::Extract(of) = form {
                    event.deferred = !event.event_id.is_empty();
                    self.out.emitter.note(NoteKind::Extract, of, 1);
                    if is_rounded(&record.event_time) {
                        self.out.emitter.note(NoteKind::RoundedTimes, "a spreadsheet", 1);
                    }
                }
                let arn = identity::known_arn(record, &event, self.out.context);
                identity::complete(&mut event, arn.as_deref());
                if event.event_id.is_empty()
                    && record.version().is_empty()
                    && identity::is_unknown(&event.identity)
                {
                    let detail = "a record without identity, version and id: the export left them out";
                    self.out
                        .problem(ProblemKind::NoIdentity, Some(place.offset), detail);
                }
                self.emit(&mut event, place);
            }
            None => self.without_time(LogKind::CloudTrail, place),
        }
        self.scratch = scratch;
    }

    fn without_time(&mut self, log: LogKind, place: Place) {
        self.out.emitter.hint(kind_of(log));
        let detail = "a record without a time that can be read; it was left out";
        self.out.problem(ProblemKind::NoTime, Some(place.offset), detail);
    }

    /// Reads text that was wrapped in the item at `place`; returns whether anything was found in it.
    fn wrapped(&mut self, text: &str, place: Place) -> bool {
        if self.wrappers == WRAPPERS {
            self.out
                .problem(ProblemKind::TooDeep, Some(place.offset), "wrappers nest too deep");
            return true;
        }
        let before = self.out.understood();
        let lines = std::mem::take(&mut self.lines);
        let strange = self.out.strange_lines;
        self.wrappers += 1;
        Walker::within(place.offset).feed(text, true, self);
        self.wrappers -= 1;
        self.lines = lines;
        let flows = self.out.strange_lines.flows;
        self.out.strange_lines = strange;
        if flows > strange.flows {
            // The wrapper is understood; only its lines need a format.
            self.out.strange_lines.flows = flows;
            self.out.strange_lines.count += flows - strange.flows;
            self.out.strange_lines.first.get_or_insert(place.offset);
            return true;
        }
        self.out.understood() != before
    }

    /// Unpacks Base64 of gzip within the budget.
    fn unpacked(&mut self, packed: &str) -> Option<String> {
        let most = u64::try_from(self.out.limits.record_bytes)
            .ok()?
            .min(self.out.budget.left());
        let bytes = data_encoding(packed)?;
        let mut text = Vec::new();
        let mut unpacking = flate2::read::MultiGzDecoder::new(bytes.as_slice()).take(most);
        let is_whole = unpacking.read_to_end(&mut text).is_ok();
        Rc::clone(&self.out.budget).spend(text.len() as u64);
        if text.len() as u64 == most {
            self.out.problem(
                ProblemKind::TooLarge,
                None,
                "a packed message unpacks to more than is allowed",
            );
            return None;
        }
        is_whole.then(|| String::from_utf8_lossy(&text).into_owned())
    }

    fn line_event(&mut self, mut event: Event<'static>, place: Place) -> LineMeaning {
        let arn = identity::arn_with_path(&event.identity, self.out.context);
        event.deferred |= identity::needs_path(&event);
        identity::complete(&mut event, arn.as_deref());
        self.emit(&mut event, place);
        LineMeaning::Understood
    }

    fn strange_line(&mut self, place: Place, is_flow: bool) {
        self.out.strange_lines.first.get_or_insert(place.offset);
        self.out.strange_lines.count += 1;
        self.out.strange_lines.flows += u64::from(is_flow);
    }
}

/// Returns whether a time is one of a spreadsheet that shows no seconds.
fn is_rounded(time: &str) -> bool {
    time.matches(':').count() == 1 && !time.contains('T')
}

fn data_encoding(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD
        .decode(text.trim_end())
        .ok()
}

impl Items for Interpreter<'_, '_> {
    fn object(&mut self, record: &Record<'_>, text: &str, place: Place) {
        if record.other_format || record.is_odd() || !record.is_event() {
            self.uncommon(record, text, place);
        } else {
            self.cloudtrail(record, text, place, Form::Whole);
        }
    }

    fn text(&mut self, text: &str, place: Place) {
        if !self.wrapped(text, place) {
            self.unrelated(place, "text that holds no record");
        }
    }

    fn line(&mut self, line: &str, rest: &str, last: bool, place: Place) -> LineMeaning {
        match self.lines.read(line, rest, last, self.out.context) {
            Line::Event(event) => return self.line_event(*event, place),
            Line::Flow(event) => {
                let of = if event.deferred {
                    "of a CreateFlowLogs call"
                } else {
                    "given"
                };
                self.out.emitter.note(NoteKind::FlowFormat, of, 1);
                return self.line_event(*event, place);
            }
            Line::Skipped(lost) => {
                self.out.emitter.skip(SourceKind::VpcFlow);
                if lost {
                    self.out.emitter.note(NoteKind::FlowsLost, "SKIPDATA", 1);
                }
            }
            Line::Header => {}
            Line::Remark if line.contains("validation message") => {
                self.out.emitter.skip(SourceKind::Notification);
            }
            Line::Remark => {}
            Line::Prefix(length) => {
                self.out.strange_lines.frames_records |= !line[..length].contains("rror");
                return LineMeaning::Prefix(length);
            }
            Line::Quoted(object, length) => {
                self.out.strange_lines.frames_records = true;
                self.text(&object, place);
                return LineMeaning::Taken(length);
            }
            Line::More => return LineMeaning::More,
            Line::Pointer => {
                let detail = "a Git LFS pointer stands in place of the file; fetch it with git lfs pull";
                self.out
                    .problem(ProblemKind::LfsPointer, Some(place.offset), detail);
                return LineMeaning::GiveUp;
            }
            Line::UnknownFlow => {
                self.strange_line(place, true);
                return LineMeaning::Strange;
            }
            Line::Strange if self.lines.is_settled() => return LineMeaning::Misfit,
            Line::Strange => {
                self.strange_line(place, false);
                // A line that has no end may have been cut off before its record.
                self.out.strange_lines.is_unfinished |= last && !rest.contains('\n');
                return LineMeaning::Strange;
            }
        }
        LineMeaning::Understood
    }

    fn row(&mut self, rest: &str, last: bool, place: Place) -> RowMeaning {
        let Some(table) = &self.lines.table else {
            return RowMeaning::None;
        };
        match table.row(rest, last) {
            Row::Object(object, length) => {
                let lacks_parameters = table.lacks_parameters();
                let table = self.lines.table.take();
                let before = self.out.emitter.understood();
                self.table_row(&object, place);
                if lacks_parameters && self.out.emitter.understood() != before {
                    self.out.emitter.note(NoteKind::NoRequestParameters, "a table", 1);
                }
                self.lines.table = table;
                RowMeaning::Taken(length)
            }
            Row::Skip(length) => RowMeaning::Taken(length),
            Row::More => RowMeaning::More,
            Row::Misfit => {
                self.lines.table = None;
                RowMeaning::None
            }
        }
    }

    fn is_in_table(&self) -> bool {
        self.lines.table.is_some()
    }

    fn unrelated(&mut self, place: Place, detail: &str) {
        self.out.emitter.count_unrelated();
        if !place.nested {
            self.out
                .problem(ProblemKind::NotAnEvent, Some(place.offset), detail);
        }
    }

    fn hint(&mut self, kind: SourceKind) {
        self.out.emitter.hint(kind);
    }

    fn problem(&mut self, kind: ProblemKind, offset: Option<u64>, detail: &str) {
        self.out.problem(kind, offset, detail);
    }

    fn found(&self) -> u64 {
        let (events, skipped) = self.out.emitter.understood();
        events + skipped
    }

    fn is_cut(&self) -> bool {
        self.out.budget.is_cut()
    }

    fn was_cut_below(&mut self) -> bool {
        self.out.was_cut_below()
    }

    fn limits(&self) -> Limits {
        self.out.limits
    }
}
