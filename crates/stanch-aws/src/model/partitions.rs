//! Partitions, their regions, and in which of them a service exists.
//!
//! Facts of botocore's `partitions.json` (what endpoint rules see) and `endpoints.json` (where a service was when that
//! botocore was made: a hint, since services open in new regions all the time).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::compile::ModelError;
use super::shapes::{flag, text};

/// All partitions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Geography {
    /// The commercial one first.
    pub partitions: Vec<Partition>,
}

/// A partition of AWS: regions that share accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partition {
    /// Such as `aws-cn`.
    pub name: String,
    /// The end of its host names.
    pub dns_suffix: String,
    /// The end of its dual-stack host names.
    pub dual_stack_dns_suffix: String,
    /// Where its global services are signed for.
    pub implicit_global_region: String,
    /// True when it has dual-stack hosts.
    pub supports_dual_stack: bool,
    /// True when it has FIPS hosts.
    pub supports_fips: bool,
    /// Its regions, sorted.
    pub regions: Vec<Region>,
    /// What stands before `-place-1` in its region names; a region not listed belongs here by this.
    prefixes: Vec<String>,
    /// Where its services exist, sorted by endpoint prefix.
    services: Vec<Presence>,
}

/// A region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Such as `eu-central-1`.
    pub name: String,
    /// Such as `Europe (Frankfurt)`; may be empty.
    pub description: String,
}

/// Where a service exists in a partition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Presence {
    endpoint_prefix: String,
    /// The region a service without regions is signed for.
    global: Option<String>,
    regions: Vec<String>,
}

/// Where a service exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability<'a> {
    /// Once for the whole partition, signed for this region.
    Global(&'a str),
    /// In these regions.
    Regions(&'a [String]),
    /// Not said.
    Unknown,
}

impl Geography {
    /// The partition a region belongs to; the commercial one when nothing says otherwise, as endpoint rules have it.
    #[must_use]
    pub fn partition_of(&self, region: &str) -> Option<&Partition> {
        self.partitions
            .iter()
            .find(|partition| partition.has(region))
            .or_else(|| self.partitions.first())
    }

    /// Compiles botocore's `partitions.json` and `endpoints.json`.
    ///
    /// # Errors
    /// When a region's pattern is not of the form that is understood here.
    pub fn compile(partitions: &Value, endpoints: &Value) -> Result<Self, ModelError> {
        let mut out = Vec::new();
        for partition in items(partitions.get("partitions")) {
            let name = text(partition, "id").unwrap_or_default();
            let old = items(endpoints.get("partitions"))
                .find(|old| old.get("partition").and_then(Value::as_str) == Some(&name));
            out.push(compile_one(name, partition, old.unwrap_or(&Value::Null))?);
        }
        Ok(Self { partitions: out })
    }
}

impl Partition {
    /// Returns true when a region is this partition's, by its list or by the form of the name.
    #[must_use]
    pub fn has(&self, region: &str) -> bool {
        self.regions.iter().any(|known| known.name == region)
            || self.prefixes.iter().any(|prefix| {
                region
                    .strip_prefix(prefix.as_str())
                    .and_then(|rest| rest.strip_prefix('-'))
                    .and_then(|rest| rest.split_once('-'))
                    .is_some_and(|(place, number)| {
                        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
                        !place.is_empty()
                            && place.bytes().all(word)
                            && !number.is_empty()
                            && number.bytes().all(|byte| byte.is_ascii_digit())
                    })
            })
    }

    /// Where a service exists, by its endpoint prefix.
    #[must_use]
    pub fn availability(&self, endpoint_prefix: &str) -> Availability<'_> {
        let found = self
            .services
            .binary_search_by(|presence| presence.endpoint_prefix.as_str().cmp(endpoint_prefix))
            .ok()
            .and_then(|place| self.services.get(place));
        match found {
            Some(Presence {
                global: Some(region), ..
            }) => Availability::Global(region),
            Some(presence) => Availability::Regions(&presence.regions),
            None => Availability::Unknown,
        }
    }
}

fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

