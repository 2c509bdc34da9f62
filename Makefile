# `make site` and `make test` do all the set-up on a machine with Python 3.11+, make and git.
# Stamp files in .venv keep a second run from repeating work.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export NO_MKDOCS_2_WARNING := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

CONTENT := $(shell find content theme generator -type f -not -name '*.pyc')

# Every package with its hashes, so that all machines get the same ones (see `make lock`). The package
# itself comes last and without dependencies, built by the locked hatchling.
LOCKED := --quiet --require-hashes --requirement
INSTALL := $(BIN)/python -m pip install $(LOCKED)
OURSELVES := $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .

# The data for search by meaning is a package of its own (meaning/), installed in the same way.
MEANING := $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --force-reinstall ./meaning

.PHONY: site manual test serve check annotate lint types tests browser words pictures growth attack lock relock dist clean

site: site/index.html
	@echo
	@echo "The site is in $(CURDIR)/site. Look at it with: make serve"

site/index.html: $(VENV)/installed $(VENV)/meaning mkdocs.yml $(CONTENT)
	$(BIN)/threadbook check
	$(BIN)/threadbook build

# The manual as a site of its own, with search: pages of manual/, and the questions of manual-site/.
manual: $(VENV)/installed $(VENV)/meaning
	cd manual-site && ../$(BIN)/threadbook build --out ../build/manual

serve: $(VENV)/installed $(VENV)/meaning
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
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal || { \
	  echo "What failed is run once more, alone: some tests kill builds at random moments, or time them."; \
	  $(BIN)/python -m pytest --last-failed --last-failed-no-failures none; }

$(VENV)/python:
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; try: make PYTHON=python3.12 site")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/python pyproject.toml locks/site.txt locks/build.txt
	$(INSTALL) locks/site.txt
	$(INSTALL) locks/build.txt
	$(OURSELVES)
	@touch $@

$(VENV)/meaning: $(VENV)/installed $(shell find meaning -type f -not -name '*.pyc')
	$(MEANING)
	@touch $@

$(VENV)/installed-test: $(VENV)/installed $(VENV)/meaning locks/test.txt
	$(INSTALL) locks/test.txt
	@touch $@

$(VENV)/installed-release: $(VENV)/python locks/release.txt
	$(INSTALL) locks/release.txt
	@touch $@

# Renews the locks: `make lock` takes the newest versions that pyproject.toml allows, and
# `make relock` changes only what pyproject.toml demands. Both serve every system and Python from 3.11.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-annotate --custom-compile-command "make lock" $(UPGRADE)

lock: UPGRADE := --upgrade
lock: relock

relock: $(VENV)/installed-release
	$(COMPILE) pyproject.toml --extra test --output-file locks/test.txt
	$(COMPILE) pyproject.toml --constraint locks/test.txt --output-file locks/site.txt
	$(COMPILE) --group release --constraint locks/test.txt --output-file locks/release.txt
	$(COMPILE) --group build --constraint locks/release.txt --output-file locks/build.txt

# What a release consists of: the packages in dist/, and beside them a list of all that comes with
# them (an SBOM), taken from an environment in which nothing else is installed.
dist: $(VENV)/installed-release
	rm -rf dist build/clean
	$(BIN)/python -m build --no-isolation --outdir dist
	$(BIN)/python -m build --no-isolation --outdir dist meaning
	$(BIN)/python -m venv --without-pip build/clean
	$(BIN)/python -m pip --python build/clean/bin/python install $(LOCKED) locks/site.txt
	$(BIN)/python -m pip --python build/clean/bin/python install --quiet --no-deps dist/threadbook-*.whl
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --mc-type application \
	  --output-reproducible --output-format JSON --output-file build/threadbook.cdx.json build/clean

# The randomised tests, for longer: TIMES as many mutations, questions and kills.
TIMES ?= 10
ATTACKS := test_fuzz test_payloads test_hostile_questions test_meaning_in_browsers test_kills test_staging test_safe \
  test_configuration test_scaling test_loader_never_raises test_mutations test_preview test_fmt

attack: $(VENV)/installed-test $(VENV)/browser
	THREADBOOK_ATTACK=$(TIMES) $(BIN)/python -m pytest --numprocesses auto --dist worksteal \
	  $(wildcard $(ATTACKS:%=tests/*/%.py))

# A browser for the tests: that of THREADBOOK_CHROMIUM, or a headless shell, which takes half of the time.
# Debian has one, and so has Playwright; where Debian's cannot be installed, a `chromium` that is there will do.
$(VENV)/browser: $(VENV)/installed-test
	@if [ -n "$$THREADBOOK_CHROMIUM" ] || command -v chromium-headless-shell >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	  && apt-get install -y -qq chromium chromium-headless-shell; then :; \
	elif command -v chromium >/dev/null; then :; \
	else $(BIN)/python -m playwright install --with-deps chromium || $(BIN)/python -m playwright install chromium; fi
	@touch $@

# Checkers for HTML and for the types of scripts. Without npm, their tests are skipped.
$(VENV)/conformance: $(VENV)/python tests/conformance/package-lock.json
	if command -v npm >/dev/null; then npm ci --prefix tests/conformance --no-audit --no-fund --silent; fi
	@touch $@

# The pictures in the README, taken of the example site.
pictures: site/index.html $(VENV)/installed-test $(VENV)/browser
	$(BIN)/python tests/benchmarks/take_pictures.py --site site --out manual/images

# The plot and the table in manual/speed.md; about a quarter of an hour on a machine that does nothing else.
growth: $(VENV)/installed-test
	$(BIN)/python tests/benchmarks/growth.py --out manual $(if $(LARGE),--large)

clean:
	rm -rf $(VENV) site dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis

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
