//! Unpacking gzip: in one shot where a content is small and whole, as a bounded stream otherwise.
//!
//! The stream also takes what the one shot refuses: several members, a cut-off end, damage, rubbish behind
//! the end. It gives what came before a flaw and leaves the flaw in [`Budget`]. It must not know what is
//! inside.

use std::io::{self, BufRead as _, BufReader, Read};
use std::rc::Rc;

use flate2::bufread::GzDecoder;
use stanch_core::ProblemKind;

use crate::budget::Budget;

/// How a gzip member begins.
pub(crate) const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b, 0x08];
/// Deflate can't do better than this.
const MOST_RATIO: usize = 1032;
/// Bytes unpacked at a time. What a damaged block gave within one is lost, so it is small.
const STEP: usize = 4 << 10;

/// Unpacks a whole gzip content of one member into `out`, which keeps its length when that suffices, so that
/// it is cleared once only. Gives the number of bytes, or `None` when the stream must do it.
pub(crate) fn one_shot(
    decompressor: &mut libdeflater::Decompressor,
    bytes: &[u8],
    out: &mut Vec<u8>,
    most: usize,
) -> Option<usize> {
    let trailer: [u8; 4] = *bytes.last_chunk()?;
    let size = usize::try_from(u32::from_le_bytes(trailer)).ok()?;
    if size > most || size > bytes.len().saturating_mul(MOST_RATIO) || bytes.len() < 18 {
        return None;
    }
    // A further member would be passed over in silence. The magic may also come by chance; then the stream
    // finds that out.
    if memchr::memmem::find(&bytes[GZIP_MAGIC.len()..], GZIP_MAGIC).is_some() {
        return None;
    }
    if out.len() < size {
        // Growing would hold what the buffer had, for nothing.
        *out = Vec::new();
        out.resize(size, 0);
    }
    let unpacked = decompressor.gzip_decompress(bytes, &mut out[..size]).ok()?;
    (unpacked == size).then_some(size)
}

/// All members of a gzip content, one after another.
pub(crate) struct Gunzip<R> {
    member: Option<GzDecoder<BufReader<R>>>,
    budget: Rc<Budget>,
}

impl<R: Read> Gunzip<R> {
    pub(crate) fn new(input: R, budget: Rc<Budget>) -> Self {
        Self {
            member: Some(GzDecoder::new(BufReader::with_capacity(64 << 10, input))),
            budget,
        }
    }

    /// Goes on behind the end of a member: to the next, or nowhere. Padding with zeros is allowed.
    fn next_member(&mut self, mut input: BufReader<R>) -> io::Result<()> {
        loop {
            let buffer = input.fill_buf()?;
            let Some(found) = buffer.iter().position(|byte| *byte != 0) else {
                let length = buffer.len();
                if length == 0 {
                    return Ok(());
                }
                input.consume(length);
                continue;
            };
            if buffer[found..].starts_with(&GZIP_MAGIC[..buffer.len().saturating_sub(found).clamp(1, 3)]) {
                input.consume(found);
                self.member = Some(GzDecoder::new(input));
            } else {
                let detail = "bytes behind the end of the compressed data were not read";
                self.budget.flaw(ProblemKind::CorruptCompression, detail);
            }
            return Ok(());
        }
    }
}

impl<R: Read> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(member) = &mut self.member {
            let count = member.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            if let Some(member) = self.member.take() {
                self.next_member(member.into_inner())?;
            }
        }
        Ok(0)
    }
}

