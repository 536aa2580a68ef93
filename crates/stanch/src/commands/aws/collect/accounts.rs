//! The accounts that are collected, with the regions of each.

use serde_json::Value;
use stanch_aws::client::Caller;
use stanch_collect::regions;
use stanch_core::arn::partition_of;
use stanch_core::ports::Cloud as _;
use stanch_core::snapshot::{AccountScope, NotRead, NotReadReason};
use stanch_core::text::shown;
use stanch_core::{AccountId, Call, CallOutcome, RegionName};

use crate::commands::aws::Session;
use crate::error::Failure;
use crate::output::Console;

/// The requested accounts and regions.
pub(crate) struct Targets<'t> {
    /// Accounts that were typed.
    pub(crate) accounts: &'t [String],
    /// All active accounts of the organisation.
    pub(crate) is_org: bool,
    /// The role to assume in other accounts than one's own.
    pub(crate) role_name: Option<&'t str>,
    /// The external id that the role asks for.
    pub(crate) external_id: Option<&'t str>,
    /// Regions that were typed; none means all.
    pub(crate) regions: &'t [String],
}

/// Accounts with their regions, and what is not asked.
pub(crate) struct Scopes {
    pub(crate) accounts: Vec<AccountScope>,
    pub(crate) not_read: Vec<NotRead>,
}

/// The accounts that are to be asked, each with its regions.
pub(crate) fn scopes(
    session: &mut Session,
    targets: &Targets<'_>,
    caller: &Caller,
    console: &Console,
) -> Result<Scopes, Failure> {
    let partition = partition_of(&caller.arn).to_owned();
    let mut not_read = Vec::new();
    let accounts = named(session, targets, &partition, &mut not_read, console)?;
    let own = AccountId::from(caller.account.as_str());
    session.client.own_account(own.clone());
    if let Some(role) = targets.role_name {
        for account in accounts.iter().filter(|account| **account != own) {
            let arn = format!("arn:{partition}:iam::{account}:role/{role}");
            let added = session
                .client
                .add_account(account.clone(), &arn, targets.external_id);
            session.runtime.block_on(added);
        }
    }
    let accounts = if accounts.is_empty() { vec![own] } else { accounts };
    let mut scopes = Vec::new();
    let is_alone = accounts.len() == 1;
    for account in accounts {
        match scope(session, targets, &account, &partition, &mut not_read, console) {
            Ok(scope) => scopes.push(scope),
            Err(failure) if is_alone => return Err(failure),
            // One account of many that can't be opened must not keep the others from being looked at. Asked in its home
            // region alone, every answer of it will say why.
            Err(failure) => {
                console.failure(&failure);
                not_read.push(NotRead {
                    account: account.clone(),
                    region: None,
                    why: NotReadReason::NotOpened,
                });
                scopes.push(unopened(account, &partition));
            }
        }
    }
    not_read.sort();
    Ok(Scopes {
        accounts: scopes,
        not_read,
    })
}

/// An account of which not even the regions are known.
fn unopened(account: AccountId, partition: &str) -> AccountScope {
    let home = regions::home_region(partition);
    AccountScope {
        account,
        partition: partition.to_owned(),
        regions: vec![home.clone()],
        home,
        disabled: Vec::new(),
    }
}

/// The accounts that were typed, or those of the organisation.
fn named(
    session: &Session,
    targets: &Targets<'_>,
    partition: &str,
    not_read: &mut Vec<NotRead>,
    console: &Console,
) -> Result<Vec<AccountId>, Failure> {
    for account in targets.accounts {
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Failure::new(
                format!("{account} is not an account id"),
                "give the 12 digits of the account",
            )
            .usage());
        }
    }
    if !targets.is_org {
        return Ok(targets.accounts.iter().map(|id| id.as_str().into()).collect());
    }
    let call = Call {
        account: None,
        region: regions::home_region(partition),
        service: "organizations".into(),
        operation: "ListAccounts".into(),
        params: Value::Null,
    };
    let answer = session.runtime.block_on(session.client.ask(&call));
    if answer.outcome != CallOutcome::Ok {
        let message = answer.message.unwrap_or_default();
        return Err(Failure::new(
            format!(
                "the accounts of the organization are not known ({}): {message}",
                answer.outcome
            ),
            "use the management account or a delegated administrator, or name accounts with --account",
        ));
    }
    let (active, other) = members(&answer.body);
    for (account, status) in other {
        console.say(&format!(
            "Account {} is {}: not collected, so what is in it is not known",
            shown(account.as_str(), 20),
            shown(&status, 40)
        ));
        not_read.push(NotRead {
            account,
            region: None,
            why: NotReadReason::NotActive,
        });
    }
    if active.is_empty() {
        return Err(Failure::new(
            "AWS Organizations lists no active account: nothing was collected",
            "use the management account or a delegated administrator, or name accounts with --account",
        ));
    }
    Ok(active)
}

