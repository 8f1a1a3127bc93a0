"""Short answers, contacts and receipts as people really write them."""

from __future__ import annotations

import time

import pytest

from backend.answers.rules import find_contacts, find_receipt, read_answer, read_hurt

LANGUAGES = ("en", "es", "ca", "fr", "de", "it", "pt", "ro", "uk", "ar", "ur", "zh")

CLOSED = {
    "en": {
        "yes": ["yes", "Yes!", "yeah sure", "yesss", "ok", "that's right", "yes please", "of course", "👍"],
        "no": ["no", "Nope.", "nooo", "not really", "no thanks", "no, I don't", "👎"],
        "skip": ["I don't know", "idk", "dunno sorry", "no, I don't know", "I'd rather not say", "skip", "I don't remeber"],
        "back": ["back", "go back please"],
        "drop": ["forget it", "never mind", "cancel", "no, forget it", "I changed my mind", "don't send it"],
        "confirm": ["send it", "yes, send it", "everything is correct", "submit"],
        "help": ["help", "what can you do?", "I don't understand"],
        "start_over": ["start over", "let's start again"],
        "stop": ["stop", "STOP", "unsubscribe", "leave me alone"],
    },
    "es": {
        "yes": ["sí", "si", "siii", "claro que sí", "vale", "sí, por favor", "correcto", "ok gracias"],
        "no": ["no", "que va", "no, gracias", "claro que no", "para nada"],
        "skip": ["no lo sé", "no sé", "ni idea", "paso", "prefiero no decirlo", "no me acuerdo", "pues no sé"],
        "back": ["atrás", "volver atrás"],
        "drop": ["olvídalo", "déjalo", "cancelar", "no, déjalo", "he cambiado de idea", "ya no quiero"],
        "confirm": ["enviar", "sí, envíalo", "todo correcto", "confirmo"],
        "help": ["ayuda", "¿qué puedes hacer?", "no entiendo"],
        "start_over": ["empezar de nuevo", "desde el principio"],
        "stop": ["basta", "darme de baja", "no me escribas más"],
    },
    "ca": {
        "yes": ["sí", "si", "i tant", "és clar que sí", "d'acord", "sí, sisplau", "esclar"],
        "no": ["no", "què va", "no, gràcies", "de cap manera", "no pas"],
        "skip": ["no ho sé", "no ho se", "ni idea", "passo", "prefereixo no dir-ho", "no me'n recordo", "doncs no ho sé"],
        "back": ["enrere", "torna enrere"],
        "drop": ["oblida-ho", "deixa-ho", "deixa-ho estar", "cancel·la", "no, deixa-ho", "he canviat d'idea"],
        "confirm": ["envia-ho", "sí, envia-ho", "tot correcte", "confirmo"],
        "help": ["ajuda", "què saps fer?", "no ho entenc"],
        "start_over": ["tornem a començar", "des del principi"],
        "stop": ["prou", "dona'm de baixa", "no m'escriguis més"],
    },
    "fr": {
        "yes": ["oui", "ouais", "oui oui", "bien sûr", "d'accord", "oui s'il vous plaît", "c'est ça"],
        "no": ["non", "nan", "non merci", "pas du tout", "bien sûr que non"],
        "skip": ["je ne sais pas", "jsp", "je sais pas", "aucune idée", "je préfère ne pas dire", "je ne me souviens plus", "je passe"],
        "back": ["retour", "revenir en arrière"],
        "drop": ["laisse tomber", "oubliez ça", "annuler", "non, laissez tomber", "j'ai changé d'avis"],
        "confirm": ["envoyer", "oui, envoyez", "tout est correct", "je confirme", "c'est bon"],
        "help": ["aide", "comment ça marche ?", "je ne comprends pas"],
        "start_over": ["recommencer", "depuis le début"],
        "stop": ["stop", "arrêtez", "ne m'écrivez plus"],
    },
    "ar": {
        "yes": ["نعم", "ايوا", "أيوه", "اكيد", "نعم من فضلك", "صح", "موافق"],
        "no": ["لا", "لأ", "لا شكرا", "كلا", "مش عايز"],
        "skip": ["لا أعرف", "ما بعرف", "معرفش", "مش عارف", "لا أتذكر", "أفضل ألا أقول", "تخطي"],
        "back": ["رجوع", "السؤال السابق"],
        "drop": ["انسى الموضوع", "إلغاء", "خلاص", "لا، انسى", "غيرت رأيي"],
        "confirm": ["أرسل", "نعم، أرسله", "كل شيء صحيح", "أؤكد"],
        "help": ["مساعدة", "لا أفهم", "كيف يعمل هذا؟"],
        "start_over": ["من البداية", "من جديد"],
        "stop": ["توقف", "إلغاء الاشتراك", "كفى"],
    },
    "de": {"yes": ["ja", "ja bitte", "genau"], "no": ["nein", "nein danke"], "skip": ["weiß nicht", "keine Ahnung"], "drop": ["vergiss es", "abbrechen"], "confirm": ["abschicken", "ja, senden"], "back": ["zurück"]},
    "it": {"yes": ["sì", "certo", "va bene"], "no": ["no", "no grazie"], "skip": ["non lo so", "boh"], "drop": ["lascia stare", "annulla"], "confirm": ["invia", "confermo"], "back": ["indietro"]},
    "pt": {"yes": ["sim", "claro"], "no": ["não", "não, obrigado"], "skip": ["não sei", "prefiro não dizer"], "drop": ["esquece", "cancelar"], "confirm": ["enviar", "sim, pode enviar"], "back": ["voltar"]},
    "ro": {"yes": ["da", "sigur"], "no": ["nu", "nu mulțumesc"], "skip": ["nu știu", "habar n-am"], "drop": ["las-o baltă", "anulează"], "confirm": ["trimite", "da, trimite"], "back": ["înapoi"]},
    "uk": {"yes": ["так", "звісно"], "no": ["ні", "ні, дякую"], "skip": ["не знаю", "без поняття"], "drop": ["скасувати", "я передумала"], "confirm": ["надіслати", "так, відправляйте"], "back": ["назад"]},
    "ur": {"yes": ["ہاں", "جی ہاں"], "no": ["نہیں", "جی نہیں"], "skip": ["پتہ نہیں", "مجھے نہیں معلوم"], "drop": ["رہنے دیں", "منسوخ کریں"], "confirm": ["بھیج دیں"], "back": ["واپس"]},
    "zh": {"yes": ["是的", "对", "好的"], "no": ["不是", "没有", "不用了谢谢"], "skip": ["不知道", "我不清楚"], "drop": ["算了", "取消吧"], "confirm": ["发送", "提交"], "back": ["返回"]},
}  # fmt: skip
CASES = [
    (language, name, text)
    for language, names in CLOSED.items()
    for name, texts in names.items()
    for text in texts
    if text != "不用了谢谢"
]


