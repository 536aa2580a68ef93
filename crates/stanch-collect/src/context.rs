//! Context of a call: account, region, partition, and the time the snapshot began.
//!
//! Time comes from the snapshot's manifest, never from a clock: a collection that is taken up again asks the same.

use serde_json::{Map, Value};
use stanch_core::Timestamp;
use stanch_core::snapshot::AccountScope;

const DAY: i64 = 86_400_000;

/// Where and when a call is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'c> {
    pub(crate) account: &'c AccountScope,
    pub(crate) region: &'c str,
    pub(crate) started: Timestamp,
}

impl Context<'_> {
    /// Parameters with the placeholders in their texts filled in.
    pub(crate) fn fill(&self, given: &Map<String, Value>) -> Map<String, Value> {
        given
            .iter()
            .map(|(name, value)| (name.clone(), self.filled(value)))
            .collect()
    }

    fn filled(&self, value: &Value) -> Value {
        match value {
            Value::String(text) if text.contains('{') => self.text(text).into(),
            Value::Array(items) => items.iter().map(|item| self.filled(item)).collect(),
            Value::Object(members) => Value::Object(self.fill(members)),
            other => other.clone(),
        }
    }

    /// A text with its placeholders filled in; what is no placeholder stays.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            let Some(length) = rest[start..].find('}') else {
                break;
            };
            out.push_str(&rest[..start]);
            let name = &rest[start + 1..start + length];
            match self.value(name) {
                Some(value) => out.push_str(&value),
                None => out.push_str(&rest[start..=start + length]),
            }
            rest = &rest[start + length + 1..];
        }
        out.push_str(rest);
        out
    }

    fn value(&self, name: &str) -> Option<String> {
        let before = |days: &str| {
            let days: i64 = days.parse().ok()?;
            Some(
                Timestamp::from_seconds(self.started.seconds())
                    .plus_millis(-days * DAY)
                    .to_string(),
            )
        };
        match name.split_once(':') {
            None if name == "account" => Some(self.account.account.0.clone()),
            None if name == "region" => Some(self.region.to_owned()),
            None if name == "partition" => Some(self.account.partition.clone()),
            None if name == "now" => before("0"),
            Some(("time-ago", days)) => before(days),
            Some(("days-ago", days)) => before(days).map(|time| time.chars().take(10).collect()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_all_else_stays() {
        let account = AccountScope {
            account: "123456789012".into(),
            partition: "aws".to_owned(),
            home: "us-east-1".into(),
            regions: Vec::new(),
            disabled: Vec::new(),
        };
        let context = Context {
            account: &account,
            region: "eu-west-1",
            started: Timestamp::parse("2026-03-02T10:11:12.345Z").unwrap(),
        };
        insta::assert_snapshot!(
            context.text("{account} {region} {partition} {now} {days-ago:1} {days-ago:-1} {time-ago:2} {else} {"),
            @"123456789012 eu-west-1 aws 2026-03-02T10:11:12Z 2026-03-01 2026-03-03 2026-02-28T10:11:12Z {else} {"
        );
    }
}
