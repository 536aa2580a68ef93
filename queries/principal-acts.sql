-- title: Everything a principal did, in order
-- step: 7
-- look for: the first act that is not its own work, and what follows; calls that fail and are then tried another way
-- param principal: ARN, name or access key; a part of it is enough
SELECT time, name, outcome, error_code, region, source_address, access_key_id, user_agent, request
FROM events
WHERE contains(concat_ws(' ', principal, arn, user_name, access_key_id), $principal)
ORDER BY time
