//! Names of services: CloudTrail, snapshots and endpoints call some services differently.
//!
//! It must not know their calls.

/// Names of one service: the name in snapshots and models first, then others.
const ALIASES: [(&str, &[&str]); 5] = [
    ("apigateway", &["apigatewayv2"]),
    ("cloudwatch", &["monitoring"]),
    ("s3", &["s3control", "s3-control"]),
    ("ses", &["sesv2", "email"]),
    ("stepfunctions", &["states"]),
];

/// Returns the one name of a service, whatever it is called: `monitoring` is `cloudwatch`, `sesv2` is `ses`.
#[must_use]
pub fn canonical(service: &str) -> &str {
    let found = ALIASES.iter().find(|(_, others)| others.contains(&service));
    found.map_or(service, |(name, _)| name)
}

/// Returns true when two names are of one service.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    canonical(one) == canonical(other)
}

/// Returns every name of a service, its one name first.
pub fn names(service: &str) -> impl Iterator<Item = &str> {
    let name = canonical(service);
    let others = ALIASES.iter().find(|(known, _)| *known == name);
    let others = others.map_or(&[][..], |(_, others)| *others);
    std::iter::once(name).chain(others.iter().copied())
}

/// Returns the service of an event source such as `iam.amazonaws.com`. Some records name the endpoint there:
/// `api.ecr.amazonaws.com`.
#[must_use]
pub fn of_source(source: &str) -> &str {
    let mut parts = source.split('.');
    match parts.next() {
        Some("api") => parts.next().unwrap_or("api"),
        first => first.unwrap_or(source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_has_one_name() {
        for (one, other) in [
            ("monitoring", "cloudwatch"),
            ("states", "stepfunctions"),
            ("email", "sesv2"),
            ("s3-control", "s3control"),
            ("apigatewayv2", "apigateway"),
            ("iam", "iam"),
        ] {
            assert!(is_same(one, other), "{one} {other}");
        }
        assert!(!is_same("ec2", "ecs"));
        assert_eq!(
            names("monitoring").collect::<Vec<_>>(),
            ["cloudwatch", "monitoring"]
        );
        assert_eq!(names("iam").collect::<Vec<_>>(), ["iam"]);
    }

    #[test]
    fn no_name_is_of_two_services() {
        let mut all: Vec<&str> = ALIASES
            .iter()
            .flat_map(|(name, others)| std::iter::once(name).chain(*others))
            .copied()
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn the_endpoint_in_a_source_is_no_service() {
        for (source, service) in [
            ("iam.amazonaws.com", "iam"),
            ("api.ecr.amazonaws.com", "ecr"),
            ("api", "api"),
            ("", ""),
        ] {
            assert_eq!(of_source(source), service);
        }
    }
}
