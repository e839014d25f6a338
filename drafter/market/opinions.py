"""What a facilitateur thinks of a calibrage, as the market file keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from drafter.market.fields import MAX_ITEMS, Day, Fact, Line, Prose, at_most, read_lot_number
from drafter.market.overrides import Overrides
from drafter.validation import faults_of
from drafter.vocabulary import OpinionSense, Outcome, ProposedFigure, Role


class ClauseRemark(Fact):
    clause: Line
    text: Prose = Field(alias="texte")


class Proposition(Fact):
    """A figure that an opinion proposes for a lot (`lot` None: a market without lots), and what became of it.

    `before`, `after` and `replaced` are written as `Overrides` writes the same key. `before` is what the calculation
    used when the opinion was given, factors included; `replaced` the figure typed in the market that an accepted one
    took the place of, None when our tables gave it.
    """

    lot: Annotated[int, BeforeValidator(read_lot_number)] | None = None
    figure: ProposedFigure = Field(alias="cle")
    before: Line | None = Field(None, alias="avant")
    after: Line = Field(alias="apres")
    reason: Prose = Field(alias="motif")
    outcome: Outcome = Field(Outcome.PENDING, alias="suite")
    outcome_reason: Prose | None = Field(None, alias="motif_suite")
    replaced: Line | None = Field(None, alias="remplace")

    @classmethod
    def relations(cls, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if given.get("cle") not in list(ProposedFigure):
            return  # said beside the key
        for key in ("avant", "apres", "remplace"):
            try:
                if key in given:
                    Overrides.model_validate({str(given["cle"]): given[key]})
            except ValidationError as error:
                yield key, faults_of(error)[0].message


class Opinion(Fact):
    """An opinion on the calibrage and the clauses: an input to read, which changes nothing by itself."""

    by: Role = Field(alias="par")
    structure: Line | None = None
    given_on: Day = Field(alias="le")
    sense: OpinionSense = Field(alias="sens")
    reason: Prose | None = Field(None, alias="motif")
    remarks: Annotated[tuple[ClauseRemark, ...], at_most(MAX_ITEMS)] = Field((), alias="remarques")
    propositions: Annotated[tuple[Proposition, ...], at_most(MAX_ITEMS)] = ()

    @classmethod
    def relations(cls, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if given.get("sens") in list(OpinionSense)[1:] and "motif" not in given:
            yield "motif", "ce champ manque : écrivez le motif de cet avis, qui n'est pas un simple accord"

    @property
    def pending(self) -> bool:
        """Whether the buyer still owes an answer."""
        return any(item.outcome is Outcome.PENDING for item in self.propositions)
