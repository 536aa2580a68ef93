//! Principals and resources of an account: people, roles, users, instances, functions and buckets.
//!
//! The standing furniture of the story, the same on every day.

use serde_json::{Value, json};

use crate::calendar::Day;
use crate::random::Random;

/// Regions in use, the home region (where global services log) first.
const REGIONS: [&str; 8] = [
    "us-east-1",
    "eu-west-1",
    "us-west-2",
    "ap-southeast-2",
    "eu-central-1",
    "us-east-2",
    "ca-central-1",
    "eu-west-2",
];
/// Regions that only the attacker uses.
pub(crate) const UNUSED_REGIONS: [&str; 3] = ["sa-east-1", "ap-south-1", "eu-north-1"];
/// The first accounts; more come from the seed.
const ACCOUNTS: [&str; 3] = ["111122223333", "444455556666", "555566667777"];
/// The provider by which the build service signs in.
pub(crate) const BUILD_PROVIDER: &str = "token.actions.githubusercontent.com";
/// A company that looks at the account from outside, by agreement.
pub(crate) const AUDITOR_ACCOUNT: &str = "777788889999";
/// The place of the ledger among the services' roles.
pub(crate) const LEDGER: usize = 2;
/// The place of the web hosts among the services' roles.
pub(crate) const WEB: usize = 3;
/// Where that company calls from.
pub(crate) const AUDITOR_ADDRESS: &str = "192.0.2.200";

/// The AWS service that runs under a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runs {
    Function,
    Task,
    Machine,
    Job,
}

impl Runs {
    /// The service principal that assumes the role.
    pub(crate) fn principal(self) -> &'static str {
        match self {
            Self::Function => "lambda.amazonaws.com",
            Self::Task => "ecs-tasks.amazonaws.com",
            Self::Machine => "ec2.amazonaws.com",
            Self::Job => "glue.amazonaws.com",
        }
    }
}

/// A role.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub(crate) name: String,
    /// With a leading and a closing slash.
    pub(crate) path: &'static str,
    pub(crate) id: String,
}

/// A role of a service.
#[derive(Debug, Clone)]
pub(crate) struct ServiceRole {
    pub(crate) role: Role,
    pub(crate) runs: Runs,
    pub(crate) agent: &'static str,
}

/// Someone who signs in by IAM Identity Center.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) mail: &'static str,
    pub(crate) role: Role,
    pub(crate) addresses: [String; 2],
    pub(crate) agents: [&'static str; 2],
}

/// An IAM user.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) name: &'static str,
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) address: String,
    pub(crate) agent: &'static str,
}

/// The caller of a record.
#[derive(Debug, Clone)]
pub(crate) struct Actor {
    pub(crate) identity: Value,
    pub(crate) address: String,
    pub(crate) agent: String,
    /// True when the call came over the network with TLS details logged.
    pub(crate) tls: bool,
}

impl Actor {
    /// A service that calls for itself.
    pub(crate) fn service(principal: &str) -> Self {
        Self {
            identity: json!({"type": "AWSService", "invokedBy": principal}),
            address: principal.to_owned(),
            agent: principal.to_owned(),
            tls: false,
        }
    }

    /// The same caller, the call made by a service on its behalf.
    pub(crate) fn by_service(mut self, principal: &str) -> Self {
        self.identity["invokedBy"] = principal.into();
        principal.clone_into(&mut self.address);
        principal.clone_into(&mut self.agent);
        self.tls = false;
        self
    }
}

/// One account.
#[derive(Debug, Clone)]
pub(crate) struct Cast {
    seed: u64,
    pub(crate) index: usize,
    pub(crate) account: String,
    pub(crate) regions: Vec<&'static str>,
    pub(crate) services: Vec<ServiceRole>,
    pub(crate) people: Vec<Person>,
    /// The key of this one leaks.
    pub(crate) release_user: User,
    pub(crate) other_users: Vec<User>,
    /// IAM users who sign in to the console with a password and a token.
    pub(crate) console_users: Vec<User>,
    pub(crate) deploy_role: Role,
    pub(crate) audit_role: Role,
    pub(crate) data_role: Role,
    pub(crate) functions: Vec<&'static str>,
    /// By region.
    pub(crate) machines: Vec<Vec<String>>,
    pub(crate) network: String,
    pub(crate) subnets: Vec<String>,
    pub(crate) keys: Vec<String>,
    pub(crate) buckets: Buckets,
    pub(crate) endpoint: String,
}

