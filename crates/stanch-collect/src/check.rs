//! Holds the collectors against the models of the services: every operation, parameter and path that they name.
//!
//! To be called where a [`Catalogue`] is at hand. It must not know how models are stored.

use serde_json::Value;
use stanch_core::ports::Catalogue;
use stanch_core::{OperationAbout, OperationName, ServiceName};

use crate::collector::{Ask, Collector};
use crate::collectors;

/// Operations that collectors use although they are not called like reading: they have the service write down what is then
/// read, and change nothing else.
const WRITE_A_REPORT: &[&str] = &["GenerateCredentialReport"];

/// Origin of a request.
struct Item<'i> {
    service: &'i ServiceName,
    operation: &'i OperationName,
    path: &'i str,
    params: &'i [String],
}

/// Everything that a collector names and the catalogue does not know; empty when all is well.
#[must_use]
pub fn check(catalogue: &dyn Catalogue) -> Vec<String> {
    let mut complaints = Vec::new();
    for collector in collectors::ALL {
        for ask in collector.asks {
            check_ask(
                catalogue,
                collector,
                collector.service,
                ask,
                None,
                &mut complaints,
            );
        }
    }
    complaints
}

fn check_ask(
    catalogue: &dyn Catalogue,
    collector: &Collector,
    service: &str,
    ask: &Ask,
    item: Option<&Item<'_>>,
    complaints: &mut Vec<String>,
) {
    let service = ServiceName::from(ask.service.unwrap_or(service));
    let operation = OperationName::from(ask.operation);
    let place = format!("{}: {service}:{operation}", collector.name);
    let Some(about) = catalogue.operation(&service, &operation) else {
        complaints.push(format!("{place} is not known"));
        return;
    };
    if !about.reads && !WRITE_A_REPORT.contains(&ask.operation) {
        complaints.push(format!("{place} does not only read"));
    }
    complaints.extend(check_params(catalogue, ask, &about, item).map(|what| format!("{place} {what}")));
    if let Some((member, _)) = ask.until
        && !catalogue.output_has(&service, &operation, member)
    {
        complaints.push(format!("{place} gives no {member} to wait for"));
    }
    for each in ask.each.iter().flatten() {
        if !catalogue.output_has(&service, &operation, each.path) {
            complaints.push(format!("{place} gives no {}", each.path));
        }
        let item = Item {
            service: &service,
            operation: &operation,
            path: each.path,
            params: &about.params,
        };
        for next in each.asks {
            check_ask(
                catalogue,
                collector,
                service.as_str(),
                next,
                Some(&item),
                complaints,
            );
        }
    }
}

fn check_params(
    catalogue: &dyn Catalogue,
    ask: &Ask,
    about: &OperationAbout,
    item: Option<&Item<'_>>,
) -> impl Iterator<Item = String> {
    let mut what = Vec::new();
    let given: Value = serde_json::from_str(ask.given).unwrap_or(Value::Null);
    let mut names: Vec<String> = given
        .as_object()
        .into_iter()
        .flat_map(|given| given.keys().cloned())
        .collect();
    names.extend(
        ask.from
            .iter()
            .map(|(name, _)| name.split('.').next().unwrap_or(name).to_owned()),
    );
    what.extend(
        names
            .iter()
            .filter(|name| !about.params.contains(name))
            .map(|name| format!("takes no {name}")),
    );
    what.extend(
        about
            .required
            .iter()
            .filter(|name| !names.contains(name))
            .map(|name| format!("is not given {name}")),
    );
    let sources = ask.from.iter().map(|(_, source)| *source);
    let members = ask.only.map(|(member, _)| member).into_iter().chain(ask.region);
    for source in sources.chain(members) {
        if !is_there(catalogue, source, item) {
            what.push(format!("finds no {source} in what leads to it"));
        }
    }
    what.into_iter()
}

fn is_there(catalogue: &dyn Catalogue, source: &str, item: Option<&Item<'_>>) -> bool {
    let Some(item) = item else { return false };
    let source = source.strip_prefix("[]").unwrap_or(source);
    if let Some(parameter) = source.strip_prefix('^') {
        let first = parameter.split('.').next().unwrap_or(parameter);
        return item.params.iter().any(|name| name == first);
    }
    let path = match (item.path, source) {
        (path, "@") => path.to_owned(),
        ("", source) => source.to_owned(),
        (path, source) => format!("{path}.{source}"),
    };
    catalogue.output_has(item.service, item.operation, &path)
}
