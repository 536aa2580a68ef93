//! Frames on the two pipes between `stanch` and the engine: a kind, a length, and that many bytes.
//!
//! A result that is cut short by the death of the engine is thus never taken for a whole one. It must not know what a frame
//! means.

use std::io::{self, Read, Write};

/// Most bytes of one frame: the largest documents of a case are some hundred megabytes.
const LIMIT: u32 = 1 << 30;

/// Kind of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameKind {
    /// To the engine: a [`crate::Request`] as JSON.
    Request,
    /// From the engine: a [`crate::Document`] it needs, as JSON.
    Needed,
    /// To the engine: the document it asked for.
    Document,
    /// From the engine: bytes of the result.
    Bytes,
    /// From the engine, last: `Result<Shown, EngineError>` as JSON.
    End,
}

/// Kinds by the byte that stands for them.
const KINDS: [(u8, FrameKind); 5] = [
    (b'Q', FrameKind::Request),
    (b'N', FrameKind::Needed),
    (b'D', FrameKind::Document),
    (b'B', FrameKind::Bytes),
    (b'E', FrameKind::End),
];

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Its kind.
    pub kind: FrameKind,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Frame {
    /// Writes a frame.
    ///
    /// # Errors
    /// When `out` does not take it, or it is too large.
    pub fn write(out: &mut dyn Write, kind: FrameKind, bytes: &[u8]) -> io::Result<()> {
        let length = u32::try_from(bytes.len())
            .ok()
            .filter(|length| *length <= LIMIT)
            .ok_or_else(|| io::Error::other(format!("a frame of {} bytes is too large", bytes.len())))?;
        let letter = KINDS
            .iter()
            .find(|(_, known)| *known == kind)
            .map_or(0, |(letter, _)| *letter);
        out.write_all(&[letter])?;
        out.write_all(&length.to_be_bytes())?;
        out.write_all(bytes)?;
        out.flush()
    }

    /// Reads the next frame; none at the end of the input.
    ///
    /// # Errors
    /// When the input ends inside a frame, or holds something else.
    pub fn read(from: &mut dyn Read) -> io::Result<Option<Self>> {
        let mut letter = [0];
        if from.read(&mut letter)? == 0 {
            return Ok(None);
        }
        let kind = KINDS
            .iter()
            .find(|(known, _)| *known == letter[0])
            .map(|(_, kind)| *kind)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "not a frame"))?;
        let mut length = [0; 4];
        from.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length);
        if length > LIMIT {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame is too large"));
        }
        let mut bytes = Vec::new();
        from.take(u64::from(length)).read_to_end(&mut bytes)?;
        if bytes.len() != length as usize {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some(Self { kind, bytes }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_as_they_were_written_and_no_part_of_one_passes_for_a_frame() {
        let mut bytes = Vec::new();
        for (_, kind) in KINDS {
            Frame::write(&mut bytes, kind, b"content").unwrap();
        }
        let mut from = bytes.as_slice();
        for (_, kind) in KINDS {
            let frame = Frame::read(&mut from).unwrap().unwrap();
            assert_eq!(
                (frame.kind, frame.bytes.as_slice()),
                (kind, b"content".as_slice())
            );
        }
        assert_eq!(Frame::read(&mut from).unwrap(), None);
        for end in 1..12 {
            assert!(Frame::read(&mut &bytes[..end]).is_err(), "{end}");
        }
        assert!(Frame::read(&mut b"Bxxxxxxxx".as_slice()).is_err());
        assert!(Frame::read(&mut b"thread panicked".as_slice()).is_err());
    }
}
