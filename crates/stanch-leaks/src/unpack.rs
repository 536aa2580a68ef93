//! Files as a stream of texts: archives and compressed files are opened, in each other and in container images; everything
//! else is read in windows. Nothing is written to disk. It must not know what is looked for.

use std::cell::Cell;
use std::io::{self, Cursor, Read};
use std::rc::Rc;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use crate::problem::{ProblemKind, Problems};

/// Bytes of a window, and bytes that it shares with the next one.
const WINDOW: usize = 1 << 20;
const SHARED: usize = 16 << 10;
/// Bytes at the start that tell the format.
const HEAD: usize = 1024;
/// Bytes of a zip archive inside another archive, which has to be held.
const HELD: u64 = 256 << 20;
/// Archives in archives.
const DEPTH: usize = 8;
/// Members of all archives of a file.
const MEMBERS: u64 = 5_000_000;

/// Receiver of windows of text.
pub(crate) trait Texts {
    /// Receives a window of a file or member: its place in the content, its line, and the part that no other window has.
    fn text(&mut self, name: &str, window: &Window<'_>);
}

/// Window of a content.
pub(crate) struct Window<'w> {
    /// Bytes.
    pub(crate) bytes: &'w [u8],
    /// Part in which a find counts: a find outside is seen in another window.
    pub(crate) counts: std::ops::Range<usize>,
    /// Lines before the window.
    pub(crate) lines: u64,
}

/// Opens files.
pub(crate) struct Unpacker<'u> {
    pub(crate) texts: &'u mut dyn Texts,
    pub(crate) problems: &'u mut Problems,
    /// Bytes that may still be unpacked.
    left: Rc<Cell<u64>>,
    members: u64,
}

/// Format by the first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Gzip,
    Zlib,
    Zstd,
    Zip,
    Tar,
    Other(&'static str),
    Plain,
}

/// Returns whether bytes begin like an archive or compressed file.
pub(crate) fn is_packed(start: &[u8]) -> bool {
    !matches!(format(start), Format::Plain | Format::Zlib)
}

fn format(start: &[u8]) -> Format {
    if start.starts_with(&[0x1f, 0x8b, 8]) {
        Format::Gzip
    } else if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        Format::Zip
    } else if start.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Format::Zstd
    } else if start.get(257..262) == Some(b"ustar") {
        Format::Tar
    } else if start.starts_with(b"BZh") && start.get(4..10) == Some(&[0x31, 0x41, 0x59, 0x26, 0x53, 0x59]) {
        Format::Other("bzip2")
    } else if start.starts_with(b"\xfd7zXZ\0") {
        Format::Other("xz")
    } else if start.starts_with(b"7z\xbc\xaf\x27\x1c") {
        Format::Other("7-Zip")
    } else if start.starts_with(b"Rar!\x1a\x07") {
        Format::Other("RAR")
    } else if start.starts_with(&[0x78, 0x9c]) || start.starts_with(&[0x78, 0xda]) {
        Format::Zlib
    } else {
        Format::Plain
    }
}

/// Reader that takes from the bytes that may be unpacked.
struct Metered<R> {
    input: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            return Err(io::Error::new(
                io::ErrorKind::QuotaExceeded,
                "it unpacks to more than the limit",
            ));
        }
        let count = self.input.read(buffer)?;
        self.left.set(self.left.get().saturating_sub(count as u64));
        Ok(count)
    }
}

impl<'u> Unpacker<'u> {
    /// Returns an unpacker that unpacks at most this many bytes.
    pub(crate) fn new(texts: &'u mut dyn Texts, problems: &'u mut Problems, most: u64) -> Self {
        Self {
            texts,
            problems,
            left: Rc::new(Cell::new(most)),
            members: 0,
        }
    }

    fn metered<R: Read>(&self, input: R) -> Metered<R> {
        Metered {
            input,
            left: Rc::clone(&self.left),
        }
    }

