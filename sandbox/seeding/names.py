"""Invented names, places, roles and interests that people of the sandbox are made from."""

from dataclasses import dataclass

FIRST_NAMES = (
    "Amara", "Bilal", "Carmen", "Dara", "Elif", "Farid", "Grace", "Hana", "Imani", "Jamal", "Kavya",
    "Liam", "Mateo", "Noor", "Olga", "Pedro", "Quinn", "Rosa", "Samir", "Thandi", "Uma", "Viktor",
    "Wanjiru", "Ximena", "Yuki", "Zofia", "Aiko", "Bongani", "Chiara", "Dmitri", "Esther", "Fatima",
    "Giulia", "Hiroshi", "Ingrid", "Joaquin", "Kwame", "Leila", "Marek", "Nadia", "Oluwaseun", "Priya",
    "Rafael", "Sofia", "Tariq", "Valentina", "Wei", "Yasmin", "Anders", "Beatriz",
)  # fmt: skip
LAST_NAMES = (
    "Abara", "Brandt", "Castillo", "Diallo", "Eriksen", "Fischer", "Gupta", "Haddad", "Ito", "Jansen",
    "Kamau", "Lopez", "Mbeki", "Nowak", "Okafor", "Patel", "Quiroga", "Rossi", "Silva", "Tanaka", "Ueda",
    "Vargas", "Weber", "Xu", "Yilmaz", "Zhang", "Achieng", "Bauer", "Chaudhary", "Dubois", "Estrada",
    "Farah", "Grant", "Hoffmann", "Iyer", "Juarez", "Kowalski", "Lindqvist", "Mensah", "Nguyen", "Oduya",
    "Pereira", "Reyes", "Santos", "Taylor",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where people work: what the profile says of it and the languages spoken there besides English."""

    city: str
    country: str
    timezone: str
    languages: tuple[str, ...]
    weight: int
    all_speak_english: bool = True


PLACES = (
    Place("Berlin", "DE", "Europe/Berlin", ("de",), 20, all_speak_english=False),
    Place("New York", "US", "America/New_York", (), 18),
    Place("Bengaluru", "IN", "Asia/Kolkata", ("hi",), 16),
    Place("Bogota", "CO", "America/Bogota", ("es",), 14, all_speak_english=False),
    Place("Nairobi", "KE", "Africa/Nairobi", ("sw",), 12),
    Place("Sydney", "AU", "Australia/Sydney", (), 9),
    Place("Madrid", "ES", "Europe/Madrid", ("es",), 6, all_speak_english=False),
    Place("Warsaw", "PL", "Europe/Warsaw", ("pl",), 3),
    Place("Sao Paulo", "BR", "America/Sao_Paulo", ("pt_br",), 2),
)

ROLES = {
    "Sales": ("Account executive", "Sales development representative", "Solutions consultant"),
    "Engineering": ("Software engineer", "Site reliability engineer", "Test engineer", "Data engineer"),
    "Customer care": ("Customer care agent", "Technical support specialist", "Onboarding specialist"),
}
LEAD_ROLES = {"Sales": "Sales lead", "Engineering": "Engineering lead", "Customer care": "Care team lead"}

INTERESTS = {
    "Sales": ("negotiation", "presenting", "crm", "discovery calls", "writing", "forecasting"),
    "Engineering": ("python", "kubernetes", "sql", "testing", "code review", "system design"),
    "Customer care": ("de-escalation", "writing", "product knowledge", "listening", "crm", "knowledge base"),
}
SHARED_INTERESTS = ("public speaking", "time management", "design", "working remotely", "data analysis")