/// The buckets.
#[derive(Debug, Clone)]
pub(crate) struct Buckets {
    pub(crate) media: String,
    pub(crate) exports: String,
    pub(crate) releases: String,
    pub(crate) stage: String,
    pub(crate) trail: String,
}

/// Agents of programs.
pub(crate) const BOTO: &str = "Boto3/1.35.71 md/Botocore#1.35.71 ua/2.0 os/linux#5.10.228-219.884.amzn2.x86_64 md/arch#x86_64 lang/python#3.12.7 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 cfg/retry-mode#standard Botocore/1.35.71";
const GO: &str = "aws-sdk-go-v2/1.32.5 os/linux lang/go#1.23.3 md/GOOS#linux md/GOARCH#arm64 exec-env/AWS_ECS_FARGATE api/s3#1.68.0";
const JAVA: &str = "aws-sdk-java/2.29.20 Linux/6.1.115-126.197.amzn2023.x86_64 OpenJDK_64-Bit_Server_VM/21.0.5 Java/21.0.5 vendor/Amazon.com_Inc. io/sync http/Apache cfg/retry-mode/legacy";
const GLUE: &str = "aws-sdk-java/1.12.772 Linux/5.10.226 OpenJDK_64-Bit_Server_VM/1.8.0_422 java/1.8.0_422 vendor/Amazon.com_Inc. scala/2.12.15";
pub(crate) const TERRAFORM: &str = "APN/1.0 HashiCorp/1.0 Terraform/1.9.8 (+https://www.terraform.io) terraform-provider-aws/5.78.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.32.5 os/linux lang/go#1.23.2 md/GOOS#linux md/GOARCH#amd64";
pub(crate) const BROWSER: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0";
const CLI_MAC: &str = "aws-cli/2.22.6 md/awscrt#0.22.0 ua/2.0 os/macos#24.1.0 md/arch#arm64 lang/python#3.12.6 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off";
const CLI_BUILD: &str = "aws-cli/2.21.0 md/awscrt#0.22.0 ua/2.0 os/linux#6.5.0-1025 md/arch#x86_64 lang/python#3.12.6 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#s3.cp";

impl Cast {
    /// The account in this place.
    pub(crate) fn of(seed: u64, index: usize, regions: u32) -> Self {
        let place = index.to_string();
        let mut random = Random::of(seed, &["cast", &place]);
        let regions = REGIONS[..(regions.max(1) as usize).min(REGIONS.len())].to_vec();
        let account = ACCOUNTS.get(index).map_or_else(
            || format!("{:012}", random.between(200_000_000_000, 999_999_999_999)),
            |known| (*known).to_owned(),
        );
        let tail = account[8..].to_owned();
        let bucket = |name: &str| format!("harbor-{name}-{tail}");
        let (release_user, other_users, console_users) = users(&mut random, index);
        Self {
            seed,
            index,
            services: services(&mut random),
            people: people(&mut random),
            release_user,
            other_users,
            console_users,
            deploy_role: role("harbor-deploy", "/", &mut random),
            audit_role: role("posture-review", "/", &mut random),
            data_role: role("harbor-data-admin", "/", &mut random),
            functions: vec![
                "cart",
                "catalog",
                "invoice-pdf",
                "thumbnail",
                "webhook",
                "nightly-digest",
            ],
            machines: ids_by_region(&mut random, regions.len()),
            network: random.resource_id("vpc"),
            subnets: ids(&mut random, "subnet", 4),
            keys: (0..5).map(|_| random.uuid()).collect(),
            buckets: Buckets {
                media: bucket("media"),
                exports: bucket("customer-exports"),
                releases: bucket("releases"),
                stage: bucket("etl-stage"),
                trail: bucket("trail-logs"),
            },
            endpoint: random.resource_id("vpce"),
            regions,
            account,
        }
    }

