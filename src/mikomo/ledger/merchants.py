"""Where the sample people spend: made-up names, with merchant category codes (ISO 18245)."""

from typing import NamedTuple


class Merchant(NamedTuple):
    """Where money goes, and how much of it at a time, in cents."""

    name: str
    category: str
    sub_category: str
    least: int
    most: int


_GROCERIES = [
    Merchant("LARKSPUR MARKET 0142", "5411", "GROCERIES", 1890, 14250),
    Merchant("GREEN BARN GROCERS", "5411", "GROCERIES", 950, 8875),
    Merchant("HARBOR FOODS CO-OP", "5411", "GROCERIES", 1240, 9690),
]
_FOOD = [
    Merchant("BLUE KETTLE COFFEE", "5814", "COFFEE_SHOPS", 385, 1150),
    Merchant("TIN FORK DINER", "5812", "RESTAURANTS", 1420, 6480),
    Merchant("NOODLE LANTERN", "5812", "RESTAURANTS", 1180, 4890),
    Merchant("PAPER CRANE SUSHI", "5812", "RESTAURANTS", 2260, 8940),
]
_GETTING_AROUND = [
    Merchant("MERIDIAN FUEL 7731", "5541", "FUEL", 2450, 6320),
    Merchant("CITYLINE TRANSIT", "4111", "PUBLIC_TRANSPORT", 275, 1375),
    Merchant("HOPALONG RIDES", "4121", "TAXI_AND_RIDES", 890, 3870),
    Merchant("CURBSIDE PARKING", "7523", "PARKING", 300, 1800),
]
_SHOPPING = [
    Merchant("EVERYTHING CRATE ONLINE", "5999", "SHOPPING", 899, 15999),
    Merchant("WILLOW AND PINE HOME", "5712", "HOME", 1599, 21900),
    Merchant("FERN PHARMACY", "5912", "HEALTH", 620, 5450),
    Merchant("NORTHBOUND OUTFITTERS", "5651", "CLOTHING", 2400, 13900),
    Merchant("PAGE TURNER BOOKS", "5942", "BOOKS", 899, 4599),
    Merchant("MARQUEE CINEMAS", "7832", "ENTERTAINMENT", 1350, 4700),
]

EVERYDAY = (*_GROCERIES, *_GROCERIES, *_FOOD, *_FOOD, *_GETTING_AROUND, *_SHOPPING)
"""Where small purchases are made; what happens more often stands here more often."""

TRAVEL = (
    Merchant("ALBATROSS AIRLINES", "4511", "TRAVEL", 21800, 48900),
    Merchant("SADDLE RIDGE LODGE", "7011", "TRAVEL", 31500, 78400),
    Merchant("WAYFARER CAR RENTAL", "7512", "TRAVEL", 14500, 38900),
)

GIFTS = (
    Merchant("TOY LANTERN", "5945", "GIFTS", 3900, 16900),
    Merchant("EVERYTHING CRATE ONLINE", "5999", "GIFTS", 4900, 24900),
    Merchant("WILLOW AND PINE HOME", "5712", "GIFTS", 5900, 21900),
)


class Bill(NamedTuple):
    """What comes round every month on the same day."""

    payee: str
    day: int
    transaction_type: str
    category: str
    sub_category: str
    least: int
    most: int


SUBSCRIPTIONS = (
    Bill("STREAMWELL VIDEO", 5, "POSDEBIT", "4899", "SUBSCRIPTIONS", 1599, 1599),
    Bill("TUNEPOND MUSIC", 11, "POSDEBIT", "4899", "SUBSCRIPTIONS", 1099, 1099),
    Bill("IRONLEAF GYM", 3, "POSDEBIT", "7997", "FITNESS", 3995, 3995),
    Bill("CLOUD ATTIC STORAGE", 21, "POSDEBIT", "7372", "SUBSCRIPTIONS", 299, 299),
)

HOUSEHOLD = (
    Bill("VALLEY POWER AND LIGHT", 8, "BILLPAYMENT", "4900", "UTILITIES", 6200, 14800),
    Bill("CLEARWATER UTILITY", 17, "BILLPAYMENT", "4900", "UTILITIES", 2900, 5600),
    Bill("FIBERLOFT INTERNET", 12, "BILLPAYMENT", "4816", "INTERNET", 6499, 6499),
    Bill("PARLEY WIRELESS", 18, "BILLPAYMENT", "4814", "MOBILE_PHONE", 5500, 5500),
    Bill("STURDY AUTO INSURANCE", 20, "BILLPAYMENT", "6300", "INSURANCE", 11840, 11840),
)

CLIENTS = (
    "ORCHARD DESIGN GROUP",
    "PINNACLE DENTAL",
    "RIVERBEND SCHOOL DISTRICT",
    "QUARRY STREET PARTNERS",
    "LIGHTHOUSE CATERING",
)

SUPPLIERS = (
    Bill("STONEBRIDGE OFFICE SUPPLY", 6, "POSDEBIT", "5943", "OFFICE_SUPPLIES", 4500, 32000),
    Bill("COPPERFIELD HOSTING", 9, "BILLPAYMENT", "7372", "SOFTWARE", 8900, 8900),
    Bill("BRISTLECONE FREIGHT", 13, "BILLPAYMENT", "4214", "SHIPPING", 12500, 64000),
    Bill(
        "LEDGER LANE ACCOUNTING", 19, "BILLPAYMENT", "8931", "PROFESSIONAL_SERVICES", 35000, 35000
    ),
    Bill("FOUNDRY MATERIALS", 23, "BILLPAYMENT", "5065", "MATERIALS", 60000, 240000),
)
