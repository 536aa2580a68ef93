//! S3 object calls by bucket: which buckets were recorded, from when to when, and whether AWS itself writes to them.
//!
//! It must not judge.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stanch_core::Event;
use stanch_core::caller::is_aws_itself;
use stanch_core::coverage::Span;

use super::{clipped, cut_names};

/// See the module. At most as many buckets as there are names kept elsewhere.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ObjectLogs(BTreeMap<String, ObjectLog>);

/// Object calls of one bucket.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct ObjectLog {
    span: Span,
    /// Objects that AWS wrote: logs and reports.
    by_aws: u64,
}

impl ObjectLogs {
    /// Counts an event, if it is an object call.
    pub(crate) fn observe(&mut self, event: &Event<'_>) {
        if event.service() != "s3" || !event.base_name().contains("Object") {
            return;
        }
        let Some(bucket) = event.request_text("bucketName") else {
            return;
        };
        let by_aws = u64::from(event.base_name() == "PutObject" && is_aws_itself(event));
        match self.0.get_mut(clipped(bucket)) {
            Some(log) => {
                log.span.add(event.time);
                log.by_aws += by_aws;
            }
            None => {
                let span = Span::of(event.time);
                self.0
                    .insert(clipped(bucket).to_owned(), ObjectLog { span, by_aws });
                cut_names(&mut self.0);
            }
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (bucket, log) in other.0 {
            self.0
                .entry(bucket)
                .and_modify(|known| {
                    known.span.merge(log.span);
                    known.by_aws += log.by_aws;
                })
                .or_insert(log);
        }
        cut_names(&mut self.0);
    }

    /// Buckets with the span of their recorded object calls, by name.
    pub(crate) fn spans(&self) -> Vec<(&str, Span)> {
        self.0
            .iter()
            .map(|(bucket, log)| (bucket.as_str(), log.span))
            .collect()
    }

    /// The span of a bucket's recorded object calls.
    pub(crate) fn span_of(&self, bucket: &str) -> Option<Span> {
        self.0.get(clipped(bucket)).map(|log| log.span)
    }

    /// True for buckets that AWS itself writes logs or reports to.
    pub(crate) fn is_log_bucket(&self, bucket: &str) -> bool {
        self.0.get(clipped(bucket)).is_some_and(|log| log.by_aws > 0)
    }
}
