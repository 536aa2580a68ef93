//! A chain of digests over made-up log files, signed with a key that is used nowhere else.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use stanch_core::Timestamp;

use crate::{Keyring, Signatures, Verification, Verifier};

const PKCS1: &[&str] = &[
    "MIIEpAIBAAKCAQEApqWUXDrRBXSZFlc8V5RaeSs5e/37aCsTQOl9T7pKwJeGW9q9qKfglJ0MZcr+JpfQBMLkj2RPhed7pwYRCAG6",
    "3vSHxQIEDOzJvVsI6/kPTshzBN0qhv0ThgjbNG3WIiwthrrj3F4ixetGD6zOih75lzaz+9QKRCrZdQ4gH9ftYIblDiLc3jj3kgeL",
    "Z29l/cj1nMtdqFETQdL/VprN1D8FBrH3dCVGNfjAc1PtGByhAysdOLXq1lKkDIxuRfKMCq1qlqaXaI1gPhUW1IAvT/sY8YWvvxKI",
    "OpFodeWmyBM3tTHv9tX89zbpNPbCLNNMi25JVIWajm/RdjVSy+3hfAGO3QIDAQABAoIBABc1lWmY+XaIjC+r26gY7dbVWc62i1ax",
    "NR/DxSOe/v0+vUQ6vVJpeyJHkyv0Lxxh5WNcX2fHITo1iKe09RdH4mZd6TDbfIPuUJSSQrZWvDaNPVOul9cwFRGEVz9AkuO0gmyy",
    "x7xv0ej9wQa62xMqiDlysXN/zyQ6UYn3eyrkMFfSiB+324an/uu3jLxYh1kRVUANaZZeWkaWKQOYTbeDZCuiOGCoLJvINpuF/aVX",
    "hRGyMxKEt+TVyCBbo7nnY8YbfNMjpybBbGsRGQ5lQUFldLRL5Me+9nABxk0uoG0M0AOaeNBk8t2x/GjSex4+24OWhgS5XOgnLrte",
    "a6/JY1ZQPIMCgYEA2u9C+d9H9TQymh7XJSzo41vjP9Ss5FqMXFNzDJV6lZctF+Fgx2+D1dBCH9ESR/tro35lYMC5NBI4Up/Czz6P",
    "CCfdXCYAPdpDzTcscyfVeOei0UOUIFgdkBFcs3q1qoXWg16vxbMFWdzxwzr/qsFE4KMIBeCUD0vsvTRgmCyRGf8CgYEAwtwjEROu",
    "geQJvhYlBCW2dFn9gzWKnT4Ryw5zCeDZOiGioYlbNoNYT8SqzuGBVxMvAuZsr+eG7WolGUOR0DEmrKC5fSjCh/oQwTUmwdidDANO",
    "cQ18dySfrJzFfK+fLhDJQk2UI6S1Nct26TAQXFi5YsS4XSU5c/t/JgAxjgi6/yMCgYEAwymoBcCRj7axKQw282++RvahdEQsvv8s",
    "whytoVkaxoDV9MS3FfGFjzMvztb7uekZAcxpqL8EGbPoO1cpPL9il32Z6UwCySBpcmUtnZWzySyLyom4YMDL0aJ4hZHsoY7fM4pT",
    "nCPCsGGxrjxIrrnMoYcTXtHcimo/JkarmNuZmZcCgYEAkGHs2cprk3MUhPSDmP8Yoj3LylzxyHElXf/m3XrtelVR27+bBllsJi7j",
    "IUeWPp7IRq3V+sDjCSeNNZsLf+frcB3nUwXQnlB7+a0Yeqm2NCB/DuWfQ+ivJ4dCDZFTsR5fAfHZwk9YtfN8uGwUs1hKhRSeRuY+",
    "G+JN5CpgjY2KgWECgYA26g1vOyCi04F8jAaAQEt5Ky7tnAUjneG8vIaAIVqWZgkTC9g2+he3zAXBEz0WpRG9VPmdJntROBrgKxxo",
    "neywS+V4/szKZh2Lqs3pA1swB3bkTNvc9IhW0jR7nL3MZKFxohvEcs2rEOcOrn2kUE6C+MARJVX/ZX+P5bQ39s0RNw==",
];

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const REGION: &str = "eu-west-1";
const FINGERPRINT: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const BEGIN: i64 = 1_772_700_000_000 - 1_772_700_000_000 % 3_600_000;

/// Files of a bucket with the signatures of its digests.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    pub(crate) files: Vec<(String, Vec<u8>)>,
    pub(crate) signatures: Signatures,
    pub(crate) keys: Keyring,
}

