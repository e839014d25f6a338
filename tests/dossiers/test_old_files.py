"""Files people kept open for ever. Those of `kept/` were written by hand and are never written again by a program."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from drafter import dossier
from drafter.errors import InputError
from drafter.library import load_library
from drafter.market import Market, load_text
from drafter.pipeline import run
from drafter.values import Euros, Months, Rate
from drafter.vocabulary import Buyer, Choice, Nature, Role

KEPT = Path(__file__).parent / "kept"


def read(name: str) -> str:
    return (KEPT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def first() -> Market:
    return dossier.load(read("version-1.json"))


def test_a_dossier_of_version_1_opens_with_every_fact(first: Market) -> None:
    assert first.object == "Entretien des espaces verts « Parc & Rives » <2026>"
    assert (first.nature, first.buyer, first.launch_date) == (Nature.SERVICES, Buyer.LOCAL, date(2026, 10, 1))
    assert first.total == Euros(Fraction("480000.50"))
    assert [lot.title for lot in first.lots] == ["Lot 1, parcs", "Lot 2, rives"]
    assert first.lots[1].duration == Months(36)
    figures = first.lots[1].overrides
    assert figures.effort == Rate(Fraction("0.08"))
    assert figures.reasons["taux_effort"].by is Role.FACILITATOR
    kept, exempted = first.decisions
    assert (kept.clause, kept.choice, kept.reason) == (
        "social.insertion.heures",
        Choice.KEEP,
        "Vu avec le facilitateur.",
    )
    assert (exempted.duty, exempted.exemption) == ("CR-04", "DER-SOC-3")


def test_a_dossier_of_version_1_still_gives_its_documents(first: Market) -> None:
    library = load_library()
    result = run(first, library)
    assert {"ccap", "note", "decision"} <= set(result.documents)
    assert result.calibration.total.advised.value > 0
    assert dossier.load(dossier.dump(first, library)) == first


@pytest.mark.parametrize("name", ["marche-nu.json", "marche-nu.yaml"])
def test_a_bare_market_file_opens(name: str) -> None:
    market = dossier.market_of(load_text(read(name), name.rpartition(".")[2]))
    assert (market.total, market.duration) == (Euros(216_000), Months(48))


def test_a_dossier_of_a_later_version_is_refused_in_french() -> None:
    data = json.loads(read("version-1.json"))
    for version in (dossier.VERSION + 1, "1.5", None, -1):
        with pytest.raises(InputError, match="mettez le service à jour"):
            dossier.load(json.dumps({**data, "version": version}))
