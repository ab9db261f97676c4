"""What people call the values of a case's fields, in both languages."""

from collections.abc import Mapping

from bot.cases.model import CaseType, Cover

TYPES: Mapping[str, CaseType] = {
    "fault": CaseType.FAULT,
    "故障": CaseType.FAULT,
    "how_to": CaseType.HOW_TO,
    "咨询": CaseType.HOW_TO,
    "feature_request": CaseType.FEATURE_REQUEST,
    "需求": CaseType.FEATURE_REQUEST,
    "complaint": CaseType.COMPLAINT,
    "投诉": CaseType.COMPLAINT,
    "objection": CaseType.OBJECTION,
    "异议": CaseType.OBJECTION,
    "repair": CaseType.REPAIR,
    "返修": CaseType.REPAIR,
}
"""What people call the types of a case."""

COVERS: Mapping[str, Cover] = {
    "in": Cover.IN,
    "在保": Cover.IN,
    "保内": Cover.IN,
    "out": Cover.OUT,
    "过保": Cover.OUT,
    "保外": Cover.OUT,
}
"""What people call whether a case is under warranty."""
