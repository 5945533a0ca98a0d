"""Turns fuzz inputs from lines into files and back: a line an input, bytes escaped as tests/fuzz/driver.cc reads them.

    fuzz_corpus.py unpack SEEDS_DIR CORPUS_DIR TARGET OUT_DIR    seeds of TARGET (its name in CMakeLists.txt) -> files
    fuzz_corpus.py pack DIR FILE                                 files of at most 4,096 bytes -> one text file
"""
import pathlib
import re
import sys

BYTES_MAX = 4096  # kInputBytesMax of the driver


def unescape(line):
    def one(match):
        code = match.group(1)
        if code.startswith("x"):
            return bytes.fromhex(code[1:]).decode("latin-1")
        return {"n": "\n", "r": "\r", "0": "\0"}.get(code, code)
    return re.sub(r"\\(x[0-9a-fA-F]{2}|.)", one, line).encode("latin-1")


def escape(data):
    known = {ord("\n"): "\\n", ord("\r"): "\\r", 0: "\\0", ord("\\"): "\\\\"}
    return "".join(known.get(b) or (chr(b) if 32 <= b < 127 else f"\\x{b:02x}") for b in data)


def seed_files(seeds_dir, corpus_dir, target):
    cmake = (pathlib.Path(seeds_dir).parent / "CMakeLists.txt").read_text()
    name = re.search(rf"gmpi_fuzz\({target} .*?SEEDS (\S+)", cmake).group(1)
    yield pathlib.Path(seeds_dir) / name
    kept = pathlib.Path(corpus_dir) / f"{target}.txt"
    if kept.exists():
        yield kept


def unpack(seeds_dir, corpus_dir, target, out_dir):
    number = 0
    for path in seed_files(seeds_dir, corpus_dir, target):
        for line in path.read_bytes().decode("latin-1").split("\n"):
            (pathlib.Path(out_dir) / f"seed-{number:06}").write_bytes(unescape(line))
            number += 1


def pack(directory, file):
    inputs = sorted(data for path in pathlib.Path(directory).iterdir() if len(data := path.read_bytes()) <= BYTES_MAX)
    pathlib.Path(file).write_text("".join(escape(data) + "\n" for data in inputs))


if __name__ == "__main__":
    {"unpack": unpack, "pack": pack}[sys.argv[1]](*sys.argv[2:])
