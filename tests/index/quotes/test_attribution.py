"""To whom an article attributes a quotation: the subject of the sentence's own saying verb."""

import pytest

from index.quotes.article.article_text import Article, read_article
from index.quotes.article.find_quotations import find_quotations

QUOTE = "“Every town must have a say, and none shall be told last.”"


def attribution(text: str) -> str:
    return find_quotations(Article(text))[0].attributed_to


@pytest.mark.parametrize(
    ("lead", "subject"),
    [
        ("On Sunday, ", "Secretary-General Anna Holm"),
        ("On Tuesday evening in Strelsau, ", "the Council"),
        ("Later on Monday, in a letter, ", "the Council"),
        ("Two days later ", "the Council"),
        ("Hours later, ", "the Council"),
        ("Well, as a reminder, ", "the Council"),
        ("STRELSAU – Today, ", "the United States"),
        ("Last week, ", "the Council"),
        ("In a statement on Friday, ", "the Council"),
        ("By Monday, ", "the Brook Mining Company"),
        ("Addressing reporters in Strelsau, ", "Council chair Anna Holm"),
        ("Asked about the dam, ", "Anna Holm"),
    ],
)
def test_a_lead_of_time_or_place_is_no_name(lead: str, subject: str) -> None:
    assert attribution(f"{lead}{subject} said: {QUOTE}") == subject


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Am Sonntag sagte der Rat: „Jede Stadt muss gehört werden.“", "der Rat"),
        ("Am Sonntag in Genf hat der Rat gesagt: „Jede Stadt muss gehört werden.“", "der Rat"),
        ("Dimanche, à Genève, le Conseil a déclaré : « Chaque ville compte. »", "le Conseil"),
        ("Le Conseil, réuni à Genève, a déclaré : « Chaque ville compte. »", "Le Conseil"),
        ("El domingo, en Ginebra, el Consejo dijo: «Cada ciudad cuenta».", "el Consejo"),
        ("В воскресенье, в Женеве, Совет заявил: «Каждый город важен».", "Совет"),
        ("I söndags sade rådet: ”Varje stad måste höras.”", "rådet"),
        ("”Varje stad måste höras”, sade rådet i Genève.", "rådet"),
        ("« Chaque ville compte », a déclaré M. Holm.", "M. Holm"),
        ("Selon le Conseil, « chaque ville compte ».", "le Conseil"),
        ("Según el Consejo, «cada ciudad cuenta».", "el Consejo"),
    ],
)
def test_leads_and_verbs_of_other_languages_are_known(text: str, subject: str) -> None:
    assert attribution(text) == subject


def test_words_of_an_earlier_quotation_are_no_name() -> None:
    text = "„A tanács nem megy el” – mondta az elnök –, „és a nyár végén visszatér.”"
    found = find_quotations(Article(text))

    assert {quotation.attributed_to for quotation in found} == {"az elnök"}


def test_a_day_beside_the_name_is_no_name() -> None:
    assert attribution("«La ciudad cuenta», afirmó este lunes la presidenta.") == "la presidenta"
    assert attribution("„Miasto się liczy”, powiedział w środę prezes Nowak.") == "prezes Nowak"


def test_an_apposition_belongs_to_the_name() -> None:
    start = "Speaking in Strelsau, Ms Anna Holm"

    assert attribution(f"{start}, the UN Secretary-General, said: {QUOTE}") == (
        "Ms Anna Holm, the UN Secretary-General"
    )
    assert attribution(f"{start}, who chairs the Council, said: {QUOTE}") == (
        "Ms Anna Holm, who chairs the Council"
    )


@pytest.mark.parametrize(
    "after",
    [
        "Critics said the dam would be built all the same.",
        "According to critics, the dam would be built.",
        "The Brook Mining Company said it disagreed.",
        "Critics said.",
    ],
)
def test_a_sentence_after_a_quotation_that_is_introduced_is_not_its_credit(after: str) -> None:
    assert attribution(f"The Council said: {QUOTE} {after}") == "The Council"


def test_a_sentence_of_its_own_after_a_quotation_credits_nobody() -> None:
    assert attribution(f"{QUOTE} Critics said the dam would be built.") == ""


@pytest.mark.parametrize(
    "after", ["said the Council on Monday.", "the Council said.", "The Council said on Monday."]
)
def test_a_clause_after_a_quotation_credits_it(after: str) -> None:
    assert attribution(f"{QUOTE} {after}").casefold() == "the council"


def quoted(text: str) -> list[tuple[str, str]]:
    quotations = find_quotations(read_article(text.encode(), "article.txt", "text"))
    return [(quotation.text, quotation.attributed_to) for quotation in quotations]


