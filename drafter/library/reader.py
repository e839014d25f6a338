"""Read clause_library/ strictly: every fault of every file at once, then the checks that tie files together."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from drafter import yaml_text
from drafter.conditions import Condition, bounds_used, mentions, parameters_used
from drafter.dated import DatedRange, DatedValue, Parameter, RangeParameter, at
from drafter.errors import DrafterError, Fault, LibraryError
from drafter.facts import KINDS
from drafter.library.articles import ArticleFile, LawText, Register
from drafter.library.clause import Clause, Penalty
from drafter.library.models import (
    CcagModel,
    Duty,
    DutyFile,
    Exemption,
    LibraryInfo,
    ParameterFile,
    PenaltyFile,
    RangeFile,
    Reservation,
    Segment,
    ThresholdRow,
    Trade,
)
from drafter.library.pieces import PieceWords, load_piece_words
from drafter.library.sector import AgecFile, AgecTable, SectorDuty, SectorFile
from drafter.library.terms import ClauseType, Family
from drafter.library.territory import Territory, territory_faults
from drafter.library.warnings import Warnings, load_warnings
from drafter.market import Market, read_market
from drafter.paths import CLAUSE_LIBRARY
from drafter.validation import faults_of
from drafter.values import Quantity
from drafter.vocabulary import Ccag, Flag, Piece

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Library:
    """The whole library, in memory. Reading it is the only thing here that touches a disk."""

    info: LibraryInfo
    clauses: Mapping[str, Clause] = field(default_factory=dict)
    segments: Mapping[str, Segment] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    rates: Mapping[str, RangeParameter] = field(default_factory=dict)
    penalties: Mapping[str, Penalty] = field(default_factory=dict)
    duties: Mapping[str, Duty] = field(default_factory=dict)
    exemptions: Mapping[str, Exemption] = field(default_factory=dict)
    thresholds: tuple[ThresholdRow, ...] = ()
    reservations: Mapping[str, Reservation] = field(default_factory=dict)
    sector_duties: Mapping[str, SectorDuty] = field(default_factory=dict)
    agec: AgecTable | None = None
    ccags: Mapping[Ccag, CcagModel] = field(default_factory=dict)
    examples: Mapping[str, Market] = field(default_factory=dict)
    warnings: Warnings = field(default_factory=Warnings)
    piece_words: PieceWords = field(default_factory=PieceWords)
    territories: Mapping[str, Territory] = field(default_factory=dict)
    articles: Register = field(default_factory=Register)

    def entry(self, parameter: str, on: date) -> DatedValue | None:
        """The dated entry of a parameter on a day, None when no value is known for that day."""
        return at(self.parameters[parameter].values, on)

    def value(self, parameter: str, on: date) -> Quantity | None:
        entry = self.entry(parameter, on)
        return entry.value if entry else None

    def rate(self, key: str, on: date) -> DatedRange | None:
        """The low, central and high values of a rate on a day."""
        return at(self.rates[key].values, on)

    @cached_property
    def trades(self) -> Mapping[str, Trade]:
        """Every trade of every segment, by its id."""
        return {trade.id: trade for segment in self.segments.values() for trade in segment.trades}

    def clauses_for(self, segments: frozenset[str]) -> Iterator[Clause]:
        """The general clauses and those of any of these segments, in the order of the library."""
        return (clause for clause, wanted in self._wanted if not wanted or wanted & segments)

    @cached_property
    def _wanted(self) -> tuple[tuple[Clause, frozenset[str]], ...]:
        return tuple((clause, frozenset(clause.segments)) for clause in self.clauses.values())


class _Reading:
    """One pass over a folder, collecting faults instead of stopping."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[Fault] = []
        self.declared: set[str] = set()
        """Identifiers of entries that have faults of their own: who names one of them is not at fault."""

    def fault(self, where: str, message: str) -> None:
        self.faults.append(Fault(where, message))

    def files(self, folder: str, ending: str) -> Iterator[Path]:
        yield from sorted((self.root / folder).rglob(f"*{ending}"))

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def text(self, path: Path) -> str | None:
        try:
            return path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            self.fault(self.name(path), "ce fichier manque : créez-le")
        except UnicodeDecodeError:
            self.fault(self.name(path), "ce fichier n'est pas du texte UTF-8 : enregistrez-le en UTF-8")
        except OSError:
            self.fault(self.name(path), "ce fichier ne se lit pas : vérifiez les droits sur ce fichier")
        return None

    def yaml(self, path: Path) -> Any:
        if (text := self.text(path)) is None:
            return None
        try:
            data = yaml_text.load(text, self.name(path), trusted=True)
        except DrafterError as error:
            self.unread(text, error)
            return None
        if not isinstance(data, dict):
            self.fault(self.name(path), "ce fichier est une suite de lignes « clé: valeur »")
            return None
        return data

    def unread(self, text: str, error: DrafterError) -> None:
        self.faults.extend(error.faults)
        self.declared.update(re.findall(r"\b(?:id|code): *[\"']?([\w.-]+)", text))

    def model(self, model: type[Model], data: Any, where: str) -> Model | None:
        if data is None:
            return None
        try:
            return model.model_validate(data)
        except ValidationError as error:
            self.declared.update(_identifiers(data))
            for fault in faults_of(error, data):
                self.fault(f"{where} {fault.where}".strip(), fault.message)
        return None

    def indexed(self, items: Iterable[Any], where: str, into: dict[Any, Any], key: str = "id") -> None:
        for item in items:
            name = getattr(item, key)
            if name in into:
                self.fault(where, f"l'identifiant « {name} » est déjà employé : donnez-en un autre")
            into[name] = item


