#!/usr/bin/env python3
"""Show the verbs that ask an account: raise the stand-in, seed a compromised account, collect it, hunt its event history,
judge it, and ask who the leaked key is.

    python tests/aws/demo.py STANCH FOLDER     `make demo` runs it; what an earlier run left in FOLDER is replaced

Nothing leaves this machine and no AWS credentials are used.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from standin.loopback import forget_aws_environment

forget_aws_environment()

from account import Program, raised, regions, seeded  # noqa: E402

MARK = "made-by-demo"
# 0 nothing, 1 findings, 3 and 4 not all known: the stand-in lacks much of AWS.
ENDS_WELL = {0, 1, 3, 4}


def main() -> None:
    stanch, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    make_room(folder)
    print("== raising an AWS stand-in on this machine and seeding a compromised account", flush=True)
    with raised() as endpoint:
        truth = seeded(endpoint, folder / "truth.json")
        program = Program(stanch, endpoint, folder / "home")
        case = program.case(folder / "case")
        print(f"   {len(truth['items'])} things in {len(truth['regions'])} regions, {len(truth['secrets'])} secrets among them\n")
        show(program, "whoami")
        show(program, "collect", "--case", str(case), *regions(truth["regions"]))
        show(program, "hunt", "--live", "--case", str(case), *regions(truth["regions"]))
        show(program, "case", "verify", str(case))
    # What lies in the case is judged without the account.
    show(program, "assess", "--case", str(case), "--output", str(folder / "account.html"))
    leaked = truth["credentials"]["ci-deploy"]["AccessKeyId"]
    show(program, "who", leaked, "--case", str(case))
    print(f"\nThe case lies in {case}; what is true of the account is in {folder / 'truth.json'}.")
    print(f"The judged account as a page: {folder / 'account.html'}")
    print(f"Next    {stanch} assess --case {case} -v")
    print(f"        {stanch} who {leaked} --case {case}")
    print(f"        {stanch} query persistence --case {case}")


def make_room(folder: Path) -> None:
    mark = folder / MARK
    if folder.exists() and not mark.exists():
        sys.exit(f"{folder} is there already, and no demo made it: name another folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    mark.touch()


def show(program: Program, *arguments: str) -> None:
    print(f"$ stanch {' '.join(arguments)}", flush=True)
    ended = subprocess.run([str(program.path), *arguments], env=program.environment(), check=False).returncode
    if ended not in ENDS_WELL:
        sys.exit(f"it ended with {ended}")
    print(flush=True)


if __name__ == "__main__":
    main()
