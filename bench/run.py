#!/usr/bin/env python3
"""Runs the benchmarks, prints their tables and rewrites bench/RESULTS.md.

usage: run.py BUILD_DIR
"""
import datetime
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
RESULTS = HERE / "RESULTS.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
ROUNDS = 3
SIZES = (10**4, 10**6, 10**7, 10**8)
POOLS = (16, 1000)
EXTREME_POOLS = (2, 10**6)
QUIET, RETRIES = 0.35, 3  # processors that others may use during a measurement
BIG, BIG_MEMORY = 10**8, 6e9
PEER_SIZES = (10**5, 10**6)
ESTIMATE_SIZE = 10**5

INTRODUCTION = """\
# What a generation costs

Written by `make bench`. It measures, in one run on one machine:

- **Speed.** Nanoseconds for one atom and one generation: two curators one after the other, both
  with pool size K, temperature 1 and standard normal rewards; n atoms that start with equal mass.
  Medians over several runs, taken in turn so that a noisy moment hits all of them alike. A run
  during which other programs kept the processors busy is repeated up to three times, whatever it
  showed; how many stayed disturbed is said with the machine. Setting up
  (sorting the atoms, once a game) is not in it, and has its own column.
- **The memory bound.** A generation makes two passes over the atoms; each reads the log mass and
  both rewards (24 bytes), and one writes the log mass (8): 56 bytes an atom and generation.
  STREAM's triad, counted as 24 bytes an element, is measured in the same process before and
  after; the better of the two is the bound. "Share" is 56 bytes at the triad's speed over the
  measured time. Where the game fits into the processor's caches the triad does not bound it: the
  share says something for the largest sizes only.
- **State.** Resident memory beyond the reward columns after setting up, per atom. The peak while
  setting up is not in it.
- **NumPy.** The same generation, in double precision, in three forms
  (`bench/peers/numpy_step.py`): *textbook* (256 equal steps in log s, wide enough for any game, a
  safe choice and not the smallest; exponentials computed in every generation; the faster of
  cache-sized blocks and a whole matrix); *cached* (as few nodes as log H to 1e-11 allows, the
  matrix of exponentials kept, two matrix-vector products a curator); *compressed* (the cached
  matrix replaced by a basis of its row space, the cleverest that we found). NumPy's set-up is not
  in its times either, and its forms keep plain masses, not logarithms: that is less work, but
  masses below e^-745 are lost. Ours and theirs run in turn, on all cores and on one; the ratio is
  formed within each round. "All cores" is each program as it comes: in NumPy only the
  matrix-vector products use more than one.
- **Monte Carlo.** The usual estimate, random pools for every atom, given as long as the exact
  weights took from scratch (one curation, sort included); and the error of the exact weights
  themselves, on 1000 of the same atoms from the lowest reward to the highest, against the
  integral in extended precision with 512 nodes and every atom in L.

The aims that the project set itself: log H to 1e-12; 70 % of the memory bound at 10^7 atoms; at
most 24 bytes of state per atom; 500 times NumPy's textbook form and 40 times its cached form; K =
2 and K = 10^6 within a factor of 1.5. Whether each was met is computed from the numbers below.
Text outside the two comment lines is kept when the benchmarks run again.
"""


def progress(words):
    print(f"[{time.perf_counter() - STARTED:5.0f} s] {words}", file=sys.stderr, flush=True)


def environment(threads=None):
    """Waiting threads spin; `threads` for OpenMP and every BLAS, or all cores."""
    env = {key: value for key, value in os.environ.items() if not key.endswith("_NUM_THREADS")}
    env["OMP_WAIT_POLICY"] = "active"
    if threads:
        for library in ("OMP", "OPENBLAS", "MKL", "BLIS"):
            env[f"{library}_NUM_THREADS"] = str(threads)
    return env


