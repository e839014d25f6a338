"""After the award: what is due and when, what was done, what follows from the gap. Pure; no clock, no disk.

    Result -> Plan            hours due by lot and by quarter, dates, terms of the clause     plan, terms, deadlines
    Plan + Tally -> Balance   done against due, alerts, penalties that the clause would give  balance, penalties
    both -> papers            agenda, statements, notice, attestation, as blocks              papers/
    Result -> record          the obligations as rows for other software                      record, indicators

Only `calendar_file` knows the format of calendars. Workbooks are written and read in `sheets/`, files in `kit`.
"""
