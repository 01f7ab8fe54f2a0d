"""The sandbox users who link like others and whose data calls then always fail."""

ERROR_USERS = {
    "mikomo_500": (500, 500),
    "mikomo_501": (500, 501),
    "mikomo_601": (404, 601),
    "mikomo_602": (401, 602),
    "mikomo_701": (404, 701),
    "mikomo_702": (400, 702),
    "mikomo_703": (400, 703),
    "mikomo_704": (422, 704),
}
"""User to HTTP status and code."""
