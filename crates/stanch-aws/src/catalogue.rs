//! The models as a catalogue: which operations exist, what they take and what their replies hold.
//!
//! It answers from the models alone and must not decide what is asked.

use std::sync::Arc;

use stanch_core::ports::Catalogue;
use stanch_core::{OperationAbout, OperationName, ServiceName};

use crate::model::partitions::Availability;
use crate::model::shape::{Kind, Structure, Target};
use crate::model::{Models, Operation, Service};

/// Beginnings of the names of operations that only read, as AWS names them.
const READS: [&str; 9] = [
    "BatchDescribe",
    "BatchGet",
    "Describe",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Search",
    "View",
];

/// Ends of the names of members that name a thing.
const NAMES: [&str; 6] = ["id", "arn", "name", "identifier", "url", "uuid"];

/// Depth to which lists are searched: `Reservations[].Instances[].InstanceId` is the second list.
const LISTS: usize = 2;

impl Catalogue for Models {
    fn services(&self) -> Vec<ServiceName> {
        self.names().map(Into::into).collect()
    }

    fn operations(&self, service: &ServiceName) -> Vec<OperationName> {
        let Ok(service) = self.service(service.as_str()) else {
            return Vec::new();
        };
        service
            .operations
            .iter()
            .map(|operation| operation.name.as_str().into())
            .collect()
    }

    fn operation(&self, service: &ServiceName, operation: &OperationName) -> Option<OperationAbout> {
        let (model, place) = find(self, service, operation)?;
        let found = &model.operations[place];
        let input = found.input.as_ref().and_then(|input| model.structure(input));
        let members = || input.into_iter().flat_map(|input| &input.members);
        let mut params: Vec<_> = members().map(|member| member.name.clone()).collect();
        let mut required: Vec<_> = members()
            .filter(|member| member.required)
            .map(|member| member.name.clone())
            .collect();
        params.sort();
        required.sort();
        Some(OperationAbout {
            service: service.clone(),
            operation: operation.clone(),
            regional: is_regional(self, &model),
            reads: reads(found),
            deprecated: found.deprecated,
            paginated: found.paginator.is_some(),
            params,
            required,
            ids: ids(&model, found),
        })
    }

    fn output_has(&self, service: &ServiceName, operation: &OperationName, path: &str) -> bool {
        let Some((model, place)) = find(self, service, operation) else {
            return false;
        };
        let Some(output) = &model.operations[place].output else {
            return path.is_empty();
        };
        leads_somewhere(&model, output, path)
    }
}

fn find(models: &Models, service: &ServiceName, operation: &OperationName) -> Option<(Arc<Service>, usize)> {
    let model = models.service(service.as_str()).ok()?;
    let place = model
        .operations
        .binary_search_by(|found| found.name.as_str().cmp(operation.as_str()))
        .ok()?;
    Some((model, place))
}

pub(crate) fn reads(operation: &Operation) -> bool {
    operation.read_only || READS.iter().any(|start| operation.name.starts_with(start))
}

/// Whether the service answers in each region, as the commercial partition has it; where nothing is said, it is asked everywhere.
fn is_regional(models: &Models, service: &Service) -> bool {
    let Ok(geography) = models.geography() else {
        return true;
    };
    let commercial = geography.partitions.first();
    !commercial.is_some_and(|partition| {
        matches!(
            partition.availability(&service.metadata.endpoint_prefix),
            Availability::Global(_)
        )
    })
}

fn leads_somewhere(service: &Service, start: &Target, path: &str) -> bool {
    let mut here = start;
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let name = part.trim_end_matches(['[', ']', '{', '}']);
        if !name.is_empty() {
            let Some(member) = service
                .structure(here)
                .and_then(|structure| structure.member(name))
            else {
                return false;
            };
            here = &member.target;
        }
        let steps = &part.as_bytes()[name.len()..];
        for step in steps.chunks(2) {
            here = match (step, service.kind(here)) {
                (b"[]", Kind::List(item)) => item,
                (b"{}", Kind::Map(_, value)) => value,
                _ => return false,
            };
        }
    }
    true
}

/// Paths of what names the things in a reply.
fn ids(service: &Service, operation: &Operation) -> Vec<String> {
    let mut found = Vec::new();
    let Some(output) = operation
        .output
        .as_ref()
        .and_then(|output| service.structure(output))
    else {
        return found;
    };
    in_lists(service, output, "", LISTS, &mut found);
    // CloudFront and others wrap their list in one more structure.
    for member in &output.members {
        if let Some(inner) = service.structure(&member.target) {
            in_lists(service, inner, &format!("{}.", member.name), 1, &mut found);
        }
    }
    found
}

fn in_lists(service: &Service, structure: &Structure, path: &str, depth: usize, found: &mut Vec<String>) {
    for member in &structure.members {
        let Kind::List(item) = service.kind(&member.target) else {
            continue;
        };
        let path = format!("{path}{}[]", member.name);
        match service.kind(item) {
            Kind::String => found.push(path),
            Kind::Structure(item) => {
                let named = item.members.iter().filter(|member| {
                    let name = member.name.to_ascii_lowercase();
                    NAMES.iter().any(|end| name.ends_with(end))
                        && matches!(service.kind(&member.target), Kind::String)
                });
                found.extend(named.map(|member| format!("{path}.{}", member.name)));
                if depth > 1 {
                    in_lists(service, item, &format!("{path}."), depth - 1, found);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_models_tell_what_an_operation_takes_and_gives() {
        let models = Models::embedded().unwrap();
        let about =
            |service: &str, operation: &str| models.operation(&service.into(), &operation.into()).unwrap();
        let keys = about("iam", "GetAccessKeyLastUsed");
        assert_eq!(keys.required, ["AccessKeyId"]);
        assert!(keys.reads && !keys.regional && !keys.deprecated);
        let users = about("iam", "ListUsers");
        assert!(users.paginated && users.ids.contains(&"Users[].UserName".to_owned()));
        let instances = about("ec2", "DescribeInstances");
        assert!(instances.regional);
        assert!(
            instances
                .ids
                .contains(&"Reservations[].Instances[].InstanceId".to_owned())
        );
        let distributions = about("cloudfront", "ListDistributions");
        assert!(
            distributions
                .ids
                .contains(&"DistributionList.Items[].Id".to_owned())
        );
        assert!(!about("iam", "DeleteUser").reads);
        assert!(models.operation(&"iam".into(), &"ListUserz".into()).is_none());
    }

    #[test]
    fn paths_are_followed_through_lists() {
        let models = Models::embedded().unwrap();
        let has = |path: &str| models.output_has(&"ec2".into(), &"DescribeInstances".into(), path);
        assert!(has("") && has("Reservations[].Instances[].InstanceId"));
        assert!(!has("Reservations.Instances") && !has("Reservations[].Nothing") && !has("Reservations{}"));
    }
}
