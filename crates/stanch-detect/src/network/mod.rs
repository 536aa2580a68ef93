//! What can be said of an address without asking anybody: its kind, its country, its network, its owner at AWS.
//!
//! Tables come in as bytes (one country table is bundled); this module opens no file and asks no server. It must
//! not judge: an external country is a fact here, not a finding.

mod aws_ranges;
mod table;

use std::fmt;
use std::net::IpAddr;

use stanch_core::text::shown;

use aws_ranges::AwsRanges;
pub use stanch_core::address::{self, AddressKind, neighbourhood};
use table::Table;

/// The bundled country table: iptoasn-country, in the public domain (PDDL).
static BUNDLED_COUNTRIES: &[u8] = include_bytes!("../../data/country.mmdb");

/// Name and date of the bundled country table, for reports.
pub const BUNDLED_COUNTRIES_VERSION: &str = include_str!("../../data/country.version");

/// How much of an owner's name is kept.
const ORGANISATION_LIMIT: usize = 80;

/// Why a table can't be used.
#[derive(Debug, thiserror::Error)]
pub enum NetworksError {
    /// Not a MaxMind DB file, or a damaged one.
    #[error("not a MaxMind DB table: {0}")]
    Table(#[from] maxminddb::MaxMindDbError),
    /// A readable MaxMind DB file that answers none of our questions.
    #[error("the table {0} names neither countries nor networks")]
    NothingKnown(String),
    /// Not AWS's `ip-ranges.json`.
    #[error("not a list of AWS address ranges: {0}")]
    Ranges(#[from] serde_json::Error),
    /// The list is readable but holds no range.
    #[error("the list of AWS address ranges is empty")]
    NoRanges,
}

/// Address tables.
pub struct Networks {
    countries: Option<Table>,
    given: Option<Table>,
    aws: Option<AwsRanges>,
}

impl Default for Networks {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Networks")
            .field("countries", &self.countries.is_some())
            .field("given", &self.given.is_some())
            .field("aws", &self.aws.is_some())
            .finish()
    }
}

/// What is known of one address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddressInfo {
    /// The address as logged.
    pub address: String,
    /// What kind of address it is.
    pub kind: AddressKind,
    /// ISO 3166 code of the country, for public addresses that a table knows.
    pub country: Option<String>,
    /// Number and owner of the autonomous system, if a table with networks was given.
    pub asn: Option<(u32, String)>,
    /// AWS service whose published range holds the address, if AWS's ranges were given.
    pub aws_service: Option<String>,
    /// AWS region of that range.
    pub aws_region: Option<String>,
    /// The surrounding /24 or /48; empty for what is no internet address.
    pub prefix: String,
}

impl AddressInfo {
    /// The address for people, with what is known of it; safe to show.
    #[must_use]
    pub fn label(&self) -> String {
        let address = shown(&self.address, 64);
        if let Some(word) = self.kind.word(&self.address) {
            return if self.address.is_empty() {
                word.to_owned()
            } else {
                format!("{address} ({word})")
            };
        }
        let mut label = address;
        if let Some(country) = &self.country {
            label.push_str(" · ");
            label.push_str(&shown(country, 8));
        }
        if let Some((number, organisation)) = &self.asn {
            label.push_str(&format!(
                " · AS{number} {}",
                shown(organisation, ORGANISATION_LIMIT)
            ));
        }
        if let Some(region) = &self.aws_region {
            label.push_str(&format!(
                " · AWS {} {}",
                shown(self.aws_service.as_deref().unwrap_or(""), 32),
                shown(region, 32)
            ));
        }
        label.trim_end().to_owned()
    }
}

impl Networks {
    /// The bundled country table alone.
    #[must_use]
    pub fn new() -> Self {
        Self {
            countries: Table::bundled(BUNDLED_COUNTRIES),
            given: None,
            aws: None,
        }
    }

    /// Adds a table of networks, countries or both (MaxMind's, IPinfo's or a like one). Where it knows a country,
    /// it is believed over the bundled table.
    ///
    /// # Errors
    /// When the bytes are no MaxMind DB, or one that knows neither networks nor countries.
    pub fn with_asn(mut self, bytes: Vec<u8>) -> Result<Self, NetworksError> {
        self.given = Some(Table::given(bytes)?);
        Ok(self)
    }

    /// Adds AWS's published address ranges (`ip-ranges.json`).
    ///
    /// # Errors
    /// When the bytes are not such a list.
    pub fn with_aws_ranges(mut self, json: &[u8]) -> Result<Self, NetworksError> {
        self.aws = Some(AwsRanges::parse(json)?);
        Ok(self)
    }

    /// Returns true when a table that knows autonomous systems was given.
    #[must_use]
    pub const fn knows_networks(&self) -> bool {
        self.given.is_some()
    }

    /// The kind of an address; allocates nothing.
    #[must_use]
    pub fn kind(&self, address: &str) -> AddressKind {
        AddressKind::of(address)
    }

    /// The country of an address from outside.
    #[must_use]
    pub fn country(&self, address: &str) -> Option<String> {
        self.country_of(external_address(address)?)
    }

    fn country_of(&self, address: IpAddr) -> Option<String> {
        let tables = [self.given.as_ref(), self.countries.as_ref()];
        tables
            .into_iter()
            .flatten()
            .find_map(|table| table.country(address))
    }

    /// Everything known of an address. Costs a few table look-ups: keep the answer.
    #[must_use]
    pub fn describe(&self, address: &str) -> AddressInfo {
        let mut info = AddressInfo {
            address: stanch_core::text::bounded(address, 256),
            kind: AddressKind::of(address),
            ..AddressInfo::default()
        };
        let Some(parsed) = address::parse(address) else {
            return info;
        };
        info.prefix = address::prefix(parsed);
        if info.kind.is_external() {
            info.country = self.country_of(parsed);
            info.asn = self.given.as_ref().and_then(|table| table.network(parsed));
            if let Some((service, region)) = self.aws.as_ref().and_then(|aws| aws.find(parsed)) {
                info.aws_service = Some(service.to_owned());
                info.aws_region = Some(region.to_owned());
            }
        }
        info
    }

    /// The identity of the network an address lies in, for telling "seen before" from "new": the autonomous system
    /// if a table knows it, else the /24 or /48. All private addresses are one network; services go by their name.
    #[must_use]
    pub fn network_key(&self, address: &str) -> String {
        match AddressKind::of(address) {
            AddressKind::Private => "private".to_owned(),
            AddressKind::AwsInternal => "aws-internal".to_owned(),
            AddressKind::None => "none".to_owned(),
            AddressKind::AwsService | AddressKind::Invalid => stanch_core::text::bounded(address, 128),
            AddressKind::Public | AddressKind::Documentation => {
                let Some(parsed) = address::parse(address) else {
                    return stanch_core::text::bounded(address, 128);
                };
                match self.given.as_ref().and_then(|table| table.network(parsed)) {
                    Some((number, _)) => format!("AS{number}"),
                    None => address::prefix(parsed),
                }
            }
        }
    }

    /// True when the address lies in a range that AWS publishes; `None` when AWS's ranges were not given.
    #[must_use]
    pub fn is_aws(&self, address: &str) -> Option<bool> {
        let aws = self.aws.as_ref()?;
        Some(external_address(address).is_some_and(|parsed| aws.find(parsed).is_some()))
    }
}

fn external_address(address: &str) -> Option<IpAddr> {
    AddressKind::of(address)
        .is_external()
        .then(|| address::parse(address))
        .flatten()
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
