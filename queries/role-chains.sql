-- title: Who assumed which role, across accounts first
-- step: 12
-- look for: callers of accounts you do not know; a role assumed by a role assumed by a role
SELECT CASE WHEN identity_account <> account THEN 'other account' ELSE 'same account' END AS caller,
       principal, identity_account, json_get_str(request, 'roleArn') AS role,
       json_get_str(request, 'roleSessionName') AS session, outcome, count(*) AS events, min(time) AS first,
       max(time) AS last
FROM events
WHERE source = 'sts.amazonaws.com' AND starts_with(name, 'AssumeRole') AND identity_type <> 'AWSService'
GROUP BY caller, principal, identity_account, role, session, outcome
ORDER BY caller, first
