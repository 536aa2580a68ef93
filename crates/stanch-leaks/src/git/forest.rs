//! The forest of a pack: each object hangs from the one it is a change of, so that each base is rebuilt once.

use super::entry::{self, Base, ObjectKind};
use super::index::PackIndex;
use super::pack::Window;

/// No object.
pub(crate) const NONE: u32 = u32::MAX;

/// Objects of a pack in the order of their places, and what hangs from what.
#[derive(Debug, Default)]
pub(crate) struct Forest {
    /// Places, rising; one more at the end, where the last object ends.
    offsets: Vec<u64>,
    /// Position in the index.
    positions: Vec<u32>,
    first_child: Vec<u32>,
    next_sibling: Vec<u32>,
    /// Whole objects, from which all others hang.
    pub(crate) roots: Vec<(u32, ObjectKind)>,
    /// Objects whose header can't be read.
    pub(crate) damaged: Vec<u32>,
    /// Objects whose base is not in the pack.
    pub(crate) orphans: Vec<u32>,
}

impl Forest {
    /// Reads all headers of a pack in one pass.
    pub(crate) fn of(index: &PackIndex, window: &mut Window<'_>, end: u64) -> Self {
        let mut places: Vec<(u64, u32)> = (0..index.len())
            .map(|at| {
                (
                    index.offset(at).unwrap_or(u64::MAX),
                    u32::try_from(at).unwrap_or(NONE),
                )
            })
            .collect();
        places.sort_unstable();
        let mut forest = Self {
            offsets: places.iter().map(|(offset, _)| *offset).collect(),
            positions: places.iter().map(|(_, position)| *position).collect(),
            first_child: vec![NONE; places.len()],
            next_sibling: vec![NONE; places.len()],
            ..Self::default()
        };
        for node in 0..u32::try_from(places.len()).unwrap_or(NONE) {
            forest.read(node, index, window, end);
        }
        forest.offsets.push(end);
        forest
    }

    fn read(&mut self, node: u32, index: &PackIndex, window: &mut Window<'_>, end: u64) {
        let offset = self.offsets[node as usize];
        let hash = window.hash;
        let bytes = if offset < end {
            window.get(offset, end.min(offset + entry::HEADER as u64))
        } else {
            None
        };
        let Some(entry) = bytes.and_then(|bytes| entry::read(bytes, hash)) else {
            return self.damaged.push(node);
        };
        let base = match entry.base {
            Base::Whole(kind) => return self.roots.push((node, kind)),
            Base::Before(distance) => offset.checked_sub(distance).filter(|_| distance > 0),
            Base::Named(id) => index.find(&id).and_then(|at| index.offset(at)),
        };
        let parent = base.and_then(|base| self.offsets.binary_search(&base).ok());
        match parent.filter(|parent| *parent != node as usize) {
            Some(parent) => {
                self.next_sibling[node as usize] = self.first_child[parent];
                self.first_child[parent] = node;
            }
            None => self.orphans.push(node),
        }
    }

    /// Number of objects.
    pub(crate) fn len(&self) -> usize {
        self.positions.len()
    }

    /// Place and end of an object. A forged place behind the end of the pack never makes an object longer.
    pub(crate) fn range(&self, node: u32) -> (u64, u64) {
        let node = node as usize;
        let end = self.offsets.last().copied().unwrap_or_default();
        (self.offsets[node], self.offsets[node + 1].min(end))
    }

    /// Position of an object in the index.
    pub(crate) fn position(&self, node: u32) -> usize {
        self.positions[node as usize] as usize
    }

    /// Objects that hang directly from one.
    pub(crate) fn children(&self, node: u32) -> impl Iterator<Item = u32> {
        let mut next = self.first_child[node as usize];
        std::iter::from_fn(move || {
            let child = next;
            if child == NONE {
                return None;
            }
            next = self.next_sibling[child as usize];
            Some(child)
        })
    }

    /// Counts the objects that hang from one, itself not counted.
    pub(crate) fn below(&self, node: u32) -> u64 {
        let mut stack: Vec<u32> = self.children(node).collect();
        let mut count = 0;
        while let Some(node) = stack.pop() {
            count += 1;
            stack.extend(self.children(node));
            // Objects that hang from each other in a circle hang from no whole one, but from one without a base they might.
            if count as usize > self.len() {
                break;
            }
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::oid::HashKind;
    use super::*;

    #[test]
    fn a_forged_place_makes_no_object_longer_than_the_pack() {
        let mut file = tempfile::tempfile().unwrap();
        // Each byte is the header of an empty blob.
        file.write_all(&[0x30; 200]).unwrap();
        let hash = HashKind::Sha1;
        let id = |name: &str| hash.id_of("blob", name.as_bytes());
        let index = PackIndex::build(vec![(id("a"), 12), (id("b"), 1 << 40)], hash);
        let index = PackIndex::parse(index, hash).unwrap();
        let forest = Forest::of(&index, &mut Window::new(&file, hash), 180);
        assert_eq!(forest.range(0), (12, 180));
        assert_eq!(forest.damaged.len(), 1, "the forged place is named");
    }
}
