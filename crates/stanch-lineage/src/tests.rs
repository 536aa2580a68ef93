//! Lineage held against made-up stories whose truth is known, in any order of events.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use stanch_core::assessment::Presence;
use stanch_core::dossier::SubjectKind;
use stanch_core::event::IdentityKind;
use stanch_core::{CredentialId, Event, EventKey, Identity, Timestamp};

use super::*;

/// A story and its truth: edges by id, told apart from how events are read.
#[derive(Default)]
struct Story {
    events: Vec<Event<'static>>,
    truth: BTreeMap<String, BTreeSet<String>>,
    state: u64,
}

/// A credential: its key, the ARN and kind of its caller, its account.
#[derive(Clone)]
struct Holder {
    key: String,
    arn: String,
    kind: IdentityKind,
    issuer: String,
    account: String,
}

const ACCOUNTS: [&str; 3] = ["111122223333", "222233334444", "333344445555"];

impl Story {
    fn new(seed: u64) -> Self {
        Self {
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            ..Self::default()
        }
    }

    fn random(&mut self, below: usize) -> usize {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % below
    }

    fn key(&mut self, prefix: &str) -> String {
        let mut key = prefix.to_owned();
        while key.len() < 20 {
            let letter = self.random(26);
            key.push(char::from(b'A' + u8::try_from(letter).unwrap()));
        }
        key
    }

    fn begets(&mut self, from: &str, to: &str) {
        self.truth
            .entry(from.to_owned())
            .or_default()
            .insert(to.to_owned());
        self.truth.entry(to.to_owned()).or_default();
    }

