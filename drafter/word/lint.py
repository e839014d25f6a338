"""Faults of a Word template that only show in a document, or only in Word: found before anybody writes with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

from jinja2 import TemplateError, meta
from lxml import etree  # type: ignore[import-untyped]

from drafter.errors import Fault, LibraryError
from drafter.word.package import Parts, read_parts
from drafter.word.styles import W, read_styles
from drafter.word.templates import ENVIRONMENT, VALUES, jinja_source

# What python-docx puts into a document it creates: 800 KB of styles nobody asked for, in English.
_FOREIGN_PART = "word/stylesWithEffects.xml"
_FOREIGN_STYLE = re.compile(r"(?:Light|Medium|Dark|Colorful) (?:Shading|List|Grid)\b|macro$", re.IGNORECASE)
_TAG = re.compile(r"{{.*?}}|{%.*?%}|{#.*?#}")
_MARK = re.compile(r"{{|{%|{#|}}|%}|#}")
_SAFE = re.compile(r"\|\s*safe\b|\bautoescape\b")
_BODY = "{{p corps }}"


def lint_file(path: Path) -> tuple[Fault, ...]:
    """Every fault of the template at `path`."""
    try:
        parts = read_parts(path.read_bytes())
    except (OSError, BadZipFile) as error:
        return (Fault(path.name, f"le modèle Word est absent ou illisible ({error}) ; restaurez le fichier."),)
    return lint_template(parts, path.name)


def lint_template(parts: Parts, where: str) -> tuple[Fault, ...]:
    """Every fault at once; `where` names the template."""
    faults: list[Fault] = []
    try:
        read_styles(parts, where)
    except LibraryError as error:
        faults += error.faults
    except (KeyError, StopIteration, etree.XMLSyntaxError) as error:
        return (Fault(where, f"une partie du modèle manque ou ne se lit pas ({error!r}) ; restaurez le fichier."),)
    faults += [Fault(where, message) for message in _style_faults(parts)]
    for name, content in parts.items():
        if name.endswith(".xml"):
            text = content.decode("utf-8")
            faults += [Fault(f"{where}, {name}", message) for message in (*_tag_faults(name, text), *_split_tags(text))]
    if (found := _text_of(parts["word/document.xml"]).count(_BODY)) != 1:
        faults.append(
            Fault(
                f"{where}, word/document.xml", f"la balise {_BODY} doit s'y trouver une fois, seule : {found} trouvée."
            )
        )
    return tuple(faults)


def _tag_faults(name: str, text: str) -> Iterator[str]:
    source = jinja_source(name, text)
    if not source:
        return
    try:
        unknown = meta.find_undeclared_variables(ENVIRONMENT.parse(source)) - VALUES
    except TemplateError as error:
        yield f"une balise du modèle est mal écrite ({error}) ; corrigez-la."
        return
    for variable in sorted(unknown):
        yield f"la valeur « {variable} » n'existe pas ; employez l'une de : {', '.join(sorted(VALUES))}."
    if _SAFE.search(source):
        yield "le filtre « safe » ou un bloc « autoescape » laisserait passer du texte saisi comme du XML ; retirez-le."


def _split_tags(text: str) -> Iterator[str]:
    """Tags that Word cut over several runs: they are mended most of the time, and lose their look every time."""
    for paragraph in etree.fromstring(text.encode()).iter(W + "p"):
        runs = [piece.text or "" for piece in paragraph.iter(W + "t")]
        whole = len(_MARK.findall("".join(runs)))
        inside = sum(len(_MARK.findall(tag)) for run in runs for tag in _TAG.findall(run))
        if whole != inside:
            shown = "".join(runs).strip()[:60]
            yield f"une balise est coupée par une mise en forme, ou pas fermée : « {shown} » ; retapez-la d'un trait."


def _style_faults(parts: Parts) -> Iterator[str]:
    if _FOREIGN_PART in parts:
        yield f"la partie {_FOREIGN_PART} vient d'un modèle par défaut ; partez du modèle maison."
    styles = etree.fromstring(parts["word/styles.xml"])
    names = [name.get(W + "val") for name in styles.iter(W + "name")]
    foreign = [name for name in names if _FOREIGN_STYLE.match(name)]
    if foreign:
        yield f"{len(foreign)} styles d'un modèle par défaut sont restés (« {foreign[0]} »…) ; supprimez-les."
    language = styles.find(f"{W}docDefaults//{W}lang")
    if language is None or language.get(W + "val") != "fr-FR":
        yield "la langue par défaut n'est pas le français (fr-FR) ; réglez-la dans Word, pour tout le modèle."


def _text_of(content: bytes) -> str:
    return "".join(piece.text or "" for piece in etree.fromstring(content).iter(W + "t"))
