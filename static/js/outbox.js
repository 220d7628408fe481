// Sends the acts of a page, and keeps on this device those that cannot arrive, for the person whose page it is.
// On a shared device nothing is kept: the page itself waits. Without this file the buttons send as always.
const { person, sharedDevice } = document.documentElement.dataset;
const PREFIX = "envio:";
const OWN = `${PREFIX}${person}:`;
const SECONDS = 15;
const PATIENCE = 30_000;
const TEXTS = {
  waits: "Sin señal. Está en este celular y lo enviaremos solo.",
  waitsHere: "Sin señal. Está en esta página y lo enviaremos solo. No la cierres.",
  busy: "El sitio está muy ocupado. No se perdió: lo enviaremos solo en unos segundos.",
  over: "Tu sesión terminó por seguridad. Pulsa el botón otra vez para ingresar y enviarlo.",
  other: "Otra persona ingresó en este equipo. No enviamos lo que había en esta página.",
  refused: "Algo que esperaba en este celular ya no se pudo guardar.",
  sent: "Enviamos lo que esperaba en este celular.",
  leave: "Hay algo en este celular que todavía no llega al sitio. Si sales ahora, se borra. ¿Quieres salir?",
};
const held = new Set(); // what an open page sends by itself
const mayKeep = Boolean(person) && sharedDevice === undefined;

function newIdentifier() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// One act for each address: a newer choice takes the place of the one that never arrived.
function keep(address, fields) {
  held.add(address);
  try {
    if (mayKeep) localStorage.setItem(OWN + address, JSON.stringify(fields));
    return mayKeep;
  } catch {
    return false; // the browser stores nothing: the page itself waits
  }
}

function forget(address) {
  try {
    localStorage.removeItem(OWN + address);
  } catch {
    // As above.
  }
}

function kept() {
  try {
    if (!mayKeep) return [];
    const names = Object.keys(localStorage).filter((name) => name.startsWith(OWN));
    return names.map((name) => [name.slice(OWN.length), JSON.parse(localStorage.getItem(name))]);
  } catch {
    return [];
  }
}

function fieldsOf(form, more = {}) {
  const fields = new FormData(form);
  for (const [name, value] of Object.entries(more)) fields.set(name, value);
  fields.delete("csrfmiddlewaretoken");
  return [...fields].filter(([, value]) => typeof value === "string");
}

function ask(address, fields) {
  const body = new URLSearchParams(fields);
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  if (token) body.set("csrfmiddlewaretoken", token.value);
  const signal = AbortSignal.timeout?.(PATIENCE);
  return fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true, redirect: "error", signal });
}

// Returns what became of an act: done, offline, busy, over, other, refused, or page (only a page can tell).
async function send(address, fields) {
  let response, said;
  try {
    for (let round = 0; round < 2; round++) {
      response = await ask(address, fields);
      const isTold = response.headers.get("content-type")?.startsWith("application/json");
      said = isTold ? await response.json() : null;
      if (!said?.token) break;
      for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = said.token;
    }
  } catch {
    return { state: "offline" };
  }
  const date = response.headers.get("date");
  document.dispatchEvent(new CustomEvent("server-date", { detail: date }));
  if (response.status >= 500 || response.status === 429) return { state: "busy" };
  if (said?.reason === "signed_out") return { state: "over" };
  if (said?.reason === "other_person") return { state: "other" };
  if (said && response.status < 500 && response.status !== 403) return { state: "done", ...said };
  if (response.ok) return { state: "page" };
  return { state: response.status === 403 ? "page" : "refused" };
}

// Says what became of an act, in one place of the page.
function tell(text, isGood = false) {
  let place = document.getElementById("envios");
  if (!place) {
    place = document.createElement("div");
    place.id = "envios";
    place.setAttribute("role", "status");
    place.innerHTML = '<svg class="icon" aria-hidden="true"><use/></svg><p></p>';
    document.querySelector("main").prepend(place);
  }
  place.className = `column note ${isGood ? "ok" : "attention"}`;
  place.querySelector("use").setAttribute("href", isGood ? "#i-check" : "#i-warning");
  place.querySelector("p").textContent = text;
}

// What a page that was closed left behind.
async function deliver() {
  const waiting = kept().filter(([address]) => !held.has(address));
  let sent = 0;
  for (const [address, fields] of waiting) {
    const { state, url, problem } = await send(address, fields);
    if (state === "offline" || state === "busy") {
      tell(TEXTS.waits);
      return setTimeout(deliver, SECONDS * 1000);
    }
    if (state === "over" || state === "other") return;
    forget(address);
    if (state !== "done") tell(TEXTS.refused);
    else if (problem) tell(problem);
    else sent++;
    // The page of the same attempt was written before: it must show what is stored now.
    const place = address.match(/^\/intentos\/[^/]+\//)?.[0];
    if (state === "done" && place && location.pathname.startsWith(place)) location.assign(url ?? location.href);
  }
  if (sent) tell(TEXTS.sent, true);
}

// Calls again every 15 seconds, and at once when the signal is back.
function untilItArrives(act) {
  let timer = null;
  const again = () => {
    clearTimeout(timer);
    timer = null;
    act();
  };
  addEventListener("online", () => timer && again());
  return {
    later: () => (timer = setTimeout(again, SECONDS * 1000)),
    stop: () => {
      clearTimeout(timer);
      timer = null;
    },
  };
}

// A form of one act: sent without leaving the page, so that nothing is lost when the signal is gone.
// `data-act="page"` keeps it in the page alone: what people write in words does not stay on a device.
function watch(form) {
  const address = new URL(form.action).pathname;
  const { act, waits, waitsHere, busy } = form.dataset;
  let isSending = false;
  const turns = untilItArrives(go);

  function native() {
    turns.stop();
    HTMLFormElement.prototype.submit.call(form);
  }

  async function go() {
    if (isSending) return;
    isSending = true;
    turns.stop();
    form.setAttribute("aria-busy", "true");
    const fields = fieldsOf(form);
    const isKept = act !== "page" && keep(address, fields);
    const { state, url, problem } = await send(address, fields);
    isSending = false;
    form.removeAttribute("aria-busy");
    if (state === "offline" || state === "busy") {
      const told = state === "busy" ? (busy ?? TEXTS.busy) : isKept ? (waits ?? TEXTS.waits) : (waitsHere ?? TEXTS.waitsHere);
      tell(told);
      turns.later();
    } else if (state === "other") tell(TEXTS.other);
    else if (state === "over") native(); // sign-in carries it
    else {
      forget(address);
      if (state === "done" && url) location.assign(url);
      else if (problem) tell(problem);
      else native();
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go();
  });
}

// For the script of the question, which runs after this one.
globalThis.outbox = { fieldsOf, forget, keep, newIdentifier, send, untilItArrives };

for (const form of document.querySelectorAll("form[data-act]")) watch(form);
for (const form of document.querySelectorAll('form[action="/cuenta/salir/"]')) {
  form.addEventListener("submit", (event) => {
    const waiting = kept();
    if (waiting.length && !confirm(TEXTS.leave)) return event.preventDefault();
    for (const [address] of waiting) forget(address);
    form.insertAdjacentHTML("beforeend", '<input type="hidden" name="erased" value="1">');
  });
}
addEventListener("online", deliver);
deliver();
