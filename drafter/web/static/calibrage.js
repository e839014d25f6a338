// The calibrage recomputed as one types. Without this file, or when it fails, « Recalculer » does the same.
const announced = document.getElementById("annonce");
let waiting, sending;

function swap(old, fresh) {
  const open = new Map(Array.from(old.querySelectorAll("details[id]"), (box) => [box.id, box.open]));
  for (const box of fresh.querySelectorAll("details[id]")) box.open = open.get(box.id) ?? box.open;
  const { id, selectionStart, selectionEnd } = document.activeElement;
  old.replaceWith(fresh);
  const field = id && document.getElementById(id);
  if (!field) return;
  field.focus({ preventScroll: true });
  if (selectionStart != null) field.setSelectionRange(selectionStart, selectionEnd);
}

async function recompute() {
  const form = document.getElementById("calcul");
  const body = new URLSearchParams(new FormData(form));
  body.set("fragment", "1");
  sending = new AbortController();
  try {
    const answer = await fetch(form.action, { method: "POST", body, signal: sending.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("calcul");
    if (!fresh) return;
    swap(form, fresh);
    announced.textContent = fresh.dataset.annonce;
    if (answer.ok) document.getElementById("resume-erreurs")?.remove();
  } catch {
    // typed again meanwhile, or no network: the button still works
  }
}

document.addEventListener("input", (event) => {
  if (!event.target.closest("#calcul")) return;
  clearTimeout(waiting);
  sending?.abort();
  waiting = setTimeout(recompute, 400);
});
