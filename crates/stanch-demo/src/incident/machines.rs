//! Chapter 4: graphics hosts in regions nobody uses, until the quotas say no.

use serde_json::{Value, json};

use super::{Meaning, Script};
use crate::background::deploys::ingress;
use crate::cast::UNUSED_REGIONS;
use crate::record::Record;

const LOOK: Meaning = ("discovery", "T1580");
const PREPARE: Meaning = ("defense-evasion", "T1578.002");
const MINE: Meaning = ("impact", "T1496");

pub(super) fn play(script: &mut Script<'_>) {
    script.resume_at(14, 47);
    for region in UNUSED_REGIONS {
        quotas(script, region);
        let group = prepare(script, region);
        for (size, count, works) in [
            ("p4d.24xlarge", 8, false),
            ("p4d.24xlarge", 2, false),
            ("g5.48xlarge", 4, false),
            ("g5.12xlarge", 2, region != "eu-north-1"),
            ("g4dn.12xlarge", 3, true),
        ] {
            start(script, region, &group, (size, count, works));
            script.second += 6;
        }
        script.second += 95;
    }
}

fn quotas(script: &mut Script<'_>, region: &str) {
    for code in ["L-417A185B", "L-DB2E81BA", "L-3819A6DF"] {
        let record = Record::read(script.planted(), "servicequotas", "GetServiceQuota")
            .request(json!({"serviceCode": "ec2", "quotaCode": code}));
        script.act(region, LOOK, record);
    }
    for name in [
        "DescribeInstanceTypeOfferings",
        "DescribeImages",
        "DescribeSubnets",
    ] {
        let record = Record::read(script.planted(), "ec2", name).request(json!({"filterSet": {}}));
        script.act(region, LOOK, record);
    }
}

/// A key pair, and a security group that lets everybody in; gives the group.
fn prepare(script: &mut Script<'_>, region: &str) -> String {
    let (group, network) = (script.random.resource_id("sg"), script.random.resource_id("vpc"));
    let pair = script.random.resource_id("key");
    let steps: [(&'static str, Meaning, Value, Value); 3] = [
        (
            "CreateKeyPair",
            PREPARE,
            json!({"keyName": "sync", "keyType": "rsa", "keyFormat": "pem"}),
            json!({"keyName": "sync", "keyPairId": pair, "keyMaterial": "<sensitiveDataRemoved>"}),
        ),
        (
            "CreateSecurityGroup",
            PREPARE,
            json!({"groupName": "sync", "groupDescription": "sync", "vpcId": network}),
            json!({"_return": true, "groupId": group}),
        ),
        (
            "AuthorizeSecurityGroupIngress",
            ("defense-evasion", "T1562.007"),
            ingress(&group, "0.0.0.0/0", 22),
            json!({"_return": true}),
        ),
    ];
    for (name, meaning, request, response) in steps {
        let record = Record::write(script.planted(), "ec2", name)
            .request(request)
            .response(response);
        script.act(region, meaning, record);
    }
    group
}

fn start(script: &mut Script<'_>, region: &str, group: &str, (size, count, works): (&str, u64, bool)) {
    let record = Record::write(script.planted(), "ec2", "RunInstances").request(json!({
        "instancesSet": {"items": [{
            "imageId": "ami-0123456789abcdef0", "minCount": 1, "maxCount": count, "keyName": "sync",
        }]},
        "groupSet": {"items": [{"groupId": group}]},
        "userData": "<sensitiveDataRemoved>",
        "instanceType": size,
        "monitoring": {"enabled": false},
        "disableApiTermination": true,
    }));
    let record = if works {
        let ids: Vec<String> = (0..count).map(|_| script.random.resource_id("i")).collect();
        script.incident.indicators.instances.extend(ids.iter().cloned());
        let items: Vec<Value> = ids
            .iter()
            .map(|id| json!({"instanceId": id, "instanceType": size, "instanceState": {"code": 0, "name": "pending"}}))
            .collect();
        record.response(json!({
            "reservationId": script.random.resource_id("r"),
            "ownerId": script.cast.account,
            "instancesSet": {"items": items},
        }))
    } else {
        record.failed(
            "Client.VcpuLimitExceeded",
            "You have requested more vCPU capacity than your current vCPU limit of 0 allows for the instance bucket \
             that the specified instance type belongs to.",
        )
    };
    script.act(region, MINE, record);
}