    fn failed(&mut self, name: &str, error: &io::Error) {
        let kind = match error.kind() {
            io::ErrorKind::QuotaExceeded => ProblemKind::TooLarge,
            io::ErrorKind::PermissionDenied | io::ErrorKind::NotFound => ProblemKind::Unreadable,
            _ => ProblemKind::Damaged,
        };
        self.problems.add(kind, name, error.to_string(), 0);
    }

    /// Reads a content.
    pub(crate) fn read(&mut self, name: &str, input: &mut dyn Read, depth: usize) {
        let mut head = Vec::with_capacity(HEAD);
        if let Err(error) = (&mut *input).take(HEAD as u64).read_to_end(&mut head) {
            self.failed(name, &error);
        }
        let format = format(&head);
        let mut whole = Cursor::new(head).chain(input);
        if depth >= DEPTH && format != Format::Plain {
            return self.problems.add(
                ProblemKind::TooDeep,
                name,
                "archives nested deeper than 8 were not opened",
                0,
            );
        }
        match format {
            Format::Gzip => {
                let mut inner = self.metered(MultiGzDecoder::new(whole));
                self.read(name, &mut inner, depth + 1);
            }
            Format::Zstd => match zstd::stream::read::Decoder::new(whole) {
                Ok(decoder) => {
                    let mut inner = self.metered(decoder);
                    self.read(name, &mut inner, depth + 1);
                }
                Err(error) => self.failed(name, &error),
            },
            Format::Zlib => self.zlib(name, &mut whole, depth),
            Format::Tar => self.tar(name, &mut whole, depth),
            Format::Zip => self.zip(name, &mut whole, depth),
            Format::Other(what) => {
                let detail = format!("compressed with {what}, which is not supported: unpack it first");
                self.problems.add(ProblemKind::NotSupported, name, detail, 0);
            }
            Format::Plain => self.plain(name, &mut whole),
        }
    }

    /// Reads a zlib stream, or a text that only begins like one.
    fn zlib(&mut self, name: &str, input: &mut dyn Read, depth: usize) {
        let mut bytes = Vec::new();
        if let Err(error) = input.take(HELD).read_to_end(&mut bytes) {
            self.failed(name, &error);
        }
        self.plain(name, &mut bytes.as_slice());
        let mut start = [0; 64];
        if ZlibDecoder::new(bytes.as_slice())
            .read(&mut start)
            .is_ok_and(|count| count > 0)
        {
            let mut inner = self.metered(ZlibDecoder::new(bytes.as_slice()));
            self.read(name, &mut inner, depth + 1);
        }
    }

    fn member(&mut self, within: &str, name: &str) -> Option<String> {
        self.members += 1;
        if self.members > MEMBERS {
            if self.members == MEMBERS + 1 {
                self.problems.add(
                    ProblemKind::TooLarge,
                    within,
                    "more members than the limit; the rest was not read",
                    0,
                );
            }
            return None;
        }
        Some(format!("{within}!{}", stanch_core::text::bounded(name, 1000)))
    }

    fn tar(&mut self, within: &str, input: &mut dyn Read, depth: usize) {
        let mut archive = tar::Archive::new(input);
        // Raw entries: the library would hold extension headers of any size.
        let entries = match archive.entries() {
            Ok(entries) => entries.raw(true),
            Err(error) => return self.failed(within, &error),
        };
        let mut long_name: Option<String> = None;
        for entry in entries {
            let mut entry = match entry {
                Ok(entry) => entry,
                Err(error) => return self.failed(within, &error),
            };
            let kind = entry.header().entry_type();
            if kind.is_gnu_longname() || kind.is_pax_local_extensions() {
                let mut bytes = Vec::new();
                drop((&mut entry).take(8192).read_to_end(&mut bytes));
                let text = String::from_utf8_lossy(&bytes).into_owned();
                long_name = if kind.is_gnu_longname() {
                    Some(text.trim_end_matches('\0').to_owned())
                } else {
                    pax_path(&text).or(long_name)
                };
                continue;
            }
            let own = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let name = long_name.take().unwrap_or(own);
            if !(kind.is_file() || kind.is_contiguous()) {
                continue;
            }
            let Some(name) = self.member(within, &name) else {
                return;
            };
            let size = entry.size();
            let mut counted = Counted {
                input: &mut entry,
                count: 0,
            };
            self.read(&name, &mut counted, depth + 1);
            drop(io::copy(&mut counted, &mut io::sink()));
            if counted.count < size {
                self.problems.add(
                    ProblemKind::Damaged,
                    &name,
                    "the archive ends within this member",
                    0,
                );
            }
        }
    }

