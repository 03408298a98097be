# `make demo` shows everything, `make test` tests it; each sets up by itself, once.

SET := ps1_losses
DUE := 2026-10-05 23:59 UTC
READY := .venv/ready
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.NOTPARALLEL:
.PHONY: demo test book pdf release grade bench lint lock clean set-up bwrap browser postgresql

demo: $(READY) bwrap
	@course build
	@course release $(SET) --due "$(DUE)"
	@course sample $(SET)
	@course grade $(SET) || { test $$? -eq 1 && \
	  echo "(as it should be: the sample class holds submissions that cannot be graded)"; }
	@course feedback $(SET)
	@course report $(SET)
	@echo; echo "Open these:"
	@ls -d build/book/_build/html/index.html assignments/$(SET)/*.ipynb feedback \
	  build/reports/$(SET).html | sed 's/^/  /'

# One thread each: two workers that each use both processors wait for one another. In the order of
# names: else the files with the fewest tests come last, and one of those takes minutes, alone.
test: lint bwrap browser postgresql
	OMP_NUM_THREADS=1 pytest -n 2 --dist loadfile --no-loadscope-reorder

book: $(READY)
	@course build

pdf: $(READY) browser
	@course build --pdf

release: $(READY)
	@course release

grade: $(READY) bwrap
	@course grade $(SET)

bench: $(READY)
	@python benchmarks/run.py

lint: $(READY)
	ruff check .
	ruff format --check .
	mypy

# requirements.txt anew from requirements.in. What torch brings for graphics cards stays out.
lock:
	python3 -m venv --clear build/lock
	build/lock/bin/pip install --quiet "$$(grep '^torch==' requirements.in)"
	build/lock/bin/pip install --quiet -r requirements.in
	build/lock/bin/pip freeze | sed -e 's/+cpu$$//' -e '/^nvidia-/d' -e '/^triton==/d' > requirements.txt

# Never what students handed in, their marks, or what a release set aside.
clean:
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	test ! -d build || find build -mindepth 1 -maxdepth 1 ! -name replaced -exec rm -rf {} +

set-up: $(READY)

$(READY): requirements.txt pyproject.toml
	@tools/need.sh venv
	@echo "setting up .venv: some minutes, once"
	@test -x .venv/bin/python || python3 -m venv .venv
	@.venv/bin/pip install --quiet "$$(grep '^torch==' requirements.txt)"
	@.venv/bin/pip install --quiet -r requirements.txt
	@.venv/bin/pip install --quiet --no-deps --editable .
	@touch $@

bwrap:
	@tools/need.sh bwrap

browser:
	@tools/need.sh chromium

postgresql:
	@tools/need.sh postgresql
