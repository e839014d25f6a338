"""What `drafter check` says of entries that nothing reads."""

from __future__ import annotations

from dataclasses import replace

from drafter.library import load_library
from drafter.paths import CLAUSE_LIBRARY
from drafter.unused import RATES_READ_BY_THE_PROGRAM, READ_BY_THE_PROGRAM, unused_entries

LIBRARY = load_library()
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (CLAUSE_LIBRARY.parent / "drafter").rglob("*.py")
    if path.name != "unused.py"
)


def test_the_program_still_asks_for_what_it_is_said_to_ask() -> None:
    assert [name for name in READ_BY_THE_PROGRAM | RATES_READ_BY_THE_PROGRAM if f'"{name}"' not in CODE] == []


def test_every_segment_has_an_example() -> None:
    assert [line for line in unused_entries(LIBRARY) if line.startswith("segment")] == []


def test_a_parameter_that_nothing_reads_is_told() -> None:
    extra = next(iter(LIBRARY.parameters.values())).model_copy(update={"id": "sectoriel.oublie"})
    found = unused_entries(replace(LIBRARY, parameters={**LIBRARY.parameters, extra.id: extra}))
    assert "paramètre sectoriel.oublie : aucune entrée ne s'en sert" in found


def test_a_segment_without_example_is_told() -> None:
    found = unused_entries(replace(LIBRARY, examples={"nettoyage": LIBRARY.examples["nettoyage-mediatheque"]}))
    assert "segment VRD : aucun marché d'exemple" in found
    assert not any(line.startswith("segment NET") for line in found)
