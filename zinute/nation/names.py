"""What the invented people, places and webinars of the three countries are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.language import Language

Pair = tuple[str, str]  # of a man and of a woman


def _words(written: str) -> tuple[str, ...]:
    return tuple(written.split())


@dataclass(frozen=True, slots=True)
class Land:
    """A country's words. `towns` stand in the form that `houses` (the names of institutions, by their sector) ask for;
    `jobs` are by sector too. `topics` are of webinars, `courses` of days in a classroom."""

    code: str
    zone: str
    language: Language
    name: str
    towns: tuple[str, ...]
    sectors: Mapping[str, str]
    houses: Mapping[str, str]
    jobs: Mapping[str, tuple[str, ...]]
    firsts: tuple[tuple[str, ...], tuple[str, ...]]
    surnames: tuple[Pair, ...]
    topics: tuple[str, ...]
    courses: tuple[str, ...]
    venue: str


LITHUANIA: Final = Land(
    "LT",
    "Europe/Vilnius",
    "lt",
    "Lietuva",
    _words(
        "Beržynų Eglynų Liepkalnio Ąžuolynės Upynos Žilvičių Smiltynų Pušaloto Akmenynės Vėjuonos Lankupių Medvalakio "
        "Šaltupės Raudonkalnio Gudobelių Rugynų Linakių Debeikų Kriokupio Girelės Tauragnų Vyšnynės Karklynų "
        "Drebulių"
    ),
    {
        "libraries": "Bibliotekos",
        "museums": "Muziejai",
        "municipalities": "Savivaldybės",
        "schools": "Mokyklos",
        "health": "Sveikatos įstaigos",
    },
    {
        "libraries": "{} viešoji biblioteka",
        "museums": "{} krašto muziejus",
        "municipalities": "{} rajono savivaldybė",
        "schools": "{} gimnazija",
        "health": "{} sveikatos centras",
    },
    {
        "libraries": (
            "bibliotekininkė",
            "skaitmeninių paslaugų specialistė",
            "vaikų literatūros bibliotekininkė",
        ),
        "museums": ("muziejininkas", "edukatorė", "fondų saugotoja"),
        "municipalities": (
            "specialistė",
            "socialinis darbuotojas",
            "viešųjų pirkimų specialistė",
            "seniūnas",
        ),
        "schools": ("mokytoja", "mokytojo padėjėja", "socialinė pedagogė"),
        "health": ("slaugytoja", "registratorė", "kineziterapeutas"),
    },
    (
        _words("Jonas Tomas Mantas Darius Rokas Paulius Andrius Lukas Vytautas Gintaras Marius Saulius"),
        _words(
            "Rasa Eglė Ieva Aistė Jurgita Daiva Lina Rūta Giedrė Asta Vilma Kristina Austėja Inga Loreta Dalia"
        ),
    ),
    tuple(
        zip(
            _words(
                "Kazlauskas Petrauskas Jankauskas Stankevičius Vasiliauskas Žukauskas Butkus Paulauskas Urbonas "
                "Kavaliauskas Navickas Rimkus Balčiūnas Šimkus Mažeika Gudaitis Norkus Vaitkus Jakubauskas Pocius"
            ),
            _words(
                "Kazlauskienė Petrauskaitė Jankauskienė Stankevičiūtė Vasiliauskienė Žukauskaitė Butkienė Paulauskaitė "
                "Urbonienė Kavaliauskaitė Navickienė Rimkutė Balčiūnienė Šimkutė Mažeikienė Gudaitytė Norkienė "
                "Vaitkutė Jakubauskienė Pociūtė"
            ),
            strict=True,
        )
    ),
    (
        "Kaip atpažinti sukčiavimo laišką",
        "Prieinami dokumentai",
        "Aiški kalba raštuose",
        "Dirbtinis intelektas kasdieniame darbe",
        "Asmens duomenys prie langelio",
        "Skaitmeninių įgūdžių mokymas vyresniems",
        "Pokalbis su nepatenkintu lankytoju",
        "Viešieji pirkimai trumpai",
        "Elektroninės paslaugos gyventojams",
        "Kaip suplanuoti renginį",
    ),
    ("Pirmoji pagalba", "Mokymų vedimas", "Darbas komandoje", "Gaisrinė sauga"),
    "Vilnius, Mokymų g. 5",
)
POLAND: Final = Land(
    "PL",
    "Europe/Warsaw",
    "pl",
    "Polska",
    _words(
        "Brzozowie Olszynach Lipnicy Dębogórze Wierzbnie Jesionkach Sosnówce Kamionnej Wrzosowie Bukowcu Klonowie "
        "Różance Zielonce Rzeczycy Makowicach Jarzębinie Topolnie Kalinach"
    ),
    {
        "libraries": "Biblioteki",
        "museums": "Muzea",
        "municipalities": "Gminy",
        "schools": "Szkoły",
        "health": "Ochrona zdrowia",
    },
    {
        "libraries": "Biblioteka Publiczna w {}",
        "museums": "Muzeum Regionalne w {}",
        "municipalities": "Urząd Gminy w {}",
        "schools": "Szkoła Podstawowa w {}",
        "health": "Ośrodek Zdrowia w {}",
    },
    {
        "libraries": ("bibliotekarka", "starszy bibliotekarz", "instruktorka"),
        "museums": ("kustosz", "edukatorka", "opiekun wystawy"),
        "municipalities": ("referent", "pracownik socjalny", "inspektor", "specjalistka ds. zamówień"),
        "schools": ("nauczycielka", "pomoc nauczyciela", "pedagog"),
        "health": ("pielęgniarka", "rejestratorka", "fizjoterapeuta"),
    },
    (
        _words("Jan Piotr Tomasz Michał Paweł Marcin Krzysztof Łukasz Adam Grzegorz"),
        _words("Anna Agnieszka Katarzyna Małgorzata Magdalena Joanna Ewa Zofia Dorota Monika Beata Iwona"),
    ),
    tuple(
        zip(
            _words(
                "Nowak Kowalski Wiśniewski Wójcik Kamiński Lewandowski Zieliński Szymański Dąbrowski Kozłowski "
                "Jankowski Mazur Krawczyk Piotrowski Grabowski Pawłowski"
            ),
            _words(
                "Nowak Kowalska Wiśniewska Wójcik Kamińska Lewandowska Zielińska Szymańska Dąbrowska Kozłowska "
                "Jankowska Mazur Krawczyk Piotrowska Grabowska Pawłowska"
            ),
            strict=True,
        )
    ),
    (
        "Jak rozpoznać oszustwo w e-mailu",
        "Dostępne dokumenty",
        "Prosty język w pismach",
        "Sztuczna inteligencja na co dzień",
        "Dane osobowe w okienku",
        "Kompetencje cyfrowe seniorów",
        "Trudny rozmówca",
        "Zamówienia publiczne w pigułce",
        "E-usługi dla mieszkańców",
        "Jak zaplanować wydarzenie",
    ),
    ("Pierwsza pomoc", "Prowadzenie szkoleń", "Praca w zespole", "Ochrona przeciwpożarowa"),
    "Warszawa, ul. Szkolna 5",
)
NORWAY: Final = Land(
    "NO",
    "Europe/Oslo",
    "nb",
    "Norge",
    _words(
        "Bjørkevik Granli Furunes Steinsund Elvebakken Lyngdalen Sjøhaug Havnes Rognan Vikmyra Solbakken Nordlia "
        "Fjellstad Tindvik Østerøy Kvitnes Ålvik Skogsletta"
    ),
    {
        "libraries": "Biblioteker",
        "museums": "Museer",
        "municipalities": "Kommuner",
        "schools": "Skoler",
        "health": "Helsetjenester",
    },
    {
        "libraries": "{} folkebibliotek",
        "museums": "{} museum",
        "municipalities": "{} kommune",
        "schools": "{} skole",
        "health": "{} helsesenter",
    },
    {
        "libraries": ("bibliotekar", "barnebibliotekar", "formidler"),
        "museums": ("konservator", "formidler", "museumsvert"),
        "municipalities": ("saksbehandler", "konsulent", "innkjøper", "miljøarbeider"),
        "schools": ("lærer", "assistent", "rådgiver"),
        "health": ("sykepleier", "helsesekretær", "fysioterapeut"),
    },
    (
        _words("Lars Ole Bjørn Kjell Anders Håkon Magnus Øystein Erik Sindre"),
        _words("Ingrid Kari Silje Marit Anne Hilde Solveig Åse Ragnhild Tone Berit Guro"),
    ),
    tuple(
        (name, name)
        for name in _words(
            "Hansen Johansen Olsen Larsen Andersen Nilsen Berg Haugen Hagen Bakke Lie Moen Strand Solberg "
            "Dahl Nygård Åsen Løken"
        )
    ),
    (
        "Slik kjenner du igjen svindel",
        "Universelt utformede dokumenter",
        "Klart språk i brev",
        "Kunstig intelligens i hverdagen",
        "Personopplysninger i skranken",
        "Digital hjelp til eldre",
        "Den vanskelige samtalen",
        "Offentlige anskaffelser på en time",
        "Digitale tjenester for innbyggere",
        "Planlegg et arrangement",
    ),
    ("Førstehjelp", "Å lede kurs", "Samarbeid i team", "Brannvern"),
    "Oslo, Kursveien 5",
)
LANDS: Final = (LITHUANIA, POLAND, NORWAY)
