// Sends the acts of a page, and keeps on this device those that cannot arrive, for the person whose page it is.
// On a shared device nothing is kept: the page itself waits. Without this file the buttons send as always.
const { person, sharedDevice } = document.documentElement.dataset;
const PREFIX = "envio:";
const OWN = `${PREFIX}${person}:`;
const TOLD = `${OWN}dicho`; // what the next page of this tab says
const ATTEMPT = /^\/intentos\/[^/]+\//;
const HAND_IN = /^\/intentos\/[^/]+\/revisar\/$/;
const SIGN_IN = "/cuenta/ingresar/";
const SECONDS = 15;
const MOST_AFTER_LEAVING = 60_000; // browsers send no more for a page that is gone
const PATIENCE = 30_000;
const TEXTS = {
  waits: "Sin señal. Está en este celular y lo enviaremos solo.",
  waitsHere: "Sin señal. Está en esta página y lo enviaremos solo. No la cierres.",
  busy: "El sitio está muy ocupado. No se perdió: lo enviaremos solo en unos segundos.",
  over: "Tu sesión terminó por seguridad. Pulsa el botón otra vez para ingresar y enviarlo.",
  other: "Otra persona ingresó en este equipo. No enviamos lo que había en esta página.",
  refused: "Algo que esperaba en este celular ya no se pudo guardar.",
  first: "Enviamos primero la respuesta que espera en este celular. Después entregamos.",
  firstWaits: "Todavía no entregamos: una respuesta espera en este celular. Cuando haya señal la enviamos y entregamos solo.",
  without: "Entrega sin esa respuesta",
  onDevice: "En este celular",
  sent: "Enviamos lo que esperaba en este celular.",
  waitsOf: "Tu respuesta a la pregunta # espera en este celular y todavía no llega al sitio.",
  goesFirst: "La enviamos antes de entregar.",
  wasOf: "Tu respuesta a la pregunta # esperaba en este celular.",
  stays: "Sin señal: no pudimos cerrar tu sesión y sigue abierta. Cuando haya señal, pulsa «Salir» otra vez.",
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
    if (mayKeep) localStorage.setItem(OWN + address, JSON.stringify({ at: Date.now(), fields }));
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

// A newer choice may have taken its place while it was on its way: that one stays.
function forgetSent({ address, fields }) {
  const now = kept().find((act) => act.address === address);
  if (now && JSON.stringify(now.fields) === JSON.stringify(fields)) forget(address);
}

// In the order in which it was done; what hands an attempt in comes after the answers of that attempt.
function kept() {
  let acts;
  try {
    if (!mayKeep) return [];
    const names = Object.keys(localStorage).filter((name) => name.startsWith(OWN));
    acts = names.map((name) => ({ address: name.slice(OWN.length), ...read(localStorage.getItem(name)) }));
    acts = acts.filter(({ fields }) => fields);
  } catch {
    return [];
  }
  const isLast = ({ address }) => HAND_IN.test(address);
  for (const act of acts.filter(isLast)) act.at = Math.max(...acts.filter((other) => attemptOf(other) === attemptOf(act)).map(({ at }) => at));
  return acts.sort((one, other) => one.at - other.at || isLast(one) - isLast(other));
}

function read(stored) {
  try {
    const told = JSON.parse(stored);
    return Array.isArray(told) ? { at: 0, fields: told } : told; // without its time: kept by an earlier version
  } catch {
    return null; // what nobody can read holds up nothing else
  }
}

function attemptOf({ address }) {
  return address.match(ATTEMPT)?.[0];
}

function isOfThisPage(act) {
  return attemptOf(act) !== undefined && attemptOf(act) === attemptOf({ address: location.pathname });
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
  const keepalive = body.toString().length < MOST_AFTER_LEAVING;
  return fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, keepalive, redirect: "error", signal });
}

// Returns what became of an act: done, offline, busy, over, other, refused, or page (only a page can tell, and here it is).
async function send(address, fields) {
  let response, said, page;
  try {
    for (let round = 0; round < 2; round++) {
      response = await ask(address, fields);
      const isTold = response.headers.get("content-type")?.startsWith("application/json");
      said = isTold ? await response.json() : null;
      page = said ? null : await response.text();
      if (!said?.token) break;
      for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = said.token;
    }
  } catch {
    return { state: "offline" };
  }
  const date = response.headers.get("date");
  document.dispatchEvent(new CustomEvent("server-date", { detail: date }));
  if (response.status >= 500 || response.status === 429) return { state: "busy", page };
  if (said?.reason === "signed_out") return { state: "over" };
  if (said?.reason === "other_person") return { state: "other" };
  if (said && response.status < 500 && response.status !== 403) return { state: "done", ...said };
  return { state: response.ok || response.status === 403 ? "page" : "refused", page };
}

