//! Members of tar and zip archives, one after another, each read as a content of its own.
//!
//! Knows the archive formats and their bounds; what a member holds is read by whoever asked. Nothing is ever
//! written to disk, so a member's name can do no harm but be shown.

use std::io::{self, BufRead, Read, Seek};
use std::rc::Rc;

use stanch_core::ProblemKind;

use crate::inflate::Metered;
use crate::output::Output;
use crate::zip_content::Content;
use crate::zip_directory::{self, Directory, Entry};

/// Bytes of a member's name that are read from an extension header.
const NAME_BYTES: u64 = 4096;

/// Reads one member's content.
pub(crate) type ReadMember<'m, 'd> = dyn FnMut(&mut dyn Read, &str, &mut Output<'d>) + 'm;

/// Reads all members of a tar archive. `within` is the archive's own name when it is a member itself.
pub(crate) fn tar<'d>(
    input: &mut dyn Read,
    within: &str,
    out: &mut Output<'d>,
    read_member: &mut ReadMember<'_, 'd>,
) {
    let here = out.emitter.member();
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
            if !out.enter_member(&name) {
                return;
            }
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
    budget: Rc<crate::budget::Budget>,
}

impl<'e, R: Read> Whole<'e, tar::Entry<'e, R>> {
    fn new<'x>(input: &'x mut tar::Entry<'e, R>, out: &Output<'_>) -> Whole<'x, tar::Entry<'e, R>> {
        Whole {
            left: input.size(),
            input,
            budget: Rc::clone(&out.budget),
        }
    }
}

impl<R: Read> Read for Whole<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.left = self.left.saturating_sub(count as u64);
        if count == 0 && self.left > 0 && !buffer.is_empty() {
            self.left = 0;
            self.budget
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

fn bad(out: &mut Output<'_>, detail: &str) {
    out.problem(ProblemKind::BadArchive, None, detail);
}

/// Reads all members of a zip archive, in the order of its directory.
pub(crate) fn zip<'d>(
    mut input: impl BufRead + Seek,
    within: &str,
    out: &mut Output<'d>,
    read_member: &mut ReadMember<'_, 'd>,
) {
    let here = out.emitter.member();
    let Ok(Some(mut directory)) = Directory::find(&mut input) else {
        return bad(out, "the zip archive has no directory; it may be cut off");
    };
    let mut packed = 0_u64;
    loop {
        let entries = directory.next_entries(&mut input);
        if entries.is_empty() {
            break;
        }
        for entry in entries
            .iter()
            .filter(|entry| !entry.is_folder() && !entry.is_link)
        {
            out.return_to(here);
            // Members may share their bytes. What is then read over and over must cost, even if nothing comes of it.
            let bytes = directory.bytes_of(entry);
            packed = packed.saturating_add(bytes);
            if packed > directory.size() {
                out.budget.spend(bytes);
            }
            if out.budget.left() == 0 {
                let detail = "it unpacks to more than is allowed; the rest was not read";
                return out.problem(ProblemKind::TooLarge, None, detail);
            }
            if !zip_member(&mut input, entry, within, out, read_member) {
                return;
            }
        }
    }
    out.return_to(here);
    if let Some(complaint) = directory.complaint() {
        bad(out, &complaint);
    }
}

fn zip_member<'d>(
    input: &mut (impl BufRead + Seek),
    entry: &Entry,
    within: &str,
    out: &mut Output<'d>,
    read_member: &mut ReadMember<'_, 'd>,
) -> bool {
    let name = joined(within, &entry.name);
    if !out.enter_member(&name) {
        return false;
    }
    if entry.is_encrypted {
        let detail = "the archive is encrypted with a password; unpack it first";
        out.problem(ProblemKind::Encrypted, None, detail);
        return true;
    }
    let content = zip_directory::go_to_content(input, entry)
        .map_err(|error| format!("the member can't be read: {error}"))
        .and_then(|()| Content::of(entry, input));
    match content {
        Ok(content) => {
            let budget = Rc::clone(&out.budget);
            read_member(&mut Metered::new(content, budget), &name, out);
        }
        Err(detail) => bad(out, &detail),
    }
    true
}
