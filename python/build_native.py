"""Writes the C source of the module that Python calls the library by, from the public headers.

Usage: build_native.py INCLUDE OUTPUT DEPENDENCIES COMPILER...

What the headers declare is what Python has: nothing is declared twice. The compiler's preprocessor
reads them; what comes of our own headers is kept, without attributes.
"""
import re
import subprocess
import sys
from pathlib import Path

import cffi

SYSTEM = "typedef int... sig_atomic_t;\n"
THREADS = """
int ag_python_threads(int threads); /* sets how many; returns how many there were */
"""
CALLBACKS = """
extern "Python" {
  void ag_python_progress(void *context, const ag_progress *progress);
  void ag_python_put_aside(void *context, const char *names);
  void ag_python_counted(void *context, size_t done, size_t of);
  void ag_python_named(void *context, const char *what, size_t done, size_t total);
  void ag_python_trained(void *context, const char *phase, double done, double total, double rate);
  ag_status ag_python_reward(void *context, const ag_batch *batch, double *reward, ag_error *error);
  ag_status ag_python_fit(void *context, const ag_batch *data, uint64_t seed, ag_error *error);
  ag_status ag_python_sample(void *context, size_t count, uint64_t seed, uint32_t *item,
                             double *point, ag_error *error);
}
"""
SOURCE = """
#include <stdlib.h>

#include <aligngame.h>

#ifdef _OPENMP
#include <omp.h>
#endif

static int ag_python_threads(int threads)
{
#ifdef _OPENMP
  int before = omp_get_max_threads();
  if (threads > 0)
    omp_set_num_threads(threads);
  return before;
#else
  (void)threads;
  return 1;
#endif
}
"""


def declarations(include, compiler, output, dependencies):
    """What our headers declare, as cffi reads it. Into dependencies: which headers were read."""
    header = include / "aligngame.h"
    text = subprocess.run([*compiler, "-E", "-MD", "-MF", dependencies, "-MT", output,
                           f"-I{include}", header], stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    ours, kept = False, []
    for line in text.splitlines():
        place = re.match(r'# \d+ "(.*?)"', line)
        if place:
            ours = str(include) in place[1]
        elif ours and line.strip():
            kept.append(line)
    return re.sub(r"__attribute__\s*\(\(.*?\)\)\)?", "", "\n".join(kept))


def main(include, output, dependencies, compiler):
    ffi = cffi.FFI()
    ffi.cdef(SYSTEM + declarations(include.resolve(), compiler, output, dependencies) + THREADS + CALLBACKS +
             "void free(void *block);\n")
    ffi.set_source("aligngame._native", SOURCE, py_limited_api=True)
    ffi.emit_c_code(output)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:])
