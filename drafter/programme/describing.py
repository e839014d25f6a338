"""From the rows of a market to the facts of a market file, each with where it comes from: column, deduced, default."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from drafter import french, readers
from drafter.library import Library
from drafter.programme import readings, words
from drafter.programme.entries import ALREADY, Entry, Layout, Line
from drafter.programme.gathering import AMOUNTS, gather
from drafter.programme.places import department_name, department_of, department_of_code
from drafter.programme.settings import Settings
from drafter.recognition import recognise
from drafter.vocabulary import Buyer, Flag, Nature


class From(StrEnum):
    """Where a fact comes from; the value is what the person reads."""

    COLUMN = "colonne"
    DEDUCED = "déduit"
    DEFAULT = "par défaut"


@dataclass(frozen=True, slots=True)
class Origin:
    """One fact as understood. `row` is 0 for what bears on the whole market."""

    key: str
    shown: str
    source: From
    words: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing to mend in the file: the sheet, the row, the header of the column (empty: it is missing)."""

    sheet: str
    row: int
    column: str
    message: str

    def as_data(self) -> dict[str, Any]:
        return {"feuille": self.sheet, "ligne": self.row, "colonne": self.column, "message": self.message}


@dataclass
class Described:
    data: dict[str, Any] = field(default_factory=dict)
    origins: list[Origin] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


_LOT_NUMBER = re.compile(r"(?:lots? ?)?(?:n[°o] ?)?[0-9]{1,3}[a-z]?")