    fn event(
        &mut self,
        service: &str,
        name: &str,
        by: &Holder,
        request: &serde_json::Value,
        response: &serde_json::Value,
    ) -> &mut Event<'static> {
        let number = self.events.len() as i64;
        self.events.push(Event {
            key: EventKey(self.events.len() as u128 + 1),
            time: Timestamp::from_seconds(1_770_000_000 + number),
            source: format!("{service}.amazonaws.com").into(),
            name: name.to_owned().into(),
            account: by.account.clone().into(),
            identity: Identity {
                kind: by.kind,
                arn: by.arn.clone().into(),
                issuer_arn: by.issuer.clone().into(),
                account_id: by.account.clone().into(),
                access_key_id: by.key.clone().into(),
                ..Identity::default()
            },
            source_address: "198.51.100.7".into(),
            request_json: request.to_string().into(),
            response_json: response.to_string().into(),
            raw: "{}".into(),
            ..Event::default()
        });
        self.events.last_mut().unwrap()
    }

    fn user(&mut self, name: &str) -> Holder {
        let account = ACCOUNTS[0].to_owned();
        let arn = format!("arn:aws:iam::{account}:user/{name}");
        let key = self.key("AKIA");
        self.begets(&arn, &key);
        let holder = Holder {
            key,
            arn,
            kind: IdentityKind::IamUser,
            issuer: String::new(),
            account,
        };
        self.event("ec2", "DescribeInstances", &holder, &json!({}), &json!(null));
        holder
    }

    fn assume(&mut self, by: &Holder, role: &str, account: &str) -> Holder {
        let key = self.key("ASIA");
        let issuer = format!("arn:aws:iam::{account}:role/{role}");
        let arn = format!("arn:aws:sts::{account}:assumed-role/{role}/session");
        let request = json!({"roleArn": issuer, "roleSessionName": "session"});
        let response = json!({"credentials": {"accessKeyId": key}, "assumedRoleUser": {"arn": arn}});
        self.event("sts", "AssumeRole", by, &request, &response);
        if account != by.account {
            // The same act in the log of the account that is entered: who came is known by account and unique id alone.
            let there = self.event("sts", "AssumeRole", by, &request, &response);
            there.account = account.to_owned().into();
            there.identity = Identity {
                kind: IdentityKind::AwsAccount,
                account_id: by.account.clone().into(),
                principal_id: "AROAEXAMPLEEXAMPLE111:session".into(),
                ..Identity::default()
            };
        }
        self.begets(&by.key, &key);
        self.begets(&issuer, &key);
        Holder {
            key,
            arn,
            kind: IdentityKind::AssumedRole,
            issuer,
            account: account.to_owned(),
        }
    }

    fn session_token(&mut self, by: &Holder) -> Holder {
        let key = self.key("ASIA");
        self.event(
            "sts",
            "GetSessionToken",
            by,
            &json!({}),
            &json!({"credentials": {"accessKeyId": key}}),
        );
        self.begets(&by.key, &key);
        let owner = if by.issuer.is_empty() { &by.arn } else { &by.issuer };
        self.begets(owner, &key);
        Holder { key, ..by.clone() }
    }

    fn federate(&mut self, by: &Holder) -> Holder {
        let key = self.key("ASIA");
        let arn = format!(
            "arn:aws:sts::{}:federated-user/guest{}",
            by.account,
            self.events.len()
        );
        self.event(
            "sts",
            "GetFederationToken",
            by,
            &json!({"name": "guest"}),
            &json!({"credentials": {"accessKeyId": key}, "federatedUser": {"arn": arn}}),
        );
        self.begets(&by.key, &key);
        self.begets(&arn, &key);
        Holder {
            key,
            arn,
            kind: IdentityKind::FederatedUser,
            issuer: String::new(),
            account: by.account.clone(),
        }
    }

    fn new_user(&mut self, by: &Holder) -> Holder {
        let name = format!("made{}", self.events.len());
        let arn = format!("arn:aws:iam::{}:user/{name}", by.account);
        self.event(
            "iam",
            "CreateUser",
            by,
            &json!({"userName": name, "path": "/x/"}),
            &json!(null),
        );
        let key = self.key("AKIA");
        let response = json!({"accessKey": {"accessKeyId": key, "userName": name}});
        self.event(
            "iam",
            "CreateAccessKey",
            by,
            &json!({"userName": name}),
            &response,
        );
        self.begets(&by.key, &arn);
        self.begets(&by.key, &key);
        self.begets(&arn, &key);
        Holder {
            key,
            arn,
            kind: IdentityKind::IamUser,
            issuer: String::new(),
            account: by.account.clone(),
        }
    }

    fn machine(&mut self, by: &Holder) -> Holder {
        let id = format!("i-{:017x}", self.events.len() + 1);
        self.event(
            "ec2",
            "RunInstances",
            by,
            &json!({}),
            &json!({"instancesSet": {"items": [{"instanceId": id}]}}),
        );
        self.begets(&by.key, &id);
        let key = self.key("ASIA");
        let issuer = format!("arn:aws:iam::{}:role/machine", by.account);
        let arn = format!("arn:aws:sts::{}:assumed-role/machine/{id}", by.account);
        let response = json!({"credentials": {"accessKeyId": key}, "assumedRoleUser": {"arn": arn}});
        let given = self.event(
            "sts",
            "AssumeRole",
            by,
            &json!({"roleSessionName": id, "roleArn": issuer}),
            &response,
        );
        given.identity = Identity {
            kind: IdentityKind::AwsService,
            invoked_by: "ec2.amazonaws.com".into(),
            ..Identity::default()
        };
        given.source_address = "ec2.amazonaws.com".into();
        self.begets(&id, &key);
        self.begets(&issuer, &key);
        Holder {
            key,
            arn,
            kind: IdentityKind::AssumedRole,
            issuer,
            account: by.account.clone(),
        }
    }

    fn step(&mut self, by: &Holder) -> Holder {
        match self.random(8) {
            0 => self.session_token(by),
            1 => self.federate(by),
            2 => self.new_user(by),
            3 => self.machine(by),
            choice => {
                let account = ACCOUNTS[self.random(3)];
                let role = format!("role{}", self.random(3));
                let account = if choice < 6 {
                    by.account.clone()
                } else {
                    account.to_owned()
                };
                self.assume(by, &role, &account)
            }
        }
    }

    fn family(&mut self) -> Family {
        for number in (1..self.events.len()).rev() {
            let other = self.random(number + 1);
            self.events.swap(number, other);
        }
        let mut lineage = Lineage::default();
        for event in &self.events {
            lineage.observe(event);
        }
        lineage.finish()
    }

    fn descendants(&self, of: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut waiting = vec![of];
        while let Some(next) = waiting.pop() {
            for child in &self.truth[next] {
                if child != of && found.insert(child.as_str()) {
                    waiting.push(child);
                }
            }
        }
        found
    }

    fn check(mut self) {
        let family = self.family();
        for id in self.truth.keys() {
            let found: Option<BTreeSet<&str>> =
                family.descendants_of(id).map(|ids| ids.into_iter().collect());
            assert_eq!(found, Some(self.descendants(id)), "descendants of {id}");
        }
    }
}

