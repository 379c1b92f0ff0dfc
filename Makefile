# `make` alone prints what there is. Works with GNU make 3.81 and later and any POSIX shell.

PYTHON    ?= python3
PORT      ?= 8888
IP        ?= localhost
NOTEBOOK  ?= notebooks/00_start_here.ipynb
REFERENCE ?=
PYTEST    ?=
CORES     := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
# Two more than cores: a test often waits, for a process that starts or a page that is drawn.
WORKERS   ?= $(shell echo $$(( $(CORES) + 2 )))
TORCH     ?= auto

# Where PyTorch keeps its builds without CUDA, which the usual package for Linux carries along.
TORCH_CPU_INDEX = https://download.pytorch.org/whl/cpu

VENV = .venv
PY   = $(VENV)/bin/python
DONE = $(VENV)/.qtkit-installed
READ = $(VENV)/.tests-read

# Where the environment forbids Python to keep what it compiled, each of some hundred processes would compile all anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup lab test check lint quick unit notebooks browser format bench docs gallery slides pictures lock clean distclean

help:  ## print this
	@echo "qtkit: make TARGET [VARIABLE=value]"
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "Variables (value now):"
	@echo "  PYTHON     the Python, 3.11 or later, that $(VENV) is made from ($(PYTHON))"
	@echo "  PORT       where JupyterLab listens; the next free one if it is taken ($(PORT))"
	@echo "  IP         the address it listens on; 0.0.0.0 lets other machines in ($(IP))"
	@echo "  NOTEBOOK   what JupyterLab opens ($(NOTEBOOK))"
	@echo "  TORCH      PyTorch to install on Linux: cpu, plain (with CUDA), or auto: cpu without an NVIDIA driver ($(TORCH))"
	@echo "  WORKERS    processes that tests run in; two more than cores, since tests wait ($(WORKERS))"
	@echo "  PYTEST     more arguments for pytest, such as PYTEST='-x -k ansatz'"
	@echo "  REFERENCE  a C program to stand beside qtkit in the benchmark's table ($(or $(REFERENCE),none))"
	@echo
	@echo "The first start installs everything into $(VENV): some minutes, and 3 GB of disk, or 7 GB on Linux with CUDA."
	@echo "Later starts install nothing, until pyproject.toml changes or the folder moves."

setup: $(DONE)  ## make .venv and install qtkit and its tools into it

# Before the rest, so that the rest finds it installed; and only if nothing is there yet. Without a way to that index, the
# usual package comes with the rest.
define install_cpu_torch
case "$(TORCH)" in \
  cpu|plain) want=$(TORCH) ;; \
  auto) want=plain; if [ "$$(uname)" = Linux ] && ! command -v nvidia-smi >/dev/null; then want=cpu; fi ;; \
  *) echo "TORCH must be auto, cpu or plain, got $(TORCH)" >&2; exit 1 ;; \
esac; \
if [ $$want = cpu ] && ! $(PY) -c 'import torch' 2>/dev/null; then \
  if $(PY) -c 'import urllib.request; urllib.request.urlopen("$(TORCH_CPU_INDEX)/torch/", timeout=10)' 2>/dev/null; then \
    echo "PyTorch's CPU build first (TORCH=plain for the one with CUDA)."; \
    $(PY) -m pip install --quiet --no-compile --disable-pip-version-check --index-url $(TORCH_CPU_INDEX) torch torchvision; \
  else \
    echo "The index of PyTorch's CPU builds cannot be reached: the plain package instead, with CUDA, some GB more."; \
  fi; \
fi
endef

# The stamp holds the folder's path: an editable install must be redone when the folder has moved.
ifneq ($(shell cat $(DONE) 2>/dev/null),$(CURDIR))
.PHONY: $(DONE)
endif

