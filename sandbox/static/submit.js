// Sends the one form of the page on its way; whoever has scripts switched off presses its button.
document.querySelector("form[data-send]").requestSubmit();
