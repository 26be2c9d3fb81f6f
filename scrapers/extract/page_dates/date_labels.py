"""Words by which a page says of what a date is: of publication, of a change, or neither."""

from scrapers.extract.page_dates.label_pattern import LabelPattern


def _any_of(labels: dict[str, str]) -> LabelPattern:
    return LabelPattern("|".join(labels.values()))


# By language, ISO 639-1; word stems, as a label may be inflected. Any is known on every page.
_MODIFIED = {
    "en": r"\b(?:updated?|modified|revised|reviewed|amended|changed|edited|correct(?:ed|ion))\b"
    r"|\blast (?:change|revision|modification|edit|review|amendment)\b|\brevision date\b",
    "de": r"aktualisier|geändert|letzte(?:r|n)? (?:änderung|stand|bearbeitung)|zuletzt"
    r"|überarbeitet|\bstand\s*[:–-]",
    "fr": r"mis(?:e)? à jour|modifié|dernière (?:m|révision|actualisation)|actualisé|révisé"
    r"|\bmàj\b",
    "es": r"actualiza|modificad|última (?:modificación|revisión)",
    "ca": r"actualitza|darrera modificació",
    "gl": r"última modificación",
    "eu": r"eguneratu|azken aldaketa",
    "pt": r"atualiza|alterado em|última (?:modificação|alteração|revisão)",
    "it": r"aggiorna(?:t|ment)|modificat|ultima (?:modifica|revisione)",
    "ro": r"ultima (?:modificare|actualizare)|modificat",
    "nl": r"bijgewerkt|gewijzigd|wijziging|herzien op|laatst (?:aangepast|bewerkt)",
    "sv": r"uppdatera|ändrad|granskad|senaste ändring",
    "da": r"opdater|ændret|seneste ændring|revideret",
    "nb": r"oppdater|endret|sist endra|revidert",
    "is": r"uppfær|síðast breytt",
    "fi": r"päivitet|päivitys|muokattu|muutettu",
    "et": r"uuendatud|muudetud|ajakohastatud|viimati",
    "lv": r"atjaunin|atjaunot|labots|mainīts|pēdējās izmaiņas|aktualizēt",
    "lt": r"atnaujin|pakeist|redaguot|paskutinį kartą|koreguot",
    "pl": r"aktualizac|aktualizow|modyfikac|modyfikow|ostatnia zmiana|zmienion",
    "cs": r"aktualizov|poslední (?:změna|změny|úprav|aktuali)|změněno|upraveno",
    "sk": r"aktualizác|posledná (?:zmena|úprava)|zmenené|upravené",
    "sl": r"posodob|zadnja sprememba|spremenjeno",
    "hr": r"ažurira|(?:zadnj|posljednj)[aei] (?:izmjen|promjen)|izmijenjen|izmjena\s*:",
    "sr": r"ажурира|последња (?:измена|промена)|измењен|poslednja (?:izmena|promena)|izmenjen",
    "hu": r"frissít|frissül|módosít",
    "sq": r"përditës|ndryshuar së fundi",
    "el": r"(?:τελευτα[ίι]α|ημερομην[ίι]α) (?:ενημ[έε]ρωσ|τροποπο[ίι]ησ|αλλαγ|αναθε[ώω]ρησ)"
    r"|ενημερ[ώω]θηκε|τροποποι[ήη]θηκε|επικαιροπο[ίι]ησ|επικαιροποι[ήη]θηκε",
    "ru": r"обновл|измен[её]н|последнее изменение|дата изменения|отредактирован",
    "uk": r"оновлен|востаннє|остання зміна|останні зміни|змінено|відредагован",
    "be": r"абноўлен|апошняе змяненне|зменена",
    "bg": r"обновен|обновяване|актуализ|последна промяна|променен|редактиран",
    "mk": r"последна промена|изменет",
    "kk": r"жаңартыл|өзгертіл",
    "hy": r"թարմացվ|փոփոխվ",
    "ka": r"განახლ|ბოლო ცვლილ",
    "tr": r"güncelle|son değişiklik|değiştirilme|son düzenleme",
    "az": r"yenilən|dəyişdiril",
    "uz": r"yangilan|oʻzgartiril|o'zgartiril",
    "he": r"עודכן|עודכנ|עדכון|שונה לאחרונה|שינוי אחרון",
    "ar": r"تحديث|آخر تعديل|اخر تعديل|تاريخ التعديل|ع[ُ]?د[ّ]?ل في",
    "fa": r"به[\u200c ]?روز|بروز ?رسانی|آخرین (?:تغییر|ویرایش)|ویرایش شده|روزآمد",
    "ur": r"تازہ کاری|اپ ?ڈیٹ|آخری (?:ترمیم|تبدیلی)|تجدید",
    "ps": r"تازه شوی|وروستی بدلون",
    "hi": r"अपडेट|अद्यतन|अद्यतित|संशोधित|अंतिम (?:बदलाव|परिवर्तन)",
    "ne": r"अद्यावधिक",
    "bn": r"হালনাগাদ|আপডেট|সর্বশেষ পরিবর্তন",
    "ta": r"புதுப்பி",
    "th": r"ปรับปรุง|แก้ไข|อั[ปพ]เด[ตท]",
    "vi": r"cập nhật|sửa đổi|chỉnh sửa",
    "id": r"diperbar|pembaruan|pemutakhiran|dimutakhirkan|diubah|perubahan terakhir",
    "ms": r"kemas ?kini|diperbaharui|pengubahsuaian|pindaan terakhir",
    "sw": r"sasishwa|(?:marekebisho|mabadiliko) ya mwisho|ilihaririwa|kuhaririwa",
    "am": r"የዘመነ|የተሻሻለ",
    "zh": r"更新|修改|修订|修訂|更改|最后编辑|最後編輯",
    "ja": r"更新|改訂|改定|最終変更|修正日",
    "ko": r"수정|갱신|업데이트|최종 ?변경|개정",
}
_PUBLISHED = {
    "en": r"\b(?:published|posted|issued|released)\b|\b(?:publication|release) date\b|\bdate\s*:",
    "de": r"veröffentlicht|erschienen|\bdatum\s*:|erstellt",
    "fr": r"publié|paru le|mis en ligne",
    "es": r"publicad|publicación|fecha\s*:",
    "it": r"pubblicat",
    "ro": r"publicat",
    "nl": r"gepubliceerd|geplaatst",
    "sv": r"publicerad",
    "da": r"offentliggjort|udgivet",
    "nb": r"publisert",
    "fi": r"julkaist",
    "et": r"avaldatud",
    "lv": r"publicēts|publicēta",
    "lt": r"paskelbta|publikuota",
    "pl": r"opublikowan|data publikacji",
    "cs": r"zveřejněn|publikován",
    "sk": r"zverejnen|publikovan",
    "hr": r"objavlj|објављ",
    "hu": r"megjelen|közzét",
    "el": r"δημοσιε[ύυ]",
    "ru": r"опубликован|дата публикации",
    "uk": r"опубліковано|дата публікації",
    "bg": r"публикуван",
    "tr": r"yayın",
    "he": r"פורסם|תאריך פרסום",
    "ar": r"تاريخ النشر|نشر في",
    "fa": r"تاریخ انتشار",
    "hi": r"प्रकाशित",
    "th": r"เผยแพร่",
    "vi": r"ngày đăng|xuất bản",
    "id": r"diterbitkan|dipublikasikan",
    "sw": r"chapishwa",
    "zh": r"发布|發布",
    "ja": r"発表|公開日|掲載日",
    "ko": r"발표|등록일|작성일|게시",
}
# Headings of lists of other pages, by language.
_LIST_HEADINGS = {
    "en": r"\b(?:latest|related|more (?:from|on|news|stories)|(?:read|see) (?:also|more|next)"
    r"|recent|news|other (?:news|stories|statements)|next up|upcoming|popular|you may also)\b",
    "de": r"aktuelles|neueste|weitere (?:meldungen|artikel|themen)|mehr zum thema|verwandte"
    r"|lesen sie auch|auch interessant|nachrichten",
    "fr": r"actualités|à lire|lire aussi|voir aussi|dernières|sur le même (?:sujet|thème)|en lien",
    "es": r"noticias|relacionad|últimas|lea también|también le puede",
    "pt": r"notícias|leia (?:também|mais)|veja também",
    "it": r"notizie|leggi anche|correlat|ultime",
    "ro": r"știri|citește și|articole similare|ultimele",
    "nl": r"nieuws|gerelateerd|lees ook|meer over",
    "sv": r"nyheter|relaterad|läs (?:också|mer|även)|senaste",
    "da": r"relaterede|seneste|læs (?:også|mere)",
    "nb": r"relatert|siste nytt|les også",
    "fi": r"uutis|aiheeseen liittyv|lue myös|uusimmat",
    "et": r"uudised|seotud|loe ka",
    "lv": r"jaunumi|saistīt|ziņas|lasi arī",
    "lt": r"naujienos|susij|skaitykite",
    "pl": r"aktualności|(?:czytaj|zobacz) (?:także|też|również)|powiązane|najnowsze",
    "cs": r"aktuality|související|další (?:zprávy|články)|nejnovější|čtěte",
    "sk": r"súvisiace|ďalšie (?:správy|články)|najnovšie",
    "hu": r"kapcsolódó|legfrissebb|\bhírek|további hír",
    "hr": r"vijesti|vesti|povezano|najnovij|pročitajte|вести|најнови",
    "sl": r"novice|sorodn|preberite",
    "el": r"σχετικά|\bνέα\b|διαβάστε|πρόσφατα",
    "ru": r"читайте (?:также|ещё|еще)|новости|последние|похожие|по теме|другие материалы",
    "uk": r"читайте також|новини|останні|схожі|за темою",
    "bg": r"новини|свързани|прочетете",
    "tr": r"haberler|ilgili|diğer haber|benzer",
    "he": r"חדשות|קשור|כתבות נוספות|עוד בנושא",
    "ar": r"أخبار|ذات صلة|اقرأ أيض|أحدث|مواضيع",
    "fa": r"اخبار|مرتبط|تازه‌ترین|بیشتر بخوانید|آخرین",
    "hi": r"संबंधित|ताज़ा|समाचार|और पढ़ें",
    "th": r"ข่าว|ที่เกี่ยวข้อง|ล่าสุด",
    "vi": r"tin (?:tức|liên quan|mới|khác)|liên quan|xem thêm",
    "id": r"berita|terkait|terbaru|baca juga|berkaitan|terkini",
    "sw": r"habari|zinazohusiana|soma pia",
    "ja": r"関連|最新|ニュース|新着",
    "ko": r"관련|최신|뉴스",
    "zh": r"相关|相關|最新|新闻|新聞|更多|推荐|推薦",
}
LIST_HEADING = _any_of(_LIST_HEADINGS)
# Headings of what readers write: "3 Comments", "One Response to …", "Schreibe einen Kommentar".
COMMENTS_HEADING = LabelPattern(
    r"^\W*(?:(?:\d+|one|no|two|leave (?:a|your)|post a|add a|all)\s+)?(?:comments?|responses?\s+to"
    r"|repl(?:y|ies)|thoughts on|pingbacks?|trackbacks?)\b|^\W*\d+\s+(?:responses?|thoughts?)\b"
    r"|^\W*(?:(?:\d+|eine?|keine|schreibe? einen?)\s+)?(?:kommentare?|antworten?|leserbriefe?)\b"
    r"|^\W*(?:\d+|un|aucun|laisser un)?\s*commentaires?\b|^\W*\d*\s*(?:comentarios?|comentários?"
    r"|commenti|reacties?|kommentarer|komentarz[ey]|komentáře|комментари\w+|коментар\w*|yorum)\b"
    r"|^\W*(?:コメント|评论|評論|댓글)",
)
MODIFIED_LABEL = _any_of(_MODIFIED)
PUBLISHED_LABEL = _any_of(_PUBLISHED)
# The label of an article in running text, which content management systems write at its end.
ENTRY_LABEL = LabelPattern(
    r"\b(?:entry|article|post|story) was (?:posted|published)\b"
    r"|\b(?:beitrag|eintrag|artikel) wurde\b.{0,40}\d{4}|\b(?:entrée|article) a été publiée?\b"
    r"|\bentrada (?:fue|foi) publicada\b|\barticolo è stato pubblicato\b|기사입력|입력\s*[:：]",
)
# Of the person who writes: "By A. Reeve", "von Hans Reeve".
BYLINE = LabelPattern(
    r"^\W*(?:(?:posted|written|published|geschrieben|verfasst|publié|escrito|scritto)\s+)?"
    r"(?:by|von|par|por|di|door|av|af|autor(?:in)?|author|auteur)\b[\s:]",
)
# Of the day on which the page is asked for: it is printed in the header of each page of a site.
_TODAY = (
    r"(?<!usa )\btoday\b|\bit is (?:now|currently)\b|\bheute\b|\baujourd.hui\b|\bnous sommes le\b"
    r"|\bhoy\b|\boggi\b|\bhoje\b|\bvandaag\b|\bi ?dag\b|\bdzisiaj\b|\bdziś\b|\bdnes(?:ka)?\b"
    r"|\bbugün\b|\bсегодня\b|\bсьогодні\b|\bднес\b|\bσήμερα\b|\bהיום\b|اليوم هو|امروز"
    r"|今日は|本日は|今天是|오늘은"
)
# Of an appointment, a deadline, a copyright, a visit to another page: it is not the page's.
OTHER_LABEL = LabelPattern(
    rf"{_TODAY}|"
    r"\b(?:deadline|closing|hearing|events?|meeting|effective|due|expir\w+|valid|until|starts?|begins?"
    r"|accessed|retrieved|consulted|viewed|visited|generated|printed on|consulté|abgerufen"
    r"|consultado|consultato|acessado|geraadpleegd|hämtad|dostęp|обращения|звернення|pristupljeno"
    r"|born|died|session|copyright|ref|reference|frist|termin|veranstaltung|gültig|geboren|échéance"
    r"|date limite|événement|fecha límite|evento|plazo|scadenza|срок|termin[eu]?)\b|©|\(c\)"
    r"|閲覧|访问日期|查阅日期|접속일|تاريخ الدخول|erişim tarihi"
    r"|\b(?:member since|joined|registered|as of|established|founded|registration|prices?"
    r"|mitglied seit|registriert|gegründet|inscrit|miembro desde|iscritto)\b"
    r"|등록년월일|(?<![ap]m )\best\. "
    r"|\b(?:when|wann|version (?:of|vom)|next|nächste\w*)\b"
    r"|\b(?:in force|in kraft|into force|en vigueur|en vigor|in vigore)\b"
    r"|\b(?:anmeld\w+|einsendeschluss|last login|last visit|logged in)\b"
    r"|\b(?:isbn|hardcover|paperback|photos?|foto)\b"
    r"|\b(?:publisher|verlag)\s*:|\bbis (?:zum )?\d|^\W*[*†]\s*\d"
    r"|\b(?:says|wrote|commented|schrieb|schreibt|sagte?|kommentierte|a dit|a écrit|dijo|disse)\b"
    r"|\.(?:pdf|docx?|xlsx?|pptx?|zip|mp3)\b|\d\s?[km]i?b\b",
)
