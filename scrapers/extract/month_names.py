"""Month names in the languages that publishers use (archive/languages)."""

from archive.text.language import language_of

_CODES = ("en", "fr", "es", "de", "it", "pt", "nl", "sv", "ru", "uk", "pl", "tr", "ar", "fa")


def _month_numbers() -> dict[str, int]:
    """Return each name's month; a name of two months in two languages is omitted."""
    months: dict[str, set[int]] = {}
    for code in _CODES:
        for number, names in enumerate(language_of(code).months, start=1):
            for name in names:
                months.setdefault(name, set()).add(number)
    return {name: numbers.pop() for name, numbers in months.items() if len(numbers) == 1}


MONTHS = _month_numbers()
