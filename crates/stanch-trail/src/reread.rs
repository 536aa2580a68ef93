//! Reads events again whose places are known: what a report cites is fetched when it is known what that is.
//!
//! Straight to the place where the input is a plain or compressed file; by a whole new reading where it is anything
//! else. An event counts as found only if its key is the same, so an input that changed is never mistaken for what it
//! was. It must not know what the events are for.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use stanch_core::{Event, EventKey, Location};

use crate::format::cloudtrail;
use crate::inflate;
use crate::listing::Source;
use crate::reader::{Reader, WHOLE};
use crate::record::{self, Record};
use crate::shape::Shape;
use crate::split;

impl Reader {
    /// Reads those events of a source again, and gives each that is still there to `sink` once.
    pub fn read_again(
        &mut self,
        source: &Source,
        wanted: &[(EventKey, Location)],
        sink: &mut dyn FnMut(&Event<'_>),
    ) {
        if source.path == Path::new("-") {
            return;
        }
        let mut missing = self.at_their_places(source, wanted, sink);
        if missing.is_empty() {
            return;
        }
        self.read(source, &mut |event: &Event<'_>| pick(&mut missing, event, sink));
    }

    /// As [`Reader::read_again`], for a source whose bytes are handed over.
    pub fn read_again_in(
        &mut self,
        source: &Source,
        bytes: &[u8],
        wanted: &[(EventKey, Location)],
        sink: &mut dyn FnMut(&Event<'_>),
    ) {
        let mut missing = wanted.to_vec();
        self.read_bytes(source, bytes, &mut |event: &Event<'_>| {
            pick(&mut missing, event, sink);
        });
    }

    /// Looks where the events should be, without reading what is before and between. Gives those it did not find.
    fn at_their_places(
        &mut self,
        source: &Source,
        wanted: &[(EventKey, Location)],
        sink: &mut dyn FnMut(&Event<'_>),
    ) -> Vec<(EventKey, Location)> {
        let (mut input, mut output) = self.take_buffers();
        let text = contents(source, &mut input)
            .and_then(|()| self.unpacked(&input, &mut output))
            .unwrap_or_default();
        let mut scratch = Vec::new();
        let found =
            |place: &(EventKey, Location), sink: &mut dyn FnMut(&Event<'_>), scratch: &mut Vec<u8>| {
                event_at(text, *place, scratch, sink).is_some()
            };
        let missing = wanted
            .iter()
            .filter(|place| !found(place, sink, &mut scratch))
            .copied()
            .collect();
        self.give_back(input, output);
        missing
    }

    fn unpacked<'b>(&mut self, input: &'b [u8], output: &'b mut Vec<u8>) -> Option<&'b [u8]> {
        match Shape::of(input) {
            Shape::Text => Some(input),
            Shape::Gzip => {
                let length = inflate::one_shot(self.decompressor(), input, output, WHOLE)?;
                let text = &output[..length];
                (Shape::of(text) == Shape::Text).then_some(text)
            }
            _ => None,
        }
    }
}

/// Reads a file whole, if it is small enough for that.
/// Gives an event on if it is among the missing, which it then no longer is.
fn pick(missing: &mut Vec<(EventKey, Location)>, event: &Event<'_>, sink: &mut dyn FnMut(&Event<'_>)) {
    let found = missing
        .iter()
        .position(|(key, place)| (*key, *place) == (event.key, event.location));
    if let Some(found) = found {
        missing.swap_remove(found);
        sink(event);
    }
}

fn contents(source: &Source, buffer: &mut Vec<u8>) -> Option<()> {
    buffer.clear();
    let file = File::open(&source.path).ok()?;
    file.take(WHOLE as u64 + 1).read_to_end(buffer).ok()?;
    (buffer.len() <= WHOLE).then_some(())
}

fn event_at(
    text: &[u8],
    (key, place): (EventKey, Location),
    scratch: &mut Vec<u8>,
    sink: &mut dyn FnMut(&Event<'_>),
) -> Option<()> {
    let start = usize::try_from(place.offset).ok().filter(|_| place.member == 0)?;
    let rest = text.get(start..)?;
    let length = rest.starts_with(b"{").then(|| split::value_end(rest))??;
    let text = std::str::from_utf8(&rest[..length]).ok()?;
    let mut record = Record::default();
    record::parse_prefix(text, &mut record).ok()?;
    if record.other_format || record.is_odd() || !record.is_event() {
        return None;
    }
    let mut event = cloudtrail::event(&record, text, scratch).filter(|event| event.key == key)?;
    event.location = place;
    sink(&event);
    Some(())
}
