// Folded parts come when they are opened, a piece is read beside the choices and follows them.
// Without this file every button sends the form and brings a whole page.
const form = document.querySelector("form.verification");
const pane = document.getElementById("volet");
const announced = document.getElementById("annonce-apercu");
let shown, waiting, sending;

async function ask(address, signal) {
  const body = new URLSearchParams(new FormData(form));
  body.set("fragment", "1");
  const answer = await fetch(address, { method: "POST", body, signal });
  const text = await answer.text();
  if (!answer.ok || text.trimStart().startsWith("<!DOCTYPE")) throw new Error(answer.status);
  return document.createRange().createContextualFragment(text);
}

// --- folded parts

async function open(button, focused) {
  const place = button.parentElement;
  place.setAttribute("aria-busy", "true");
  try {
    const part = await ask(`/verifier/partie/${button.dataset.partie}`);
    const first = part.firstElementChild;
    place.replaceWith(part);
    if (focused && first.tabIndex === -1) first.focus({ preventScroll: true });
  } catch {
    delete button.dataset.partie; // the form itself brings it
    button.click();
  }
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-partie]");
  if (!button) return;
  event.preventDefault();
  open(button, true);
});

form.addEventListener(
  "toggle",
  (event) => {
    const button = event.target.open && event.target.querySelector(":scope > .ouvrir > button[data-partie]");
    if (button) open(button, false);
  },
  true,
);

// --- the piece beside the choices

async function show(address, said) {
  sending?.abort();
  sending = new AbortController();
  const part = await ask(address.split("#")[0], sending.signal);
  const top = pane.scrollTop;
  pane.replaceChildren(part);
  pane.hidden = false;
  document.body.classList.add("avec-volet");
  pane.scrollTop = shown === address.split("#")[0] ? top : 0; // another piece, or another part, from its beginning
  shown = address.split("#")[0];
  const changes = pane.querySelectorAll(".passage").length;
  if (said) announced.textContent = changes ? `Aperçu recomposé, passages changés : ${changes}.` : "Aperçu recomposé.";
}

function mark(key) {
  for (const button of form.querySelectorAll("button.second[data-apercu]")) {
    button.setAttribute("aria-pressed", button.dataset.apercu === key);
  }
}

form.addEventListener("click", async (event) => {
  if (event.target.closest("[data-fermer]")) {
    const last = form.querySelector("button[data-apercu][aria-pressed=true]");
    pane.hidden = true;
    shown = undefined;
    document.body.classList.remove("avec-volet");
    mark();
    last?.focus();
    return;
  }
  const button = event.target.closest("button[data-apercu]");
  if (!button) return;
  event.preventDefault();
  const address = button.getAttribute("formaction");
  try {
    await show(address, false);
    mark(button.dataset.apercu);
    const place = address.split("#")[1];
    (place ? document.getElementById(place) : pane.querySelector(".document")).focus();
  } catch (fault) {
    if (fault.name === "AbortError") return;
    delete button.dataset.apercu;
    button.click();
  }
});

form.addEventListener("change", () => {
  if (!shown) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => show(shown, true).catch(() => {}), 300); // no network: the piece stays as it was
});
