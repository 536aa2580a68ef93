"""The way of a request: understood, denied or authorised, answered by fixture, addition or moto, paged, recorded."""

from __future__ import annotations

import json
import re
import sys
import threading
import traceback
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.iam.models import mark_account_as_visited

from . import authorisation, paging, principals, reply, signature
from .additions import AMENDMENTS, OPERATIONS
from .call import Call, read_body, understand
from .principals import Principal
from .reply import AwsError, Reply
from .requests import is_write
from .services import moto_has
from .state import State

CONTROL = ("/moto-api", "/fixtures", "/standin/", "/latest/")
# A refusal has a different name in every protocol, and in some services their own.
DENIED = {"ec2": "UnauthorizedOperation", "json": "AccessDeniedException", "rest-json": "AccessDeniedException"}
DENIED_BY_SERVICE = {"sns": "AuthorizationError", "cloudtrail": "AccessDeniedException", "s3": "AccessDenied", "organizations": "AccessDeniedException"}
BY_PROTOCOL: dict[str, dict[str, tuple[str, int]]] = {
    "InvalidClientTokenId": {"ec2": ("AuthFailure", 401), "s3": ("InvalidAccessKeyId", 403), "query": ("InvalidClientTokenId", 403),
                             "json": ("UnrecognizedClientException", 400), "rest-json": ("UnrecognizedClientException", 403)},
    "SignatureDoesNotMatch": {"ec2": ("AuthFailure", 401), "json": ("InvalidSignatureException", 400), "rest-json": ("InvalidSignatureException", 403)},
    "ExpiredToken": {"ec2": ("RequestExpired", 400), "json": ("ExpiredTokenException", 400), "rest-json": ("ExpiredTokenException", 403)},
    "ThrottlingException": {"ec2": ("RequestLimitExceeded", 503), "s3": ("SlowDown", 503), "query": ("Throttling", 400), "rest-json": ("ThrottlingException", 429),
                            "rest-xml": ("Throttling", 400)},
    "RequestTimeTooSkewed": {"ec2": ("RequestExpired", 400), "query": ("SignatureDoesNotMatch", 403), "json": ("InvalidSignatureException", 400),
                             "rest-json": ("InvalidSignatureException", 403)},
}
# CloudTrail logs requests whose sender it knows (IAM User Guide, "Logging IAM and AWS STS API calls").
UNAUTHENTICATED = frozenset({"InvalidClientTokenId", "SignatureDoesNotMatch", "MissingAuthenticationToken", "IncompleteSignature", "ExpiredToken",
                             "RequestTimeTooSkewed", "XAmzContentSHA256Mismatch"})


def in_protocol(call: Call, failure: AwsError) -> AwsError:
    """The error as this service would call it."""
    if call.operation is None:
        return failure
    kind = "ec2" if call.service == "ec2" else "s3" if call.service == "s3" else call.protocol
    if failure.code == "AccessDenied":
        return AwsError(DENIED_BY_SERVICE.get(call.service) or DENIED.get(kind, "AccessDenied"), failure.message, 400 if kind == "json" else 403)
    code, status = BY_PROTOCOL.get(failure.code, {}).get(kind, (failure.code, failure.status))
    return AwsError(code, failure.message, status)


