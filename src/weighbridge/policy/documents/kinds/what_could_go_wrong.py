"""What could go wrong: an answer to every way in which the change could fail."""

from weighbridge.policy.documents.kind import Ask, DocumentKind, Part

KIND = DocumentKind(
    name="what-could-go-wrong",
    title="What could go wrong",
    says="An answer to each failure scenario that was found, and how one would notice that it happens.",
    also=("Risks", "Failure modes", "Pre-mortem", "Was schiefgehen kann", "Risiken", "Risques", "Riesgos"),
    parts=(
        Part(
            title="Failure scenarios",
            also=(
                *("Scenarios", "Failure modes", "What can fail", "Ausfallszenarien", "Szenarien"),
                *("Scénarios de défaillance", "Escenarios de fallo"),
            ),
            says="for each scenario: what happens then, how likely it is, and what was done about it",
        ),
        Part(
            title="How we would notice",
            also=("Detection", "Monitoring", "Signals", "Woran wir es merken", "Erkennung", "Détection", "Detección"),
            says="which figure, alert or complaint shows it, and how soon",
        ),
    ),
    asks=(Ask.OWN_THOUGHT, Ask.COMPONENTS, Ask.SCENARIOS),
    least=30,
)
