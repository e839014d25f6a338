// Copies a clause with its titles, lists and tables; without this file the plain text is there to select.
async function copy(button) {
  const rich = document.getElementById(button.dataset.texte).cloneNode(true);
  const plain = document.getElementById(button.dataset.brut);
  for (const note of rich.querySelectorAll(".note")) note.remove();
  for (const mark of rich.querySelectorAll("mark, .blanc")) mark.replaceWith(...mark.childNodes);
  for (const element of rich.querySelectorAll("*")) {
    for (const name of ["class", "id", "role", "tabindex", "aria-labelledby"]) element.removeAttribute(name);
  }
  const said = button.parentElement.querySelector("[role=status]");
  try {
    await navigator.clipboard.write([
      new ClipboardItem({
        "text/html": new Blob([rich.innerHTML], { type: "text/html" }),
        "text/plain": new Blob([plain.textContent], { type: "text/plain" }),
      }),
    ]);
    said.textContent = "Texte copié.";
  } catch {
    plain.closest("details").open = true; // no clipboard outside https: the text is selected instead
    getSelection().selectAllChildren(plain);
    plain.focus();
    said.textContent = "Texte sélectionné\u00a0: copiez-le avec Ctrl+C.";
  }
}

for (const button of document.querySelectorAll("button.copier")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
