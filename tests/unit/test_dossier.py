"""The dossier: what is saved reads back to the same market, and what is not ours is refused."""

from __future__ import annotations

import json

import pytest
from cases import LIBRARY, market

from drafter import dossier
from drafter.errors import InputError
from drafter.explain import explain
from drafter.market import read_market
from drafter.pipeline import run

DECISION = {"clause": "social.insertion.heures", "choix": "retirer", "motif": "Déjà clausé par ailleurs."}


@pytest.mark.parametrize("name", sorted(LIBRARY.examples))
def test_a_market_comes_back_as_it_was(name: str) -> None:
    example = LIBRARY.examples[name]
    text = dossier.dump(example, LIBRARY)
    assert dossier.load(text) == example
    assert dossier.dump(dossier.load(text), LIBRARY) == text
    assert explain(run(dossier.load(text), LIBRARY)) == explain(run(example, LIBRARY))


def test_decisions_and_overrides_are_saved() -> None:
    saved = market(
        decisions=[DECISION],
        calibrage={"taux_effort": "7,5 %", "heures": "1234,5"},
        drapeaux=["npnru", "site_occupe", "outre_mer"],
        montant_ht="216000,01",
    )
    assert dossier.load(dossier.dump(saved, LIBRARY)) == saved


def test_a_dossier_says_what_it_was_read_with() -> None:
    data = json.loads(dossier.dump(market(), LIBRARY))
    assert (data["format"], data["version"]) == ("drafter-dossier", 1)
    assert data["bibliotheque"]["version"] == LIBRARY.info.version
    assert set(data["marche"]) <= set(market().model_dump(by_alias=True))


def test_the_same_market_gives_the_same_text_whatever_the_order_of_its_keys() -> None:
    data = json.loads(dossier.dump(market(drapeaux=["site_occupe", "npnru"]), LIBRARY))["marche"]
    turned = read_market(dict(reversed(data.items())))
    assert dossier.dump(turned, LIBRARY) == dossier.dump(read_market(data), LIBRARY)


def test_a_bare_market_in_json_is_read_too() -> None:
    data = json.loads(dossier.dump(market(), LIBRARY))["marche"]
    assert dossier.load(json.dumps(data)) == market()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"format": "autre", "version": 1, "marche": {}}', "n'est pas un dossier de ce service"),
        ('{"format": "drafter-dossier", "version": 2, "marche": {}}', "mettez le service à jour"),
        ('{"format": "drafter-dossier", "version": true, "marche": {}}', "mettez le service à jour"),
        ('{"format": "drafter-dossier", "marche": {}}', "mettez le service à jour"),
        ('{"format": "drafter-dossier", "version": 1}', "objet"),
        ('{"format": "drafter-dossier", "version": 1, "marche": {"montan": 1}}', "montan"),
        ("[]", "clé"),
        ("", "JSON"),
        ("{", "JSON"),
    ],
)
def test_what_is_not_a_dossier_is_refused(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        dossier.load(text)
    assert refused.value.exit_code == 3
