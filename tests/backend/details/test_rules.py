import pytest

from backend.details.rules import find_details, seen
from backend.taxonomy.rules import taxonomy

DESCRIBED = [
    (
        "en",
        "a tall man about 30 in a black jacket with a knife got in a white van",
        "tall man about 30 in a black jacket",
        "knife",
        "white van",
    ),
    (
        "es",
        "un chico alto de unos 25 años con sudadera gris y una navaja, se fue en una moto negra",
        "un chico alto de unos 25 años con sudadera gris",
        "navaja",
        "moto negra",
    ),
    (
        "ca",
        "un home calb amb barba, duia un ganivet, anava en una furgoneta blanca",
        "un home calb amb barba",
        "ganivet",
        "furgoneta blanca",
    ),
    (
        "fr",
        "un mec grand avec une veste noire, avait un couteau, parti en scooter bleu",
        "un mec grand avec une veste noire",
        "couteau",
        "scooter bleu",
    ),
    (
        "de",
        "ein großer Mann mit Bart und schwarzer Jacke, hatte ein Messer, weißer Transporter",
        "großer Mann mit Bart und schwarzer Jacke",
        "Messer",
        "weißer Transporter",
    ),
    (
        "it",
        "un ragazzo alto con la felpa grigia, con un coltello, su uno scooter nero",
        "un ragazzo alto con la felpa grigia",
        "coltello",
        "scooter nero",
    ),
    (
        "pt",
        "um rapaz alto de cabelo curto, numa carrinha branca com uma faca",
        "um rapaz alto de cabelo curto",
        "faca",
        "carrinha branca",
    ),
    (
        "ro",
        "un barbat inalt cu geaca neagra si cutit, masina rosie",
        "un barbat inalt cu geaca neagra",
        "cutit",
        "masina rosie",
    ),
    (
        "uk",
        "високий чоловік у чорній куртці, білий бус, з ножем",
        "високий чоловік у чорній куртці",
        "ножем",
        "білий бус",
    ),
    (
        "ar",
        "رجل طويل يلبس جاكيت أسود ومعه سكين في سيارة بيضاء",
        "رجل طويل يلبس جاكيت أسود",
        "سكين",
        "سيارة بيضاء",
    ),
    (
        "ur",
        "ایک لمبا سا آدمی کالی جیکٹ چاقو لے کر سفید گاڑی میں",
        "لمبا سا آدمی کالی جیکٹ",
        "چاقو",
        "سفید گاڑی",
    ),
    (
        "ur",
        "lamba sa aadmi kali jacket chaku le kar safaid gari mein",
        "lamba sa aadmi kali jacket",
        "chaku",
        "safaid gari",
    ),
    (
        "zh",
        "一个高个子男人穿黑色外套，拿着刀，开白色面包车走了",
        "高个子男人穿黑色外套",
        "拿着刀",
        "白色面包车",
    ),
]


@pytest.mark.parametrize(("language", "text", "person", "weapon", "vehicle"), DESCRIBED)
def test_whom_and_what_a_witness_saw_is_found(language, text, person, weapon, vehicle):
    found = {detail.kind: detail.words for detail in find_details(text, language)}
    assert found == {"person": person, "weapon": weapon, "vehicle": vehicle}


def test_every_language_has_words():
    described = {language for language, *_ in DESCRIBED}
    assert described == set(taxonomy().languages)


def test_a_detail_stands_where_it_says():
    text = "Llevaba GORRA y un cuchillo"
    for detail in find_details(text, "es"):
        assert text[slice(*detail.span)] == detail.words


@pytest.mark.parametrize(
    "text",
    ["it cost 1.80 €", "a man came by", "at 1.50 in the night", "we had bread and a bread knife"],
)
def test_a_price_an_hour_or_just_a_man_describe_nobody(text):
    assert find_details(text, "en") == []


@pytest.mark.parametrize("text", ["he is 1.80, bald", "about 180 cm tall", "she was 5'10"])
def test_a_height_describes_somebody(text):
    assert [detail.kind for detail in find_details(text, "en")] == ["person"]


