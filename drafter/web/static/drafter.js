// Everything works without this file: it only takes the reader to what needs attention.
function reach(id) {
  const field = document.getElementById(decodeURIComponent(id));
  if (!field) return false;
  for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  field.focus();
  (field.closest(".champ, .choix, .clause") ?? field).scrollIntoView({ block: "center" });
  return true;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("#resume-erreurs a[href^='#'], .estimation a[href^='#']");
  if (link && reach(link.hash.slice(1))) event.preventDefault();
});

const summary = document.getElementById("resume-erreurs");
if (summary) {
  summary.focus();
} else if (document.querySelector("form.description") && location.hash) {
  reach(location.hash.slice(1)); // « Modifier » names the field to change
}

const print = document.querySelector("button.imprimer");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