fn compile_one(name: String, partition: &Value, old: &Value) -> Result<Partition, ModelError> {
    let outputs = partition.get("outputs").unwrap_or(&Value::Null);
    let pattern = text(partition, "regionRegex").unwrap_or_default();
    let mut regions: Vec<Region> = members(partition.get("regions"))
        .map(|(name, region)| Region {
            name: name.clone(),
            description: text(region, "description").unwrap_or_default(),
        })
        .collect();
    regions.sort_by(|one, other| one.name.cmp(&other.name));
    let mut services: Vec<Presence> = members(old.get("services"))
        .map(|(prefix, service)| presence(prefix, service, &regions))
        .collect();
    services.sort_by(|one, other| one.endpoint_prefix.cmp(&other.endpoint_prefix));
    Ok(Partition {
        prefixes: prefixes(&pattern)
            .ok_or_else(|| ModelError(format!("{name}: region pattern {pattern} is not understood")))?,
        name,
        dns_suffix: text(outputs, "dnsSuffix").unwrap_or_default(),
        dual_stack_dns_suffix: text(outputs, "dualStackDnsSuffix").unwrap_or_default(),
        implicit_global_region: text(outputs, "implicitGlobalRegion").unwrap_or_default(),
        supports_dual_stack: flag(outputs, "supportsDualStack"),
        supports_fips: flag(outputs, "supportsFIPS"),
        regions,
        services,
    })
}

fn presence(prefix: &str, service: &Value, regions: &[Region]) -> Presence {
    let endpoints = service.get("endpoints");
    let mut here: Vec<String> = members(endpoints)
        .filter(|(name, endpoint)| {
            !flag(endpoint, "deprecated") && regions.iter().any(|region| region.name == **name)
        })
        .map(|(name, _)| name.clone())
        .collect();
    here.sort();
    let regionalised = service
        .get("isRegionalized")
        .and_then(Value::as_bool)
        .unwrap_or(true);
    let global = text(service, "partitionEndpoint")
        .filter(|_| !regionalised)
        .and_then(|name| text(endpoints?.get(&name)?.get("credentialScope")?, "region"));
    Presence {
        endpoint_prefix: prefix.to_owned(),
        global,
        regions: here,
    }
}

/// What stands before `-place-1`, from `^(us|eu)\-\w+\-\d+$` and the like.
fn prefixes(pattern: &str) -> Option<Vec<String>> {
    let head = pattern
        .strip_prefix('^')?
        .strip_suffix("\\-\\w+\\-\\d+$")?
        .replace("\\-", "-");
    let (before, choices, after) = match head.split_once('(') {
        Some((before, rest)) => {
            let (choices, after) = rest.split_once(')')?;
            (before, choices, after)
        }
        None => ("", head.as_str(), ""),
    };
    let plain = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let mut out = Vec::new();
    for choice in choices.split('|') {
        let prefix = format!("{before}{choice}{after}");
        out.push(plain(&prefix).then_some(prefix)?);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Models;

    #[test]
    fn patterns_become_prefixes() {
        assert_eq!(prefixes(r"^(us|eu)\-\w+\-\d+$").unwrap(), ["us", "eu"]);
        assert_eq!(prefixes(r"^eusc\-(de)\-\w+\-\d+$").unwrap(), ["eusc-de"]);
        assert_eq!(prefixes(r"^us\-gov\-\w+\-\d+$").unwrap(), ["us-gov"]);
        assert_eq!(prefixes(r"^us\-.*$"), None);
    }

    #[test]
    fn a_region_has_its_partition_even_when_it_is_new() {
        let geography = Models::embedded().unwrap().geography().unwrap();
        for (region, partition) in [
            ("eu-central-1", "aws"),
            ("eu-mars-7", "aws"),
            ("cn-north-1", "aws-cn"),
            ("us-gov-new-2", "aws-us-gov"),
            ("us-iso-east-1", "aws-iso"),
            ("aws-cn-global", "aws-cn"),
            ("nowhere", "aws"),
        ] {
            assert_eq!(
                geography.partition_of(region).unwrap().name,
                partition,
                "{region}"
            );
        }
    }

    #[test]
    fn says_where_a_service_exists() {
        let geography = Models::embedded().unwrap().geography().unwrap();
        let aws = geography.partition_of("us-east-1").unwrap();
        assert_eq!(aws.availability("iam"), Availability::Global("us-east-1"));
        assert!(matches!(aws.availability("ec2"), Availability::Regions(regions) if regions.len() > 20));
        assert_eq!(aws.availability("nonesuch"), Availability::Unknown);
    }
}
