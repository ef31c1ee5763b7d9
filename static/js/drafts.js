// Keeps what is typed until it was sent: a lost session, a closed frame or a reload takes nothing away. It stays in this
// tab of this browser, by the name of the form, and never goes into an address.

const PREFIX = "cairn-draft:";
const SENT = "cairn-sent";
const fieldsOf = (form) => [...form.querySelectorAll("textarea, input[type=text]")];

const sent = sessionStorage.getItem(SENT);
if (sent && document.querySelector("[role=status] .notice")) {
  sessionStorage.removeItem(PREFIX + sent); // it arrived: the page says so
}
sessionStorage.removeItem(SENT);

for (const form of document.querySelectorAll("form[data-draft]")) {
  const name = form.dataset.draft;
  const key = PREFIX + name;
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "{}");
  for (const field of fieldsOf(form)) {
    if (!field.value && kept[field.name]) {
      field.value = kept[field.name];
      field.dispatchEvent(new Event("input"));
      field.closest("details")?.setAttribute("open", "");
    }
  }
  form.addEventListener("input", () => {
    const typed = Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));
    sessionStorage.setItem(key, JSON.stringify(typed));
  });
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, name));
}
