-- title: What a key or session made, changed or deleted
-- step: 12
-- look for: users, keys, roles, functions, instances: each must be taken away again, and each may have made more
-- param access_key: the access key id (AKIA… or ASIA…)
SELECT time, name, region, account, request, response
FROM events
WHERE access_key_id = $access_key AND NOT is_read AND outcome = 'success' AND category = 'management'
ORDER BY time
