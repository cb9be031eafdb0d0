// What is comfortable with a script and works without one: a search as one types, an order at once,
// messages and progress as they come.
"use strict";

const PATIENCE = 150; // milliseconds after the last letter
const AGAIN = 500; // milliseconds between two looks at what is being done
const FIRST_WAIT = 1000, LONGEST_WAIT = 30000; // milliseconds before a lost connection is renewed

async function renew(place, url, options = {}) {
  const answer = await fetch(url, { headers: { "X-Part": place.id }, ...options });
  if (!answer.ok || answer.redirected) return false;
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  place.replaceChildren(...made.body.childNodes);
  return true;
}

function live(form) {
  const results = document.getElementById(form.dataset.live);
  let timer = 0;
  let asked = null;

  async function ask() {
    const url = new URL(form.action);
    url.search = new URLSearchParams(new FormData(form)).toString();
    asked?.abort();
    asked = new AbortController();
    try {
      if (!(await renew(results, url, { signal: asked.signal }))) return form.submit();
      history.replaceState(null, "", url);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PATIENCE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    ask();
  });
}

// What is being done says data-again for as long as there is more to come.
async function follow(place) {
  while (place.querySelector("[data-again]")) {
    await new Promise((done) => setTimeout(done, AGAIN));
    if (!(await renew(place, location.href).catch(() => true))) return location.reload();
  }
}

function listen(place, wait = FIRST_WAIT) {
  const url = new URL(place.dataset.socket, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(url);
  socket.addEventListener("open", () => { wait = FIRST_WAIT; });
  socket.addEventListener("message", () => renew(place, location.href).catch(() => {}));
  socket.addEventListener("close", () => {
    setTimeout(() => listen(place, Math.min(wait * 2, LONGEST_WAIT)), wait);
  });
}

document.querySelectorAll("#progress").forEach(follow);
document.querySelectorAll("[data-socket]").forEach((place) => listen(place));
document.querySelectorAll("form[data-live]").forEach(live);
document.querySelectorAll("form[data-choose]").forEach((form) => {
  form.classList.add("chosen");
  form.addEventListener("change", () => form.submit());
});
