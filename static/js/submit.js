// Hands a quiz in. Without a network it waits on this device and goes out by itself; without this file the button sends.
// Only the address of the attempt and the identifier of the act are kept, never an answer or a name.
const form = document.getElementById("entrega");
const line = document.getElementById("entrega-estado");
const PREFIX = "entrega:";
const SECONDS = 15;
const BUSY = "busy";
const mayKeep = !("sharedDevice" in document.documentElement.dataset);
let waiting = null;

function kept() {
  if (!mayKeep) return [];
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  } catch {
    return []; // the browser stores nothing: the page itself waits
  }
}

function keep(address, identifier) {
  try {
    if (mayKeep) localStorage.setItem(PREFIX + address, identifier);
  } catch {
    // As above.
  }
}

function forget(address) {
  try {
    localStorage.removeItem(PREFIX + address);
  } catch {
    // As above.
  }
}

async function send(address, identifier) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  body.set("uuid", identifier);
  return fetch(address, { method: "POST", body });
}

// Handed in leads to the result; who must sign in first comes back here, and it goes out then.
async function handIn() {
  clearTimeout(waiting);
  const address = new URL(form.action).pathname;
  const identifier = form.elements.uuid.value;
  keep(address, identifier);
  try {
    const response = await send(address, identifier);
    if (response.status === 503) throw new Error(BUSY);
    const isLater = response.status === 403 || response.url.includes("/cuenta/ingresar/"); // an old form, an ended session
    if (!isLater) forget(address);
    location.assign(response.url);
  } catch (fault) {
    const { waits, waitsHere, busy } = form.dataset;
    line.textContent = fault.message === BUSY ? busy : mayKeep ? waits : waitsHere;
    line.parentElement.hidden = false;
    waiting = setTimeout(handIn, SECONDS * 1000);
  }
}

// What a page that was closed left behind. Whose it is, the server knows: for another person there is nothing.
async function sendWhatWaits() {
  for (const name of kept()) {
    const address = name.slice(PREFIX.length);
    try {
      const response = await send(address, localStorage.getItem(name));
      if (!response.url.endsWith("/resultado/")) continue;
      forget(address);
      if (location.pathname.startsWith(address.replace("revisar/", ""))) location.assign(response.url);
    } catch {
      // Still no network: the next page tries again.
    }
  }
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    handIn();
  });
  addEventListener("online", () => {
    if (waiting) handIn();
  });
}
sendWhatWaits();
