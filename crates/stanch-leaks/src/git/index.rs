//! Index of a pack (gitformat-pack, "Pack index"), versions 1 and 2: ids and places of its objects.
//!
//! Held in memory and not mapped, so that a file that shrinks while it is read is an error and no signal.

use super::oid::{HashKind, ObjectId};

/// Bytes of the table of first bytes.
const FANOUT: usize = 256 * 4;

/// Index of a pack.
#[derive(Debug)]
pub(crate) struct PackIndex {
    data: Vec<u8>,
    hash: HashKind,
    count: usize,
    is_first: bool,
}

impl PackIndex {
    /// Reads an index.
    ///
    /// # Errors
    /// When the bytes are no index, or fewer than it announces.
    pub(crate) fn parse(data: Vec<u8>, hash: HashKind) -> Result<Self, &'static str> {
        let is_first = !data.starts_with(b"\xfftOc");
        if !is_first && data.get(4..8) != Some(&[0, 0, 0, 2]) {
            return Err("the pack index is of an unknown version");
        }
        let mut index = Self {
            data,
            hash,
            count: 0,
            is_first,
        };
        let fanout: Option<Vec<u32>> = (0..256).map(|at| index.long(index.start() + 4 * at)).collect();
        let fanout = fanout.ok_or("the pack index is cut off")?;
        if !fanout.is_sorted() {
            return Err("the pack index is damaged");
        }
        index.count = fanout[255] as usize;
        let each = if is_first {
            4 + hash.length()
        } else {
            hash.length() + 8
        };
        let needed = index.count.checked_mul(each).ok_or("the pack index is damaged")?;
        if index.data.len() < index.start() + FANOUT + needed {
            return Err("the pack index is cut off");
        }
        Ok(index)
    }

    /// Returns the hash function that an index of version 2 is of, by its size.
    pub(crate) fn guess(data: &[u8]) -> HashKind {
        let fits = |hash: HashKind| {
            let Ok(index) = Self::parse(data.to_vec(), hash) else {
                return false;
            };
            let large =
                (0..index.count).filter(|at| index.short_offset(*at).is_some_and(|place| place >> 31 == 1));
            let each = hash.length() + if index.is_first { 4 } else { 8 };
            let head = index.start() + FANOUT;
            data.len() == head + index.count * each + 8 * large.count() + 2 * hash.length()
        };
        if !fits(HashKind::Sha1) && fits(HashKind::Sha256) {
            HashKind::Sha256
        } else {
            HashKind::Sha1
        }
    }

    const fn start(&self) -> usize {
        if self.is_first { 0 } else { 8 }
    }

    fn long(&self, at: usize) -> Option<u32> {
        let bytes = self.data.get(at..at + 4)?;
        Some(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// Number of objects.
    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    /// Returns an id.
    pub(crate) fn id(&self, at: usize) -> ObjectId {
        let start = self.start() + FANOUT;
        let place = if self.is_first {
            start + at * (4 + self.hash.length()) + 4
        } else {
            start + at * self.hash.length()
        };
        ObjectId::of(
            self.data
                .get(place..place + self.hash.length())
                .unwrap_or_default(),
        )
    }

    fn short_offset(&self, at: usize) -> Option<u32> {
        let start = self.start() + FANOUT;
        if self.is_first {
            return self.long(start + at * (4 + self.hash.length()));
        }
        self.long(start + self.count * (self.hash.length() + 4) + 4 * at)
    }

    /// Returns the place of an object in the pack.
    pub(crate) fn offset(&self, at: usize) -> Option<u64> {
        let short = self.short_offset(at)?;
        if self.is_first || short >> 31 == 0 {
            return Some(u64::from(short));
        }
        let large = self.start() + FANOUT + self.count * (self.hash.length() + 8);
        let place = large + 8 * (short & 0x7fff_ffff) as usize;
        Some(u64::from(self.long(place)?) << 32 | u64::from(self.long(place + 4)?))
    }

    /// Finds an object by its id.
    pub(crate) fn find(&self, id: &ObjectId) -> Option<usize> {
        let first = usize::from(*id.as_bytes().first()?);
        let bound = |at: usize| self.long(self.start() + 4 * at).map(|count| count as usize);
        let (mut low, mut high) = (if first == 0 { 0 } else { bound(first - 1)? }, bound(first)?);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.id(middle).as_bytes().cmp(id.as_bytes()) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// Writes an index of version 2 in memory, for a pack that came without one.
    pub(crate) fn build(mut entries: Vec<(ObjectId, u64)>, hash: HashKind) -> Vec<u8> {
        entries.sort_unstable();
        let mut data = b"\xfftOc\0\0\0\x02".to_vec();
        let mut count = 0_u32;
        for first in 0..=255_u8 {
            let from = count as usize;
            let more = entries[from..]
                .iter()
                .take_while(|(id, _)| id.as_bytes()[0] == first)
                .count();
            count += u32::try_from(more).unwrap_or(0);
            data.extend(count.to_be_bytes());
        }
        for (id, _) in &entries {
            data.extend(id.as_bytes());
        }
        data.resize(data.len() + 4 * entries.len(), 0);
        let mut large = Vec::new();
        for (_, offset) in &entries {
            let short = u32::try_from(*offset).ok().filter(|short| short >> 31 == 0);
            let short = short.unwrap_or_else(|| {
                large.extend(offset.to_be_bytes());
                0x8000_0000 | u32::try_from(large.len() / 8 - 1).unwrap_or(0)
            });
            data.extend(short.to_be_bytes());
        }
        data.extend(large);
        data.resize(data.len() + 2 * hash.length(), 0);
        data
    }
}
