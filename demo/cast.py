"""Names the people of the demonstration: the same as the cast of the tests."""

from dataclasses import dataclass

# Public on purpose: shown on the sign-in page of a demonstration.
PASSWORD = "puriq-demo-2026"  # noqa: S105


@dataclass(frozen=True)
class Person:
    """One of the cast.

    `place` is the INEI code of the district of their institution; `kind` its kind.
    """

    email: str
    first_name: str
    last_name: str
    words: str
    role: str = ""
    areas: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    kind: str = ""
    place: str = ""
    post: str = ""


CAST = (
    Person(
        "lina@demo.example",
        "Lina",
        "Atoche Ruiz",
        "Estudia en Tumbes; va por la mitad",
        kind="district",
        place="240102",
        post="Tesorera",
    ),
    Person(
        "omar@demo.example",
        "Omar",
        "Condori Mamani",
        "Estudia en Puno; aún no empieza",
        kind="district",
        place="210102",
        post="Registrador civil",
    ),
    Person(
        "rosa@demo.example",
        "Rosa",
        "Ñahui D'Ángelo",
        "Terminó el curso y tiene su certificado",
        kind="district",
        place="240103",
        post="Tesorera",
    ),
    Person(
        "elena@demo.example",
        "Elena",
        "Zapata Ríos",
        "Enlace de una municipalidad de Tumbes",
        role="liaison",
        kind="district",
        place="240102",
        post="Asistente de personal",
    ),
    Person("ada@demo.example", "Ada", "Salas Pinto", "Formadora", role="author"),
    Person(
        "raul@demo.example", "Raúl", "Vega León", "Revisor legal de demostración", role="reviewer"
    ),
    Person(
        "max@demo.example",
        "Max",
        "Olaya Preciado",
        "Coordina Tumbes",
        role="coordinator",
        areas=("24",),
    ),
    Person(
        "nora@demo.example",
        "Nora",
        "Quispe Calsín",
        "Coordina Puno",
        role="coordinator",
        areas=("21",),
    ),
    Person(
        "lucia@demo.example",
        "Lucía",
        "Paredes Soto",
        "Analista del ministerio, ve todo el país",
        role="analyst",
        kind="ministry",
        post="Analista",
    ),
    Person(
        "teresa@demo.example",
        "Teresa",
        "Rojas Huamán",
        "Analista de un sector: todas las UGEL",
        role="analyst",
        kinds=("ugel",),
    ),
    Person("oscar@demo.example", "Óscar", "Luna Tello", "Operador", role="operator"),
    Person("ines@demo.example", "Inés", "Farfán Cruz", "Operadora", role="operator"),
)
