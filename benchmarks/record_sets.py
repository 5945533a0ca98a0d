#!/usr/bin/env python3
"""Makes record sets with known truth, of several kinds of trouble, to judge linkage without set-up on.

    benchmarks/record_sets.py --out DIR [--people N] [--seed S ...] [--only SHAPE ...] [--gmpi PROGRAM]
    benchmarks/accuracy --data DIR

Each set is a folder SHAPE-SEED with records.csv (or left.csv and right.csv) and truth.csv (record_id,entity_id). People
live in families: they share surnames, addresses, landlines and e-mail hosts, marry, move, have twins and nicknames, so
that what tells a record of the same person from one of the same household is never a column alone. The same shape, seed
and number of people give the same bytes. Defaults of gmpi that learn from a file are chosen on these sets, never on sets
that others know. Standard library only; `greater_manchester` runs `gmpi synth` and drops its NHS numbers.

Shapes: clean_sources  seven systems over twenty years, hardly an error, all have moved; many columns of few values
        names_dates    names and a birthday in three columns, nothing else, one record in five has a double
        sparse         two of five cells are missing; e-mail, phone, town
        aliases        whole names with titles, other names in one cell, careers, old dates; no day of birth for a third
        german         German headers and dates in four notations, umlauts written in two ways, names in the wrong order
        two_sources    two files of different columns, each person once in each at most
        identifiers    an insurance number that families share, and that is wrong one time in twenty
        unlabelled     headers c1 to c8
        greater_manchester  gmpi synth without NHS numbers
"""
import argparse
import csv
import pathlib
import random
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Given names with forms that the same person goes by.
GIVEN = {
    "f": """Elizabeth/Liz/Beth/Betty Margaret/Maggie/Peggy Katherine/Kate/Kathy Susan/Sue Patricia/Pat/Trish Jennifer/Jenny
        Rebecca/Becky Deborah/Debbie Victoria/Vicky Alexandra/Alex/Sandra Christine/Chris/Tina Barbara/Babs Judith/Judy
        Samantha/Sam Jacqueline/Jackie Abigail/Abby Dorothy/Dot Theresa/Terry Eleanor/Ellie Charlotte/Lottie Mary Anna Emma
        Sarah Karen Laura Ruth Alice Grace Julia Nina Clara Helen Diane Irene Olivia Amelia Isla Maya Fatima Aisha Zainab
        Agnieszka Marta Ewa Priya Anjali Mei Ling Chloe Lucy Holly Megan Ella Freya Rosa Vera Edith Hilda Joan Joyce""",
    "m": """William/Bill/Will Robert/Bob/Rob Richard/Dick/Rick James/Jim/Jimmy Michael/Mike/Mick Thomas/Tom Anthony/Tony
        Christopher/Chris Andrew/Andy Edward/Ted/Ed Joseph/Joe Daniel/Dan Matthew/Matt Nicholas/Nick Alexander/Alex/Sandy
        Benjamin/Ben Samuel/Sam Jonathan/Jon Stephen/Steve Charles/Charlie Frederick/Fred Lawrence/Larry John/Jack David/Dave
        Peter/Pete George Paul Mark Simon Martin Kevin Brian Alan Ian Neil Adam Luke Oscar Leo Hugo Felix Oliver Noah Omar
        Yusuf Imran Bilal Piotr Jakub Raj Arjun Wei Connor Declan Kieran Liam Ryan Harold Albert Arthur Walter Cyril Ernest"""}
SURNAME = """Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White Roberts
    Green Hall Wood Jackson Clarke Khan Ahmed Hussain Ali Begum Singh Kaur Kowalski Nowak Murphy Kelly Byrne Okafor Mensah Chen
    Wang Li Schmidt Weber Mueller Rossi Garcia Silva""".split()
TOWNS = """Leeds York Bolton Bury Wigan Oldham Sale Hyde Stockport Rochdale Altrincham Eccles Hull Derby Preston Lancaster Chester
    Warrington Halifax Burnley Blackburn Skipton Buxton Matlock Kendal""".split()
STREETS = """Oxford Station Church Victoria Mill Park Albert King Queen Market Chapel Bridge Alma Cedar Elm Orchard School Meadow
    Spring Hill Moor Lime Beech York Regent Stanley Derby Chester""".split()
