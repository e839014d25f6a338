"""A small programme, analysed in this process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from drafter.library import Library, load_library
from drafter.programme.analysis import Analyst
from drafter.programme.entries import Entry
from drafter.programme.run import items_of
from drafter.programme.settings import Settings

ON = date(2026, 10, 1)
SETTINGS = Settings(ON)
Outcomes = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="session")
def outcomes(library: Library) -> Outcomes:
    """Rows written as a CSV, analysed."""

    def analyse(text: str | bytes, name: str = "achats.csv", settings: Settings = SETTINGS) -> list[dict[str, Any]]:
        data = text.encode() if isinstance(text, str) else text
        analyst = Analyst(library, settings)
        return [analyst.analyse(item) for item in items_of(data, name) if isinstance(item, Entry)]

    return analyse
