"""Facts that conditions may ask about: each is labelled, asked and shown in French."""

from __future__ import annotations

from datetime import date

import pytest

from drafter.facts import KINDS
from drafter.market import Market
from drafter.paths import CLAUSE_LIBRARY
from drafter.values import Euros, Hours, Months, Quantity

EXAMPLES: dict[type, object] = {Euros: Euros(250_000), Months: Months(48), Hours: Hours(450), date: date(2026, 10, 1)}
SHOWN = {
    Euros: "250\u202f000\u00a0€",
    Months: "48\u00a0mois",
    Hours: "450\u00a0heures",
    date: "1er\u00a0octobre\u00a02026",
}


@pytest.mark.parametrize("name", KINDS)
def test_every_fact_has_a_label_and_a_question_that_ends_as_one(name: str) -> None:
    kind = KINDS[name]
    assert kind.label[0].isupper()
    assert kind.question == "" or kind.question.endswith("?")


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.type is not str])
def test_figures_are_read_and_shown(name: str) -> None:
    kind = KINDS[name]
    example = EXAMPLES[kind.type]
    typed = example.isoformat() if isinstance(example, date) else str(example.plain())  # type: ignore[attr-defined]
    assert kind.choices is None
    assert not kind.many
    assert kind.read(typed) == example
    assert kind.show(example) == SHOWN[kind.type]
    assert issubclass(kind.type, Quantity | date)


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.choices is not None])
def test_choices_are_shown_by_their_label(name: str) -> None:
    kind = KINDS[name]
    for choice in kind.choices or ():
        assert kind.read(choice) == choice
        assert kind.show(choice), choice
    assert kind.show("inconnu") == "inconnu"


def test_facts_of_the_market_file_keep_its_keys() -> None:
    deduced = {
        "metier",
        "niveau",
        "obligations",
        "lot_reserve",
        "alloti",
        "dispense",
        "au_dessus_seuil_europeen",
        "montant_total_ht",
        "heures_insertion",
        "decision_calibrage",
        "methode_calibrage",
    }
    keys = {info.alias or name for name, info in Market.model_fields.items()}
    assert set(KINDS) - keys == deduced


def test_the_glossary_names_every_fact() -> None:
    readme = (CLAUSE_LIBRARY / "README.md").read_text(encoding="utf-8")
    section = readme.partition("### Les conditions")[2].partition("\n### ")[0]
    assert [name for name in KINDS if f"`{name}`" not in section] == []
