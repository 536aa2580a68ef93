//! Regions from the prefix of a usage type, for lines whose region column is empty.
//!
//! Source: "Region billing codes" of the Cost and Usage Report guide. An unknown code is an unknown region.

/// Code and region.
#[rustfmt::skip]
const CODES: &[(&str, &str)] = &[
    ("USE1", "us-east-1"), ("USE2", "us-east-2"), ("USW1", "us-west-1"), ("USW2", "us-west-2"), ("CAN1", "ca-central-1"),
    ("CAN2", "ca-west-1"), ("MXC1", "mx-central-1"), ("AFS1", "af-south-1"), ("CPT", "af-south-1"), ("APE1", "ap-east-1"),
    ("APE2", "ap-east-2"), ("APN1", "ap-northeast-1"), ("APN2", "ap-northeast-2"), ("APN3", "ap-northeast-3"),
    ("APS1", "ap-southeast-1"), ("APS2", "ap-southeast-2"), ("APS3", "ap-south-1"), ("APS4", "ap-southeast-3"),
    ("APS5", "ap-south-2"), ("APS6", "ap-southeast-4"), ("APS7", "ap-southeast-5"), ("APS8", "ap-southeast-6"),
    ("APS9", "ap-southeast-7"), ("EU", "eu-west-1"), ("EUW1", "eu-west-1"), ("EUW2", "eu-west-2"), ("EUW3", "eu-west-3"),
    ("EUC1", "eu-central-1"), ("EUC2", "eu-central-2"), ("EUN1", "eu-north-1"), ("EUS1", "eu-south-1"),
    ("EUS2", "eu-south-2"), ("ILC1", "il-central-1"), ("MES1", "me-south-1"), ("MEC1", "me-central-1"),
    ("SAE1", "sa-east-1"), ("UGW1", "us-gov-west-1"), ("UGE1", "us-gov-east-1"), ("CNN1", "cn-north-1"),
    ("CNW1", "cn-northwest-1"),
];

/// Returns the region of a usage type's prefix; empty when it has none that is known, or the service uses geography codes.
pub(crate) fn of_usage_type(service: &str, usage_type: &str) -> &'static str {
    if matches!(service, "AmazonCloudFront" | "AWSGlobalAccelerator" | "AWSShield") {
        return "";
    }
    let Some((prefix, _)) = usage_type.split_once('-') else {
        return "";
    };
    CODES
        .iter()
        .find(|(code, _)| *code == prefix)
        .map_or("", |(_, region)| region)
}

#[cfg(test)]
mod tests {
    use super::of_usage_type;

    #[test]
    fn the_prefix_names_the_region_except_for_edge_locations() {
        assert_eq!(
            of_usage_type("AmazonEC2", "SAE1-BoxUsage:g5.48xlarge"),
            "sa-east-1"
        );
        assert_eq!(of_usage_type("AmazonEC2", "USE1-SAE1-AWS-Out-Bytes"), "us-east-1");
        assert_eq!(of_usage_type("AmazonEC2", "BoxUsage:t3.micro"), "");
        assert_eq!(of_usage_type("AmazonEC2", "XX9-BoxUsage"), "");
        assert_eq!(of_usage_type("AmazonCloudFront", "EU-DataTransfer-Out-Bytes"), "");
    }
}
