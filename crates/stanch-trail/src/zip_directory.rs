//! The directory of a zip archive: where it lies, what it says of each member, and where a member's content begins.
//!
//! Read here and not by a library, because those there are hold the whole directory in a form that takes many times its
//! size, and go by the count that the archive tells them. Here it is read a few entries at a time, up to the record that
//! ends it, whatever count and size are told; what does not agree is left in [`Directory::complaint`]. The layout is that
//! of PKWARE's APPNOTE 6.3, sections 4.3 and 4.5. It must not know what members hold.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

/// How a member's own header begins.
const MEMBER: &[u8] = b"PK\x03\x04";
/// How an entry of the directory begins.
const ENTRY: &[u8] = b"PK\x01\x02";
/// How a signature of the directory begins, which may stand behind its entries.
const SIGNATURE: &[u8] = b"PK\x05\x05";
/// How the record begins that ends the archive.
const END: &[u8] = b"PK\x05\x06";
/// How the record begins that ends large archives, and that which tells where it lies.
const LARGE_END: &[u8] = b"PK\x06\x06";
const LARGE_END_PLACE: &[u8] = b"PK\x06\x07";
/// Bytes of a member's own header, of an entry, and of the records at the end, without what varies.
const MEMBER_BYTES: usize = 30;
const ENTRY_BYTES: usize = 46;
const END_BYTES: usize = 22;
const LARGE_END_BYTES: usize = 56;
const LARGE_END_PLACE_BYTES: usize = 20;
/// Bytes at the end of an archive in which its last record begins: a comment may stand behind it.
const TAIL: usize = (64 << 10) + END_BYTES + LARGE_END_PLACE_BYTES;
/// Entries that are held at a time.
pub(crate) const ENTRIES: usize = 256;
/// Bytes of a member's name that are kept.
pub(crate) const NAME_BYTES: usize = 4096;

/// What the directory says of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its name, or the beginning of an absurd one.
    pub(crate) name: String,
    /// 0 is stored, 8 is deflated.
    pub(crate) method: u16,
    /// Its content can't be read without a password.
    pub(crate) is_encrypted: bool,
    /// A symbolic link; its content is the path it leads to.
    pub(crate) is_link: bool,
    /// Checksum of its content.
    pub(crate) crc: u32,
    /// Bytes it takes in the archive.
    pub(crate) packed: u64,
    /// Bytes of its content.
    pub(crate) unpacked: u64,
    /// Where its own header lies.
    pub(crate) place: u64,
}

impl Entry {
    /// Returns true when it is a folder. One with a content is not: logs could be hidden in it.
    pub(crate) fn is_folder(&self) -> bool {
        self.name.ends_with(['/', '\\']) && self.unpacked == 0 && self.packed <= 2
    }
}

/// A directory that is being read.
#[derive(Debug)]
pub(crate) struct Directory {
    /// Where the next entry lies.
    next: u64,
    /// Where the record lies that ends the directory.
    end: u64,
    /// Bytes before the archive, which it does not know of.
    moved: u64,
    /// Bytes of the whole archive.
    size: u64,
    told: Told,
    entries: u64,
    first_place: Option<u64>,
    buffer: Vec<u8>,
    complaint: Option<String>,
}

/// What the records at the end tell.
#[derive(Debug, Clone, Copy)]
struct Told {
    entries: u64,
    bytes: u64,
    start: u64,
    /// True when the count is complete: archives that are not large tell the last 16 bits of it.
    is_large: bool,
    /// True when bytes stand behind the last record that are no comment.
    is_followed: bool,
}