$(DONE): pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "qtkit needs Python 3.11 or later, but PYTHON=$(PYTHON) is: $$("$(PYTHON)" --version 2>&1)." >&2; \
	  echo "Name another one, such as: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "This Python cannot make virtual environments: its modules venv and ensurepip are missing." >&2; \
	  echo "Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing qtkit into $(VENV): some minutes, once; 3 GB of disk, or 7 GB on Linux with CUDA (see TORCH in make help)."
	@[ -x $(PY) ] || "$(PYTHON)" -m venv $(VENV)
	@$(install_cpu_torch)
	@# What is never imported need not be compiled: a minute less.
	$(PY) -m pip install --quiet --no-compile --disable-pip-version-check --editable '.[lab,test]'
	@# If this is there, jsonschema has it compile a grammar in each process that reads notebooks: half of JupyterLab's start.
	@$(PY) -m pip uninstall --quiet --quiet --yes rfc3987-syntax
	$(PY) -m qtkit.warmup
	@printf '%s\n' "$(CURDIR)" > $(DONE)

lab: setup  ## start JupyterLab on the first notebook and print its address
	@exec $(PY) -m qtkit lab "$(CURDIR)" --notebook "$(NOTEBOOK)" --port "$(PORT)" -- --ip="$(IP)"

# One process reads all tests the first time, and with them PennyLane and more, so that not each of several compiles them.
# What cannot be read is told by the tests themselves.
$(READ): $(DONE)
	@if $(PY) -m pytest --collect-only --quiet >/dev/null 2>&1; then touch $(READ); fi

# The notebooks first, while the types are checked: tests look at what the notebooks gave. Then all tests at once: while
# a page is drawn, one that computes goes on.
test: setup  ## all checks: lint, notebooks, unit tests, JupyterLab in a real browser
	@$(MAKE) -j 3 lint notebooks $(READ)
	$(PY) -m pytest -n $(WORKERS) --dist worksteal $(PYTEST)

lint: setup  ## rules and format (ruff), types (mypy), imports that run down only (import-linter)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-logo

check: setup  ## the habit, in a minute or so: lint, and the unit tests that are quick (not marked slow)
	@$(MAKE) -j 2 lint quick

# These wait for nothing: more processes than cores would only collect the tests once more.
quick: setup $(READ)
	$(PY) -m pytest -n $(CORES) --dist worksteal -m "not slow and not browser" $(PYTEST)

unit: setup $(READ)  ## the tests without a browser
	$(PY) -m pytest -n $(WORKERS) --dist worksteal -m "not browser" $(PYTEST)

notebooks: setup  ## run every notebook at toy scale
	OMP_NUM_THREADS=1 QTKIT_SCALE=toy $(PY) -m pytest -n $(WORKERS) --dist loadfile \
	  -p tests.executed_notebooks --nbval-lax --nbval-cell-timeout=600 notebooks $(PYTEST)

browser: setup  ## the tests in Chromium (required if CI is set, skipped with a hint if there is none)
	$(PY) -m pytest -n $(WORKERS) --dist worksteal -m browser tests/browser $(PYTEST)

format: setup  ## let ruff mend what it can
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: setup  ## time the engine: make bench [BEFORE=commit] [REFERENCE=path/to/limit.c] [SAVE=results/benchmarks]
	$(PY) benchmarks/engine.py $(if $(REFERENCE),--reference "$(REFERENCE)") $(if $(SAVE),--save "$(SAVE)")
	$(if $(BEFORE),$(PY) benchmarks/commits.py "$(BEFORE)" $(if $(SAVE),--save "$(SAVE)"))

slides: setup  ## slides of all notebooks, run at toy scale, without answers: artifacts/slides
	QTKIT_SCALE=toy OMP_NUM_THREADS=1 $(PY) -m qtkit pages --slides --to artifacts/slides notebooks/*.ipynb

docs: setup  ## build the site: README, documents, notebooks at toy scale, API; artifacts/site/index.html
	OMP_NUM_THREADS=1 $(PY) -m tools.site

gallery: setup  ## write the whole paper, figure by figure, as one live page; artifacts/gallery.html
	$(PY) -m qtkit gallery --to artifacts/gallery.html

pictures: setup  ## record the README's moving pictures in Chromium: docs/*.webp
	$(PY) -m tools.pictures
	$(PY) -m tools.search_picture

lock: setup  ## write constraints.txt: the exact versions that the course runs with here
	$(PY) tools/lock.py

clean:  ## remove caches and test artefacts
	rm -rf artifacts build dist .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find . -path ./$(VENV) -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -type d -exec rm -rf {} +

distclean: clean  ## remove .venv too
	rm -rf $(VENV)
