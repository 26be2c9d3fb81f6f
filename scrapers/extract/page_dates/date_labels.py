"""Words by which a page says of what a date is: of publication, of a change, or neither."""

import re

MODIFIED_LABEL = re.compile(
    r"\b(?:updated?|modified|revised|reviewed|amended|changed|edited)\b|aktualisier|geändert"
    r"|letzte änderung|zuletzt|\bstand\s*[:–-]|mis(?:e)? à jour|modifié|dernière m|actualizad"
    r"|modificad"
    r"|aggiornat|modificat|atualizad|bijgewerkt|gewijzigd|uppdatera|oppdater|opdater|päivitet"
    r"|обновл|измен[её]н|оновлен|zaktualizowan|aktualizowan|aktualizac|ažurira|güncelle|frissít"
    r"|تحديث|آخر تعديل|به‌روز|更新|修改|수정",
    re.IGNORECASE,
)
PUBLISHED_LABEL = re.compile(
    r"\b(?:published|posted|issued|released)\b|\b(?:publication|release) date\b|\bdate\s*:"
    r"|veröffentlicht|erschienen|\bdatum\s*:|erstellt|publié|paru le|mis en ligne|publicad"
    r"|publicación|fecha\s*:|pubblicat|gepubliceerd|geplaatst|publicerad|publisert|offentliggjort"
    r"|udgivet|julkaist|опубликован|дата публикации|опубліковано|opublikowan|data publikacji"
    r"|zveřejněn|publikován|objavlj|yayın|megjelen|تاريخ النشر|نشر في|تاریخ انتشار"
    r"|発表|公開日|掲載日|发布|發布|发表|등록일|작성일|게시",
    re.IGNORECASE,
)
# Of an appointment, a deadline, a copyright: such a date is not the page's.
OTHER_LABEL = re.compile(
    r"\b(?:deadline|closing|hearing|events?|meeting|effective|due|expir\w+|valid|until|starts?|begins?"
    r"|born|died|session|copyright|ref|reference|frist|termin|veranstaltung|gültig|geboren|échéance"
    r"|date limite|événement|fecha límite|evento|plazo|scadenza|срок|termin[eu]?)\b|©|\(c\)",
    re.IGNORECASE,
)
