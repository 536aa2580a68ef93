//! `stanch.agent`: what the user agent claims to be. The caller writes it, so it proves nothing.

/// Words of tools that are made for attacking or for surveying accounts.
const ATTACK_TOOLS: &[&str] = &[
    "pacu",
    "trufflehog",
    "cloudfox",
    "scoutsuite",
    "scout suite",
    "aws_consoler",
    "enumerate-iam",
    "weirdaal",
    "s3scanner",
    "nuclei",
    "kali",
    "parrot",
    "pentoo",
    "blackarch",
];

const SDKS: &[&str] = &[
    "boto",
    "aws-sdk",
    "awssdk",
    "aws-rust",
    "aws-crt",
    "aws-java",
    "aws-go",
    "aws-mobile",
    "smithy",
];

/// The claim; `None` when there is no user agent.
pub(super) fn claims(agent: &str) -> Option<&'static str> {
    if agent.is_empty() {
        return None;
    }
    let lower = agent.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let word = if has(ATTACK_TOOLS) {
        "attack-tool"
    } else if has(&[
        "console.amazonaws.com",
        "console.aws.amazon",
        "signin.amazonaws.com",
        "s3console",
    ]) || has(&[
        "console.ec2.amazonaws.com",
        "aws-internal/3 aws-sdk-java",
        "awsconsole",
    ]) {
        "console"
    } else if has(&["cloudformation"]) {
        "cloudformation"
    } else if has(&["terraform", "opentofu"]) {
        "terraform"
    } else if has(&["aws-cli"]) {
        "cli"
    } else if lower.ends_with(".amazonaws.com")
        || lower.starts_with("aws internal")
        || lower.starts_with("aws-internal")
    {
        "service"
    } else if lower.starts_with("mozilla/") {
        "browser"
    } else if has(SDKS) {
        "sdk"
    } else {
        "other"
    };
    Some(word)
}
