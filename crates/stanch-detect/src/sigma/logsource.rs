//! Which log a rule's `logsource` means. It must not look at the rule's conditions.

use rsigma_parser::LogSource;
use stanch_core::LogKind;
use stanch_core::text::shown;

/// The log that a rule is for.
///
/// # Errors
/// A reason, when it is for a log that is not read.
pub(super) fn log_of(source: &LogSource) -> Result<LogKind, String> {
    let lower = |text: &Option<String>| text.as_deref().map(|text| text.trim().to_ascii_lowercase());
    let product = lower(&source.product);
    let service = lower(&source.service);
    match (product.as_deref(), service.as_deref()) {
        (Some("aws") | None, Some("cloudtrail")) => Ok(LogKind::CloudTrail),
        (Some("aws"), None) if source.category.is_none() => Ok(LogKind::CloudTrail),
        (Some("aws"), Some("s3-server-access" | "s3_server_access" | "s3access")) => {
            Ok(LogKind::S3ServerAccess)
        }
        (Some("aws"), Some("vpcflow" | "vpc-flow" | "vpc_flow")) => Ok(LogKind::VpcFlow),
        (Some("aws"), Some("guardduty")) => Ok(LogKind::GuardDuty),
        (Some("aws"), service) => {
            let other = service.or(source.category.as_deref()).unwrap_or("");
            Err(format!(
                "is for the log `{}`, which is not read",
                shown(other, 60)
            ))
        }
        (Some(product), _) => Err(format!(
            "is for the product `{}`, not for aws",
            shown(product, 60)
        )),
        (None, _) => Err("names no product in its logsource; only rules for aws apply".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(product: Option<&str>, service: Option<&str>) -> LogSource {
        LogSource {
            product: product.map(str::to_owned),
            service: service.map(str::to_owned),
            ..LogSource::default()
        }
    }

    #[test]
    fn a_rule_applies_to_the_log_it_names_and_to_no_other() {
        assert_eq!(
            log_of(&source(Some("aws"), Some("cloudtrail"))),
            Ok(LogKind::CloudTrail)
        );
        assert_eq!(log_of(&source(Some("AWS"), None)), Ok(LogKind::CloudTrail));
        assert_eq!(
            log_of(&source(Some("aws"), Some("vpc-flow"))),
            Ok(LogKind::VpcFlow)
        );
        assert_eq!(
            log_of(&source(Some("aws"), Some("guardduty"))),
            Ok(LogKind::GuardDuty)
        );
        assert!(log_of(&source(Some("aws"), Some("route53"))).is_err());
        assert!(log_of(&source(Some("windows"), Some("cloudtrail"))).is_err());
        assert!(log_of(&source(None, None)).is_err());
    }
}
