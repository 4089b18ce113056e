"""Which columns by their names hold what the law or the card schemes protect, and whether they are stored readable."""

import re
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql.acts import Column


class Protected(Struct, frozen=True, kw_only=True):
    """What a column holds; `is_grave` where whoever reads it can pay, sign in or pass for somebody else."""

    what: str
    severity: Severity


_OFFICIAL: Final = (
    r"ssn|social_?security(?:_?(?:number|no))?|national_?(?:id|insurance)(?:_?(?:number|no))?|tax_?(?:id|payer_?id|number)"
    r"|passport(?:_?(?:number|no))?|driv(?:er|ing)s?_?licen[cs]e(?:_?(?:number|no))?|personal_?(?:id|number|code)|nin|bsn|nif|dni|cpf"
)
_NAMES: Final = (
    (r"card_?(?:number|no|num)|(?:credit|debit|payment)_?card|cc_?(?:number|num|no)|pan_number|primary_account_number", "a card number", Severity.HIGH),
    (r"cvv2?|cvc2?|card_?(?:verification|security)_?(?:code|value)|track_?[12](?:_data)?", "a card's security code", Severity.HIGH),
    (r"iban|bank_?account(?:_?(?:number|no|num))?|account_number|routing_number|sort_code|bic_?iban", "a bank account", Severity.HIGH),
    (
        _OFFICIAL,
        "an official number of a person",
        Severity.HIGH,
    ),
    (r"password|passwd|pin_code|secret_answer|api_?(?:key|secret)|private_key|client_secret|access_token|refresh_token|totp_secret", "a secret", Severity.MEDIUM),
    (r"diagnos[ie]s|medical_?\w*|health_?(?:record|condition|data)\w*|blood_type|medication|religion|ethnicity|race|sexual_orientation|biometric\w*|fingerprint_data", "what is particularly protected of a person", Severity.MEDIUM),
    (r"e?mail(?:_?addr(?:ess)?)?", "an e-mail address", Severity.LOW),
    (r"(?:mobile|phone|telephone|cell)(?:_?(?:number|no|num))?", "a telephone number", Severity.LOW),
    (r"(?:date_?of_?birth|birth_?(?:date|day)|dob)", "a date of birth", Severity.LOW),
    (r"(?:street|home|postal|billing|shipping)_?address|address_?line_?\d?|zip_?code|post_?code", "an address", Severity.LOW),
    (r"(?:first|last|full|family|given|maiden)_?name|surname", "a person's name", Severity.LOW),
    (r"(?:ip|remote)_?addr(?:ess)?|geo_?location|latitude|longitude", "where a person is", Severity.LOW),
    (r"salary|income|gender|nationality|marital_status", "what concerns a person", Severity.LOW),
)  # fmt: skip
_COMPILED: Final = tuple(
    (LatePattern(rf"(?:^|_)(?:{names})(?:$|_)", re.IGNORECASE), Protected(what=what, severity=severity))
    for names, what, severity in _NAMES
)
_KEPT_AWAY: Final = LatePattern(
    r"(?:^|_)(?:enc|encrypted|cipher|ciphertext|sealed|hash|hashed|digest|hmac|token|tokenised|tokenized|masked|redacted|last_?(?:4|four)"
    r"|fingerprint|id|ids|count|at|on|is|has|verified|confirmed|verification|type|kind|status|enabled|template|subject|policy|expires|expiry"
    r"|required|format|hint|salt|ref|reset|brand|sent|attempts|opt|optin|consent|country|notifications?|preferences?|settings?|url|domain"
    r"|version|length|changed|updated)(?:$|_)",
    re.IGNORECASE,
)
_NO_CONTENT: Final = frozenset(
    {"bytea", "blob", "longblob", "mediumblob", "tinyblob", "varbinary", "binary", "boolean", "bool", "uuid"}
)


def protected(name: str) -> Protected | None:
    """What a column of this name holds; None where nothing that is protected."""
    plain = _snake(name)
    if _KEPT_AWAY.search(_without_account(plain)):
        return None
    return next((found for pattern, found in _COMPILED if pattern.search(plain)), None)


def readable(column: Column) -> Protected | None:
    """What a column holds that whoever may select it can read; None where it is none such, or stored enciphered or digested."""
    if column.type.name in _NO_CONTENT or column.generated:
        return None
    return protected(column.name)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _without_account(name: str) -> str:
    """`tax_id`, `access_token` and such are what is looked for, not what keeps it away."""
    return re.sub(
        r"national_?id|tax_?(?:payer_?)?id|personal_?id|(?:access|refresh)_token|driv(?:er|ing)s?_?licen[cs]e", "", name
    )
