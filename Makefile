# `make` alone lists what there is. `make serve` and `make test` set up .venv themselves and keep it while nothing changed.

HOST ?= $(or $(AFTERGLOW_HOST),127.0.0.1)
PORT ?= $(or $(AFTERGLOW_PORT),8000)
PYTHON ?=
IMAGE ?= afterglow
LOCK_FLAGS ?=
BUILD_FLAGS ?=
LANGUAGES ?= typescript python kotlin swift dart

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help serve test check openapi coverage oracle mutants faq-report triage-report reading-pace train format lock \
	image image-test clean FORCE test-page picture contract-lint attack schemathesis soak lowest bench bench-record sbom gateway \
	rolling-test clients test-clients

help: ## list these targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-24s%s\n", $$1, $$2}'
	@echo
	@echo "Variables: HOST and PORT of serve ($(HOST):$(PORT)), PYTHON (a Python 3.11 or newer), IMAGE (the image's name),"
	@echo "LOCK_FLAGS=--upgrade (lock the newest releases), BUILD_FLAGS (more options for docker build),"
	@echo "LANGUAGES of clients ($(LANGUAGES))."

serve: .venv/compiled ## run the service (HOST, PORT)
	@echo "Afterglow listens on http://$(HOST):$(PORT)"
	@echo "  the page            http://$(HOST):$(PORT)/"
	@echo "  every call          http://$(HOST):$(PORT)/docs"
	@echo "  the API description http://$(HOST):$(PORT)/openapi.json"
	@echo "Ctrl-C stops it."
	@AFTERGLOW_HOST="$(HOST)" AFTERGLOW_PORT="$(PORT)" exec .venv/bin/afterglow serve

test: .venv/installed ## format check, lint, types, import contracts, content check, tests
	@echo "- format"
	@.venv/bin/ruff format --check --quiet . || { .venv/bin/ruff format --diff . ; echo "make format mends this."; exit 1; }
	@echo "- lint"
	@.venv/bin/ruff check --quiet .
	@echo "- types"
	@.venv/bin/mypy --no-error-summary
	@echo "- import contracts"
	@report=$$(.venv/bin/lint-imports --no-logo) || { printf '%s\n' "$$report"; exit 1; }
	@echo "- content"
	@.venv/bin/afterglow check
	@echo "- tests"
	@$(PYTEST)
	@report=$$($(GUIDANCE_COVERAGE)) || { printf '%s\n' "$$report"; exit 1; }

test-page: .venv/installed .venv/page tests/tools/node_modules ## walk the page in a real Chromium (CHROMIUM, if it is not on the path)
	@.venv/bin/python -m pytest tests/page/journeys.py

picture: .venv/installed .venv/page ## take the picture of the page that README.md shows; look at it before it is committed
	@.venv/bin/python -m tests.page.picture

CLIENT_TOOLS = $(if $(filter typescript,$(LANGUAGES)),openapi/generate/node_modules) \
	$(if $(filter-out typescript,$(LANGUAGES)),.venv/clients)

clients: .venv/locked $(CLIENT_TOOLS) ## generate typed clients into clients/ (LANGUAGES; needs Node and Java)
	@.venv/bin/python -m openapi.generate $(LANGUAGES)

test-clients: .venv/installed clients tests/clients/node_modules ## compile the clients, and run them against the service (needs Node and Java)
	@.venv/bin/python -m pytest tests/clients/journeys.py

contract-lint: tests/tools/node_modules ## lint openapi/openapi.json with redocly and spectral (needs Node)
	@cd tests/tools && REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
		npx --no-install redocly lint --extends recommended-strict ../../openapi/openapi.json
	@cd tests/tools && npx --no-install spectral lint --ruleset spectral.yaml --fail-severity hint ../../openapi/openapi.json
attack: .venv/installed ## run the service, and hundreds of hostile clients against it (two minutes)
	@.venv/bin/python -m tests.attack

schemathesis: .venv/installed .venv/schemathesis ## compare the running service with its description in 2,000 cases and more
	@.venv/bin/python -m tests.schemathesis

