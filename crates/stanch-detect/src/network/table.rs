//! A MaxMind DB table, whoever made it: MaxMind, IPinfo, DB-IP, iptoasn.
//!
//! Their rows differ in names and types; this is the only place that knows how. A damaged row is "not known".

use std::net::IpAddr;

use maxminddb::Reader;
use serde::Deserialize;
use serde_json::Value;
use stanch_core::text::bounded;

use super::{NetworksError, ORGANISATION_LIMIT};

/// A table, bundled or given.
pub(super) enum Table {
    /// Part of the program.
    Bundled(Reader<&'static [u8]>),
    /// The user's.
    Given(Reader<Vec<u8>>),
}

/// The members of a row that we read; each maker has its own words for them.
#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    country_code: Option<Value>,
    #[serde(default)]
    country: Option<Value>,
    #[serde(default)]
    autonomous_system_number: Option<Value>,
    #[serde(default)]
    asn: Option<Value>,
    #[serde(default)]
    autonomous_system_organization: Option<Value>,
    #[serde(default)]
    as_name: Option<Value>,
    #[serde(default)]
    as_organization: Option<Value>,
    #[serde(default)]
    name: Option<Value>,
}

impl Table {
    pub(super) fn bundled(bytes: &'static [u8]) -> Option<Self> {
        Reader::from_source(bytes).ok().map(Self::Bundled)
    }

    pub(super) fn given(bytes: Vec<u8>) -> Result<Self, NetworksError> {
        let reader = Reader::from_source(bytes)?;
        let kind = bounded(&reader.metadata().database_type, 64);
        let table = Self::Given(reader);
        if table.knows_something() {
            Ok(table)
        } else {
            Err(NetworksError::NothingKnown(kind))
        }
    }

    /// Returns true when any of the first rows answers a question of ours, so that a wrong file is refused and not
    /// silently useless.
    fn knows_something(&self) -> bool {
        const ROWS_TRIED: usize = 1_000;
        let Self::Given(reader) = self else { return true };
        let Ok(rows) = reader.networks(maxminddb::WithinOptions::default()) else {
            return false;
        };
        rows.take(ROWS_TRIED)
            .flatten()
            .filter_map(|row| row.decode::<Row>().ok().flatten())
            .any(|row| row.country().is_some() || row.network().is_some())
    }

    fn row(&self, address: IpAddr) -> Option<Row> {
        match self {
            Self::Bundled(reader) => reader.lookup(address).ok()?.decode().ok()?,
            Self::Given(reader) => reader.lookup(address).ok()?.decode().ok()?,
        }
    }

    /// The ISO code of the country.
    pub(super) fn country(&self, address: IpAddr) -> Option<String> {
        self.row(address)?.country()
    }

    /// Number and owner of the autonomous system.
    pub(super) fn network(&self, address: IpAddr) -> Option<(u32, String)> {
        self.row(address)?.network()
    }
}

impl Row {
    fn country(&self) -> Option<String> {
        let nested = self.country.as_ref().and_then(|country| country.get("iso_code"));
        let candidates = [self.country_code.as_ref(), nested, self.country.as_ref()];
        let code = candidates.into_iter().flatten().find_map(Value::as_str)?;
        let plausible = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
        // iptoasn writes "None" for ranges that nobody uses, others "ZZ".
        (plausible && code != "ZZ").then(|| code.to_ascii_uppercase())
    }

    fn network(&self) -> Option<(u32, String)> {
        let number = [&self.autonomous_system_number, &self.asn]
            .into_iter()
            .flatten()
            .find_map(number_of)
            .filter(|number| *number != 0)?;
        let names = [
            &self.autonomous_system_organization,
            &self.as_organization,
            &self.as_name,
            &self.name,
        ];
        let name = names.into_iter().flatten().find_map(Value::as_str).unwrap_or("");
        Some((number, bounded(name, ORGANISATION_LIMIT)))
    }
}

/// `64500`, `"64500"` and `"AS64500"` are the same number.
fn number_of(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => u32::try_from(number.as_u64()?).ok(),
        Value::String(text) => text.trim_start_matches(['A', 'S', 'a', 's']).parse().ok(),
        _ => None,
    }
}
