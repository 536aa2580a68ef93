//! Log objects in S3: listed by their keys, streamed a few ahead of the reader, never written to disk.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt as _;
use futures_util::stream::{self, FuturesUnordered};
use serde_json::{Value, json};
use stanch_core::ports::Cloud as _;
use stanch_core::source::{Problem, ProblemKind, SourceKind};
use stanch_core::text::shown;
use stanch_core::{Answer, Call, CallOutcome, SourceId, SourceReport, Timestamp};
use stanch_hunt::Fetched;
use stanch_trail::{Origin, Source};

use super::S3;
use super::keys::{Step, Wanted};
use crate::commands::aws::Session;
use crate::error::Failure;
use crate::output::Console;

/// Objects fetched ahead of the reader, for each thread that reads.
const AHEAD: usize = 16;
/// Folders listed side by side.
const LISTINGS: usize = 16;
/// Objects that are read of one run; more than that is a matter for a narrower prefix.
const OBJECTS: usize = 20_000_000;
/// The region whose buckets have no location (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html>).
const OLDEST_REGION: &str = "us-east-1";

/// A bucket and where it lies.
#[derive(Debug, Clone)]
struct Bucket {
    name: String,
    region: String,
}

/// An object that is to be read.
#[derive(Debug)]
struct Object {
    bucket: usize,
    key: String,
    size: u64,
    modified: Option<Timestamp>,
}

/// Listed objects.
pub(crate) struct Objects {
    session: Session,
    buckets: Vec<Bucket>,
    objects: Vec<Object>,
    refused: Vec<(String, String)>,
}

/// A listing that was asked for: bucket, prefix, whether folder by folder, and what came.
type Listed = (usize, String, bool, Answer);

impl Objects {
    /// Nothing listed yet.
    pub(crate) const fn new(session: Session) -> Self {
        Self {
            session,
            buckets: Vec::new(),
            objects: Vec::new(),
            refused: Vec::new(),
        }
    }

    /// Returns the session, for other requests.
    pub(crate) fn into_session(self) -> Session {
        self.session
    }

    /// Lists the objects below some places, in place of what was listed before.
    pub(crate) fn list(&mut self, places: &[&str], wanted: &Wanted) -> Result<(), Failure> {
        self.buckets.clear();
        self.objects.clear();
        self.refused.clear();
        for place in places {
            let rest = place.trim_start_matches(S3);
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            if bucket.is_empty() {
                return Err(Failure::new(
                    format!("{place} names no bucket"),
                    "write it like s3://BUCKET/AWSLogs/",
                )
                .usage());
            }
            self.walk(bucket, prefix, wanted)?;
        }
        self.objects
            .sort_by(|one, other| (one.bucket, &one.key).cmp(&(other.bucket, &other.key)));
        self.objects
            .dedup_by(|one, other| (one.bucket, &one.key) == (other.bucket, &other.key));
        Ok(())
    }

    /// Says how much there is to read.
    pub(crate) fn tell(&self, console: &Console) {
        let bytes: u64 = self.objects.iter().map(|object| object.size).sum();
        console.say(&format!(
            "Reading {} objects ({} MiB) from S3",
            self.objects.len(),
            bytes >> 20
        ));
    }

    /// Goes through the folders below a prefix.
    fn walk(&mut self, name: &str, prefix: &str, wanted: &Wanted) -> Result<(), Failure> {
        let region = self.region_of(name);
        let bucket = self.buckets.len();
        self.buckets.push(Bucket {
            name: name.to_owned(),
            region,
        });
        let listed = {
            let this = &*self;
            this.session.runtime.block_on(async {
                let mut found = Vec::new();
                let mut waiting = vec![(prefix.to_owned(), wanted.step(prefix) != Step::Take)];
                let mut open = FuturesUnordered::new();
                loop {
                    while open.len() < LISTINGS
                        && let Some((prefix, by_folder)) = waiting.pop()
                    {
                        open.push(this.listing(bucket, prefix, by_folder));
                    }
                    let Some(listed) = open.next().await else { break };
                    if listed.2 {
                        waiting.extend(folders(&listed.3, wanted));
                    }
                    found.push(listed);
                }
                found
            })
        };
        for listed in listed {
            self.keep(&listed, wanted);
        }
        if self.objects.len() > OBJECTS {
            return Err(Failure::new(
                format!("{S3}{name}/{prefix} holds more than {OBJECTS} objects"),
                "name a narrower prefix, or limit it with --since, --account and --region",
            ));
        }
        Ok(())
    }

    async fn listing(&self, bucket: usize, prefix: String, by_folder: bool) -> Listed {
        let mut params = json!({"Bucket": self.buckets[bucket].name, "Prefix": prefix});
        if by_folder {
            params["Delimiter"] = "/".into();
        }
        let call = self.call(bucket, "ListObjectsV2", params);
        let answer = self.session.client.ask(&call).await;
        (bucket, prefix, by_folder, answer)
    }

