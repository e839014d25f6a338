"""The house template, compiled once: docxtpl's tags, without docxtpl's cost at each document.

docxtpl loads, patches and compiles the template at every render (28 ms for six pages). Its tag dialect is
what people author in Word, so we keep `patch_xml` and do the rest here, once per template.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from drafter.errors import Fault, LibraryError
from drafter.word.package import Parts, read_parts
from drafter.word.styles import HouseStyles, read_styles
from drafter.word.text import clean

# One environment for every template. Autoescape makes "A & B" safe, StrictUndefined turns a forgotten
# value into an error, the sandbox holds even if a template someone sends us is opened by mistake.
_ENVIRONMENT = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)

_TAG = re.compile(r"{{|{%|{#|{<|[%}#]<[^>]*>}")
# Places that cannot hold a tag: Word would refuse to open the template that holds it.
_DATES = re.compile(r"(<dcterms:(?:created|modified)\b[^>]*>)[^<]*")
_NUMS_END = re.compile(r"(?=<w:numIdMacAtCleanup\b|</w:numbering>)")
_PROPERTIES_END = "</Properties>"
_DOCUMENT, _NUMBERING = "word/document.xml", "word/numbering.xml"
_CORE, _CUSTOM = "docProps/core.xml", "docProps/custom.xml"


class HouseTemplate:
    """A template read once. `styles` is what the writer needs to know of it."""

    def __init__(self, data: bytes, where: str) -> None:
        self._parts = read_parts(data)
        self.styles: HouseStyles = read_styles(self._parts, where)
        self._compiled: dict[str, Template] = {}
        for name, content in self._parts.items():
            if name.endswith(".xml"):
                text = content.decode("utf-8")
                if tagged := _prepare(name, text):
                    try:
                        self._compiled[name] = _ENVIRONMENT.from_string(tagged)
                    except TemplateError as error:
                        message = f"une balise du modèle Word est mal écrite ({error}) ; corrigez-la."
                        raise LibraryError([Fault(f"{where}, {name}", message)]) from error

    def render(self, context: Mapping[str, str | Markup]) -> Parts:
        """The parts of the document. Plain strings are cleaned and escaped; Markup goes in as it is.

        The context holds exactly the values named in templates/docx/README.md. Parts without tags are
        the template's own bytes.
        """
        safe = {key: value if isinstance(value, Markup) else clean(value) for key, value in context.items()}
        parts = dict(self._parts)
        for name, template in self._compiled.items():
            parts[name] = template.render(safe).encode("utf-8")
        return parts


def _prepare(name: str, text: str) -> str:
    """The jinja2 source of a part, or nothing when the part holds no tag."""
    if name == _CORE:
        text = _DATES.sub(r"\1{{ cree_le }}", text)
    elif name == _NUMBERING:
        text = _NUMS_END.sub("{{ listes }}", text, count=1)
    elif name == _CUSTOM:
        text = text.replace(_PROPERTIES_END, "{{ proprietes }}" + _PROPERTIES_END)
    if not _TAG.search(text):
        return ""
    # `{{p corps }}` stands alone in its paragraph. docxtpl's "p" removes that paragraph and leaves
    # `{{ corps }}` directly under w:body, so the value must be whole paragraphs and tables. Ours is: the
    # writer makes it, has escaped every text in it, and says so by handing over a Markup.
    patched: str = DocxTemplate(None).patch_xml(text)
    return patched


@lru_cache(maxsize=32)
def load_template(path: Path) -> HouseTemplate:
    """The template at `path`, read and compiled on the first call only."""
    try:
        return HouseTemplate(path.read_bytes(), path.name)
    except (OSError, BadZipFile, KeyError) as error:
        raise LibraryError(
            [Fault(path.name, f"le modèle Word est absent ou illisible ({error}) ; restaurez le fichier.")]
        ) from error
