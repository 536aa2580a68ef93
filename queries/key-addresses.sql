-- title: Who used which key from where, and with what
-- step: 11b
-- look for: a key with a second address or a client that its owner does not use
-- param access_key = : one access key id; all long-term keys when empty
SELECT access_key_id, source_address, user_agent, principal, min(time) AS first, max(time) AS last, count(*) AS events
FROM events
WHERE (access_key_id = $access_key OR ($access_key = '' AND access_key_id LIKE 'AKIA%'))
GROUP BY access_key_id, source_address, user_agent, principal
ORDER BY access_key_id, first
