"""The API against its own OpenAPI document: schemathesis tries what the document allows and what it does not.

Two of its checks are set apart, since the market file is tolerant on purpose:
- `positive_data_acceptance` counts 422 as an answer: a text may fit a schema and still be no amount, no CPV code;
- `negative_data_rejection` is for the words of the address only: an empty value of a market counts as not given,
  a word stands for a list of one, so that data a schema refuses may be a market that one reads.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks

from drafter.library import load_library
from drafter.market import market_data
from drafter.web import create_app
from drafter.web.api.operations import PREFIX
from drafter.web.api.problems import BY_NAME, MEDIA_TYPE

SEED = 20261101
CODES = {kind.status for kind in BY_NAME.values()} | {200, 304}

application: Flask = create_app(load_library(), {"SECRET_KEY": "test", "TESTING": True})

configuration = schemathesis.Config.from_dict(
    {
        "seed": SEED,
        "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "422"]}},
        "phases": {"stateful": {"enabled": False}},
        # of the market schema, hundreds of keys deep: every key is tried below, in a second instead of ten minutes
        "operations": [{"include-method": "POST", "phases": {"coverage": {"enabled": False}}}],
    }
)
schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", application, config=configuration)

load_all_checks()
TOLERANT = [check for check in CHECKS.get_all() if check.__name__ == "negative_data_rejection"]


@schema.parametrize()
@seed(SEED)
@settings(
    max_examples=12,
    deadline=None,
    derandomize=False,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
def test_every_operation_keeps_to_the_document(case: schemathesis.Case) -> None:
    excluded = TOLERANT if case.method == "POST" else []
    answer = case.call()
    case.validate_response(answer, excluded_checks=excluded)
    assert answer.status_code in CODES
    if answer.status_code >= 400:
        assert answer.headers["content-type"][0].startswith(MEDIA_TYPE)


# --- bodies that no schema describes -------------------------------------------------------------

EXAMPLES = [market_data(market) for market in application.extensions["library"].examples.values()]
KEYS = sorted({key for market in EXAMPLES for key in market} | {"decisions", "lots", "calibrage", "avis", "format"})
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=30),
    st.sampled_from(["{{ 7*7 }}", "=1+1", "<script>", "\u202e", "\x00", "\ud800", "10%", "1e9", "01/13/2026", "-1"]),
)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """An example market with a few keys changed, as JSON."""
    market: dict[str, Any] = dict(draw(st.sampled_from(EXAMPLES)))
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=3, unique=True)):
        market[key] = draw(trees)
    return json.dumps(market).encode()


def answered(path: str, body: bytes) -> int:
    """The code of an answer that is never a failure of ours; a refusal is a whole problem."""
    answer = application.test_client().post(PREFIX + path, data=body, content_type="application/json")
    assert answer.status_code in (200, 400, 413, 422), answer.get_data(as_text=True)
    if answer.status_code != 200:
        assert answer.mimetype == MEDIA_TYPE
        assert set(json.loads(answer.data)) == {"type", "title", "status", "detail", "erreurs"}
    return answer.status_code


RAW = settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@seed(SEED)
@RAW
@given(
    body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode) | trees.map(lambda x: json.dumps(x).encode())
)
def test_any_body_is_answered(body: bytes) -> None:
    assert answered("/explain", body) in (400, 422)


@seed(SEED)
@RAW
@given(body=damaged())
def test_a_damaged_market_is_answered(body: bytes) -> None:
    answered("/explain", body)


@seed(SEED)
@settings(RAW, max_examples=20)
@given(body=damaged(), piece=st.sampled_from(["ccap", "cctp", "rc", "ae", "note", "decision"]))
def test_a_damaged_market_never_breaks_a_document(body: bytes, piece: str) -> None:
    answered(f"/draft/{piece}", body)


ODD: list[Any] = [None, "", [], {}, True, -1, 0.5, "x" * 20_000, "zzz", ["zzz"], {"zzz": 1}, [[]], [None], 10**400]


@pytest.mark.parametrize("place", ["Marche", "Lot", "Calibrage"])
def test_every_key_of_a_market_with_odd_values(place: str) -> None:
    """A fault is told at the key it is in, or at a key that goes with it."""
    document = json.loads(application.test_client().get(f"{PREFIX}/openapi.json").data)
    for key in document["components"]["schemas"][place]["properties"]:
        for value in ODD:
            market = dict(EXAMPLES[0])
            if place == "Marche":
                market[key] = value
            elif place == "Lot":
                market["lots"] = [{"intitule": "Un", key: value}]
            else:
                market["calibrage"] = {key: value}
            answer = application.test_client().post(f"{PREFIX}/explain", json=market)
            assert answer.status_code in (200, 422), (key, value)
            if answer.status_code == 422:
                assert any(row["champ"] for row in answer.json["erreurs"]), (key, value, answer.json)


@pytest.mark.parametrize("path", ["/explain", "/draft", "/draft/ccap"])
def test_a_market_cut_anywhere_is_no_json(path: str) -> None:
    body = json.dumps(EXAMPLES[0]).encode()
    for end in range(0, len(body), 7):
        assert answered(path, body[:end]) == 400
