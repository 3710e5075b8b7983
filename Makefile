# make help lists what can be done here. run.py does the work and explains itself.
PYTHON ?= python3
VENV_PYTHON = .venv/bin/python
export PORT HOST

.PHONY: help run test proof bench lint format editor lock chromium python ready dev-ready
.DEFAULT_GOAL := help

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 18

# an old Python (even Python 2) and a missing one are told apart before anything else is tried
python:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	  echo "There is no program named $(PYTHON) here. Install Python 3.11 or newer, or name one: make run PYTHON=python3.12" >&2; \
	  exit 1; }
	@"$(PYTHON)" -c 'import sys; v = sys.version_info; sys.exit(None if v >= (3, 11) else \
	  "Python 3.11 or newer is needed, and $(PYTHON) is %d.%d. Name another one: make run PYTHON=python3.12" % (v[0], v[1]))'

ready: python
	@"$(PYTHON)" run.py install requirements.txt

dev-ready: python
	@"$(PYTHON)" run.py install requirements-dev.txt

run: python ## start the site on 127.0.0.1:8000 (PORT= changes the port)
	@exec "$(PYTHON)" run.py serve

test: dev-ready ## run the tests (ARGS= passes words to pytest)
	@$(VENV_PYTHON) -m pytest -m "not proof" -rs -n auto --maxprocesses 4 --dist worksteal $(ARGS)

proof: dev-ready ## run the long checks: PostgreSQL, concurrency, faults
	@$(VENV_PYTHON) -m pytest -m proof -rA $(ARGS)

bench: ready ## measure requests per second as ratios to an empty view
	@$(VENV_PYTHON) -m bench $(ARGS)

lint: dev-ready ## check format and common mistakes
	@$(VENV_PYTHON) -m ruff format --check .
	@$(VENV_PYTHON) -m ruff check .

format: dev-ready ## write the format that lint wants
	@$(VENV_PYTHON) -m ruff format .
	@$(VENV_PYTHON) -m ruff check --fix .

editor: ready ## make the first editor and reviewer for the desk of this laptop
	@$(VENV_PYTHON) manage.py prepare
	@$(VENV_PYTHON) manage.py make_editors

lock: dev-ready ## pin the requirements anew, with hashes
	@for name in requirements requirements-dev; do \
	  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-annotate --no-emit-index-url --upgrade $$name.in --output-file $$name.txt || exit 1; done

chromium: ## install the browser that browser tests drive (Debian, as root)
	@for try in 1 2; do \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	    chromium fonts-dejavu-core fonts-liberation >/dev/null && exit 0; \
	  echo "The packages did not come; once more in ten seconds." >&2; sleep 10; done; exit 1
