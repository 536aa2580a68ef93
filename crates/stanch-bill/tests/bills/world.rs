//! A made-up bill with truth: an owner's use, an attacker's, and use that only looks like it. Deterministic by seed.

use serde_json::{Value, json};
use stanch_bill::{Act, Actor, Attack, Decimal, Mark};
use stanch_core::{EventKey, Timestamp};

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const PAYER: &str = "999999999999";
const HOME: &str = "eu-west-1";
const FAR: &str = "sa-east-1";
const HOUR: i64 = 3_600_000;
/// 2026-03-10T00:00:00Z.
const BEGIN: i64 = 1_773_100_800_000;

/// A line with its truth.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) kind: &'static str,
    pub(crate) service: &'static str,
    pub(crate) usage_type: String,
    pub(crate) operation: &'static str,
    pub(crate) region: &'static str,
    pub(crate) resource: String,
    pub(crate) amount: Decimal,
    pub(crate) unit: &'static str,
    pub(crate) cost: Decimal,
    pub(crate) seller: &'static str,
    pub(crate) commitment: String,
    pub(crate) principal: &'static str,
    pub(crate) tag: String,
    pub(crate) mark: Mark,
}

/// Bill and attack.
pub(crate) struct World {
    pub(crate) lines: Vec<Made>,
    pub(crate) attack: Attack,
    pub(crate) attack_at: Timestamp,
}

/// A small generator of numbers: SplitMix64.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }

    fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}-{:017x}", self.next(u64::MAX))
    }

    /// A number with ten digits after the point.
    fn decimal(&mut self) -> Decimal {
        Decimal::of_scaled(i128::from(self.next(40_000_000_000) + 1), 10).unwrap()
    }
}

fn at(hour: i64) -> Timestamp {
    Timestamp(BEGIN + hour * HOUR)
}

