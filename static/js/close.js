// Tells the platform that its frame can go. Who has no script reads what to do.
const origin = document.getElementById("close").dataset.origin;
(window.opener ?? window.parent).postMessage({ subject: "org.imsglobal.lti.close" }, origin);