def _identifiers(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        yield from (data[key] for key in ("id", "code") if isinstance(data.get(key), str))
        for value in data.values():
            yield from _identifiers(value)
    elif isinstance(data, list):
        for item in data:
            yield from _identifiers(item)


_KINDS = ("clauses", "segments", "parameters", "rates", "penalties")
_MORE_KINDS = ("duties", "exemptions", "reservations", "sector_duties", "ccags", "examples", "territories")


def load_library(root: Path = CLAUSE_LIBRARY) -> Library:
    """The library under `root`. Raises LibraryError with every fault found."""
    reading = _Reading(root)
    info = reading.model(LibraryInfo, reading.yaml(root / "bibliotheque.yaml"), "bibliotheque.yaml")
    parts: dict[str, dict[Any, Any]] = {name: {} for name in (*_KINDS, *_MORE_KINDS)}
    thresholds: list[ThresholdRow] = []
    agec: list[AgecTable] = []
    texts: dict[str, LawText] = {}
    for path in reading.files("clauses", ".md"):
        if clause := _read_clause(reading, path):
            reading.indexed([clause], reading.name(path), parts["clauses"])
    for path in reading.files("segments", ".yaml"):
        if segment := reading.model(Segment, reading.yaml(path), reading.name(path)):
            reading.indexed([segment], reading.name(path), parts["segments"], "code")
    for path in reading.files("ccag", ".yaml"):
        if ccag := reading.model(CcagModel, reading.yaml(path), reading.name(path)):
            reading.indexed([ccag], reading.name(path), parts["ccags"])
    for path in reading.files("territories", ".yaml"):
        if territory := reading.model(Territory, reading.yaml(path), reading.name(path)):
            reading.indexed([territory], reading.name(path), parts["territories"])
    for folder in ("parameters", "calibration"):
        for path in reading.files(folder, ".yaml"):
            _read_values(reading, path, parts, agec, texts)
    for path in reading.files("duties", ".yaml"):
        data = reading.yaml(path)
        if data is not None and "obligations_sectorielles" in data:
            if sector := reading.model(SectorFile, data, reading.name(path)):
                reading.indexed(sector.sector_duties, reading.name(path), parts["sector_duties"])
        elif found := reading.model(DutyFile, data, reading.name(path)):
            reading.indexed(found.duties, reading.name(path), parts["duties"])
            reading.indexed(found.exemptions, reading.name(path), parts["exemptions"])
            reading.indexed(found.reservations, reading.name(path), parts["reservations"])
            thresholds.extend(found.thresholds)
    for path in reading.files("examples", ".yaml"):
        reading.declared.add(path.stem)
        data = reading.yaml(path)
        if data is not None:
            try:
                parts["examples"][path.stem] = read_market(data)
            except DrafterError as error:
                where = reading.name(path)
                reading.faults.extend(Fault(f"{where} {fault.where}".strip(), fault.message) for fault in error.faults)
    warnings = Warnings()
    try:
        warnings = load_warnings(root)
    except LibraryError as error:
        reading.faults.extend(error.faults)
    piece_words = PieceWords()
    try:
        piece_words = load_piece_words(root)
    except LibraryError as error:
        reading.faults.extend(error.faults)
    library = Library(
        info=info or LibraryInfo.model_construct(version="", date=date.min),
        thresholds=tuple(thresholds),
        agec=agec[0] if agec else None,
        warnings=warnings,
        piece_words=piece_words,
        articles=Register(texts),
        **parts,
    )
    reading.faults.extend(_cross_faults(library, frozenset(reading.declared)))
    if reading.faults:
        raise LibraryError(reading.faults)
    return library


def _read_values(
    reading: _Reading,
    path: Path,
    parts: dict[str, dict[Any, Any]],
    agec: list[AgecTable],
    texts: dict[str, LawText],
) -> None:
    data = reading.yaml(path)
    where = reading.name(path)
    if data is None:
        return
    if "taux" in data:
        if rates := reading.model(RangeFile, data, where):
            reading.indexed(rates.rates, where, parts["rates"])
    elif "penalites" in data:
        if grid := reading.model(PenaltyFile, data, where):
            reading.indexed(grid.penalties, where, parts["penalties"], "code")
    elif "articles" in data:
        if register := reading.model(ArticleFile, data, where):
            reading.indexed(register.texts, where, texts, "name")
    elif "agec" in data:
        if table := reading.model(AgecFile, data, where):
            agec.append(table.agec)
    elif values := reading.model(ParameterFile, data, where):
        reading.indexed(values.parameters, where, parts["parameters"])


def _read_clause(reading: _Reading, path: Path) -> Clause | None:
    """A header between two `---` lines, then one section per piece."""
    where = reading.name(path)
    if (text := reading.text(path)) is None:
        return None
    match = re.match(r"---\n(.*?)\n---\n(.*)", text, re.DOTALL)
    if not match:
        reading.fault(where, "le fichier doit s'ouvrir par un en-tête entre deux lignes « --- »")
        return None
    try:
        header = yaml_text.load("\n" + match[1], where, trusted=True)  # so that lines are those of the file
    except DrafterError as error:
        reading.unread(match[1], error)
        return None
    if not isinstance(header, dict):
        reading.fault(where, "l'en-tête est une suite de lignes « clé: valeur »")
        return None
    where = f"{where} ({header.get('id', 'sans id')})"
    texts = _pieces(reading, match[2], where)
    if "textes" in header:
        reading.fault(f"{where} textes", "cette clé ne s'écrit pas dans l'en-tête : ouvrez chaque pièce sous lui")
    clause = reading.model(Clause, {**header, "textes": texts}, where)
    piece = header.get("piece")
    if piece in list(Piece) and not texts.get(piece):
        reading.fault(where, f"le texte de la pièce {piece} manque : ouvrez-le par « # {piece} »")
        return None
    return clause


def _pieces(reading: _Reading, body: str, where: str) -> dict[str, str]:
    """The text under each level 1 heading, which names a piece."""
    start, *parts = re.split(r"^# (.*)$", body, flags=re.MULTILINE)
    if start.strip():
        reading.fault(where, "le texte doit commencer par le nom de la pièce, par exemple « # CCAP »")
    texts: dict[str, str] = {}
    for name, text in zip(map(str.strip, parts[::2]), parts[1::2], strict=True):
        if name not in list(Piece):
            reading.fault(where, f"« # {name} » : un titre de niveau 1 nomme une pièce : {', '.join(Piece)}")
        elif name in texts:
            reading.fault(where, f"la pièce {name} est ouverte deux fois : gardez un seul titre « # {name} »")
        else:
            texts[name] = text.strip()
    return texts


# --- checks across files -------------------------------------------------------------------------


def _cross_faults(library: Library, declared: frozenset[str] = frozenset()) -> Iterator[Fault]:
    """What ties files together. `declared` holds the identifiers of entries that have faults of their own."""

    def missing(where: str, key: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Fault]:
        known = {*known, *declared}
        for name in names:
            if name not in known:
                message = f"« {name} » n'existe pas dans la bibliothèque : corrigez ce nom ou créez l'entrée"
                yield Fault(f"{where} {key}", message)

    for clause in library.clauses.values():
        where = f"clause {clause.id}"
        yield from missing(where, "segments", clause.segments, library.segments)
        yield from missing(where, "satisfait", clause.satisfies, library.duties)
        yield from missing(where, "penalites", (use.code for use in clause.penalties), library.penalties)
        yield from missing(where, "conflits", clause.conflicts, library.clauses)
        yield from missing(where, "va_avec", clause.goes_with, library.clauses)
        yield from missing(where, "remplace", clause.replaces, library.clauses)
        yield from _stake_faults(where, clause, library)
        examples = (*clause.examples.applies, *clause.examples.does_not)
        yield from missing(where, "exemples", examples, library.examples)
    owners: dict[str, str] = {}
    for segment in library.segments.values():
        named: tuple[Segment | Trade, ...] = (segment, *segment.trades)
        for owner in named:
            where = f"segment {segment.code} {owner.id}"
            if owner.id in owners:
                message = f"l'identifiant « {owner.id} » sert déjà dans {owners[owner.id]} : donnez-en un autre"
                yield Fault(where, message)
            owners[owner.id] = f"le segment {segment.code}"
            keys = (owner.rates.labour_share, owner.rates.hourly_cost, owner.rates.effort)
            yield from missing(where, "calibrage", keys, library.rates)
        for trade in segment.trades:
            yield from missing(f"segment {segment.code} {trade.id}", "autres_segments", trade.also, library.segments)
    for duty in library.duties.values():
        where = f"obligation {duty.id}"
        yield from missing(where, "derogations", duty.exemptions, library.exemptions)
        yield from missing(where, "meme_reponse_que", filter(None, [duty.same_as]), library.duties)
        yield from missing(where, "satisfaite_par", duty.satisfied_by, tuple(ClauseType))
    yield from missing(
        "warnings/pieces.yaml", "attendus", (item.duty for item in library.piece_words.expected), library.duties
    )
    for row in library.thresholds:
        yield from missing("seuils_europeens", "parametre", (row.parameter,), library.parameters)
    yield from territory_faults(library)
    for sector in library.sector_duties.values():
        where = f"obligation sectorielle {sector.id}"
        yield from missing(where, "clauses", sector.answers, library.clauses)
        yield from missing(where, "chiffres", (figure.parameter for figure in sector.figures), library.parameters)
        if sector.id in library.duties:
            yield Fault(where, f"l'identifiant « {sector.id} » est déjà employé : donnez-en un autre")
    for category in library.agec.categories if library.agec else ():
        yield from missing(f"agec {category.number}", "segments", category.segments, library.segments)
    for reservation in library.reservations.values():
        yield from missing(f"réservation {reservation.id}", "drapeaux", reservation.flags, tuple(Flag))
    words = {
        "segment": set(library.segments),
        "metier": {*library.trades, "aucun"},
        "obligations": set(library.duties),
    }
    for where, condition in _conditions(library):
        yield from missing(where, "parametre", sorted(parameters_used(condition)), library.parameters)
        for fact, known in words.items():
            yield from missing(where, fact, sorted(mentions(condition, fact)), known)
        for fact, name in sorted(bounds_used(condition)):
            values = library.parameters[name].values if name in library.parameters else ()
            if any(type(entry.value) is not KINDS[fact].type for entry in values):
                unit = library.parameters[name].unit
                message = f"« {name} » est en {unit} et ne se compare pas avec {fact} : choisissez un autre paramètre"
                yield Fault(f"{where} {fact}", message)


def _stake_faults(where: str, clause: Clause, library: Library) -> Iterator[Fault]:
    """A clause of some segments is about a stake that each of them names."""
    social = clause.family in (Family.INSERTION, Family.SOCIAL)
    if clause.type is ClauseType.CRITERION or social:
        return
    for code in clause.segments:
        segment = library.segments.get(code)
        if segment is not None and clause.stake not in {item.stake for item in segment.stakes}:
            known = ", ".join(item.stake for item in segment.stakes)
            yield Fault(where, f"enjeu : « {clause.stake} » n'est pas un enjeu du segment {code} ({known})")


def _conditions(library: Library) -> Iterator[tuple[str, Condition]]:
    """Every condition of the library, with what carries it."""
    found: list[tuple[str, Condition | None]] = []
    for clause in library.clauses.values():
        found += [(f"clause {clause.id}", clause.applies_when), (f"clause {clause.id}", clause.unless)]
    for duty in library.duties.values():
        where = f"obligation {duty.id}"
        found += [(where, duty.applies_when), (where, duty.unless)]
        found += [(where, anticipation.applies_when) for anticipation in duty.anticipations]
    for exemption in library.exemptions.values():
        where = f"dérogation {exemption.id}"
        found += [(where, exemption.open_when), (where, exemption.acquired_when)]
    for item in library.reservations.values():
        conditions = (item.applies_when, item.better_when, item.pointless_when)
        found += [(f"réservation {item.id}", condition) for condition in conditions if condition is not None]
    for sector in library.sector_duties.values():
        found += [(f"obligation sectorielle {sector.id}", condition) for condition in sector.conditions]
    return ((where, condition) for where, condition in found if condition is not None)


if __name__ == "__main__":
    try:
        found = load_library()
    except LibraryError as error:
        sys.exit("\n".join(str(fault) for fault in error.faults))
    sys.stdout.write(f"{len(found.clauses)} clauses, {len(found.segments)} segments : aucune faute\n")
