// Shows the minutes that are left until an attempt closes. The server decides; without this file the closing hour stands there.
const place = document.getElementById("cierre");
const text = place.querySelector("[data-left]");
const notice = place.querySelector("[role=status]");
const details = place.querySelector("details");
const closes = Date.parse(place.dataset.closes);
const NOTICES = [5, 1];
const KEY = "time-left-hidden";
let correction = Date.parse(place.dataset.now) - Date.now(); // a clock of the device that is wrong changes nothing
let last = minutes();

function minutes() {
  return Math.max(0, Math.ceil((closes - Date.now() - correction) / 60_000));
}

function told(left) {
  if (left === 0) return place.dataset.over;
  return left === 1 ? place.dataset.one : place.dataset.many.replace("#", left);
}

function show() {
  const left = minutes();
  if (text.textContent !== told(left)) text.textContent = told(left);
  // Said once, politely, and only when the mark is passed while the page is open.
  if ([...NOTICES, 0].some((mark) => left <= mark && mark < last)) notice.textContent = told(left);
  last = left;
}

// Every answer that is saved brings the server's date along.
document.addEventListener("server-date", (event) => {
  const date = Date.parse(event.detail);
  if (date) correction = date - Date.now();
  show();
});
document.addEventListener("visibilitychange", show);

// Whoever does not want to see the minutes hides them, and they stay hidden on the next question, but for a shared device.
try {
  if ("sharedDevice" in document.documentElement.dataset) throw new Error("nothing is kept");
  if (sessionStorage.getItem(KEY)) details.open = false;
  details.addEventListener("toggle", () => {
    if (details.open) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, "1");
  });
} catch {
  // no storage: they can still be hidden on this page
}

details.hidden = false;
show();
setInterval(show, 5000);
