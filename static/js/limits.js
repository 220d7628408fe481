// Beside a field with a limit: how many letters it has of how many, as soon as they are near; nothing is cut.
const WORDS = JSON.parse(document.getElementById("limits-words").textContent);
const NEAR = 0.9;

function count(field) {
  const limit = Number(field.dataset.limit);
  const letters = [...field.value.trim()].length;
  let shown = field.nextElementSibling;
  if (!shown?.matches(".letters")) {
    if (letters < limit * NEAR) return;
    shown = document.createElement("p");
    shown.className = "letters";
    shown.setAttribute("role", "status");
    field.after(shown);
  }
  shown.hidden = letters < limit * NEAR;
  shown.classList.toggle("is-over", letters > limit);
  shown.textContent = (letters > limit ? WORDS.over : WORDS.within).replace("{letters}", letters).replace("{limit}", limit);
}

document.addEventListener("input", ({ target }) => target.matches?.("[data-limit]") && count(target));
document.addEventListener("focusin", ({ target }) => target.matches?.("[data-limit]") && count(target));
