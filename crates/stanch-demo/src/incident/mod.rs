//! The attack: a leaked key of a release user, and what somebody made of it in one afternoon.
//!
//! The chapters are one file each, played in order; every step is kept as truth next to the record.

mod chain;
mod collection;
mod evasion;
mod foothold;
mod machines;
mod recon;

use crate::calendar::Day;
use crate::cast::{Actor, BROWSER, Cast, UNUSED_REGIONS, WEB};
use crate::plan::Planned;
use crate::random::Random;
use crate::record::{Record, Scene};
use crate::{Indicators, TruthEvent};

/// Where the leaked key is used from.
const FIRST_ADDRESS: &str = "198.51.100.23";
/// Where the new user works from.
const SECOND_ADDRESS: &str = "203.0.113.45";
/// Where the host's credentials are used from.
const THIRD_ADDRESS: &str = "203.0.113.77";
/// An account of the attacker's.
const OUTSIDE_ACCOUNT: &str = "999988887777";
const NEW_USER: &str = "support-sync";
const NEW_ROLE: &str = "OrganizationSupportAccess";
const NEW_FUNCTION: &str = "log-shipper-sync";
const TRAIL: &str = "harbor-main";
const ADMIN_POLICY: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const FIRST_AGENT: &str = "aws-cli/2.15.30 Python/3.11.8 Linux/6.6.15-amd64 exe/x86_64.kali.2024 prompt/off command/sts.get-caller-identity";
const SCRIPT_AGENT: &str = "Boto3/1.34.46 md/Botocore#1.34.46 ua/2.0 os/linux#6.6.15-amd64 md/arch#x86_64 lang/python#3.11.8 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.34.46";

/// The attack as planned records, with the truth about them.
#[derive(Debug, Default)]
pub(crate) struct Incident {
    pub(crate) planned: Vec<Planned>,
    pub(crate) truth: Vec<TruthEvent>,
    pub(crate) indicators: Indicators,
}

/// The ATT&CK tactic and technique of a step.
type Meaning = (&'static str, &'static str);

/// The attack while it is being played.
struct Script<'p> {
    casts: &'p [Cast],
    /// The attacked account.
    cast: &'p Cast,
    day: Day,
    second: u32,
    random: Random,
    /// The new user's id.
    new_id: String,
    /// The new user's key.
    new_key: String,
    incident: Incident,
}

impl Incident {
    /// Plays the attack on the last working day but one of the story (or what comes nearest).
    pub(crate) fn play(seed: u64, casts: &[Cast], days: &[Day]) -> Self {
        let before_last = &days[..days.len().saturating_sub(1).max(1)];
        let workday = before_last.iter().rev().find(|day| day.is_workday());
        let (Some(cast), Some(day)) = (casts.first(), workday.or(before_last.last())) else {
            return Self::default();
        };
        let mut random = Random::of(seed, &["incident"]);
        let mut script = Script {
            casts,
            cast,
            day: *day,
            second: 49_267,
            new_id: random.iam_id("AIDA"),
            new_key: random.iam_id("AKIA"),
            random,
            incident: Self::default(),
        };
        script.introduce();
        recon::play(&mut script);
        foothold::play(&mut script);
        evasion::play(&mut script);
        machines::play(&mut script);
        collection::play(&mut script);
        chain::play(&mut script);
        script.incident.truth.sort();
        script.incident
    }
}

impl Script<'_> {
    /// Expected result of a responder, as far as it is known before the first step.
    fn introduce(&mut self) {
        self.incident.indicators = Indicators {
            leaked_user: self.cast.release_user.name.to_owned(),
            leaked_key: self.cast.release_user.key.clone(),
            addresses: [FIRST_ADDRESS, SECOND_ADDRESS, THIRD_ADDRESS]
                .map(str::to_owned)
                .to_vec(),
            created_user: NEW_USER.to_owned(),
            created_key: self.new_key.clone(),
            created_role: NEW_ROLE.to_owned(),
            outside_account: OUTSIDE_ACCOUNT.to_owned(),
            created_function: NEW_FUNCTION.to_owned(),
            unused_regions: UNUSED_REGIONS.map(str::to_owned).to_vec(),
            stopped_trail: TRAIL.to_owned(),
            stolen_instance: self.cast.machines[0][0].clone(),
            bucket: self.cast.buckets.exports.clone(),
            ..Indicators::default()
        };
    }

    fn home(&self) -> &'static str {
        self.cast.regions[0]
    }

    fn scene<'s>(&'s self, region: &'s str) -> Scene<'s> {
        Scene {
            cast: self.cast,
            region,
            day: self.day,
            second: self.second,
        }
    }

    /// Goes on at a time of day.
    fn resume_at(&mut self, hour: u32, minute: u32) {
        self.second = self
            .second
            .max(hour * 3600 + minute * 60 + self.random.below(30) as u32);
    }

    /// One step in the attacked account.
    fn act(&mut self, region: &str, meaning: Meaning, record: Record) {
        self.act_in(0, region, meaning, record);
    }

    /// One step, logged in the account at this place.
    fn act_in(&mut self, account: usize, region: &str, (phase, technique): Meaning, record: Record) {
        let event_id = self.random.uuid();
        self.incident.truth.push(TruthEvent {
            time: self.day.moment(self.second),
            event_id: event_id.clone(),
            name: record.name().to_owned(),
            phase: phase.to_owned(),
            technique: technique.to_owned(),
        });
        self.incident.planned.push(Planned {
            account,
            region: region.to_owned(),
            day: self.day.index,
            second: self.second.min(86_399),
            record: record.event_id(event_id),
        });
        self.second += self.random.between(0, 3) as u32;
    }

    /// The leaked key in the wrong hands.
    fn leaked(&self) -> Actor {
        let mut actor = self.cast.user_actor(&self.cast.release_user);
        FIRST_ADDRESS.clone_into(&mut actor.address);
        FIRST_AGENT.clone_into(&mut actor.agent);
        actor
    }

    /// The new user by its key.
    fn planted(&self) -> Actor {
        Actor {
            identity: self.cast.user(NEW_USER, &self.new_id, &self.new_key),
            address: SECOND_ADDRESS.to_owned(),
            agent: SCRIPT_AGENT.to_owned(),
            tls: true,
        }
    }

    /// The new user in the console, before it has a session.
    fn planted_browser(&self) -> Actor {
        let mut actor = self.planted();
        BROWSER.clone_into(&mut actor.agent);
        if let Some(identity) = actor.identity.as_object_mut() {
            // A sign-in is made with no key.
            identity.remove("accessKeyId");
        }
        actor
    }

    /// The host's credentials in the wrong hands.
    fn machine(&self) -> Actor {
        let service = &self.cast.services[WEB];
        let machine = &self.cast.machines[0][0];
        let block = self.second / 21_600;
        let key = self.cast.session_key(
            &service.role,
            machine,
            &format!("{}/{block}/0/first-metadata-version", self.day.index),
        );
        let created = self.day.moment(block * 21_600 + 41);
        let mut identity = self.cast.session(&service.role, machine, &key, &created, false);
        identity["sessionContext"]["ec2RoleDelivery"] = "1.0".into();
        Actor {
            identity,
            address: THIRD_ADDRESS.to_owned(),
            agent: SCRIPT_AGENT.to_owned(),
            tls: true,
        }
    }
}
