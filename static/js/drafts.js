// Keeps what is typed until it was sent: a lost session, a closed frame or a reload takes nothing away. It stays in this
// tab of this browser, by the name of the form, and never goes into an address.

const PREFIX = "cairn-draft:";
const SENT = "cairn-sent";
const fieldsOf = (form) => [...form.querySelectorAll("textarea, input[type=text]")];

// A browser that keeps third parties from storing anything refuses this too: then nothing is kept, and all else works.
let store = null;
try {
  store = window.sessionStorage;
} catch {
  // nothing to keep drafts in
}

if (store) {
  const sent = store.getItem(SENT);
  if (sent && document.querySelector("[role=status] .notice")) {
    store.removeItem(PREFIX + sent); // it arrived: the page says so
  }
  store.removeItem(SENT);

  for (const form of document.querySelectorAll("form[data-draft]")) {
    const name = form.dataset.draft;
    const key = PREFIX + name;
    const kept = JSON.parse(store.getItem(key) ?? "{}");
    for (const field of fieldsOf(form)) {
      if (!field.value && kept[field.name]) {
        field.value = kept[field.name];
        field.dispatchEvent(new Event("input"));
        field.closest("details")?.setAttribute("open", "");
      }
    }
    form.addEventListener("input", () => {
      const typed = Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));
      store.setItem(key, JSON.stringify(typed));
    });
    form.addEventListener("submit", () => store.setItem(SENT, name));
  }
}
