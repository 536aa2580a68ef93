-- title: Networks and buckets opened
-- step: 7
-- look for: 0.0.0.0/0 or ::/0, ports 22 and 3389, public access blocks taken away
SELECT time, principal, name, outcome, region, request
FROM events
WHERE base_name IN (
  'AuthorizeSecurityGroupIngress', 'ModifySecurityGroupRules', 'CreateNetworkAclEntry', 'ReplaceNetworkAclEntry',
  'DeletePublicAccessBlock', 'PutPublicAccessBlock', 'DeleteAccountPublicAccessBlock', 'PutAccountPublicAccessBlock',
  'PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketAcl', 'PutObjectAcl', 'PutBucketCors', 'PutBucketWebsite',
  'ModifyDBInstance', 'CreateInternetGateway', 'AssociateAddress', 'CreateFunctionUrlConfig')
ORDER BY time
