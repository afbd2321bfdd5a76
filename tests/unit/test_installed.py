#!/usr/bin/env python3
"""What `meson install` puts down is enough: programs in C and C++ are compiled with what pkg-config
says of it, and run. Given: the build directory, the prefix, the folder of libraries in it and the
compilers: c=COMMAND and cpp=COMMAND, whose words are parted by the character 31."""
import os
import pathlib
import subprocess
import sys
import tempfile

BUILD, PREFIX, LIBDIR, *REST = sys.argv[1:]
HERE = pathlib.Path(__file__).resolve().parent
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
checks = []


def check(name, good, why=""):
    checks.append(good)
    print(f"{'ok' if good else 'not ok'} {len(checks)} - {name}", flush=True)
    if not good:
        print("\n".join(f"# {line}" for line in why.splitlines()))


def called(command, **words):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          **words)
    return done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}"


def example(readme):
    """The program that the README shows."""
    _, _, after = readme.partition("```c\n#include <aligngame.h>")
    return "#include <aligngame.h>" + after.partition("```")[0]


with tempfile.TemporaryDirectory() as folder:
    root = pathlib.Path(folder)
    good, said = called(["meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir",
                         folder])
    check("it is installed", good, said)
    installed = root / PREFIX.lstrip("/")
    libraries = installed / LIBDIR
    environment = {**os.environ, "PKG_CONFIG_SYSROOT_DIR": folder, "LD_LIBRARY_PATH": str(libraries),
                   "PKG_CONFIG_PATH": str(libraries / "pkgconfig")}

    def flags(package):
        return subprocess.run(["pkg-config", "--cflags", "--libs", package], check=True, text=True,
                              stdout=subprocess.PIPE, env=environment).stdout.split()

    def runs(name, compiler, source, package, words=()):
        program = root / name
        good, said = called([*compiler, *STRICT, *words, source, "-o", program, *flags(package), "-lm"],
                            env=environment)
        if good:
            good, said = called([program], env=environment)
        check(f"a program in {name} runs on {package}", good, said)

    compilers = {}
    for word in REST:
        language, _, command = word.partition("=")
        compilers[language] = command.split("\x1f")
    runs("C", compilers["c"], HERE / "core_program.c", "aligngame-core", ["-std=c11"])
    if "cpp" in compilers:
        runs("C++", compilers["cpp"], HERE / "cplusplus.cpp", "aligngame-core", ["-std=c++17"])
    if (installed / "bin" / "aligngame").exists():
        shown = root / "example.c"
        shown.write_text(example((HERE.parent.parent / "README.md").read_text()))
        runs("the README", compilers["c"], shown, "aligngame", ["-std=c11"])
        good, said = called([installed / "bin" / "aligngame", "--version"])
        check("the program finds its library", good, said)
print(f"1..{len(checks)}")
sys.exit(not all(checks))
