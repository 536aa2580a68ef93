-- title: Secrets, parameters and keys that were read or used
-- step: 10
-- look for: everything read here is known to the attacker: rotate it; a first reader is worse than a busy one
SELECT principal, source, name,
       coalesce(json_get_str(request, 'secretId'), json_get_str(request, 'name'), json_get_str(request, 'path'),
                json_get_str(request, 'keyId')) AS what,
       outcome, count(*) AS events, min(time) AS first, max(time) AS last
FROM events
WHERE source IN ('secretsmanager.amazonaws.com', 'ssm.amazonaws.com', 'kms.amazonaws.com')
  AND base_name IN ('GetSecretValue', 'BatchGetSecretValue', 'GetParameter', 'GetParameters', 'GetParametersByPath',
                    'Decrypt', 'ScheduleKeyDeletion', 'DisableKey', 'PutKeyPolicy', 'CreateGrant')
  AND identity_type <> 'AWSService' AND invoked_by IS NULL
GROUP BY principal, source, name, what, outcome
ORDER BY first DESC