#[test]
fn chains_of_every_depth_are_followed_to_their_end() {
    for depth in 1..=8 {
        let mut story = Story::new(depth);
        let mut holder = story.user("first");
        for _ in 0..depth {
            holder = story.step(&holder);
        }
        story.check();
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn descendants_are_exact_whatever_grew_out_of_whatever(seed in 0..u64::MAX, size in 1_usize..120) {
        let mut story = Story::new(seed);
        let mut holders = vec![story.user("first"), story.user("second")];
        for _ in 0..size {
            let by = holders[story.random(holders.len())].clone();
            let next = story.step(&by);
            holders.push(next);
        }
        story.check();
    }

    #[test]
    fn hostile_texts_do_not_stop_it(name in "\\PC{0,40}", key in "\\PC{0,30}|A[KS]IA[A-Z]{16}", json in "\\PC{0,60}") {
        let mut lineage = Lineage::default();
        for call in linking_calls() {
            for service in ["sts", "iam", "ec2", "lambda", "signin"] {
                lineage.observe(&Event {
                    time: Timestamp(1),
                    source: format!("{service}.amazonaws.com").into(),
                    name: call.into(),
                    identity: Identity { kind: IdentityKind::IamUser, arn: name.clone().into(), access_key_id: key.clone().into(), ..Identity::default() },
                    request_json: json.clone().into(),
                    response_json: json!({"credentials": {"accessKeyId": key, "expiration": name}, "assumedRoleUser": {"arn": name}}).to_string().into(),
                    ..Event::default()
                });
            }
        }
        let family = lineage.finish();
        drop(family.who(&name, Timestamp(2), &|_| Presence::Unknown));
        drop(family.who(&key, Timestamp(2), &|_| Presence::Unknown));
    }
}

#[test]
fn roles_that_renew_each_other_are_named_as_a_circle() {
    let mut story = Story::new(1);
    let user = story.user("first");
    let mut holder = story.assume(&user, "ping", ACCOUNTS[0]);
    let first = holder.key.clone();
    for round in 0..6 {
        holder = story.assume(&holder, if round % 2 == 0 { "pong" } else { "ping" }, ACCOUNTS[0]);
    }
    let aside = story.assume(&user, "aside", ACCOUNTS[1]);
    let family = story.family();
    let at = Timestamp::from_seconds(1_770_000_000);
    let told = family.who(&first, at, &|_| Presence::Unknown);
    assert_eq!(
        told.subjects[0].cycle,
        [
            "arn:aws:iam::111122223333:role/ping",
            "arn:aws:iam::111122223333:role/pong"
        ]
    );
    assert_eq!(told.subjects[0].descendants.len(), 6);
    let told = family.who(&aside.key, at, &|_| Presence::Unknown);
    assert!(told.subjects[0].cycle.is_empty());
    let up: Vec<&str> = told.subjects[0]
        .ancestors
        .iter()
        .map(|relative| relative.id.as_str())
        .collect();
    assert!(
        up.contains(&user.key.as_str()) && up.contains(&user.arn.as_str()),
        "{up:?}"
    );
    assert!(
        !up.iter().any(|id| id.starts_with("AROA")),
        "the credential is known: {up:?}"
    );
}

#[test]
fn a_console_session_comes_of_the_token_that_was_asked_for_or_of_the_password() {
    let mut story = Story::new(2);
    let user = story.user("first");
    let session = story.assume(&user, "ops", ACCOUNTS[0]);
    story.event("signin", "GetSigninToken", &session, &json!({}), &json!({}));
    let mut console = session.clone();
    console.key = story.key("ASIA");
    story
        .event("s3", "ListBuckets", &console, &json!({}), &json!(null))
        .raw = r#"{"sessionCredentialFromConsole":"true"}"#.into();
    story.event(
        "iam",
        "UpdateLoginProfile",
        &session,
        &json!({"userName": "victim"}),
        &json!(null),
    );
    let victim = Holder {
        key: story.key("ASIA"),
        arn: "arn:aws:iam::111122223333:user/victim".to_owned(),
        ..user.clone()
    };
    story
        .event("s3", "ListBuckets", &victim, &json!({}), &json!(null))
        .raw = r#"{"sessionCredentialFromConsole":"true"}"#.into();
    let family = story.family();
    let found = family.descendants_of(&user.key).unwrap();
    assert!(found.contains(&console.key.as_str()), "{found:?}");
    assert!(found.contains(&victim.key.as_str()), "{found:?}");
    let told = family.who(&session.key, Timestamp(0), &|_| Presence::Unknown);
    let passwords = told.subjects[0]
        .descendants
        .iter()
        .filter(|relative| relative.kind == SubjectKind::Password);
    let credentials: Vec<_> = passwords.map(|relative| relative.credential.clone()).collect();
    assert_eq!(
        credentials,
        [Some(CredentialId::password(&victim.arn))],
        "a password is identified by its user, not by the words of its name"
    );
}

#[test]
fn questions_find_keys_names_sessions_ids_and_addresses() {
    let mut story = Story::new(3);
    let user = story.user("first");
    let machine = story.machine(&user);
    let held = story.event("s3", "PutObject", &machine, &json!({}), &json!(null));
    held.source_address = "203.0.113.9".into();
    let machine_id = machine.arn.rsplit('/').next().unwrap().to_owned();
    let family = story.family();
    let found = |asked: &str| -> Vec<String> {
        let told = family.who(asked, Timestamp(0), &|_| Presence::Unknown);
        told.subjects.into_iter().map(|subject| subject.id).collect()
    };
    assert_eq!(found(&user.key), [user.key.as_str()]);
    assert_eq!(found("first"), [user.arn.as_str()]);
    assert_eq!(found(&machine_id), [machine_id.as_str()]);
    assert_eq!(found(&machine.arn), [machine.key.as_str()]);
    assert_eq!(found("203.0.113.9"), [machine.key.as_str()]);
    assert_eq!(
        found("arn:aws:iam::111122223333:role/some/path/machine"),
        ["arn:aws:iam::111122223333:role/machine"]
    );
    assert!(found("nobody").is_empty());
    let told = family.who(&machine_id, Timestamp(0), &|_| Presence::Unknown);
    assert_eq!(told.subjects[0].usage.changes, [("PutObject".to_owned(), 1)]);
}
