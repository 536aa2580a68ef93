//! A collector's ask, taken apart: what is sent, and what an answer to it asks next.
//!
//! Collectors and the walk over every operation both become questions, so the queue knows nothing else. It must not
//! know how a question is sent.

use std::sync::Arc;

use serde_json::{Map, Value};
use stanch_core::{Call, OperationName, RegionName, ServiceName};

use crate::collector::{Ask, Collector, Scope};
use crate::context::Context;
use crate::error::CollectError;
use crate::source::{Source, put};
use stanch_core::json_path::Path;

/// Calls that one answer may lead to by one list; what lies beyond is not asked, and said so.
pub(crate) const FOLLOWED: usize = 20_000;

/// The request, without its parameters.
#[derive(Debug, Clone)]
pub struct Question {
    pub(crate) service: ServiceName,
    pub(crate) operation: OperationName,
    given: Map<String, Value>,
    from: Vec<(String, Source)>,
    pub(crate) lists: Vec<List>,
    batch: usize,
    pub(crate) until: Option<(Path, String)>,
    region: Option<Path>,
    only: Option<(Path, String)>,
    pub(crate) regardless: bool,
}

/// Items of an answer and what is asked for each.
#[derive(Debug, Clone)]
pub(crate) struct List {
    path: Path,
    pub(crate) questions: Vec<Arc<Question>>,
}

/// A question with its parameters, ready to send.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) question: Arc<Question>,
    pub(crate) params: Value,
    /// The region, when the item names one.
    pub(crate) region: Option<RegionName>,
}

/// Requests that follow from a reply.
#[derive(Debug, Default)]
pub(crate) struct Followed {
    pub(crate) asked: Vec<Asked>,
    /// Questions that were left out because there were too many.
    pub(crate) left_out: Vec<(Arc<Question>, u64)>,
}

/// A question asked in the first place, and where.
#[derive(Debug, Clone)]
pub struct Root {
    /// Where it is asked.
    pub scope: Scope,
    /// The request.
    pub question: Arc<Question>,
}

impl Question {
    /// Takes an ask apart.
    ///
    /// # Errors
    /// When its parameters are no JSON object.
    pub fn of(ask: &Ask, collector: &Collector) -> Result<Self, CollectError> {
        Self::read(ask, collector.service, collector.name)
    }

    fn read(ask: &Ask, service: &str, collector: &str) -> Result<Self, CollectError> {
        let service = ask.service.unwrap_or(service);
        let given = match ask.given {
            "" => Map::new(),
            text => serde_json::from_str(text).map_err(|source| CollectError::Given {
                collector: collector.to_owned(),
                operation: ask.operation.to_owned(),
                source,
            })?,
        };
        let mut lists = Vec::new();
        for each in ask.each.iter().flatten() {
            let questions = each
                .asks
                .iter()
                .map(|ask| Self::read(ask, service, collector).map(Arc::new))
                .collect::<Result<_, _>>()?;
            lists.push(List {
                path: Path::parse(each.path),
                questions,
            });
        }
        Ok(Self {
            service: service.into(),
            operation: ask.operation.into(),
            given,
            from: ask
                .from
                .iter()
                .map(|(name, source)| ((*name).to_owned(), Source::parse(source)))
                .collect(),
            lists,
            batch: ask.batch.max(1),
            until: ask
                .until
                .map(|(path, value)| (Path::parse(path), value.to_owned())),
            region: ask.region.map(Path::parse),
            only: ask
                .only
                .map(|(path, value)| (Path::parse(path), value.to_owned())),
            regardless: ask.regardless,
        })
    }

    /// A question without parameters whose items feed others.
    pub(crate) fn plain(service: &ServiceName, operation: &OperationName) -> Self {
        Self {
            service: service.clone(),
            operation: operation.clone(),
            given: Map::new(),
            from: Vec::new(),
            lists: Vec::new(),
            batch: 1,
            until: None,
            region: None,
            only: None,
            regardless: false,
        }
    }

    /// A question that takes one parameter from the item at hand.
    pub(crate) fn fed(service: &ServiceName, operation: &OperationName, parameter: &str) -> Self {
        Self {
            from: vec![(parameter.to_owned(), Source::parse("@"))],
            ..Self::plain(service, operation)
        }
    }

    /// This question asked by itself, with nothing from an item.
    pub(crate) fn alone(self: Arc<Self>) -> Asked {
        Asked {
            question: self,
            params: Value::Null,
            region: None,
        }
    }

    /// Asks on for each item at a path.
    pub(crate) fn feed(&mut self, path: &str, question: Arc<Self>) {
        let path = Path::parse(path);
        match self.lists.iter_mut().find(|list| list.path == path) {
            Some(list) => list.questions.push(question),
            None => self.lists.push(List {
                path,
                questions: vec![question],
            }),
        }
    }

    /// The operation that is asked.
    #[must_use]
    pub const fn operation(&self) -> &OperationName {
        &self.operation
    }

    /// The service that is asked.
    #[must_use]
    pub const fn service(&self) -> &ServiceName {
        &self.service
    }

    /// The questions that answers to this one lead to, without repetition of lists.
    pub fn follow_ups(&self) -> impl Iterator<Item = &Arc<Self>> {
        self.lists.iter().flat_map(|list| &list.questions)
    }

