"""Month names in the languages that publishers use (after Unicode CLDR)."""

_TABLE = """
en  january jan | february feb | march mar | april apr | may | june jun | july jul | august aug
    | september sept sep | october oct | november nov | december dec
fr  janvier janv | février fevrier févr fév | mars | avril avr | mai | juin | juillet juil
    | août aout | septembre sept | octobre oct | novembre nov | décembre decembre déc
es  enero ene | febrero feb | marzo mar | abril abr | mayo may | junio jun | julio jul | agosto ago
    | septiembre setiembre sep set | octubre oct | noviembre nov | diciembre dic
de  januar jänner jän jan | februar feber feb | märz maerz mär mrz | april apr | mai | juni jun
    | juli jul | august aug | september sep | oktober okt | november nov | dezember dez
it  gennaio gen | febbraio feb | marzo mar | aprile apr | maggio mag | giugno giu | luglio lug
    | agosto ago | settembre set | ottobre ott | novembre nov | dicembre dic
pt  janeiro jan | fevereiro fev | março mar | abril abr | maio mai | junho jun | julho jul
    | agosto ago | setembro set | outubro out | novembro nov | dezembro dez
nl  januari jan | februari feb | maart mrt | april apr | mei | juni jun | juli jul
    | augustus aug | september sep | oktober okt | november nov | december dec
sv  januari jan | februari feb | mars mar | april apr | maj | juni jun | juli jul | augusti aug
    | september sep | oktober okt | november nov | december dec
ru  января январь янв | февраля февраль фев февр | марта март мар | апреля апрель апр | мая май
    | июня июнь июн | июля июль июл | августа август авг | сентября сентябрь сен сент
    | октября октябрь окт | ноября ноябрь ноя нояб | декабря декабрь дек
uk  січня січень січ | лютого лютий лют | березня березень бер | квітня квітень квіт
    | травня травень трав | червня червень черв | липня липень лип | серпня серпень серп
    | вересня вересень вер | жовтня жовтень жовт | листопада листопад лист | грудня грудень груд
pl  stycznia styczeń | lutego luty | marca marzec | kwietnia kwiecień | maja maj
    | czerwca czerwiec | lipca lipiec | sierpnia sierpień | września wrzesień
    | października październik | listopada listopad | grudnia grudzień
tr  ocak oca | şubat şub | mart | nisan nis | mayıs | haziran haz | temmuz tem | ağustos ağu
    | eylül eyl | ekim eki | kasım kas | aralık ara
ar  يناير كانون_الثاني جانفي | فبراير شباط فيفري | مارس آذار | أبريل ابريل إبريل نيسان أفريل
    | مايو أيار ماي | يونيو حزيران جوان | يوليو تموز جويلية | أغسطس اغسطس آب أوت
    | سبتمبر أيلول | أكتوبر اكتوبر تشرين_الأول | نوفمبر تشرين_الثاني | ديسمبر كانون_الأول
fa  ژانویه | فوریه | مارس | آوریل | مه | ژوئن | ژوئیه | اوت | سپتامبر | اکتبر | نوامبر | دسامبر
"""


def _parse_table(table: str) -> dict[str, int]:
    """Return each name's month; a name of two months in two languages is omitted."""
    rows: list[str] = []
    for line in table.strip().splitlines():
        if line.startswith(" "):
            rows[-1] += line
        else:
            rows.append(line.partition("  ")[2])
    months: dict[str, set[int]] = {}
    for row in rows:
        for number, names in enumerate(row.split("|"), start=1):
            for name in names.split():
                months.setdefault(name.replace("_", " "), set()).add(number)
    return {name: numbers.pop() for name, numbers in months.items() if len(numbers) == 1}


MONTHS = _parse_table(_TABLE)
