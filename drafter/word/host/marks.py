"""The marks of tracked changes, and the ids that all annotations of a document share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from drafter.word.host.options import Revision
from drafter.word.text import attribute


class Ids:
    """Annotation ids: bookmarks, comments and revisions share one space in a document."""

    def __init__(self, first: int) -> None:
        self.next_id = first

    def take(self) -> int:
        self.next_id += 1
        return self.next_id - 1


@dataclass(frozen=True, slots=True)
class Marker:
    """Writes the marks of a tracked change; nothing without a revision."""

    revision: Revision | None
    ids: Ids

    def _attributes(self, key: int | None = None) -> str:
        assert self.revision is not None
        return f'w:id="{self.ids.take() if key is None else key}" {_signature(self.revision)}'

    def mark(self, name: str = "ins") -> str:
        return f"<w:{name} {self._attributes()}/>" if self.revision else ""

    def around(self, xml: str, name: str = "ins") -> str:
        return f"<w:{name} {self._attributes()}>{xml}</w:{name}>" if self.revision and xml else xml

    def control_tag(self) -> tuple[str, str]:
        """What stands on both sides of the tag of an inserted content control."""
        if self.revision is None:
            return "", ""
        key = self.ids.take()
        return f"<w:customXmlInsRangeStart {self._attributes(key)}/>", f'<w:customXmlInsRangeEnd w:id="{key}"/>'


@lru_cache(maxsize=8)
def _signature(revision: Revision) -> str:
    """The same on the hundred marks of an insertion."""
    return f'w:author="{attribute(revision.author)}" w:date="{revision.day:%Y-%m-%d}T00:00:00Z"'
