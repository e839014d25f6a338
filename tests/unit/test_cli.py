"""The command line: exit codes, data on stdout, French on stderr, and no traceback whatever the file."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from drafter.cli import main
from drafter.cli.files import MAX_FILE
from drafter.cli.french import SENTENCES
from drafter.library import load_library
from drafter.paths import CLAUSE_LIBRARY
from drafter.pipeline import run
from drafter.report import report

EXAMPLES = CLAUSE_LIBRARY / "examples"
GOOD = str(EXAMPLES / "nettoyage-mediatheque.yaml")
ENGLISH = re.compile(
    r"\b(the|is|not|for|usage:|try|error|missing|show|exit|file|directory|invalid|value|no such|option '"
    r"|default|required|expected|found|unexpected|allowed|character|line \d|column|permission|denied)\b",
    re.I,
)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), prog_name="drafter")


def told(result: Result, code: int) -> str:
    """The message on stderr of a command that ended as it should: no data, no traceback, no English."""
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    if code:
        assert result.stdout == ""
    assert not ENGLISH.search(result.stderr), result.stderr
    return result.stderr


# --- what works --------------------------------------------------------------------------------------------


def test_explain_gives_json_on_stdout_and_nothing_else() -> None:
    found = call("explain", GOOD, "--json")
    assert (found.exit_code, found.stderr) == (0, "")
    assert json.loads(found.stdout)["marche"]["segment_code"] == "NET"


def test_explain_without_json_is_read_by_a_person() -> None:
    found = call("explain", GOOD)
    assert found.exit_code == 0
    for heading in ("CE QUE LA LOI IMPOSE", "HEURES D’INSERTION", "CLAUSES PROPOSÉES", "À PRÉCISER"):
        assert heading in found.stdout
    assert "CR-04" in found.stdout
    assert not ENGLISH.search(found.stdout)


@pytest.mark.parametrize("name", ["reel-trois-lots", "electricite", "lot-reserve"])
def test_an_example_is_explained(name: str) -> None:
    assert call("explain", str(EXAMPLES / f"{name}.yaml")).exit_code == 0


def test_every_example_has_a_report() -> None:
    library = load_library()
    for name, market in library.examples.items():
        assert "CLAUSES PROPOSÉES" in report(run(market, library)), name


def test_draft_writes_the_whole_set_and_names_each_file(tmp_path: Path) -> None:
    found = call("draft", GOOD, "-o", str(tmp_path / "new" / "folder"))
    assert found.exit_code == 0
    files = [Path(line) for line in found.stdout.splitlines()]
    assert {path.name for path in files} == {path.name for path in (tmp_path / "new" / "folder").iterdir()}
    assert sorted(path.suffix for path in files) == [".csv"] * 2 + [".docx"] * 6 + [".json", ".xlsx"]
    assert all(path.read_bytes()[:2] == b"PK" for path in files if path.suffix in (".docx", ".xlsx"))


def test_draft_writes_the_pieces_asked_for(tmp_path: Path) -> None:
    found = call("draft", GOOD, "-o", str(tmp_path), "--pieces", "ccap, NOTE,ccap")
    assert found.exit_code == 0
    pieces = ["calcul-des-heures.xlsx", "ccap-section.docx", "note-de-calibrage.docx"]  # the note and its workbook
    assert sorted(path.name for path in tmp_path.iterdir()) == pieces


def test_draft_says_which_piece_has_nothing_to_carry(tmp_path: Path) -> None:
    found = call("draft", str(EXAMPLES / "electricite.yaml"), "-o", str(tmp_path), "--pieces", "ae")
    assert found.exit_code == 0
    assert "Pièce ae" in found.stderr
    assert not list(tmp_path.iterdir())


def test_a_dossier_is_read_like_a_market(tmp_path: Path) -> None:
    from drafter import dossier
    from drafter.library import load_library

    library = load_library()
    text = dossier.dump(library.examples["nettoyage-mediatheque"], library)
    expected = call("explain", GOOD, "--json").stdout
    for name in ("dossier.json", "dossier.txt"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert call("explain", str(tmp_path / name), "--json").stdout == expected


def test_check_finds_no_fault_in_our_library() -> None:
    found = call("check")
    assert found.exit_code == 0
    assert "aucune faute" in found.stdout


# --- what is refused by a rule: 1 ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        ({"clause": "social.insertion.heures", "choix": "retirer"}, "pourquoi"),
        ({"clause": "nulle.part", "choix": "garder"}, "nulle.part"),
        ({"obligation": "CR-04", "derogation": "DER-SOC-4", "motif": "court"}, "n'est pas ouverte"),
        ({"obligation": "CR-04", "derogation": "DER-SOC-3"}, "motif"),
    ],
)
@pytest.mark.parametrize("command", ["explain", "draft"])
def test_a_decision_that_cannot_stand_is_1(tmp_path: Path, decision: dict[str, str], words: str, command: str) -> None:
    path = tmp_path / "marche.yaml"
    path.write_text(Path(GOOD).read_text("utf-8") + f"decisions: [{json.dumps(decision)}]\n", encoding="utf-8")
    output = ["-o", str(tmp_path / "out")] if command == "draft" else []
    assert words in told(call(command, str(path), *output), 1)
    assert not (tmp_path / "out").exists()


# --- usage: 2 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "COMMANDE"),
        (("expliquer", "x"), "La commande « expliquer » n'existe pas"),
        (("explai", "x"), "Vouliez-vous dire"),
        (("explain",), "Il manque l'argument"),
        (("explain", "a", "b"), "un argument de trop : b"),
        (("explain", "a", "b", "c"), "des arguments de trop : b c"),
        (("explain", GOOD, "--bogus"), "L'option « --bogus » n'existe pas"),
        (("explain", GOOD, "--jso"), "Vouliez-vous dire"),
        (("explain", GOOD, "--json=oui"), "ne prend pas de valeur"),
        (("draft", GOOD), "Il manque l'option"),
        (("draft", GOOD, "-o"), "attend une valeur"),
        (("draft", GOOD, "-o", "x", "--pieces", "ccap,dce"), "Pièce inconnue : dce. Écrivez ccap, cctp"),
        (("draft", GOOD, "-o", "x", "--pieces", " , "), "Aucune pièce"),
        (("serve", "--port", "huit"), "« huit » n'est pas un nombre"),
        (("serve", "--port", "70000"), "hors des bornes"),
    ],
)
def test_a_wrong_use_is_2(arguments: tuple[str, ...], words: str) -> None:
    assert words in told(call(*arguments), 2)


def test_a_busy_port_is_said() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        done = run_alone("serve", "--port", port)
    message = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"Le port {port}" in message
    assert "un autre programme" in message
    assert "Service ouvert" not in message


def test_an_address_that_is_not_ours_is_said() -> None:
    done = run_alone("serve", "--host", "999.999.999.999", "--port", "0")
    assert done.returncode == 2
    assert "999.999.999.999" in done.stderr.decode()
    assert not ENGLISH.search(done.stderr.decode())


def test_an_output_that_cannot_be_a_folder_is_2(tmp_path: Path) -> None:
    taken = tmp_path / "pris"
    taken.write_text("ici")
    assert "indiquez un dossier" in told(call("draft", GOOD, "-o", str(taken)), 2)
    assert "indiquez un dossier" in told(call("draft", GOOD, "-o", str(taken / "dedans")), 2)
    assert taken.read_text() == "ici"


# --- what cannot be read: 3 -----------------------------------------------------------------------------------


def _unreadable(tmp_path: Path, data: bytes, name: str = "marche.yaml") -> str:
    path = tmp_path / name
    path.write_bytes(data)
    return told(call("explain", str(path)), 3)


HEAD = Path(GOOD).read_bytes()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("vide.yaml", b"", "objet"),
        ("vide.json", b"", "JSON"),
        ("latin1.yaml", "objet: Médiathèque".encode("latin-1"), "UTF-8"),
        ("utf16.yaml", "objet: Médiathèque".encode("utf-16"), "UTF-8"),
        ("binaire.yaml", bytes(range(256)), "UTF-8"),
        ("nul.yaml", b"objet: \0", "invisible"),
        ("piece.docx", b"PK\x03\x04" + b"\xff" * 50, "document ou une archive"),
        ("notice.pdf", b"%PDF-1.7 \xe2\xe3", "document ou une archive"),
        ("vieux.doc", b"\xd0\xcf\x11\xe0", "document ou une archive"),
        ("enorme.yaml", b"#" * (MAX_FILE + 1), "2 Mo"),
        ("deux-points.yaml", b"objet: a: b: c\n", "ligne 1"),
        ("tabulation.yaml", b"objet: x\n\tnature: services\n", "ligne"),
        ("guillemet.yaml", b'objet: "x\n', "ligne"),
        ("alias.yaml", b"objet: &a x\nnature: *a\n", "alias"),
        ("profond.yaml", b"objet: " + b"[" * 5000 + b"]" * 5000, "imbriqu"),
        ("profond.json", b"[" * 100_000, "JSON"),
        ("double.yaml", HEAD + b"objet: encore\n", "deux fois"),
        ("double.json", b'{"objet": 1, "objet": 2}', "deux fois"),
        ("virgule.json", b'{"objet": "x",, }', "ligne 1"),
        ("nan.json", b'{"montant_ht": NaN}', "JSON"),
        ("grand.json", b'{"montant_ht": 1e999999999}', "montant"),
        ("chiffres.json", b'{"montant_ht": ' + b"9" * 6000 + b"}", "montant"),
        ("liste.yaml", b"- a\n- b\n", "objet"),
        ("texte.yaml", b"bonjour\n", "objet"),
        ("cle.yaml", HEAD + b"montan_ht: 3\n", "montan_ht"),
        ("segment.yaml", HEAD + b"segment: licornes\n", "licornes"),
        ("dossier.json", b'{"format": "autre"}', "dossier"),
        ("dossier-futur.json", b'{"format": "drafter-dossier", "version": 99, "marche": {}}', "plus récente"),
        ("dossier-vide.json", b'{"format": "drafter-dossier", "version": 1}', "objet"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_3(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    assert words in _unreadable(tmp_path, data, name)


def test_every_fault_of_a_market_is_told_at_once(tmp_path: Path) -> None:
    message = _unreadable(tmp_path, b"nature: ventes\nmontant_ht: beaucoup\nduree_mois: 0\ndate_lancement: demain\n")
    for field in ("objet", "nature", "montant_ht", "duree_mois", "date_lancement"):
        assert any(line.startswith(f"{field} : ") for line in message.splitlines()), field


@pytest.mark.parametrize("command", ["explain", "draft"])
def test_what_is_no_file_is_3(tmp_path: Path, command: str) -> None:
    output = ["-o", str(tmp_path / "out")] if command == "draft" else []
    assert "n'existe pas" in told(call(command, str(tmp_path / "absent.yaml"), *output), 3)
    assert "c'est un dossier" in told(call(command, str(tmp_path), *output), 3)
    assert "dossier" in told(call(command, str(Path(GOOD) / "dedans"), *output), 3)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device here")
def test_a_device_without_end_is_not_read_to_its_end() -> None:
    assert "2 Mo" in told(call("explain", "/dev/zero"), 3)


@pytest.mark.parametrize(
    ("trouble", "words"), [(PermissionError(13, "denied"), "vos droits"), (OSError(5, "I/O error"), "erreur 5")]
)
def test_what_the_system_refuses_is_3(monkeypatch: pytest.MonkeyPatch, trouble: OSError, words: str) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise trouble

    monkeypatch.setattr(Path, "open", refuse)
    assert words in told(call("explain", "marche.yaml"), 3)


def test_a_bad_library_is_3_with_every_fault(tmp_path: Path) -> None:
    bad = tmp_path / "bibliotheque"
    shutil.copytree(CLAUSE_LIBRARY, bad)
    duties = bad / "duties" / "obligations.yaml"
    duties.write_text(duties.read_text("utf-8").replace("du: 2026-08-22", "du: bientôt", 1), encoding="utf-8")
    clause = bad / "clauses" / "insertion" / "heures.md"
    clause.write_text("sans en-tête", encoding="utf-8")
    message = told(call("check", str(bad)), 3)
    assert "duties/obligations.yaml" in message
    assert "clauses/insertion/heures.md" in message


def test_a_folder_that_is_no_library_is_3(tmp_path: Path) -> None:
    assert "bibliotheque.yaml" in told(call("check", str(tmp_path)), 3)
    assert "n'existe pas" in told(call("check", str(tmp_path / "nulle-part")), 3)


# --- click speaks French --------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [(), *((name,) for name in main.commands)])
def test_help_is_in_french(command: tuple[str, ...]) -> None:
    found = call(*command, "--help")
    assert found.exit_code == 0
    assert "Usage :" in found.stdout
    assert "Affiche cette aide." in found.stdout
    words = found.stdout.replace("--json", "").replace("--file-attente", "").replace("exit", "")
    assert not ENGLISH.search(words), found.stdout


def test_every_sentence_of_click_still_exists() -> None:
    """A sentence that a new click words otherwise would come out in English: translate it again."""
    import click

    code = "".join(path.read_text("utf-8") for path in Path(click.__file__).parent.glob("*.py"))
    flat = re.sub(r'"\s*"', "", code)
    gone = [sentence for sentence in SENTENCES if f'"{sentence}"' not in flat]
    assert gone == []


def test_a_translation_keeps_only_the_fields_of_its_sentence() -> None:
    for english, french in SENTENCES.items():
        assert set(re.findall(r"{(\w+)", french)) <= set(re.findall(r"{(\w+)", english)), english


# --- as a person runs it --------------------------------------------------------------------------------------


def run_alone(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    variables = {**os.environ, **environment}
    return subprocess.run([sys.executable, "-m", "drafter", *arguments], capture_output=True, env=variables, timeout=60)


def test_the_answer_is_utf8_whatever_the_terminal() -> None:
    done = run_alone("explain", GOOD, PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    assert "HEURES D’INSERTION" in done.stdout.decode("utf-8")
    assert run_alone("explain", "absent-é.yaml", PYTHONIOENCODING="ascii").returncode == 3


def test_the_same_answer_whatever_the_seed_of_hashes() -> None:
    answers: dict[str, Any] = {}
    for seed in ("0", "1", "4242"):
        done = run_alone("explain", str(EXAMPLES / "renovation-avancee.yaml"), "--json", PYTHONHASHSEED=seed)
        answers[seed] = (done.returncode, done.stdout)
    assert len(set(answers.values())) == 1
    assert answers["0"][0] == 0


def test_a_reader_that_leaves_early_makes_no_traceback() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "drafter", "explain", GOOD, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