    fn zip(&mut self, within: &str, input: &mut dyn Read, depth: usize) {
        let mut bytes = Vec::new();
        let read = input.take(HELD + 1).read_to_end(&mut bytes);
        if let Err(error) = read {
            self.failed(within, &error);
        }
        if bytes.len() as u64 > HELD {
            return self.problems.add(
                ProblemKind::TooLarge,
                within,
                "zip archive of more than 256 MiB: unpack it first",
                0,
            );
        }
        let mut archive = match zip::ZipArchive::new(Cursor::new(bytes.as_slice())) {
            Ok(archive) => archive,
            Err(_) => {
                self.problems.add(
                    ProblemKind::Damaged,
                    within,
                    "the zip archive has no readable directory; only its stored bytes were read",
                    0,
                );
                return self.plain(within, &mut bytes.as_slice());
            }
        };
        for at in 0..archive.len() {
            let raw = archive
                .by_index_raw(at)
                .map(|file| (file.is_dir(), named(&file, at), file.encrypted()));
            let Ok((is_folder, name, is_encrypted)) = raw else {
                let detail = format!("member {at} can't be read");
                self.problems.add(ProblemKind::Damaged, within, detail, 1);
                continue;
            };
            if is_folder {
                continue;
            }
            let Some(name) = self.member(within, &name) else {
                return;
            };
            if is_encrypted {
                let detail = "encrypted with a password: unpack it first";
                self.problems.add(ProblemKind::Encrypted, &name, detail, 1);
            } else if let Ok(input) = archive.by_index(at) {
                let left = Rc::clone(&self.left);
                self.read(&name, &mut Metered { input, left }, depth + 1);
            } else {
                let detail = "the compression of this member is not supported";
                self.problems.add(ProblemKind::NotSupported, &name, detail, 1);
            }
        }
    }

    /// Reads text in windows. Lines are counted on the way.
    fn plain(&mut self, name: &str, input: &mut dyn Read) {
        let mut bytes = Vec::with_capacity(64 << 10);
        let mut kept = 0;
        let mut lines = 0;
        loop {
            let wanted = (WINDOW - bytes.len()) as u64;
            let read = (&mut *input).take(wanted).read_to_end(&mut bytes);
            let is_end = bytes.len() < WINDOW;
            let ends = if is_end { bytes.len() } else { WINDOW - SHARED / 2 };
            let window = Window {
                bytes: &bytes,
                counts: kept..ends,
                lines,
            };
            self.texts.text(name, &window);
            if let Err(error) = read {
                return self.failed(name, &error);
            }
            if is_end {
                return;
            }
            let moved = WINDOW - SHARED;
            lines += memchr::memchr_iter(b'\n', &bytes[..moved]).count() as u64;
            bytes.drain(..moved);
            kept = SHARED / 2;
        }
    }
}

/// Name of a member, or its number where the name can't be read.
fn named<R: Read>(file: &zip::read::ZipFile<'_, R>, at: usize) -> String {
    file.name()
        .map_or_else(|_| format!("member {at}"), std::borrow::Cow::into_owned)
}

struct Counted<'c, R> {
    input: &'c mut R,
    count: u64,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.count += count as u64;
        Ok(count)
    }
}

/// The `path` of a pax header: lines of `<length> <key>=<value>`.
fn pax_path(text: &str) -> Option<String> {
    let mut pairs = text
        .lines()
        .filter_map(|line| line.split_once(' ')?.1.split_once('='));
    pairs
        .find(|(key, _)| *key == "path")
        .map(|(_, path)| path.to_owned())
}
