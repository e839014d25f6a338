"""Where the data lives: inside the installed package, or at the root of a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_PACKED = _PACKAGE / "_data"
_ROOT = _PACKED if _PACKED.is_dir() else _PACKAGE.parent

CLAUSE_LIBRARY = _ROOT / "clause_library"
TEMPLATES = _ROOT / "templates"
