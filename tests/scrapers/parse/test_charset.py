import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.parse.charset import decode, resolve_label

SAMPLES = {
    "cp1251": "Министр заявил, что правительство сожалеет о задержке и примет меры.",
    "koi8-r": "Министр заявил, что правительство сожалеет о задержке и примет меры.",
    "koi8-u": "Міністр заявив, що уряд шкодує про затримку і вживе заходів найближчим часом.",
    "cp1256": "قال الوزير إن الحكومة تأسف للتأخير وسوف تتخذ التدابير اللازمة.",
    "cp1255": "השר אמר כי הממשלה מצטערת על העיכוב ותנקוט צעדים.",
    "iso8859-7": "Ο υπουργός δήλωσε ότι η κυβέρνηση λυπάται για την καθυστέρηση.",
    "iso8859-2": "Minister oświadczył, że rząd żałuje opóźnienia i podejmie działania.",
    "cp1254": "Bakan, hükümetin gecikmeden üzüntü duyduğunu ve önlem alacağını söyledi.",
    "cp1252": "„Le ministre“ – déçu, ému – a déclaré qu’il regrette le délai : 100 €.",
    "cp874": "รัฐมนตรีกล่าวว่ารัฐบาลเสียใจต่อความล่าช้า",
    "gb18030": "部长表示，政府对延误感到遗憾，并将采取措施。",
    "big5hkscs": "部長表示，政府對延誤感到遺憾，並將採取措施。",
    "cp932": "大臣は、政府が遅れを遺憾とし、対策を講じると述べた。",
    "euc_jp": "大臣は、政府が遅れを遺憾とし、対策を講じると述べた。",
    "iso2022_jp": "大臣は、政府が遅れを遺憾とし、対策を講じると述べた。",
    "cp949": "장관은 정부가 지연에 대해 유감을 표하며 조치를 취할 것이라고 말했다.",
}


@pytest.mark.parametrize("encoding", SAMPLES)
@pytest.mark.parametrize("declared_in", ["header", "meta"])
def test_a_declared_encoding_is_believed_where_the_bytes_are_not_utf_8(
    encoding: str, declared_in: str
) -> None:
    page = f"<html><head><title>x</title></head><p>{SAMPLES[encoding]}</p>"
    declared = page.replace("<head>", f'<head><meta charset="{encoding}">')
    body = (declared if declared_in == "meta" else page).encode(encoding)

    decoded = decode(
        body, f"text/html; charset={encoding}" if declared_in == "header" else "text/html"
    )

    assert SAMPLES[encoding] in decoded.text
    assert decoded.detected_by == declared_in
    assert decoded.encoding == codecs.lookup(encoding).name


@pytest.mark.parametrize("encoding", SAMPLES)
def test_utf_8_beats_any_other_declaration(encoding: str) -> None:
    body = f'<meta charset="{encoding}"><p>{SAMPLES[encoding]}</p>'.encode()

    decoded = decode(body, f"text/html; charset={encoding}")

    assert SAMPLES[encoding] in decoded.text
    assert (decoded.encoding, decoded.detected_by) == ("utf-8", "utf-8")


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_a_byte_order_mark_beats_everything_and_is_not_text(mark: bytes, encoding: str) -> None:
    decoded = decode(mark + "Délai".encode(encoding), "text/html; charset=windows-1251")

    assert (decoded.text, decoded.encoding, decoded.detected_by) == ("Délai", encoding, "bom")


def test_the_header_comes_before_the_page() -> None:
    body = '<meta charset="windows-1251"><p>déçu</p>'.encode("cp1252")

    decoded = decode(body, "text/html;charset='iso-8859-1'")

    assert (decoded.encoding, decoded.detected_by) == ("cp1252", "header")
    assert "déçu" in decoded.text


def test_a_header_that_the_bytes_contradict_gives_way_to_the_page() -> None:
    body = ('<meta charset="windows-1251">' + SAMPLES["cp1251"]).encode("cp1251")

    decoded = decode(body, "text/html; charset=utf-8")

    assert (decoded.encoding, decoded.detected_by) == ("cp1251", "meta")


def test_a_few_wrong_bytes_do_not_undo_a_declaration() -> None:
    body = (SAMPLES["cp1251"] * 9).encode() + b"\xff"

    decoded = decode(body, "text/html; charset=utf-8")

    assert (decoded.detected_by, decoded.text) == ("header", SAMPLES["cp1251"] * 9 + "\ufffd")


@pytest.mark.parametrize("encoding", [*SAMPLES, "cp866", "iso8859-5", "cp1250", "cp1253"])
def test_an_encoding_that_nobody_declared_is_guessed(encoding: str) -> None:
    sample = SAMPLES[
        {"cp866": "cp1251", "iso8859-5": "cp1251", "cp1250": "iso8859-2"}.get(encoding)
        or {"cp1253": "iso8859-7"}.get(encoding, encoding)
    ]
    page = f"<html><head><title>{sample[:9]}</title></head><body><p>{sample}</p></body></html>"

    decoded = decode(page.encode(encoding))

    assert decoded.detected_by == "guess"
    assert decoded.text == page


