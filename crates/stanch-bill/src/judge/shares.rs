//! The attacker's part of lines that hold the owner's use too: requests by their number, downloads by their bytes.

use super::{Judge, Judgement, Mark, Reason};
use crate::attack::{HOUR, Use, UseKey};
use crate::decimal::Decimal;
use crate::line::{Line, LineKind};
use crate::resource::tail;

/// Service of events by the code of a bill.
#[rustfmt::skip]
const SERVICES: &[(&str, &str)] = &[
    ("AmazonS3", "s3"), ("AWSLambda", "lambda"), ("AmazonDynamoDB", "dynamodb"), ("awskms", "kms"),
    ("AWSSecretsManager", "secretsmanager"), ("AmazonBedrock", "bedrock"), ("AmazonSES", "ses"), ("AmazonSNS", "sns"),
    ("AWSQueueService", "sqs"), ("AmazonSageMaker", "sagemaker"), ("AmazonAthena", "athena"), ("AmazonRekognition", "rekognition"),
    ("AmazonPinpoint", "sms-voice"), ("AmazonEC2", "ec2"),
];

/// Bytes of a gigabyte, as AWS bills data transfer.
const GIGABYTE: u64 = 1 << 30;

/// Returns whether a use costs by what it carries, which events don't have: tokens, messages.
pub(super) fn is_priced_by_content(line: &Line) -> bool {
    let unit = line.unit.to_ascii_lowercase();
    matches!(
        line.service.as_str(),
        "AmazonBedrock" | "AmazonSES" | "AmazonSNS" | "AmazonPinpoint"
    ) || unit.contains("token")
        || line.usage_type.to_ascii_lowercase().contains("token")
}

fn is_requests(line: &Line) -> bool {
    line.unit.to_ascii_lowercase().contains("request")
}

/// Returns whether the line is data transfer to the internet; FOCUS 1.2 has no usage type, there the description says so.
fn is_egress(line: &Line) -> bool {
    let is_gigabytes = line.unit == "GB";
    if line.usage_type.is_empty() {
        let text = line.description.to_ascii_lowercase();
        return is_gigabytes && text.contains("data transfer out") && !text.contains("data transfer to");
    }
    is_gigabytes && line.usage_type.ends_with("DataTransfer-Out-Bytes")
}

impl Judge<'_> {
    /// The attacker's uses that a line may hold.
    pub(super) fn uses_of<'s>(&'s self, line: &'s Line) -> impl Iterator<Item = (&'s UseKey, &'s Use)> {
        let service = SERVICES
            .iter()
            .find(|(code, _)| *code == line.service)
            .map(|(_, service)| *service);
        let from = line.start.0.div_euclid(HOUR) * HOUR;
        let place = |hour: i64| {
            let service = service.unwrap_or("\u{10ffff}");
            (
                line.account.clone(),
                line.region.clone(),
                service.to_owned(),
                hour,
                String::new(),
                String::new(),
            )
        };
        let range = place(from)..place(line.end.0.max(from));
        self.attack.uses.range(range)
    }

    /// The part of a line that the attacker's logged calls are.
    pub(super) fn measured(&self, line: &Line) -> Option<Judgement> {
        if line.kind != LineKind::Usage || line.cost.is_negative() || line.amount.is_zero() {
            return None;
        }
        let (requests, egress) = (is_requests(line), is_egress(line));
        if !requests && !egress {
            return None;
        }
        let resource = tail(&line.resource);
        let mut part = 0_u64;
        let mut event = None;
        for ((_, _, _, _, operation, used), each) in self.uses_of(line) {
            let is_same = (line.operation.is_empty() || line.operation == *operation)
                && (resource.is_empty() || resource == used);
            let amount = if requests { each.calls } else { each.bytes };
            if is_same && amount > 0 {
                part = part.saturating_add(amount);
                event = event.into_iter().chain([&each.event]).min();
            }
        }
        let event = event?;
        let part = if requests {
            number(part)?
        } else {
            Decimal::whole(1).times(part, GIGABYTE)?
        };
        Some(Judgement {
            mark: Mark::Shared,
            reason: Reason::MeasuredCalls,
            event: Some(event.clone()),
            claimed: line.cost.share(part, line.amount),
        })
    }
}

fn number(count: u64) -> Option<Decimal> {
    Decimal::of_scaled(i128::from(count), 0).ok()
}