// Says what became of an act, in one place of the page; a button may lead on.
function tell(text, isGood = false, button = null) {
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
  if (button) place.querySelector("p").append(" ", button);
}

// What the page after this one has to say.
function tellNext(text, isGood) {
  try {
    sessionStorage.setItem(TOLD, JSON.stringify([text, isGood]));
  } catch {
    // The browser stores nothing, so nothing waited either.
  }
}

function tellFromBefore() {
  try {
    const told = sessionStorage.getItem(TOLD);
    sessionStorage.removeItem(TOLD);
    if (told) tell(...JSON.parse(told));
  } catch {
    // As above.
  }
}

// A sentence about one answer; nothing about any other act.
function about({ address }, text) {
  const number = address.match(/^\/intentos\/[^/]+\/(\d+)\/$/)?.[1];
  return number ? text.replace("#", number) : "";
}

function newButton(text, act) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button small secondary", textContent: text });
  button.addEventListener("click", act);
  return button;
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

// What a page that was closed left behind. What hands an attempt in takes its answers along, of this page too.
function left() {
  const acts = kept();
  const isLeft = ({ address }) => !held.has(address);
  const handedIn = acts.filter((act) => HAND_IN.test(act.address) && isLeft(act)).map(attemptOf);
  return acts.filter((act) => isLeft(act) || (!HAND_IN.test(act.address) && handedIn.includes(attemptOf(act))));
}

// Sends it, one after the other. Whoever asks meanwhile waits for the same round.
let round = null;
function deliver() {
  round ??= sendLeft().finally(() => (round = null));
  return round;
}

async function sendLeft() {
  const told = { state: "done", sent: 0, problems: [], url: null };
  for (const act of left()) {
    const { state, url, problem, saved_at } = await send(act.address, act.fields);
    if (["offline", "busy", "over", "other"].includes(state)) return { ...told, state };
    forgetSent(act);
    const text = state === "done" ? problem : TEXTS.refused;
    if (text) told.problems.push(`${about(act, TEXTS.wasOf)} ${text}`.trim());
    else told.sent++;
    if (!isOfThisPage(act)) continue;
    told.url ??= location.pathname; // it was written before: it must show what is stored now
    if (url && !saved_at) told.url = url; // the attempt is closed: its result says more
  }
  return told;
}

// The pages of an attempt say which answers of it are on this device only.
function tellLeft() {
  const waiting = left().filter(isOfThisPage);
  for (const { address } of waiting) {
    const state = document.querySelector(`li:has(a[href="${address}"]) .state`);
    if (state) state.textContent = TEXTS.onDevice;
  }
  const texts = waiting.map((act) => about(act, TEXTS.waitsOf)).filter(Boolean);
  if (texts.length && document.querySelector('form[data-act][action$="/revisar/"]')) texts.push(TEXTS.goesFirst);
  if (texts.length) tell(texts.join(" "));
}

let isHandingIn = false; // then the hand-in says what became of the rest, and leads on
const rest = untilItArrives(deliverLeft);

async function deliverLeft() {
  const { state, sent, problems, url } = await deliver();
  if (isHandingIn) return;
  const text = problems.join(" ") || (sent ? TEXTS.sent : "");
  if (url && (sent || url !== location.pathname)) {
    tellNext(text, !problems.length);
    return location.assign(url);
  }
  if (text) tell(text, !problems.length);
  if (state !== "offline" && state !== "busy") return;
  if (!left().some(isOfThisPage)) tell(TEXTS.waits);
  rest.later();
}

// Every answer that takes the place of a page stands in the history of the browser: Back leads to the page of before,
// as it was left.
const pages = [];
let step = 0;

function put(main, title) {
  const before = { main: document.querySelector("main"), title: document.title };
  before.main.replaceWith(main);
  document.title = title;
  return before;
}

addEventListener("popstate", ({ state }) => {
  if (state?.step === undefined || state.step === step) return; // a link within the page
  const there = pages[state.step];
  if (!there) return location.reload();
  pages[step] = put(there.main, there.title);
  step = state.step;
});

// Puts what the site answered to a form in the place of the page that sent it: sent a second time, it would count twice.
// Says whether it could.
function show(page) {
  const answer = new DOMParser().parseFromString(page ?? "", "text/html");
  const main = answer.querySelector("main:has(form[data-act=page], form[data-carried])");
  if (!main) return false;
  if (!step) history.replaceState({ step }, "");
  pages[step] = put(document.adoptNode(main), answer.title);
  pages.length = ++step;
  history.pushState({ step }, "");
  for (const form of main.querySelectorAll("form[data-act]")) watch(form);
  document.dispatchEvent(new CustomEvent("page-shown"));
  main.querySelector("[autofocus]")?.focus();
  main.querySelector("form#acto")?.submit(); // signed in: what was carried goes on, as carry-on.js does
  return true;
}