class Describer:
    """Holds the library's words of segments, read once."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library, self.settings = library, settings
        self._segments = {readers.plain(segment.id): segment.id for segment in library.segments.values()}
        for code, segment in library.segments.items():
            self._segments |= {readers.plain(code): segment.id, readers.plain(segment.label): segment.id}

    def describe(self, entry: Entry) -> Described:
        """The facts of a market file; what cannot be told is a fault of the row, never a guess in silence."""
        found = Described()
        lines = [self._line(line, entry.layout, found) for line in entry.lines]
        if len(lines) == 1:
            found.data |= lines[0]
            found.data.pop("intitule", None)
        else:
            found.data |= gather(lines, head=entry.has_head)
        self._launch(entry, found)
        if former := entry.lines[0].cells.get(ALREADY):
            reference = readers.shown(entry.lines[0].cells["reference"])
            found.remarks.append(
                f"La référence {reference} est déjà celle de la ligne {former} : deux marchés sont comptés. Si ce sont "
                "les lots d'un même marché, mettez leurs lignes à la suite."
            )
        if announced := entry.lines[0].cells.get("nombre_lots"):
            self._announced(announced, found)
        if entry.layout.published and (notified := entry.lines[0].cells.get("date_notification")):
            found.remarks.append(
                f"Contrat déjà notifié ({_shown(notified)}) : relu comme s'il était relancé le "
                f"{_shown(found.data.get('date_lancement'))}."
            )
        return found

    # --- one row ---

    def _line(self, line: Line, layout: Layout, into: Described) -> dict[str, Any]:
        cells, data = line.cells, {}
        note = _Notes(line, layout, into)

        def take(key: str, value: Any, told: str = "", *, column: str = "", source: From | None = None) -> None:
            data[key] = value
            note.origin(key, value, told, column or key, source)

        for key in ("objet", "cpv", "technicite", "ambition", "acheteur_nom"):
            if key in cells:
                take(key, readers.plain(cells[key]) if key in ("technicite", "ambition") else cells[key])
        if isinstance(cells.get("cpv"), str) and len(codes := re.split(r"[,;|\n]| / ", cells["cpv"])) > 1:
            data["cpv"] = codes[0].strip()
            into.remarks.append(f"Plusieurs codes CPV : le premier est retenu ({data['cpv']}).")
        self._title(line, data)
        self._duration(cells, layout, take)
        self._amounts(cells, layout, data, take, into)
        self._place(cells, take, into)
        self._kind(cells, take, note)
        self._others(cells, take, note)
        if "segment" in cells:
            known = self._segments.get(readers.plain(cells["segment"]))
            take("segment", known or cells["segment"])
        self._object(line, data, take)
        if "nature" not in data and (nature := self._nature(data, note)):
            data["nature"] = nature
        return data

    def _title(self, line: Line, data: dict[str, Any]) -> None:
        """What the lot is called: its title, else its object, its number before it when that says no more."""
        number = readers.clean(line.cells.get("lot", ""))
        title = readers.clean(line.cells.get("intitule_lot", "")) or readers.clean(line.cells.get("objet", ""))
        if not _LOT_NUMBER.fullmatch(readers.plain(number)) and number:
            title = number if not title or title == readers.clean(line.cells.get("objet", "")) else title
        data["intitule"] = title or (f"Lot {number}" if number else "")

    def _object(self, line: Line, data: dict[str, Any], take: Any) -> None:
        if "objet" in data:
            return
        if data["intitule"]:
            take("objet", data["intitule"], "l'intitulé du lot", column="intitule_lot", source=From.DEDUCED)
        elif "cpv" in data:
            segment = self._recognised(data, Nature.SERVICES)
            label = self.library.segments[segment].label if segment else "Achat"
            take("objet", f"{label} (CPV {readers.clean(data['cpv'])})", "objet absent", source=From.DEDUCED)

    def _recognised(self, data: Mapping[str, Any], nature: Nature) -> str | None:
        """The segment that the CPV or the words tell, None when they tell none."""
        try:
            cpv = readers.read_cpv(data["cpv"]) if "cpv" in data else None
        except ValueError:
            cpv = None
        found = recognise(
            segment=None, cpv=cpv, text=readers.clean(data.get("objet", "")), nature=nature,
            segments=self.library.segments,
        )  # fmt: skip
        return None if found.origin == "defaut" else found.segment

    def _nature(self, data: dict[str, Any], note: _Notes) -> str | None:
        """From the CPV, else from the words of the object, else from the segment that these words tell."""
        try:
            division = int(readers.read_cpv(data["cpv"])[:2]) if "cpv" in data else 0
        except ValueError:
            division = 0
        if division:
            nature = "travaux" if division == 45 else "services" if division >= 50 else "fournitures"
            note.origin("nature", nature, f"division {division:02d} du code CPV", "cpv", From.DEDUCED)
            return nature
        if nature := words.find(words.OBJECT_NATURES, data.get("objet", "")) or "":
            note.origin("nature", nature, "les mots de l'objet", "objet", From.DEDUCED)
            return nature
        segment = self._recognised(data, Nature.SERVICES)
        if segment and len(natures := self.library.segments[segment].natures) == 1:
            told = f"le segment {self.library.segments[segment].label}"
            note.origin("nature", natures[0], told, "objet", From.DEDUCED)
            return str(natures[0])
        note.fault(
            "nature",
            "ni la nature, ni le code CPV, ni l'objet ne disent si ce sont des travaux, des fournitures ou des "
            "services : indiquez-le dans une colonne « Nature »",
        )
        return None

    def _duration(self, cells: Mapping[str, Any], layout: Layout, take: Any) -> None:
        if "duree_mois" in cells:
            scale = layout.columns["duree_mois"].scale
            months, told = readings.read_duration(cells["duree_mois"], scale, cells.get("reconductions"))
            take("duree_mois", months, told)

    def _amounts(
        self, cells: Mapping[str, Any], layout: Layout, data: Mapping[str, Any], take: Any, into: Described
    ) -> None:
        for key in AMOUNTS:
            if key in cells:
                take(key, *readings.read_amount(cells[key], layout.columns[key].scale))
        if "montant_ht" not in cells and "montant_annuel" in cells:
            yearly, told = readings.read_amount(cells["montant_annuel"], layout.columns["montant_annuel"].scale)
            months = data.get("duree_mois", self.settings.duration_months)
            total, more = readings.yearly_amount(yearly, months)
            take("montant_ht", total, " ; ".join(filter(None, (told, more))), column="montant_annuel")
        if any(layout.columns[key].ttc for key in (*AMOUNTS, "montant_annuel") if key in cells):
            into.remarks.append(
                "La colonne du montant est toutes taxes comprises ; le calcul attend du hors taxes : les heures et les "
                "seuils sont surestimés tant que la colonne n'est pas corrigée."
            )

    def _place(self, cells: Mapping[str, Any], take: Any, into: Described) -> None:
        kind = readers.plain(cells.get("lieu_type", ""))
        commune = readers.clean(cells.get("commune", ""))
        if "commune" in kind:
            commune = readers.clean(cells.get("lieu_code", ""))
        if re.fullmatch(r"[0-9]{5}|2[AB][0-9]{3}", commune):
            take("commune", commune, column="commune" if "commune" in cells else "lieu_code")
        postal = cells.get("code_postal") or (cells.get("lieu_code") if "postal" in kind or "commune" in kind else None)
        for key, text, read in (
            ("departement", cells.get("departement"), department_of),
            ("lieu_code", cells.get("lieu_code") if "departement" in kind else None, department_of),
            ("code_postal" if "code_postal" in cells else "lieu_code", postal, department_of_code),
            ("commune", cells.get("commune"), department_of_code),
            ("lieu", cells.get("lieu"), department_of_code),
            ("lieu", cells.get("lieu"), department_of),
        ):
            code = read(readers.clean(text)) if text is not None else None
            if code:
                told = "" if key == "departement" else f"{readers.shown(text)} : {department_name(code)}"
                take("departement", code, told, column=key)
                return
        given = [key for key in ("departement", "lieu", "commune", "code_postal") if key in cells]
        if given:
            into.remarks.append(
                f"Lieu non situé ({readers.shown(cells[given[0]])}) : indiquez un département, ou un code postal, pour "
                "tenir compte du territoire."
            )

    def _kind(self, cells: Mapping[str, Any], take: Any, note: _Notes) -> None:
        """Nature, form and contract: published data say « Accord-cadre » or « Concession » in the column `nature`."""
        for key in ("nature", "type"):
            if key in cells and (nature := words.find(words.NATURES, cells[key])):
                take("nature", nature, "" if nature == readers.plain(cells[key]) else _read(cells[key]), column=key)
                break
        for key in ("contrat", "nature", "type"):
            if key in cells and words.CONCESSIONS.search(readers.plain(cells[key])):
                take("contrat", "concession", _read(cells[key]), column=key)
                break
        for key in ("forme", "technique", "nature", "type"):
            if key in cells and (form := words.find(words.FORMS, cells[key])) and form != "ordinaire":
                take("forme", form, "" if form == readers.plain(cells[key]) else _read(cells[key]), column=key)
                break
        if "procedure" in cells:
            procedure = words.find(words.PROCEDURES, cells["procedure"])
            if procedure:
                take("procedure", procedure, _read(cells["procedure"]))
            else:
                note.unread("procedure", cells["procedure"])
        if "ccag" in cells:
            if ccag := words.find(words.CCAGS, cells["ccag"]):
                take("ccag", ccag, _read(cells["ccag"]))
            else:
                note.unread("ccag", cells["ccag"])

    def _others(self, cells: Mapping[str, Any], take: Any, note: _Notes) -> None:
        if "acheteur" in cells:
            kind = words.find(words.BUYER_KINDS, cells["acheteur"])
            take("acheteur", kind or cells["acheteur"], _read(cells["acheteur"]) if kind else "")
        elif "acheteur_nom" in cells:
            name = readers.plain(cells["acheteur_nom"])
            kind = name if name in list(Buyer) else words.find(words.BUYER_NAMES, name)
            if kind:
                take("acheteur", kind, f"le nom de l'acheteur {_read(cells['acheteur_nom'])}", column="acheteur_nom")
        if "debut_execution" in cells:
            take("debut_execution", *readings.read_day(cells["debut_execution"]))
        if "date_lancement" in cells:
            take("date_lancement", *readings.read_day(cells["date_lancement"]))
        flags = list(_flags(cells.get("drapeaux", "")))
        if "personnel" in cells:
            try:
                flags += [str(Flag.STAFF_TRANSFER)] if readers.read_yes_no(cells["personnel"]) else []
            except ValueError as error:
                note.fault("personnel", str(error))
        if flags:
            take("drapeaux", sorted(set(flags)), column="drapeaux" if "drapeaux" in cells else "personnel")
        figures = {"effectif": "effectif", "heures_personnel": "personnel_transferable_heures_mois"}
        if given := {name: cells[key] for key, name in figures.items() if key in cells}:
            take("calibrage", given, column=next(key for key in figures if key in cells))

    # --- the whole market ---

    def _launch(self, entry: Entry, found: Described) -> None:
        """The two facts that nothing replaces: a default is told, and changes with the options."""
        if "duree_mois" not in found.data:
            months = self.settings.duration_months
            found.data["duree_mois"] = months
            found.origins.append(Origin("duree_mois", f"{months} mois", From.DEFAULT, "durée absente"))
        if "date_lancement" in found.data:
            return
        start = found.data.get("debut_execution")
        if isinstance(start, date):
            before = self.settings.tender_months
            day = months_before(start, before)
            found.data["date_lancement"] = day
            told = f"{before} mois avant le début d'exécution : hypothèse réglable"
            found.origins.append(Origin("date_lancement", french.day(day), From.DEDUCED, told))
            return
        day = self.settings.default_launch
        found.data["date_lancement"] = day
        found.origins.append(Origin("date_lancement", french.day(day), From.DEFAULT, "date de lancement absente"))

    def _announced(self, announced: Any, found: Described) -> None:
        text = readers.clean(announced)
        if re.fullmatch("[0-9]{1,3}", text) and int(text) > max(1, len(found.data.get("lots", ()))):
            found.remarks.append(
                f"{text} lots annoncés, non détaillés : une ligne par lot, avec la même référence, donnerait des "
                "heures lot par lot."
            )


class _Notes:
    """Where the facts of one row come from, and what is wrong in it."""

    def __init__(self, line: Line, layout: Layout, into: Described) -> None:
        self.line, self.layout, self.into = line, layout, into

    def _header(self, key: str) -> str:
        return self.layout.columns[key].header if key in self.layout.columns else ""

    def origin(self, key: str, value: Any, told: str, column: str, source: From | None = None) -> None:
        header = self._header(column)
        where = f"colonne « {header} »" if header else ""
        source = source or (From.DEDUCED if told or (column != key and header) else From.COLUMN)
        words = " : ".join(filter(None, (where, told)))
        self.into.origins.append(Origin(key, _shown(value), source, words, self.line.number))

    def fault(self, key: str, message: str) -> None:
        self.into.faults.append(RowFault(self.line.sheet, self.line.number, self._header(key), message))

    def unread(self, key: str, value: Any) -> None:
        self.into.remarks.append(
            f"Colonne « {self._header(key)} » : {readers.shown(value)} n'est pas compris, et n'est pas retenu."
        )


def months_before(day: date, months: int) -> date:
    """That many months before a day; the last day of a shorter month."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(years, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _read(value: Any) -> str:
    return readers.shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ; ".join(f"{key} : {readers.clean(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return french.day(value) if isinstance(value, date) else readers.clean(value)


_FLAG_LABELS = {readers.plain(flag.label): str(flag) for flag in Flag}


def _flags(text: Any) -> Iterable[str]:
    """The words of the closed list, by their label or by their name; another one is left for the market to refuse."""
    for part in re.split(r"[,;|\n]", readers.clean(text)):
        plain = readers.plain(part)
        if plain:
            yield _FLAG_LABELS.get(plain, plain.replace(" ", "_").replace("-", "_"))