    /// The call to send.
    pub(crate) fn call(&self, params: &Value, context: &Context<'_>) -> Call {
        let mut all = context.fill(&self.given);
        if let Value::Object(members) = params {
            merge(&mut all, members);
        }
        let params = if all.is_empty() {
            Value::Null
        } else {
            stanch_core::snapshot::sorted(&Value::Object(all))
        };
        Call {
            account: Some(context.account.account.clone()),
            region: context.region.into(),
            service: self.service.clone(),
            operation: self.operation.clone(),
            params,
        }
    }

    /// What an answer leads to. `asked` are the parameters that this was asked with.
    pub(crate) fn follow(&self, body: &Value, asked: &Value, context: &Context<'_>) -> Followed {
        let mut followed = Followed::default();
        for list in &self.lists {
            let items = list.path.find(body);
            for question in &list.questions {
                question.take(&items, asked, context, &mut followed);
            }
        }
        followed
    }

    fn take(self: &Arc<Self>, items: &[&Value], asked: &Value, context: &Context<'_>, out: &mut Followed) {
        let wanted: Vec<_> = items.iter().filter(|item| self.wants(item, context)).collect();
        let mut calls = 0_usize;
        let mut left_out = 0;
        for group in wanted.chunks(self.batch) {
            let Some(params) = self.params(group, asked) else {
                continue;
            };
            if calls == FOLLOWED {
                left_out += 1;
                continue;
            }
            calls += 1;
            out.asked.push(Asked {
                question: Arc::clone(self),
                params,
                region: self.region_of(group),
            });
        }
        if left_out > 0 {
            out.left_out.push((Arc::clone(self), left_out));
        }
    }

    fn wants(&self, item: &Value, context: &Context<'_>) -> bool {
        self.only.as_ref().is_none_or(|(path, wanted)| {
            let wanted = context.text(wanted);
            match path.first(item) {
                Some(Value::String(text)) => *text == wanted,
                Some(Value::Bool(flag)) => wanted == if *flag { "true" } else { "false" },
                _ => false,
            }
        })
    }

    /// The parameters for some items; none when an item lacks what is needed.
    fn params(&self, items: &[&&Value], asked: &Value) -> Option<Value> {
        let mut params = Map::new();
        for (name, source) in &self.from {
            if source.gathers {
                let mut values: Vec<Value> = items
                    .iter()
                    .filter_map(|item| source.value(item, asked))
                    .collect();
                values.dedup();
                if values.is_empty() {
                    return None;
                }
                put(&mut params, name, values.into());
            } else {
                put(&mut params, name, source.value(items.first()?, asked)?);
            }
        }
        Some(Value::Object(params))
    }

    fn region_of(&self, items: &[&&Value]) -> Option<RegionName> {
        let value = self.region.as_ref()?.first(items.first()?)?.as_str()?;
        // What S3 calls a bucket's place may be the older word for Ireland; an ARN or a name is no region.
        let region = if value == "EU" { "eu-west-1" } else { value };
        is_region(region).then(|| region.into())
    }
}

fn is_region(text: &str) -> bool {
    text.len() < 32
        && text.matches('-').count() >= 2
        && text.ends_with(|character: char| character.is_ascii_digit())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn merge(all: &mut Map<String, Value>, more: &Map<String, Value>) {
    for (name, value) in more {
        match (all.get_mut(name), value) {
            (Some(Value::Object(there)), Value::Object(new)) => merge(there, new),
            _ => {
                all.insert(name.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use stanch_core::Timestamp;
    use stanch_core::snapshot::AccountScope;

    use super::*;
    use crate::collector::with;

    const ASK: Ask = Ask::new("ListThings").given(r#"{"Owner":"{account}"}"#).each(
        "Things[]",
        &[
            with("DescribeThings", &[("Names", "[]Name"), ("Owner", "^Owner")]).batch(2),
            with("GetThing", &[("Filter.Name", "Name")])
                .given(r#"{"Filter":{"Key":"k"}}"#)
                .only("Kind", "own")
                .region("Region"),
        ],
    );

    fn scope() -> AccountScope {
        AccountScope {
            account: "123456789012".into(),
            partition: "aws".to_owned(),
            home: "us-east-1".into(),
            regions: Vec::new(),
            disabled: Vec::new(),
        }
    }

    #[test]
    fn an_answer_leads_on() {
        let account = scope();
        let context = Context {
            account: &account,
            region: "us-east-1",
            started: Timestamp(0),
        };
        let question = Arc::new(Question::read(&ASK, "things", "test").unwrap());
        let call = question.call(&Value::Null, &context);
        assert_eq!(call.params, json!({"Owner": "123456789012"}));
        let body = json!({"Things": [{"Name": "a", "Kind": "own", "Region": "EU"}, {"Name": "b"}, {"Kind": "own"}, {"Name": "c", "Kind": "own", "Region": "arn:x"}]});
        let followed = question.follow(&body, &call.params, &context);
        let lines: Vec<String> = followed
            .asked
            .iter()
            .map(|asked| {
                let call = asked.question.call(&asked.params, &context);
                let region = asked.region.as_ref().map_or("-", |region| region.as_str());
                format!("{} {} {region}", call.operation, call.params)
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
        DescribeThings {"Names":["a","b"],"Owner":"123456789012"} -
        DescribeThings {"Names":["c"],"Owner":"123456789012"} -
        GetThing {"Filter":{"Key":"k","Name":"a"}} eu-west-1
        GetThing {"Filter":{"Key":"k","Name":"c"}} -
        "#);
    }

    #[test]
    fn parameters_that_are_no_object_are_an_error() {
        assert!(Question::read(&Ask::new("A").given("[1]"), "s", "c").is_err());
    }
}
