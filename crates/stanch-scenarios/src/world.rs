//! Accounts of an organization, with the people, programs and resources in them.

use stanch_demo::Random;

use crate::actor::{Actor, Role};
use crate::stage::key_id;

/// Regions in use, the home region first.
pub(crate) const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "us-west-2"];
/// Regions that nobody uses.
pub(crate) const UNUSED: [&str; 5] = [
    "sa-east-1",
    "ap-south-1",
    "eu-north-1",
    "ap-northeast-2",
    "ca-central-1",
];

/// Places of the accounts.
pub(crate) const MAIN: usize = 0;
pub(crate) const STAGING: usize = 1;
pub(crate) const SECURITY: usize = 2;
/// The management account.
pub(crate) const MANAGEMENT: usize = 3;

/// An organization.
#[derive(Debug)]
pub(crate) struct Organization {
    pub(crate) accounts: Vec<Account>,
    /// A company that watches the accounts by agreement.
    pub(crate) vendor: String,
    pub(crate) vendor_networks: [String; 2],
    /// Networks given out.
    pub(crate) networks: u32,
}

/// A person who signs in by IAM Identity Center.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) mail: String,
    pub(crate) home: String,
    pub(crate) is_administrator: bool,
    pub(crate) browser: &'static str,
    pub(crate) cli: &'static str,
}

/// An IAM user.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) address: String,
    pub(crate) agent: &'static str,
}

/// One account.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) people: Vec<Person>,
    pub(crate) administrator: Role,
    pub(crate) developer: Role,
    /// IAM user of the build service; has a long-term key.
    pub(crate) ci: User,
    /// IAM user of a legacy program that reads the data bucket; has a long-term key.
    pub(crate) legacy: User,
    /// IAM user of a person, with password, token and key.
    pub(crate) operator: User,
    pub(crate) terraform: Role,
    pub(crate) deploy: Role,
    pub(crate) web: Role,
    pub(crate) worker: Role,
    pub(crate) audit: Role,
    pub(crate) vendor: Role,
    pub(crate) organization_access: Role,
    pub(crate) instances: Vec<(String, String)>,
    pub(crate) data_bucket: String,
    pub(crate) media_bucket: String,
    pub(crate) log_bucket: String,
    pub(crate) volumes: Vec<String>,
}

const NAMES: [&str; 12] = [
    "aylin", "bo", "carla", "dinesh", "elena", "farid", "greta", "hugo", "ines", "jonas", "kofi", "lena",
];

impl Account {
    /// An IAM user at its usual place.
    pub(crate) fn user(&self, user: &User) -> Actor {
        Actor::user(&self.id, &user.name, &user.id, &user.key).from(&user.address, user.agent)
    }
}

pub(crate) fn organization(random: &mut Random) -> Organization {
    let mut networks = random.below(40) as u32;
    let mut network = || {
        networks += 1;
        format!("198.{}.{}", 18 + networks / 250 % 2, 1 + networks % 250)
    };
    let company = *random.pick(&["norden", "tallow", "birchway", "quayside", "ferrum", "solace"]);
    let accounts = (0..4)
        .map(|place| account(random, &mut network, company, place))
        .collect();
    let vendor_networks = [network(), network()];
    Organization {
        accounts,
        vendor: account_id(random),
        vendor_networks,
        networks,
    }
}

fn account_id(random: &mut Random) -> String {
    format!("{:012}", random.between(210_000_000_000, 989_999_999_999))
}

fn role(random: &mut Random, name: &str) -> Role {
    Role {
        path: "/",
        name: name.to_owned(),
        id: random.iam_id("AROA"),
    }
}

/// A role of a permission set.
fn permission_set(random: &mut Random, name: &str) -> Role {
    Role {
        path: "/aws-reserved/sso.amazonaws.com/",
        name: format!("AWSReservedSSO_{name}_{}", random.hex(16)),
        id: random.iam_id("AROA"),
    }
}

fn account(
    random: &mut Random,
    network: &mut impl FnMut() -> String,
    company: &str,
    place: usize,
) -> Account {
    let id = account_id(random);
    let office = network();
    let user = |random: &mut Random, name: &str, network: &str, agent| User {
        name: name.to_owned(),
        id: random.iam_id("AIDA"),
        key: key_id(random, "AKIA", &id),
        address: format!("{network}.{}", random.between(5, 60)),
        agent,
    };
    let ci = user(random, "ci-release", &network(), crate::actor::CLI_LINUX);
    let legacy = user(random, "report-export", &network(), crate::actor::JAVA);
    let operator = user(random, "sam.okoro", &office, crate::actor::CLI_MAC);
    let suffix = random.hex(6);
    let bucket = |name: &str| format!("{company}-{name}-{suffix}");
    Account {
        people: people(random, network, &office, company, place),
        administrator: permission_set(random, "AdministratorAccess"),
        developer: permission_set(random, "Developer"),
        ci,
        legacy,
        operator,
        terraform: role(random, "terraform-apply"),
        deploy: role(random, "github-deploy"),
        web: role(random, "web-host"),
        worker: role(random, "order-worker"),
        audit: role(random, "security-audit"),
        vendor: role(random, "observability-partner"),
        organization_access: role(random, "OrganizationAccountAccessRole"),
        instances: (0..4)
            .map(|_| {
                (
                    random.resource_id("i"),
                    format!("{}.{}", network(), random.between(3, 200)),
                )
            })
            .collect(),
        data_bucket: bucket("customer-data"),
        media_bucket: bucket("media"),
        log_bucket: bucket("audit-logs"),
        volumes: (0..3).map(|_| random.resource_id("vol")).collect(),
        id,
    }
}

fn people(
    random: &mut Random,
    network: &mut impl FnMut() -> String,
    office: &str,
    company: &str,
    place: usize,
) -> Vec<Person> {
    let first = random.below(NAMES.len() as u64) as usize;
    (0..4)
        .map(|number| Person {
            mail: format!(
                "{}@{company}.example",
                NAMES[(first + place * 4 + number) % NAMES.len()]
            ),
            home: if number % 2 == 0 {
                format!("{office}.{}", random.between(70, 90))
            } else {
                format!("{}.{}", network(), random.between(2, 250))
            },
            is_administrator: number == 0,
            browser: if random.chance(500) {
                crate::actor::BROWSER
            } else {
                crate::actor::FIREFOX
            },
            cli: crate::actor::CLI_MAC,
        })
        .collect()
}
