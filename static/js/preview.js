// Looks again whom the rules find while they are changed. Who has no script presses the button beside it.
const form = document.querySelector("form[data-preview]");
const shown = form?.querySelector("[data-found]");
const PAUSE = 400; // milliseconds without a change before the server is asked
let waiting = null;
let asked = null;

const look = async () => {
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(form.dataset.preview, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Fragment": "found" },
      redirect: "error",
      signal: asked.signal,
    });
    if (answer.ok) shown.innerHTML = await answer.text();
  } catch {
    // another question went out, or nobody answered: what is shown stays, and the button is there
  }
};

form?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(look, PAUSE);
});
