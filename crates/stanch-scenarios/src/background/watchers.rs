//! Those who watch: a scanner of the security account, a company outside, AWS Config.

use serde_json::json;

use crate::actor::{Actor, GO, SCANNER};
use crate::call::Call;
use crate::stage::Stage;
use crate::thread::Thread;
use crate::world::{REGIONS, SECURITY};

pub(super) fn day(stage: &mut Stage, account: usize, day: u32, events: u64) {
    scanner(stage, account, day, events);
    for hour in [1, 7, 13, 19] {
        let time = stage.moment(day, hour, 17);
        vendor(stage, account, time, events / 8);
    }
}

/// Calls of a posture scan.
pub(crate) const SCAN: [(&str, &str); 16] = [
    ("iam", "ListUsers"),
    ("iam", "ListRoles"),
    ("iam", "GetAccountSummary"),
    ("iam", "GenerateCredentialReport"),
    ("iam", "GetCredentialReport"),
    ("s3", "ListBuckets"),
    ("s3", "GetAccountPublicAccessBlock"),
    ("ec2", "DescribeInstances"),
    ("ec2", "DescribeSecurityGroups"),
    ("ec2", "DescribeSnapshots"),
    ("ec2", "DescribeVolumes"),
    ("rds", "DescribeDBInstances"),
    ("lambda", "ListFunctions20150331"),
    ("kms", "ListKeys"),
    ("cloudtrail", "DescribeTrails"),
    ("guardduty", "ListDetectors"),
];

fn scanner(stage: &mut Stage, account: usize, day: u32, events: u64) {
    let time = stage.moment(day, 4, 30);
    let security = stage.org.accounts[SECURITY].id.clone();
    let own = stage.org.accounts[SECURITY].worker.clone();
    let audit = stage.org.accounts[account].audit.clone();
    let key = stage.key_id("ASIA", &security);
    let address = "198.19.180.25";
    let actor =
        Actor::role(&security, &own, "posture", &key, &crate::stage::iso(time)).from(address, SCANNER);
    let mut thread = Thread::owner(stage, actor, SECURITY, time);
    thread.pace = (0, 2);
    let session = thread.assume(account, &audit, "posture");
    thread.becomes(&session);
    thread.account = account;
    for number in 0..events as usize {
        let (service, name) = SCAN[number % SCAN.len()];
        thread.region = REGIONS[number / SCAN.len() % REGIONS.len()];
        thread.call(Call::new(service, name));
    }
}

/// The company outside, from either of its networks.
fn vendor(stage: &mut Stage, account: usize, time: i64, events: u64) {
    let (outside, role) = (
        stage.org.vendor.clone(),
        stage.org.accounts[account].vendor.clone(),
    );
    let place = stage.random.below(2) as usize;
    let address = format!(
        "{}.{}",
        stage.org.vendor_networks[place],
        20 + stage.random.below(4)
    );
    let mut thread = Thread::owner(stage, Actor::of(json!({})).from(&address, GO), account, time);
    thread.pace = (1, 4);
    let session = thread.assume_from_outside(&outside, &role, "collector");
    thread.becomes(&session);
    for number in 0..events {
        let call = match number % 3 {
            0 => Call::new("monitoring", "ListMetrics"),
            1 => Call::new("monitoring", "GetMetricData"),
            _ => Call::new("tagging", "GetResources"),
        };
        thread.call(call);
    }
}
