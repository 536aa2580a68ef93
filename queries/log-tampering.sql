-- title: Logging and security services switched off or narrowed
-- step: 6
-- look for: from this moment on the logs may say nothing: the time until it was switched on again is unknown
SELECT time, principal, name, outcome, region, account, source_address, request
FROM events
WHERE base_name IN (
  'StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'DeleteEventDataStore', 'UpdateEventDataStore',
  'StopEventDataStoreIngestion', 'DeleteDetector', 'UpdateDetector', 'StopMonitoringMembers', 'DisassociateMembers',
  'DisassociateFromMasterAccount', 'DisassociateFromAdministratorAccount', 'CreateFilter', 'UpdateIPSet',
  'DeleteFlowLogs', 'StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'DeleteDeliveryChannel',
  'DisableSecurityHub', 'BatchDisableStandards', 'DeleteAnalyzer', 'DeleteLogGroup', 'DeleteLogStream',
  'PutRetentionPolicy', 'DeleteAlarms', 'DisableAlarmActions', 'DisableRule', 'DeleteRule', 'LeaveOrganization',
  'DisableOrganizationAdminAccount', 'DeleteBucketLifecycle', 'PutBucketLifecycleConfiguration', 'PutBucketLogging')
ORDER BY time
