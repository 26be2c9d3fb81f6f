"""A capture's body as text."""

import re

from scrapers.door import Fetched

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
# What pages call themselves, and what browsers take it to mean (WHATWG Encoding, 4.2).
_MEANT = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
_MEANT |= {"gb2312": "gb18030", "gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949"}
_MEANT |= {"shift_jis": "cp932", "shift-jis": "cp932", "iso-8859-9": "cp1254"}


def decoded(fetched: Fetched) -> str:
    """Return the body as text: by its BOM, as UTF-8 where it is valid, then as it declares."""
    body = fetched.body
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    head = fetched.header("Content-Type").encode("ascii", "replace") + b"\n" + body[:4096]
    for declared in _DECLARED.findall(head):
        name = declared.decode("ascii").lower()
        try:
            return body.decode(_MEANT.get(name, name), "replace")
        except LookupError:
            continue
    return body.decode("cp1252", "replace")
