"""Answers about the library: segments, clauses, figures, duties, example markets. Pure; the order never changes."""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal

from pydantic import Field

from drafter.french import typeset
from drafter.library import Library
from drafter.library.clause import Clause
from drafter.library.models import Segment
from drafter.library.terms import ClauseType, Family, Stake
from drafter.market import Market
from drafter.open_data import edition, record_data
from drafter.pipeline import Result
from drafter.vocabulary import Ambition, Ccag, Nature, Piece
from drafter.web.api.explanation import Id, LibraryStamp
from drafter.web.api.shapes import Shape
from drafter.web.clause_search import Found, short_why
from drafter.web.segment_search import find_segments
from drafter.word.bundle import FILE_NAMES

MOST_SEGMENTS = 20


class _Dated(Shape):
    bibliotheque: LibraryStamp


# --- pieces as text ------------------------------------------------------------------------------


class PieceText(Shape, title="TexteDUnePiece"):
    piece: str
    titre: str
    fichier: str = Field(description="Nom du document Word de la même pièce.")
    texte: str = Field(description="La pièce en texte seul, prête à coller.")
    a_completer: list[str] = Field(description="Les blancs que l'acheteur remplit.")


class PieceTexts(_Dated, title="TextesDesPieces"):
    pieces: list[PieceText]
    absentes: list[str] = Field(description="Pièces demandées qu'aucune clause retenue n'écrit.")


def piece_texts(result: Result, wanted: tuple[str, ...]) -> dict[str, Any]:
    from drafter.draft.as_plain import as_plain

    found = [(name, result.documents[name]) for name in wanted if name in result.documents]
    return {
        **edition(result.library),
        "pieces": [
            {
                "piece": name,
                "titre": document.title,
                "fichier": FILE_NAMES[name],
                "texte": as_plain(document),
                "a_completer": list(document.blanks),
            }
            for name, document in found
        ],
        "absentes": [name for name in wanted if name not in result.documents],
    }


# --- segments ------------------------------------------------------------------------------------


class TradeRow(Shape, title="Metier"):
    id: Id
    libelle: str
    cpv: list[str] = Field(description="Débuts de codes CPV.")


class SegmentStakeRow(Shape, title="EnjeuDuSegment"):
    enjeu: Stake
    libelle: str


class SegmentHit(Shape, title="SegmentTrouve"):
    id: Id
    genre: Literal["segment", "metier"]
    libelle: str
    segment: str = Field(description="Identifiant du segment : le même, ou celui du métier.")
    code: str = Field(description="Code du segment.")
    motif: str | None = Field(description="Les mots ou le code qui l'ont fait trouver.")


class SegmentDetail(Shape, title="Segment"):
    id: Id
    code: str
    libelle: str
    natures: list[Nature]
    ccag: Ccag
    cpv: list[str] = Field(description="Débuts de codes CPV.")
    metiers: list[TradeRow] = Field(description="Leur identifiant vaut aussi pour la clé segment d'un marché.")
    enjeux: list[SegmentStakeRow] = Field(description="Dans les mots de cet achat, les premiers comptent le plus.")
    reprise_du_personnel: bool = Field(description="Une convention transfère le personnel en place.")
    clauses: int = Field(description="Clauses actives propres à ce segment.")


class Segments(_Dated, title="Segments"):
    segments: list[SegmentHit]


class OneSegment(_Dated, title="UnSegment"):
    segment: SegmentDetail


def segments_data(query: str, library: Library) -> dict[str, Any]:
    """The segments and trades that the words or the code mean, best first; every segment when nothing is asked."""
    hits: list[tuple[str, str | None]] = [(item.id, None) for item in library.segments.values()]
    if query:
        hits = [(hit.id, typeset(hit.why) or None) for hit in find_segments(query, library, MOST_SEGMENTS)]
    found = ((name, why, segment_named(name, library)) for name, why in hits)
    return {**edition(library), "segments": [_hit(name, why, segment) for name, why, segment in found if segment]}


def _hit(name: str, why: str | None, segment: Segment) -> dict[str, Any]:
    trade = next((item for item in segment.trades if item.id == name), None)
    return {
        "id": name,
        "genre": "metier" if trade else "segment",
        "libelle": trade.label if trade else segment.label,
        "segment": segment.id,
        "code": segment.code,
        "motif": why,
    }


def segment_data(segment: Segment, library: Library) -> dict[str, Any]:
    own = [item for item in library.clauses.values() if item.status == "active" and segment.code in item.segments]
    whole = {
        "id": segment.id,
        "code": segment.code,
        "libelle": segment.label,
        "natures": [str(nature) for nature in segment.natures],
        "ccag": str(segment.ccag),
        "cpv": list(segment.cpv),
        "metiers": [{"id": item.id, "libelle": item.label, "cpv": list(item.cpv)} for item in segment.trades],
        "enjeux": [{"enjeu": str(item.stake), "libelle": item.label} for item in segment.stakes],
        "reprise_du_personnel": segment.staff_transfer,
        "clauses": len(own),
    }
    return {**edition(library), "segment": whole}


