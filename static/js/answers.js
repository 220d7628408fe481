// Saves each answer as soon as it is chosen, and says so beside the question. Without this file the buttons save.
const { fieldsOf, forget, keep, kept, newIdentifier, send, untilItArrives } = globalThis.outbox;
const form = document.getElementById("pregunta");
const line = document.getElementById("guardado");
const icon = document.querySelector("#guardado-icono use");
const retry = document.getElementById("reintentar");
const address = new URL(form.action).pathname;
const order = form.elements.sequence;
const ICONS = { saving: "clock", saved: "check", kept: "document", here: "warning", failed: "warning" };
let waiting = null; // what could not be sent yet: sent again as it is, with its own identifier
let wanted = null; // where the pressed button leads, once the answer is stored
let isSending = false;
let isChanged = false;
let seen = Number(order.value) - 1; // the order up to which this page knows the answers
let tried = []; // what it sent, or tried to send, since
let hasWaited = false;
const turns = untilItArrives(save);

function say(state, text = form.dataset[state], mayRetry = false) {
  if (line.textContent !== text) line.textContent = text;
  line.dataset.state = state;
  icon.setAttribute("href", `#i-${ICONS[state]}`);
  retry.hidden = !mayRetry;
}

// The buttons of the form come after whatever was sent from here: their order must be higher.
function takeOrder() {
  const taken = order.value;
  order.value = Number(taken) + 1;
  return taken;
}

function collect() {
  const act = wanted === null ? {} : { go: wanted };
  const uuid = newIdentifier();
  tried.push(uuid);
  return fieldsOf(form, { uuid, sequence: takeOrder(), ...act });
}

// What waited says what its page knew: another device may have stored something since, which stays.
function withSeen(fields) {
  return [...fields, ["seen", seen], ...tried.map((uuid) => ["tried", uuid])];
}

function know(latest) {
  seen = Number(latest);
  tried = [];
  hasWaited = false;
}

// What another page of the same question stored later: the boxes say what is stored, and the next choice comes after it.
// Says whether it could be read.
async function showStored() {
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const stored = page.getElementById("pregunta");
  if (!stored) return true; // closed meanwhile: there is nothing to choose any more
  order.value = stored.elements.sequence.value;
  know(order.value - 1);
  if (isChanged) return true; // a choice made meanwhile stays, and goes next
  const chosen = new Set(new FormData(stored).getAll("chosen"));
  for (const box of form.querySelectorAll("[name=chosen]")) box.checked = chosen.has(box.value);
  form.elements.is_marked.checked = stored.elements.is_marked.checked;
  return true;
}

// Sign-in carries the answer and comes back to this question. It carries the very act that waits: what comes from both
// roads is stored once.
function signIn() {
  waiting ??= collect();
  for (const [name, value] of waiting) if (name === "uuid" || name === "sequence") form.elements[name].value = value;
  const place = document.createElement("input");
  Object.assign(place, { type: "hidden", name: "go", value: wanted ?? address.split("/").at(-2) });
  form.append(place);
  form.submit();
}

function retryOrSignIn() {
  if (line.dataset.state === "failed") signIn();
  else save();
}

async function save() {
  if (isSending) {
    isChanged = true;
    return;
  }
  isSending = true;
  isChanged = false;
  turns.stop();
  waiting ??= collect();
  const isKept = keep(address, withSeen(waiting));
  say("saving");
  const sent = waiting;
  const told = await send(address, hasWaited ? withSeen(sent) : sent);
  const isShown = !told.is_older || (await showStored());
  isSending = false;
  if (isChanged) waiting = null; // the newest choice goes
  if (!isShown) {
    say("here", form.dataset.older, true); // asked again, it answers the same
    if (!isChanged) return turns.later();
  } else if (told.state === "offline" || told.state === "busy") {
    hasWaited = true;
    say(isKept ? "kept" : "here", told.state === "busy" ? form.dataset.busy : undefined, true);
    turns.later();
  } else if (told.state === "over") {
    waiting ??= collect(); // changed meanwhile: the newest choice waits, here and on this device
    keep(address, withSeen(waiting));
    if (wanted === null) say("failed", form.dataset.over, true);
    else signIn();
    return;
  } else if (told.state === "other") {
    forget(address);
    return location.reload();
  } else if (told.state === "done") {
    if (!isChanged) forget(address);
    waiting = null;
    const isStored = "saved_at" in told;
    if (isStored && !told.is_older) know(sent.find(([name]) => name === "sequence")[1]);
    if (!isStored && !told.is_older && wanted !== null) return form.submit(); // closed meanwhile: its page says what became of it
    if (told.problem) say("here", told.problem);
    else say("saved", `${form.dataset.saved} ${told.saved_at}`);
    if (isStored && told.url && !isChanged) return location.assign(told.url);
    if (!isChanged) wanted = null; // a button pressed meanwhile still leads on
  } else {
    forget(address);
    return signIn();
  }
  if (isChanged) save();
}

// What a closed page left waits still: the boxes show it, and the next choice comes after it.
const left = kept().find((act) => act.address === address)?.fields;
if (left) {
  const chosen = new Set(left.filter(([name]) => name === "chosen").map(([, value]) => value));
  for (const box of form.querySelectorAll("[name=chosen]")) box.checked = chosen.has(box.value);
  form.elements.is_marked.checked = left.some(([name]) => name === "is_marked");
  tried = left.filter(([name]) => name === "uuid" || name === "tried").map(([, value]) => value);
  order.value = Math.max(order.value, Number(left.find(([name]) => name === "sequence")[1]) + 1);
}
if (line.dataset.state === "rest") line.textContent = form.dataset.rest;
form.addEventListener("change", () => {
  // The list was written when the page was: beside a newer choice it would say “En blanco”.
  for (const state of form.querySelectorAll("li:has([aria-current]) .state")) state.hidden = true;
  // A newer choice takes the place of one that never arrived.
  if (!isSending) waiting = null;
  save();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  wanted = event.submitter?.value ?? "review";
  if (!isSending) waiting = null;
  save();
});
retry.addEventListener("click", retryOrSignIn);
