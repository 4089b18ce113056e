"""The rollback plan: how the change is undone, step by step, or why it cannot be."""

from weighbridge.policy.documents.kind import Ask, DocumentKind, Part

KIND = DocumentKind(
    name="rollback-plan",
    title="Rollback plan",
    says="How to undo the change once it runs: when, by which steps, and what cannot be brought back.",
    also=("Rollback", "Backout plan", "Rückfallplan", "Rückbau", "Plan de retour arrière", "Plan de reversión"),
    parts=(
        Part(
            title="When to roll back",
            also=("Trigger", "Triggers", "Wann zurückgerollt wird", "Auslöser", "Déclencheur", "Cuándo revertir"),
            says="which figure or report decides it, and who may",
        ),
        Part(
            title="Steps",
            also=("How to roll back", "Procedure", "Schritte", "Vorgehen", "Étapes", "Pasos"),
            says="commands, switches or the revert, in order; or why there is no way back",
        ),
        Part(
            title="What cannot be undone",
            also=(
                *("Data", "Irreversible effects", "Was bleibt", "Was nicht zurückgenommen werden kann"),
                *("Ce qui reste", "Lo que no se deshace"),
            ),
            says="data written, messages sent, schemas changed meanwhile",
        ),
    ),
    asks=(Ask.OWN_THOUGHT, Ask.STEP),
    least=20,
    step_words=(
        *(
            "revert",
            "reverts",
            "reverted",
            "reverting",
            "redeploy",
            "redeployed",
            "rollback",
            "rolled back",
            "roll back",
        ),
        *(
            "disable",
            "disabled",
            "disabling",
            "unset",
            "turn off",
            "turned off",
            "turning off",
            "switch off",
            "switched off",
        ),
        *(
            "turn it off",
            "switch it off",
            "feature gate",
            "feature flag",
            "restart",
            "restarting",
            "restarted",
            "downgrade",
        ),
        *("restore", "restored", "restoring", "undo", "undone by", "uninstall", "cannot be undone", "can t be undone"),
        *("zurücksetzen", "zurückrollen", "abschalten", "abgeschaltet", "wiederherstellen", "ausrollen", "neu starten"),
        *("annuler", "désactiver", "redéployer", "restaurer", "revertir", "desactivar", "redesplegar", "restaurar"),
        *("irreversible", "impossible", "unmöglich", "unumkehrbar", "irréversible", "imposible"),
    ),
)
