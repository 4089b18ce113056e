"""The threat model: who could misuse a change, and what stops them."""

from weighbridge.policy.documents.kind import Ask, DocumentKind, Part

KIND = DocumentKind(
    name="threat-model",
    title="Threat model",
    says="What is worth attacking, who can reach it, how they would go about it, and what stops them.",
    also=("Threats", "Security considerations", "Bedrohungsmodell", "Modèle de menaces", "Modelo de amenazas"),
    parts=(
        Part(
            title="Assets",
            also=("What is worth protecting", "Schutzgüter", "Schützenswertes", "Actifs", "Activos"),
            says="what somebody would want: data, money, control, availability",
        ),
        Part(
            title="Entry points",
            also=(
                "Attack surface",
                "Trust boundaries",
                "Angriffsfläche",
                "Zugänge",
                "Points d'entrée",
                "Puntos de entrada",
            ),
            says="where input comes in from whoever is not trusted, and who that is",
        ),
        Part(
            title="Threats",
            also=("Attacks", "Abuse cases", "Bedrohungen", "Angriffe", "Menaces", "Amenazas"),
            says="how each entry point could be misused",
        ),
        Part(
            title="Mitigations",
            also=("Countermeasures", "Controls", "Gegenmaßnahmen", "Maßnahmen", "Mesures", "Mitigaciones"),
            says="what stops it, where that stands in the code, and what remains",
        ),
    ),
    asks=(Ask.OWN_THOUGHT, Ask.COMPONENTS),
    least=40,
)