impl Directory {
    /// Finds an archive's directory; `None` when there is none, as in an archive that was cut off.
    ///
    /// # Errors
    /// When the archive can't be read.
    pub(crate) fn find(input: &mut (impl Read + Seek)) -> io::Result<Option<Self>> {
        let size = input.seek(SeekFrom::End(0))?;
        let start = size.saturating_sub(TAIL as u64);
        input.seek(SeekFrom::Start(start))?;
        let mut tail = Vec::new();
        input.by_ref().take(TAIL as u64).read_to_end(&mut tail)?;
        for at in memchr::memmem::rfind_iter(&tail, END) {
            let Some((told, end)) = told_at(input, &tail, start, at)? else {
                continue;
            };
            if let Some(next) = told.first_entry(input, end)? {
                return Ok(Some(Self {
                    next,
                    end,
                    moved: next - told.start,
                    size,
                    told,
                    entries: 0,
                    first_place: None,
                    buffer: Vec::new(),
                    complaint: None,
                }));
            }
        }
        Ok(None)
    }

    /// Bytes that a member really takes in the archive, whatever its entry says.
    pub(crate) fn bytes_of(&self, entry: &Entry) -> u64 {
        entry.packed.min(self.size.saturating_sub(entry.place))
    }

    /// Bytes of the whole archive.
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// The next few entries; none at the end.
    pub(crate) fn next_entries(&mut self, input: &mut (impl Read + Seek)) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut gone_to = input.seek(SeekFrom::Start(self.next)).map(drop);
        while self.next < self.end && entries.len() < ENTRIES {
            match std::mem::replace(&mut gone_to, Ok(())).and_then(|()| self.entry(input)) {
                Ok(Some(entry)) => entries.push(entry),
                Ok(None) => self.end = self.next,
                Err(error) => {
                    self.complaint = Some(format!("the directory of the zip archive is damaged: {error}"));
                    self.end = self.next;
                }
            }
        }
        entries
    }

    /// What does not agree in it, once all entries were read.
    pub(crate) fn complaint(&self) -> Option<String> {
        if self.complaint.is_some() {
            return self.complaint.clone();
        }
        let (entries, told) = (self.entries, self.told.entries);
        if entries != told && (self.told.is_large || (entries ^ told) & 0xffff != 0) {
            return Some(format!(
                "the directory of the zip archive has {entries} members, its end says {told}"
            ));
        }
        if self.first_place.unwrap_or(self.end) > 0 {
            return Some(
                "what the zip archive begins with is not in its directory and was not read".to_owned(),
            );
        }
        let detail = "bytes behind the end of the zip archive were not read";
        self.told.is_followed.then(|| detail.to_owned())
    }

    /// Reads an entry; `None` when something else stands behind the last one.
    fn entry(&mut self, input: &mut (impl Read + Seek)) -> io::Result<Option<Entry>> {
        let mut fixed = [0; ENTRY_BYTES];
        input.read_exact(&mut fixed)?;
        if fixed.starts_with(SIGNATURE) && self.entries > 0 {
            return Ok(None);
        }
        if !fixed.starts_with(ENTRY) {
            return Err(invalid("no entry stands where one should"));
        }
        let [name, extra, comment] = [28, 30, 32].map(|at| usize::from(short(&fixed, at)));
        self.buffer.clear();
        input
            .by_ref()
            .take((name + extra) as u64)
            .read_to_end(&mut self.buffer)?;
        let Some((name, extra)) = self
            .buffer
            .split_at_checked(name)
            .filter(|(_, rest)| rest.len() == extra)
        else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        let entry = described(&fixed, name, extra, self.moved);
        input.seek_relative(comment as i64)?;
        self.next += (ENTRY_BYTES + self.buffer.len() + comment) as u64;
        if self.next > self.end {
            return Err(invalid("an entry continues behind the end"));
        }
        self.entries += 1;
        self.first_place = Some(
            self.first_place
                .map_or(entry.place, |first| first.min(entry.place)),
        );
        Ok(Some(entry))
    }
}

