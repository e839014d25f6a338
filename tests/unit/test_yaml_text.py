"""YAML as text: what a file may hold, what is refused, and that no file can harm."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drafter import yaml_text
from drafter.errors import InputError


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("cpv: 03110000", {"cpv": "03110000"}),  # plain YAML reads an octal number
        ("a: no", {"a": "no"}),  # … or a boolean
        ("a: 2026-10-01", {"a": "2026-10-01"}),
        ("a: 1_000", {"a": "1_000"}),
        ("a: '48'\nb: 48\nc: \"48\"", {"a": "48", "b": "48", "c": "48"}),
        ("a:\nb: ''\nc: ~\nd: null", {"a": "", "b": "", "c": "", "d": ""}),
        ("a: 'null'\nb: \"~\"", {"a": "null", "b": "~"}),
        ("a: [x, {b: y}]\nc:\n  - 1\n  -", {"a": ["x", {"b": "y"}], "c": ["1", ""]}),
        ("a: |\n  une\n  deux\n", {"a": "une\ndeux\n"}),
        ("\ufeffa: 1", {"a": "1"}),
        ("a: !!python/object:os.system ls", {"a": "ls"}),  # a tag changes nothing
        ("<<: 1", {"<<": "1"}),
        ("- a", ["a"]),
        ("mot", "mot"),
        ("", None),
        ("# rien", None),
    ],
)
def test_every_scalar_is_the_text_that_was_typed(text: str, data: Any) -> None:
    assert yaml_text.load(text) == data


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: b: c", "ligne 1, un deux-points de trop"),
        ("a: 1\nb: 'x", "un guillemet n'est pas refermé"),
        ("a:\n\t- x", "ligne 2, ni une tabulation"),
        ("a: [1, 2", "une virgule ou un crochet fermant manque"),
        ("- a\nb: 1", "ligne 2, une ligne n'est pas alignée"),
        ("a: - b", "un tiret est mal placé"),
        ("a: \x07", "un caractère invisible"),
        ("a: \ud800", "l'écriture n'est pas celle de YAML"),
        ("a: &x 1\nb: *x", "ligne 2, les alias (*) ne sont pas admis"),
        ("? [a]\n: b", "une clé doit être un mot"),
        ("a: 1\n---\nb: 2", "ligne 2, un seul document"),
        ("[" * 50, "trop de niveaux imbriqués"),
        ("%TAG", "l'écriture n'est pas celle de YAML"),
    ],
)
def test_what_does_not_read_is_said_in_french(text: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        yaml_text.load(text, "marche.yaml")
    (fault,) = refused.value.faults
    assert fault.where == "marche.yaml"
    assert words in fault.message
    assert fault.message.endswith("vérifiez les deux-points, les tirets et les retraits")


def test_every_key_written_twice_is_told_at_once() -> None:
    with pytest.raises(InputError) as refused:
        yaml_text.load("a: 1\nb: {c: 1, c: 2}\na: 2\n'b': 3\n", "f.yaml")
    assert [str(fault) for fault in refused.value.faults] == [
        "f.yaml c : cette clé est écrite deux fois (ligne 2) : gardez-en une seule",
        "f.yaml a : cette clé est écrite deux fois (ligne 3) : gardez-en une seule",
        "f.yaml b : cette clé est écrite deux fois (ligne 4) : gardez-en une seule",
    ]


def test_twenty_levels_are_enough() -> None:
    depth = yaml_text.MAX_DEPTH
    assert yaml_text.load("[" * depth + "]" * depth) is not None
    with pytest.raises(InputError, match="trop de niveaux"):
        yaml_text.load("[" * (depth + 1) + "]" * (depth + 1))


BOMB = "a: &a [x, x]\n" + "".join(f"{n}: &{n} [*{p}, *{p}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True))


@pytest.mark.parametrize(
    "text",
    [BOMB, "[" * 1_000_000, "{" * 1_000_000, "? " * 900_000, "- " * 900_000, "x" * (yaml_text.MAX_LENGTH + 1)],
    ids=["aliases", "lists", "mappings", "keys", "dashes", "length"],
)
def test_hostile_files_are_refused_before_they_cost_anything(text: str) -> None:
    with pytest.raises(InputError, match="ne se lit pas"):
        yaml_text.load(text)


@given(st.text() | st.text(alphabet=list("ab:-[]{}'\"#&*!|>%@`, \n\t?~0\\")))
@example("\x85")
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        data = yaml_text.load(text)
    except InputError:
        data = None
    assert only_text(data)


def only_text(data: Any) -> bool:
    match data:
        case dict():
            return all(isinstance(key, str) and only_text(value) for key, value in data.items())
        case list():
            return all(map(only_text, data))
    return data is None or isinstance(data, str)
