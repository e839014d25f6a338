// Copies the address of a draft; without this file it is there to select.
for (const button of document.querySelectorAll("button.copier-lien")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.champ);
    const said = button.parentElement.querySelector("[role=status]");
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "Lien copié.";
    } catch {
      said.textContent = "Lien sélectionné\u00a0: copiez-le avec Ctrl+C."; // no clipboard outside https
    }
  });
}
