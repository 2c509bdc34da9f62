# `make site` and `make test` do all the set-up on a machine with Python 3.11+, make and git.
# Stamp files in .venv keep a second run from repeating work.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export NO_MKDOCS_2_WARNING := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

CONTENT := $(shell find content theme generator -type f -not -name '*.pyc')

.PHONY: site test serve check annotate lint types tests browser words pictures clean

site: site/index.html
	@echo
	@echo "The site is in $(CURDIR)/site. Look at it with: make serve"

site/index.html: $(VENV)/installed mkdocs.yml $(CONTENT)
	$(BIN)/threadbook check
	$(BIN)/threadbook build

serve: $(VENV)/installed
	$(BIN)/threadbook serve

check: $(VENV)/installed
	$(BIN)/threadbook check

annotate: $(VENV)/installed # as annotations of a pull request
	$(BIN)/threadbook check --format github

test: lint types tests

lint: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-test
	$(BIN)/mypy

tests: $(VENV)/installed-test $(VENV)/browser $(VENV)/conformance
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

$(VENV)/python:
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; try: make PYTHON=python3.12 site")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@

# A browser for the tests: that of THREADBOOK_CHROMIUM, an installed one, Debian's, or Playwright's.
$(VENV)/browser: $(VENV)/installed-test
	@if [ -n "$$THREADBOOK_CHROMIUM" ] || command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq chromium; \
	else $(BIN)/python -m playwright install --with-deps chromium || $(BIN)/python -m playwright install chromium; fi
	@touch $@

# Checkers for HTML and for the types of scripts. Without npm, their tests are skipped.
$(VENV)/conformance: $(VENV)/python tests/conformance/package-lock.json
	if command -v npm >/dev/null; then npm ci --prefix tests/conformance --no-audit --no-fund --silent; fi
	@touch $@

# The pictures in the README, taken of the example site.
pictures: site/index.html $(VENV)/installed-test $(VENV)/browser
	$(BIN)/python tests/benchmarks/take_pictures.py --site site --out manual/images

clean:
	rm -rf $(VENV) site .mypy_cache .pytest_cache .ruff_cache .hypothesis

# Adds new interface texts to every catalogue; `make words NEW=pt-BR` starts a new catalogue.
words: $(VENV)/installed
	$(BIN)/pybabel --quiet extract --mapping-file theme/locales/babel.cfg --no-default-keywords \
	  -k _ -k say -k counted:2,3 --add-location=file --sort-output --no-wrap --project Threadbook \
	  --copyright-holder "The Threadbook authors" --output $(VENV)/threadbook.pot .
	@if [ -n "$(NEW)" ] && [ -e "theme/locales/$(NEW).po" ]; then \
	  echo "theme/locales/$(NEW).po already exists; run make words to update it."; exit 1; fi
	$(if $(NEW),$(BIN)/pybabel --quiet init -i $(VENV)/threadbook.pot -o theme/locales/$(NEW).po -l $(subst -,_,$(NEW)))
	for file in theme/locales/*.po; do \
	  $(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --no-wrap -i $(VENV)/threadbook.pot \
	    -o $$file -l $$(basename $$file .po | tr - _); done