def test_ones_own_red_car_is_nobody_seen():
    assert seen(find_details("my red car was stolen", "en")) == ""


def test_what_was_seen_is_said_in_one_line():
    found = find_details("a bald man with a knife in a white van", "en")
    assert seen(found) == "bald man · knife · white van"


def test_a_long_hostile_message_is_read_in_no_time():
    find_details("tall " * 100_000, "en")
    find_details("a" * 100_000, "es")


NAMED = [
    ("en", "he had a machete and got into a white ford transit", "vehicle", "white ford transit"),
    (
        "en",
        "they got away in a dark blue vauxhall corsa reg AB12 CDE",
        "vehicle",
        "dark blue vauxhall corsa",
    ),
    ("en", "my red mountain bike got nicked behind the town hall", "vehicle", "red mountain bike"),
    (
        "en",
        "they smashed a bottle over his head at the corner of calle mayor and la rambla",
        "weapon",
        "bottle",
    ),
    (
        "en",
        "he had a beard and a neck tattoo, black puffer jacket",
        "person",
        "a beard and a neck tattoo, black puffer jacket",
    ),
    (
        "en",
        "kid is 8 yrs old, 1.30m, blue tshirt and jeans",
        "person",
        "kid is 8 yrs old, 1.30m, blue tshirt",
    ),
    ("en", "air rifle shots at cats in ribera park", "weapon", "air rifle"),
    ("es", "iban en un seat leon negro matricula 4821 KLM", "vehicle", "seat leon negro"),
    ("es", "me rompieron una botella en la cara a la puerta de la discoteca", "weapon", "botella"),
    (
        "es",
        "mide 1,80 y llevaba una chupa de cuero",
        "person",
        "mide 1,80 y llevaba una chupa de cuero",
    ),
    ("ca", "anaven amb un seat ibiza vermell matricula 7742 LBD", "vehicle", "seat ibiza vermell"),
    ("ca", "li han trencat una ampolla al cap a la porta de la discoteca", "weapon", "ampolla"),
    (
        "ca",
        "fa 1,75 i duia una jaqueta de cuir marro",
        "person",
        "fa 1,75 i duia una jaqueta de cuir marro",
    ),
    ("fr", "ils sont partis en clio grise immatriculee AB-123-CD", "vehicle", "clio grise"),
    ("fr", "ils lui ont casse une bouteille sur la tete a la sortie du bar", "weapon", "bouteille"),
    ("de", "haben ihm ne flasche übern kopf gezogen am busbahnhof", "weapon", "flasche"),
    (
        "it",
        "sono scappati con una fiat panda bianca targata AB123CD",
        "vehicle",
        "fiat panda bianca",
    ),
    ("it", "gli hanno spaccato una bottiglia in testa fuori dal bar", "weapon", "bottiglia"),
    ("pt", "fugiram num clio cinzento matricula 12-AB-34", "vehicle", "clio cinzento"),
    (
        "pt",
        "bateu lhe com um taco de basebol atras da camara municipal",
        "weapon",
        "taco de basebol",
    ),
    ("pt", "partiram lhe uma garrafa na cabeça a saida do bar", "weapon", "garrafa"),
    ("ro", "au fugit cu un logan alb nr B 123 ABC", "vehicle", "logan alb"),
    ("ro", "i-au spart o sticla in cap la iesirea din bar", "weapon", "sticla"),
    ("uk", "поїхали на чорній шкоді номер АА1234ВВ", "vehicle", "чорній шкоді"),
    ("uk", "розбили пляшку об голову коло бару", "weapon", "пляшку"),
    ("ar", "كسروا قزازة على راسه جنب البار", "weapon", "قزازة"),
    ("ar", "wa7ed hadedni b sekkin 7da la gare w khda telefon dyali", "weapon", "sekkin"),
    ("ar", "jaw f tomobil k7la w hezzo 500 dh", "vehicle", "tomobil k7la"),
    ("ar", "darbo b 3sa 3la raso wra souk", "weapon", "3sa"),
    ("ar", "kan labes jacket k7la w 3ando la7ya", "person", "jacket k7la w 3ando la7ya"),
    ("ar", "سرقو البسكليت ديالي حدا الطبيسبيطار", "vehicle", "البسكليت"),
    ("ur", "وہ سفید کرولا میں بھاگ گئے نمبر LEA-1234", "vehicle", "سفید کرولا"),
    ("ur", "بوتل سر پر توڑ دی مسجد کے پاس", "weapon", "بوتل"),
    ("ur", "آنکھوں میں مرچ سپرے مارا اور 150 یورو لے گئے", "weapon", "مرچ سپرے"),
    ("ur", "wo safed corolla me bhag gaye number LEB 4821", "vehicle", "safed corolla"),
    ("ur", "padosi ke paas bandooq hai dhamki deta hai", "weapon", "bandooq"),
    ("zh", "车牌沪B·6X829是辆黑色奥迪", "vehicle", "黑色奥迪"),
    ("zh", "用酒瓶砸他头酒吧外面", "weapon", "酒瓶"),
    ("en", "bloke on a silver kawasaki chucked a brick at my car on north road", "weapon", "brick"),
    (
        "en",
        "fella in a high vis vest, shaved head, about 6ft2",
        "person",
        "fella in a high vis vest, shaved head, about 6ft2",
    ),
    (
        "en",
        "my neighbour threatened me with a bread knife, he lives at 14 sant pere street",
        "weapon",
        "bread knife",
    ),
    ("en", "they drive a black range rover number plate KX19 ABF", "vehicle", "black range rover"),
    (
        "en",
        "white trainers, baseball cap, late 30s, scottish accent",
        "person",
        "white trainers, baseball cap, late 30s, scottish accent",
    ),
    ("en", "some kids with a catapult near the skate park", "weapon", "catapult"),
    ("en", "he came at me with scissors in the kitchen of the bar", "weapon", "scissors"),
    (
        "es",
        "señor mayor de unos 70 con baston y boina",
        "person",
        "señor mayor de unos 70 con baston y boina",
    ),
    ("es", "me amenazo con unas tijeras en el portal de mi casa", "weapon", "tijeras"),
    ("es", "llevaban palos y piedras en el parque de la ribera", "weapon", "palos"),
    ("es", "llevaban palos y piedras en el parque de la ribera", "weapon", "piedras"),
    (
        "ca",
        "senyor gran d'uns 70 amb boina i basto",
        "person",
        "senyor gran d'uns 70 amb boina i basto",
    ),
    ("ca", "m'ha amenaçat amb unes tisores al portal de casa", "weapon", "tisores"),
    ("ca", "portaven pals i pedres al parc de la ribera", "weapon", "pals"),
    ("ca", "portaven pals i pedres al parc de la ribera", "weapon", "pedres"),
    (
        "fr",
        "un vieux monsieur de 70 ans avec une canne et un beret",
        "person",
        "un vieux monsieur de 70 ans avec une canne et un beret",
    ),
    ("fr", "il m'a menace avec des ciseaux dans le hall de l'immeuble", "weapon", "ciseaux"),
    ("fr", "ils avaient des batons et des pierres au parc", "weapon", "batons"),
    ("fr", "ils avaient des batons et des pierres au parc", "weapon", "pierres"),
    (
        "de",
        "älterer herr um die 70 mit stock und hut",
        "person",
        "älterer herr um die 70 mit stock und hut",
    ),
    ("de", "er hat mich mit ner schere bedroht im treppenhaus", "weapon", "schere"),
    ("de", "die hatten stöcke und steine im park", "weapon", "stöcke"),
    ("de", "die hatten stöcke und steine im park", "weapon", "steine"),
    (
        "de",
        "kleiner dicker mann mit brille und ziegenbart",
        "person",
        "kleiner dicker mann mit brille und ziegenbart",
    ),
    ("de", "blauer vw bus parkt falsch vor der moschee", "vehicle", "blauer vw bus"),
    (
        "it",
        "un signore anziano sui 70 con bastone e cappello",
        "person",
        "un signore anziano sui 70 con bastone e cappello",
    ),
    ("it", "mi ha minacciato con le forbici nell'androne del palazzo", "weapon", "forbici"),
    ("it", "avevano bastoni e sassi al parco", "weapon", "bastoni"),
    ("it", "avevano bastoni e sassi al parco", "weapon", "sassi"),
    (
        "pt",
        "um senhor velho de 70 anos com bengala e boina",
        "person",
        "um senhor velho de 70 anos com bengala e boina",
    ),
    ("pt", "ameaçou me com uma tesoura no hall do predio", "weapon", "tesoura"),
    ("pt", "tinham paus e pedras no parque", "weapon", "paus"),
    ("pt", "tinham paus e pedras no parque", "weapon", "pedras"),
    (
        "ro",
        "un domn batran de 70 de ani cu baston si palarie",
        "person",
        "un domn batran de 70 de ani cu baston si palarie",
    ),
    ("ro", "m-a amenintat cu o foarfeca in scara blocului", "weapon", "foarfeca"),
    ("ro", "aveau bate si pietre in parc", "weapon", "bate"),
    ("ro", "aveau bate si pietre in parc", "weapon", "pietre"),
    ("uk", "хлопець на червоному мотоциклі біля маяка", "vehicle", "червоному мотоциклі"),
    (
        "uk",
        "дідусь років 70 з паличкою і в капелюсі",
        "person",
        "дідусь років 70 з паличкою і в капелюсі",
    ),
    ("uk", "погрожував ножицями у під'їзді", "weapon", "ножицями"),
    ("uk", "у них були палки і каміння в парку", "weapon", "палки"),
    ("uk", "у них були палки і каміння в парку", "weapon", "каміння"),
    ("ar", "رجل كبير عمره 70 سنة معه عكاز وقبعة", "person", "رجل كبير عمره 70 سنة معه عكاز"),
    ("ar", "هددني بمقص في مدخل العمارة", "weapon", "مقص"),
    ("ar", "كان معهم عصي وحجارة في الحديقة", "weapon", "عصي"),
    ("ar", "كان معهم عصي وحجارة في الحديقة", "weapon", "حجارة"),
    ("ar", "يسوق اودي رمادية", "vehicle", "اودي رمادية"),
    ("ur", "قینچی سے دھمکی دی گھر کے باہر", "weapon", "قینچی"),
    ("ur", "ان کے پاس ڈنڈے اور پتھر تھے پارک میں", "weapon", "ڈنڈے"),
    ("ur", "ان کے پاس ڈنڈے اور پتھر تھے پارک میں", "weapon", "پتھر"),
    ("ur", "کالا ٹریک سوٹ سفید جوتے", "person", "کالا ٹریک سوٹ سفید جوتے"),
    ("zh", "七十岁左右的老人戴帽子", "person", "七十岁左右的老人戴帽子"),
    ("zh", "他们拿着木棍和石头公园里", "weapon", "石头"),
    ("es", "nos amenazaron con una botella rota", "weapon", "botella rota"),
    ("it", "monopattino elettrico sparito", "vehicle", "monopattino elettrico"),
    ("fr", "ma trottinette électrique prise sur le balcon", "vehicle", "trottinette électrique"),
    ("ar", "هددني بسكين واخذ محفظتي", "weapon", "سكين"),
    ("und", "用辣椒水喷我抢走150欧", "weapon", "辣椒水"),
    ("en", "lads showing off guns on snap", "weapon", "guns"),
    ("es", "habia balas en la acera", "weapon", "balas"),
    ("ca", "hi ha cartutxos vells a les golfes", "weapon", "cartutxos"),
    ("fr", "un vieil obus dans le jardin", "weapon", "obus"),
    ("de", "am strand liegt eine handgranate", "weapon", "handgranate"),
    ("it", "ha un coltello a serramanico", "weapon", "coltello a serramanico"),
    ("pt", "encontrei uma caixa de balas no armario", "weapon", "balas"),
    ("ro", "un coleg vine cu briceag la scoala", "weapon", "briceag"),
    ("ro", "se vand pistoale la targ", "weapon", "pistoale"),
    ("uk", "сусід навів гвинтівку з вікна", "weapon", "гвинтівку"),
    ("ar", "تلميذ احضر سكينا الى المدرسة", "weapon", "سكينا"),
    ("ar", "لقيت فردي فالزبل", "weapon", "فردي"),
    ("ur", "کچرے میں پسٹل پڑا تھا", "weapon", "پسٹل"),
    ("zh", "捡到几颗子弹在沙滩", "weapon", "子弹"),
    (
        "en",
        "slim girl, pink hair, nose ring, took the lot and legged it",
        "person",
        "slim girl, pink hair, nose ring",
    ),
    (
        "en",
        "two lads in balaclavas on an orange bike under the bridge",
        "person",
        "two lads in balaclavas",
    ),
    (
        "en",
        "about five foot ten, ginger beard, football shirt",
        "person",
        "five foot ten, ginger beard, football shirt",
    ),
    (
        "es",
        "una chica flaca con el pelo rosa y piercing en la nariz",
        "person",
        "una chica flaca con el pelo rosa y piercing en la nariz",
    ),
    (
        "es",
        "dos encapuchados en un patinete electrico debajo del puente",
        "person",
        "dos encapuchados",
    ),
    (
        "es",
        "de metro setenta, pelirrojo, camiseta del barça",
        "person",
        "metro setenta, pelirrojo, camiseta del barça",
    ),
    (
        "ca",
        "una noia prima amb els cabells roses i pircing al nas",
        "person",
        "una noia prima amb els cabells roses i pircing al nas",
    ),
    ("ca", "dos encaputxats en patinet electric sota el pont", "person", "dos encaputxats"),
    (
        "ca",
        "metre setanta, pel-roig, samarreta del barça",
        "person",
        "metre setanta, pel-roig, samarreta del barça",
    ),
    (
        "fr",
        "une meuf mince cheveux roses et piercing au nez",
        "person",
        "une meuf mince cheveux roses et piercing au nez",
    ),
    (
        "fr",
        "deux mecs cagoules en trottinette electrique sous le pont",
        "person",
        "deux mecs cagoules",
    ),
    ("fr", "1m70, roux, maillot de foot", "person", "1m70, roux, maillot de foot"),
    (
        "de",
        "dünne frau mit pinken haaren und nasenpiercing",
        "person",
        "dünne frau mit pinken haaren und nasenpiercing",
    ),
    ("de", "zwei vermummte auf nem e-scooter unter der brücke", "person", "zwei vermummte"),
    ("de", "1,70m, rothaarig, fussballtrikot", "person", "1,70m, rothaarig, fussballtrikot"),
    (
        "it",
        "una ragazza magra capelli rosa e piercing al naso",
        "person",
        "una ragazza magra capelli rosa e piercing al naso",
    ),
    (
        "it",
        "due incappucciati su un monopattino elettrico sotto il ponte",
        "person",
        "due incappucciati",
    ),
    (
        "it",
        "alto 1,70 rosso di capelli maglia da calcio",
        "person",
        "alto 1,70 rosso di capelli maglia da calcio",
    ),
    (
        "pt",
        "uma rapariga magra cabelo rosa e piercing no nariz",
        "person",
        "uma rapariga magra cabelo rosa e piercing no nariz",
    ),
    (
        "pt",
        "dois encapuzados numa trotinete eletrica debaixo da ponte",
        "person",
        "dois encapuzados",
    ),
    ("pt", "1,70m ruivo camisola de futebol", "person", "1,70m ruivo camisola de futebol"),
    (
        "ro",
        "o fata slaba cu par roz si piercing in nas",
        "person",
        "o fata slaba cu par roz si piercing in nas",
    ),
    ("ro", "doi tipi cu cagule pe trotineta electrica sub pod", "person", "doi tipi cu cagule"),
    ("ro", "1,70 m roscat tricou de fotbal", "person", "1,70 m roscat tricou de fotbal"),
    (
        "uk",
        "худа дівчина рожеве волосся і пірсинг в носі",
        "person",
        "худа дівчина рожеве волосся і пірсинг в носі",
    ),
    ("uk", "двоє в балаклавах на електросамокаті під мостом", "person", "двоє в балаклавах"),
    ("uk", "170 см рудий футболка футбольна", "person", "170 см рудий футболка футбольна"),
    ("ar", "بنت نحيفة شعرها وردي", "person", "بنت نحيفة شعرها وردي"),
    ("ar", "اثنين ملثمين على تروتينيت تحت الجسر", "person", "اثنين ملثمين"),
    (
        "ar",
        "شاب ملتحي لابس قميص اسود طوله متر وثمانين",
        "person",
        "شاب ملتحي لابس قميص اسود طوله متر",
    ),
    ("ar", "sre9 liya bisklit kan labes casquette k7la", "person", "casquette k7la"),
    ("ur", "پتلی لڑکی گلابی بال", "person", "پتلی لڑکی گلابی بال"),
    ("ur", "دو نقاب پوش بائیک پر پل کے نیچے", "person", "دو نقاب پوش"),
    ("ur", "patli larki gulabi baal", "person", "patli larki gulabi baal"),
    ("ur", "mota aadmi mooch wala neeli shirt", "person", "mota aadmi mooch wala neeli shirt"),
    ("zh", "瘦瘦的女孩粉色头发有鼻环", "person", "瘦瘦的女孩粉色头发有鼻环"),
    ("zh", "两个蒙面人骑电动滑板车桥下", "person", "两个蒙面人"),
    ("zh", "一米七红头发穿球衣", "person", "一米七红头发穿球衣"),
    ("en", "reg ds21 wkp a maroon skoda", "vehicle", "maroon skoda"),
    ("es", "me apunto con una escopeta recortada", "weapon", "escopeta recortada"),
    ("fr", "il m'a braque avec un fusil a pompe", "weapon", "fusil a pompe"),
    ("uk", "зелений сітроен номер се 5566 ат", "vehicle", "зелений сітроен"),
    ("ar", "سيتروين خضراء رقمها 55667-ب-12", "vehicle", "سيتروين خضراء"),
    ("ar", "صوب علي بندقية صيد خلف المقبرة", "weapon", "بندقية صيد"),
    ("ur", "ہری ہنڈا سٹی", "vehicle", "ہری ہنڈا سٹی"),
    ("zh", "绿色雪铁龙车牌沪C55667", "vehicle", "绿色雪铁龙"),
]


