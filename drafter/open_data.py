"""The clause library as open data: one entry a clause, in JSON with the keys of its header, or one row in CSV.

The keys are those that `clause_library/README.md` explains. `COLUMNS` says the same of the CSV, for the page that
documents it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from drafter import french
from drafter.conditions import AllOf, Among, AnyOf, Bound, Condition, ParameterBound
from drafter.library import Library
from drafter.library.clause import Clause, ClauseParameter
from drafter.values import Quantity
from drafter.vocabulary import Piece

SEPARATOR = " | "
"""Between the values of one cell."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell that a spreadsheet computes begins."""
_BOM = "\ufeff"


# --- JSON ----------------------------------------------------------------------------------------


def library_data(library: Library) -> dict[str, Any]:
    """Every clause, whatever its status, in the order of the ids."""
    return {**edition(library), "clauses": [record_data(clause) for clause in _sorted(library)]}


def clause_data(clause: Clause, library: Library) -> dict[str, Any]:
    return {**edition(library), "clause": record_data(clause)}


def edition(library: Library) -> dict[str, Any]:
    return {"bibliotheque": {"version": library.info.version, "date": library.info.date.isoformat()}}


def _sorted(library: Library) -> list[Clause]:
    return [library.clauses[name] for name in sorted(library.clauses)]


def record_data(record: BaseModel) -> dict[str, Any]:
    """An entry as it is written, keys left out when empty; a rate is a share of 1, a date is AAAA-MM-JJ."""
    return {key: value for key, value in _record(record).items() if value not in (None, [], {})}


def _record(record: BaseModel) -> dict[str, Any]:
    fields = type(record).model_fields
    return {item.alias or name: _value(getattr(record, name)) for name, item in fields.items()}


def _value(value: Any) -> Any:
    match value:
        case BaseModel():
            return record_data(value)
        case Quantity():
            return _number(value.value)
        case Enum():
            return str(value.value)
        case date():
            return value.isoformat()
        case AllOf() | AnyOf() | Among() | Bound():
            return condition_data(value)
        case Mapping():
            return {str(key): _value(item) for key, item in value.items()}
        case tuple() | list() | frozenset():
            return [_value(item) for item in value]
    return value


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else round(float(value), 6)


def condition_data(condition: Condition) -> dict[str, Any]:
    """A condition as the jurist writes it: lines that all hold, `une_de` for alternatives."""
    match condition:
        case AllOf(parts):
            merged: dict[str, Any] = {}
            for part in parts:
                for key, line in condition_data(part).items():
                    known = merged.get(key)
                    merged[key] = {**known, **line} if isinstance(known, dict) and isinstance(line, dict) else line
            return merged
        case AnyOf(parts):
            return {"une_de": [condition_data(part) for part in parts]}
        case Among(fact, _, values, negated):
            return {fact: {"aucun": list(values)} if negated else list(values)}
        case Bound(fact, _, operator, bound):
            shown = {"parametre": bound.parameter} if isinstance(bound, ParameterBound) else _value(bound)
            return {fact: {operator: shown}}


# --- CSV -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """`meaning` is for the person who opens the file."""

    name: str
    meaning: str
    read: Callable[[Clause], str]


