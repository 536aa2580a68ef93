//! Trails, detectors and other recorders.

use serde_json::json;

use crate::call::Call;
use crate::thread::Thread;

/// Name of the trail of each account.
pub(crate) const TRAIL: &str = "org-audit";

impl Thread<'_> {
    fn trail(&self) -> String {
        format!("arn:aws:cloudtrail:us-east-1:{}:trail/{TRAIL}", self.account_id())
    }

    /// Stops the trail.
    pub(crate) fn stop_trail(&mut self) {
        let name = self.trail();
        self.call(Call::new("cloudtrail", "DescribeTrails"));
        self.call(Call::new("cloudtrail", "StopLogging").req(json!({"name": name})));
        self.leaves(TRAIL);
    }

    /// Deletes the `GuardDuty` detector of the region.
    pub(crate) fn delete_detector(&mut self) {
        let id = self.stage.random.hex(32);
        self.call(Call::new("guardduty", "ListDetectors"));
        self.call(Call::new("guardduty", "DeleteDetector").req(json!({"detectorId": id})));
        self.leaves(&id);
    }
}