def spent():
    """Seconds of processor time since boot (not idle), and by what we started."""
    try:
        ticks = pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
        user, nice, system, _, _, irq, softirq, steal = map(int, ticks)
    except (OSError, ValueError):
        return 0.0, 0.0
    mine = os.times()
    return ((user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK"),
            mine.user + mine.system + mine.children_user + mine.children_system)


def once(command, threads):
    """(what it printed, processors that others used meanwhile)"""
    before, start = spent(), time.perf_counter()
    done = subprocess.run([str(word) for word in command], env=environment(threads),
                          capture_output=True, text=True)
    wall, after = time.perf_counter() - start, spent()
    if done.returncode:
        sys.exit(f"{pathlib.Path(command[0]).name} failed: {done.stderr.strip()[-500:]}")
    others = (after[0] - before[0]) - (after[1] - before[1])
    return json.loads(done.stdout.splitlines()[-1]), others / wall


def output_of(command, threads=None):
    """Measured again, whatever came out, while other programs are at work."""
    best, others = once(command, threads)
    for _ in range(RETRIES):
        if others <= QUIET or Quiet.patience <= 0:
            break
        progress(f"others use {others:.1f} processors: waiting, then again")
        start = time.perf_counter()
        time.sleep(5)
        row, meanwhile = once(command, threads)
        if meanwhile < others:
            best, others = row, meanwhile
        Quiet.patience -= time.perf_counter() - start
    Quiet.runs += 1
    Quiet.disturbed += others > QUIET
    return best


class Quiet:
    """How long we go on waiting for a quiet machine, and how often in vain."""
    patience, runs, disturbed = 300.0, 0, 0


def median(rows, key):
    return statistics.median(row[key] for row in rows)


# -- the machine --------------------------------------------------------------

def field(text, name):
    match = re.search(rf"^{re.escape(name)}\s*:\s*(.+)$", text, re.M)
    return match.group(1).strip() if match else None


def text_of(command):
    try:
        env = dict(os.environ, LC_ALL="C")
        return subprocess.run(command, capture_output=True, text=True, env=env).stdout
    except OSError:
        return ""


def memory(name):
    """Bytes, from /proc/meminfo; infinite where there is none."""
    try:
        found = field(pathlib.Path("/proc/meminfo").read_text(), name)
    except OSError:
        found = None
    return 1024 * int(found.split()[0]) if found else math.inf


def compiler_of(build):
    """Name and version that meson found."""
    try:
        log = (build / "meson-logs" / "meson-log.txt").read_text(errors="replace")
    except OSError:
        return "unknown compiler"
    match = re.search(r'^C compiler for the host machine: .*\((\S+) [\d.]+ "(.*)"\)', log, re.M)
    return f"{match.group(1)}, {match.group(2)}" if match else "unknown compiler"


def machine(build, peer):
    cpu = text_of(["lscpu"])
    caches = ", ".join(f"{name} {field(cpu, name + ' cache')}" for name in ("L1d", "L2", "L3")
                       if field(cpu, name + " cache"))
    virtual = ", virtual" if field(cpu, "Hypervisor vendor") else ""
    return [
        f"- Processor: {field(cpu, 'Model name') or 'unknown'}, {os.cpu_count()} processors"
        f" ({field(cpu, 'Thread(s) per core') or '?'} a core){virtual}",
        f"- Caches: {caches or 'unknown'}",
        f"- Memory: {memory('MemTotal') / 2**30:.0f} GiB",
        f"- Compiler: {compiler_of(build)}",
        f"- NumPy {peer['numpy']}, {peer['blas']}",
        f"- Date: {datetime.date.today()}; load before the run: {LOAD:.1f}",
        f"- Measured while other programs used more than {QUIET} processors, for want of a quieter"
        f" moment: {Quiet.disturbed} of {Quiet.runs} runs",
    ]


# -- measuring ----------------------------------------------------------------

class Bench:
    def __init__(self, build):
        self.build, self.skipped = build, []
        self.generation, self.scaling, self.peers, self.estimates, self.errors = {}, {}, {}, {}, {}

    def generate(self, atoms, pool, threads=None):
        return output_of([self.build / "bench" / "bench_generation", atoms, pool], threads)

    def measure_generations(self):
        cases = [(n, pool) for n in SIZES for pool in POOLS]
        cases += [(10**6, pool) for pool in EXTREME_POOLS]
        if memory("MemAvailable") < BIG_MEMORY:
            cases = [case for case in cases if case[0] != BIG]
            self.skipped.append(f"{count(BIG)} atoms: skipped, less than "
                                f"{BIG_MEMORY / 1e9:.0f} GB of memory is available")
            progress(self.skipped[-1])
        for turn in range(ROUNDS):
            for case in cases:
                if case[0] == BIG and turn > 1:  # a minute each: two are enough
                    continue
                row = self.generate(*case)
                self.generation.setdefault(case, []).append(row)
                progress(f"round {turn + 1}: {count(case[0])} atoms, K = {case[1]}: "
                         f"{row['ns']:.2f} ns, {row['share']:.0%} of the bound")
            for threads in (1, 2):
                row = self.generate(10**7, 16, threads)
                self.scaling.setdefault(threads, []).append(row)
                progress(f"round {turn + 1}: {count(10**7)} atoms, {threads} threads: "
                         f"{row['ns']:.2f} ns")

    def measure_peers(self):
        script = HERE / "peers" / "numpy_step.py"
        for turn in range(ROUNDS):
            for atoms in PEER_SIZES:
                for pool in POOLS:
                    for threads in (None, 1):
                        ours = self.generate(atoms, pool, threads)
                        peer = output_of([PYTHON, script, atoms, pool], threads)
                        self.peers.setdefault((atoms, pool, threads), []).append(
                            pair(ours, peer))
                        progress(f"round {turn + 1}: {count(atoms)} atoms, K = {pool}, "
                                 f"{'one core' if threads else 'all cores'}: {ours['ns']:.2f} ns; "
                                 f"NumPy {1000 * peer['textbook_us']:.0f}, "
                                 f"{1000 * (peer['cached_us'] or math.nan):.0f}, "
                                 f"{1000 * peer['compressed_us']:.0f} ns")

    def measure_estimates(self):
        script = HERE / "peers" / "numpy_step.py"
        for pool in POOLS:
            self.errors[pool] = output_of([PYTHON, script, ESTIMATE_SIZE, pool, "--against",
                                           self.build / "aligngame"])
            progress(f"K = {pool}: error of the exact log H {self.errors[pool]['max_error']:.1e}")
        for turn in range(ROUNDS):
            for pool in POOLS:
                row = output_of([self.build / "bench" / "bench_estimate", ESTIMATE_SIZE, pool])
                self.estimates.setdefault(pool, []).append(row)
                progress(f"round {turn + 1}: Monte Carlo, K = {pool}: "
                         f"error {row['rms_error']:.2g} in {1e3 * row['estimate_s']:.1f} ms")


def pair(ours, peer):
    row = {"ns": ours["ns"], "numpy": peer["numpy"], "blas": peer["blas"],
           "difference": peer["max_difference"], "nodes": peer["cached_nodes"],
           "rank": peer["compressed_rank"]}
    for form in ("textbook", "cached", "compressed"):
        took = peer[f"{form}_us"]
        row[form] = None if took is None else 1000 * took
        row[f"{form}_ratio"] = None if took is None else 1000 * took / ours["ns"]
    return row


# -- telling ------------------------------------------------------------------

def count(n):
    """10^7 for 10000000, 12345 for 12345."""
    power = round(math.log10(n))
    return f"10^{power}" if n == 10**power else str(n)


def table(head, rows):
    """Markdown, aligned so that it reads as plain text too."""
    rows = [[str(cell) for cell in row] for row in rows]
    width = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    return [f"| {' | '.join(cell.rjust(w) for cell, w in zip(row, width))} |"
            for row in [head, ["-" * (w - 1) + ":" for w in width], *rows]]


def generation_table(bench):
    rows = []
    for (atoms, pool), runs in sorted(bench.generation.items()):
        state = f"{median(runs, 'state_bytes'):.1f}" if atoms >= 10**6 else "-"
        rows.append([count(atoms), pool, f"{median(runs, 'ns'):.2f}",
                     f"{min(r['ns'] for r in runs):.2f}-{max(r['ns'] for r in runs):.2f}",
                     f"{median(runs, 'triad'):.1f}", f"{median(runs, 'share'):.0%}", state,
                     f"{1e9 * median(runs, 'prepare_s') / atoms:.0f}"])
    return table(["atoms", "K", "ns", "lowest-highest", "triad GB/s", "share", "state bytes",
                  "set-up ns"], rows) + [f"\n{line}." for line in bench.skipped]


def scaling_table(bench):
    one = median(bench.scaling[1], "ns")
    return table(["threads", "ns", "times one thread", "triad GB/s", "share"],
                 [[threads, f"{median(runs, 'ns'):.2f}", f"{one / median(runs, 'ns'):.2f}",
                   f"{median(runs, 'triad'):.1f}", f"{median(runs, 'share'):.0%}"]
                  for threads, runs in sorted(bench.scaling.items())])


def peer_cell(runs, form):
    if runs[0][form] is None:
        return "no memory"
    return f"{median(runs, form):.0f} ({median(runs, form + '_ratio'):.0f} x)"


def peer_table(bench):
    rows = []
    for (atoms, pool, threads), runs in sorted(bench.peers.items(), key=lambda i: (i[0][2] or 0,
                                                                                   i[0][:2])):
        rows.append([count(atoms), pool, "one" if threads else "all", f"{median(runs, 'ns'):.2f}",
                     *(peer_cell(runs, form) for form in ("textbook", "cached", "compressed")),
                     f"{runs[0]['nodes']}, {runs[0]['rank']}"])
    worst = max(row["difference"] for runs in bench.peers.values() for row in runs)
    lines = table(["atoms", "K", "cores", "ours, ns", "textbook, ns", "cached, ns",
                   "compressed, ns", "nodes, rank"], rows)
    lines.append(f"\nLargest difference of log p between NumPy's forms after two generations: "
                 f"{worst:.1e}.")
    lines.append("The compressed form was not in the aims. It is there because it is what a "
                 "determined NumPy user can reach.")
    if slow_blas(bench):
        lines.append("\n**NumPy used the unoptimised reference BLAS: its times are worse than they "
                     "need be, and no aim is shown by them** (install libopenblas0-pthread).")
    return lines


def duration(seconds):
    for unit, size in (("years", 3.156e7), ("hours", 3600), ("s", 1), ("ms", 1e-3)):
        if seconds >= size or unit == "ms":
            return f"{seconds / size:.2g} {unit}" if seconds / size < 1e4 \
                else f"{seconds / size:.0e} {unit}"


def estimate_table(bench):
    rows = []
    for pool, runs in sorted(bench.estimates.items()):
        exact, took, error = (median(runs, key) for key in ("exact_s", "estimate_s", "rms_error"))
        rows.append([pool, f"{1e3 * exact:.1f} ms", f"{bench.errors[pool]['max_error']:.1e}",
                     f"{median(runs, 'draws'):.0f}", f"{1e3 * took:.1f} ms", f"{error:.2g}",
                     duration(took * (error / 1e-3)**2), duration(took * (error / 1e-12)**2)])
    lines = table(["K", "exact", "its largest error", "pools an atom", "Monte Carlo",
                   "its rms error", "to 1e-3", "to 1e-12"], rows)
    longer = [str(pool) for pool, runs in sorted(bench.estimates.items())
              if median(runs, "estimate_s") > 2 * median(runs, "exact_s")]
    lines.append(f"\n{count(ESTIMATE_SIZE)} atoms, error of log H. The last two columns extend the "
                 "measured error by one over the square root of the time.")
    if longer:
        lines.append(f"At K = {' and '.join(longer)} a single random pool for every atom already "
                     "takes longer than the exact weights.")
    return lines


def slow_blas(bench):
    return any(row["blas"] == "reference BLAS" for runs in bench.peers.values() for row in runs)


def aims(bench):
    """Each aim, the number that decides it, and whether it was met."""
    rows = []

    def add(aim, shown, met):
        rows.append([aim, shown, {True: "yes", False: "**no**", None: "**not shown**"}[met]])

    error = max(row["max_error"] for row in bench.errors.values())
    add("error of log H at most 1e-12", f"{error:.1e}", error <= 1e-12)
    share = [median(bench.generation[10**7, pool], "share") for pool in POOLS]
    add("70 % of the memory bound at 10^7 atoms", span(share, "{:.0%}"), min(share) >= 0.7)
    state = [median(runs, "state_bytes") for (n, _), runs in bench.generation.items() if n >= 10**6]
    add("at most 24 bytes of state an atom (10^6 and up)", span(state, "{:.1f}"), max(state) <= 24)
    for form, aim in (("textbook", 500), ("cached", 40)):
        ratio = [median(runs, f"{form}_ratio") for (_, _, threads), runs in bench.peers.items()
                 if threads is None and runs[0][form] is not None]
        if ratio:
            met = min(ratio) >= aim  # against a slow BLAS that would prove nothing
            add(f"{aim} times NumPy's {form} form, all cores", span(ratio, "{:.0f}"),
                None if met and slow_blas(bench) else met)
        else:
            add(f"{aim} times NumPy's {form} form, all cores", "not measured", None)
    two, million = (median(bench.generation[10**6, pool], "ns") for pool in EXTREME_POOLS)
    add("K = 2 and K = 10^6 within a factor of 1.5", f"{max(two / million, million / two):.2f}",
        max(two, million) <= 1.5 * min(two, million))
    return table(["aim", "measured", "met"], rows)


def span(values, form):
    low, high = form.format(min(values)), form.format(max(values))
    return low if low == high else f"{low} to {high}"


def report(bench):
    peer = next(iter(bench.peers.values()))[0]
    parts = [("Machine", machine(bench.build, peer)), ("Aims", aims(bench)),
             ("One generation, per atom", generation_table(bench)),
             (f"Threads, {count(10**7)} atoms, K = 16", scaling_table(bench)),
             ("Beside NumPy, per atom and generation (ratio to ours)", peer_table(bench)),
             ("Beside Monte Carlo, one curation", estimate_table(bench))]
    return "\n".join(f"## {title}\n\n" + "\n".join(lines) + "\n" for title, lines in parts)


def write_results(measured, begin=BEGIN, end=END):
    """Replaces what stands between the markers; keeps all else."""
    text = RESULTS.read_text() if RESULTS.exists() else f"{INTRODUCTION}\n{BEGIN}\n{END}\n"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        sys.exit(f"bench/RESULTS.md lacks its two comment lines, {begin} and {end}; not rewritten")
    head, tail = text[:text.index(begin)], text[text.index(end):]
    draft = RESULTS.with_suffix(".new")
    draft.write_text(f"{head}{begin}\n\n{measured}\n{tail}")
    draft.replace(RESULTS)


def python_with_numpy():
    """Debian's python3, or the one that runs this."""
    for python in ("/usr/bin/python3", sys.executable):
        if os.path.exists(python) and subprocess.run([python, "-c", "import numpy"],
                                                     capture_output=True).returncode == 0:
            return python
    sys.exit("NumPy is missing: install python3-numpy")


def main(build):
    if LOAD > 0.5 * os.cpu_count():
        progress(f"warning: the machine is busy (load {LOAD:.1f}); timings will be too high")
    bench = Bench(build)
    bench.measure_generations()
    bench.measure_peers()
    bench.measure_estimates()
    measured = report(bench)
    print(measured)
    write_results(measured)
    print("Written to bench/RESULTS.md.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    STARTED, LOAD, PYTHON = time.perf_counter(), os.getloadavg()[0], python_with_numpy()
    main(pathlib.Path(sys.argv[1]))
