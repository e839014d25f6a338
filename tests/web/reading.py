"""What a browser makes of a page: the fields each form would send, and what every page must hold."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict

VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
    "rect",
    "circle",
    "line",
}


@dataclass
class SentForm:
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def data(self, /, **changes: str | None) -> MultiDict[str, str]:
        """The fields as a browser sends them; `changes` sets some, None unticks."""
        data = MultiDict(self.fields)
        for name, value in changes.items():
            if value is None:
                data.poplist(name)
            else:
                data[name] = value
        return data


class Page(HTMLParser):
    """A page, read once."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.forms: list[SentForm] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.addresses: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.found: dict[str, list[str]] = {"title": [], "h1": []}
        self.lang = ""
        self._open: list[str] = []
        self._select = ""
        self._option: str | None = None
        self._area: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.attributes |= set(found)
        if tag not in VOID:
            self._open.append(tag)
        if tag == "html":
            self.lang = found.get("lang") or ""
        if tag in self.found and "svg" not in self._open:
            self.found[tag].append("")
        if "id" in found:
            self.ids.append(found["id"] or "")
        if tag == "label":
            self.labels.add(found.get("for") or "")
        self.addresses += [found[name] or "" for name in ("href", "src", "action", "formaction") if name in found]
        self._control(tag, found)

    def _control(self, tag: str, found: dict[str, str | None]) -> None:
        name, kind = found.get("name") or "", found.get("type") or "text"
        if tag == "form":
            self.forms.append(SentForm(found.get("action") or ""))
        if tag in ("input", "select", "textarea") and kind != "hidden":
            self.controls.append(found)
        if tag == "input" and name and kind != "file" and (kind not in ("checkbox", "radio") or "checked" in found):
            self.forms[-1].fields.append((name, found.get("value") or ""))
        elif tag == "select":
            self._select, self._option = name, None
        elif tag == "option" and self._select and (self._option is None or "selected" in found):
            self._option = found.get("value") or ""
        elif tag == "textarea":
            self._area = ""
            self._select = name

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area += data
            return
        for tag in self.found:
            if tag in self._open and "svg" not in self._open:
                self.found[tag][-1] += data
        if data.strip() and not {"script", "style"} & set(self._open):
            self.texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag == "select":
            self.forms[-1].fields.append((self._select, self._option or ""))
            self._select = ""
        elif tag == "textarea":
            self.forms[-1].fields.append((self._select, (self._area or "").removeprefix("\n")))
            self._area, self._select = None, ""

    @property
    def title(self) -> str:
        return self.found["title"][0]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split(" "))

    def form(self, action: str) -> SentForm:
        return next(form for form in self.forms if form.action == action)

    def sent(self, target: str, /, **changes: str | None) -> MultiDict[str, str]:
        return self.form(target).data(**changes)


LOOSE = re.compile(r"[^\s:;?!] ?[;?!](?=\s|$)|\w ?:(?=\s|$)|« | »|\d (?=[€%])")
"""A double sign bound by nothing, or by an ordinary space."""


def loose_signs(page: Page, typed: tuple[str, ...] = ()) -> list[str]:
    """Texts of the page where a French no-break space is missing; what was `typed` is left aside."""
    loose = []
    for text in page.texts:
        if any(part in text for part in typed):
            continue
        for match in LOOSE.finditer(text):
            if "\u00a0" not in match[0] and "\u202f" not in match[0]:
                loose.append(text[max(0, match.start() - 20) : match.end() + 5])
    return loose


def check_page(page: Page, typed: tuple[str, ...] = ()) -> None:
    """What holds of every HTML answer, whatever the page."""
    assert page.lang == "fr"
    assert len(page.found["h1"]) == len(page.found["title"]) == 1
    assert page.found["h1"][0].strip() in page.title
    assert len(page.ids) == len(set(page.ids)), [name for name in page.ids if page.ids.count(name) > 1]
    unlabelled = [found for found in page.controls if found.get("id") not in page.labels]
    assert not unlabelled
    assert all(address.startswith(("/", "#")) or is_source(address) for address in page.addresses), page.addresses
    assert "style" not in page.attributes
    assert not any(name.startswith("on") for name in page.attributes)
    assert "<style" not in page.html
    assert not loose_signs(page, typed), loose_signs(page, typed)


def is_source(address: str) -> bool:
    """A link a person may follow to a text of law or a guide: never loaded by the page itself."""
    return address.startswith("https://") or address.startswith("http://")
