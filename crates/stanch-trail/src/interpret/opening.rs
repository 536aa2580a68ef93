//! Objects that are no plain CloudTrail record: other spellings, other logs, other schemas, wrappers.

use stanch_core::source::{NoteKind, SourceKind};

use super::{Form, Interpreter};
use crate::canonical;
use crate::emitter::Place;
use crate::envelope::{self, Meaning};
use crate::format::{self, Known};
use crate::identity;
use crate::items::Items as _;
use crate::record::{self, Record, Shallow};
use crate::search::{self, Text};

impl Interpreter<'_, '_> {
    /// Takes an object that is not read as a CloudTrail record at first sight.
    pub(super) fn uncommon(&mut self, record: &Record<'_>, text: &str, place: Place) {
        if !record.other_format && record.is_odd() && self.respelled(text, place) {
            return;
        }
        let members = Shallow::of(text);
        if let Meaning::Skip(kind) = envelope::meaning(&members) {
            return self.out.emitter.skip(kind);
        }
        if self.other_log(&members, text, place) || self.inside(&members, text, place) {
            return;
        }
        if let Meaning::Message(inner) = envelope::meaning(&members) {
            if !self.wrapped(&inner, place) {
                self.out.emitter.skip(SourceKind::Notification);
            }
        } else if record.is_odd() && self.respelled(text, place) {
        } else if record.is_event() {
            self.cloudtrail(record, text, place, Form::Whole);
        } else {
            self.unrelated(place, "an object that is no AWS log record");
        }
    }

    /// Reads a table's row.
    pub(super) fn table_row(&mut self, object: &str, place: Place) {
        let mut record = Record::default();
        if record::parse_prefix(object, &mut record).is_ok() {
            self.object(&record, object, place);
        }
    }

    /// Reads a record whose members are spelled in another way or flattened.
    fn respelled(&mut self, text: &str, place: Place) -> bool {
        let Some(canonical) = canonical::canonical(text) else {
            return false;
        };
        self.extract(&canonical, place, "columns or flattened fields")
    }

    fn extract(&mut self, canonical: &str, place: Place, of: &'static str) -> bool {
        let mut record = Record::default();
        if record::parse_prefix(canonical, &mut record).is_err() || !record.is_event() {
            return false;
        }
        self.cloudtrail(&record, canonical, place, Form::Extract(of));
        true
    }

    /// Reads an object of a log other than CloudTrail, or of another schema.
    fn other_log(&mut self, members: &Shallow<'_>, text: &str, place: Place) -> bool {
        match format::object(members, text) {
            Known::Event(mut event) => {
                let arn = identity::arn_with_path(&event.identity, self.out.context);
                event.deferred |= identity::needs_path(&event);
                identity::complete(&mut event, arn.as_deref());
                self.emit(&mut event, place);
            }
            Known::Record(record, schema) => {
                if !self.extract(&record, place, schema) {
                    self.without_time(stanch_core::LogKind::CloudTrail, place);
                }
            }
            Known::WithoutTime(log) => self.without_time(log, place),
            Known::NotJudged(product) => {
                self.out.emitter.note(NoteKind::NotJudged, &product, 1);
                self.out.emitter.skip(SourceKind::GuardDuty);
            }
            Known::NoData(lost) => {
                self.out.emitter.skip(SourceKind::VpcFlow);
                if lost {
                    self.out.emitter.note(NoteKind::FlowsLost, "SKIPDATA", 1);
                }
            }
            Known::None => return false,
        }
        true
    }

    /// Reads the records inside an object of unknown form; returns whether there were any.
    fn inside(&mut self, members: &Shallow<'_>, text: &str, place: Place) -> bool {
        let mut found = false;
        for (path, inner) in search::inside(members).records {
            let before = self.out.emitter.understood();
            let is_there = match inner {
                Text::Plain(inner) if inner.len() >= text.len() => false,
                Text::Plain(inner) => self.wrapped(
                    &inner,
                    Place {
                        nested: true,
                        ..place
                    },
                ),
                Text::Packed(packed) => match self.unpacked(&packed) {
                    Some(inner) => self.wrapped(
                        &inner,
                        Place {
                            nested: true,
                            ..place
                        },
                    ),
                    None => false,
                },
            };
            let events = self.out.emitter.understood().0 - before.0;
            if events > 0 {
                self.out.emitter.note(NoteKind::RecordsInside, &path, events);
            }
            found |= is_there;
        }
        found
    }
}