impl Told {
    /// Where the first entry lies: where it should, or as far behind that as there are bytes before the archive.
    fn first_entry(&self, input: &mut (impl Read + Seek), end: u64) -> io::Result<Option<u64>> {
        let Some(before_end) = end.checked_sub(self.bytes) else {
            return Ok(None);
        };
        if self.bytes == 0 && self.start == end {
            return Ok(Some(end));
        }
        for place in [self.start, before_end] {
            if place < self.start || place >= end {
                continue;
            }
            if begins_with(input, place, ENTRY)? {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }
}

/// What the last record in a tail tells that would begin at this place, and where the directory ends.
fn told_at(
    input: &mut (impl Read + Seek),
    tail: &[u8],
    start: u64,
    at: usize,
) -> io::Result<Option<(Told, u64)>> {
    let Some(record) = tail.get(at..at + END_BYTES) else {
        return Ok(None);
    };
    let end = start + at as u64;
    let told = Told {
        entries: u64::from(short(record, 10)),
        bytes: u64::from(long(record, 12)),
        start: u64::from(long(record, 16)),
        is_large: false,
        is_followed: at + END_BYTES + usize::from(short(record, 20)) != tail.len(),
    };
    let before = at.checked_sub(LARGE_END_PLACE_BYTES).map(|from| &tail[from..at]);
    let Some(place) = before.filter(|bytes| bytes.starts_with(LARGE_END_PLACE)) else {
        return Ok(Some((told, end)));
    };
    // Where it says, or right before what says so when bytes stand before the archive.
    let behind = end.saturating_sub((LARGE_END_PLACE_BYTES + LARGE_END_BYTES) as u64);
    for place in [longest(place, 8), behind] {
        if place < end && begins_with(input, place, LARGE_END)? {
            let mut record = [0; LARGE_END_BYTES];
            input.seek(SeekFrom::Start(place))?;
            input.read_exact(&mut record)?;
            let told = Told {
                entries: longest(&record, 32),
                bytes: longest(&record, 40),
                start: longest(&record, 48),
                is_large: true,
                ..told
            };
            return Ok(Some((told, place)));
        }
    }
    Ok(Some((told, end)))
}

/// An entry by its fixed part and what follows that.
fn described(fixed: &[u8; ENTRY_BYTES], name: &[u8], extra: &[u8], moved: u64) -> Entry {
    /// Marks a size that did not fit and stands in the extra field of this id instead.
    const ELSEWHERE: u64 = 0xffff_ffff;
    const LARGE: u16 = 1;
    const UNIX: u8 = 3;
    let mut figures = [24, 20, 42].map(|at| u64::from(long(fixed, at)));
    let mut large = extra_field(extra, LARGE).unwrap_or_default();
    for figure in figures.iter_mut().filter(|figure| **figure == ELSEWHERE) {
        if let Some((real, rest)) = large.split_first_chunk() {
            *figure = u64::from_le_bytes(*real);
            large = rest;
        }
    }
    let [unpacked, packed, place] = figures;
    Entry {
        name: String::from_utf8_lossy(&name[..name.len().min(NAME_BYTES)]).into_owned(),
        method: short(fixed, 10),
        is_encrypted: short(fixed, 8) & 1 == 1,
        is_link: fixed[5] == UNIX && long(fixed, 38) >> 28 == 0o12,
        crc: long(fixed, 16),
        packed,
        unpacked,
        place: place.saturating_add(moved),
    }
}

/// The extra field of this id.
fn extra_field(mut extra: &[u8], id: u16) -> Option<&[u8]> {
    while let Some((head, rest)) = extra.split_at_checked(4) {
        let (field, behind) = rest.split_at_checked(usize::from(short(head, 2)))?;
        if short(head, 0) == id {
            return Some(field);
        }
        extra = behind;
    }
    None
}

/// Goes to where a member's content begins.
///
/// # Errors
/// When no member lies where its entry says, or the archive can't be read.
pub(crate) fn go_to_content(input: &mut (impl BufRead + Seek), entry: &Entry) -> io::Result<()> {
    input.seek(SeekFrom::Start(entry.place))?;
    let mut header = [0; MEMBER_BYTES];
    input.read_exact(&mut header)?;
    if !header.starts_with(MEMBER) {
        return Err(invalid("no member lies where the directory says"));
    }
    input.seek_relative(i64::from(short(&header, 26)) + i64::from(short(&header, 28)))
}

fn begins_with(input: &mut (impl Read + Seek), place: u64, mark: &[u8]) -> io::Result<bool> {
    let mut found = Vec::with_capacity(mark.len());
    input.seek(SeekFrom::Start(place))?;
    input.by_ref().take(mark.len() as u64).read_to_end(&mut found)?;
    Ok(found == mark)
}

fn invalid(detail: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, detail)
}

/// Numbers as zip archives write them; 0 where there are no bytes.
fn number<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let found = bytes.get(at..).and_then(<[u8]>::first_chunk);
    found.copied().unwrap_or([0; N])
}