soak: .venv/installed ## ask at half of full load, and watch errors and memory (SECONDS, ten minutes)
	@.venv/bin/python -m tests.soak $(or $(SECONDS),600)

bench: .venv/compiled .venv/bench ## measure everything side by side, eight minutes a run (RUNS), and write tests/bench/RESULTS.md
	@.venv/bin/python -m tests.bench --runs $(or $(RUNS),1)

bench-record: .venv/installed ## record what the hot paths cost, for the test that holds them to it
	@.venv/bin/python -m tests.bench.record

lowest: .venv/installed ## install the lowest versions that pyproject.toml allows, and run the tests of the API on them
	@.venv/bin/python -m tests.lowest

check: .venv/installed ## check the guidance content
	@.venv/bin/afterglow check

openapi: .venv/installed ## write openapi/openapi.json anew
	@.venv/bin/afterglow openapi

# A process for each core, up to four: most of the time is spent in pure Python.
PYTEST = .venv/bin/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal --cov --cov-report=

# Silent in `make test` when there is enough of it, so that pytest has the last word.
GUIDANCE_COVERAGE = .venv/bin/coverage report --include='service/guidance/*' --fail-under=95

coverage: .venv/installed ## branch coverage of service/guidance in the last test run
	@test -f .coverage || $(PYTEST)
	@$(GUIDANCE_COVERAGE)

oracle: .venv/installed ## compare the engine with the oracle on 1,000,000 questions (QUESTIONS, half an hour)
	@.venv/bin/python -m tests.oracle_run $(or $(QUESTIONS),1000000)

mutants: .venv/installed .venv/mutants ## change the code that decides, bit by bit, and see whether a test minds
	@rm -rf mutants && .venv/bin/mutmut run && .venv/bin/mutmut results

faq-report: .venv/installed ## measure the FAQ search on its own sets of questions
	@.venv/bin/python -m tests.faq_report

triage-report: .venv/installed ## measure triage on messages of its own set (SET=tune, inbox or examination for those that are looked at)
	@.venv/bin/python -m tests.triage_report $(or $(SET),final)

reading-pace: .venv/installed ## measure what reading a text costs on one core
	@.venv/bin/python -m tests.reading_pace

train: .venv/installed .venv/training ## learn the second reader's weights anew from corpus/ (a few minutes)
	@.venv/bin/python -W ignore -m training

format: .venv/installed ## format the code and mend what the linter can
	@.venv/bin/ruff check --fix --quiet .
	@.venv/bin/ruff format .

lock: .venv/locked ## resolve pyproject.toml into the lock files
	@$(COMPILE) --output-file docker/requirements.txt pyproject.toml
	@$(COMPILE) --output-file tests/requirements.txt pyproject.toml --group dev --constraint docker/requirements.txt
	@$(COMPILE) --output-file docker/build-requirements.txt --group build --constraint tests/requirements.txt
	@$(COMPILE) --output-file tests/schemathesis-requirements.txt --group schemathesis --constraint tests/requirements.txt
	@$(COMPILE) --output-file tests/mutants-requirements.txt --group mutants --constraint tests/requirements.txt
	@$(COMPILE) --output-file tests/bench/requirements.txt --group bench --constraint tests/requirements.txt
	@$(COMPILE) --output-file training/requirements.txt --group training --constraint tests/requirements.txt
	@$(COMPILE) --output-file tests/page/requirements.txt --group page --constraint tests/requirements.txt
	@$(COMPILE) --output-file openapi/generate/requirements.txt --group clients --constraint tests/requirements.txt
	@echo "The lock files agree with pyproject.toml."

COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(LOCK_FLAGS)

BUILDKIT = $${DOCKER_BUILDKIT:-$$(docker buildx version >/dev/null 2>&1 && echo 1 || echo 0)}

image: ## build the container image
	@DOCKER_BUILDKIT=$(BUILDKIT) docker build --force-rm --tag $(IMAGE) \
		--build-arg VERSION="$$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)" \
		--build-arg REVISION="$$(git rev-parse --verify --quiet HEAD || echo unknown)" \
		$(BUILD_FLAGS) .

