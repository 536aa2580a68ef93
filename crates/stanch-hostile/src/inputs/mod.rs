//! Files made to break programs that read logs: bombs, absurd sizes, damage, and every odd way to write text.
//!
//! Made again each time, always the same bytes, so that none is checked in. Each says what must become of it: read
//! in full, or named as a problem; never passed over in silence. It must not know how the product reads.

mod archives;
mod expected;
mod packed;
mod text;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

pub use expected::complaints;

/// What reading an input must come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It is read in full, and holds so many distinct events. Where that is none, the verdict must be unknown.
    Whole(u64),
    /// It is named as a problem, and at least so many distinct events of it are read.
    Named(u64),
}

/// How much it costs to make and to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Under a second: read in every test run.
    Light,
    /// Gigabytes: read by `cargo xtask hostile`.
    Heavy,
}

/// Writes an input. The text is the input's name, which goes into the ids of its events.
type WriteInput = fn(&mut dyn Write, &str) -> io::Result<()>;

/// One hostile input.
#[derive(Debug)]
pub struct HostileInput {
    /// The name of its file.
    pub name: &'static str,
    /// What it costs.
    pub weight: Weight,
    /// What must become of it.
    pub expected: Expected,
    write: WriteInput,
}

impl HostileInput {
    const fn light(name: &'static str, expected: Expected, write: WriteInput) -> Self {
        Self {
            name,
            weight: Weight::Light,
            expected,
            write,
        }
    }

    const fn heavy(name: &'static str, expected: Expected, write: WriteInput) -> Self {
        Self {
            name,
            weight: Weight::Heavy,
            expected,
            write,
        }
    }

    /// Writes it below a folder under its name.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write_below(&self, folder: &Path) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 20, File::create(folder.join(self.name))?);
        (self.write)(&mut out, self.name)?;
        out.flush()
    }
}

/// Every input, light and heavy.
pub fn all() -> impl Iterator<Item = &'static HostileInput> {
    text::INPUTS.iter().chain(packed::INPUTS).chain(archives::INPUTS)
}

/// A harmless record whose id is that of the input with a number.
fn record(input: &str, number: u64) -> String {
    format!(
        r#"{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ann","accountId":"111122223333","userName":"ann"}},"eventTime":"2026-03-05T14:02:11Z","eventSource":"ec2.amazonaws.com","eventName":"DescribeInstances","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.17.13","requestParameters":{{"note":"n"}},"eventID":"{input}-{number}","readOnly":true,"recipientAccountId":"111122223333"}}"#
    )
}

/// A CloudTrail file of two such records.
fn file_of_two(input: &str) -> String {
    format!("{{\"Records\":[{},{}]}}", record(input, 1), record(input, 2))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn light_inputs_are_the_same_bytes_every_time_and_small() {
        let names: BTreeSet<&str> = all().map(|input| input.name).collect();
        assert_eq!(names.len(), all().count());
        for input in all().filter(|input| input.weight == Weight::Light) {
            let made = || {
                let mut bytes = Vec::new();
                (input.write)(&mut bytes, input.name).unwrap();
                bytes
            };
            let bytes = made();
            assert!(bytes == made(), "{}", input.name);
            assert!(bytes.len() < 20 << 20, "{}: {}", input.name, bytes.len());
        }
    }
}
