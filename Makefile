# The everyday commands. `make run` and `make test` need only Python 3.11+ with venv, and make; `make test-postgres` also a
# PostgreSQL server where a role may make databases, and Redis.
PYTHON ?= python3
POSTGRES ?= postgres://postgres@127.0.0.1:5432/postgres
REDIS ?= redis://127.0.0.1:6379/0
BIN := .venv/bin
WAGTAIL8 := var/wagtail8/bin
NEXT_PYTHON ?= python3.13
NEXT := var/next/bin
INSTALL := -m pip install --quiet --disable-pip-version-check --require-hashes
PIP := $(BIN)/python $(INSTALL)
STATIC_SOURCES := $(shell find static -type f)
DATA_SOURCES := $(shell find */migrations territory/data norms/data courses/starter -type f -not -name '*.pyc')

# What was set up is one database, with DEMO as it was said: another one, or none where it was, is set up again.
DATA_STAMP := var/stamps/data-$(shell printf '%s' '$(subst ','\'',$(value DATABASE_URL)) $(DEMO)' | cksum | cut -d ' ' -f 1)
NO_DATABASE := $(if $(DATABASE_URL)$(wildcard var/puriq.sqlite3),,no-database)
NOT_OURS := --ignore .venv --ignore var --ignore tests --no-location
DECIDE_DEMO := export DEMO="$$($(BIN)/python -m config.demonstration)"

.DEFAULT_GOAL := help
.PHONY: help no-database run test test-postgres test-wagtail8 test-next bench chaos shape check lint fix types migrations messages clean

help:  ## Show these lines
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.venv/bin/python:
	@echo "Making the virtual environment…"
	@$(PYTHON) -m venv .venv

var/stamps/packages: requirements.lock | .venv/bin/python
	@echo "Installing packages (once)…"
	@$(PIP) -r requirements.lock
	@mkdir -p var/stamps && touch $@

var/stamps/dev-packages: requirements-dev.lock | .venv/bin/python
	@echo "Installing packages for development (once)…"
	@$(PIP) -r requirements-dev.lock
	@mkdir -p var/stamps && touch $@

var/stamps/wagtail8-packages: requirements-wagtail8.lock
	@echo "Installing packages with Wagtail 8 (once)…"
	@$(PYTHON) -m venv var/wagtail8
	@$(WAGTAIL8)/python $(INSTALL) -r requirements-wagtail8.lock
	@mkdir -p var/stamps && touch $@

var/stamps/next-packages: requirements-next.lock
	@echo "Installing packages with the next Django (once)…"
	@$(NEXT_PYTHON) -m venv var/next
	@$(NEXT)/python $(INSTALL) -r requirements-next.lock
	@mkdir -p var/stamps && touch $@

var/stamps/static: var/stamps/packages $(STATIC_SOURCES)
	@echo "Collecting and compressing static files (once)…"
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@touch $@

$(DATA_STAMP): var/stamps/packages $(DATA_SOURCES) $(NO_DATABASE)
	@$(DECIDE_DEMO) && $(BIN)/python manage.py set_up
	@touch $@

run: var/stamps/packages var/stamps/static $(DATA_STAMP)  ## Set up what is missing and serve the site (HOST, PORT, DEMO)
	@$(DECIDE_DEMO) && exec $(BIN)/python -m config.serve

test: var/stamps/dev-packages var/stamps/static  ## Run the whole suite
	@$(BIN)/python -m pytest -n 2 $(ARGS)

test-postgres: var/stamps/dev-packages var/stamps/static  ## The suite without journeys on PostgreSQL and Redis (POSTGRES, REDIS)
	@TEST_DATABASE_URL=$(POSTGRES) TEST_CACHE_URL=$(REDIS) $(BIN)/python -m pytest -n 2 --ignore tests/journeys $(ARGS)

test-wagtail8: var/stamps/wagtail8-packages var/stamps/static  ## The suite without journeys and races of quizzes on the next Wagtail
	@$(WAGTAIL8)/python -m pytest -n 2 --ignore tests/journeys --ignore tests/quizzes/test_races.py $(ARGS)

test-next: var/stamps/next-packages var/stamps/static  ## The same on the next Django and Wagtail (NEXT_PYTHON, 3.12 or newer)
	@$(NEXT)/python -m pytest -n 2 -W ignore::DeprecationWarning -W ignore::PendingDeprecationWarning \
		--ignore tests/journeys --ignore tests/quizzes/test_races.py $(ARGS)

bench: var/stamps/dev-packages var/stamps/static  ## Measure speed, weight and growth against bare Django (ARGS="--help")
	@POSTGRES=$(POSTGRES) REDIS=$(REDIS) $(BIN)/python -m tools.bench $(ARGS)

chaos: var/stamps/dev-packages var/stamps/static  ## Kill, stop, cut and repeat while people work, and compare what is stored (ARGS="--help")
	@REDIS=$(REDIS) $(BIN)/python -m tools.chaos $(ARGS)

shape: var/stamps/dev-packages  ## Count what a reader of the code pays for
	@$(BIN)/python -m tools.shape

check: lint types test  ## Run what CI runs

lint: var/stamps/dev-packages
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/djlint --quiet --lint templates
	@$(BIN)/lint-imports
	@DJANGO_SETTINGS_MODULE=config.settings_test $(BIN)/python manage.py makemigrations --check --dry-run

types: var/stamps/dev-packages
	@$(BIN)/mypy

fix: var/stamps/dev-packages  ## Format the code and mend what can be mended
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

migrations: var/stamps/dev-packages  ## Write migrations: make migrations NAME=what_it_does ROOM=room
	@test -n "$(NAME)" || (echo "Say NAME=what_it_does ROOM=room" && exit 1)
	@DJANGO_SETTINGS_MODULE=config.settings_test $(BIN)/python manage.py makemigrations $(ROOM) -n $(NAME)

messages: var/stamps/dev-packages  ## Collect the words for NEW_LANGUAGE, if said, and compile locale/ (needs gettext)
	@test -z "$(NEW_LANGUAGE)" || $(BIN)/python manage.py makemessages --locale $(NEW_LANGUAGE) $(NOT_OURS) --verbosity 0
	@for words in locale/*/LC_MESSAGES/*.po; do msgfmt --check-format --output-file=$${words%.po}.mo $$words || exit 1; done

clean:  ## Remove what can be made again (keeps data and keys)
	@rm -rf .venv var/wagtail8 var/next var/stamps var/static var/test-databases
