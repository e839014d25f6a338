"""The structured record as files: with each set of documents, and in the follow-up kit."""

from __future__ import annotations

from drafter.followup import indicators, record
from drafter.followup.plan import Plan


def record_files(plan: Plan) -> dict[str, bytes]:
    return {
        record.JSON_NAME: record.obligations_json(plan),
        record.CSV_NAME: record.obligations_csv(plan),
        indicators.CSV_NAME: indicators.indicators_csv(plan.result),
    }