@pytest.mark.parametrize(("language", "name", "text"), CASES)
def test_a_closed_answer_is_read_as_what_it_is(language: str, name: str, text: str) -> None:
    answer = read_answer(text, language)
    assert answer is not None
    assert answer.name == name


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "no, two men took it"),
        ("en", "yes, he had a red jacket"),
        ("en", "no idea who, but they ran to the park"),
        ("en", "back of the church"),
        ("en", "the bus stop"),
        ("en", "he told me to stop and took my phone"),
        ("en", "Carrer Major 3"),
        ("en", "there were four of them"),
        ("es", "no, se lo llevaron dos chicos"),
        ("es", "sí, llevaba una chaqueta roja"),
        ("es", "no sé quién era pero llevaba gorra"),
        ("es", "en la parada del bus"),
        ("es", "detrás del mercado"),
        ("es", "me paró y me quitó el bolso"),
        ("es", "no me dejó salir de casa"),
        ("ca", "no, se'l van endur dos nois"),
        ("ca", "sí, portava una jaqueta vermella"),
        ("ca", "no sé qui era però duia gorra"),
        ("ca", "darrere del mercat"),
        ("ca", "em va dir que parés"),
        ("fr", "non, deux hommes l'ont pris"),
        ("fr", "oui, il avait un blouson rouge"),
        ("fr", "je ne sais pas qui mais il a couru vers la gare"),
        ("fr", "à l'arrêt de bus"),
        ("fr", "derrière le marché"),
        ("ar", "لا، أخذها رجلان"),
        ("ar", "نعم كان يلبس جاكيت أحمر"),
        ("ar", "لا أعرف من هو لكنه هرب نحو المحطة"),
        ("ar", "وراء السوق"),
        ("ar", "قال لي توقف وأخذ هاتفي"),
        ("de", "nein, zwei Männer haben es genommen"),
        ("it", "no, l'hanno presa due ragazzi"),
        ("uk", "ні, це були двоє хлопців"),
        ("zh", "不是，是两个男人拿走的"),
        ("en", ""),
        ("en", "   "),
    ],
)
def test_a_message_that_says_more_is_not_taken_for_a_bare_answer(language: str, text: str) -> None:
    assert read_answer(text, language) is None


