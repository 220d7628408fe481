// Remembers where the learner reads, once a lesson has been open and visible for ten seconds.
const place = document.querySelector("[data-bookmark]");
const READING_TIME = 10_000;

function send() {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  body.set("activity", place.dataset.activity);
  navigator.sendBeacon(place.dataset.bookmark, body);
}

function sendWhenSeen() {
  if (document.visibilityState === "visible") send();
  else document.addEventListener("visibilitychange", sendWhenSeen, { once: true });
}

if (place && navigator.sendBeacon) setTimeout(sendWhenSeen, READING_TIME);
