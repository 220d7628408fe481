// Saves each answer as soon as it is chosen, and says so beside the question. Without this file the buttons save.
const form = document.getElementById("pregunta");
const line = document.getElementById("guardado");
const retry = document.getElementById("reintentar");
const order = form.elements.sequence;
let waiting = null; // what could not be sent yet: sent again as it is, with its own identifier
let isSending = false;
let isChanged = false;

function newIdentifier() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function say(text, mayRetry = false) {
  if (line.textContent !== text) line.textContent = text;
  retry.hidden = !mayRetry;
}

// The buttons of the form come after whatever was sent from here: their order must be higher.
function takeOrder() {
  const taken = order.value;
  order.value = Number(taken) + 1;
  return taken;
}

function collect() {
  const sent = new FormData(form);
  sent.set("uuid", newIdentifier());
  sent.set("sequence", takeOrder());
  return sent;
}

async function send() {
  const response = await fetch(form.action, {
    method: "POST",
    body: waiting,
    headers: { Accept: "application/json" },
    keepalive: true,
    redirect: "error", // a session that ended leads to another page: nothing was saved
  });
  document.dispatchEvent(new CustomEvent("server-date", { detail: response.headers.get("date") }));
  if (!response.headers.get("content-type")?.startsWith("application/json")) throw new Error(response.status);
  return response.json();
}

async function save() {
  if (isSending) {
    isChanged = true;
    return;
  }
  isSending = true;
  isChanged = false;
  waiting ??= collect();
  say(form.dataset.saving);
  try {
    const answer = await send();
    waiting = null;
    say(answer.problem || `${form.dataset.saved} ${answer.saved_at}`);
  } catch {
    if (isChanged) waiting = null; // the retry sends the newest choice
    isChanged = false;
    say(form.dataset.failed, true);
  }
  isSending = false;
  if (isChanged) save();
}

form.addEventListener("change", () => {
  // The list was written when the page was: beside a newer choice it would say “En blanco”.
  for (const state of form.querySelectorAll("li:has([aria-current]) .state")) state.hidden = true;
  // A newer choice takes the place of one that never arrived.
  if (!isSending) waiting = null;
  save();
});
retry.addEventListener("click", save);
