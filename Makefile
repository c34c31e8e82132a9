# serve  chat on http://127.0.0.1:7860     test   everything that must hold
# check  style and types                   bench  speed, against sentence-transformers
# eval   the assistant, measured            gate   fail if it got worse
# demo   a clinic's pages with the widget, on http://localhost:7861
# peers  what users would pick instead, beside it; BEIR=DIR adds a collection

PYTHON ?= python3
BIN := .venv/bin
export HF_HUB_OFFLINE := 1
export GRADIO_ANALYTICS_ENABLED := False

.PHONY: serve demo test check bench eval gate peers index clean

serve: index
	$(BIN)/python -m ui

demo: index
	$(BIN)/python -m ui.demo

test: .venv/test chromium
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --maxfail 12

check: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/test index
	$(BIN)/python -m eval bench

eval: .venv/test index
	$(BIN)/python -m eval

gate: .venv/test index
	$(BIN)/python -m eval gate

peers: .venv/test index .venv-peers/installed
	$(BIN)/python -m eval.peers $(if $(BEIR),--beir $(BEIR))

index: .venv/serve
	$(BIN)/python -m index build --if-stale

# Debian's python3 comes without ensurepip, so pip may have to be put in from outside.
%/bin/python:
	@$(PYTHON) -m venv $* >/dev/null 2>&1 || { \
	  rm -rf $* && $(PYTHON) -m venv --without-pip $* && \
	  $(PYTHON) -m pip --python $*/bin/python install --quiet pip; }

.venv/serve: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -e .
	touch $@

.venv/test: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on -e .[test]
	touch $@ .venv/serve

# The peers' libraries are no part of the project and never meet its own.
.venv-peers/installed: .venv-peers/bin/python eval/peers/requirements.txt
	.venv-peers/bin/python -m pip install --disable-pip-version-check --progress-bar on -r eval/peers/requirements.txt
	touch $@

# Playwright drives the system's Chromium; its own program needs libatomic.
.PHONY: chromium
chromium:
	@{ command -v chromium && /sbin/ldconfig -p | grep libatomic.so.1; } >/dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq chromium libatomic1; \
	  else echo "The browser tests need: sudo apt-get install chromium libatomic1" >&2; exit 1; fi; }

clean:
	rm -rf .venv .venv-peers build *.egg-info index/built
