"""Every figure of the shipped schemes as the documents print it, typed by hand.

By level, best case and promise: h hours, d days, w working days, m months; 及时 is a promise without
a number, a dash no promise at that level.
"""

from bot.sla.policy import Basis, Milestone, Starts

M, S = Milestone, Starts

FIGURES = [
    ("s0_fault5", M.FIX, S.RECEIPT, Basis.ELAPSED, "1h-24h 1h-36h 1h-48h 1d-7d 1m-3m"),
    ("s1_phone", M.RESPONSE, S.RECEIPT, Basis.ELAPSED, "1h 1h 1h 1h 1h"),
    ("s1_phone", M.SUPPORT_STARTED, S.RECEIPT, Basis.ELAPSED, "1.5h 1.5h 1.5h 1.5h 1.5h"),
    ("s1_onsite", M.RESPONSE, S.RECEIPT, Basis.ELAPSED, "1h 1h 1h 1h 1h"),
    ("s1_onsite", M.ENGINEER_NAMED, S.RECEIPT, Basis.ELAPSED, "1h 1h 1h 1h 1h"),
    ("s1_onsite", M.ARRIVAL, S.VISIT_DECIDED_FROM_RECEIPT, Basis.ELAPSED, "4h 4h 4h 4h 4h"),
    ("s1_onsite", M.FIX, S.VISIT_DECIDED_FROM_RECEIPT, Basis.ELAPSED, "8h 8h 8h - -"),
    ("s1_p4", M.RESPONSE, S.RECEIPT, Basis.ELAPSED, "及时 及时 2h 4h -"),
    ("s1_p4", M.DIAGNOSIS, S.RECEIPT, Basis.ELAPSED, "2h 2h 12h 24h -"),
    ("s1_p4", M.ARRIVAL, S.VISIT_DECIDED_FROM_RECEIPT, Basis.ELAPSED, "2h 3h 24h 48h -"),
    ("s1_p4", M.FIX, S.DIAGNOSIS_OR_ARRIVAL, Basis.ELAPSED, "2h 4h 24h 48h -"),
    ("s1_events3", M.DIAGNOSIS, S.RECEIPT, Basis.ELAPSED, "24h 24h 24h 24h -"),
    ("s1_events3", M.FIX, S.RECEIPT, Basis.ELAPSED, "1h-3h 1h-6h 1h-24h 1h-24h -"),
    ("s0_rma", M.UNIT_RETURN, S.UNIT_RECEIVED, Basis.BUSINESS, "18w 18w 18w 18w 18w"),
    ("s1_objection", M.OBJECTION_REPLY, S.OBJECTION, Basis.ELAPSED, "24h 24h 24h 24h 24h"),
    ("s1_disaster", M.ARRIVAL, S.DISASTER_FROM_RECEIPT, Basis.ELAPSED, "4h 4h 4h 4h 4h"),
    ("s1_diagnosis_notice", M.DIAGNOSIS, S.RECEIPT, Basis.ELAPSED, "24h 24h 24h 24h 24h"),
    ("s3_equipment", M.RESPONSE, S.WRITTEN_NOTICE, Basis.ELAPSED, "2h 2h 2h 2h 2h"),
    ("s3_equipment", M.ARRIVAL, S.WRITTEN_NOTICE, Basis.ELAPSED, "24h 24h 24h 24h 24h"),
    ("s3_equipment", M.FIX, S.WRITTEN_NOTICE, Basis.ELAPSED, "7d 7d 7d 7d 7d"),
    ("s3_service", M.RESPONSE, S.RECEIPT, Basis.ELAPSED, "1h 1h 1h 1h 1h"),
    ("s3_service", M.ARRIVAL, S.VISIT_DECIDED_FROM_RECEIPT, Basis.ELAPSED, "4h 4h 4h 4h 4h"),
    ("s3_service", M.REPLACEMENT, S.RECEIPT, Basis.ELAPSED, "24h 24h 24h 24h 24h"),
    ("s3_after_warranty", M.ARRIVAL, S.VISIT_DECIDED_FROM_RECEIPT, Basis.ELAPSED, "4h 4h 4h 4h 4h"),
    ("s4_response5", M.RESPONSE, S.RECEIPT, Basis.BUSINESS, "1h 8h 1h-12h 1h-16h 1h-24h"),
    ("s4_response5", M.ARRIVAL, S.VISIT_DECIDED_FROM_NOW, Basis.ELAPSED, "48h - - - -"),
]
