//! A botocore wheel: which services it has and what it says about them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use flate2::read::GzDecoder;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use crate::error::TaskError;

/// Bytes that one document of a wheel may have: the largest model has about 9 MB.
const DOCUMENT: u64 = 64 << 20;

/// An open wheel.
pub(crate) struct Wheel {
    archive: ZipArchive<BufReader<File>>,
    /// The version in its name.
    pub(crate) version: String,
    /// The digest of the whole file.
    pub(crate) sha256: String,
    /// The folder of the newest version of each service.
    newest: BTreeMap<String, String>,
}

/// What a wheel says about a service.
pub(crate) struct Documents {
    pub(crate) model: Value,
    pub(crate) paginators: Option<Value>,
    pub(crate) rules: Option<Value>,
}

impl Wheel {
    pub(crate) fn open(path: &Path) -> Result<Self, TaskError> {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let version = name
            .strip_prefix("botocore-")
            .and_then(|rest| rest.split('-').next())
            .ok_or_else(|| {
                TaskError::Unfit(format!("{} is not named as a botocore wheel is", path.display()))
            })?;
        let bytes = std::fs::read(path).map_err(TaskError::file(path))?;
        let sha256 = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let file = File::open(path).map_err(TaskError::file(path))?;
        let archive = ZipArchive::new(BufReader::new(file))
            .map_err(|error| TaskError::Unfit(format!("{}: {error}", path.display())))?;
        let mut newest: BTreeMap<String, String> = BTreeMap::new();
        for name in archive.file_names() {
            let name = name.map_err(|error| TaskError::Unfit(format!("{}: {error}", path.display())))?;
            let mut parts = name.split('/');
            if let (Some("botocore"), Some("data"), Some(service), Some(date), Some(file)) = (
                parts.next(),
                parts.next(),
                parts.next(),
                parts.next(),
                parts.next(),
            ) && file.starts_with("service-2.json")
            {
                let known = newest.entry(service.to_owned()).or_default();
                // Versions are dates, so the last one in order is the newest.
                if date > known.as_str() {
                    date.clone_into(known);
                }
            }
        }
        Ok(Self {
            archive,
            version: version.to_owned(),
            sha256,
            newest,
        })
    }

    /// The names of all services, sorted.
    pub(crate) fn services(&self) -> Vec<String> {
        self.newest.keys().cloned().collect()
    }

    /// All documents of a service, what the SDK adds to them merged in.
    pub(crate) fn documents(&mut self, service: &str) -> Result<Documents, TaskError> {
        let date = self.newest.get(service).cloned().unwrap_or_default();
        let mut merged = |name: &str| -> Result<Option<Value>, TaskError> {
            let folder = format!("botocore/data/{service}/{date}/{name}");
            let Some(mut document) = self.document(&format!("{folder}.json"))? else {
                return Ok(None);
            };
            if let Some(extras) = self.document(&format!("{folder}.sdk-extras.json"))?
                && let Some(merge_in) = extras.get("merge")
            {
                merge(&mut document, merge_in);
            }
            Ok(Some(document))
        };
        let model = merged("service-2")?;
        Ok(Documents {
            model: model.ok_or_else(|| TaskError::Unfit(format!("{service} has no model")))?,
            paginators: merged("paginators-1")?,
            rules: merged("endpoint-rule-set-1")?,
        })
    }

    /// A document that must be there.
    pub(crate) fn required(&mut self, name: &str) -> Result<Value, TaskError> {
        self.document(name)?
            .ok_or_else(|| TaskError::Unfit(format!("the wheel has no {name}")))
    }

    /// A document, plain or compressed.
    fn document(&mut self, name: &str) -> Result<Option<Value>, TaskError> {
        for (name, packed) in [(name.to_owned(), false), (format!("{name}.gz"), true)] {
            let entry = match self.archive.by_name(&name) {
                Ok(entry) => entry,
                Err(zip::result::ZipError::FileNotFound) => continue,
                Err(error) => return Err(TaskError::Unfit(format!("{name}: {error}"))),
            };
            let mut bytes = Vec::new();
            if packed {
                GzDecoder::new(entry).take(DOCUMENT).read_to_end(&mut bytes)?;
            } else {
                entry.take(DOCUMENT).read_to_end(&mut bytes)?;
            }
            return serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|error| TaskError::Unfit(format!("{name}: {error}")));
        }
        Ok(None)
    }
}

/// Members of one object into another, level by level.
fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(
                    into.entry(name.clone()).or_insert(Value::Object(Map::new())),
                    value,
                );
            }
        }
        (into, from) => *into = from.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_added_is_added_level_by_level() {
        let mut into = json!({"a": {"b": 1, "c": [1]}, "d": 2});
        merge(&mut into, &json!({"a": {"c": [2], "e": {"f": 3}}}));
        assert_eq!(into, json!({"a": {"b": 1, "c": [2], "e": {"f": 3}}, "d": 2}));
    }
}
