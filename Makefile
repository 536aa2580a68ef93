# The commands of a fresh Debian machine with Rust: `make demo`, `make check` and `make test`.
# Each installs what it misses, says what it does, and can be run again. `make help` lists the rest.
# docs/environment.md lists the variables that it reads.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.SHELLFLAGS := -eu -o pipefail -c

CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/stanch
export CARGO_TARGET_DIR ?= $(CACHE)/target
TOOLS := $(CACHE)/tools
DENY_VERSION := 0.20.2
DENY := $(TOOLS)/bin/cargo-deny
NEXTEST_VERSION := 0.9.143
NEXTEST := $(or $(shell command -v cargo-nextest),$(TOOLS)/bin/cargo-nextest)
PYTHON := $(CACHE)/python/bin/python
EXPORTS_PYTHON := $(CACHE)/python-exports/bin/python
STANDIN_PYTHON := $(CACHE)/python-standin/bin/python
FUZZ_VERSION := 0.13.2
FUZZ := $(TOOLS)/bin/cargo-fuzz
FUZZ_TARGETS := access_log archive bill file flow_log git_pack ocsf parquet record rule table web_log wrapper
SECONDS := 60

# Nothing here may ever reach a real account, whatever the caller's shell holds.
AWS_VARIABLES := $(shell env | sed -n 's/^\(AWS_[A-Za-z0-9_]*\)=.*/\1/p')
unexport $(AWS_VARIABLES)

DEMO_DIR := $(CACHE)/demo

# One set of features for lints, tests and chores: another set would build the dependencies again.
FEATURES := --workspace --features xtask/acceptance --locked
DEBUG := $(CARGO_TARGET_DIR)/debug
RELEASE := $(CARGO_TARGET_DIR)/release
XTASK := "$(DEBUG)/xtask"
export STANCH_STAGES := $(CARGO_TARGET_DIR)/stages
STAGE := scripts/stage.sh
TABLE := $(STAGE) --table

.PHONY: help demo build stanch check test check-stages proof-stages built format lint unit docs index words deny parity exports standin evaluator account assess contract record respond speed boto3 acceptance web tools-system bench-smoke hostile bench fuzz fuzz-all

help:
	@echo "make demo        build; hunt a made-up incident's logs; collect and hunt a compromised account on this machine"
	@echo "make check       format, lints, unit tests, generated files, words, licences: before every push"
	@echo "make test        make check and all proofs against the AWS stand-in: what CI runs"
	@echo "make build       the release binaries: $(RELEASE)/stanch and $(RELEASE)/stanch-query"
	@echo "make exports     load every export in the tool it is for (once: 560 MB of Python)"
	@echo "make standin     the AWS stand-in's own tests (once: 510 MB of Python)"
	@echo "make evaluator   decide thousands of requests as the stand-in does (part of make test)"
	@echo "make account     collect a compromised account from the stand-in, sealed, killed, denied, the walk over every operation (part of make test)"
	@echo "make respond     contain a compromised account and give it back, killed, under fire, with nonsense (part of make test; its timing: make speed)"
	@echo "make boto3       ask Stanch and boto3 the same questions (part of make test)"
	@echo "make contract    every action on the stand-in: done, failing at each call, killed at each line, undone (part of make test)"
	@echo "make record      the same, and write what the stand-in answered to tests/contract/recorded, which make check replays"
	@echo "make assess      judge three of them (part of make test)"
	@echo "make acceptance DATA=DIR   the figures over real logs"
	@echo "make bench       the figures beside other tools, over made-up logs (BENCH='--runs 3 --events 200000')"
	@echo "make hostile     gigabytes of files made to break it"
	@echo "make fuzz TARGET=record SECONDS=60   look for inputs that break a property ($(FUZZ_TARGETS))"
	@echo "make fuzz-all SECONDS=600            all of them in turn"
	@echo "make web         build the page's front end anew (needs Node)"

# The demonstration needs no query engine, which takes longer to build than all else.
demo: tools-system
	@$(MAKE) --no-print-directory --jobs 2 stanch $(STANDIN_PYTHON)
	"$(RELEASE)/stanch" demo --out "$(DEMO_DIR)" --force
	@echo
	"$(STANDIN_PYTHON)" -W ignore tests/aws/demo.py "$(RELEASE)/stanch" "$(DEMO_DIR)-account"
	@test -x "$(RELEASE)/stanch-query" || echo "To ask a case with stanch query, build the query engine: make build"

stanch: tools-system
	@echo "== building stanch, the release binary: 360 packages; the first time this takes some minutes"
	@scripts/stage.sh stanch cargo build --release --locked --package stanch
	@ls -l "$(RELEASE)/stanch" | awk '{ printf "== built %s (%d MB)\n", $$NF, $$5 / 1000000 }'

