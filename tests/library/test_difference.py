"""What a change of the library moves, said clause by clause and market by market."""

from __future__ import annotations

from dataclasses import replace

from drafter.difference import difference
from drafter.library import load_library
from drafter.values import Rate

LIBRARY = load_library()
SMALL = replace(
    LIBRARY, examples={name: LIBRARY.examples[name] for name in ("nettoyage-mediatheque", "voirie-programme")}
)
CLAUSE = LIBRARY.clauses["env.voirie.deblais"]


def test_nothing_changes_between_a_library_and_itself() -> None:
    assert difference(SMALL, SMALL).nothing


def test_a_changed_text_must_change_the_version_and_moves_its_markets_only() -> None:
    texts = {**CLAUSE.texts, CLAUSE.piece: CLAUSE.texts[CLAUSE.piece] + "\n\nLe titulaire remet 2 bons de livraison."}
    changed = replace(SMALL, clauses={**SMALL.clauses, CLAUSE.id: CLAUSE.model_copy(update={"texts": texts})})
    found = difference(SMALL, changed)
    (line,) = found.entries
    assert line.startswith(f"clause {CLAUSE.id} : version {CLAUSE.version} inchangée : augmentez-la")
    assert line.endswith("(textes)")
    assert list(found.markets) == ["voirie-programme"]
    assert "pièce cctp : 1 lignes ajoutées, 0 retirées" in found.markets["voirie-programme"]


def test_a_clause_that_leaves_is_named_with_what_takes_its_place() -> None:
    clauses = {name: clause for name, clause in SMALL.clauses.items() if name != "env.nettoyage.dosage"}
    found = difference(SMALL, replace(SMALL, clauses=clauses))
    assert "clause env.nettoyage.dosage : retirée" in found.entries
    lines = found.markets["nettoyage-mediatheque"]
    assert "clause retirée de la proposition : env.nettoyage.dosage" in lines


def test_a_rate_moves_the_hours() -> None:
    key = LIBRARY.segments["NET"].rates.effort
    rate = SMALL.rates[key]
    entries = tuple(
        entry.model_copy(update={name: Rate(getattr(entry, name).value * 2) for name in ("low", "central", "high")})
        for entry in rate.values
    )
    changed = replace(SMALL, rates={**SMALL.rates, key: rate.model_copy(update={"values": entries})})
    found = difference(SMALL, changed)
    assert found.entries == (f"taux {key} : changé",)
    assert any(line.startswith("heures : ") for line in found.markets["nettoyage-mediatheque"])


def test_a_market_that_the_new_library_refuses_says_why() -> None:
    segments = {code: segment for code, segment in SMALL.segments.items() if code != "VRD"}
    lines = difference(SMALL, replace(SMALL, segments=segments)).markets["voirie-programme"]
    assert lines[0] == "avant : expliqué" or any("retirée" in line for line in lines)
