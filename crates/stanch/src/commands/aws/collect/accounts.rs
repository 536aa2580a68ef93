//! The accounts that are collected, with the regions of each.

use serde_json::Value;
use stanch_aws::client::Caller;
use stanch_collect::regions;
use stanch_core::arn::partition_of;
use stanch_core::ports::Cloud as _;
use stanch_core::snapshot::AccountScope;
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

/// The accounts that are to be asked, each with its regions.
pub(crate) fn scopes(
    session: &mut Session,
    targets: &Targets<'_>,
    caller: &Caller,
    console: &Console,
) -> Result<Vec<AccountScope>, Failure> {
    let partition = partition_of(&caller.arn).to_owned();
    let accounts = named(session, targets, &partition, console)?;
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
        match scope(session, targets, &account, &partition, console) {
            Ok(scope) => scopes.push(scope),
            Err(failure) if is_alone => return Err(failure),
            // One account of many that can't be opened must not keep the others from being looked at. Asked in its home
            // region alone, every answer of it will say why.
            Err(failure) => {
                console.failure(&failure);
                scopes.push(unopened(account, &partition));
            }
        }
    }
    Ok(scopes)
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
    Ok(members(&answer.body, console))
}

fn members(body: &Value, console: &Console) -> Vec<AccountId> {
    let mut active = Vec::new();
    for account in body["Accounts"].as_array().into_iter().flatten() {
        let id = account["Id"].as_str().unwrap_or_default();
        match account["Status"].as_str() {
            Some("ACTIVE") => active.push(id.into()),
            status => console.say(&format!(
                "Account {} is {}: not collected, so what is in it is not known",
                shown(id, 20),
                shown(status.unwrap_or("of unknown status"), 40)
            )),
        }
    }
    active
}

fn scope(
    session: &Session,
    targets: &Targets<'_>,
    account: &AccountId,
    partition: &str,
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
        let left = scope
            .regions
            .iter()
            .filter(|region| !wanted.contains(region))
            .count();
        if left > 0 {
            console.say(&format!(
                "{left} other regions of account {account} are not collected: what is in them is not known"
            ));
        }
        scope.regions.retain(|region| wanted.contains(region));
    }
    Ok(scope)
}
