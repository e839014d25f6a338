# Short names for what a contributor types. `make serve` and `make test` are the two README commands.
.PHONY: serve test check format lock

UV ?= uv
COMPILE = $(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate $(UPGRADE)

serve:
	python3 -m drafter serve

test:
	python3 tests --vite

# Format, lint, types, library, tests: what CI runs.
check:
	python3 tests

format:
	.venv/bin/python -m ruff format .
	.venv/bin/python -m ruff check --fix .

# Hashes, no addresses: plain pip installs both files. `make lock UPGRADE=--upgrade` takes newer versions.
# The test lock holds the runtime at the very versions of the runtime lock, so that one .venv serves both.
lock:
	$(COMPILE) pyproject.toml --output-file .ci/runtime.lock
	$(COMPILE) --extra test --constraint .ci/runtime.lock pyproject.toml --output-file .ci/test.lock
