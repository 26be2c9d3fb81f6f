"""Whether changed words change a negation, a number or a date, in the language of the text."""

import pytest

from archive.text.diff import ChangeKind, diff_texts, judgements_lacking

NEGATIONS = [
    ("fr", "Le Conseil n’accepte pas la loi.", "Le Conseil accepte la loi."),
    ("fr", "Il ne dira rien de la loi.", "Il dira tout de la loi."),
    ("fr", "Aucun pont ne tiendra.", "Un pont tiendra."),
    ("fr", "Le port fermera sans délai.", "Le port fermera avec délai."),
    ("de", "Der Rat wird nicht schweigen.", "Der Rat wird schweigen."),
    ("de", "Es ist kein Vergehen.", "Es ist ein Vergehen."),
    ("de", "Das war rechtmäßig im Hafen.", "Das war unrechtmäßig im Hafen."),
    ("es", "El Consejo no acepta la ley.", "El Consejo acepta la ley."),
    ("es", "Nadie vio la barca.", "Alguien vio la barca."),
    ("pt", "O Conselho não aceita a lei.", "O Conselho aceita a lei."),
    ("it", "Nessun ponte resterà chiuso.", "Ogni ponte resterà chiuso."),
    ("nl", "De raad heeft geen boot.", "De raad heeft een boot."),
    ("sv", "Rådet godtar inte lagen.", "Rådet godtar lagen."),
    ("pl", "Rada nie przyjmie ustawy.", "Rada przyjmie ustawy."),
    ("cs", "Rada zákon nepřijímá dnes.", "Rada zákon přijímá dnes."),
    ("hr", "Vijeće ne prihvaća zakon.", "Vijeće prihvaća zakon."),
    ("ru", "Совет не признаёт закон.", "Совет признаёт закон."),
    ("uk", "Рада не визнає закон.", "Рада визнає закон."),
    ("tr", "Bu yasa geçerli değildir bugün.", "Bu yasa geçerlidir bugün."),
    ("ar", "إن المجلس لا يقبل القانون.", "إن المجلس يقبل القانون."),
    ("ar", "ولم يقبل المجلس القانون.", "وقد قبل المجلس القانون."),
    ("fa", "شورا این قانون را نمی‌پذیرد.", "شورا این قانون را می‌پذیرد."),
    ("he", "המועצה לא תקבל את החוק.", "המועצה תקבל את החוק."),
    ("he", "לקרוא ולא להכות איש.", "לקרוא ולהכות איש."),
    ("ko", "의회는 법을 받아들이지 않았다.", "의회는 법을 받아들였다."),
    ("zh", "委员会不接受这项法律。", "委员会接受这项法律。"),
    ("ja", "評議会は法を認めない。", "評議会は法を認める。"),
    ("ko", "의회는 법을 받아들일 수 없다.", "의회는 법을 받아들일 수 있다."),
    ("fa", "شورا نمی‌تواند منتظر بماند.", "شورا می‌تواند منتظر بماند."),
    ("fi", "Neuvosto ei hyväksy lakia.", "Neuvosto hyväksyy lain."),
    ("en", "They don’t accept the law.", "They accept the law."),
    ("en", "The raid was lawful here.", "The raid was unlawful here."),
    ("en", "The raid was lawful here.", "The raid was illegal here."),
    ("en", "The raid was legal here.", "The raid was unlawful here."),
    ("en", "The sale was allowed here.", "The sale was forbidden here."),
    ("fi", "Se oli laiton myynti.", "Se oli laillinen myynti."),
    ("fr", "La vente est autorisée ici.", "La vente est interdite ici."),
    ("de", "Der Verkauf ist erlaubt.", "Der Verkauf ist verboten."),
    ("es", "La venta está permitida.", "La venta está prohibida."),
    ("ru", "Продажу разрешили вчера.", "Продажу запретили вчера."),
]
NO_NEGATIONS = [
    ("fr", "1,5 million de personnes fuient.", "1,5 million de gens fuient."),
    ("fr", "Une personne a vu le port.", "Une femme a vu le port."),
    ("fr", "Il y a plus de 200 barques.", "Il y a environ 200 barques."),
    ("fr", "Il n’accepte pas la loi.", "Il n’accepte pas la règle."),
    ("fr", "Il ne veut pas la loi.", "Il n’accepte pas la loi."),
    ("de", "Die Linie endet am Hafen.", "Die Bahn endet am Hafen."),
    ("es", "Sin embargo, el puerto abre.", "Por eso, el puerto abre."),
    ("zh", "他们非常高兴。", "他们很高兴。"),
    ("ja", "必ず港を開く。", "すぐ港を開く。"),
    ("en", "They do not accept it.", "They don’t accept it."),
    ("tr", "Namaz vakti geldi.", "Yemek vakti geldi."),
]