/// Returns the active members of an organization, and the others with their status. `State` replaces `Status`, which AWS removes
/// from replies on 2026-09-09 (<https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html>).
fn members(body: &Value) -> (Vec<AccountId>, Vec<(AccountId, String)>) {
    let (mut active, mut other) = (Vec::new(), Vec::new());
    for account in body["Accounts"].as_array().into_iter().flatten() {
        let id = AccountId::from(account["Id"].as_str().unwrap_or_default());
        let status = account["State"].as_str().or_else(|| account["Status"].as_str());
        match status {
            Some("ACTIVE") => active.push(id),
            status => other.push((id, status.unwrap_or("of unknown status").to_owned())),
        }
    }
    (active, other)
}

fn scope(
    session: &Session,
    targets: &Targets<'_>,
    account: &AccountId,
    partition: &str,
    not_read: &mut Vec<NotRead>,
    console: &Console,
) -> Result<AccountScope, Failure> {
    let asked = regions::scope(&session.client, account, partition);
    let mut scope = session.runtime.block_on(asked).map_err(|answer| {
        Failure::new(
            format!(
                "the regions of account {account} are not known ({}): {}",
                answer.outcome,
                answer.message.unwrap_or_default()
            ),
            "allow account:ListRegions or ec2:DescribeRegions (stanch permissions collect), or check the role's name",
        )
    })?;
    let wanted: Vec<RegionName> = targets.regions.iter().map(|name| name.as_str().into()).collect();
    if let Some(unknown) = wanted.iter().find(|name| !scope.regions.contains(name)) {
        let names: Vec<&str> = scope.regions.iter().map(RegionName::as_str).collect();
        return Err(Failure::new(
            format!("region {unknown} is not enabled in account {account}"),
            format!("choose among {}", names.join(", ")),
        ));
    }
    if !wanted.is_empty() {
        let others = scope.regions.iter().filter(|region| !wanted.contains(region));
        let left: Vec<NotRead> = others
            .map(|region| NotRead {
                account: account.clone(),
                region: Some(region.clone()),
                why: NotReadReason::NotSelected,
            })
            .collect();
        if !left.is_empty() {
            console.say(&format!(
                "{} other regions of account {account} are not collected: what is in them is not known",
                left.len()
            ));
        }
        not_read.extend(left);
        scope.regions.retain(|region| wanted.contains(region));
    }
    Ok(scope)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_read_by_state_and_by_status() {
        let accounts = json!({"Accounts": [
            {"Id": "111122223333", "Status": "ACTIVE"},
            {"Id": "222233334444", "State": "ACTIVE"},
            {"Id": "333344445555", "State": "ACTIVE", "Status": "SUSPENDED"},
            {"Id": "444455556666", "State": "SUSPENDED"},
            {"Id": "555566667777", "Status": "PENDING_CLOSURE"},
            {"Id": "666677778888"},
        ]});
        let (active, other) = members(&accounts);
        assert_eq!(
            active,
            ["111122223333", "222233334444", "333344445555"].map(AccountId::from)
        );
        let other: Vec<(&str, &str)> = other
            .iter()
            .map(|(id, status)| (id.as_str(), status.as_str()))
            .collect();
        assert_eq!(
            other,
            [
                ("444455556666", "SUSPENDED"),
                ("555566667777", "PENDING_CLOSURE"),
                ("666677778888", "of unknown status")
            ]
        );
    }
}
