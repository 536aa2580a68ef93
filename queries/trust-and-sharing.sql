-- title: What was opened to other accounts or the world
-- step: 12
-- look for: account numbers that are not yours, "*" as a principal, snapshots and images shared
SELECT time, principal, name, outcome, region, request
FROM events
WHERE (base_name IN ('ModifySnapshotAttribute', 'ModifyImageAttribute', 'ModifyDBSnapshotAttribute',
                     'ModifyDBClusterSnapshotAttribute', 'CreateResourceShare', 'AssociateResourceShare',
                     'UpdateAssumeRolePolicy', 'PutKeyPolicy', 'CreateGrant', 'PutImage', 'SetRepositoryPolicy')
    OR (base_name IN ('CreateRole', 'AddPermission', 'PutBucketPolicy', 'PutResourcePolicy')
        AND request LIKE '%rincipal%'))
  AND coalesce(invoked_by, '') = ''
ORDER BY time