    fn keep(&mut self, (bucket, prefix, _, answer): &Listed, wanted: &Wanted) {
        for object in answer.body["Contents"].as_array().into_iter().flatten() {
            let key = object["Key"].as_str().unwrap_or_default();
            let size = object["Size"].as_u64().unwrap_or_default();
            // Consoles make empty objects for folders.
            if !wanted.takes(key) || (key.ends_with('/') && size == 0) {
                continue;
            }
            self.objects.push(Object {
                bucket: *bucket,
                key: key.to_owned(),
                size,
                modified: object["LastModified"].as_str().and_then(Timestamp::parse),
            });
        }
        if answer.outcome != CallOutcome::Ok {
            let place = format!("{S3}{}/{prefix}", self.buckets[*bucket].name);
            self.refused.push((place, why("the listing", answer)));
        }
    }

    /// Returns the region of a bucket. An identity that may read it may not always ask that: then the region in use is tried.
    fn region_of(&self, bucket: &str) -> String {
        let usual = self.session.any_region().to_owned();
        let call = Call {
            account: None,
            region: usual.as_str().into(),
            service: "s3".into(),
            operation: "GetBucketLocation".into(),
            params: json!({"Bucket": bucket}),
        };
        let answer = self.session.runtime.block_on(self.session.client.ask(&call));
        match (answer.outcome, answer.body["LocationConstraint"].as_str()) {
            (CallOutcome::Ok, None | Some("")) => OLDEST_REGION.to_owned(),
            (CallOutcome::Ok, Some("EU")) => "eu-west-1".to_owned(),
            (CallOutcome::Ok, Some(region)) => region.to_owned(),
            _ => usual,
        }
    }

    fn call(&self, bucket: usize, operation: &str, params: Value) -> Call {
        Call {
            account: None,
            region: self.buckets[bucket].region.as_str().into(),
            service: "s3".into(),
            operation: operation.into(),
            params,
        }
    }

    fn path(&self, object: &Object) -> String {
        format!("{S3}{}/{}", self.buckets[object.bucket].name, object.key)
    }

    /// A source for each object.
    pub(crate) fn sources(&self) -> Vec<Source> {
        let source = |object: &Object| {
            let path = self.path(object);
            Source {
                id: SourceId(0),
                shown: shown(&path, 2000),
                path: PathBuf::from(path),
                size: object.size,
                origin: Origin::Elsewhere {
                    modified: object.modified,
                },
            }
        };
        self.objects.iter().map(source).collect()
    }

    /// Returns the places that could not be listed.
    pub(crate) fn refused(&self) -> Vec<SourceReport> {
        let report = |(place, why): &(String, String)| {
            let mut report = SourceReport::new(SourceId(0), shown(place, 2000), SourceKind::Unknown);
            report.add_problem(Problem {
                kind: ProblemKind::Unreadable,
                member: String::new(),
                offset: None,
                detail: why.clone(),
            });
            report
        };
        self.refused.iter().map(report).collect()
    }

    /// Fetches objects, some ahead of the reader.
    pub(crate) fn fetch(&self, sources: &[&Source], each: Fetched<'_>) {
        self.session.runtime.block_on(async {
            let fetched = stream::iter(sources.iter().map(|source| self.object(source)));
            let mut fetched = fetched.buffered(AHEAD);
            while let Some((source, bytes)) = fetched.next().await {
                each(source, bytes);
            }
        });
    }

    async fn object<'s>(&self, source: &'s Source) -> (&'s Source, Result<Vec<u8>, String>) {
        let path = source.path.to_str().unwrap_or_default();
        let rest = path.trim_start_matches(S3);
        let (name, key) = rest.split_once('/').unwrap_or((rest, ""));
        let Some(bucket) = self.buckets.iter().position(|bucket| bucket.name == name) else {
            return (source, Err("its bucket was not listed".to_owned()));
        };
        let call = self.call(bucket, "GetObject", json!({"Bucket": name, "Key": key}));
        let answer = self.session.client.ask(&call).await;
        if answer.outcome != CallOutcome::Ok {
            return (source, Err(why("the object", &answer)));
        }
        let body = answer.body["Body"].as_str().unwrap_or_default();
        let bytes = STANDARD.decode(body);
        (
            source,
            bytes.map_err(|_| "the object's body can't be read".to_owned()),
        )
    }
}

/// The folders in a listing that are worth a look, and whether folder by folder.
fn folders(answer: &Answer, wanted: &Wanted) -> Vec<(String, bool)> {
    let prefixes = answer.body["CommonPrefixes"].as_array().into_iter().flatten();
    let named = prefixes.filter_map(|folder| folder["Prefix"].as_str());
    named
        .filter_map(|prefix| match wanted.step(prefix) {
            Step::Pass => None,
            Step::Open => Some((prefix.to_owned(), true)),
            Step::Take => Some((prefix.to_owned(), false)),
        })
        .collect()
}

fn why(what: &str, answer: &Answer) -> String {
    let code = answer
        .code
        .as_deref()
        .map(|code| format!(" ({code})"))
        .unwrap_or_default();
    let message = answer
        .message
        .as_deref()
        .map(|text| format!(": {text}"))
        .unwrap_or_default();
    format!("{what} could not be read: {}{code}{message}", answer.outcome)
}
