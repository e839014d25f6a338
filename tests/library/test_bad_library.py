"""One folder a fault: `tests/bad_library/<fault>/` holds the files that differ from the good library `_bonne`.

Each line of its `attendu.txt` is one fault that must be told, as words parted by ` | `: the file or the entry,
its id, the key, what was found, what to do. No other fault may be told.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from drafter.errors import LibraryError
from drafter.library import load_library

FOLDER = Path(__file__).parent.parent / "bad_library"
GOOD = FOLDER / "_bonne"
BAD = sorted(path for path in FOLDER.iterdir() if path.is_dir() and path != GOOD)


def faults_of(root: Path) -> list[str]:
    with pytest.raises(LibraryError) as refused:
        load_library(root)
    return [str(fault) for fault in refused.value.faults]


def test_the_good_library_has_no_fault() -> None:
    library = load_library(GOOD)
    assert set(library.clauses) == {"env.nettoyage.produits", "env.nettoyage.critere"}
    assert set(library.segments) == {"NET"}
    assert set(library.examples) == {"nettoyage", "bureau"}


@pytest.mark.parametrize("folder", BAD, ids=lambda path: path.name)
def test_a_faulty_library_tells_each_fault_once(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "bibliotheque"
    shutil.copytree(GOOD, root)
    shutil.copytree(folder, root, dirs_exist_ok=True)
    expected = [line.split(" | ") for line in (folder / "attendu.txt").read_text("utf-8").splitlines() if line]
    told = faults_of(root)
    for words in expected:
        assert any(all(word in fault for word in words) for fault in told), f"{words} not in {told}"
    assert len(told) == len(expected), told


ENGLISH = re.compile(r"\b(input|should|invalid|expected|must|value error|dict|NoneType|errno|no such)\b", re.IGNORECASE)


@pytest.mark.parametrize("folder", BAD, ids=lambda path: path.name)
def test_no_word_of_english(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "bibliotheque"
    shutil.copytree(GOOD, root)
    shutil.copytree(folder, root, dirs_exist_ok=True)
    for fault in faults_of(root):
        assert not ENGLISH.search(fault), fault


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bibliotheque.yaml", None, "bibliotheque.yaml : ce fichier manque : créez-le"),
        ("segments/NET.yaml", b"\xff\xfe\x00", "segments/NET.yaml : ce fichier n'est pas du texte UTF-8"),
        ("clauses/produits.md", b"---\n\xe9\n---\n", "clauses/produits.md : ce fichier n'est pas du texte UTF-8"),
        ("segments/NET.yaml", b"- a\n", "segments/NET.yaml : ce fichier est une suite de lignes"),
        ("clauses/produits.md", b"---\n- a\n---\n# CCTP\n", "clauses/produits.md : l'en-tête est une suite de lignes"),
    ],
)
def test_files_that_do_not_read(name: str, content: bytes | None, words: str, tmp_path: Path) -> None:
    root = tmp_path / "bibliotheque"
    shutil.copytree(GOOD, root)
    if content is None:
        (root / name).unlink()
    else:
        (root / name).write_bytes(content)
    assert any(fault.startswith(words) for fault in faults_of(root))


def test_an_empty_folder_is_not_a_library(tmp_path: Path) -> None:
    assert faults_of(tmp_path) == ["bibliotheque.yaml : ce fichier manque : créez-le"]


def test_a_file_saved_by_notepad_reads(tmp_path: Path) -> None:
    """A byte order mark and Windows line ends."""
    root = tmp_path / "bibliotheque"
    shutil.copytree(GOOD, root)
    for path in root.rglob("*.*"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    read, good = load_library(root), load_library(GOOD)
    assert (read.clauses, read.segments, read.parameters) == (good.clauses, good.segments, good.parameters)
    assert (read.rates, read.penalties, read.duties) == (good.rates, good.penalties, good.duties)
    assert (read.examples, read.ccags, read.info) == (good.examples, good.ccags, good.info)
