"""Values to declare: essential data (DECP) and European notice (eForms), in the exact words of their lists."""

from __future__ import annotations

from drafter.library import Library
from drafter.library.terms import ClauseType, Family
from drafter.market import Market
from drafter.proposal import Selection
from drafter.understanding import Understanding
from drafter.vocabulary import RESERVED_FLAGS, ContractKind, CriterionKind, Flag


def decp_values(understanding: Understanding, selection: Selection, library: Library) -> dict[str, list[str]]:
    """`considerationsSociales`, `considerationsEnvironnementales` and `ccag` of the schema 2.0.3."""
    market = understanding.market
    families = {item.clause.family for item in selection.kept if item.clause.type is not ClauseType.CRITERION}
    criteria = any(
        item.clause.type is ClauseType.CRITERION and item.clause.family is Family.ENVIRONMENT for item in selection.kept
    )
    social = []
    if families & {Family.INSERTION, Family.SOCIAL}:
        social.append("Clause sociale")
    if _has(market, CriterionKind.SOCIAL):
        social.append("Critère social")
    if any(lot.scope.flags & RESERVED_FLAGS for lot in understanding.lots):
        social.append("Concession réservée" if market.contract is ContractKind.CONCESSION else "Marché réservé")
    environment = []
    if Family.ENVIRONMENT in families or Family.CROSS in families:
        environment.append("Clause environnementale")
    if criteria or _has(market, CriterionKind.ENVIRONMENT):
        environment.append("Critère environnemental")
    return {
        "considerationsSociales": social or ["Pas de considération sociale"],
        "considerationsEnvironnementales": environment or ["Pas de considération environnementale"],
        "ccag": [library.ccags[understanding.ccag].decp],
    }


def _has(market: Market, kind: CriterionKind) -> bool:
    return any(criterion.kind is kind for criterion in market.criteria)


def notice_values(understanding: Understanding, selection: Selection) -> dict[str, list[str]]:
    """Codes of the European notice (eForms) that follow from what was chosen; exact words of its closed lists."""
    social: list[str] = []
    environment: list[str] = []
    for item in selection.kept:
        codes = social if item.clause.family in (Family.INSERTION, Family.SOCIAL) else environment
        codes += [code for code in item.clause.notice_codes if code not in codes]
    if len(environment) > 1 and "other" in environment:
        environment.remove("other")  # said only when nothing more precise is
    strategic = [*(["soc-obj"] if social else []), *(["env-imp"] if environment else [])]
    reserved = {flag for lot in understanding.lots for flag in lot.scope.flags & RESERVED_FLAGS}
    workshops = reserved - {Flag.RESERVED_SSE}
    return {
        "strategic-procurement": strategic or ["none"],
        "social-objective": social,
        "environmental-impact": environment,
        "reserved-procurement": [*(["res-ws"] if workshops else []), *(["res-pub-ser"] if reserved - workshops else [])]
        or ["none"],
    }
