//! Signatures of digests: metadata of their S3 objects, which a plain copy of a bucket loses.
//!
//! They are read from a side file. It must not know whether a signature is right.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::name::last;

/// A side file that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSignatures {
    /// Not JSON, or not JSON lines.
    #[error("neither JSON nor JSON lines: {0}")]
    Format(String),
    /// No signature in it.
    #[error("it has no signature of a digest file")]
    Empty,
}

/// Signatures by the file name of the digest, as hexadecimal text.
#[derive(Debug, Clone, Default)]
pub struct Signatures {
    by_name: BTreeMap<String, String>,
}

impl Signatures {
    /// Number of signatures.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    /// Returns true when there is no signature.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// Keeps the signature of one digest.
    pub fn insert(&mut self, key: &str, signature: &str) {
        self.by_name.insert(last(key).to_owned(), signature.to_owned());
    }

    pub(crate) fn of(&self, name: &str) -> Option<&str> {
        self.by_name.get(last(name)).map(String::as_str)
    }

    /// Adds the signatures of a side file: JSON whose objects have a member `signature` under the object's key
    /// (`{"KEY": {"signature": …}}`, also below `objects`), or one object per line with `Key` and `Metadata`, as
    /// `aws s3api head-object` prints it.
    ///
    /// # Errors
    /// When the file is neither, or has no signature.
    pub fn add(&mut self, file: &[u8]) -> Result<(), BadSignatures> {
        let before = self.by_name.len();
        match serde_json::from_slice::<Value>(file) {
            Ok(value) => self.value(&value),
            Err(whole) => {
                let lines = file.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
                for line in lines {
                    match serde_json::from_slice::<Value>(line) {
                        Ok(value) => self.value(&value),
                        Err(_) => return Err(BadSignatures::Format(whole.to_string())),
                    }
                }
            }
        }
        if self.by_name.len() == before {
            return Err(BadSignatures::Empty);
        }
        Ok(())
    }

    fn value(&mut self, value: &Value) {
        if let Some(list) = value.as_array() {
            list.iter().for_each(|item| self.value(item));
        }
        let Some(members) = value.as_object() else {
            return;
        };
        let key = ["Key", "key"]
            .iter()
            .find_map(|name| value.get(name))
            .and_then(Value::as_str);
        if let (Some(key), Some(signature)) = (key, signature(value)) {
            self.insert(key, signature);
            return;
        }
        for (name, below) in members {
            match signature(below) {
                Some(signature) => self.insert(name, signature),
                None if name == "objects" => self.value(below),
                None => {}
            }
        }
    }
}

/// Returns the signature in an object, or in its `Metadata`.
fn signature(value: &Value) -> Option<&str> {
    let names = ["signature", "x-amz-meta-signature", "Signature"];
    let direct = |value: &Value| -> Option<usize> { names.iter().position(|name| value.get(name).is_some()) };
    let holder = match direct(value) {
        Some(_) => value,
        None => value.get("Metadata").or_else(|| value.get("metadata"))?,
    };
    names
        .iter()
        .find_map(|name| holder.get(name))
        .and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_side_file_is_read() {
        let forms = [
            r#"{"a/b_1.json.gz": {"signature": "aa", "signature-algorithm": "SHA256withRSA"}}"#,
            r#"{"bucket": "b", "objects": {"a/b_1.json.gz": {"signature": "aa"}}}"#,
            "{\"Key\": \"a/b_1.json.gz\", \"Metadata\": {\"signature\": \"aa\"}}\n{\"Key\": \"c\", \"Metadata\": {}}\n",
            r#"[{"Key": "x/b_1.json.gz", "Metadata": {"signature": "aa"}}]"#,
        ];
        for form in forms {
            let mut signatures = Signatures::default();
            signatures.add(form.as_bytes()).unwrap();
            assert_eq!(signatures.of("elsewhere/b_1.json.gz"), Some("aa"), "{form}");
            assert_eq!(signatures.len(), 1);
        }
        let mut none = Signatures::default();
        assert_eq!(none.add(b"{}"), Err(BadSignatures::Empty));
        assert!(matches!(none.add(b"nothing"), Err(BadSignatures::Format(_))));
    }
}
