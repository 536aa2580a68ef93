# The two commands of a fresh Debian machine with Rust: `make demo` and `make test`.
# Each installs what it misses, says what it does, and can be run again. `make help` lists the rest.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.SHELLFLAGS := -eu -o pipefail -c

CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/stanch
export CARGO_TARGET_DIR ?= $(CACHE)/target
TOOLS := $(CACHE)/tools
DENY_VERSION := 0.20.2
DENY := $(TOOLS)/bin/cargo-deny
PYTHON := $(CACHE)/python/bin/python
EXPORTS_PYTHON := $(CACHE)/python-exports/bin/python
STANDIN_PYTHON := $(CACHE)/python-standin/bin/python
FUZZ_VERSION := 0.13.2
FUZZ := $(TOOLS)/bin/cargo-fuzz
FUZZ_TARGETS := access_log archive file flow_log record rule
SECONDS := 60

# Nothing here may ever reach a real account, whatever the caller's shell holds.
AWS_VARIABLES := $(shell env | sed -n 's/^\(AWS_[A-Za-z0-9_]*\)=.*/\1/p')
unexport $(AWS_VARIABLES)

DEMO_DIR := $(CACHE)/demo

.PHONY: help demo build test format lint unit docs budget deny parity exports standin evaluator account assess contract respond boto3 acceptance web tools-system bench-smoke hostile bench fuzz fuzz-all

help:
	@echo "make demo        build; hunt a made-up incident's logs; collect and hunt a compromised account on this machine"
	@echo "make test        everything that CI checks"
	@echo "make build       the release binary: $(CARGO_TARGET_DIR)/release/stanch"
	@echo "make exports     load every export in the tool it is for (once: 560 MB of Python)"
	@echo "make standin     the AWS stand-in's own tests (once: 510 MB of Python)"
	@echo "make evaluator   decide thousands of requests as the stand-in does (part of make test)"
	@echo "make account     collect a compromised account from the stand-in, sealed, killed, denied, the walk over every operation (part of make test)"
	@echo "make respond     contain a compromised account and give it back, killed, under fire, with nonsense, timed (part of make test)"
	@echo "make boto3       ask Stanch and boto3 the same questions (part of make test)"
	@echo "make contract    every action on the stand-in: done, failing at each call, killed at each line, taken back (part of make test)"
	@echo "make assess      judge three of them (part of make test)"
	@echo "make acceptance DATA=DIR   the figures over real logs"
	@echo "make bench       the figures beside other tools, over made-up logs (BENCH='--runs 3 --events 200000')"
	@echo "make hostile     gigabytes of files made to break it"
	@echo "make fuzz TARGET=record SECONDS=60   look for inputs that break a property ($(FUZZ_TARGETS))"
	@echo "make fuzz-all SECONDS=600            all of them in turn"
	@echo "make web         build the page's front end anew (needs Node)"

demo: build $(STANDIN_PYTHON)
	"$(CARGO_TARGET_DIR)/release/stanch" demo --out "$(DEMO_DIR)" --clobber
	@echo
	"$(STANDIN_PYTHON)" -W ignore tests/aws/demo.py "$(CARGO_TARGET_DIR)/release/stanch" "$(DEMO_DIR)-account"

build: tools-system
	@echo "== building the release binary (the first time this takes long: twenty minutes on two processors, most of it the query engine)"
	cargo build --release --locked --package stanch
	@echo "== built $(CARGO_TARGET_DIR)/release/stanch"

test: tools-system format lint unit docs budget deny parity bench-smoke standin evaluator account assess respond contract boto3
	@echo "== all checks passed"

format:
	@echo "== format"
	cargo fmt --all --check

lint:
	@echo "== lints (warnings are errors; functions are at most 60 lines)"
	cargo clippy --workspace --all-targets --features xtask/acceptance,stanch-respond/standin --locked --quiet -- --deny warnings

unit:
	@echo "== tests"
	cargo test --workspace --features xtask/acceptance --locked --quiet

docs:
	@echo "== documentation without warnings"
	RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --locked --quiet

budget:
	@echo "== generated files current, sizes within bounds"
	cargo xtask index --check
	cargo xtask budget

deny: $(DENY)
	@echo "== licences, sources, bans"
	"$(DENY)" --log-level error check bans licenses sources
	@echo "== advisories (only where the database can be fetched)"
	@if timeout 60 "$(DENY)" --log-level error fetch db >/dev/null 2>&1; then \
		"$(DENY)" --log-level error check advisories; \
	else echo "no network to the advisory database: advisories were not checked"; fi

$(DENY):
	@echo "== installing cargo-deny $(DENY_VERSION) (once)"
	cargo install --quiet --locked --root "$(TOOLS)" --version $(DENY_VERSION) --no-default-features cargo-deny

parity: $(PYTHON)
	@echo "== rules of one's own match as another Sigma implementation has it"
	cargo xtask parity --python "$(PYTHON)"

