"""Read clause_library/ strictly: every fault of every file at once, then the checks that tie files together."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from drafter import yaml_text
from drafter.conditions import ALWAYS, Condition, mentions, parameters_used
from drafter.dated import DatedRange, DatedValue, Parameter, RangeParameter, at
from drafter.errors import DrafterError, Fault, LibraryError
from drafter.library.models import (
    CcagModel,
    Clause,
    Duty,
    DutyFile,
    Exemption,
    LibraryInfo,
    ParameterFile,
    Penalty,
    PenaltyFile,
    RangeFile,
    Reservation,
    Segment,
    ThresholdRow,
    Trade,
)
from drafter.market import Market, faults_of, read_market
from drafter.paths import CLAUSE_LIBRARY
from drafter.values import Quantity
from drafter.vocabulary import Ccag, Flag, Piece

Model = TypeVar("Model", bound=BaseModel)
_PIECE = re.compile(r"^# (CCAP|CCTP|RC|AE)\s*$")


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
    ccags: Mapping[Ccag, CcagModel] = field(default_factory=dict)
    examples: Mapping[str, Market] = field(default_factory=dict)

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


class _Reading:
    """One pass over a folder, collecting faults instead of stopping."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[Fault] = []

    def fault(self, where: str, message: str) -> None:
        self.faults.append(Fault(where, message))

    def files(self, folder: str, ending: str) -> Iterator[Path]:
        yield from sorted((self.root / folder).rglob(f"*{ending}"))

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def yaml(self, path: Path) -> Any:
        try:
            return yaml_text.load(path.read_text(encoding="utf-8"), self.name(path), trusted=True)
        except DrafterError as error:
            self.faults.extend(error.faults)
        except (OSError, UnicodeDecodeError) as error:
            self.fault(self.name(path), f"ce fichier ne se lit pas : {error}")
        return None

    def model(self, model: type[Model], data: Any, where: str) -> Model | None:
        if data is None:
            return None
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for fault in faults_of(error):
                self.fault(f"{where} {fault.where}".strip(), fault.message)
        return None

    def indexed(self, items: Iterable[Any], where: str, into: dict[Any, Any], key: Callable[[Any], Any]) -> None:
        for item in items:
            if key(item) in into:
                self.fault(where, f"l'identifiant « {key(item)} » est déjà employé : donnez-en un autre")
            into[key(item)] = item


def load_library(root: Path = CLAUSE_LIBRARY) -> Library:
    """The library under `root`. Raises LibraryError with every fault found."""
    reading = _Reading(root)
    info = reading.model(LibraryInfo, reading.yaml(root / "bibliotheque.yaml"), "bibliotheque.yaml")
    parts: dict[str, dict[Any, Any]] = {
        name: {}
        for name in "clauses segments parameters rates penalties duties exemptions reservations ccags examples".split()
    }
    thresholds: list[ThresholdRow] = []
    for path in reading.files("clauses", ".md"):
        if clause := _read_clause(reading, path):
            reading.indexed([clause], reading.name(path), parts["clauses"], lambda item: item.id)
    for path in reading.files("segments", ".yaml"):
        if segment := reading.model(Segment, reading.yaml(path), reading.name(path)):
            reading.indexed([segment], reading.name(path), parts["segments"], lambda item: item.code)
    for path in reading.files("ccag", ".yaml"):
        if ccag := reading.model(CcagModel, reading.yaml(path), reading.name(path)):
            reading.indexed([ccag], reading.name(path), parts["ccags"], lambda item: item.id)
    for folder in ("parameters", "calibration"):
        for path in reading.files(folder, ".yaml"):
            _read_values(reading, path, parts)
    for path in reading.files("duties", ".yaml"):
        if found := reading.model(DutyFile, reading.yaml(path), reading.name(path)):
            for name, items in (("duties", found.duties), ("exemptions", found.exemptions), ("reservations", found.reservations)):
                reading.indexed(items, reading.name(path), parts[name], lambda item: item.id)
            thresholds.extend(found.thresholds)
    for path in reading.files("examples", ".yaml"):
        data = reading.yaml(path)
        if data is not None:
            try:
                parts["examples"][path.stem] = read_market(data)
            except DrafterError as error:
                reading.faults.extend(Fault(f"{reading.name(path)} {fault.where}".strip(), fault.message) for fault in error.faults)
    if info is None:
        raise LibraryError(reading.faults)
    library = Library(info=info, thresholds=tuple(thresholds), **parts)
    reading.faults.extend(_cross_faults(library))
    if reading.faults:
        raise LibraryError(reading.faults)
    return library


def _read_values(reading: _Reading, path: Path, parts: dict[str, dict[Any, Any]]) -> None:
    data = reading.yaml(path)
    where = reading.name(path)
    if not isinstance(data, dict):
        reading.fault(where, "ce fichier commence par « parametres: », « taux: » ou « penalites: »")
    elif "taux" in data:
        if rates := reading.model(RangeFile, data, where):
            reading.indexed(rates.rates, where, parts["rates"], lambda item: item.id)
    elif "penalites" in data:
        if grid := reading.model(PenaltyFile, data, where):
            reading.indexed(grid.penalties, where, parts["penalties"], lambda item: item.code)
    elif values := reading.model(ParameterFile, data, where):
        reading.indexed(values.parameters, where, parts["parameters"], lambda item: item.id)


