// Lets the frame of a tool grow with what it shows, as platforms do that know lti.frameResize. Listens before any frame loads.
const HIGHEST = 3000;

addEventListener("message", ({ data, source }) => {
  if (data?.subject !== "lti.frameResize" || !(data.height > 0)) return;
  for (const frame of document.querySelectorAll(".description iframe")) {
    if (frame.contentWindow === source) {
      const border = frame.offsetHeight - frame.clientHeight;
      frame.style.height = `${Math.min(data.height, HIGHEST) + border}px`;
    }
  }
});
