// Sends the one form of the page on its way. Who has no script presses its button.
document.querySelector("form[data-send]").requestSubmit();
