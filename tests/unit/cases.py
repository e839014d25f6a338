"""What the tests of the domain share: the library, read once, and markets written in one line."""

from __future__ import annotations

from typing import Any

from hypothesis import settings

from drafter.explain import explain
from drafter.library import load_library
from drafter.market import Market, read_market
from drafter.pipeline import Result, run

LIBRARY = load_library()
settings.register_profile("domain", deadline=None)  # a busy machine is no fault of the law
settings.load_profile("domain")

BASE: dict[str, Any] = {
    "objet": "Nettoyage des locaux de la médiathèque",
    "nature": "services",
    "cpv": "90919200",
    "montant_ht": 216000,
    "duree_mois": 48,
    "date_lancement": "2026-10-01",
    "acheteur": "collectivite",
    "procedure": "appel_offres",
}
OBJECTS = {
    "travaux": {"objet": "Construction d'un gymnase", "cpv": "45212222"},
    "fournitures": {"objet": "Fourniture de mobilier de bureau", "cpv": "39130000"},
    "services": {},
}


def market(**facts: Any) -> Market:
    """The cleaning market of BASE with these facts instead; a fact given as None is left out."""
    nature = str(facts.get("nature", "services"))
    return read_market({key: value for key, value in (BASE | OBJECTS[nature] | facts).items() if value is not None})


def result(**facts: Any) -> Result:
    return run(market(**facts), LIBRARY)


def explained(**facts: Any) -> dict[str, Any]:
    return explain(result(**facts))


def duties(**facts: Any) -> dict[str, dict[str, Any]]:
    """The rows of `obligations`, by id."""
    return {row["id"]: row for row in explained(**facts)["obligations"]}


def _shape(found: Result) -> object:
    """What makes a calculation differ from another: methods, decisions, orders, tranches, territories."""
    lots = found.calibration.lots
    return (
        min(len(lots), 2),
        frozenset((lot.method, lot.decision, lot.ratio is not None, bool(lot.tranches)) for lot in lots),
        frozenset(use.factor for lot in lots for use in lot.factors if use.applied),
        bool(found.calibration.territories),
    )


def one_of_each_shape() -> tuple[str, ...]:
    """Examples enough to meet every shape of calculation once: the slow tests need no more."""
    shapes: dict[object, str] = {}
    for name in sorted(LIBRARY.examples):
        shapes.setdefault(_shape(run(LIBRARY.examples[name], LIBRARY)), name)
    return tuple(shapes.values())