@pytest.mark.parametrize(("language", "text", "kind", "words"), NAMED)
def test_what_people_name_in_a_hurry_is_found(language, text, kind, words):
    assert words in [detail.words for detail in find_details(text, language) if detail.kind == kind]


NO_WEAPONS = [
    ("en", "we had steak knives for dinner at 8.30"),
    ("fr", "j'ai achete des lames de rasoir a 9h30"),
    ("it", "ho comprato lamette da barba alle 9.30"),
    ("fr", "comme dans le film avec les masques"),
    ("de", "die stimmung war voll die bombe"),
    ("it", "la corsa di domenica"),
    ("en", "needles lying about the car park"),
    ("de", "fußballtrikot in xl kaufen"),
    ("es", "perdi mi chupa de cuero"),
    ("zh", "前台态度很差还笑我口音"),
    ("en", "that song is a bomb"),
    ("fr", "c'est de la bombe ce son"),
    ("it", "ammazza che bomba sto gelato"),
    ("pt", "a festa foi uma bomba"),
    ("ur", "password chura lia kisi ne"),
    ("ur", "بہن نے ساری گولیاں کھا لیں"),
    ("ca", "m'ha passat una cosa"),
    ("ro", "soacra ma bate si ma tine ca pe o sluga"),
    ("ca", "imita l'accent de la filla"),
    ("ur", "meri report ka kia hua"),
    ("ar", "بغيت التنبيهات بالعربية"),
    ("en", "recipe says use a sharp kitchen knife to slice the onions"),
    ("en", "its like a gun to my head honestly, the paperwork"),
    ("en", "can i bring a swiss army knife in my hand luggage on the ferry"),
    ("es", "que cuchillo de cocina uso para cortar jamon en la receta?"),
    ("es", "me pones una pistola en la cabeza con tanto papeleo"),
    ("ca", "quin ganivet de cuina faig servir per tallar pernil?"),
    ("ca", "em posen una pistola al cap amb tanta paperassa"),
    ("fr", "quel couteau de cuisine pour couper le saumon svp"),
    ("fr", "c'est le couteau sous la gorge vos delais"),
    ("de", "ihr setzt mir die pistole auf die brust mit den formularen"),
    ("it", "che coltello da cucina uso per tagliare le cipolle"),
    ("it", "mi puntate la pistola alla testa con sta burocrazia"),
    ("pt", "que faca de cozinha uso pra cortar cebola"),
    ("pt", "é uma pistola apontada a cabeça esta burocracia"),
    ("ro", "ce cutit de bucatarie folosesc pt ceapa"),
    ("ro", "parca imi pui pistolul la tampla cu hartiile astea"),
    ("uk", "яким кухонним ножем різати цибулю"),
    ("uk", "це як ніж до горла ті ваші папери"),
    ("ar", "اي سكين مطبخ احسن لتقطيع البصل"),
    ("ar", "كأنكم حاطين مسدس على راسي بهالاوراق"),
    ("ur", "پیاز کاٹنے کے لیے کون سا باورچی خانے کا چاقو اچھا ہے"),
    ("ur", "kitchen wala chaku kahan se milta hai"),
    ("zh", "切洋葱用什么菜刀好"),
    ("zh", "你们这手续简直是拿枪指着我的头"),
    ("es", "eran las 3 y pico"),
    ("en", "we sat in the back seat and talked"),
    ("ur", "usne mujhe call kia"),
    ("fr", "j'attendais a la caisse du supermarche"),
    ("en", "the wedding cake knife went missing from my order lol"),
    ("en", "my son plays with a toy gun is that ok"),
    ("es", "la caja del cuchillo jamonero no me ha llegado del pedido"),
    ("es", "mi hijo tiene una pistola de juguete se puede llevar?"),
    ("ca", "el ganivet pernilier de la comanda no ha arribat"),
    ("ca", "el meu fill te una pistola de joguina"),
    ("fr", "le couteau a huitres de ma commande est pas arrive"),
    ("fr", "mon fils a un pistolet en plastique c'est legal ?"),
    ("it", "il set di coltelli che ho ordinato non e arrivato"),
    ("it", "mio figlio ha una pistola giocattolo"),
    ("pt", "o conjunto de facas que encomendei nao chegou"),
    ("pt", "o meu filho tem uma pistola de brincar"),
    ("ro", "setul de cutite comandat nu a ajuns"),
    ("ro", "fiul meu are un pistol de jucarie"),
    ("uk", "син має іграшковий пістолет це можна?"),
    ("ar", "طقم السكاكين اللي طلبتو ما وصل"),
    ("ar", "ولدي عنده مسدس لعبة"),
    ("ur", "mere bete ke paas khilona pistol hai"),
    ("zh", "我订的刀具套装没到"),
    ("zh", "我儿子有玩具枪可以吗"),
    ("es", "perdi un anillo con piedras y un reloj"),
]


@pytest.mark.parametrize(("language", "text"), NO_WEAPONS)
def test_a_recipe_or_a_saying_threatens_nobody(language, text):
    assert find_details(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "weapon"),
    [
        ("en", "he put a gun to my head", "gun"),
        ("en", "he used a knife to cut my bag open", "knife"),
        ("fr", "il a sorti un couteau pour couper mon sac", "couteau"),
        ("es", "saco un cuchillo de cocina para cortarle la cara", "cuchillo de cocina"),
    ],
)
def test_a_threat_that_sounds_like_a_saying_is_still_one(language, text, weapon):
    assert [detail.words for detail in find_details(text, language)] == [weapon]
