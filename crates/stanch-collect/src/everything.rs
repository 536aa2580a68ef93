//! Every operation that reads, of every service, as the models tell of them: for what no collector thought of.
//!
//! The collectors' questions first; then all operations that need no parameter, and one level more: what they list is fed into
//! operations that need one thing.
//! Left out is the reviewed list in [`crate::never`]. It must not know how questions are sent.

use std::collections::BTreeMap;
use std::sync::Arc;

use stanch_core::OperationAbout;
use stanch_core::ports::Catalogue;
use stanch_core::snapshot::AccountScope;

use crate::collector::Scope;
use crate::collectors;
use crate::error::CollectError;
use crate::never::{never, price};
use crate::order;
use crate::question::{Question, Root};
use crate::queue::Limits;

/// Number of things a list is taken to hold where nobody knows: most lists in most regions are empty.
const ITEMS_GUESSED: f64 = 0.3;
/// Assumed duration of a call, in milliseconds.
const LATENCY: f64 = 150.0;
/// Number of requests that are guessed to be open at once, however many calls are under way.
const OPEN: usize = 64;

/// All questions: those of the collectors first, so that a budget of time is spent well and nothing they find is missed, then
/// every operation that lists or describes. What both ask is asked once.
///
/// # Errors
/// When the collectors can't be read.
pub fn everything(catalogue: &dyn Catalogue) -> Result<Vec<Root>, CollectError> {
    let mut roots = order::roots(collectors::ALL)?;
    roots.extend(every_operation(catalogue));
    Ok(roots)
}

/// Every operation that lists or describes, services of collectors first and in their order.
fn every_operation(catalogue: &dyn Catalogue) -> Vec<Root> {
    let mut services = catalogue.services();
    let rank: BTreeMap<&str, usize> = collectors::ALL
        .iter()
        .enumerate()
        .rev()
        .map(|(place, collector)| (collector.service, place))
        .collect();
    services.sort_by_key(|service| {
        (
            rank.get(service.as_str()).copied().unwrap_or(usize::MAX),
            service.clone(),
        )
    });
    let mut roots = Vec::new();
    for service in services {
        let operations: Vec<_> = catalogue
            .operations(&service)
            .iter()
            .filter_map(|operation| catalogue.operation(&service, operation))
            .filter(is_asked)
            .collect();
        roots.extend(of_service(&operations));
    }
    roots
}

/// Returns true when an operation is asked at all.
fn is_asked(about: &OperationAbout) -> bool {
    let name = about.operation.as_str();
    about.reads
        && !about.deprecated
        && ["List", "Describe", "Get"]
            .iter()
            .any(|verb| name.starts_with(verb))
        && never(about.service.as_str(), name).is_none()
}

fn of_service(operations: &[OperationAbout]) -> Vec<Root> {
    let mut roots: Vec<(Scope, Question)> = Vec::new();
    let free: Vec<_> = operations
        .iter()
        .filter(|about| about.required.is_empty())
        .collect();
    for about in &free {
        let scope = if about.regional {
            Scope::EachRegion
        } else {
            Scope::Global
        };
        roots.push((scope, Question::plain(&about.service, &about.operation)));
    }
    for about in operations {
        let [parameter] = about.required.as_slice() else {
            continue;
        };
        if let Some((place, path)) = feeder(&free, parameter) {
            let fed = Question::fed(&about.service, &about.operation, parameter);
            roots[place].1.feed(path, Arc::new(fed));
        }
    }
    roots
        .into_iter()
        .map(|(scope, question)| Root {
            scope,
            question: Arc::new(question),
        })
        .collect()
}

/// The operation that lists what a parameter names: by its place, and the path of the ids. The best fit counts, of equal
/// ones the first by name; lists before descriptions.
fn feeder<'o>(free: &[&'o OperationAbout], parameter: &str) -> Option<(usize, &'o str)> {
    let mut best: Option<(u8, u8, usize, &str)> = None;
    for (place, about) in free.iter().enumerate() {
        let verb = u8::from(!about.operation.as_str().starts_with("List"));
        for path in &about.ids {
            let Some(distance) = distance(path, parameter) else {
                continue;
            };
            let candidate = (distance, verb, place, path.as_str());
            if best.is_none_or(|best| candidate < best) {
                best = Some(candidate);
            }
        }
    }
    best.map(|(_, _, place, path)| (place, path))
}

/// How far the name of an id is from the name of a parameter: 0 the same (`Users[].UserName` for `UserName`), 1 the list's
/// name and the member's together (`Functions[].Name` for `FunctionName`), 2 the list's name alone (`clusters[]` for `cluster`
/// or `clusterName`). None when they have nothing to do with each other.
fn distance(path: &str, parameter: &str) -> Option<u8> {
    let parameter = plain(parameter);
    let mut parts = path.rsplit('.');
    let last = parts.next()?;
    if let Some(list) = last.strip_suffix("[]") {
        let one = singular(&plain(list));
        let fits = one == parameter
            || ["name", "id", "arn"]
                .iter()
                .any(|end| format!("{one}{end}") == parameter);
        return match one == parameter {
            true => Some(0),
            false if fits => Some(2),
            false => None,
        };
    }
    let member = plain(last);
    if member == parameter {
        // `Name` and `Id` alone say nothing of what they name.
        return (!matches!(member.as_str(), "name" | "id" | "arn")).then_some(0);
    }
    let list = parts.next()?.trim_end_matches("[]");
    let list = list
        .trim_end_matches("List")
        .trim_end_matches("Summaries")
        .trim_end_matches("Summary");
    (format!("{}{member}", singular(&plain(list))) == parameter).then_some(1)
}

fn plain(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|character| character.to_ascii_lowercase())
        .collect()
}

