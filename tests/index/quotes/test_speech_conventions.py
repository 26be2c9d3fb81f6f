"""Attributions inside one pair of marks, dialogue that a dash opens, and embedded posts."""

import pytest

from index.quotes.article.article_text import read_article
from index.quotes.article.find_quotations import Quotation, find_quotations
from index.quotes.compare.decide_verdict import Verdict
from index.quotes.resolve_quotation import Resolver
from tests.support.memory_engine import Memory
from tests.support.panel_statements import document

STATEMENTS = {
    "fr": "Le Conseil n’accepte pas que le garde ait fermé le pont, et il ne se taira jamais.",
    "es": "El Consejo no acepta que la guardia cerrara el puente, y volverá en verano.",
    "ru": "Совет не признаёт, что рейд был законным, и требует освободить всех без промедления.",
    "uk": "Рада не визнає, що рейд був законним, і вимагає звільнити всіх без зволікання.",
    "sv": "Rådet godtar inte att räden var laglig, och vi slutar inte fråga vem som gav ordern.",
    "fi": "Neuvosto ei hyväksy sitä, että silta suljettiin, ja vaadimme vastausta ennen kesää.",
    "pl": "Rada nie przyjmuje, że strażnicy zamknęli most, i będzie pytać aż do wiosny.",
    "de": "Der Rat nimmt nicht hin, dass die Wachen die Brücke schlossen, und er kommt wieder.",
    "cs": "Rada nepřijímá, že stráže zavřely most, a bude se ptát až do jara každý den.",
    "it": "Il Consiglio non accetta che le guardie abbiano chiuso il ponte, e tornerà in estate.",
    "pt": "O Conselho não aceita que os guardas tenham fechado a ponte, e voltará no verão.",
    "en": "We do not accept that the raid was lawful. We will not stop asking who ordered it.",
    "zh": "委员会不接受关闭大桥的决定，夏天将与渔民一起返回。",
}
WORDS = "We do not accept that the raid was lawful"


def quotations(text: str, name: str = "a.txt") -> list[Quotation]:
    return find_quotations(read_article(text.encode(), name))


def verdicts(found: list[Quotation]) -> set[tuple[Verdict, str]]:
    archive = Memory([document(text, lang, lang=lang) for lang, text in STATEMENTS.items()])
    resolver = Resolver(archive)
    resolutions = [resolver.resolve(quotation.text) for quotation in found]
    return {
        (item.verdict, item.match.document.statement if item.match else "") for item in resolutions
    }


@pytest.mark.parametrize(
    ("lang", "text", "speaker"),
    [
        (
            "fr",
            "« Le Conseil n’accepte pas, a-t-il déclaré, que le garde ait fermé le pont. »",
            "",
        ),
        (
            "fr",
            "« Le Conseil n’accepte pas que le garde ait fermé le pont, explique la présidente, et "
            "il ne se taira jamais. »",
            "la présidente",
        ),
        (
            "fr",
            "« Le Conseil n’accepte pas que le garde ait fermé le pont, a ajouté M. Holm. »",
            "M. Holm",
        ),
        (
            "fr",
            "« Le Conseil, a souligné jeudi sa présidente, Anna Holm, n’accepte pas que le garde "
            "ait fermé le pont. »",
            "sa présidente",
        ),
        (
            "es",
            "«El Consejo —dijo Ana Campo— no acepta que la guardia cerrara el puente».",
            "Ana Campo",
        ),
        (
            "es",
            "“El Consejo no acepta que la guardia cerrara el puente, afirmó, y volverá en verano”.",
            "",
        ),
        (
            "ru",
            "«Совет не признаёт, — заявил представитель, — что рейд был законным».",
            "представитель",
        ),
        ("uk", "«Рада не визнає, — заявив речник, — що рейд був законним».", "речник"),
        (
            "it",
            "«Il Consiglio non accetta – ha detto la presidente – che le guardie abbiano chiuso "
            "il ponte».",
            "la presidente",
        ),
        (
            "pt",
            "«O Conselho não aceita, afirmou a presidente, que os guardas tenham fechado a ponte».",
            "a presidente",
        ),
        (
            "de",
            "»Der Rat nimmt nicht hin«, sagte Holm, »dass die Wachen die Brücke schlossen«.",
            "Holm",
        ),
        (
            "cs",
            "„Rada nepřijímá,“ řekla předsedkyně, „že stráže zavřely most.“",
            "předsedkyně",
        ),
        (
            "sv",
            "”Rådet godtar inte”, sade Anna Holm, ”att räden var laglig”.",
            "Anna Holm",
        ),
        (
            "fi",
            "”Neuvosto ei hyväksy sitä”, sanoi puheenjohtaja, ”että silta suljettiin.”",
            "puheenjohtaja",
        ),
    ],
)
def test_an_attribution_inside_a_quotation_is_no_quoted_word(
    lang: str, text: str, speaker: str
) -> None:
    found = quotations(text)

    assert len(found) == 1
    assert verdicts(found) == {(Verdict.VERBATIM, lang)}
    assert found[0].attributed_to == speaker


