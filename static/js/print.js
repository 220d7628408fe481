// Gives life to the print buttons, which stay hidden without it (the browser's own menu prints too).
// A button inside a list prints the list; any other prints the page.
const page = document.documentElement;

for (const button of document.querySelectorAll("[data-print]")) {
  const list = button.closest(".checklist");
  button.hidden = false;
  button.addEventListener("click", () => {
    page.classList.toggle("prints-part", Boolean(list));
    list?.classList.add("to-print");
    window.print();
  });
}
addEventListener("afterprint", () => {
  page.classList.remove("prints-part");
  document.querySelector(".to-print")?.classList.remove("to-print");
});