def _read_clause(reading: _Reading, path: Path) -> Clause | None:
    """A header between two `---` lines, then one section per piece."""
    where = reading.name(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reading.fault(where, f"ce fichier ne se lit pas : {error}")
        return None
    match = re.match(r"---\n(.*?)\n---\n(.*)", text, re.DOTALL)
    if not match:
        reading.fault(where, "le fichier doit s'ouvrir par un en-tête entre deux lignes « --- »")
        return None
    try:
        header = yaml_text.load(match[1], where, trusted=True)
    except DrafterError as error:
        reading.faults.extend(error.faults)
        return None
    if not isinstance(header, dict):
        reading.fault(where, "l'en-tête est une suite de lignes « clé: valeur »")
        return None
    where = f"{where} ({header.get('id', 'sans id')})"
    texts = _pieces(reading, match[2], where)
    clause = reading.model(Clause, {**header, "textes": texts}, where)
    if clause and clause.piece not in clause.texts:
        reading.fault(where, f"le texte de la pièce {clause.piece} manque : ouvrez-le par « # {clause.piece} »")
        return None
    return clause


def _pieces(reading: _Reading, body: str, where: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    lines: list[str] = []
    for line in body.splitlines():
        if match := _PIECE.match(line):
            if match[1] in texts:
                reading.fault(where, f"la pièce {match[1]} est ouverte deux fois")
            lines = []
            texts[match[1]] = ""
        elif re.match(r"^# ", line):
            reading.fault(where, f"« {line} » : un titre de niveau 1 nomme une pièce : {', '.join(Piece)}")
        elif not texts and line.strip():
            reading.fault(where, "le texte doit commencer par le nom de la pièce, par exemple « # CCAP »")
            return texts
        if texts and not _PIECE.match(line):
            lines.append(line)
            texts[next(reversed(texts))] = "\n".join(lines).strip()
    return texts


# --- checks across files -------------------------------------------------------------------------


def _cross_faults(library: Library) -> Iterator[Fault]:
    yield from _condition_faults(library)
    for clause in library.clauses.values():
        where = f"clause {clause.id}"
        yield from _missing(where, "segments", clause.segments, library.segments)
        yield from _missing(where, "satisfait", clause.satisfies, library.duties)
        yield from _missing(where, "penalites", (use.code for use in clause.penalties), library.penalties)
        yield from _missing(where, "conflits", clause.conflicts, library.clauses)
        yield from _missing(where, "exemples", clause.examples.applies + clause.examples.does_not, library.examples)
    for segment in library.segments.values():
        for owner in (segment, *segment.trades):
            keys = (owner.rates.labour_share, owner.rates.hourly_cost, owner.rates.effort)
            yield from _missing(f"segment {segment.code} {owner.id}", "calibrage", keys, library.rates)
        for trade in segment.trades:
            yield from _missing(f"segment {segment.code} {trade.id}", "autres_segments", trade.also, library.segments)
    for duty in library.duties.values():
        yield from _missing(f"obligation {duty.id}", "derogations", duty.exemptions, library.exemptions)
        yield from _missing(f"obligation {duty.id}", "meme_reponse_que", filter(None, [duty.same_as]), library.duties)
        if duty.satisfied_by:
            yield from _missing(f"obligation {duty.id}", "satisfaite_par", duty.satisfied_by, ("specification", "condition_execution", "critere", "progres"))
    for row in library.thresholds:
        yield from _missing("seuils_europeens", "parametre", (row.parameter,), library.parameters)
    for reservation in library.reservations.values():
        yield from _missing(f"réservation {reservation.id}", "drapeau", (reservation.flag,), tuple(Flag))


def _missing(where: str, key: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Fault]:
    known = set(known)
    for name in names:
        if name not in known:
            yield Fault(f"{where} {key}", f"« {name} » n'existe pas dans la bibliothèque : corrigez ce nom ou créez l'entrée")


def _condition_faults(library: Library) -> Iterator[Fault]:
    owners: list[tuple[str, Condition | None]] = []
    for clause in library.clauses.values():
        owners += [(f"clause {clause.id}", clause.applies_when), (f"clause {clause.id}", clause.unless)]
    for duty in library.duties.values():
        owners += [(f"obligation {duty.id}", duty.applies_when), (f"obligation {duty.id}", duty.unless)]
    words = {
        "segment": set(library.segments),
        "metier": {*library.trades, "aucun"},
        "obligations": set(library.duties),
    }
    for where, condition in owners:
        if condition is None or condition == ALWAYS:
            continue
        yield from _missing(where, "parametre", parameters_used(condition), library.parameters)
        for fact, known in words.items():
            yield from _missing(where, fact, mentions(condition, fact), known)


if __name__ == "__main__":
    try:
        found = load_library()
    except LibraryError as error:
        sys.exit("\n".join(str(fault) for fault in error.faults))
    sys.stdout.write(f"{len(found.clauses)} clauses, {len(found.segments)} segments : aucune faute\n")
