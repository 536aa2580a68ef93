//! Members of tar and zip archives, one after another, each read as a content of its own.
//!
//! Knows the archive formats and their bounds; what a member holds is read by whoever asked. Nothing is ever
//! written to disk, so a member's name can do no harm but be shown.

use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use stanch_core::ProblemKind;

use crate::delivery::Delivery;
use crate::inflate::Metered;

/// Bytes of a member's name that are read from an extension header.
const NAME_BYTES: u64 = 4096;

/// Reads one member's content.
pub(crate) type ReadMember<'m, 'd> = dyn FnMut(&mut dyn Read, &str, &mut Delivery<'d>) + 'm;

/// Reads all members of a tar archive. `within` is the archive's own name when it is a member itself.
pub(crate) fn tar<'d>(
    input: &mut dyn Read,
    within: &str,
    out: &mut Delivery<'d>,
    read_member: &mut ReadMember<'_, 'd>,
) {
    let here = out.member();
    let mut archive = tar::Archive::new(input);
    // Raw entries: the crate would hold extension headers of any size.
    let entries = match archive.entries() {
        Ok(entries) => entries.raw(true),
        Err(error) => return bad(out, &error.to_string()),
    };
    let mut long_name = None;
    for entry in entries {
        out.return_to(here);
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                if !out.was_cut_below() {
                    bad(out, &format!("the archive is damaged: {error}"));
                }
                return;
            }
        };
        let kind = entry.header().entry_type();
        if kind.is_gnu_longname() {
            long_name = read_name(&mut entry).map(|name| name.trim_end_matches('\0').to_owned());
        } else if kind.is_pax_local_extensions() {
            long_name = read_name(&mut entry)
                .and_then(|text| pax_path(&text))
                .or(long_name);
        } else if kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse() {
            let own = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let name = joined(within, &long_name.take().unwrap_or(own));
            if !out.may_enter_member() {
                return;
            }
            out.enter_member(&name);
            if kind.is_gnu_sparse() {
                bad(out, "a sparse member is not read");
            } else {
                read_member(&mut Whole::new(&mut entry, out), &name, out);
            }
        }
    }
    out.return_to(here);
}

/// A tar member that must not end before its size says so.
struct Whole<'e, R> {
    input: &'e mut R,
    left: u64,
    strain: Rc<crate::strain::Strain>,
}

impl<'e, R: Read> Whole<'e, tar::Entry<'e, R>> {
    fn new<'x>(input: &'x mut tar::Entry<'e, R>, out: &Delivery<'_>) -> Whole<'x, tar::Entry<'e, R>> {
        Whole {
            left: input.size(),
            input,
            strain: Rc::clone(&out.strain),
        }
    }
}

impl<R: Read> Read for Whole<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.left = self.left.saturating_sub(count as u64);
        if count == 0 && self.left > 0 && !buffer.is_empty() {
            self.left = 0;
            self.strain
                .cut_short(ProblemKind::Truncated, "the archive ends within a member");
        }
        Ok(count)
    }
}

fn read_name(entry: &mut impl Read) -> Option<String> {
    let mut bytes = Vec::new();
    entry.take(NAME_BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
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

fn joined(within: &str, name: &str) -> String {
    if within.is_empty() {
        name.to_owned()
    } else {
        format!("{within}/{name}")
    }
}

fn bad(out: &mut Delivery<'_>, detail: &str) {
    out.problem(ProblemKind::BadArchive, None, detail);
}

/// Reads all members of a zip archive.
pub(crate) fn zip<'d>(
    mut input: impl Read + Seek,
    within: &str,
    out: &mut Delivery<'d>,
    read_member: &mut ReadMember<'_, 'd>,
) {
    let here = out.member();
    // The directory is held in memory as a whole, so its size is looked at first.
    let most = u64::from(out.limits.members);
    match zip_entries(&mut input) {
        Ok(Some(count)) if count <= most => {}
        Ok(Some(_)) => return out.problem(ProblemKind::TooMany, None, "the archive has too many members"),
        Ok(None) | Err(_) => return bad(out, "the zip archive has no directory; it may be cut off"),
    }
    let mut archive = match zip::ZipArchive::new(input) {
        Ok(archive) => archive,
        Err(error) => return bad(out, &format!("the zip archive can't be read: {error}")),
    };
    if archive.has_duplicate_names() {
        bad(out, "members have the same name; only one of them was read");
    }
    for index in 0..archive.len() {
        out.return_to(here);
        let name = match archive.by_index_data(index) {
            Ok(entry) if entry.is_dir() || entry.is_symlink() => continue,
            Ok(entry) => joined(within, &String::from_utf8_lossy(entry.name_raw())),
            Err(error) => {
                bad(out, &format!("a member can't be read: {error}"));
                continue;
            }
        };
        if !out.may_enter_member() {
            return;
        }
        out.enter_member(&name);
        match archive.by_index(index) {
            Ok(member) => {
                let strain = Rc::clone(&out.strain);
                read_member(&mut Metered::new(member, strain), &name, out);
            }
            Err(error) => bad(out, &format!("the member can't be read: {error}")),
        }
    }
    out.return_to(here);
}

/// How many entries a zip archive's directory says it has, from the record at its end.
fn zip_entries(input: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    const TAIL: u64 = (64 << 10) + 22 + 20;
    let size = input.seek(SeekFrom::End(0))?;
    let start = input.seek(SeekFrom::Start(size.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    input.take(TAIL).read_to_end(&mut tail)?;
    input.seek(SeekFrom::Start(0))?;
    let Some(end) = memchr::memmem::rfind(&tail, b"PK\x05\x06") else {
        return Ok(None);
    };
    let short = tail
        .get(end + 10..end + 12)
        .and_then(|bytes| bytes.try_into().ok());
    let count = short.map(u16::from_le_bytes);
    if count != Some(u16::MAX) {
        return Ok(count.map(u64::from));
    }
    let Some(locator) = memchr::memmem::rfind(&tail[..end], b"PK\x06\x07") else {
        return Ok(count.map(u64::from));
    };
    let place = tail
        .get(locator + 8..locator + 16)
        .and_then(|bytes| bytes.try_into().ok());
    let Some(place) = place
        .map(u64::from_le_bytes)
        .filter(|place| *place < start + end as u64)
    else {
        return Ok(None);
    };
    let mut record = [0; 40];
    input.seek(SeekFrom::Start(place))?;
    input.read_exact(&mut record)?;
    input.seek(SeekFrom::Start(0))?;
    Ok(record[32..40].try_into().ok().map(u64::from_le_bytes))
}