class Application:
    """WSGI, in front of moto's own application."""

    def __init__(self, moto: Any, state: State):
        self.moto, self.state = moto, state
        self._one_at_a_time = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = read_body(environ)
        path = environ.get("PATH_INFO", "")
        if path.startswith(CONTROL):
            return reply.start(self._control(environ, path, body), start_response)
        call = understand(environ, body)
        noted = self.state.requests.add(call)
        who: Principal | None = None
        try:
            with self._one_at_a_time:  # moto's state is not made for threads, and callers here strip and deny at once
                who = self._caller(call)
                noted["principal"] = who.arn if who else ""
                self._authorise(call, who)
                answer = self._answer(call, who)
        except AwsError as failure:
            refused = in_protocol(call, failure)
            noted["error"], answer = refused.code, reply.error(call, refused)
            call.notes["unauthenticated"] = failure.code in UNAUTHENTICATED
        noted["status"] = answer.status
        if answer.status != 501 and not call.notes.get("unauthenticated"):
            self.state.trail.record(call, who, answer)
        return reply.start(answer, start_response)

    def _control(self, environ: dict[str, Any], path: str, body: bytes) -> Reply:
        if path == "/fixtures":
            if environ["REQUEST_METHOD"] == "DELETE":
                self.state.fixtures.clear()
                return reply.plain_json(200, {"fixtures": 0})
            try:
                return reply.plain_json(200, {"fixtures": self.state.fixtures.add(json.loads(body))})
            except (AwsError, ValueError) as failure:
                return reply.plain_json(400, {"message": str(failure)})
        if path == "/standin/requests":
            if environ["REQUEST_METHOD"] == "DELETE":
                self.state.requests.clear()
            return reply.plain_json(200, {"requests": self.state.requests.all("writes" in environ.get("QUERY_STRING", ""))})
        if path == "/standin/denied":  # from here on these services, given as a list of names, refuse every call
            self.state.denied = frozenset(json.loads(body))
            return reply.plain_json(200, {"denied": sorted(self.state.denied)})
        if path == "/standin/settle":  # what was written to IAM counts now, whatever the delay
            self.state.identities.settle()
            return reply.plain_json(200, {"settled": True})
        if path == "/standin/propagation":  # what is written to IAM from here on counts so many seconds later
            self.state.identities.delay = float(body)
            return reply.plain_json(200, {"seconds": self.state.identities.delay})
        if path == "/standin/write-rate":  # so many writes per second from here on; 0: no limit
            self.state.write_limit.rate = float(body)
            return reply.plain_json(200, {"rate": self.state.write_limit.rate})
        if path == "/moto-api/reset-auth":  # never moto's own enforcement, which knows too little
            self.state.enforcing = body.strip() != b"inf"
            return reply.plain_json(200, {"enforcing": self.state.enforcing})
        if path == "/moto-api/reset":
            self._reset()
            return reply.plain_json(200, {"status": "ok"})
        return self._ask_moto(environ)

    def _reset(self) -> None:
        """Forgets everything, moto's applications too: what is made anew on first use then draws the same numbers after the same seed.

        moto's own reset builds every backend once more before it drops it, which takes ten seconds.
        """
        self.state.clear()
        for backends in list(BackendDict._instances):
            if backends.service_name == "s3":
                for account in backends.values():
                    account.reset()
            backends.clear()
        BackendDict._instances.clear()
        reset_model_data()
        self.moto.app_instances.clear()

    def _caller(self, call: Call) -> Principal | None:
        """Account and principal of the call; with enforcement on also whether the signature is theirs."""
        find = principals.find
        who = find(call.access_key, self.state.sessions, self.state.identities, self.state.enforcing) if call.access_key else None
        call.account = who.account if who else DEFAULT_ACCOUNT_ID
        if not self.state.enforcing:
            session = None if who or call.access_key is None else principals.account_of_session(call.access_key)
            call.account = call.environ.get("HTTP_X_MOTO_ACCOUNT_ID") or session or call.account
        call.environ["HTTP_X_MOTO_ACCOUNT_ID"] = call.account  # or moto would look through all partitions, which it builds to do so
        if not self.state.enforcing or call.access_key is None:
            return who
        if who is None:
            raise AwsError("InvalidClientTokenId", "the security token included in the request is invalid", 403)
        query = parse_qs(call.environ.get("QUERY_STRING", ""))
        principals.check_token(who, call.environ.get("HTTP_X_AMZ_SECURITY_TOKEN") or query.get("X-Amz-Security-Token", [None])[0])
        signature.check(call.environ, call.body, who.secret)
        return who

    def _authorise(self, call: Call, who: Principal | None) -> None:
        """Raises unless the call may be made, now: refused service, permissions, rate of writes, in this order."""
        if self.state.denied & {call.service, authorisation.action_of(call).split(":")[0]}:
            raise AwsError("AccessDenied", f"User: {who.arn if who else 'unknown'} is not authorized to perform: {authorisation.action_of(call)}", 403)
        if self.state.enforcing and call.access_key is None:
            authorisation.check_anonymous(call)
        elif self.state.enforcing and who and call.operation is not None:
            authorisation.check(call, who, self.state.identities)
        if is_write(call):
            self.state.write_limit.take(call.account)
        if call.service == "ec2" and call.parameters.get("DryRun") is True:
            raise AwsError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412)

    def _answer(self, call: Call, who: Principal | None) -> Reply:
        laid_in = self.state.fixtures.answer(call)
        if laid_in is not None:
            return laid_in
        paging.prepare(call)
        changes = self.state.identities.touched(call.account, call.partition, call.parameters) if call.service == "iam" and is_write(call) else {}
        answer = self._addition(call) or self._moto(call)
        if call.service == "sts":
            self.state.sessions.note_new_roles()
        if answer.status == 200:
            self.state.identities.written(changes)
        if answer.status < 300 and (call.service, call.name) in AMENDMENTS:
            answer = reply.result(call, AMENDMENTS[call.service, call.name](self.state, call, reply.read(call, answer)))
        return paging.cut(call, answer, self.state.page_size)

    def _addition(self, call: Call) -> Reply | None:
        operation = OPERATIONS.get((call.service, call.name))
        value = operation(self.state, call) if operation else None
        if value is None:
            return None
        mark_account_as_visited(call.account, call.access_key or "", call.service, call.region)
        return reply.result(call, value)

    def _moto(self, call: Call) -> Reply:
        if call.operation is not None and not moto_has(call.service):
            return reply.not_implemented(call)
        try:
            answer = self._ask_moto(call.environ)
        except NotImplementedError:
            return reply.not_implemented(call)
        except Exception as failure:  # moto's own fault: AWS would say InternalFailure, and so do we
            if call.operation is None:  # no model has it, and moto neither
                return reply.not_implemented(call)
            if isinstance(failure, KeyError) and failure.args == (call.region,):  # moto's list of the service's regions is an old one
                return reply.not_implemented(call, f"in {call.region}")
            print(f"moto failed on {call.service}:{call.name}:", "".join(traceback.format_exception_only(failure)).strip(), file=sys.stderr)
            raise AwsError("InternalFailure", f"{type(failure).__name__}: {failure}", 500) from failure
        if answer.status in (404, 405) and re.match(rb"\s*<!doctype html>", answer.body, re.IGNORECASE):
            return reply.not_implemented(call)
        return answer

    def _ask_moto(self, environ: dict[str, Any]) -> Reply:
        seen: list[Any] = []
        chunks = self.moto(environ, lambda status, headers, exc_info=None: seen.append((status, headers)))
        body = b"".join(chunks)
        status, headers = seen[0]
        return Reply(int(status[:3]), list(headers), body)
