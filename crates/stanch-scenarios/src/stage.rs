//! Everything that is known while a scenario is made: accounts, records so far, labels.

use serde_json::{Map, Value, json};
use stanch_demo::Random;

use crate::actor::Actor;
use crate::call::Call;
use crate::world::{Organization, organization};
use crate::{Labels, Made};

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;
/// Seconds of an hour.
pub(crate) const HOUR: i64 = 3_600;
/// Monday 2 March 2026, 00:00 UTC.
const EPOCH: i64 = 1_772_409_600;

/// Place and time of a call, and whether an attacker made it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'a> {
    /// Place in the organization's accounts of the log.
    pub(crate) account: usize,
    pub(crate) region: &'a str,
    /// Seconds since 1970.
    pub(crate) time: i64,
    pub(crate) hostile: bool,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) random: Random,
    pub(crate) org: Organization,
    pub(crate) labels: Labels,
    pub(crate) start: i64,
    pub(crate) days: u32,
    /// Number of addresses given out by [`Self::address`].
    addresses: usize,
    records: Vec<(i64, usize, Value)>,
}

impl Stage {
    pub(crate) fn new(name: &str, seed: u64, days: u32) -> Self {
        let mut random = Random::of(seed, &["scenario", name]);
        let org = organization(&mut random);
        let start = EPOCH + 7 * DAY * random.below(20) as i64;
        Self {
            random,
            org,
            labels: Labels::default(),
            start,
            days,
            addresses: 0,
            records: Vec::new(),
        }
    }

    /// A moment of a day from the first.
    pub(crate) fn moment(&self, day: u32, hour: u32, minute: u32) -> i64 {
        self.start + i64::from(day) * DAY + i64::from(hour) * HOUR + i64::from(minute) * 60
    }

    /// A key id with a prefix, which holds the account as AWS's do.
    pub(crate) fn key_id(&mut self, prefix: &str, account: &str) -> String {
        key_id(&mut self.random, prefix, account)
    }

    /// A network of the internet that nobody else has: its first three numbers.
    pub(crate) fn network(&mut self) -> String {
        self.org.networks += 1;
        let number = self.org.networks;
        format!("198.{}.{}", 18 + number / 250 % 2, 1 + number % 250)
    }

    /// An address in a new network.
    pub(crate) fn address(&mut self) -> String {
        // The documentation ranges lie far from each other and from those of the accounts.
        const RANGES: [&str; 3] = ["203.0.113", "192.0.2", "198.51.100"];
        let network = match RANGES.get(self.addresses) {
            Some(range) => (*range).to_owned(),
            None => self.network(),
        };
        self.addresses += 1;
        format!("{network}.{}", self.random.between(2, 250))
    }

    /// Writes a record, and returns its id.
    pub(crate) fn record(&mut self, at: At<'_>, actor: &Actor, call: Call) -> String {
        let id = self.random.uuid();
        let mut record = Map::new();
        let account = self.org.accounts[at.account].id.clone();
        let mut put = |name: &str, value: Value| {
            record.insert(name.to_owned(), value);
        };
        put("eventVersion", "1.11".into());
        put("userIdentity", actor.identity.clone());
        put("eventTime", iso(at.time).into());
        put("eventSource", format!("{}.amazonaws.com", call.service).into());
        put("eventName", call.name.into());
        put("awsRegion", call.logged_in(at.region).into());
        put("sourceIPAddress", actor.address.clone().into());
        put("userAgent", actor.agent.clone().into());
        if let Some((code, message)) = call.error {
            if !code.is_empty() {
                put("errorCode", code.into());
            }
            put("errorMessage", message.into());
        }
        put("requestParameters", call.request);
        put("responseElements", call.response);
        for (name, value) in call.more {
            put(&name, value);
        }
        put("requestID", self.random.uuid().into());
        put("eventID", id.clone().into());
        put("readOnly", call.read_only.into());
        put("eventType", call.event_type.into());
        put("managementEvent", (!call.data).into());
        put("recipientAccountId", account.into());
        if let Some(shared) = call.shared {
            put("sharedEventID", shared.into());
        }
        put(
            "eventCategory",
            if call.data { "Data" } else { "Management" }.into(),
        );
        if !actor.agent.ends_with(".amazonaws.com") {
            put(
                "tlsDetails",
                json!({
                    "tlsVersion": "TLSv1.3",
                    "cipherSuite": "TLS_AES_128_GCM_SHA256",
                    "clientProvidedHostHeader": format!("{}.{}.amazonaws.com", call.service, at.region),
                }),
            );
        }
        if at.hostile {
            self.labels.events.insert(id.clone());
        }
        self.records
            .push((at.time, self.records.len(), Value::Object(record)));
        id
    }

    /// The records in the order of time.
    pub(crate) fn finish(mut self) -> Made {
        self.records.sort_by_key(|(time, number, _)| (*time, *number));
        Made {
            records: self.records.into_iter().map(|(_, _, record)| record).collect(),
            labels: self.labels,
        }
    }
}

/// A time as CloudTrail writes it.
pub(crate) fn iso(time: i64) -> String {
    jiff::Timestamp::from_second(time).map_or_else(|_| String::new(), |time| time.to_string())
}

/// A key id of an account.
pub(crate) fn key_id(random: &mut Random, prefix: &str, account: &str) -> String {
    const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let number: u64 = account.parse().unwrap_or(0);
    // Six bytes that hold the account, with the highest bit set, then four of chance.
    let head = (1 << 47) | (number << 7) | random.below(128);
    let bits = (u128::from(head) << 32) | u128::from(random.below(1 << 32));
    let letters: String = (0..16)
        .rev()
        .map(|place| char::from(BASE32[(bits >> (place * 5)) as usize & 31]))
        .collect();
    format!("{prefix}{letters}")
}
