// Makes a passkey, or has the browser prove that one is at hand. What it answers goes into the form, which is then sent
// as any other. A refused form comes back in its place, so the page is listened to and not the form.
const READ = { create: "parseCreationOptionsFromJSON", get: "parseRequestOptionsFromJSON" };

function knowsPasskeys() {
  return Object.values(READ).every((name) => window.PublicKeyCredential?.[name]);
}

async function ask(event) {
  const form = event.target;
  const { passkey: act, options } = form.dataset;
  const answer = form.elements.credential;
  // What was made already waits for a right password alone.
  if (!act || answer.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const refused = form.querySelector("[data-refused]");
  refused.hidden = true;
  try {
    const publicKey = PublicKeyCredential[READ[act]](JSON.parse(options).publicKey);
    const key = await navigator.credentials[act]({ publicKey });
    answer.value = JSON.stringify(key.toJSON());
    form.requestSubmit();
  } catch {
    refused.hidden = false;
  }
}

if (knowsPasskeys()) {
  window.addEventListener("submit", ask, { capture: true });
} else {
  const form = document.querySelector("form[data-passkey]");
  form.querySelector("[data-without]").hidden = false;
  form.querySelector("button[type=submit]").disabled = true;
}
