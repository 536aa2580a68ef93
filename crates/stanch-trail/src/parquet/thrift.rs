//! Thrift's compact protocol as far as it takes to look at sizes before a library believes them.
//!
//! Every list and text must fit into the bytes that are there. It must not know Parquet's structures.

/// Levels of nesting.
const DEPTH: usize = 24;

/// Walks the structure at the start of `bytes`, gives each number with the path of field ids to it, and returns the
/// bytes that the structure takes; `None` when it does not fit into them.
pub(super) fn structure(bytes: &[u8], visit: &mut dyn FnMut(&[i16], i64)) -> Option<usize> {
    let mut walk = Walk {
        bytes,
        at: 0,
        path: Vec::new(),
        visit,
    };
    walk.members()?;
    Some(walk.at)
}

struct Walk<'b, 'v> {
    bytes: &'b [u8],
    at: usize,
    path: Vec<i16>,
    visit: &'v mut dyn FnMut(&[i16], i64),
}

impl Walk<'_, '_> {
    fn members(&mut self) -> Option<()> {
        if self.path.len() >= DEPTH {
            return None;
        }
        let mut id = 0_i16;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            id = match head >> 4 {
                0 => i16::try_from(self.number()?).ok()?,
                step => id.checked_add(i16::from(step))?,
            };
            self.path.push(id);
            self.value(head & 15, true)?;
            self.path.pop();
        }
    }

    fn value(&mut self, kind: u8, is_field: bool) -> Option<()> {
        match kind {
            // A truth value of a field is in its head, one of a list is a byte.
            1 | 2 if is_field => Some(()),
            1..=3 => self.byte().map(|_| ()),
            4..=6 => {
                let number = self.number()?;
                (self.visit)(&self.path, number);
                Some(())
            }
            7 => self.pass(8),
            8 => {
                let length = self.unsigned()?;
                self.pass(length)
            }
            9 | 10 => self.list(),
            11 => self.map(),
            12 => self.members(),
            _ => None,
        }
    }

    fn list(&mut self) -> Option<()> {
        let head = self.byte()?;
        let size = match head >> 4 {
            15 => self.unsigned()?,
            size => u64::from(size),
        };
        self.items(size, &[head & 15])
    }

    fn map(&mut self) -> Option<()> {
        let size = self.unsigned()?;
        if size == 0 {
            return Some(());
        }
        let kinds = self.byte()?;
        self.items(size, &[kinds >> 4, kinds & 15])
    }

    fn items(&mut self, size: u64, kinds: &[u8]) -> Option<()> {
        if size > (self.bytes.len() - self.at) as u64 {
            return None;
        }
        self.path.push(-1);
        if self.path.len() >= DEPTH {
            return None;
        }
        for _ in 0..size {
            for kind in kinds {
                self.value(*kind, false)?;
            }
        }
        self.path.pop();
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn pass(&mut self, length: u64) -> Option<()> {
        let end = self.at.checked_add(usize::try_from(length).ok()?)?;
        (end <= self.bytes.len()).then(|| self.at = end)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn number(&mut self) -> Option<i64> {
        let number = self.unsigned()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_with_their_path_and_lies_are_refused() {
        // {1: 3, 2: {1: -1}, 3: "ab", 4: [1, 2]}
        let bytes = [
            0x15, 6, 0x1c, 0x15, 1, 0, 0x18, 2, b'a', b'b', 0x19, 0x25, 2, 4, 0,
        ];
        let mut seen = Vec::new();
        let length = structure(&bytes, &mut |path, number| seen.push((path.to_vec(), number)));
        assert_eq!(length, Some(bytes.len()));
        assert_eq!(
            seen,
            [(vec![1], 3), (vec![2, 1], -1), (vec![4, -1], 1), (vec![4, -1], 2)]
        );
        // A list of two thousand million.
        assert_eq!(
            structure(&[0x19, 0xf5, 0xff, 0xff, 0xff, 0xff, 7, 0], &mut |_, _| {}),
            None
        );
        assert_eq!(structure(&[0x1c; 100], &mut |_, _| {}), None);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_walked_without_a_panic(bytes: Vec<u8>) {
            let length = structure(&bytes, &mut |_, _| {});
            proptest::prop_assert!(length.is_none_or(|length| length <= bytes.len()));
        }
    }
}
