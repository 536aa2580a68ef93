-- title: Objects read from each bucket, by principal and size
-- step: 10
-- look for: a principal that reads a bucket for the first time and nearly all of it; compare with its other days
SELECT principal, json_get_str(request, 'bucketName') AS bucket, date_trunc('day', time) AS day, count(*) AS reads,
       count(DISTINCT json_get_str(request, 'key')) AS objects,
       sum(cast(json_get_float(additional, 'bytesTransferredOut') AS bigint)) AS bytes,
       min(time) AS first, max(time) AS last
FROM events
WHERE source = 's3.amazonaws.com' AND category = 'data' AND outcome = 'success'
  AND name IN ('GetObject', 'GetObjectTorrent', 'SelectObjectContent', 'CopyObject', 'UploadPartCopy')
GROUP BY principal, bucket, day
ORDER BY bytes DESC NULLS LAST, reads DESC
