#!/usr/bin/env python3
"""What containment changes, on the stand-in: each change is refused where AWS refuses it, read back, and has its effect.

`make standin` runs them after those of `test_standin.py`.
"""

from __future__ import annotations

import json
import unittest
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from story.account import ACCOUNT, INTRUDER, Caller, allow, archive, document, grant, role, trust
from story.data import BLOCK
from story.identity import SSH_KEY, certificate, metadata
from test_standin import DENY_ALL, REFUSALS, Strict, code, instances

IMAGE, DENY = "ami-12c6146b", "arn:aws:iam::aws:policy/AWSDenyAll"


class Users(Strict):
    """Users and roles: where a deny fits, and what else of theirs can be switched off."""

    def test_quotas_and_the_boundary_that_always_fits(self) -> None:
        caller, iam = self.user("u", allow("*")), self.root("iam")
        long = document(*[allow("s3:GetObject", f"arn:aws:s3:::{'b' * 50}{number}") for number in range(15)])
        iam.put_user_policy(UserName="u", PolicyName="long", PolicyDocument=long)
        self.assertEqual(code(lambda: iam.put_user_policy(UserName="u", PolicyName="deny", PolicyDocument=document(DENY_ALL, *[allow("s3:*")] * 6))), "LimitExceeded")
        iam.put_user_policy(UserName="u", PolicyName="long", PolicyDocument=long)
        self.role("r", trust({"Service": "ec2.amazonaws.com"}))
        for number in range(10):
            arn = iam.create_policy(PolicyName=f"p{number}", PolicyDocument=document(allow("s3:*")))["Policy"]["Arn"]
            iam.attach_user_policy(UserName="u", PolicyArn=arn)
            iam.attach_role_policy(RoleName="r", PolicyArn=arn)
        self.assertEqual(code(lambda: iam.attach_user_policy(UserName="u", PolicyArn=DENY)), "LimitExceeded")
        self.assertEqual(code(lambda: iam.attach_role_policy(RoleName="r", PolicyArn=DENY)), "LimitExceeded")
        self.assertEqual(code(lambda: iam.attach_user_policy(UserName="u", PolicyArn=arn)), "OK")
        iam.put_user_permissions_boundary(UserName="u", PermissionsBoundary=DENY)
        self.assertEqual([user["UserName"] for user in iam.list_entities_for_policy(PolicyArn=DENY, PolicyUsageFilter="PermissionsBoundary")["PolicyUsers"]], ["u"])
        self.enforce()
        self.assertIn(instances(caller), REFUSALS)

    def test_a_boundary_from_the_start_and_protected_roles(self) -> None:
        iam = self.root("iam")
        iam.create_user(UserName="b", PermissionsBoundary=DENY)
        self.assertEqual(iam.get_user(UserName="b")["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"], DENY)
        iam.create_role(RoleName="AWSReservedSSO_x_0", Path="/aws-reserved/sso.amazonaws.com/", AssumeRolePolicyDocument=trust({"Service": "ec2.amazonaws.com"}))
        self.assertEqual(code(lambda: iam.put_role_policy(RoleName="AWSReservedSSO_x_0", PolicyName="deny", PolicyDocument=document(DENY_ALL))), "UnmodifiableEntity")

    def test_everything_else_a_user_has(self) -> None:
        self.user("u")
        iam = self.root("iam")
        ssh = iam.upload_ssh_public_key(UserName="u", SSHPublicKeyBody=SSH_KEY)["SSHPublicKey"]["SSHPublicKeyId"]
        signing = iam.upload_signing_certificate(UserName="u", CertificateBody=certificate())["Certificate"]["CertificateId"]
        iam.create_login_profile(UserName="u", Password="Example-Password-1")
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName="d")["VirtualMFADevice"]["SerialNumber"]
        iam.enable_mfa_device(UserName="u", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321")
        iam.update_ssh_public_key(UserName="u", SSHPublicKeyId=ssh, Status="Inactive")
        iam.update_signing_certificate(UserName="u", CertificateId=signing, Status="Inactive")
        iam.delete_login_profile(UserName="u")
        iam.deactivate_mfa_device(UserName="u", SerialNumber=device)
        self.assertEqual((iam.list_ssh_public_keys(UserName="u")["SSHPublicKeys"][0]["Status"], iam.list_signing_certificates(UserName="u")["Certificates"][0]["Status"]),
                         ("Inactive", "Inactive"))
        self.assertEqual((code(lambda: iam.get_login_profile(UserName="u")), iam.list_mfa_devices(UserName="u")["MFADevices"]), ("NoSuchEntity", []))
        saml = iam.create_saml_provider(Name="x", SAMLMetadataDocument=metadata("https://idp.example"))["SAMLProviderArn"]
        iam.delete_saml_provider(SAMLProviderArn=saml)
        self.assertEqual(code(lambda: iam.delete_saml_provider(SAMLProviderArn=saml)), "NoSuchEntity")

    def test_policy_versions_are_put_back(self) -> None:
        caller, iam = self.user("u"), self.root("iam")
        arn = iam.create_policy(PolicyName="p", PolicyDocument=document(allow("s3:*")))["Policy"]["Arn"]
        iam.attach_user_policy(UserName="u", PolicyArn=arn)
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(allow("*")), SetAsDefault=True)
        self.enforce()
        self.assertEqual(instances(caller), "OK")
        self.enforce(False)
        iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
        self.enforce()
        self.assertIn(instances(caller), REFUSALS)

    def test_sessions_of_users_outlive_the_key_and_do_less(self) -> None:
        caller, iam = self.user("u", allow("*")), self.root("iam")
        self.enforce()
        session = Caller(self.endpoint, caller("sts").get_session_token()["Credentials"])
        guest = Caller(self.endpoint, caller("sts").get_federation_token(Name="guest", Policy=document(allow("*")))["Credentials"])
        bare = Caller(self.endpoint, caller("sts").get_federation_token(Name="bare")["Credentials"])
        self.enforce(False)
        iam.delete_access_key(UserName="u", AccessKeyId=caller.credentials["AccessKeyId"])
        self.enforce()
        self.assertEqual((instances(caller), instances(session), instances(guest)), ("AuthFailure", "OK", "OK"))
        self.assertIn(instances(bare), REFUSALS)
        self.assertEqual({code(lambda who=who: who("iam").list_users()) for who in (session, guest)}, {"AccessDenied"})
        self.enforce(False)
        iam.put_user_policy(UserName="u", PolicyName="deny", PolicyDocument=document(DENY_ALL))
        self.enforce()
        self.assertTrue(instances(session) in REFUSALS and instances(guest) in REFUSALS)

    def test_one_session_of_a_role_and_not_its_sisters(self) -> None:
        caller, iam = self.user("u", allow("*")), self.root("iam")
        arn = self.role("r", trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
        self.enforce()
        bad, good = (Caller(self.endpoint, caller("sts").assume_role(RoleArn=arn, RoleSessionName=name)["Credentials"]) for name in ("i-0bad", "i-0good"))
        name = caller("iam").get_role(RoleName="r")["Role"]["RoleId"]
        self.enforce(False)
        iam.put_role_policy(RoleName="r", PolicyName="one", PolicyDocument=document(DENY_ALL | {"Condition": {"StringEquals": {"aws:userid": f"{name}:i-0bad"}}}))
        self.enforce()
        self.assertIn(instances(bad), REFUSALS)
        self.assertEqual(instances(good), "OK")


class Organization(Strict):
    """Control policies and Identity Center."""

    def member(self) -> tuple[Any, str, str]:
        organizations = self.root("organizations")
        organizations.create_organization(FeatureSet="ALL")
        root = organizations.list_roots()["Roots"][0]["Id"]
        made = organizations.create_account(AccountName="m", Email="m@acme.example")["CreateAccountStatus"]["AccountId"]
        return organizations, root, made

    def test_control_policies_hold_for_members_and_have_limits(self) -> None:
        self.assertEqual(code(lambda: self.root("organizations").list_roots()), "AWSOrganizationsNotInUseException")
        organizations, root, member = self.member()
        policy = organizations.create_policy(Name="q", Description="", Type="SERVICE_CONTROL_POLICY", Content=document(DENY_ALL))["Policy"]["PolicySummary"]["Id"]
        self.assertEqual(code(lambda: organizations.attach_policy(PolicyId=policy, TargetId=member)), "PolicyTypeNotEnabledException")
        organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
        caller = self.user("u", allow("*"))
        self.enforce()
        inside = self.assume(caller, f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole")
        self.assertEqual(code(lambda: inside("organizations").list_policies(Filter="SERVICE_CONTROL_POLICY")), "AccessDeniedException")
        organizations = caller("organizations")
        organizations.attach_policy(PolicyId=policy, TargetId=member)
        self.assertIn(instances(inside), REFUSALS)
        self.assertEqual([target["TargetId"] for target in organizations.list_targets_for_policy(PolicyId=policy)["Targets"]], [member])
        self.assertEqual(code(lambda: organizations.attach_policy(PolicyId=policy, TargetId=member)), "DuplicatePolicyAttachmentException")
        self.assertEqual(code(lambda: organizations.delete_policy(PolicyId=policy)), "PolicyInUseException")
        organizations.detach_policy(PolicyId=policy, TargetId=member)
        self.assertEqual(instances(inside), "OK")
        self.assertEqual(code(lambda: organizations.detach_policy(PolicyId=policy, TargetId=member)), "PolicyNotAttachedException")
        self.assertEqual(code(lambda: organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=member)), "ConstraintViolationException")
        self.assertEqual(code(lambda: organizations.delete_policy(PolicyId=policy)), "OK")
        made = [organizations.create_policy(Name=f"q{number}", Description="", Type="SERVICE_CONTROL_POLICY", Content=document(DENY_ALL))["Policy"]["PolicySummary"]["Id"]
                for number in range(5)]
        codes = [code(lambda each=each: organizations.attach_policy(PolicyId=each, TargetId=member)) for each in made]
        self.assertEqual(codes, ["OK"] * 4 + ["ConstraintViolationException"])
        self.assertEqual(code(lambda: organizations.update_policy(PolicyId=made[0], Content=document(*[allow("s3:*")] * 100))), "ConstraintViolationException")

    def test_identity_center(self) -> None:
        admin, store = self.root("sso-admin"), self.root("identitystore")
        found = admin.list_instances()["Instances"][0]
        center, directory = found["InstanceArn"], found["IdentityStoreId"]
        bad, good = (store.create_user(IdentityStoreId=directory, UserName=name, DisplayName=name, Name={"GivenName": name, "FamilyName": name})["UserId"] for name in ("bad", "good"))
        permission_set = admin.create_permission_set(InstanceArn=center, Name="Admin")["PermissionSet"]["PermissionSetArn"]
        which = {"InstanceArn": center, "PermissionSetArn": permission_set}
        admin.put_inline_policy_to_permission_set(**which, InlinePolicy=document(allow("*")))
        for user in (bad, good):
            admin.create_account_assignment(**which, TargetId=ACCOUNT, TargetType="AWS_ACCOUNT", PrincipalType="USER", PrincipalId=user)
        portal = boto3.client("sso", region_name="us-east-1", endpoint_url=self.endpoint, config=Config(signature_version=UNSIGNED, retries={"max_attempts": 0}))

        def session(user: str) -> Caller:
            given = portal.get_role_credentials(roleName="Admin", accountId=ACCOUNT, accessToken=f"portal:{user}")["roleCredentials"]
            return Caller(self.endpoint, {"AccessKeyId": given["accessKeyId"], "SecretAccessKey": given["secretAccessKey"], "SessionToken": given["sessionToken"]})

        self.enforce()
        of_bad, of_good = session(bad), session(good)
        self.assertEqual((instances(of_bad), instances(of_good)), ("OK", "OK"))
        self.enforce(False)
        admin.put_inline_policy_to_permission_set(**which, InlinePolicy=document(allow("*"), DENY_ALL | {"Condition": {"StringEquals": {"identitystore:userId": bad}}}))
        self.enforce()
        self.assertEqual(instances(of_bad), "OK", "nothing is provisioned yet")
        self.enforce(False)
        asked = admin.provision_permission_set(**which, TargetType="ALL_PROVISIONED_ACCOUNTS")["PermissionSetProvisioningStatus"]
        status = [admin.describe_permission_set_provisioning_status(InstanceArn=center, ProvisionPermissionSetRequestId=asked["RequestId"])["PermissionSetProvisioningStatus"]["Status"] for _ in range(2)]
        self.assertEqual(status, ["IN_PROGRESS", "SUCCEEDED"])
        store.update_user(IdentityStoreId=directory, UserId=bad, Operations=[{"AttributePath": "userStatus", "AttributeValue": "DISABLED"}])
        self.assertEqual(store.describe_user(IdentityStoreId=directory, UserId=bad)["UserStatus"], "DISABLED")
        self.enforce()
        self.assertIn(instances(of_bad), REFUSALS)
        self.assertEqual(instances(of_good), "OK")
        self.assertEqual(code(lambda: session(bad)), "UnauthorizedException")
        self.enforce(False)
        admin.delete_account_assignment(**which, TargetId=ACCOUNT, TargetType="AWS_ACCOUNT", PrincipalType="USER", PrincipalId=good)
        self.enforce()
        self.assertEqual(code(lambda: session(good)), "ForbiddenException")


class Workloads(Strict):
    """Functions, parents and their instances, what an instance is shut in with."""

    def running(self, region: str = "us-east-1") -> list[str]:
        found = self.root("ec2", region).describe_instances()["Reservations"]
        return sorted(each["InstanceId"] for item in found for each in item["Instances"] if each["State"]["Name"] == "running")

    def launch(self, **more: Any) -> dict[str, Any]:
        return self.root("ec2").run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1, InstanceType="t3.micro", **more)["Instances"][0]

    def group(self, name: str) -> str:
        ec2 = self.root("ec2")
        network = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
        return str(ec2.create_security_group(GroupName=name, Description=name, VpcId=network)["GroupId"])

    def test_functions(self) -> None:
        self.root("iam").create_role(RoleName="f", AssumeRolePolicyDocument=trust({"Service": "lambda.amazonaws.com"}))
        client = self.root("lambda")
        client.create_function(FunctionName="f", Runtime="python3.12", Role=role("f"), Handler="index.handler", Code={"ZipFile": archive("def handler(e, c): return 1\n")})
        client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
        self.assertEqual(client.get_function_concurrency(FunctionName="f")["ReservedConcurrentExecutions"], 0)
        self.assertEqual(client.get_function(FunctionName="f")["Concurrency"], {"ReservedConcurrentExecutions": 0})
        self.assertEqual(code(lambda: client.invoke(FunctionName="f")), "TooManyRequestsException")
        client.delete_function_concurrency(FunctionName="f")
        self.assertNotIn("ReservedConcurrentExecutions", client.get_function_concurrency(FunctionName="f"))
        self.assertEqual(code(lambda: client.delete_function_url_config(FunctionName="f")), "ResourceNotFoundException")
        client.create_function_url_config(FunctionName="f", AuthType="NONE")
        self.assertEqual(code(lambda: client.create_function_url_config(FunctionName="f", AuthType="NONE")), "ResourceConflictException")
        client.delete_function_url_config(FunctionName="f")
        client.add_permission(FunctionName="f", StatementId="url", Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE")
        client.add_permission(FunctionName="f", StatementId="them", Action="lambda:InvokeFunction", Principal=INTRUDER)
        policy = {each["Sid"]: each for each in json.loads(client.get_policy(FunctionName="f")["Policy"])["Statement"]}
        self.assertEqual(policy["url"]["Condition"], {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}})
        self.assertEqual(policy["them"]["Principal"], {"AWS": f"arn:aws:iam::{INTRUDER}:root"})
        self.assertEqual(code(lambda: client.add_permission(FunctionName="f", StatementId="them", Action="lambda:InvokeFunction", Principal="*")), "ResourceConflictException")
        for name in ("url", "them"):
            client.remove_permission(FunctionName="f", StatementId=name)
        self.assertEqual(code(lambda: client.get_policy(FunctionName="f")), "ResourceNotFoundException")

    def test_a_scaling_group_brings_back_what_is_stopped_before_it(self) -> None:
        ec2, scaling = self.root("ec2"), self.root("autoscaling")
        ec2.create_launch_template(LaunchTemplateName="worker", LaunchTemplateData={"InstanceType": "t3.micro", "ImageId": IMAGE})
        scaling.create_auto_scaling_group(AutoScalingGroupName="g", MinSize=1, MaxSize=3, DesiredCapacity=2, AvailabilityZones=["us-east-1a"],
                                          LaunchTemplate={"LaunchTemplateName": "worker", "Version": "$Latest"})
        first = self.running()
        ec2.stop_instances(InstanceIds=first[:1])
        second = self.running()
        self.assertEqual(len(second), 2)
        ec2.terminate_instances(InstanceIds=second[:1])
        self.assertEqual(len(self.running()), 2)
        scaling.enter_standby(AutoScalingGroupName="g", InstanceIds=self.running()[:1], ShouldDecrementDesiredCapacity=True)
        aside = next(each["InstanceId"] for each in scaling.describe_auto_scaling_instances()["AutoScalingInstances"] if each["LifecycleState"] == "Standby")
        ec2.stop_instances(InstanceIds=[aside])
        self.assertEqual(len(self.running()), 1, "nobody replaces what stands aside")
        ec2.start_instances(InstanceIds=[aside])
        scaling.exit_standby(AutoScalingGroupName="g", InstanceIds=[aside])
        scaling.suspend_processes(AutoScalingGroupName="g")
        ec2.stop_instances(InstanceIds=[aside])
        self.assertEqual(len(self.running()), 1)
        ec2.start_instances(InstanceIds=[aside])
        ec2.modify_instance_attribute(InstanceId=aside, DisableApiTermination={"Value": True})
        scaling.resume_processes(AutoScalingGroupName="g")
        scaling.update_auto_scaling_group(AutoScalingGroupName="g", MinSize=0, MaxSize=0, DesiredCapacity=0)
        self.assertEqual(self.running(), [])

    def test_spot_requests_and_fleets(self) -> None:
        ec2 = self.root("ec2")
        what = {"ImageId": IMAGE, "InstanceType": "m5.large"}
        request = ec2.request_spot_instances(SpotPrice="1", Type="persistent", LaunchSpecification=what)["SpotInstanceRequests"][0]["SpotInstanceRequestId"]
        fleet = ec2.request_spot_fleet(SpotFleetRequestConfig={"TargetCapacity": 1, "SpotPrice": "1", "IamFleetRole": role("f"), "LaunchSpecifications": [what]})["SpotFleetRequestId"]
        ec2.terminate_instances(InstanceIds=self.running())
        self.assertEqual(len(self.running()), 2)
        ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=[request])
        cancelled = ec2.cancel_spot_fleet_requests(SpotFleetRequestIds=[fleet], TerminateInstances=False)["SuccessfulFleetRequests"][0]
        self.assertEqual(cancelled["CurrentSpotFleetRequestState"], "cancelled_running")
        shown = ec2.describe_spot_instance_requests(SpotInstanceRequestIds=[request])["SpotInstanceRequests"][0]
        self.assertEqual((shown["State"], shown["Status"]["Code"]), ("cancelled", "request-canceled-and-instance-running"))
        self.assertEqual(len(self.running()), 2)
        ec2.terminate_instances(InstanceIds=self.running())
        self.assertEqual(self.running(), [])

    def test_an_instance_is_shut_in(self) -> None:
        ec2, before, after = self.root("ec2"), self.group("before"), self.group("after")
        name = self.launch(SecurityGroupIds=[before])["InstanceId"]

        def shown() -> dict[str, Any]:
            return ec2.describe_instances(InstanceIds=[name])["Reservations"][0]["Instances"][0]

        interface = shown()["NetworkInterfaces"][0]["NetworkInterfaceId"]
        second = ec2.create_network_interface(SubnetId=shown()["SubnetId"], Groups=[before])["NetworkInterface"]["NetworkInterfaceId"]
        ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[after])
        self.assertEqual([group["GroupId"] for group in shown()["SecurityGroups"]], [after])
        self.assertEqual([group["GroupId"] for group in ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"][0]["Groups"]], [after])
        ec2.attach_network_interface(NetworkInterfaceId=second, InstanceId=name, DeviceIndex=1)
        self.assertEqual({each["NetworkInterfaceId"]: [group["GroupId"] for group in each["Groups"]] for each in shown()["NetworkInterfaces"]}, {interface: [after], second: [before]})
        self.assertEqual(code(lambda: ec2.modify_instance_attribute(InstanceId=name, Groups=[before])), "InvalidInstanceID")
        self.assertEqual(code(lambda: ec2.delete_security_group(GroupId=before)), "DependencyViolation")
        ec2.modify_instance_attribute(InstanceId=name, InstanceInitiatedShutdownBehavior={"Value": "terminate"})
        device = shown()["BlockDeviceMappings"][0]["DeviceName"]
        ec2.modify_instance_attribute(InstanceId=name, BlockDeviceMappings=[{"DeviceName": device, "Ebs": {"DeleteOnTermination": False}}])
        ec2.modify_instance_attribute(InstanceId=name, DisableApiStop={"Value": True})

        def attribute(asked: str) -> Any:
            return next(value for key, value in ec2.describe_instance_attribute(InstanceId=name, Attribute=asked).items() if key not in ("InstanceId", "ResponseMetadata"))

        self.assertEqual(attribute("instanceInitiatedShutdownBehavior"), {"Value": "terminate"})
        self.assertFalse(attribute("blockDeviceMapping")[0]["Ebs"]["DeleteOnTermination"])
        self.assertEqual(code(lambda: ec2.stop_instances(InstanceIds=[name])), "OperationNotPermitted")
        ec2.modify_instance_metadata_options(InstanceId=name, HttpPutResponseHopLimit=2)
        ec2.modify_instance_metadata_options(InstanceId=name, HttpTokens="required")
        options = shown()["MetadataOptions"]
        self.assertEqual((options["HttpTokens"], options["HttpEndpoint"], options["HttpPutResponseHopLimit"]), ("required", "enabled", 2))
        self.assertEqual([each["State"] for each in ec2.create_snapshots(InstanceSpecification={"InstanceId": name})["Snapshots"]], ["pending"])
        self.assertTrue(ec2.get_console_screenshot(InstanceId=name)["ImageData"])

    def test_sharing_ends(self) -> None:
        ec2 = self.root("ec2")
        snapshot = ec2.create_snapshot(VolumeId=ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"])["SnapshotId"]
        which = {"SnapshotId": snapshot, "Attribute": "createVolumePermission"}

        def shared() -> int:
            return len(ec2.describe_snapshot_attribute(**which)["CreateVolumePermissions"])

        ec2.modify_snapshot_attribute(**which, CreateVolumePermission={"Add": [{"UserId": INTRUDER}, {"Group": "all"}]})
        self.assertEqual(shared(), 2)
        ec2.modify_snapshot_attribute(**which, OperationType="remove", UserIds=[INTRUDER])
        self.assertEqual(shared(), 1)
        ec2.reset_snapshot_attribute(**which)
        self.assertEqual(shared(), 0)
        ec2.enable_snapshot_block_public_access(State="block-all-sharing")
        self.assertEqual(code(lambda: ec2.modify_snapshot_attribute(**which, OperationType="add", GroupNames=["all"])), "OperationNotPermitted")


class Accounts(Strict):
    """Buckets, trails, keys, money, help."""

    def test_public_access_is_blocked(self) -> None:
        s3, control = self.root("s3"), self.root("s3control")
        anonymous = boto3.client("s3", endpoint_url=self.endpoint, region_name="us-east-1", config=Config(signature_version=UNSIGNED, s3={"addressing_style": "path"}))
        s3.create_bucket(Bucket="opened")
        s3.put_object(Bucket="opened", Key="k", Body=b"x")
        public = document(grant("*", "s3:GetObject", "arn:aws:s3:::opened/*"))

        def read() -> str:
            self.enforce()
            answer = code(lambda: anonymous.get_object(Bucket="opened", Key="k"))
            self.enforce(False)
            return answer

        s3.put_bucket_policy(Bucket="opened", Policy=public)
        self.assertEqual(read(), "OK")
        control.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=BLOCK)
        self.assertEqual(read(), "AccessDenied")
        control.delete_public_access_block(AccountId=ACCOUNT)
        s3.put_public_access_block(Bucket="opened", PublicAccessBlockConfiguration=BLOCK)
        self.assertEqual(read(), "AccessDenied")
        self.assertEqual((code(lambda: s3.put_bucket_policy(Bucket="opened", Policy=public)), code(lambda: s3.put_bucket_acl(Bucket="opened", ACL="public-read"))),
                         ("AccessDenied", "AccessDenied"))
        self.assertEqual(code(lambda: s3.put_bucket_policy(Bucket="opened", Policy=document(grant({"AWS": f"arn:aws:iam::{INTRUDER}:root"}, "s3:*", "arn:aws:s3:::opened")))), "OK")
        s3.delete_public_access_block(Bucket="opened")
        s3.put_bucket_ownership_controls(Bucket="opened", OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]})
        self.assertEqual(code(lambda: s3.put_bucket_acl(Bucket="opened", ACL="public-read")), "AccessControlListNotSupported")

    def test_trails(self) -> None:
        s3, trail, abroad = self.root("s3"), self.root("cloudtrail"), self.root("cloudtrail", "eu-west-1")
        s3.create_bucket(Bucket="trail-logs")
        self.assertEqual(code(lambda: trail.create_trail(Name="all", S3BucketName="trail-logs")), "InsufficientS3BucketPolicyException")
        service, condition = {"Service": "cloudtrail.amazonaws.com"}, {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
        s3.put_bucket_policy(Bucket="trail-logs", Policy=document(grant(service, "s3:GetBucketAcl", "arn:aws:s3:::trail-logs"), grant(
            service, "s3:PutObject", f"arn:aws:s3:::trail-logs/AWSLogs/{ACCOUNT}/*", Condition=condition)))
        arn = trail.create_trail(Name="all", S3BucketName="trail-logs", IsMultiRegionTrail=True, EnableLogFileValidation=True)["TrailARN"]
        self.assertEqual(code(lambda: trail.create_trail(Name="all", S3BucketName="trail-logs")), "TrailAlreadyExistsException")
        self.assertTrue(trail.get_event_selectors(TrailName="all")["EventSelectors"][0]["IncludeManagementEvents"])
        self.assertFalse(trail.get_trail_status(Name="all")["IsLogging"])
        self.assertEqual(code(lambda: abroad.start_logging(Name=arn)), "InvalidHomeRegionException")
        trail.start_logging(Name=arn)
        self.assertTrue(trail.get_trail_status(Name="all")["IsLogging"])
        trail.put_event_selectors(TrailName="all", AdvancedEventSelectors=[{"Name": "x", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}])
        self.assertNotIn("EventSelectors", trail.get_event_selectors(TrailName="all"))
        trail.put_event_selectors(TrailName="all", EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True}])
        self.assertNotIn("AdvancedEventSelectors", trail.get_event_selectors(TrailName="all"))

    def test_detectors_keys_anchors(self) -> None:
        guardduty, kms, anywhere = self.root("guardduty"), self.root("kms"), self.root("rolesanywhere")
        guardduty.create_detector(Enable=True)
        self.assertEqual(code(lambda: guardduty.create_detector(Enable=True)), "BadRequestException")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        self.assertEqual(code(lambda: kms.cancel_key_deletion(KeyId=key)), "KMSInvalidStateException")
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
        kms.cancel_key_deletion(KeyId=key)
        self.assertEqual(kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"], "Disabled")
        self.assertIn("Statement", kms.get_key_policy(KeyId=key)["Policy"])
        kept = kms.create_grant(KeyId=key, GranteePrincipal=f"arn:aws:iam::{INTRUDER}:root", Operations=["Decrypt"])["GrantId"]
        kms.revoke_grant(KeyId=key, GrantId=kept)
        self.assertEqual(kms.list_grants(KeyId=key)["Grants"], [])
        anchor = anywhere.create_trust_anchor(name="ca", enabled=True, source={"sourceType": "CERTIFICATE_BUNDLE", "sourceData": {"x509CertificateData": certificate()}})["trustAnchor"]["trustAnchorId"]
        anywhere.disable_trust_anchor(trustAnchorId=anchor)
        self.assertFalse(anywhere.list_trust_anchors()["trustAnchors"][0]["enabled"])
        self.assertTrue(anywhere.enable_trust_anchor(trustAnchorId=anchor)["trustAnchor"]["enabled"])

    def test_money_and_help(self) -> None:
        costs, budgets, support = self.root("ce"), self.root("budgets"), self.root("support")
        monitor = costs.create_anomaly_monitor(AnomalyMonitor={"MonitorName": "m", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"})["MonitorArn"]
        subscription = costs.create_anomaly_subscription(AnomalySubscription={
            "SubscriptionName": "s", "MonitorArnList": [monitor], "Subscribers": [{"Type": "EMAIL", "Address": "a@acme.example"}], "Frequency": "DAILY"})["SubscriptionArn"]
        self.assertEqual(costs.get_anomaly_subscriptions()["AnomalySubscriptions"][0]["SubscriptionArn"], subscription)
        costs.delete_anomaly_subscription(SubscriptionArn=subscription)
        costs.delete_anomaly_monitor(MonitorArn=monitor)
        self.assertEqual(costs.get_anomaly_monitors()["AnomalyMonitors"], [])
        notification = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0}
        people = [{"SubscriptionType": "EMAIL", "Address": "a@acme.example"}]
        budgets.create_budget(AccountId=ACCOUNT, Budget={"BudgetName": "b", "BudgetType": "COST", "TimeUnit": "DAILY", "BudgetLimit": {"Amount": "10", "Unit": "USD"}},
                              NotificationsWithSubscribers=[{"Notification": notification, "Subscribers": people}])
        self.assertEqual(budgets.describe_subscribers_for_notification(AccountId=ACCOUNT, BudgetName="b", Notification=notification)["Subscribers"], people)
        self.assertIn("critical", [level["code"] for level in support.describe_severity_levels()["severityLevels"]])
        self.assertIn("customer-account", [service["code"] for service in support.describe_services()["services"]])
        case = support.create_case(subject="Compromised", communicationBody="first", serviceCode="customer-account", categoryCode="security", severityCode="urgent")["caseId"]
        support.add_communication_to_case(caseId=case, communicationBody="second")
        self.assertEqual([said["body"] for said in support.describe_communications(caseId=case)["communications"]], ["second", "first"])
        self.assertEqual(support.describe_cases(caseIdList=[case])["cases"][0]["severityCode"], "urgent")
        support.resolve_case(caseId=case)
        self.assertEqual(support.describe_cases()["cases"], [])


if __name__ == "__main__":
    unittest.main()
