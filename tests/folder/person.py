"""A person's program that opens, edits and saves one file again and again, in a process of its own.

usage: person.py KIND PATH COUNT SEED
KIND: excel (owner file, temporary file, two renames), sync (temporary file, rename), place (writes into the file).
A file `writing` stands beside it while a program writes into it, a file `looking` while the service looks.

The file is a list of lines; each edit adds one. Whatever edits it finds missing when it opens the file again are lost;
their number is printed at the end, after the number of saves.
"""

import contextlib
import random
import sys
import time
from pathlib import Path


def load(path: Path) -> list[str]:
    while True:
        try:
            lines = path.read_text().splitlines()
        except FileNotFoundError:
            continue
        if lines and lines[-1] == "end":
            return [line for line in lines if line.startswith("edit")]
        time.sleep(0.001)  # somebody is writing into it


def save_excel(path: Path, data: str) -> None:
    temporary, old = path.with_name("1A2B3C4D"), path.with_name("5E6F7A8B")
    temporary.write_text(data)
    with contextlib.suppress(FileNotFoundError):
        path.rename(old)
    temporary.rename(path)
    old.unlink(missing_ok=True)


def save_sync(path: Path, data: str) -> None:
    temporary = path.with_name(".~sync.part")
    temporary.write_text(data)
    temporary.replace(path)


def save_place(path: Path, data: str) -> None:
    writing = path.with_name("writing")
    writing.touch()
    while True:
        try:
            file = path.open("r+")
        except FileNotFoundError:  # the name is away for an instant where names cannot be exchanged: he saves again
            continue
        break
    with file:
        time.sleep(0.0005)
        file.seek(0)
        file.write(data)
        file.truncate()
    writing.unlink()


def main(kind: str, name: str, count: str, seed: str) -> None:
    path, rng = Path(name), random.Random(int(seed))
    save = {"excel": save_excel, "sync": save_sync, "place": save_place}[kind]
    owner = path.with_name(f"~${path.name}")
    lost, made = 0, 0
    for number in range(int(count)):
        time.sleep(rng.random() * 0.006)
        while path.with_name("looking").exists():  # nobody opens a book again within the time of our looks
            time.sleep(0.0005)
        if kind == "excel":
            owner.write_bytes(b"\x02WW" + b" " * 162)
        edits = load(path)
        lost += made - len(edits)
        made = len(edits)
        time.sleep(rng.random() * 0.002)
        save(path, "\n".join([*edits, f"edit {number}", "end"]))
        made += 1
        owner.unlink(missing_ok=True)
    sys.stdout.write(f"{count} {lost}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
