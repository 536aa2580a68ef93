//! The models that come with the program, unpacked one service at a time.

use std::sync::{Arc, OnceLock};

use super::compile::ModelError;
use super::names;
use super::pack::{self, Index};
use super::partitions::Geography;
use super::service::Service;

static PACK: &[u8] = include_bytes!("../../models/botocore.pack");

/// All services that are known.
#[derive(Debug)]
pub struct Models {
    index: Index,
    blocks: &'static [u8],
    /// Next to the index's services.
    services: Vec<OnceLock<Arc<Service>>>,
    geography: OnceLock<Geography>,
}

/// Why a service can't be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// There is none of this name.
    #[error("there is no service called `{0}`")]
    UnknownService(String),
    /// The service has no such operation.
    #[error("{service} has no operation called `{operation}`")]
    UnknownOperation {
        /// The service.
        service: String,
        /// The request.
        operation: String,
    },
    /// The program's own data can't be read.
    #[error(transparent)]
    Model(#[from] ModelError),
}

impl Models {
    /// The models that are part of the program. Reading the index takes well under a millisecond; a service is
    /// unpacked when it is first asked for and kept.
    ///
    /// # Errors
    /// When the program's own data is damaged.
    pub fn embedded() -> Result<&'static Self, ModelError> {
        static MODELS: OnceLock<Models> = OnceLock::new();
        if let Some(models) = MODELS.get() {
            return Ok(models);
        }
        let models = Self::open(PACK)?;
        Ok(MODELS.get_or_init(|| models))
    }

    fn open(pack: &'static [u8]) -> Result<Self, ModelError> {
        let (index, blocks) = pack::open(pack)?;
        Ok(Self {
            services: index.services.iter().map(|_| OnceLock::new()).collect(),
            geography: OnceLock::new(),
            index,
            blocks,
        })
    }

    /// Source of the models, such as `botocore 1.44.5`.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.index.source
    }

    /// The names of all services, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.index.services.iter().map(|entry| entry.name.as_str())
    }

    /// A service, under the name of its model or the one the AWS command line gives it (`s3` and `s3api`).
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn service(&self, name: &str) -> Result<Arc<Service>, LookupError> {
        let wanted = names::service_name(name);
        let place = self
            .index
            .services
            .binary_search_by(|entry| entry.name.as_str().cmp(wanted))
            .map_err(|_| LookupError::UnknownService(name.to_owned()))?;
        let unknown = || LookupError::UnknownService(name.to_owned());
        let entry = self.index.services.get(place).ok_or_else(unknown)?;
        let kept = self.services.get(place).ok_or_else(unknown)?;
        if let Some(service) = kept.get() {
            return Ok(Arc::clone(service));
        }
        let service: Service = pack::block(self.blocks, entry.block)?;
        Ok(Arc::clone(kept.get_or_init(|| Arc::new(service))))
    }

    /// Partitions, regions, and where a service exists.
    ///
    /// # Errors
    /// When the program's own data is damaged.
    pub fn geography(&self) -> Result<&Geography, ModelError> {
        if let Some(geography) = self.geography.get() {
            return Ok(geography);
        }
        let geography = pack::block(self.blocks, self.index.geography)?;
        Ok(self.geography.get_or_init(|| geography))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_unpacks_and_every_paginator_is_understood() {
        let models = Models::embedded().unwrap();
        let (mut services, mut operations, mut paginators) = (0, 0, 0);
        for name in models.names() {
            let service = models.service(name).unwrap();
            services += 1;
            operations += service.operations.len();
            for operation in &service.operations {
                let Some(paginator) = &operation.paginator else {
                    continue;
                };
                paginators += 1;
                assert_eq!(
                    paginator.input_tokens.len(),
                    paginator.output_tokens.len(),
                    "{name} {}",
                    operation.name
                );
                for key in &paginator.result_keys {
                    assert!(key.fields().is_some(), "{name} {}: {}", operation.name, key.text);
                }
            }
        }
        assert!(services > 400 && operations > 19_000 && paginators > 3_000);
    }

    #[test]
    fn services_and_operations_go_by_both_names() {
        let models = Models::embedded().unwrap();
        assert_eq!(models.service("s3api").unwrap().name, "s3");
        let iam = models.service("iam").unwrap();
        assert_eq!(iam.operation("list-users"), iam.operation("ListUsers"));
        assert_eq!(iam.operation("ListUsers").unwrap().cli_name(), "list-users");
        assert!(iam.operation("list-user").is_none());
        assert_eq!(
            models.service("nonesuch").unwrap_err(),
            LookupError::UnknownService("nonesuch".to_owned())
        );
    }

    #[test]
    fn no_two_operations_of_a_service_differ_in_case_alone() {
        let models = Models::embedded().unwrap();
        for name in models.names() {
            let service = models.service(name).unwrap();
            for operation in &service.operations {
                let found = service.operation(&operation.cli_name()).unwrap();
                assert_eq!(found.name, operation.name, "{name}");
            }
        }
    }
}
