// Counts the characters of a note while it is written. Everything works without it.
for (const counter of document.querySelectorAll("[data-counts]")) {
  const field = document.getElementById(counter.dataset.counts);
  const most = Number(counter.dataset.most);
  const show = () => {
    const left = most - [...field.value].length;
    counter.textContent = left < 0 ? `${-left} too many` : `${left} left`;
    counter.classList.toggle("over", left < 0);
  };
  field.addEventListener("input", show);
  show();
}
