"""The whole way on one page: market -> duties -> calibration -> selection -> decisions -> documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from drafter.alerts import Alert, find_alerts
from drafter.calibration import Calibration, calibrate
from drafter.decisions import apply_decisions
from drafter.decp import decp_values, notice_values
from drafter.draft.blocks import Document
from drafter.draft.fields import Context
from drafter.duties import FoundDuty, ProcedureFacts, apply_exemptions, find_duties, find_procedure
from drafter.library import Library
from drafter.market import Market
from drafter.proposal import Selection
from drafter.reservations import FoundReservation, find_reservations
from drafter.sector import FoundSectorDuty, find_sector_duties
from drafter.selection import select
from drafter.situation import Situation, situate
from drafter.understanding import Understanding, understand


@dataclass(frozen=True)
class Result:
    """Everything the service has to say of a market. `proposed` is before the person's decisions."""

    market: Market
    library: Library
    understanding: Understanding
    procedure: ProcedureFacts
    duties: tuple[FoundDuty, ...]
    sector_duties: tuple[FoundSectorDuty, ...]
    situation: Situation
    reservations: tuple[FoundReservation, ...]
    calibration: Calibration
    proposed: Selection
    selection: Selection
    alerts: tuple[Alert, ...]
    decp: dict[str, list[str]]
    notice: dict[str, list[str]]

    @property
    def on(self) -> date:
        """The day the law is read at: the launch date, never today."""
        return self.market.launch_date

    @cached_property
    def context(self) -> Context:
        return Context(
            self.understanding,
            self.procedure,
            self.duties,
            self.sector_duties,
            self.calibration,
            self.proposed,
            self.selection,
            self.library,
            self.on,
            self.situation,
            self.reservations,
            self.alerts,
            self.decp,
            self.notice,
        )

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """The pieces, composed when first asked for."""
        from drafter.draft.compose import compose  # here: only what writes pays for Markdown

        return compose(self.context)


def run(market: Market, library: Library) -> Result:
    """The whole way.

    Raises InputError for a segment that does not exist, RefusedError for a decision that cannot stand.
    """
    on = market.launch_date
    understanding = understand(market, library)
    procedure = find_procedure(market, library, on)
    duties = apply_exemptions(find_duties(understanding, procedure, library, on), market.decisions)
    calibration = calibrate(understanding, library, on)
    proposed = select(understanding, duties, procedure, calibration, library, on)
    selection = apply_decisions(proposed, market.decisions, understanding, library)
    situation = situate(understanding, duties, procedure, calibration)
    return Result(
        market=market,
        library=library,
        understanding=understanding,
        procedure=procedure,
        duties=duties,
        sector_duties=find_sector_duties(understanding, procedure, library, on),
        situation=situation,
        reservations=find_reservations(situation.lots, library, on),
        calibration=calibration,
        proposed=proposed,
        selection=selection,
        alerts=find_alerts(understanding, duties, calibration, selection, library, procedure, on),
        decp=decp_values(understanding, selection, library),
        notice=notice_values(understanding, selection),
    )
