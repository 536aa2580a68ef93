-- title: Calls that were refused first and later succeeded
-- step: 7
-- look for: a grant in between: somebody gave itself rights
WITH tries AS (
  SELECT principal, source, base_name,
         min(time) FILTER (WHERE outcome = 'denied') AS first_denied,
         count(*) FILTER (WHERE outcome = 'denied') AS denied,
         max(time) FILTER (WHERE outcome = 'success') AS last_success,
         count(*) FILTER (WHERE outcome = 'success') AS succeeded
  FROM events
  WHERE category = 'management'
  GROUP BY principal, source, base_name)
SELECT principal, source, base_name, denied, first_denied, succeeded, last_success
FROM tries
WHERE last_success > first_denied
ORDER BY first_denied
