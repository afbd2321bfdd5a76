#!/usr/bin/env python3
"""Files of tensors, written here and read there and the other way round, against a plain
reader of the format."""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
checks = []


def check(name, good, why=""):
    checks.append(good)
    print(f"{'ok' if good else 'not ok'} {len(checks)} - {name}")
    if not good:
        print(f"# {why}")


def read(path):
    """name -> (dtype, shape, bytes), and the metadata."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__", None)
    body = data[8 + length:]
    tensors = {name: (entry["dtype"], entry["shape"], body[slice(*entry["data_offsets"])])
               for name, entry in header.items()}
    return tensors, metadata, length


def write(path, tensors):
    header, body = {"__metadata__": {"origin": "python"}}, b""
    for name, (dtype, shape, content) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(body), len(body) + len(content)]}
        body += content
    text = json.dumps(header, indent=1).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def printed(path):
    """name -> (shape, the elements' bits as f32), as the C reader has them."""
    lines = subprocess.run([PROGRAM, "--print", path], check=True, capture_output=True, text=True)
    found = {}
    for line in lines.stdout.splitlines():
        left, right = line.split(":")
        name, *shape = left.split()
        found[name] = ([int(n) for n in shape], [int(bits, 16) for bits in right.split()])
    return found


def f32_bits(value):
    return struct.unpack("<I", struct.pack("<f", value))[0]


with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "x.safetensors"
    subprocess.run([PROGRAM, "--write", path], check=True)
    tensors, metadata, length = read(path)
    odd = [0x7FC12345, 0x80000000, 1, 0x7F800000, 0xFF7FFFFF, 0x3F800000]
    check("what C wrote is read in Python", tensors == {
        "a.b": ("F32", [2, 2, 2], struct.pack("<8f", *range(1, 9))),
        "empty": ("F32", [0, 7], b""),
        "one": ("F32", [], struct.pack("<f", 5)),
        "z": ("F32", [2, 3], struct.pack("<6I", *odd))}, tensors)
    check("with PyTorch's mark and aligned", metadata == {"format": "pt"} and length % 8 == 0, metadata)

    halves = [0.0, -0.0, 1.0, -2.5, 65504.0, 2.0 ** -24, 3 * 2.0 ** -20, float("inf")]
    brains = [0x0000, 0x8000, 0x3F80, 0xC020, 0x7F80, 0x0001, 0x7F7F]
    write(path, {"half": ("F16", [2, 4], struct.pack("<8e", *halves)),
                 "brain\u00e9": ("BF16", [7], struct.pack("<7H", *brains)),
                 "full": ("F32", [1, 1, 6], struct.pack("<6I", *odd)),
                 "none": ("F16", [0], b"")})
    check("what Python wrote is read in C", printed(path) == {
        "half": ([2, 4], [f32_bits(x) for x in halves]),
        "brain\u00e9": ([7], [bits << 16 for bits in brains]),
        "full": ([1, 1, 6], odd), "none": ([0], [])}, printed(path))

    data = path.read_bytes()
    path.write_bytes(data[:-1])
    refused = subprocess.run([PROGRAM, "--print", path], capture_output=True, text=True)
    check("a truncated file is refused", refused.returncode == 1 and "truncated" in refused.stderr, refused)

    subprocess.run([PROGRAM, "--write", path], check=True)
    try:
        from safetensors import numpy as official
    except ImportError:
        checks.append(True)
        print(f"ok {len(checks)} - the safetensors package reads it # SKIP the package is not installed")
    else:
        found = official.load_file(path)
        check("the safetensors package reads it", found["a.b"].tolist() == [[[1, 2], [3, 4]], [[5, 6], [7, 8]]])

print(f"1..{len(checks)}")
sys.exit(not all(checks))
