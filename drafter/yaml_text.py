"""YAML read as text: every scalar stays the text that was typed, the schema types it later.

Plain YAML would turn CPV 03110000 into 823296 and `no` into False. A key written twice is a fault;
aliases are refused, since a few lines of them can fill the memory.
"""

from __future__ import annotations

from typing import Any

import yaml

from drafter.errors import Fault, InputError

MAX_DEPTH = 20

_FastLoader: type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def _refuse(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def _bound(text: str) -> None:
    """Refuse aliases and deep nesting on the events, before any tree is built."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.BaseLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _refuse("les alias (*) ne sont pas admis", event.start_mark)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _refuse("trop de niveaux imbriqués", event.start_mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _duplicates(node: yaml.Node) -> list[Fault]:
    """Every key written twice in the same mapping, at any depth."""
    faults: list[Fault] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refuse("une clé doit être un mot", key.start_mark)
            if key.value in seen:
                line = key.start_mark.line + 1
                message = f"cette clé est écrite deux fois (ligne {line}) : gardez-en une seule"
                faults.append(Fault(key.value, message))
            seen.add(key.value)
            faults += _duplicates(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            faults += _duplicates(item)
    return faults


def load(text: str, source: str = "", *, trusted: bool = False) -> Any:
    """The document as nested dicts, lists and str. Raises InputError naming `source` and the line.

    `trusted` is for our own library: it skips the pass that bounds hostile input.
    """
    try:
        if not trusted:
            _bound(text)
        loader = _FastLoader(text)
        try:
            node = loader.get_single_node()
            faults = _duplicates(node) if node is not None else []
            data = loader.construct_document(node) if node is not None else None
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"ligne {mark.line + 1}, " if mark else ""
        message = (
            f"ce fichier YAML ne se lit pas ({line}{error.problem or error}) : "
            "vérifiez les deux-points, les tirets et les retraits"
        )
        raise InputError([Fault(source, message)]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError([Fault(source, f"ce fichier YAML ne se lit pas : {error}")]) from None
    if faults:
        raise InputError([Fault(f"{source} {fault.where}".strip(), fault.message) for fault in faults])
    return data
