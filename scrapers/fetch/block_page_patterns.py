"""Patterns of block pages: bot protection, login, consent and soft "not found" pages."""

import re

BLOCK_HEADERS = (
    ("cf-mitigated", re.compile("challenge|block"), "Cloudflare bot wall"),
    ("x-amzn-waf-action", re.compile("challenge|captcha"), "AWS WAF bot wall"),
    ("x-datadome", re.compile("protected"), "DataDome bot wall"),
    ("x-sucuri-block", re.compile("."), "Sucuri bot wall"),
    ("x-vercel-mitigated", re.compile("challenge|deny"), "Vercel bot wall"),
)

# A product's name and its marker sets, in lower case: a page that contains every marker of one set
# is that product's block page, provided it has little other text.
BLOCK_MARKERS: tuple[tuple[str, tuple[tuple[bytes, ...], ...]], ...] = (
    (
        "Cloudflare bot wall",
        (
            (b"window._cf_chl_opt",),
            (b"cf-browser-verification",),
            (b"cf-error-details",),
            (b"<title>just a moment", b"/cdn-cgi/"),
        ),
    ),
    (
        "Akamai bot wall",
        (
            (b"access denied", b"errors.edgesuite.net"),
            (b"access denied", b"reference&#32;&#35;"),
            (b"sec-if-cpt-container",),
            (b"bm-verify=", b'http-equiv="refresh"'),
        ),
    ),
    (
        "AWS WAF bot wall",
        (
            (b"window.gokuprops",),
            (b"window.awswafcookiedomainlist", b"challenge"),
            (b"awswaf.com", b"captcha"),
        ),
    ),
    (
        "F5 bot wall",
        (
            (b"the requested url was rejected", b"support id"),
            (b"/tspd/", b"please enable javascript"),
            (b'window["bobcmn"]',),
        ),
    ),
    (
        "DDoS-Guard bot wall",
        (
            (b"<title>ddos-guard",),
            (b"ddos-guard", b"checking your browser"),
            (b"/.well-known/ddos-guard/", b"check.ddos-guard.net"),
        ),
    ),
    (
        "Imperva bot wall",
        (
            (b"_incapsula_resource", b"incapsula incident id"),
            (b"_incapsula_resource", b"request unsuccessful"),
            (b"_incapsula_resource", b"noindex,"),
        ),
    ),
    ("DataDome bot wall", ((b"captcha-delivery.com",),)),
    ("PerimeterX bot wall", ((b'id="px-captcha"',), (b"window._pxappid", b"press &amp; hold"))),
    (
        "Sucuri bot wall",
        ((b"sucuri_cloudproxy_js",), (b"sucuri website firewall", b"access denied")),
    ),
    (
        "bot wall",
        (
            (b"verify you are human",),
            (b"verifying you are human",),
            (b"checking your browser before accessing",),
            (b"unusual traffic from your computer network",),
        ),
    ),
)

NOT_FOUND_TITLE = re.compile(
    r"""^\W*(?:error\W+)?(?:404|410)\b(?!\s+(?:days|years|people))
    | \b(?:page|document|content|file)\s+(?:was\s+|is\s+|could\s+)?not\s+(?:be\s+)?found\b
    | \bpage\s+(?:no\s+longer\s+exists|unavailable|does\s+not\s+exist) | ^\W*not\s+found\W*$
    | \bseite\s+(?:wurde\s+)?nicht\s+gefunden\b | \bpage\s+(?:introuvable|non\s+trouv[ée]e)\b
    | \bp[áa]gina\s+n[ãa]?o?\s*encontrada\b | \bpagina\s+(?:non\s+trovata|niet\s+gevonden)\b
    | \bstrona\s+nie\s+(?:istnieje|została\s+znaleziona)\b | \bsidan\s+hittades\s+inte\b
    | страница\s+не\s+(?:найдена|существует) | сторінк[ау]\s+не\s+знайдено
    | الصفحة\s+غير\s+موجودة | 页面(?:不存在|未找到) | ページが見つかりません
    | 페이지를\s+찾을\s+수\s+없""",
    re.VERBOSE,
)
LOGIN_TITLE = re.compile(
    r"""\b(?:log\s?-?in|sign\s?-?in|single\s+sign-on|anmelden|anmeldung|einloggen|connexion
    |iniciar\s+sesi[óo]n|accedi|aanmelden|logga\s+in|вход|войти|увійти|登录|ログイン|로그인)
    | تسجيل\s+الدخول""",
    re.VERBOSE,
)
CONSENT_TITLE = re.compile(
    r"""^\W*(?:before\s+you\s+continue|bevor\s+sie\s+fortfahren|avant\s+de\s+continuer
    |antes\s+de\s+continuar|cookie\s+(?:consent|wall|settings)|we\s+value\s+your\s+privacy
    |your\s+privacy\s+choices|privacy\s+(?:settings|gate)|datenschutzeinstellungen
    |cookie-einstellungen|zustimmung\s+erforderlich)\b""",
    re.VERBOSE,
)
