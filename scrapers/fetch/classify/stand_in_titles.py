"""Titles of pages that stand in for another: soft "not found", login and consent pages."""

import re

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
