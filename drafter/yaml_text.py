"""YAML read as text: every scalar stays the text that was typed, the schema types it later.

Plain YAML would turn CPV 03110000 into 823296 and `no` into False. A key written twice is a fault;
aliases are refused, since a few lines of them can fill the memory. The tree is built from the events
of the parser, in one pass, so that no text, however deep or long, costs more than reading it.
"""

from __future__ import annotations

from typing import Any

import yaml

from drafter.errors import Fault, InputError

MAX_DEPTH = 20
MAX_LENGTH = 2_000_000
"""Characters; our longest file has forty times less."""

_Loader: type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_EMPTY = frozenset({"~", "null", "Null", "NULL"})
"""How a program writes that there is no value; typed between quotes, they are words like others."""

_ADVICE = "vérifiez les deux-points, les tirets et les retraits"
_PROBLEMS = (
    ("mapping values are not allowed", "un deux-points de trop : mettez le texte entre guillemets droits"),
    ("could not find expected ':'", "un deux-points manque après la clé"),
    (
        "cannot start any token",
        "ni une tabulation ni ce caractère ne commencent une valeur : mettez-la entre guillemets",
    ),
    ("did not find expected key", "une ligne n'est pas alignée avec les précédentes"),
    ("did not find expected '-' indicator", "une ligne n'est pas alignée avec la liste qui précède"),
    ("did not find expected ',' or", "une virgule ou un crochet fermant manque"),
    ("unexpected end of stream", "un guillemet n'est pas refermé"),
    ("did not find expected the document start", "un seul document est attendu"),
    ("did not find expected <document start>", "le fichier ne se suit pas : une ligne n'est pas à sa place"),
    ("block sequence entries are not allowed", "un tiret est mal placé : mettez-le à la ligne"),
    ("control characters are not allowed", "un caractère invisible est à retirer"),
    ("unacceptable character", "un caractère invisible est à retirer"),
    ("special characters are not allowed", "un caractère invisible est à retirer"),
)


class _UnreadableError(Exception):
    """The problem in French, at a line counted from zero."""

    def __init__(self, problem: str, line: int | None) -> None:
        super().__init__(problem)
        self.problem, self.line = problem, line


def load(text: str, source: str = "", *, trusted: bool = False) -> Any:
    """The document as nested dicts, lists and str. Raises InputError naming `source` and the line.

    `trusted` is for our own library, whose files may be of any length.
    """
    faults: list[Fault] = []
    try:
        if len(text) > MAX_LENGTH and not trusted:
            raise _UnreadableError("il est trop long", None)
        data = _tree(text.removeprefix("\ufeff"), source, faults)
    except _UnreadableError as error:
        line = f"ligne {error.line + 1}, " if error.line is not None else ""
        message = f"ce fichier YAML ne se lit pas ({line}{error.problem}) : {_ADVICE}"
        raise InputError([Fault(source, message)]) from None
    if faults:
        raise InputError(faults)
    return data


def _tree(text: str, source: str, faults: list[Fault]) -> Any:
    """Collections are filled as they are read: `stack` holds those still open, `keys` the key each waits to fill."""
    root: list[Any] = []
    stack: list[Any] = [root]
    keys: list[str | None] = [None]

    def put(value: Any) -> None:
        holder = stack[-1]
        if isinstance(holder, list):
            holder.append(value)
        else:
            holder[keys[-1]] = value
            keys[-1] = None

    for event in _events(text):
        kind = type(event)
        if kind is yaml.ScalarEvent:
            if isinstance(stack[-1], dict) and keys[-1] is None:
                key = keys[-1] = event.value
                if key in stack[-1]:
                    line = event.start_mark.line + 1
                    message = f"cette clé est écrite deux fois (ligne {line}) : gardez-en une seule"
                    faults.append(Fault(f"{source} {key}".strip(), message))
            else:
                put("" if event.implicit[0] and event.value in _EMPTY else event.value)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            if isinstance(stack[-1], dict) and keys[-1] is None:
                raise _UnreadableError("une clé doit être un mot", event.start_mark.line)
            if len(stack) > MAX_DEPTH:
                raise _UnreadableError("trop de niveaux imbriqués", event.start_mark.line)
            opened: Any = {} if kind is yaml.MappingStartEvent else []
            put(opened)
            stack.append(opened)
            keys.append(None)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            stack.pop()
            keys.pop()
        elif kind is yaml.AliasEvent:
            raise _UnreadableError("les alias (*) ne sont pas admis", event.start_mark.line)
        elif kind is yaml.DocumentStartEvent and root:
            raise _UnreadableError("un seul document est attendu, sans ligne « --- » au milieu", event.start_mark.line)
    return root[0] if root else None


def _events(text: str) -> Any:
    try:
        yield from yaml.parse(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _UnreadableError(_french(f"{error.problem} {error.context}"), mark.line if mark else None) from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise _UnreadableError(_french(str(error)), None) from None


def _french(problem: str) -> str:
    return next((french for english, french in _PROBLEMS if english in problem), "l'écriture n'est pas celle de YAML")
