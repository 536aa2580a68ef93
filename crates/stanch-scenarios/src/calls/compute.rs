//! EC2 and Lambda.

use serde_json::{Value, json};

use crate::call::Call;
use crate::labels::Took;
use crate::thread::{Thread, done};

impl Thread<'_> {
    /// Starts instances and returns their ids.
    pub(crate) fn run_instances(&mut self, kind: &str, count: usize) -> Vec<String> {
        let ids: Vec<String> = (0..count).map(|_| self.stage.random.resource_id("i")).collect();
        let items: Vec<Value> = ids
            .iter()
            .map(|id| json!({"instanceId": id, "instanceType": kind, "imageId": "ami-0a1b2c3d4e5f60718", "instanceState": {"code": 0, "name": "pending"}}))
            .collect();
        self.call(
            run_call(kind, count)
                .res(json!({"reservationId": "r-0f1e2d3c4b5a69788", "instancesSet": {"items": items}})),
        );
        for id in &ids {
            self.leaves(id);
        }
        ids
    }

    /// Instances that a quota refuses.
    pub(crate) fn run_beyond_quota(&mut self, kind: &str, count: usize) {
        self.call(run_call(kind, count).fails(
            "Client.VcpuLimitExceeded",
            "You have requested more vCPU capacity than your current vCPU limit allows.",
        ));
    }

    pub(crate) fn terminate(&mut self, ids: &[String]) {
        let items: Vec<Value> = ids.iter().map(|id| json!({"instanceId": id})).collect();
        self.call(
            Call::new("ec2", "TerminateInstances")
                .req(json!({"instancesSet": {"items": items}}))
                .res(json!({"instancesSet": {"items": items}})),
        );
        for id in ids {
            self.removes(id);
        }
    }

    /// Security group that a whole range may enter; returns its id.
    pub(crate) fn open_group(&mut self, name: &str, range: &str, port: u16) -> String {
        let group = self.stage.random.resource_id("sg");
        self.call(
            Call::new("ec2", "CreateSecurityGroup")
                .req(json!({"groupName": name, "groupDescription": name, "vpcId": "vpc-0aa11bb22cc33dd44"}))
                .res(json!({"_return": true, "groupId": group})),
        );
        self.call(
            Call::new("ec2", "AuthorizeSecurityGroupIngress")
                .req(json!({
                    "groupId": group,
                    "ipPermissions": {"items": [{
                        "ipProtocol": "tcp", "fromPort": port, "toPort": port,
                        "ipRanges": {"items": [{"cidrIp": range}]},
                    }]},
                }))
                .res(done()),
        );
        self.leaves(&group);
        group
    }

    /// Copies a volume to a snapshot, and returns the snapshot's id.
    pub(crate) fn snapshot(&mut self, volume: &str) -> String {
        let snapshot = self.stage.random.resource_id("snap");
        self.call(
            Call::new("ec2", "CreateSnapshot")
                .req(json!({"volumeId": volume}))
                .res(json!({"snapshotId": snapshot, "volumeId": volume, "status": "pending"})),
        );
        self.leaves(&snapshot);
        snapshot
    }

    pub(crate) fn share_snapshot(&mut self, snapshot: &str, account: &str) {
        self.call(
            Call::new("ec2", "ModifySnapshotAttribute")
                .req(json!({
                    "snapshotId": snapshot,
                    "createVolumePermission": {"add": {"items": [{"userId": account}]}},
                    "attributeType": "CREATE_VOLUME_PERMISSION",
                }))
                .res(done()),
        );
        self.takes(Took::Shared(snapshot.to_owned()));
        self.leaves(snapshot);
    }

    /// Creates a function that runs as a role.
    pub(crate) fn create_function(&mut self, name: &str, role: &str) {
        let (account, region) = (self.account_id(), self.region);
        let arn = format!("arn:aws:lambda:{region}:{account}:function:{name}");
        let role = format!("arn:aws:iam::{account}:role/{role}");
        self.call(
            Call::new("lambda", "CreateFunction20150331")
                .req(json!({"functionName": name, "runtime": "python3.13", "role": role, "handler": "main.run", "timeout": 60, "publish": false}))
                .res(json!({"functionName": name, "functionArn": arn, "role": role, "state": "Pending"})),
        );
        self.leaves(name);
    }

    /// Looks at compute and networks.
    pub(crate) fn list_compute(&mut self) {
        self.read(
            "ec2",
            &[
                "DescribeInstances",
                "DescribeSecurityGroups",
                "DescribeVpcs",
                "DescribeImages",
                "DescribeKeyPairs",
            ],
        );
    }
}

fn run_call(kind: &str, count: usize) -> Call {
    Call::new("ec2", "RunInstances").req(json!({
        "instancesSet": {"items": [{"imageId": "ami-0a1b2c3d4e5f60718", "minCount": count, "maxCount": count}]},
        "instanceType": kind,
        "blockDeviceMapping": {},
        "monitoring": {"enabled": false},
        "disableApiTermination": false,
    }))
}
