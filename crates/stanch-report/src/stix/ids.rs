//! Ids that follow from content, so that the same analysis gives the same bundle.
//!
//! It must not know what the objects say.

use serde_json::Value;
use uuid::{Uuid, uuid};

/// The namespace of cyber-observable objects (STIX 2.1, section 2.9). It is for them alone.
const OBSERVABLES: Uuid = uuid!("00abedb4-aa42-466c-9c01-fed23315a9b7");
/// Ours, for all other objects. Drawn once, never changed.
const OWN: Uuid = uuid!("6d1c7f0e-52b1-4c35-9a6e-3f0f6a6a0d57");

/// The id of a cyber-observable object, from the properties that the standard names for its type. They must be in
/// alphabetical order: their JSON is then canonical (RFC 8785).
pub(super) fn observable(kind: &str, contributing: &Value) -> String {
    let id = Uuid::new_v5(&OBSERVABLES, contributing.to_string().as_bytes());
    format!("{kind}--{id}")
}

/// The id of any other object, from what makes it this one.
pub(super) fn own(kind: &str, parts: &[&str]) -> String {
    let name = Value::from([&[kind], parts].concat()).to_string();
    format!("{kind}--{}", Uuid::new_v5(&OWN, name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_the_id_that_the_standard_gives_it() {
        // As the OASIS library stix2 computes it.
        assert_eq!(
            observable("ipv4-addr", &serde_json::json!({ "value": "198.51.100.3" })),
            "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"
        );
        assert_ne!(own("indicator", &["a", "bc"]), own("indicator", &["ab", "c"]));
    }
}
