#!/usr/bin/env python3
"""Start the AWS stand-in on loopback; prints `{"endpoint": …}` when it answers, ends when standard input closes.

    python tests/aws/server.py --strict [--port 0] [--enforce] [--deny ec2 …] [--page-size 2] [--lookup-rate 2]
                                [--propagation 4] [--write-rate 15]
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import warnings

from standin.lifetime import end_with_starter
from standin.loopback import forget_aws_environment, stay_on_loopback


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--strict", action="store_true", help="with all that stands in front of moto")
    parser.add_argument("--enforce", action="store_true", help="check signatures and permissions from the start (strict; later: POST /moto-api/reset-auth, body 0 or inf)")
    parser.add_argument("--deny", action="append", default=[], metavar="SERVICE", help="every call of this service is denied (strict, repeatable)")
    parser.add_argument("--page-size", type=int, help="at most so many items a page, whoever asks (strict)")
    parser.add_argument("--lookup-rate", type=float, default=0.0, help="LookupEvents per second, account and region; 0: no limit; AWS: 2 (strict)")
    parser.add_argument("--propagation", type=float, default=0.0, metavar="SECONDS",
                        help="writes to IAM count for authorisation only so much later, reads show them at once; AWS: about 4 (strict)")
    parser.add_argument("--write-rate", type=float, default=0.0, help="writes per second over an account; 0: no limit; AWS: about 15 (strict)")
    parser.add_argument("--stay", action="store_true", help="outlive the starter: for work by hand")
    return parser.parse_args()


def _application(arguments: argparse.Namespace):
    """moto is imported here: its settings are read from the environment when it is loaded."""
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    moto = DomainDispatcherApplication(create_backend_app)
    if not arguments.strict:
        return moto
    from moto.sts import models as sessions

    from standin.additions.common import secret
    from standin.application import Application
    from standin.once import share
    from standin.identities import Identities
    from standin.requests import WriteLimit
    from standin.state import State
    from standin.trail import Trail

    sessions.random_session_token = lambda: "FwoGZXIvYXdzE" + secret(300)  # moto takes them from the system, which no seed reaches
    share()
    state = State(Trail(arguments.lookup_rate), identities=Identities(arguments.propagation), write_limit=WriteLimit(arguments.write_rate),
                  enforcing=arguments.enforce, denied=frozenset(arguments.deny), page_size=arguments.page_size)
    return Application(moto, state)


def main() -> None:
    arguments = _arguments()
    forget_aws_environment()
    stay_on_loopback()
    if not arguments.stay:
        end_with_starter()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", message=".*does not match an error shape")  # AccessDenied and its like are in no model
    application = _application(arguments)
    from moto.moto_server.werkzeug_app import MotoRequestHandler
    from werkzeug.serving import make_server

    class Handler(MotoRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body go out in two writes, which would wait for each other

        def make_environ(self):
            """With the one header of AWS that has an underscore in its name, which werkzeug leaves out."""
            token = self.headers.get("x-amz-sso_bearer_token")
            return super().make_environ() | ({"HTTP_X_AMZ_SSO_BEARER_TOKEN": token} if token else {})

    server = make_server("127.0.0.1", arguments.port, application, threaded=True, request_handler=Handler)
    print(json.dumps({"endpoint": f"http://127.0.0.1:{server.server_port}"}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
