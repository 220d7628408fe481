// Sends what was done before the session ended; without this file the button of the page sends it.
document.getElementById("acto").requestSubmit();