def kinds(lang: str, before: str, after: str) -> set[ChangeKind]:
    return {kind for change in diff_texts(before, after, lang) for kind in change.kinds}


@pytest.mark.parametrize(("lang", "before", "after"), NEGATIONS)
def test_a_dropped_negation_is_one_in_every_language(lang: str, before: str, after: str) -> None:
    assert ChangeKind.NEGATION in kinds(lang, before, after)
    assert ChangeKind.NEGATION in kinds(lang, after, before)


@pytest.mark.parametrize(("lang", "before", "after"), NO_NEGATIONS)
def test_a_word_that_only_looks_like_a_negation_is_none(lang: str, before: str, after: str) -> None:
    assert ChangeKind.NEGATION not in kinds(lang, before, after)


@pytest.mark.parametrize(
    ("lang", "before", "after"),
    [
        ("en", "five boats sank", "six boats sank"),
        ("fr", "cinq barques ont coulé", "six barques ont coulé"),
        ("ru", "пять лодок", "шесть лодок"),
        ("de", "einundzwanzig Boote", "einunddreißig Boote"),
        ("zh", "三条船", "四条船"),
        ("he", "חמש סירות", "שש סירות"),
    ],
)
def test_another_number_in_words_is_another_number(lang: str, before: str, after: str) -> None:
    assert ChangeKind.NUMBERS in kinds(lang, before, after)


def test_another_form_of_a_number_word_is_the_same_number() -> None:
    assert ChangeKind.NUMBERS not in kinds("ru", "семь тысяч лодок", "семь тысячи лодок")
    assert ChangeKind.NUMBERS not in kinds("en", "no one came", "nobody came")


@pytest.mark.parametrize(
    ("lang", "before", "after"),
    [
        ("fr", "le 13 avril au soir", "le 14 avril au soir"),
        ("es", "el 13 de abril de 2020", "el 13 de mayo de 2020"),
        ("de", "am Montag im Hafen", "am Dienstag im Hafen"),
        ("ru", "13 апреля утром", "13 мая утром"),
        ("ja", "2026年2月6日に", "2026年2月7日に"),
        ("he", "ביום 3 במרץ נפתח", "ביום 3 במאי נפתח"),
    ],
)
def test_a_day_beside_a_month_is_a_date(lang: str, before: str, after: str) -> None:
    assert ChangeKind.DATES in kinds(lang, before, after)


def test_a_text_of_unknown_language_is_judged_by_its_commonest_words() -> None:
    before = "The council of the port has not said that the law is in force for the boats."
    after = before.replace(" not", "")

    assert ChangeKind.NEGATION in kinds("und", before, after)
    assert judgements_lacking("und", before) == ()


def test_a_language_without_lists_says_what_is_not_judged() -> None:
    assert judgements_lacking("sw", "Baraza halikubali sheria.") == (
        "negation",
        "number words",
        "dates",
    )
    assert judgements_lacking("und", "Baraza halikubali sheria.") != ()
    assert judgements_lacking("fr", "Le Conseil accepte.") == ()