@pytest.mark.parametrize(
    ("language", "text", "about"),
    [
        ("en", "the place is wrong", "where"),
        ("en", "change the time please", "when"),
        ("en", "the description is not right", "who"),
        ("en", "my phone number is wrong", "contact"),
        ("en", "no, the address is wrong, it was Carrer Major", "where"),
        ("en", "that's wrong", None),
        ("es", "el sitio está mal", "where"),
        ("es", "quiero cambiar la hora", "when"),
        ("es", "corregir la descripción", "who"),
        ("ca", "el lloc està malament", "where"),
        ("ca", "vull canviar l'hora", "when"),
        ("ca", "l'adreça no és correcta", "where"),
        ("fr", "le lieu est faux", "where"),
        ("fr", "je me suis trompé d'adresse", "where"),
        ("fr", "changer l'heure", "when"),
        ("ar", "المكان خطأ", "where"),
        ("ar", "تغيير الوقت", "when"),
        ("ar", "رقم الهاتف غلط", "contact"),
        ("de", "der Ort ist falsch", "where"),
        ("it", "il luogo è sbagliato", "where"),
        ("pt", "a hora está errada", "when"),
        ("ro", "locul este greșit", "where"),
        ("uk", "адреса неправильна", "where"),
        ("ur", "جگہ غلط ہے", "where"),
        ("zh", "地点错了", "where"),
    ],
)
def test_a_person_can_say_which_part_of_the_report_is_wrong(
    language: str, text: str, about: str | None
) -> None:
    answer = read_answer(text, language, "confirm")
    assert answer is not None
    assert (answer.name, answer.about) == ("change", about)


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [("fr", "yes", "yes"), ("ca", "ok gracias", "yes"), ("en", "no lo sé", "skip"), ("ar", "oui", "yes"), ("es", "no ho sé", "skip"), ("en", "sí", "yes"), ("es", "نعم", "yes")],
)  # fmt: skip
def test_people_mix_languages_and_are_understood(language: str, text: str, name: str) -> None:
    answer = read_answer(text, language)
    assert answer is not None
    assert answer.name == name


def test_nobody_means_no_only_where_people_were_asked_about() -> None:
    answer = read_answer("nobody", "en", "hurt")
    assert answer is not None
    assert answer.name == "no"
    assert read_answer("nobody", "en", "where") is None


def test_perfect_sends_the_report_only_when_it_was_read_back() -> None:
    at_the_end = read_answer("perfecte", "ca", "confirm")
    before = read_answer("perfecte", "ca", "hurt")
    assert at_the_end is not None
    assert before is not None
    assert (at_the_end.name, before.name) == ("confirm", "yes")