image-test: image ## run the image read-only, without rights, ask it three questions and look around in it
	@$(FIND_PYTHON); "$$python" docker/image-test $(IMAGE)

sbom: image ## write the image's bill of materials to dist/sbom.cdx.json
	@mkdir -p dist && docker run --rm --network none $(IMAGE) cat /opt/afterglow/sbom.cdx.json > dist/sbom.cdx.json
	@echo "Wrote dist/sbom.cdx.json."

gateway: ## build the image of the gateway
	@DOCKER_BUILDKIT=$(BUILDKIT) docker build --force-rm --tag $(IMAGE)-gateway docker/gateway

rolling-test: image gateway ## replace two replicas behind the gateway under load: no request may fail
	@$(FIND_PYTHON); "$$python" docker/rolling_test.py $(IMAGE) $(IMAGE)-gateway

clean: ## remove .venv and everything else that can be made again
	@rm -rf .venv mutants screenshots tests/tools/node_modules openapi/generate/node_modules tests/clients/node_modules clients .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis dist htmlcov
	@find service tests docker -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment. A changed lock, another PYTHON or another place makes it anew; a changed pyproject.toml only reinstalls us.
MADE_FOR := $(CURDIR) $(PYTHON)
ifneq ($(shell .venv/bin/python -c '' 2>/dev/null && cat .venv/made-for 2>/dev/null),$(strip $(MADE_FOR)))
REMAKE := FORCE
endif

.venv/locked: docker/build-requirements.txt tests/requirements.txt $(REMAKE)
	@$(FIND_PYTHON); echo "Setting up .venv with $$("$$python" --version) (a minute, once)"; "$$python" -m venv --clear .venv
	@$(PIP) install --require-hashes --requirement docker/build-requirements.txt
	@$(PIP) install --require-hashes --requirement tests/requirements.txt
	@printf '%s\n' "$(strip $(MADE_FOR))" > .venv/made-for
	@touch $@

.venv/schemathesis: .venv/locked tests/schemathesis-requirements.txt
	@$(PIP) install --require-hashes --requirement tests/schemathesis-requirements.txt
	@touch $@

.venv/mutants: .venv/locked tests/mutants-requirements.txt
	@$(PIP) install --require-hashes --requirement tests/mutants-requirements.txt
	@touch $@

.venv/bench: .venv/locked tests/bench/requirements.txt
	@$(PIP) install --require-hashes --requirement tests/bench/requirements.txt
	@touch $@

.venv/training: .venv/locked training/requirements.txt
	@$(PIP) install --require-hashes --requirement training/requirements.txt
	@touch $@

.venv/page: .venv/locked tests/page/requirements.txt
	@$(PIP) install --require-hashes --requirement tests/page/requirements.txt
	@touch $@

.venv/clients: .venv/locked openapi/generate/requirements.txt
	@$(PIP) install --require-hashes --requirement openapi/generate/requirements.txt
	@touch $@

%/node_modules: %/package.json %/package-lock.json
	@command -v npm >/dev/null || { echo "This needs Node 20 or newer, with npm." >&2; exit 1; }
	@cd $* && npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

.venv/installed: .venv/locked pyproject.toml
	@$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@$(PIP) check >/dev/null || { $(PIP) check; echo "The lock does not fit pyproject.toml: make lock mends this."; exit 1; }
	@touch $@

# Content and code as they are now, so that a start need not read, check and compile all of it again.
.venv/compiled: .venv/installed $(shell find service -type f -not -path '*/__pycache__/*')
	@.venv/bin/afterglow compile >/dev/null
	@touch $@

PIP = .venv/bin/python -m pip --quiet --quiet --disable-pip-version-check

# Sets the shell's $python to the first Python that is new enough, or says what is lacking.
FIND_PYTHON = \
	for python in $(if $(PYTHON),"$(PYTHON)",python3 python3.14 python3.13 python3.12 python3.11 python); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
		python=; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Afterglow needs Python 3.11 or newer$(if $(PYTHON), and '$(PYTHON)' is not)." \
			"Name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; \
		exit 1; \
	fi
