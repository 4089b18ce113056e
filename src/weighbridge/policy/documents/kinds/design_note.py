"""The design note: why a change is made in this way."""

from weighbridge.policy.documents.kind import Ask, DocumentKind, Part

KIND = DocumentKind(
    name="design-note",
    title="Design note",
    says="Why the change is made, how, and what else was considered: what the code cannot say.",
    also=("Design", "Design document", "Entwurfsnotiz", "Entwurf", "Note de conception", "Nota de diseño"),
    parts=(
        Part(
            title="Context",
            also=("Background", "Motivation", "Problem", "Hintergrund", "Anlass", "Contexte", "Contexto"),
            says="what is wrong or missing today, and for whom",
        ),
        Part(
            title="Decision",
            also=("Design", "Approach", "Proposal", "Solution", "Entscheidung", "Lösung", "Décision", "Decisión"),
            says="what is done about it, and why this way",
        ),
        Part(
            title="Alternatives",
            also=(
                *("Alternatives considered", "Turned down", "Options considered", "Rationale and alternatives"),
                *("Alternativen", "Verworfenes", "Autres solutions", "Alternativas"),
            ),
            says="what else could have been done, and why it was not",
        ),
        Part(
            title="Consequences",
            also=(
                "Cost",
                "Drawbacks",
                "Trade-offs",
                "Impact",
                "Folgen",
                "Konsequenzen",
                "Conséquences",
                "Consecuencias",
            ),
            says="what it costs, who notices, what is harder afterwards",
        ),
    ),
    asks=(Ask.OWN_THOUGHT, Ask.COMPONENTS),
    least=40,
)
