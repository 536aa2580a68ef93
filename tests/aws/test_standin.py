#!/usr/bin/env python3
"""The stand-in's own tests: that it refuses, pages, records and fails the way AWS does. `make standin` runs them."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from standin.loopback import forget_aws_environment

forget_aws_environment()

import boto3  # noqa: E402
import compare_with_boto3  # noqa: E402
import find_secrets  # noqa: E402
import seed as seeder  # noqa: E402
from botocore import UNSIGNED  # noqa: E402
from botocore.config import Config  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402
from story.account import ACCOUNT, INTRUDER, Caller, allow, document, grant, trust  # noqa: E402

HERE = Path(__file__).parent
SERVER = HERE / "server.py"
DENY_ALL = {"Effect": "Deny", "Action": "*", "Resource": "*"}
REFUSALS = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"}


def start(*arguments: str) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen([sys.executable, str(SERVER), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())["endpoint"]


@contextlib.contextmanager
def running(*arguments: str) -> Iterator[str]:
    process, endpoint = start(*arguments)
    try:
        yield endpoint
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def post(endpoint: str, path: str, body: Any = None, method: str = "POST") -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(endpoint + path, data=data, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read() or b"null")


def code(call: Any) -> str:
    """The error's code, or `OK`."""
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "OK"


class Strict(unittest.TestCase):
    """One strict server for the class, reset for each test."""

    arguments: tuple[str, ...] = ()
    endpoint: str

    @classmethod
    def setUpClass(cls) -> None:
        cls.endpoint = cls.enterClassContext(running("--strict", *cls.arguments))

    def setUp(self) -> None:
        self.enforce(False)
        post(self.endpoint, "/moto-api/reset", b"")
        self.root = Caller(self.endpoint)

    def enforce(self, on: bool = True) -> None:
        post(self.endpoint, "/moto-api/reset-auth", b"0" if on else b"inf")

    def user(self, name: str, *statements: dict[str, Any]) -> Caller:
        iam = self.root("iam")
        iam.create_user(UserName=name)
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document(*statements))
        return Caller(self.endpoint, iam.create_access_key(UserName=name)["AccessKey"])

    def role(self, name: str, trusted: str, *statements: dict[str, Any]) -> str:
        iam = self.root("iam")
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusted)["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*(statements or (allow("*"),))))
        return str(arn)

    def assume(self, caller: Caller, arn: str, **more: Any) -> Caller:
        return Caller(self.endpoint, caller("sts").assume_role(RoleArn=arn, RoleSessionName="responder", **more)["Credentials"])


def instances(caller: Caller, region: str = "us-east-1") -> str:
    return code(lambda: caller("ec2", region).describe_instances())


class Keys(Strict):
    """What a key is worth: active, inactive, deleted, wrong."""

    def test_inactive_key_is_refused_everywhere(self) -> None:
        caller = self.user("u", allow("*"))
        key = caller.credentials["AccessKeyId"]
        self.enforce()
        self.assertEqual(instances(caller), "OK")
        self.enforce(False)
        self.root("iam").update_access_key(UserName="u", AccessKeyId=key, Status="Inactive")
        self.enforce()
        self.assertEqual(instances(caller), "AuthFailure")
        self.assertEqual(code(lambda: caller("s3").list_buckets()), "InvalidAccessKeyId")
        self.assertEqual(code(lambda: caller("sts").get_caller_identity()), "InvalidClientTokenId")
        self.assertEqual(code(lambda: caller("lambda").list_functions()), "UnrecognizedClientException")
        self.assertEqual(code(lambda: caller("dynamodb").list_tables()), "UnrecognizedClientException")

    def test_deleted_unknown_and_wrongly_signed(self) -> None:
        caller = self.user("u", allow("*"))
        wrong = Caller(self.endpoint, {**caller.credentials, "SecretAccessKey": "x" * 40})
        unknown = Caller(self.endpoint, {"AccessKeyId": "AKIAQQQQQQQQQQQQQQQQ", "SecretAccessKey": "x" * 40})
        self.enforce()
        self.assertEqual(code(lambda: wrong("sts").get_caller_identity()), "SignatureDoesNotMatch")
        self.assertEqual(code(lambda: wrong("s3").list_buckets()), "SignatureDoesNotMatch")
        self.assertEqual(code(lambda: wrong("lambda").list_functions()), "InvalidSignatureException")
        self.assertEqual(code(lambda: unknown("iam").list_users()), "InvalidClientTokenId")
        self.assertEqual(code(lambda: caller("iam").delete_access_key(UserName="u", AccessKeyId=caller.credentials["AccessKeyId"])), "OK")
        self.assertEqual(code(lambda: caller("iam").list_users()), "InvalidClientTokenId")

    def test_rest_services_accept_a_right_signature(self) -> None:
        caller = self.user("u", allow("*"))
        self.enforce()
        for service, method in (("lambda", "list_functions"), ("apigateway", "get_rest_apis"), ("eks", "list_clusters"), ("guardduty", "list_detectors"),
                                ("cloudfront", "list_distributions"), ("route53", "list_hosted_zones"), ("scheduler", "list_schedules"),
                                ("efs", "describe_file_systems"), ("s3", "list_buckets"), ("sesv2", "list_email_identities"), ("backup", "list_backup_vaults")):
            self.assertEqual(code(getattr(caller(service), method)), "OK", service)

    def test_odd_names_are_signed_right(self) -> None:
        caller = self.user("u", allow("*"))
        self.enforce()
        s3 = caller("s3")
        s3.create_bucket(Bucket="odd-names")
        for key in ("a b/c+d", "ü/ö", "x=y&z", "tilde~dot.", "a//b"):
            s3.put_object(Bucket="odd-names", Key=key, Body=b"x")
            self.assertEqual(s3.get_object(Bucket="odd-names", Key=key)["Body"].read(), b"x", key)
        signer = boto3.client("s3", region_name="us-east-1", endpoint_url=self.endpoint, aws_access_key_id=caller.credentials["AccessKeyId"],
                              aws_secret_access_key=caller.credentials["SecretAccessKey"], config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))
        address = signer.generate_presigned_url("get_object", {"Bucket": "odd-names", "Key": "a b/c+d"})
        self.assertEqual(urllib.request.urlopen(address).read(), b"x")
        with self.assertRaises(urllib.error.HTTPError):
            urllib.request.urlopen(address.replace("X-Amz-Expires=3600", "X-Amz-Expires=3601"))
        caller("iam").create_user(UserName="a+b=c,d@e", Tags=[{"Key": "k k", "Value": "v + v & w"}])
        self.assertEqual(code(lambda: caller("lambda").get_function(FunctionName=f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:none")), "ResourceNotFoundException")

    def test_session_tokens(self) -> None:
        caller = self.user("u", allow("*"))
        self.enforce()
        session = Caller(self.endpoint, caller("sts").get_session_token()["Credentials"])
        self.assertEqual(instances(session), "OK")
        self.assertTrue(session("sts").get_caller_identity()["Arn"].endswith(":user/u"))
        stolen = Caller(self.endpoint, {**session.credentials, "SessionToken": "other"})
        self.assertEqual(code(lambda: stolen("iam").list_users()), "InvalidClientTokenId")
        federated = caller("sts").get_federation_token(Name="guest", Policy=document(allow("s3:*")))["Credentials"]
        guest = Caller(self.endpoint, federated)
        self.assertEqual(code(lambda: guest("s3").list_buckets()), "OK")
        self.assertIn(instances(guest), REFUSALS)


class Policies(Strict):
    """Which statement holds for which call: (name, statements, what ec2:DescribeInstances in us-east-1 answers)."""

    def test_statements(self) -> None:
        everything = allow("*")
        old = {"DateLessThan": {"aws:TokenIssueTime": "2099-01-01T00:00:00Z"}}
        cases: list[tuple[str, list[dict[str, Any]], bool]] = [
            ("nothing", [], False), ("allow all", [everything], True), ("deny all", [everything, DENY_ALL], False),
            ("deny by NotAction", [everything, {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}], False),
            ("deny by NotAction spares", [everything, {"Effect": "Deny", "NotAction": "ec2:*", "Resource": "*"}], True),
            ("deny by NotResource", [everything, {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::x"}], False),
            ("region asked for", [everything, DENY_ALL | {"Condition": {"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}}], True),
            ("other region", [everything, DENY_ALL | {"Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}}], False),
            ("issue time is not that of a long-term key", [everything, DENY_ALL | {"Condition": old}], True),
            ("issue time if it exists", [everything, DENY_ALL | {"Condition": {"DateLessThanIfExists": old["DateLessThan"]}}], False),
            ("address", [allow("*", Condition={"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}})], True),
            ("other address", [allow("*", Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})], False),
            ("wildcards and case", [allow("EC2:describe*")], True), ("another action", [allow("ec2:Run*")], False),
            ("MFA is absent", [allow("*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})], False),
            ("null", [allow("*", Condition={"Null": {"aws:TokenIssueTime": "true"}})], True),
            ("list call, resource named", [allow("ec2:DescribeInstances", f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-1")], False),
            ("name in a variable", [allow("*", Condition={"StringEquals": {"aws:username": "${aws:username}"}})], True),
        ]
        callers = [(name, self.user(f"u{number}", *statements), expected) for number, (name, statements, expected) in enumerate(cases)]
        self.enforce()
        for name, caller, expected in callers:
            with self.subTest(name):
                self.assertEqual(instances(caller), "OK" if expected else "UnauthorizedOperation")

    def test_resources_other_than_of_s3(self) -> None:
        iam = self.root("iam")
        for name in ("alice", "bob"):
            iam.create_user(UserName=name)
        one = self.user("one", allow("iam:*", f"arn:aws:iam::{ACCOUNT}:user/alice"))
        all_but = self.user("allbut", allow("*"), {"Effect": "Deny", "Action": "iam:*", "Resource": f"arn:aws:iam::{ACCOUNT}:user/bob"})
        self.enforce()
        self.assertEqual(code(lambda: one("iam").get_user(UserName="alice")), "OK")
        self.assertEqual(code(lambda: one("iam").get_user(UserName="bob")), "AccessDenied")
        self.assertEqual(code(lambda: all_but("iam").get_user(UserName="alice")), "OK")
        self.assertEqual(code(lambda: all_but("iam").get_user(UserName="bob")), "AccessDenied")

    def test_attached_and_group_policies(self) -> None:
        caller, iam = self.user("u"), self.root("iam")
        arn = iam.create_policy(PolicyName="all", PolicyDocument=document(allow("*")))["Policy"]["Arn"]
        iam.create_group(GroupName="g")
        iam.attach_group_policy(GroupName="g", PolicyArn=arn)
        iam.add_user_to_group(GroupName="g", UserName="u")
        self.enforce()
        self.assertEqual(instances(caller), "OK")
        self.enforce(False)
        iam.attach_user_policy(UserName="u", PolicyArn="arn:aws:iam::aws:policy/AWSDenyAll")
        self.enforce()
        self.assertEqual(instances(caller), "UnauthorizedOperation")

    def test_boundaries(self) -> None:
        caller, iam = self.user("u", allow("*")), self.root("iam")
        boundary = iam.create_policy(PolicyName="edge", PolicyDocument=document(allow("s3:*")))["Policy"]["Arn"]
        iam.put_user_permissions_boundary(UserName="u", PermissionsBoundary=boundary)
        self.assertEqual(iam.get_user(UserName="u")["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"], boundary)
        details = iam.get_account_authorization_details(Filter=["User"])["UserDetailList"]
        self.assertEqual(details[0]["PermissionsBoundary"]["PermissionsBoundaryArn"], boundary)
        role = self.role("r", trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
        iam.put_role_permissions_boundary(RoleName="r", PermissionsBoundary=boundary)
        other = self.user("v", allow("*"))
        self.enforce()
        self.assertEqual((instances(caller), code(lambda: caller("s3").list_buckets())), ("UnauthorizedOperation", "OK"))
        session = self.assume(other, role)
        self.assertEqual((instances(session), code(lambda: session("s3").list_buckets())), ("UnauthorizedOperation", "OK"))
        other("iam").delete_user_permissions_boundary(UserName="u")
        self.assertEqual(instances(caller), "OK")

    def test_control_policies(self) -> None:
        organizations = self.root("organizations")
        organizations.create_organization(FeatureSet="ALL")
        root = organizations.list_roots()["Roots"][0]["Id"]
        organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
        member = organizations.create_account(AccountName="m", Email="m@acme.example")["CreateAccountStatus"]["AccountId"]
        caller = self.user("u", allow("*"))
        self.enforce()
        inside = self.assume(caller, f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole")
        self.assertEqual(inside("sts").get_caller_identity()["Account"], member)
        self.assertEqual(instances(inside), "OK")
        self.enforce(False)
        narrow = document({"Effect": "Deny", "Action": "s3:*", "Resource": "*"})
        policy = organizations.create_policy(Name="narrow", Description="", Type="SERVICE_CONTROL_POLICY", Content=narrow)["Policy"]["PolicySummary"]["Id"]
        organizations.attach_policy(PolicyId=policy, TargetId=root)
        self.enforce()
        self.assertEqual((instances(inside), code(lambda: inside("s3").list_buckets()), code(lambda: caller("s3").list_buckets())), ("OK", "AccessDenied", "OK"))
        self.enforce(False)
        policy = organizations.create_policy(Name="stop", Description="", Type="SERVICE_CONTROL_POLICY", Content=document(DENY_ALL))["Policy"]["PolicySummary"]["Id"]
        organizations.attach_policy(PolicyId=policy, TargetId=member)
        self.enforce()
        self.assertEqual((instances(inside), instances(caller)), ("UnauthorizedOperation", "OK"))


class Trust(Strict):
    """Who may become a role, and how a session ends."""

    def test_trust(self) -> None:
        caller, nobody = self.user("u", allow("*")), self.user("n")
        me = f"arn:aws:iam::{ACCOUNT}:user/u"
        denied = json.loads(trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
        denied["Statement"].append({"Effect": "Deny", "Principal": {"AWS": me}, "Action": "sts:AssumeRole"})
        external = trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Condition={"StringEquals": {"sts:ExternalId": "x1"}})
        arns = {name: self.role(name, trusted) for name, trusted in {
            "whole": trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), "me": trust({"AWS": me}), "other": trust({"AWS": f"arn:aws:iam::{ACCOUNT}:user/z"}),
            "foreign": trust({"AWS": f"arn:aws:iam::{INTRUDER}:root"}), "denied": json.dumps(denied), "external": external,
            "named": trust({"AWS": f"arn:aws:iam::{ACCOUNT}:user/n"})}.items()}
        arns["missing"] = f"arn:aws:iam::{ACCOUNT}:role/missing"
        self.enforce()

        def may(who: Caller, name: str, **more: Any) -> bool:
            return code(lambda: self.assume(who, arns[name], **more)) == "OK"

        self.assertEqual({name: may(caller, name) for name in arns},
                         {"whole": True, "me": True, "other": False, "foreign": False, "denied": False, "external": False, "named": False, "missing": False})
        self.assertTrue(may(caller, "external", ExternalId="x1"))
        self.assertTrue(may(nobody, "named"), "trust that names a user of the same account is enough")
        self.assertFalse(may(nobody, "whole"), "trust in the account needs a permission of the user")

    def test_revoked_session_and_a_new_one(self) -> None:
        caller = self.user("u", allow("*"))
        arn = self.role("r", trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
        self.enforce()
        old = self.assume(caller, arn)
        self.assertEqual(instances(old), "OK")
        cut = datetime.now(UTC) + timedelta(milliseconds=200)
        caller("iam").put_role_policy(RoleName="r", PolicyName="AWSRevokeOlderSessions", PolicyDocument=document(
            DENY_ALL | {"Condition": {"DateLessThan": {"aws:TokenIssueTime": cut.isoformat()}}}))
        self.assertEqual(instances(old), "UnauthorizedOperation")
        time.sleep(0.3)
        self.assertEqual(instances(self.assume(caller, arn)), "OK")

    def test_session_policy_narrows(self) -> None:
        caller = self.user("u", allow("*"))
        arn = self.role("r", trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
        self.enforce()
        narrow = self.assume(caller, arn, Policy=document(allow("s3:*")))
        self.assertEqual((instances(narrow), code(lambda: narrow("s3").list_buckets())), ("UnauthorizedOperation", "OK"))

    def test_bucket_policies(self) -> None:
        caller, s3 = self.user("u", allow("*")), self.root("s3")
        anonymous = boto3.client("s3", endpoint_url=self.endpoint, region_name="us-east-1", config=Config(signature_version=UNSIGNED, s3={"addressing_style": "path"}))
        for bucket in ("closed", "opened", "plain-one"):
            s3.create_bucket(Bucket=bucket)
            s3.put_object(Bucket=bucket, Key="k", Body=b"x")
        everything = ["arn:aws:s3:::closed", "arn:aws:s3:::closed/*"]
        s3.put_bucket_policy(Bucket="closed", Policy=document({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": everything}))
        s3.put_bucket_policy(Bucket="opened", Policy=document(grant("*", "s3:GetObject", "arn:aws:s3:::opened/*")))
        self.enforce()
        self.assertEqual({bucket: (code(lambda b=bucket: caller("s3").get_object(Bucket=b, Key="k")), code(lambda b=bucket: anonymous.get_object(Bucket=b, Key="k")))
                          for bucket in ("closed", "opened", "plain-one")},
                         {"closed": ("AccessDenied", "AccessDenied"), "opened": ("OK", "OK"), "plain-one": ("OK", "AccessDenied")})


class Answers(Strict):
    """Fixtures, missing operations, event history, additions."""

    def test_missing_operations_are_501_in_json(self) -> None:
        for service, method, arguments in (("pricing", "get_products", {"ServiceCode": "x"}), ("guardduty", "list_coverage", {"DetectorId": "d"}),
                                           ("lambda", "get_account_settings", {})):
            with self.assertRaises(ClientError) as caught:
                getattr(self.root(service), method)(**arguments)
            self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], 501, service)
            self.assertEqual(caught.exception.response["Error"]["Code"], "NotImplemented")

    def test_fixtures_in_each_protocol(self) -> None:
        fixtures = [
            {"service": "ec2", "operation": "DescribeSpotDatafeedSubscription", "reply": {"SpotDatafeedSubscription": {"Bucket": "feed"}}},
            {"service": "iam", "operation": "GetServiceLastAccessedDetails", "error": {"code": "NoSuchEntity", "message": "none"}, "status": 404},
            {"service": "ce", "operation": "GetCostForecast", "reply": {"Total": {"Amount": "12", "Unit": "USD"}}, "times": 1},
            {"service": "cloudfront", "operation": "ListKeyValueStores", "reply": {"KeyValueStoreList": {"MaxItems": 1, "Quantity": 0}}},
            {"service": "lambda", "operation": "GetAccountSettings", "region": "eu-west-1", "reply": {"AccountUsage": {"FunctionCount": 7}}},
            {"service": "sts", "operation": "GetCallerIdentity", "raw": "<html>captive portal</html>", "status": 404, "headers": {"Content-Type": "text/html"}, "times": 1}]
        self.assertEqual(post(self.endpoint, "/fixtures", fixtures), {"fixtures": 6})
        self.assertEqual(self.root("ec2").describe_spot_datafeed_subscription()["SpotDatafeedSubscription"]["Bucket"], "feed")
        self.assertEqual(code(lambda: self.root("iam").get_service_last_accessed_details(JobId="x" * 36)), "NoSuchEntity")
        period = {"TimePeriod": {"Start": "2026-01-01", "End": "2026-02-01"}, "Metric": "BLENDED_COST", "Granularity": "MONTHLY"}
        self.assertEqual(self.root("ce").get_cost_forecast(**period)["Total"]["Amount"], "12")
        self.assertEqual(code(lambda: self.root("ce").get_cost_forecast(**period)), "NotImplemented")
        self.assertEqual(self.root("cloudfront").list_key_value_stores()["KeyValueStoreList"]["Quantity"], 0)
        self.assertEqual(self.root("lambda", "eu-west-1").get_account_settings()["AccountUsage"]["FunctionCount"], 7)
        self.assertEqual(code(lambda: self.root("lambda").get_account_settings()), "NotImplemented")
        with self.assertRaises(Exception):
            self.root("sts").get_caller_identity()
        self.assertEqual(self.root("sts").get_caller_identity()["Account"], ACCOUNT)
        post(self.endpoint, "/fixtures", method="DELETE")
        self.assertEqual(code(lambda: self.root("lambda", "eu-west-1").get_account_settings()), "NotImplemented")
        with self.assertRaises(urllib.error.HTTPError):
            post(self.endpoint, "/fixtures", [{"service": "ec2"}])

    def test_event_history_holds_what_was_called(self) -> None:
        caller = self.user("u", allow(["iam:*", "cloudtrail:*"]))
        self.enforce()
        key = caller("iam").create_access_key(UserName="u")["AccessKey"]
        caller("iam").create_login_profile(UserName="u", Password="Never-In-A-Log-1!")
        self.assertEqual(instances(caller, "eu-west-1"), "UnauthorizedOperation")
        trail = caller("cloudtrail")

        def find(name: str, value: str, region: str = "us-east-1") -> list[dict[str, Any]]:
            pages = caller("cloudtrail", region).get_paginator("lookup_events").paginate(LookupAttributes=[{"AttributeKey": name, "AttributeValue": value}])
            return [json.loads(event["CloudTrailEvent"]) for page in pages for event in page["Events"]]

        made = next(event for event in find("EventName", "CreateAccessKey") if event["userIdentity"].get("userName") == "u")
        self.assertEqual(made["userIdentity"]["type"], "IAMUser")
        self.assertEqual(made["requestParameters"], {"userName": "u"})
        self.assertEqual(made["responseElements"]["accessKey"]["accessKeyId"], key["AccessKeyId"])
        everything = json.dumps([event for name in ("CreateAccessKey", "CreateLoginProfile", "CreateUser") for event in find("EventName", name)])
        self.assertNotIn(key["SecretAccessKey"], everything)
        self.assertNotIn("Never-In-A-Log-1!", everything)
        refused = find("EventName", "DescribeInstances", "eu-west-1")
        self.assertEqual([(event["errorCode"], event["awsRegion"]) for event in refused], [("Client.UnauthorizedOperation", "eu-west-1")])
        self.assertEqual(find("Username", "nobody"), [])
        self.assertEqual({event["userIdentity"]["accessKeyId"] for event in find("AccessKeyId", caller.credentials["AccessKeyId"])}, {caller.credentials["AccessKeyId"]})
        first = trail.lookup_events(MaxResults=2)
        self.assertEqual(len(first["Events"]), 2)
        second = trail.lookup_events(MaxResults=2, NextToken=first["NextToken"])
        self.assertFalse({event["EventId"] for event in first["Events"]} & {event["EventId"] for event in second["Events"]})
        two = [{"AttributeKey": "EventName", "AttributeValue": "a"}, {"AttributeKey": "Username", "AttributeValue": "b"}]
        self.assertEqual(code(lambda: trail.lookup_events(LookupAttributes=two)), "InvalidLookupAttributesException")
        self.assertEqual(trail.lookup_events(EndTime=datetime(2020, 1, 1, tzinfo=UTC))["Events"], [])

    def test_additions_keep_state(self) -> None:
        iam, account, ec2 = self.root("iam"), self.root("account"), self.root("ec2", "eu-west-1")
        iam.create_user(UserName="u")
        made = iam.create_service_specific_credential(UserName="u", ServiceName="bedrock.amazonaws.com")["ServiceSpecificCredential"]
        listed = iam.list_service_specific_credentials(UserName="u")["ServiceSpecificCredentials"]
        self.assertEqual([item["ServiceSpecificCredentialId"] for item in listed], [made["ServiceSpecificCredentialId"]])
        self.assertNotIn("ServiceCredentialSecret", listed[0])
        iam.update_service_specific_credential(UserName="u", ServiceSpecificCredentialId=made["ServiceSpecificCredentialId"], Status="Inactive")
        self.assertEqual(iam.list_service_specific_credentials(UserName="u")["ServiceSpecificCredentials"][0]["Status"], "Inactive")
        iam.delete_service_specific_credential(UserName="u", ServiceSpecificCredentialId=made["ServiceSpecificCredentialId"])
        self.assertEqual(iam.list_service_specific_credentials()["ServiceSpecificCredentials"], [])
        account.enable_region(RegionName="af-south-1")
        enabled = {region["RegionName"] for region in ec2.describe_regions()["Regions"]}
        self.assertTrue("af-south-1" in enabled and "me-south-1" not in enabled)
        self.assertEqual([r["RegionName"] for r in account.list_regions(RegionOptStatusContains=["ENABLED"])["Regions"]], ["af-south-1"])
        ec2.modify_instance_metadata_defaults(HttpTokens="required")
        self.assertEqual(ec2.get_instance_metadata_defaults()["AccountLevel"], {"HttpTokens": "required"})
        self.assertEqual(self.root("ec2").get_instance_metadata_defaults()["AccountLevel"], {})
        detector = self.root("guardduty").create_detector(Enable=True)["DetectorId"]
        self.root("guardduty").create_sample_findings(DetectorId=detector)
        found = self.root("guardduty").list_findings(DetectorId=detector)["FindingIds"]
        self.assertEqual(len(self.root("guardduty").get_findings(DetectorId=detector, FindingIds=found)["Findings"]), 2)
        iam.generate_credential_report()
        self.assertEqual(iam.get_credential_report()["Content"].decode().splitlines()[1].split(",")[0], "<root_account>")
        decision = iam.simulate_principal_policy(PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:user/u", ActionNames=["ec2:RunInstances"])
        self.assertEqual(decision["EvaluationResults"][0]["EvalDecision"], "implicitDeny")

    def test_s3_control_by_header(self) -> None:
        control = self.root("s3control")
        control.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
        self.assertTrue(control.get_public_access_block(AccountId=ACCOUNT)["PublicAccessBlockConfiguration"]["BlockPublicAcls"])
        self.assertEqual(control.list_access_points(AccountId=ACCOUNT)["AccessPointList"], [])

    def test_paging(self) -> None:
        iam = self.root("iam")
        for number in range(7):
            iam.create_user(UserName=f"u{number}")
            iam.create_group(GroupName=f"g{number}")
        self.assertEqual([len(page["Users"]) for page in iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 3})], [3, 3, 1])
        first = iam.list_users(MaxItems=3)
        self.assertTrue(first["IsTruncated"] and first["Marker"])
        details = iam.get_paginator("get_account_authorization_details").paginate(Filter=["User", "Group"], PaginationConfig={"PageSize": 4})
        sizes = [(len(page["UserDetailList"]), len(page["GroupDetailList"])) for page in details]
        self.assertEqual(sum(users for users, _ in sizes), 7)
        self.assertEqual(sum(groups for _, groups in sizes), 7)
        self.assertTrue(all(sum(size) <= 4 for size in sizes) and len(sizes) == 4)
        ec2 = self.root("ec2")
        for _ in range(6):
            ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)
        pages = list(ec2.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 5}))
        self.assertEqual([len(page["Reservations"]) for page in pages], [5, 1])


class Denied(unittest.TestCase):
    def test_denied_services_and_small_pages_and_the_rate(self) -> None:
        with running("--strict", "--deny", "ec2", "--deny", "lambda", "--deny", "s3", "--deny", "sns", "--page-size", "2", "--lookup-rate", "2") as endpoint:
            root = Caller(endpoint)
            self.assertEqual(instances(root), "UnauthorizedOperation")
            self.assertEqual(code(lambda: root("lambda").list_functions()), "AccessDeniedException")
            self.assertEqual(code(lambda: root("s3").list_buckets()), "AccessDenied")
            self.assertEqual(code(lambda: root("sns").list_topics()), "AuthorizationError")
            for number in range(5):
                root("dynamodb").create_table(TableName=f"t{number}", BillingMode="PAY_PER_REQUEST", AttributeDefinitions=[
                    {"AttributeName": "i", "AttributeType": "S"}], KeySchema=[{"AttributeName": "i", "KeyType": "HASH"}])
                root("ecr").create_repository(repositoryName=f"r{number}")
            self.assertEqual([len(page["repositories"]) for page in root("ecr").get_paginator("describe_repositories").paginate()], [2, 2, 1])
            codes = [code(lambda: root("cloudtrail").lookup_events()) for _ in range(4)]
            self.assertEqual(codes, ["OK", "OK", "ThrottlingException", "ThrottlingException"])
            self.assertEqual(code(lambda: root("cloudtrail", "eu-west-1").lookup_events()), "OK")
            time.sleep(1.1)
            self.assertEqual(code(lambda: root("cloudtrail").lookup_events()), "OK")


class Seeded(unittest.TestCase):
    """The story on a strict server, twice; every operation of the comparison's list answers."""

    def test_the_same_story_twice_and_all_of_it_to_be_seen(self) -> None:
        with running("--strict") as endpoint:
            first = seeder.seed(endpoint)
            second = seeder.seed(endpoint)
            self.assertEqual(json.dumps(first), json.dumps(second))
            self.assertEqual(seeder.unseen(endpoint, second), [])
            self.assertEqual(second["unsupported"], [])
            malicious = [item for item in second["items"] if item["malicious"]]
            self.assertGreaterEqual(len(malicious), 45)
            self.assertGreaterEqual(len(second["items"]) - len(malicious), 12)
            self.assertGreaterEqual(len({item["region"] for item in malicious}), 4)
            self.assertEqual(len({item["id"] for item in second["items"]}), len(second["items"]))
            cases = compare_with_boto3.read_list(compare_with_boto3.LIST)
            compare_with_boto3.reference(compare_with_boto3.Boto(endpoint), cases)
            self.assertEqual([f"{case.title}: {case.unanswered}" for case in cases if case.unanswered], [])
            self.assertGreaterEqual(len({(case.service, case.operation) for case in cases}), 150)
            self.assertGreaterEqual(len({case.service for case in cases}), 40)


class Scripts(unittest.TestCase):
    def test_secrets_are_found_in_every_form(self) -> None:
        self.assertEqual(find_secrets.self_test(), 0)

    def test_differences_are_told(self) -> None:
        differ = compare_with_boto3.differences
        self.assertEqual(differ({"a": [1, {"t": "2026-01-01T00:00:00+00:00"}]}, {"a": [1, {"t": "2026-01-01T01:00:00+01:00"}]}), [])
        for expected, got in (({"a": 1}, {}), ({}, {"a": 1}), ([1], [1, 2]), (1, True), ("1", 1), (None, ""), ("2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z")):
            self.assertTrue(differ(expected, got), (expected, got))

    def test_the_server_ends_with_its_starter_and_stays_on_loopback(self) -> None:
        process, endpoint = start("--strict")
        self.assertTrue(endpoint.startswith("http://127.0.0.1:"))
        process.stdin.close()
        self.assertEqual(process.wait(5), 0)
        process.stdout.close()
        script = f"import sys; sys.path.insert(0, {str(HERE)!r}); from standin.loopback import stay_on_loopback; stay_on_loopback(); import socket\n"
        for attempt in ("socket.create_connection(('192.0.2.1', 80), 1)", "socket.getaddrinfo('sts.amazonaws.com', 443)"):
            run = subprocess.run([sys.executable, "-c", script + attempt], capture_output=True, text=True, timeout=20, check=False)
            self.assertIn("stays on loopback", run.stderr)


def main() -> int:
    """The long test next to all others, each with servers of its own."""
    long = subprocess.Popen([sys.executable, "-W", "ignore", __file__, "Seeded"])
    names = [name for name, item in globals().items() if isinstance(item, type) and issubclass(item, unittest.TestCase) and name not in ("Seeded", "Strict")]
    rest = unittest.main(argv=[__file__, *names], exit=False)
    return long.wait() or int(not rest.result.wasSuccessful())


if __name__ == "__main__":
    if len(sys.argv) > 1:
        unittest.main()
    sys.exit(main())
