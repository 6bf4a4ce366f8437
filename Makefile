# The commands of this project. Each sets up what it needs in .venv, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

# A real browser on a machine that others use is sometimes late: what fails three times is broken.
BROWSER := { npm run test:browser || npm run test:browser || npm run test:browser; }

WEB_SOURCES := $(shell find web -name node_modules -prune -o -type f -print)

.PHONY: demo test bench check format golden pages train-detector train-tagger train-filters clean
.DELETE_ON_ERROR:

demo: $(VENV)/.train $(VENV)/.web
	$(BIN)/tachie demo --out demo

test: $(VENV)/.dev $(VENV)/.web
	@if [ -e $(VENV)/.web ]; then cd web && npm test && $(BROWSER); fi
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

check: $(VENV)/.dev $(VENV)/.web
	$(BIN)/ruff format --check src tests benchmarks examples
	$(BIN)/ruff check src tests benchmarks examples
	$(BIN)/mypy
	$(BIN)/lint-imports
	@if [ -e $(VENV)/.web ]; then cd web && npm run check; fi

# About an hour on two idle cores; goes on where it was stopped. DATA holds illustrations/, the face sets and sprites/.
DATA ?= ../shared/data
train-detector: $(VENV)/.dev
	$(BIN)/python -m tachie.tasks.detector $(DATA) --out runs/heads

# It took 105 minutes on half a core; goes on where it was stopped. Needs the three face sets in DATA.
train-tagger: $(VENV)/.dev
	$(BIN)/python -m tachie.tasks.tagger $(DATA) --out runs/tagger

# A minute alone on one core: the heads of the filters on whole pictures.
train-filters: $(VENV)/.dev
	$(BIN)/python -m tachie.tasks.fit_filters --pictures $(DATA)/illustrations --labels benchmarks/labels/illustrations.csv

pages: $(VENV)/.web # the studio and the review page, from web/ into src/tachie/studio/static

format: $(VENV)/.dev $(VENV)/.web
	$(BIN)/ruff format src tests benchmarks examples
	$(BIN)/ruff check --fix src tests benchmarks examples
	@if [ -e $(VENV)/.web ]; then cd web && npm run format; fi

golden: $(VENV)/.dev # rewrite the golden files; look at the difference before committing it
	$(BIN)/python tests/core/make_golden.py
	$(BIN)/python tests/paperdoll/make_golden.py

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "tachie needs Python 3.11 or newer; name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.train: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install --quiet -c constraints.txt -e ".[train]"
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install --quiet -c constraints.txt -e ".[train,dev]"
	touch $@ $(VENV)/.train

# Without Node all else works, and the pages say how to build them; in CI (CI=true) that is a failure.
$(VENV)/.web: $(WEB_SOURCES) | $(VENV)/bin/python
	@rm -f $@
	@if node -e 'const [a, b] = process.versions.node.split("."); process.exit(+a > 20 || (+a == 20 && +b >= 19) ? 0 : 1)' 2>/dev/null; \
	then cd web && npm ci && npm run build && touch ../$@; \
	elif [ -n "$$CI" ]; then echo "the pages need Node 20.19 or newer"; exit 1; \
	else echo "no Node 20.19 or newer here: the studio and review pages are not built and not tested; all else is"; fi

clean:
	rm -rf $(VENV) demo build dist web/node_modules src/tachie/studio/static