fn short(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(number(bytes, at))
}

fn long(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(number(bytes, at))
}

fn longest(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(number(bytes, at))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;

    fn archive(members: &[(String, Vec<u8>)], method: zip::CompressionMethod) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        for (name, content) in members {
            writer.start_file(name.as_str(), options).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn entries(bytes: &[u8]) -> (Vec<Vec<Entry>>, Option<String>) {
        let mut input = Cursor::new(bytes);
        let mut directory = Directory::find(&mut input).unwrap().unwrap();
        let steps = std::iter::from_fn(|| {
            Some(directory.next_entries(&mut input)).filter(|entries| !entries.is_empty())
        });
        (steps.collect(), directory.complaint())
    }

    #[test]
    fn however_large_a_directory_is_little_of_it_is_held() {
        let many = vec![("n".repeat(60_000), Vec::new())];
        let mut bytes = archive(&many, zip::CompressionMethod::Stored);
        let start = 30 + 60_000;
        let entry = bytes[start..start + ENTRY_BYTES + 60_000].to_vec();
        let end = bytes.split_off(start + entry.len());
        for _ in 1..1000 {
            bytes.extend(&entry);
        }
        bytes.extend(end);
        let end = bytes.len() - END_BYTES;
        bytes[end + 10..end + 12].copy_from_slice(&1000_u16.to_le_bytes());
        let (steps, complaint) = entries(&bytes);
        assert_eq!(
            (steps.iter().map(Vec::len).sum::<usize>(), complaint),
            (1000, None)
        );
        for step in steps {
            assert!(step.len() <= ENTRIES);
            assert!(step.iter().all(|entry| entry.name.len() == NAME_BYTES));
        }
    }

    #[test]
    fn more_members_than_sixteen_bits_count_are_all_found() {
        let many: Vec<_> = (0..70_000)
            .map(|number: u32| (number.to_string(), Vec::new()))
            .collect();
        let (steps, complaint) = entries(&archive(&many, zip::CompressionMethod::Stored));
        assert_eq!((steps.concat().len(), complaint), (70_000, None));
    }

    proptest::proptest! {
        #[test]
        fn what_was_written_is_read(
            contents in proptest::collection::vec(proptest::collection::vec(0u8..4, 0..300), 0..5),
            deflated: bool,
        ) {
            let members: Vec<_> =
                contents.into_iter().enumerate().map(|(at, content)| (format!("{at}é.json"), content)).collect();
            let method = if deflated { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored };
            let bytes = archive(&members, method);
            let (steps, complaint) = entries(&bytes);
            proptest::prop_assert_eq!(complaint, None);
            let read: Vec<_> = steps.concat().iter().map(|entry| {
                let mut input = Cursor::new(&bytes);
                go_to_content(&mut input, entry).unwrap();
                let mut content = Vec::new();
                crate::zip_content::Content::of(entry, input).unwrap().read_to_end(&mut content).unwrap();
                (entry.name.clone(), content)
            }).collect();
            proptest::prop_assert_eq!(read, members);
        }

        #[test]
        fn no_bytes_are_too_much(change in proptest::collection::vec((0usize..400, proptest::prelude::any::<u8>()), 1..6)) {
            let members = [("a".to_owned(), vec![7; 40]), ("b".to_owned(), vec![8; 60])];
            let mut bytes = archive(&members, zip::CompressionMethod::Deflated);
            for (at, byte) in change {
                let at = at % bytes.len();
                bytes[at] = byte;
            }
            let mut input = Cursor::new(&bytes);
            if let Some(mut directory) = Directory::find(&mut input).unwrap() {
                while !directory.next_entries(&mut input).is_empty() {}
                drop(directory.complaint());
            }
        }
    }
}
