//! Manifests: which files are the current delivery of a month. Old assemblies and earlier executions lie next to them.
//!
//! Sources: "Report manifest files" of the Cost and Usage Report guide; the metadata folder of Data Exports.

use std::io::Read as _;

use serde::Deserialize;

use super::part::Part;

/// Bytes of a manifest.
const LIMIT: u64 = 64 << 20;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    #[serde(default)]
    account: String,
    #[serde(default)]
    assembly_id: String,
    #[serde(default)]
    execution_id: String,
    #[serde(default)]
    report_name: String,
    #[serde(default)]
    export_arn: String,
    #[serde(default)]
    billing_period: Period,
    #[serde(default)]
    report_keys: Vec<String>,
    #[serde(default)]
    data_files: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Period {
    start: String,
}

/// A manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Manifest {
    /// Its own path.
    pub(super) name: String,
    /// Account that has the export.
    pub(super) owner: String,
    /// Export or report, and the month: deliveries with the same series replace each other.
    pub(super) series: (String, String),
    /// Keys of its files in S3.
    pub(super) keys: Vec<String>,
    /// True for the manifest of the month, which AWS replaces with each delivery; false for the copy of one assembly.
    pub(super) is_current: bool,
    pub(super) modified: u64,
}

/// Reads a manifest; none when the file is none.
pub(super) fn read(part: &Part) -> Option<Manifest> {
    if !part.name.ends_with("anifest.json") {
        return None;
    }
    let bytes = part.with(|bytes| {
        let mut all = Vec::new();
        bytes.take(LIMIT).read_to_end(&mut all)?;
        Ok(all)
    });
    let written: Written = serde_json::from_slice(&bytes.ok()?).ok()?;
    let is_export = !written.data_files.is_empty() || !written.export_arn.is_empty();
    let folder = part.name.rsplit('/').nth(1).unwrap_or_default();
    let delivery = if is_export {
        &written.execution_id
    } else {
        &written.assembly_id
    };
    let month = if is_export {
        part.name
            .rsplit('/')
            .find(|each| each.starts_with("BILLING_PERIOD="))?
            .to_owned()
    } else {
        written.billing_period.start.clone()
    };
    let keys: Vec<String> = written
        .report_keys
        .into_iter()
        .chain(written.data_files)
        .collect();
    if keys.is_empty() {
        return None;
    }
    let owner = if is_export {
        written
            .export_arn
            .split(':')
            .nth(4)
            .unwrap_or_default()
            .to_owned()
    } else {
        written.account
    };
    let series = if is_export {
        written.export_arn.clone()
    } else {
        format!("{}/{}", owner, written.report_name)
    };
    Some(Manifest {
        name: part.name.clone(),
        owner,
        series: (series, month),
        keys: keys.iter().map(|key| path_of(key).to_owned()).collect(),
        is_current: delivery.is_empty() || folder != delivery,
        modified: part.modified,
    })
}

/// `s3://bucket/key` without the bucket.
fn path_of(key: &str) -> &str {
    key.strip_prefix("s3://")
        .and_then(|rest| rest.split_once('/'))
        .map_or(key, |(_, key)| key)
}

impl Manifest {
    /// Returns how many of the last parts of the path of a key a file shares with it, from its name on.
    pub(super) fn likeness(key: &str, name: &str) -> usize {
        key.rsplit('/')
            .zip(name.rsplit('/'))
            .take_while(|(one, other)| one == other)
            .count()
    }
}