pub(crate) fn packed(content: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(content).unwrap();
    writer.finish().unwrap()
}

fn compact(time: Timestamp) -> String {
    time.to_string().replace(['-', ':'], "")
}

pub(crate) fn key_pair() -> RsaKeyPair {
    RsaKeyPair::from_der(&STANDARD.decode(PKCS1.concat()).unwrap()).unwrap()
}

pub(crate) fn public_keys() -> String {
    let value = STANDARD.encode(key_pair().public_key().as_ref());
    json!({"PublicKeyList": [{"Value": value, "Fingerprint": FINGERPRINT}]}).to_string()
}

fn digest_key(end: Timestamp) -> String {
    let time = compact(end);
    format!(
        "AWSLogs/{ACCOUNT}/CloudTrail-Digest/{REGION}/{}/{}/{}/{ACCOUNT}_CloudTrail-Digest_{REGION}_main_{REGION}_{time}.json.gz",
        &time[..4],
        &time[4..6],
        &time[6..8]
    )
}

pub(crate) fn log_key(hour: usize, number: usize) -> String {
    let time = compact(Timestamp(BEGIN + hour as i64 * 3_600_000 + 300_000));
    let minute = &time[..13];
    format!(
        "AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/x/{ACCOUNT}_CloudTrail_{REGION}_{minute}Z_AbCdEf{hour:04}{number}.json.gz"
    )
}

/// Builds a chain of so many hours with two logs each; `restart` begins the chain again before these hours.
pub(crate) fn bucket(hours: usize, restarts: &[usize]) -> Bucket {
    let (pair, random) = (key_pair(), ring::rand::SystemRandom::new());
    let mut files = Vec::new();
    let mut signatures = Signatures::default();
    let mut previous: Option<(String, String, String)> = None;
    for hour in 0..hours {
        let start = Timestamp(BEGIN + hour as i64 * 3_600_000);
        let end = start.plus_millis(3_600_000);
        let mut logs = Vec::new();
        for number in 0..2 {
            let content =
                json!({"Records": [{"eventID": format!("{hour}-{number}"), "eventTime": start.to_string()}]})
                    .to_string();
            let key = log_key(hour, number);
            let hash = hex::encode(Sha256::digest(content.as_bytes()));
            logs.push(
                json!({"s3Bucket": "logs", "s3Object": key, "hashValue": hash, "hashAlgorithm": "SHA-256"}),
            );
            files.push((key, packed(content.as_bytes())));
        }
        if restarts.contains(&hour) {
            previous = None;
        }
        let key = digest_key(end);
        let (before, hash, signed) = match &previous {
            Some((key, hash, signed)) => (Some(key), Some(hash), Some(signed)),
            None => (None, None, None),
        };
        let content = json!({
            "awsAccountId": ACCOUNT, "digestStartTime": start.to_string(), "digestEndTime": end.to_string(),
            "digestS3Bucket": "logs", "digestS3Object": key, "digestPublicKeyFingerprint": FINGERPRINT,
            "digestSignatureAlgorithm": "SHA256withRSA", "previousDigestS3Bucket": before.map(|_| "logs"),
            "previousDigestS3Object": before, "previousDigestHashValue": hash, "previousDigestSignature": signed,
            "logFiles": logs,
        })
        .to_string();
        let hash = hex::encode(Sha256::digest(content.as_bytes()));
        let text = format!(
            "{end}\nlogs/{key}\n{hash}\n{}",
            signed.map_or("null", String::as_str)
        );
        let mut signature = vec![0; pair.public().modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature)
            .unwrap();
        let signature = hex::encode(signature);
        signatures.insert(&key, &signature);
        files.push((key.clone(), packed(content.as_bytes())));
        previous = Some((key, hash, signature));
    }
    let mut keys = Keyring::default();
    keys.add(public_keys().as_bytes()).unwrap();
    Bucket {
        files,
        signatures,
        keys,
    }
}

impl Bucket {
    pub(crate) fn verify(&self) -> Verification {
        let mut verifier = Verifier::new(1 << 20);
        for (path, bytes) in &self.files {
            verifier.take(path, bytes);
        }
        verifier.verify(&self.keys, &self.signatures)
    }

    pub(crate) fn digest_at(&self, hour: usize) -> usize {
        let digests = self
            .files
            .iter()
            .enumerate()
            .filter(|(_, (key, _))| key.contains("Digest"));
        digests.map(|(at, _)| at).nth(hour).unwrap()
    }

    pub(crate) fn log_at(&self, hour: usize, number: usize) -> usize {
        let wanted = log_key(hour, number);
        self.files.iter().position(|(key, _)| *key == wanted).unwrap()
    }
}
