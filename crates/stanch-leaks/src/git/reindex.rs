//! Index for a pack that came without one: the pack is read from its start, objects are rebuilt and hashed.

use std::fs::File;
use std::io::{self, BufReader, Read as _};

use flate2::{Decompress, FlushDecompress, Status};
use rustc_hash::FxHashMap;

use super::delta;
use super::entry::{self, Base, ObjectKind};
use super::index::PackIndex;
use super::oid::{HashKind, ObjectId};
use super::pack::{Part, Window};
use crate::problem::{ProblemKind, Problems};

/// Bytes of the largest object that is rebuilt here.
const OBJECT: u64 = 256 << 20;
/// Bytes of objects that are kept for those that hang from them.
const KEPT: usize = 128 << 20;

/// Returns the bytes of an index.
///
/// # Errors
/// When the file is no pack.
pub(super) fn build(
    file: &File,
    size: u64,
    hash: HashKind,
    shown: &str,
    problems: &mut Problems,
) -> io::Result<Vec<u8>> {
    let end = size.saturating_sub(hash.length() as u64);
    let mut window = Window::new(file, hash);
    let head = window.get(0, 12).unwrap_or_default();
    if !head.starts_with(b"PACK") {
        return Err(io::Error::other("the file is no pack"));
    }
    let mut at = 12;
    let mut scan = Scan {
        entries: Vec::new(),
        by_id: FxHashMap::default(),
        by_place: FxHashMap::default(),
        kept: 0,
    };
    while at < end {
        let Some(entry) = window
            .get(at, end.min(at + entry::HEADER as u64))
            .and_then(|bytes| entry::read(bytes, hash))
        else {
            break;
        };
        let start = at + entry.length as u64;
        let Some((raw, used)) = inflate(Part { file, at: start, end }, entry.size) else {
            break;
        };
        scan.add(at, entry.base, raw, hash);
        at = start + used;
    }
    if at < end {
        let detail = "the pack has no index and is damaged; the objects after this place were not read";
        problems.add(ProblemKind::Damaged, format!("{shown} at byte {at}"), detail, 0);
    }
    Ok(PackIndex::build(scan.entries, hash))
}

struct Scan {
    entries: Vec<(ObjectId, u64)>,
    by_id: FxHashMap<ObjectId, u64>,
    by_place: FxHashMap<u64, (ObjectKind, Vec<u8>)>,
    kept: usize,
}

impl Scan {
    fn add(&mut self, at: u64, base: Base, raw: Vec<u8>, hash: HashKind) {
        let base = match base {
            Base::Whole(kind) => Ok((kind, raw)),
            Base::Before(distance) => match at.checked_sub(distance) {
                Some(base) => self.changed(base, raw),
                None => Err(raw),
            },
            Base::Named(id) => match self.by_id.get(&id).copied() {
                Some(base) => self.changed(base, raw),
                None => Err(raw),
            },
        };
        // An object that can't be rebuilt here still gets a place: the walk rebuilds it or names it.
        let id = match &base {
            Ok((kind, content)) => hash.id_of(kind.as_str(), content),
            Err(raw) => hash.id_of("unknown", &[raw.as_slice(), &at.to_be_bytes()].concat()),
        };
        self.entries.push((id, at));
        self.by_id.insert(id, at);
        if let Ok(object) = base {
            self.kept += object.1.len();
            if self.kept <= KEPT {
                self.by_place.insert(at, object);
            }
        }
    }

    fn changed(&self, base: u64, raw: Vec<u8>) -> Result<(ObjectKind, Vec<u8>), Vec<u8>> {
        let Some((kind, content)) = self.by_place.get(&base) else {
            return Err(raw);
        };
        let mut out = Vec::new();
        match delta::apply(content, &raw, &mut out, OBJECT) {
            Ok(()) => Ok((*kind, out)),
            Err(_) => Err(raw),
        }
    }
}

/// Unpacks a zlib stream, and returns the number of bytes that it took. Objects over the limit give nothing but their end.
fn inflate(part: Part<'_>, size: u64) -> Option<(Vec<u8>, u64)> {
    let mut input = BufReader::with_capacity(64 << 10, part);
    let mut state = Decompress::new(true);
    let mut out = Vec::new();
    let mut piece = vec![0; 64 << 10];
    let mut packed = vec![0; 16 << 10];
    let mut held = 0..0;
    loop {
        if held.is_empty() {
            let count = input.read(&mut packed).ok()?;
            held = 0..count;
        }
        let (taken, given) = (state.total_in(), state.total_out());
        let flush = if held.is_empty() {
            FlushDecompress::Finish
        } else {
            FlushDecompress::None
        };
        let status = state.decompress(&packed[held.clone()], &mut piece, flush).ok()?;
        let given = usize::try_from(state.total_out() - given).ok()?;
        if state.total_out() <= OBJECT {
            out.extend_from_slice(&piece[..given]);
        }
        held.start += usize::try_from(state.total_in() - taken).ok()?;
        match status {
            Status::StreamEnd => return Some((out, state.total_in())),
            _ if held.is_empty() && given == 0 && flush == FlushDecompress::Finish => return None,
            _ if state.total_out() > size => return None,
            _ => {}
        }
    }
}
