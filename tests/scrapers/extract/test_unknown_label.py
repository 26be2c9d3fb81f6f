"""A date after words that are not known to be a label of publication is of something else."""

import pytest

from scrapers.extract.publication_date import find_page_dates
from scrapers.parse.html.html_tree import parse_html

URL = "https://ministry.example/news/ferry"
PAGE = """<html lang="{lang}"><head><title>The ferry is late</title></head><body><main>
<h1>The ferry is late</h1><p>{line}</p><p>The ministry regrets the delay of the ferry to the outer
islands, and will report again before the month ends, as it has each year.</p></main></html>"""


def stated_day(lang: str, line: str) -> str:
    issued = find_page_dates(parse_html(PAGE.format(lang=lang, line=line)), URL).issued
    return "" if issued is None or issued.is_guess else issued.value


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "Date of birth: 4 May 1960"),
        ("en", "Resolution of 4 May 2016"),
        ("en", "Arrested: 4 May 2016"),
        ("fr", "Décret du 4 mai 2016"),
        ("fr", "Entrée en vigueur : 4 mai 2016"),
        ("de", "Urteil vom 4. Mai 2016"),
        ("es", "Fecha de nacimiento: 4 de mayo de 1960"),
        ("ru", "Дата рождения: 4 мая 1960 года"),
        ("uk", "Закон від 4 травня 2016 року"),
        ("pl", "Ustawa z dnia 4 maja 2016 r."),
        ("tr", "Doğum tarihi: 4 Mayıs 1960"),
        ("ar", "تاريخ الميلاد: 4 مايو 1960"),
        ("zh", "截止日期：2016年5月4日"),
        ("ja", "開催日:2016年5月4日"),
        ("el", "Ημερομηνία γέννησης: 4 Μαΐου 1960"),
        ("vi", "Ngày sinh: 04/05/1960"),
    ],
)
def test_a_date_with_an_unknown_label_is_not_the_pages(lang: str, line: str) -> None:
    assert stated_day(lang, line) == ""


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "4 May 2016"),
        ("en", "Wednesday, May 4, 2016"),
        ("en", "Geneva, 4 May 2016"),
        ("en", "GENEVA (4 May 2016)"),
        ("en", "Published: 4 May 2016"),
        ("fr", "Le mercredi 4 mai 2016"),
        ("de", "Berlin, den 4. Mai 2016"),
        ("de", "Mittwoch, 4. Mai 2016"),
        ("es", "Ginebra, 4 de mayo de 2016"),
        ("ru", "Москва, 4 мая 2016 года"),
        ("pl", "Warszawa, dnia 4 maja 2016 r."),
        ("pt", "Brasília, 4 de maio de 2016"),
        ("th", "วันที่ 4 พฤษภาคม 2559"),
        ("ja", "平成28年5月4日"),
        ("zh", "2016年5月4日"),
        ("ko", "2016년 5월 4일"),
        ("hu", "2016. május 4."),
        ("ar", "4 مايو 2016"),
    ],
)
def test_a_date_that_stands_for_itself_is_the_pages(lang: str, line: str) -> None:
    assert stated_day(lang, line) == "2016-05-04"
