-- title: Doors that were made: users, keys, roles, functions, schedules
-- step: 12
-- look for: each one made by a principal of the timeline: it must go, whatever its name says
SELECT time, principal, name,
       coalesce(json_get_str(request, 'userName'), json_get_str(request, 'roleName'),
                json_get_str(request, 'functionName'), json_get_str(request, 'name'),
                json_get_str(request, 'stackName'), json_get_str(request, 'policyName')) AS what,
       region, account, source_address
FROM events
WHERE outcome = 'success' AND base_name IN (
  'CreateUser', 'CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'CreateRole',
  'UpdateAssumeRolePolicy', 'AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy', 'PutUserPolicy',
  'PutRolePolicy', 'PutGroupPolicy', 'CreatePolicyVersion', 'SetDefaultPolicyVersion', 'AddUserToGroup',
  'CreateSAMLProvider', 'UpdateSAMLProvider', 'CreateOpenIDConnectProvider', 'AddClientIDToOpenIDConnectProvider',
  'DeactivateMFADevice', 'CreateServiceSpecificCredential', 'UploadSSHPublicKey', 'UploadSigningCertificate',
  'CreateFunction', 'UpdateFunctionCode', 'AddPermission', 'CreateFunctionUrlConfig', 'CreateEventSourceMapping',
  'PutRule', 'PutTargets', 'CreateSchedule', 'CreateStack', 'CreateRestApi', 'CreateApi', 'CreateKeyPair',
  'ImportKeyPair', 'CreateTrustAnchor', 'CreateProfile', 'CreateAccountAssignment', 'CreatePermissionSet')
ORDER BY time
