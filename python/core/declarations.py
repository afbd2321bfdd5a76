#!/usr/bin/env python3
"""The C source of the extension module, made from the public headers: what the compiler sees of them is
what Python may call. Given: the folder of the headers, that of interrupt.h and callbacks.h, the file to
write, the compiler. Beside that file a list of what was read is left, FILE.d."""
import pathlib
import re
import subprocess
import sys

import cffi

MODULE = "aligngame._core"
MARKER = re.compile(r'^# \d+ "([^"]*)"')
CONSTANT = re.compile(r"^#define (AG_[A-Z_]+) (.+)$", re.M)
VISIBILITY = re.compile(r"__attribute__\(\(visibility\(.\w+.\)\)\)")
SYSTEM = "typedef int sig_atomic_t;\n"  # of signal.h, which is not read


def declared(compiler, folder):
    """What the public headers declare, without what they include from elsewhere."""
    folder = pathlib.Path(folder).resolve()
    made = subprocess.run([*compiler, "-E", "-I", folder, folder / "aligngame.h"], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    ours, lines = False, []
    for line in made.splitlines():
        marker = MARKER.match(line)
        if marker:
            ours = folder in pathlib.Path(marker[1]).parents
        elif ours:
            lines.append(VISIBILITY.sub("", line))
    return "\n".join(lines)


def constants(folder):
    """Numbers that headers define by the preprocessor: the compiler finds their values."""
    found = {}
    for header in sorted(pathlib.Path(folder).glob("aligngame/*.h")):
        found.update(CONSTANT.findall(header.read_text()))
    found.pop("AG_API")
    return "".join(f"static const {'double' if '.' in value else 'size_t'} {name};\n"
                   for name, value in found.items())


def main(headers, core, output, compiler):
    core = pathlib.Path(core).resolve()
    builder = cffi.FFI()
    builder.cdef(SYSTEM + declared(compiler, headers) + "\n" + constants(headers))
    builder.cdef((core / "callbacks.h").read_text())
    builder.set_source(MODULE, f'#include <stdlib.h>\n#include <aligngame.h>\n#include "{core}/interrupt.h"\n')
    builder.emit_c_code(output)
    read = [*sorted(pathlib.Path(headers).glob("**/*.h")), *sorted(core.glob("*.h"))]
    pathlib.Path(output + ".d").write_text(f"{output}: {' '.join(map(str, read))}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
