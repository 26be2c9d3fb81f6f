"""Letters that are probably wrong are a doubt, whatever encoding a page declares."""

import pytest

from scrapers.parse.decode import check_encoding
from tests.support.shared_captures import capture

URL = "https://ministry.example/news/1"
WORDS = {
    "tr": "Bakanlık, adalara giden feribotun gecikmesinden dolayı özür dilediğini açıkladı.",
    "pl": "Ministerstwo wyraża ubolewanie z powodu opóźnienia promu na wyspy i żąda wyjaśnień.",
    "ru": "Министерство сожалеет о задержке парома на острова и требует объяснений от владельца.",
    "el": "Το υπουργείο εκφράζει τη λύπη του για την καθυστέρηση του πλοίου προς τα νησιά.",
    "he": "המשרד מצטער על העיכוב במעבורת לאיים ודורש הסברים מבעל הספינה.",
    "ja": "省は、島々への渡し船の遅れについて遺憾の意を表し、船主に説明を求めた。",
    "ko": "장관은 섬으로 가는 배가 늦어진 데 대하여 유감을 표하고 설명을 요구하였다.",
    "fr": "Le ministère regrette le retard du bac vers les îles et exige une réponse écrite.",
}


def doubts(body: bytes, declared: str) -> list[str]:
    response = capture(URL, body, **{"Content-Type": f"text/html; charset={declared}"})
    return [f"{problem.expected}: {problem.found}" for problem in check_encoding(response)]


def page(lang: str, encoding: str) -> bytes:
    return f"<html lang={lang}><body><p>{WORDS[lang]}</p></body></html>".encode(encoding)


@pytest.mark.parametrize(
    ("lang", "encoding", "declared"),
    [
        ("tr", "cp1254", "iso-8859-1"),
        ("pl", "iso8859-2", "windows-1252"),
        ("ru", "cp1251", "koi8-r"),
        ("ru", "koi8-r", "windows-1251"),
        ("el", "iso8859-7", "windows-1251"),
        ("he", "cp1255", "windows-1251"),
        ("ja", "euc_jp", "gb2312"),
        ("ko", "cp949", "gb2312"),
    ],
)
def test_a_wrong_declaration_is_a_doubt(lang: str, encoding: str, declared: str) -> None:
    (doubt,) = doubts(page(lang, encoding), declared)

    assert "what looks like" in doubt or "none that fits" in doubt


@pytest.mark.parametrize(
    ("lang", "encoding"),
    [
        *(("tr", "cp1254"), ("pl", "cp1250"), ("pl", "iso8859-2"), ("ru", "cp1251")),
        *(("ru", "koi8-r"), ("el", "cp1253"), ("he", "cp1255"), ("ja", "euc_jp")),
        *(("ja", "shift_jis"), ("ko", "euc-kr"), ("fr", "iso-8859-1"), ("fr", "utf-8")),
    ],
)
def test_a_right_declaration_is_none(lang: str, encoding: str) -> None:
    assert doubts(page(lang, encoding), encoding) == []


def test_text_that_was_encoded_twice_is_a_doubt() -> None:
    twice = page("fr", "utf-8").decode("cp1252").encode()

    assert doubts(twice, "utf-8") == ["text encoded once: 4 letters encoded twice, as “Ã©”"]


def test_letters_that_were_lost_before_the_page_was_sent_are_a_doubt() -> None:
    (doubt,) = doubts(page("fr", "utf-8").replace("è".encode(), "\ufffd".encode()), "utf-8")

    assert doubt == "letters: 1 that the page itself shows as U+FFFD"
