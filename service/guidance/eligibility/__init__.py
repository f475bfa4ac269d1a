"""May this person have this microcurrent session at this time; if not, from when; and why?"""

from service.guidance.eligibility.answer import EligibilityAnswer, decide_eligibility
from service.guidance.eligibility.calendar import calendar_of
from service.guidance.eligibility.question import EligibilityQuestion, Session

__all__ = ["EligibilityAnswer", "EligibilityQuestion", "Session", "calendar_of", "decide_eligibility"]
