"""The dates as a calendar file (.ics) that any agenda opens. The same plan gives the same bytes."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

from drafter import dossier, french
from drafter.followup.deadlines import Deadline, deadlines
from drafter.followup.plan import Plan
from drafter.readers import clean

FILE_NAME = "echeances.ics"
MEDIA_TYPE = "text/calendar"
REMINDER = timedelta(days=-7)


def calendar_file(plan: Plan) -> bytes:
    """All-day events, each with a reminder a week before. Their stamp is the launch date, never today."""
    market = plan.result.market
    calendar = Calendar()
    calendar.add("prodid", "-//drafter//suivi des clauses//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", french.typeset(f"Clauses : {clean(market.object)}"[:120]))
    calendar.add("x-wr-timezone", "Europe/Paris")
    seed = hashlib.sha256(dossier.dump(market, plan.result.library).encode()).hexdigest()
    stamp = datetime.combine(plan.result.on, time(), UTC)
    for item in deadlines(plan):
        calendar.add_component(_event(item, seed, stamp, market.object))
    return bytes(calendar.to_ical())


def _event(item: Deadline, seed: str, stamp: datetime, market: str) -> Event:
    event = Event()
    unique = hashlib.sha256(f"{seed}|{item.day.isoformat()}|{item.title}".encode()).hexdigest()[:32]
    event.add("uid", f"{unique}@drafter.invalid")
    event.add("dtstamp", stamp)
    event.add("dtstart", item.day)
    event.add("dtend", item.day + timedelta(days=1))
    event.add("summary", french.typeset(item.title))
    event.add("description", french.typeset(f"{market}\nQui : {item.who}\n{item.why}"))
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", french.typeset(item.title))
    alarm.add("trigger", REMINDER)
    event.add_component(alarm)
    return event
