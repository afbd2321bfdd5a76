#!/usr/bin/python3
"""Each fuzzer that is built runs for a while on what it knows already, as many side by side as there
are processors. What they find out is kept, and goes on from there the next time. Prints TAP.

Usage: test_fuzz.py FOLDER CORPORA

FOLDER has the fuzzers, and gets `fuzzed/NAME`, the inputs found. ALIGNGAME_FUZZ_SECONDS: for each of
them, else an hour with ALIGNGAME_TORTURE=1 and a second without.
"""
import concurrent.futures
import os
import re
import subprocess
import sys
from pathlib import Path

FOLDER, CORPORA = (Path(word).resolve() for word in sys.argv[1:3])
LONG = os.environ.get("ALIGNGAME_TORTURE") == "1"
SECONDS = int(os.environ.get("ALIGNGAME_FUZZ_SECONDS", 3600 if LONG else 1))


def fuzz(fuzzer):
    """(name, executions, whether nothing was found, the end of what was said)."""
    name = fuzzer.name.removeprefix("fuzz_")
    found = FOLDER / "fuzzed" / name
    found.mkdir(parents=True, exist_ok=True)
    words = [fuzzer, f"-max_total_time={SECONDS}", "-max_len=4096", "-timeout=60", "-rss_limit_mb=4096",
             "-print_final_stats=1", f"-artifact_prefix={found}.", found, CORPORA / name]
    done = subprocess.run(list(map(str, words)), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, check=False,
                          env={**os.environ, "OMP_NUM_THREADS": "1"})
    said = done.stderr.decode(errors="replace")
    counts = re.findall(r"stat::number_of_executed_units: (\d+)", said)
    return name, int(counts[-1]) if counts else 0, done.returncode == 0, said[-3000:]


def main():
    fuzzers = sorted(path for path in FOLDER.glob("fuzz_*") if os.access(path, os.X_OK)
                     and path.is_file())
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, (name, count, good, said) in enumerate(pool.map(fuzz, fuzzers), 1):
            failures += not good
            if not good:
                print("".join(f"# {line}\n" for line in said.splitlines()), end="")
            print(f"{'ok' if good else 'not ok'} {number} - {name}")
            print(f"# torture: fuzz {name} | {count} | {count if good else count - 1}", flush=True)
    print(f"1..{len(fuzzers)}" if fuzzers else "1..0 # SKIP no fuzzer is built (clang, -Dfuzz=true)")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
