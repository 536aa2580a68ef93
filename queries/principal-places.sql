-- title: Where each principal came from, address by address
-- step: 11b
-- look for: one principal with addresses of different kinds: the office for months, then a host of a cloud for an hour
-- param principal = : ARN or name of one principal, or a part of it; all when empty
SELECT principal, source_address, min(time) AS first, max(time) AS last, count(*) AS events,
       count(*) FILTER (WHERE outcome <> 'success') AS failed, count(DISTINCT access_key_id) AS keys
FROM events
WHERE contains(principal, $principal) AND identity_type <> 'AWSService'
GROUP BY principal, source_address
ORDER BY principal, first
