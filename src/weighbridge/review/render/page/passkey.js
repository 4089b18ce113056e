// Asks the person's authenticator once, and hands what it made to the command that serves this page.
"use strict";
const main = document.querySelector("main");
const choice = document.getElementById("choice");
const go = document.getElementById("go");
const refuse = document.getElementById("refuse");
const told = document.getElementById("told");
const asked = JSON.parse(main.dataset.asked);

const WHY = {
  NotAllowedError: "Nothing was signed: it was cancelled, took too long, or no passkey of yours is at hand. Try again, or do not sign.",
  InvalidStateError: "This device holds a passkey of yours for this site already. Take another device.",
  NotSupportedError: "This device makes no passkey of a kind that is believed here. Take another one.",
  SecurityError: "This browser does not use passkeys on this page. Try another browser.",
};

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** What the browser takes: texts in base64url where it wants bytes. */
function options() {
  const given = structuredClone(asked.options);
  given.challenge = bytes(given.challenge);
  if (given.user) given.user.id = bytes(given.user.id);
  for (const each of given.allowCredentials ?? given.excludeCredentials) each.id = bytes(each.id);
  return given;
}

/** What is kept of what the authenticator made: no more than proves it. */
function kept(made) {
  const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature"];
  const found = names.filter((name) => made.response[name]).map((name) => [name, text(made.response[name])]);
  return { id: made.id, type: made.type, response: Object.fromEntries(found) };
}

function say(words, kind) {
  told.textContent = words;
  told.className = kind;
}

function end(words, kind) {
  choice.hidden = true;
  say(words, kind);
  document.title = words;
  told.focus();
}

async function answer(body) {
  let result;
  try {
    const sent = await fetch(location.pathname, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!sent.ok) return end(await sent.text(), "bad");
    result = await sent.json();
  } catch {
    return end("The command in the terminal waits no more, so nothing was signed. Run it again; you can close this page.", "bad");
  }
  if (result.ok && result.next) return location.replace(result.next);
  return end(`${result.words} You can close this page.`, result.ok ? "good" : "bad");
}

go.addEventListener("click", async () => {
  go.disabled = true;
  say("Your browser asks for your passkey now.", "");
  try {
    const made = await navigator.credentials[asked.kind]({ publicKey: options() });
    await answer({ made: kept(made) });
  } catch (problem) {
    say(WHY[problem.name] ?? `Nothing was signed: ${problem.message}`, "bad");
  } finally {
    go.disabled = false;
  }
});
refuse.addEventListener("click", () => answer({ refused: "by whoever looked at it" }));

if (window.PublicKeyCredential) choice.hidden = false;
else say("This browser knows no passkeys: open this address in another one.", "bad");