    /// Chance that belongs to something in this account.
    pub(crate) fn random(&self, parts: &[&str]) -> Random {
        let place = self.index.to_string();
        let mut name = vec!["account", place.as_str()];
        name.extend_from_slice(parts);
        Random::of(self.seed, &name)
    }

    /// A role's ARN.
    pub(crate) fn role_arn(&self, role: &Role) -> String {
        format!("arn:aws:iam::{}:role{}{}", self.account, role.path, role.name)
    }

    /// The temporary key of a session.
    pub(crate) fn session_key(&self, role: &Role, session: &str, block: &str) -> String {
        self.random(&["session", &role.name, session, block])
            .iam_id("ASIA")
    }

    /// `userIdentity` of a session of a role.
    pub(crate) fn session(&self, role: &Role, session: &str, key: &str, created: &str, mfa: bool) -> Value {
        json!({
            "type": "AssumedRole",
            "principalId": format!("{}:{session}", role.id),
            "arn": format!("arn:aws:sts::{}:assumed-role/{}/{session}", self.account, role.name),
            "accountId": self.account,
            "accessKeyId": key,
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": role.id,
                    "arn": self.role_arn(role),
                    "accountId": self.account,
                    "userName": role.name,
                },
                "attributes": {"creationDate": created, "mfaAuthenticated": if mfa { "true" } else { "false" }},
            },
        })
    }

    /// `userIdentity` of a user with a long-term key.
    pub(crate) fn user(&self, name: &str, id: &str, key: &str) -> Value {
        json!({
            "type": "IAMUser",
            "principalId": id,
            "arn": format!("arn:aws:iam::{}:user/{name}", self.account),
            "accountId": self.account,
            "accessKeyId": key,
            "userName": name,
        })
    }

    /// A user at work from the usual place.
    pub(crate) fn user_actor(&self, user: &User) -> Actor {
        Actor {
            identity: self.user(user.name, &user.id, &user.key),
            address: user.address.clone(),
            agent: user.agent.to_owned(),
            tls: true,
        }
    }

    /// The address by which what runs in a region reaches the internet.
    pub(crate) fn gateway(&self, region: usize, which: u64) -> String {
        format!("198.18.{}.{}", self.index * 16 + region, 10 + which % 2)
    }

    /// A session of a service's role at a moment: one session for each host and function, renewed every
    /// six hours.
    pub(crate) fn service_actor(
        &self,
        service: &ServiceRole,
        region: usize,
        day: Day,
        second: u32,
        random: &mut Random,
    ) -> Actor {
        let block = second / 21_600;
        let session = match service.runs {
            Runs::Function => (*random.pick(&self.functions)).to_owned(),
            Runs::Machine => random.pick(&self.machines[region]).clone(),
            Runs::Task | Runs::Job => {
                let which = random.below(4).to_string();
                self.random(&["task", &service.role.name, &day.key(), &which])
                    .hex(32)
            }
        };
        let block_key = format!("{}/{block}/{region}", day.index);
        let key = self.session_key(&service.role, &session, &block_key);
        let created = day.moment(block * 21_600 + 41);
        let mut identity = self.session(&service.role, &session, &key, &created, false);
        if service.runs == Runs::Machine {
            identity["sessionContext"]["ec2RoleDelivery"] = "2.0".into();
        }
        Actor {
            identity,
            address: self.gateway(region, service.role.name.len() as u64),
            agent: service.agent.to_owned(),
            tls: true,
        }
    }

    /// Someone at work: one session a day, from the office or from home.
    pub(crate) fn person_actor(&self, person: &Person, day: Day, random: &mut Random) -> Actor {
        let key = self.session_key(&person.role, person.mail, &day.key());
        let created = day.moment(person_start(person));
        Actor {
            identity: self.session(&person.role, person.mail, &key, &created, false),
            address: person.addresses[(day.index as usize + person.mail.len()) % 2].clone(),
            agent: (*random.pick(&person.agents)).to_owned(),
            tls: true,
        }
    }

    /// The build service at a moment: a session for each hour.
    pub(crate) fn deploy_actor(&self, day: Day, second: u32, agent: &str) -> Actor {
        let block = format!("{}/{}", day.index, second / 3600);
        let key = self.session_key(&self.deploy_role, "build", &block);
        let created = day.moment(second / 3600 * 3600 + 12);
        let mut identity = self.session(&self.deploy_role, "build", &key, &created, false);
        identity["sessionContext"]["webIdFederationData"] = json!({
            "federatedProvider": format!("arn:aws:iam::{}:oidc-provider/{BUILD_PROVIDER}", self.account),
            "attributes": {},
        });
        Actor {
            identity,
            address: format!("198.18.200.{}", 20 + second / 3600 % 6),
            agent: agent.to_owned(),
            tls: true,
        }
    }
}

