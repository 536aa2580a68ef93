-- title: First and last use of every access key
-- step: 11b
-- look for: a key first used on the day it all began; one long unused that wakes up; one nobody knows
SELECT access_key_id, min(principal) AS principal, min(time) AS first, max(time) AS last, count(*) AS events,
       count(DISTINCT source_address) AS addresses, count(DISTINCT region) AS regions
FROM events
WHERE access_key_id LIKE 'AKIA%'
GROUP BY access_key_id
ORDER BY first DESC