/// Service, usage type without the region, operation.
#[derive(Clone, Copy)]
struct Used(&'static str, &'static str, &'static str);

struct Maker {
    numbers: Numbers,
    lines: Vec<Made>,
}

impl Maker {
    fn line(&mut self, hour: i64, used: Used, region: &'static str, resource: &str, mark: Mark) -> &mut Made {
        let Used(service, usage, operation) = used;
        let prefix = if region == FAR { "SAE1-" } else { "EU-" };
        let (amount, cost) = (self.numbers.decimal(), self.numbers.decimal());
        self.lines.push(Made {
            start: at(hour),
            end: at(hour + 1),
            kind: "Usage",
            service,
            usage_type: format!("{prefix}{usage}"),
            operation,
            region,
            resource: resource.to_owned(),
            amount,
            unit: "Hrs",
            cost,
            seller: "AWS",
            commitment: String::new(),
            principal: "",
            tag: String::new(),
            mark,
        });
        self.lines.last_mut().unwrap()
    }

    fn instance(&mut self, hour: i64, region: &'static str, ids: &[String; 3], marks: [Mark; 2]) {
        self.line(
            hour,
            Used("AmazonEC2", "BoxUsage:g5.xlarge", "RunInstances"),
            region,
            &ids[0],
            marks[0],
        );
        self.line(
            hour,
            Used("AmazonEC2", "EBS:VolumeUsage.gp3", "CreateVolume-Gp3"),
            region,
            &ids[1],
            marks[1],
        );
        let eni = format!("arn:aws:ec2:{region}:{ACCOUNT}:network-interface/{}", ids[2]);
        self.line(
            hour,
            Used("AmazonVPC", "PublicIPv4:InUseAddress", "RunInstances"),
            region,
            &eni,
            marks[1],
        );
    }

    fn ids(&mut self) -> [String; 3] {
        ["i", "vol", "eni"].map(|prefix| self.numbers.id(prefix))
    }
}

impl World {
    /// Makes a bill of three days with an attack that begins on the second or third.
    pub(crate) fn new(seed: u64) -> Self {
        let mut make = Maker {
            numbers: Numbers(seed),
            lines: Vec::new(),
        };
        let begin = 30 + make.numbers.next(20) as i64;
        let end = begin + 4 + make.numbers.next(12) as i64;
        let [owners, attackers, late, grouped] = [(); 4].map(|()| make.ids());
        let snapshot = make.numbers.id("snap");
        let plan = format!(
            "{:08x}-1111-2222-3333-444455556666",
            make.numbers.next(u64::from(u32::MAX))
        );
        for hour in 0..72 {
            make.instance(hour, HOME, &owners, [Mark::Legitimate; 2]);
            make.line(
                hour,
                Used(
                    "AmazonGuardDuty",
                    "PaidEventsAnalyzed",
                    "CloudTrailManagementEvents",
                ),
                FAR,
                "",
                Mark::Legitimate,
            );
            let is_attack = hour == begin;
            let mark = if is_attack { Mark::Shared } else { Mark::Legitimate };
            let requests = make.line(
                hour,
                Used("AmazonS3", "Requests-Tier2", "GetObject"),
                HOME,
                "photos",
                mark,
            );
            (requests.unit, requests.amount) = ("Requests", Decimal::whole(1000));
            if (begin..end).contains(&hour) {
                make.attack_hour(hour, &attackers, &snapshot);
                make.instance(hour, HOME, &late, [Mark::Unknown; 2]);
                let child = make.line(
                    hour,
                    Used("AmazonEC2", "BoxUsage:g5.xlarge", "RunInstances"),
                    HOME,
                    &grouped[0],
                    Mark::Unauthorised,
                );
                child.tag = "attack-group".to_owned();
            }
        }
        make.purchases(begin, &plan);
        let attack = attack(begin, &attackers, &snapshot, &plan);
        Self {
            lines: make.lines,
            attack,
            attack_at: at(begin),
        }
    }
}

impl Maker {
    fn attack_hour(&mut self, hour: i64, ids: &[String; 3], snapshot: &str) {
        self.instance(hour, FAR, ids, [Mark::Unauthorised; 2]);
        let arn = format!("arn:aws:ec2:{HOME}::snapshot/{snapshot}");
        self.line(
            hour,
            Used("AmazonEC2", "EBS:SnapshotUsage", "CreateSnapshot"),
            HOME,
            &arn,
            Mark::Unauthorised,
        );
        let function = format!("arn:aws:lambda:{HOME}:{ACCOUNT}:function:beacon");
        self.line(
            hour,
            Used("AWSLambda", "Lambda-GB-Second", "Invoke"),
            HOME,
            &function,
            Mark::Unauthorised,
        );
        let nat = self.line(
            hour,
            Used("AmazonEC2", "NatGateway-Hours", "NatGateway"),
            FAR,
            "",
            Mark::Likely,
        );
        nat.unit = "Hrs";
    }

    fn purchases(&mut self, begin: i64, plan: &str) {
        let arn = format!("arn:aws:savingsplans::{ACCOUNT}:savingsplan/{plan}");
        let fee = self.line(
            begin + 1,
            Used("ComputeSavingsPlans", "ComputeSP:3yrAllUpfront", ""),
            "",
            &arn,
            Mark::Unauthorised,
        );
        (fee.kind, fee.commitment) = ("SavingsPlanUpfrontFee", arn);
        let support = self.line(
            0,
            Used("AWSSupportBusiness", "Dollar", ""),
            "",
            "",
            Mark::Legitimate,
        );
        (support.kind, support.end) = ("Fee", at(72));
        let credit = self.line(0, Used("AmazonEC2", "BoxUsage", ""), "", "", Mark::Legitimate);
        (credit.kind, credit.cost) = ("Credit", Decimal::of_scaled(-25, 0).unwrap());
        let market = self.line(
            begin + 1,
            Used("abcdefmarket", "Software:model-tokens", "InvokeModel"),
            HOME,
            "",
            Mark::Likely,
        );
        market.seller = "AWS Marketplace";
        let tax = self.line(0, Used("AmazonVPC", "", ""), "", "", Mark::Shared);
        (tax.kind, tax.usage_type, tax.end) = ("Tax", String::new(), at(72));
    }
}

fn attack(begin: i64, ids: &[String; 3], snapshot: &str, plan: &str) -> Attack {
    let mut attack = Attack::default();
    attack.logged_account(ACCOUNT);
    let calls = calls(ids, snapshot, plan);
    for (number, (service, name, region, request, response)) in calls.iter().enumerate() {
        let time = at(begin).plus_millis(60_000 * (number as i64 + 1));
        attack.acted(ACCOUNT, time);
        attack.observe(&Act {
            key: EventKey(number as u128 + 1),
            event_id: &format!("event-{number}"),
            time,
            account: ACCOUNT,
            region,
            service,
            name,
            actor: Actor::Attacker,
            request,
            response,
            additional: &Value::Null,
        });
    }
    attack.settle();
    attack
}

/// Service, name, region, request, reply.
type Called = (&'static str, &'static str, &'static str, Value, Value);

fn calls(ids: &[String; 3], snapshot: &str, plan: &str) -> Vec<Called> {
    let volume_source = "vol-0aaaaaaaaaaaaaaaa";
    vec![
        (
            "ec2",
            "RunInstances",
            FAR,
            json!({}),
            json!({"instancesSet": {"items": [{"instanceId": ids[0], "imageId": "ami-1", "subnetId": "subnet-0123456789abcdef0"}]}}),
        ),
        (
            "ec2",
            "CreateSnapshot",
            HOME,
            json!({"volumeId": volume_source}),
            json!({"snapshotId": snapshot, "volumeId": volume_source}),
        ),
        (
            "lambda",
            "CreateFunction",
            HOME,
            json!({"functionName": "beacon"}),
            json!({"functionArn": format!("arn:aws:lambda:{HOME}:{ACCOUNT}:function:beacon"), "role": "arn:aws:iam::111122223333:role/deploy"}),
        ),
        (
            "savingsplans",
            "CreateSavingsPlan",
            HOME,
            json!({}),
            json!({"savingsPlanId": plan}),
        ),
        (
            "autoscaling",
            "CreateAutoScalingGroup",
            HOME,
            json!({"autoScalingGroupName": "attack-group"}),
            Value::Null,
        ),
        (
            "aws-marketplace",
            "AcceptAgreementRequest",
            HOME,
            json!({}),
            json!({"agreementId": "agmt-1"}),
        ),
        (
            "s3",
            "GetObject",
            HOME,
            json!({"bucketName": "photos"}),
            Value::Null,
        ),
    ]
}
