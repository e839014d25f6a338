"""Drafts kept on the server, for those who ask: the only room that knows SQL.

A draft is the text of a dossier behind links nobody can guess. Nothing here reads the clock: `now` is an argument.
"""

from __future__ import annotations

from drafter.dossiers.records import (
    Access,
    Conflict,
    Draft,
    Link,
    LinkRefused,
    Opinion,
    Outcome,
    Refusal,
    StoreUnavailable,
    Version,
)
from drafter.dossiers.store import Store, open_store

__all__ = [
    "Access",
    "Conflict",
    "Draft",
    "Link",
    "LinkRefused",
    "Opinion",
    "Outcome",
    "Refusal",
    "Store",
    "StoreUnavailable",
    "Version",
    "open_store",
]
