//! Patterns with `*` and `?` as policies use them, compared without regard to case where AWS does so.

/// Returns true when `pattern` matches the whole of `text`, without regard to ASCII case.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let pattern = pattern.as_bytes();
    let text = text.as_bytes();
    let (mut at_pattern, mut at_text) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at_text < text.len() {
        match pattern.get(at_pattern) {
            Some(b'*') => {
                star = Some((at_pattern, at_text));
                at_pattern += 1;
            }
            Some(byte) if *byte == b'?' || byte.eq_ignore_ascii_case(&text[at_text]) => {
                at_pattern += 1;
                at_text += 1;
            }
            _ => match star {
                Some((place, taken)) => {
                    at_pattern = place + 1;
                    at_text = taken + 1;
                    star = Some((place, taken + 1));
                }
                None => return false,
            },
        }
    }
    pattern[at_pattern..].iter().all(|byte| *byte == b'*')
}

/// Returns true when a pattern of actions stands for every action of every service: `*`, `*:*`, `**`.
pub(crate) fn is_every_action(pattern: &str) -> bool {
    !pattern.is_empty() && pattern.bytes().all(|byte| matches!(byte, b'*' | b':')) && pattern.contains('*')
}

/// Returns true when a pattern of actions stands for every action of a service: `iam:*`, `iam*`, `i*:*`.
pub(crate) fn is_every_action_of(service: &str, pattern: &str) -> bool {
    let words: [&str; 2] = ["\u{1}", "Zz9"];
    pattern.ends_with('*')
        && words
            .iter()
            .all(|word| matches(pattern, &format!("{service}:{word}")))
}

/// Returns true when a resource pattern stands for everything: `*`, `arn:aws:*`, `arn:*:*:*:*:*`.
pub(crate) fn is_every_resource(pattern: &str) -> bool {
    if pattern.bytes().all(|byte| byte == b'*') {
        return !pattern.is_empty();
    }
    let mut parts = pattern.splitn(6, ':');
    let starts = parts.next().is_some_and(|part| part == "arn" || part == "*");
    let partition = parts
        .next()
        .is_none_or(|part| part.starts_with("aws") || part == "*");
    starts && partition && pattern.contains('*') && parts.all(|part| part == "*" || part.is_empty())
}

/// Returns true when a resource pattern stands for everything or for all things of a type: `arn:aws:iam::1:role/*`.
pub(crate) fn is_wide_resource(pattern: &str) -> bool {
    if is_every_resource(pattern) {
        return true;
    }
    let Some(resource) = pattern.splitn(6, ':').nth(5) else {
        return false;
    };
    match resource.split_once(['/', ':']) {
        Some((kind, name)) => name == "*" && !kind.contains('$'),
        None => resource.ends_with('*') && resource.len() <= 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts() {
        assert!(matches("iam:Create*", "iam:createaccesskey"));
        assert!(matches("iam:*Key", "iam:CreateAccessKey"));
        assert!(matches("*", ""));
        assert!(matches("iam:?assRole", "iam:PassRole"));
        assert!(!matches("iam:Get*", "iam:PassRole"));
        assert!(!matches("iam:PassRole", "iam:PassRoles"));
        assert!(!matches("", "x"));
    }

    #[test]
    fn scopes_are_told_apart() {
        assert!(is_every_action("*") && is_every_action("*:*"));
        assert!(!is_every_action("s3:*") && !is_every_action(":") && !is_every_action(""));
        assert!(is_every_action_of("iam", "iam:*") && is_every_action_of("iam", "IAM*"));
        assert!(!is_every_action_of("iam", "iam:Create*") && !is_every_action_of("iam", "s3:*"));
        assert!(
            is_every_resource("*") && is_every_resource("arn:aws:*") && is_every_resource("arn:*:*:*:*:*")
        );
        assert!(
            !is_every_resource("arn:aws:s3:::*") && !is_every_resource("arn:aws:iam::111122223333:role/*")
        );
        assert!(is_wide_resource("arn:aws:iam::111122223333:role/*"));
        assert!(!is_wide_resource("arn:aws:iam::111122223333:role/app-*"));
        assert!(!is_wide_resource(
            "arn:aws:iam::111122223333:user/${aws:username}"
        ));
    }

    proptest::proptest! {
        #[test]
        fn a_text_matches_itself_and_a_star(text in "[a-zA-Z:*?]{0,40}") {
            proptest::prop_assert!(matches(&text, &text));
            proptest::prop_assert!(matches("*", &text));
        }
    }
}
