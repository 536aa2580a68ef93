//! What planning needs to know of operations, told from their models.
//!
//! It must not know who plans: it implements a port of the core.

use std::collections::BTreeSet;

use stanch_core::ports::Catalogue;
use stanch_core::{OperationAbout, OperationName, ServiceName};

use crate::model::partitions::Availability;
use crate::model::{Kind, Models, Operation, Service, Structure, Target};

/// First words of the names of operations that only read. What such a name hides is in the reviewed lists of those who
/// plan.
const READING: [&str; 12] = [
    "BatchDescribe",
    "BatchGet",
    "Describe",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Query",
    "Scan",
    "Search",
    "Select",
    "View",
];

/// Names that read although their first word does not say so: the report is made anew at most every four hours and
/// changes nothing in the account.
const READING_TOO: [&str; 1] = ["GenerateCredentialReport"];

/// Last words of members that name a thing.
const NAMING: [&str; 6] = ["Arn", "ARN", "Id", "Identifier", "Name", "Url"];

impl Catalogue for Models {
    fn services(&self) -> Vec<ServiceName> {
        self.names().map(ServiceName::from).collect()
    }

    fn operations(&self, service: &ServiceName) -> Vec<OperationName> {
        let Ok(service) = self.service(service.as_str()) else {
            return Vec::new();
        };
        let names = service.operations.iter();
        names
            .map(|operation| OperationName::from(operation.name.as_str()))
            .collect()
    }

    fn operation(&self, service: &ServiceName, operation: &OperationName) -> Option<OperationAbout> {
        let model = self.service(service.as_str()).ok()?;
        let found = model.operation(operation.as_str())?;
        let input = found.input.as_ref().and_then(|input| model.structure(input));
        let members = || input.into_iter().flat_map(|input| &input.members);
        let sorted = |names: BTreeSet<String>| names.into_iter().collect();
        Some(OperationAbout {
            service: service.clone(),
            operation: OperationName::from(found.name.as_str()),
            regional: is_regional(self, &model),
            reads: reads(found),
            deprecated: found.deprecated,
            paginated: found.paginator.is_some(),
            params: sorted(members().map(|member| member.name.clone()).collect()),
            required: sorted(
                members()
                    .filter(|member| member.required && !member.target.traits.idempotency_token)
                    .map(|member| member.name.clone())
                    .collect(),
            ),
            ids: ids(&model, found),
        })
    }

    fn output_has(&self, service: &ServiceName, operation: &OperationName, path: &str) -> bool {
        let Ok(model) = self.service(service.as_str()) else {
            return false;
        };
        let output = model
            .operation(operation.as_str())
            .and_then(|operation| operation.output.as_ref());
        output.is_some_and(|output| path.is_empty() || has(&model, output, path))
    }
}

/// Whether an operation only reads, as far as its name and model say.
pub(crate) fn reads(operation: &Operation) -> bool {
    let name = operation.name.as_str();
    let first_word = |word: &str| {
        name.strip_prefix(word)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(|next: char| next.is_ascii_uppercase()))
    };
    operation.read_only || READING_TOO.contains(&name) || READING.iter().any(|word| first_word(word))
}

fn is_regional(models: &Models, service: &Service) -> bool {
    let partition = models
        .geography()
        .ok()
        .and_then(|geography| geography.partition_of("us-east-1"));
    let availability = partition.map(|partition| partition.availability(&service.metadata.endpoint_prefix));
    !matches!(availability, Some(Availability::Global(_)))
}

/// Follows a path such as `Users[].UserName` or `Items{}.Id`.
fn has(model: &Service, from: &Target, path: &str) -> bool {
    let mut here = from;
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let name = step.trim_end_matches(['[', ']', '{', '}']);
        if !name.is_empty() {
            let Some(structure) = model.structure(here) else {
                return false;
            };
            if structure.document {
                return true;
            }
            let Some(member) = structure.member(name) else {
                return false;
            };
            here = &member.target;
        }
        let mut rest = &step[name.len()..];
        while !rest.is_empty() {
            let (brackets, more) = rest.split_at(rest.len().min(2));
            here = match (brackets, model.kind(here)) {
                ("[]", Kind::List(item)) => item,
                ("{}", Kind::Map(_, value)) => value,
                _ => return false,
            };
            rest = more;
        }
    }
    true
}

/// Where a reply names things: texts in the structures of its lists, and lists of texts.
fn ids(model: &Service, operation: &Operation) -> Vec<String> {
    let Some(output) = operation.output.as_ref().and_then(|output| model.structure(output)) else {
        return Vec::new();
    };
    let mut paths = BTreeSet::new();
    for member in &output.members {
        let Kind::List(item) = model.kind(&member.target) else {
            continue;
        };
        match model.kind(item) {
            Kind::String => {
                paths.insert(format!("{}[]", member.name));
            }
            Kind::Structure(structure) => paths.extend(names_in(model, structure, &member.name)),
            _ => {}
        }
    }
    paths.into_iter().collect()
}

fn names_in(model: &Service, structure: &Structure, list: &str) -> Vec<String> {
    let named = structure.members.iter().filter(|member| {
        matches!(model.kind(&member.target), Kind::String)
            && NAMING
                .iter()
                .any(|word| member.name.ends_with(word) || member.name.eq_ignore_ascii_case(word))
    });
    named.map(|member| format!("{list}[].{}", member.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_told_as_planning_needs_it() {
        let models = Models::embedded().unwrap();
        let about = models.operation(&"iam".into(), &"ListAccessKeys".into()).unwrap();
        assert!(about.reads && about.paginated && !about.regional && !about.deprecated);
        assert_eq!(about.params.join(" "), "Marker MaxItems UserName");
        assert!(about.required.is_empty());
        assert_eq!(
            about.ids.join(" "),
            "AccessKeyMetadata[].AccessKeyId AccessKeyMetadata[].UserName"
        );
        let about = models.operation(&"ec2".into(), &"TerminateInstances".into()).unwrap();
        assert!(!about.reads && about.regional);
        assert_eq!(about.required, ["InstanceIds"]);
    }

    #[test]
    fn paths_are_followed_through_lists_maps_and_structures() {
        let models = Models::embedded().unwrap();
        let has = |service: &str, operation: &str, path: &str| {
            models.output_has(&service.into(), &operation.into(), path)
        };
        assert!(has("iam", "ListUsers", "Users[].UserName"));
        assert!(has("ec2", "DescribeInstances", "Reservations[].Instances[].ImageId"));
        assert!(has("lambda", "GetFunctionConfiguration", "Environment.Variables{}"));
        assert!(!has("iam", "ListUsers", "Users.UserName"));
        assert!(!has("iam", "ListUsers", "Users[].Name"));
        assert!(!has("iam", "NoSuchOperation", ""));
    }

    #[test]
    fn names_that_only_begin_like_reading_do_not_read() {
        let models = Models::embedded().unwrap();
        let reads = |service: &str, operation: &str| {
            let about = models.operation(&service.into(), &operation.into());
            about.unwrap().reads
        };
        assert!(reads("cloudtrail", "LookupEvents"));
        assert!(reads("s3", "HeadBucket"));
        assert!(!reads("sts", "AssumeRole"));
        assert!(!reads("iam", "CreateUser"));
    }
}
