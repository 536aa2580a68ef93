//! Statements of the responder on principals, access keys, networks and clients: known good, or suspect.
//!
//! A statement may hold for a time alone. It must not judge an event by anything but the statement.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::attacker::{Act, Words};
use stanch_core::arn::PrincipalArn;
use stanch_core::finding::{Fact, Finding};
use stanch_core::{Event, EventKey, EventRecord, Severity, Timestamp};

/// Everything that a responder stated.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    /// Findings whose events are all of these are of low severity and start no attack.
    pub good: Vec<Statement>,
    /// Events of these are an attack, whatever the detections say.
    pub suspects: Vec<Statement>,
}

/// A principal, key, network or client, and the time for which the statement holds.
///
/// As text: `VALUE[,from=TIME][,until=TIME]`. A value is the ARN or name of a principal (`*` at the end stands for any ending), an
/// access key id, an address or a network (`203.0.113.0/24`), or `client:` and the beginning of a client program's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    text: String,
    subject: Subject,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Subject {
    /// Beginning of the ARN or name, and whether it is all of it.
    Principal {
        name: String,
        whole: bool,
    },
    AccessKey(String),
    Network {
        address: IpAddr,
        bits: u8,
    },
    Client(String),
}

/// A statement that is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadStatement {
    /// There is no value, or a lone star.
    #[error("it names nobody")]
    Empty,
    /// A time that is not in RFC 3339, or another option than `from` and `until`.
    #[error("{0} is no time: write from=2026-03-05T14:00:00Z or until=2026-03-05T14:00:00Z")]
    BadTime(String),
    /// More bits than the address has.
    #[error("{0} is no network: write 203.0.113.0/24")]
    BadNetwork(String),
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Statement {
    type Err = BadStatement;

    fn from_str(text: &str) -> Result<Self, BadStatement> {
        let mut parts = text.split(',');
        let subject = Subject::parse(parts.next().unwrap_or_default().trim())?;
        let (mut from, mut until) = (None, None);
        for part in parts {
            let time = part
                .split_once('=')
                .and_then(|(name, time)| Some((name.trim(), Timestamp::parse(time.trim())?)));
            match time {
                Some(("from", time)) => from = Some(time),
                Some(("until", time)) => until = Some(time),
                _ => return Err(BadStatement::BadTime(part.to_owned())),
            }
        }
        Ok(Self {
            text: text.to_owned(),
            subject,
            from,
            until,
        })
    }
}

impl Subject {
    fn parse(value: &str) -> Result<Self, BadStatement> {
        if let Some(client) = value.strip_prefix("client:") {
            // Versions change, and second readings keep the program alone.
            let client = client.split('/').next().unwrap_or_default();
            return if client.is_empty() {
                Err(BadStatement::Empty)
            } else {
                Ok(Self::Client(client.to_owned()))
            };
        }
        let (address, bits) = value
            .split_once('/')
            .map_or((value, None), |(address, bits)| (address, Some(bits)));
        if let Ok(address) = address.parse::<IpAddr>() {
            let most = if address.is_ipv4() { 32 } else { 128 };
            let bits = bits.map_or(Ok(most), str::parse);
            return match bits {
                Ok(bits) if bits <= most => Ok(Self::Network { address, bits }),
                _ => Err(BadStatement::BadNetwork(value.to_owned())),
            };
        }
        let is_key = value.len() >= 16 && (value.starts_with("AKIA") || value.starts_with("ASIA"));
        let (name, whole) = value
            .strip_suffix('*')
            .map_or((value, true), |name| (name, false));
        match (is_key, name.is_empty()) {
            (true, _) => Ok(Self::AccessKey(value.to_owned())),
            (false, true) => Err(BadStatement::Empty),
            (false, false) => Ok(Self::Principal {
                name: name.to_owned(),
                whole,
            }),
        }
    }

    fn fits(&self, seen: &Seen<'_>) -> bool {
        match self {
            Self::AccessKey(key) => seen.access_key == key,
            Self::Client(client) => seen.agent.starts_with(client.as_str()),
            Self::Network { address, bits } => {
                let of = seen.address.parse::<IpAddr>();
                of.is_ok_and(|of| network(of, *bits) == network(*address, *bits))
            }
            Self::Principal { name, whole } => is_of(seen.principal, name, *whole),
        }
    }
}

/// Returns true when a principal has the ARN or the name, as a session also the ARN of its role.
fn is_of(principal: &str, name: &str, whole: bool) -> bool {
    let parts = PrincipalArn::parse(principal);
    let of_role = stanch_lineage::principal(principal);
    let names = [
        Some(principal),
        of_role.as_deref(),
        parts.as_ref().map(|parts| parts.name),
    ];
    let fits = |known: &str| {
        !known.is_empty()
            && if whole {
                known == name
            } else {
                known.starts_with(name)
            }
    };
    names.into_iter().flatten().any(fits)
}

/// The first bits of an address, and its version.
fn network(address: IpAddr, bits: u8) -> (bool, u128) {
    let (value, most) = match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    };
    let shift = u32::from(most - bits.min(most));
    (address.is_ipv4(), value.checked_shr(shift).unwrap_or(0))
}

