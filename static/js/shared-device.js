// On a shared device: warns two minutes before the session ends, and lets it go on. The server decides when it ends.
const place = document.querySelector(".shared-device");
const notice = place.querySelector("[role=alert]");
// The last use is stored once a minute at most: it may be a minute older than this page.
const WARNING = 3 * 60_000;
const UNTIL_WARNING = 25 * 60_000 - WARNING;
let timer = null;

function begin() {
  notice.hidden = true;
  clearTimeout(timer);
  timer = setTimeout(warn, UNTIL_WARNING);
}

function warn() {
  notice.hidden = false;
  timer = setTimeout(end, WARNING);
}

function end() {
  clearTimeout(timer);
  notice.querySelector("p").textContent = place.dataset.over;
  notice.querySelector("button").hidden = true;
}

async function goOn() {
  try {
    const response = await fetch(place.dataset.keep, { redirect: "manual" });
    if (response.ok) begin();
    // Led to where one signs in: it was over before the minutes of this page, as after a sleep.
    else if (response.type === "opaqueredirect") end();
  } catch {
    // Without a signal the notice stays.
  }
}

notice.querySelector("button").addEventListener("click", goOn);
document.addEventListener("server-date", begin); // whatever was sent has been a use
begin();
