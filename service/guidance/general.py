"""Tell a question about a thing in general from one about somebody. The first asks of a sign and states none."""

from __future__ import annotations

from service.guidance.guidance import Guidance
from service.guidance.names import fold
from service.guidance.vocabulary import Reading


class GeneralQuestions:
    """
    How questions about nobody are put: "signs of an infection", "can filler make you blind".

    One that names a person or a time, or says something beside it, is not among them, however it begins.
    """

    def __init__(self, guidance: Guidance) -> None:
        search = guidance.search
        self._openings = tuple(tuple(fold(opening).split()) for opening in search.general_openings)
        self._verbs = frozenset(search.general_verbs)
        self._people = frozenset((*guidance.reading.people, *search.somebody)).difference(search.nobody)
        self._subjects = frozenset(f"={subject}" for subject in search.subjects)
        self._times = frozenset(f"={time}" for time in search.times)

    def holds(self, reading: Reading) -> bool:
        """Whether *reading* is a question about nobody."""
        words = tuple(word.text for word in reading.words)
        if len({word.clause for word in reading.words}) != 1:
            return False
        begun = self._begun(words, reading)
        return begun > 0 and self._people.isdisjoint(words[begun:]) and self._times.isdisjoint(reading.meanings)

    def _begun(self, words: tuple[str, ...], reading: Reading) -> int:
        """Return how many words open the question; 0 where it is not opened so."""
        longest = max((len(each) for each in self._openings if words[: len(each)] == each), default=0)
        if longest or len(words) < 2 or words[0] not in self._verbs:
            return longest
        return int(any(self._is_subject(slot.terms) for slot in reading.slots if slot.said.split()[0] == words[1]))

    def _is_subject(self, terms: tuple[str, ...]) -> bool:
        return any(term[0] == "~" or term in self._subjects for term in terms)