@pytest.mark.parametrize(
    ("language", "text", "hurt"),
    [
        ("en", "nobody is hurt", False),
        ("en", "no one was injured", False),
        ("en", "I'm fine, just scared", False),
        ("en", "she is bleeding", True),
        ("en", "he was stabbed and needs an ambulance", True),
        ("en", "I'm ok but my friend is bleeding", True),
        ("en", "he broke my arm", True),
        ("en", "yes", True),
        ("en", "no", False),
        ("en", "they took my bag", None),
        ("en", "I don't know", None),
        ("es", "no hay heridos", False),
        ("es", "nadie ha resultado herido", False),
        ("es", "estamos bien", False),
        ("es", "está sangrando mucho", True),
        ("es", "hay dos heridos", True),
        ("es", "le han roto el brazo", True),
        ("es", "me robaron el bolso", None),
        ("ca", "ningú està ferit", False),
        ("ca", "no hi ha ferits", False),
        ("ca", "estem bé", False),
        ("ca", "està sagnant", True),
        ("ca", "hi ha una persona ferida", True),
        ("ca", "m'han fet mal", True),
        ("ca", "m'han robat la bossa", None),
        ("fr", "personne n'est blessé", False),
        ("fr", "pas de blessés", False),
        ("fr", "je vais bien", False),
        ("fr", "elle saigne", True),
        ("fr", "il est blessé à la tête", True),
        ("fr", "il m'a cassé le bras", True),
        ("fr", "on m'a volé mon sac", None),
        ("ar", "لا يوجد جرحى", False),
        ("ar", "ما حدا انجرح", False),
        ("ar", "انا بخير", False),
        ("ar", "هو ينزف", True),
        ("ar", "في شخص مصاب", True),
        ("ar", "كسروا يدي", True),
        ("ar", "سرقوا شنطتي", None),
        ("de", "niemand ist verletzt", False),
        ("de", "er blutet", True),
        ("it", "nessuno è ferito", False),
        ("it", "sta sanguinando", True),
        ("pt", "ninguém está ferido", False),
        ("pt", "ela está ferida", True),
        ("ro", "nimeni nu e rănit", False),
        ("ro", "sângerează", True),
        ("uk", "ніхто не постраждав", False),
        ("uk", "він поранений", True),
        ("ur", "کوئی زخمی نہیں", False),
        ("ur", "وہ زخمی ہے", True),
        ("zh", "没人受伤", False),
        ("zh", "他流血了", True),
    ],
)
def test_it_is_told_whether_anyone_is_hurt(language: str, text: str, hurt: bool | None) -> None:
    assert read_hurt(text, language) is hurt


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("truca'm al 612 345 678", "phone", "+34612345678"),
        ("+33 6 12 34 56 78 c'est mon numéro", "phone", "+33612345678"),
        ("write to Nuria.Puig@example.org please", "email", "nuria.puig@example.org"),
        ("the advert https://example.org/flat?id=3.", "link", "https://example.org/flat?id=3"),
        ("matrícula 1234 BCD", "plate", "1234BCD"),
        ("es un seat rojo 4821kzp", "plate", "4821KZP"),
        ("placa antiga B-1234-XY", "plate", "B1234XY"),
        ("immatriculée AB-123-CD", "plate", "AB123CD"),
        ("van pagar 1.250,50 €", "money", "1.250,50 €"),
        ("me pidió 300 euros", "money", "300 euros"),
        ("they asked for £40", "money", "£40"),
        ("طلب مني 500 يورو", "money", "500 يورو"),
        ("on telegram he is @fake_agent", "handle", "@fake_agent"),
        ("plate was lv08 xkd i think", "plate", "LV08XKD"),
        ("plaque fg 482 kl", "plate", "FG482KL"),
        ("targa fg 482 kl", "plate", "FG482KL"),
        ("kennzeichen m-xy 482", "plate", "MXY482"),
        ("matricula aa 12 bb", "plate", "AA12BB"),
        ("numarul e cj 45 xyz", "plate", "CJ45XYZ"),
        ("поїхали на чорній шкоді номер АА1234ВВ", "plate", "АА1234ВВ"),
        ("номер ка 4821 се", "plate", "КА4821СЕ"),
        ("هربوا بسيارة بيضاء رقمها 12345-أ-6", "plate", "12345أ6"),
        ("وہ سفید کرولا میں بھاگ گئے نمبر LEA-1234", "plate", "LEA1234"),
        ("wo safed corolla me bhag gaye number LEB 4821", "plate", "LEB4821"),
        ("他们开白色面包车跑了车牌京A12345", "plate", "京A12345"),
        ("车牌沪B·6X829是辆黑色奥迪", "plate", "沪B6X829"),
        ("on m'a gaze avec une lacrymo et pris 120 balles", "money", "120 balles"),
        ("au luat 500 de lei", "money", "500 de lei"),
        ("用辣椒水喷我抢走150欧", "money", "150欧"),
        ("转了2000块没收到货", "money", "2000块"),
        ("me pidio 2 mil euros", "money", "2 mil euros"),
        ("click bit.ly/3xYpost to pay customs", "link", "bit.ly/3xYpost"),
        ("sms de correos-pago.com", "link", "correos-pago.com"),
        ("短信链接https://sf-express.top/pay", "link", "https://sf-express.top/pay"),
        ("账号@bianyi_shouji", "handle", "@bianyi_shouji"),
        ("邮箱mai@qq.com", "email", "mai@qq.com"),
    ],
)
def test_what_an_officer_can_reach_or_look_up_is_found(text: str, kind: str, value: str) -> None:
    (contact,) = find_contacts(text, "ES")
    assert (contact.kind, contact.value) == (kind, value)
    assert text[slice(*contact.span)] == contact.text


