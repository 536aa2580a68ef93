"""One account under an organization, and a member of it, with users, roles, sessions and buckets by chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from botocore.exceptions import ClientError
from story.account import ACCOUNT, Caller

from .calls import Ask, object_of, query
from .policies import Maker

ADDRESSES = ("198.51.100.7", "203.0.113.9", "192.0.2.1")
FOREIGN = "666677778888"


@dataclass
class Actor:
    """Somebody who asks, and every policy that goes with them."""

    caller: dict[str, str]
    account: str
    credentials: dict[str, str] | None
    keys: dict[str, Any]
    identity: list[str] = field(default_factory=list)
    boundary: str | None = None
    session: list[str] | None = None
    levels: list[list[str]] | None = None


def put(make: Callable[[], str], use: Callable[[str], Any]) -> str:
    """A document that the server takes: it refuses some that chance makes, as AWS does."""
    for _ in range(50):
        text = make()
        try:
            use(text)
        except ClientError as refused:
            if refused.response["Error"]["Code"] != "MalformedPolicyDocument":
                raise
            continue
        return text
    raise AssertionError("no document was taken")


def beyond_policies(actor: Actor, ask: Ask) -> bool:
    """What a session may not call whatever policies say: those of users no IAM without a second factor, federated ones no STS either
    (IAM User Guide, "Compare AWS STS credentials"). No policy decides it, so it is not asked."""
    service = ask.action.split(":")[0]
    if actor.caller["kind"] == "federated":
        return service in ("iam", "sts")
    return actor.caller["kind"] == "user" and "SessionToken" in (actor.credentials or {}) and service == "iam"


class World:
    def __init__(self, endpoint: str, number: int):
        self.endpoint = endpoint
        self.chance = Random(f"evaluator {number}")
        self.root = Caller(endpoint)
        self.actors: list[Actor] = []
        self.trusts: dict[str, str] = {}
        self.buckets: dict[str, tuple[str, str | None]] = {}
        principals = [f"arn:aws:iam::{ACCOUNT}:user/u0", f"arn:aws:iam::{ACCOUNT}:user/u1", f"arn:aws:iam::{ACCOUNT}:role/r0", f"arn:aws:iam::{ACCOUNT}:role/r1",
                      f"arn:aws:sts::{ACCOUNT}:assumed-role/r0/one", f"arn:aws:sts::{ACCOUNT}:federated-user/f0", f"arn:aws:iam::{FOREIGN}:root"]
        places = [f"arn:aws:iam::{ACCOUNT}:user/u0", f"arn:aws:iam::{ACCOUNT}:user/u1", f"arn:aws:iam::{ACCOUNT}:role/r0", "arn:aws:s3:::docs0", "arn:aws:s3:::docs0/key",
                  "arn:aws:s3:::docs1/key", "arn:aws:s3:::docs2/key", "arn:aws:ec2:us-east-1:123456789012:instance/i-1", "arn:aws:iam"]
        self.maker = Maker(self.chance, places, ACCOUNT, principals)
        self._people()
        self._organization()
        self._buckets()

    def _boundary(self, name: str, caller: Caller) -> tuple[str, str] | None:
        if self.maker.often(0.6):
            return None
        made: list[str] = []
        text = put(lambda: self.maker.document(0.1, 4, 0.5), lambda text: made.append(caller("iam").create_policy(PolicyName=name, PolicyDocument=text)["Policy"]["Arn"]))
        return made[0], text

    def _people(self) -> None:
        iam = self.root("iam")
        iam.create_group(GroupName="g")
        shared = put(self.maker.document, lambda text: iam.put_group_policy(GroupName="g", PolicyName="own", PolicyDocument=text))
        users = [self._user(f"u{place}", shared if place < 2 else None) for place in range(3)]
        for place in range(2):
            self._role(f"r{place}", ACCOUNT, self.root)
        self._sessions(users[0])

    def _user(self, name: str, shared: str | None) -> Actor:
        iam, bound = self.root("iam"), self._boundary(f"b-{name}", self.root)
        made = iam.create_user(UserName=name)["User"]
        if bound:
            iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=bound[0])
        policies = [put(self.maker.document, lambda text, at=at: iam.put_user_policy(UserName=name, PolicyName=f"p{at}", PolicyDocument=text))
                    for at in range(self.chance.randint(0, 3))]
        if shared:
            iam.add_user_to_group(GroupName="g", UserName=name)
            policies.append(shared)
        keys = {"aws:PrincipalArn": made["Arn"], "aws:PrincipalAccount": ACCOUNT, "aws:userid": made["UserId"], "aws:PrincipalType": "User", "aws:username": name}
        actor = Actor({"kind": "user", "arn": made["Arn"]}, ACCOUNT, iam.create_access_key(UserName=name)["AccessKey"], keys, policies, bound and bound[1])
        self.actors.append(actor)
        return actor

    def _role(self, name: str, account: str, caller: Caller, levels: list[list[str]] | None = None) -> None:
        """A role, and two sessions of it, one with a policy passed. Nothing is enforced yet, so anybody may assume it."""
        iam, bound = caller("iam"), self._boundary(f"b-{name}", caller)
        more = {"PermissionsBoundary": bound[0]} if bound else {}
        trust = put(self.maker.trust, lambda text: iam.create_role(RoleName=name, AssumeRolePolicyDocument=text, **more))
        arn = f"arn:aws:iam::{account}:role/{name}"
        self.trusts[arn] = trust
        policy = put(lambda: self.maker.document(whole=0.5), lambda text: iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=text))
        for session in ("one", "two"):
            passed = self.maker.document(0.1, 4, 0.5) if session == "two" else None
            got = caller("sts").assume_role(RoleArn=arn, RoleSessionName=session, **({"Policy": passed} if passed else {}))
            keys = {"aws:PrincipalArn": arn, "aws:PrincipalAccount": account, "aws:userid": got["AssumedRoleUser"]["AssumedRoleId"], "aws:PrincipalType": "AssumedRole", **issued()}
            who = {"kind": "session", "arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}", "role": arn}
            self.actors.append(Actor(who, account, got["Credentials"], keys, [policy], bound and bound[1], [passed] if passed else None, levels))

    def _sessions(self, user: Actor) -> None:
        """Sessions of a user: its own, and federated ones with and without a policy."""
        own = Caller(self.endpoint, user.credentials or {})("sts")
        self.actors.append(Actor(user.caller, ACCOUNT, own.get_session_token()["Credentials"], {**user.keys, **issued()}, user.identity, user.boundary))
        for name in ("f0", "f1"):
            passed = self.maker.document(0.1, 4, 0.5) if name == "f1" or self.maker.often(0.5) else None
            got = own.get_federation_token(Name=name, **({"Policy": passed} if passed else {}))
            arn = f"arn:aws:sts::{ACCOUNT}:federated-user/{name}"
            keys = {"aws:PrincipalArn": arn, "aws:PrincipalAccount": ACCOUNT, "aws:userid": user.keys["aws:userid"], "aws:PrincipalType": "FederatedUser", **issued()}
            who = {"kind": "federated", "arn": arn, "user": user.caller["arn"]}
            self.actors.append(Actor(who, ACCOUNT, got["Credentials"], keys, user.identity, user.boundary, [passed] if passed else None))

    def _organization(self) -> None:
        organizations = self.root("organizations")
        organizations.create_organization(FeatureSet="ALL")
        top = organizations.list_roots()["Roots"][0]["Id"]
        organizations.enable_policy_type(RootId=top, PolicyType="SERVICE_CONTROL_POLICY")
        unit = organizations.create_organizational_unit(ParentId=top, Name="unit")["OrganizationalUnit"]["Id"]
        self.member = organizations.create_account(AccountName="m", Email="m@acme.example")["CreateAccountStatus"]["AccountId"]
        organizations.move_account(AccountId=self.member, SourceParentId=top, DestinationParentId=unit)
        levels = []
        for target in (top, unit, self.member):
            if self.maker.often(0.6):
                made = organizations.create_policy(Name=f"at-{target}", Description="", Type="SERVICE_CONTROL_POLICY", Content=self.maker.document(0.2, whole=0.6))
                organizations.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=target)
            attached = organizations.list_policies_for_target(TargetId=target, Filter="SERVICE_CONTROL_POLICY")["Policies"]
            levels.append([organizations.describe_policy(PolicyId=one["Id"])["Policy"]["Content"] for one in attached])
        inside = self.root("sts").assume_role(RoleArn=f"arn:aws:iam::{self.member}:role/OrganizationAccountAccessRole", RoleSessionName="setup")["Credentials"]
        self.inside = Caller(self.endpoint, inside)
        self._role("rm", self.member, self.inside, [level for level in levels if level])

    def _buckets(self) -> None:
        families: dict[str, set[str]] = {}
        for actor in self.actors:
            who = actor.caller
            issuer = who.get("role") or who.get("user") or who["arn"]
            families.setdefault(issuer, {issuer, f"arn:aws:iam::{actor.account}:root"}).add(who["arn"])
        # A list with a role and only some of its sessions is left out: AWS's page does not say what becomes of the others, and the
        # evaluator says that it does not know.
        exempt = [sorted(family) for family in families.values()]
        for place, (owner, caller) in enumerate(((ACCOUNT, self.root), (ACCOUNT, self.root), (self.member, self.inside))):
            name = f"docs{place}"
            caller("s3").create_bucket(Bucket=name)
            caller("s3").put_object(Bucket=name, Key="key", Body=b"x")
            text = None
            if self.maker.often(0.75):
                text = self.maker.of_resource([f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*", f"arn:aws:s3:::{name}/key", "arn:aws:s3:::docs*"], exempt)
                caller("s3").put_bucket_policy(Bucket=name, Policy=text)
            self.buckets[name] = (owner, text)
        self.actors.append(Actor({"kind": "anonymous"}, "", None, {}))

    def asks(self, actor: Actor) -> list[Ask]:
        found = [object_of(bucket, owner, action) for bucket, (owner, _) in self.buckets.items() for action in ("s3:GetObject", "s3:ListBucket", "s3:PutObject")]
        if actor.credentials is None:
            return found
        if actor.account == ACCOUNT:
            found += [query("iam", "iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/u{place}", ACCOUNT, {}, UserName=f"u{place}") for place in range(2)]
            found.append(query("iam", "iam:GetRole", f"arn:aws:iam::{ACCOUNT}:role/r0", ACCOUNT, {}, RoleName="r0"))
        found += [query("iam", "iam:ListUsers", "*", actor.account, {}), query("ec2", "ec2:DescribeInstances", "*", actor.account, {})]
        for arn in self.trusts:
            extra = {"ExternalId": "x1"} if self.maker.often(0.5) else {}
            keys = {"sts:RoleSessionName": "other", **({"sts:ExternalId": "x1"} if extra else {})}
            found.append(query("sts", "sts:AssumeRole", arn, arn.split(":")[4], keys, RoleArn=arn, RoleSessionName="other", **extra))
        return [ask for ask in found if not beyond_policies(actor, ask)]

    def line(self, actor: Actor, ask: Ask, address: str) -> dict[str, Any]:
        """The request as the evaluator reads it."""
        now = datetime.now(UTC)
        keys = {"aws:RequestedRegion": "us-east-1", "aws:CurrentTime": now.isoformat().replace("+00:00", "Z"), "aws:EpochTime": str(int(now.timestamp())), "aws:SourceIp": address,
                "aws:SecureTransport": "false", "aws:UserAgent": "c3RhbmNo", "aws:ViaAWSService": "false", **actor.keys, **ask.keys}
        policy = self.buckets[ask.resource.split(":::")[1].split("/")[0]][1] if ask.service == "s3" else None
        return {"caller": actor.caller, "action": ask.action, "resource": ask.resource, "account": ask.account, "keys": keys, "identity": actor.identity,
                "boundary": actor.boundary, "session": actor.session, "service_control": actor.levels, "resource_policy": policy,
                "gate": self.trusts.get(ask.resource) if ask.action == "sts:AssumeRole" else None}


def issued() -> dict[str, str]:
    return {"aws:TokenIssueTime": datetime.now(UTC).isoformat().replace("+00:00", "Z"), "aws:MultiFactorAuthPresent": "false"}
