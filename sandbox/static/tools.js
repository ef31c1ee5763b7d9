// A tool that has registered itself in the frame asks for the frame to be closed.
addEventListener("message", (event) => {
  const frame = document.querySelector("iframe.registering");
  if (event.source === frame?.contentWindow && event.data?.subject === "org.imsglobal.lti.close") {
    location.assign(location.pathname);
  }
});
