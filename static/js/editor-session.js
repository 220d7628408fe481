// In the editor: when the session ended or the form is old, saving by itself goes on with a new token, and the text stays.
const TEXTS = {
  over: "Tu sesión terminó. Ingresa en otra pestaña y sigue: tu texto está aquí.",
  link: "Ingresa",
  other: "Otra persona ingresó en este equipo. Tu texto está aquí, pero no se guarda. Cópialo o ingresa tú.",
};
const SECONDS = 5;
const SESSION = "/cuenta/sesion/";
const SIGN_IN = `/cuenta/ingresar/?next=${encodeURIComponent("/gestion/")}`;
const form = document.querySelector("form[data-edit-form]");
let notice = null;
let timer = null;
let renewed = 0;

function show(text) {
  if (!notice) {
    notice = document.createElement("div");
    notice.className = "session-notice";
    notice.setAttribute("role", "alert");
    const link = Object.assign(document.createElement("a"), { href: SIGN_IN, target: "_blank", textContent: TEXTS.link });
    notice.append(document.createElement("span"), " ", link);
    document.body.prepend(notice);
  }
  const place = notice.querySelector("span");
  if (place.textContent !== text) place.textContent = text;
  notice.hidden = false;
}

function goOn(token) {
  for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = token;
  clearTimeout(timer);
  timer = null;
  if (notice) notice.hidden = true;
  form.dispatchEvent(new CustomEvent("w-unsaved:add", { bubbles: true, cancelable: true }));
}

// Asks whether the person is back; somebody else's session saves nothing of this text.
async function look() {
  clearTimeout(timer);
  timer = setTimeout(look, SECONDS * 1000);
  try {
    const response = await fetch(SESSION, { headers: { Accept: "application/json" }, redirect: "error" });
    const { token, sent_by: mark } = await response.json();
    if (mark === form.elements.sent_by.value) goOn(token);
    else show(TEXTS.other);
  } catch {
    // Not signed in yet, or no network: the next look asks again.
  }
}

if (form) {
  document.addEventListener("w-autosave:error", (event) => {
    const { reason, token } = event.detail.response ?? {};
    if (reason === "expired" && Date.now() - renewed > SECONDS * 1000) {
      renewed = Date.now(); // a token that is refused at once is not asked for again and again
      goOn(token);
    }
    if (reason === "signed_out" || reason === "other_person") {
      show(reason === "signed_out" ? TEXTS.over : TEXTS.other);
      look();
    }
  });
  document.addEventListener("visibilitychange", () => timer && look());
}
