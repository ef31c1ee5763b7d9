// Counts the characters of a note, and tells the platform how tall the page is. Everything works without it.

for (const counter of document.querySelectorAll("[data-counts]")) {
  const field = document.getElementById(counter.dataset.counts);
  const { most, left, over } = counter.dataset;
  const show = () => {
    const rest = Number(most) - [...field.value].length;
    counter.textContent = (rest < 0 ? over : left).replace("{number}", Math.abs(rest));
    counter.classList.toggle("over", rest < 0);
  };
  field.addEventListener("input", show);
  show();
}

// The frame can grow where the platform listens (LTI: lti.frameResize). Nobody else may hear it.
const { platform } = document.body.dataset;
if (platform && window.parent !== window) {
  let told = 0;
  const tell = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height === told) return;
    told = height;
    window.parent.postMessage({ subject: "lti.frameResize", height }, platform);
  };
  tell(); // at once: observers rest while the frame is out of sight
  new ResizeObserver(tell).observe(document.body);
}
