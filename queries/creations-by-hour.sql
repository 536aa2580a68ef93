-- title: Resources created, by hour and principal
-- step: 8
-- look for: hours in which a principal makes what it never made before
-- param principal = : ARN or name of one principal, or a part of it; all when empty
SELECT date_trunc('hour', time) AS hour, principal, source, base_name, region, count(*) AS events
FROM events
WHERE outcome = 'success' AND category = 'management' AND contains(principal, $principal)
  AND (starts_with(base_name, 'Create') OR starts_with(base_name, 'Run') OR starts_with(base_name, 'Put')
    OR starts_with(base_name, 'Register') OR starts_with(base_name, 'Request') OR starts_with(base_name, 'Start'))
GROUP BY hour, principal, source, base_name, region
ORDER BY hour, principal
