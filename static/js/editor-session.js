// In the editor: when the session ended or the form is old, saving by itself, dialogs and uploads go on with a new token, and the
// text stays. What the form saved by itself is what the form was opened with.
const TEXTS = {
  over: "Tu sesión terminó. Ingresa en otra pestaña y sigue: lo que escribiste está aquí.",
  link: "Ingresa",
  other: "Otra persona ingresó en este equipo. Tu texto está aquí, pero no se guarda. Cópialo o ingresa tú.",
  again: "Ya puedes seguir: lo que escribiste está aquí. Hazlo otra vez.",
  offline: "No hay conexión. Lo que escribiste está aquí: hazlo otra vez cuando vuelva.",
  failed: "No se pudo. Lo que escribiste está aquí: hazlo otra vez. Si sigue así, cópialo y recarga la página.",
};
const SECONDS = 5;
const SESSION = "/cuenta/sesion/";
const SIGN_IN = `/cuenta/ingresar/?next=${encodeURIComponent("/gestion/")}`;
const form = document.querySelector("form[data-edit-form]");
const [mark] = document.getElementsByName("sent_by");
const notice = document.createElement("div");
const words = document.createElement("span");
const link = Object.assign(document.createElement("a"), { href: SIGN_IN, target: "_blank", textContent: TEXTS.link });
let timer = null;
let renewed = 0;
let isWaiting = false; // an act of the person was refused, and is to be done again

notice.className = "session-notice";
notice.hidden = true;
notice.setAttribute("role", "alert");
notice.append(words, " ", link);

// An open dialog lies above the page: what it says stands in it.
function show(text, needsSession = false) {
  const place = document.querySelector(".modal.in .modal-content") ?? document.body;
  if (notice.parentElement !== place) place.prepend(notice);
  if (words.textContent !== text) words.textContent = text;
  link.hidden = !needsSession;
  notice.hidden = false;
}

function goOn(token) {
  for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = token;
  clearTimeout(timer);
  timer = null;
  notice.hidden = true;
  if (isWaiting) show(TEXTS.again);
  isWaiting = false;
  form?.dispatchEvent(new CustomEvent("w-unsaved:add", { bubbles: true, cancelable: true }));
}

// Asks whether the person is back; somebody else's session saves nothing of this text.
async function look() {
  clearTimeout(timer);
  timer = setTimeout(look, SECONDS * 1000);
  try {
    const response = await fetch(SESSION, { headers: { Accept: "application/json" }, redirect: "error" });
    const { token, sent_by: person } = await response.json();
    if (!mark || person === mark.value) goOn(token);
    else show(TEXTS.other, true);
  } catch {
    // Not signed in yet, or no network: the next look asks again.
  }
}

// A dialog or an upload that was refused says nothing by itself, and its button waits.
function tellRefused(status) {
  for (const button of document.querySelectorAll('[data-w-progress-loading-value="true"]')) {
    button.setAttribute("data-w-progress-loading-value", "false");
  }
  if (status === 403 && Date.now() - renewed > SECONDS * 1000) {
    renewed = Date.now();
    isWaiting = true;
    look().then(() => timer && words.textContent !== TEXTS.other && show(TEXTS.over, true));
  } else if (!isWaiting) show(status ? TEXTS.failed : TEXTS.offline);
}

if (form) {
  document.addEventListener("w-autosave:success", (event) => {
    const { revision_id: number, revision_created_at: moment } = event.detail.response;
    const { loaded_revision_id: opened, loaded_revision_created_at: openedAt } = form.elements;
    if (number && opened && openedAt) [opened.value, openedAt.value] = [number, moment];
  });
  document.addEventListener("w-autosave:error", (event) => {
    const { reason, token } = event.detail.response ?? {};
    if (reason === "expired" && Date.now() - renewed > SECONDS * 1000) {
      renewed = Date.now(); // a token that is refused at once is not asked for again and again
      goOn(token);
    }
    if (reason === "signed_out" || reason === "other_person") {
      show(reason === "signed_out" ? TEXTS.over : TEXTS.other, true);
      look();
    }
  });
}
document.addEventListener("visibilitychange", () => timer && look());
// Wagtail asks for dialogs and sends uploads through jQuery.
window.jQuery?.(document).ajaxError((_event, { status, statusText }) => {
  if (statusText !== "abort") tellRefused(status);
});
window.jQuery?.(document).ajaxSuccess(() => {
  if (!timer) notice.hidden = true;
});
