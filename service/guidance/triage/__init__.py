"""Triage: how soon does this reaction need a person? The highest rule decides, and nothing lowers a level."""

from service.guidance.report import Report, ReportedSign, Status
from service.guidance.triage.answer import Action, TriageAnswer
from service.guidance.triage.deciding import decide_triage

__all__ = ["Action", "Report", "ReportedSign", "Status", "TriageAnswer", "decide_triage"]