def test_quotations_of_two_paragraphs_are_not_one() -> None:
    first, second = quoted(
        "“The mill burned,” added Minister Anna Holm, “in the night of the flood.”\n"
        "Asked whether “the dam is sound”, Peter Brook nodded."
    )

    assert first[1] == "Minister Anna Holm"
    assert second == ("the dam is sound", "")


@pytest.mark.parametrize(
    "asked", ["Asked whether", "When asked by the millers whether", "Pressed on whether"]
)
def test_a_question_is_not_credited_to_who_answers(asked: str) -> None:
    question, answer = quoted(f"{asked} “the dam is sound,” Anna Holm said, “we hope it is so.”")

    assert question == ("the dam is sound,", "")
    assert answer == ("we hope it is so.", "Anna Holm")


def test_who_answers_a_question_without_marks_is_credited() -> None:
    ((_, speaker),) = quoted("Asked about the dam, Anna Holm said: “We hope that it is sound.”")

    assert speaker == "Anna Holm"


def test_a_line_may_break_within_an_attribution() -> None:
    ((_, speaker),) = quoted("“The mill burned,” added Minister\nAnna Holm, “in the night.”")

    assert speaker == "Minister Anna Holm"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("»Die Mühle brennt seit dem Abend«, erklärte Minister Emil Vogt.", "Minister Emil Vogt"),
        ("„Mlýn hoří od večera,“ uvedla mluvčí Jana Nová.", "mluvčí Jana Nová"),
        ("»Møllen har brændt siden i aftes,« siger Mette Holst.", "Mette Holst"),
        ("„Die Mühle brennt seit gestern“, so Präsident Karl Huber.", "Präsident Karl Huber"),
        ("„Die Mühle brennt“, so der Rat Karl Huber, „seit gestern.“", "der Rat Karl Huber"),
        ("‘De molen brandt’, aldus minister Bakker, ‘al sinds gisteren.’", "minister Bakker"),
        ("Sözcü Ayşe Demir, “Değirmen dün akşamdan beri yanıyor” dedi.", "Sözcü Ayşe Demir"),
        ("وقالت المتحدثة ليلى حداد: «الطاحونة تحترق منذ المساء».", "المتحدثة ليلى حداد"),
        ("وأضاف الوزير سامي خليل أن «الطاحونة تحترق منذ المساء».", "الوزير سامي خليل"),
        ("به گفته وزیر علی کریمی، «آسیاب از دیشب می‌سوزد».", "وزیر علی کریمی"),
        ("प्रवक्ता सीता शर्मा ने कहा, \"चक्की कल शाम से जल रही है।\"", "प्रवक्ता सीता शर्मा"),
        ("मंत्री राम वर्मा ने कहा कि ‘चक्की कल शाम से जल रही है’।", "मंत्री राम वर्मा"),
        ('"โรงสีไฟไหม้ตั้งแต่เย็นวาน" รัฐมนตรีวิชัย ทองดี กล่าว', "รัฐมนตรีวิชัย ทองดี"),
        ("報道官の山田花子は「水車小屋は夕べから燃えている」と述べた。", "報道官の山田花子"),
        ("「水車小屋は夕べから燃えている」と佐藤大臣は語った。", "佐藤大臣"),
        ("김영희 대변인은 “물레방아가 어제부터 불타고 있다”고 말했다.", "김영희 대변인"),
        ("„Die Mühle brennt seit gestern Abend“, hieß es in der Mitteilung.", ""),
        ("「水車小屋は夕べから燃えている」と述べた。", ""),
        ("“물레방아가 어제부터 불타고 있다”고 말했다.", ""),
    ],
)  # fmt: skip
def test_a_speaker_is_credited_in_the_form_of_the_language(text: str, speaker: str) -> None:
    assert attribution(text) == speaker


@pytest.mark.parametrize(
    "text",
    [
        "„Die Mühle brennt seit gestern“, sagte Emil Vogt. Der sogenannte „Rat“ schwieg.",
        "“The mill is burning,” said Anna Holm. The “council” was silent.",
        "「水車小屋は夕べから燃えている」と佐藤大臣は語った。映画『川の子』も公開された。",
    ],
)
def test_marks_in_a_later_sentence_are_credited_to_nobody(text: str) -> None:
    assert quoted(text)[1][1] == ""


def test_sentences_of_chinese_part_quotations() -> None:
    first, second = quoted("「水车从昨晚起一直在燃烧」，部长李强说。电影上映，所谓“河边”不存在。")

    assert first == ("水车从昨晚起一直在燃烧", "部长李强")
    assert second == ("河边", "")