def test_words_like_an_attribution_that_the_source_has_are_its_own() -> None:
    text = "Nous irons, dit la loi, jusqu’au pont de la rivière avant le printemps."
    resolver = Resolver(Memory([document(text, "law", lang="fr")]))

    assert resolver.resolve(text).verdict is Verdict.VERBATIM
    assert resolver.resolve(text.replace("dit la loi, ", "")).verdict is Verdict.ALTERED


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("es", "—El Consejo no acepta que la guardia cerrara el puente —dijo Ana—, y volverá."),
        ("es", "Ana se levantó.\n\n—El Consejo no acepta que la guardia cerrara el puente —dijo."),
        ("fr", "— Le Conseil n’accepte pas que le garde ait fermé le pont, a déclaré la maire."),
        ("ru", "— Совет не признаёт, что рейд был законным, — сказала Анна Холм."),
        ("pl", "– Rada nie przyjmuje, że strażnicy zamknęli most – powiedziała Anna Holm."),
        ("pl", "- Rada nie przyjmuje, że strażnicy zamknęli most - powiedziała Anna Holm."),
        ("pt", "— O Conselho não aceita que os guardas tenham fechado a ponte — disse Ana."),
        ("sv", "– Rådet godtar inte att räden var laglig, säger ordföranden Anna Holm."),
        ("fi", "– Neuvosto ei hyväksy sitä, että silta suljettiin, sanoi Anna Holm."),
    ],
)
def test_a_dash_at_the_beginning_of_a_line_opens_speech(lang: str, text: str) -> None:
    found = quotations(text)

    assert [quotation.found_by for quotation in found] == ["dash"]
    assert verdicts(found) == {(Verdict.VERBATIM, lang)}


def test_a_narrator_goes_on_after_a_dash_that_is_not_closed() -> None:
    (quotation,) = quotations("—El Consejo no acepta el cierre —dijo Ana. La sala calló un rato.")

    assert quotation.text == "El Consejo no acepta el cierre"


@pytest.mark.parametrize(
    "text",
    [
        "Agenda:\n— bridge and harbour works\n— the river and the mill\n— other business today",
        "- Tariffs said to be rising\n- Boats\n- Nets for the winter season and more",
        "We came – late, as ever – to the bridge.",
    ],
)
def test_a_list_is_no_dialogue(text: str) -> None:
    assert quotations(text) == []


def test_a_quotation_in_chinese_is_joined_across_its_attribution() -> None:
    (quotation,) = quotations("“委员会不接受关闭大桥的决定，”主席说，“夏天将与渔民一起返回。”")

    assert len(quotation.pieces) == 2
    assert quotation.attributed_to == "主席"


