# A thin front for meson. `make`, `make demo` and `make test` need nothing but
# a Debian or Ubuntu machine: missing packages are installed first. Elsewhere what is there
# is used. `make` builds the program and the libraries, `make test` the tests too.
BUILD    ?= build
PREFIX   ?= /usr/local
DEMO     ?= demo-output
JOBS     ?=
NINJA     = ninja $(if $(JOBS),-j $(JOBS))
DATA      = ../shared/data/fandango_score_comparison.csv

# On machines with busy cores, threads that wait by spinning cost more than they save.
export OMP_WAIT_POLICY ?= passive

# Branches that pass a failure on: torture_failures takes them, call by call, where gcov counts nothing.
FORWARDED = \bstatus\b|ag_fail|\bNULL\b|\bassert\(|ag_fault_strikes|json_|AG_PARAMETER
# Branches of one folder, in percent. The lists are compiled twice; what the program has is counted.
counted = gcovr -r . --filter $(1)/ --branches --exclude-throw-branches --fail-under-branch $(2) \
  --exclude-branches-by-pattern '.*($(FORWARDED)).*' --exclude-lines-by-pattern '.*AG_COVERAGE.*' \
  $$(ls -d $(BUILD)-coverage/src/*.p $(BUILD)-coverage/cli/*.p | grep -v libcore_inside)

.PHONY: all demo builds test torture coverage bench lint format install clean

all: $(BUILD)/build.ninja
	@$(NINJA) -C $(BUILD)

$(BUILD)/build.ninja:
	@tools/install-dependencies build
	meson setup $(BUILD)

demo: all
	$(BUILD)/aligngame paper -o $(DEMO)
	$(BUILD)/aligngame forecast examples/films.csv --owner critics --public audience \
	  --label title --group genre --mass votes -o $(DEMO)/films
	$(BUILD)/aligngame run examples/circles-samples.yaml -o $(DEMO)/circles-samples --snapshots 0
	$(BUILD)/aligngame run examples/sentences.yaml -o $(DEMO)/sentences
	$(BUILD)/aligngame report $(DEMO)/circles-samples $(DEMO)/circles-disjoint $(DEMO)/sentences -o $(DEMO)
	$(BUILD)/aligngame drift -o $(DEMO)/drift
	@if [ -f $(DATA) ]; then set -x; \
	  $(BUILD)/aligngame forecast $(DATA) --owner Metacritic_norm --public IMDB_norm --label FILM \
	    -o $(DEMO)/metacritic; fi
	@test -s $(DEMO)/report.html
	@echo "Open $(DEMO)/report.html in a browser: the games played, with their figures."
	@echo "Try next: $(BUILD)/aligngame run circles-perfect -o my-run, or examples/README.md"
	@echo "Everything lies in $(DEMO)/; $(BUILD)/aligngame --help names the commands."

# Three builds: as shipped; with sanitizers and failing allocations; fuzzers.
builds: $(BUILD)/build.ninja
	@tools/install-dependencies test
	@$(NINJA) -C $(BUILD) all tests
	@[ -f $(BUILD)-sanitize/build.ninja ] || meson setup $(BUILD)-sanitize \
	  --buildtype=debugoptimized -Db_sanitize=address,undefined -Dfault_injection=true
	@$(NINJA) -C $(BUILD)-sanitize all tests
	@[ -f $(BUILD)-fuzz/build.ninja ] || CC=clang CXX=clang++ meson setup $(BUILD)-fuzz \
	  --buildtype=debugoptimized -Db_lundef=false -Dfuzz=true -Dopenmp=disabled
	@$(NINJA) -C $(BUILD)-fuzz fuzzers

test: builds
	@-meson test -C $(BUILD) --no-rebuild
	@-meson test -C $(BUILD)-sanitize --no-rebuild --timeout-multiplier 5 --no-suite long \
	  --no-suite torture
	@-meson test -C $(BUILD)-fuzz --no-rebuild --suite fuzz
	@python3 tests/summary.py $(BUILD) $(BUILD)-sanitize $(BUILD)-fuzz

# Hours: all of what `make test` takes a sample of, and the same program seen by other tools. Ends with
# the table of docs/reliability.md.
torture: export ALIGNGAME_TORTURE = 1
torture: builds
	@tools/install-dependencies torture
	@[ -f $(BUILD)-thread/build.ninja ] || CC=clang CXX=clang++ meson setup $(BUILD)-thread \
	  --buildtype=debugoptimized -Db_sanitize=thread -Db_lundef=false -Donednn=disabled
	@$(NINJA) -C $(BUILD)-thread tests
	@[ -f $(BUILD)-memory/build.ninja ] || CC=clang CXX=clang++ meson setup $(BUILD)-memory \
	  --buildtype=debugoptimized -Db_sanitize=memory -Db_lundef=false -Dopenmp=disabled \
	  -Dcore_only=true
	@$(NINJA) -C $(BUILD)-memory tests
	@-meson test -C $(BUILD) --no-rebuild --timeout-multiplier 0
	@-meson test -C $(BUILD)-sanitize --no-rebuild --timeout-multiplier 0
	@-meson test -C $(BUILD)-fuzz --no-rebuild --timeout-multiplier 0 --suite torture
	@-meson test -C $(BUILD)-thread --no-rebuild --timeout-multiplier 0 --no-suite cli \
	  --suite unit --suite kernels --suite theory --suite statistical --suite torture
	@-meson test -C $(BUILD)-memory --no-rebuild --timeout-multiplier 0
	@python3 tests/torture/table.py $(BUILD) $(BUILD)-sanitize $(BUILD)-fuzz
	@python3 tests/summary.py $(BUILD) $(BUILD)-sanitize $(BUILD)-fuzz $(BUILD)-thread $(BUILD)-memory

# Which branches the tests take: src 95 % and cli 90 %, or it fails.
coverage: $(BUILD)/build.ninja
	@tools/install-dependencies torture
	@[ -f $(BUILD)-coverage/build.ninja ] || meson setup $(BUILD)-coverage -Db_coverage=true \
	  --buildtype=debugoptimized -Doptimization=1 -Dfault_injection=true
	@$(NINJA) -C $(BUILD)-coverage all tests
	@find $(BUILD)-coverage -name '*.gcda' -delete
	@meson test -C $(BUILD)-coverage --no-rebuild --timeout-multiplier 10 --no-suite torture
	$(call counted,src,95)
	$(call counted,cli,90)

bench:
	@tools/install-dependencies bench
	@[ -f $(BUILD)-bench/build.ninja ] || meson setup $(BUILD)-bench -Dtests=false -Dbenchmarks=true
	@$(NINJA) -C $(BUILD)-bench
	python3 bench/run.py $(BUILD)-bench
	python3 bench/run_samples.py $(BUILD)-bench
	python3 bench/run_text.py $(BUILD)-bench

lint: all
	@tools/install-dependencies lint
	python3 tools/check-includes
	python3 tools/check-exports include/aligngame/core.h $(BUILD)/src/libaligngame-core.so \
	  include/aligngame.h $(BUILD)/src/libaligngame.so
	clang-format --dry-run --Werror $$(git ls-files '*.c' '*.h')
	@for page in $(BUILD)/cli/*.[15]; do mandoc -T lint -W warning $$page || exit 1; done
	@[ -f $(BUILD)-lint/build.ninja ] || meson setup $(BUILD)-lint --werror -Dbenchmarks=true
	@$(NINJA) -C $(BUILD)-lint all tests

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

install: all
	meson configure $(BUILD) --prefix=$(abspath $(PREFIX))
	meson install -C $(BUILD)

clean:
	rm -rf $(BUILD) $(BUILD)-sanitize $(BUILD)-fuzz $(BUILD)-thread $(BUILD)-memory $(BUILD)-coverage \
	  $(BUILD)-bench $(BUILD)-lint $(DEMO)
