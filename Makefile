PYTHON ?= python3
BIN := .venv/bin
export DEBUG ?= 1

.PHONY: run test lint messages stop

run: .venv/development  ## the portal, its worker and something to see
	@DEMO=1 exec $(BIN)/python manage.py start

test: .venv/test  ## every test against the embedded PostgreSQL
	@sh tests/needs.sh && $(BIN)/python manage.py compile_catalogues && $(BIN)/python -m pytest

lint: .venv/test  ## style, types, templates, missing migrations
	@sh tests/lint.sh $(BIN)

messages: .venv/test  ## collect what is to be translated into locale/
	@$(BIN)/python manage.py makemessages -l kk -l ru --no-location --no-obsolete -i tests -i .venv

stop: .venv/development  ## the embedded PostgreSQL
	@$(BIN)/python -m consular_portal.database stop

.venv/%: requirements/%.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make run PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing $< …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
