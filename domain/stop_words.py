"""Words that say nothing about what somebody looks for, in each language; written without marks on letters."""

from typing import Final

from domain.language import Language


def _of(words: str) -> frozenset[str]:
    return frozenset(words.split())


STOP_WORDS: Final[dict[Language, frozenset[str]]] = {
    "lt": _of(
        "ir o bet ar kad jei jeigu kai kaip kur kas ka kam kodel kuris kuri kurie kurios kuria kurio kuriuos is i "
        "su be per nuo iki po prie pro del uz ant apie pagal tarp ne ni nei taip tai tas ta tie tos to tuo tame "
        "sis si sie sios as tu jis ji mes jus jie jos man mane mano tavo jo musu jusu ju mus yra buvo bus buti gali "
        "reikia arba taciau nes dar jau tik pat vis cia ten toks tokia kiek kada labai visi viska"
    ),
    "pl": _of(
        "i a o w we z u na do od po za ze ale lub albo czy jak gdy gdzie kiedy kto co czego czym jaki jaka jakie "
        "ktory ktora ktore ktorych ktorej dla przez przy pod nad bez nie tak to ten ta te tego tej tym tych tam tu "
        "jest sa byl byla bylo byc bedzie ma moze mozna trzeba nalezy sie sobie go jej ich ja ty on ona my wy oni "
        "moj moja twoj nasz wasz juz tylko tez takze oraz aby zeby bardzo wszystko"
    ),
    "nb": _of(
        "og i a en et ei er var vaere vaert blir ble som om at det den de der du jeg han hun vi dere seg deg meg "
        "min mi mitt din di ditt sin si sitt hva hvem hvor hvordan hvorfor hvilken hvilke nar for fra til av pa med "
        "uten ved etter under over mot men eller ikke ingen noe noen har hadde ha kan kunne ma skal skulle vil "
        "ville ogsa bare sa da her denne dette disse mer mye mange enn alle alt"
    ),
    "en": _of(
        "a an the and or but if of in on at to from by for with without about into over under as is are was were be "
        "been it its this that these those there here you he she we they me him her us them my your his our their what "
        "who whom which where when why how do does did can could may might must shall should will would has have had "
        "not no so than then too very just also any all some"
    ),
}