POSTS = [
    f'<blockquote class="twitter-tweet"><p>{WORDS} <a href="#">https://t.co/Ab1</a> <a href="#">'
    'pic.twitter.com/Cd2</a></p>&mdash; Brook (@Brook) <a href="#">March 5, 2024</a></blockquote>',
    f'<blockquote class="bluesky-embed"><p>{WORDS}<br><br><a href="#">[image or embed]</a></p>'
    '&mdash; Brook (<a href="#">@brook.example</a>) <a href="#">March 5, 2024 at 10:00 AM</a>'
    "</blockquote>",
    f'<blockquote class="mastodon-embed"><p>{WORDS} <a href="#">https://brook.example/1</a></p>'
    "<a>Post by @brook@social.example</a><a>View on Mastodon</a></blockquote>",
    f'<blockquote class="instagram-media"><a>View this post on Instagram</a><p>{WORDS}</p>'
    "<p>A post shared by <a>Brook</a> (@brook) on <time>Mar 5, 2024 at 1:00pm</time></p>"
    "</blockquote>",
    f'<blockquote class="instagram-media"><a>Voir cette publication sur Instagram</a><p>{WORDS}</p>'
    "<p>Une publication partagée par Brook (@brook)</p></blockquote>",
    f'<div class="fb-post"><blockquote><p>{WORDS}</p>Posted by <a>Brook</a> on <a>Tuesday, March '
    "5, 2024</a></blockquote></div>",
    f'<blockquote class="telegram-post"><p>{WORDS}</p><p><a>t.me/brook/12</a></p></blockquote>',
]


@pytest.mark.parametrize("post", POSTS)
def test_links_and_signature_of_an_embedded_post_are_no_quoted_words(post: str) -> None:
    found = quotations(f"<html><body><p>It wrote:</p>{post}<p>No more.</p></body></html>", "a.html")

    assert [quotation.text for quotation in found] == [WORDS]


def test_the_name_and_handle_of_a_post_are_its_attribution() -> None:
    (quotation,) = quotations(f"<html><body>{POSTS[0]}</body></html>", "a.html")

    assert (quotation.found_by, quotation.attributed_to) == ("post", "Brook (@Brook)")


@pytest.mark.parametrize(
    "text",
    [
        f"It wrote again.\n\n{WORDS}. https://t.co/Ab1\n— Brook (@Brook) March 5, 2024\n\nThen?",
        f"It wrote again.\n\n{WORDS}. — Brook (@Brook) 5 March 2024\n\nThen?",
        f"“{WORDS}.” — Brook (@Brook) March 5, 2024",
    ],
)
def test_a_pasted_post_is_found_by_its_signature(text: str) -> None:
    (quotation,) = quotations(text)

    assert quotation.text == f"{WORDS}."
    assert quotation.attributed_to == "Brook (@Brook)"


@pytest.mark.parametrize(
    "addition",
    [
        " https://t.co/AbCd123",
        " pic.twitter.com/AbCd123",
        " — Brook Council (@BrookCouncil) March 5, 2024",
        "\n\n— Brook Council (@brook@social.example)",
        "\nA post shared by Brook Council (@brook)",
        "\nView on Mastodon",
    ],
)
def test_what_a_post_adds_to_a_pasted_quotation_is_passed_over(addition: str) -> None:
    resolver = Resolver(Memory([document(STATEMENTS["en"], "en")]))

    assert resolver.resolve(f"{WORDS}.{addition}").verdict is Verdict.VERBATIM
    assert resolver.resolve(f"RT @Brook: {WORDS}").verdict is Verdict.VERBATIM


def test_a_link_that_the_statement_has_is_its_own_word() -> None:
    text = "Write to us at https://brook.example/letters before the summer ends, all of you."
    resolver = Resolver(Memory([document(text, "en")]))

    assert resolver.resolve(text).verdict is Verdict.VERBATIM