/// The second of the day at which someone begins.
pub(crate) fn person_start(person: &Person) -> u32 {
    27_000 + person.mail.len() as u32 * 137
}

fn role(name: &str, path: &'static str, random: &mut Random) -> Role {
    Role {
        name: name.to_owned(),
        path,
        id: random.iam_id("AROA"),
    }
}

fn services(random: &mut Random) -> Vec<ServiceRole> {
    [
        ("storefront-function", Runs::Function, BOTO),
        ("catalog-function", Runs::Function, BOTO),
        ("ledger-task", Runs::Task, GO),
        ("web-fleet", Runs::Machine, JAVA),
        ("nightly-etl", Runs::Job, GLUE),
    ]
    .into_iter()
    .map(|(name, runs, agent)| ServiceRole {
        role: role(name, "/", random),
        runs,
        agent,
    })
    .collect()
}

fn people(random: &mut Random) -> Vec<Person> {
    const SSO: &str = "/aws-reserved/sso.amazonaws.com/";
    let mut sets: Vec<Role> = ["PlatformAdmin", "Developer", "Finance"]
        .into_iter()
        .map(|set| {
            let name = format!("AWSReservedSSO_{set}_{}", random.hex(16));
            role(&name, SSO, random)
        })
        .collect();
    sets.push(sets[1].clone());
    [
        ("noor.haddad@harbor.example", 0),
        ("lena.brandt@harbor.example", 1),
        ("tomas.lindqvist@harbor.example", 1),
        ("priya.raman@harbor.example", 1),
        ("oskar.vik@harbor.example", 0),
        ("ines.duarte@harbor.example", 2),
    ]
    .into_iter()
    .enumerate()
    .map(|(place, (mail, set))| Person {
        mail,
        role: sets[set].clone(),
        addresses: ["192.0.2.10".to_owned(), format!("192.0.2.{}", 100 + place)],
        agents: if place % 2 == 0 {
            [BROWSER, CLI_MAC]
        } else {
            [FIREFOX, FIREFOX]
        },
    })
    .collect()
}

/// The user whose key leaks, those with keys, those with passwords.
fn users(random: &mut Random, index: usize) -> (User, Vec<User>, Vec<User>) {
    let mut user = |name, address: String, agent| User {
        name,
        id: random.iam_id("AIDA"),
        key: random.iam_id("AKIA"),
        address,
        agent,
    };
    let release = user("ci-release", format!("198.18.40.{}", 5 + index), CLI_BUILD);
    let others = vec![
        user("backup-sync", "192.0.2.66".to_owned(), GO),
        user("mail-relay", "192.0.2.67".to_owned(), BOTO),
    ];
    let console = vec![
        user("mira.holt", "192.0.2.10".to_owned(), BROWSER),
        user("jonas.weil", "192.0.2.10".to_owned(), FIREFOX),
    ];
    (release, others, console)
}

fn ids(random: &mut Random, prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|_| random.resource_id(prefix)).collect()
}

fn ids_by_region(random: &mut Random, regions: usize) -> Vec<Vec<String>> {
    (0..regions).map(|_| ids(random, "i", 5)).collect()
}
