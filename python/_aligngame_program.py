"""The program `aligngame` of the package, which lies beside its library."""
import os
import sys


def main():
    program = os.path.join(os.path.dirname(__file__), "aligngame", "bin", "aligngame")
    os.execv(program, ["aligngame", *sys.argv[1:]])
