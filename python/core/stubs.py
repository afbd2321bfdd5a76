#!/usr/bin/env python3
"""Prints aligngame/parts.pyi, from the library's own tables: python3 core/stubs.py > aligngame/parts.pyi"""
from aligngame.catalogue import Entry, Parameter, entries
from aligngame.parts import argument, documentation, top, value_of

TYPES = {"real": "float", "whole": "int", "flag": "bool", "text": "str", "path": "str",
         "reals": "Sequence[float]", "table": "Mapping[str, Any]", "node": "Any"}


def type_of(parameter: Parameter) -> str:
    if parameter.kind == "word" and parameter.words:
        return f"Literal[{', '.join(repr(word) for word in parameter.words)}]"
    if "." in parameter.name:
        return "Any"
    return TYPES.get(parameter.kind, "Any")


def function(entry: Entry) -> str:
    arguments = ["self"]
    if value_of(entry):
        arguments.append(f"value: {type_of(value_of(entry)[0])} = ..., /")
    if top(entry):
        arguments.append("*")
    arguments += [f"{argument(p)}: {type_of(p)} = ..." for p in top(entry)]
    lines = documentation(entry).splitlines()
    quoted = "\n        ".join(line.replace("\\", "\\\\") for line in lines)
    return f'    def {entry.name}({", ".join(arguments)}) -> Any:\n        """{quoted}"""\n'


print("# Made by core/stubs.py from the library's tables.")
print("from typing import Any, List, Literal, Mapping, Sequence\n")
print("from .catalogue import Entry, Parameter\n")
for kind in ("rewards", "generators", "spaces"):
    print(f"class _{kind.capitalize()}:")
    print("\n".join(function(entry) for entry in entries(kind)))
for kind in ("rewards", "generators", "spaces"):
    print(f"{kind}: _{kind.capitalize()}")
print("\ndef top(entry: Entry) -> List[Parameter]: ...")
print("def value_of(entry: Entry) -> List[Parameter]: ...")
print("def argument(parameter: Parameter) -> str: ...")
print("def documentation(entry: Entry) -> str: ...")