# By itself, so that the dependencies that both need keep the features that stanch was built with.
build: stanch
	@echo "== building stanch-query, the query engine that stanch query starts: 230 packages; the first time this takes longer than stanch itself"
	@scripts/stage.sh stanch-query cargo build --release --locked --package stanch-query
	@ls -l "$(RELEASE)/stanch-query" | awk '{ printf "== built %s (%d MB)\n", $$NF, $$5 / 1000000 }'

# The table of stages is printed on failure, too.
check: tools-system
	@rm -f "$(STANCH_STAGES)"; mkdir -p "$(CARGO_TARGET_DIR)"; status=0; \
	$(MAKE) --no-print-directory check-stages || status=$$?; \
	$(TABLE); if [ $$status = 0 ]; then echo "== make check: all well"; else echo "== make check: FAILED"; fi; exit $$status

test: tools-system
	@rm -f "$(STANCH_STAGES)"; mkdir -p "$(CARGO_TARGET_DIR)"; status=0; \
	{ $(MAKE) --no-print-directory check-stages && $(MAKE) --no-print-directory --jobs 2 --output-sync=target proof-stages && \
	  $(MAKE) --no-print-directory speed; } || status=$$?; \
	$(TABLE); if [ $$status = 0 ]; then echo "== make test: all well"; else echo "== make test: FAILED"; fi; exit $$status

check-stages: format lint unit index words deny

# Two at once; the longest first.
proof-stages: respond contract standin account boto3 evaluator assess parity bench-smoke docs

format:
	@$(STAGE) format cargo fmt --all --check

# Warnings are errors; functions are at most 60 lines.
lint:
	@$(STAGE) lint cargo clippy $(FEATURES) --all-targets -- --deny warnings

unit: $(NEXTEST)
	@$(STAGE) unit "$(NEXTEST)" nextest run $(FEATURES)

# What the proofs run: the programs, as the unit tests built them.
built: $(NEXTEST)
	@"$(NEXTEST)" nextest run $(FEATURES) --cargo-quiet --no-run

$(TOOLS)/bin/cargo-nextest:
	@echo "== installing cargo-nextest $(NEXTEST_VERSION) (once)"
	cargo install --quiet --locked --root "$(TOOLS)" --version $(NEXTEST_VERSION) cargo-nextest

# Also the examples in the documentation, which nextest does not run.
docs:
	@$(STAGE) docs bash -c 'RUSTDOCFLAGS="--deny warnings" cargo doc $(FEATURES) --no-deps --quiet && cargo test $(FEATURES) --doc --quiet'

index: built
	@$(STAGE) index bash -c '$(XTASK) index --check && $(XTASK) budget && $(XTASK) prose'

words: built
	@$(STAGE) words $(XTASK) words --check

deny: $(DENY)
	@$(STAGE) deny scripts/deny.sh "$(DENY)"

$(DENY):
	@echo "== installing cargo-deny $(DENY_VERSION) (once)"
	cargo install --quiet --locked --root "$(TOOLS)" --version $(DENY_VERSION) --no-default-features cargo-deny

# Rules of one's own match as another Sigma implementation has it.
parity: built $(PYTHON)
	@$(STAGE) parity $(XTASK) parity --python "$(PYTHON)"

$(PYTHON): scripts/requirements.txt
	@echo "== installing pySigma into a virtual environment (once)"
	python3 -m venv "$(CACHE)/python"
	"$(PYTHON)" -m pip install --quiet --disable-pip-version-check --requirement scripts/requirements.txt
	touch "$(PYTHON)"

# Not part of `make test`: installing the readers takes more than a minute.
exports: tools-system built $(EXPORTS_PYTHON)
	@$(STAGE) exports "$(EXPORTS_PYTHON)" scripts/check_exports.py "$(DEBUG)/stanch"

$(EXPORTS_PYTHON): scripts/exports-requirements.txt scripts/exports-server-requirements.txt
	@echo "== installing the readers of exports into a virtual environment (once)"
	python3 -m venv "$(CACHE)/python-exports"
	"$(EXPORTS_PYTHON)" -m pip install --quiet --disable-pip-version-check --requirement scripts/exports-requirements.txt
	"$(EXPORTS_PYTHON)" -m pip install --quiet --disable-pip-version-check --no-deps --requirement scripts/exports-server-requirements.txt
	touch "$(EXPORTS_PYTHON)"

# The stand-in refuses, pages, records and fails as AWS does; what containment writes takes effect, late and throttled as on AWS.
standin: tools-system $(STANDIN_PYTHON)
	@$(STAGE) standin scripts/together.sh "$(STANDIN_PYTHON) -W ignore" tests/aws/test_{standin,threads,changes,containment,hostile,attacked}.py

