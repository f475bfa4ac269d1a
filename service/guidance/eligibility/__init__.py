"""May this person have this microcurrent session at this time; if not, from when; and why?"""

from service.guidance.eligibility.answer import EligibilityAnswer, decide_eligibility
from service.guidance.eligibility.question import EligibilityQuestion, Session

__all__ = ["EligibilityAnswer", "EligibilityQuestion", "Session", "decide_eligibility"]