KINDS = "Road Street Avenue Lane Close Drive Crescent Grove".split()
WORK = """labourer clerk nurse teacher driver cook engineer painter farmer porter joiner weaver miner politician writer actor
    cricketer footballer bishop lawyer judge soldier sailor""".split()


def zipf(rng, items):
    """An item, those in front more often."""
    return items[min(int(len(items) * rng.random() ** 2.2), len(items) - 1)]


def invented(rng):
    stem = "".join(rng.choice("b c d f g h k l m n p r s t w br st th".split()) + rng.choice("aeiou")
                   for _ in range(rng.randint(1, 3)))
    return (stem + rng.choice("n r l s ns rd son ton ley field man ski".split())).title()


class Town:
    """Where people live: names of one set, so that values repeat as they do."""

    def __init__(self, rng, people):
        self.rng = rng
        self.surnames = SURNAME + [invented(rng) for _ in range(max(200, people // 4))]
        self.given = {sex: [forms.split("/") for forms in names.split()] for sex, names in GIVEN.items()}
        self.towns = [(town, f"{town[0]}{town[2]}".upper() + str(rng.randint(1, 30))) for town in TOWNS]

    def address(self):
        town, area = zipf(self.rng, self.towns)
        street = f"{self.rng.choice(STREETS)} {self.rng.choice(KINDS)}"
        code = f"{area} {self.rng.randint(1, 9)}{self.rng.choice('ABDEFGHJLN')}{self.rng.choice('PQRSTUWXYZ')}"
        unit = f"Flat {self.rng.randint(1, 9)}" if self.rng.random() < 0.08 else ""
        return {"number": str(self.rng.randint(1, 140)), "street": street, "unit": unit, "town": town, "postcode": code}

    def digits(self, count):
        return "".join(self.rng.choice("0123456789") for _ in range(count))

    def person(self, sex, year, surname, address, landline):
        rng = self.rng
        forms = zipf(rng, self.given[sex])
        day = (year, rng.randint(1, 12), rng.randint(1, 28))
        middle = zipf(rng, self.given[sex])[0] if rng.random() < 0.7 else ""
        mail = f"{forms[0]}.{surname}{rng.randint(1, 99)}@{rng.choice(['mail', 'post', 'letters'])}.example".lower()
        return {"given": forms[0], "forms": forms[1:], "middle": middle, "surname": surname, "born": surname, "sex": sex,
                "day": day, "mobile": "07" + self.digits(9), "landline": landline, "email": mail,
                "homes": [address], "insurance": self.digits(8), "race": zipf(rng, ["white", "asian", "black", "other"]),
                "work": rng.choice(WORK), "birth_place": rng.choice(TOWNS)}

    def family(self):
        """One to six people, of whom children and a wife share the name; some twins."""
        rng = self.rng
        surname, address, landline = zipf(rng, self.surnames), self.address(), "0161" + self.digits(7)
        insurance = self.digits(8)
        year = rng.randint(1925, 1990)
        people = [self.person(rng.choice("fm"), year, surname, address, landline)]
        if rng.random() < 0.6:
            other = "m" if people[0]["sex"] == "f" else "f"
            people.append(self.person(other, year + rng.randint(-5, 5), surname, address, landline))
            if other == "f":
                people[-1]["born"] = zipf(rng, self.surnames)
            for _ in range(rng.choice([0, 1, 2, 2, 3])):
                people.append(self.person(rng.choice("fm"), year + rng.randint(20, 38), surname, address, landline))
                if rng.random() < 0.04:
                    twin = self.person(rng.choice("fm"), 0, surname, address, landline)
                    if twin["given"] != people[-1]["given"]:
                        people.append(twin | {"day": people[-1]["day"]})
        for person in people:
            person["family_insurance"] = insurance
        if rng.random() < 0.5:  # all together
            home = self.address()
            for person in people:
                person["homes"].append(home)
        for person in people[1:]:
            if rng.random() < 0.4:
                person["homes"].append(self.address())
        return people

    def population(self, count):
        people = []
        while len(people) < count:
            people += self.family()
        return people[:count]


def slip(rng, text):
    """One letter or digit wrong: left out, put in, replaced, or in exchange with the next."""
    if len(text) < 2:
        return text
    at = rng.randrange(len(text))
    new = rng.choice("0123456789") if text[at].isdigit() else rng.choice("aeiourstnl")
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1:]
    if kind == 1:
        return text[:at] + new + text[at:]
    if kind == 2:
        return text[:at] + new + text[at + 1:]
    at = min(at, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2:]


class Clerk:
    """Writes down what people say, with the errors of a shape: shares of cells."""

    def __init__(self, rng, errors=0.03, missing=0.03, nickname=0.05, spoilt=0.0):
        self.rng, self.errors, self.missing, self.nickname, self.spoilt = rng, errors, missing, nickname, spoilt

    def given(self, person):
        if person["forms"] and self.rng.random() < self.nickname:
            return self.rng.choice(person["forms"])
        return person["given"]

    def surname(self, person):
        return person["born"] if self.rng.random() < 0.15 else person["surname"]

    def day(self, person, style="iso"):
        year, month, day = person["day"]
        chance = self.rng.random()
        if chance < self.errors / 2 and day <= 12:
            month, day = day, month
        elif chance < self.errors:
            day = self.rng.randint(1, 28)
        elif chance < 1.3 * self.errors:
            year += self.rng.choice([-10, -1, 1, 10])
        if style == "dirty":
            style = self.rng.choice(["iso", "dots", "slashes", "long"])
        if style == "dots":
            return f"{day}.{month}.{year}"
        if style == "slashes":
            return f"{day:02}/{month:02}/{year}"
        if style == "long":
            return f"{day:02} {'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split()[month - 1]} {year}"
        return f"{year:04}-{month:02}-{day:02}"

    def cells(self, cells, exact=()):
        """Slips and gaps; a share of records is spoilt throughout. Columns in `exact` are written by machines."""
        rate = min(1, self.errors * (5 if self.rng.random() < self.spoilt else 1))
        out = []
        for number, cell in enumerate(cells):
            if cell and number not in exact and self.rng.random() < rate:
                cell = slip(self.rng, cell)
            out.append("" if self.rng.random() < self.missing else cell)
        return out


def copies(rng, weights):
    return rng.choices(range(1, len(weights) + 1), weights)[0]


def clean_sources(rng, people):
    clerk = Clerk(rng, errors=0.002, missing=0.005, nickname=0)
    header = ["source", "record_year", "given_name", "middle_name", "surname", "dob", "sex", "race", "street_number", "street",
              "unit", "town", "relationship", "tenure"]
    for person in Town(rng, people).population(people):
        for _ in range(copies(rng, [3, 3, 3, 2, 2])):
            home = rng.choice(person["homes"])
            lives = rng.random() < 0.75
            where = [home["number"], home["street"].lower(), home["unit"], home["town"]] if lives else [""] * 4
            yield person, clerk.cells(
                [rng.choice(["register", "survey1", "survey2", "survey3", "clinic", "school", "pension"]), str(rng.randint(2000, 2024)),
                 person["given"], person["middle"][:1] if lives else person["middle"], person["surname"], clerk.day(person),
                 {"f": "Female", "m": "Male"}[person["sex"]], person["race"] if lives else "", *where,
                 rng.choice(["reference person", "partner", "child", "parent", "lodger"]) if lives else "",
                 rng.choice(["own", "rent", "group"]) if lives else ""], exact=(0, 1, 6, 7, 11, 12, 13))
    return header


def names_dates(rng, people):
    clerk = Clerk(rng, errors=0.06, missing=0, nickname=0)
    for person in Town(rng, people).population(people):
        for number in range(copies(rng, [4, 1])):
            year, month, day = clerk.day(person).split("-")
            cells = [person["given"], person["surname"], year, str(int(month)), str(int(day))]
            if number > 0:  # the double has an error for sure
                at = rng.choice([0, 1, 1, 4])
                cells[at] = slip(rng, cells[at])
            yield person, cells
    return ["fname", "lname", "by", "bm", "bd"]


def sparse(rng, people):
    clerk = Clerk(rng, errors=0.08, missing=0.4, nickname=0.15)
    for person in Town(rng, people).population(people):
        for _ in range(copies(rng, [2, 3, 3, 2])):
            home = rng.choice(person["homes"])
            given, surname = clerk.given(person), clerk.surname(person)
            if rng.random() < 0.04:
                given, surname = surname, given
            yield person, clerk.cells([given, surname, clerk.day(person), home["town"], home["postcode"], person["email"],
                                       rng.choice([person["mobile"], person["landline"]])])
    return ["first_name", "surname", "dob", "city", "postcode", "email", "telephone"]


def aliases(rng, people):
    clerk = Clerk(rng, errors=0.06, missing=0.02, nickname=0.4, spoilt=0.1)
    for person in Town(rng, people).population(people):
        born = person["day"]
        for _ in range(copies(rng, [2, 2, 2, 2, 2, 1, 1])):
            given, surname = clerk.given(person), rng.choice([person["surname"], person["surname"], person["born"]])
            title = rng.choice(["Sir ", "Dr ", "Mrs ", "Rev. "]) if rng.random() < 0.15 else ""
            middle = f" {person['middle']}" if person["middle"] and rng.random() < 0.5 else ""
            others = [f"{person['given']} {person['born']}"] + [f"{form} {person['surname']}" for form in person["forms"]]
            known = "|".join(rng.sample(others, rng.randint(0, min(2, len(others)))))
            day = "" if rng.random() < 0.33 else clerk.day(person | {"day": (born[0] - 120, born[1], born[2])})
            yield person, clerk.cells([f"{title}{given}{middle} {surname}", known, day,
                                       person["birth_place"] if rng.random() < 0.8 else "",
                                       person["homes"][0]["postcode"] if rng.random() < 0.4 else "",
                                       person["work"] if rng.random() < 0.8 else ""])
    return ["full_name", "aliases", "dob", "birth_place", "postcode", "occupation"]


def german(rng, people):
    clerk = Clerk(rng, errors=0.05, missing=0.08, nickname=0.05, spoilt=0.05)
    spell = [("ue", "ü"), ("oe", "ö"), ("ae", "ä"), ("ss", "ß")]
    for person in Town(rng, people).population(people):
        for _ in range(copies(rng, [3, 3, 2])):
            home = rng.choice(person["homes"])
            given, surname = clerk.given(person), clerk.surname(person)
            if rng.random() < 0.5:
                for plain, umlaut in spell:
                    surname = surname.replace(plain, umlaut)
            if rng.random() < 0.08:
                given, surname = surname, given
            plz = str(10000 + sum(map(ord, home["postcode"])) * 37 % 89999)
            yield person, clerk.cells([surname, given, clerk.day(person, "dirty"), {"f": "w", "m": "m"}[person["sex"]],
                                       f"{home['street'].replace(' Street', 'straße').replace(' Road', 'weg')} {home['number']}",
                                       plz, home["town"], rng.choice([person["mobile"], person["landline"]])], exact=(3,))
    return ["Nachname", "Vorname", "Geburtsdatum", "Geschlecht", "Anschrift", "PLZ", "Wohnort", "Telefon"]


def identifiers(rng, people):
    clerk = Clerk(rng, errors=0.04, missing=0.08, nickname=0.1)
    for person in Town(rng, people).population(people):
        for _ in range(copies(rng, [2, 3, 2, 1])):
            home = rng.choice(person["homes"])
            number = person["family_insurance"] if rng.random() < 0.5 else person["insurance"]
            if rng.random() < 0.05:
                number = "".join(rng.choice("0123456789") for _ in range(8))
            yield person, clerk.cells([number, clerk.given(person), clerk.surname(person), clerk.day(person, "slashes"), person["sex"],
                                       f"{home['number']} {home['street']}", home["postcode"]], exact=(4,))
    return ["insurance_no", "forename", "last_name", "birth_date", "sex", "address", "postcode"]


def unlabelled(rng, people):
    clerk = Clerk(rng, errors=0.05, missing=0.1, nickname=0.1, spoilt=0.05)
    for person in Town(rng, people).population(people):
        for _ in range(copies(rng, [3, 3, 2, 1])):
            home = rng.choice(person["homes"])
            yield person, clerk.cells([clerk.day(person), clerk.surname(person), home["postcode"], person["sex"],
                                       f"{home['number']} {home['street']}", clerk.given(person), home["town"],
                                       rng.choice([person["mobile"], person["landline"]])], exact=(3,))
    return ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"]


ONE_FILE = {f.__name__: f for f in (clean_sources, names_dates, sparse, aliases, german, identifiers, unlabelled)}


def rows_of(rows):
    """What a generator yields, and the header it returns."""
    gathered = []
    while True:
        try:
            gathered.append(next(rows))
        except StopIteration as stop:
            return stop.value, gathered


def number_rows(rng, header, rows, prefix, truth):
    rng.shuffle(rows)
    numbered = []
    for number, (person, cells) in enumerate(rows):
        name = f"{prefix}{number:06}"
        truth[name] = f"p{id(person)}"
        numbered.append([name, *cells])
    return ["record_id", *header], numbered


def two_sources(rng, people, truth):
    """Each person once in either file, or in both."""
    left, right = [], []
    clerk = Clerk(rng, errors=0.05, missing=0.06, nickname=0.12, spoilt=0.05)
    for person in Town(rng, people).population(people):
        home = rng.choice(person["homes"])
        where = rng.random()
        if where < 0.75:
            left.append((person, clerk.cells([clerk.given(person), clerk.surname(person), clerk.day(person), person["sex"],
                                              f"{home['number']} {home['street']}", home["town"], home["postcode"]], exact=(3,))))
        if where > 0.3:
            home = rng.choice(person["homes"])
            name = f"{clerk.surname(person)}, {clerk.given(person)}" if rng.random() < 0.5 else \
                f"{clerk.given(person)} {clerk.surname(person)}"
            right.append((person, clerk.cells([name, clerk.day(person, "slashes"), home["postcode"], person["mobile"], home["town"]])))
    return {"left.csv": number_rows(rng, ["first_name", "surname", "dob", "sex", "address", "town", "postcode"], left, "a", truth),
            "right.csv": number_rows(rng, ["name", "dob", "postcode", "mobile", "town"], right, "b", truth)}


def make(shape, seed, people):
    """({file: (header, rows)}, {record_id: entity}) of a shape."""
    rng = random.Random(f"{shape} {seed}")
    truth = {}
    if shape == "two_sources":
        files = two_sources(rng, people, truth)
    else:
        header, rows = rows_of(ONE_FILE[shape](rng, people))
        files = {"records.csv": number_rows(rng, header, rows, "r", truth)}
    names = {}
    return files, {record: names.setdefault(entity, f"e{len(names):06}") for record, entity in truth.items()}


def write(folder, files, truth):
    folder.mkdir(parents=True, exist_ok=True)
    for name, (header, rows) in files.items():
        with open(folder / name, "w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(header)
            writer.writerows(rows)
    with open(folder / "truth.csv", "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["record_id", "entity_id"])
        writer.writerows(truth.items())


def greater_manchester(gmpi, folder, seed, people):
    """What ten kinds of system hold, without the number that would settle most of it."""
    keep = ["record_id", "source", "title", "given_name", "middle_names", "surname", "known_as", "previous_surname", "dob", "sex",
            "address_line", "town", "postcode", "phone", "email"]
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([gmpi, "synth", "--people", str(people), "--seed", str(seed), "--out", scratch, "-q"], check=True,
                       stdout=subprocess.DEVNULL)
        with open(f"{scratch}/records.csv", newline="") as source:
            rows = [[row[column] for column in keep] for row in csv.DictReader(source)]
        with open(f"{scratch}/truth.csv", newline="") as source:
            truth = {row["record_id"]: row["entity_id"] for row in csv.DictReader(source)}
    write(folder, {"records.csv": (keep, rows)}, truth)


SHAPES = [*ONE_FILE, "two_sources"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--seed", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--only", nargs="+", choices=[*SHAPES, "greater_manchester"])
    parser.add_argument("--gmpi", type=pathlib.Path, default=ROOT / "build" / "release" / "gmpi")
    arguments = parser.parse_args()
    for shape in arguments.only or [*SHAPES, "greater_manchester"]:
        for seed in arguments.seed:
            folder = arguments.out / f"{shape}-{seed}"
            if shape == "greater_manchester":
                greater_manchester(arguments.gmpi, folder, seed, arguments.people // 2)
            else:
                write(folder, *make(shape, seed, arguments.people))
    return 0


if __name__ == "__main__":
    sys.exit(main())
