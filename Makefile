# Two commands do everything: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# The tests start the program hundreds of times: compiled once, it starts sooner.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: install install-test run test test-long check bench bench-reading bench-growth servers examples letters papers screenshots pictures lock dist sbom audit clean

install: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

install-test: $(VENV)/.installed-test $(VENV)/client/.installed

$(VENV)/.installed-test: requirements-test.lock $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-test.lock
	touch $@

# Another program's environment, in which a client of the API is made from its OpenAPI file.
$(VENV)/client/.installed: tests/api/client.lock $(VENV)/.installed-test
	test -x $(VENV)/client/bin/python || $(BIN)/python -m venv $(VENV)/client
	$(VENV)/client/bin/python -m pip install --quiet --require-hashes -r tests/api/client.lock
	touch $@

run: install
	$(BIN)/intake demo

# PostgreSQL, Dovecot, Postfix, swaks, Chromium, LibreOffice, Tesseract …: what the tests talk to.
servers:
	sh tests/install-servers.sh

check: install-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# One worker more than cores: many tests wait for servers.
test: install-test servers check
	$(BIN)/pytest -n $$(( $$(nproc) + 1 )) --dist worksteal -m "not long"

# The slow ones, and all of `make test` again under four other clocks (as root, some two hours).
test-long: install-test servers
	$(BIN)/pytest -n auto --dist worksteal -m long

bench: install-test
	$(BIN)/python -m bench.road
	$(BIN)/python -m bench.decrypt

# How well invoices are read, on documents nobody has seen, beside invoice2data and plain patterns.
bench-reading: install-test servers
	$(BIN)/python -m bench.reading

# What a mail, a search and an idle second cost with up to a million cases; takes half an hour.
bench-growth: install-test servers
	$(BIN)/python -m bench.growth
	$(BIN)/python -m bench.growth --postgresql

examples: install-test servers
	$(BIN)/python -m tests.examples.make

# Every letter in every situation, to be read in docs/letters/.
letters: install-test
	$(BIN)/python -m tests.letters.make

# The page for providers, its sheet, and the clerks' lists of points and keys, as Almere's stand in docs/.
papers: install-test
	$(BIN)/python -m tests.papers.test_papers

# The pictures of README and docs/handleiding/.
pictures: install-test servers
	$(BIN)/python -m tests.browser.pictures

# Every page of the clerk in light, in dark, at 200 % and on paper, to be looked at.
screenshots: install-test servers
	$(BIN)/python -m tests.browser.screenshots var/screenshots

lock: install
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --all-build-deps -o requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --extra test --all-build-deps -o requirements-test.lock pyproject.toml
	$(BIN)/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header -o tests/api/client.lock tests/api/client.in

# A wheel and a source archive, the same bytes whenever and wherever they are built.
dist: install
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m hatchling build -d dist

# What is in it, as CycloneDX.
sbom: install
	mkdir -p dist
	$(BIN)/python deploy/sbom.py > dist/intake.cdx.json

# Known holes in the packages of the lock; asks a public database, so it is no test.
audit: install
	test -x $(VENV)/audit/bin/python || $(BIN)/python -m venv $(VENV)/audit
	$(VENV)/audit/bin/python -m pip install --quiet pip-audit==2.10.1
	$(VENV)/audit/bin/pip-audit --strict --require-hashes --disable-pip -r requirements.lock

clean:
	rm -rf $(VENV) var dist
