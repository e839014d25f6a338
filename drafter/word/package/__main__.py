"""`python -m drafter.word.package pack DIR FILE.docx`, or `unpack FILE.docx DIR`."""

from __future__ import annotations

import sys
from pathlib import Path

from drafter.word.package.source import pack, unpack


def main(arguments: list[str]) -> int:
    match arguments:
        case ["pack", source, target]:
            Path(target).write_bytes(pack(Path(source)))
        case ["unpack", source, target]:
            unpack(Path(source).read_bytes(), Path(target))
        case _:
            sys.stderr.write(
                "Usage : python -m drafter.word.package pack DOSSIER FICHIER.docx\n"
                "        python -m drafter.word.package unpack FICHIER.docx DOSSIER\n"
            )
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