/// Counts what an unpacking reader gives against the allowance, and turns its errors into an early end with a
/// named flaw.
///
/// Unpacks in steps of its own, whatever the caller asks for: how much comes before a flaw must not depend on how
/// large the caller's buffer has grown over earlier inputs.
pub(crate) struct Metered<R> {
    input: R,
    budget: Rc<Budget>,
    step: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<R: Read> Metered<R> {
    pub(crate) fn new(input: R, budget: Rc<Budget>) -> Self {
        Self {
            input,
            budget,
            step: Vec::with_capacity(STEP),
            taken: 0,
            ended: false,
        }
    }

    /// Unpacks the next step; leaves it empty at the end.
    fn unpack(&mut self) -> io::Result<()> {
        self.taken = 0;
        self.step.resize(STEP, 0);
        let result = self.input.read(&mut self.step);
        self.step.truncate(*result.as_ref().unwrap_or(&0));
        match result {
            Ok(count) => {
                let left = usize::try_from(self.budget.left()).unwrap_or(usize::MAX);
                self.step.truncate(left);
                self.budget.spend(self.step.len() as u64);
                if count > left {
                    self.ended = true;
                    let detail = "it unpacks to more than is allowed; what lies beyond was not read";
                    self.budget.cut_short(ProblemKind::TooLarge, detail);
                }
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.ended = true;
                let (kind, what) = match error.kind() {
                    io::ErrorKind::UnexpectedEof => {
                        (ProblemKind::Truncated, "the compressed data ends too early")
                    }
                    io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                        (ProblemKind::CorruptCompression, "the compressed data is damaged")
                    }
                    _ => (ProblemKind::Unreadable, "the compressed data could not be read"),
                };
                self.budget.cut_short(kind, format!("{what}: {error}"));
                Ok(())
            }
        }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.step.len() {
            if self.ended || buffer.is_empty() {
                return Ok(0);
            }
            self.unpack()?;
        }
        let rest = &self.step[self.taken..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write as _;

    use super::*;

    /// A gzip member.
    pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn stream(bytes: &[u8], allowance: u64) -> (Vec<u8>, Vec<ProblemKind>) {
        let budget = Rc::new(Budget::new(allowance));
        let mut out = Vec::new();
        let gunzip = Gunzip::new(bytes, Rc::clone(&budget));
        Metered::new(gunzip, Rc::clone(&budget))
            .read_to_end(&mut out)
            .unwrap();
        (
            out,
            budget.take_flaws().into_iter().map(|(kind, _)| kind).collect(),
        )
    }

    #[test]
    fn one_shot_takes_one_whole_member_and_nothing_else() {
        let mut decompressor = libdeflater::Decompressor::new();
        let mut out = Vec::new();
        let packed = gzip(b"hello");
        assert_eq!(one_shot(&mut decompressor, &packed, &mut out, 100), Some(5));
        assert_eq!(&out[..5], b"hello");
        assert_eq!(one_shot(&mut decompressor, &packed, &mut out, 4), None);
        let twice = [packed.clone(), packed.clone()].concat();
        assert_eq!(one_shot(&mut decompressor, &twice, &mut out, 100), None);
        for length in 0..packed.len() {
            assert_eq!(
                one_shot(&mut decompressor, &packed[..length], &mut out, 100),
                None
            );
        }
    }

    #[test]
    fn the_stream_takes_several_members_padding_and_rubbish() {
        let (one, two) = (gzip(b"one"), gzip(b"two"));
        assert_eq!(
            stream(&[&one[..], &two].concat(), 100),
            (b"onetwo".to_vec(), vec![])
        );
        assert_eq!(stream(&[&one[..], &[0; 20], &two].concat(), 100).0, b"onetwo");
        assert_eq!(
            stream(&[&one[..], &[0; 600]].concat(), 100),
            (b"one".to_vec(), vec![])
        );
        let rubbish = stream(&[&one[..], b"rubbish"].concat(), 100);
        assert_eq!(rubbish, (b"one".to_vec(), vec![ProblemKind::CorruptCompression]));
    }

    #[test]
    fn a_cut_or_damaged_stream_gives_what_came_before() {
        let content: Vec<u8> = (0..200_000_u32)
            .flat_map(|number| number.to_string().into_bytes())
            .collect();
        let packed = gzip(&content);
        let (out, flaws) = stream(&packed[..packed.len() / 2], u64::MAX);
        assert!(out.len() > content.len() / 4 && content.starts_with(&out));
        assert_eq!(flaws, [ProblemKind::Truncated]);
        let mut damaged = packed.clone();
        let end = damaged.len() - 6;
        damaged[end] ^= 0xff;
        assert_eq!(
            stream(&damaged, u64::MAX),
            (content, vec![ProblemKind::CorruptCompression])
        );
    }

    #[test]
    fn what_comes_before_damage_does_not_depend_on_the_caller_s_buffer() {
        let content: Vec<u8> = (0..20_000_u32)
            .flat_map(|number| number.to_string().into_bytes())
            .collect();
        let mut packed = gzip(&content);
        let middle = packed.len() / 2;
        packed[middle..middle + 20].fill(0xff);
        let in_steps_of = |size: usize| {
            let budget = Rc::new(Budget::new(u64::MAX));
            let mut metered = Metered::new(Gunzip::new(&packed[..], Rc::clone(&budget)), budget);
            let (mut all, mut part) = (Vec::new(), vec![0; size]);
            while let Ok(count @ 1..) = metered.read(&mut part) {
                all.extend_from_slice(&part[..count]);
            }
            all
        };
        let all = in_steps_of(100_000);
        assert_eq!(all.get(..1000), content.get(..1000));
        for size in [1, 7, 4096, 5000] {
            assert_eq!(in_steps_of(size), all, "{size}");
        }
    }

    #[test]
    fn more_than_the_allowance_is_not_unpacked() {
        let (out, flaws) = stream(&gzip(&[b'a'; 100_000]), 70_000);
        assert_eq!((out.len(), flaws), (70_000, vec![ProblemKind::TooLarge]));
        assert!(stream(&gzip(&[b'a'; 70_000]), 70_000).1.is_empty());
    }
}
