"""The events of consent, with the names of FDX where FDX has one."""

CONSENT_GRANTED = "CONSENT_GRANTED"
CONSENT_UPDATED = "CONSENT_UPDATED"
CONSENT_REVOKED = "CONSENT_REVOKED"
CUSTOM = "CUSTOM"
"""Of category CONSENT, the one that FDX leaves to the sender; its customFields say what it is."""
