//! Calls of CloudTrail, Config, GuardDuty and other services that log or detect: logs and detection.
//!
//! Sorted by service and call. It must not know other services.

use crate::fact::{CallFact, Logging, Loss};

/// See the module.
pub(super) const CALLS: &[CallFact] = &[
    CallFact::deletes("access-analyzer", "DeleteAnalyzer", "analyzer").logging(Logging::PartOff),
    CallFact::deletes(
        "bedrock",
        "DeleteModelInvocationLoggingConfiguration",
        "model invocation log",
    )
    .logging(Logging::PartOff),
    CallFact::creates("cloudtrail", "CreateTrail", "trail")
        .request("name")
        .undone_by(&["DeleteTrail"])
        .logging(Logging::TrailCreated),
    CallFact::deletes("cloudtrail", "DeleteEventDataStore", "event data store")
        .request("eventDataStore")
        .logging(Logging::AccountOff),
    CallFact::deletes("cloudtrail", "DeleteTrail", "trail")
        .request("name")
        .logging(Logging::TrailDeleted),
    CallFact::changes("cloudtrail", "StartLogging", "trail")
        .request("name")
        .undone_by(&["StopLogging"])
        .logging(Logging::TrailStarted),
    CallFact::deletes("cloudtrail", "StopEventDataStoreIngestion", "event data store")
        .request("eventDataStore")
        .undone_by(&["StartEventDataStoreIngestion"])
        .logging(Logging::AccountOff),
    CallFact::deletes("cloudtrail", "StopLogging", "trail")
        .request("name")
        .undone_by(&["StartLogging"])
        .logging(Logging::TrailStopped),
    CallFact::creates("config", "CreateConfigurationRecorder", "configuration recorder")
        .undone_by(&["DeleteConfigurationRecorder", "StopConfigurationRecorder"])
        .logging(Logging::Created),
    CallFact::deletes("config", "DeleteConfigurationRecorder", "configuration recorder")
        .request("configurationRecorderName")
        .logging(Logging::AccountOff),
    CallFact::deletes("config", "DeleteDeliveryChannel", "delivery channel")
        .request("deliveryChannelName")
        .logging(Logging::AccountOff),
    CallFact::deletes("config", "StopConfigurationRecorder", "configuration recorder")
        .request("configurationRecorderName")
        .undone_by(&["StartConfigurationRecorder"])
        .logging(Logging::AccountOff),
    CallFact::creates("guardduty", "CreateDetector", "GuardDuty detector")
        .response("detectorId")
        .undone_by(&["DeleteDetector"])
        .logging(Logging::Created),
    CallFact::deletes("guardduty", "DeleteDetector", "GuardDuty detector")
        .request("detectorId")
        .logging(Logging::AccountOff),
    CallFact::deletes(
        "guardduty",
        "DisassociateFromAdministratorAccount",
        "GuardDuty membership",
    )
    .request("detectorId")
    .logging(Logging::AccountOff),
    CallFact::deletes(
        "guardduty",
        "DisassociateFromMasterAccount",
        "GuardDuty membership",
    )
    .request("detectorId")
    .logging(Logging::AccountOff),
    CallFact::deletes("guardduty", "DisassociateMembers", "GuardDuty membership")
        .request("detectorId")
        .logging(Logging::AccountOff),
    CallFact::creates("logs", "CreateLogGroup", "log group")
        .request("logGroupName")
        .undone_by(&["DeleteLogGroup"]),
    CallFact::deletes("logs", "DeleteLogGroup", "log group")
        .request("logGroupName")
        .loses(Loss::Plumbing)
        .logging(Logging::Minor),
    CallFact::deletes("logs", "DeleteLogStream", "log stream")
        .request("logStreamName")
        .logging(Logging::Minor),
    CallFact::deletes("macie2", "DisableMacie", "Macie")
        .undone_by(&["EnableMacie"])
        .logging(Logging::AccountOff),
    CallFact::deletes("monitoring", "DeleteAlarms", "alarm")
        .request("alarmNames")
        .logging(Logging::Minor),
    CallFact::deletes("monitoring", "DisableAlarmActions", "alarm")
        .request("alarmNames")
        .undone_by(&["EnableAlarmActions"])
        .logging(Logging::Minor),
    CallFact::deletes(
        "organizations",
        "LeaveOrganization",
        "membership of the organization",
    )
    .logging(Logging::AccountOff),
    CallFact::creates(
        "route53resolver",
        "CreateResolverQueryLogConfig",
        "Resolver query log",
    )
    .undone_by(&[
        "DeleteResolverQueryLogConfig",
        "DisassociateResolverQueryLogConfig",
    ])
    .logging(Logging::Created),
    CallFact::deletes(
        "route53resolver",
        "DeleteResolverQueryLogConfig",
        "Resolver query log",
    )
    .request("resolverQueryLogConfigId")
    .logging(Logging::PartOff),
    CallFact::deletes(
        "route53resolver",
        "DisassociateResolverQueryLogConfig",
        "Resolver query log",
    )
    .request("resolverQueryLogConfigId")
    .logging(Logging::PartOff),
    CallFact::deletes("securityhub", "DisableSecurityHub", "Security Hub")
        .undone_by(&["EnableSecurityHub"])
        .logging(Logging::AccountOff),
];
