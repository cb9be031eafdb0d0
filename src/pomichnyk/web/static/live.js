// What is comfortable with a script and works without one: a search as one types, an order at once.
"use strict";

const PATIENCE = 150; // milliseconds after the last letter

function live(form) {
  const part = form.dataset.live;
  const results = document.getElementById(part);
  let timer = 0;
  let asked = null;

  async function ask() {
    const url = new URL(form.action);
    url.search = new URLSearchParams(new FormData(form)).toString();
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(url, { headers: { "X-Part": part }, signal: asked.signal });
      if (!answer.ok || answer.redirected) return form.submit();
      const made = new DOMParser().parseFromString(await answer.text(), "text/html");
      results.replaceChildren(...made.body.childNodes);
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

document.querySelectorAll("form[data-live]").forEach(live);
document.querySelectorAll("form[data-choose]").forEach((form) => {
  form.classList.add("chosen");
  form.addEventListener("change", () => form.submit());
});
