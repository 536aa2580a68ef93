//! Single objects by their id, from the packs and loose files of a repository.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;

use flate2::read::ZlibDecoder;

use super::entry::{self, Base, ObjectKind};
use super::oid::ObjectId;
use super::pack::{Pack, Part, Window};
use super::{delta, loose};

/// Bytes of the largest object, and changes upon changes that are followed.
const OBJECT: u64 = 64 << 20;
const CHAIN: usize = 10_000;

/// Objects of a repository.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) packs: Vec<Pack>,
    /// Object folders.
    pub(crate) folders: Vec<PathBuf>,
}

impl Store {
    /// Reads an object; `None` when it is missing, damaged or too large.
    pub(crate) fn read(&self, id: &ObjectId) -> Option<(ObjectKind, Vec<u8>)> {
        self.packed(id)
            .or_else(|| self.folders.iter().find_map(|folder| unpacked(folder, id)))
    }

    fn packed(&self, id: &ObjectId) -> Option<(ObjectKind, Vec<u8>)> {
        self.packs.iter().find_map(|pack| {
            let at = pack.index.offset(pack.index.find(id)?)?;
            in_pack(pack, at)
        })
    }
}

fn in_pack(pack: &Pack, mut at: u64) -> Option<(ObjectKind, Vec<u8>)> {
    let mut deltas = Vec::new();
    let mut seen = BTreeSet::new();
    let mut held = 0;
    let (kind, mut content) = loop {
        if deltas.len() > CHAIN || !seen.insert(at) {
            return None;
        }
        let head = {
            let mut window = Window::new(&pack.file, pack.hash);
            entry::read(window.get(at, at.checked_add(entry::HEADER as u64)?)?, pack.hash)?
        };
        held += head.size;
        if held > OBJECT {
            return None;
        }
        let part = Part {
            file: &pack.file,
            at: at + head.length as u64,
            end: pack.size,
        };
        let mut raw = Vec::new();
        ZlibDecoder::new(part)
            .take(head.size)
            .read_to_end(&mut raw)
            .ok()?;
        at = match head.base {
            Base::Whole(kind) => break (kind, raw),
            Base::Before(distance) => at.checked_sub(distance)?,
            Base::Named(id) => pack.index.offset(pack.index.find(&id)?)?,
        };
        deltas.push(raw);
    };
    for raw in deltas.iter().rev() {
        let mut out = Vec::new();
        delta::apply(&content, raw, &mut out, OBJECT).ok()?;
        content = out;
    }
    Some((kind, content))
}

fn unpacked(folder: &std::path::Path, id: &ObjectId) -> Option<(ObjectKind, Vec<u8>)> {
    let name = id.to_string();
    let file = File::open(folder.join(&name[..2]).join(&name[2..])).ok()?;
    let mut bytes = Vec::new();
    ZlibDecoder::new(file).take(OBJECT).read_to_end(&mut bytes).ok()?;
    let (kind, _, head) = loose::header(&bytes)?;
    bytes.drain(..head);
    Some((kind, bytes))
}
