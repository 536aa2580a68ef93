-- title: What was deleted, ended or scheduled for it
-- step: 7
-- look for: backups, snapshots, keys and buckets; many within minutes is destruction or ransom
SELECT date_trunc('hour', time) AS hour, principal, source, base_name, outcome, region, count(*) AS events,
       min(time) AS first, max(time) AS last
FROM events
WHERE starts_with(base_name, 'Delete') OR starts_with(base_name, 'Terminate') OR starts_with(base_name, 'Deregister')
   OR base_name IN ('ScheduleKeyDeletion', 'PutBucketLifecycleConfiguration', 'DisableKey')
GROUP BY hour, principal, source, base_name, outcome, region
ORDER BY hour, events DESC
