"""The change ticket: under which name the change was agreed."""

from weighbridge.policy.documents.kind import Ask, DocumentKind

KIND = DocumentKind(
    name="change-ticket",
    title="Change ticket",
    says="The ticket under which the change was agreed, as the policy says tickets look.",
    also=("Ticket", "Change request", "Änderungsantrag", "Demande de changement", "Solicitud de cambio"),
    asks=(Ask.TICKET,),
    least=0,
    ticket=r"[A-Z][A-Z0-9]{1,15}-[0-9]{1,9}|https?://[^\s/]+/\S+",
)
