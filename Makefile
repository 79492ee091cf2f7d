# The commands a person needs. Everything starts from Python 3.11 or later and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
CHECK  := reports/build/check
LOCK   := --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --quiet

export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1

# also where a machine keeps no compiled modules: each of the processes below would compile all that it imports anew
report test test-grid lab: unexport PYTHONDONTWRITEBYTECODE =

.PHONY: help environment report test test-grid lab bench lock clean
help:            ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

environment: $(READY)  ## make the environment from the lock
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo "Python 3.11, 3.12 or 3.13 is needed; choose one with: make PYTHON=python3.12 …"; exit 1; }
	@echo "making the environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@awk '/^[a-z]/ {keep = /^uv==/} keep' requirements.lock > $(VENV)/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q src/helpers
	@touch $(READY)

report: $(READY) ## run every notebook, write the report, the briefings and the pages to reports/build
	@$(BIN)/rise report

test: $(READY)   ## unit tests, notebooks under nbval, staleness and accessibility checks
	@$(BIN)/rise report --out $(CHECK)
	@RISE_SITE=$(CURDIR)/$(CHECK) $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -p tests.nbval_environment \
		--nbval --nbval-kernel-name python3 --nbval-sanitize-with tests/nbval.cfg notebooks/[0-9][0-9]_*.ipynb src tests
	@cd $(CHECK)/../nbval && find findings figures tables -type f | while read -r name; do cmp "$$name" "../check/$$name" || exit 1; done

test-grid: $(READY) ## eleven whole runs with other years, vintages, levels and draws
	@RISE_GRID=all $(BIN)/python -m pytest tests/grid

lab: $(READY)    ## JupyterLab on the notebooks; ARGS="--port 9000" are passed on
	@$(BIN)/rise lab $(ARGS)

bench: $(READY)  ## time and memory, as ratios to papermill and nbconvert on this machine
	@$(BIN)/python -m tests.bench

lock: $(READY)   ## compile requirements.lock again from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --extra test --extra environment --extra cluster $(LOCK) -o requirements.lock

clean:           ## remove what was made
	@rm -rf reports/build
