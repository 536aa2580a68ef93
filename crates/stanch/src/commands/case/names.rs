//! Names of users and roles that a person types for a declaration, as the ARNs that IAM gives them, path included.
//!
//! IAM is asked once, when the declaration is made: a name that fits nobody, or a user and a role, is refused then. It must not decide
//! what is declared.

use serde_json::{Value, json};
use stanch_collect::regions::home_region;
use stanch_core::arn::partition_of;
use stanch_core::ports::Cloud;
use stanch_core::text::shown;
use stanch_core::{Call, CallOutcome, RegionName};

use crate::commands::aws::Session;
use crate::error::Failure;
use crate::requests::Access;

/// Returns the names as ARNs. Without credentials they stay as typed, and the case refuses those that are no ARNs.
pub(super) fn resolved(names: Vec<String>) -> Result<Vec<String>, Failure> {
    if names.iter().all(|name| name.starts_with("arn:")) {
        return Ok(names);
    }
    let Ok(session) = Session::open(&Access::default()) else {
        return Ok(names);
    };
    let Ok(caller) = session
        .runtime
        .block_on(session.client.caller(session.any_region()))
    else {
        return Ok(names);
    };
    let home = home_region(partition_of(&caller.arn));
    let mut arns = Vec::new();
    for name in names {
        let asked = arn_of(&session.client, &home, &caller.arn, &name);
        match session.runtime.block_on(asked) {
            Ok(arn) => arns.push(arn),
            Err(why) => {
                let what = format!("{} can't be declared: {why}", shown(&name, 200));
                let next = "give user/NAME, role/NAME or the ARN of a principal of this account: stanch call iam list-users";
                return Err(Failure::new(what, next).usage());
            }
        }
    }
    Ok(arns)
}

/// Returns the ARN of a user or role by its name, or by `user/NAME` and `role/NAME`; an ARN stays.
async fn arn_of(cloud: &dyn Cloud, home: &RegionName, caller: &str, name: &str) -> Result<String, String> {
    if name.starts_with("arn:") {
        return Ok(name.to_owned());
    }
    if name == "root" {
        let account = stanch_core::arn::account_of(caller).unwrap_or_default();
        return Ok(format!("arn:{}:iam::{account}:root", partition_of(caller)));
    }
    let (kind, last) = match name.split_once('/') {
        Some((kind, rest)) => (Some(kind), rest.rsplit('/').next().unwrap_or(rest)),
        None => (None, name),
    };
    let mut found = Vec::new();
    for (of, operation, member, path) in [
        ("user", "GetUser", "UserName", "/User/Arn"),
        ("role", "GetRole", "RoleName", "/Role/Arn"),
    ] {
        if kind.is_some_and(|kind| kind != of) {
            continue;
        }
        let call = Call {
            account: None,
            region: home.clone(),
            service: "iam".into(),
            operation: operation.into(),
            params: json!({ member: last }),
        };
        let answer = cloud.ask(&call).await;
        match (answer.outcome, answer.body.pointer(path).and_then(Value::as_str)) {
            (CallOutcome::Ok, Some(arn)) => found.push(arn.to_owned()),
            (CallOutcome::DoesNotExist, _) => {}
            (outcome, _) => {
                let code = answer.code.unwrap_or_else(|| "no code".to_owned());
                return Err(format!("iam {operation}: {outcome} ({})", shown(&code, 80)));
            }
        }
    }
    match found.as_slice() {
        [arn] => Ok(arn.clone()),
        [] => Err("the account has no user and no role of this name".to_owned()),
        _ => Err(format!(
            "it is the name of several principals: {}",
            found.join(", ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use stanch_core::Answer;

    use super::*;

    /// Knows user `glass` below a path, role `app`, and `both` of each kind; must not be asked about `secret`.
    struct Iam;

    impl Cloud for Iam {
        fn ask<'c>(&'c self, call: &'c Call) -> Pin<Box<dyn Future<Output = Answer> + Send + 'c>> {
            let arn = |kind: &str, rest: &str| format!("arn:aws:iam::111122223333:{kind}/{rest}");
            let name = |member: &str| call.params[member].as_str().unwrap_or_default().to_owned();
            let answer = match (
                call.operation.as_str(),
                name("UserName").as_str(),
                name("RoleName").as_str(),
            ) {
                (_, "secret", _) => Answer::refused(CallOutcome::Denied, Some("AccessDenied"), None),
                ("GetUser", "glass", _) => {
                    Answer::ok(json!({"User": {"Arn": arn("user", "emergency/glass")}}))
                }
                ("GetUser", "both", _) => Answer::ok(json!({"User": {"Arn": arn("user", "both")}})),
                ("GetRole", _, "both") => Answer::ok(json!({"Role": {"Arn": arn("role", "both")}})),
                ("GetRole", _, "app") => Answer::ok(json!({"Role": {"Arn": arn("role", "service/app")}})),
                _ => Answer::refused(CallOutcome::DoesNotExist, Some("NoSuchEntity"), None),
            };
            Box::pin(std::future::ready(answer))
        }
    }

    #[tokio::test]
    async fn a_name_becomes_the_arn_with_its_path_or_is_refused() {
        let caller = "arn:aws:iam::111122223333:user/responder";
        for (name, expected) in [
            ("glass", Ok("arn:aws:iam::111122223333:user/emergency/glass")),
            ("user/glass", Ok("arn:aws:iam::111122223333:user/emergency/glass")),
            (
                "user/emergency/glass",
                Ok("arn:aws:iam::111122223333:user/emergency/glass"),
            ),
            ("app", Ok("arn:aws:iam::111122223333:role/service/app")),
            ("role/both", Ok("arn:aws:iam::111122223333:role/both")),
            ("root", Ok("arn:aws:iam::111122223333:root")),
            (
                "arn:aws:iam::999988887777:user/x",
                Ok("arn:aws:iam::999988887777:user/x"),
            ),
            ("role/glass", Err("no user and no role")),
            ("nobody", Err("no user and no role")),
            ("both", Err("several principals")),
            ("secret", Err("denied")),
        ] {
            let found = arn_of(&Iam, &"us-east-1".into(), caller, name).await;
            match (found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{name}"),
                (Err(why), Err(part)) => assert!(why.contains(part), "{name}: {why}"),
                (found, expected) => panic!("{name}: {found:?}, not {expected:?}"),
            }
        }
    }
}
