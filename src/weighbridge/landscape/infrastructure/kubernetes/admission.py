"""What a cluster refused, and lets in from now on."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.findings import Severity
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, named, part, table, tables, texts
from weighbridge.landscape.infrastructure.kubernetes.quantities import amount

_WEBHOOKS: Final = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")
_LEVELS: Final = {"restricted": 2, "baseline": 1, "privileged": 0}
_ENFORCE: Final = "pod-security.kubernetes.io/enforce"
_MESH: Final = ("istio-injection", "linkerd.io/inject", "istio.io/dataplane-mode")
_LIMITS: Final = {
    "max": "pods that ask for more are refused, at their next start too",
    "default": "pods that name no limit are stopped or slowed down where they needed as much",
}
_REFUSING: Final = frozenset({"enforce", "deny"})
_EVERYTHING: Final = frozenset({"*", "*/*"})
_NARROWING: Final = ("namespaceSelector", "objectSelector", "rules", "matchConditions")


def refusing_all(new: Object) -> Iterator[Lapse]:
    """What a webhook that is new stops while it does not answer, where it looks at whatever is made."""
    for each in tables(new.values.get("webhooks")) if new.kind in _WEBHOOKS else ():
        if _refuses_all(each):
            yield _refusing(str(each.get("name")))
        elif _refuses_pods(each):
            yield _refusing_pods(str(each.get("name")), severity=Severity.MEDIUM)


def _refuses_all(webhook: Mapping[str, Any]) -> bool:
    """Whether nothing at all is let in while it does not answer."""
    is_all = any(
        _EVERYTHING.intersection(texts(rule.get("resources"))) and "*" in texts(rule.get("apiGroups"))
        for rule in tables(webhook.get("rules"))
    )
    return is_all and (webhook.get("failurePolicy") or "Fail") == "Fail" and not webhook.get("namespaceSelector")


def _refusing(name: str) -> Lapse:
    words = f"while `{name}` does not answer, nothing at all can be made or changed, its own pods neither (`failurePolicy: Fail`)"
    return Lapse(steps=("webhooks", name), words=words, severity=Severity.HIGH)


def _refuses_pods(webhook: Mapping[str, Any]) -> bool:
    """Whether no pod is started anywhere while it does not answer, of the cluster itself and of its own neither."""
    if (webhook.get("failurePolicy") or "Fail") != "Fail" or any(
        webhook.get(each) for each in ("namespaceSelector", "objectSelector", "matchConditions")
    ):
        return False
    return any(
        not {"pods", "*", "*/*"}.isdisjoint(texts(rule.get("resources")))
        and not {"", "*"}.isdisjoint(texts(rule.get("apiGroups")))
        and not {"CREATE", "*"}.isdisjoint(texts(rule.get("operations")))
        for rule in tables(webhook.get("rules"))
    )


def _refusing_pods(name: str, *, severity: Severity) -> Lapse:
    words = f"while `{name}` does not answer, no pod is started in any namespace, `kube-system` and its own neither (`failurePolicy: Fail`)"
    return Lapse(steps=("webhooks", name), words=words, severity=severity)


def loosened(old: Object, new: Object) -> Iterator[Lapse]:
    """What is let in that was refused before."""
    if new.kind in _WEBHOOKS:
        yield from _of_webhooks(old, new)
    elif new.kind == "Namespace":
        yield from _of_namespace(old, new)
    elif new.kind == "ValidatingAdmissionPolicyBinding":
        if "Deny" in texts(old.spec.get("validationActions")) and "Deny" not in texts(
            new.spec.get("validationActions")
        ):
            yield _only_told(("spec", "validationActions"))
    elif new.kind == "ResourceQuota":
        yield from _of_quota(old, new)
    elif new.kind == "LimitRange":
        yield from _of_limits(old, new)
    else:
        yield from _of_policies(old, new)


def _only_told(steps: tuple[str, ...]) -> Lapse:
    return Lapse(steps=steps, words="what breaks it is told, and no longer refused", severity=Severity.HIGH)


def _of_webhooks(old: Object, new: Object) -> Iterator[Lapse]:
    before, after = named(old.values.get("webhooks")), named(new.values.get("webhooks"))
    for name, was in before.items():
        now = after.get(name)
        if now is None:
            words = f"`{name}` is gone: what it refused is let in, what it added is missing"
            yield Lapse(steps=("webhooks",), words=words, severity=Severity.HIGH)
            continue
        if _refuses_all(now) and not _refuses_all(was):
            yield _refusing(name)
            continue
        if _refuses_pods(now) and not _refuses_pods(was) and not _refuses_all(was):
            yield _refusing_pods(name, severity=Severity.HIGH)
            continue
        had, has = was.get("failurePolicy") or "Fail", now.get("failurePolicy") or "Fail"
        steps = ("webhooks", name, "failurePolicy")
        if (had, has) == ("Fail", "Ignore"):
            words = f"while `{name}` does not answer, everything is let in (`failurePolicy: Ignore`)"
            yield Lapse(steps=steps, words=words, severity=Severity.HIGH)
        elif (had, has) == ("Ignore", "Fail"):
            words = f"while `{name}` does not answer, nothing that it looks at can be made or changed (`failurePolicy: Fail`)"
            yield Lapse(steps=steps, words=words)
        changed = [each for each in _NARROWING if was.get(each) != now.get(each)]
        if changed and not now.get("rules") and was.get("rules"):
            yield Lapse(steps=("webhooks", name), words=f"`{name}` looks at nothing any more", severity=Severity.HIGH)
        elif changed:
            words = f"`{name}` looks at other objects than before (`{changed[0]}`)"
            yield Lapse(steps=("webhooks", name, changed[0]), words=words)


def _of_namespace(old: Object, new: Object) -> Iterator[Lapse]:
    was, now = (str(each.labels.get(_ENFORCE) or "privileged") for each in (old, new))
    if _LEVELS.get(now, 0) < _LEVELS.get(was, 0):
        words = (
            f"its pods may do what `{was}` forbade: `{_ENFORCE}` is {f'`{now}`' if _ENFORCE in new.labels else 'gone'}"
        )
        yield Lapse(steps=("metadata", "labels", _ENFORCE), words=words, severity=Severity.HIGH, anchor=_ENFORCE)
    for label in _MESH:
        had, has = old.labels.get(label), new.labels.get(label)
        if _is_on(had) and not _is_on(has):
            words = f"its new pods are outside the mesh (`{label}`): neither encrypted nor under its policies"
            yield Lapse(steps=("metadata", "labels", label), words=words, severity=Severity.HIGH)


def _is_on(label: object) -> bool:
    return label is not None and str(label).lower() not in ("disabled", "none", "false", "")


def _of_quota(old: Object, new: Object) -> Iterator[Lapse]:
    was, now = table(old.spec.get("hard")), table(new.spec.get("hard"))
    for name, most in was.items():
        before, after = amount(most), amount(now.get(name))
        if before is not None and after is not None and after < before:
            words = f"`{name}` goes from {most} to {now[name]}: new pods are refused where as much is used"
            yield Lapse(steps=("spec", "hard", name), words=words, anchor=name)


def _of_limits(old: Object, new: Object) -> Iterator[Lapse]:
    before = {str(each.get("type")): each for each in tables(old.spec.get("limits"))}
    for each in tables(new.spec.get("limits")):
        was = before.get(str(each.get("type")), {})
        for name, end in _LIMITS.items():
            for what, much in table(was.get(name)).items():
                had, has = amount(much), amount(table(each.get(name)).get(what))
                if had is not None and has is not None and has < had:
                    words = (
                        f"`{name}` of {what} for each {each.get('type')} goes from {much} to {each[name][what]}: {end}"
                    )
                    yield Lapse(steps=("spec", "limits"), words=words, anchor=f"{each.get('type')} {name} {what}")


def _of_policies(old: Object, new: Object) -> Iterator[Lapse]:
    """Policies of Kyverno and Gatekeeper."""
    for steps in (("validationFailureAction",), ("enforcementAction",), ("validationActions",)):
        was, now = part(old.spec, *steps), part(new.spec, *steps)
        had, has = ({each.lower() for each in ([one] if isinstance(one, str) else texts(one))} for one in (was, now))
        if (
            new.kind != "ValidatingAdmissionPolicyBinding"
            and had & _REFUSING
            and not has & _REFUSING
            and (has or new.spec)
        ):
            yield _only_told(("spec", *steps))
    before, after = (
        {
            str(each.get("name")): str(part(each, "validate", "failureAction") or "").lower()
            for each in tables(one.spec.get("rules"))
        }
        for one in (old, new)
    )
    for name, action in before.items():
        if action == "enforce" and after.get(name) == "audit":
            yield _only_told(("spec", "rules", name))
