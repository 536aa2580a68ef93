//! The tree as a whole: the same every time, the right shape, the truth in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;

use serde_json::Value;

use super::*;

fn small() -> Options {
    Options {
        events: 3_000,
        days: 3,
        ..Options::default()
    }
}

/// Every file by its path below the root.
fn contents(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read(path).unwrap());
            }
        }
    }
    found
}

/// Every record of every file that can be read whole.
fn records(files: &BTreeMap<String, Vec<u8>>) -> Vec<Value> {
    let mut records = Vec::new();
    for (name, bytes) in files {
        let mut plain = Vec::new();
        let whole = flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain);
        if whole.is_err() || name.contains("Digest") {
            continue;
        }
        let mut document: Value = serde_json::from_slice(&plain).unwrap();
        records.append(document["Records"].as_array_mut().unwrap());
    }
    records
}

fn made(options: &Options) -> (Manifest, BTreeMap<String, Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("logs");
    let manifest = write(&out, options).unwrap();
    (manifest, contents(&out))
}

fn text<'v>(record: &'v Value, pointer: &str) -> &'v str {
    record.pointer(pointer).and_then(Value::as_str).unwrap_or("")
}

#[test]
fn the_same_options_give_the_same_bytes() {
    let (first, second) = (made(&small()), made(&small()));
    assert_eq!(first.0, second.0);
    assert!(first.1 == second.1, "two runs differ");
    let other = made(&Options { seed: 8, ..small() });
    assert_ne!(first.0.truth, other.0.truth);
}

#[test]
fn the_manifest_counts_what_is_there() {
    let (manifest, files) = made(&small());
    let records = records(&files);
    assert_eq!(manifest.files, files.len() as u64);
    assert_eq!(manifest.events + manifest.duplicates, records.len() as u64);
    let distinct: BTreeSet<_> = records.iter().map(|record| text(record, "/eventID")).collect();
    assert_eq!(manifest.events, distinct.len() as u64);
    assert!(manifest.duplicates > 0);
    assert!((3_000..4_200).contains(&manifest.events), "{}", manifest.events);
    let digests = files
        .keys()
        .filter(|name| name.contains("CloudTrail-Digest"))
        .count();
    assert_eq!(digests, 2);
}

#[test]
fn every_record_lies_where_its_account_region_and_day_say() {
    let (_, files) = made(&Options {
        damaged: false,
        ..small()
    });
    for (name, bytes) in files.iter().filter(|(name, _)| !name.contains("Digest")) {
        for record in records(&BTreeMap::from([(name.clone(), bytes.clone())])) {
            let account = text(&record, "/recipientAccountId");
            let folder = format!(
                "AWSLogs/{account}/CloudTrail/{}/{}/{account}_",
                text(&record, "/awsRegion"),
                text(&record, "/eventTime")[..10].replace('-', "/"),
            );
            assert!(name.starts_with(&folder), "{name} holds {record}");
            for member in [
                "eventVersion",
                "eventSource",
                "eventName",
                "userIdentity",
                "sourceIPAddress",
            ] {
                assert!(record.get(member).is_some(), "{member} is missing in {record}");
            }
        }
    }
}

#[test]
fn the_truth_lies_in_the_files() {
    let (manifest, files) = made(&small());
    let by_id: BTreeMap<String, Value> = records(&files)
        .into_iter()
        .map(|record| (text(&record, "/eventID").to_owned(), record))
        .collect();
    assert!(
        (250..=400).contains(&manifest.truth.len()),
        "{}",
        manifest.truth.len()
    );
    for event in &manifest.truth {
        let record = &by_id[&event.event_id];
        assert_eq!(text(record, "/eventName"), event.name);
        assert_eq!(text(record, "/eventTime"), event.time);
    }
    let key = &manifest.indicators.leaked_key;
    let elsewhere: BTreeSet<_> = by_id
        .values()
        .filter(|record| text(record, "/userIdentity/accessKeyId") == key)
        .map(|record| text(record, "/sourceIPAddress").split('.').nth(1).unwrap())
        .collect();
    assert_eq!(elsewhere.len(), 2, "the leaked key is used at home and abroad");
    assert!(!manifest.indicators.instances.is_empty());
    assert_eq!(manifest.indicators.objects_read, 200);
}

#[test]
fn only_the_attacker_uses_the_attackers_addresses() {
    let (manifest, files) = made(&small());
    let known: BTreeSet<_> = manifest
        .truth
        .iter()
        .map(|event| event.event_id.as_str())
        .collect();
    for record in records(&files) {
        let hostile = known.contains(text(&record, "/eventID"));
        let address = text(&record, "/sourceIPAddress").to_owned();
        assert_eq!(
            hostile,
            manifest.indicators.addresses.contains(&address),
            "{record}"
        );
    }
}

#[test]
fn without_the_incident_and_the_damage_there_is_neither() {
    let (manifest, files) = made(&Options {
        incident: false,
        damaged: false,
        ..small()
    });
    assert!(manifest.truth.is_empty() && manifest.indicators == Indicators::default());
    assert!(files.values().all(|bytes| bytes.starts_with(&[0x1f, 0x8b])));
    assert!(!files.keys().any(|name| name.contains("sa-east-1")));
}

#[test]
fn damage_is_one_cut_file_and_one_pointer() {
    let (_, files) = made(&small());
    let broken: Vec<_> = files
        .values()
        .filter(|bytes| {
            flate2::read::GzDecoder::new(bytes.as_slice())
                .read_to_end(&mut Vec::new())
                .is_err()
        })
        .collect();
    assert_eq!(broken.len(), 2);
    assert!(
        broken
            .iter()
            .any(|bytes| bytes.starts_with(b"version https://git-lfs"))
    );
}

#[test]
fn hostile_text_reaches_names_and_leaves_the_story_whole() {
    let (manifest, files) = made(&Options {
        hostile_text: true,
        ..small()
    });
    let records = records(&files);
    let raw: String = records.iter().map(ToString::to_string).collect();
    for nasty in ["\\u001b[2J", "<script>", "=HYPERLINK", "\u{202e}", "${jndi:"] {
        assert!(raw.contains(nasty), "{nasty:?} is nowhere");
    }
    let created = records
        .iter()
        .find(|record| text(record, "/eventName") == "CreateUser")
        .unwrap();
    let name = text(created, "/requestParameters/userName");
    assert!(name.starts_with(&manifest.indicators.created_user) && name != manifest.indicators.created_user);
    let later = records
        .iter()
        .any(|record| text(record, "/userIdentity/userName") == name);
    assert!(later, "the user that was made acts under the same spoilt name");
}

#[test]
fn every_small_shape_can_be_made() {
    for (days, accounts, regions, events) in [(1, 1, 1, 0), (0, 0, 0, 50), (2, 4, 9, 500)] {
        let (manifest, _) = made(&Options {
            events,
            days,
            accounts,
            regions,
            ..Options::default()
        });
        assert!(manifest.truth.len() > 200);
        assert_eq!(manifest.accounts.len(), accounts.max(1) as usize);
    }
}

#[test]
fn a_folder_that_is_in_use_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine"), "x").unwrap();
    assert!(matches!(
        write(folder.path(), &small()),
        Err(DemoError::NotEmpty(_))
    ));
}
