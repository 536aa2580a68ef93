//! Names as the AWS command line writes them.

/// Names in which capital letters stand in the middle of a word, as the command line cuts them.
const ODD_WORDS: [(&str, &str); 7] = [
    ("WhatsApp", "Whatsapp"),
    ("PartiQL", "Partiql"),
    ("OAuth2", "Oauth2"),
    ("OTel", "Otel"),
    ("CachediSCSI", "CachedIscsi"),
    ("StorediSCSI", "StoredIscsi"),
    ("ListHITsFor", "ListHitsFor"),
];

/// Services under the name the AWS command line gives them, and the name of their model.
const SERVICE_ALIASES: [(&str, &str); 4] = [
    ("configservice", "config"),
    ("deploy", "codedeploy"),
    ("runtime.sagemaker", "sagemaker-runtime"),
    ("s3api", "s3"),
];

/// The name of the model for a service's name.
pub(super) fn service_name(name: &str) -> &str {
    SERVICE_ALIASES
        .iter()
        .find(|(alias, _)| *alias == name)
        .map_or(name, |(_, model)| model)
}

/// The command line's name of a service whose model has this one.
#[must_use]
pub fn cli_service_name(name: &str) -> &str {
    match name {
        "config" => "configservice",
        "codedeploy" => "deploy",
        "s3" => "s3api",
        other => other,
    }
}

/// `ListUsers` as `list-users`.
#[must_use]
pub fn cli_name(name: &str) -> String {
    let mut name = name.to_owned();
    for (odd, even) in ODD_WORDS {
        name = name.replace(odd, even);
    }
    let characters: Vec<char> = name.chars().collect();
    let plural = plural_of_capitals(&characters);
    let mut out = String::with_capacity(characters.len() + 8);
    for (index, character) in characters.iter().enumerate() {
        if index > 0 && starts_word(&characters, index, plural) {
            out.push('-');
        }
        out.push(character.to_ascii_lowercase());
    }
    out
}

/// Where a plural such as `ARNs` at the end begins.
fn plural_of_capitals(characters: &[char]) -> Option<usize> {
    let (last, rest) = characters.split_last()?;
    let capitals = rest
        .iter()
        .rev()
        .take_while(|character| character.is_ascii_uppercase())
        .count();
    (*last == 's' && capitals >= 2).then(|| rest.len() - capitals)
}

fn starts_word(characters: &[char], index: usize, plural: Option<usize>) -> bool {
    if let Some(start) = plural
        && index >= start
    {
        return index == start;
    }
    let before = characters[index - 1];
    if !characters[index].is_ascii_uppercase() || before == '-' {
        return false;
    }
    before.is_ascii_lowercase()
        || before.is_ascii_digit()
        || characters.get(index + 1).is_some_and(char::is_ascii_lowercase)
}

/// Returns true when two names have the same letters and digits, whatever their case and dashes.
pub(super) fn same_letters(name: &str, other: &str) -> bool {
    let letters = |text: &str| -> Vec<u8> {
        text.bytes()
            .filter(|byte| *byte != b'-')
            .map(|byte| byte.to_ascii_lowercase())
            .collect()
    };
    letters(name) == letters(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_named_as_the_command_line_does() {
        for (name, expected) in [
            ("ListUsers", "list-users"),
            ("ListMFADevices", "list-mfa-devices"),
            ("DescribeDBInstances", "describe-db-instances"),
            ("ListObjectsV2", "list-objects-v2"),
            ("DescribeVpcs", "describe-vpcs"),
            ("GetWebACL", "get-web-acl"),
            ("ListWebACLs", "list-web-acls"),
            ("ExecutePartiQLStatement", "execute-partiql-statement"),
            ("DescribeCachediSCSIVolumes", "describe-cached-iscsi-volumes"),
            ("CreateOAuth2TokenWithIAM", "create-oauth2-token-with-iam"),
            ("ListHITsForQualificationType", "list-hits-for-qualification-type"),
            (
                "GetBucketMetadataTableConfiguration",
                "get-bucket-metadata-table-configuration",
            ),
        ] {
            assert_eq!(cli_name(name), expected);
            assert!(same_letters(name, expected), "{name}");
        }
    }
}