@pytest.mark.parametrize("content_type", ["", "text/html; charset=iso-8859-1"])
@pytest.mark.parametrize("sample", ["cp1251", "cp1252", "cp932", "cp1256"])
def test_a_broken_byte_leaves_the_rest_utf_8(content_type: str, sample: str) -> None:
    text = SAMPLES[sample]
    body = f"<p>{text}</p>".encode() + b"<p>\xe2\x80</p>"

    decoded = decode(body, content_type)

    assert (decoded.encoding, decoded.invalid) == ("utf-8", 1)
    assert decoded.text == f"<p>{text}</p><p>\ufffd</p>"


def test_a_replacement_character_that_the_page_has_is_not_invalid() -> None:
    assert decode("Délai \ufffd".encode()).invalid == 0


@pytest.mark.parametrize(
    "encoding", ["cp1251", "iso8859-2", "euc_jp", "cp932", "gb18030", "big5hkscs", "iso8859-7"]
)
def test_a_page_that_names_its_encoding_beats_a_server_that_says_latin_1_for_all(
    encoding: str,
) -> None:
    body = f'<meta charset="{encoding}"><p>{SAMPLES[encoding]}</p>'.encode(encoding)

    decoded = decode(body, "text/html; charset=ISO-8859-1")

    assert SAMPLES[encoding] in decoded.text
    assert len(decoded.declared) == 2


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp1256", "cp932", "gb18030"])
def test_a_header_alone_that_says_latin_1_does_not_make_another_script_latin(
    encoding: str,
) -> None:
    body = (SAMPLES[encoding] * 2).encode(encoding)

    assert decode(body, "text/html; charset=iso-8859-1").text == SAMPLES[encoding] * 2


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["<rss>Délai</rss>", "<p>Министр</p>", "Hello, all of you"])
def test_utf_16_needs_no_byte_order_mark(encoding: str, text: str) -> None:
    decoded = decode(text.encode(encoding))

    assert (decoded.text, decoded.encoding) == (text, encoding)


def test_what_cannot_be_guessed_is_read_as_browsers_do() -> None:
    decoded = decode(b"\xe9")

    assert decoded.encoding != "utf-8"
    assert decoded.text != "\ufffd"


def test_nothing_is_text_without_characters() -> None:
    assert decode(b"").text == ""


def test_bytes_of_no_language_are_read_as_browsers_do() -> None:
    decoded = decode(bytes(range(1, 256)) * 40)

    assert decoded.detected_by in ("default", "guess")


def test_a_character_cut_off_at_the_end_leaves_the_rest_utf_8() -> None:
    decoded = decode("Délai déçu".encode()[:-2])

    assert (decoded.detected_by, decoded.text) == ("utf-8", "Délai dé\ufffd")


def test_utf_16_in_the_header_is_meant_where_the_bytes_show_it() -> None:
    decoded = decode("Hello, all".encode("utf-16-le"), "text/plain; charset=utf-16")

    assert (decoded.text, decoded.encoding) == ("Hello, all", "utf-16-le")


def test_a_page_cannot_declare_utf_16_in_a_way_that_can_be_read() -> None:
    body = b'<meta charset="utf-16"><p>d\xe9\xe7u \xe9mu</p>'

    assert decode(body).encoding != "utf-16-le"


@pytest.mark.parametrize(
    "head",
    [
        '<?xml version="1.0" encoding="windows-1251"?>',
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        "<META CHARSET=windows-1251>",
        '@charset "windows-1251";',
    ],
)
def test_a_page_declares_itself_in_several_ways(head: str) -> None:
    decoded = decode((head + SAMPLES["cp1251"]).encode("cp1251"))

    assert (decoded.encoding, decoded.detected_by) == ("cp1251", "meta")


@pytest.mark.parametrize(
    ("label", "encoding"),
    [
        ("ISO-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        (" Latin1 ", "cp1252"),
        ("iso-8859-9", "cp1254"),
        ("GB2312", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("x-sjis", "cp932"),
        ("windows-1256", "cp1256"),
        ("UTF8", "utf-8"),
        ("tis-620", "cp874"),
    ],
)
def test_a_label_means_what_browsers_take_it_to_mean(label: str, encoding: str) -> None:
    assert resolve_label(label) == encoding


@pytest.mark.parametrize(
    "label", ["", "rot13", "base64", "zlib", "idna", "utf-7", "unicode_escape", "x" * 9999, "a\0b"]
)
def test_what_is_no_encoding_of_pages_means_nothing(label: str) -> None:
    assert resolve_label(label) == ""


@given(st.binary(max_size=400), st.text(max_size=60))
def test_any_bytes_are_some_text(body: bytes, content_type: str) -> None:
    assert isinstance(decode(body, content_type).text, str)


@given(st.text(max_size=200), st.sampled_from(sorted(SAMPLES)))
def test_utf_8_always_reads_back(text: str, declared: str) -> None:
    clean = text.replace("\x00", "").replace("\x1b", "").removeprefix("\ufeff")
    body = clean.encode("utf-8", "ignore")

    assert decode(body, f"text/html; charset={declared}").text.encode() == body
