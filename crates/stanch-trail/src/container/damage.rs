//! Damaged items: mended where that is clear, else reported and passed over, in bounded time.

use stanch_core::ProblemKind;

use super::{Step, Walker};
use crate::canonical;
use crate::items::Items;
use crate::record::{self, Record};
use crate::split;

/// Bytes that may be looked at again after damage before the rest is given up, and how many more each byte
/// read earns. Without this, crafted damage would cost quadratic time.
const SALVAGE: u64 = 256 << 20;
const SALVAGE_PER_BYTE: u64 = 8;

impl Walker {
    /// An object that is no JSON: mend it if that is clear, else name it and find the next.
    pub(super) fn damaged(
        &mut self,
        text: &str,
        at: usize,
        last: bool,
        error: &serde_json::Error,
        items: &mut impl Items,
    ) -> Step {
        let rest = &text[at..];
        let end = floor_boundary(rest, items.limits().record_bytes.max(1));
        let (extent, cost) = split::damaged_extent(&rest[..end], self.frames.is_empty());
        // The parser has been to the end for nothing if it missed something there.
        let parsed = if error.is_eof() { rest.len() } else { 0 };
        self.salvaged += (cost + parsed + split::peek_cost(rest.as_bytes())) as u64;
        if self.salvaged > SALVAGE + (self.offset + at as u64) * SALVAGE_PER_BYTE {
            self.problem(
                ProblemKind::MalformedJson,
                at,
                "too much damage; the rest was not read",
                items,
            );
            self.given_up = true;
            return Step::To(text.len());
        }
        let Some(extent) = extent else {
            return Step::More;
        };
        if extent.length == rest.len() && !extent.balanced && !last {
            return Step::More;
        }
        let item = &rest[..extent.length];
        let mended = extent.balanced.then(|| canonical::mend(item)).flatten();
        let mut record = Record::default();
        if let Some(mended) = &mended
            && record::parse_prefix(&mended.text, &mut record).is_ok()
        {
            if mended.was_malformed {
                let detail = "control characters in a string; the record was read with them escaped";
                self.problem(ProblemKind::MalformedJson, at, detail, items);
            }
            items.object(&record, &mended.text, self.place(at));
        } else {
            self.problem(
                ProblemKind::MalformedJson,
                at,
                &format!("a record is no JSON: {error}"),
                items,
            );
        }
        Step::To(at + extent.length)
    }
}

/// The largest place up to `most` at which the text may be cut.
fn floor_boundary(text: &str, most: usize) -> usize {
    let most = most.min(text.len());
    (0..=most)
        .rev()
        .find(|&place| text.is_char_boundary(place))
        .unwrap_or(0)
}