def segment_named(name: str, library: Library) -> Segment | None:
    """By its id, by its code, or by the id of one of its trades."""
    for item in library.segments.values():
        if name in (item.id, item.code) or any(trade.id == name for trade in item.trades):
            return item
    return None


# --- clauses -------------------------------------------------------------------------------------


class ClauseSummary(Shape, title="ClauseTrouvee"):
    id: Id
    version: int
    titre: str
    piece: Piece
    pieces: list[Piece]
    type: ClauseType
    famille: Family
    niveaux: list[Ambition]
    enjeu: Stake | None
    segments: list[str] = Field(description="Vide : clause commune à plusieurs achats.")
    resume: str = Field(description="Ce que la clause change, en une phrase.")


class Clauses(_Dated, title="Clauses"):
    total: int
    page: int
    pages: int
    clauses: list[ClauseSummary]


def clauses_data(found: Found, library: Library) -> dict[str, Any]:
    return {
        **edition(library),
        "total": found.count,
        "page": found.query.page,
        "pages": found.pages,
        "clauses": [_summary(clause) for clause in found.clauses],
    }


def _summary(clause: Clause) -> dict[str, Any]:
    return {
        "id": clause.id,
        "version": clause.version,
        "titre": clause.title,
        "piece": str(clause.piece),
        "pieces": [str(piece) for piece in clause.texts],
        "type": str(clause.type),
        "famille": str(clause.family),
        "niveaux": [str(level) for level in clause.levels],
        "enjeu": str(clause.stake) if clause.stake else None,
        "segments": list(clause.segments),
        "resume": short_why(clause),
    }


# --- the library ---------------------------------------------------------------------------------


class Counts(Shape, title="Comptes"):
    clauses_actives: int
    clauses: dict[ClauseType, int] = Field(description="Clauses actives, par type.")
    segments: int
    metiers: int
    obligations: int
    obligations_sectorielles: int
    parametres: int
    taux: int
    exemples: int


class LibraryAnswer(_Dated, title="Bibliotheque"):
    comptes: Counts


def library_data(library: Library) -> dict[str, Any]:
    kinds = Counter(clause.type for clause in library.clauses.values() if clause.status == "active")
    comptes = {
        "clauses_actives": kinds.total(),
        "clauses": {str(kind): kinds[kind] for kind in ClauseType},
        "segments": len(library.segments),
        "metiers": len(library.trades),
        "obligations": len(library.duties),
        "obligations_sectorielles": len(library.sector_duties),
        "parametres": len(library.parameters),
        "taux": len(library.rates),
        "exemples": len(library.examples),
    }
    return {**edition(library), "comptes": comptes}


def parameters_data(library: Library) -> dict[str, Any]:
    return {**edition(library), "parametres": [record_data(item) for _, item in sorted(library.parameters.items())]}


def rates_data(library: Library) -> dict[str, Any]:
    return {**edition(library), "taux": [record_data(item) for _, item in sorted(library.rates.items())]}


def duties_data(library: Library) -> dict[str, Any]:
    tables = {
        "obligations": library.duties,
        "derogations": library.exemptions,
        "reservations": library.reservations,
        "obligations_sectorielles": library.sector_duties,
    }
    rows = {key: [record_data(table[name]) for name in sorted(table)] for key, table in tables.items()}
    thresholds = [record_data(row) for row in library.thresholds]
    return {**edition(library), **rows, "seuils_europeens": thresholds}


# --- examples ------------------------------------------------------------------------------------


class ExampleRow(Shape, title="Exemple"):
    nom: str
    objet: str
    nature: Nature
    lots: int = Field(description="Nombre de lots, 0 pour un marché qui n'en a pas.")


class Examples(_Dated, title="Exemples"):
    exemples: list[ExampleRow]


def examples_data(library: Library) -> dict[str, Any]:
    rows = [_example(name, market) for name, market in sorted(library.examples.items())]
    return {**edition(library), "exemples": rows}


def _example(name: str, market: Market) -> dict[str, Any]:
    return {"nom": name, "objet": market.object, "nature": str(market.nature), "lots": len(market.lots)}


# --- errors --------------------------------------------------------------------------------------


class FaultRow(Shape, title="Erreur"):
    champ: str | None = Field(description="lots[2].montant_ht : les listes se comptent à partir de 1.")
    message: str = Field(description="Ce qui a été trouvé, et ce qu'il faut écrire.")


class Problem(Shape, title="Probleme"):
    """RFC 9457."""

    type: str = Field(description="Adresse, relative au service, de l'explication de cette sorte d'erreur.")
    title: str
    status: int
    detail: str
    erreurs: list[FaultRow] = Field(description="Toutes les erreurs à la fois ; vide quand il n'y a rien à corriger.")


MODELS = (PieceTexts, Segments, OneSegment, Clauses, LibraryAnswer, Examples, Problem)