fn singular(name: &str) -> String {
    if let Some(stem) = name.strip_suffix("ies") {
        return format!("{stem}y");
    }
    ["sses", "xes", "ches"]
        .iter()
        .find(|end| name.ends_with(**end))
        .map_or_else(
            || name.strip_suffix('s').unwrap_or(name),
            |_| &name[..name.len() - 2],
        )
        .to_owned()
}

/// Estimate, before anything is sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Calls that are certain.
    pub calls: u64,
    /// Calls that their answers will lead to, guessed.
    pub follow_ups: u64,
    /// How long it takes, in milliseconds, guessed: the services' patience is not known beforehand.
    pub millis: u64,
    /// Cost in millionths of a US dollar: calls that are billed by the request.
    pub micro_dollars: u64,
}

/// Cost of the requests, in calls, time and money.
#[must_use]
pub fn estimate(roots: &[Root], accounts: &[AccountScope], limits: &Limits) -> Estimate {
    let mut calls = 0.0;
    let mut follow_ups = 0.0;
    let mut cost = 0.0;
    for root in roots {
        let places: usize = accounts
            .iter()
            .map(|account| match root.scope {
                Scope::EachRegion => account.regions.len(),
                Scope::Global | Scope::Only(_) => 1,
            })
            .sum();
        let places = u32::try_from(places).map_or(f64::MAX, f64::from);
        calls += places;
        cost += places * cost_of(&root.question);
        follow_ups += places * below(&root.question);
    }
    let at_once = u32::try_from(limits.at_once.clamp(1, OPEN)).map_or(f64::MAX, f64::from);
    Estimate {
        calls: whole(calls),
        follow_ups: whole(follow_ups),
        millis: whole((calls + follow_ups) * LATENCY / at_once),
        micro_dollars: whole(cost),
    }
}

fn below(question: &Question) -> f64 {
    question
        .follow_ups()
        .map(|next| ITEMS_GUESSED * (1.0 + below(next)))
        .sum()
}

fn cost_of(question: &Question) -> f64 {
    let own = u32::try_from(price(question.service().as_str())).map_or(f64::MAX, f64::from);
    let below: f64 = question.follow_ups().map(|next| cost_of(next)).sum();
    // Costs are broken down by region: as many calls as there are regions with any.
    own + below * if own > 0.0 { 17.0 } else { ITEMS_GUESSED }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a guess, never negative; beyond the range it is the end of the range"
)]
fn whole(number: f64) -> u64 {
    number.ceil() as u64
}

#[cfg(test)]
mod tests {
    use stanch_core::{OperationName, ServiceName};

    use super::*;

    fn about(operation: &str, required: &[&str], ids: &[&str], reads: bool) -> OperationAbout {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        OperationAbout {
            service: "things".into(),
            operation: operation.into(),
            regional: true,
            reads,
            deprecated: false,
            paginated: false,
            params: texts(required),
            required: texts(required),
            ids: texts(ids),
        }
    }

    struct Few(Vec<OperationAbout>);

    impl Catalogue for Few {
        fn services(&self) -> Vec<ServiceName> {
            vec!["things".into()]
        }

        fn operations(&self, _service: &ServiceName) -> Vec<OperationName> {
            self.0.iter().map(|about| about.operation.clone()).collect()
        }

        fn operation(&self, _service: &ServiceName, operation: &OperationName) -> Option<OperationAbout> {
            self.0.iter().find(|about| about.operation == *operation).cloned()
        }

        fn output_has(&self, _service: &ServiceName, _operation: &OperationName, _path: &str) -> bool {
            true
        }
    }

    #[test]
    fn ids_that_are_found_feed_what_needs_one() {
        let catalogue = Few(vec![
            about("DeleteThing", &["ThingName"], &[], false),
            about("DescribeThing", &["ThingName"], &[], true),
            about("GetPart", &["PartId", "ThingName"], &[], true),
            about("ListClusters", &[], &["clusters[]"], true),
            about("DescribeCluster", &["clusterName"], &[], true),
            about("ListThings", &[], &["Things[].Name", "Things[].OwnerId"], true),
            about("ListUnrelated", &["Foo"], &[], true),
        ]);
        let lines: Vec<String> = every_operation(&catalogue)
            .iter()
            .map(|root| {
                let next: Vec<_> = root
                    .question
                    .follow_ups()
                    .map(|next| next.operation().0.as_str())
                    .collect();
                format!("{} -> {}", root.question.operation(), next.join(" "))
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        ListClusters -> DescribeCluster
        ListThings -> DescribeThing
        ");
    }

    #[test]
    fn names_are_compared_as_people_read_them() {
        assert_eq!(distance("Users[].UserName", "UserName"), Some(0));
        assert_eq!(distance("Functions[].Name", "functionName"), Some(1));
        assert_eq!(distance("TableNames[]", "TableName"), Some(0));
        assert_eq!(distance("clusters[]", "clusterName"), Some(2));
        assert_eq!(distance("Policies[].Id", "PolicyId"), Some(1));
        assert_eq!(distance("Things[].Name", "Name"), None);
        assert_eq!(distance("Things[].Id", "PolicyId"), None);
    }

    #[test]
    fn what_lies_ahead_is_counted() {
        let catalogue = Few(vec![about("ListThings", &[], &[], true)]);
        let account = AccountScope {
            account: "1".into(),
            partition: "aws".to_owned(),
            home: "us-east-1".into(),
            regions: vec!["a".into(), "b".into()],
            disabled: Vec::new(),
        };
        let estimate = estimate(&every_operation(&catalogue), &[account], &Limits::default());
        assert_eq!(
            (estimate.calls, estimate.follow_ups, estimate.micro_dollars),
            (2, 0, 0)
        );
    }
}