function pathOf(action) {
  const { pathname, search } = new URL(action);
  return pathname + search;
}

// A form of one act: sent without leaving the page, so that nothing is lost when the signal is gone.
// `data-act="page"` keeps it in the page alone: what people write in words does not stay on a device, and what starts
// an attempt is not carried out days later, when nobody asks for it and its clock runs.
function watch(form) {
  const home = form.action;
  let address = pathOf(home);
  const { act, waits, waitsHere, busy } = form.dataset;
  let isSending = false;
  let isPressed = false;
  let isAlone = false; // the learner did not want to wait for the rest
  let pressed = {}; // the button, where it says what is asked for
  const turns = untilItArrives(go);

  function native() {
    turns.stop();
    for (const [name, value] of Object.entries(pressed)) {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      form.append(field);
    }
    HTMLFormElement.prototype.submit.call(form);
  }

  function wait(text, button) {
    tell(text, false, button);
    if (isPressed) document.getElementById("envios").scrollIntoView({ block: "center" });
    isPressed = false; // it is shown once, not at every further try
    turns.later();
  }

  // Handing in closes the attempt: the answers that wait on this device go first, or are told.
  async function answersFirst() {
    if (!HAND_IN.test(address) || isAlone || !left().length) return "done";
    tell(TEXTS.first);
    const { state, problems } = await deliver();
    if (problems.length) tellNext(problems.join(" "), false);
    return state;
  }

  function goAlone() {
    isAlone = true;
    go();
  }

  async function go() {
    if (isSending) return;
    isSending = true;
    isHandingIn = HAND_IN.test(address);
    turns.stop();
    form.setAttribute("aria-busy", "true");
    const fields = fieldsOf(form, pressed);
    const isKept = act !== "page" && keep(address, fields);
    const before = await answersFirst();
    const { state, url, problem, page } = before === "done" ? await send(address, fields) : { state: before };
    isSending = false;
    form.removeAttribute("aria-busy");
    if (act === "page" && show(page)) return;
    if (before === "offline" || before === "busy") wait(TEXTS.firstWaits, newButton(TEXTS.without, goAlone));
    else if (state === "offline" || state === "busy") {
      wait(state === "busy" ? (busy ?? TEXTS.busy) : isKept ? (waits ?? TEXTS.waits) : (waitsHere ?? TEXTS.waitsHere));
    } else if (state === "other") tell(TEXTS.other);
    else if (before === "over") location.assign(`${SIGN_IN}?next=${address}`); // there what is kept goes out in its order
    else if (state === "over") native(); // sign-in carries it
    else {
      forget(address);
      if (state === "done" && url) location.assign(url);
      else if (problem) tell(problem);
      else native();
    }
  }

  form.addEventListener("submit", (event) => {
    if ([...form.elements].some((field) => field.files?.length)) return; // a file goes by the browser alone
    event.preventDefault();
    form.action = event.submitter?.hasAttribute("formaction") ? event.submitter.formAction : home;
    address = pathOf(form.action);
    const { name, value } = event.submitter ?? {};
    pressed = name ? { [name]: value } : {};
    isPressed = true;
    go();
  });
}

// Without a signal nobody has left: the session goes on, and so does what waits.
async function leave(form) {
  const body = new URLSearchParams([...new FormData(form), ["erased", "1"]]);
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body, signal: AbortSignal.timeout?.(PATIENCE) });
  } catch {
    tell(TEXTS.stays);
    return document.getElementById("envios").scrollIntoView({ block: "center" });
  }
  if (!answer.redirected) return HTMLFormElement.prototype.submit.call(form); // only a page can tell
  for (const { address } of kept()) forget(address);
  location.assign(answer.url);
}

// For the script of the question, which runs after this one.
globalThis.outbox = { fieldsOf, forget, keep, kept, newIdentifier, send, untilItArrives };

for (const form of document.querySelectorAll("form[data-act]")) watch(form);
for (const form of document.querySelectorAll("form[data-leave]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!kept().length || confirm(TEXTS.leave)) leave(form);
  });
}
addEventListener("online", deliverLeft);
tellLeft();
tellFromBefore();
// A page that sends on what sign-in carried is left at once: the next one sends the rest, and tells it.
if (!document.getElementById("acto")) deliverLeft();
