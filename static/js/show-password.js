// Adds a button that shows what was typed in each password field; without it the fields work all the same.
function addButtons() {
  for (const input of document.querySelectorAll("input[type=password]")) {
    const frame = document.createElement("div");
    frame.className = "with-button";
    input.replaceWith(frame);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button secondary";
    button.setAttribute("aria-controls", input.id);
    const write = (shown) => {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? "Oculta" : "Muestra";
      button.setAttribute("aria-label", shown ? "Oculta la contraseña" : "Muestra la contraseña");
    };
    write(false);
    button.addEventListener("click", () => write(input.type === "password"));
    // A shown password must not be remembered as ordinary text.
    input.form?.addEventListener("submit", () => write(false));
    frame.append(input, button);
  }
}

addButtons();
// What the site answered to a form stands in the place of the form.
document.addEventListener("page-shown", addButtons);