/// Members of an event that statements are about.
struct Seen<'e> {
    time: Timestamp,
    principal: &'e str,
    access_key: &'e str,
    address: &'e str,
    agent: &'e str,
}

impl Statement {
    fn fits(&self, seen: &Seen<'_>) -> bool {
        self.from.is_none_or(|from| seen.time >= from)
            && self.until.is_none_or(|until| seen.time <= until)
            && self.subject.fits(seen)
    }

    /// Returns true when the statement is about a principal with these keys, addresses and clients, at any time.
    pub(crate) fn is_about(
        &self,
        principal: &str,
        keys: &[&str],
        addresses: &[&str],
        agents: &[&str],
    ) -> bool {
        let fits = |principal, access_key, address, agent| {
            self.subject.fits(&Seen {
                time: Timestamp(0),
                principal,
                access_key,
                address,
                agent,
            })
        };
        fits(principal, "", "", "")
            || keys.iter().any(|key| fits("", key, "", ""))
            || addresses.iter().any(|address| fits("", "", address, ""))
            || agents.iter().any(|agent| fits("", "", "", agent))
    }

    /// Returns true when the statement is about an act.
    pub(crate) fn fits_act(&self, act: &Act, words: &Words) -> bool {
        self.fits(&Seen {
            time: act.time,
            principal: words.text(act.principal),
            access_key: words.text(act.access_key),
            address: words.text(act.address),
            agent: words.text(act.agent),
        })
    }

    /// Returns true when the statement is about a record.
    pub(crate) fn fits_record(&self, record: &EventRecord) -> bool {
        self.fits(&Seen {
            time: record.time,
            principal: &record.principal,
            access_key: &record.access_key_id,
            address: &record.source_address,
            agent: &record.user_agent,
        })
    }

    /// Returns true when the statement is about an event.
    pub(crate) fn fits_event(&self, event: &Event<'_>) -> bool {
        self.fits(&Seen {
            time: event.time,
            principal: event.principal_key(),
            access_key: &event.identity.access_key_id,
            address: &event.source_address,
            agent: &event.user_agent,
        })
    }
}

impl Declared {
    /// Lowers the severity of findings whose events are all known good, and says why.
    pub(crate) fn lower(&self, findings: &mut [Finding], events: &BTreeMap<EventKey, EventRecord>) {
        if self.good.is_empty() {
            return;
        }
        for finding in findings
            .iter_mut()
            .filter(|finding| finding.severity > Severity::Low)
        {
            let statement = |key: &EventKey| {
                let record = events.get(key)?;
                self.good.iter().find(|good| good.fits_record(record))
            };
            let statements: Option<Vec<&Statement>> = finding.events.iter().map(statement).collect();
            if let Some([first, ..]) = statements.as_deref() {
                let reason = format!("declared as known good: {first}");
                finding.severity = Severity::Low;
                finding.facts.push(Fact::new("severity lowered", &reason));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(statement: &str, principal: &str, key: &str, address: &str, agent: &str) -> bool {
        let statement: Statement = statement.parse().unwrap();
        statement.fits(&Seen {
            time: Timestamp::parse("2026-03-05T14:00:00Z").unwrap(),
            principal,
            access_key: key,
            address,
            agent,
        })
    }

    #[test]
    fn a_statement_fits_what_it_names_and_nothing_else() {
        let user = "arn:aws:iam::111122223333:user/ops/ana";
        let session = "arn:aws:sts::111122223333:assumed-role/deploy-web/run-7";
        for (statement, principal, expected) in [
            (user, user, true),
            ("ana", user, true),
            ("an*", user, true),
            ("an", user, false),
            ("arn:aws:iam::111122223333:role/deploy-*", session, true),
            ("arn:aws:iam::999999999999:role/deploy-*", session, false),
            ("deploy-web", session, true),
            ("run-7", session, false),
        ] {
            assert_eq!(fits(statement, principal, "", "", ""), expected, "{statement}");
        }
        assert!(fits("AKIA0000000000000001", "", "AKIA0000000000000001", "", ""));
        assert!(fits("203.0.113.0/24", "", "", "203.0.113.77", ""));
        assert!(!fits("203.0.113.0/24", "", "", "203.0.114.1", ""));
        assert!(fits("2001:db8::/32", "", "", "2001:db8:1::5", ""));
        assert!(!fits("0.0.0.0/0", "", "", "s3.amazonaws.com", ""));
        assert!(fits("client:aws-cli/2", "", "", "", "aws-cli/2.15 md"));
    }

    #[test]
    fn a_statement_holds_for_its_time() {
        let user = "arn:aws:iam::111122223333:user/ana";
        assert!(fits(
            "ana,from=2026-03-05T14:00:00Z,until=2026-03-05T15:00:00Z",
            user,
            "",
            "",
            ""
        ));
        assert!(!fits("ana,from=2026-03-05T14:00:01Z", user, "", "", ""));
        assert!(!fits("ana,until=2026-03-05T13:59:59Z", user, "", "", ""));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            "",
            "*",
            "client:",
            "203.0.113.0/33",
            "ana,from=yesterday",
            "ana,to=2026-03-05T14:00:00Z",
        ] {
            assert!(text.parse::<Statement>().is_err(), "{text}");
        }
    }
}
