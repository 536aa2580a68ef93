//! The tree as CloudTrail lays it out in a bucket, with its digests, and with the damage that archives have.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::{Compression, GzBuilder};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::DemoError;
use crate::background::Mix;
use crate::calendar::Day;
use crate::plan::Plan;
use crate::record::Scene;
use crate::unit::UnitReport;

/// A little is lost in size against a great deal gained in time.
const LEVEL: Compression = Compression::new(4);

/// The folder everything goes into.
#[derive(Debug)]
pub(crate) struct Tree {
    root: PathBuf,
}

/// A digest's entry of a file.
#[derive(Debug, Clone)]
pub(crate) struct FileNote {
    path: String,
    sha256: String,
    oldest: String,
    newest: String,
}

impl Tree {
    /// Takes a folder that is empty or not there yet.
    pub(crate) fn create(root: &Path) -> Result<Self, DemoError> {
        fs::create_dir_all(root).map_err(failed(root))?;
        let mut entries = fs::read_dir(root).map_err(failed(root))?;
        if entries.next().is_some() {
            return Err(DemoError::NotEmpty(root.to_owned()));
        }
        Ok(Self {
            root: root.to_owned(),
        })
    }

    /// Writes a file of events.
    pub(crate) fn write_events(
        &self,
        account: &str,
        region: &str,
        day: Day,
        (stamp, suffix): (&str, &str),
        records: &[Value],
    ) -> Result<FileNote, DemoError> {
        let path = format!(
            "AWSLogs/{account}/CloudTrail/{region}/{}/{account}_CloudTrail_{region}_{stamp}_{suffix}.json.gz",
            day.slashed()
        );
        let mut plain = b"{\"Records\":[".to_vec();
        for (index, record) in records.iter().enumerate() {
            if index > 0 {
                plain.push(b',');
            }
            serde_json::to_writer(&mut plain, record)?;
        }
        plain.extend_from_slice(b"]}");
        self.write(&path, &compressed(&plain).map_err(failed(&self.root))?)?;
        let times = || records.iter().filter_map(|record| record["eventTime"].as_str());
        Ok(FileNote {
            path,
            sha256: hex_digest(&plain),
            oldest: times().min().unwrap_or_default().to_owned(),
            newest: times().max().unwrap_or_default().to_owned(),
        })
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), DemoError> {
        let path = self.root.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed(folder))?;
        }
        fs::write(&path, bytes).map_err(failed(&path))
    }
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> DemoError + '_ {
    move |source| DemoError::Write {
        path: path.to_owned(),
        source,
    }
}

fn compressed(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzBuilder::new().write(Vec::with_capacity(plain.len() / 8), LEVEL);
    encoder.write_all(plain)?;
    encoder.finish()
}

fn hex_digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// One digest for each account, of its first hour.
pub(crate) fn write_digests(plan: &Plan, tree: &Tree, reports: &[UnitReport]) -> Result<u64, DemoError> {
    let day = plan.days[0];
    for cast in &plan.casts {
        let region = cast.regions[0];
        let files: Vec<&FileNote> = reports
            .iter()
            .filter(|report| report.account == cast.index)
            .flat_map(|report| &report.digested)
            .collect();
        let stamp = day.moment(3600).replace(['-', ':'], "");
        let path = format!(
            "AWSLogs/{0}/CloudTrail-Digest/{region}/{1}/{0}_CloudTrail-Digest_{region}_harbor-main_{region}_{stamp}.json.gz",
            cast.account,
            day.slashed()
        );
        let bucket = &cast.buckets.trail;
        let digest = json!({
            "awsAccountId": cast.account,
            "digestStartTime": day.moment(0),
            "digestEndTime": day.moment(3600),
            "digestS3Bucket": bucket,
            "digestS3Object": path,
            "digestPublicKeyFingerprint": cast.random(&["digest"]).hex(32),
            "digestSignatureAlgorithm": "SHA256withRSA",
            "newestEventTime": files.iter().map(|file| &file.newest).max(),
            "oldestEventTime": files.iter().map(|file| &file.oldest).min(),
            "previousDigestS3Bucket": null,
            "previousDigestS3Object": null,
            "previousDigestHashValue": null,
            "previousDigestHashAlgorithm": null,
            "previousDigestSignature": null,
            "logFiles": files.iter().map(|file| json!({
                "s3Bucket": bucket,
                "s3Object": file.path,
                "hashValue": file.sha256,
                "hashAlgorithm": "SHA-256",
                "newestEventTime": file.newest,
                "oldestEventTime": file.oldest,
            })).collect::<Vec<_>>(),
        });
        let bytes = compressed(&serde_json::to_vec(&digest)?).map_err(failed(&tree.root))?;
        tree.write(&path, &bytes)?;
    }
    Ok(plan.casts.len() as u64)
}

/// Two more files, as archives that went through many hands have them: one cut short, one a Git LFS pointer.
/// Their events are in no other file and not counted.
pub(crate) fn write_damaged(plan: &Plan, tree: &Tree) -> Result<u64, DemoError> {
    let (cast, day) = (&plan.casts[plan.casts.len() - 1], plan.days[plan.days.len() - 1]);
    let region = cast.regions[cast.regions.len() - 1];
    let mut random = cast.random(&["damage"]);
    let mix = Mix::of(cast.regions.len() == 1, false);
    let records: Vec<Value> = (0..60)
        .map(|index| {
            let scene = Scene {
                cast,
                region,
                day,
                second: 84_000 + index * 5,
            };
            mix.draw(&scene, &mut random).at(&scene, &mut random)
        })
        .collect();
    let mut name = (day.stamp(84_420), random.alphanumeric(16));
    let note = tree.write_events(&cast.account, region, day, (&name.0, &name.1), &records)?;
    let path = tree.root.join(&note.path);
    let whole = fs::read(&path).map_err(failed(&path))?;
    tree.write(&note.path, &whole[..whole.len() * 3 / 5])?;
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n",
        note.sha256,
        random.between(9_000, 90_000)
    );
    let cut = std::mem::replace(&mut name, (day.stamp(84_720), random.alphanumeric(16)));
    let path = note
        .path
        .replace(&format!("{}_{}", cut.0, cut.1), &format!("{}_{}", name.0, name.1));
    tree.write(&path, pointer.as_bytes())?;
    Ok(2)
}
