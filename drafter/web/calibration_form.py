"""The fields of the calibrage: from what was typed to the market file, and each fault back beside its field.

Names: `k--<lot>--<figure>`, then `--motif` and `--par`; `k--<lot>--<factor>--appliquer`; `k--<lot>--periodes`…;
`k--<lot>--tranche-<row>--<key>`; `k--territoire…` for the whole market. Lot 0 is the market itself. Only what a
form holds is read: boxes send nothing when unticked, so that a hidden field lists those that were shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from drafter.errors import Fault
from drafter.market import Market, Overrides, Scope
from drafter.vocabulary import Factor
from drafter.web.fields import one
from drafter.web.market_form import percent, typed_text

PREFIX = "k--"
FIGURES: Mapping[str, str] = {
    info.alias or name: name for name, info in Overrides.model_fields.items() if name not in ("set_aside", "reasons")
}
"""Key in the market file -> field of `Overrides`."""
FACTS = {"periodes": "periods", "attributaires": "holders", "debut_execution": "execution_start"}
"""Facts of a market or lot that the hours depend on, beside its calibrage."""
TRANCHE = ("intitule", "montant_ht", "ferme", "part_main_oeuvre", "cout_horaire", "taux_effort")
MOST_TRANCHES = 200
TERRITORY = f"{PREFIX}territoire"
_TOGETHER = (
    ("heures_marche_precedent", "montant_marche_precedent"),
    ("seuil_bon_commande_ht", "part_commandes_au_dessus_seuil"),
)
"""Figures that stand or fall together."""
PAIRED = {second: first for first, second in _TOGETHER}
_ROW = re.compile(r"tranche-(\d{1,3})--\w+")


@dataclass
class FiguresRead:
    """What the form changed in the data of a market, with enough to undo one field."""

    former: dict[str, tuple[dict[str, Any], str, Any]] = field(default_factory=dict)
    rows: dict[str, list[int]] = field(default_factory=dict)
    """Numbers on the page of the tranches that were read, by prefix of the lot."""

    def keep(self, name: str, owner: dict[str, Any], key: str) -> None:
        self.former[name] = (owner, key, owner.get(key))

    def place(self, where: str) -> str:
        """`lots[2].calibrage.motifs.taux_effort.motif` -> `k--2--taux_effort--motif`; empty when not on the page."""
        match = re.match(r"(?:lots\[(\d+)\]\.)?(.*)", where)
        assert match is not None
        prefix = f"{PREFIX}{match[1] or 0}--"
        return next((name for name in self._names(prefix, match[2]) if name in self.former), "")

    def _names(self, prefix: str, rest: str) -> Iterator[str]:
        if found := re.fullmatch(r"calibrage\.motifs\.(\w+)(?:\.(\w+))?", rest):
            yield f"{prefix}{found[1]}--{found[2] or 'motif'}"
            yield f"{prefix}{found[1]}--motif"
        elif found := re.fullmatch(r"tranches\[(\d+)\](?:\.(\w+))?", rest):
            rows, place = self.rows.get(prefix, []), int(found[1]) - 1
            if 0 <= place < len(rows):
                yield f"{prefix}tranche-{rows[place]}--{found[2] or TRANCHE[0]}"
        else:
            yield prefix + rest.removeprefix("calibrage.")

    def said(self, fault: Fault) -> Fault:
        """The fault in the words of the page: it has no line of a file to add, and no key."""
        if fault.where.endswith(".motif"):
            return Fault(fault.where, "écrivez pourquoi ce chiffre change")
        words = fault.message
        for key, label in (
            ("heures_marche_precedent", "ses heures travaillées"),
            ("montant_marche_precedent", "son montant"),
        ):
            words = words.replace(key, label)
        return Fault(fault.where, words)

    def undo(self, name: str) -> None:
        """Put back what the dossier held, the other half of a pair with it."""
        for each in (name, *_partners(name)):
            if each in self.former:
                owner, key, value = self.former[each]
                owner.pop(key, None) if value is None else owner.__setitem__(key, value)


def _partners(name: str) -> Iterator[str]:
    for pair in _TOGETHER:
        for one_, other in (pair, pair[::-1]):
            if name.endswith(f"--{one_}"):
                yield f"{name.removesuffix(one_)}{other}"


# --- from the page -------------------------------------------------------------------------------


def read_figures(form: MultiDict[str, str], data: dict[str, Any]) -> FiguresRead:
    """Change `data`, the data of a market file, as the form says."""
    read = FiguresRead()
    lots = data.get("lots", [])
    numbers = {name.split("--")[1] for name in form if name.startswith(PREFIX)}
    for number in sorted(text for text in numbers if re.fullmatch(r"\d{1,3}", text)):
        if int(number) <= len(lots):
            owner = lots[int(number) - 1] if int(number) else data
            _read_scope(form, f"{PREFIX}{int(number)}--", owner, read)
    _read_territories(form, data, read)
    return read


def _read_scope(form: MultiDict[str, str], prefix: str, owner: dict[str, Any], read: FiguresRead) -> None:
    figures = owner.setdefault("calibrage", {})
    reasons = figures.setdefault("motifs", {})
    for key in FIGURES:
        if (name := prefix + key) in form:
            read.keep(name, figures, key)
            figures[key] = percent(key, form[name])
    for key in (*FIGURES, *map(str, Factor)):
        if (name := f"{prefix}{key}--motif") in form:
            read.keep(name, reasons, key)
            read.keep(f"{prefix}{key}--par", reasons, key)
            given = {"motif": form[name].strip(), "par": form.get(f"{prefix}{key}--par", "")}
            reasons[key] = given
            if not any(given.values()):
                del reasons[key]
    shown = form.get(f"{prefix}facteurs", "").split()
    if shown:
        ticked = {factor for factor in shown if f"{prefix}{factor}--appliquer" in form}
        aside = {*figures.get("facteurs_ecartes", ()), *(factor for factor in shown if factor in list(Factor))}
        figures["facteurs_ecartes"] = sorted(aside - ticked)
    for key in FACTS:
        if (name := prefix + key) in form:
            read.keep(name, owner, key)
            owner[key] = form[name].strip()
    if f"{prefix}tranches" in form:
        _read_tranches(form, prefix, owner, read)


def _read_tranches(form: MultiDict[str, str], prefix: str, owner: dict[str, Any], read: FiguresRead) -> None:
    """The rows in the order of the page; one whose every text is empty is gone."""
    names = [name.removeprefix(prefix) for name in form if name.startswith(prefix)]
    numbers = sorted({int(match[1]) for name in names if (match := _ROW.fullmatch(name))})
    rows, kept = [], []
    for number in numbers:
        start = f"{prefix}tranche-{number}--"
        typed = {key: percent(key, form.get(start + key, "")) for key in TRANCHE}
        for key in TRANCHE:
            read.keep(start + key, owner, "tranches")
        if any(text for key, text in typed.items() if key != "ferme"):
            rows.append(typed)
            kept.append(number)
    read.rows[prefix] = kept
    owner["tranches"] = rows


def _read_territories(form: MultiDict[str, str], data: dict[str, Any], read: FiguresRead) -> None:
    refused = set(data.get("territoires_ecartes", ()))
    for name in form.get(f"{PREFIX}territoires", "").split():
        (refused.discard if f"{TERRITORY}--{name}" in form else refused.add)(name)
    if TERRITORY in form:
        read.keep(TERRITORY, data, "territoire")
        data["territoire"] = form[TERRITORY].strip()
        refused.discard(data["territoire"])
    data["territoires_ecartes"] = sorted(refused)


# --- to the page ---------------------------------------------------------------------------------


def figure_values(prefix: str, own: Overrides) -> dict[str, tuple[str, ...]]:
    """The figures and reasons of one calibrage as a person would have typed them."""
    values: dict[str, tuple[str, ...]] = {}
    for key, attribute in FIGURES.items():
        value = getattr(own, attribute)
        values[prefix + key] = one(typed_text(value) if value is not None else "")
    for key in (*FIGURES, *map(str, Factor)):
        reason = own.reasons.get(key)
        values[f"{prefix}{key}--motif"] = one(reason.reason if reason else "")
        values[f"{prefix}{key}--par"] = one(str(reason.by) if reason and reason.by else "")
    return values


def scope_values(prefix: str, scope: Scope) -> dict[str, tuple[str, ...]]:
    """The facts and tranches of a lot, and one empty row for another tranche."""
    values = {
        prefix + key: one(typed_text(value) if not isinstance(value, int) else str(value))
        for key, attribute in FACTS.items()
        if (value := getattr(scope.own, attribute)) is not None
    }
    for row, item in enumerate(scope.own.tranches[:MOST_TRANCHES]):
        for key, figure in (
            ("intitule", item.title),
            ("montant_ht", item.amount),
            ("part_main_oeuvre", item.labour_share),
            ("cout_horaire", item.hourly_cost),
            ("taux_effort", item.effort),
        ):
            values[f"{prefix}tranche-{row}--{key}"] = one(typed_text(figure) if figure is not None else "")
        values[f"{prefix}tranche-{row}--ferme"] = one("oui" if item.firm else "non")
    return values


def tranche_rows(values: Mapping[str, tuple[str, ...]], prefix: str) -> list[int]:
    """The rows to show: those that hold something, and an empty one after them."""
    names = (name.removeprefix(prefix) for name in values if name.startswith(prefix))
    found = {
        int(match[1])
        for name in names
        if (match := _ROW.fullmatch(name)) and not name.endswith("--ferme") and "".join(values[prefix + name]).strip()
    }
    return sorted({*found, max(found, default=-1) + 1})


def territory_values(market: Market) -> dict[str, tuple[str, ...]]:
    return {TERRITORY: one(market.territory or "")}
