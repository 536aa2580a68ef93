-- title: Each region: first use, principal and number of calls
-- step: 8
-- look for: regions that begin late, with few principals, and with RunInstances: nobody of yours works there
SELECT region, min(time) AS first, max(time) AS last, count(*) AS events, count(DISTINCT principal) AS principals,
       count(*) FILTER (WHERE NOT is_read AND outcome = 'success') AS changes,
       first_value(principal ORDER BY time, key) AS first_principal
FROM events
WHERE log = 'cloud-trail'
GROUP BY region
ORDER BY first DESC