def library_csv(library: Library) -> bytes:
    """One row a clause, comma, UTF-8 with a byte order mark, lines ended by CRLF (RFC 4180).

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL)
    writer.writerow([column.name for column in COLUMNS])
    for clause in _sorted(library):
        writer.writerow([harmless(column.read(clause)) for column in COLUMNS])
    return (_BOM + out.getvalue()).encode()


def harmless(cell: str) -> str:
    """The cell, with an apostrophe first when a spreadsheet would compute it."""
    return f"'{cell}" if cell.lstrip(" \u00a0\u202f\n").startswith(_FORMULA) else cell


def _all(values: Iterable[object]) -> str:
    return SEPARATOR.join(str(value) for value in values)


def _parameter(name: str, item: ClauseParameter) -> str:
    """« delai : Délai de remise = 15 jours (5 à 45), équipe », with what the higher levels ask."""
    bounds = [french.show(value) for value in (item.low, item.high) if value is not None]
    higher = [
        f"{level} {french.show(value)}"
        for level, value in (("avancé", item.advanced), ("exemplaire", item.exemplary))
        if value is not None
    ]
    inside = [" à ".join(bounds), *higher, str(item.basis.value)]
    return f"{name} : {item.label} = {french.show(item.default)} ({', '.join(part for part in inside if part)})"


def _text(piece: Piece) -> Callable[[Clause], str]:
    return lambda clause: clause.texts.get(piece, "").strip()


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


COLUMNS: tuple[Column, ...] = (
    Column("id", "identifiant stable, jamais réemployé", lambda clause: clause.id),
    Column("version", "augmente à chaque changement de texte ou de chiffre", lambda clause: str(clause.version)),
    Column("statut", "active, projet ou retiree", lambda clause: clause.status),
    Column("en_vigueur_le", "première date de lancement concernée", lambda clause: _day(clause.start)),
    Column("fin_de_validite", "dernière date de lancement concernée", lambda clause: _day(clause.end)),
    Column("titre", "nom de la clause", lambda clause: clause.title),
    Column("piece", "pièce qui porte l'obligation", lambda clause: str(clause.piece)),
    Column("pieces", "toutes les pièces où elle s'écrit", lambda clause: _all(clause.texts)),
    Column("type", "specification, condition_execution, critere ou progres", lambda clause: str(clause.type)),
    Column("famille", "insertion, social, environnement ou transverse", lambda clause: str(clause.family)),
    Column("theme", "deux clauses du même thème ne se proposent pas ensemble", lambda clause: clause.theme),
    Column("enjeu", "ce dont la clause s'occupe", lambda clause: str(clause.stake or "")),
    Column("segments", "codes des achats concernés ; vide : plusieurs achats", lambda clause: _all(clause.segments)),
    Column("niveaux", "socle, avance, exemplaire", lambda clause: _all(clause.levels)),
    Column("eforms", "codes de l'avis européen", lambda clause: _all(clause.notice_codes)),
    Column("satisfait", "obligations auxquelles elle répond", lambda clause: _all(clause.satisfies)),
    Column(
        "parametres",
        "chiffres réglables : valeur, bornes, niveaux supérieurs, statut (loi, guide, equipe)",
        lambda clause: _all(_parameter(name, item) for name, item in clause.parameters.items()),
    ),
    Column("preuve_offre", "preuve remise avec l'offre", lambda clause: clause.proof.offer or ""),
    Column("preuve_execution", "preuve remise en cours de marché", lambda clause: clause.proof.execution or ""),
    Column("controle", "qui vérifie, et comment", lambda clause: clause.control.text),
    Column("frequence", "rythme du contrôle", lambda clause: clause.control.frequency),
    Column(
        "penalites",
        "code de la grille, puis manquement",
        lambda clause: _all(f"{use.code} : {use.breach}" for use in clause.penalties),
    ),
    Column(
        "labels",
        "labels admis comme preuve, toujours ou équivalent",
        lambda clause: _all(name for group in clause.labels for name in group.names),
    ),
    Column("maturite", "offre des fournisseurs : large, a_sourcer, restreinte", lambda item: str(item.maturity or "")),
    Column(
        "pme",
        "accès d'une petite entreprise : facile, moyen, difficile",
        lambda clause: str(clause.small_firms.access) if clause.small_firms else "",
    ),
    Column(
        "base_legale",
        "texte, article",
        lambda clause: _all(f"{basis.text}, {basis.article}" for basis in clause.legal_basis),
    ),
    Column(
        "sources",
        "titre, adresse, date de lecture",
        lambda clause: _all(
            ", ".join(filter(None, (item.title, item.link, f"lu le {item.read_on.isoformat()}")))
            for item in clause.sources
        ),
    ),
    Column("pourquoi", "ce que la clause change, pour l'acheteur", lambda clause: clause.why),
    Column("attention", "ce que l'acheteur vérifie avant de la garder", lambda clause: clause.caution),
    Column("va_avec", "clauses qu'elle accompagne", lambda clause: _all(clause.goes_with)),
    Column("remplace", "clauses qu'elle rend inutiles", lambda clause: _all(clause.replaces)),
    Column("conflits", "clauses à ne pas choisir avec elle", lambda clause: _all(clause.conflicts)),
    Column("relu_le", "date de la dernière relecture", lambda clause: _day(clause.reread_on)),
    Column("relu_par", "auteur, ou tiers (une autre personne)", lambda clause: str(clause.reread_by)),
    *(
        Column(f"texte_{piece.lower()}", f"texte écrit dans la pièce {piece}, champs visibles", _text(piece))
        for piece in Piece
    ),
)