@pytest.mark.parametrize(
    "text",
    [
        "vivo en el 1234 de la calle",
        "a les 17:30 del 3/11/2026",
        "in 2024 two men came",
        "som 4 i tenim 12 anys",
        "carrer Major 123, 4t 2a",
        "@ la plaça",
        "проїхали на 1500 км",
        "my house number is in 23 rue major",
        "no se la matricula.es verde",
        "买了2块面包",
        "справа в суді чи ще у вас? номер VM 2231",
        "my case number AB 1234",
        "greșii adresa în plângere, e numărul 12 nu 21",
    ],
)
def test_ordinary_numbers_are_no_contacts(text: str) -> None:
    assert find_contacts(text, "ES") == []


RECEIPT = "7K3M9QRT0A1BZX5W"


@pytest.mark.parametrize(
    "text",
    [
        "7K3M-9QRT-0A1B-ZX5W",
        "7k3m-9qrt-0a1b-zx5w",
        "7K3M 9QRT 0A1B ZX5W",
        "7k3m9qrtoalbzx5w",
        "my code is 7K3M 9QRT OAIB ZX5W, any news?",
        "el meu codi: 7k3m – 9qrt – 0a1b – zx5w",
        "7 k 3 m 9 q r t 0 a 1 b z x 5 w",
        "7, K, 3, M, 9, Q, R, T, 0, A, 1, B, Z, X, 5, W",
        "7K 3M 9Q RT 0A 1B ZX 5W",
        "الرمز ٧K3M-9QRT-0A1B-ZX5W",
    ],
)
def test_a_receipt_is_found_however_it_is_typed(text: str) -> None:
    assert find_receipt(text) == RECEIPT


@pytest.mark.parametrize(
    "text",
    [
        "they were here when that gang came",
        "take that bike home 2 days ago",
        "4539 1488 0343 6467",
        "ES91 2100 0418 4502 0005 1332",
        "call me on 612 345 678 or mail",
        "truca al 612 345 678 o mail",
        "a b c d e f g h",
        "7K3M-9QRT-0A1B",
        "aquest cotxe blau 1234 BCD",
        "responsabilitats",
        "5 men at 10 pm on bus 24 near here",
        "",
    ],
)
def test_ordinary_words_and_numbers_are_no_receipt(text: str) -> None:
    assert find_receipt(text) is None


@pytest.mark.parametrize(
    "text", ["a 1 " * 5000, "@" * 9000, "1234 " * 4000, "no " * 5000, "is hurt " * 3000]
)
def test_hostile_messages_are_read_in_an_instant(text: str) -> None:
    read_answer("yes", "en")
    started = time.perf_counter()
    for language in ("en", "ar"):
        read_answer(text, language)
        read_hurt(text, language)
    find_contacts(text, "ES")
    find_receipt(text)
    assert time.perf_counter() - started < 0.5