$(PYTHON): scripts/requirements.txt
	@echo "== installing pySigma into a virtual environment (once)"
	python3 -m venv "$(CACHE)/python"
	"$(PYTHON)" -m pip install --quiet --disable-pip-version-check --requirement scripts/requirements.txt
	touch "$(PYTHON)"

# Not part of `make test`: installing the readers takes more than a minute.
exports: tools-system $(EXPORTS_PYTHON)
	@echo "== every export loads in the tool it is for"
	cargo build --locked --quiet --package stanch
	"$(EXPORTS_PYTHON)" scripts/check_exports.py "$(CARGO_TARGET_DIR)/debug/stanch"

$(EXPORTS_PYTHON): scripts/exports-requirements.txt scripts/exports-server-requirements.txt
	@echo "== installing the readers of exports into a virtual environment (once)"
	python3 -m venv "$(CACHE)/python-exports"
	"$(EXPORTS_PYTHON)" -m pip install --quiet --disable-pip-version-check --requirement scripts/exports-requirements.txt
	"$(EXPORTS_PYTHON)" -m pip install --quiet --disable-pip-version-check --no-deps --requirement scripts/exports-server-requirements.txt
	touch "$(EXPORTS_PYTHON)"

standin: tools-system $(STANDIN_PYTHON)
	@echo "== the AWS stand-in refuses, pages, records and fails as AWS does"
	"$(STANDIN_PYTHON)" -W ignore tests/aws/test_standin.py
	@echo "== what containment writes takes effect, late and throttled as on AWS; what was stolen works before it and not after it"
	@set -e; running=; for name in changes containment hostile attacked; do \
		"$(STANDIN_PYTHON)" -W ignore tests/aws/test_$$name.py & running="$$running $$!"; done; \
		for each in $$running; do wait $$each; done

# Cargo builds examples with the tests.
evaluator: unit $(STANDIN_PYTHON)
	@echo "== what policies decide is what the stand-in decides, over policies and requests by chance"
	"$(STANDIN_PYTHON)" -W ignore tests/aws/test_evaluator.py "$(CARGO_TARGET_DIR)/debug/examples/evaluate"

# The program that the tests built: another build would compile the query engine again.
account: unit $(STANDIN_PYTHON)
	@echo "== a compromised account is collected: all of it, no secrets, denied, killed and taken up again"
	"$(STANDIN_PYTHON)" -W ignore tests/aws/test_collect.py "$(CARGO_TARGET_DIR)/debug/stanch"

boto3: unit $(STANDIN_PYTHON)
	@echo "== what Stanch reads is what boto3 reads, operation by operation"
	"$(STANDIN_PYTHON)" -W ignore tests/aws/compare_with_boto3.py --stanch "$(CARGO_TARGET_DIR)/debug/stanch"

assess: unit $(STANDIN_PYTHON)
	@echo "== three compromised accounts are judged: what the intruder left is found, honest things are not accused"
	"$(STANDIN_PYTHON)" -W ignore tests/aws/test_assess.py "$(CARGO_TARGET_DIR)/debug/stanch"

# The whole workspace is named so that what the tests built is used again: other features would build the AWS crates anew.
contract: unit $(STANDIN_PYTHON)
	@echo "== every action is done, fails at each call, is killed at each line, and is taken back"
	STANCH_STANDIN_PYTHON="$(STANDIN_PYTHON)" cargo test --workspace --features xtask/acceptance,stanch-respond/standin --locked --quiet --test contract

# Much of it is waiting, for what holds and for what IAM tells late: three parts at once, and what is timed by itself.
# STANCH_KILLS and STANCH_KILL_SECONDS say how often and how long the program is killed.
respond: unit $(STANDIN_PYTHON)
	@echo "== a compromised account is contained and given back: killed, fought, tampered with, fed with nonsense, timed"
	@set -e; running=; for classes in "Contained Watched Undone Killed Tampered" "BadInput Asked" UnderFire; do \
		"$(STANDIN_PYTHON)" -W ignore tests/aws/test_respond.py "$(CARGO_TARGET_DIR)/debug/stanch" $$classes & running="$$running $$!"; done; \
		for each in $$running; do wait $$each; done
	"$(STANDIN_PYTHON)" -W ignore tests/aws/test_respond.py "$(CARGO_TARGET_DIR)/debug/stanch" Speed

$(STANDIN_PYTHON): tests/aws/requirements.txt
	@echo "== installing moto into a virtual environment (once)"
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

# That the measurement itself works; its figures mean nothing. It runs the program that the tests built: another build would
# compile the query engine again, since Cargo chooses features by what it builds together.
bench-smoke: unit
	@echo "== the benchmark works"
	cargo xtask bench --smoke --stanch "$(CARGO_TARGET_DIR)/debug/stanch"
	cargo xtask bench-collect --smoke --stanch "$(CARGO_TARGET_DIR)/debug/stanch"

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
