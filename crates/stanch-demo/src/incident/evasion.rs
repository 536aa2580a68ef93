//! Chapter 3: the account's own trail and its detectors go dark. The organisation's trail continues, which is
//! why there is still something to read.

use serde_json::json;

use super::{Meaning, Script, TRAIL};
use crate::record::Record;

const BLIND: Meaning = ("defense-evasion", "T1562.008");
const DISARM: Meaning = ("defense-evasion", "T1562.001");

pub(super) fn play(script: &mut Script<'_>) {
    script.resume_at(14, 33);
    let home = script.home();
    let listed = Record::read(script.planted(), "cloudtrail", "DescribeTrails");
    script.act(home, ("discovery", "T1526"), listed);
    let trail = format!("arn:aws:cloudtrail:{home}:{}:trail/{TRAIL}", script.cast.account);
    let stopped =
        Record::write(script.planted(), "cloudtrail", "StopLogging").request(json!({"name": trail}));
    script.act(home, BLIND, stopped);
    let regions: Vec<&str> = script.cast.regions.iter().take(2).copied().collect();
    for region in regions {
        let detector = script.random.hex(32);
        let listed = Record::read(script.planted(), "guardduty", "ListDetectors");
        script.act(region, ("discovery", "T1526"), listed);
        let deleted = Record::write(script.planted(), "guardduty", "DeleteDetector")
            .request(json!({"detectorId": detector}));
        script.act(region, DISARM, deleted);
    }
    let flow = format!("fl-0{}", script.random.hex(16));
    let deleted = Record::write(script.planted(), "ec2", "DeleteFlowLogs")
        .request(json!({"DeleteFlowLogsRequest": {"FlowLogId": {"tag": 1, "content": flow}}}))
        .response(json!({"DeleteFlowLogsResponse": {"unsuccessful": ""}}));
    script.act(home, BLIND, deleted);
}
