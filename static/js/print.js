// Gives life to the print buttons, which stay hidden without it (the browser's own menu prints too).
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
