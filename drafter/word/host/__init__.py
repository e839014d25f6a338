"""Insertion into the buyer's own document, in its own styles and numbers.

`insert` (pure: bytes in, bytes and a report out) for files already checked; `insert_upload` for anything a person
hands over: limits, a child process, old formats converted.
"""

from __future__ import annotations

from drafter.word.host.insertion import Insertion, insert
from drafter.word.host.options import Existing, Options, Revision, Style
from drafter.word.host.sandbox import Done, Question, insert_upload

__all__ = ["Done", "Existing", "Insertion", "Options", "Question", "Revision", "Style", "insert", "insert_upload"]