# Decisions about policies are those of the stand-in, over policies and requests by chance. Cargo builds examples with the tests.
evaluator: built $(STANDIN_PYTHON)
	@$(STAGE) evaluator "$(STANDIN_PYTHON)" -W ignore tests/aws/test_evaluator.py "$(DEBUG)/examples/evaluate"

# A compromised account is collected: all of it, no secrets, denied, killed and resumed.
account: built $(STANDIN_PYTHON)
	@$(STAGE) account "$(STANDIN_PYTHON)" -W ignore tests/aws/test_collect.py "$(DEBUG)/stanch"

# What Stanch reads is what boto3 reads, operation by operation.
boto3: built $(STANDIN_PYTHON)
	@$(STAGE) boto3 "$(STANDIN_PYTHON)" -W ignore tests/aws/compare_with_boto3.py --stanch "$(DEBUG)/stanch"

# Three compromised accounts are judged: what the attacker left is found, legitimate things are not accused.
assess: built $(STANDIN_PYTHON)
	@$(STAGE) assess "$(STANDIN_PYTHON)" -W ignore tests/aws/test_assess.py "$(DEBUG)/stanch"

# Every action is done, fails at each call, is killed at each line, and is undone; the stand-in answers as it did when it was recorded.
contract: built $(STANDIN_PYTHON)
	@$(STAGE) contract env STANCH_STANDIN_PYTHON="$(STANDIN_PYTHON)" "$(DEBUG)/stanch-contract"

# Two stand-ins, one for each processor.
record: built $(STANDIN_PYTHON)
	STANCH_STANDIN_PYTHON="$(STANDIN_PYTHON)" "$(DEBUG)/stanch-contract" --record

# A compromised account is contained and given back: killed, fought, tampered with, fed with nonsense. Much of it is waiting, for
# stable results and for what IAM reports late: three parts at once.
respond: built $(STANDIN_PYTHON)
	@$(STAGE) respond scripts/together.sh "$(STANDIN_PYTHON) -W ignore tests/aws/test_respond.py $(DEBUG)/stanch" \
		"Contained Watched Undone Killed Tampered" "BadInput Asked" UnderFire

# How fast it is contained: alone, so that nothing else takes its time.
speed: built $(STANDIN_PYTHON)
	@$(STAGE) speed "$(STANDIN_PYTHON)" -W ignore tests/aws/test_respond.py "$(DEBUG)/stanch" Speed

$(STANDIN_PYTHON): tests/aws/requirements.txt
	@echo "== installing moto into a virtual environment (once, half a minute)"
	python3 -m venv "$(CACHE)/python-standin"
	"$(STANDIN_PYTHON)" -m pip install --quiet --disable-pip-version-check --requirement tests/aws/requirements.txt
	touch "$(STANDIN_PYTHON)"

# Real logs are not part of the repository; name the folder that holds them.
acceptance:
	cargo xtask acceptance --data "$(DATA)"

hostile:
	cargo xtask hostile

bench:
	cargo xtask bench $(BENCH)

# The measurement itself works; its figures mean nothing.
bench-smoke: built
	@$(STAGE) bench-smoke bash -c '$(XTASK) bench --smoke --stanch "$(DEBUG)/stanch" && $(XTASK) bench-collect --smoke --stanch "$(DEBUG)/stanch"'

# The compiler's own coverage and the address sanitizer, which stable Rust has but keeps behind this variable.
fuzz fuzz-all: export RUSTC_BOOTSTRAP := 1
fuzz fuzz-all: export PATH := $(TOOLS)/bin:$(PATH)

fuzz: $(FUZZ)
	@test -n "$(TARGET)" || { echo "name a target: make fuzz TARGET=record SECONDS=60"; exit 1; }
	scripts/fuzz.sh $(SECONDS) $(TARGET)

fuzz-all: $(FUZZ)
	scripts/fuzz.sh $(SECONDS) $(FUZZ_TARGETS)

$(FUZZ):
	@echo "== installing cargo-fuzz $(FUZZ_VERSION) (once)"
	cargo install --quiet --locked --root "$(TOOLS)" --version $(FUZZ_VERSION) cargo-fuzz

web:
	cd web && npm ci && npm run build

# A C compiler for crates that build C, and Python for the parity check.
tools-system:
	@missing=""; \
	command -v cc >/dev/null || missing="$$missing build-essential"; \
	python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || missing="$$missing python3-venv"; \
	if [ -n "$$missing" ]; then \
		echo "== installing$$missing"; \
		if [ "$$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi; \
		$$as_root apt-get update -qq && $$as_root apt-get install -y -qq $$missing; \
	fi
	@command -v cargo >/dev/null || { echo "Rust is missing: install it from https://rustup.rs and run this again"; exit 1; }
